// Which engine the page has: the server that the page came from. `cargo xtask playground` names the browser's own here.
//
// The page knows nothing of how pictures are made. An engine is:
//
//   files       whether it takes the visitor's own files: `open(file)` then gives the `src` that stands for one
//   service     where the service is that the page's addresses ask; `answers` tells whether it is there
//   credits     the address of whose the samples are, where it has one
//   resize(src, params, signal) → { blob, type, width, height, bytes, ms, memory, cache, timing }; the last three
//                                 where they are known
//   info(src, signal)           → { width, height, format, sizeBytes, orientation, … }
//   samples()                   → [{ path, title, width, height, bytes, thumbnail }]; the last where there is one
//   picture(src, params, signal) → an address for <img>, for pictures beside the result
//
// `params` is as parameters.js describes it. What fails throws an EngineError, or an AbortError where `signal` says so.

export { engine } from './engines/server.js';
