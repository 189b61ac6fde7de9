// The engine that asks the service: the server that the page came from.

import { address } from '../address.js';
import { ACCEPT } from '../parameters.js';
import { EngineError } from './error.js';

/** The engine that asks the server under `base`, a path that ends in a slash. */
export function serverEngine(base = '/') {
  return {
    files: false,
    answers: true,
    service: new URL(base, location.href).href,
    guide: 'docs/url.md',
    original: async (src) => address(base, 'original', src),
    picture: async (src, params) => address(base, 'resize', src, params),

    async resize(src, params, signal) {
      const url = address(base, 'resize', src, params);
      const started = performance.now();
      // The browser's cache stays out of it: the times and cache hits shown are the server's.
      const response = await get(url, { signal, headers: { Accept: ACCEPT }, cache: 'no-store', priority: 'high' });
      const blob = await response.blob();
      const ms = duration(response.url, started);
      const { width, height } = await measure(blob);
      signal?.throwIfAborted();
      return {
        blob, width, height, ms,
        type: response.headers.get('Content-Type') ?? blob.type,
        bytes: blob.size,
        cache: cacheStatus(response.headers.get('Cache-Status')),
        timing: serverTiming(response.headers.get('Server-Timing')),
      };
    },

    async info(src, signal) {
      return (await get(address(base, 'info', src), { signal })).json();
    },

    async samples() {
      return (await get(`${base}samples.json`)).json();
    },
  };
}

async function get(url, options) {
  let response;
  try {
    response = await fetch(url, options);
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new EngineError({ title: 'No answer', detail: 'The server cannot be reached.', retry: true });
  }
  if (response.ok) return response;
  const problem = await problemOf(response);
  const after = Number(response.headers.get('Retry-After')) || undefined;
  throw new EngineError({
    title: response.statusText, ...problem, status: response.status,
    retryAfter: after, retry: response.status >= 500,
  });
}

async function problemOf(response) {
  if (!/\bjson\b/.test(response.headers.get('Content-Type') ?? '')) return {};
  return response.json().catch(() => ({}));
}

/** Milliseconds from sending to the last byte: without the time that the browser let the request wait for its turn. */
function duration(url, started) {
  const ended = performance.now();
  const entry = performance.getEntriesByName(url, 'resource').findLast(({ startTime }) => startTime >= started - 1);
  performance.clearResourceTimings();
  return entry?.responseEnd > 0 && entry.requestStart > 0 ? entry.responseEnd - entry.requestStart : ended - started;
}

/** The pixels of a picture, or zero where the browser cannot show its format. */
async function measure(blob) {
  try {
    const bitmap = await createImageBitmap(blob);
    const size = { width: bitmap.width, height: bitmap.height };
    bitmap.close();
    return size;
  } catch {
    return { width: 0, height: 0 };
  }
}

/** `hit`, `miss` or null, of RFC 9211's `Cache-Status: edgepix; fwd=miss`. */
function cacheStatus(header) {
  if (!header) return null;
  return /;\s*hit\b/.test(header) ? 'hit' : /;\s*fwd=([a-z-]+)/.exec(header)?.[1] ?? 'miss';
}

/** `{ transform: 21.5 }`, milliseconds. */
function serverTiming(header) {
  const entries = (header ?? '').matchAll(/([\w-]+)\s*;[^,]*?\bdur=([\d.]+)/g);
  return Object.fromEntries([...entries].map(([, name, duration]) => [name, Number(duration)]));
}

export const engine = serverEngine(new URL('..', import.meta.url).pathname);
