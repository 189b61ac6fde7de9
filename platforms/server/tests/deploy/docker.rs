//! `Dockerfile` and `.dockerignore`, as far as they can be tried without an engine.

use std::fs;
use std::path::Path;
use std::process::Command;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

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

    // Every file that the compiler has read for the program, as cargo notes it.
    let notes = fs::read_to_string(Path::new(env!("CARGO_BIN_EXE_edgepix")).with_extension("d")).unwrap();
    let (_, read) = notes.split_once(": ").unwrap();
    let read: Vec<_> =
        read.split_whitespace().map(Path::new).filter(|path| path.starts_with(&root)).collect();
    assert!(read.len() > 100, "{}", read.len());
    for path in read {
        assert!(is_sent(path), "{}", path.display());
    }

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
