// Serves the built Worker with workerd, under Miniflare: `node cloudflare.mjs options.json`.
//
// Memory is capped by the module alone, which was linked with a maximum; workerd has no flag for it.

import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const { nodeModules, dist, port, bindings } = JSON.parse(readFileSync(process.argv[2], "utf8"));
const { Miniflare } = createRequire(join(nodeModules, "_.js"))("miniflare");

// The entry comes first; paths below the folder are the names by which modules import each other.
const entry = "worker.mjs";
const others = readdirSync(dist, { recursive: true }).filter((path) => path !== entry && /\.(js|wasm)$/.test(path));
const modules = [entry, ...others].map((path) => ({
  type: path.endsWith(".wasm") ? "CompiledWasm" : "ESModule",
  path: join(dist, path),
}));

const miniflare = new Miniflare({
  host: "127.0.0.1",
  port,
  // Not the description of a visitor's connection, which would be fetched from the network.
  cf: false,
  compatibilityDate: "2026-04-01",
  modules,
  modulesRoot: dist,
  bindings,
  cache: true,
});
await miniflare.ready;
console.log(`listens on ${port}`);
