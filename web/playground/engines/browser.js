// The engine that is in the browser: the npm package, on threads of its own. Nothing is uploaded.

import { compile } from '../edgepix/core.js';
import { find } from '../edgepix/find.js';
import { pool } from '../edgepix/pool.js';
import { fileName } from '../address.js';
import { options, query } from '../parameters.js';
import { EngineError } from './error.js';

/** Side pictures that are kept. */
const KEPT = 24;

/** What the service answers to `format=auto` where WebP is accepted, as by every browser that runs this page. */
const AUTO = 'webp';

const root = new URL('..', import.meta.url);
const files = new Map();
const fetched = new Map();
const pictures = new Map();

/** Results have a thread of their own, so that they never wait for the small pictures beside them. */
const [main, side] = [thread(), thread()];

export const engine = {
  files: true,
  answers: false,
  service: 'https://img.example.com/',
  credits: new URL('samples/credits.txt', root).href,

  async open(file) {
    const paths = new Set([...(await samples()).map(({ path }) => path), ...files.keys()]);
    const name = fileName(file.name || `pasted.${file.type.replace('image/', '')}`);
    let path = `/${name}`;
    for (let count = 2; paths.has(path); count += 1) path = `/${name.replace(/(?=\.[^.]*$)|$/, `-${count}`)}`;
    files.set(path, file);
    return path;
  },

  async resize(src, params, signal) {
    const picture = await told(main.worker.resize(await source(src, signal), asked(params), { signal }));
    const { ms, memory } = main.took;
    const { type, width, height, bytes } = picture;
    return { blob: picture.blob(), type, width, height, bytes: bytes.length, ms, memory };
  },

  async info(src, signal) {
    const facts = await told(main.worker.metadata(await source(src, signal), undefined, { signal }));
    return { ...facts, profile: facts.profile ?? null };
  },

  samples,

  picture(src, params, signal) {
    const key = `${src}?${query(params)}`;
    const known = pictures.get(key);
    if (known) return known;
    const made = (async () => {
      const picture = await told(side.worker.resize(await source(src, signal), asked(params), { signal }));
      return URL.createObjectURL(picture.blob());
    })();
    pictures.set(key, made);
    made.catch(() => pictures.delete(key));
    for (const [old, url] of [...pictures].slice(0, -KEPT)) {
      pictures.delete(old);
      url.then(URL.revokeObjectURL, () => {});
    }
    return made;
  },
};

/** Samples lie beside the page. */
async function samples() {
  const list = await (await load('samples.json')).json();
  return list.map((sample) => ({ ...sample, thumbnail: new URL(`samples/small${sample.path}.webp`, root).href }));
}

/** The bytes that a `src` stands for. */
async function source(src, signal) {
  if (files.has(src)) return files.get(src);
  if (!(await samples()).some(({ path }) => path === src)) {
    const detail = `The page does not have ${fileName(src)} any more: photos are forgotten when it is closed. Choose it again.`;
    throw new EngineError({ title: 'Source not found', detail });
  }
  if (!fetched.has(src)) {
    const blob = load(`samples${src}`).then((response) => response.blob());
    fetched.set(src, blob);
    blob.catch(() => fetched.delete(src));
  }
  const blob = await fetched.get(src);
  signal?.throwIfAborted();
  return blob;
}

async function load(path) {
  const url = new URL(path, root);
  const response = await fetch(url).catch(() => null);
  if (!response?.ok) throw new EngineError({ title: 'No answer', detail: `${fileName(path)} cannot be loaded.`, retry: true });
  keep(url);
  return response;
}

const asked = (params) => ({ ...options(params), format: params.format ?? AUTO });

/** A job's answer, or its error in the terms of the page. */
async function told(job) {
  try {
    return await job;
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    if (error.name !== 'EdgepixError') {
      throw new EngineError({ title: 'The engine cannot start', detail: error.message, retry: true });
    }
    const { code, message, parameter, allowed, limit, actual } = error;
    const title = code.replace(/^./, (first) => first.toUpperCase()).replaceAll('-', ' ');
    throw new EngineError({ title, detail: message, parameter, allowed, limit, actual });
  }
}

/** One thread of the package's, and what its last job took. */
function thread() {
  const own = { took: {} };
  const spawn = () => {
    const worker = new Worker(new URL('./thread.js', import.meta.url), { type: 'module', name: 'edgepix' });
    return {
      post: (message, transfer) => worker.postMessage(message, transfer),
      listen(answered, failed) {
        worker.onmessage = ({ data: { took, ...answer } }) => {
          own.took = took;
          answered(answer);
        };
        worker.onerror = (event) => failed(new Error(event.message || 'The thread could not be started.'));
      },
      busy() {},
      end: () => worker.terminate(),
    };
  };
  own.worker = pool(find, spawn)();
  return own;
}

// ---- Without a network ---------------------------------------------------------------------------------------------

const offline = navigator.serviceWorker?.register(new URL('service-worker.js', root)).catch(() => null);

/** Has the service worker keep a file that not every visit needs. */
async function keep(url) {
  if (!(await offline)) return;
  const { active } = await navigator.serviceWorker.ready;
  active.postMessage({ keep: url.href });
}

// On its way before there is anything to do. What goes wrong is told by the first job.
compile(find).catch(() => {});
keep(find());
