//! What is done to modules after the compiler: components made, joined and bound.

use std::path::Path;

use wac_graph::types::Package;
use wac_graph::{CompositionGraph, EncodeOptions};
use wasm_bindgen_cli_support::Bindgen;
use wit_component::{ComponentEncoder, DecodedWasm};
use wit_parser::{PackageId, PackageMetadata, Resolve, WorldItem};

use crate::step::{Failure, root};

/// The packages of `wit/`, each after those that it names.
const WIT: [&str; 2] = ["wit/image-processor", "wit/pipeline"];

/// The world that the component is of.
const WORLD: &str = "image-pipeline";

/// A component of a module that carries its world.
pub(crate) fn component(module: &[u8]) -> Result<Vec<u8>, Failure> {
    ComponentEncoder::default()
        .validate(true)
        .module(module)
        .and_then(|mut encoder| encoder.encode())
        .map_err(|error| format!("the module does not become a component: {error:#}"))
}

/// The component with what `wit/` says about its world, its interfaces and their functions, for those who look into the
/// file with `wasm-tools component wit`.
///
/// It becomes the documentation of the world: a component cannot hold that of interfaces which other packages
/// define. What is said about their types is in the packages, see [`wit_packages`].
pub(crate) fn documented(component: &[u8]) -> Result<Vec<u8>, Failure> {
    let documented = || {
        let (known, packages) = wit()?;
        let world = packages.iter().find_map(|&package| known.packages[package].worlds.get(WORLD));
        let world = &known.worlds[*world.ok_or_else(|| anyhow::anyhow!("wit/ has no world {WORLD}"))?];
        let mut text = format!("{}\n", world.docs.contents.as_deref().unwrap_or_default().trim_end());
        for (key, item) in &world.exports {
            let WorldItem::Interface { id, .. } = item else { continue };
            let interface = &known.interfaces[*id];
            let mut say = |name: &str, docs: &Option<String>| {
                text += &format!("{name}: {}\n", docs.as_deref().unwrap_or_default().trim_end());
            };
            say(&format!("\n`{}`", known.name_world_key(key)), &interface.docs.contents);
            for (name, function) in &interface.functions {
                // Without the sort of function: `[method]source.plan`.
                let name = name.rsplit(']').next().unwrap_or(name);
                say(&format!("- `{name}`"), &function.docs.contents);
            }
        }
        let DecodedWasm::Component(mut resolve, world) = wit_component::decode(component)? else {
            anyhow::bail!("it is a WIT package");
        };
        resolve.worlds[world].docs.contents = Some(text.trim().to_owned());
        let package =
            resolve.worlds[world].package.ok_or_else(|| anyhow::anyhow!("its world has no package"))?;
        let section = PackageMetadata::extract(&resolve, package).encode()?;
        let component = [component, &custom_section(PackageMetadata::SECTION_NAME, &section)].concat();
        let DecodedWasm::Component(read, root) = wit_component::decode(&component)? else {
            anyhow::bail!("it is a WIT package now");
        };
        anyhow::ensure!(read.worlds[root].docs == resolve.worlds[world].docs, "it is read otherwise");
        Ok::<_, anyhow::Error>(component)
    };
    documented().map_err(|error| format!("the component is not documented: {error:#}"))
}

/// A package of `wit/`.
pub(crate) struct WitPackage {
    /// Namespace, name and version, as `edgepix-pipeline-0.1.0`.
    pub(crate) name: String,
    /// As it was written.
    pub(crate) text: String,
    /// As registries take it, with its documentation.
    pub(crate) encoded: Vec<u8>,
}

/// The packages of `wit/`.
pub(crate) fn wit_packages() -> Result<Vec<WitPackage>, Failure> {
    let packed = || {
        let (known, packages) = wit()?;
        let pack = |(&id, folder): (&PackageId, &str)| {
            let encoded = wit_component::encode(&known, id)?;
            let DecodedWasm::WitPackage(decoded, again) = wit_component::decode(&encoded)? else {
                anyhow::bail!("{folder}: it is a component");
            };
            anyhow::ensure!(decoded.packages[again].docs.contents.is_some(), "{folder}: no documentation");
            let package = &known.packages[id].name;
            let version = package.version.as_ref().map(ToString::to_string).unwrap_or_default();
            let name = format!("{}-{}-{version}", package.namespace, package.name);
            let text = std::fs::read_to_string(root().join(folder).join(format!("{}.wit", package.name)))?;
            Ok(WitPackage { name, text, encoded })
        };
        packages.iter().zip(WIT).map(pack).collect::<Result<_, anyhow::Error>>()
    };
    packed().map_err(|error| format!("the WIT packages: {error:#}"))
}

fn wit() -> Result<(Resolve, Vec<PackageId>), anyhow::Error> {
    let mut resolve = Resolve::default();
    let packages: Result<_, anyhow::Error> =
        WIT.iter().map(|folder| Ok(resolve.push_dir(root().join(folder))?.0)).collect();
    Ok((resolve, packages?))
}

/// A section that engines skip: nothing of a module's or component's meaning depends on it.
fn custom_section(name: &str, data: &[u8]) -> Vec<u8> {
    let content = [&leb128(name.len()), name.as_bytes(), data].concat();
    [&[0], &leb128(content.len())[..], &content].concat()
}

fn leb128(mut number: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    while number > 0x7F {
        bytes.push((number & 0x7F) as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
    bytes
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
