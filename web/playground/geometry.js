// Where pixels of the source stand in the result: the same arithmetic as the core's, for what the page draws itself.

const CROP = /^(\d+(?:\.\d+)?)(p?),(\d+(?:\.\d+)?)(p?),(\d+(?:\.\d+)?)(p?),(\d+(?:\.\d+)?)(p?)$/;

/** The crop in whole pixels of the upright source; the whole source where there is none. */
function cropped(crop, { width, height }) {
  const parts = CROP.exec(crop ?? '');
  if (!parts) return { x: 0, y: 0, width, height };
  const pixels = (at, side) => Math.round(parts[at + 1] ? (parts[at] * side) / 100 : Number(parts[at]));
  const [x, y] = [Math.min(pixels(1, width), width - 1), Math.min(pixels(3, height), height - 1)];
  const within = (length, room) => Math.min(Math.max(length, 1), room);
  return { x, y, width: within(pixels(5, width), width - x), height: within(pixels(7, height), height - y) };
}

/** The crop as shares of the source's sides, or the whole. */
export function cropShares(crop, source) {
  if (!source?.width) return { x: 0, y: 0, width: 1, height: 1 };
  const { x, y, width, height } = cropped(crop, source);
  return { x: x / source.width, y: y / source.height, width: width / source.width, height: height / source.height };
}

const hasBox = (params) => Boolean(params.w) && Boolean(params.h);

/** Whether gravity decides what `fit=cover` keeps. */
export const covers = (params) => params.fit === 'cover' && hasBox(params);

/** Whether gravity has an effect at all. */
export const gravityActs = (params) => covers(params) || (params.fit === 'contain' && hasBox(params));

/** Gravity as the shares of width and height that it points at. */
export function focus(gravity = 'center') {
  if (gravity.includes(',')) return gravity.split(',').map(Number);
  const x = gravity.endsWith('west') ? 0 : gravity.endsWith('east') ? 1 : 0.5;
  const y = gravity.startsWith('north') ? 0 : gravity.startsWith('south') ? 1 : 0.5;
  return [x, y];
}

const isTurned = ({ rotate }) => rotate === '90' || rotate === '270';
const turned = (params, { width, height }) => (isTurned(params) ? { width: height, height: width } : { width, height });

/** The largest part of a picture that has a ratio, as near to the focus as the edges allow; in shares of its sides. */
function covered(picture, ratio, gravity) {
  const own = picture.width / picture.height;
  const [width, height] = [Math.min(1, ratio / own), Math.min(1, own / ratio)];
  const [x, y] = focus(gravity);
  const place = (at, size) => Math.min(Math.max(at - size / 2, 0), 1 - size);
  return { x: place(x, width), y: place(y, height), width, height };
}

/** What `fit=cover` keeps of the cropped and turned source, as shares of its sides; `null` where it keeps all. */
export function keptWindow(params, source) {
  if (!covers(params) || !source?.width) return null;
  const ratio = Number(params.w) / Number(params.h);
  return ratio > 0 && Number.isFinite(ratio) ? covered(turned(params, cropped(params.crop, source)), ratio, params.gravity) : null;
}

/** Where the cropped and turned source stands in the result, in shares of the result's sides; with `cover` beyond them. */
function standing(params, picture, result) {
  if (covers(params)) {
    const kept = covered(picture, result.width / result.height, params.gravity);
    return { x: -kept.x / kept.width, y: -kept.y / kept.height, width: 1 / kept.width, height: 1 / kept.height };
  }
  if (!gravityActs(params)) return { x: 0, y: 0, width: 1, height: 1 };
  const fitting = Math.min(result.width / picture.width, result.height / picture.height);
  const scale = params.enlarge === '1' ? fitting : Math.min(1, fitting);
  const [width, height] = [picture.width, picture.height].map((side) => Math.max(1, Math.round(side * scale)));
  const [x, y] = focus(params.gravity);
  const place = (room, at) => Math.floor(room * at);
  return {
    x: place(result.width - width, x) / result.width, y: place(result.height - height, y) / result.height,
    width: width / result.width, height: height / result.height,
  };
}

/** Turning and mirroring of the unit square: `x' = a·x + c·y + e`, `y' = b·x + d·y + f`. */
function turning({ rotate = '0', flip = '' }) {
  const turns = {
    0: { a: 1, b: 0, c: 0, d: 1, e: 0, f: 0 },
    90: { a: 0, b: 1, c: -1, d: 0, e: 1, f: 0 },
    180: { a: -1, b: 0, c: 0, d: -1, e: 1, f: 1 },
    270: { a: 0, b: -1, c: 1, d: 0, e: 0, f: 1 },
  };
  const { a, b, c, d, e, f } = turns[rotate] ?? turns[0];
  const [across, down] = [flip.includes('h'), flip.includes('v')];
  return {
    a: across ? -a : a, c: across ? -c : c, e: across ? 1 - e : e,
    b: down ? -b : b, d: down ? -d : d, f: down ? 1 - f : f,
  };
}

/**
 * How the source is drawn so that it lies on the result, which is shown `shown.width` × `shown.height` CSS pixels large:
 * `part`, the rectangle of the result that it fills or goes beyond, and in it the source's whole picture at `width` × `height`
 * under a CSS `matrix(…)`. What is outside of `part` is not to be seen: it was cropped.
 */
export function placement(params, source, result, shown) {
  const crop = cropped(params.crop, source);
  const at = standing(params, turned(params, crop), result);
  const part = { x: at.x * shown.width, y: at.y * shown.height, width: at.width * shown.width, height: at.height * shown.height };
  // The crop's size on the screen before it is turned, and from it that of the whole source.
  const size = turned(params, part);
  const [width, height] = [(size.width * source.width) / crop.width, (size.height * source.height) / crop.height];
  const { a, b, c, d, e, f } = turning(params);
  const [x, y] = [crop.x / crop.width, crop.y / crop.height];
  const matrix = [
    (part.width * a) / size.width, (part.height * b) / size.width, (part.width * c) / size.height, (part.height * d) / size.height,
    part.width * (e - a * x - c * y), part.height * (f - b * x - d * y),
  ];
  return { part, width, height, matrix };
}
