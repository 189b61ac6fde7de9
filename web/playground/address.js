// Addresses of the service, as they are asked and shown.

import { query } from './parameters.js';

/** `/resize/path?…` for a path of the origin, `/resize/?src=…` for anything that does not fit into a path. */
export function address(base, route, src, params = {}) {
  const plain = /^\/?[^/?#]/.test(src) && !/[?#\\]/.test(src) && !/^[a-z][a-z0-9+.-]*:/i.test(src);
  const segments = src.replace(/^\//, '').split('/');
  if (plain && segments.every((segment) => segment !== '' && segment !== '.' && segment !== '..')) {
    const text = query(params);
    return `${base}${route}/${segments.map(encodeURIComponent).join('/')}${text && `?${text}`}`;
  }
  return `${base}${route}/?${query({ src, ...params })}`;
}

/** What a source is called: the last part of its path. */
export function fileName(src) {
  const last = src.replace(/[?#].*/, '').split('/').findLast(Boolean) ?? '';
  try {
    return decodeURIComponent(last) || 'photo';
  } catch {
    return last;
  }
}

/** The name of a result's file, as the service gives it: the source's stem and the format's extension. */
export const resultName = (src, format) => `${fileName(src).replace(/(.)\.[^.]*$/, '$1')}.${extension(format)}`;

export const extension = (format) => ({ jpeg: 'jpg' })[format] ?? format;
