// The strip of photos to choose from: samples, and the visitor's own.

import { engine } from './engine.js';
import { bytesText, element, sizeText } from './text.js';

const list = document.getElementById('samples');
let photos = [];
let chosen = () => {};

/** Calls `choose(path)` for a photo that is chosen, and `remove(path)` for one of the visitor's own that is to go. */
export function buildStrip(choose, remove) {
  chosen = choose;
  list.addEventListener('keydown', ({ key, target }) => {
    const { path } = target.dataset;
    if (['Delete', 'Backspace'].includes(key) && photos.find((photo) => photo.path === path)?.own) remove(path);
  });
}

/** The visitor's own photos on the strip. */
export const ownPhotos = () => photos.filter((photo) => photo.own);

/** Shows these photos, each as engine.js describes it. */
export function showPhotos(next) {
  const known = new Map([...list.children].map((item) => [item.firstElementChild.dataset.path, item]));
  for (const { path, thumbnail } of photos) {
    if (next.every((photo) => photo.path !== path) && thumbnail?.startsWith('blob:')) URL.revokeObjectURL(thumbnail);
  }
  photos = next;
  list.replaceChildren(...photos.map((photo) => known.get(photo.path) ?? item(photo)));
  document.querySelector('.samples').classList.toggle('none', photos.length === 0);
}

/** Adds a photo of the visitor's: they stand before the samples, in the order in which they came. */
export function addPhoto(photo) {
  showPhotos([...ownPhotos(), photo, ...photos.filter(({ own }) => !own)]);
  showThumbnails();
}

/** Takes a photo away, and gives the one that stands in its place. */
export function removePhoto(path) {
  const at = photos.findIndex((photo) => photo.path === path);
  showPhotos(photos.filter((photo) => photo.path !== path));
  return photos[Math.min(at, photos.length - 1)];
}

/** Marks the photo on show. */
export function markPhoto(src) {
  for (const node of list.querySelectorAll('button')) {
    const marked = node.dataset.path === src;
    if (marked && node.getAttribute('aria-pressed') === 'false') bringIntoSight(node);
    node.setAttribute('aria-pressed', String(marked));
  }
}

/** Scrolls the strip alone, not the page. */
function bringIntoSight(node) {
  const [room, own] = [list.getBoundingClientRect(), node.getBoundingClientRect()];
  if (own.left < room.left || own.right > room.right) list.scrollLeft += own.left - room.left - (room.width - own.width) / 2;
}

export const focusPhoto = (path) => [...list.querySelectorAll('button')].find((node) => node.dataset.path === path)?.focus();

/** After the first answer, so that it need not wait for them. */
export function showThumbnails() {
  for (const image of list.querySelectorAll('img:not([src])')) {
    const { path } = image.parentElement.dataset;
    const { thumbnail } = photos.find((photo) => photo.path === path);
    const url = thumbnail ?? engine.picture(path, { w: '160', h: '120', fit: 'cover' });
    Promise.resolve(url).then((url) => { image.src = url; }, () => {});
  }
}

function item({ path, title, width, height, bytes, own }) {
  const size = width ? `, ${sizeText(width, height)}` : '';
  const said = width ? `, ${width} by ${height} pixels` : '';
  return element('li', {}, element('button', {
    type: 'button', 'data-path': path, 'aria-pressed': 'false', onclick: () => chosen(path),
    title: `${title}${size}, ${bytesText(bytes)}`, 'aria-label': `${title}${said}${own ? ', your photo' : ''}`,
    'aria-keyshortcuts': own ? 'Delete' : null,
  }, element('img', { width: 80, height: 60, alt: '', fetchpriority: 'low', draggable: 'false' })));
}
