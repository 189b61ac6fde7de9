import module from './edgepix.wasm';

/** The core that was named, or else the one that Cloudflare has compiled beforehand. */
export const find = (named) => named ?? module;
