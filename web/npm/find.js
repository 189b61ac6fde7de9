import { simd } from './simd.js';

// Each address is written out, so that bundlers see it.
const fast = () => new URL('./edgepix.wasm', import.meta.url);
const plain = () => new URL('./edgepix-plain.wasm', import.meta.url);

/** The address of the core that this browser can run. */
export const find = () => (simd() ? fast() : plain());
