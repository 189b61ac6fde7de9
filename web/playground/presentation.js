// How parameters look on the page: labels, groups, hints. Which there are, and what they may be, comes from the vocabulary,
// the core's own table: a parameter that is not named here has a control all the same.

/** Groups of controls, in their order on the page; `open` groups are unfolded at the start. */
export const groups = [
  { id: 'size', label: 'Size', open: true },
  { id: 'output', label: 'Format', open: true },
  { id: 'gravity', label: 'Gravity', open: false },
  { id: 'crop', label: 'Crop and turn', open: false },
  { id: 'more', label: 'Background and more', open: false },
];

const format = (params) => params.format ?? 'auto';
const lossless = (params) => params.lossless === '1' && format(params) === 'webp';

/**
 * `kind` names the control (kinds.js), `unset` says what happens where there is no value, `labels` and `hints` are by value,
 * and `applies` says whether the parameter has a meaning beside the others; where it has none it is left out.
 */
export const presentation = {
  w: { label: 'Width', group: 'size', kind: 'length', side: 'width', unset: 'auto' },
  h: { label: 'Height', group: 'size', kind: 'length', side: 'height', unset: 'auto' },
  dpr: {
    label: 'Pixel density', group: 'size', kind: 'choice', values: ['1', '1.5', '2', '3', '4'],
    labels: { 1: '1×', 1.5: '1.5×', 2: '2×', 3: '3×', 4: '4×' },
  },
  fit: {
    group: 'size', kind: 'choice',
    hints: {
      inside: 'The largest size inside the box.',
      outside: 'The smallest size that covers the box, uncropped.',
      cover: 'Covers the box and crops what stands out.',
      contain: 'Inside the box, on a canvas of the box’s size.',
      fill: 'Exactly the box; the picture may be distorted.',
    },
  },
  enlarge: { label: 'Enlarge small pictures', group: 'size' },
  gravity: {
    group: 'gravity', kind: 'gravity',
    values: ['northwest', 'north', 'northeast', 'west', 'center', 'east', 'southwest', 'south', 'southeast'],
    hint: 'Acts with fit cover or contain, where both width and height are given.',
  },
  crop: {
    group: 'crop', kind: 'crop', unset: 'whole picture',
    hint: 'Drag on the picture, or type. Cut before turning and resizing.',
  },
  rotate: {
    group: 'crop', kind: 'choice', default: '0', labels: { 0: '0°', 90: '90°', 180: '180°', 270: '270°' },
  },
  flip: {
    group: 'crop', kind: 'choice', default: '', labels: { '': 'none', h: 'left–right', v: 'top–bottom', hv: 'both' },
  },
  bg: { kind: 'colour', unset: 'transparent, or white' },
  format: {
    group: 'output', kind: 'choice', bare: true,
    hints: {
      auto: 'The best that this browser accepts.',
      jpeg: 'For photographs; no transparency.',
      png: 'Lossless, with transparency.',
      webp: 'Lossy or lossless, with transparency.',
      gif: '256 colours.',
    },
  },
  q: {
    group: 'output', kind: 'quality', shown: 80, unset: 'auto',
    applies: (params) => !['png', 'gif'].includes(format(params)) && !lossless(params),
  },
  effort: {
    group: 'output', kind: 'choice',
    hints: {
      fast: 'Less time, a larger file.',
      balanced: 'What most sites want.',
      small: 'More time, a smaller file.',
    },
  },
  lossless: { group: 'output', applies: (params) => format(params) === 'webp' },
  frame: { unset: 'all' },
  metadata: {
    kind: 'choice',
    hints: {
      none: 'Nothing but the picture.',
      copyright: 'Artist and copyright.',
      all: 'EXIF, which may say where it was taken, and XMP.',
    },
  },
  profile: {
    label: 'Colour space', kind: 'choice', labels: { srgb: 'sRGB', keep: 'the source’s' },
    hints: {
      srgb: 'Looks the same in every program.',
      keep: 'Keeps the source’s colours, such as Display P3, and its profile.',
    },
  },
};

const numberOf = Number;
const flagOf = (value) => value === '1';

/** By the vocabulary's kind: the control where `presentation` names none, and the type of the value in programs. */
const kinds = {
  side: { kind: 'number', type: numberOf },
  number: { kind: 'number', type: numberOf },
  quality: { kind: 'number', type: numberOf },
  numbers: { kind: 'select', type: numberOf },
  words: { kind: 'select', type: String },
  format: { kind: 'select', type: String },
  flag: { kind: 'switch', type: flagOf },
  gravity: { kind: 'text', type: String },
  crop: { kind: 'text', type: String },
  text: { kind: 'text', type: String },
};

/**
 * The parameters as the page uses them, in the vocabulary's order: `name` in URLs, `option` and `type` in programs, and what
 * its control needs.
 */
export function present(vocabulary) {
  return vocabulary.map(({ name, option, kind, values: offered, allowed, default: normal, help }) => {
    const look = presentation[name] ?? {};
    const single = kinds[kind];
    const parameter = { name, option, ...single, label: words(option), group: 'more', ...look };
    if (!look.kind && parameter.kind !== 'switch') parameter.hint = help;
    if (parameter.kind === 'number') Object.assign(parameter, range(allowed));
    // The value that holds where it is absent, if it is one that could be given, too.
    const usual = look.default ?? (isValue(normal, kind, offered) ? normal : undefined);
    const values = look.values ?? offered;
    if (values) {
      parameter.default = usual ?? '';
      parameter.values = values.includes(parameter.default) ? values : [parameter.default, ...values];
    } else if (usual !== undefined) {
      parameter.default = usual;
    }
    if (['number', 'text'].includes(parameter.kind)) parameter.unset ??= usual ?? 'none';
    return parameter;
  });
}

/** `maxBytes` → `Max bytes`. */
const words = (option) => option.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).replace(/^./, (first) => first.toUpperCase());

const isValue = (text, kind, values) => (values ? values.includes(text) : kind === 'flag' || kind === 'gravity' || /^-?[\d.]+$/.test(text));

/** `1 … 4` and `1 or more` as attributes of a field. */
function range(allowed) {
  const [, min, max] = /^(-?[\d.]+) (?:… (-?[\d.]+)|or more)/.exec(allowed) ?? [];
  return { min, max };
}
