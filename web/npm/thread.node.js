// What a thread of Node runs. The build makes one module of it and all that it needs.

import { parentPort } from 'node:worker_threads';
import { serve } from './serve.js';

const answer = serve((message, transfer) => parentPort.postMessage(message, transfer));
parentPort.on('message', answer);
