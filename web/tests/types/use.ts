// Compiled only: what people write, and what the types must not let through.

import { EdgepixError, convert, load, metadata, resize, type Options, type Picture } from "edgepix";
import { createWorker } from "edgepix/worker";
import { img, nextLoader, picture, sizes, srcset, unpicTransformer, url } from "edgepix/url";

export async function everything(file: File, control: AbortController): Promise<Picture> {
  await load(new URL("https://example.com/edgepix.wasm"));
  const options: Options = {
    width: 800, height: 600, dpr: 2, fit: "cover", enlarge: true, gravity: { x: 0.3, y: 0.7 }, rotate: 90, flip: "hv",
    crop: { x: "10p", y: 0, width: "50p", height: 300 }, background: "fff", format: "webp", quality: 75, effort: "small", profile: "keep", lossless: false,
    metadata: "copyright", frame: 0, limits: {
      sourceBytes: 1e6, sourcePixels: 1e6, outputSide: 100, outputPixels: 1e6, frames: 1, animationPixels: 1e6, memory: 1e6, work: 1e9,
    },
  };
  await resize(file, options);
  await resize(new Uint8Array(1), { crop: "10p,10p,50p,50p", gravity: "0.3,0.7" });
  await resize(fetch("https://example.com/a.jpg"), { width: 10 });
  await resize(file.stream(), { gravity: "north" });
  await resize(await file.arrayBuffer());
  const facts = await metadata(file);
  const turned: 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 = facts.orientation;
  const worker = createWorker({ threads: 2 });
  const results = await worker.resizeAll([file], ({ name }) => ({ format: name.endsWith("png") ? "png" : "jpeg" }), {
    signal: control.signal,
    onProgress: ({ done, total, ...settled }) =>
      settled.status === "fulfilled" ? settled.value.blob() : `${done} of ${total}: ${settled.reason}`,
  });
  for (const result of results) if (result.status === "fulfilled") result.value.bytes.byteLength;
  try {
    return await convert(file, "webp", { quality: turned });
  } catch (error) {
    if (error instanceof EdgepixError && error.code === "too-large") error.limit?.toFixed();
    throw error;
  } finally {
    worker.close();
  }
}

export const attributes = [
  url("https://img.example.com", "/a.jpg", { width: 800, format: "auto", version: 3 }),
  srcset("", "/a.jpg", { widths: [320, 640], height: 200 }),
  sizes(["(min-width: 60em)", "50vw"], "100vw"),
  img("", "/a.jpg", { densities: [1, 2], width: 100, sizes: "100vw" }).srcset,
  picture("", "/a.jpg", { formats: ["webp"], widths: [320] }).sources[0]?.type,
  nextLoader("")({ src: "/a.jpg", width: 640, quality: 75 }),
  unpicTransformer("", { quality: 75 })("/a.jpg", { width: 400, height: "300" }),
];

// @ts-expect-error a typing error
await resize(new Blob(), { wdith: 1 });
// @ts-expect-error another library's word
await resize(new Blob(), { fit: "crop" });
// @ts-expect-error no quarter turn
await resize(new Blob(), { rotate: 45 });
// @ts-expect-error a text is no length
await resize(new Blob(), { width: "800" });
// @ts-expect-error an address is no input
await resize("https://example.com/a.jpg");
// @ts-expect-error only services negotiate
await convert(new Blob(), "auto");
// @ts-expect-error the URL's name
url("", "/a.jpg", { w: 800 });
