//! Every variable that the server reads, as `--help` and errors show it.

/// A setting: a variable, and the flag of the same name.
pub(crate) struct Setting {
    /// The variable.
    pub(crate) name: &'static str,
    /// What its value is called.
    pub(crate) value: &'static str,
    /// A value that it may have.
    pub(crate) example: &'static str,
    /// What it means.
    pub(crate) help: &'static str,
}

/// Every setting that is built, in the order of `--help`.
pub(crate) const SETTINGS: [Setting; 40] = [
    setting(
        "EDGEPIX_LISTEN",
        "ADDRESS",
        "0.0.0.0:3000",
        "Address and port to listen on. PORT alone: that port on all addresses [default: 127.0.0.1:3000]",
    ),
    setting(
        "EDGEPIX_METRICS",
        "ADDRESS",
        "127.0.0.1:9090",
        "Address and port of /metrics, for Prometheus, and of /ready and /health [default: none]",
    ),
    setting("EDGEPIX_PAGE", "0|1", "1", "Show the page at / [default: 1 on loopback, else 0]"),
    setting(
        "EDGEPIX_ORIGIN",
        "URL|FOLDER",
        "https://images.example.com/photos/",
        "Where sources named by a path are read from [default: sample photos]",
    ),
    setting(
        "EDGEPIX_ALLOWED_SOURCES",
        "PATTERNS",
        "https://*.example.com/photos/",
        "Absolute sources to allow, comma-separated: https://*.example.com/photos/ [default: none]",
    ),
    setting(
        "EDGEPIX_ALLOW_PRIVATE",
        "KINDS",
        "loopback,private",
        "Other addresses than public ones that absolute sources may reach: loopback,link-local,private; 1 for all three [default: 0]",
    ),
    setting(
        "EDGEPIX_CACHE_BYTES",
        "BYTES",
        "67108864",
        "Answers kept in memory; 0 keeps none [default: 67108864]",
    ),
    setting(
        "EDGEPIX_CONCURRENCY",
        "JOBS",
        "4",
        "Images made at once; four times as many wait [default: the processor's cores]",
    ),
    setting("EDGEPIX_ENGINE", "native|sandbox", "native", "Who makes the images [default: native]"),
    setting(
        "EDGEPIX_COMPONENT",
        "FILE",
        "/srv/image-processor.wasm",
        "The sandbox's component [default: image-processor.wasm beside the program, or in dist/]",
    ),
    setting(
        "EDGEPIX_COMPONENT_CACHE",
        "FOLDER",
        "/var/cache/edgepix",
        "Where the sandbox keeps compiled code; the user's alone [default: none, compiled at each start]",
    ),
    setting(
        "EDGEPIX_FUEL",
        "COUNT",
        "40000000000",
        "Wasm instructions of one call in the sandbox [default: not counted]",
    ),
    setting(
        "EDGEPIX_MEMORY_BUDGET",
        "BYTES",
        "536870912",
        "Memory that all jobs together may plan for, one of them half [default: 536870912]",
    ),
    setting("EDGEPIX_MAX_SOURCE_BYTES", "BYTES", "33554432", "Longest source [default: 33554432]"),
    setting("EDGEPIX_MAX_SOURCE_PIXELS", "PIXELS", "120000000", "Largest source [default: 120000000]"),
    setting("EDGEPIX_MAX_OUTPUT_SIDE", "PIXELS", "8192", "Longest side of a result [default: 8192]"),
    setting("EDGEPIX_MAX_OUTPUT_PIXELS", "PIXELS", "50000000", "Largest result [default: 50000000]"),
    setting("EDGEPIX_MAX_FRAMES", "FRAMES", "1000", "Longest animation [default: 1000]"),
    setting(
        "EDGEPIX_MAX_ANIMATION_PIXELS",
        "PIXELS",
        "250000000",
        "Pixels of all frames that a job decodes [default: 250000000]",
    ),
    setting(
        "EDGEPIX_MAX_WORK",
        "INSTRUCTIONS",
        "40000000000",
        "Instructions that one job may plan for [default: 40000000000]",
    ),
    setting("EDGEPIX_FETCH_TIMEOUT", "SECONDS", "10", "How long the origin may take [default: 10]"),
    setting("EDGEPIX_TIMEOUT", "SECONDS", "30", "How long a request may take [default: 30]"),
    setting(
        "EDGEPIX_DRAIN",
        "SECONDS",
        "30",
        "How long running requests may take once the server is told to stop; 0 stops them at once [default: 8]",
    ),
    setting(
        "EDGEPIX_CLIENT_TIMEOUT",
        "SECONDS,SECONDS",
        "10,30",
        "How long a client may take to send its request, and to take 64 KiB of the answer [default: 10,30]",
    ),
    setting(
        "EDGEPIX_CONNECTIONS",
        "COUNT,COUNT",
        "1024,1024",
        "Connections at once, and those of one address: behind a proxy let it have all [default: 1024,256]",
    ),
    setting("EDGEPIX_TTL_MIN", "SECONDS", "60", "Shortest positive lifetime of an answer [default: 60]"),
    setting(
        "EDGEPIX_TTL_DEFAULT",
        "SECONDS",
        "86400",
        "Lifetime where the origin says nothing [default: 86400]",
    ),
    setting("EDGEPIX_TTL_MAX", "SECONDS", "31536000", "Longest lifetime [default: 31536000]"),
    setting(
        "EDGEPIX_STALE",
        "SECONDS",
        "3600",
        "How long answers may be given past their life while they are revalidated, or where the origin fails, unless it says how long [default: 0]",
    ),
    setting(
        "EDGEPIX_QUALITY",
        "QUALITIES",
        "jpeg=80,webp=80",
        "Quality where the request names none [default: jpeg=80,webp=80,avif=60]",
    ),
    setting(
        "EDGEPIX_EFFORT",
        "EFFORT",
        "small",
        "How long encoders look for a smaller file where the request names no effort: fast, balanced, small [default: balanced]",
    ),
    setting(
        "EDGEPIX_WIDTHS",
        "WIDTHS",
        "320,640,1280",
        "The only output widths answered, in pixels: 320,640,1280 [default: any]",
    ),
    setting(
        "EDGEPIX_FORMATS",
        "FORMATS",
        "webp,jpeg,png",
        "Formats that format=auto may choose, best first: webp,jpeg,png [default: all]",
    ),
    setting(
        "EDGEPIX_SIGNING_KEYS",
        "KEYS",
        "2026:000102030405060708090a0b0c0d0e0f",
        "Keys that URLs are signed with, as name:secret, the secret in hexadecimal, 16 bytes or more [default: none]",
    ),
    setting(
        "EDGEPIX_SIGNING",
        "MODE",
        "off",
        "Which URLs must be signed: required (all), presets (all but bare presets), off [default: required with keys]",
    ),
    setting(
        "EDGEPIX_PRESETS",
        "PRESETS",
        "avatar?w=96&h=96&fit=cover;hero?w=1600",
        "Named sets of parameters: avatar?w=96&h=96&fit=cover;hero?w=1600 [default: none]",
    ),
    setting("EDGEPIX_ONLY_PRESETS", "0|1", "0", "Answer presets and nothing else [default: 0]"),
    setting(
        "EDGEPIX_FALLBACK",
        "SOURCE",
        "/missing.png",
        "Source shown where one is missing or broken [default: none, an error]",
    ),
    setting(
        "EDGEPIX_LOG",
        "LEVEL",
        "warn",
        "Level of the log: off, error, warn, info, debug, trace [default: info]",
    ),
    setting(
        "EDGEPIX_DEBUG",
        "0|1",
        "1",
        "Tell in Server-Timing how long the parts of an answer took [default: 0]",
    ),
];

const fn setting(
    name: &'static str,
    value: &'static str,
    example: &'static str,
    help: &'static str,
) -> Setting {
    Setting { name, value, example, help }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Settings;

    #[test]
    fn every_example_is_a_value_that_the_variable_may_have() {
        for Setting { name, example, .. } in &SETTINGS {
            let find = |asked: &str| (asked == *name).then(|| (*example).to_owned());
            // The sandbox's want to be told of together with the engine.
            let known = Settings::from_lookup(find).map_err(|error| error.name);
            assert!(matches!(known, Ok(_) | Err("EDGEPIX_ENGINE")), "{name}={example}: {known:?}");
        }
    }
}
