//! What those who run the server see: metrics, readiness, ids and logs.

mod support;

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::time::Duration;

use edgepix_core::{Format, Kind};
use http::Request;
use support::exposition::Exposition;
use support::process::Process;
use support::{Server, header, problem, start_origin, until};

const TRACE: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

#[test]
fn the_checker_refuses_what_prometheus_would() {
    let good = "# HELP a_total Some \\\\ help\n# TYPE a_total counter\na_total{x=\"1\",y=\"a\\\"\\n,}\"} 1\na_total 2\n\
        # HELP h_seconds Times\n# TYPE h_seconds histogram\nh_seconds_sum 1.5\nh_seconds_count 2\n\
        h_seconds_bucket{le=\"0.5\"} 1\nh_seconds_bucket{le=\"+Inf\"} 2\n\
        # HELP g_info Gauge\n# TYPE g_info gauge\ng_info{v=\"\"} -1\n";
    let read = Exposition::parse(good).unwrap();
    assert_eq!((read.value("a_total", &[]), read.value("h_seconds_sum", &[])), (Some(2.0), Some(1.5)));
    for (old, new) in [
        // The order of lines, and lines that are not there.
        ("# HELP a_total Some \\\\ help\n", ""),
        ("# TYPE a_total counter\n", ""),
        ("# HELP g_info Gauge\n", "# HELP g_info Gauge\n# HELP g_info Gauge\n"),
        ("# TYPE g_info gauge\n", "# TYPE g_info gauge\n# TYPE g_info gauge\n"),
        ("g_info{v=\"\"} -1\n", "g_info{v=\"\"} -1\na_total{x=\"2\"} 1\n"),
        ("g_info{v=\"\"} -1\n", "g_info{v=\"\"} -1"),
        ("h_seconds_sum 1.5\n", ""),
        ("h_seconds_count 2\n", ""),
        ("h_seconds_bucket{le=\"+Inf\"} 2\n", ""),
        // Names.
        ("a_total", "a"),
        ("a_total", "9_total"),
        ("a_total", "a-b_total"),
        ("g_info", "g_total"),
        ("h_seconds", "h_sum"),
        ("x=", "__x="),
        ("x=", "x-y="),
        ("x=\"1\"", "y=\"1\""),
        // Values.
        ("Some \\\\ help", ""),
        ("Some \\\\ help", "Some \\x help"),
        ("y=\"a\\\"", "y=\"a\\q"),
        ("y=\"a\\\"", "y=\"a\""),
        ("a_total 2", "a_total -2"),
        ("a_total 2", "a_total two"),
        ("a_total 2", "a_total{} 2 3 4"),
        ("a_total 2", "a_total 2\na_total 2"),
        ("gauge", "guage"),
        // Buckets.
        ("h_seconds_count 2", "h_seconds_count 3"),
        ("le=\"0.5\"} 1", "le=\"0.5\"} 3"),
        ("le=\"0.5\"} 1", "le=\"half\"} 1"),
        ("le=\"0.5\"} 1", "le=\"+Inf\"} 2"),
        ("h_seconds_bucket{le=\"0.5\"} 1\n", "h_seconds_bucket 1\n"),
    ] {
        let bad = good.replace(old, new);
        assert!(bad != good && Exposition::parse(&bad).is_err(), "{old} -> {new}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn metrics_count_what_was_asked_in_prometheus_text() {
    let origin = start_origin();
    let base = origin.url("/");
    let settings = [("EDGEPIX_ORIGIN", &*base), ("EDGEPIX_METRICS", "127.0.0.1:0")];
    let server = Server::start(&settings).await;
    let before = scrape(&server).await;
    for state in ["hit", "stale", "expired", "miss", "none"] {
        assert_eq!(before.value("edgepix_cache_requests_total", &[("result", state)]), Some(0.0), "{state}");
    }

    let webp = server.get("/resize/photo.jpg?w=32&format=webp").await;
    let length = webp.body().len();
    let jpeg = server.get("/resize/photo.jpg?w=33&format=jpeg").await;
    assert_eq!(server.get("/resize/photo.jpg?w=32&format=webp").await.body(), webp.body());
    let etag = header(&webp, "etag");
    let asked = Request::get("/resize/photo.jpg?w=32&format=webp").header("if-none-match", etag);
    assert_eq!(server.ask(asked).await.status(), 304);
    let info = server.get("/info/photo.jpg").await;
    // Whatever strangers make up adds no series.
    for path in ["/resize/none.jpg", "/resize/a?w=0", "/resize/announced.jpg", "/nonsense-1", "/nonsense-2"] {
        assert!(server.get(path).await.status().is_client_error(), "{path}");
    }
    assert_eq!(
        server.ask(Request::builder().method("NONSENSE").uri("/resize/photo.jpg")).await.status(),
        405
    );
    for path in ["/health", "/ready"] {
        assert_eq!(server.get(path).await.status(), 200, "{path}");
    }

    let after = scrape(&server).await;
    let requests = |route, outcome, format| {
        let labels = [("route", route), ("outcome", outcome), ("format", format)];
        after.value("edgepix_requests_total", &labels)
    };
    for (route, outcome, format, count) in [
        ("resize", "ok", "webp", 2.0),
        ("resize", "ok", "jpeg", 1.0),
        ("resize", "not-modified", "none", 1.0),
        ("info", "ok", "json", 1.0),
        ("resize", "source-not-found", "none", 1.0),
        ("resize", "invalid-parameter", "none", 1.0),
        ("resize", "too-large", "none", 1.0),
        ("resize", "method-not-allowed", "none", 1.0),
        ("other", "not-found", "none", 2.0),
        ("health", "ok", "json", 1.0),
        ("ready", "ok", "json", 1.0),
    ] {
        assert_eq!(requests(route, outcome, format), Some(count), "{route} {outcome} {format}");
    }
    let cached = |result| after.value("edgepix_cache_requests_total", &[("result", result)]).unwrap();
    assert_eq!((cached("hit"), cached("miss"), cached("none")), (2.0, 3.0, 4.0));
    let value = |name| after.value(name, &[]).unwrap_or_else(|| panic!("no {name}"));
    for (name, count) in [
        ("edgepix_fetch_duration_seconds_count", 5.0),
        ("edgepix_queue_duration_seconds_count", 2.0),
        ("edgepix_transform_duration_seconds_count", 2.0),
        ("edgepix_source_bytes_total", 3.0 * support::photo().len() as f64),
        ("edgepix_cache_entries", 3.0),
        ("edgepix_cache_limit_bytes", f64::from(64 << 20)),
        ("edgepix_memory_budget_bytes", f64::from(512 << 20)),
        ("edgepix_work_reserved_instructions", 0.0),
        ("edgepix_memory_reserved_bytes", 0.0),
        ("edgepix_jobs_running", 0.0),
        ("edgepix_jobs_waiting", 0.0),
        ("edgepix_requests_running", 0.0),
    ] {
        assert_eq!(value(name), count, "{name}");
    }
    let held = (length + jpeg.body().len() + info.body().len()) as f64;
    assert!(
        value("edgepix_cache_held_bytes") > held
            && value("edgepix_answer_bytes_total") > held + length as f64
    );
    assert!(value("edgepix_jobs_limit") >= 1.0);
    let took = after.value("edgepix_request_duration_seconds_count", &[("route", "resize")]);
    assert_eq!(took, Some(8.0));

    // The documentation has all of them, and no others.
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/operations.md");
    let page = std::fs::read_to_string(page).unwrap();
    let documented: BTreeSet<_> = page
        .lines()
        .filter(|line| line.starts_with("| `edgepix_"))
        .flat_map(|line| line.split('`').filter(|word| word.starts_with("edgepix_")))
        .collect();
    assert!(after.families.keys().map(String::as_str).eq(documented), "{:?}", after.families.keys());

    // All words are of closed sets.
    let outcomes = Kind::ALL.map(Kind::slug).into_iter().chain(["ok", "not-modified", "gone"]);
    let formats = Format::all().map(Format::name).chain(["json", "none"]);
    assert!(after.label_values("outcome").is_subset(&outcomes.collect()));
    assert!(after.label_values("format").is_subset(&formats.collect()));
    assert_eq!(after.label_values("route"), BTreeSet::from(["resize", "info", "health", "ready", "other"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn metrics_are_at_their_own_address_alone() {
    let server = Server::start(&[("EDGEPIX_METRICS", "127.0.0.1:0")]).await;
    assert_eq!(problem(&server.get("/metrics").await), "not-found");
    let metrics = server.operations("/metrics").await;
    assert_eq!(header(&metrics, "content-type"), "text/plain; version=0.0.4; charset=utf-8");
    assert_eq!(header(&metrics, "cache-control"), "no-store");
    assert_eq!(server.operations("/health").await.body(), &br#"{"status":"healthy"}"#[..]);
    assert_eq!(server.operations("/ready").await.body(), &br#"{"status":"ready"}"#[..]);
    for path in ["/", "/resize/fig.jpg", "/info/fig.jpg", "/original/fig.jpg", "/metrics/"] {
        assert_eq!(problem(&server.operations(path).await), "not-found", "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_queue_is_not_ready_and_what_it_holds_is_counted() {
    let server = Server::start(&[
        ("EDGEPIX_METRICS", "127.0.0.1:0"),
        ("EDGEPIX_CONCURRENCY", "1"),
        ("EDGEPIX_MAX_OUTPUT_SIDE", "20000"),
        ("EDGEPIX_MAX_OUTPUT_PIXELS", "400000000"),
        ("EDGEPIX_MAX_WORK", "1000000000000"),
        ("EDGEPIX_MEMORY_BUDGET", "4000000000"),
    ])
    .await;
    // One that runs for long, and four that wait.
    let mut clients = Vec::new();
    for width in 0..5 {
        let path = format!("/resize/dandelion.jpg?w={}&enlarge=1&format=jpeg", 19_000 - width);
        clients.push(send(server.address, &path));
        let (jobs, address) = (f64::from(width), server.operations);
        until(|| {
            let load = Exposition::parse(&get(address, "/metrics").1).unwrap();
            let value = |name| load.value(name, &[]).unwrap();
            let busy = value("edgepix_jobs_running") == 1.0 && value("edgepix_jobs_waiting") == jobs;
            assert!(
                !busy
                    || value("edgepix_work_reserved_instructions") > 1e9
                        && value("edgepix_memory_reserved_bytes") > 1e6
            );
            busy
        })
        .await;
        assert_eq!(server.operations("/ready").await.status(), if width == 4 { 503 } else { 200 });
    }
    for answer in [server.get("/ready").await, server.operations("/ready").await] {
        assert_eq!((problem(&answer).as_str(), header(&answer, "retry-after")), ("busy", "1"));
        assert!(String::from_utf8_lossy(answer.body()).contains("queue is full"));
    }
    assert_eq!(server.get("/health").await.status(), 200);
    let refused = server.get("/resize/dandelion.jpg?w=18900&enlarge=1&format=jpeg").await;
    assert_eq!(problem(&refused), "busy");
    // The clients go away, and their jobs with them.
    drop(clients);
    let address = server.operations;
    until(|| get(address, "/ready").0.starts_with("HTTP/1.1 200")).await;
    until(|| {
        let load = Exposition::parse(&get(address, "/metrics").1).unwrap();
        let labels = [("route", "resize"), ("outcome", "gone"), ("format", "none")];
        let gone = load.value("edgepix_requests_total", &labels);
        gone == Some(5.0) && load.value("edgepix_work_reserved_instructions", &[]) == Some(0.0)
    })
    .await;
}

#[cfg(unix)]
#[test]
fn it_is_not_ready_while_it_drains_and_tells_until_its_end() {
    let origin = support::Gate::new();
    let server = Process::start(&[
        ("EDGEPIX_ORIGIN", &origin.url()),
        ("EDGEPIX_METRICS", "127.0.0.1:0"),
        ("EDGEPIX_DRAIN", "600"),
        ("EDGEPIX_TIMEOUT", "600"),
        ("EDGEPIX_FETCH_TIMEOUT", "600"),
    ]);
    let metrics = server.line("listening")["metrics"].as_str().unwrap().to_owned();
    let metrics: SocketAddr =
        metrics.strip_prefix("http://").unwrap().strip_suffix("/metrics").unwrap().parse().unwrap();
    let mut client = send(server.address, "/resize/photo.jpg?w=32");
    origin.asked();
    assert!(get(metrics, "/ready").0.starts_with("HTTP/1.1 200 "));
    server.signal("TERM");
    let mut head = String::new();
    for _ in 0..6000 {
        head = get(metrics, "/ready").0;
        if head.starts_with("HTTP/1.1 503 ") {
            break;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    assert!(head.starts_with("HTTP/1.1 503 ") && head.contains("retry-after: 1"), "{head}");
    assert!(get(metrics, "/ready").1.contains("The server is stopping"));
    assert!(get(metrics, "/health").0.starts_with("HTTP/1.1 200 "));
    let load = Exposition::parse(&get(metrics, "/metrics").1).unwrap();
    assert_eq!(load.value("edgepix_requests_running", &[]), Some(1.0));
    origin.open();
    let mut answer = Vec::new();
    client.read_to_end(&mut answer).unwrap();
    assert!(answer.starts_with(b"HTTP/1.1 200 "));
    assert!(server.end().0.success());
}

#[test]
fn every_line_about_a_request_carries_its_ids() {
    let origin = start_origin();
    let server = Process::start(&[("EDGEPIX_ORIGIN", &origin.url("/"))]);
    let head = request(
        server.address,
        "/resize/hangs-up?w=32",
        &[("X-Request-Id", "of-the-caller.1"), ("traceparent", TRACE)],
    );
    assert!(head.0.contains("x-request-id: of-the-caller.1\r\n"), "{}", head.0);
    let line = server.line("could not be fetched");
    let span = &line["span"];
    assert_eq!(
        (span["request_id"].as_str(), span["trace_id"].as_str()),
        (Some("of-the-caller.1"), Some("0af7651916cd43dd8448eb211c80319c")),
        "{line}"
    );
    let own = span["span_id"].as_str().unwrap();
    assert!(own.len() == 16 && own != "b7ad6b7169203331" && !own.contains(' '), "{line}");
    // Neither goes to the origin.
    let sent = origin.last().to_ascii_lowercase();
    assert!(
        sent.contains("cdn-loop") && !sent.contains("of-the-caller") && !sent.contains("traceparent"),
        "{sent}"
    );

    let server = Process::start(&[]);
    let ids: BTreeSet<_> = ["/resize/fig.jpg?w=32", "/resize/fig.jpg?w=32", "/nothing", "/"]
        .map(|path| {
            let (head, _) = request(server.address, path, &[("X-Request-Id", "not safe; at all")]);
            let id = head.lines().find_map(|line| line.strip_prefix("x-request-id: ")).unwrap().to_owned();
            let line = server.line(&id);
            assert_eq!(
                (line["message"].as_str(), line["span"]["request_id"].as_str()),
                (Some("answered"), Some(&*id))
            );
            assert!(line["span"].get("trace_id").is_none(), "{line}");
            id
        })
        .into();
    assert!(ids.len() == 4 && ids.iter().all(|id| id.len() == 32), "{ids:?}");
    assert!(!server.log().contains("not safe"));
}

#[test]
fn probes_are_logged_where_they_fail_or_are_asked_for() {
    let server = Process::start(&[]);
    for path in ["/health", "/ready", "/nothing"] {
        request(server.address, path, &[]);
    }
    server.line("/nothing");
    assert!(
        !server.log().contains("\"/health\"") && !server.log().contains("\"/ready\""),
        "{}",
        server.log()
    );
    let server = Process::start(&[("EDGEPIX_LOG", "debug")]);
    request(server.address, "/ready", &[]);
    server.line("\"/ready\"");
}

#[test]
fn no_secret_is_in_the_log_at_any_level() {
    const KEY: &str = "5ec2e70000000000000000000000000f";
    let origin = start_origin();
    let base = origin.url("/");
    origin.put("/photo.jpg?token=t0ken", support::photo().as_ref());
    origin.put("/text.jpg?token=t0ken", *b"no image");
    let allowed = format!("{base},http://127.0.0.1:1/");
    let keys = format!("k:{KEY}");
    let server = Process::start(&[
        ("EDGEPIX_LOG", "trace"),
        ("EDGEPIX_ORIGIN", &base),
        ("EDGEPIX_ALLOWED_SOURCES", &allowed),
        ("EDGEPIX_ALLOW_PRIVATE", "1"),
        ("EDGEPIX_SIGNING_KEYS", &keys),
        ("EDGEPIX_METRICS", "127.0.0.1:0"),
    ]);
    let key: edgepix_service::SigningKey = keys.parse().unwrap();
    let mut signatures = Vec::new();
    let mut signed = |path: &str, query: &str| {
        let signature = key.sign(path, query).unwrap();
        signatures.push(signature.clone());
        format!("{path}?{query}&sig={signature}")
    };
    let encode = |url: &str| {
        percent_encoding::utf8_percent_encode(url, percent_encoding::NON_ALPHANUMERIC).to_string()
    };
    let with_user = base.replace("http://", "http://name:passw0rd@");
    let redirect = format!("{base}to/http://127.0.0.1:1/behind.jpg?token=t0ken");
    let sources = [
        // Answered, missing, no image, refused, redirected to where nobody listens, and that itself.
        format!("{base}photo.jpg?token=t0ken"),
        format!("{base}status/500?token=t0ken"),
        format!("{base}text.jpg?token=t0ken"),
        format!("{with_user}photo.jpg"),
        "https://name:passw0rd@elsewhere.example/a.jpg?token=t0ken".to_owned(),
        "https://elsewhere.example/a.jpg?token=t0ken".to_owned(),
        redirect,
        "http://127.0.0.1:1/gone.jpg?token=t0ken".to_owned(),
    ];
    let mut answered = 0;
    for source in &sources {
        for route in ["/resize/", "/info/"] {
            let (head, _) = request(
                server.address,
                &signed(route, &format!("src={}", encode(source))),
                &[("Cookie", "c00kie"), ("Authorization", "Basic auth0rity")],
            );
            answered += usize::from(head.starts_with("HTTP/1.1 200"));
        }
    }
    assert_eq!(answered, 2);
    // A wrong signature is as secret: it may be a right one for another URL.
    let wrong = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY";
    request(server.address, &format!("/resize/photo.jpg?w=8&sig={wrong}"), &[]);
    request(server.address, &signed("/resize/photo.jpg", "w=8"), &[]);
    server.line("signature-refused");
    server.signal("TERM");
    let (_, log) = server.end();
    for told in
        ["gone.jpg could not be fetched", "behind.jpg could not be fetched", "elsewhere.example/ in EDGEPIX"]
    {
        assert!(log.contains(told), "{told}: {log}");
    }
    for secret in signatures.iter().map(String::as_str).chain([
        wrong,
        KEY,
        "passw0rd",
        "t0ken",
        "c00kie",
        "auth0rity",
        "sig=",
    ]) {
        let line = log.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "{secret}");
    }
}

async fn scrape(server: &Server) -> Exposition {
    let answer = server.operations("/metrics").await;
    let text = std::str::from_utf8(answer.body()).unwrap();
    Exposition::parse(text).unwrap_or_else(|error| panic!("{error}\n\n{text}"))
}

/// Sends a request and leaves its answer where it is.
fn send(address: SocketAddr, path: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: a\r\n\r\n").unwrap();
    stream
}

/// The head and the body of an answer.
fn get(address: SocketAddr, path: &str) -> (String, String) {
    request(address, path, &[])
}

fn request(address: SocketAddr, path: &str, headers: &[(&str, &str)]) -> (String, String) {
    let mut stream = TcpStream::connect(address).unwrap();
    let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{headers}\r\n").unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let text = String::from_utf8_lossy(&answer).into_owned();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    (format!("{head}\r\n"), body.to_owned())
}
