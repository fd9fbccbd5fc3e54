// SPDX-License-Identifier: Apache-2.0
// The sliders of the chain of layers, and its products in digits.
import { inNextFrame } from './canvas.js';
import { ACTIVATIONS, draw, products } from './chain.js';

const $ = (id) => document.getElementById(id);

function written(value) {
  if (value === 0) return 'exactly 0';
  const short = Number(value.toPrecision(4));
  return Math.abs(short) < 1e-3 ? short.toExponential() : `${short}`;
}

// Starts it; returns what draws it again.
export function startChain(library, colours) {
  const setting = (name) => Number($(name).value);
  const redraw = inNextFrame(() => {
    const curves = ACTIVATIONS.map((activation) => ({
      ...activation,
      colour: colours()[activation.id],
      gradients: products(library, activation, setting('layers'), setting('weight'), setting('input')),
    }));
    draw($('chain'), curves, colours());
    for (const { id, gradients } of curves) $(`chain-${id}`).textContent = written(gradients.at(-1));
    for (const name of ['layers', 'weight', 'input']) $(`${name}-value`).textContent = $(name).value;
  });
  for (const name of ['layers', 'weight', 'input']) $(name).addEventListener('input', redraw);
  new ResizeObserver(redraw).observe($('chain'));
  return redraw;
}
