import { facts, instantiate, picture } from './core.js';
import { EdgepixError, fields } from './error.js';
import { read } from './input.js';

/** What a thread does: it reports that it is ready, takes the compiled module, and then one job after the other. */
export function serve(post) {
  let ready;
  post({ ready: true }, []);
  return async ({ module, task, input, options, tells }) => {
    if (module) {
      ready = instantiate(module);
      // The job that waits for it tells.
      ready.catch(() => {});
      return;
    }
    try {
      const bytes = await read(input, { limits: options?.limits });
      await ready;
      const control = tells ? { onProgress: (progress) => post({ progress }, []) } : undefined;
      const result = task === 'metadata' ? facts(bytes) : picture(bytes, options, control);
      post({ result }, result.bytes ? [result.bytes.buffer] : []);
    } catch (error) {
      // Another thread gets an error's text, but neither its class nor its fields.
      post(error instanceof EdgepixError ? { failure: fields(error) } : { error }, []);
    }
  };
}
