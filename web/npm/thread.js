import { serve } from './serve.js';

const answer = serve((message, transfer) => self.postMessage(message, transfer));
self.addEventListener('message', ({ data }) => answer(data));
