import type { Control as PictureControl, FormatName, Input, Metadata, Options, Picture, Wasm } from './index.js';

/** Settings of a worker. */
export interface WorkerSettings {
  /** Threads, each with memory of its own; they are started when they are needed. Default 1. */
  threads?: number;
  /** Where the compiled core is, if it is not to be found beside this module. */
  wasm?: Wasm;
  /**
   * The thread to start: the address of the script `edgepix/thread`, or a function that starts it. Needed where a
   * Content-Security-Policy does not let scripts run from `blob:`. Default: the script that comes along with this module.
   */
  worker?: string | URL | (() => Thread);
}

/** A thread, as `new Worker(…)` gives one in browsers and in Node. */
export interface Thread {
  postMessage(message: any, transfer: any): void;
  terminate(): unknown;
}

/** How a job is controlled. */
export interface Control {
  /**
   * Takes the job back. What is being computed cannot be interrupted from within: the thread is ended, and the next job
   * starts a new one.
   */
  signal?: AbortSignal;
}

/** How far a list of images has come. */
export type Progress = {
  /** Images that are finished or failed. */
  done: number;
  /** Images in all. */
  total: number;
  /** The place in the list of the image that was settled last. */
  index: number;
} & PromiseSettledResult<Picture>;

/** Threads that do the work, so that the calling thread stays free. */
export interface EdgepixWorker {
  /** As `resize` of `edgepix`. */
  resize(input: Input, options?: Options, control?: PictureControl): Promise<Picture>;

  /** As `convert` of `edgepix`. */
  convert(
    input: Input,
    format: FormatName,
    options?: Omit<Options, 'format'>,
    control?: PictureControl,
  ): Promise<Picture>;

  /** As `metadata` of `edgepix`. */
  metadata(input: Input, options?: Pick<Options, 'limits'>, control?: Control): Promise<Metadata>;

  /**
   * Resizes a list of images, as many at once as there are threads. One that fails does not keep the others: what
   * becomes of each stands in its place of the result, as `Promise.allSettled` has it.
   *
   * @throws the signal’s reason, where the list is taken back.
   */
  resizeAll<T extends Input>(
    inputs: Iterable<T>,
    options?: Options | ((input: T, index: number) => Options),
    control?: Control & { onProgress?: (progress: Progress) => void },
  ): Promise<PromiseSettledResult<Picture>[]>;

  /** Ends all threads. Jobs that are not finished fail with an `AbortError`. */
  close(): void;
}

/**
 * Makes a worker. No thread is started, and nothing is downloaded, before the first job.
 *
 * Where no thread can be started the jobs run on the calling thread, and one warning on the console says why. On platforms that
 * have no threads (Cloudflare Workers, edge runtimes) they do so without a warning.
 */
export function createWorker(settings?: WorkerSettings): EdgepixWorker;
