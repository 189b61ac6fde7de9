// For the edge runtimes of Next and Vercel, where modules are compiled beforehand and have SIMD.

import { connect } from './api.js';
import { find } from './find.edge-light.js';

export { EdgepixError } from './error.js';
export { Picture } from './api.js';
export const { load, resize, convert, metadata } = connect(find);
