// What a browser's thread runs. The build makes one script of it and all that it needs, which runs as a module and without.

import { serve } from './serve.js';

const answer = serve((message, transfer) => self.postMessage(message, transfer));
self.addEventListener('message', ({ data }) => answer(data));
