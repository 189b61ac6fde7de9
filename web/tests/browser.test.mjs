// The package as a stranger gets it: packed and installed by npm in a fresh Vite app, built, and opened in Chromium.
//
// EDGEPIX_TOOL_NODE_MODULES names a folder with `vite` and `playwright-core`, EDGEPIX_TOOL_CHROMIUM the browser.

import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { edgepix, install, photo } from "./package.mjs";

const tools = process.env.EDGEPIX_TOOL_NODE_MODULES ?? "";
const executablePath = process.env.EDGEPIX_TOOL_CHROMIUM ?? "/usr/bin/chromium";
const requires = createRequire(join(tools, "_.js"));

/** All that a first visit downloads, packed: the page's script, which carries the thread's, and the core. */
const MOST = 450_000;

const MAIN = `
import { resize, metadata, EdgepixError } from "edgepix";
import { createWorker } from "edgepix/worker";
import { srcset } from "edgepix/url";

const worker = createWorker();
const photo = async () => (await fetch("/photo.jpg")).blob();
globalThis.tests = {
  main: async () => {
    const { type, width, height } = await resize(fetch("/photo.jpg"), { width: 300, format: "webp" });
    return [type, width, height, (await metadata(await photo())).width];
  },
  error: async () => resize(await photo(), { wdith: 1 }).catch((e) => [e instanceof EdgepixError, e.code, e.message]),
  async worker() {
    const input = await photo();
    await worker.metadata(input);
    let [frames, on] = [0, true];
    const frame = () => {
      frames += 1;
      if (on) requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
    const { width, height } = await worker.resize(input, { format: "png", width: 3000 });
    on = false;
    return { size: [width, height], frames };
  },
  async abort() {
    const control = new AbortController();
    setTimeout(() => control.abort(), 30);
    const input = await photo();
    return worker.resize(input, { format: "png" }, { signal: control.signal }).catch((error) => error.name);
  },
  async progress() {
    const seen = [];
    const input = await photo();
    await worker.resizeAll([input, input], { width: 50 }, { onProgress: ({ done, total }) => seen.push([done, total]) });
    return seen;
  },
  url: async () => srcset("", "/a.jpg", { widths: [320] }),
};
`;

let folder, vite, server, browser, page;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "edgepix-vite-"));
  await install(folder);
  await mkdir(join(folder, "public"));
  // 24 megapixels.
  const large = await edgepix.resize(photo, { width: 6600, enlarge: true, format: "jpeg" });
  await writeFile(join(folder, "public/photo.jpg"), large.bytes);
  await writeFile(join(folder, "index.html"), '<!doctype html><title>App</title><script type="module" src="/main.js"></script>');
  await writeFile(join(folder, "main.js"), MAIN);

  vite = await import(pathToFileURL(join(tools, "vite/dist/node/index.js")));
  browser = await requires("playwright-core").chromium.launch({
    executablePath,
    args: [
      "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync",
    ],
  });
});

after(async () => {
  await browser?.close();
  await server?.close();
  await rm(folder, { recursive: true, force: true });
});

const run = (name) => page.evaluate((name) => globalThis.tests[name](), name);

async function open(started) {
  server = started;
  page = await browser.newPage();
  await page.goto(server.resolvedUrls.local[0]);
  await page.waitForFunction(() => globalThis.tests);
}

test("the built app does everything, off the page's thread where it was asked", async () => {
  await vite.build({ root: folder, logLevel: "error" });
  await open(await vite.preview({ root: folder, logLevel: "error", preview: { host: "127.0.0.1", port: 0 } }));
  assert.deepEqual(await run("main"), ["image/webp", 300, 169, 6600]);
  assert.deepEqual(await run("error"), [true, "invalid-parameter", "There is no option `wdith`; is `width` meant?"]);
  const { size, frames } = await run("worker");
  assert.deepEqual(size, [3000, 1688]);
  // Were the job done on the page's thread, one frame at most would be drawn meanwhile.
  assert.ok(frames > 2, `${frames} frames were drawn while the job ran`);
  assert.equal(await run("abort"), "AbortError");
  assert.deepEqual(await run("progress"), [[1, 2], [2, 2]]);
  assert.equal(await run("url"), "/resize/a.jpg?w=320 320w");
  await server.close();
});

test("the first visit downloads little", async () => {
  const assets = join(folder, "dist/assets");
  const names = await readdir(assets);
  assert.deepEqual(names.map((name) => extname(name)).sort(), [".js", ".wasm"], names.join(", "));
  const packed = await Promise.all(names.map(async (name) => gzipSync(await readFile(join(assets, name)), { level: 9 }).length));
  const sum = packed.reduce((a, b) => a + b);
  assert.ok(sum <= MOST, `${sum} bytes: ${names.map((name, at) => `${name} ${packed[at]}`).join(", ")}`);
});

test("the development server serves it too", async () => {
  const started = await vite.createServer({ root: folder, logLevel: "error", server: { host: "127.0.0.1", port: 0 } });
  await open(await started.listen());
  assert.deepEqual(await run("main"), ["image/webp", 300, 169, 6600]);
  assert.equal((await run("worker")).size[0], 3000);
});
