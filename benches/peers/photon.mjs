// Photon: the `image` crate in WebAssembly.

import { inside, load as require, path } from './packages.mjs';

export const files = () => [path('@silvia-odwyer/photon-node/photon_rs_bg.wasm')];

export async function load() {
  const { PhotonImage, SamplingFilter, resize } = require('@silvia-odwyer/photon-node');
  return (source, job) => {
    const whole = PhotonImage.new_from_byteslice(source);
    const { width, height } = inside(job, { width: whole.get_width(), height: whole.get_height() });
    const small = resize(whole, width, height, SamplingFilter.Lanczos3);
    whole.free();
    const bytes = job.format === 'jpeg' ? small.get_bytes_jpeg(job.quality) : small.get_bytes();
    small.free();
    return bytes;
  };
}
