// Makes the pictures of `cargo xtask bench codecs`: node codec-pictures.mjs INTO {"photos": [PATH …], "graphics": [PATH …]}
//
// All are PNGs without compression, so that reading them takes next to no time, and of at most a megapixel: photos are
// shrunk to half of one. Beside the graphics that are given there are scenes that are drawn here, where `scenes` is true.

import { mkdirSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { load as require } from './packages.mjs';

const sharp = require('sharp');
sharp.cache(false);

const [into, given] = process.argv.slice(2);
const { photos, graphics, scenes } = JSON.parse(given);

for (const path of photos) await save('photos', path, sharp(path).rotate(), 0.5e6);
for (const path of graphics) await save('graphics', path, sharp(path, { density: 96 }), 1e6);
if (scenes) {
  for (const [name, svg] of Object.entries(drawn())) await save('graphics', name, sharp(Buffer.from(svg)), 1e6);
}

/** Pictures of more than a megapixel are shrunk to `target` pixels. */
async function save(kind, path, image, target) {
  mkdirSync(join(into, kind), { recursive: true });
  const { width, height, orientation } = await image.metadata();
  if (width * height > 1e6) {
    const turned = (orientation ?? 1) > 4;
    const scale = Math.sqrt(target / (width * height));
    image = image.resize({ width: Math.round((turned ? height : width) * scale), kernel: 'lanczos3' });
  }
  if ((await image.clone().stats()).isOpaque) image = image.removeAlpha();
  const to = join(into, kind, `${basename(path, extname(path))}.png`);
  const made = await image.toColourspace('srgb').png({ compressionLevel: 0 }).toFile(to);
  console.log(`${kind}: ${basename(to)}, ${made.width} × ${made.height}, ${made.channels} channels`);
}

/** Graphics as pages have them, the same at every run. */
function drawn() {
  let state = 1;
  const random = () => (state = (state * 48271) % 2147483647) / 2147483647;
  const times = (count, draw) => Array.from({ length: count }, (_, at) => draw(at)).join('');
  const words = 'the edge of a network is near to those who ask so what is made there is quickly seen'.split(' ');
  const sentence = (count) => times(count, () => `${words[Math.floor(random() * words.length)]} `);
  const scene = (width, height, content, back = 'white') =>
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="sans-serif">` +
    (back ? `<rect width="100%" height="100%" fill="${back}"/>` : '') + `${content}</svg>`;
  const text = (x, y, size, fill, content, more = '') =>
    `<text x="${x}" y="${y}" font-size="${size}" fill="${fill}" ${more}>${content}</text>`;
  const hue = (at, light = 50) => `hsl(${(at * 47) % 360},65%,${light}%)`;
  return {
    article: scene(900, 700,
      text(60, 80, 34, '#111', 'Pictures at the edge') + times(24, (at) => text(60, 130 + at * 23, 15, '#333', sentence(16)))),
    code: scene(900, 620, times(26, (at) =>
      text(20, 36 + at * 22, 15, '#6e7681', at + 1, 'font-family="monospace"') +
      text(60 + (at % 5) * 24, 36 + at * 22, 15, hue(at, 70), sentence(6 - (at % 3)), 'font-family="monospace"')), '#0d1117'),
    table: scene(960, 560, times(18, (row) =>
      (row % 2 ? '' : `<rect x="20" y="${20 + row * 29}" width="920" height="29" fill="#eef2f7"/>`) +
      times(8, (column) => text(32 + column * 115, 40 + row * 29, 14, '#222', row ? (random() * 1000).toFixed(2) : words[column])))),
    bars: scene(900, 560, times(28, (at) => {
      const height = 60 + random() * 400;
      return `<rect x="${30 + at * 30}" y="${520 - height}" width="22" height="${height}" fill="${hue(at)}"/>`;
    }) + '<path d="M20 520H880" stroke="#444"/>'),
    map: scene(900, 700, times(90, (at) => {
      const [x, y] = [random() * 900, random() * 700];
      const points = times(7, (corner) => {
        const [angle, far] = [(corner / 7) * 6.283, 40 + random() * 70];
        return `${(x + far * Math.cos(angle)).toFixed(1)},${(y + far * Math.sin(angle)).toFixed(1)} `;
      });
      return `<polygon points="${points}" fill="${hue(at, 80)}" stroke="#999"/>`;
    }) + times(30, () => text(random() * 820, random() * 690, 12, '#222', words[Math.floor(random() * words.length)])), '#cfe8f7'),
    warning: scene(800, 400,
      text(40, 120, 64, '#e00000', 'Red on black') + text(40, 200, 24, '#ff3030', sentence(9)) +
      text(40, 260, 24, '#2060ff', sentence(9)) + text(40, 320, 18, '#ff00ff', sentence(12)), 'black'),
    banner: scene(1000, 420,
      '<defs><linearGradient id="g"><stop stop-color="#1a2a6c"/><stop offset=".5" stop-color="#b21f1f"/><stop offset="1" stop-color="#fdbb2d"/></linearGradient></defs>' +
      '<rect width="1000" height="420" fill="url(#g)"/>' + text(80, 200, 72, 'white', 'Summer sale') + text(84, 260, 28, 'white', sentence(7)) +
      times(12, (at) => `<circle cx="${random() * 1000}" cy="${random() * 420}" r="${10 + at * 4}" fill="white" opacity="0.12"/>`)),
    lines: scene(900, 560, times(5, (at) => {
      let y = 280;
      return `<polyline fill="none" stroke="${hue(at * 2 + 1)}" stroke-width="2" points="${times(180, (x) => `${x * 5},${(y += (random() - 0.5) * 24).toFixed(1)} `)}"/>`;
    }) + times(10, (at) => `<path d="M0 ${at * 56}H900" stroke="#ddd"/>`)),
    icons: scene(800, 600, times(48, (at) => {
      const [x, y] = [50 + (at % 8) * 90, 50 + Math.floor(at / 8) * 90];
      return `<rect x="${x}" y="${y}" width="64" height="64" rx="14" fill="${hue(at)}"/>` +
        `<circle cx="${x + 32}" cy="${y + 32}" r="${10 + (at % 4) * 4}" fill="white" opacity="0.9"/>`;
    }), ''),
    logo: scene(900, 500,
      '<path d="M120 380 L260 90 L400 380 Z" fill="#0969da"/><path d="M260 380 L400 90 L540 380 Z" fill="#1a7f37" opacity="0.8"/>' +
      text(560, 280, 84, '#111', 'Edge'), ''),
    application: scene(1000, 640,
      '<rect width="1000" height="48" fill="#24292f"/><rect y="48" width="220" height="592" fill="#f6f8fa"/>' +
      times(14, (at) => text(24, 90 + at * 36, 15, '#57606a', words[at])) +
      times(9, (at) => `<rect x="${250 + (at % 3) * 245}" y="${80 + Math.floor(at / 3) * 180}" width="225" height="160" rx="8" fill="white" stroke="#d0d7de"/>` +
        `<rect x="${266 + (at % 3) * 245}" y="${96 + Math.floor(at / 3) * 180}" width="193" height="70" fill="${hue(at, 75)}"/>` +
        text(266 + (at % 3) * 245, 196 + Math.floor(at / 3) * 180, 14, '#24292f', sentence(3)))),
  };
}
