// The visitor's own photos: taken in, removed, and all made at once with the same options.

import { resultName } from './address.js';
import { engine } from './engine.js';
import { notice } from './notice.js';
import { save } from './save.js';
import { say } from './status.js';
import { addPhoto, focusPhoto, ownPhotos, removePhoto } from './strip.js';
import { bytesText } from './text.js';
import { zip } from './zip.js';

const $ = (id) => document.getElementById(id);
const many = (count) => (count === 1 ? '1 photo' : `${count} photos`);

/** Which photo is on show, what happens with a chosen one, and the parameters that a photo is made with. */
let page = { shown: () => '', choose: () => {}, params: () => ({}) };

export function buildFiles(given) {
  page = given;
  // The input is inside its label, which the keyboard reaches as the button that it looks like.
  $('file').addEventListener('change', ({ target }) => {
    takeFiles([...target.files]);
    target.value = '';
  });
  $('all').addEventListener('click', () => (making ? making.abort() : makeAll()));
  $('remove').addEventListener('click', () => remove([page.shown()]));
  $('remove-all').addEventListener('click', () => remove(ownPhotos().map(({ path }) => path)));
}

/** Shows what can be done with the visitor's own photos. */
export function showOwn() {
  const own = ownPhotos();
  $('all').hidden = own.length < 2 && !making;
  if (!making) $('all').textContent = `Download all ${own.length}`;
  $('remove').hidden = !own.some(({ path }) => path === page.shown());
  $('remove-all').hidden = own.length < 2;
  $('remove-all').textContent = `Remove all ${own.length}`;
  $('own').hidden = own.length === 0;
}

// ---- In ------------------------------------------------------------------------------------------------------------

/** Takes files in, one after the other. The first picture among them is shown; what is none is named and forgotten. */
export async function takeFiles(files) {
  const refused = [];
  const unkept = [];
  let chosen = false;
  for (const [index, file] of files.entries()) {
    if (files.length > 1) say(`Opening ${index + 1} of ${files.length}.`, 0);
    document.body.classList.add('opening');
    try {
      const photo = await engine.open(file);
      addPhoto(photo);
      if (!chosen) page.choose(photo.path);
      chosen = true;
      if (photo.kept !== 'yes') unkept.push(photo);
    } catch (error) {
      refused.push(`${file.name || 'What was pasted'} was not taken. ${error.message}`);
    }
  }
  document.body.classList.remove('opening');
  showOwn();
  if (unkept.length) {
    const why = unkept.some(({ kept }) => kept === 'full')
      ? 'the browser has no more room for this page. Remove photos to make room.' : 'the browser does not let this page keep files.';
    refused.push(`${unkept.map(({ title }) => title).join(', ')} can be used, but will be gone after this visit: ${why}`);
  }
  if (refused.length) notice(refused);
}

async function remove(paths) {
  let next = null;
  for (const path of paths) {
    next = removePhoto(path);
    await engine.forget(path);
  }
  say(`${many(paths.length)} removed.`);
  if (paths.includes(page.shown())) page.choose(next?.path ?? '');
  showOwn();
  if (next) focusPhoto(next.path);
}

export const removeFile = (path) => remove([path]);

// ---- Out -----------------------------------------------------------------------------------------------------------

let making = null;

async function makeAll() {
  const own = ownPhotos();
  const progress = (done) => {
    $('all').textContent = `Stop (${done} of ${own.length})`;
  };
  making = new AbortController();
  progress(0);
  try {
    const made = await engine.resizeAll(own.map(({ path }) => path), page.params, { signal: making.signal, onProgress: progress });
    const good = own.map((photo, index) => ({ ...photo, ...made[index] })).filter(({ error }) => !error);
    const bad = own.flatMap(({ title }, index) => (made[index].error ? [`${title} was not made. ${made[index].error.message}`] : []));
    if (good.length) {
      const archive = zip(named(good));
      save(archive, 'edgepix.zip');
      const before = own.filter((_, index) => !made[index].error).reduce((sum, { bytes }) => sum + bytes, 0);
      const after = good.reduce((sum, { bytes }) => sum + bytes.length, 0);
      say(`${many(good.length)} saved: ${bytesText(after)}, of ${bytesText(before)}.`);
    }
    if (bad.length) notice(bad);
  } catch (error) {
    if (error.name === 'AbortError') say('Stopped.');
    else notice([error.message]);
  } finally {
    making = null;
    showOwn();
  }
}

/** Results with names that differ: two photos may differ in their extension alone. */
function named(results) {
  const names = new Set();
  return results.map(({ path, format, bytes }) => {
    const plain = resultName(path, format);
    let name = plain;
    for (let count = 2; names.has(name); count += 1) name = plain.replace(/(?=\.[^.]*$)/, `-${count}`);
    names.add(name);
    return { name, bytes };
  });
}
