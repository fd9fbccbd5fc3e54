// SPDX-License-Identifier: Apache-2.0
// What other libraries return in float32, from stored measurements (web/data/measure_peers.py).
import measured from '../data/peers.json';
import { prepare } from './canvas.js';
import { decimal, encoding, formatNamed } from './formats.js';

const float32 = formatNamed('float32');
const QUANTITIES = [{ key: 'silu', ours: 'silu' }, { key: 'gradient', ours: 'silu_derivative' }];
const FAR_LEFT = -20; // beyond it, the results are lost for being small, not the inputs
const ROW = { height: 18, label: 18, gap: 6 }; // pixels of a strip

function floats(text) {
  return new Float32Array(Uint8Array.from(atob(text), (character) => character.charCodeAt(0)).buffer);
}

// Integers in the order of the numbers; both zeros are 0.
function ranks(values) {
  return Float64Array.from(new Int32Array(values.buffer), (bits) => (bits >= 0 ? bits : -2147483648 - bits));
}

// How a result differs from the right one: one of these, or by how many numbers of float32 it is off.
const [RIGHT, LOST, NOT_A_NUMBER] = [0, -1, -2];
function difference(theirs, right, rank, rightRank) {
  if (Number.isNaN(theirs)) return NOT_A_NUMBER;
  if (theirs === 0 && right !== 0) return LOST;
  return Math.abs(rank - rightRank);
}

function shade(difference, colours) {
  if (difference < 0) return colours.lost;
  return colours[`off-${difference > 8 ? 3 : difference > 1 ? 2 : 1}`];
}

function note(difference) {
  if (difference === RIGHT) return 'right';
  if (difference === LOST) return '0 for a number that is not 0';
  if (difference === NOT_A_NUMBER) return 'NaN for a number';
  return `${difference.toLocaleString('en')} number${difference === 1 ? '' : 's'} off`;
}

export class Peers {
  constructor(library) {
    this.measured = measured.measured;
    this.x = floats(measured.x);
    this.ours = QUANTITIES.map(({ ours }) => library.evaluate(ours, 'float32', this.x));
    const rightRanks = this.ours.map(ranks);
    this.peers = measured.peers.map((peer) => {
      const results = QUANTITIES.map(({ key }) => floats(peer[key]));
      const differences = results.map((values, q) => {
        const rank = ranks(values);
        return Float64Array.from(values, (value, i) => difference(value, this.ours[q][i], rank[i], rightRanks[q][i]));
      });
      return { name: peer.name, version: peer.version, results, differences };
    });
  }

  // The index of the measured input nearest to x.
  nearest(x) {
    let [low, high] = [0, this.x.length - 1];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.x[middle] <= x) low = middle;
      else high = middle;
    }
    return this.x[high] <= x || x - this.x[low] > this.x[high] - x ? high : low; // either may be infinite
  }

  // Their curves for the logarithmic axis; on the far left they return 0 for what is not 0, up to x = lost.
  curves(order, colours) {
    if (order > 1) return [];
    return this.peers.map((peer) => ({
      label: peer.name,
      xs: this.x,
      ys: peer.results[order],
      lost: this.x[peer.differences[order].lastIndexOf(LOST, this.nearest(FAR_LEFT))],
      colour: colours.lost,
      dash: [3, 3],
      width: 1.5,
    }));
  }

  // A strip for each, on the graph's axis: every measured input coloured by how its result differs.
  draw(canvas, x, box, order, cursor, colours) {
    const { context, height } = prepare(canvas);
    const q = Math.min(order, 1);
    const width = box.right - box.left;
    context.font = `13px ${colours.sans}`;
    context.textBaseline = 'bottom';
    const edge = (i) => x((this.x[i] + this.x[i - 1]) / 2); // between an input and the one before
    const last = this.x.length - 1;
    this.peers.forEach((peer, row) => {
      const top = row * (ROW.height + ROW.label + ROW.gap) + ROW.label;
      context.fillStyle = colours.muted;
      context.fillText(`${peer.name} ${peer.version}`, box.left, top - 2);
      context.fillStyle = colours.panel;
      context.fillRect(box.left, top, width, ROW.height);
      context.save();
      context.beginPath();
      context.rect(box.left, top, width, ROW.height);
      context.clip();
      for (let i = 1; i < last; ++i) { // the first and the last are infinite
        const difference = peer.differences[q][i];
        if (difference === RIGHT) continue;
        const from = i > 1 ? edge(i) : box.left - 1;
        const to = i < last - 1 ? edge(i + 1) : box.right + 1;
        if (to < box.left || from > box.right) continue;
        context.fillStyle = shade(difference, colours);
        context.fillRect(from, top, Math.max(to - from, 1), ROW.height);
      }
      context.restore();
    });
    context.fillStyle = colours.ink;
    if (cursor >= box.left && cursor <= box.right) context.fillRect(Math.round(cursor), ROW.label - 4, 1, height - ROW.label);
  }

  // The rows of the table for one input: a name, and for silu and its gradient the result and how it differs.
  rows(index) {
    const cell = (values, difference) => ({
      value: decimal(float32, values[index]), bits: encoding(values, index), note: note(difference), wrong: difference !== RIGHT,
    });
    return [
      { name: 'this library', cells: this.ours.map((values) => cell(values, RIGHT)) },
      ...this.peers.map((peer) => ({
        name: `${peer.name} ${peer.version}`,
        cells: peer.results.map((values, q) => cell(values, peer.differences[q][index])),
      })),
    ];
  }
}
