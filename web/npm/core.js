import start, { Failure, Options, __wbg_reset_state as renew, initSync as instance, metadata, resize } from './glue.js';
import { EdgepixError } from './error.js';

/** Memory of the module never shrinks: an instance that has grown beyond this is given up after its job. */
let kept = 64 << 20;

let compiled;

/**
 * Compiles the module, once; `find` tells where it is. A failure, as of the network, is not remembered: the next call
 * tries again.
 */
export function compile(find) {
  compiled ??= Promise.resolve().then(find).then(compileFrom).catch((cause) => {
    compiled = undefined;
    throw new Error(
      `The compiled core cannot be loaded: ${cause.message}. Serve the file edgepix/edgepix.wasm, and name its address: ` +
        'load(address), or createWorker({ wasm: address }).',
      { cause },
    );
  });
  return compiled;
}

/** Makes a compiled module ready to be called. */
export async function instantiate(module) {
  try {
    // Not the bindings' own promise: it would hold the first instance, and the memory of that, for ever.
    instance({ module });
  } catch {
    // A page of an older browser is given a large instance by a promise alone: it has the one, whatever that grows to.
    kept = Infinity;
    await start({ module_or_path: module });
  }
}

/** Bytes of a JPEG in which its headers end, nearly always. */
const FRONT = 64 << 10;

/** An image's facts. */
export function facts(bytes) {
  // Of a JPEG they stand in front: there is no need to copy all of a photo into the module.
  if (bytes.length > FRONT && bytes[0] === 0xff && bytes[1] === 0xd8) {
    try {
      return { ...headers(bytes.subarray(0, FRONT)), sizeBytes: bytes.length };
    } catch (error) {
      if (error.code !== 'damaged-source') throw error;
      // They are longer, or wrong, which the whole file tells.
    }
  }
  return headers(bytes);
}

function headers(bytes) {
  return call(() => {
    const facts = metadata(bytes);
    try {
      const { width, height, format, sizeBytes, orientation, frames, hasAlpha, bitDepth } = facts;
      const { profile, profileIgnored, progressive } = facts;
      return { width, height, format, sizeBytes, orientation, frames, hasAlpha, bitDepth, profile, profileIgnored, progressive };
    } finally {
      facts.free();
    }
  });
}

/** An image as the options want it. `onProgress` is called with a share of the work, 0 … 1. */
export function picture(bytes, given, { signal, onProgress } = {}) {
  let stopped;
  const progress = (signal || onProgress) && {
    advance(share) {
      try {
        onProgress?.(share);
        signal?.throwIfAborted();
        return true;
      } catch (reason) {
        stopped = { reason };
        return false;
      }
    },
  };
  try {
    return call(() => {
      // It takes the options with it, whatever becomes of them.
      const output = resize(bytes, read(given), progress);
      try {
        const { type, format, extension, width, height, dropped } = output;
        return { bytes: output.takeBytes(), type, format, extension, width, height, dropped };
      } finally {
        output.free();
      }
    });
  } catch (error) {
    throw stopped ? stopped.reason : error;
  }
}

function read(given) {
  const options = new Options();
  try {
    fill(options, given);
    return options;
  } catch (error) {
    options.free();
    throw error;
  }
}

function fill(options, given) {
  for (const [name, value] of Object.entries(given ?? {})) {
    if (value === undefined) continue;
    const type = value === null ? 'null' : typeof value;
    if (type === 'object' && name === 'limits') {
      for (const [limit, most] of Object.entries(value)) {
        if (most !== undefined) options.limit(limit, typeof most === 'number' ? most : NaN);
      }
    } else if (type === 'object' && name === 'gravity') options.focus(Number(value.x), Number(value.y));
    else if (type === 'object' && name === 'crop') crop(options, [value.x, value.y, value.width, value.height]);
    else if (type === 'number') options.number(name, value);
    else if (type === 'string') options.text(name, value);
    else if (type === 'boolean') options.flag(name, value);
    else throw Options.wrong(name);
  }
}

/** A crop whose lengths are numbers of pixels, or texts that end in a p for per cent. */
function crop(options, lengths) {
  const percent = lengths.map((length) => typeof length === 'string' && /^\d+(\.\d+)?p$/.test(length));
  const values = lengths.map((length, at) => (percent[at] ? parseFloat(length) : typeof length === 'number' ? length : NaN));
  options.crop(values, percent.reduce((bits, set, at) => bits | (set << at), 0));
}

/** Runs something in the module's instance, and turns what it throws into an error for people. */
function call(job) {
  let trapped = false;
  try {
    return job();
  } catch (error) {
    if (error instanceof Failure) {
      const failure = new EdgepixError(error);
      error.free();
      throw failure;
    }
    if (error instanceof EdgepixError) throw error;
    // Nothing of an instance that had no memory left can be relied on any more.
    trapped = true;
    throw new EdgepixError({ code: 'internal', message: 'The image could not be processed.' }, { cause: error });
  } finally {
    if (trapped || instance().memory.buffer.byteLength > kept) renew();
  }
}

async function compileFrom(given) {
  const source = await given;
  // By name: where code runs in a sandbox, as in edge runtimes, a module may be of a class of its own.
  if (Object.prototype.toString.call(source) === '[object WebAssembly.Module]') return source;
  if (source instanceof Response) return compileResponse(source);
  if (typeof source !== 'string' && !(source instanceof URL)) return WebAssembly.compile(source);
  const response = await fetch(source).catch((cause) => {
    throw new Error(`${source}: ${cause.message}`, { cause });
  });
  return compileResponse(response);
}

async function compileResponse(response) {
  if (!response.ok) throw new Error(`${response.url} was answered with the status ${response.status}`);
  const type = response.headers.get('Content-Type') ?? '';
  if (/^text\/html\b/.test(type)) throw new Error(`${response.url} is a page`);
  // Streams only compile under their own media type, which not every server knows.
  if (WebAssembly.compileStreaming && /^application\/wasm\b/.test(type)) return WebAssembly.compileStreaming(response);
  // On its own line: Next puts a function around every call of `compile`, in which there is no waiting.
  const bytes = await response.arrayBuffer();
  return WebAssembly.compile(bytes);
}
