// SPDX-License-Identifier: Apache-2.0
// The style sheet's colours and fonts, for what is drawn on canvas.

const NAMES = ['page', 'ink', 'muted', 'grid', 'panel', 'silu', 'relu', 'sigmoid', 'dsilu', 'swish', 'lost',
  'off-0', 'off-1', 'off-2', 'off-3', 'sans'];

export function theme() {
  const style = getComputedStyle(document.documentElement);
  return Object.fromEntries(NAMES.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
}

// Calls back when the reader's system turns dark or light.
export function watch(changed) {
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', changed);
}
