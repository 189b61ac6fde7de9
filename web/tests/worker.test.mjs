// The worker, in Node: its threads are those of `node:worker_threads`.

import assert from "node:assert/strict";
import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { createWorker, edgepix, file, path, photo } from "./package.mjs";

const { EdgepixError, Picture, resize } = edgepix;

/** A worker that ends with the test. */
const worker = (t, settings) => {
  const made = createWorker(settings);
  t.after(() => made.close());
  return made;
};

// The first, because what is loaded is loaded for all.
test("a core that cannot be loaded tells what to do, and the next job tries again", async (t) => {
  for (const wasm of ["no/such.wasm", "http://127.0.0.1:1/edgepix.wasm", new Response("", { status: 404 })]) {
    await assert.rejects(worker(t, { wasm }).resize(photo), /cannot be loaded: .*Serve the file edgepix\/edgepix\.wasm.*wasm: address/);
  }
  const page = new Response("<!doctype html>", { headers: { "Content-Type": "text/html" } });
  await assert.rejects(worker(t, { wasm: page }).resize(photo), /is a page/);
  assert.equal((await worker(t, { wasm: fileURLToPath(file("edgepix.wasm")) }).resize(photo, { width: 20 })).width, 20);
});

test("a worker gives what the function gives", async (t) => {
  const here = await resize(photo, { width: 100, format: "webp" });
  for (const input of [photo, new Blob([photo]), new Blob([photo]).stream(), new Response(photo)]) {
    const there = await worker(t).resize(input, { width: 100, format: "webp" });
    assert.ok(there instanceof Picture);
    assert.deepEqual(there.bytes, here.bytes);
  }
  assert.ok(photo.length > 0, "what was given is still there");
  assert.equal((await worker(t).convert(photo, "png", { width: 10 })).type, "image/png");
  assert.equal((await worker(t).metadata(photo)).width, 5312);
  const chart = await resize(await readFile(path("made/chart.jpg")), { width: 20 });
  for (const input of [path("made/chart.jpg"), createReadStream(path("made/chart.jpg"))]) {
    const there = await worker(t).resize(input, { width: 20 });
    assert.deepEqual([there.bytes, there.file("a.gif").name], [chart.bytes, "a.jpg"]);
  }
});

test("errors come with all of their fields", async (t) => {
  const made = worker(t);
  await assert.rejects(made.resize(photo, { limits: { sourcePixels: 7 } }), (error) => {
    assert.ok(error instanceof EdgepixError);
    assert.deepEqual([error.code, error.parameter, error.limit], ["too-large", "source-pixels", 7]);
    return true;
  });
  await assert.rejects(made.resize(photo, { wdith: 7 }), /`width`/);
  await assert.rejects(made.resize("photo.jpg"), { code: "source-not-found" });
  await assert.rejects(made.resize("https://example.com/photo.jpg"), { code: "invalid-parameter" });
  await assert.rejects(made.resize(photo, { width: () => 5 }), { name: "DataCloneError" });
  assert.equal((await made.resize(photo, { width: 10 })).width, 10);
  assert.throws(() => createWorker({ threads: 0 }), { code: "invalid-parameter", parameter: "threads" });
});

test("the thread that asks stays free", async (t) => {
  const made = worker(t);
  await made.metadata(photo);
  const order = [];
  const job = made.resize(photo, { width: 3000, format: "webp" }).then(() => order.push("job"));
  // Were the job done on this thread, no timer would fire before its end.
  for (const turn of ["first", "second", "third"]) {
    await new Promise((fired) => setTimeout(fired, 1));
    order.push(turn);
  }
  await job;
  assert.deepEqual(order, ["first", "second", "third", "job"]);
});

test("a list reports its progress, and one failure does not keep the others", async (t) => {
  for (const threads of [1, 3]) {
    const seen = [];
    const results = await worker(t, { threads }).resizeAll(
      [photo, new Uint8Array(9), new Blob([photo]), photo],
      (input, index) => ({ width: 10 + index }),
      { onProgress: (progress) => seen.push(progress) },
    );
    assert.deepEqual(results.map(({ status }) => status), ["fulfilled", "rejected", "fulfilled", "fulfilled"]);
    assert.deepEqual(results.map(({ value }) => value?.width), [10, undefined, 12, 13]);
    assert.equal(results[1].reason.code, "unsupported-source");
    assert.deepEqual(seen.map(({ done }) => done), [1, 2, 3, 4]);
    assert.deepEqual(seen.map(({ index }) => index).sort(), [0, 1, 2, 3]);
    assert.ok(seen.every(({ total }) => total === 4));
  }
  assert.deepEqual(await worker(t).resizeAll([]), []);
});

test("an abort ends the thread, and the next job has a new one", async (t) => {
  const made = worker(t);
  await made.metadata(photo);
  const other = worker(t);
  await other.metadata(photo);
  const control = new AbortController();
  const order = [];
  const long = made.resize(photo, { format: "png" }, { signal: control.signal });
  const behind = made.resize(photo, { width: 20 });
  // The same job at the same time, not aborted: it ends later.
  const whole = other.resize(photo, { format: "png" }).then(() => order.push("whole"));
  setTimeout(() => control.abort(), 20);
  await assert.rejects(long, { name: "AbortError" });
  order.push("aborted");
  assert.equal((await behind).width, 20);
  await whole;
  assert.deepEqual(order, ["aborted", "whole"]);
});

test("a job tells how far it is", async (t) => {
  const shares = [];
  await worker(t).resize(photo, { width: 300 }, { onProgress: (share) => shares.push(share) });
  assert.ok(shares.length > 10, `${shares}`);
  assert.equal(shares.at(-1), 1);
  assert.deepEqual(shares, [...shares].sort((a, b) => a - b));
});

test("a job that waits can be taken back, and one that is begun stays", async (t) => {
  const made = worker(t);
  const first = made.resize(photo, { width: 300 });
  const control = new AbortController();
  const second = made.resize(photo, { width: 200 }, { signal: control.signal });
  control.abort(new Error("changed my mind"));
  await assert.rejects(second, /changed my mind/);
  assert.equal((await first).width, 300);
  await assert.rejects(made.resize(photo, {}, { signal: AbortSignal.abort() }), { name: "AbortError" });
});

test("a stream that does not come can be given up", async (t) => {
  let cancelled;
  const silent = new ReadableStream({ cancel: (reason) => (cancelled = reason) });
  const control = new AbortController();
  setTimeout(() => control.abort(), 10);
  await assert.rejects(worker(t).resize(silent, {}, { signal: control.signal }), { name: "AbortError" });
  assert.equal(cancelled, control.signal.reason);
});

test("a part of a buffer is an image too, and stays where it is", async (t) => {
  const all = new Uint8Array(photo.length + 10);
  all.set(photo, 5);
  assert.equal((await worker(t).resize(all.subarray(5, 5 + photo.length), { width: 10 })).width, 10);
  assert.equal(all[5], 0xff);
});

test("a list can be taken back", async (t) => {
  const control = new AbortController();
  const made = worker(t, { threads: 2 });
  const list = made.resizeAll(Array(20).fill(photo), { width: 50 }, {
    signal: control.signal,
    onProgress: ({ done }) => done === 2 && control.abort(),
  });
  await assert.rejects(list, { name: "AbortError" });
  assert.equal((await made.resize(photo, { width: 10 })).width, 10);
});

test("a closed worker takes nothing and lets nobody wait", async () => {
  const made = createWorker();
  // Long jobs, so that none is done before the worker is closed.
  const pending = made.resize(photo, { format: "png" });
  const list = made.resizeAll([photo, photo], { format: "png" });
  setTimeout(() => made.close(), 30);
  await assert.rejects(pending, { name: "AbortError" });
  await assert.rejects(list, { name: "AbortError" });
  await assert.rejects(made.resize(photo), { name: "AbortError" });
});

test("the thread can be named: its script, or what starts it", async (t) => {
  const script = file("thread.node.js");
  let started = 0;
  const start = () => {
    started += 1;
    return new Worker(script);
  };
  for (const named of [script, fileURLToPath(script), start]) {
    const { warnings, result } = await warned(() => worker(t, { worker: named, threads: 2 }).resize(photo, { width: 20 }));
    assert.deepEqual([result.width, warnings], [20, []]);
  }
  assert.equal(started, 1);
});

test("a thread that cannot be started costs no job: one warning tells what to set", async (t) => {
  const scripts = {
    "no such file": "/no/such/thread.js",
    "what ends at once": new URL("data:text/javascript,0"),
    "what is no thread": () => ({}),
    "what throws": () => {
      throw new Error("no thread for you");
    },
  };
  const { warnings } = await warned(async () => {
    for (const [name, named] of Object.entries(scripts)) {
      const made = worker(t, { worker: named, threads: 3 });
      const all = await made.resizeAll([photo, new Uint8Array(9), new Blob([photo])], { width: 20 });
      assert.deepEqual(all.map(({ status }) => status), ["fulfilled", "rejected", "fulfilled"], name);
      assert.deepEqual([all[1].reason instanceof EdgepixError, all[1].reason.code], [true, "unsupported-source"]);
      assert.deepEqual(all[0].value.bytes, (await resize(photo, { width: 20 })).bytes);
      assert.ok(photo.length > 0, "what was given is still there");
    }
  });
  assert.equal(warnings.length, 1, warnings.join());
  assert.match(warnings[0], /no thread can be started \(.*no\/such\/thread\.js.*createWorker\(\{ worker: /);
});

test("without a thread a job tells how far it is, and can be stopped", async (t) => {
  const made = worker(t, { worker: () => ({}) });
  const shares = [];
  const control = new AbortController();
  const onProgress = (share) => {
    shares.push(share);
    if (share > 0.3) control.abort(new Error("enough"));
  };
  await assert.rejects(made.resize(photo, { width: 300 }, { signal: control.signal, onProgress }), /enough/);
  assert.ok(shares.length > 2 && shares.at(-1) < 0.6, `${shares}`);
  assert.equal((await made.resize(photo, { width: 20 })).width, 20);
  made.close();
  await assert.rejects(made.resize(photo), { name: "AbortError" });
});

test("where only some threads can be started, they do all jobs", async (t) => {
  let started = 0;
  const few = () => {
    started += 1;
    if (started > 2) throw new Error("too many");
    return new Worker(file("thread.node.js"));
  };
  const made = worker(t, { threads: 4, worker: few });
  const jobs = Array.from({ length: 6 }, () => made.resize(photo, { width: 20 }));
  assert.equal((await Promise.all(jobs)).length, 6);
  assert.equal(started, 3);
});

/** What is warned of while something runs, and what that gives. */
async function warned(run) {
  const [warnings, { warn }] = [[], console];
  console.warn = (text) => warnings.push(text);
  try {
    return { result: await run(), warnings };
  } finally {
    console.warn = warn;
  }
}
