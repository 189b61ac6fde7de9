// Threads of browsers.

import { find } from './find.js';
import { pool } from './pool.js';
import script from './thread.text.js';

let address;

/**
 * Starts a thread. Its script comes along as text: not every bundler sees which other files a module needs, and no script
 * of another site may be started.
 */
const start = () => new Worker((address ??= URL.createObjectURL(new Blob([script], { type: 'text/javascript' }))), { name: 'edgepix' });

/** Starts the thread that `createWorker` was given. */
const named = (worker) => (typeof worker === 'function' ? worker() : new Worker(worker, { type: 'module', name: 'edgepix' }));

export const createWorker = pool(find, (given) => {
  const worker = given === undefined ? start() : named(given);
  return {
    post: (message, transfer) => worker.postMessage(message, transfer),
    listen(answered, failed) {
      worker.onmessage = ({ data }) => answered(data);
      worker.onerror = (event) => failed(new Error(event.message || 'its script could not be loaded'));
      worker.onmessageerror = () => failed(new Error('its answer is unreadable'));
    },
    busy() {},
    end: () => worker.terminate(),
  };
});
