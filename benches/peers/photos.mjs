// Makes the pictures of `cargo xtask bench peers` of real photos: node photos.mjs INTO PHOTO …
//
// A picture is cut out of a photo that is large enough, or put together of unscaled pieces of many: what is sampled up is
// smooth, and flatters everybody, as sky and blur do. So only the half of the pieces that has the most detail is taken,
// and the quality is the best one at which a file is no denser than what phones write.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { load as require } from './packages.mjs';

const sharp = require('sharp');
sharp.cache(false);

const [into, ...paths] = process.argv.slice(2);

/** A piece's sides: whole blocks of a JPEG with halved colour. */
const [WIDE, HIGH] = [1280, 960];

/** Bytes a pixel that a file has at most. */
const PHONE = 0.4;
const DENSE = 0.3;
const LIGHT = 0.13;

const photos = [];
for (const path of paths) {
  const { width, height } = await sharp(path).metadata();
  photos.push({ path, width, height });
}
const pieces = await cut();
if (!pieces.length) throw new Error(`none of the photos has ${WIDE} × ${HIGH} pixels`);

await jpeg('jpeg-6mp', await whole(3088, 2056), PHONE);
await jpeg('jpeg-12mp', await whole(4032, 3024), LIGHT);
await jpeg('jpeg-12mp-dense', await mosaic(4032, 3024), PHONE);
const middle = await mosaic(6000, 4000);
await jpeg('jpeg-24mp-progressive', middle, DENSE, { progressive: true });
await png('png-24mp-rgb-to-jpeg', pixels(middle));
await png('png-24mp-rgba', pixels(middle).joinChannel(vignette(middle.width, middle.height), {
  raw: { width: middle.width, height: middle.height, channels: 1 },
}));
await jpeg('jpeg-100mp', await mosaic(12240, 8160), DENSE);

/** The places of the pieces with the most detail. */
async function cut() {
  const places = [];
  for (const { path, width, height } of photos) {
    for (let top = 0; top + HIGH <= height; top += HIGH) {
      for (let left = 0; left + WIDE <= width; left += WIDE) {
        const place = { left, top, width: WIDE, height: HIGH };
        const { length } = await sharp(path).extract(place).jpeg({ quality: 90 }).toBuffer();
        places.push({ path, place, length });
      }
    }
  }
  places.sort((a, b) => b.length - a.length);
  return places.slice(0, Math.ceil(places.length / 2));
}

/** Of the photos that have nine tenths of this area or more, as much of the one with the most detail; or a mosaic. */
async function whole(width, height) {
  const part = (photo) => ({ left: 0, top: 0, width: Math.min(width, photo.width), height: Math.min(height, photo.height) });
  const large = photos.filter((photo) => part(photo).width * part(photo).height >= 0.9 * width * height);
  const detail = ({ path }) => pieces.find((piece) => piece.path === path)?.length ?? 0;
  const [photo] = large.sort((a, b) => detail(b) - detail(a));
  return photo ? raw(sharp(photo.path).extract(part(photo))) : mosaic(width, height);
}

/** Pieces beside each other; where there are not enough, mirrored ones, upside-down ones, both. */
async function mosaic(width, height) {
  const canvas = Buffer.alloc(width * height * 3);
  let next = 0;
  for (let y = 0; y < height; y += HIGH) {
    for (let x = 0; x < width; x += WIDE) {
      const { path, place } = pieces[next % pieces.length];
      const again = Math.floor(next / pieces.length);
      next += 1;
      let piece = sharp(path).extract(place);
      if (again & 1) piece = piece.flop();
      if (again & 2) piece = piece.flip();
      const { data } = await raw(piece);
      const bytes = Math.min(WIDE, width - x) * 3;
      for (let row = 0; row < Math.min(HIGH, height - y); row += 1) {
        data.copy(canvas, ((y + row) * width + x) * 3, row * WIDE * 3, row * WIDE * 3 + bytes);
      }
    }
  }
  return { data: canvas, width, height };
}

async function raw(image) {
  const { data, info } = await image.toColourspace('srgb').removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

function pixels({ data, width, height }) {
  return sharp(data, { raw: { width, height, channels: 3 }, limitInputPixels: false });
}

/** Opaque in the middle, transparent in the corners. */
function vignette(width, height) {
  const alpha = Buffer.alloc(width * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const away = Math.hypot(x - width / 2, y - height / 2) / height;
      alpha[y * width + x] = Math.round(255 * Math.min(1, Math.max(0, (0.6 - away) / 0.15)));
    }
  }
  return alpha;
}

/** At the best quality that has this density. */
async function jpeg(name, image, density, options) {
  for (const quality of [97, 95, 93, 91, 89, 87, 85, 82, 79, 76, 73, 70, 65, 60]) {
    const bytes = await pixels(image).jpeg({ quality, chromaSubsampling: '4:2:0', ...options }).toBuffer();
    const reached = bytes.length / (image.width * image.height);
    if (reached > density && quality > 60) continue;
    console.log(`${name}.jpg: ${image.width} × ${image.height}, quality ${quality}, ${reached.toFixed(2)} bytes a pixel`);
    return writeFileSync(join(into, `${name}.jpg`), bytes);
  }
}

async function png(name, image) {
  const packed = image.png({ compressionLevel: 6, adaptiveFiltering: true });
  const { width, height } = await packed.toFile(join(into, `${name}.png`));
  console.log(`${name}.png: ${width} × ${height}`);
}
