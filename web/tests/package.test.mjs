// The functions of the package, in Node.

import assert from "node:assert/strict";
import { createReadStream } from "node:fs";
import { once } from "node:events";
import { createServer } from "node:http";
import { Readable } from "node:stream";
import { test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { edgepix, path, photo, source } from "./package.mjs";

const { resize, convert, metadata, load, EdgepixError, Picture } = edgepix;

/** An error with these fields. */
const refused = (promise, fields) =>
  assert.rejects(promise, (error) => {
    assert.ok(error instanceof EdgepixError && error instanceof Error, String(error));
    assert.deepEqual(Object.fromEntries(Object.keys(fields).map((name) => [name, error[name]])), fields);
    assert.ok(error.message.endsWith("."), error.message);
    return true;
  });

const stream = (bytes, size = 4096) =>
  new ReadableStream({
    start(controller) {
      for (let at = 0; at < bytes.length; at += size) controller.enqueue(bytes.subarray(at, at + size));
      controller.close();
    },
  });

test("an image is resized, and says what it is", async () => {
  const picture = await resize(photo, { width: 400, format: "webp" });
  assert.ok(picture instanceof Picture);
  assert.deepEqual([picture.type, picture.format, picture.width, picture.height], ["image/webp", "webp", 400, 225]);
  const blob = picture.blob();
  assert.deepEqual([blob.size, blob.type], [picture.bytes.length, "image/webp"]);
  assert.equal((await metadata(blob)).width, 400);
});

test("a picture becomes a file with the name of its kind", async () => {
  const webp = await resize(photo, { width: 40, format: "webp" });
  const jpeg = await resize(photo, { width: 40, format: "jpg" });
  assert.deepEqual([webp.extension, jpeg.extension, jpeg.format, jpeg.type], ["webp", "jpg", "jpeg", "image/jpeg"]);
  const names = {
    "holiday.jpg": "holiday.webp", "IMG_0001.HEIC": "IMG_0001.webp", "holiday": "holiday.webp", "a.b.jpeg": "a.b.webp",
    "v1.2": "v1.2.webp", "a.webp": "a.webp", ".png": "image.webp",
  };
  for (const [name, wanted] of Object.entries(names)) assert.equal(webp.file(name).name, wanted);
  const file = jpeg.file();
  assert.ok(file instanceof File);
  assert.deepEqual([file.name, file.type, file.size], ["image.jpg", "image/jpeg", jpeg.bytes.length]);
  assert.equal((await metadata(file)).width, 40);
});

test("every input gives the same bytes", async () => {
  const bytes = await source("made/chart.jpg");
  const wanted = await resize(bytes, { width: 20 });
  const plain = new Uint8Array(bytes);
  const within = new Uint8Array(plain.length + 7);
  within.set(plain, 3);
  const inputs = {
    "Uint8Array": plain,
    "part of a buffer": within.subarray(3, 3 + plain.length),
    "DataView": new DataView(within.buffer, 3, plain.length),
    "ArrayBuffer": plain.buffer,
    "Blob": new Blob([plain]),
    "File": new File([plain], "chart.jpg"),
    "ReadableStream": stream(plain),
    "Response": new Response(plain),
    "Response with a length": new Response(stream(plain), { headers: { "Content-Length": String(plain.length) } }),
    "Response with a length too small": new Response(stream(plain), { headers: { "Content-Length": "10" } }),
    "Response of a coded body": new Response(stream(plain), {
      headers: { "Content-Length": "10", "Content-Encoding": "gzip" },
    }),
    "promise": Promise.resolve(new Response(plain)),
    "Request": new Request("http://localhost/", { method: "POST", body: plain }),
    "Request of a stream": new Request("http://localhost/", { method: "POST", body: stream(plain), duplex: "half" }),
    "stream of Node": createReadStream(path("made/chart.jpg"), { highWaterMark: 1000 }),
    "stream of Node from parts": Readable.from([plain.subarray(0, 100), plain.subarray(100)]),
    "async iterable": (async function* () {
      yield plain.buffer.slice(0, 77);
      yield new DataView(plain.buffer, 77);
    })(),
    "path": path("made/chart.jpg"),
    "file: URL": pathToFileURL(path("made/chart.jpg")),
    "file: URL as text": pathToFileURL(path("made/chart.jpg")).href,
  };
  for (const [name, input] of Object.entries(inputs)) {
    assert.deepEqual((await resize(input, { width: 20 })).bytes, wanted.bytes, name);
  }
});

test("an input is left as it was", async () => {
  const copy = Uint8Array.from(photo);
  await resize(photo, { width: 10 });
  assert.ok(Buffer.from(copy).equals(photo));
});

test("every option reaches the core", async () => {
  const size = async (options) => {
    const { width, height } = await resize(photo, { width: 300, height: 300, ...options });
    return [width, height];
  };
  assert.deepEqual(await size({}), [300, 169]);
  assert.deepEqual(await size({ dpr: 4 / 3 }), [400, 225]);
  assert.deepEqual(await size({ fit: "cover" }), [300, 300]);
  assert.deepEqual(await size({ fit: "outside" }), [533, 300]);
  assert.deepEqual(await size({ rotate: 90 }), [169, 300]);
  assert.deepEqual(await size({ crop: { x: 0, y: 0, width: 100, height: 50 } }), [100, 50]);
  assert.deepEqual(await size({ crop: { x: 0, y: 0, width: 100, height: 50 }, enlarge: true }), [300, 150]);
  assert.deepEqual(await size({ crop: { x: "10p", y: "50p", width: "25p", height: 2988 } }), [267, 300]);
  assert.deepEqual(await size({ crop: "10p,50p,25p,2988" }), [267, 300]);

  const seen = new Set();
  const options = [
    {}, { quality: 30 }, { gravity: "west" }, { gravity: { x: 1, y: 0 } }, { flip: "h" }, { fit: "contain" },
    { fit: "contain", background: "f00" }, { format: "png" }, { format: "gif" }, { format: "webp" },
    { format: "webp", lossless: true },
  ];
  for (const option of options) {
    const { bytes } = await resize(photo, { width: 32, height: 32, fit: "cover", ...option });
    seen.add(Buffer.from(bytes).toString("latin1"));
  }
  assert.equal(seen.size, options.length);
  const animated = await source("made/animated.gif");
  await refused(resize(animated), { code: "unsupported-source" });
  assert.equal((await resize(animated, { frame: 0 })).format, "gif");
  const written = async (options) => (await resize(await source("made/chart-6.jpg"), options)).bytes.length;
  assert.ok((await written({ metadata: "all" })) > (await written({})));
});

test("a job tells how far it is, and can be stopped between rows", async () => {
  const shares = [];
  await edgepix.resize(photo, { width: 300 }, { onProgress: (share) => shares.push(share) });
  assert.ok(shares.length > 10, `${shares}`);
  assert.equal(shares.at(-1), 1);

  const control = new AbortController();
  const stopped = [];
  const onProgress = (share) => {
    stopped.push(share);
    if (share >= 0.3) control.abort(new Error("enough"));
  };
  await assert.rejects(edgepix.resize(photo, { width: 300 }, { signal: control.signal, onProgress }), /enough/);
  assert.ok(stopped.at(-1) < 0.6, `${stopped}`);
  const throws = () => {
    throw new RangeError("mine");
  };
  await assert.rejects(edgepix.convert(photo, "webp", {}, { onProgress: throws }), { name: "RangeError" });
  await assert.rejects(edgepix.resize(photo, {}, { signal: AbortSignal.abort() }), { name: "AbortError" });
  assert.equal((await edgepix.resize(photo, { width: 10 })).width, 10);
});

test("a focal point is the same as an object and as text", async () => {
  const cover = (gravity) => resize(photo, { width: 50, height: 50, fit: "cover", gravity });
  assert.deepEqual((await cover({ x: 0.25, y: 0.5 })).bytes, (await cover("0.25,0.5")).bytes);
});

test("what is undefined is as if it were not there", async () => {
  const picture = await resize(photo, { width: 20, height: undefined, limits: { memory: undefined } });
  assert.equal(picture.width, 20);
});

test("metadata tells what the headers say", async () => {
  const facts = await metadata(await source("made/chart-6.jpg"));
  assert.deepEqual(Object.keys(facts), [
    "width", "height", "format", "sizeBytes", "orientation", "frames", "hasAlpha", "bitDepth", "profile", "profileIgnored", "progressive",
  ]);
  assert.deepEqual([facts.format, facts.orientation, facts.frames], ["jpeg", 6, 1]);
  await refused(metadata(await source("made/cut-in-header.jpg")), { code: "damaged-source" });
  await refused(metadata(photo, { limits: { sourceBytes: 10 } }), { code: "too-large", limit: 10 });
});

test("metadata of a JPEG is the same wherever its headers end", async () => {
  const jpeg = await source("photos/brushes-1mp-420.jpg");
  const facts = await metadata(jpeg);
  assert.equal(facts.sizeBytes, jpeg.length);
  const comment = (length) => Buffer.concat([Buffer.from([0xff, 0xfe, (length - 2) >> 8, (length - 2) & 255]), Buffer.alloc(length - 4)]);
  const lengths = [4, 10_000, ...Array.from({ length: 40 }, (_, i) => 65_536 - 25 * i)];
  for (const comments of [...lengths.map((length) => [comment(length)]), [1, 2, 3].map(() => comment(65_000))]) {
    const bytes = Buffer.concat([jpeg.subarray(0, 2), ...comments, jpeg.subarray(2)]);
    assert.deepEqual(await metadata(bytes), { ...facts, sizeBytes: bytes.length });
  }
  const cut = Buffer.concat([jpeg.subarray(0, 2), comment(65_000), comment(65_000)]);
  await refused(metadata(cut), { code: "damaged-source" });
});

test("convert changes the format alone", async () => {
  const picture = await convert(await source("made/chart.png"), "jpeg", { quality: 50 });
  const { width, height } = await metadata(await source("made/chart.png"));
  assert.deepEqual([picture.type, picture.width, picture.height], ["image/jpeg", width, height]);
  await refused(convert(photo), { code: "invalid-parameter", parameter: "format" });
});

test("wrong options are named, with what they may be", async () => {
  const wrong = [
    [{ width: 0 }, "width"], [{ width: 1.5 }, "width"], [{ width: "800" }, "width"], [{ height: NaN }, "height"],
    [{ dpr: 5 }, "dpr"], [{ fit: "Cover" }, "fit"], [{ fit: null }, "fit"], [{ fit: ["cover"] }, "fit"],
    [{ enlarge: 1 }, "enlarge"], [{ gravity: { x: 2, y: 0 } }, "gravity"], [{ gravity: "up" }, "gravity"],
    [{ crop: { x: 0, y: 0 } }, "crop"], [{ crop: { x: 0, y: 0, width: "50%", height: 1 } }, "crop"],
    [{ rotate: 45 }, "rotate"], [{ flip: "vh" }, "flip"], [{ background: "#fff" }, "background"],
    [{ format: "auto" }, "format"], [{ quality: 101 }, "quality"], [{ lossless: "yes" }, "lossless"],
    [{ metadata: "some" }, "metadata"], [{ frame: -1 }, "frame"], [{ limits: 5 }, "limits"],
    [{ limits: { memory: "1 MB" } }, "memory"],
  ];
  for (const [options, parameter] of wrong) {
    await assert.rejects(resize(photo, options), (error) => {
      assert.deepEqual([error.code, error.parameter], ["invalid-parameter", parameter], JSON.stringify(options));
      assert.ok(error.allowed.length > 0);
      return true;
    });
  }
});

test("a side that is no whole number is refused, and not rounded", async () => {
  await assert.rejects(resize(photo, { width: 100.7 }), { parameter: "width", message: /a whole number, at least 1/ });
  await assert.rejects(resize(photo, { height: 0.4 }), { parameter: "height", message: /a whole number, at least 1/ });
});

test("unknown options suggest what was meant, and none is ignored", async () => {
  const told = async (options) => (await resize(photo, options).catch((error) => error)).message;
  assert.match(await told({ wdith: 1 }), /`width`/);
  assert.match(await told({ bg: "fff" }), /`background`/);
  assert.match(await told({ limits: { sourcePixel: 1 } }), /`sourcePixels`/);
  await refused(resize(photo, { blur: 2 }), { code: "unsupported", parameter: "blur" });
  await refused(resize(photo, { gravity: "smart" }), { code: "unsupported", parameter: "gravity" });
  await refused(resize(photo, { format: "avif" }), { code: "unsupported", parameter: "format" });
});

test("limits refuse a job with the numbers", async () => {
  const limited = (limits) => resize(photo, { limits });
  await refused(limited({ sourcePixels: 1000 }), {
    code: "too-large", parameter: "source-pixels", limit: 1000, actual: 5312 * 2988,
  });
  await refused(limited({ outputSide: 100 }), { code: "too-large", parameter: "output-side", limit: 100, actual: 5312 });
  await refused(limited({ memory: 1000 }), { code: "too-large", parameter: "memory", limit: 1000 });
  await refused(limited({ sourceBytes: 1000 }), { code: "too-large", parameter: "source-bytes", actual: photo.length });
  await refused(resize(new Uint8Array((32 << 20) + 1)), { code: "too-large", parameter: "source-bytes", limit: 32 << 20 });
});

test("a stream is read no further than its limit", async () => {
  let cancelled;
  const endless = new ReadableStream({
    pull: (controller) => controller.enqueue(new Uint8Array(1000)),
    cancel: () => (cancelled = true),
  });
  await refused(resize(endless, { limits: { sourceBytes: 5000 } }), { code: "too-large", actual: 6000 });
  assert.ok(cancelled);
});

test("a request that a server of Node is sent is an input", async () => {
  const bytes = await source("made/chart.jpg");
  const server = createServer(async (request, response) => {
    response.end(await resize(request, { width: 20 }).then(({ bytes }) => bytes, ({ message }) => message));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const address = `http://127.0.0.1:${server.address().port}`;
  const answer = await fetch(address, { method: "POST", body: bytes });
  assert.deepEqual(new Uint8Array(await answer.arrayBuffer()), (await resize(bytes, { width: 20 })).bytes);
  const form = new FormData();
  form.set("photo", new Blob([bytes]));
  assert.match(await (await fetch(address, { method: "POST", body: form })).text(), /^The request is a form: give the file in it/);
  server.close();
});

test("a stream of Node is read no further than its limit, and can be given up", async () => {
  let given = 0;
  const endless = new Readable({
    read() {
      given += 1;
      this.push(Buffer.alloc(1000));
    },
  });
  await refused(resize(endless, { limits: { sourceBytes: 5000 } }), { code: "too-large", limit: 5000 });
  assert.ok(endless.destroyed);
  assert.ok(given < 40, `${given} parts were made`);

  const silent = new Readable({ read() {} });
  const control = new AbortController();
  setTimeout(() => control.abort(), 10);
  await assert.rejects(resize(silent, {}, { signal: control.signal }), { name: "AbortError" });
  assert.ok(silent.destroyed);
});

test("a file that is not there, or is too large, is told", async () => {
  await refused(resize("no/such/photo.jpg"), { code: "source-not-found", message: "There is no file no/such/photo.jpg." });
  await refused(metadata(new URL("no-such.jpg", import.meta.url)), { code: "source-not-found" });
  await refused(resize(path("made/chart.jpg"), { limits: { sourceBytes: 10 } }), { code: "too-large", limit: 10 });
  await assert.rejects(resize(fileURLToPath(new URL(".", import.meta.url))), { code: "EISDIR" });
});

test("what is no input is told what to do", async () => {
  const told = async (input) => {
    const error = await resize(input).catch((error) => error);
    assert.deepEqual([error.code, error.parameter], ["invalid-parameter", "input"], String(error));
    return error.message;
  };
  assert.match(await told("https://example.com/a.jpg"), /Blob.*path.*String\. Fetch an address first: resize\(fetch\(url\)\)\.$/);
  assert.match(await told(new URL("https://example.com/a.jpg")), /type URL\. Fetch/);
  assert.match(await told([new Uint8Array(1)]), /type Array\. .*resizeAll/);
  assert.match(await told(undefined), /type Undefined\.$/);
  assert.match(await told(new Request("http://localhost/a.jpg")), /no body.*resize\(fetch\(request\)\)/);
  const form = new FormData();
  form.set("photo", new Blob([photo]));
  assert.match(await told(new Request("http://localhost/", { method: "POST", body: form })), /form.*formData/);
  assert.match(await told(Readable.from(["text"])), /must give bytes.*String/);
  const read = new Response(photo);
  await read.arrayBuffer();
  assert.match(await told(read), /was read before/);
});

test("what is no image, and what is no input", async () => {
  await refused(resize(await source("made/page.html")), { code: "unsupported-source" });
  await refused(resize(await source("made/cut-after-32-of-128-rows.jpg")), { code: "damaged-source" });
  for (const input of [undefined, null, 5, {}, [1, 2]]) {
    await refused(resize(input), { code: "invalid-parameter", parameter: "input" });
  }
  await refused(resize(new Response("gone", { status: 404 })), { code: "source-not-found" });
  await refused(resize(new Response("sorry", { status: 503 })), { code: "origin-failed" });
  await assert.rejects(resize(Promise.reject(new TypeError("offline"))), TypeError);
});

test("what takes more memory than there is fails by itself alone", async () => {
  const bomb = await source("made/bomb-65535x65535.gif");
  const limits = { sourcePixels: 1e12, outputSide: 1e6, outputPixels: 1e12, memory: 1e13, work: 1e15 };
  // Turned, it must be whole; upright it would go through as rows, in half a minute.
  await assert.rejects(resize(bomb, { format: "png", frame: 0, rotate: 90, limits }), (error) => {
    assert.deepEqual([error.code, error.cause instanceof WebAssembly.RuntimeError], ["internal", true], String(error.cause));
    return true;
  });
  assert.equal((await resize(photo, { width: 20 })).width, 20);
});

test("loading again is harmless", async () => {
  await Promise.all([load(), load(), load("http://127.0.0.1:1/edgepix.wasm")]);
});
