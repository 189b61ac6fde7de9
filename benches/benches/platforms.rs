//! What a request costs on each platform's own runtime: processor time, and the memory of an instance.
//!
//! Time is that of the runtime's processes over many requests, none of them answered from a cache. Memory is the
//! smallest cap with which the first request of a fresh instance is still answered, where the host has a flag for it.

use edgepix_golden::runtimes::{RUNTIMES, Runtime, Settings};
use edgepix_golden::{client, golden_folder};
use edgepix_origin::Origin;

/// Requests of which the mean is taken.
const REQUESTS: u32 = 20;

const WORK: [(&str, &str); 4] = [
    ("photos/fig-3mp.jpg", "w=800&format=jpeg"),
    ("photos/fig-3mp.jpg", "w=800&format=webp"),
    ("photos/dandelion-16mp.jpg", "w=800&format=webp"),
    ("photos/dandelion-16mp-progressive.jpg", "w=800&format=webp"),
];

/// Runtimes that cap an instance's memory.
const CAPPED: [&str; 3] = ["spin", "wasi-http", "composed"];

fn main() {
    let origin = Origin::start([]).unwrap_or_else(|error| panic!("{error}"));
    origin.serve(&golden_folder().join("sources"));
    let settings = Settings::with_origin(&origin.url("/"));
    println!("{:<12} {:<40} {:<20} {:>12} {:>10}", "runtime", "source", "request", "CPU, ms", "MiB");
    // Runtimes may be named; all others, and the flags that cargo adds, say nothing.
    let named: Vec<_> = std::env::args().filter(|word| RUNTIMES.contains(&word.as_str())).collect();
    for name in RUNTIMES.into_iter().filter(|name| named.is_empty() || named.iter().any(|word| word == name))
    {
        for (source, request) in WORK {
            let time = processor_milliseconds(name, &settings, source, request);
            let memory = CAPPED.contains(&name).then(|| smallest_memory(name, &settings, source, request));
            let memory = memory.map_or("–".to_owned(), |mebibytes| format!("{mebibytes:.1}"));
            println!("{name:<12} {source:<40} {request:<20} {time:>12.1} {memory:>10}");
        }
    }
}

fn processor_milliseconds(name: &str, settings: &Settings, source: &str, request: &str) -> f64 {
    let runtime = Runtime::start(name, settings).unwrap_or_else(|error| panic!("{name}: {error}"));
    let time = || runtime.processor_time().unwrap_or_default();
    // What the first requests compile is not theirs.
    (0..5).for_each(|number| assert!(is_answered(&runtime, source, request, number), "{}", runtime.log()));
    let before = time();
    (0..REQUESTS).for_each(|number| assert!(is_answered(&runtime, source, request, 100 + number)));
    (time() - before).as_secs_f64() * 1000.0 / f64::from(REQUESTS)
}

/// In MiB, to a quarter.
fn smallest_memory(name: &str, settings: &Settings, source: &str, request: &str) -> f64 {
    let suffices = |quarters: u64| {
        let settings = Settings { memory: Some(quarters << 18), ..settings.clone() };
        // An instance that does not start has too little, too.
        Runtime::start(name, &settings).is_ok_and(|runtime| is_answered(&runtime, source, request, 0))
    };
    let (mut little, mut enough) = (0, 512);
    assert!(suffices(enough), "{name} {source} {request}");
    while enough - little > 1 {
        let middle = u64::midpoint(little, enough);
        if suffices(middle) { enough = middle } else { little = middle }
    }
    enough as f64 / 4.0
}

/// Each number is another answer to caches.
fn is_answered(runtime: &Runtime, source: &str, request: &str, number: u32) -> bool {
    let url = runtime.url(&format!("/resize/{source}?{request}&v={number}"));
    client::get(&url).is_ok_and(|answer| answer.status() == 200)
}
