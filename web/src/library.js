// SPDX-License-Identifier: Apache-2.0
// The library itself: the C interface of silu.h, in WebAssembly.
import bytes from 'silu.wasm';

const POINTER = 4; // bytes, in wasm32

export class Library {
  #c;
  #scratch = { at: 0, size: 0 };

  constructor(exports) {
    this.#c = exports;
    this.version = this.#text(exports.silu_version());
    this.functions = this.#names('function');
    this.dtypes = this.#names('dtype');
    this.operators = this.#names('operator');
  }

  #text(at) {
    const memory = new Uint8Array(this.#c.memory.buffer);
    return new TextDecoder().decode(memory.subarray(at, memory.indexOf(0, at)));
  }

  #names(table) {
    const count = this.#c[`silu_${table}_count`]();
    return Array.from({ length: count }, (_, index) => this.#text(this.#c[`silu_${table}_name`](index)));
  }

  #index(table, name) {
    const index = this[table].indexOf(name);
    if (index < 0) throw new RangeError(`${name} is none of ${this[table].join(', ')}`);
    return index;
  }

  #check(status) {
    if (status !== 0) throw new RangeError(this.#text(this.#c.silu_status_message(status)));
  }

  // Memory of that many bytes, the same from call to call.
  #reserve(size) {
    if (size > this.#scratch.size) {
      this.#c.free(this.#scratch.at);
      this.#scratch = { at: this.#c.malloc(size), size };
      if (this.#scratch.at === 0) throw new RangeError(`no memory for ${size} bytes`);
    }
    return this.#scratch.at;
  }

  // function(x), for an array of encodings of the dtype; returns an array like x.
  evaluate(name, dtype, x) {
    const at = this.#reserve(x.byteLength);
    const [function_, type] = [this.#index('functions', name), this.#index('dtypes', dtype)];
    new x.constructor(this.#c.memory.buffer, at, x.length).set(x);
    this.#check(this.#c.silu_evaluate(function_, type, at, at, x.length));
    return new x.constructor(this.#c.memory.buffer, at, x.length).slice();
  }

  // The operator's outputs; inputs are arrays of encodings of one length n, or of length 1 for all n.
  apply(name, dtype, inputs, outputs) {
    const [first] = inputs;
    const size = first.BYTES_PER_ELEMENT;
    const n = Math.max(...inputs.map((input) => input.length));
    const operands = inputs.length + outputs;
    const room = Math.ceil((n * size) / 8) * 8;
    const table = this.#reserve(operands * room + operands * 2 * POINTER) + operands * room;
    const at = (operand) => table - (operands - operand) * room;
    const { buffer } = this.#c.memory;
    const entries = new Uint32Array(buffer, table, 2 * operands);
    for (let operand = 0; operand < operands; ++operand) {
      const input = inputs[operand];
      if (input) new input.constructor(buffer, at(operand), input.length).set(input);
      entries.set([at(operand), input && input.length === 1 ? 0 : size], 2 * operand);
    }
    const results = table + inputs.length * 2 * POINTER;
    this.#check(this.#c.silu_apply(this.#index('operators', name), this.#index('dtypes', dtype), table, results, 0, n));
    return Array.from({ length: outputs }, (_, output) =>
      new first.constructor(buffer, at(inputs.length + output), n).slice());
  }
}

export async function load() {
  const { instance } = await WebAssembly.instantiate(bytes);
  instance.exports._initialize();
  return new Library(instance.exports);
}
