// The peers' packages, where xtask has installed them.

import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const modules = process.env.EDGEPIX_BENCH_NODE_MODULES;
if (!modules) throw new Error('EDGEPIX_BENCH_NODE_MODULES is not set: start this through `cargo xtask bench peers`');

/** The path of a packages' file. */
export const path = (file) => join(modules, file);

/** A package that knows `require`. */
export const load = createRequire(path('packages.js'));

/** A file that is a module. */
export const importFile = (file) => import(pathToFileURL(path(file)));

/** The size that an image of the size `from` has inside the job's box. */
export function inside(job, from) {
  const scale = Math.min(1, job.width / from.width, (job.height ?? Infinity) / from.height);
  const side = (length) => Math.max(1, Math.round(length * scale));
  return { width: side(from.width), height: side(from.height) };
}
