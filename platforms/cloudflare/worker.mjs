// The Worker's entry: starts the module, and hands it the requests.

import * as glue from "./edgepix_cloudflare.js";
import module from "./edgepix_cloudflare_bg.wasm";

glue.initSync({ module });

// What ends each request that is being answered.
const pending = new Set();

// Whatever is thrown out of the module, a trap or an exhausted stack, leaves it in a state that nobody knows. All that
// it was about to answer is lost, and a new instance serves from then on.
function replace(error) {
  console.error("the module failed and is restarted:", error);
  glue.__wbg_reset_state();
  for (const end of pending) end(error);
  pending.clear();
}

// After its first `await` a request continues in a microtask of its own, whose errors only this handler sees.
addEventListener("error", (event) => {
  event.preventDefault();
  replace(event.error);
});

const failed = JSON.stringify({
  type: "urn:edgepix:error:internal",
  title: "Internal error",
  status: 500,
  detail: "The request was lost to a failure of this service.",
});

export default {
  async fetch(request, env, context) {
    let end;
    const lost = new Promise((_, reject) => pending.add((end = reject)));
    try {
      return await Promise.race([glue.fetch(request, env, context), lost]);
    } catch (error) {
      if (pending.has(end)) replace(error);
      const headers = { "content-type": "application/problem+json", "cache-control": "no-store" };
      return new Response(failed, { status: 500, headers });
    } finally {
      pending.delete(end);
    }
  },
};
