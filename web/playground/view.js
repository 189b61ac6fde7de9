// How the result is looked at: its size on the screen, the comparison, and pointing at what matters.

import { engine } from './engine.js';
import { covers, keptWindow } from './parameters.js';

const $ = (id) => document.getElementById(id);
const [stage, view, frame, after, before, split] = ['stage', 'view', 'frame', 'after', 'before', 'split'].map($);
const parts = [before, split, ...frame.querySelectorAll('.tag')];
const looks = { compare: true, actual: false };

/** What is on show: `{ src, params, result, alpha }`. */
let shown = null;
let comparing = null;

/** Shows a result whose picture is at `url`. */
export function showPicture(url, next) {
  const old = after.src;
  const moved = next.src !== shown?.src;
  shown = next;
  after.src = url;
  if (old.startsWith('blob:')) URL.revokeObjectURL(old);
  after.alt = `The resulting picture, ${next.result.width} × ${next.result.height} pixels`;
  frame.hidden = false;
  if (moved) parts.forEach((part) => { part.hidden = true; });
  layOut();
  compare();
}

/** Whether a click on the picture would set the focal point. */
export const aims = (params) => covers(params) && !looks.compare;

/** Calls `set(x, y)` where a click on the picture sets the focal point, and `changed()` when that has become possible. */
export function aim(set, changed) {
  for (const name of ['compare', 'actual']) {
    $(name).addEventListener('click', () => {
      looks[name] = !looks[name];
      press(name);
      layOut();
      compare();
      changed();
    });
  }
  after.addEventListener('click', (event) => {
    if (!shown || !aims(shown.params)) return;
    const kept = keptWindow(shown.params, shown.source) ?? { x: 0, y: 0, width: 1, height: 1 };
    const { left, top, width, height } = after.getBoundingClientRect();
    const share = (at, from, size) => Math.round(Math.min(1, Math.max(0, from + at * size)) * 100) / 100;
    set(share((event.clientX - left) / width, kept.x, kept.width), share((event.clientY - top) / height, kept.y, kept.height));
  });
}

function press(name) {
  $(name).setAttribute('aria-pressed', String(looks[name]));
  stage.classList.toggle(name, looks[name]);
}

/** Gives the picture its size on the screen: the whole of it, or pixel for pixel. */
function layOut() {
  if (!shown) return;
  const density = looks.actual ? devicePixelRatio : Number(shown.params.dpr ?? 1);
  const [width, height] = [shown.result.width / density, shown.result.height / density];
  const room = getComputedStyle(view);
  const inner = (side, start, end) => view[side] - parseFloat(room[start]) - parseFloat(room[end]);
  const scale = looks.actual ? 1 : Math.min(1,
    inner('clientWidth', 'paddingLeft', 'paddingRight') / width, inner('clientHeight', 'paddingTop', 'paddingBottom') / height);
  frame.style.width = `${width * scale}px`;
  frame.style.height = `${height * scale}px`;
}

/**
 * Before and after: the same pixels as the result's, from the source with next to nothing lost, are laid over it up to
 * the slider.
 */
async function compare() {
  comparing?.abort();
  if (!looks.compare || !shown) {
    parts.forEach((part) => { part.hidden = true; });
    return;
  }
  const own = new AbortController();
  comparing = own;
  const { src, params, result, source } = shown;
  const { q: _, lossless: __, metadata: ___, ...rest } = params;
  const best = source?.hasAlpha ? { format: 'png' } : { format: 'jpeg', q: '95' };
  const image = new Image();
  try {
    image.src = await engine.picture(src, { ...rest, ...best }, own.signal);
    await image.decode();
  } catch {
    if (!own.signal.aborted) parts.forEach((part) => { part.hidden = true; });
    return;
  }
  if (own.signal.aborted) return;
  before.src = image.src;
  frame.querySelector('.tag-before').textContent = source?.hasAlpha ? 'Before' : 'Before: JPEG, quality 95';
  frame.querySelector('.tag-after').textContent = `After: ${result.type.replace('image/', '').toUpperCase()}`;
  parts.forEach((part) => { part.hidden = false; });
}

const slide = () => {
  frame.style.setProperty('--split', `${split.value}%`);
  split.setAttribute('aria-valuetext', `${Math.round(split.value)} % before, ${100 - Math.round(split.value)} % after`);
};
split.addEventListener('input', slide);
slide();
new ResizeObserver(layOut).observe(stage);
Object.keys(looks).forEach(press);
