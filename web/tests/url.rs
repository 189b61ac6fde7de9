//! `edgepix/url` against the parser of URLs: what the one writes the other reads, and nothing else.

use std::path::Path;
use std::process::Command;

use edgepix_core::{Action, Dpr, Limits, Query, Transform, device_pixels};
use edgepix_web::Options;
use serde_json::Value;

#[test]
fn the_service_reads_what_was_meant() {
    let lines = written();
    let requests: Vec<&Value> = lines.iter().filter(|line| line["url"].is_string()).collect();
    assert!(requests.len() > 60, "{} requests", requests.len());
    for request in requests {
        let url = text(&request["url"]);
        let (read, version) = read(url, text(&request["src"]));
        let mut wanted = Options::new();
        for (name, value) in request["options"].as_object().expect(url) {
            match (name.as_str(), value) {
                ("version", wanted) => {
                    let wanted = wanted.as_str().map_or_else(|| wanted.to_string(), str::to_owned);
                    assert_eq!(version.as_deref(), Some(wanted.as_str()), "{url}");
                }
                ("format", Value::String(format)) if format == "auto" => {
                    assert_eq!(read.format(), None, "{url}")
                }
                (name, value) => set(&mut wanted, name, value),
            }
        }
        assert_eq!(read, *wanted.transform(), "{url}");
    }
}

#[test]
fn sizes_round_as_the_service_rounds() {
    let lines = written();
    let sides: Vec<&Value> = lines.iter().filter_map(|line| line.get("sides")).collect();
    assert!(sides.len() > 3000, "{} sizes", sides.len());
    for side in sides {
        let (css, dpr) = (side[0].as_u64().unwrap() as u32, Dpr::new(side[1].as_f64().unwrap()).unwrap());
        assert_eq!(side[2].as_u64(), Some(device_pixels(css, dpr)), "{side}");
    }
}

/// What the module writes in Node.
fn written() -> Vec<Value> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/url.mjs");
    let output = Command::new("node").arg(script).output().expect("Node 20 or newer is needed");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = String::from_utf8(output.stdout).unwrap();
    lines.lines().map(|line| serde_json::from_str(line).expect(line)).collect()
}

/// What is read of a URL whose source must be `src`: the options and the version.
fn read(url: &str, src: &str) -> (Transform, Option<String>) {
    let rest = url.strip_prefix("https://img.example.com/").expect(url);
    let rest = rest.strip_prefix("resize/").or_else(|| rest.strip_prefix("info/")).expect(url);
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let limits = Limits::default();
    let mut query = Query::parse(query, Action::Transform, &limits).expect(url);
    let named = query.take("src").map(|source| source.into_owned());
    // A path is text that was encoded once, without a query of its own.
    assert_eq!(path.is_empty(), named.is_some(), "{url}");
    let source = named.unwrap_or_else(|| Query::decode(path).expect(url).into_owned());
    let without_slash = |path: &str| path.trim_start_matches('/').to_owned();
    assert_eq!(without_slash(&source), without_slash(src), "{url}");
    let version = query.take("v").map(|version| version.into_owned());
    (query.transform(&limits).expect(url), version)
}

fn set(options: &mut Options, name: &str, value: &Value) {
    let result = match value {
        Value::Bool(value) => options.flag(name, *value),
        Value::Number(value) => options.number(name, value.as_f64().unwrap()),
        Value::String(value) => options.text(name, value),
        Value::Object(parts) if name == "gravity" => {
            options.focus(parts["x"].as_f64().unwrap(), parts["y"].as_f64().unwrap())
        }
        Value::Object(parts) => {
            let text =
                |name: &str| parts[name].as_str().map_or_else(|| parts[name].to_string(), str::to_owned);
            options.text(name, &["x", "y", "width", "height"].map(text).join(","))
        }
        other => panic!("{name}: {other}"),
    };
    result.expect(name);
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}
