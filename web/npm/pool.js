import { Picture } from './api.js';
import { compile } from './core.js';
import { EdgepixError } from './error.js';
import { read, travels } from './input.js';
import { local } from './local.js';

/**
 * Makes the function `createWorker` of a platform. `find` gives the compiled core, `spawn` starts a thread (of the script that the
 * user has named, if any), and `open` opens a file where the platform has files.
 */
export const pool = (find, spawn, open) => (options) => new EdgepixWorker(find, spawn, open, options);

/** Threads that are started when they are needed, and the jobs that wait for one. */
class EdgepixWorker {
  #find;
  #spawn;
  #open;
  #threads;
  #all = new Set();
  #idle = [];
  #queue = [];
  #closed = false;

  constructor(find, spawn, open, { threads = 1, wasm, worker } = {}) {
    if (!Number.isInteger(threads) || threads < 1) {
      const allowed = 'a whole number, at least 1';
      const message = `The value of \`threads\` must be: ${allowed}.`;
      throw new EdgepixError({ code: 'invalid-parameter', message, parameter: 'threads', allowed });
    }
    this.#find = () => find(wasm);
    this.#spawn = () => spawn(worker);
    this.#open = open;
    this.#threads = threads;
  }

  async resize(input, options, { signal, onProgress } = {}) {
    return new Picture(await this.#run('resize', input, options, signal, onProgress));
  }

  convert(input, format = null, options, control) {
    return this.resize(input, { ...options, format }, control);
  }

  metadata(input, options, { signal } = {}) {
    return this.#run('metadata', input, options, signal);
  }

  async resizeAll(inputs, options, { signal, onProgress } = {}) {
    const list = [...inputs];
    const total = list.length;
    const waiting = list.entries();
    const results = [];
    let done = 0;
    // As many at once as there are threads: no stream is read before its turn.
    const lane = async () => {
      for (const [index, input] of waiting) {
        const asked = typeof options === 'function' ? options(input, index) : options;
        const [settled] = await Promise.allSettled([this.resize(input, asked, { signal })]);
        signal?.throwIfAborted();
        if (this.#closed) throw settled.reason ?? closed();
        results[index] = settled;
        done += 1;
        onProgress?.({ done, total, index, ...settled });
      }
    };
    await Promise.all(Array.from({ length: this.#threads }, lane));
    return results;
  }

  close() {
    this.#closed = true;
    for (const job of this.#queue.splice(0)) job.reject(closed());
    for (const thread of this.#all) {
      thread.job?.reject(closed());
      thread.end();
    }
    this.#all.clear();
    this.#idle = [];
  }

  async #run(task, given, options, signal, onProgress) {
    signal?.throwIfAborted();
    if (this.#closed) throw closed();
    const [image, transfer] = await portable(await given, { limits: options?.limits, signal, open: this.#open });
    const module = await compile(this.#find);
    signal?.throwIfAborted();
    if (this.#closed) throw closed();

    return new Promise((resolve, reject) => {
      const message = { task, input: image, options, tells: Boolean(onProgress) };
      const job = { message, transfer, module, onProgress };
      const abort = () => {
        this.#drop(job);
        reject(signal.reason);
      };
      const settle = (how) => (value) => {
        signal?.removeEventListener('abort', abort);
        how(value);
      };
      Object.assign(job, { resolve: settle(resolve), reject: settle(reject) });
      signal?.addEventListener('abort', abort, { once: true });
      this.#queue.push(job);
      this.#next();
    });
  }

  /** Gives waiting jobs to threads, and starts as many as the others need. */
  #next() {
    while (this.#queue.length > 0 && this.#idle.length > 0) this.#give(this.#idle.pop(), this.#queue.shift());
    while (this.#starting() < this.#queue.length && this.#all.size < this.#threads) this.#start(this.#queue[0].module);
  }

  #give(thread, job) {
    try {
      thread.post(job.message, job.transfer);
      thread.job = job;
      thread.busy(true);
    } catch (error) {
      // An option that no thread can be given: a function, a symbol.
      this.#idle.push(thread);
      job.reject(error);
    }
  }

  #starting() {
    return [...this.#all].filter(({ ready }) => !ready).length;
  }

  #start(module) {
    let thread;
    try {
      thread = { ...this.#spawn(), ready: false, job: null };
      thread.listen(
        (message) => this.#hear(thread, message),
        (cause) => this.#fail(thread, cause),
      );
      thread.post({ module }, []);
      this.#all.add(thread);
    } catch (cause) {
      // There are no threads here, or the user has named something else.
      this.#without(cause);
    }
  }

  #hear(thread, { ready, progress, result, failure, error }) {
    if (progress !== undefined) {
      this.#tell(thread.job, progress);
      return;
    }
    const { job } = thread;
    Object.assign(thread, { ready: true, job: null });
    thread.busy(false);
    this.#idle.push(thread);
    if (result) job?.resolve(result);
    else if (!ready) job?.reject(failure ? new EdgepixError(failure) : error);
    this.#next();
  }

  #fail(thread, cause) {
    // It was ended here, and reports it now.
    if (!this.#all.has(thread)) return;
    this.#end(thread);
    if (!thread.ready) {
      this.#without(cause);
      return;
    }
    thread.job?.reject(new EdgepixError({ code: 'internal', message: 'The worker failed.' }, { cause }));
    this.#next();
  }

  /** A thread could not be started: those that run do all jobs. Without any, the calling thread does. No job fails for it. */
  #without(cause) {
    this.#threads = Math.max(1, this.#all.size);
    if (this.#all.size === 0) {
      this.#spawn = local;
      warn(cause);
    }
    this.#next();
  }

  /** Tells of a job's progress. What its listener throws takes the job back. */
  #tell(job, share) {
    try {
      job?.onProgress(share);
    } catch (reason) {
      this.#drop(job);
      job.reject(reason);
    }
  }

  /** Takes a job out of the queue, or ends the thread that is at it: what is being computed knows no other end. */
  #drop(job) {
    this.#queue = this.#queue.filter((waiting) => waiting !== job);
    for (const thread of this.#all) {
      if (thread.job === job) this.#end(thread);
    }
    this.#next();
  }

  #end(thread) {
    thread.end();
    this.#all.delete(thread);
    this.#idle = this.#idle.filter((other) => other !== thread);
  }
}

/** An input as another thread can have it, and what is to be handed over with it. */
async function portable(input, how) {
  if (travels(input)) return [input, []];
  const bytes = await read(input, how);
  // What was in memory before stays its owner's: the thread gets a copy, and of that no more than the image.
  const own = ArrayBuffer.isView(input) || input.byteLength !== undefined ? bytes.slice() : bytes;
  return [own, [own.buffer]];
}

let warned = false;

function warn({ message }) {
  if (warned) return;
  warned = true;
  console.warn(
    `edgepix: no thread can be started (${message}). Images are made on the calling thread, which is blocked meanwhile. ` +
      'A Content-Security-Policy must have "worker-src blob:"; or serve the script edgepix/thread and name it: ' +
      "createWorker({ worker: '/thread.js' }).",
  );
}

const closed = () => new DOMException('The worker is closed.', 'AbortError');
