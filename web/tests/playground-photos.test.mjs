// The visitor's own photos on the static page: several at once, what is none, kept for the next visit, removed.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { built, choose, download, fill, give, host, launch, open, sample, shows } from "./playground.mjs";

let browser;
let web;
let photos;

before(async () => {
  browser = await launch();
  web = await host(built, "/play/");
  const [fig, dogs, balloon] = await Promise.all(["fig.jpg", "dogs.jpg", "balloon.png"].map(sample));
  photos = { fig: ["mine.jpg", "image/jpeg", fig], dogs: ["dogs.jpg", "image/jpeg", dogs], balloon: ["mine.png", "image/png", balloon] };
});
after(() => Promise.all([browser?.close(), web?.stop()]));

const visit = (name, work, options) => test(name, async () => {
  const { page, context, wrong } = await open(browser, web.url, options);
  await shows(page, "800 × 450", "image/webp");
  await work(page, context);
  assert.deepEqual(wrong, []);
  await context.close();
});

const SAMPLES = ["/dandelion.jpg", "/dogs.jpg", "/fig.jpg", "/balloon.png"];
const strip = (page) => page.locator("#samples button").evaluateAll((all) => all.map(({ dataset }) => dataset.path));
const notice = (page, text) => page.locator("#notice:visible li").filter({ hasText: text }).waitFor();

visit("several at once, made with the same options and saved together", async (page) => {
  await fill(page, "w", "100");
  await choose(page, "jpeg");
  await shows(page, "100 × 56", "image/jpeg");
  await give(page, "drop", photos.fig, photos.dogs, photos.balloon);
  // The first of them is shown, and all have their thumbnail.
  assert.equal(await shows(page, "100 × 68", "image/jpeg"), "100 × 68");
  const own = ["/mine.jpg", "/dogs-2.jpg", "/mine.png"];
  await page.waitForFunction((count) => document.querySelectorAll("#samples img[src^='blob:']").length === count, own.length);
  assert.deepEqual(await strip(page), [...own, ...SAMPLES]);

  // A crop is that of the photo on show.
  await page.evaluate(() => { location.hash += "&crop=0,0,200,200"; });
  await shows(page, "100 × 100", "image/jpeg");
  const [archive] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Download all 3" }).click()]);
  assert.equal(archive.suggestedFilename(), "edgepix.zip");
  const { code, names, sizes } = JSON.parse(execFileSync("python3", ["-c", UNZIP, await archive.path()]));
  assert.deepEqual([code, names], [null, ["mine.jpg", "dogs-2.jpg", "mine-2.jpg"]]);
  assert.deepEqual(sizes, [[100, 100], [100, 151], [100, 125]]);
  await page.locator("#status").filter({ hasText: /^3 photos saved: [\d.]+ kB, of 1\.5 MB\.$/ }).waitFor({ state: "attached" });

  // Each by itself.
  await page.locator("#samples button[data-path='/mine.png']").click();
  await shows(page, "100 × 125", "image/jpeg");
  assert.equal((await download(page)).name, "mine.jpg");
});

/** What an archive holds, by another program: the first bad file, names, and the sizes of JPEG files from their frame headers. */
const UNZIP = `
import json, re, struct, sys, zipfile
archive = zipfile.ZipFile(sys.argv[1])
def size(data):
    at = re.search(rb"\\xff[\\xc0-\\xc2]\\x00\\x11", data).start()
    height, width = struct.unpack(">HH", data[at + 5:at + 9])
    return width, height
print(json.dumps({"code": archive.testzip(), "names": archive.namelist(), "sizes": [size(archive.read(name)) for name in archive.namelist()]}))
`;

visit("what is no picture is named, and not on the strip", async (page) => {
  const [, , fig] = photos.fig;
  await give(page, "drop", ["broken.jpg", "image/jpeg", fig.subarray(0, 2000)], ["notes.txt", "text/plain", Buffer.from("no picture at all")]);
  await notice(page, "broken.jpg was not taken.");
  await notice(page, "notes.txt was not taken.");
  await page.locator("#status").filter({ hasText: "broken.jpg was not taken." }).waitFor({ state: "attached" });
  assert.deepEqual(await strip(page), SAMPLES);
  // The picture on show is as good as before.
  assert.equal(await page.locator(".failed").count(), 0);
  assert.ok(await page.locator("#download").isEnabled());
  await page.getByRole("button", { name: "Close" }).click();
  await page.locator("#notice").waitFor({ state: "hidden" });
  // A good one among bad ones is taken.
  await give(page, "drop", ["notes.txt", "text/plain", Buffer.from("no picture")], photos.fig);
  await shows(page, "800 × 541", "image/webp");
  assert.deepEqual(await strip(page), ["/mine.jpg", ...SAMPLES]);
  await page.reload();
  await shows(page, "800 × 541", "image/webp");
  assert.deepEqual(await strip(page), ["/mine.jpg", ...SAMPLES]);
});

visit("they are there after a reload, until they are removed", async (page, context) => {
  await give(page, "drop", photos.fig, photos.balloon);
  await shows(page, "800 × 541", "image/webp");
  await page.locator("#samples button[data-path='/mine.png']").click();
  await shows(page, "800 × 1000", "image/webp");
  await page.reload();
  assert.equal(await shows(page, "800 × 1000", "image/webp"), "800 × 1000");
  assert.deepEqual(await strip(page), ["/mine.jpg", "/mine.png", ...SAMPLES]);

  await page.getByRole("button", { name: "Remove", exact: true }).click();
  await shows(page, "800 × 450", "image/webp");
  assert.deepEqual(await strip(page), ["/mine.jpg", ...SAMPLES]);
  await page.locator("#samples button[data-path='/mine.jpg']").press("Delete");
  await page.locator("#own").waitFor({ state: "hidden" });
  await page.reload();
  await shows(page, "800 × 450", "image/webp");
  assert.deepEqual(await strip(page), SAMPLES);

  await give(page, "drop", photos.fig, photos.balloon);
  await page.getByRole("button", { name: "Remove all 2" }).click();
  await shows(page, "800 × 450", "image/webp");
  // In another tab, too: nothing is left on disk.
  const other = await context.newPage();
  await other.goto(web.url);
  await shows(other, "800 × 450", "image/webp");
  assert.deepEqual(await strip(other), SAMPLES);
});

visit("without room they are there for this visit, which is said", async (page, context) => {
  const client = await context.newCDPSession(page);
  await client.send("Storage.overrideQuotaForOrigin", { origin: new URL(web.url).origin, quotaSize: 300_000 });
  await give(page, "drop", photos.fig);
  assert.equal(await shows(page, "800 × 541", "image/webp"), "800 × 541");
  await notice(page, "mine.jpg can be used, but will be gone after this visit: the browser has no more room");
  await page.reload();
  await page.locator(".card").filter({ hasText: "The page does not have mine.jpg" }).waitFor();
  assert.deepEqual(await strip(page), SAMPLES);
});

visit("where nothing may be kept they are there for this visit", async (page) => {
  await give(page, "drop", photos.fig);
  await shows(page, "800 × 541", "image/webp");
  await notice(page, "the browser does not let this page keep files");
}, { script: () => { IDBFactory.prototype.open = () => { throw new DOMException("Not here.", "SecurityError"); }; } });

test("an archive has the size that it says, and names in any script", async () => {
  const { zip } = await import("../playground/zip.js");
  const files = [{ name: "日本.webp", bytes: new Uint8Array(70_000).fill(7) }, { name: "b.jpg", bytes: new Uint8Array() }];
  const bytes = Buffer.from(await zip(files, new Date(2026, 10, 30, 8, 15, 42)).arrayBuffer());
  const folder = await mkdtemp(join(tmpdir(), "edgepix-zip-"));
  const path = join(folder, "a.zip");
  await writeFile(path, bytes);
  const list = "import json,sys,zipfile; z=zipfile.ZipFile(sys.argv[1]); print(json.dumps([z.testzip(), [[i.filename, i.file_size, i.date_time] for i in z.infolist()]]))";
  const [bad, entries] = JSON.parse(execFileSync("python3", ["-c", list, path]));
  const when = [2026, 11, 30, 8, 15, 42];
  assert.deepEqual([bad, entries], [null, [["日本.webp", 70_000, when], ["b.jpg", 0, when]]]);
  assert.equal((await readFile(path)).length, bytes.length);
  await rm(folder, { recursive: true });
});
