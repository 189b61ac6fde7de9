// The package where it is tested: what `cargo xtask build` has left, or another folder that EDGEPIX_PACKAGE names.

import { readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";

const folder = process.env.EDGEPIX_PACKAGE
  ? pathToFileURL(`${process.env.EDGEPIX_PACKAGE}/`)
  : new URL("../../dist/npm/", import.meta.url);

/** A file of the package. */
export const file = (name) => new URL(name, folder);

const { exports } = JSON.parse(await readFile(file("package.json"), "utf8"));

/** What an import of the package gives in Node. */
export const edgepix = await import(file(exports["."].node));
export const { createWorker } = await import(file(exports["./worker"].node));

/** A photo of 5312 × 2988 pixels, and one of the suite's sources. */
export const photo = await readFile(new URL("../../platforms/server/samples/dandelion.jpg", import.meta.url));
export const source = (name) => readFile(new URL(`../../tests/golden/sources/${name}`, import.meta.url));
