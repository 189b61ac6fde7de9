// The component from JavaScript: what a photo is, the photo smaller, and what an error looks like.
//
// jco has written the component as a JavaScript module, which Node and browsers load alike. `node.mjs` gives it a photo in
// Node, `index.html` in a browser.

import { pipeline } from './pkg/edgepix.js';

const { Source } = pipeline;

/** Takes the bytes of a photo and a function that prints a line; gives the bytes of a WebP. */
export function resize(photo, print) {
  // Limits and options that are left out have their defaults.
  const source = Source.open(photo, {});
  const metadata = source.metadata();
  print(`the photo: ${metadata.width} × ${metadata.height} ${metadata.format}, ${metadata.sizeBytes} bytes`);

  const options = { width: 400, format: 'webp' };
  const small = source.transform(options);
  print(`made: ${small.width} × ${small.height} ${small.format}, ${small.bytes.length} bytes`);
  if (small.width !== 400) throw new Error('the width is wrong');
  // The component frees the photo's memory.
  source[Symbol.dispose]();

  // The same with less memory than it takes: refused before a pixel is decoded. Numbers of 64 bits are BigInts.
  try {
    Source.open(photo, { memory: 100_000n }).transform(options);
  } catch ({ payload: error }) {
    print(`refused: ${error.tag}: ${error.val.message} (${error.val.actual} > ${error.val.limit})`);
    if (error.tag === 'too-large') return small.bytes;
  }
  throw new Error('a job that is too large was not refused');
}
