//! What is checked without running anything of ours: form, lints, dependencies.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::step::{Failure, cargo, output, root, run, step};
use crate::{build, setup, versions};

/// What is linted as it is built.
const WASM: [(&str, &[&str]); 4] = [
    ("wasm32-unknown-unknown", &["-p=edgepix-cloudflare", "-p=edgepix-image-processor"]),
    ("wasm32-wasip1", &["-p=edgepix-fastly"]),
    ("wasm32-wasip2", &["-p=edgepix-spin", "-p=edgepix-spin-stand-in", "-p=edgepix-wasi-http"]),
    // Without the core, the component in its place.
    ("wasm32-wasip2", &["-p=edgepix-wasi-http", "--no-default-features", "--features=component"]),
];

/// Where this says `required`, advisories that cannot be had are a failure.
const ADVISORIES: &str = "EDGEPIX_ADVISORIES";

pub(crate) fn all() -> Result<(), Failure> {
    step("formatting", || {
        run(cargo().args(["fmt", "--all", "--check"]))
            .map_err(|error| format!("{error}\nFix it with: cargo fmt --all"))
    })?;
    step("versions", versions::agree)?;
    step("workflow actions", pinned_actions)?;
    step("lints", || run(build::native("clippy").args(["--all-targets", "--", "-D", "warnings"])))?;
    setup::wasm_targets()?;
    for (target, packages) in WASM {
        step(&format!("lints for {target}"), || {
            let mut command = cargo();
            command.args(["clippy", "--release", "--target", target]).args(packages);
            run(command.args(["--", "-D", "warnings"]))
        })?;
    }
    step("lints without codecs", || {
        let packages = ["--package", "edgepix-core", "--package", "edgepix-service"];
        run(cargo()
            .args(["clippy", "--release", "--no-default-features"])
            .args(packages)
            .args(["--", "-D", "warnings"]))
    })?;
    let deny = Deny { program: setup::cargo_deny()? };
    step("licences, bans and sources", || {
        run(deny.command().args(["check", "licenses", "bans", "sources"]))
    })?;
    step("advisories", || deny.advisories(env::var(ADVISORIES).is_ok_and(|value| value == "required")))
}

/// Every action of a workflow is named by its commit, with the version behind it: a tag can be moved.
fn pinned_actions() -> Result<(), Failure> {
    let folder = root().join(".github/workflows");
    for path in build::files(&folder)? {
        let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        if let Some(line) = text.lines().find(|line| line.contains("uses:") && !is_pinned(line)) {
            return Err(format!("{}: not pinned to a commit: {}", path.display(), line.trim()));
        }
    }
    Ok(())
}

/// Whether a line is as `- uses: owner/name@0123…cdef # v1.2.3`.
fn is_pinned(line: &str) -> bool {
    let reference = line.split_once('@').and_then(|(_, reference)| reference.split_once(" # v"));
    reference.is_some_and(|(commit, _)| commit.len() == 40 && commit.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// cargo-deny, with `deny.toml`.
struct Deny {
    program: PathBuf,
}

impl Deny {
    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.current_dir(root()).args(["--log-level", "warn"]);
        command
    }

    /// Known vulnerabilities and crates that nobody maintains. Their database is a Git repository elsewhere. Where that
    /// cannot be reached, an older copy serves; where there is none, this says so and is no failure, unless `required`.
    fn advisories(&self, required: bool) -> Result<(), Failure> {
        if let Err(error) = output(self.command().args(["fetch", "db"])) {
            let reason = error.lines().last().unwrap_or_default();
            if required {
                return Err(format!("the database of advisories cannot be fetched: {reason}"));
            }
            if !has_database(&cargo_home()) {
                eprintln!(
                    "NOT CHECKED: the database of advisories cannot be fetched: {reason}\n\
                     With {ADVISORIES}=required this is a failure, as it is in the workflows."
                );
                return Ok(());
            }
            eprintln!(
                "The database of advisories cannot be fetched ({reason}): the copy of an earlier run is used."
            );
        }
        run(self.command().args(["--offline", "check", "advisories"]))
    }
}

/// Cargo's folder, where cargo-deny keeps its databases.
fn cargo_home() -> PathBuf {
    let home = || PathBuf::from(env::var_os("HOME").unwrap_or_default()).join(".cargo");
    env::var_os("CARGO_HOME").map_or_else(home, PathBuf::from)
}

fn has_database(cargo_home: &Path) -> bool {
    let entries = fs::read_dir(cargo_home.join("advisory-dbs")).into_iter().flatten().flatten();
    entries.into_iter().any(|entry| entry.path().is_dir())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_commit_pins_an_action() {
        let commit = "0123456789abcdef0123456789abcdef01234567";
        assert!(is_pinned(&format!("      - uses: actions/checkout@{commit} # v5.1.0")));
        for line in
            ["- uses: actions/checkout@v5", "- uses: actions/checkout@0123456 # v5", "- uses: ./local"]
        {
            assert!(!is_pinned(line), "{line}");
        }
        assert!(!is_pinned(&format!("- uses: actions/checkout@{commit}")), "nobody sees which version");
    }
}
