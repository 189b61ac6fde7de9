import type { Wasm } from './index.js';

/** The compiled core, as the bundler gives files of this kind: an address, its bytes, or a module. */
declare const wasm: Wasm;
export default wasm;
