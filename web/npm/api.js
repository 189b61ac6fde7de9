import { compile, facts, instantiate, picture } from './core.js';
import { read } from './input.js';

/** Endings of file names that `file` replaces. */
const ENDING = /\.(avif|bmp|gif|hei[cf]|jfif|jpe?g|jxl|png|tiff?|webp)$/i;

/** A finished image. */
export class Picture {
  constructor({ bytes, type, format, extension, width, height, dropped }) {
    this.bytes = bytes;
    this.type = type;
    this.format = format;
    this.extension = extension;
    this.width = width;
    this.height = height;
    this.dropped = dropped;
  }

  blob() {
    return new Blob([this.bytes], { type: this.type });
  }

  file(name = 'image') {
    const stem = name.replace(ENDING, '') || 'image';
    return new File([this.bytes], `${stem}.${this.extension}`, { type: this.type });
  }
}

/** The package's functions, for a platform on which `find` tells where the compiled core is, and `open` opens files. */
export function connect(find, open) {
  let ready;

  async function load(source) {
    ready ??= compile(() => find(source)).then(instantiate).catch((error) => {
      ready = undefined;
      throw error;
    });
    await ready;
  }

  /** Bytes are read while the core is on its way. */
  async function bytesOf(input, options, signal) {
    signal?.throwIfAborted();
    const reading = Promise.resolve(input).then((source) => read(source, { limits: options?.limits, signal, open }));
    const [bytes] = await Promise.all([reading, load()]);
    return bytes;
  }

  async function resize(input, options, control) {
    return new Picture(picture(await bytesOf(input, options, control?.signal), options, control));
  }

  return {
    load,
    resize,
    convert: (input, format = null, options, control) => resize(input, { ...options, format }, control),
    metadata: async (input, options, control) => facts(await bytesOf(input, options, control?.signal)),
  };
}
