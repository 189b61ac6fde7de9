// Threads of Node.

import { Worker } from 'node:worker_threads';
import { open } from './files.node.js';
import { find } from './find.node.js';
import { pool } from './pool.js';
import script from './thread.node.text.js';

let address;

/** Starts a thread. Its script is carried as text, because not every bundler finds the other files that a module needs. */
function start() {
  address ??= new URL(`data:text/javascript,${encodeURIComponent(script)}`);
  return new Worker(address, { name: 'edgepix' });
}

/** Starts the thread that the user has named. */
const named = (worker) => (typeof worker === 'function' ? worker() : new Worker(worker, { name: 'edgepix' }));

export const createWorker = pool(
  find,
  (given) => {
    const worker = given === undefined ? start() : named(given);
    return {
      post: (message, transfer) => worker.postMessage(message, transfer),
      listen(answered, failed) {
        worker.on('message', answered);
        worker.on('error', failed);
        worker.on('messageerror', failed);
        worker.on('exit', () => failed(new Error('it ended by itself')));
      },
      // A thread that waits for work does not keep the process from ending.
      busy: (busy) => (busy ? worker.ref() : worker.unref()),
      end: () => worker.terminate(),
    };
  },
  open,
);
