import { EdgepixError } from './error.js';

const INPUTS =
  'a Blob, File, Response, Request, ReadableStream, async iterable of bytes such as a stream of Node, ArrayBuffer or typed array';
const FILES = 'the path or file: URL of a file';

/** The core's own default, which is needed here before the core is there. */
const SOURCE_BYTES = 32 << 20;

/**
 * The bytes of an input. Too many are refused before a file is read, and while a stream is.
 *
 * `open` opens a file by its path or URL, where the platform has files; it gives nothing for what is neither.
 */
export async function read(input, { limits, signal, open } = {}) {
  const check = atMost(limits?.sourceBytes ?? SOURCE_BYTES);
  if (ArrayBuffer.isView(input)) return view(input.buffer, input.byteOffset, input.byteLength, check);
  switch (kind(input)) {
    case 'ArrayBuffer':
    case 'SharedArrayBuffer':
      return view(input, 0, input.byteLength, check);
    case 'Blob':
    case 'File':
      check(input.size);
      return new Uint8Array(await input.arrayBuffer());
    case 'Response':
      return respond(input, check, signal);
    case 'Request':
      return receive(input, check, signal);
    case 'ReadableStream':
      return collect(pulled(input), 0, check, signal);
    case 'String':
    case 'URL': {
      const file = await open?.(input);
      if (!file) throw refused(input, open);
      return collect(iterated(file.stream), file.length, check, signal);
    }
    default:
      if (typeof input?.[Symbol.asyncIterator] !== 'function') throw refused(input, open);
      if (isForm(input)) throw invalid('The request is a form: give the file in it, which a parser of forms finds.', INPUTS);
      return collect(iterated(input), lengthOf(input), check, signal);
  }
}

/** Whether another thread is better off with the input as it is: what it holds is neither copied nor read here. */
export const travels = (input) => ['Blob', 'File'].includes(kind(input));

/** By name rather than by class: a frame, a test's sandbox and a polyfill have classes of their own. */
const kind = (input) => Object.prototype.toString.call(input).slice(8, -1);

const atMost = (limit) => (length, more = '') => {
  if (length <= limit) return;
  throw new EdgepixError({
    code: 'too-large', message: `The source has ${length} bytes${more}; at most ${limit} are accepted.`,
    parameter: 'source-bytes', limit, actual: length,
  });
};

const invalid = (message, allowed) =>
  new EdgepixError({ code: 'invalid-parameter', message, parameter: 'input', allowed });

/** The error of what is no input, with what to do about the usual ones. */
function refused(input, open) {
  const allowed = open ? `${INPUTS}, or ${FILES}` : INPUTS;
  const given = kind(input);
  const hints = {
    String: 'Fetch an address first: resize(fetch(url)).',
    URL: 'Fetch an address first: resize(fetch(url)).',
    Array: 'Several images are for resizeAll of edgepix/worker.',
    FileList: 'It is a list of files: give one of them, or all to resizeAll of edgepix/worker.',
    HTMLInputElement: 'Give one of its files: input.files[0].',
    HTMLImageElement: 'Fetch its address: resize(fetch(image.src)).',
    HTMLCanvasElement: 'Give what its toBlob makes.',
  };
  const hint = Object.hasOwn(hints, given) ? ` ${hints[given]}` : '';
  return invalid(`The input must be ${allowed}; this one is of the type ${given}.${hint}`, allowed);
}

function view(buffer, start, length, check) {
  check(length);
  return new Uint8Array(buffer, start, length);
}

async function respond(response, check, signal) {
  if (response.type === 'opaque') {
    throw invalid('The response is opaque: fetch the image with CORS, without the mode no-cors.', INPUTS);
  }
  if (!response.ok) {
    const gone = [401, 403, 404, 410].includes(response.status);
    const code = gone ? 'source-not-found' : 'origin-failed';
    throw new EdgepixError({ code, message: `The source was answered with the status ${response.status}.` });
  }
  return response.body ? bodyOf(response, check, signal) : new Uint8Array(0);
}

/** What somebody sends to a server or a service worker. */
async function receive(request, check, signal) {
  if (isForm(request)) {
    throw invalid('The request is a form: give the file in it, (await request.formData()).get(name).', INPUTS);
  }
  if (request.body) return bodyOf(request, check, signal);
  // A browser that does not show the bodies of requests as streams.
  const bytes = request.body === undefined ? await request.arrayBuffer() : new Uint8Array(0);
  if (bytes.byteLength > 0) return view(bytes, 0, bytes.byteLength, check);
  throw invalid('The request has no body. To get the image at its address: resize(fetch(request)).', INPUTS);
}

const bodyOf = (message, check, signal) => collect(pulled(message.body), lengthOf(message), check, signal);

/** A header of what has some, as the web writes them or as Node does. */
const header = ({ headers }, name) => (typeof headers?.get === 'function' ? headers.get(name) : headers?.[name]) ?? '';

const isForm = (message) => /^multipart\/form-data\b/i.test(header(message, 'content-type'));

/** How many bytes are announced, or 0. The length of a compressed body is not that of its content. */
const lengthOf = (message) => (header(message, 'content-encoding') ? 0 : Number(header(message, 'content-length')) || 0);

/** A stream of the web, to be read part by part. */
function pulled(stream) {
  if (stream.locked) throw invalid('The input was read before, or somebody else reads it: use clone().', INPUTS);
  const reader = stream.getReader();
  return { next: () => reader.read(), cancel: (reason) => reader.cancel(reason) };
}

/** Anything that gives its parts one by one, as a stream of Node does. */
function iterated(parts) {
  // What a server of Node was sent: the answer needs the connection, which would go with the stream.
  if (parts.method && parts.iterator) {
    const iterator = parts.iterator({ destroyOnReturn: false });
    return { next: () => iterator.next(), cancel: () => iterator.return().then(() => parts.resume()) };
  }
  const iterator = parts[Symbol.asyncIterator]();
  const cancel = async (reason) => (parts.destroy ? parts.destroy() : iterator.return?.(reason));
  return { next: () => iterator.next(), cancel };
}

/** All bytes of `parts`, in one allocation where `length` says how many will come. */
async function collect(parts, length, check, signal) {
  let abort;
  // Ends the waiting for a part that does not come.
  const aborted = new Promise((_, reject) => {
    abort = () => reject(signal.reason);
  });
  signal?.addEventListener('abort', abort);
  try {
    check(length);
    let bytes = new Uint8Array(length || 65536);
    let filled = 0;
    for (;;) {
      const { done, value } = await Promise.race([parts.next(), aborted]);
      signal?.throwIfAborted();
      if (done) return bytes.subarray(0, filled);
      const part = bytesOf(value);
      const end = filled + part.length;
      check(end, ' or more');
      if (end > bytes.length) {
        const grown = new Uint8Array(Math.max(end, bytes.length * 2));
        grown.set(bytes.subarray(0, filled));
        bytes = grown;
      }
      bytes.set(part, filled);
      filled = end;
    }
  } catch (error) {
    parts.cancel(error).catch(() => {});
    throw error;
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}

function bytesOf(part) {
  if (ArrayBuffer.isView(part)) return new Uint8Array(part.buffer, part.byteOffset, part.byteLength);
  if (kind(part) === 'ArrayBuffer') return new Uint8Array(part);
  throw invalid(`The stream must give bytes; it gives parts of the type ${kind(part)}.`, 'a stream of bytes');
}
