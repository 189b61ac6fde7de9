// The package where it is tested: what `cargo xtask build` has left, or another folder that EDGEPIX_PACKAGE names.

import { execFileSync } from "node:child_process";
import { readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const folder = process.env.EDGEPIX_PACKAGE
  ? pathToFileURL(`${process.env.EDGEPIX_PACKAGE}/`)
  : new URL("../../dist/npm/", import.meta.url);

/** A file of the package. */
export const file = (name) => new URL(name, folder);

/** Has npm pack the package, and install what it has packed in a folder that is empty. */
export async function install(into) {
  const npm = (args, cwd) => execFileSync("npm", args, { cwd, stdio: ["ignore", "ignore", "inherit"] });
  npm(["pack", "--silent", "--pack-destination", into], fileURLToPath(folder));
  const [archive] = (await readdir(into)).filter((name) => name.endsWith(".tgz"));
  await writeFile(join(into, "package.json"), '{ "private": true, "type": "module" }');
  npm(["install", "--silent", "--offline", "--no-audit", "--no-fund", `./${archive}`], into);
}

const { exports } = JSON.parse(await readFile(file("package.json"), "utf8"));

/** What an import of the package gives in Node. */
export const edgepix = await import(file(exports["."].node));
export const { createWorker } = await import(file(exports["./worker"].node));

/** A photo of 5312 × 2988 pixels, and one of the suite's sources: its path, its bytes. */
export const path = (name) => fileURLToPath(new URL(`../../tests/golden/sources/${name}`, import.meta.url));
export const photo = await readFile(new URL("../../platforms/server/samples/dandelion.jpg", import.meta.url));
export const source = (name) => readFile(path(name));
