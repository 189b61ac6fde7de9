// The README's recipes for bundlers, as they are written there: each is built with its bundler and opened in Chromium. A job
// must be done on a thread, the output must hold one core, and no request may be answered with 404.
//
// EDGEPIX_TOOL_NODE_MODULES names a folder with `vite`, `miniflare` and `playwright-core`, EDGEPIX_TOOL_PACKAGE_MODULES one with `esbuild`,
// EDGEPIX_TOOL_CHROMIUM the browser.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { delimiter, extname, join } from "node:path";
import { after, before, test } from "node:test";
import { edgepix, install, path } from "./package.mjs";

const tools = process.env.EDGEPIX_TOOL_NODE_MODULES ?? "";
const own = process.env.EDGEPIX_TOOL_PACKAGE_MODULES ?? "";
const executablePath = process.env.EDGEPIX_TOOL_CHROMIUM ?? "/usr/bin/chromium";
const requires = createRequire(join(tools, "_.js"));
const readme = await readFile(new URL("../npm/README.md", import.meta.url), "utf8");

const TYPES = { ".html": "text/html", ".js": "text/javascript", ".wasm": "application/wasm", ".jpg": "image/jpeg" };

/** What an app does with the worker of its recipe. */
const USE = `
const resized = async () => {
  const { width, type } = await worker.resize(await (await fetch("/photo.jpg")).blob(), { width: 20, format: "webp" });
  return [width, type];
};
globalThis.tests = { resized };
`;

let folder, browser;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "edgepix-bundlers-"));
  await install(folder);
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
  await rm(folder, { recursive: true, force: true });
});

/** The blocks of code behind a heading of the README, by their language. */
function recipe(heading) {
  const section = readme.split(/^#+ /m).find((section) => section.startsWith(`${heading}\n`));
  assert.ok(section, `README.md has no section ${heading}`);
  const blocks = { js: [], sh: [], html: [] };
  for (const [, language, text] of section.matchAll(/^```(\w+)\n(.*?)^```/gms)) blocks[language].push(text);
  return blocks;
}

/** An app in a folder of its own: its files, and the commands that build it. */
async function app(name, files, commands = "") {
  const root = join(folder, name);
  await mkdir(root);
  await cp(join(folder, "node_modules"), join(root, "node_modules"), { recursive: true });
  await cp(path("made/chart.jpg"), join(root, "photo.jpg"));
  for (const [name, text] of Object.entries(files)) await writeFile(join(root, name), text);
  const bins = [own, tools].map((modules) => join(modules, ".bin"));
  const env = { ...process.env, PATH: [...bins, process.env.PATH].join(delimiter) };
  // A failure shows what they wrote to their standard error.
  execFileSync("sh", ["-e", "-c", commands], { cwd: root, env, stdio: ["ignore", "ignore", "inherit"] });
  return root;
}

/** Serves a folder and opens its page. Gives the files that were served, those that were missing, warnings and threads. */
async function open(t, root, { headers = {}, script = () => {} } = {}) {
  const [missing, served] = [[], []];
  const server = createServer(async (request, response) => {
    const name = request.url === "/" ? "/index.html" : request.url;
    try {
      const body = await readFile(join(root, name));
      served.push(name);
      response.writeHead(200, { "Content-Type": TYPES[extname(name)] ?? "application/octet-stream", ...headers }).end(body);
    } catch {
      if (name !== "/favicon.ico") missing.push(name);
      response.writeHead(404).end();
    }
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  const page = await browser.newPage();
  t.after(async () => {
    await page.close();
    server.close();
  });
  const [threads, said] = [[], []];
  await page.addInitScript(script);
  page.on("worker", (thread) => threads.push(thread.url()));
  page.on("console", (message) => message.type() === "warning" && said.push(message.text()));
  page.on("pageerror", (error) => said.push(String(error)));
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  await page.waitForFunction(() => globalThis.tests);
  const run = (name = "resized") => page.evaluate((name) => globalThis.tests[name](), name);
  return { run, served, missing, threads, said };
}

/** Does a job in an app, which must go as a recipe promises. */
async function works(t, root, settings) {
  const { run, missing, threads, said } = await open(t, root, settings);
  assert.deepEqual(await run(), [20, "image/webp"]);
  assert.deepEqual([missing, said, threads.length], [[], [], 1]);
  return threads[0];
}

const cores = async (root) => (await readdir(root, { recursive: true })).filter((name) => name.endsWith(".wasm")).length;

const page = (script) => `<!doctype html><title>App</title><script type="module" src="${script}"></script>`;

test("esbuild, with the core beside the bundle", async (t) => {
  const { js: [main], sh: [commands] } = recipe("esbuild and Rollup");
  const root = await app("esbuild", { "app.js": main + USE, "index.html": page("/out/app.js") }, commands);
  assert.equal(await cores(join(root, "out")), 1);
  await works(t, root);
});

test("esbuild, with the core as an import", async (t) => {
  const { js: [, main], sh: [, commands] } = recipe("esbuild and Rollup");
  // A script and no module, which knows no address of its own.
  const iife = commands.replace("--format=esm", "--format=iife");
  const root = await app("import", { "app.js": main + USE, "index.html": page("/out/app.js") }, iife);
  assert.equal(await cores(join(root, "out")), 1);
  await works(t, root);
});

test("Vite", async (t) => {
  const { js: [main], sh: [commands] } = recipe("Vite");
  const { js: [strict] } = recipe("Content-Security-Policy");
  const { js: [plain] } = recipe("Engines without SIMD");
  const built = async (name, main) => {
    const files = { "main.js": main + USE, "index.html": page("/main.js") };
    return join(await app(name, files, `${commands}\ncp photo.jpg dist/`), "dist");
  };
  const [usual, policy, older] = [await built("vite", main), await built("policy", strict), await built("older", plain)];

  await t.test("as it is", async (t) => {
    assert.equal(await cores(usual), 1);
    assert.match(await works(t, usual), /^blob:/);
  });

  const headers = { "Content-Security-Policy": "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'" };
  await t.test("a policy that allows no blob", async (t) => {
    const { run, missing, threads, said } = await open(t, usual, { headers });
    assert.deepEqual([await run(), await run()], [[20, "image/webp"], [20, "image/webp"]]);
    assert.deepEqual([missing, threads, said.length], [[], [], 1]);
    assert.match(said[0], /no thread can be started .*worker-src blob:/);
    assert.match(await works(t, policy, { headers }), /^http:/);
  });

  await t.test("an engine without SIMD", async (t) => {
    const script = () => (WebAssembly.validate = () => false);
    await assert.rejects((await open(t, usual, { script })).run(), /no 128-bit SIMD, and needs edgepix\/edgepix-plain\.wasm/);
    const { run, served } = await open(t, older, { script });
    assert.deepEqual(await run(), [20, "image/webp"]);
    const fetched = served.filter((name) => name.endsWith(".wasm"));
    assert.match(fetched.join(), /^\/assets\/edgepix-plain-[^,]*$/);
  });
});

test("Cloudflare Workers", async (t) => {
  const { js: [handler] } = recipe("Cloudflare Workers");
  const pool = `
    import { createWorker } from "edgepix/worker";
    export default { async fetch(request) {
      return new Response((await createWorker({ threads: 2 }).resize(request, { width: 20, format: "webp" })).bytes);
    } };`;
  // As Wrangler has its bundler do it.
  const flags = "--bundle --format=esm --outdir=out --conditions=workerd,worker,browser --loader:.wasm=copy";
  const root = await app("worker", { "handler.js": handler, "pool.js": pool }, `esbuild handler.js pool.js ${flags}`);
  const [core, ...more] = (await readdir(join(root, "out"))).filter((name) => name.endsWith(".wasm"));
  assert.deepEqual(more, []);
  const photo = await readFile(path("made/chart.jpg"));
  for (const name of ["handler.js", "pool.js"]) {
    const { Miniflare } = requires("miniflare");
    const worker = new Miniflare({
      cf: false, compatibilityDate: "2026-04-01", modulesRoot: join(root, "out"),
      modules: [{ type: "ESModule", path: join(root, "out", name) }, { type: "CompiledWasm", path: join(root, "out", core) }],
    });
    t.after(() => worker.dispose());
    const answer = await worker.dispatchFetch("http://localhost/", { method: "POST", body: photo });
    const bytes = new Uint8Array(await answer.arrayBuffer());
    assert.deepEqual([answer.status, (await edgepix.metadata(bytes)).format], [200, "webp"]);
  }
});

test("no bundler", async (t) => {
  const { html: [text] } = recipe("Plain HTML");
  const html = text.replace("</script>", `${USE}</script>`);
  assert.notEqual(html, text);
  const root = await app("plain", { "index.html": html });
  await works(t, root);
  // Both cores are there, and one is chosen.
  const { run, served } = await open(t, root, { script: () => (WebAssembly.validate = () => false) });
  assert.deepEqual(await run(), [20, "image/webp"]);
  assert.deepEqual(served.filter((name) => name.endsWith(".wasm")), ["/node_modules/edgepix/edgepix-plain.wasm"]);
});
