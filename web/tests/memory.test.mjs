// What becomes of the memory that a large image took.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { file } from "./package.mjs";

const MAIN = `
import { readFile } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
const { convert, metadata } = await import(process.argv[1]);
const photo = await readFile(process.argv[2]);

// Memory outside of the script's own, in MiB, once what nobody holds is gone.
const held = async () => {
  for (let i = 0; i < 3; i++) {
    gc();
    await setTimeout(20);
  }
  return process.memoryUsage().external >> 20;
};
const large = async () => {
  const bytes = new Uint8Array(100 << 20);
  bytes.set(photo);
  return (await convert(bytes, "png", { limits: { sourceBytes: bytes.length } })).width;
};
const { width } = await metadata(photo);
const before = await held();
const widths = [await large(), await large()];
const after = await held();
const then = (await convert(photo, "png")).width;
console.log(JSON.stringify({ same: [...widths, then].every((it) => it === width), grown: after - before }));
`;

/** What a process of its own says in which `first` was run before. */
function said(first) {
  const chart = fileURLToPath(new URL("../../tests/golden/sources/made/chart.jpg", import.meta.url));
  const args = ["--expose-gc", "--input-type=module", "--eval", first + MAIN, file("index.node.js").href, chart];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: "utf8" }));
}

test("memory is given back after a large image", () => {
  const { same, grown } = said("");
  assert.ok(same && grown < 20, `${grown} MiB are still held`);
});

test("where an instance cannot be had at once, the first one serves", () => {
  const { same, grown } = said(`
    WebAssembly.Instance = new Proxy(WebAssembly.Instance, { construct() { throw new RangeError("on the main thread"); } });
  `);
  assert.ok(same && grown >= 100, `${grown} MiB are still held`);
});
