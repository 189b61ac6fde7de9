// A worker of `cargo xtask bench codecs` in Node: encodes with sharp, or with the npm package in V8. Every line on its
// standard input is a job as JSON, and is answered with one line of JSON.

import { readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { load as require } from './packages.mjs';

const sharp = require('sharp');
sharp.cache(false);
sharp.concurrency(1);

const { load, resize } = await import(new URL('../../dist/npm/index.node.js', import.meta.url));
await load();

const systems = {
  sharp: (source, { format, options }) => sharp(source)[format](options).toBuffer(),
  edgepix: async (source, { format, options }) => (await resize(source, { format, ...options })).bytes,
};

let last = {};
console.log('{}');
for await (const line of createInterface({ input: process.stdin })) {
  const { system, source: path, output, ...job } = JSON.parse(line);
  if (last.path !== path) last = { path, bytes: readFileSync(path) };
  const start = performance.now();
  try {
    const bytes = await systems[system](last.bytes, job);
    const ms = performance.now() - start;
    if (output) writeFileSync(output, bytes);
    console.log(JSON.stringify({ ms }));
  } catch (error) {
    console.log(JSON.stringify({ error: String(error.message) }));
  }
}
process.exit();
