// For Node, and whatever reads files as it does.

import { connect } from './api.js';
import { open } from './files.node.js';
import { find } from './find.node.js';

export { EdgepixError } from './error.js';
export { Picture } from './api.js';
export const { load, resize, convert, metadata } = connect(find, open);
