//! What a release is made of, in `dist/packages/`: crates, the npm package, the wheel for Python, the component, WIT packages,
//! checksums.
//!
//! Nothing is published here: `.github/workflows/release.yml` does that, and `docs/releasing.md` says when.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use clap::Args;
use sha2::{Digest, Sha256};

use crate::step::{Failure, cargo, output, root, run, step};
use crate::{build, python, semver, versions, wasm};

/// What every crate's package holds; those of some crates hold more.
const EVERY_CRATE: [&str; 5] = ["Cargo.toml", "LICENSE-APACHE", "LICENSE-MIT", "README.md", "src/lib.rs"];

/// The crate that compiles Wasmtime. It is packed, but not compiled from its package.
const SANDBOX: &str = "edgepix-sandbox";

/// The most that the crates' registry takes.
const CRATE: usize = 10 << 20;

#[derive(Args)]
pub(crate) struct Options {
    /// The tag of the release, as `v1.2.3`: checks that it is the version's, and that the release is not in the future.
    #[arg(long)]
    tag: Option<String>,
    /// Packs crates with changes that are not committed, too.
    #[arg(long)]
    allow_dirty: bool,
}

pub(crate) fn all(options: &Options) -> Result<(), Failure> {
    step("versions", || {
        versions::agree()?;
        options.tag.as_deref().map_or(Ok(()), versions::is_tag)
    })?;
    let (component, module, extism) = (build::component()?, build::c_abi()?, build::extism()?);
    let wheel = python::wheel()?;
    build::npm()?;
    let folder = build::emptied("packages")?;
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    crates(options, &folder)?;
    step("pack the npm package", || npm(&folder))?;
    step("pack the component, its WIT packages, the core module and the wheel for Python", || {
        pack(&component, "image-processor.wasm")?;
        pack(&module, "edgepix.wasm")?;
        pack(&extism, "edgepix-extism.wasm")?;
        pack(&wheel, &wheel.file_name().unwrap_or_default().to_string_lossy())?;
        pack(&root().join("components/c-abi/edgepix.h"), "edgepix.h")?;
        for package in wasm::wit_packages()? {
            build::write(&format!("packages/{}.wasm", package.name), &package.encoded)?;
            build::write(&format!("packages/{}.wit", package.name), package.text.as_bytes())?;
        }
        Ok(())
    })?;
    checksums(&folder)
}

/// All crates that are published, packed as `cargo publish` would, and compiled from what was packed.
fn crates(options: &Options, folder: &Path) -> Result<(), Failure> {
    let target = build::target_folder()?.join("packages");
    let packed = target.join("package");
    // What another version left is not to be taken for this one's.
    emptied(&packed)?;
    let names = published()?;
    step("compare the crates' interfaces with those published last", || semver::check(&names))?;
    let cargo = |words: &[&str]| {
        let mut command = cargo();
        command.args(words).arg("--target-dir").arg(&target);
        names.iter().for_each(|name| _ = command.args(["--package", name]));
        if options.allow_dirty {
            command.arg("--allow-dirty");
        }
        run(&mut command)
    };
    // Those that depend on others of ours go together: none of them needs to be published before.
    step("try to publish the crates", || cargo(&["publish", "--dry-run", "--no-verify"]))?;
    step("pack the crates", || {
        cargo(&["package", "--quiet", "--no-verify"])?;
        for name in &names {
            let file = format!("{name}-{}.crate", versions::VERSION);
            let path = packed.join(&file);
            let length = build::read(&path)?.len();
            if length > CRATE {
                return Err(format!("{file} is {length} bytes; at most {CRATE} are taken"));
            }
            pack(&path, &file)?;
        }
        Ok(())
    })?;
    step(&format!("compile the crates from their packages, but {SANDBOX}"), || {
        let sources = target.join("sources");
        emptied(&sources)?;
        names.iter().try_for_each(|name| unpacked(name, folder, &sources))?;
        compile(&names, &sources, &target)
    })
}

/// The workspace's crates that are not `publish = false`.
fn published() -> Result<Vec<String>, Failure> {
    let metadata = output(cargo().args(["metadata", "--format-version=1", "--no-deps", "--offline"]))?;
    let metadata: serde_json::Value =
        serde_json::from_str(&metadata).map_err(|error| format!("cargo metadata: {error}"))?;
    let packages = metadata["packages"].as_array().into_iter().flatten();
    let names = packages.filter(|package| package["publish"].is_null()).filter_map(|it| it["name"].as_str());
    Ok(names.map(str::to_owned).collect())
}

/// Unpacks a crate, and checks that what it needs of the files outside its folder is there.
fn unpacked(name: &str, packed: &Path, sources: &Path) -> Result<(), Failure> {
    let file = packed.join(format!("{name}-{}.crate", versions::VERSION));
    run(Command::new("tar").arg("-xzf").arg(&file).arg("-C").arg(sources))?;
    let source = sources.join(format!("{name}-{}", versions::VERSION));
    for wanted in EVERY_CRATE {
        if !source.join(wanted).is_file() {
            return Err(format!("{} has no {wanted}", file.display()));
        }
    }
    // Its bindings are made of these, and nothing below compiles it.
    let wit = if name == SANDBOX { build::files(&root().join("wit"))? } else { Vec::new() };
    for original in wit {
        let copy = source.join(original.strip_prefix(root()).unwrap_or(&original));
        if build::read(&copy)? != build::read(&original)? {
            return Err(format!("{} differs from {}", copy.display(), original.display()));
        }
    }
    Ok(())
}

/// Compiles the crates as who downloads them would, each other's packages in place of published ones.
fn compile(names: &[String], sources: &Path, target: &Path) -> Result<(), Failure> {
    let folder = |name: &str| format!("{name}-{}", versions::VERSION);
    let members: Vec<_> = names.iter().map(|name| folder(name)).collect();
    let mut manifest = format!("[workspace]\nresolver = \"3\"\nmembers = {members:?}\n\n[patch.crates-io]\n");
    for name in names {
        manifest += &format!("{name} = {{ path = \"{}\" }}\n", folder(name));
    }
    let write = |name: &str, bytes: &[u8]| {
        let path = sources.join(name);
        fs::write(&path, bytes).map_err(|error| format!("{}: {error}", path.display()))
    };
    write("Cargo.toml", manifest.as_bytes())?;
    write("Cargo.lock", &build::read(&root().join("Cargo.lock"))?)?;
    let mut command = cargo();
    command.current_dir(sources).args(["check", "--workspace", "--exclude", SANDBOX, "--target-dir"]);
    run(command.arg(target))
}

/// The npm package, which holds all of `dist/npm`, nothing else, and every file that its `package.json` names.
fn npm(folder: &Path) -> Result<(), Failure> {
    let mut command = Command::new("npm");
    command.current_dir(root()).args(["pack", "./dist/npm", "--silent", "--pack-destination"]).arg(folder);
    let file = folder.join(output(&mut command)?.trim());
    let list = output(Command::new("tar").arg("-tzf").arg(&file))?;
    let packed: BTreeSet<_> = list.lines().filter_map(|line| line.strip_prefix("package/")).collect();
    let built = root().join("dist/npm");
    let names = build::files(&built)?;
    let names = names.iter().filter_map(|path| path.strip_prefix(&built).ok()?.to_str());
    let names: BTreeSet<_> = names.collect();
    if packed != names {
        let differ: Vec<_> = packed.symmetric_difference(&names).collect();
        return Err(format!("the npm package and dist/npm differ in {differ:?}"));
    }
    let manifest = String::from_utf8_lossy(&build::read(&built.join("package.json"))?).into_owned();
    let named = manifest.split('"').filter_map(|text| text.strip_prefix("./"));
    let missing: Vec<_> =
        named.filter(|name| Path::new(name).extension().is_some() && !packed.contains(name)).collect();
    if missing.is_empty() {
        Ok(())
    } else {
        Err(format!("package.json names {missing:?}, which are not there"))
    }
}

fn pack(path: &Path, name: &str) -> Result<PathBuf, Failure> {
    build::copy(path, &format!("packages/{name}"))
}

/// `SHA256SUMS`, as `sha256sum --check` reads it; and the table of what there is.
fn checksums(folder: &Path) -> Result<(), Failure> {
    let mut files = build::files(folder)?;
    files.sort();
    let mut sums = String::new();
    println!("\n{:<44} {:>12}", "package", "bytes");
    for path in &files {
        let bytes = build::read(path)?;
        let digest: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        sums += &format!("{digest}  {name}\n");
        println!("{name:<44} {:>12}", bytes.len());
    }
    build::write("packages/SHA256SUMS", sums.as_bytes()).map(|_| ())
}

fn emptied(folder: &Path) -> Result<(), Failure> {
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))
}
