// sharp, which is libvips and libjpeg-turbo in C: shrinks on load where the format can.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { load as require, path } from './packages.mjs';

export function files() {
  const parts = readdirSync(path('@img')).filter((name) => name.startsWith('sharp-')).map((name) => path(`@img/${name}/lib`));
  const all = parts.flatMap((part) => readdirSync(part).map((name) => join(part, name)));
  return all.filter((file) => /\.(node|so|dylib|dll)/.test(file));
}

export async function load() {
  const sharp = require('sharp');
  sharp.cache(false);
  sharp.concurrency(1);
  return (source, { width, height, format, quality }) => {
    const small = sharp(source, { limitInputPixels: false })
      .resize({ width, height, fit: 'inside', withoutEnlargement: true, kernel: 'lanczos3' });
    return (format === 'jpeg' ? small.jpeg({ quality }) : small.png()).toBuffer();
  };
}
