import { EdgepixError } from './error.js';

const INPUTS = 'a Blob, File, Response, ReadableStream, ArrayBuffer or typed array';

/** The core's own default, which is needed here before the core is there. */
const SOURCE_BYTES = 32 << 20;

/** The bytes of an input. Too many are refused before a file is read, and while a stream is. */
export async function read(input, limits, signal) {
  const check = atMost(limits?.sourceBytes ?? SOURCE_BYTES);
  if (ArrayBuffer.isView(input)) return view(input.buffer, input.byteOffset, input.byteLength, check);
  // By name rather than by class: a frame, a test's sandbox and a polyfill have classes of their own.
  switch (Object.prototype.toString.call(input).slice(8, -1)) {
    case 'ArrayBuffer':
    case 'SharedArrayBuffer':
      return view(input, 0, input.byteLength, check);
    case 'Blob':
    case 'File':
      check(input.size);
      return new Uint8Array(await input.arrayBuffer());
    case 'Response':
      return respond(input, check, signal);
    case 'ReadableStream':
      return collect(input, 0, check, signal);
    default:
      throw new EdgepixError({
        code: 'invalid-parameter', message: `The input must be ${INPUTS}.`, parameter: 'input', allowed: INPUTS,
      });
  }
}

/** Whether another thread is better off with the input as it is: what it holds is neither copied nor read here. */
export const travels = (input) => ['Blob', 'File'].includes(Object.prototype.toString.call(input).slice(8, -1));

const atMost = (limit) => (length, more = '') => {
  if (length <= limit) return;
  throw new EdgepixError({
    code: 'too-large', message: `The source has ${length} bytes${more}; at most ${limit} are accepted.`,
    parameter: 'source-bytes', limit, actual: length,
  });
};

function view(buffer, start, length, check) {
  check(length);
  return new Uint8Array(buffer, start, length);
}

async function respond(response, check, signal) {
  if (!response.ok && response.type !== 'opaque') {
    const gone = [401, 403, 404, 410].includes(response.status);
    const code = gone ? 'source-not-found' : 'origin-failed';
    throw new EdgepixError({ code, message: `The source was answered with the status ${response.status}.` });
  }
  if (!response.body) return new Uint8Array(0);
  // The length of a compressed body is not that of its content.
  const coded = response.headers.get('Content-Encoding');
  const length = coded ? 0 : Number(response.headers.get('Content-Length')) || 0;
  return collect(response.body, length, check, signal);
}

/** A stream's bytes, in one allocation where `length` says how many will come. */
async function collect(stream, length, check, signal) {
  const reader = stream.getReader();
  // Ends the reading that is under way.
  const cancel = () => reader.cancel(signal.reason).catch(() => {});
  signal?.addEventListener('abort', cancel);
  try {
    check(length);
    let bytes = new Uint8Array(length || 65536);
    let filled = 0;
    for (;;) {
      const { done, value } = await reader.read();
      signal?.throwIfAborted();
      if (done) return bytes.subarray(0, filled);
      const end = filled + value.byteLength;
      check(end, ' or more');
      if (end > bytes.length) {
        const grown = new Uint8Array(Math.max(end, bytes.length * 2));
        grown.set(bytes.subarray(0, filled));
        bytes = grown;
      }
      bytes.set(value, filled);
      filled = end;
    }
  } catch (error) {
    reader.cancel(error).catch(() => {});
    throw error;
  } finally {
    signal?.removeEventListener('abort', cancel);
  }
}
