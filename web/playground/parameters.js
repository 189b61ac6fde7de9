// The parameters of a request: one list, from which the controls are built and every address is written.
//
// A request's parameters are an object of the URL's names and the URL's own spelling: `{ w: '800', fit: 'cover' }`.
// What is absent has its default.

/** Groups of controls, in their order on the page; `open` groups are unfolded at the start. */
export const groups = [
  { id: 'size', label: 'Size', open: true },
  { id: 'output', label: 'Format', open: true },
  { id: 'gravity', label: 'Gravity', open: false },
  { id: 'crop', label: 'Crop and turn', open: false },
  { id: 'more', label: 'Background and more', open: false },
];

/** What the browser's own requests for images say, so that `format=auto` answers as it would to an <img>. */
export const ACCEPT = 'image/avif,image/webp,image/*,*/*;q=0.8';

const codec = (params) => params.format ?? 'auto';
const flag = (value) => value === '1';
const lossless = (params) => params.lossless === '1' && codec(params) === 'webp';

/**
 * In the order in which they stand in a URL. `kind` names the control, `unset` says what happens where there is no
 * value, and `applies` tells whether the parameter has a meaning beside the others; where it has none it is left out.
 * `option` is the name in programs where that is another one, and `type` what it is there where that is no text.
 */
export const parameters = [
  { name: 'w', option: 'width', type: Number, label: 'Width', group: 'size', kind: 'length', side: 'width', unset: 'auto' },
  { name: 'h', option: 'height', type: Number, label: 'Height', group: 'size', kind: 'length', side: 'height', unset: 'auto' },
  {
    name: 'dpr', type: Number, label: 'Pixel density', group: 'size', kind: 'choice', default: '1',
    values: [['1', '1×'], ['1.5', '1.5×'], ['2', '2×'], ['3', '3×'], ['4', '4×']],
  },
  {
    name: 'fit', label: 'Fit', group: 'size', kind: 'choice', default: 'inside',
    values: ['inside', 'outside', 'cover', 'contain', 'fill'],
    hints: {
      inside: 'The largest size inside the box.',
      outside: 'The smallest size that covers the box, uncropped.',
      cover: 'Covers the box and crops what stands out.',
      contain: 'Inside the box, on a canvas of the box’s size.',
      fill: 'Exactly the box; the picture may be distorted.',
    },
  },
  { name: 'enlarge', type: flag, label: 'Enlarge small pictures', group: 'size', kind: 'switch', default: '0' },
  {
    name: 'crop', label: 'Crop', group: 'crop', kind: 'crop', unset: 'whole picture',
    hint: 'Drag on the picture, or type. Cut before turning and resizing.',
  },
  {
    name: 'rotate', type: Number, label: 'Rotate', group: 'crop', kind: 'choice', default: '0',
    values: [['0', '0°'], ['90', '90°'], ['180', '180°'], ['270', '270°']],
  },
  {
    name: 'flip', label: 'Flip', group: 'crop', kind: 'choice', default: '',
    values: [['', 'none'], ['h', 'left–right'], ['v', 'top–bottom'], ['hv', 'both']],
  },
  {
    name: 'gravity', label: 'Gravity', group: 'gravity', kind: 'gravity', default: 'center',
    values: ['northwest', 'north', 'northeast', 'west', 'center', 'east', 'southwest', 'south', 'southeast'],
    hint: 'Acts with fit cover or contain, where both width and height are given.',
  },
  { name: 'bg', option: 'background', label: 'Background', group: 'more', kind: 'colour', unset: 'transparent, or white' },
  {
    name: 'format', label: 'Format', group: 'output', kind: 'choice', default: 'auto', bare: true,
    values: ['auto', 'jpeg', 'png', 'webp', 'gif'],
    hints: {
      auto: 'The best that this browser accepts.',
      jpeg: 'For photographs; no transparency.',
      png: 'Lossless, with transparency.',
      webp: 'Lossy or lossless, with transparency.',
      gif: '256 colours.',
    },
  },
  {
    name: 'q', option: 'quality', type: Number, label: 'Quality', group: 'output', kind: 'quality', min: 1, max: 100, unset: 'auto',
    shown: 80,
    applies: (params) => !['png', 'gif'].includes(codec(params)) && !lossless(params),
  },
  {
    name: 'effort', label: 'Effort', group: 'output', kind: 'choice', default: 'balanced',
    values: ['fast', 'balanced', 'small'],
    hints: {
      fast: 'Less time, a larger file.',
      balanced: 'What most sites want.',
      small: 'More time, a smaller file.',
    },
  },
  {
    name: 'lossless', type: flag, label: 'Lossless', group: 'output', kind: 'switch', default: '0',
    applies: (params) => codec(params) === 'webp',
  },
  { name: 'frame', type: Number, label: 'Frame', group: 'more', kind: 'count', min: 0, unset: 'all' },
  {
    name: 'metadata', label: 'Metadata', group: 'more', kind: 'choice', default: 'none',
    values: ['none', 'copyright', 'all'],
    hints: {
      none: 'Nothing but the picture.',
      copyright: 'Artist and copyright.',
      all: 'EXIF, which may say where it was taken, and XMP.',
    },
  },
  {
    name: 'profile', label: 'Colour space', group: 'more', kind: 'choice', default: 'srgb',
    values: [['srgb', 'sRGB'], ['keep', 'the source’s']],
    hints: {
      srgb: 'Looks the same in every program.',
      keep: 'Keeps the source’s colours, such as Display P3, and its profile.',
    },
  },
];

const byName = new Map(parameters.map((parameter) => [parameter.name, parameter]));

/** What of `params` has an effect on the request: neither a default nor without a meaning. */
export function effective(params) {
  const kept = parameters.filter(({ name, default: value, applies }) =>
    params[name] != null && params[name] !== '' && params[name] !== value && (applies?.(params) ?? true));
  return Object.fromEntries(kept.map(({ name }) => [name, params[name]]));
}

/** The same as the options of programs: `{ width: 800, fit: 'cover' }`. */
export function options(params) {
  return Object.fromEntries(Object.entries(params).map(([name, value]) => {
    const { option = name, type = String } = byName.get(name);
    return [option, type(value)];
  }));
}

/** The parameter that an error is about, by its name in URLs or in programs. */
export const parameterOf = (name) => parameters.find((parameter) => name && [parameter.name, parameter.option].includes(name));

/** `w=800&fit=cover`: percent-encoded, but with commas bare, so that people can read it. */
export function query(params) {
  return Object.entries(params).map(([name, value]) => `${name}=${encode(value)}`).join('&');
}

const encode = (value) => encodeURIComponent(value).replaceAll('%2C', ',');

/** Page state to the text behind `#`, and back. */
export function toHash({ src, params }) {
  return query({ src, ...effective(params) }).replaceAll('%2F', '/').replaceAll('%3A', ':');
}

export function fromHash(hash) {
  const { src = '', ...rest } = Object.fromEntries(new URLSearchParams(hash.replace(/^#/, '')));
  const params = Object.fromEntries(Object.entries(rest).filter(([name]) => byName.has(name)));
  return { src, params };
}

const CROP = /^(\d+(?:\.\d+)?p?),(\d+(?:\.\d+)?p?),(\d+(?:\.\d+)?p?),(\d+(?:\.\d+)?p?)$/;

/** The crop as shares of the source's sides, or the whole. */
export function cropShares(crop, source) {
  const parts = CROP.exec(crop ?? '')?.slice(1);
  if (!parts || !source?.width) return { x: 0, y: 0, width: 1, height: 1 };
  const share = (text, side) =>
    Math.min(1, text.endsWith('p') ? parseFloat(text) / 100 : parseFloat(text) / side);
  const [x, y] = [share(parts[0], source.width), share(parts[1], source.height)];
  const [width, height] = [share(parts[2], source.width), share(parts[3], source.height)];
  return { x, y, width: Math.min(width, 1 - x), height: Math.min(height, 1 - y) };
}

/** Whether gravity decides what `fit=cover` keeps. */
export const covers = (params) => params.fit === 'cover' && Boolean(params.w) && Boolean(params.h);

/** Whether gravity has an effect at all. */
export const gravityActs = (params) => covers(params) || (params.fit === 'contain' && Boolean(params.w) && Boolean(params.h));

/** Gravity as the shares of width and height that it points at. */
export function focus(gravity = 'center') {
  if (gravity.includes(',')) return gravity.split(',').map(Number);
  const x = gravity.endsWith('west') ? 0 : gravity.endsWith('east') ? 1 : 0.5;
  const y = gravity.startsWith('north') ? 0 : gravity.startsWith('south') ? 1 : 0.5;
  return [x, y];
}

/** What `fit=cover` keeps of the cropped and turned source, as shares of its sides; `null` where it keeps all. */
export function keptWindow(params, source) {
  if (!covers(params) || !source?.width) return null;
  const crop = cropShares(params.crop, source);
  let aspect = (crop.width * source.width) / (crop.height * source.height);
  if (params.rotate === '90' || params.rotate === '270') aspect = 1 / aspect;
  const wanted = Number(params.w) / Number(params.h);
  const width = Math.min(1, wanted / aspect);
  const height = Math.min(1, aspect / wanted);
  if (!(width > 0) || !(height > 0)) return null;
  const [x, y] = focus(params.gravity);
  const focal = (params.gravity ?? '').includes(',');
  const place = (at, size) => (focal ? Math.min(Math.max(at - size / 2, 0), 1 - size) : at * (1 - size));
  return { x: place(x, width), y: place(y, height), width, height };
}
