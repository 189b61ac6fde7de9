// jSquash: the codecs of Squoosh, MozJPEG in C and others in Rust, one module each.

import { readFileSync } from 'node:fs';
import { importFile, inside, path } from './packages.mjs';

const DECODER = { jpeg: 'jpeg/codec/dec/mozjpeg_dec.wasm', png: 'png/codec/pkg/squoosh_png_bg.wasm' };
const ENCODER = { jpeg: 'jpeg/codec/enc/mozjpeg_enc.wasm', png: 'png/codec/pkg/squoosh_png_bg.wasm' };
const RESIZE = 'resize/lib/resize/pkg/squoosh_resize_bg.wasm';

const file = (name) => path(`@jsquash/${name}`);
const compiled = (name) => WebAssembly.compile(readFileSync(file(name)));

/** The class of browsers. */
globalThis.ImageData ??= class ImageData {
  constructor(data, width, height) {
    Object.assign(this, { data, width, height });
  }
};

const sourceFormat = () => (process.argv[3].endsWith('.png') ? 'png' : 'jpeg');

export const files = ({ format }) =>
  [...new Set([DECODER[sourceFormat()], RESIZE, ENCODER[format]])].map(file);

export async function load({ format }) {
  const from = sourceFormat();
  const decoder = await importFile(`@jsquash/${from}/decode.js`);
  const encoder = await importFile(`@jsquash/${format}/encode.js`);
  const { default: resize, initResize } = await importFile('@jsquash/resize/index.js');
  await decoder.init(await compiled(DECODER[from]));
  if (format === 'jpeg' || from !== format) await encoder.init(await compiled(ENCODER[format]));
  await initResize(await compiled(RESIZE));
  return async (source, job) => {
    const whole = await decoder.default(source);
    // Light as it is stored, as all others have it, and as the reference has it.
    const small = await resize(whole, {
      ...inside(job, whole), method: 'lanczos3', linearRGB: false, premultiply: format === 'png', fitMethod: 'stretch',
    });
    const settings = format === 'jpeg' ? { quality: job.quality, baseline: true, progressive: false } : {};
    return new Uint8Array(await encoder.default(small, settings));
  };
}
