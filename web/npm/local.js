import { serve } from './serve.js';

/** In place of a thread: does the same work on the thread that asks. */
export function local() {
  let answered;
  let ended = false;
  const answer = serve((message) => {
    if (ended) throw new Error('The job was taken back.');
    // Said before anybody can listen.
    if (message.ready) queueMicrotask(() => answered(message));
    else answered(message);
  });
  return {
    // An answer that nobody wants any more ends the job.
    post: (message) => void answer(message).catch(() => {}),
    listen: (listener) => (answered = listener),
    busy() {},
    end: () => (ended = true),
  };
}
