// For browsers, bundlers, and whatever has `fetch` and no files.

import { connect } from './api.js';
import { find } from './find.js';

export { EdgepixError } from './error.js';
export { Picture } from './api.js';
export const { load, resize, convert, metadata } = connect(find);
