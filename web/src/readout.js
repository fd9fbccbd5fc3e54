// SPDX-License-Identifier: Apache-2.0
// The tables of numbers: the curves at the cursor, and what others return there.
import { CURVES } from './curves.js';
import { decimal, encoding, hexadecimal, pack, unpack } from './formats.js';

const ORDERS = ['f(x)', 'f′(x)', 'f″(x)']; // as the table's head has them

function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

// Writes text where it is another than before: what stays needs no layout.
export function put(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

function number([main, detail], stored, format, approximate) {
  const [value] = unpack(format, stored);
  put(main, `${approximate ? '≈ ' : ''}${decimal(format, value)}`);
  put(detail, approximate ? 'float64 formula, not the library' : `${encoding(stored)}  ${hexadecimal(value)}`);
}

// The table of the curves; update() writes the numbers.
export class Readout {
  #cells;

  constructor(body) {
    this.#cells = CURVES.map((curve) => {
      const row = element('tr');
      row.dataset.curve = curve.id;
      const head = element('th');
      head.scope = 'row';
      const swatch = element('span', `swatch ${curve.id}`);
      head.append(swatch, curve.label);
      row.append(head);
      const cells = ORDERS.map((order, index) => {
        const cell = element('td');
        cell.dataset.short = order;
        cell.dataset.order = index;
        const parts = [element('span', 'decimal'), element('span', 'hex')];
        cell.append(...parts);
        row.append(cell);
        return parts;
      });
      body.append(row);
      return cells;
    });
  }

  update(library, format, x, beta) {
    const stored = pack(format, [x]);
    CURVES.forEach((curve, row) => curve.orders.forEach((order, index) => {
      number(this.#cells[row][index], order.of(library, format, stored, beta), format, order.approximate);
    }));
  }
}

// The rows of what others return (peers.js).
export function showPeers(body, rows) {
  body.replaceChildren(...rows.map(({ name, cells }) => {
    const row = element('tr');
    const head = element('th', undefined, name);
    head.scope = 'row';
    row.append(head, ...cells.map((cell, quantity) => {
      const made = element('td', cell.wrong ? 'wrong' : 'right');
      made.dataset.short = ['SiLU', 'gradient'][quantity];
      made.append(element('span', 'decimal', cell.value), element('span', 'hex', cell.bits), element('span', 'note', cell.note));
      return made;
    }));
    return row;
  }));
}
