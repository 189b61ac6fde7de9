// Writes requests as lines of JSON, `{ "url", "src", "options", "sides" }`, for `url.rs` to compare with what the service reads.

import { img, infoUrl, nextLoader, picture, pixels, sizes, srcset, unpicTransformer, url } from "../npm/url.js";

const BASE = "https://img.example.com/";
const say = (line) => console.log(JSON.stringify(line));

const sources = [
  "/a.jpg", "a.jpg", "/folder/with space/ä&b=c.jpg", "/a.jpg?v=3&w=1", "/100%.jpg", "/a+b,c;d@e:f.jpg", "/a#b.jpg",
  "https://photos.example.com/a b.jpg?x=1&y=%26", "http://photos.example.com:8080/ä.jpg",
];
const options = [
  {}, { width: 800 }, { height: 1 }, { width: 800, height: 600, dpr: 2 }, { width: 333, dpr: 1.5 },
  { width: 10, dpr: 1.333333 }, { fit: "inside" }, { fit: "outside" }, { fit: "cover" }, { fit: "contain" },
  { fit: "fill" }, { enlarge: true }, { enlarge: false }, { gravity: "northwest" }, { gravity: { x: 0.3, y: 0.7 } },
  { gravity: "0,1" }, { gravity: { x: 0.000001, y: 0.123456 } }, { crop: { x: 1, y: 2, width: 300, height: 400 } },
  { crop: { x: "10p", y: "12.5p", width: "50p", height: 7 } }, { crop: "10p,10p,50p,50p" }, { rotate: 90 },
  { rotate: 180 }, { rotate: 270 }, { flip: "h" }, { flip: "v" }, { flip: "hv" }, { background: "f80" },
  { background: "ff880080" }, { format: "jpeg" }, { format: "png" }, { format: "webp" }, { format: "gif" },
  { format: "auto" }, { quality: 1 }, { quality: 100 }, { lossless: true, format: "webp" }, { metadata: "copyright" },
  { metadata: "all" }, { frame: 0 }, { version: "a&b=c d" }, { version: 7 },
  {
    width: 640, height: 480, dpr: 3, fit: "cover", enlarge: true, gravity: "south", crop: "0,0,100p,100p", rotate: 90,
    flip: "h", background: "000", format: "webp", quality: 75, lossless: false, metadata: "none", frame: 3, version: "x",
  },
];
for (const src of sources) say({ url: url(BASE, src), src, options: {} });
for (const wanted of options) say({ url: url(BASE, "/a.jpg", wanted), src: "/a.jpg", options: wanted });
for (const src of sources) say({ url: infoUrl(BASE, src), src, options: {} });
say({ url: url(BASE, "/a.jpg", { width: undefined }), src: "/a.jpg", options: {} });

// Every candidate of a set is a request of its own.
const candidates = (set) => set.split(", ").map((candidate) => candidate.split(" "));
const widths = [1, 320, 641, 1280];
for (const [address, descriptor] of candidates(srcset(BASE, "/a.jpg", { widths, fit: "cover" }))) {
  say({ url: address, src: "/a.jpg", options: { fit: "cover", width: parseInt(descriptor) } });
}
for (const [address, descriptor] of candidates(srcset(BASE, "/a.jpg", { widths, width: 300, height: 200, dpr: 2 }))) {
  const width = parseInt(descriptor);
  say({ url: address, src: "/a.jpg", options: { width, height: Math.max(1, Math.round((width * 2) / 3)) } });
}
for (const [address, descriptor] of candidates(srcset(BASE, "/a.jpg", { densities: [1, 1.5, 2], width: 101 }))) {
  say({ url: address, src: "/a.jpg", options: { width: 101, dpr: parseFloat(descriptor) } });
}
const shown = picture(BASE, "/a.jpg", { widths: [400, 800], quality: 70, sizes: sizes(["(min-width: 60em)", "50vw"], "100vw") });
for (const [at, [address]] of candidates(shown.sources[0].srcset).entries()) {
  say({ url: address, src: "/a.jpg", options: { width: [400, 800][at], quality: 70, format: "webp" } });
}
say({ url: shown.img.src, src: "/a.jpg", options: { width: 800, quality: 70, format: "jpeg" } });
say({ url: img(BASE, "/a.jpg", { width: 40, height: 30 }).src, src: "/a.jpg", options: { width: 40, height: 30 } });
say({
  url: nextLoader(BASE, { fit: "cover", quality: 60 })({ src: "/a.jpg", width: 640 }),
  src: "/a.jpg", options: { fit: "cover", quality: 60, width: 640 },
});
say({
  url: unpicTransformer(BASE, { quality: 60 })("/a.jpg", { width: 400.5, height: "300", format: "jpg" }),
  src: "/a.jpg", options: { fit: "cover", quality: 60, width: 401, height: 300, format: "jpeg" },
});

// Sizes, as the service rounds them.
for (const css of [1, 2, 3, 5, 101, 333, 1023, 8191]) {
  for (const dpr of [1, 1.1, 1.25, 1.333333, 1.5, 1.75, 2, 2.625, 3, 3.5, 4]) say({ sides: [css, dpr, pixels(css, dpr)] });
}
// The same numbers on every run (Park and Miller's generator).
let state = 1;
const random = (most) => (state = (state * 48271) % 2147483647) % most;
for (let round = 0; round < 3000; round++) {
  const [css, dpr] = [1 + random(8192), (1e6 + random(3e6 + 1)) / 1e6];
  say({ sides: [css, dpr, pixels(css, dpr)] });
}
