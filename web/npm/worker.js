// Threads of browsers.

import { find } from './find.js';
import { pool } from './pool.js';

export const createWorker = pool(find, () => {
  // Bundlers look for exactly this expression.
  const worker = new Worker(new URL('./thread.js', import.meta.url), { type: 'module', name: 'edgepix' });
  return {
    post: (message, transfer) => worker.postMessage(message, transfer),
    listen(answered, failed) {
      worker.onmessage = ({ data }) => answered(data);
      worker.onerror = (event) => failed(new Error(event.message || 'The worker could not be started.'));
      worker.onmessageerror = () => failed(new Error('The worker’s answer is unreadable.'));
    },
    busy() {},
    end: () => worker.terminate(),
  };
});
