// The playground in Chromium: as static files under a path of some host, and on the native server.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { built, choose, code, download, fill, give, host, launch, native, open, packaged, sample, shows } from "./playground.mjs";

let browser;

before(async () => {
  browser = await launch();
});
after(() => browser?.close());

describe("as static files", () => {
  const PREFIX = "/some/where/";
  let web;

  before(async () => {
    web = await host(built, PREFIX);
  });
  after(() => web.stop());

  /** Runs a test in a fresh tab, in which nothing may go wrong and nothing be asked for elsewhere. */
  const visit = (name, work, { hash = "", ...options } = {}) => test(name, async () => {
    const tab = await open(browser, web.url + hash, options);
    await work(tab.page, tab);
    assert.deepEqual(tab.wrong, []);
    const elsewhere = tab.asked.filter((url) => !url.startsWith(web.url) && !/^(blob:|data:)/.test(url));
    assert.deepEqual(elsewhere, []);
    await tab.context.close();
  });

  visit("a visit shows a sample, made here", async (page, { asked }) => {
    assert.equal(await shows(page, "800 × 450", "image/webp"), "800 × 450");
    assert.match(await page.locator("[data-fact=bytes]").innerText(), /^1\.5 MB → \d+ kB [\d.]+ %$/);
    assert.match(await page.locator("[data-fact=time]").innerText(), /^[\d.]+ m?s$/);
    // The engine's memory: a photo of 16 megapixels is never whole in it.
    const memory = /^([\d.]+) MiB$/.exec(await page.locator("[data-fact=memory]").innerText());
    assert.ok(memory && memory[1] > 0.5 && memory[1] < 16, String(memory));
    assert.equal(await page.locator("#info").innerText().then((text) => text.includes("5312 × 2988 px")), true);
    assert.equal(asked.some((url) => url.includes("/resize/")), false);
    await page.locator("#status").filter({ hasText: "800 by 450 pixels, image/webp" }).waitFor({ state: "attached" });
  });

  visit("a photo is dropped, chosen or pasted, and downloaded", async (page) => {
    const photo = await sample("fig.jpg");
    await shows(page, "800 × 450", "image/webp");
    await give(page, "drop", ["My fig.jpg", "image/jpeg", photo]);
    assert.equal(await shows(page, "800 × 541", "image/webp"), "800 × 541");
    assert.equal(await page.locator("#file-name").innerText(), "My fig.jpg");
    const { name, bytes } = await download(page);
    assert.equal(name, "My fig.webp");
    assert.equal(bytes.subarray(8, 12).toString(), "WEBP");

    await page.locator("#file").setInputFiles({ name: "dogs.jpg", mimeType: "image/jpeg", buffer: await sample("dogs.jpg") });
    assert.equal(await shows(page, "800 × 1206", "image/webp"), "800 × 1206");
    // There is a sample of this name already.
    assert.equal(await page.locator("#file-name").innerText(), "dogs-2.jpg");

    await give(page, "paste", ["balloon.png", "image/png", await sample("balloon.png")]);
    await shows(page, "800 × 1000", "image/webp");
    assert.equal(await page.locator("#samples li").count(), 7);
  });

  visit("a parameter changes the result", async (page) => {
    await shows(page, "800 × 450", "image/webp");
    await fill(page, "w", "320");
    assert.equal(await shows(page, "320 × 180", "image/webp"), "320 × 180");
    await choose(page, "jpeg");
    await shows(page, "320 × 180", "image/jpeg");
    const { name, bytes } = await download(page);
    assert.deepEqual([name, bytes[0], bytes[1]], ["dandelion.jpg", 0xff, 0xd8]);
    await fill(page, "h", "320");
    await choose(page, "cover");
    assert.equal(await shows(page, "320 × 320", "image/jpeg"), "320 × 320");
    assert.match(page.url(), /#src=\/dandelion\.jpg&w=320&h=320&fit=cover&format=jpeg$/);
    await page.locator("#reset").click();
    await shows(page, "800 × 450", "image/webp");
  });

  visit("what is wrong is said, and the parameter marked", async (page) => {
    await shows(page, "800 × 450", "image/webp");
    await fill(page, "q", "0");
    await page.locator(".card").filter({ hasText: "The value of `quality` must be: 1 … 100." }).waitFor();
    assert.deepEqual(await page.locator("[aria-invalid]").evaluateAll((all) => all.map(({ id }) => id).filter(Boolean)), ["field-q"]);
    await page.locator("#status").filter({ hasText: "must be: 1 … 100" }).waitFor({ state: "attached" });
    await fill(page, "q", "50");
    await shows(page, "800 × 450", "image/webp");
    assert.equal(await page.locator("[aria-invalid]").count(), 0);

  });

  test("an option of the vocabulary that the page says nothing about has a select", async () => {
    const context = await browser.newContext();
    const mood = { name: "mood", option: "mood", kind: "words", values: ["glad", "sad"], allowed: "glad, sad", default: "glad", help: "How it looks." };
    await context.route("**/vocabulary.js", async (route) => {
      const response = await route.fetch();
      const body = (await response.text()).replace("vocabulary = [", `vocabulary = [${JSON.stringify(mood)},`);
      await route.fulfill({ response, body });
    });
    const page = await context.newPage();
    await page.goto(`${web.url}#src=/fig.jpg&w=200`);
    await shows(page, "200 × 135", "image/webp");
    await page.getByText("Background and more").click();
    await page.getByRole("combobox", { name: "Mood" }).selectOption("sad");
    await page.waitForURL(/mood=sad/);
    assert.match(await code(page), /mood: 'sad'/);
    await context.close();
  });

  visit("a new job ends the one that is running", async (page) => {
    await shows(page, "800 × 450", "image/webp");
    await choose(page, "png");
    await shows(page, "800 × 450", "image/png");
    await page.evaluate(() => { globalThis.events = []; });
    await fill(page, "w", "5000");
    await page.waitForFunction(() => globalThis.events.includes(5000));
    await fill(page, "w", "100");
    assert.equal(await shows(page, "100 × 56", "image/png"), "100 × 56");
    const events = await page.evaluate(() => globalThis.events);
    const ends = events.indexOf("end", events.indexOf(5000));
    assert.ok(ends > 0 && ends < events.indexOf(100), events.join());
  }, {
    // What is said to threads: a job's width, or that they are to end.
    script: () => {
      globalThis.events = [];
      const { postMessage, terminate } = Worker.prototype;
      Worker.prototype.postMessage = function (message, ...rest) {
        if (message.options && !message.options.quality) globalThis.events.push(message.options.width);
        return postMessage.call(this, message, ...rest);
      };
      Worker.prototype.terminate = function () {
        globalThis.events.push("end");
        return terminate.call(this);
      };
    },
  });

  const STATE = "#src=/fig.jpg&w=320&h=240&fit=cover&gravity=northeast&crop=10p,0p,80p,100p&rotate=90&bg=ffffff&format=webp&q=70";

  visit("the tabs show the code of what is on show", async (page) => {
    await shows(page, "320 × 240", "image/webp");
    const path = "https://img.example.com/resize/fig.jpg?w=320&h=240&fit=cover&gravity=northeast&crop=10p,0p,80p,100p" +
      "&rotate=90&bg=ffffff&format=webp&q=70";
    // The page needs no service: it begins with a program.
    const script = await code(page);
    assert.equal(script, `import { resize } from 'edgepix';

const photo = fetch('fig.jpg');
const picture = await resize(photo, {
  width: 320,
  height: 240,
  fit: 'cover',
  gravity: 'northeast',
  crop: '10p,0p,80p,100p',
  rotate: 90,
  background: 'ffffff',
  format: 'webp',
  quality: 70,
});
document.querySelector('img').src = URL.createObjectURL(picture.blob());`);
    await page.locator("#tab-javascript").focus();
    const next = async (label) => {
      await page.keyboard.press("ArrowRight");
      const tab = page.getByRole("tab", { selected: true });
      assert.equal(await tab.innerText(), label);
      assert.equal(await tab.evaluate((node) => node === document.activeElement), true);
      return code(page);
    };
    assert.match(await next("Python"), /crop=Fields\(x=10\.0, y=0\.0, width=80\.0, height=100\.0\),/);
    assert.match(await next("Rust"), /\.gravity\(Gravity::Compass\(Compass::Northeast\)\)\n/);
    assert.equal(await next("URL"), path);
    await next("<img>");
    await next("srcset");
    assert.equal(await next("curl"), `curl -o fig.webp \\\n  '${path}'`);
    assert.equal(await next("JavaScript"), script);

    // The script, run as it stands, makes the bytes that the page made.
    const { bytes } = await download(page);
    assert.deepEqual(await runs(script), bytes);
  }, { hash: STATE });

  test("without a network a reload still works", async () => {
    const short = await host(built, PREFIX);
    const { page, context, wrong } = await open(browser, short.url);
    await shows(page, "800 × 450", "image/webp");
    // The page's files, the core and the sample are kept.
    const isKept = () => page.evaluate(async () => {
      await navigator.serviceWorker.ready;
      const [name] = await caches.keys();
      const cache = await caches.open(name);
      const kept = await Promise.all(["edgepix/edgepix.wasm", "samples/dandelion.jpg", "./"].map((path) => cache.match(path)));
      return kept.every(Boolean);
    });
    // Storing ends after the picture is shown: all has to be there, and to stay.
    for (let steady = 0, tries = 0; steady < 5; tries += 1) {
      assert.ok(tries < 100, "the core and the sample are kept within ten seconds");
      await page.waitForTimeout(100);
      steady = (await isKept()) ? steady + 1 : 0;
    }
    await context.setOffline(true);
    await short.stop();
    await page.reload();
    assert.equal(await shows(page, "800 × 450", "image/webp"), "800 × 450");
    await fill(page, "w", "200");
    assert.equal(await shows(page, "200 × 113", "image/webp"), "200 × 113");
    await give(page, "drop", ["fig.jpg", "image/jpeg", await sample("fig.jpg")]);
    await shows(page, "200 × 135", "image/webp");
    // A sample that was not looked at before is the only thing that is missing.
    assert.deepEqual(wrong, []);
    await page.locator("#samples button[data-path='/dogs.jpg']").click();
    await page.locator(".card").filter({ hasText: "dogs.jpg cannot be loaded." }).waitFor();
    await context.close();
  });

  test("a new version replaces the kept one", async () => {
    const folder = await mkdtemp(join(tmpdir(), "edgepix-playground-"));
    await cp(built, folder, { recursive: true });
    const short = await host(folder, PREFIX);
    const { page, context } = await open(browser, short.url);
    const version = () => page.evaluate(async () => {
      await navigator.serviceWorker.ready;
      return (await caches.keys()).join();
    });
    await page.waitForFunction(async () => (await navigator.serviceWorker.ready).active.state === "activated");
    const first = await version();
    const worker = join(folder, "service-worker.js");
    await writeFile(worker, (await readFile(worker, "utf8")).replace(/VERSION = '\w+'/, "VERSION = 'another'"));
    const title = join(folder, "index.html");
    await writeFile(title, (await readFile(title, "utf8")).replace("<title>", "<title>New: "));
    // Found by this visit, taken into use once the pages of the old one are closed.
    await page.reload();
    await page.evaluate(async () => {
      const registration = await navigator.serviceWorker.ready;
      await registration.update();
      const { installing } = registration;
      if (installing) await new Promise((done) => installing.addEventListener("statechange", done));
    });
    await page.goto("about:blank");
    const again = await context.newPage();
    await again.waitForTimeout(500);
    await again.goto(short.url);
    await again.waitForFunction(() => document.title.startsWith("New: "));
    const second = await again.evaluate(async () => (await caches.keys()).join());
    assert.ok(first !== second && second.endsWith("another"), `${first}, then ${second}`);
    await context.close();
    await short.stop();
    await rm(folder, { recursive: true });
  });

  looks(() => web.url);
});

describe("on the native server", () => {
  let server;

  before(async () => {
    server = await native();
  });
  after(() => server?.stop());

  test("it asks the server, and says its addresses", async () => {
    const { page, context, wrong, asked } = await open(browser, `${server.url}#src=/dogs.jpg&w=300&format=jpeg`);
    assert.equal(await shows(page, "300 × 452", "image/jpeg"), "300 × 452");
    assert.ok(asked.includes(`${server.url}resize/dogs.jpg?w=300&format=jpeg`));
    assert.equal(await page.getByRole("tab", { selected: true }).innerText(), "URL");
    assert.equal(await page.locator("[data-fact=cache]").innerText(), "miss");
    assert.equal(await code(page), `${server.url}resize/dogs.jpg?w=300&format=jpeg`);
    const link = await (await fetch(await page.locator("#snippet a").getAttribute("href"))).arrayBuffer();
    const { name, bytes } = await download(page);
    assert.equal(name, "dogs.jpg");
    assert.deepEqual(Buffer.from(link), bytes);

    await fill(page, "w", "200");
    assert.equal(await shows(page, "200 × 302", "image/jpeg"), "200 × 302");
    await fill(page, "w", "0");
    await page.locator(".card").filter({ hasText: "400" }).waitFor();
    assert.deepEqual(await page.locator("[aria-invalid]").evaluateAll((all) => all.map(({ id }) => id).filter(Boolean)), ["field-w"]);
    // The browser itself says of an answer of 400 that it is one.
    assert.deepEqual(wrong.filter((text) => !/status of 400/.test(text)), []);
    await context.close();
  });

  test("an address may be typed or dropped, a file is not uploaded", async () => {
    const { page, context, asked } = await open(browser, server.url);
    await shows(page, "800 × 450", "image/webp");
    await page.locator("#src").fill("/fig.jpg");
    await page.keyboard.press("Enter");
    await shows(page, "800 × 541", "image/webp");
    await page.evaluate(() => {
      const dataTransfer = new DataTransfer();
      dataTransfer.setData("text/plain", "/balloon.png");
      document.body.dispatchEvent(new DragEvent("drop", { bubbles: true, dataTransfer }));
    });
    await shows(page, "800 × 1000", "image/webp");
    await give(page, "drop", ["mine.jpg", "image/jpeg", await sample("fig.jpg")]);
    await page.locator("#notice").filter({ hasText: "takes no uploads" }).waitFor();
    assert.equal(asked.every((url) => url.startsWith(server.url) || url.startsWith("blob:") || url.startsWith("data:")), true);
    await context.close();
  });

  test("its samples are those of the static page", async () => {
    const list = JSON.parse(await readFile(join(built, "samples.json"), "utf8"));
    assert.deepEqual(list, await (await fetch(`${server.url}samples.json`)).json());
  });

  looks(() => server.url);
});

/** What both pages have in common: room for everything, names for everything, and a focus that is to be seen. */
function looks(url) {
  for (const width of [1280, 768, 360]) {
    test(`nothing sticks out at ${width} pixels`, async () => {
      const { page, context } = await open(browser, url(), { viewport: { width, height: 740 } });
      await shows(page, "800 × 450", "image/webp");
      const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.equal(await overflow(), 0);
      await page.locator("details:not([open]) > summary").evaluateAll((all) => all.forEach((summary) => summary.click()));
      for (const tab of await page.getByRole("tab").all()) {
        await tab.click();
        assert.equal(await overflow(), 0, await tab.innerText());
      }
      await context.close();
    });
  }

  test("light and dark", async () => {
    const colours = [];
    for (const colorScheme of ["light", "dark"]) {
      const { page, context } = await open(browser, url(), { colorScheme });
      await shows(page, "800 × 450", "image/webp");
      const [text, ground] = await page.evaluate(() => {
        const { color, backgroundColor } = getComputedStyle(document.body);
        return [color, backgroundColor].map((colour) => colour.match(/\d+/g).slice(0, 3).reduce((a, b) => a + Number(b), 0) / 3);
      });
      colours.push({ text, ground });
      await context.close();
    }
    const [light, dark] = colours;
    assert.ok(light.ground - light.text > 128 && dark.text - dark.ground > 128, JSON.stringify(colours));
  });

  test("its links lead to the documents and the source", async () => {
    const { page, context } = await open(browser, url());
    const repository = await page.locator("#repository").getAttribute("href");
    assert.equal(repository, "https://github.com/edgepix/edgepix");
    const guide = await page.locator("#guide").getAttribute("href");
    assert.ok(guide.startsWith(`${repository}/blob/main/`), guide);
    await readFile(new URL(`../../${guide.slice(`${repository}/blob/main/`.length)}`, import.meta.url));
    await context.close();
  });

  test("everything can be reached by keyboard, and says what it is", async () => {
    const { page, context } = await open(browser, url());
    await shows(page, "800 × 450", "image/webp");
    await page.locator("#split").waitFor();
    await page.evaluate(() => document.activeElement.blur());
    const met = new Set();
    for (let steps = 0; steps < 80; steps += 1) {
      await page.keyboard.press("Tab");
      const { id, name, outlined } = await page.evaluate(() => {
        const own = document.activeElement;
        if (own === document.body) return {};
        const named = own.getAttribute("aria-label") || own.textContent || [...(own.labels ?? [])].map((label) => label.textContent).join("")
          || (own.getAttribute("aria-labelledby") && document.getElementById(own.getAttribute("aria-labelledby"))?.textContent);
        const places = [own, own.nextElementSibling, own.parentElement].filter(Boolean);
        const outlined = places.some((node) => getComputedStyle(node).outlineStyle !== "none");
        return { id: own.id || own.value || own.dataset.path || own.tagName, name: named?.trim(), outlined };
      });
      if (id === undefined) break;
      assert.ok(name, `${id} has no name`);
      assert.ok(outlined, `the focus on ${name} is not to be seen`);
      met.add(id);
    }
    for (const id of ["guide", "repository", "reset", "/fig.jpg", "view", "split", "compare", "actual", "download", "field-w", "inside", "field-q", "snippet"]) {
      assert.ok(met.has(id), `${id} is not among ${[...met].join(", ")}`);
    }
    await context.close();
  });
}

/** Runs a script of the page's in Node, with the package installed, and gives the bytes of its picture. */
async function runs(script) {
  const folder = await mkdtemp(join(tmpdir(), "edgepix-code-"));
  await mkdir(join(folder, "node_modules"));
  await symlink(packaged, join(folder, "node_modules/edgepix"));
  await writeFile(join(folder, "fig.jpg"), await sample("fig.jpg"));
  // What a page has and Node has not.
  const page = `
import { readFileSync, writeFileSync } from "node:fs";
const fetch = async (name) => new Response(readFileSync(name));
const document = { querySelector: () => ({ set src(_) { writeFileSync("out", picture.bytes); } }) };
`;
  await writeFile(join(folder, "script.mjs"), page + script);
  execFileSync(process.execPath, ["script.mjs"], { cwd: folder });
  const bytes = await readFile(join(folder, "out"));
  await rm(folder, { recursive: true });
  return bytes;
}
