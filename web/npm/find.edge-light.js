import module from './edgepix.wasm?module';

/** The core that was named, or else the one that the bundler has compiled beforehand. */
export const find = (named) => named ?? module;
