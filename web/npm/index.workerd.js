// For Cloudflare Workers, where modules are compiled beforehand and have SIMD.

import { connect } from './api.js';
import { find } from './find.workerd.js';

export { EdgepixError } from './error.js';
export { Picture } from './api.js';
export const { load, resize, convert, metadata } = connect(find);
