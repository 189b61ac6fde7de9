// How the result is looked at: beside the original, in the same place of both, and pointing at what matters.

import { engine } from './engine.js';
import { covers, keptWindow, placement } from './geometry.js';
import { say } from './status.js';
import { zoomable } from './zoom.js';

/** Half the width of the line's handle. */
const HANDLE = 22;
/** From so many device pixels for one of the picture on, pixels are shown as squares. */
const SQUARES = 3;

const $ = (id) => document.getElementById(id);
const [view, halves, after, before, cut, split] = ['view', 'halves', 'after', 'before', 'cut', 'split'].map($);
const [tagBefore, tagAfter] = ['before', 'after'].map((name) => view.querySelector(`.tag-${name}`));

/** What is on show: `{ src, params, result, source }`. */
let shown = null;
/** Where: as zoom.js says. */
let box = null;
let comparing = true;
/** The original that is loaded, or being loaded: `{ src, ready }`; `ready` is false where this browser cannot show it. */
let original = null;
let aimed = () => {};

const zoom = zoomable(view, {
  place(next) {
    box = next;
    draw();
  },
  taps: () => Boolean(shown) && aims(shown.params),
  tap(x, y) {
    const kept = keptWindow(shown.params, shown.source) ?? { x: 0, y: 0, width: 1, height: 1 };
    const share = (at, from, size) => Math.round(Math.min(1, Math.max(0, from + at * size)) * 100) / 100;
    aimed(share(x, kept.x, kept.width), share(y, kept.y, kept.height));
  },
  moved: () => say(`Zoom ${percent()}.`),
});

/** Shows a result whose picture is at `url`. */
export function showPicture(url, next) {
  const old = after.src;
  const another = next.src !== shown?.src;
  shown = next;
  after.src = url;
  if (old.startsWith('blob:')) URL.revokeObjectURL(old);
  const { width, height, type } = next.result;
  after.alt = `The result, ${width} × ${height} pixels`;
  tagAfter.textContent = `After: ${type.replace('image/', '').toUpperCase()}`;
  halves.hidden = false;
  zoom.show({ width, height, density: Number(next.params.dpr ?? 1) }, another);
  compare();
}

/** Whether a click on the picture would set the focal point. */
export const aims = (params) => covers(params) && !comparing;

/** Calls `set(x, y)` where a click on the picture sets the focal point, and `changed()` when that has become possible. */
export function aim(set, changed) {
  aimed = set;
  $('compare').addEventListener('click', () => {
    comparing = !comparing;
    compare();
    changed();
  });
}

const percent = () => `${Math.round(box.scale * devicePixelRatio * 100)} %`;

/** Puts both pictures, and the line between them, where zoom and pan say. */
function draw() {
  const { left, top, width, height, scale } = box;
  for (const canvas of halves.querySelectorAll('.canvas')) {
    Object.assign(canvas.style, { transform: `translate(${left}px, ${top}px)`, width: `${width}px`, height: `${height}px` });
  }
  after.classList.toggle('squares', scale * devicePixelRatio >= SQUARES);
  if (before.naturalWidth) {
    const source = { width: before.naturalWidth, height: before.naturalHeight };
    const at = placement(shown.params, source, shown.result, { width, height });
    Object.assign(cut.style, {
      left: `${at.part.x}px`, top: `${at.part.y}px`, width: `${at.part.width}px`, height: `${at.part.height}px`,
    });
    Object.assign(before.style, { width: `${at.width}px`, height: `${at.height}px`, transform: `matrix(${at.matrix.join()})` });
    before.classList.toggle('squares', (at.width / source.width) * devicePixelRatio >= SQUARES);
  }
  const [start, end] = [Math.max(0, left), Math.min(view.clientWidth, left + width)];
  const [high, low] = [Math.max(0, top), Math.min(view.clientHeight, top + height)];
  const across = end - start;
  Object.assign(split.style, {
    transform: `translate(${start - HANDLE}px, ${high}px)`, width: `${across + 2 * HANDLE}px`, height: `${low - high}px`,
  });
  view.style.setProperty('--tall', `${low - high}px`);
  view.style.setProperty('--split', `${start + (across * split.value) / 100}px`);
  view.style.setProperty('--start', `${start}px`);
  view.style.setProperty('--end', `${view.clientWidth - end}px`);
  view.style.setProperty('--foot', `${view.clientHeight - low}px`);
  $('actual').textContent = percent();
}

/** Before and after: the original, laid over the result up to the line. */
async function compare() {
  if (!shown) return;
  const { src } = shown;
  if (comparing && original?.src !== src) await load(src);
  if (shown.src !== src) return;
  const on = comparing && original?.src === src && original.ready === true;
  reveal(on);
  const missing = original?.src === src && original.ready === false;
  $('compare').disabled = missing;
  $('compare').setAttribute('aria-pressed', String(comparing && !missing));
  $('compare').title = missing ? 'This browser cannot show the original.' : '';
  if (on) draw();
}

function reveal(on) {
  for (const part of [$('half-before'), split, tagBefore, tagAfter]) part.hidden = !on;
}

/** Loads the original, at full size. Nothing of it is seen before it is there. */
async function load(src) {
  const own = { src, ready: null };
  original = own;
  reveal(false);
  try {
    const url = await engine.original(src);
    if (original !== own) return;
    const settled = new Promise((resolve, reject) => {
      before.onload = resolve;
      before.onerror = reject;
    });
    const old = before.src;
    before.src = url;
    if (old.startsWith('blob:')) URL.revokeObjectURL(old);
    await settled;
    own.ready = true;
  } catch {
    own.ready = false;
  }
  const format = shown.source?.format;
  tagBefore.textContent = format ? `Before: original ${format.toUpperCase()}` : 'Before: original';
}

const slide = () => {
  split.setAttribute('aria-valuetext', `${Math.round(split.value)} % before, ${100 - Math.round(split.value)} % after`);
  if (box) draw();
};
split.addEventListener('input', slide);
slide();
$('zoom-in').addEventListener('click', zoom.closer);
$('zoom-out').addEventListener('click', zoom.farther);
$('actual').addEventListener('click', zoom.toggle);
