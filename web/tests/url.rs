//! `edgepix/url` against the service's own parser: what the one writes the other reads, and nothing else.

use std::path::Path;
use std::process::Command;

use edgepix_core::{Dpr, device_pixels};
use edgepix_service::params::{Choice, parse_query};
use edgepix_service::{Config, params::Params};
use edgepix_web::Options;
use serde_json::Value;

#[test]
fn the_service_reads_what_was_meant() {
    let lines = written();
    let requests: Vec<&Value> = lines.iter().filter(|line| line["url"].is_string()).collect();
    assert!(requests.len() > 60, "{} requests", requests.len());
    for request in requests {
        let url = text(&request["url"]);
        let read = read(url, text(&request["src"]));
        let mut wanted = Options::new();
        for (name, value) in request["options"].as_object().expect(url) {
            match (name.as_str(), value) {
                ("version", version) => {
                    let version = version.as_str().map_or_else(|| version.to_string(), str::to_owned);
                    assert_eq!(read.version.as_deref(), Some(version.as_str()), "{url}");
                }
                ("format", Value::String(format)) => {
                    let wanted = format.parse().map_or(Choice::Auto, Choice::Named);
                    assert_eq!(read.format, wanted, "{url}");
                }
                (name, value) => set(&mut wanted, name, value),
            }
        }
        assert_eq!(read.asked, *wanted.transform(), "{url}");
    }
}

#[test]
fn sizes_round_as_the_service_rounds() {
    let lines = written();
    let sides: Vec<&Value> = lines.iter().filter_map(|line| line.get("sides")).collect();
    assert!(sides.len() > 60, "{} sizes", sides.len());
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

/// What the service reads of a URL, whose source must be `src`.
fn read(url: &str, src: &str) -> Params {
    let rest = url.strip_prefix("https://img.example.com/").expect(url);
    let rest = rest.strip_prefix("resize/").or_else(|| rest.strip_prefix("info/")).expect(url);
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let params = parse_query(query, &Config::default()).expect(url);
    let source = match params.source.clone() {
        Some(source) => source,
        // A path is text that was encoded once, without a query of its own.
        None => parse_query(&format!("src={path}"), &Config::default()).expect(url).source.expect(url),
    };
    assert_eq!(path.is_empty(), params.source.is_some(), "{url}");
    let meant = src.bytes().map(|byte| format!("%{byte:02x}")).collect::<String>();
    let meant = parse_query(&format!("src={meant}"), &Config::default()).expect(src).source;
    assert_eq!(Some(source), meant, "{url}");
    params
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
