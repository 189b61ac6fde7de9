//! What is done to modules after the compiler: components made, joined and bound.

use std::path::Path;

use wac_graph::types::Package;
use wac_graph::{CompositionGraph, EncodeOptions};
use wasm_bindgen_cli_support::Bindgen;
use wit_component::{ComponentEncoder, DecodedWasm};

use crate::step::Failure;

/// A component of a module that carries its world.
pub(crate) fn component(module: &[u8]) -> Result<Vec<u8>, Failure> {
    ComponentEncoder::default()
        .validate(true)
        .module(module)
        .and_then(|mut encoder| encoder.encode())
        .map_err(|error| format!("the module does not become a component: {error:#}"))
}

/// The component's promise to its hosts, checked on what was built.
pub(crate) fn imports_nothing(component: &[u8]) -> Result<(), Failure> {
    let decoded = wit_component::decode(component)
        .map_err(|error| format!("the component is unreadable: {error:#}"))?;
    let DecodedWasm::Component(resolve, world) = decoded else {
        return Err("what was built is a WIT package, not a component".to_owned());
    };
    let imports: Vec<_> =
        resolve.worlds[world].imports.keys().map(|key| resolve.name_world_key(key)).collect();
    if imports.is_empty() {
        Ok(())
    } else {
        Err(format!("the component must import nothing, but imports {imports:?}"))
    }
}

/// The same of a module without components' types.
pub(crate) fn module_imports_nothing(module: &[u8]) -> Result<(), Failure> {
    for payload in wasmparser::Parser::new(0).parse_all(module) {
        match payload.map_err(|error| format!("the module is unreadable: {error}"))? {
            wasmparser::Payload::ImportSection(imports) if imports.count() > 0 => {
                return Err("the core module must import nothing, but has imports".to_owned());
            }
            _ => {}
        }
    }
    Ok(())
}

/// A component whose imports another one serves, as far as that exports them.
pub(crate) fn plug(socket: &[u8], plug: &[u8]) -> Result<Vec<u8>, Failure> {
    let joined = || {
        let mut graph = CompositionGraph::new();
        let mut register = |name: &str, bytes: &[u8]| {
            let package = Package::from_bytes(name, None, bytes.to_vec(), graph.types_mut())?;
            Ok::<_, anyhow::Error>(graph.register_package(package)?)
        };
        let (plug, socket) = (register("edgepix:plug", plug)?, register("edgepix:socket", socket)?);
        wac_graph::plug(&mut graph, vec![plug], socket)?;
        Ok::<_, anyhow::Error>(graph.encode(EncodeOptions::default())?)
    };
    joined().map_err(|error| format!("the components do not join: {error:#}"))
}

/// The JavaScript around a module that was compiled against wasm-bindgen, and the module as it is then.
pub(crate) fn bindings(module: &Path, name: &str, folder: &Path) -> Result<(), Failure> {
    let bound = Bindgen::new().input_path(module).out_name(name).web(true).and_then(|bindgen| {
        bindgen
            .typescript(false)
            .omit_default_module_path(true)
            .remove_name_section(true)
            .remove_producers_section(true)
            // A module that has trapped is replaced by a new instance.
            .reset_state_function(true)
            .generate(folder)
    });
    bound.map_err(|error| format!("{}: the bindings cannot be made: {error:#}", module.display()))
}
