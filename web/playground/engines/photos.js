// The visitor's own photos, kept in the browser's database (IndexedDB) for the next visit.

const STORE = 'photos';

/** The photos of the page under this address: others on the same host keep their own. */
export function photos(address) {
  let opened = null;

  function database() {
    opened ??= new Promise((resolve, reject) => {
      const request = indexedDB.open(`edgepix playground ${address}`, 1);
      request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: 'path' });
      request.onerror = () => reject(request.error);
      request.onsuccess = () => {
        const { result } = request;
        // Another tab may have it deleted.
        result.onversionchange = () => result.close();
        resolve(result);
      };
    }).catch((error) => {
      opened = null;
      throw error;
    });
    return opened;
  }

  /** Does something in a transaction, and waits until it is on disk: a full disk shows then. */
  async function transaction(mode, work) {
    const open = await database();
    return new Promise((resolve, reject) => {
      const own = open.transaction(STORE, mode);
      const request = work(own.objectStore(STORE));
      own.oncomplete = () => resolve(request.result);
      own.onabort = () => reject(own.error ?? request.error);
    });
  }

  return {
    /** All of them, in the order in which they came: `{ path, file, thumbnail, width, height, added }`. None where they cannot be read. */
    async all() {
      const list = await transaction('readonly', (store) => store.getAll()).catch(() => []);
      return list.sort((a, b) => a.added - b.added);
    },
    /** Keeps one. Throws a `QuotaExceededError` where there is no room, other errors where nothing may be kept. */
    add: (photo) => transaction('readwrite', (store) => store.put(photo)),
    remove: (path) => transaction('readwrite', (store) => store.delete(path)).catch(() => {}),
  };
}
