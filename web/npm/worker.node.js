// Threads of Node.

import { Worker } from 'node:worker_threads';
import { find } from './find.node.js';
import { pool } from './pool.js';

export const createWorker = pool(find, () => {
  const worker = new Worker(new URL('./thread.node.js', import.meta.url), { name: 'edgepix' });
  return {
    post: (message, transfer) => worker.postMessage(message, transfer),
    listen(answered, failed) {
      worker.on('message', answered);
      worker.on('error', failed);
      worker.on('messageerror', failed);
    },
    // A thread that waits for work does not keep the process from ending.
    busy: (busy) => (busy ? worker.ref() : worker.unref()),
    end: () => worker.terminate(),
  };
});
