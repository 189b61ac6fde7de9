// The tabs of code, and what is copied.

import { ordered } from './code.js';
import { engine } from './engine.js';
import { say } from './status.js';
import { element } from './text.js';

const $ = (id) => document.getElementById(id);
const snippets = ordered(engine.answers);
let current = snippets[0];
let request = null;

/** Shows the code of a request, as code.js describes it. */
export function showCode(next) {
  request = next;
  const text = current.text(request);
  const code = $('snippet').firstElementChild;
  if (current.id === 'url') code.replaceChildren(coloured(text));
  else code.textContent = text;
}

/** The address with its parameters' names set apart, breakable after each; a link where somebody answers it. */
function coloured(text) {
  const [path, search = ''] = text.split('?');
  const nodes = [path];
  search.split('&').filter(Boolean).forEach((pair, index) => {
    const [name, value] = pair.split('=');
    nodes.push(index ? '&' : '?', element('wbr'), element('b', {}, name), `=${value}`);
  });
  if (!engine.answers) return element('span', {}, ...nodes);
  return element('a', { href: text, target: '_blank', rel: 'noopener', title: 'Open the picture in a new tab' }, ...nodes);
}

function select(next, focusIt) {
  current = next;
  for (const tab of $('tabs').children) {
    const own = tab.id === `tab-${next.id}`;
    tab.setAttribute('aria-selected', String(own));
    tab.tabIndex = own ? 0 : -1;
    if (own && focusIt) tab.focus();
    if (own) $('tabs').scrollLeft = Math.max(0, tab.offsetLeft - $('tabs').clientWidth / 2);
  }
  $('snippet').setAttribute('aria-labelledby', `tab-${next.id}`);
  $('snippet').scrollTop = 0;
  if (request) showCode(request);
}

$('tabs').append(...snippets.map((each) => element('button', {
  type: 'button', role: 'tab', id: `tab-${each.id}`, 'aria-controls': 'snippet', onclick: () => select(each),
}, each.label)));
$('tabs').addEventListener('keydown', (event) => {
  const at = snippets.indexOf(current);
  const to = { ArrowRight: (at + 1) % snippets.length, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  select(snippets.at(to), true);
});
select(current);

$('copy').addEventListener('click', async ({ currentTarget: button }) => {
  const text = $('snippet').textContent;
  let done = true;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Without a secure context there is only the old way.
    const area = element('textarea', { class: 'unseen' }, text);
    document.body.append(area);
    area.select();
    done = document.execCommand('copy');
    area.remove();
    button.focus();
  }
  button.textContent = done ? 'Copied' : 'No access';
  say(done ? 'Copied.' : 'The clipboard cannot be reached.', 0);
  setTimeout(() => { button.textContent = 'Copy'; }, 1400);
});
