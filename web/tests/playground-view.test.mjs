// How the playground shows a picture: beside its original, zoomed, on small screens, and without jumping about.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { built, choose, download, fill, host, launch, native, open, shows } from "./playground.mjs";

let browser;
let web;

before(async () => {
  browser = await launch();
  web = await host(built, "/play/");
});
after(() => Promise.all([browser?.close(), web?.stop()]));

/** Runs a test in a fresh tab with the static page, once it shows this sample at 800 pixels beside its original. */
const visit = (name, work, { hash = "#src=/fig.jpg&w=800", ...options } = {}) => test(name, async () => {
  const { page, wrong, context } = await open(browser, web.url + hash, options);
  await compared(page);
  await work(page);
  assert.deepEqual(wrong, []);
  await context.close();
});

/** Waits until a result and its original are on show. */
const compared = (page) => page.waitForFunction(() =>
  !document.querySelector(".busy, .failed") && document.querySelector("#half-before:not([hidden])"));

/** Where things stand, in CSS pixels. */
const standing = (page) => page.evaluate(() => {
  const box = (node) => {
    const { left, top, width, height } = node.getBoundingClientRect();
    return { left, top, width, height };
  };
  const [after, before] = ["#after", "#before"].map((name) => box(document.querySelector(name)));
  return { after, before, view: box(document.querySelector("#view")), zoom: document.querySelector("#actual").textContent };
});

const near = (a, b, most = 1) => assert.ok(Math.abs(a - b) <= most, `${a} is not ${b}`);

/** Both halves have the picture in the same place. */
function together({ after, before }) {
  for (const side of ["left", "top", "width", "height"]) near(after[side], before[side]);
}

describe("before and after", () => {
  visit("before is the file itself", async (page) => {
    const same = await page.evaluate(async () => {
      const bytes = async (body) => new Uint8Array(await body.arrayBuffer());
      const [shown, file] = [await bytes(globalThis.blobs.get(document.querySelector("#before").src)), await bytes(await fetch("samples/fig.jpg"))];
      return shown.length === file.length && shown.every((byte, at) => byte === file[at]);
    });
    assert.ok(same);
    assert.equal(await page.locator(".tag-before").innerText(), "Before: original JPEG");
  }, {
    script: () => {
      globalThis.blobs = new Map();
      const { createObjectURL } = URL;
      URL.createObjectURL = (blob) => {
        const url = createObjectURL.call(URL, blob);
        globalThis.blobs.set(url, blob);
        return url;
      };
    },
  });

  test("on the server, too", async () => {
    const server = await native();
    const { page, context, asked } = await open(browser, `${server.url}#src=/dogs.jpg&w=300`);
    await compared(page);
    assert.ok(asked.includes(`${server.url}original/dogs.jpg`));
    // Upright, as the browser shows it.
    assert.deepEqual(await page.evaluate(() => [document.querySelector("#before").naturalWidth, document.querySelector("#before").naturalHeight]), [2048, 3088]);
    await context.close();

    // Where the original cannot be had there is nothing to compare with.
    const alone = await browser.newContext();
    await alone.route("**/original/**", (route) => route.abort());
    const other = await alone.newPage();
    await other.goto(`${server.url}#src=/fig.jpg&w=300`);
    await shows(other, "300 × 203", "image/webp");
    await other.locator("#compare:disabled").waitFor();
    assert.equal(await other.locator("#split").isVisible(), false);
    await alone.close();
    server.stop();
  });

  const GEOMETRY = [
    "src=/dogs.jpg&w=600&h=600&fit=cover&gravity=north",
    "src=/dogs.jpg&w=600&h=400&fit=contain&gravity=east&format=png",
    "src=/fig.jpg&w=600&rotate=270&flip=h",
    "src=/fig.jpg&w=600&crop=10p,20p,50p,40p&flip=v&rotate=180",
    "src=/fig.jpg&w=600&h=600&fit=cover&gravity=0.9,0.4&crop=100,0,2000,1740&rotate=90",
    "src=/fig.jpg&w=500&h=370&fit=fill&flip=hv",
  ];
  for (const query of GEOMETRY) {
    visit(`the original lies on the result: ${query}`, async (page) => {
      const half = async (share) => {
        await page.locator("#split").fill(String(share));
        await page.locator(".split, .tag").evaluateAll((all) => all.forEach((node) => { node.style.opacity = 0; }));
        const clip = (await standing(page)).after;
        return (await page.screenshot({ clip: { x: clip.left, y: clip.top, width: clip.width, height: clip.height } })).toString("base64");
      };
      const [result, original] = [await half(0), await half(100)];
      await page.evaluate(() => { document.querySelector("#before").style.translate = "3% 3%"; });
      const beside = await half(100);
      const [aligned, shifted] = [await difference(page, result, original), await difference(page, result, beside)];
      assert.ok(aligned < 5 && shifted > 3 * aligned, `${aligned}, shifted ${shifted}`);
    }, { hash: `#${query}` });
  }

  visit("the line: by keyboard, and by pointer", async (page) => {
    const split = page.locator("#split");
    /** Where the original ends, by what is cut off of it. */
    const line = () => page.locator("#half-before").evaluate((half) => {
      const [, at] = /calc\(100% - ([\d.]+)px\)/.exec(getComputedStyle(half).clipPath);
      return half.getBoundingClientRect().left + Number(at);
    });
    const { after } = await standing(page);
    near(await line(), after.left + after.width / 2);
    await split.focus();
    for (let times = 0; times < 4; times += 1) await page.keyboard.press("ArrowRight");
    assert.equal(await split.inputValue(), "52");
    assert.equal(await split.getAttribute("aria-valuetext"), "52 % before, 48 % after");
    await page.keyboard.press("Home");
    near(await line(), after.left);
    await page.mouse.move(after.left, after.top + 40);
    await page.mouse.down();
    await page.mouse.move(after.left + after.width * 0.75, after.top + 60, { steps: 3 });
    await page.mouse.up();
    near(await split.inputValue(), 75, 0.5);
    near(await line(), after.left + after.width * 0.75, 3);
    await page.locator("#compare").click();
    await split.waitFor({ state: "hidden" });
  });
});

describe("zoom and pan", () => {
  visit("by wheel, at the pointer, in both halves", async (page) => {
    const { after, view } = await standing(page);
    assert.ok(after.width < view.width && after.height < view.height);
    const [x, y] = [after.left + after.width / 4, after.top + after.height / 4];
    await page.mouse.move(x, y);
    await page.mouse.wheel(0, -800);
    const closer = await standing(page);
    near(closer.after.width, after.width * 4, 2);
    near((x - closer.after.left) / closer.after.width, 0.25, 0.01);
    near((y - closer.after.top) / closer.after.height, 0.25, 0.01);
    together(closer);
    await page.mouse.wheel(0, 2000);
    near((await standing(page)).after.width, after.width);
  });

  visit("a drag moves both, and no further than to the edges", async (page) => {
    await page.locator("#view").focus();
    for (const key of ["+", "+", "+"]) await page.keyboard.press(key);
    const { after, view } = await standing(page);
    const drag = async (dx, dy) => {
      await page.mouse.move(view.left + 100, view.top + 100);
      await page.mouse.down();
      await page.mouse.move(view.left + 100 + dx, view.top + 100 + dy, { steps: 4 });
      await page.mouse.up();
      return standing(page);
    };
    const moved = await drag(-40, -30);
    near(moved.after.left, after.left - 40);
    near(moved.after.top, after.top - 30);
    together(moved);
    const edge = await drag(900, 900);
    near(edge.after.left, view.left);
    near(edge.after.top, view.top);
  });

  visit("by keyboard, button and double click", async (page) => {
    const fit = await standing(page);
    const press = async (key) => {
      await page.locator("#view").press(key);
      return standing(page);
    };
    const one = await press("1");
    assert.deepEqual([one.zoom, one.after.width], ["100 %", 800]);
    const closer = await press("+");
    assert.equal(closer.zoom, "125 %");
    near((await press("ArrowDown")).after.top, closer.after.top - closer.view.height * 0.1);
    near((await press("0")).after.width, fit.after.width);
    await page.locator("#zoom-in").click();
    near((await standing(page)).after.width, fit.after.width * 1.25, 2);
    await page.locator("#status").filter({ hasText: /^Zoom \d+ %\.$/ }).waitFor({ state: "attached" });
    await page.locator("#zoom-out").click();
    near((await standing(page)).after.width, fit.after.width, 2);
    await page.locator("#actual").click();
    assert.equal((await standing(page)).zoom, "100 %");
    await page.mouse.dblclick(fit.view.left + 200, fit.view.top + 200);
    near((await standing(page)).after.width, fit.after.width);
    await page.mouse.dblclick(fit.view.left + 200, fit.view.top + 200);
    assert.equal((await standing(page)).zoom, "100 %");
    together(await standing(page));
  });

  visit("two fingers pinch", async (page) => {
    const { after, view } = await standing(page);
    const client = await page.context().newCDPSession(page);
    const [x, y] = [view.left + view.width / 2, view.top + view.height / 2];
    const touch = (type, apart) => client.send("Input.dispatchTouchEvent", {
      type, touchPoints: type === "touchEnd" ? [] : [-apart, apart].map((dx, id) => ({ x: x + dx, y, id })),
    });
    await touch("touchStart", 40);
    for (const apart of [50, 60, 80]) await touch("touchMove", apart);
    await touch("touchEnd");
    const closer = await standing(page);
    near(closer.after.width, after.width * 2, 3);
    together(closer);
  }, { hasTouch: true, viewport: { width: 390, height: 844 } });

  visit("a new result keeps the place, another photo starts anew", async (page) => {
    await page.locator("#view").press("1");
    await page.locator("#view").press("+");
    const { after } = await standing(page);
    await choose(page, "jpeg");
    await shows(page, "800 × 541", "image/jpeg");
    near((await standing(page)).after.left, after.left);
    // Half as many pixels for the same part of the picture.
    await fill(page, "w", "400");
    await shows(page, "400 × 271", "image/jpeg");
    const coarser = await standing(page);
    near(coarser.after.width, after.width);
    assert.equal(coarser.zoom, "250 %");
    await page.locator("#samples button[data-path='/balloon.png']").click();
    await shows(page, "400 × 500", "image/jpeg");
    await compared(page);
    const { after: fresh, view } = await standing(page);
    assert.ok(fresh.width <= view.width && fresh.height <= view.height);
  });

  visit("a click sets the focal point where nothing is compared", async (page) => {
    const { after } = await standing(page);
    const click = () => page.mouse.click(after.left + after.width * 0.25, after.top + after.height * 0.5);
    await click();
    await page.locator("#compare").click();
    // Two clicks in a row would be a double one.
    await page.waitForTimeout(400);
    await click();
    await page.waitForURL(/gravity=0\.[34]\d?,0\.5/);
  }, { hash: "#src=/fig.jpg&w=400&h=400&fit=cover" });
});

test("download is off while the last job failed, and waits for one that runs", async () => {
  const { page, context } = await open(browser, `${web.url}#src=/fig.jpg&w=800`);
  await compared(page);
  await fill(page, "q", "0");
  await page.locator(".failed").waitFor();
  assert.ok(await page.locator("#download").isDisabled());
  await fill(page, "q", "50");
  await shows(page, "800 × 541", "image/webp");
  assert.ok(await page.locator("#download").isEnabled());
  await choose(page, "png");
  // At once: the picture before is still on show.
  const { name, bytes } = await download(page);
  assert.deepEqual([name, bytes.subarray(1, 4).toString()], ["fig.png", "PNG"]);
  await context.close();
});

test("the height is off until it is set", async () => {
  const { page, context } = await open(browser, `${web.url}#src=/fig.jpg&w=800`);
  await compared(page);
  const slider = page.getByRole("slider", { name: "Height, slider" });
  const off = () => slider.evaluate((node) => [node.value, node.getAttribute("aria-valuetext"), Boolean(node.closest(".off"))]);
  assert.deepEqual(await off(), ["0", "auto", true]);
  await slider.focus();
  await page.keyboard.press("ArrowRight");
  assert.deepEqual(await off(), ["16", "16 pixels", false]);
  await page.keyboard.press("Home");
  assert.deepEqual(await off(), ["0", "auto", true]);
  assert.equal(await page.locator("#field-h").inputValue(), "");
  await context.close();
});

for (const width of [390, 1280]) {
  test(`nothing moves by itself at ${width} pixels`, async () => {
    const { page, context } = await open(browser, web.url, {
      viewport: { width, height: 860 },
      script: () => {
        globalThis.shifts = [];
        new PerformanceObserver((list) => globalThis.shifts.push(...list.getEntries().map(({ value, sources }) =>
          ({ value, nodes: sources.map(({ node }) => node?.id || node?.className || node?.nodeName).join() })))).observe({ type: "layout-shift", buffered: true });
      },
    });
    await compared(page);
    await page.evaluate(() => { location.hash = "#src=/balloon.png&w=200&format=png"; });
    await shows(page, "200 × 250", "image/png");
    await compared(page);
    const shifts = await page.evaluate(() => globalThis.shifts);
    assert.ok(shifts.reduce((sum, { value }) => sum + value, 0) < 0.02, JSON.stringify(shifts));
    await context.close();
  });
}

visit("fingers have 44 pixels", async (page) => {
  await page.locator("details:not([open]) > summary").evaluateAll((all) => all.forEach((summary) => summary.click()));
  const small = await page.evaluate(() => {
    const targets = [...document.querySelectorAll("a[href], button, summary, select, input:not([type=radio], [type=file], .split), label.file, .choice label, .compass label")];
    return targets.filter((node) => node.checkVisibility() && !node.closest("#snippet")).flatMap((node) => {
      const { width, height } = node.getBoundingClientRect();
      return width < 44 || height < 44 ? [`${node.id || node.className || node.textContent} ${width} × ${height}`] : [];
    });
  });
  assert.deepEqual(small, []);
}, { hash: "#src=/fig.jpg&w=300&h=300&fit=cover&gravity=0.3,0.3&crop=0,0,900,900&bg=fff", hasTouch: true, viewport: { width: 390, height: 844 } });

visit("nothing is animated for those who want it so", async (page) => {
  const moving = await page.evaluate(() => [...document.querySelectorAll("*")].flatMap((node) => [null, "::before", "::after"].flatMap((part) => {
    const { animationName, transitionDuration } = getComputedStyle(node, part);
    return animationName === "none" && parseFloat(transitionDuration) === 0 ? [] : [node.className];
  })));
  assert.deepEqual(moving, []);
}, { reducedMotion: "reduce" });

for (const colorScheme of ["light", "dark"]) {
  visit(`text stands out from its ground: ${colorScheme}`, async (page) => {
    await page.locator("details:not([open]) > summary").evaluateAll((all) => all.forEach((summary) => summary.click()));
    const faint = await page.evaluate(faintTexts);
    assert.deepEqual(faint, []);
  }, { colorScheme });
}

/** Texts whose contrast is below 4.5 (WCAG 2.2, 1.4.3), but those that lie on pictures or are of what is disabled. */
function faintTexts() {
  const channels = (colour) => {
    const [red, green, blue, alpha = 1] = colour.match(/[\d.]+/g).map(Number);
    return { light: [red, green, blue], alpha };
  };
  const luminance = (colour) => {
    const [red, green, blue] = colour.map((value) => value / 255).map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const ground = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const { light, alpha } = channels(getComputedStyle(at).backgroundColor);
      if (alpha === 1) return light;
    }
    return [255, 255, 255];
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const faint = [];
  while (walker.nextNode()) {
    const { parentElement: node, data } = walker.currentNode;
    const disabled = node.closest(".field")?.querySelector(":disabled") || node.closest(":disabled");
    if (!data.trim() || !node.checkVisibility() || disabled || node.closest(".view, .unseen, noscript, script, style")) continue;
    const [text, behind] = [luminance(channels(getComputedStyle(node).color).light), luminance(ground(node))];
    const contrast = (Math.max(text, behind) + 0.05) / (Math.min(text, behind) + 0.05);
    if (contrast < 4.5) faint.push(`${data.trim().slice(0, 30)}: ${contrast.toFixed(2)}`);
  }
  return faint;
}

/** The mean difference of two screenshots, in steps of 8-bit channels. */
function difference(page, ...pictures) {
  return page.evaluate(async (texts) => {
    const pixels = async (text) => {
      const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
      const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
      const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
      context.drawImage(bitmap, 0, 0);
      return context.getImageData(0, 0, bitmap.width, bitmap.height).data;
    };
    const [a, b] = await Promise.all(texts.map(pixels));
    return a.reduce((sum, value, at) => sum + Math.abs(value - b[at]), 0) / a.length;
  }, pictures);
}
