// The page in a real browser: serves this folder, gives the page a photo, and prints what it then shows. The preparations
// are those of `node.mjs`.
//
//     node components/examples/javascript/browser.mjs [PHOTO]      # CHROMIUM=/path/to/chromium

import assert from 'node:assert';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname } from 'node:path';
import { chromium } from 'playwright-core';

const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.wasm': 'application/wasm' };

const server = createServer(async ({ url }, response) => {
  // A URL's path never leads out of the folder: `new URL` has resolved its dots.
  const { pathname } = new URL(url, 'http://localhost');
  try {
    const body = await readFile(new URL(`.${pathname}`, import.meta.url));
    response.writeHead(200, { 'content-type': TYPES[extname(pathname)] ?? 'application/octet-stream' }).end(body);
  } catch {
    response.writeHead(404).end();
  }
});
await new Promise((listening) => server.listen(0, '127.0.0.1', listening));

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
    '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
try {
  const page = await browser.newPage();
  page.on('pageerror', (error) => console.error(error));
  await page.goto(`http://127.0.0.1:${server.address().port}/index.html`);
  await page.setInputFiles('input', process.argv[2] ?? 'tests/golden/sources/photos/fig-3mp.jpg');
  // The browser itself decodes the result.
  const image = page.locator('img[src^="blob:"]');
  await image.evaluate((element) => element.decode());
  console.log((await page.textContent('pre')).trimEnd());
  assert.equal(await image.evaluate((element) => element.naturalWidth), 400);
  assert.match(await page.textContent('pre'), /refused: too-large/);
} finally {
  await browser.close();
  server.close();
}
