// Answers the golden suite with the npm package in Node: `node node.mjs PACKAGE [--plain]`.
//
// The first line on stdout says what runs: `{"ready":"Node v20.1.0"}`. After that each line on stdin is a job,
// `{"source":"/path","options":{…},"limits":{…}}` with the package's own names, and is answered by one line:
// `{"ok":"base64"}` or `{"error":{"code","message","parameter","allowed","limit","actual"}}`.

import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { join, resolve as absolute } from "node:path";
import { pathToFileURL } from "node:url";

const [folder, ...flags] = process.argv.slice(2);
const file = (name) => pathToFileURL(join(absolute(folder), name));

// As the package's own manifest says: what is tested is what an import gives.
const { exports } = JSON.parse(await readFile(file("package.json"), "utf8"));
const { resize, load, EdgepixError } = await import(file(exports["."].node));
await load(flags.includes("--plain") ? await readFile(file(exports["./edgepix-plain.wasm"].default)) : undefined);

const say = (answer) => process.stdout.write(`${JSON.stringify(answer)}\n`);
say({ ready: `Node ${process.version}${flags.includes("--plain") ? ", without SIMD" : ""}` });

for await (const line of createInterface({ input: process.stdin })) {
  const { source, options, limits } = JSON.parse(line);
  try {
    const { bytes } = await resize(await readFile(source), { ...options, limits });
    say({ ok: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64") });
  } catch (error) {
    if (!(error instanceof EdgepixError)) throw error;
    const { code, message, parameter, allowed, limit, actual } = error;
    say({ error: { code, message, parameter, allowed, limit, actual } });
  }
}
