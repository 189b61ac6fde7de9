//! More than can be done at once, and the end.

mod support;

use std::sync::Arc;
use std::time::Duration;

use edgepix_core::{Format, Limits, Transform};
use support::{LARGE, Server, header, problem, size, start_origin, until};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

#[tokio::test(flavor = "multi_thread")]
async fn eight_large_photos_at_once_are_all_answered_in_the_end() {
    let options = Transform::builder().width(2400).format(Format::Jpeg).build().unwrap();
    let plan = edgepix_core::plan(LARGE, &options, &Limits::default()).unwrap();
    // Enough for two of them, as one may have half.
    let budget = (2 * (plan.memory + LARGE.len() as u64)).to_string();

    let origin = start_origin();
    let base = origin.url("/");
    let server =
        Arc::new(Server::start(&[("EDGEPIX_ORIGIN", &base), ("EDGEPIX_MEMORY_BUDGET", &budget)]).await);
    let tasks: Vec<_> = (0..8)
        .map(|number| {
            let server = Arc::clone(&server);
            tokio::spawn(async move {
                let mut refusals = 0;
                loop {
                    let response = server.get(&format!("/resize/large-{number}?w=2400&format=jpeg")).await;
                    if response.status() == 200 {
                        assert_eq!(size(&response), (2400, 1350));
                        return refusals;
                    }
                    assert_eq!((response.status().as_u16(), problem(&response).as_str()), (503, "busy"));
                    assert_eq!(header(&response, "cache-control"), "no-store");
                    let seconds = header(&response, "retry-after").parse().unwrap();
                    refusals += 1;
                    tokio::time::sleep(Duration::from_secs(seconds)).await;
                }
            })
        })
        .collect();
    let mut refusals = Vec::new();
    for task in tasks {
        refusals.push(task.await.unwrap());
    }
    assert!(refusals.contains(&0), "{refusals:?}");
    assert!(refusals.iter().any(|count| *count > 0), "{refusals:?}");

    // What was reserved has come back.
    let all = server.get("/resize/large-9?w=2400&format=jpeg").await;
    assert_eq!(all.status(), 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_beyond_the_budget_is_too_large_with_the_numbers() {
    let server = Server::start(&[("EDGEPIX_MEMORY_BUDGET", "3000000")]).await;
    let response = server.get("/resize/dandelion.jpg?w=4000").await;
    assert_eq!((response.status().as_u16(), problem(&response).as_str()), (413, "too-large"));
    let body: serde_json::Value = serde_json::from_slice(response.body()).unwrap();
    assert!(body["actual"].as_u64() > body["limit"].as_u64(), "{body}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_least_budget_is_enough_for_a_pixel() {
    let origin = start_origin();
    let formats = [Format::Jpeg, Format::Png, Format::Webp, Format::Gif];
    for format in formats {
        let options = Transform::builder().width(1).height(1).format(format).build().unwrap();
        let pixel = edgepix_core::transform(&support::photo(), &options, &Limits::default()).unwrap();
        origin.put(&format!("/pixel.{format}"), pixel.bytes);
    }
    let base = origin.url("/");
    let server = Server::start(&[("EDGEPIX_ORIGIN", &base), ("EDGEPIX_MEMORY_BUDGET", "2097152")]).await;
    for (source, result) in formats.iter().flat_map(|source| formats.map(|result| (source, result))) {
        let response = server.get(&format!("/resize/pixel.{source}?w=1&format={result}")).await;
        assert_eq!(response.status(), 200, "{source} to {result}: {:?}", response.body());
        assert_eq!(size(&response), (1, 1), "{source} to {result}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_takes_half_of_the_budget_at_most() {
    let transform = Transform::builder().width(2400).format(Format::Jpeg).build().unwrap();
    let plan = edgepix_core::plan(LARGE, &transform, &Limits::default()).unwrap();
    let needed = plan.memory + LARGE.len() as u64;
    for (budget, status) in [(2 * needed, 200), (2 * needed - 2, 413)] {
        let server = Server::start(&[("EDGEPIX_MEMORY_BUDGET", &budget.to_string())]).await;
        let response = server.get("/resize/dandelion.jpg?w=2400&format=jpeg").await;
        assert_eq!(response.status(), status, "{budget}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn stopping_finishes_what_runs_and_takes_nothing_new() {
    let origin = start_origin();
    let server = Server::before(&origin).await;
    let address = server.address;
    // A connection that is idle must not hold the end up.
    let mut idle = TcpStream::connect(address).await.unwrap();
    let mut running = TcpStream::connect(address).await.unwrap();
    running.write_all(b"GET /resize/slow-3?w=32 HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
    until(|| origin.count("/slow-3") == 1).await;

    let stopped = server.stop();
    until(|| std::net::TcpStream::connect(address).is_err()).await;
    let mut answer = Vec::new();
    running.read_to_end(&mut answer).await.unwrap();
    assert!(answer.starts_with(b"HTTP/1.1 200 OK\r\n"));
    assert!(stopped.await.unwrap());
    assert_eq!(idle.read(&mut [0]).await.unwrap_or(0), 0);
}
