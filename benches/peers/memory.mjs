// How much memory the WebAssembly modules of this process have. To be imported before any of them.

/** By module, or by memory where it was made outside of one: the newest memory, and the most that any has had. */
const seen = new Map();
/** Memories that were made outside, and are not to be counted again where they are exported. */
const outside = new WeakSet();

const Memory = WebAssembly.Memory;

/** The sum, over all modules, of the most that each has had. Memory never shrinks. */
export function memory() {
  let sum = 0;
  for (const entry of seen.values()) sum += most(entry);
  return sum;
}

function most(entry) {
  entry.most = Math.max(entry.most, entry.memory.buffer.byteLength);
  return entry.most;
}

function remember(key, memory) {
  const before = seen.get(key);
  seen.set(key, { memory, most: before ? most(before) : 0 });
}

function exported(module, instance) {
  for (const value of Object.values(instance.exports)) {
    if (value instanceof Memory && !outside.has(value)) remember(module, value);
  }
  return instance;
}

WebAssembly.Memory = new Proxy(Memory, {
  construct(target, given) {
    const memory = new target(...given);
    outside.add(memory);
    remember(memory, memory);
    return memory;
  },
});

WebAssembly.Instance = new Proxy(WebAssembly.Instance, {
  construct: (target, given) => exported(given[0], new target(...given)),
});

const { instantiate } = WebAssembly;

WebAssembly.instantiate = async (source, imports) => {
  const made = await instantiate(source, imports);
  if (source instanceof WebAssembly.Module) return exported(source, made);
  exported(made.module, made.instance);
  return made;
};
