// SPDX-License-Identifier: Apache-2.0
// The slider's scale for beta: 0 at its left end, 1 in the middle, infinity at its right end.

export const STEPS = 1000;

export function betaAt(step) {
  return step >= STEPS ? Infinity : Number((step / (STEPS - step)).toPrecision(3));
}

export function stepOf(beta) {
  return beta === Infinity ? STEPS : Math.round((STEPS * beta) / (1 + beta));
}
