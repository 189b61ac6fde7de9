import { serve } from './serve.js';

/** Takes the place of a thread, and does its work on the calling thread. */
export function local() {
  let answered;
  let ended = false;
  const answer = serve((message) => {
    if (ended) throw new Error('The job was taken back.');
    // `serve` says this at once, before anybody can listen.
    if (message.ready) queueMicrotask(() => answered(message));
    else answered(message);
  });
  return {
    // After `end` the next progress throws, which stops the job.
    post: (message) => void answer(message).catch(() => {}),
    listen: (listener) => (answered = listener),
    busy() {},
    end: () => (ended = true),
  };
}
