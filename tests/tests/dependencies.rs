//! What the core is built of, and with which features: some of a crate's features change how it rounds or compresses,
//! and any crate of a program may turn them on for all. And what a feature that is off does not bring.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

/// Every crate that a picture may go through, and its features in this workspace. None of these picks other arithmetic,
/// as `libm`'s unstable ones or the SIMD paths of a colour library would: whoever changes the list has to see to that.
const CRATES: &[(&str, &[&str])] = &[
    ("bytemuck", &["extern_crate_alloc"]),
    ("fdeflate", &[]),
    ("libm", &["arch", "default"]),
    ("safe_arch", &["bytemuck", "default"]),
    ("simd-adler32", &["const-generics", "default", "std"]),
    ("strsim", &[]),
    ("wide", &["default", "std"]),
];

/// What no pixel goes through: parameters of URLs, and metadata as JSON.
const TEXT_ONLY: [&str; 2] = ["percent-encoding", "serde"];

#[test]
fn no_feature_changes_results() {
    let found = crates();
    let expected: BTreeMap<_, _> = CRATES
        .iter()
        .map(|(name, features)| {
            ((*name).to_owned(), features.iter().map(|&feature| feature.to_owned()).collect::<BTreeSet<_>>())
        })
        .collect();
    let line = |(name, features): (&String, &BTreeSet<String>)| {
        format!("    (\"{name}\", &{:?}),\n", features.iter().collect::<Vec<_>>())
    };
    let lines: String = found.iter().map(line).collect();
    assert_eq!(found, expected, "found:\n{lines}");
}

#[test]
fn spans_cost_a_server_nothing_that_is_built_without_them() {
    let needed = |features: &[&str]| {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["tree", "--locked", "--package", "edgepix", "--edges", "normal", "--prefix", "none"]);
        let output = cargo.args(features).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let of_spans = ["opentelemetry", "prost"];
    let (without, with) = (needed(&[]), needed(&["--features", "otlp"]));
    assert!(of_spans.iter().all(|name| !without.contains(name) && with.contains(name)), "{without}");
}

/// Those that the core needs to run, with the features that all of the workspace together turns on.
fn crates() -> BTreeMap<String, BTreeSet<String>> {
    let mut cargo = Command::new(env!("CARGO"));
    let output = cargo.args(["metadata", "--format-version", "1", "--locked"]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let names: BTreeMap<_, _> = metadata["packages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|package| (text(&package["id"]), text(&package["name"])))
        .collect();
    let nodes: BTreeMap<_, _> = metadata["resolve"]["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|node| (text(&node["id"]), node))
        .collect();
    let core = names.iter().find(|(_, name)| *name == "edgepix-core").unwrap().0;
    let (mut crates, mut seen, mut waiting) = (BTreeMap::new(), BTreeSet::new(), vec![core.clone()]);
    while let Some(id) = waiting.pop() {
        if !seen.insert(id.clone()) {
            continue;
        }
        let node = nodes[&id];
        if TEXT_ONLY.contains(&names[&id].as_str()) {
            continue;
        }
        if !names[&id].starts_with("edgepix-") {
            let features: &mut BTreeSet<_> = crates.entry(names[&id].clone()).or_default();
            features.extend(node["features"].as_array().unwrap().iter().map(text));
        }
        let normal = |kinds: &Value| kinds.as_array().unwrap().iter().any(|kind| kind["kind"].is_null());
        let needed = node["deps"].as_array().unwrap().iter().filter(|dep| normal(&dep["dep_kinds"]));
        waiting.extend(needed.map(|dep| text(&dep["pkg"])));
    }
    crates
}
