import { compile, facts, instantiate, picture } from './core.js';
import { read } from './input.js';

/** A finished image. */
export class Picture {
  constructor({ bytes, type, format, width, height }) {
    this.bytes = bytes;
    this.type = type;
    this.format = format;
    this.width = width;
    this.height = height;
  }

  blob() {
    return new Blob([this.bytes], { type: this.type });
  }
}

/** The package's functions, for a platform on which `find` tells where the compiled core is. */
export function connect(find) {
  let ready;

  async function load(source) {
    ready ??= compile(() => source ?? find()).then(instantiate).catch((error) => {
      ready = undefined;
      throw error;
    });
    await ready;
  }

  /** Bytes are read while the core is on its way. */
  async function open(input, options, signal) {
    signal?.throwIfAborted();
    const reading = Promise.resolve(input).then((source) => read(source, options?.limits, signal));
    const [bytes] = await Promise.all([reading, load()]);
    return bytes;
  }

  async function resize(input, options, control) {
    return new Picture(picture(await open(input, options, control?.signal), options, control));
  }

  return {
    load,
    resize,
    convert: (input, format = null, options, control) => resize(input, { ...options, format }, control),
    metadata: async (input, options, control) => facts(await open(input, options, control?.signal)),
  };
}
