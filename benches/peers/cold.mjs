// What `cargo xtask bench cold` asks of V8: node cold.mjs fresh|beside|idle SOURCE. Answers with one line of JSON.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';

const CORE = new URL('../../dist/npm/core.js', import.meta.url);
const GLUE = new URL('../../dist/npm/glue.js', import.meta.url);
const INSTANCES = 200;

const [kind, path] = isMainThread ? process.argv.slice(2) : [];

if (!isMainThread) {
  parentPort.postMessage(await times(workerData.module, readFileSync(workerData.path)));
} else {
  const module = await WebAssembly.compile(readFileSync(new URL('../../dist/npm/edgepix.wasm', import.meta.url)));
  const answer = { fresh: () => isolate(module), beside: () => beside(module), idle: () => idle(module) }[kind];
  console.log(JSON.stringify(await answer()));
}

/** In an isolate that has done nothing, with a module that is compiled and has never run. */
function isolate(module) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(fileURLToPath(import.meta.url), { workerData: { module, path } });
    worker.once('message', resolve).once('error', reject);
  });
}

/** In an isolate that has done nothing, where another one has used the module: they share its code. */
async function beside(module) {
  await times(module, readFileSync(path));
  return isolate(module);
}

/** As the package does what it is asked for. */
async function times(module, source) {
  const start = performance.now();
  const { facts, instantiate, picture } = await import(CORE);
  await instantiate(module);
  const instantiated = performance.now() - start;
  const job = () => picture(source, { width: 800, height: 600, format: 'jpeg' });
  const metadata = timed(() => facts(source));
  const first = timed(job);
  const second = timed(job);
  // The engine compiles once more what has turned out to run often, and takes its time.
  const runs = [];
  for (let run = 0; run < 40; run += 1) runs.push(timed(job));
  const warm = median(runs.slice(-20));
  const warmMetadata = median(Array.from({ length: 200 }, () => timed(() => facts(source))));
  return { instantiate: instantiated, metadata, first, second, warm, warmMetadata };
}

/** Growth of the process for each instance that is kept, in bytes: of one that has done nothing, of one that has worked. */
async function idle(module) {
  const source = readFileSync(path);
  // What the first one takes is not for each.
  transform(await instance(module, 'first'), source);
  const kept = [];
  const grown = async (work) => {
    globalThis.gc?.();
    const before = rss();
    for (let n = 0; n < INSTANCES; n += 1) {
      const glue = await instance(module, `${work ? 'used' : 'fresh'}${n}`);
      work?.(glue);
      kept.push(glue);
    }
    globalThis.gc?.();
    return (rss() - before) / INSTANCES;
  };
  const fresh = await grown();
  const used = await grown((glue) => transform(glue, source));
  return { fresh, used, instances: INSTANCES, kept: kept.length };
}

/** The glue has one instance: each is a copy of the glue, as each isolate has one. */
async function instance(module, name) {
  const glue = await import(`${GLUE}?${name}`);
  glue.initSync({ module });
  return glue;
}

function transform(glue, source) {
  const options = new glue.Options();
  options.number('width', 800);
  options.number('height', 600);
  options.text('format', 'jpeg');
  const output = glue.resize(source, options);
  output.takeBytes();
  output.free();
}

function timed(work) {
  const start = performance.now();
  work();
  return performance.now() - start;
}

function median(values) {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}

function rss() {
  return Number(readFileSync('/proc/self/status', 'utf8').match(/^VmRSS:\s*(\d+)/m)[1]) * 1024;
}
