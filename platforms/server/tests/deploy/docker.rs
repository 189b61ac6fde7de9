//! `Dockerfile` and `.dockerignore`, as far as they can be tried without an engine.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use walkdir::WalkDir;

use super::support::process::{Process, program};
use super::{file, root};

/// The arguments of an instruction, wherever it stands.
fn all(instruction: &str) -> Vec<String> {
    let text = file("Dockerfile");
    let lines = text.lines().filter_map(|line| line.strip_prefix(instruction)?.strip_prefix(' '));
    lines.map(str::to_owned).collect()
}

/// The arguments of an instruction that stands once.
fn one(instruction: &str) -> String {
    let mut all = all(instruction);
    assert_eq!(all.len(), 1, "{instruction}");
    all.remove(0)
}

/// The folders of the packages that the one in `folder` is built from, itself among them.
fn needed(packages: &[serde_json::Value], folder: &Path) -> BTreeSet<PathBuf> {
    let mut needed = BTreeSet::new();
    let mut next = vec![folder.to_owned()];
    while let Some(folder) = next.pop() {
        let manifest = folder.join("Cargo.toml");
        let of = |package: &&serde_json::Value| {
            package["manifest_path"].as_str().map(Path::new) == Some(&manifest)
        };
        let package = packages.iter().find(of).unwrap_or_else(|| panic!("{}", manifest.display()));
        if !needed.insert(folder) {
            continue;
        }
        let dependencies = package["dependencies"].as_array().unwrap().iter();
        let built = dependencies.filter(|dependency| dependency["kind"] != "dev");
        next.extend(built.filter_map(|dependency| dependency["path"].as_str()).map(PathBuf::from));
    }
    needed
}

/// The files that a source includes.
fn included(source: &Path) -> Vec<PathBuf> {
    let text = fs::read_to_string(source).unwrap();
    let parts =
        ["include_str!(\"", "include_bytes!(\"", "include!(\""].map(|start| text.split(start).skip(1));
    let names = parts.into_iter().flatten().filter_map(|rest| rest.split_once('"'));
    let paths = names.map(|(name, _)| source.with_file_name("").join(name));
    // What is only written about is not there.
    paths.filter_map(|path| path.canonicalize().ok()).collect()
}

/// What Docker does not see, by paths from the root.
fn ignored() -> GlobSet {
    let mut set = GlobSetBuilder::new();
    let text = file(".dockerignore");
    for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        assert!(!line.starts_with(['!', '/']), "{line}: this test does not know that form");
        // A folder stands for all that is in it.
        for pattern in [line.to_owned(), format!("{line}/**")] {
            set.add(GlobBuilder::new(&pattern).literal_separator(true).build().unwrap());
        }
    }
    set.build().unwrap()
}

#[test]
fn base_images_are_pinned_and_the_compiler_is_the_oldest_that_will_do() {
    let images = all("FROM");
    assert_eq!(images.len(), 2);
    for image in &images {
        let name = image.split(' ').next().unwrap();
        let (repository, tag) = name.rsplit_once(':').unwrap_or_else(|| panic!("{name} has no tag"));
        assert!(!tag.contains("latest"), "{name}");
        let digits = |text: &str| text.contains(|c: char| c.is_ascii_digit());
        assert!(digits(tag) || digits(repository), "{name} names no version");
    }
    let manifest = file("Cargo.toml");
    let version = manifest.lines().find_map(|line| line.strip_prefix("rust-version = ")).unwrap();
    assert!(images[0].starts_with(&format!("rust:{}.", version.trim_matches('"'))), "{images:?}");
    // Both are of the same release of Debian: the program is linked with the first one's C library.
    assert!(images[0].contains("-bookworm") && images[1].contains("debian12"), "{images:?}");
    assert!(images[1].ends_with(":nonroot"), "{images:?}");
}

#[test]
fn what_is_copied_is_there() {
    let ignored = ignored();
    let copies = all("COPY");
    assert!(copies.len() >= 3, "{copies:?}");
    for copy in copies {
        let words: Vec<_> = copy.split(' ').collect();
        let (_, sources) = words.split_last().unwrap();
        match sources.split_first().unwrap() {
            (&"--from=build", built) => {
                // What cargo makes of the package that is built.
                assert_eq!(built, ["/src/target/release/edgepix"]);
                assert!(
                    all("RUN").iter().any(|run| run == "cargo build --release --locked --package edgepix")
                );
                assert!(all("WORKDIR").contains(&"/src".to_owned()));
                assert!(env!("CARGO_BIN_EXE_edgepix").ends_with("/edgepix"));
                assert_eq!(env!("CARGO_PKG_NAME"), "edgepix");
            }
            _ => {
                for source in sources {
                    assert!(root().join(source).exists() && !ignored.is_match(source), "{source}");
                }
            }
        }
    }
}

#[test]
fn the_context_has_all_that_the_server_is_built_from_and_not_what_is_large() {
    let ignored = ignored();
    let root = root();
    let is_sent = |path: &Path| !ignored.is_match(path.strip_prefix(&root).unwrap());

    // The manifests of all members, and the files that make a target of each: cargo reads those first.
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(&root).args(["metadata", "--format-version=1", "--no-deps", "--offline"]);
    let metadata: serde_json::Value = serde_json::from_slice(&cargo.output().unwrap().stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    assert!(packages.len() > 20);
    for package in packages {
        let targets = package["targets"].as_array().unwrap().iter().map(|target| &target["src_path"]);
        for path in targets.chain([&package["manifest_path"]]) {
            assert!(is_sent(Path::new(path.as_str().unwrap())), "{path}");
        }
    }
    for path in ["Cargo.toml", "Cargo.lock", ".cargo/config.toml"] {
        assert!(root.join(path).exists() && is_sent(&root.join(path)), "{path}");
    }

    // Every file of the packages that the server is built from, and what they include from elsewhere.
    let needed = needed(packages, &root.join("platforms/server"));
    assert!(needed.len() > 5 && needed.contains(&root.join("web/playground")), "{needed:?}");
    let mut sources = 0;
    for folder in needed {
        // `target` is not of a package, whatever it is called that cargo has made there.
        let entries = WalkDir::new(folder).into_iter().filter_entry(|entry| entry.file_name() != "target");
        for entry in entries.map(Result::unwrap).filter(|entry| entry.file_type().is_file()) {
            assert!(is_sent(entry.path()), "{}", entry.path().display());
            if entry.path().extension().is_some_and(|extension| extension == "rs") {
                sources += 1;
                for included in included(entry.path()) {
                    assert!(is_sent(&included), "{}", included.display());
                }
            }
        }
    }
    assert!(sources > 100, "{sources}");

    for path in ["target/release/edgepix", "core/codecs/jpeg/fuzz/target/a", ".git/config", "dist/edgepix"] {
        assert!(!is_sent(&root.join(path)), "{path}");
    }
    assert!(!is_sent(&root.join("tests/node/node_modules/a/b.js")));
    assert!(!is_sent(&root.join("tests/golden/a/expected.png")));
}

#[test]
fn its_variables_start_a_server_that_its_health_check_finds() {
    let variables = all("ENV");
    let pairs: Vec<_> = variables.iter().map(|line| line.split_once('=').unwrap()).collect();
    // The port that is published is the one that is listened on; the test's is another one.
    assert_eq!(pairs, [("PORT", &*one("EXPOSE"))]);
    let server = Process::start(&[("EDGEPIX_LISTEN", ""), ("PORT", "0")]);
    assert!(!server.log().contains("WARN"), "{}", server.log());

    let copied = all("COPY").pop().unwrap();
    let path = copied.rsplit(' ').next().unwrap();
    let words = |text: &str| -> Vec<String> { serde_json::from_str(text).unwrap() };
    assert_eq!(words(&one("ENTRYPOINT")), [path]);
    let check = one("HEALTHCHECK");
    let (_, command) = check.split_once(" CMD ").unwrap();
    let command = words(command);
    assert_eq!(command[0], path);
    let port = server.address.port().to_string();
    let output = program().args(&command[1..]).env("PORT", port).output().unwrap();
    assert!(output.status.success(), "{output:?}");
}
