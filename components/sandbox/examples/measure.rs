//! Measures the sandbox beside the core linked in: `cargo run --release --package edgepix-sandbox --example measure`.
//!
//! Reads the component from `dist/`, or from the path given as an argument. Linux only, as memory is read from `/proc`.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use edgepix_core::{Format, Limits, Transform};
use edgepix_sandbox::{Options, Sandbox};

/// How long each throughput is measured.
const SPAN: Duration = Duration::from_secs(8);

/// Measurements of each time, of which the median is printed.
const ROUNDS: usize = 15;

fn main() -> Result<(), Box<dyn Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let path =
        std::env::args_os().nth(1).map_or_else(|| root.join("dist/image-processor.wasm"), PathBuf::from);
    let component = fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let photo = |name: &str| fs::read(root.join("tests/golden/sources/photos").join(name));
    let options = Options { instances: 64, ..Options::default() };

    starts(&component, &options)?;

    let sandbox = Sandbox::new(&component, &options)?;
    let fuelled = Sandbox::new(&component, &Options { fuel: Some(u64::MAX), ..options.clone() })?;
    println!("\n800 pixels wide, as JPEG     native   sandbox  ratio   with fuel  ratio");
    for (name, file) in [
        ("1 MP", "brushes-1mp-420.jpg"),
        ("6 MP", "mountain-6mp-422.jpg"),
        ("12 MP", "sunset-12mp.jpg"),
        ("16 MP", "dandelion-16mp.jpg"),
    ] {
        times(name, &photo(file)?, &sandbox, &fuelled);
    }

    let source = photo("mountain-6mp-422.jpg")?;
    println!(
        "\nat once  calls/s    6 MP: native/s  sandbox/s  ratio   MiB each, native  sandbox  sandboxes per GB"
    );
    for threads in [1, 8, 64] {
        let small = &source[..source.len().min(64 << 10)];
        let calls = rate(threads, || drop(sandbox.metadata(small).expect("the header is whole")));
        let inside = rate(threads, || drop(transform(&sandbox, &source)));
        let native = rate(threads, || drop(linked(&source)));
        println!(
            "{threads:7}  {:7.0}  {:14.1}  {:9.1}  {:5.2}  {:17.1}  {:7.1}  {:16.0}",
            calls.a_second,
            native.a_second,
            inside.a_second,
            native.a_second / inside.a_second,
            native.bytes_each / MIB,
            inside.bytes_each / MIB,
            1e9 / inside.bytes_each,
        );
    }
    Ok(())
}

const MIB: f64 = 1048576.0;

/// How long a sandbox takes to be made.
fn starts(component: &[u8], options: &Options) -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let cached = Options { cache: Some(folder.path().to_owned()), ..options.clone() };
    let time = |options: &Options| {
        let began = Instant::now();
        Sandbox::new(component, options).map(|_| began.elapsed().as_secs_f64() * 1e3)
    };
    let compiled = time(options)?;
    time(&cached)?;
    let read = time(&cached)?;
    println!(
        "start: {compiled:.0} ms where the component is compiled, {read:.1} ms where its code is cached"
    );
    Ok(())
}

fn times(name: &str, source: &[u8], sandbox: &Sandbox, fuelled: &Sandbox) {
    let expected = linked(source);
    assert!(transform(sandbox, source) == expected, "the sandbox makes other bytes");
    assert!(transform(fuelled, source) == expected, "the sandbox makes other bytes");
    let mut rounds = [const { Vec::new() }; 3];
    for _ in 0..ROUNDS {
        // In turns, so that other work of the machine affects all alike.
        rounds[0].push(time(|| drop(linked(source))));
        rounds[1].push(time(|| drop(transform(sandbox, source))));
        rounds[2].push(time(|| drop(transform(fuelled, source))));
    }
    let [native, inside, counted] = rounds.map(|mut times| {
        times.sort_by(f64::total_cmp);
        times[times.len() / 2]
    });
    println!(
        "{name:>26} {native:6.1} ms {inside:6.1} ms  {:5.2}  {counted:7.1} ms  {:5.2}",
        inside / native,
        counted / native
    );
}

fn time(work: impl FnOnce()) -> f64 {
    let began = Instant::now();
    work();
    began.elapsed().as_secs_f64() * 1e3
}

/// What this many threads reach, each repeating the same.
struct Rate {
    a_second: f64,
    /// Growth of the process at its peak, per thread.
    bytes_each: f64,
}

fn rate(threads: usize, work: impl Fn() + Sync) -> Rate {
    let before = memory("VmRSS:");
    fs::write("/proc/self/clear_refs", "5").expect("the peak of the memory can be reset");
    let (began, done) = (Instant::now(), AtomicUsize::new(0));
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while began.elapsed() < SPAN {
                    work();
                    done.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
    });
    Rate {
        a_second: done.into_inner() as f64 / began.elapsed().as_secs_f64(),
        bytes_each: (memory("VmHWM:") - before) / threads as f64,
    }
}

/// A line of the process's memory, in bytes.
fn memory(line: &str) -> f64 {
    let status = fs::read_to_string("/proc/self/status").expect("Linux says so");
    let rest = status.lines().find_map(|text| text.strip_prefix(line)).expect("Linux says so");
    rest.trim().trim_end_matches(" kB").parse::<f64>().expect("a number") * 1024.0
}

fn transform(sandbox: &Sandbox, source: &[u8]) -> Vec<u8> {
    sandbox.transform(source, &page_width(), &Limits::default()).expect("the photo is whole").bytes
}

fn linked(source: &[u8]) -> Vec<u8> {
    edgepix_core::transform(source, &page_width(), &Limits::default()).expect("the photo is whole").bytes
}

/// What pages request most.
fn page_width() -> Transform {
    Transform::builder().width(800).format(Format::Jpeg).build().expect("800 is a width")
}
