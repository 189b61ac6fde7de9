// The engine that is in the browser: the npm package, on threads of its own. Nothing is uploaded.

import { compile } from '../edgepix/core.js';
import { find } from '../edgepix/find.js';
import { pool } from '../edgepix/pool.js';
import { fileName } from '../address.js';
import { options, query } from '../parameters.js';
import { EngineError } from './error.js';
import { photos } from './photos.js';

/** Side pictures that are kept. */
const KEPT = 24;
/** Threads that make many pictures at once, at most. */
const THREADS = 4;
const THUMBNAIL = { w: '160', h: '120', fit: 'cover' };

/** What the service answers to `format=auto` where WebP is accepted, as by every browser that runs this page. */
const AUTO = 'webp';

const root = new URL('..', import.meta.url);
const fetched = new Map();
const pictures = new Map();

/** Results have a thread of their own, so that they never wait for the small pictures beside them. */
const [main, side] = [thread(), thread()];

/** The visitor's own photos by path, in the order in which they came. */
const kept = photos(root.pathname);
const own = kept.all().then((list) => new Map(list.map((photo) => [photo.path, photo])));

export const engine = {
  files: true,
  answers: false,
  service: 'https://img.example.com/',
  guide: 'web/npm/README.md',
  credits: new URL('samples/credits.txt', root).href,

  samples,

  async own() {
    return [...(await own).values()].map(entry);
  },

  async open(file) {
    const list = await own;
    const photo = { path: await freePath(file), file, added: Date.now() };
    list.set(photo.path, photo);
    try {
      const { width, height } = await engine.info(photo.path);
      const small = await answered(side.worker.resize(file, normalized(THUMBNAIL)));
      Object.assign(photo, { width, height, thumbnail: small.blob() });
    } catch (error) {
      list.delete(photo.path);
      throw error;
    }
    const problem = await kept.add(photo).then(() => null, (error) => error);
    return { ...entry(photo), kept: problem ? (problem.name === 'QuotaExceededError' ? 'full' : 'refused') : 'yes' };
  },

  async forget(path) {
    (await own).delete(path);
    await kept.remove(path);
  },

  async resize(src, params, signal) {
    const picture = await answered(main.worker.resize(await source(src, signal), normalized(params), { signal }));
    const { ms, memory } = main.took;
    const { type, width, height, bytes } = picture;
    return { blob: picture.blob(), type, width, height, bytes: bytes.length, ms, memory };
  },

  async resizeAll(list, params, { signal, onProgress }) {
    const threads = Math.max(1, Math.min(THREADS, list.length, (navigator.hardwareConcurrency ?? 2) - 1));
    const many = pool(find, spawn())({ threads });
    try {
      const files = await Promise.all(list.map((src) => source(src, signal)));
      const asked = (_, index) => normalized(params(list[index]));
      const settled = await many.resizeAll(files, asked, { signal, onProgress: ({ done }) => onProgress(done) });
      return settled.map(({ value, reason }) => value ?? { error: problemOf(reason) });
    } finally {
      many.close();
    }
  },

  async info(src, signal) {
    const facts = await answered(main.worker.metadata(await source(src, signal), undefined, { signal }));
    return { ...facts, profile: facts.profile ?? null };
  },

  async original(src) {
    return URL.createObjectURL(await source(src));
  },

  picture(src, params, signal) {
    const key = `${src}?${query(params)}`;
    const known = pictures.get(key);
    if (known) return known;
    const made = (async () => {
      const picture = await answered(side.worker.resize(await source(src, signal), normalized(params), { signal }));
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

/** What the page shows of a photo of the visitor's. */
const entry = ({ path, file, width, height, thumbnail }) =>
  ({ path, title: fileName(path), width, height, bytes: file.size, thumbnail: URL.createObjectURL(thumbnail), own: true });

/** A path for a file that no other picture has. */
async function freePath(file) {
  const paths = new Set([...(await samples()).map(({ path }) => path), ...(await own).keys()]);
  const name = fileName(file.name || `pasted.${file.type.replace('image/', '')}`);
  let path = `/${name}`;
  for (let count = 2; paths.has(path); count += 1) path = `/${name.replace(/(?=\.[^.]*$)|$/, `-${count}`)}`;
  return path;
}

/** The file that a `src` stands for. */
async function source(src, signal) {
  const photo = (await own).get(src);
  if (photo) return photo.file;
  if (!(await samples()).some(({ path }) => path === src)) {
    const detail = `The page does not have ${fileName(src)}: it was removed, or could not be kept. Choose it again.`;
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

/** The options of the package for parameters of a URL. */
const normalized = (params) => ({ ...options(params), format: params.format ?? AUTO });

/** A job's answer, or its error in the terms of the page. */
async function answered(job) {
  try {
    return await job;
  } catch (error) {
    throw problemOf(error);
  }
}

function problemOf(error) {
  if (error.name === 'AbortError') return error;
  if (error.name !== 'EdgepixError') {
    return new EngineError({ title: 'The engine cannot start', detail: error.message, retry: true });
  }
  const { code, message, parameter, allowed, limit, actual } = error;
  const title = code.replace(/^./, (first) => first.toUpperCase()).replaceAll('-', ' ');
  return new EngineError({ title, detail: message, parameter, allowed, limit, actual });
}

/** One thread of the package's, and the time and memory of its last job. */
function thread() {
  const one = { took: {} };
  one.worker = pool(find, spawn((took) => { one.took = took; }))();
  return one;
}

/** What the package starts threads by. */
function spawn(measured = () => {}) {
  return () => {
    const worker = new Worker(new URL('./thread.js', import.meta.url), { type: 'module', name: 'edgepix' });
    return {
      post: (message, transfer) => worker.postMessage(message, transfer),
      listen(done, failed) {
        worker.onmessage = ({ data: { took, ...answer } }) => {
          measured(took);
          done(answer);
        };
        worker.onerror = (event) => failed(new Error(event.message || 'The thread could not be started.'));
      },
      busy() {},
      end: () => worker.terminate(),
    };
  };
}

// ---- Without a network ---------------------------------------------------------------------------------------------

const offline = navigator.serviceWorker?.register(new URL('service-worker.js', root)).catch(() => null);

/** Has the service worker keep a file that not every visit needs. */
async function keep(url) {
  if (!(await offline)) return;
  const { active } = await navigator.serviceWorker.ready;
  active.postMessage({ keep: url.href });
}

// On its way before there is anything to do. What goes wrong is an error of the first job.
compile(find).catch(() => {});
keep(find());
