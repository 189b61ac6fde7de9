// Small pictures to point at: the focal point on what is left after cropping and turning, the crop on the whole source.
// Both are for pointers; the number fields beside them do the same for keyboards.

import { cropShares, focus, keptWindow } from './geometry.js';
import { element } from './text.js';

/** A picture, a rectangle on it, and what a pointer does: `move([x, y], [x0, y0])` in shares of its sides. */
function pad(label, move) {
  const image = element('img', { alt: '', draggable: 'false', loading: 'lazy' });
  const box = element('span', { class: 'box' });
  const inner = element('span', { class: 'inner' }, image, box);
  const node = element('div', { class: 'pad', title: label }, inner);
  let start = null;
  const at = (event) => {
    const { left, top, width, height } = inner.getBoundingClientRect();
    const share = (value) => Math.min(1, Math.max(0, value));
    return [share((event.clientX - left) / width), share((event.clientY - top) / height)];
  };
  inner.addEventListener('pointerdown', (event) => {
    if (event.button !== 0 || !image.naturalWidth) return;
    inner.setPointerCapture(event.pointerId);
    start = at(event);
    move(start, start);
  });
  inner.addEventListener('pointermove', (event) => { if (start) move(at(event), start); });
  for (const end of ['pointerup', 'pointercancel']) inner.addEventListener(end, () => { start = null; });
  image.addEventListener('load', () => { inner.classList.add('ready'); });
  image.addEventListener('error', () => { inner.classList.remove('ready'); });
  return {
    node, inner, box,
    picture(url) {
      if (url === image.getAttribute('src')) return;
      if (url) image.setAttribute('src', url);
      else { image.removeAttribute('src'); inner.classList.remove('ready'); }
    },
  };
}

function place(node, { x, y, width, height }) {
  for (const [side, share] of Object.entries({ left: x, top: y, width, height })) {
    if (share != null) node.style[side] = `${share * 100}%`;
  }
}

/** `set(x, y)` with a focal point of two decimals. */
export function focalPad(set) {
  const round = (share) => Math.round(share * 100) / 100;
  const { node, inner, box, picture } = pad('Click to set the focal point', ([x, y]) => set(round(x), round(y)));
  const dot = element('span', { class: 'dot' });
  inner.append(dot);
  return {
    node, picture,
    show(params, source) {
      const [x, y] = focus(params.gravity);
      place(dot, { x, y });
      dot.hidden = !(x >= 0 && x <= 1 && y >= 0 && y <= 1);
      const kept = keptWindow(params, source);
      box.hidden = !kept;
      if (kept) place(box, kept);
    },
  };
}

/** `set([x, y, width, height])` in shares of the source's sides. */
export function cropPad(set) {
  const { node, box, picture } = pad('Drag to crop', ([x, y], [x0, y0]) => {
    const [width, height] = [Math.abs(x - x0), Math.abs(y - y0)];
    if (width >= 0.02 && height >= 0.02) set([Math.min(x, x0), Math.min(y, y0), width, height]);
  });
  return {
    node, picture,
    show(params, source) {
      box.hidden = !params.crop;
      place(box, cropShares(params.crop, source));
    },
  };
}
