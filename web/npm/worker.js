// Threads of browsers.

import { find } from './find.js';
import { pool } from './pool.js';
import script from './thread.text.js';

let address;

/**
 * Starts a thread. Its script is carried as text, because not every bundler finds the other files that a module needs, and a
 * script of another site, as of a CDN, cannot be started as a worker.
 */
function start() {
  address ??= URL.createObjectURL(new Blob([script], { type: 'text/javascript' }));
  return new Worker(address, { name: 'edgepix' });
}

/** Starts the thread that the user has named. */
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
