// SPDX-License-Identifier: Apache-2.0
// The page: its state, and what the reader's hands do to it.
import { STEPS, betaAt, stepOf } from './beta.js';
import { inNextFrame } from './canvas.js';
import { startChain } from './chain-controls.js';
import { CURVES, values } from './curves.js';
import { FORMATS, decimal, encoding, formatNamed, hexadecimal, next, pack, parse, round } from './formats.js';
import { Graph, VIEWS } from './graph.js';
import { load } from './library.js';
import { Peers } from './peers.js';
import { Readout, put, showPeers } from './readout.js';
import { theme, watch } from './theme.js';

const $ = (id) => document.getElementById(id);
const all = (selector) => [...document.querySelectorAll(selector)];

const state = {
  x: VIEWS.whole.cursor, beta: 1.702, format: formatNamed('float32'), view: 'whole', order: 0,
  shown: new Set(CURVES.map((curve) => curve.id)),
};

function start(library) {
  const peers = new Peers(library);
  const readout = new Readout($('readout'));
  let colours = theme();
  let shownPeers;

  // --- Drawing and writing --------------------------------------------------------------------------------------

  const draw = () => {
    const shown = CURVES.filter((curve) => state.shown.has(curve.id));
    const xs = graph.samples();
    const [stored, cursor] = [xs, [state.x]].map((inputs) => pack(state.format, inputs));
    const at = (curve, inputs) => values(library, curve, state.order, state.format, inputs, state.beta);
    const curves = shown.map((curve) => ({
      ys: at(curve, stored), colour: colours[curve.id], dash: curve.dash, width: curve.id === 'silu' ? 3.5 : 2.25,
    }));
    const dots = shown.map((curve) => ({ y: at(curve, cursor)[0], colour: colours[curve.id] }));
    graph.draw({ xs, curves, cursor: state.x, label: `x = ${decimal(state.format, state.x)}`, dots, peers: peers.curves(state.order, colours), colours });
    const { x } = graph.scales();
    peers.draw($('strip'), x, graph.box, state.order, x(state.x), colours);
  };

  const write = () => {
    const { format, x, beta } = state;
    readout.update(library, format, x, beta);
    if (document.activeElement !== $('x')) $('x').value = decimal(format, x);
    const stored = pack(format, [x]);
    put($('x-bits'), `${encoding(stored)}  ${hexadecimal(x)}`);
    const [y] = values(library, CURVES[0], state.order, format, stored, beta);
    const slider = $('cursor');
    const [low, high] = graph.domain;
    slider.setAttribute('aria-valuemin', low);
    slider.setAttribute('aria-valuemax', high);
    slider.setAttribute('aria-valuenow', Math.min(Math.max(x, low), high));
    slider.setAttribute('aria-valuetext', `x = ${decimal(format, x)}, SiLU${'′'.repeat(state.order)} = ${decimal(format, y)}`);
    const index = peers.nearest(x);
    if (index !== shownPeers) {
      shownPeers = index;
      showPeers($('peers'), peers.rows(index));
      $('peers-x').textContent = decimal(formatNamed('float32'), peers.x[index]);
    }
    put($('strip-quantity'), state.order === 0 ? 'SiLU' : 'the gradient');
  };

  const changed = inNextFrame(() => {
    draw();
    write();
  });

  const point = (x) => {
    const { format } = state;
    const clamped = Math.min(Math.max(x, -format.largest), format.largest);
    state.x = round(format, clamped);
    changed();
  };

  const graph = new Graph($('graph'), changed, point);

  // --- Where to look, and what to draw --------------------------------------------------------------------------

  const press = (group, chosen) => {
    for (const button of all(group)) button.setAttribute('aria-pressed', chosen(button.dataset));
  };
  const look = () => {
    press('[data-view]', ({ view }) => view === state.view);
    press('button[data-order]', ({ order }) => Number(order) === state.order);
    graph.look(state.view, state.order);
  };
  const visit = (view) => {
    state.view = view;
    point(VIEWS[view].cursor);
    look();
  };
  for (const button of all('[data-view]')) button.addEventListener('click', () => visit(button.dataset.view));
  for (const button of all('button[data-order]')) {
    button.addEventListener('click', () => {
      state.order = Number(button.dataset.order);
      look();
    });
  }
  for (const button of all('[data-go]')) {
    button.addEventListener('click', () => {
      state.order = Number(button.dataset.goOrder);
      visit(button.dataset.go);
      $('cursor').focus({ preventScroll: true });
      $('cursor').scrollIntoView({ block: 'center' });
    });
  }
  for (const button of all('[data-zoom]')) {
    button.addEventListener('click', () => graph.magnify(Number(button.dataset.zoom), state.x));
  }
  $('reset').addEventListener('click', look);
  for (const button of all('[data-toggle]')) {
    button.addEventListener('click', () => {
      const id = button.dataset.toggle;
      if (!state.shown.delete(id)) state.shown.add(id);
      button.setAttribute('aria-pressed', state.shown.has(id));
      changed();
    });
  }

  const setBeta = (beta) => {
    state.beta = beta;
    const text = beta === Infinity ? '∞' : `${beta}`;
    $('beta').value = stepOf(beta);
    $('beta').setAttribute('aria-valuetext', beta === Infinity ? 'infinity' : text);
    $('beta-value').textContent = text;
    press('[data-beta]', (data) => Number(data.beta) === beta);
    changed();
  };
  $('beta').max = STEPS;
  $('beta').addEventListener('input', () => setBeta(betaAt(Number($('beta').value))));
  for (const button of all('[data-beta]')) button.addEventListener('click', () => setBeta(Number(button.dataset.beta)));

  // --- The cursor -----------------------------------------------------------------------------------------------

  for (const format of FORMATS) $('dtype').add(new Option(format.name, format.name, false, format === state.format));
  $('dtype').addEventListener('change', () => {
    state.format = formatNamed($('dtype').value);
    point(state.x);
  });
  const judge = (error) => {
    $('x').setAttribute('aria-invalid', error !== '');
    $('x-error').textContent = error;
  };
  $('x').addEventListener('input', () => {
    const x = parse($('x').value);
    judge(x === undefined ? 'Not a number; allowed: such as -1.25, 1e-40, inf, 0x1.8p-3' : '');
    if (x === undefined) return;
    state.x = round(state.format, x);
    changed();
  });
  $('x').addEventListener('change', () => {
    judge('');
    $('x').value = decimal(state.format, state.x);
  });
  const step = (upwards) => {
    state.x = next(state.format, state.x, upwards);
    changed();
  };
  $('previous').addEventListener('click', () => step(false));
  $('next').addEventListener('click', () => step(true));

  const move = (part) => () => {
    const [low, high] = graph.domain;
    point(state.x + part * (high - low));
  };
  const KEYS = {
    ArrowLeft: move(-1 / 200), ArrowRight: move(1 / 200), ArrowDown: move(-1 / 200), ArrowUp: move(1 / 200),
    PageDown: move(-1 / 10), PageUp: move(1 / 10),
    Home: () => point(graph.domain[0]), End: () => point(graph.domain[1]),
    '+': () => graph.magnify(2, state.x), '=': () => graph.magnify(2, state.x), '-': () => graph.magnify(1 / 2, state.x),
    0: look,
  };
  $('cursor').addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !Object.hasOwn(KEYS, event.key)) return;
    event.preventDefault();
    if (event.shiftKey && event.key.startsWith('Arrow')) step(event.key === 'ArrowRight' || event.key === 'ArrowUp');
    else KEYS[event.key]();
  });

  // --------------------------------------------------------------------------------------------------------------

  const redrawChain = startChain(library, () => colours);
  watch(() => {
    colours = theme();
    changed();
    redrawChain();
  });
  $('measured').textContent = peers.measured;
  $('version').textContent = library.version;
  setBeta(state.beta);
  window.silu = library; // for the reader's console
  document.documentElement.dataset.ready = '';
}

load().then(start).catch((error) => {
  $('failed').hidden = false;
  $('failed').textContent = `This browser cannot run the library: ${error.message}`;
  throw error;
});
