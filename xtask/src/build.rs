//! The products in `dist/`.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use clap::{Args, ValueEnum};

use crate::step::{self, Failure, cargo, output, root, run, step};
use crate::{playground, python, setup, test, wasm};

/// The most that a Worker may weigh, gzipped. The platform's own limit is twice that.
const WORKER: usize = 1_500_000;

/// The most that the component may weigh, gzipped.
const COMPONENT: usize = 430_000;

/// The folder of what the npm package is built with.
pub(crate) const WEB_TOOLS: &str = "web/tools";

/// What goes along with every copy of the code.
pub(crate) const LICENCES: [&str; 2] = ["LICENSE-MIT", "LICENSE-APACHE"];

#[derive(Args)]
pub(crate) struct Options {
    /// What to build. Without a name: everything, and the playground.
    product: Option<Product>,
}

/// A product that can be built alone.
#[derive(Clone, Copy, ValueEnum)]
enum Product {
    Server,
    Component,
    CAbi,
    Spin,
    Fastly,
    Cloudflare,
    WasiHttp,
    Npm,
}

pub(crate) fn run_all(options: &Options) -> Result<(), Failure> {
    let product = match options.product {
        None => return all(),
        Some(Product::Server) => server(),
        Some(Product::Component) => component(),
        Some(Product::CAbi) => c_abi(),
        Some(Product::Spin) => spin(),
        Some(Product::Fastly) => fastly(),
        Some(Product::Cloudflare) => cloudflare(),
        Some(Product::WasiHttp) => wasi_http(),
        Some(Product::Npm) => npm(),
    };
    sizes(&[product?])
}

pub(crate) fn all() -> Result<(), Failure> {
    setup::wasm_targets()?;
    // Side by side: a module's last step, to link it, keeps one core busy for a minute and more.
    let (server, modules) = step::both(server, modules)?;
    finish(modules, server)
}

/// The products that are WebAssembly, and what is made around them.
pub(crate) fn modules() -> Result<Vec<PathBuf>, Failure> {
    let component = component()?;
    let composed = composed(&component)?;
    let core = [c_abi()?, extism()?, python::wheel()?];
    let platforms = [spin()?, fastly()?, cloudflare()?, wasi_http()?];
    Ok([&[component], &core[..], &platforms, &[composed, npm()?]].concat())
}

/// The page, which is made of other products, and a table of all sizes.
pub(crate) fn finish(mut products: Vec<PathBuf>, server: PathBuf) -> Result<(), Failure> {
    products.push(playground::build(&dist()?.join("npm"), &server)?);
    products.push(server);
    sizes(&products)
}

/// What the hosts of the golden suite of these names run.
pub(crate) fn for_hosts(hosts: &[&str]) -> Result<(), Failure> {
    let any = |names: &[&str]| hosts.iter().any(|host| names.contains(host));
    if any(&["server"]) {
        server()?;
    }
    if any(&["sandbox"]) {
        server_with_sandbox()?;
    }
    if any(&["component", "composed", "sandbox"]) {
        let component = component()?;
        if any(&["composed"]) {
            composed(&component)?;
        }
    }
    if any(&["spin"]) {
        spin()?;
        spin_under_wasmtime()?;
    }
    if any(&["fastly"]) {
        fastly()?;
    }
    if any(&["cloudflare"]) {
        cloudflare()?;
    }
    if any(&["wasi-http", "jco"]) {
        wasi_http()?;
    }
    if any(&["node", "node-plain", "browser", "browser-plain"]) {
        npm()?;
    }
    Ok(())
}

/// `dist/edgepix`, the server for this machine, and what goes along with it: `dist/completions/`, `dist/man/`, and `dist/deploy/`,
/// which stands around it where it runs.
pub(crate) fn server() -> Result<PathBuf, Failure> {
    step("build the server", || {
        emptied("deploy")?;
        for path in files(&root().join("platforms/server/deploy"))? {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            copy(&path, &format!("deploy/{name}"))?;
        }
        run(cargo().args(["build", "--release", "--package", "edgepix"]))?;
        let name = format!("edgepix{}", std::env::consts::EXE_SUFFIX);
        let program = copy(&target_folder()?.join("release").join(&name), &name)?;
        for files in ["completions", "man"] {
            run(Command::new(&program).args([files, "--out-dir"]).arg(emptied(files)?))?;
        }
        Ok(program)
    })
}

/// `dist/test/edgepix-sandbox`, the server that can also have the images made in a sandbox.
pub(crate) fn server_with_sandbox() -> Result<PathBuf, Failure> {
    step("build the server with its sandbox", || {
        let folder = programs(&["--bin", "edgepix"])?;
        let program = folder.join(format!("edgepix{}", std::env::consts::EXE_SUFFIX));
        copy(&program, &format!("test/edgepix-sandbox{}", std::env::consts::EXE_SUFFIX))
    })
}

/// A command of cargo's on every native crate, always with the same features, so that every dependency is compiled once
/// for the tests, the golden suite, the benches and the examples. Wasmtime alone takes minutes.
pub(crate) fn native(command: &str) -> Command {
    let mut cargo = cargo();
    cargo
        .args([command, "--release", "--workspace", "--features", "edgepix/sandbox,edgepix/otlp"])
        .args(test::ONLY_WASM);
    cargo
}

/// Builds programs of the workspace, as `["--bin", "golden"]`, and gives their folder. An example is built along: what
/// only tests and examples depend on then counts for the features of dependencies, as it does when the tests are built.
pub(crate) fn programs(which: &[&str]) -> Result<PathBuf, Failure> {
    run(native("build").args(which).args(["--example", "resize"]))?;
    Ok(target_folder()?.join("release"))
}

/// `dist/image-processor.wasm`, the component that imports nothing.
pub(crate) fn component() -> Result<PathBuf, Failure> {
    let module = module("edgepix-image-processor", "wasm32-unknown-unknown", &[])?;
    let component = wasm::documented(&wasm::component(&read(&module)?)?)?;
    wasm::imports_nothing(&component)?;
    let weight = gzipped(&component);
    if weight > COMPONENT {
        return Err(format!("the component weighs {weight} bytes gzipped; at most {COMPONENT} are allowed"));
    }
    write("image-processor.wasm", &component)
}

/// `dist/edgepix.wasm`, the core module behind a C ABI.
pub(crate) fn c_abi() -> Result<PathBuf, Failure> {
    let path = module("edgepix-c-abi", "wasm32-unknown-unknown", &[])?;
    wasm::module_imports_nothing(&read(&path)?)?;
    copy(&path, "edgepix.wasm")
}

/// `dist/edgepix-extism.wasm`: Extism's calls for the core module.
pub(crate) fn extism() -> Result<PathBuf, Failure> {
    let text = root().join("components/c-abi/extism.wat");
    let module = wat::parse_file(text).map_err(|error| format!("the module for Extism: {error}"))?;
    write("edgepix-extism.wasm", &module)
}

/// `dist/npm/`, the npm package: its files as they are, the scripts of its threads, and the core with SIMD and without.
pub(crate) fn npm() -> Result<PathBuf, Failure> {
    let folder = emptied("npm")?;
    let mut glue = None;
    // One after the other: both builds are written to the same place. Their bindings' name stands in the modules'
    // imports, and one file of them serves both.
    for (flags, name) in [(SIMD, "edgepix.wasm"), (PLAIN, "edgepix-plain.wasm")] {
        let module = module_with("edgepix-web", "wasm32-unknown-unknown", &[], flags)?;
        let stage = emptied("stage")?;
        wasm::bindings(&module, "glue", &stage)?;
        copy(&stage.join("glue_bg.wasm"), &format!("npm/{name}"))?;
        let made = read(&stage.join("glue.js"))?;
        if glue.as_ref().is_some_and(|first| *first != made) {
            return Err("the bindings of the two builds differ; the package holds one".to_owned());
        }
        write("npm/glue.js", &made)?;
        glue = Some(made);
    }
    emptied("stage")?;
    for path in files(&root().join("web/npm"))? {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        copy(&path, &format!("npm/{name}"))?;
    }
    for name in LICENCES {
        copy(&root().join(name), &format!("npm/{name}"))?;
    }
    threads(&folder)?;
    Ok(folder)
}

/// Makes the scripts of the package's threads.
fn threads(package: &Path) -> Result<(), Failure> {
    let tools = setup::node_packages(WEB_TOOLS)?;
    let script = root().join(WEB_TOOLS).join("threads.mjs");
    step("bundle the threads of the npm package", || {
        run(Command::new("node").arg(&script).arg(package).arg(&tools))
    })
}

/// `dist/spin.wasm`.
pub(crate) fn spin() -> Result<PathBuf, Failure> {
    copy(&module("edgepix-spin", "wasm32-wasip2", &[])?, "spin.wasm")
}

/// `dist/test/spin-under-wasmtime.wasm`: the one above, with what only Spin provides beside it.
pub(crate) fn spin_under_wasmtime() -> Result<PathBuf, Failure> {
    let stand_in = module("edgepix-spin-stand-in", "wasm32-wasip2", &[])?;
    let joined = wasm::plug(&read(&dist()?.join("spin.wasm"))?, &read(&stand_in)?)?;
    write("test/spin-under-wasmtime.wasm", &joined)
}

/// `dist/fastly.wasm`.
pub(crate) fn fastly() -> Result<PathBuf, Failure> {
    copy(&module("edgepix-fastly", "wasm32-wasip1", &[])?, "fastly.wasm")
}

/// `dist/cloudflare/`: the Worker's module, what wasm-bindgen makes around it, and the script that starts both.
pub(crate) fn cloudflare() -> Result<PathBuf, Failure> {
    let module = module("edgepix-cloudflare", "wasm32-unknown-unknown", &[])?;
    let folder = emptied("cloudflare")?;
    wasm::bindings(&module, "edgepix_cloudflare", &folder)?;
    copy(&root().join("platforms/cloudflare/worker.mjs"), "cloudflare/worker.mjs")?;
    let weight: usize =
        files(&folder)?.iter().map(|path| Ok(gzipped(&read(path)?))).sum::<Result<_, Failure>>()?;
    if weight > WORKER {
        return Err(format!("the Worker weighs {weight} bytes gzipped; at most {WORKER} are allowed"));
    }
    Ok(folder)
}

/// `dist/wasi-http.wasm`.
pub(crate) fn wasi_http() -> Result<PathBuf, Failure> {
    copy(&module("edgepix-wasi-http", "wasm32-wasip2", &[])?, "wasi-http.wasm")
}

/// `dist/composed.wasm`: the service without the core, with the component in its place.
pub(crate) fn composed(component: &Path) -> Result<PathBuf, Failure> {
    let service =
        module("edgepix-wasi-http", "wasm32-wasip2", &["--no-default-features", "--features", "component"])?;
    write("composed.wasm", &wasm::plug(&read(&service)?, &read(component)?)?)
}

/// Fixed-width SIMD, which every engine of today has.
const SIMD: &str = "-Ctarget-feature=+simd128";
/// For the few that have none.
const PLAIN: &str = "-Ctarget-feature=-simd128";
/// 256 KiB, five times what the deepest job needs. Every instance begins with a stack, which is 1 MiB by default; one
/// that is used up traps.
const STACK: &str = "-Clink-arg=-zstack-size=262144";
/// How large a function LLVM puts into its callers when it links; what happens inside of a crate stays. With its default of 250
/// a module is 3 % larger gzipped, and no faster.
const INLINING: &str = "-Cllvm-args=-inline-threshold=100";
/// Between encoded flags.
const NEXT: &str = "\u{1f}";

/// Builds a package for a WebAssembly target, and gives the path of its module.
fn module(package: &str, target: &str, features: &[&str]) -> Result<PathBuf, Failure> {
    module_with(package, target, features, SIMD)
}

fn module_with(package: &str, target: &str, features: &[&str], flags: &str) -> Result<PathBuf, Failure> {
    setup::wasm_targets()?;
    let without = [(!features.is_empty(), " without the core"), (flags == PLAIN, " without SIMD")];
    let without: String = without.iter().filter(|(is, _)| *is).map(|(_, what)| *what).collect();
    step(&format!("build {package}{without}"), || {
        run(cargo()
            .args(["rustc", "--profile", "dist", "--target", target, "--package", package])
            .args(features)
            .args(["--", INLINING])
            // Set for this target alone, and stronger than a RUSTFLAGS of the environment, which would replace ours.
            .env("CARGO_ENCODED_RUSTFLAGS", [flags, STACK].join(NEXT)))?;
        let folder = target_folder()?.join(target).join("dist");
        // A library's file has its crate's name, a program's its package's.
        let names = [package.replace('-', "_"), package.to_owned()];
        let paths = names.map(|name| folder.join(name).with_extension("wasm"));
        let found = paths.iter().find(|path| path.is_file()).cloned();
        found.ok_or_else(|| format!("{} was not built", paths[0].display()))
    })
}

pub(crate) fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(path).map_err(|error| format!("{}: {error}", path.display()))
}

/// Writes a product.
pub(crate) fn write(name: &str, bytes: &[u8]) -> Result<PathBuf, Failure> {
    let path = dist()?.join(name);
    let folder = path.parent().unwrap_or(&path);
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(&path, bytes))
        .map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(path)
}

/// Copies a file to a product's place, with its permissions. The file there before may be running.
pub(crate) fn copy(from: &Path, name: &str) -> Result<PathBuf, Failure> {
    let path = dist()?.join(name);
    let _ = fs::remove_file(&path);
    let folder = path.parent().unwrap_or(&path);
    fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    fs::copy(from, &path).map_err(|error| format!("{}: {error}", from.display()))?;
    Ok(path)
}

/// The path of a folder below `dist/`, with nothing there.
pub(crate) fn emptied(name: &str) -> Result<PathBuf, Failure> {
    let folder = dist()?.join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    Ok(folder)
}

pub(crate) fn dist() -> Result<PathBuf, Failure> {
    let folder = root().join("dist");
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    Ok(folder)
}

/// Cargo's target folder, wherever the user has put it.
pub(crate) fn target_folder() -> Result<PathBuf, Failure> {
    let metadata = output(cargo().args(["metadata", "--format-version=1", "--no-deps", "--offline"]))?;
    let key = "\"target_directory\":\"";
    let start = metadata.find(key).ok_or("cargo metadata names no target folder")? + key.len();
    let end = metadata[start..].find('"').ok_or("cargo metadata is cut short")?;
    Ok(PathBuf::from(metadata[start..start + end].replace("\\\\", "\\")))
}

/// A table of the products' sizes. A folder is the sum of its files, each packed by itself.
pub(crate) fn sizes(products: &[PathBuf]) -> Result<(), Failure> {
    println!("\n{:<28} {:>12} {:>12}", "product", "bytes", "gzipped");
    for path in products {
        let (mut plain, mut packed) = (0, 0);
        for file in files(path)? {
            let bytes = read(&file)?;
            plain += bytes.len();
            packed += gzipped(&bytes);
        }
        let name = path.strip_prefix(root()).unwrap_or(path);
        println!("{:<28} {plain:>12} {packed:>12}", name.display());
    }
    Ok(())
}

/// A file alone, or all files below a folder.
pub(crate) fn files(path: &Path) -> Result<Vec<PathBuf>, Failure> {
    if path.is_file() {
        return Ok(vec![path.to_owned()]);
    }
    let entries = fs::read_dir(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let below: Result<Vec<_>, _> = entries.flatten().map(|entry| files(&entry.path())).collect();
    Ok(below?.concat())
}

fn gzipped(bytes: &[u8]) -> usize {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    // Nothing fails that is written into memory.
    let packed = gzip.write_all(bytes).and_then(|()| gzip.finish());
    packed.map_or(bytes.len(), |packed| packed.len())
}
