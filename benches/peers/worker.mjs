// A worker of `cargo xtask bench peers` in Node: does one job as often as it is asked to. benches/worker/src/lib.rs says
// how it is spoken to. The first argument is the system, a file beside this one.

import { memory } from './memory.mjs';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const [system, path, width, height, format, quality] = process.argv.slice(2);
const job = { width: Number(width), height: Number(height) || undefined, format, quality: Number(quality) };

const { load, files } = await import(`./${system}.mjs`);
const run = await load(job);
const empty = memory();
const baseline = ready();
const source = readFileSync(path);
say({ empty_bytes: empty, module_bytes: files(job).reduce((sum, file) => sum + statSync(file).size, 0) });

for await (const line of createInterface({ input: process.stdin })) {
  const [, output, other] = line.split('\t');
  const start = performance.now();
  const bytes = await run(source, other ? { ...job, quality: Number(other) } : job);
  const ms = performance.now() - start;
  const rss = status('VmHWM') - baseline;
  // What is no module has the process's memory.
  const peak = memory() || rss;
  if (output) writeFileSync(output, bytes);
  say({ ms, bytes: bytes.length, peak_bytes: peak, rss_bytes: rss });
}
// Some modules keep threads.
process.exit();

function say(facts) {
  process.stdout.write(`${JSON.stringify(facts)}\n`);
}

/** What the process has now; the most that it has had is counted again. */
function ready() {
  try {
    writeFileSync('/proc/self/clear_refs', '5');
  } catch {
    // Not on this system.
  }
  return status('VmRSS');
}

function status(name) {
  try {
    return Number(readFileSync('/proc/self/status', 'utf8').match(new RegExp(`^${name}:\\s*(\\d+)`, 'm'))[1]) * 1024;
  } catch {
    return 0;
  }
}
