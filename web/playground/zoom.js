// Zoom and pan: where a picture stands in its view, by wheel, pinch, drag, double click and keyboard.

/** Factor of one step, by button or key. */
const STEP = 1.25;
/** Device pixels for one of the picture, at most. */
const MOST = 16;
/** Share of the view that one press of an arrow key moves. */
const STRIDE = 0.1;
/** Milliseconds in which a second tap makes a double one, and CSS pixels that a tap may move. */
const [DOUBLE_MS, STILL] = [300, 6];
/** Milliseconds for which the page does not scroll after the wheel has zoomed all the way out. */
const REST_MS = 400;

/**
 * Lays a picture out in `view`. `place({ left, top, width, height, scale })` draws it, in CSS pixels of the view; `scale` is
 * CSS pixels for one of the picture. `tap(x, y)` is called with shares of the picture's sides where `taps()` says that a click
 * has a meaning; `moved()` after a zoom by key or button, so that it can be said.
 */
export function zoomable(view, { place, taps, tap, moved }) {
  /** Its size, and its pixels for a CSS pixel where it is shown at its intended size: `{ width, height, density }`. */
  let picture = null;
  /** `fit`, `actual` (a pixel for a device pixel), or a scale. */
  let look = 'fit';
  /** The point of the picture in the middle of the view, in shares of its sides. */
  let center = { x: 0.5, y: 0.5 };

  const fitting = () => {
    const style = getComputedStyle(view);
    const room = (side, start, end) => side - parseFloat(style[start]) - parseFloat(style[end]);
    return Math.min(1 / picture.density, room(view.clientWidth, 'paddingLeft', 'paddingRight') / picture.width,
      room(view.clientHeight, 'paddingTop', 'paddingBottom') / picture.height);
  };
  const actual = () => 1 / devicePixelRatio;
  const scale = () => ({ fit: fitting, actual })[look]?.() ?? look;
  const middle = () => ({ x: view.clientWidth / 2, y: view.clientHeight / 2 });

  function box() {
    const [factor, { x, y }] = [scale(), middle()];
    const [width, height] = [picture.width * factor, picture.height * factor];
    // In the middle where there is room, else without a gap at the edges.
    const along = (half, share, side) => (side <= 2 * half ? half - side / 2 : Math.min(0, Math.max(2 * half - side, half - share * side)));
    return { left: along(x, center.x, width), top: along(y, center.y, height), width, height, scale: factor };
  }

  function layOut() {
    if (!picture) return;
    const now = box();
    const { left, top, width, height } = now;
    center = { x: (middle().x - left) / width, y: (middle().y - top) / height };
    view.classList.toggle('pans', width > view.clientWidth + 1 || height > view.clientHeight + 1);
    const whole = (length) => Math.round(length * devicePixelRatio) / devicePixelRatio;
    place({ ...now, left: whole(left), top: whole(top) });
  }

  /** Zooms so that the point of the picture at `at`, in CSS pixels of the view, stays there. */
  function zoomTo(next, at = middle()) {
    if (!picture) return;
    const { left, top, width, height } = box();
    const share = { x: (at.x - left) / width, y: (at.y - top) / height };
    const [fit, one] = [fitting(), actual()];
    const wanted = { fit, actual: one }[next] ?? next;
    const limited = Math.min(Math.max(wanted, Math.min(fit, one)), Math.max(fit, MOST * one));
    const near = (other) => Math.abs(limited / other - 1) < 0.01;
    look = near(fit) ? 'fit' : near(one) ? 'actual' : limited;
    const now = scale();
    center = {
      x: share.x + (middle().x - at.x) / (picture.width * now), y: share.y + (middle().y - at.y) / (picture.height * now),
    };
    layOut();
  }

  function pan(dx, dy) {
    const { width, height } = box();
    center = { x: center.x - dx / width, y: center.y - dy / height };
    layOut();
  }

  /** 100 %, or the whole picture where that is what is on show. */
  const toggle = (at) => zoomTo(look === 'actual' ? 'fit' : 'actual', at);
  const pointOf = ({ clientX, clientY }) => {
    const { left, top } = view.getBoundingClientRect();
    return { x: clientX - left, y: clientY - top };
  };

  // ---- Wheel -------------------------------------------------------------------------------------------------------

  let zoomedAt = -Infinity;
  view.addEventListener('wheel', (event) => {
    if (!picture) return;
    const all = scale() <= Math.min(fitting(), actual()) * 1.001;
    // With all of the picture on show the page scrolls on, but not in the same movement.
    if (all && event.deltaY > 0 && !event.ctrlKey && event.timeStamp - zoomedAt > REST_MS) return;
    event.preventDefault();
    zoomedAt = event.timeStamp;
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? event.deltaY : event.deltaY * 33;
    // A trackpad's pinch comes as small steps with the control key.
    zoomTo(scale() * 2 ** (-lines * (event.ctrlKey ? 0.01 : 0.0025)), pointOf(event));
  }, { passive: false });

  // ---- Pointers: one drags, two pinch ------------------------------------------------------------------------------

  const pointers = new Map();
  let start = null;
  let last = null;
  let single = 0;

  const span = () => {
    const [first, second = first] = pointers.values();
    return { x: (first.x + second.x) / 2, y: (first.y + second.y) / 2, length: Math.hypot(first.x - second.x, first.y - second.y) };
  };

  view.addEventListener('pointerdown', (event) => {
    if (!picture || event.button !== 0 || event.target.closest('input')) return;
    view.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, pointOf(event));
    start = pointers.size === 1 ? { ...pointOf(event), id: event.pointerId } : null;
  });

  view.addEventListener('pointermove', (event) => {
    if (!pointers.has(event.pointerId)) return;
    const before = span();
    pointers.set(event.pointerId, pointOf(event));
    const now = span();
    if (start && Math.hypot(now.x - start.x, now.y - start.y) > STILL) start = null;
    if (start) return;
    if (pointers.size > 1 && before.length > 0) zoomTo((scale() * now.length) / before.length, before);
    pan(now.x - before.x, now.y - before.y);
    view.classList.add('dragging');
  });

  for (const end of ['pointerup', 'pointercancel']) {
    view.addEventListener(end, (event) => {
      if (!pointers.delete(event.pointerId)) return;
      view.classList.remove('dragging');
      if (start?.id === event.pointerId && end === 'pointerup') tapped(event);
      start = null;
    });
  }

  function tapped(event) {
    const at = pointOf(event);
    clearTimeout(single);
    if (last && event.timeStamp - last.time < DOUBLE_MS && Math.hypot(at.x - last.x, at.y - last.y) < 4 * STILL) {
      last = null;
      toggle(at);
      return;
    }
    last = { ...at, time: event.timeStamp };
    if (!taps()) return;
    const { left, top, width, height } = box();
    const [x, y] = [(at.x - left) / width, (at.y - top) / height];
    // Until it is known that it is no double one.
    if (x >= 0 && x <= 1 && y >= 0 && y <= 1) single = setTimeout(() => tap(x, y), DOUBLE_MS);
  }

  // With two fingers, or where there is more than is to be seen, the page stays where it is.
  view.addEventListener('touchmove', (event) => {
    if (event.cancelable && (event.touches.length > 1 || view.classList.contains('pans'))) event.preventDefault();
  }, { passive: false });

  // ---- Keys and buttons --------------------------------------------------------------------------------------------

  const keys = {
    '+': () => zoomTo(scale() * STEP), '=': () => zoomTo(scale() * STEP), '-': () => zoomTo(scale() / STEP),
    0: () => zoomTo('fit'), 1: () => zoomTo('actual'),
  };
  const arrows = { ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

  view.addEventListener('keydown', (event) => {
    if (!picture || event.ctrlKey || event.metaKey || event.altKey) return;
    if (keys[event.key]) {
      event.preventDefault();
      keys[event.key]();
      moved();
    } else if (arrows[event.key] && event.target === view && view.classList.contains('pans')) {
      event.preventDefault();
      const [x, y] = arrows[event.key];
      pan(x * STRIDE * view.clientWidth, y * STRIDE * view.clientHeight);
    }
  });

  new ResizeObserver(layOut).observe(view);

  const pressed = (action) => () => {
    action();
    if (picture) moved();
  };
  return {
    closer: pressed(() => zoomTo(picture ? scale() * STEP : 1)),
    farther: pressed(() => zoomTo(picture ? scale() / STEP : 1)),
    toggle: pressed(() => toggle()),
    /** Shows a picture of another size. The same part of it stays in view, unless it is `another` picture. */
    show(next, another) {
      if (another) [look, center] = ['fit', { x: 0.5, y: 0.5 }];
      else if (typeof look === 'number') look *= picture.width / next.width;
      picture = next;
      layOut();
    },
  };
}
