import { readFile } from 'node:fs/promises';
import { pathOf } from './files.node.js';
import { find as address } from './find.js';

/** The core that was named, or else the one beside this module. Files are read here. */
export async function find(named) {
  const source = address(named);
  const path = typeof source === 'string' || source instanceof URL ? pathOf(source) : undefined;
  if (path === undefined) return source;
  return readFile(path).catch((cause) => {
    // A bundler has put this module elsewhere.
    const advice = named === undefined ? '. Best leave edgepix out of the bundle of a server: mark it as external' : '';
    throw new Error(cause.message + advice, { cause });
  });
}
