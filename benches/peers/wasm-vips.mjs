// wasm-vips: libvips in WebAssembly. A thumbnail is shrunk on load where the format can.

import { importFile, path } from './packages.mjs';

export const files = () => [path('wasm-vips/lib/vips.wasm')];

export async function load() {
  const { default: Vips } = await importFile('wasm-vips/lib/vips-node.mjs');
  // What it loads for other formats is not asked for here.
  const vips = await Vips({ dynamicLibraries: [] });
  vips.concurrency(1);
  vips.Cache.max(0);
  return (source, { width, height, format, quality }) => {
    const small = vips.Image.thumbnailBuffer(source, width, { height: height ?? 10_000_000, size: 'down' });
    try {
      // As sharp has it.
      return format === 'jpeg'
        ? small.jpegsaveBuffer({ Q: quality, optimize_coding: true, keep: 'none' })
        : small.pngsaveBuffer({ keep: 'none' });
    } finally {
      small.delete();
    }
  };
}
