// What the playground is tested with: a browser, a host of static files, and the native server.
//
// EDGEPIX_TOOL_NODE_MODULES names a folder with `playwright-core`, EDGEPIX_TOOL_CHROMIUM the browser, EDGEPIX_PLAYGROUND
// the built page and EDGEPIX_TOOL_EDGEPIX the server's program, if they are others than those that `cargo xtask build` leaves.

import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { connect } from "node:net";
import { extname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const local = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

export const built = process.env.EDGEPIX_PLAYGROUND ?? local("dist/playground");
export const packaged = process.env.EDGEPIX_PACKAGE ?? local("dist/npm");
const program = process.env.EDGEPIX_TOOL_EDGEPIX ?? local("dist/edgepix");
const tools = createRequire(join(process.env.EDGEPIX_TOOL_NODE_MODULES ?? local("node_modules"), "_.js"));

/** A sample photo. */
export const sample = (name) => readFile(local(`platforms/server/samples/${name}`));

export const launch = () =>
  tools("playwright-core").chromium.launch({
    executablePath: process.env.EDGEPIX_TOOL_CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync",
    ],
  });

const TYPES = {
  ".html": "text/html; charset=utf-8", ".css": "text/css", ".js": "text/javascript", ".json": "application/json",
  ".wasm": "application/wasm", ".jpg": "image/jpeg", ".png": "image/png", ".webp": "image/webp", ".txt": "text/plain",
};

/** A static host that knows nothing but files, under a path of its own. */
export async function host(folder, prefix) {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    try {
      if (!pathname.startsWith(prefix)) throw new Error("elsewhere");
      const name = pathname.slice(prefix.length) || "index.html";
      const body = await readFile(join(folder, name));
      response.writeHead(200, { "Content-Type": TYPES[extname(name)] ?? "application/octet-stream" }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    url: `http://127.0.0.1:${server.address().port}${prefix}`,
    stop() {
      server.closeAllConnections();
      return new Promise((closed) => server.close(closed));
    },
  };
}

/** The native server, as it starts without any configuration. */
export async function native() {
  const port = await new Promise((free) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => free(port));
    });
  });
  const server = spawn(program, ["--listen", `127.0.0.1:${port}`], { stdio: "ignore" });
  const failed = new Promise((_, reject) => server.once("error", reject));
  const answers = async () => {
    for (let tries = 0; tries < 100; tries += 1) {
      const open = await new Promise((done) => {
        const socket = connect(port, "127.0.0.1", () => socket.end(() => done(true))).on("error", () => done(false));
      });
      if (open) return;
      await sleep(50);
    }
    throw new Error(`${program} does not answer`);
  };
  await Promise.race([failed, answers()]);
  return { url: `http://127.0.0.1:${port}/`, stop: () => server.kill() };
}

/** A tab with the page, what went wrong in it, and what it asked for; `script` is run in it beforehand. */
export async function open(browser, url, { script = () => {}, ...options } = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, ...options });
  await context.addInitScript(script);
  const page = await context.newPage();
  const [wrong, asked] = [[], []];
  page.on("pageerror", (error) => wrong.push(error.stack));
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && wrong.push(message.text()));
  context.on("request", (request) => asked.push(request.url()));
  await page.goto(url);
  return { context, page, wrong, asked };
}

/** Waits until a result of this size and type is on show, and gives the size of the picture that the browser shows. */
export async function shows(page, size, type) {
  await page.waitForFunction(([size, type]) => {
    const says = (name) => document.querySelector(`[data-fact="${name}"]`).textContent;
    return says("size").endsWith(size) && says("type") === type && !document.querySelector(".busy, .failed");
  }, [size, type]);
  return page.evaluate(async () => {
    const after = document.querySelector("#after");
    await after.decode();
    return `${after.naturalWidth} × ${after.naturalHeight}`;
  });
}

/** What the button gives: a file's name and its bytes. */
export async function download(page) {
  const [file] = await Promise.all([page.waitForEvent("download"), page.locator("#download").click()]);
  return { name: file.suggestedFilename(), bytes: await readFile(await file.path()) };
}

/** Drops or pastes files, each `[name, type, bytes]`, as a person would: the page sees the same event. */
export async function give(page, event, ...files) {
  await page.evaluate(([event, files]) => {
    const data = new DataTransfer();
    for (const [name, type, text] of files) {
      const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
      data.items.add(new File([bytes], name, { type }));
    }
    const options = { bubbles: true, cancelable: true };
    const made = event === "paste"
      ? new ClipboardEvent(event, { ...options, clipboardData: data }) : new DragEvent(event, { ...options, dataTransfer: data });
    document.body.dispatchEvent(made);
  }, [event, files.map(([name, type, bytes]) => [name, type, Buffer.from(bytes).toString("base64")])]);
}

export const fill = (page, name, value) => page.locator(`#field-${name}`).fill(value);
export const choose = (page, value) => page.getByRole("radio", { name: value, exact: true }).check();
export const code = (page) => page.locator("#snippet").innerText();
