// SPDX-License-Identifier: Apache-2.0
// What the drawings share: when to draw, a canvas of the screen's own pixels, and axes.

const TICK_ROOM = { x: 90, y: 56 }; // pixels for each tick

// Calls task once in the next frame, however often it is asked for.
export function inNextFrame(task) {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      task();
    });
  };
}

// The context, in CSS pixels, cleared; and the canvas's size in them.
export function prepare(canvas) {
  const { clientWidth: width, clientHeight: height } = canvas;
  const ratio = window.devicePixelRatio || 1;
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
  }
  const context = canvas.getContext('2d');
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return { context, width, height };
}

const SUPERSCRIPTS = [...'⁰¹²³⁴⁵⁶⁷⁸⁹'];
export function powerOfTen(value) {
  const exponent = Math.round(Math.log10(value));
  if (exponent >= 0 && exponent <= 3) return `${10 ** exponent}`;
  const digits = [...`${Math.abs(exponent)}`].map((digit) => SUPERSCRIPTS[digit]).join('');
  return `10${exponent < 0 ? '⁻' : ''}${digits}`;
}

// The powers of ten to be labelled on a logarithmic axis.
function decades(scale, room) {
  const [low, high] = scale.domain().map(Math.log10);
  const length = Math.abs(scale.range()[1] - scale.range()[0]);
  const every = [1, 2, 5, 10, 20, 50, 100].find((step) => ((high - low) / step) * room <= length) ?? 200;
  const ticks = [];
  for (let exponent = Math.ceil(low / every) * every; exponent <= high; exponent += every) ticks.push(10 ** exponent);
  return ticks;
}

function ticksOf(scale, axis) {
  const room = TICK_ROOM[axis];
  if (scale.base) {
    const ticks = decades(scale, room);
    return ticks.map((value) => ({ value, text: powerOfTen(value) }));
  }
  const count = Math.max(2, Math.floor(Math.abs(scale.range()[1] - scale.range()[0]) / room));
  const write = scale.tickFormat(count);
  return scale.ticks(count).map((value) => ({ value, text: write(value).replace(/-/g, '−') }));
}

// Grid lines and labels; lines through zero are stronger.
export function axes(context, box, x, y, colours) {
  context.save();
  context.font = `13px ${colours.sans}`;
  context.lineWidth = 1;
  context.fillStyle = colours.muted;
  const line = (x0, y0, x1, y1, strong) => {
    context.strokeStyle = strong ? colours.muted : colours.grid;
    context.beginPath();
    context.moveTo(x0, y0);
    context.lineTo(x1, y1);
    context.stroke();
  };
  context.textAlign = 'center';
  context.textBaseline = 'top';
  for (const { value, text } of ticksOf(x, 'x')) {
    const at = Math.round(x(value)) + 0.5;
    line(at, box.top, at, box.bottom, value === 0);
    const half = context.measureText(text).width / 2;
    context.fillText(text, Math.min(Math.max(at, box.left + half - 8), box.right - half + 8), box.bottom + 8);
  }
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  for (const { value, text } of ticksOf(y, 'y')) {
    const at = Math.round(y(value)) + 0.5;
    line(box.left, at, box.right, at, value === 0);
    context.fillText(text, box.left - 8, at);
  }
  context.restore();
}
