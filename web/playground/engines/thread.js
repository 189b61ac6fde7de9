// A thread of the package's, which also measures jobs: their time, and the memory of their WebAssembly instance.

import start, { initSync as instance } from '../edgepix/glue.js';
import { serve } from '../edgepix/serve.js';

let ready;
let memory;
let started;

const answer = serve((message, transfer) => {
  const took = { ms: performance.now() - started, memory: memory?.buffer.byteLength };
  memory = undefined;
  self.postMessage({ ...message, took }, transfer);
});

self.addEventListener('message', async ({ data }) => {
  if (data.module) {
    answer(data);
    // The same start as the one above; what goes wrong there is an error of the first job. An instance is not held here.
    ready = start({ module_or_path: data.module }).then(() => true, () => false);
    return;
  }
  // That of before the job: an instance that has grown too far is replaced after it.
  memory = (await ready) ? instance().memory : undefined;
  started = performance.now();
  answer(data);
});
