// Keeps the page for when there is no network. The build writes FILES, a list of paths, and VERSION, a hash of what is in
// them, above this. A new version is taken into use once no page of the old one is open: one page never gets both.

const { scope } = self.registration;
const OURS = `edgepix playground ${scope} `;
const CACHE = OURS + VERSION;

// What the browser has cached may be older than this version: it asks whether it is.
const add = (cache, files) => cache.addAll(files.map((file) => new Request(new URL(file, scope), { cache: 'no-cache' })));

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => add(cache, FILES)));
});

self.addEventListener('activate', (event) => {
  const old = async () => {
    const names = await caches.keys();
    await Promise.all(names.filter((name) => name.startsWith(OURS) && name !== CACHE).map((name) => caches.delete(name)));
    await self.clients.claim();
  };
  event.waitUntil(old());
});

/** What not every visit needs is kept when it was used: a sample, the core that this browser runs. */
self.addEventListener('message', (event) => {
  const { keep } = event.data;
  if (!keep?.startsWith(scope)) return;
  const missing = async () => {
    const cache = await caches.open(CACHE);
    if (!(await cache.match(keep))) await add(cache, [keep]);
  };
  // It will be asked for again on the next visit.
  event.waitUntil(missing().catch(() => {}));
});

self.addEventListener('fetch', (event) => {
  const { method, url } = event.request;
  const address = url.replace(/[?#].*/, '').replace(/\/index\.html$/, '/');
  if (method !== 'GET' || !address.startsWith(scope)) return;
  const kept = async () => {
    const cache = await caches.open(CACHE);
    return (await cache.match(address, { ignoreVary: true })) ?? fetch(event.request);
  };
  event.respondWith(kept());
});
