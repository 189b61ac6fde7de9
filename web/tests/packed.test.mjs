// The package as a stranger gets it: packed and installed by npm in a fresh folder, and imported by its name.
//
// EDGEPIX_TOOL_NODE_MODULES names a folder with `typescript`.

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { edgepix, install, source } from "./package.mjs";

const tsc = join(process.env.EDGEPIX_TOOL_NODE_MODULES ?? "", "typescript/bin/tsc");
const here = (name) => fileURLToPath(new URL(name, import.meta.url));

const MAIN = `
import { readFile } from "node:fs/promises";
import { EdgepixError, load, metadata, resize } from "edgepix";
import { createWorker } from "edgepix/worker";
import { srcset } from "edgepix/url";
import facts from "edgepix/package.json" with { type: "json" };

const photo = await readFile(process.argv[2]);
// Each of the two cores can be given, and is found by its name.
await load(readFile(new URL(import.meta.resolve("edgepix/edgepix.wasm"))));
await WebAssembly.compile(await readFile(new URL(import.meta.resolve("edgepix/edgepix-plain.wasm"))));
const worker = createWorker();
const [here, there] = await Promise.all([resize, worker.resize.bind(worker)].map((it) => it(photo, { width: 20 })));
const error = await resize(photo, { wdith: 1 }).catch((error) => error);
console.log(JSON.stringify({
  here: Buffer.from(here.bytes).toString("base64"),
  there: Buffer.from(there.bytes).toString("base64"),
  width: (await metadata(photo)).width,
  error: [error instanceof EdgepixError, error.code],
  srcset: srcset("", "/a.jpg", { widths: [320] }),
  name: facts.name,
}));
`;

let folder;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "edgepix-packed-"));
  await install(folder);
});

after(() => rm(folder, { recursive: true, force: true }));

test("it runs in Node", async () => {
  await writeFile(join(folder, "main.js"), MAIN);
  const photo = await source("made/chart.jpg");
  const args = ["--no-warnings", "main.js", here("../../tests/golden/sources/made/chart.jpg")];
  const said = JSON.parse(execFileSync(process.execPath, args, { cwd: folder, encoding: "utf8" }));
  const wanted = Buffer.from((await edgepix.resize(photo, { width: 20 })).bytes).toString("base64");
  const { width } = await edgepix.metadata(photo);
  assert.deepEqual(said, {
    here: wanted, there: wanted, width, error: [true, "invalid-parameter"],
    srcset: "/resize/a.jpg?w=320 320w", name: "edgepix",
  });
});

test("the server of the README works", async (t) => {
  const readme = await readFile(here("../npm/README.md"), "utf8");
  const [, text] = /^### Node\n+```js\n(.*?)^```/ms.exec(readme);
  // On any free port, which it tells.
  const script = text.replace("listen(3000)", 'listen(0, "127.0.0.1", function () { console.log(this.address().port); })');
  assert.notEqual(script, text);
  await writeFile(join(folder, "server.js"), script);
  const server = spawn(process.execPath, ["server.js"], { cwd: folder, stdio: ["ignore", "pipe", "inherit"] });
  t.after(() => server.kill());
  const [port] = await once(server.stdout, "data");
  const post = (body) => fetch(`http://127.0.0.1:${Number(port)}/`, { method: "POST", body });
  const answer = await post(await source("made/chart.jpg"));
  assert.deepEqual([answer.status, answer.headers.get("Content-Type")], [200, "image/webp"]);
  assert.equal((await edgepix.metadata(answer)).format, "webp");
  assert.equal((await post("no image")).status, 400);
  assert.equal((await post(new Uint8Array((32 << 20) + 1))).status, 413);
  const parts = new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(1 << 20)) });
  assert.equal((await fetch(`http://127.0.0.1:${Number(port)}/`, { method: "POST", body: parts, duplex: "half" })).status, 413);
  assert.equal((await post(await source("made/chart.jpg"))).status, 200);
});

test("its types are found, however modules are resolved", async () => {
  await copyFile(here("types/use.ts"), join(folder, "use.ts"));
  for (const [module, moduleResolution] of [["ESNext", "Bundler"], ["NodeNext", "NodeNext"]]) {
    const compilerOptions = { module, moduleResolution, paths: {} };
    const config = { extends: here("types/tsconfig.json"), compilerOptions, files: ["use.ts"] };
    await writeFile(join(folder, "tsconfig.json"), JSON.stringify(config));
    // What the compiler has to say comes on its standard output, which a failure shows.
    execFileSync(process.execPath, [tsc], { cwd: folder, stdio: "inherit" });
  }
});

test("it holds what people use, and depends on nothing", async () => {
  const installed = join(folder, "node_modules/edgepix");
  const { dependencies } = JSON.parse(await readFile(join(installed, "package.json"), "utf8"));
  assert.equal(dependencies, undefined);
  const used = /^[\w.-]+\.(js|d\.ts|wasm)$|^LICENSE-(MIT|APACHE)$|^README\.md$|^package\.json$/;
  assert.deepEqual((await readdir(installed)).filter((name) => !used.test(name)), []);
});
