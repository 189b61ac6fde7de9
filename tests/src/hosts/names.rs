/// The names of all hosts: the core, the component, the runtimes, and the npm package with SIMD and without.
pub const HOSTS: [&str; 14] = [
    "native",
    "component",
    "server",
    "sandbox",
    "spin",
    "fastly",
    "cloudflare",
    "wasi-http",
    "jco",
    "composed",
    "node",
    "node-plain",
    "browser",
    "browser-plain",
];
