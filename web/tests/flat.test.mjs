// Memory of one instance over ten thousand requests: it must not creep.
//
// Memory of a module never shrinks, so that whatever an allocator loses between jobs of different sizes stays lost for
// as long as the instance lives.

import assert from "node:assert/strict";
import { test } from "node:test";

// The package keeps its module's memory to itself: it is caught where it is made.
let memory;
WebAssembly.Instance = new Proxy(WebAssembly.Instance, {
  construct(target, given) {
    const instance = new target(...given);
    memory = instance.exports.memory;
    return instance;
  },
});
const { edgepix, source } = await import("./package.mjs");

const ROUNDS = 10_000;

const NAMES = [
  "made/chart.jpg",
  "made/odd-77x53-420-progressive.jpg",
  "made/ycck.jpg",
  "made/chart.png",
  "made/palette-8bit.png",
  "made/interlaced-rgb.png",
  "made/chart.webp",
  "made/alpha-edges-lossy.webp",
  "made/animated.gif",
  "made/transparent.gif",
  "photos/brushes-1mp-420.jpg",
  "photos/bowl-1mp-alpha.png",
  // These fail, each at another point of their way.
  "made/cut-after-a-quarter.png",
  "made/no-data.png",
  "made/wrong-deflate.png",
  "made/bomb-65500x65500.jpg",
];

/** Every kind of source, to every format, at sizes that have nothing in common. */
async function kinds() {
  const jobs = [];
  for (const name of NAMES) {
    const bytes = new Uint8Array(await source(name));
    const large = name.startsWith("photos/");
    jobs.push({ bytes });
    for (const format of large ? ["jpeg", "webp"] : ["jpeg", "png", "webp", "gif"]) {
      for (const width of large ? [97, 240] : [24, 61, 110]) {
        jobs.push({ bytes, options: { width, format, frame: 0 } });
      }
    }
  }
  return jobs;
}

async function run({ bytes, options }) {
  try {
    await (options ? edgepix.resize(bytes, options) : edgepix.metadata(bytes));
  } catch (error) {
    assert.ok(error instanceof edgepix.EdgepixError && error.code !== "internal", String(error));
  }
}

test(`memory after ${ROUNDS} mixed requests is what it was after the first of each kind`, async () => {
  const jobs = await kinds();
  for (const job of jobs) await run(job);
  const first = memory.buffer.byteLength;
  // The same order every time, and no pattern in it: Lehmer's generator.
  let random = 48271;
  for (let i = 0; i < ROUNDS; i += 1) {
    random = (random * 48271) % 2147483647;
    await run(jobs[random % jobs.length]);
  }
  assert.equal(memory.buffer.byteLength, first, `${jobs.length} kinds, ${first >> 10} KiB after the first of each`);
  // The stack lies first and grows down. Half of its 256 KiB is there for jobs that nobody has thought of.
  const deepest = new Uint8Array(memory.buffer).findIndex((byte) => byte !== 0);
  assert.ok(deepest >= 128 << 10, `the stack has reached down to ${deepest >> 10} KiB`);
});
