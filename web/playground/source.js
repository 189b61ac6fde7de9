// Where the picture comes from: the field above, the samples, and the visitor's own files.

import { fileName } from './address.js';
import { engine } from './engine.js';
import { buildFiles, removeFile, showOwn, takeFiles } from './files.js';
import { notice } from './notice.js';
import { buildStrip, markPhoto, showPhotos } from './strip.js';

const $ = (id) => document.getElementById(id);
const field = $('src');

/** `page` is as files.js has it. Gives the photos that there are. */
export async function buildSource(page) {
  $('guide').href = `${$('repository').href}/blob/main/${engine.guide}`;
  buildStrip(page.choose, removeFile);
  if (engine.files) {
    buildFiles(page);
    given(({ files }) => {
      if (files.length) takeFiles([...files]);
      else notice(['There is no picture in what was dropped or pasted.']);
    });
  } else takeAddresses(page.choose);
  const own = engine.files ? await engine.own() : [];
  const samples = await engine.samples().catch(() => []);
  const photos = [...own, ...samples];
  showPhotos(photos);
  $('credits').hidden = !engine.credits;
  if (engine.credits) $('credits').href = engine.credits;
  return photos;
}

export function showSource(src) {
  if (document.activeElement !== field) field.value = src;
  $('file-name').textContent = src ? fileName(src) : '';
  markPhoto(src);
  if (engine.files) showOwn();
}

/** What is dropped anywhere on the page, or pasted; without it the browser would leave the page and open the file. */
function given(take) {
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
    take(event.dataTransfer);
  });
  document.addEventListener('paste', ({ target, clipboardData }) => {
    // Text that is pasted into a field is the field's.
    if (clipboardData.files.length || !target.closest?.('input, textarea')) take(clipboardData);
  });
}

/** Addresses, for an engine that reads the sources itself. */
function takeAddresses(choose) {
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
  given((data) => {
    const text = data.getData('text/uri-list') || data.getData('text/plain');
    const address = text.split('\n').map((line) => line.trim()).find((line) => /^https?:\/\//.test(line) || /^\/[^/]/.test(line));
    if (address) choose(address);
    else if (data.files.length) {
      notice(['This server reads pictures from its origin and takes no uploads. Type a path or an address.']);
    }
  });
}
