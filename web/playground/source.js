// Where the picture comes from: the field above, the samples, and the visitor's own files.

import { engine } from './engine.js';
import { fileName } from './address.js';
import { bytesText, element, sizeText } from './text.js';

const $ = (id) => document.getElementById(id);
const field = $('src');
let samples = [];

/** `choose(src)` is called with a source that was chosen, `refuse(problem)` where what came is none. */
export async function buildSource(choose, refuse) {
  $('source-form').hidden = engine.files;
  $('file-form').hidden = !engine.files;
  if (engine.files) takeFiles(choose, refuse);
  else takeAddresses(choose, refuse);
  $('credits').hidden = !engine.credits;
  if (engine.credits) $('credits').href = engine.credits;
  samples = await engine.samples().catch(() => []);
  list(choose);
  return samples;
}

export function showSource(src) {
  if (document.activeElement !== field) field.value = src;
  $('file-name').textContent = src ? fileName(src) : '';
  for (const node of $('samples').querySelectorAll('button')) {
    node.setAttribute('aria-pressed', String(node.dataset.path === src));
  }
}

/** After the first answer, so that it need not wait for them. */
export function showThumbnails() {
  for (const image of $('samples').querySelectorAll('img:not([src])')) {
    const { path } = image.parentElement.dataset;
    const { thumbnail } = samples.find((sample) => sample.path === path);
    const url = thumbnail ?? engine.picture(path, { w: '160', h: '120', fit: 'cover' });
    Promise.resolve(url).then((url) => { image.src = url; }, () => {});
  }
}

function list(choose) {
  const known = new Map([...$('samples').children].map((item) => [item.firstElementChild.dataset.path, item]));
  const items = samples.map(({ path, title, width, height, bytes }) => {
    const size = width ? `, ${sizeText(width, height)}` : '';
    return known.get(path) ?? element('li', {}, element('button', {
      type: 'button', 'data-path': path, 'aria-pressed': 'false', onclick: () => choose(path),
      title: `${title}${size}, ${bytesText(bytes)}`, 'aria-label': `${title}${width ? `, ${width} by ${height} pixels` : ''}`,
    }, element('img', { width: 80, height: 60, alt: '', fetchpriority: 'low' })));
  });
  $('samples').replaceChildren(...items);
  document.querySelector('.samples').classList.toggle('none', items.length === 0);
}

// ---- Files of the visitor's ----------------------------------------------------------------------------------------

function takeFiles(choose, refuse) {
  const take = async (file) => {
    if (!file) return refuse({ title: 'No picture', detail: 'There is no picture in what was dropped or pasted.' });
    const path = await engine.open(file);
    samples = [{ path, title: file.name || 'Pasted picture', bytes: file.size }, ...samples];
    list(choose);
    choose(path);
  };
  // The input is inside its label, which the keyboard reaches as the button that it looks like.
  $('file').addEventListener('change', ({ target }) => {
    if (target.files[0]) take(target.files[0]);
    target.value = '';
  });
  drops(({ files }) => take(files[0]));
  document.addEventListener('paste', ({ clipboardData }) => {
    if (clipboardData.files[0]) take(clipboardData.files[0]);
  });
}

/** What is dropped anywhere on the page; without it the browser would leave the page and open the file. */
function drops(dropped) {
  let inside = 0;
  const mark = (change) => {
    inside = change === 0 ? 0 : Math.max(0, inside + change);
    document.body.classList.toggle('dropping', inside > 0);
  };
  addEventListener('dragenter', () => mark(1));
  addEventListener('dragleave', () => mark(-1));
  addEventListener('dragover', (event) => event.preventDefault());
  addEventListener('drop', (event) => {
    event.preventDefault();
    mark(0);
    dropped(event.dataTransfer);
  });
}

// ---- Addresses, for an engine that reads the sources itself --------------------------------------------------------

function takeAddresses(choose, refuse) {
  let typing = 0;
  const typed = () => {
    clearTimeout(typing);
    if (field.value.trim()) choose(field.value.trim());
  };
  field.addEventListener('input', () => {
    clearTimeout(typing);
    typing = setTimeout(typed, 600);
  });
  $('source-form').addEventListener('submit', (event) => {
    event.preventDefault();
    typed();
  });
  const take = (text, files) => {
    const address = text.split('\n').map((line) => line.trim()).find((line) => /^https?:\/\//.test(line) || /^\/[^/]/.test(line));
    if (address) choose(address);
    else if (files.length) {
      refuse({ title: 'Not uploaded', detail: 'This server reads pictures from its origin and takes no uploads. Type a path or an address.' });
    }
  };
  drops((data) => take(data.getData('text/uri-list') || data.getData('text/plain'), data.files));
  document.addEventListener('paste', ({ target, clipboardData }) => {
    if (!target.closest?.('input, textarea')) take(clipboardData.getData('text/plain'), clipboardData.files);
  });
}
