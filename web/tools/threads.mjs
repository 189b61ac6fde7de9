// Makes the scripts of the package's threads: `node threads.mjs PACKAGE NODE_MODULES`.
//
// Each becomes one file that needs no other, so that it can be served by itself, and the same as a text, so that the
// package can start it without knowing where a bundler has put its files.

import { writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";

const [folder, modules] = process.argv.slice(2);
const { build } = createRequire(join(resolve(modules), "_.js"))("esbuild");

const SCRIPTS = [
  // Not a module: browsers start it as either.
  { name: "thread", format: "iife", platform: "browser" },
  { name: "thread.node", format: "esm", platform: "node" },
];

for (const { name, format, platform } of SCRIPTS) {
  const path = join(folder, `${name}.js`);
  const { outputFiles, warnings } = await build({
    entryPoints: [path], bundle: true, minify: true, write: false, target: "es2022", format, platform, logLevel: "warning",
  });
  if (warnings.length > 0) process.exit(1);
  const { text } = outputFiles[0];
  await writeFile(path, text);
  await writeFile(join(folder, `${name}.text.js`), `export default ${JSON.stringify(text)};\n`);
}
