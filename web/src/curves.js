// SPDX-License-Identifier: Apache-2.0
// The five curves, each with its derivatives.  All values are the library's, but for the few that it does not offer:
// these are float64 formulas of its results, rounded several times, and are marked as approximate.
import { pack, unpack } from './formats.js';

// What stands for one function: of(library, format, x, beta) for x as encodings of the format; so is what it returns.
const own = (name) => ({ of: (library, format, x) => library.evaluate(name, format.name, x) });
const first = (operator, operands, outputs) => ({
  of: (library, format, x, beta) => library.apply(operator, format.name, operands(format, x, beta), outputs)[0],
});
const approximate = (formula) => ({
  approximate: true,
  of: (library, format, x, beta) => pack(format, formula(library, unpack(format, x), beta)),
});
const zero = { of: (library, format, x) => pack(format, new Float64Array(x.length)) };

const at = (library, name, x) => library.evaluate(name, 'float64', x);

// With u = s (1 - s) and v = 1 - 2 s, the derivatives of s are u, u v and u (v^2 - 2 u).
function pieces(library, x) {
  const s = at(library, 'sigmoid', x);
  const u = at(library, 'sigmoid_derivative', x);
  return Array.from(x, (value, i) => ({ value, u: u[i], v: 1 - 2 * s[i] }));
}
const sigmoidSecond = approximate((library, x) => pieces(library, x).map(({ u, v }) => u * v));
const siluThird = approximate((library, x) =>
  pieces(library, x).map(({ value, u, v }) => (u === 0 ? 0 : u * (3 * v + value * (v * v - 2 * u)))));
const swishSecond = approximate((library, x, beta) => {
  if (beta === Infinity) return x.map((value) => (value === 0 ? Infinity : 0));
  return at(library, 'silu_second_derivative', x.map((value) => beta * value)).map((value) => beta * value);
});

export const CURVES = [
  {
    id: 'silu', label: 'SiLU', formula: 'x σ(x)', dash: [],
    orders: [own('silu'), own('silu_derivative'), own('silu_second_derivative')],
  },
  {
    id: 'relu', label: 'ReLU', formula: 'max(0, x)', dash: [9, 5],
    orders: [own('relu'), own('relu_derivative'), zero],
  },
  {
    id: 'sigmoid', label: 'sigmoid', formula: 'σ(x) = 1 / (1 + e⁻ˣ)', dash: [2, 4],
    orders: [own('sigmoid'), own('sigmoid_derivative'), sigmoidSecond],
  },
  {
    id: 'dsilu', label: 'dSiLU', formula: 'SiLU′(x)', dash: [10, 4, 2, 4],
    orders: [own('silu_derivative'), own('silu_second_derivative'), siluThird],
  },
  {
    id: 'swish', label: 'Swish', formula: 'x σ(βx)', dash: [16, 4],
    orders: [
      first('swish', (format, x, beta) => [x, pack(format, [beta])], 1),
      first('swish_backward', (format, x, beta) => [pack(format, [1]), x, pack(format, [beta])], 2),
      swishSecond,
    ],
  },
];

// A curve's values in the format, as numbers to draw, for x as encodings.
export function values(library, curve, order, format, x, beta) {
  return unpack(format, curve.orders[order].of(library, format, x, beta));
}
