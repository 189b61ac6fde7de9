import { Picture } from './api.js';
import { compile } from './core.js';
import { EdgepixError } from './error.js';
import { read, travels } from './input.js';

/** Makes the function that makes pools, for a platform that starts threads by `spawn`. */
export const pool = (find, spawn) => (options) => new EdgepixWorker(find, spawn, options);

/** Threads that are started when they are needed, and the jobs that wait for one. */
class EdgepixWorker {
  #find;
  #spawn;
  #threads;
  #all = new Set();
  #idle = [];
  #queue = [];
  #closed = false;

  constructor(find, spawn, { threads = 1, wasm } = {}) {
    if (!Number.isInteger(threads) || threads < 1) {
      const allowed = 'a whole number, at least 1';
      const message = `The value of \`threads\` must be: ${allowed}.`;
      throw new EdgepixError({ code: 'invalid-parameter', message, parameter: 'threads', allowed });
    }
    this.#find = () => wasm ?? find();
    this.#spawn = spawn;
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
    const [image, transfer] = await portable(await given, options?.limits, signal);
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

  /** Gives waiting jobs to threads. */
  #next() {
    while (this.#queue.length > 0) {
      const thread = this.#idle.pop() ?? (this.#all.size < this.#threads ? this.#start(this.#queue[0].module) : null);
      if (!thread) return;
      const job = this.#queue.shift();
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
  }

  #start(module) {
    const thread = { ...this.#spawn(), job: null };
    this.#all.add(thread);
    const rest = () => {
      const { job } = thread;
      thread.job = null;
      return job;
    };
    thread.listen(
      ({ progress, result, failure, error }) => {
        if (progress !== undefined) {
          this.#tell(thread.job, progress);
          return;
        }
        const job = rest();
        thread.busy(false);
        this.#idle.push(thread);
        if (result) job?.resolve(result);
        else job?.reject(failure ? new EdgepixError(failure) : error);
        this.#next();
      },
      (cause) => {
        this.#end(thread);
        rest()?.reject(new EdgepixError({ code: 'internal', message: 'The worker failed.' }, { cause }));
        this.#next();
      },
    );
    thread.post({ module }, []);
    return thread;
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
async function portable(input, limits, signal) {
  if (travels(input)) return [input, []];
  const bytes = await read(input, limits, signal);
  // What was in memory before stays its owner's: the thread gets a copy, and of that no more than the image.
  const own = ArrayBuffer.isView(input) || input.byteLength !== undefined ? bytes.slice() : bytes;
  return [own, [own.buffer]];
}

const closed = () => new DOMException('The worker is closed.', 'AbortError');
