// SPDX-License-Identifier: Apache-2.0
// Backpropagation through a chain of layers y = f(w y'): the derivative of the last output by the first input, which
// is the product of w f'(w y') over the layers.
import { scaleLinear, scaleLog } from 'd3-scale';
import { line } from 'd3-shape';
import { axes, prepare } from './canvas.js';

export const ACTIVATIONS = [
  { id: 'sigmoid', value: 'sigmoid', slope: 'sigmoid_derivative', dash: [2, 4] },
  { id: 'relu', value: 'relu', slope: 'relu_derivative', dash: [9, 5] },
  { id: 'silu', value: 'silu', slope: 'silu_derivative', dash: [] },
];

// The products after 0, 1, ..., layers layers.
export function products(library, activation, layers, weight, input) {
  const evaluate = (name, x) => library.evaluate(name, 'float64', Float64Array.of(x))[0];
  const gradients = [1];
  for (let layer = 0, y = input; layer < layers; ++layer) {
    const z = weight * y;
    gradients.push(gradients[layer] * weight * evaluate(activation.slope, z));
    y = evaluate(activation.value, z);
  }
  return gradients;
}

// Draws the magnitudes by layer; curves: [{gradients, colour, dash}].
export function draw(canvas, curves, colours) {
  const { context, width, height } = prepare(canvas);
  const box = { left: 58, right: width - 14, top: 12, bottom: height - 50 };
  const magnitudes = curves.flatMap(({ gradients }) => gradients.map(Math.abs)).filter((value) => value > 0);
  const low = 10 ** Math.min(-3, Math.floor(Math.log10(Math.min(...magnitudes))));
  const high = 10 ** Math.max(1, Math.ceil(Math.log10(Math.max(...magnitudes))));
  const x = scaleLinear().domain([0, curves[0].gradients.length - 1]).range([box.left, box.right]);
  const y = scaleLog().domain([low, high]).range([box.bottom - 24, box.top]);
  axes(context, box, x, y, colours);
  context.font = `13px ${colours.sans}`;
  context.fillStyle = colours.muted;
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  context.fillText('0', box.left - 8, box.bottom - 5);
  context.textBaseline = 'bottom';
  context.fillText('layers passed', box.right, height - 2);
  const place = (value) => (value === 0 ? box.bottom - 5 : y(Math.abs(value)));
  const path = line().x((_, layer) => x(layer)).y(place).context(context);
  context.lineWidth = 2.5;
  for (const { gradients, colour, dash } of curves) {
    context.strokeStyle = colour;
    context.setLineDash(dash);
    context.beginPath();
    path(gradients);
    context.stroke();
  }
  context.setLineDash([]);
}
