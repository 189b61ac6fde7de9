// A file for the visitor.

import { element } from './text.js';

/** Time for the browser to begin with it. */
const HELD_MS = 60_000;

/** Saves a blob under a name, as a link to it would. */
export function save(blob, name) {
  const url = URL.createObjectURL(blob);
  element('a', { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), HELD_MS);
}
