// SPDX-License-Identifier: Apache-2.0
// The dtypes: their numbers among JavaScript's, which hold each of them, and how numbers are written.

// least: the exponent of the least normal number; largest: the largest finite number.
const format = (name, Storage, precision, least, largest, infinities = true) =>
  ({ name, Storage, precision, least, largest, infinities, bits: 8 * Storage.BYTES_PER_ELEMENT });

export const FORMATS = [
  format('float64', Float64Array, 53, -1022, Number.MAX_VALUE),
  format('float32', Float32Array, 24, -126, (2 - 2 ** -23) * 2 ** 127),
  format('float16', Uint16Array, 11, -14, 65504),
  format('bfloat16', Uint16Array, 8, -126, (2 - 2 ** -7) * 2 ** 127),
  format('float8_e4m3fn', Uint8Array, 4, -6, 448, false),
  format('float8_e5m2', Uint8Array, 3, -14, 57344),
];

export const formatNamed = (name) => FORMATS.find((one) => one.name === name);

const scratch = new DataView(new ArrayBuffer(8));

// floor(log2 |value|), for normal numbers of float64.
function exponentOf(value) {
  scratch.setFloat64(0, value);
  return ((scratch.getUint16(0) >> 4) & 0x7ff) - 1023;
}

function toEven(value) {
  return Math.abs(value % 1) === 0.5 ? 2 * Math.round(value / 2) : Math.round(value);
}

// The number of the format nearest to value, ties to even.
export function round(format, value) {
  if (format.bits === 64 || Number.isNaN(value) || value === 0) return value;
  if (format.bits === 32) return Math.fround(value);
  const beyond = format.infinities ? Math.sign(value) * Infinity : NaN;
  if (!Number.isFinite(value)) return beyond;
  const ulp = 2 ** (Math.max(exponentOf(value), format.least) - format.precision + 1);
  const rounded = toEven(value / ulp) * ulp;
  return Math.abs(rounded) > format.largest ? beyond : rounded;
}

const signBit = (format) => 2 ** (format.bits - 1);

// The encoding of a number of a format of 8 or 16 bits, and the number of an encoding.
function encode(format, value) {
  const sign = value < 0 || Object.is(value, -0) ? signBit(format) : 0;
  const magnitude = Math.abs(value);
  const hidden = 2 ** (format.precision - 1);
  const all = signBit(format) - 1;
  if (Number.isNaN(value)) return format.infinities ? all - hidden / 2 + 1 : all;
  if (magnitude === Infinity) return sign + all + 1 - hidden;
  if (magnitude < 2 ** format.least) return sign + magnitude / 2 ** (format.least - format.precision + 1);
  const exponent = exponentOf(magnitude);
  return sign + (exponent - format.least) * hidden + magnitude / 2 ** (exponent - format.precision + 1);
}

function decode(format, bits) {
  const hidden = 2 ** (format.precision - 1);
  const sign = bits >= signBit(format) ? -1 : 1;
  const magnitude = bits % signBit(format);
  const infinity = signBit(format) - hidden;
  if (format.infinities && magnitude >= infinity) return magnitude === infinity ? sign * Infinity : NaN;
  if (!format.infinities && magnitude === signBit(format) - 1) return NaN;
  const field = Math.floor(magnitude / hidden);
  const significand = (magnitude % hidden) + (field > 0 ? hidden : 0);
  return sign * significand * 2 ** (format.least + Math.max(field, 1) - format.precision);
}

// Numbers, rounded to the format, as the library takes them; and its results, as numbers.
export function pack(format, values) {
  if (format.bits >= 32) return format.Storage.from(values);
  return format.Storage.from(values, (value) => encode(format, round(format, value)));
}
export function unpack(format, stored) {
  return Float64Array.from(stored, format.bits >= 32 ? undefined : (bits) => decode(format, bits));
}

// The number of the format that follows value, upwards or downwards; the last is infinity, where there is one.
export function next(format, value, upwards) {
  const direction = upwards ? 1 : -1;
  if (value === direction * (format.infinities ? Infinity : format.largest)) return value;
  if (value === 0) return direction * 2 ** (format.least - format.precision + 1);
  const stored = pack(format, [value]);
  const integers = { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array, 8: BigUint64Array };
  const bits = new integers[stored.BYTES_PER_ELEMENT](stored.buffer);
  const step = value > 0 === upwards ? 1 : -1;
  bits[0] += format.bits === 64 ? BigInt(step) : step;
  return unpack(format, stored)[0];
}

// The shortest decimal that is read as this number of the format, and as no other.
export function decimal(format, value) {
  if (Object.is(value, -0)) return '-0';
  if (format.bits === 64 || !Number.isFinite(value)) return `${value}`.replace('Infinity', 'inf');
  for (let digits = 1; digits < 17; ++digits) {
    const read = Number(value.toPrecision(digits));
    if (round(format, read) === value) return `${read}`;
  }
  return `${value}`;
}

// The encoding of a stored number, in hexadecimal.
export function encoding(stored, index = 0) {
  const size = stored.BYTES_PER_ELEMENT;
  const bytes = [...new Uint8Array(stored.buffer, stored.byteOffset + index * size, size)];
  return `0x${bytes.reverse().map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

// A number as C's %a writes it.
export function hexadecimal(value) {
  if (!Number.isFinite(value)) return decimal(FORMATS[0], value);
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  if (value === 0) return `${sign}0x0p+0`;
  scratch.setFloat64(0, value);
  const fraction = (scratch.getBigUint64(0) & (2n ** 52n - 1n)).toString(16).padStart(13, '0').replace(/0+$/, '');
  const subnormal = Math.abs(value) < 2 ** -1022;
  const exponent = subnormal ? -1022 : exponentOf(value);
  return `${sign}0x${subnormal ? 0 : 1}${fraction && `.${fraction}`}p${exponent < 0 ? '' : '+'}${exponent}`;
}

// Reads a decimal, inf, or a hexadecimal as %a writes it; undefined for anything else.
export function parse(text) {
  const tidy = text.trim().replace(/\u2212/g, '-').toLowerCase();
  const infinite = /^([+-]?)inf(inity)?$/.exec(tidy);
  if (infinite) return infinite[1] === '-' ? -Infinity : Infinity;
  const hex = /^([+-]?)0x([0-9a-f]*)\.?([0-9a-f]*)p([+-]?\d+)$/.exec(tidy);
  if (hex && hex[2] + hex[3]) {
    const digits = Number(`0x${hex[2]}${hex[3]}`);
    return (hex[1] === '-' ? -1 : 1) * digits * 2 ** (Number(hex[4]) - 4 * hex[3].length);
  }
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/.test(tidy) ? Number(tidy) : undefined;
}
