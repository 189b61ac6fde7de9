//! wasmCloud's manifest asks for what the built component needs, and names every setting.

use std::collections::BTreeSet;
use std::path::Path;

use edgepix_service::NAMES;
use serde_json::Value;
use wit_component::DecodedWasm;

/// What every host of wasmCloud links in, asked for or not, and the types that come with the interfaces that use them.
const ALWAYS_THERE: [&str; 5] = ["wasi:cli/", "wasi:clocks/", "wasi:io/", "wasi:random/", "wasi:http/types"];

fn file(path: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path);
    std::fs::read(&path)
        .unwrap_or_else(|error| panic!("{}: {error}. `cargo xtask build` makes products.", path.display()))
}

/// The workload's specification in the manifest.
fn workload() -> Value {
    let manifest: Value = serde_norway::from_slice(&file("platforms/wasi-http/wasmcloud.yaml")).unwrap();
    assert_eq!(manifest["apiVersion"], "runtime.wasmcloud.dev/v1alpha1");
    assert_eq!(manifest["kind"], "WorkloadDeployment");
    manifest["spec"]["template"]["spec"].clone()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text"))
}

#[test]
fn host_interfaces_are_what_the_component_needs() {
    let decoded = wit_component::decode(&file("dist/wasi-http.wasm")).unwrap();
    let DecodedWasm::Component(resolve, world) = decoded else { panic!("it is no component") };
    let world = &resolve.worlds[world];
    let needed: BTreeSet<_> = (world.imports.keys().chain(world.exports.keys()))
        .map(|key| resolve.name_world_key(key))
        .filter(|name| !ALWAYS_THERE.iter().any(|there| name.starts_with(there)))
        .map(|name| name.split('@').next().unwrap_or_default().to_owned())
        .collect();

    let workload = workload();
    let mut asked = BTreeSet::new();
    for entry in workload["hostInterfaces"].as_array().unwrap() {
        for interface in entry["interfaces"].as_array().unwrap() {
            let (namespace, package) = (text(&entry["namespace"]), text(&entry["package"]));
            asked.insert(format!("{namespace}:{package}/{}", text(interface)));
        }
    }
    assert_eq!(asked, needed);
}

#[test]
fn the_environment_names_every_setting() {
    let workload = workload();
    let environment = &workload["components"][0]["localResources"]["environment"]["config"];
    let named: BTreeSet<_> = environment.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(named, BTreeSet::from(NAMES));
    // Kubernetes refuses values that are not texts.
    assert!(environment.as_object().unwrap().values().all(Value::is_string));
}
