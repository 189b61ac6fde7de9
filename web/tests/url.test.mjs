// `edgepix/url` by itself. That the service reads what it writes is tested in `url.rs`.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { img, infoUrl, nextLoader, picture, pixels, sign, sizes, srcset, unpicTransformer, url } from "../npm/url.js";

const BASE = "https://img.example.com";

test("addresses are short, and readable where they can be", () => {
  assert.equal(url(BASE, "/harbour.jpg", { width: 800, quality: 70 }), `${BASE}/resize/harbour.jpg?w=800&q=70`);
  assert.equal(url(`${BASE}/`, "harbour.jpg"), `${BASE}/resize/harbour.jpg`);
  assert.equal(url("", "/a.jpg", { gravity: { x: 1 / 3, y: 0.5 } }), "/resize/a.jpg?gravity=0.333333,0.5");
  assert.equal(url("", "https://a.example/b.jpg?c", { dpr: 2 }), "/resize/?src=https%3A%2F%2Fa.example%2Fb.jpg%3Fc&dpr=2");
  assert.equal(url("", "/a/../b.jpg"), "/resize/?src=%2Fa%2F..%2Fb.jpg");
  assert.equal(infoUrl(BASE, "/a.jpg", { version: 2 }), `${BASE}/info/a.jpg?v=2`);
});

test("signatures are those of the service", async () => {
  const { vectors } = JSON.parse(await readFile(new URL("../../docs/signing.json", import.meta.url), "utf8"));
  let checked = 0;
  for (const { key, path, query, sig } of vectors) {
    // `sign` names the key last; the order of the parameters counts for nothing.
    const kid = `kid=${key.split(":")[0]}`;
    const pairs = query.split("&");
    if (!pairs.includes(kid)) continue;
    const rest = pairs.filter((pair) => pair !== kid).join("&");
    for (const host of ["", BASE]) {
      const start = `${host}${path}?`;
      assert.equal(await sign(start + rest, key), `${start}${rest}${rest && "&"}${kid}&sig=${sig}`);
    }
    checked += 1;
  }
  assert.ok(checked > 5);
  const at = new Date(1.8e12 + 999);
  const signed = await sign("/resize/photo.jpg?w=800", vectors[0].key, { expires: at });
  assert.equal(signed, `/resize/photo.jpg?w=800&exp=1800000000&kid=2026&sig=${vectors[3].sig}`);
  await assert.rejects(sign("/resize/a", "00ff"), TypeError);
  await assert.rejects(sign("/resize/%ff", vectors[0].key), URIError);
});

test("names that are none are refused", () => {
  assert.throws(() => url("", "/a.jpg", { w: 800 }), /`w`.*width/);
  assert.throws(() => url("", "/a.jpg", { toString: 1 }), TypeError);
  assert.throws(() => srcset("", "/a.jpg", { widths: [1], wdith: 1 }), TypeError);
});

test("sides that are no whole numbers are refused, as the service would", () => {
  for (const width of [100.7, 0, -1, NaN, Infinity, "wide", ""]) {
    assert.throws(() => url("", "/a.jpg", { width }), { name: "TypeError", message: /`width` must be: a whole number, at least 1/ });
  }
  assert.throws(() => img("", "/a.jpg", { height: 1.5 }), /`height`/);
  assert.throws(() => srcset("", "/a.jpg", { widths: [320, 640.5] }), /640\.5/);
  assert.equal(url("", "/a.jpg", { width: pixels(100.7) }), "/resize/a.jpg?w=101");
});

test("a format may be called jpg", () => {
  assert.equal(url("", "/a.png", { format: "jpg" }), "/resize/a.png?format=jpeg");
  assert.equal(picture("", "/a.png", { formats: ["jpg"] }).sources[0].type, "image/jpeg");
});

test("sets name every candidate", () => {
  assert.equal(srcset("", "/a.jpg", { widths: [400, 800] }), "/resize/a.jpg?w=400 400w, /resize/a.jpg?w=800 800w");
  assert.equal(
    srcset("", "/a.jpg", { width: 96, densities: [1, 1.5] }),
    "/resize/a.jpg?w=96&dpr=1 1x, /resize/a.jpg?w=96&dpr=1.5 1.5x",
  );
  assert.equal(srcset("", "/a.jpg", { width: 3, height: 2, widths: [100] }), "/resize/a.jpg?w=100&h=67 100w");
  assert.equal(sizes(["(min-width: 60em)", "50vw"], "100vw"), "(min-width: 60em) 50vw, 100vw");
});

test("attributes are those of the element", () => {
  assert.deepEqual(img("", "/a.jpg"), { src: "/resize/a.jpg" });
  assert.deepEqual(img("", "/a.jpg", { widths: [1, 2, 3], sizes: "50vw" }), {
    src: "/resize/a.jpg?w=2",
    srcset: "/resize/a.jpg?w=1 1w, /resize/a.jpg?w=2 2w, /resize/a.jpg?w=3 3w",
    sizes: "50vw",
  });
  const { width, height } = img("", "/a.jpg", { width: 30, height: 20 });
  assert.deepEqual([width, height], [30, 20]);
  assert.deepEqual(picture("", "/a.png", { format: "png", formats: ["webp"] }), {
    sources: [{ type: "image/webp", srcset: "/resize/a.png?format=webp" }],
    img: { src: "/resize/a.png?format=png" },
  });
});

test("loaders do as their frameworks ask", () => {
  const next = nextLoader(BASE, { quality: 60 });
  assert.equal(next({ src: "/a.jpg", width: 640 }), `${BASE}/resize/a.jpg?q=60&w=640`);
  assert.equal(next({ src: "/a.jpg", width: 640, quality: 90 }), `${BASE}/resize/a.jpg?q=90&w=640`);
  const unpic = unpicTransformer(BASE, { fit: "inside" });
  assert.equal(unpic(new URL("https://a.example/b.jpg"), { width: "99.5", format: "jpg" }).split("?")[1],
    "src=https%3A%2F%2Fa.example%2Fb.jpg&fit=inside&w=100&format=jpeg");
});

test("sizes round half up, and are never nothing", () => {
  assert.deepEqual([pixels(3, 1.5), pixels(1, 1.4), pixels(0.2), pixels(333, 1.5)], [5, 1, 1, 500]);
});

test("it needs no WebAssembly and nothing else of the package", async () => {
  const text = await readFile(new URL("../npm/url.js", import.meta.url), "utf8");
  assert.doesNotMatch(text, /\bimport\b|WebAssembly/);
});
