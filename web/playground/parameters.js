// A request's parameters: an object of the URL's names and the URL's own spelling, `{ w: '800', fit: 'cover' }`. What is
// absent has its default.

import { present } from './presentation.js';
import { vocabulary } from './vocabulary.js';

/** What the browser's own requests for images say, so that `format=auto` answers as it would to an <img>. */
export const ACCEPT = 'image/avif,image/webp,image/*,*/*;q=0.8';

/** All of them, in the order in which they stand in a URL; presentation.js says what each is. */
export const parameters = present(vocabulary);

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
    const { option, type } = byName.get(name);
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

/** What another picture is asked with: the same, but for what is about one picture. */
export function ofAnother(params) {
  const { crop: _, frame: __, ...rest } = params;
  return rest;
}

/** Page state to the text behind `#`, and back. */
export function toHash({ src, params }) {
  return query({ src, ...effective(params) }).replaceAll('%2F', '/').replaceAll('%3A', ':');
}

export function fromHash(hash) {
  const { src = '', ...rest } = Object.fromEntries(new URLSearchParams(hash.replace(/^#/, '')));
  const params = Object.fromEntries(Object.entries(rest).filter(([name]) => byName.has(name)));
  return { src, params };
}
