//! The products in `dist/`.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use wit_component::{ComponentEncoder, DecodedWasm};

use crate::setup;
use crate::step::{Failure, cargo, output, root, run, step};

pub(crate) fn all() -> Result<(), Failure> {
    let server = step("build the server", server)?;
    let component = component()?;
    sizes(&[component, server])
}

/// `dist/image-processor.wasm`, the component that imports nothing.
pub(crate) fn component() -> Result<PathBuf, Failure> {
    setup::wasm_targets()?;
    step("build the component", || {
        let target = "wasm32-unknown-unknown";
        run(cargo()
            .args(["build", "--profile", "dist", "--target", target, "--package", "edgepix-image-processor"])
            // Set for this target alone, and stronger than a RUSTFLAGS of the environment, which would replace ours.
            .env("CARGO_ENCODED_RUSTFLAGS", "-Ctarget-feature=+simd128"))?;
        let module = target_folder()?.join(target).join("dist/edgepix_image_processor.wasm");
        let module = fs::read(&module).map_err(|error| format!("{}: {error}", module.display()))?;
        let component = ComponentEncoder::default()
            .validate(true)
            .module(&module)
            .and_then(|mut encoder| encoder.encode())
            .map_err(|error| format!("the module does not become a component: {error:#}"))?;
        imports_nothing(&component)?;
        write("image-processor.wasm", &component)
    })
}

/// `dist/edgepix`, the server for this machine.
fn server() -> Result<PathBuf, Failure> {
    run(cargo().args(["build", "--release", "--package", "edgepix"]))?;
    let name = format!("edgepix{}", std::env::consts::EXE_SUFFIX);
    let program = target_folder()?.join("release").join(&name);
    let copy = dist()?.join(name);
    fs::copy(&program, &copy).map_err(|error| format!("{}: {error}", program.display()))?;
    Ok(copy)
}

/// The component's promise to its hosts, checked on what was built.
fn imports_nothing(component: &[u8]) -> Result<(), Failure> {
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

fn write(name: &str, bytes: &[u8]) -> Result<PathBuf, Failure> {
    let path = dist()?.join(name);
    fs::write(&path, bytes).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(path)
}

fn dist() -> Result<PathBuf, Failure> {
    let folder = root().join("dist");
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    Ok(folder)
}

/// Cargo's target folder, wherever the user has put it.
fn target_folder() -> Result<PathBuf, Failure> {
    let metadata = output(cargo().args(["metadata", "--format-version=1", "--no-deps", "--offline"]))?;
    let key = "\"target_directory\":\"";
    let start = metadata.find(key).ok_or("cargo metadata names no target folder")? + key.len();
    let end = metadata[start..].find('"').ok_or("cargo metadata is cut short")?;
    Ok(PathBuf::from(metadata[start..start + end].replace("\\\\", "\\")))
}

/// A table of the products' sizes.
fn sizes(products: &[PathBuf]) -> Result<(), Failure> {
    println!("\n{:<28} {:>12} {:>12}", "product", "bytes", "gzipped");
    for path in products {
        let bytes = fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        let gzipped =
            gzip.write_all(&bytes).and_then(|()| gzip.finish()).map_err(|error| error.to_string())?;
        let name = path.strip_prefix(root()).unwrap_or(Path::new(path));
        println!("{:<28} {:>12} {:>12}", name.display(), bytes.len(), gzipped.len());
    }
    Ok(())
}
