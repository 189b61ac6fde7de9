// In Node:
//
//     npm install --prefix components/examples/javascript
//     npm run build --prefix components/examples/javascript       # jco writes pkg/edgepix.js
//     node components/examples/javascript/node.mjs [PHOTO]

import { readFile } from 'node:fs/promises';
import { resize } from './resize.js';

const photo = await readFile(process.argv[2] ?? 'tests/golden/sources/photos/fig-3mp.jpg');
resize(photo, console.log);
