// Which engine the page has: the server that the page came from. `cargo xtask playground` names the browser's own here.
//
// The page knows nothing of how pictures are made. An engine is:
//
//   files       whether it takes the visitor's own files; then there are `open`, `own`, `forget` and `resizeAll`
//   service     where the service is that the page's addresses ask; `answers` says whether it is there
//   guide       the path of its guide in the repository
//   credits     the address of whose the samples are, where it has one
//   resize(src, params, signal) → { blob, type, width, height, bytes, ms, memory, cache, timing }; the last three
//                                 where they are known
//   info(src, signal)           → { width, height, format, sizeBytes, orientation, … }
//   samples()                   → [{ path, title, width, height, bytes, thumbnail }]; the last where there is one
//   original(src)               → an address for <img>, of the source as it is
//   picture(src, params, signal) → an address for <img>, for pictures beside the result
//   open(file)                  → as an entry of `samples`, with `own`, and `kept`: whether it stays for the next visit, `yes`,
//                                 `full` (there is no room) or `refused`; throws where the file is no picture
//   own()                       → what of these is there from before, in the order in which they came
//   forget(path)                  removes one
//   resizeAll(list, params, { signal, onProgress }) → for each of these sources { bytes, format } or { error };
//                                 `params(src)` gives the parameters, `onProgress(done)` hears how many are finished
//
// `params` is an object as parameters.js describes it. What fails throws an EngineError, or an AbortError where `signal`
// says so.

export { engine } from './engines/server.js';
