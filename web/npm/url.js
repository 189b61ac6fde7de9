/** The options' names, as URLs write them. */
const SHORT = {
  width: 'w', height: 'h', dpr: 'dpr', fit: 'fit', enlarge: 'enlarge', gravity: 'gravity', crop: 'crop',
  rotate: 'rotate', flip: 'flip', background: 'bg', format: 'format', quality: 'q', effort: 'effort',
  lossless: 'lossless',
  frame: 'frame', metadata: 'metadata', profile: 'profile', preset: 'preset', version: 'v',
};

/** A length in CSS pixels as device pixels: rounded half up, at least 1, as the service rounds. */
export const pixels = (css, dpr = 1) => Math.max(1, Math.floor(css * dpr + 0.5));

/** The URL under which the service at `base` answers an image. */
export const url = (base, src, options = {}) => address(base, 'resize', src, query(options));

/** The URL under which the service answers an image's facts. */
export const infoUrl = (base, src, { version } = {}) => address(base, 'info', src, query({ version }));

/** A `srcset` of `widths`, or of one width at each of `densities`. */
export function srcset(base, src, { widths, densities = [1, 2], ...options } = {}) {
  const at = (more) => url(base, src, { ...options, ...more });
  if (!widths) return densities.map((dpr) => `${at({ dpr })} ${decimal(dpr)}x`).join(', ');
  const { width, height, dpr, ...rest } = options;
  // The ratio asked for holds at every width.
  const ratio = width && height ? height / width : 0;
  const sized = (w) => url(base, src, { ...rest, width: w, height: ratio ? pixels(w * ratio) : undefined });
  return widths.map((w) => `${sized(w)} ${w}w`).join(', ');
}

/** A `sizes` of media conditions and lengths, in their order; the last, alone, holds where no condition does. */
export const sizes = (...list) => list.map((entry) => [].concat(entry).join(' ')).join(', ');

/** Attributes of an `<img>`. */
export function img(base, src, { sizes, ...options } = {}) {
  const { widths, densities, ...plain } = options;
  const middle = widths && !plain.width ? { ...plain, width: widths[widths.length >> 1] } : plain;
  const attributes = { src: url(base, src, middle) };
  if (widths || densities || plain.width || plain.height) attributes.srcset = srcset(base, src, options);
  if (widths) attributes.sizes = sizes ?? '100vw';
  if (plain.width && plain.height) Object.assign(attributes, { width: plain.width, height: plain.height });
  return attributes;
}

/** Attributes of a `<picture>`: a `<source>` for each of `formats`, and the `<img>` for who knows none of them. */
export function picture(base, src, { formats = ['webp'], format = 'jpeg', ...options } = {}) {
  const sources = formats.map(formatOf).map((name) => {
    const { src: only, srcset = only, sizes } = img(base, src, { ...options, format: name });
    return { type: `image/${name}`, srcset, ...(sizes && { sizes }) };
  });
  return { sources, img: img(base, src, { ...options, format }) };
}

/**
 * The URL with the signature that a service with this key demands. What is signed: docs/signing.md.
 */
export async function sign(url, key, { expires } = {}) {
  const [, id, secret] = /^([^:]+):((?:[\da-f]{2})+)$/i.exec(key) ?? [];
  if (!id) throw new TypeError('The key must be name:secret, with the secret in hexadecimal.');
  const [, address, query = ''] = /^([^?#]*)(?:\?([^#]*))?/.exec(url);
  const pairs = [...query.split('&').filter(Boolean), ...(expires ? [`exp=${seconds(expires)}`] : []), `kid=${id}`];
  const path = address.replace(/^[a-z][a-z\d+.-]*:\/\/[^/]*/i, '');
  const sorted = pairs.map((pair) => /^([^=]*)=?(.*)$/s.exec(pair).slice(1).map(recoded)).sort(byParts);
  const form = `${path.split('/').map(recoded).join('/')}?${sorted.map((pair) => pair.join('=')).join('&')}`;
  const bytes = Uint8Array.from(secret.match(/../g), (digits) => parseInt(digits, 16));
  const usable = await crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  const code = await crypto.subtle.sign('HMAC', usable, new TextEncoder().encode(form));
  const sig = btoa(String.fromCharCode(...new Uint8Array(code))).replace(/[+/=]/g, (c) => ({ '+': '-', '/': '_' })[c] ?? '');
  return `${address}?${pairs.join('&')}&sig=${sig}`;
}

/** A time as the service reads it: seconds since 1970, rounded down. */
const seconds = (time) => Math.floor(time instanceof Date ? time / 1000 : time);

/** Decoded once and encoded with only RFC 3986's unreserved characters bare. */
const recoded = (text) =>
  encodeURIComponent(decodeURIComponent(text)).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

const byParts = ([a, x], [b, y]) => (a === b ? (x < y ? -1 : 1) : a < b ? -1 : 1);

/** A loader for Next's `<Image>`. */
export const nextLoader = (base, options) => ({ src, width, quality }) =>
  url(base, src, { ...options, width, quality: quality ?? options?.quality });

/** A transformer for unpic's `<Image>`. */
export const unpicTransformer = (base, options) => (src, { width, height, format, quality }) =>
  url(base, String(src), {
    fit: 'cover',
    ...options,
    ...given({ width: rounded(width), height: rounded(height), format, quality }),
  });

const given = (options) => Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
const rounded = (length) => (length === undefined ? length : pixels(+length));

/** The name of a format in URLs and media types. */
const formatOf = (name) => (name === 'jpg' ? 'jpeg' : name);

function query(options) {
  const pairs = [];
  for (const [name, value] of Object.entries(options)) {
    const short = Object.hasOwn(SHORT, name) && SHORT[name];
    if (!short) throw new TypeError(`There is no option \`${name}\`. There are: ${Object.keys(SHORT).join(', ')}.`);
    if (value !== undefined) pairs.push(`${short}=${encode(valueOf(name, value))}`);
  }
  return pairs.join('&');
}

/** What stands in the URL for an option's value. The service would refuse a side that is no whole number. */
function valueOf(name, value) {
  if (name === 'format') return formatOf(value);
  if ((name === 'width' || name === 'height') && !(Number.isInteger(+value) && +value >= 1)) {
    throw new TypeError(`The value of \`${name}\` must be: a whole number, at least 1; it is ${value}. \`pixels\` rounds.`);
  }
  return text(value);
}

function text(value) {
  if (typeof value === 'boolean') return value ? '1' : '0';
  if (typeof value === 'number') return decimal(value);
  if (typeof value !== 'object') return String(value);
  const { x, y, width, height } = value;
  return [x, y, width, height].filter((length) => length !== undefined).map(text).join(',');
}

/** The service reads twelve characters of a number, and no exponent. */
const decimal = (number) => String(+number.toFixed(6));

const encode = (value) => encodeURIComponent(value).replaceAll('%2C', ',');

/** `/resize/path?…` for a path of the origin, `/resize/?src=…` for anything that a path cannot say. */
function address(base, route, src, query) {
  const path = src.replace(/^\//, '');
  const start = `${base.replace(/\/+$/, '')}/${route}/`;
  if (/^[a-z][a-z\d+.-]*:|[?#%\\]|^$|(^|\/)\.{0,2}(\/|$)/i.test(path)) {
    return `${start}?src=${encodeURIComponent(src)}${query && `&${query}`}`;
  }
  return start + path.split('/').map(encodeURIComponent).join('/') + (query && `?${query}`);
}
