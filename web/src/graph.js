// SPDX-License-Identifier: Apache-2.0
// The large graph: where it looks (views, zoom), what it draws, and the cursor at one x.
import { easeCubicInOut } from 'd3-ease';
import { interpolateArray } from 'd3-interpolate';
import { scaleLinear, scaleLog } from 'd3-scale';
import { event, select } from 'd3-selection';
import { line } from 'd3-shape';
import { zoom, zoomIdentity } from 'd3-zoom';
import { axes, prepare } from './canvas.js';

export const MINIMUM = -1.2784645427610738; // -(1 + W(1/e))

const POINTS = 2000;
const FLOOR = 1e-48; // of the logarithmic axis; 0 is drawn below it
const TRAVEL = 450; // milliseconds from view to view

// Where each view looks, for the functions and for their first and second derivatives.
export const VIEWS = {
  whole: { x: [-6, 6], y: [[-1, 5], [-0.25, 1.25], [-0.25, 0.6]], cursor: 1 },
  minimum: { x: [-1.78, -0.78], y: [[-0.285, -0.245], [-0.12, 0.16], [0.02, 0.42]], cursor: MINIMUM },
  tail: { x: [-112, 8], y: [[FLOOR, 100], [FLOOR, 100], [FLOOR, 100]], logarithmic: true, cursor: -89 },
};

export class Graph {
  #canvas;
  #changed;
  #transform = zoomIdentity;
  #base = { x: VIEWS.whole.x, y: VIEWS.whole.y[0] };
  #logarithmic = false;
  #zoom;
  #travel = 0;

  // changed() is called when the graph is to be drawn again, pointed(x) when the reader points at an x.
  constructor(canvas, changed, pointed) {
    this.#canvas = canvas;
    this.#changed = changed;
    this.#zoom = zoom()
      .scaleExtent([0.2, 1e7])
      .filter(() => {
        if (event.type === 'wheel') return event.ctrlKey || event.metaKey; // else the page scrolls
        if (event.type === 'touchstart') return event.touches.length > 1; // one finger moves the cursor
        return event.type !== 'dblclick' && !event.button;
      })
      .on('zoom', () => {
        this.#transform = event.transform;
        changed();
      });
    select(canvas).call(this.#zoom).style('touch-action', 'pan-y');
    const point = (happened) => pointed(this.scales().x.invert(happened.clientX - canvas.getBoundingClientRect().left));
    canvas.addEventListener('pointermove', (happened) => {
      if (happened.pointerType !== 'touch' ? happened.buttons === 0 : happened.isPrimary) point(happened);
    });
    canvas.addEventListener('pointerdown', (happened) => happened.isPrimary && point(happened));
    new ResizeObserver(changed).observe(canvas);
  }

  get box() {
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    const zero = this.#logarithmic ? 30 : 0; // room for 0 below the logarithmic axis
    return { left: 58, right: width - 14, top: 24, bottom: height - 30, zero };
  }

  // The scales of what is seen.
  scales() {
    const box = this.box;
    const x = scaleLinear().domain(this.#base.x).range([box.left, box.right]);
    const y = (this.#logarithmic ? scaleLog() : scaleLinear()).domain(this.#base.y).range([box.bottom - box.zero, box.top]);
    return { x: this.#transform.rescaleX(x), y: this.#logarithmic ? y : this.#transform.rescaleY(y) };
  }

  // Looks at a view, for an order of derivative; travels there where the axes are the same and motion is welcome.
  look(name, order) {
    const view = VIEWS[name];
    const { x, y } = this.scales();
    const from = [...x.domain(), ...y.domain()];
    const to = [...view.x, ...view.y[order]];
    const jump = Boolean(view.logarithmic) !== this.#logarithmic || matchMedia('(prefers-reduced-motion: reduce)').matches;
    this.#logarithmic = Boolean(view.logarithmic);
    const between = interpolateArray(from, to);
    const start = performance.now();
    const travel = ++this.#travel;
    const step = (now) => {
      if (travel !== this.#travel) return;
      const part = jump ? 1 : Math.min(1, Math.max(0, now - start) / TRAVEL);
      const [x0, x1, y0, y1] = between(easeCubicInOut(part)).slice();
      this.#base = { x: [x0, x1], y: [y0, y1] };
      this.#changed();
      if (part < 1) requestAnimationFrame(step);
    };
    this.#base = { x: from.slice(0, 2), y: from.slice(2) };
    select(this.#canvas).call(this.#zoom.transform, zoomIdentity);
    step(start);
  }

  // Zooms about an x, where there is one on screen.
  magnify(factor, about) {
    const { x } = this.scales();
    const at = Math.min(Math.max(x(about), this.box.left), this.box.right);
    const point = this.#transform.invert([at, (this.box.top + this.box.bottom) / 2]);
    const k = Math.min(Math.max(this.#transform.k * factor, 0.2), 1e7);
    const centre = (this.box.top + this.box.bottom) / 2;
    const moved = zoomIdentity.translate(at, centre).scale(k).translate(-point[0], -point[1]);
    select(this.#canvas).call(this.#zoom.transform, moved);
  }

  get domain() {
    return this.scales().x.domain();
  }

  // The inputs to draw at.
  samples() {
    const [from, to] = this.domain;
    return Float64Array.from({ length: POINTS }, (_, i) => from + ((to - from) * i) / (POINTS - 1));
  }

  // Draws curves {ys, colour, dash, width} at xs, and dots {y, colour} at the cursor, which has a label.
  draw({ xs, curves, cursor, label, dots, peers, colours }) {
    const { context } = prepare(this.#canvas);
    const { x, y } = this.scales();
    const box = this.box;
    const place = this.#logarithmic
      ? (value) => (Math.abs(value) < y.domain()[0] ? box.bottom - 8 : y(Math.abs(value)))
      : (value) => Math.min(Math.max(y(value), -1e4), 1e4);
    axes(context, box, x, y, colours);
    if (this.#logarithmic) this.#zeroLine(context, box, colours);
    context.save();
    context.beginPath();
    context.rect(box.left, box.top, box.right - box.left, box.bottom - box.top);
    context.clip();
    const path = line().defined(([, value]) => !Number.isNaN(value)).x(([at]) => x(at)).y(([, value]) => place(value))
      .context(context);
    const stroke = ({ xs: at = xs, ys, colour, dash, width }) => {
      context.strokeStyle = colour;
      context.lineWidth = width;
      context.setLineDash(dash);
      context.beginPath();
      path(Array.from(ys, (value, i) => [at[i], value]));
      context.stroke();
    };
    context.lineJoin = 'round';
    context.lineCap = 'butt';
    if (this.#logarithmic) for (const peer of peers) stroke(peer);
    for (const curve of [...curves].reverse()) stroke(curve);
    context.setLineDash([]);
    this.#cursor(context, box, x(cursor), dots, place, colours);
    context.restore();
    if (cursor >= x.domain()[0] && cursor <= x.domain()[1]) this.#label(context, box, x(cursor), label, colours);
    if (this.#logarithmic) this.#peerLabel(context, box, x, peers, colours);
  }

  #zeroLine(context, box, colours) {
    context.save();
    context.font = `13px ${colours.sans}`;
    context.fillStyle = colours.muted;
    context.textAlign = 'right';
    context.textBaseline = 'middle';
    context.fillText('0', box.left - 8, box.bottom - 8);
    context.strokeStyle = colours.muted;
    context.beginPath();
    context.moveTo(box.left, box.bottom - 7.5);
    context.lineTo(box.right, box.bottom - 7.5);
    context.stroke();
    context.restore();
  }

  #cursor(context, box, at, dots, place, colours) {
    context.strokeStyle = colours.muted;
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(at, box.top);
    context.lineTo(at, box.bottom);
    context.stroke();
    for (const { y, colour } of dots) {
      if (Number.isNaN(y)) continue;
      context.beginPath();
      context.arc(at, place(y), 5, 0, 2 * Math.PI);
      context.fillStyle = colour;
      context.fill();
      context.lineWidth = 2;
      context.strokeStyle = colours.page;
      context.stroke();
    }
  }

  #label(context, box, at, label, colours) {
    context.save();
    context.font = `13px ${colours.sans}`;
    const width = context.measureText(label).width + 12;
    const left = Math.min(Math.max(at - width / 2, box.left), box.right - width);
    context.fillStyle = colours.ink;
    context.beginPath();
    context.roundRect(left, 0, width, 20, 5);
    context.fill();
    context.fillStyle = colours.page;
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    context.fillText(label, left + width / 2, 10.5);
    context.restore();
  }

  // Says where others return 0, if that is on screen.
  #peerLabel(context, box, x, peers, colours) {
    if (peers.length === 0) return;
    const right = x(Math.min(...peers.map((peer) => peer.lost)));
    if (right < box.left || right > box.right) return;
    context.save();
    context.font = `600 13px ${colours.sans}`;
    const lines = [peers.map((peer) => peer.label).join(', '), '← return 0 from here on'];
    const [margin, spacing] = [8, 18];
    const width = Math.max(...lines.map((text) => context.measureText(text).width));
    const left = Math.max(box.left, Math.min(right + margin, box.right - width - margin));
    const top = box.bottom - 22 - lines.length * spacing;
    context.globalAlpha = 0.85;
    context.fillStyle = colours.page;
    context.fillRect(left - margin / 2, top, width + margin, lines.length * spacing);
    context.globalAlpha = 1;
    context.fillStyle = colours.lost;
    context.textBaseline = 'middle';
    lines.forEach((text, line) => context.fillText(text, left, top + (line + 0.5) * spacing));
    context.restore();
  }
}
