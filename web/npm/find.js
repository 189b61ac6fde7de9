import { simd } from './simd.js';

/** Where the core is: the place that was named, or else the address of the file beside this module. */
export const find = (named) => named ?? beside();

/** The address of the core that this engine can run. */
function beside() {
  // Bundlers look for exactly this expression, and take the file along. The other file is named so that they do not see it:
  // nearly every engine has SIMD, and a build with both would be twice as large.
  const fast = new URL('./edgepix.wasm', import.meta.url);
  if (simd()) return fast;
  const plain = fast.href.replace(/edgepix\.wasm$/, 'edgepix-plain.wasm');
  if (plain !== fast.href) return new URL(plain);
  throw new Error('this engine has no 128-bit SIMD, and needs edgepix/edgepix-plain.wasm');
}
