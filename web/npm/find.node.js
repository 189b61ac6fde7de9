import { readFile } from 'node:fs/promises';
import { simd } from './simd.js';

/** The bytes of the core that this machine can run. */
export const find = () => readFile(new URL(simd() ? './edgepix.wasm' : './edgepix-plain.wasm', import.meta.url));
