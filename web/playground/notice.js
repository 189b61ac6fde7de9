// What could not be done, while the picture on show is as good as before: over the picture, until it is closed.

import { say } from './status.js';
import { element } from './text.js';

const node = document.getElementById('notice');

/** Shows and says these sentences. */
export function notice(sentences) {
  const close = element('button', { type: 'button', class: 'quiet', onclick: hide }, 'Close');
  node.replaceChildren(element('ul', {}, ...sentences.map((sentence) => element('li', {}, sentence))), close);
  node.hidden = false;
  say(sentences.join(' '));
}

function hide() {
  node.hidden = true;
  document.getElementById('view').focus();
}
