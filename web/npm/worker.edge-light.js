// For the edge runtimes of Next and Vercel, which have no threads: jobs run where they are asked for.

import { find } from './find.edge-light.js';
import { local } from './local.js';
import { pool } from './pool.js';

export const createWorker = pool(find, local);
