// For Cloudflare Workers, which have no threads: jobs run where they are asked for.

import { find } from './find.workerd.js';
import { local } from './local.js';
import { pool } from './pool.js';

export const createWorker = pool(find, local);
