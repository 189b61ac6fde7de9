// The component from JavaScript: what a photo is, the photo smaller, and what an error looks like.
//
// jco has written the component as a module of JavaScript's, which Node and browsers load alike. `node.mjs` gives it a
// photo in Node, `index.html` in a browser.

import { pipeline } from './pkg/edgepix.js';

/** Takes the bytes of a photo and a function that prints a line; gives the bytes of a WebP. */
export function resize(photo, print) {
  const facts = pipeline.getMetadata(photo);
  print(`the photo: ${facts.width} × ${facts.height} ${facts.format}, ${facts.sizeBytes} bytes`);

  // Options and limits that are left out have their defaults.
  const options = { width: 400, format: 'webp', enlarge: false, lossless: false };
  const small = pipeline.resize(photo, options, {});
  print(`made: ${small.width} × ${small.height} ${small.format}, ${small.bytes.length} bytes`);
  if (small.width !== 400) throw new Error('the width is wrong');

  // The same with less memory than it takes: refused before a pixel is decoded. Numbers of 64 bits are BigInts.
  try {
    pipeline.resize(photo, options, { memory: 100_000n });
  } catch ({ payload: error }) {
    print(`refused: ${error.tag}: ${error.val.message} (${error.val.actual} > ${error.val.limit})`);
    if (error.tag === 'too-large') return small.bytes;
  }
  throw new Error('a job that is too large was not refused');
}
