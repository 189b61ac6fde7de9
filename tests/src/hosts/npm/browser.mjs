// Answers the golden suite with the npm package in Chromium: `node browser.mjs PACKAGE NODE_MODULES CHROMIUM [--plain]`.
//
// Speaks as node.mjs does. The jobs go through the package's worker: its threads, its way of reading a Blob, its errors.

import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { extname, join, resolve as absolute } from "node:path";

const [folder, nodeModules, executablePath, ...flags] = process.argv.slice(2);
const { chromium } = createRequire(join(absolute(nodeModules), "_.js"))("playwright-core");

const TYPES = { ".js": "text/javascript", ".wasm": "application/wasm" };
let source = "";
const server = createServer(async (request, response) => {
  const { pathname } = new URL(request.url, "http://localhost");
  const headers = { "Content-Type": TYPES[extname(pathname)] ?? "application/octet-stream", "Cache-Control": "no-store" };
  const path = pathname === "/source" ? source : join(folder, pathname.replace("/package/", ""));
  try {
    const body = pathname === "/" ? "<!doctype html><title>Edgepix</title>" : await readFile(path);
    response.writeHead(200, pathname === "/" ? { "Content-Type": "text/html" } : headers).end(body);
  } catch {
    response.writeHead(404).end();
  }
});
await new Promise((ready) => server.listen(0, "127.0.0.1", ready));

const browser = await chromium.launch({
  executablePath,
  args: [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
  ],
});
const page = await browser.newPage();
await page.goto(`http://127.0.0.1:${server.address().port}/`);
const { exports } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
await page.evaluate(async ([worker, wasm]) => {
  const { createWorker } = await import(worker);
  globalThis.edgepix = createWorker({ wasm: wasm && new URL(wasm, location.href) });
}, [
  join("/package", exports["./worker"].browser),
  flags.includes("--plain") ? join("/package", exports["./edgepix-plain.wasm"].default) : undefined,
]);

/** Runs in the page. */
async function answer({ options, limits }) {
  const file = await (await fetch("/source")).blob();
  try {
    const picture = await globalThis.edgepix.resize(file, { ...options, limits });
    const reader = new FileReader();
    const read = new Promise((done) => (reader.onload = done));
    reader.readAsDataURL(picture.blob());
    await read;
    return { ok: reader.result.split(",")[1] };
  } catch (error) {
    if (error.name !== "EdgepixError") throw error;
    const { code, message, parameter, allowed, limit, actual } = error;
    return { error: { code, message, parameter, allowed, limit, actual } };
  }
}

const say = (answer) => process.stdout.write(`${JSON.stringify(answer)}\n`);
say({ ready: `Chromium ${browser.version()}${flags.includes("--plain") ? ", without SIMD" : ""}` });

for await (const line of createInterface({ input: process.stdin })) {
  const job = JSON.parse(line);
  source = job.source;
  say(await page.evaluate(answer, job));
}
await browser.close();
server.close();
