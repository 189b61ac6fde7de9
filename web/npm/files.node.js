import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { EdgepixError } from './error.js';

/** What is fetched, not opened. */
const ADDRESS = /^(https?|data|blob):/i;

/** The path that a text or a URL is, as functions of Node take it; nothing for an address of another kind. */
export function pathOf(input) {
  const text = String(input);
  if (ADDRESS.test(text)) return undefined;
  return /^file:/i.test(text) ? new URL(text) : text;
}

/** A file as a stream, with its length where that is known. Nothing for an address of another kind. */
export async function open(input) {
  const path = pathOf(input);
  if (path === undefined) return undefined;
  try {
    const facts = await stat(path);
    // Of a pipe or a device nobody knows the length.
    const length = facts.isFile() ? facts.size : 0;
    return { length, stream: createReadStream(path, { highWaterMark: 1 << 20 }) };
  } catch (cause) {
    if (!['ENOENT', 'ENOTDIR'].includes(cause.code)) throw cause;
    throw new EdgepixError({ code: 'source-not-found', message: `There is no file ${input}.` }, { cause });
  }
}
