//! Jobs that take long, beside many that do not.

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use edgepix_core::{Format, Limits, Transform};
use edgepix_origin::Origin;
use support::process::Process;
use support::{Server, photo};

/// 100 megapixels in 45 kB.
const BOMB: &str = "strings-100mp.gif";
/// 100 megapixels in 12 kB, of which it holds every one.
const INTERLACED: &str = "adam7-palette-100mp.png";

fn bomb(name: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/golden/sources/bombs");
    std::fs::read(std::path::Path::new(folder).join(name)).unwrap()
}

fn origin() -> Origin {
    let origin = Origin::start(photo().as_ref()).unwrap();
    origin.put("/bomb-", bomb(BOMB));
    origin.put("/interlaced-", bomb(INTERLACED));
    origin
}

#[tokio::test(flavor = "multi_thread")]
async fn one_place_is_not_kept_by_large_jobs() {
    let transform = Transform::builder().width(16).format(Format::Png).build().unwrap();
    assert!(edgepix_core::plan(&bomb(BOMB), &transform, &Limits::default()).unwrap().work > 1_000_000_000);
    let (origin, done) = (origin(), Arc::new(AtomicUsize::new(0)));
    let settings = [("EDGEPIX_ORIGIN", &*origin.url("/")), ("EDGEPIX_CONCURRENCY", "1")];
    let server = Arc::new(Server::start(&settings).await);
    let bombs: Vec<_> = (0..8)
        .map(|number| {
            let (server, done) = (Arc::clone(&server), Arc::clone(&done));
            tokio::spawn(async move {
                let answer = server.get(&format!("/resize/bomb-{number}?w=16&format=png")).await;
                done.fetch_add(usize::from(answer.status() == 200), Ordering::Relaxed);
            })
        })
        .collect();
    while (0..8).any(|number| origin.count(&format!("/bomb-{number}")) == 0) {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    for number in 0..8 {
        assert_eq!(server.get(&format!("/resize/photo.jpg?w=32&v={number}")).await.status(), 200);
    }
    // Where each had waited for the place, as many large ones would be done.
    assert!(done.load(Ordering::Relaxed) < 8);
    bombs.iter().for_each(tokio::task::JoinHandle::abort);
}

#[test]
#[cfg(target_os = "linux")]
fn memory_goes_back_after_large_answers() {
    let server = Process::start(&[("EDGEPIX_CACHE_BYTES", "0")]);
    let base = format!("http://{}/resize", server.address);
    assert_eq!(get(&base, "/fig.jpg?w=32"), 200);
    let start = server.resident();
    thread::scope(|scope| {
        for client in 0..8 {
            let base = &base;
            scope.spawn(move || {
                for (number, format) in ["png", "gif"].into_iter().enumerate() {
                    let (width, height) = (2600 + 13 * client, 1800 + 7 * number);
                    let size = format!("w={width}&h={height}&fit=fill&enlarge=1");
                    let path = format!("/dandelion.jpg?{size}&format={format}&effort=fast");
                    // Others may have all places for longer than a request waits.
                    while get(base, &path) == 503 {
                        thread::sleep(Duration::from_millis(100));
                    }
                }
            });
        }
    });
    let bound = start + (64 << 20);
    let within = (0..600).any(|number| {
        assert_eq!(get(&base, &format!("/fig.jpg?w={}", 33 + number)), 200);
        thread::sleep(Duration::from_millis(100));
        server.resident() <= bound
    });
    assert!(within, "{} bytes, and {start} at the start", server.resident());
}

/// Prints how long small requests take alone, and beside eight large ones at a time:
///
/// ```text
/// cargo test --release -p edgepix --test heavy -- --ignored --nocapture
/// ```
///
/// For a machine that does nothing else.
#[test]
#[ignore = "measures time"]
fn small_requests_beside_eight_large_ones() {
    const MOST: f64 = 3.0;
    let origin = origin();
    let server = Process::start(&[("EDGEPIX_ORIGIN", &origin.url("/")), ("EDGEPIX_LOG", "info")]);
    let base = format!("http://{}/resize", server.address);
    let mut ratios = Vec::new();
    for attempt in 0..3 {
        let quiet = small_requests(&base, &format!("quiet-{attempt}"));
        let stop = AtomicBool::new(false);
        let done = AtomicUsize::new(0);
        let busy = thread::scope(|scope| {
            for client in 0..8 {
                let (base, stop, done) = (&base, &stop, &done);
                scope.spawn(move || {
                    let name = if client % 2 == 0 { "bomb" } else { "interlaced" };
                    let mut number = 0;
                    while !stop.load(Ordering::Relaxed) {
                        number += 1;
                        let path = format!("/{name}-{client}?w=16&format=png&v={attempt}-{number}");
                        match get(base, &path) {
                            200 => done.fetch_add(1, Ordering::Relaxed),
                            _ => {
                                thread::sleep(Duration::from_millis(100));
                                0
                            }
                        };
                    }
                });
            }
            thread::sleep(Duration::from_secs(1));
            let busy = small_requests(base.as_str(), &format!("busy-{attempt}"));
            stop.store(true, Ordering::Relaxed);
            busy
        });
        let ratio = busy.1.as_secs_f64() / quiet.1.as_secs_f64();
        println!(
            "p50 and p99 alone {:.1?} {:.1?}, beside eight large ones {:.1?} {:.1?}: {ratio:.1} times; {} large ones done",
            quiet.0,
            quiet.1,
            busy.0,
            busy.1,
            done.into_inner()
        );
        ratios.push(ratio);
    }
    let best = ratios.iter().copied().fold(f64::MAX, f64::min);
    assert!(best <= MOST, "p99 is {best:.1} times as long");
}

/// The median and the 99th percentile of 1000 requests that no cache answers, two at a time.
fn small_requests(base: &str, name: &str) -> (Duration, Duration) {
    let mut times: Vec<_> = thread::scope(|scope| {
        let clients: Vec<_> = (0..2)
            .map(|client| {
                scope.spawn(move || {
                    let ask = |number| {
                        let began = Instant::now();
                        assert_eq!(get(base, &format!("/photo.jpg?w=32&v={name}-{client}-{number}")), 200);
                        began.elapsed()
                    };
                    (0..500).map(ask).collect::<Vec<_>>()
                })
            })
            .collect();
        clients.into_iter().flat_map(|client| client.join().unwrap()).collect()
    });
    times.sort();
    (times[times.len() / 2], times[times.len() * 99 / 100])
}

/// Asks on a connection of its own. Gives the status.
fn get(base: &str, path: &str) -> u16 {
    use std::io::{Read, Write};
    let (address, route) = base.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    write!(stream, "GET /{route}{path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    String::from_utf8_lossy(&answer[9..12]).parse().unwrap()
}
