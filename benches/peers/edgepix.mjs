// Ours: the npm package, as it was built.

import { fileURLToPath } from 'node:url';

const dist = new URL('../../dist/npm/', import.meta.url);

export const files = () => [fileURLToPath(new URL('edgepix.wasm', dist))];

export async function load() {
  const { load, resize } = await import(new URL('index.node.js', dist));
  await load();
  const limits = { sourcePixels: 130e6, sourceBytes: 64 << 20 };
  return async (source, { width, height, format, quality }) => {
    const lossy = format === 'jpeg' ? { quality } : {};
    return (await resize(source, { width, height, format, ...lossy, limits })).bytes;
  };
}
