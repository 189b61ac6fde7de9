//! `deploy/edgepix.service`, by systemd's own check.

use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use super::support::process::Process;
use super::{file, tool, with};

const PROGRAM: &str = "/usr/local/bin/edgepix";

/// The most exposure that systemd may find, in tenths: 0 is none, 100 all.
const EXPOSURE: &str = "15";

fn unit() -> String {
    file("platforms/server/deploy/edgepix.service")
}

/// The values of a key, in their order.
fn values<'a>(unit: &'a str, key: &str) -> Vec<&'a str> {
    unit.lines().filter_map(|line| line.strip_prefix(key)?.strip_prefix('=')).collect()
}

fn analyze(arguments: &[&str], unit: &Path) -> (bool, String) {
    let mut command = Command::new(tool("EDGEPIX_TOOL_SYSTEMD_ANALYZE", "systemd-analyze"));
    let output = command.args(arguments).arg(unit).output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&said).into_owned())
}

#[test]
fn systemd_finds_nothing_wrong_and_little_exposed() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("edgepix.service");
    // systemd wants to find the program.
    let unit = with(
        unit(),
        &[(&format!("ExecStart={PROGRAM}"), &format!("ExecStart={}", env!("CARGO_BIN_EXE_edgepix")))],
    );
    fs::write(&path, &unit).unwrap();
    assert_eq!(analyze(&["verify", "--man=no"], &path), (true, String::new()));
    let threshold = format!("--threshold={EXPOSURE}");
    let (is_safe, said) = analyze(&["security", "--offline=yes", "--no-pager", &threshold], &path);
    assert!(is_safe, "{said}");

    // It would find a typing error.
    fs::write(&path, with(unit, &[("LockPersonality", "LockPersonalty")])).unwrap();
    assert!(analyze(&["verify", "--man=no"], &path).1.contains("LockPersonalty"));
}

#[test]
fn its_settings_are_the_servers_and_its_bounds_fit() {
    let unit = unit();
    let pairs = values(&unit, "Environment").into_iter().flat_map(|line| line.split(' '));
    let mut variables: Vec<_> = pairs.map(|pair| pair.split_once('=').unwrap()).collect();
    assert!(
        variables.contains(&("EDGEPIX_LISTEN", "127.0.0.1:3000")),
        "as the proxies expect: {variables:?}"
    );
    variables.retain(|(name, _)| *name != "EDGEPIX_LISTEN");
    let server = Process::start(&variables);
    let start = server.line("listening");
    assert!(!server.log().contains("WARN"), "{}", server.log());

    // The time to stop is longer than that of running requests and of their last answers.
    let said = start["stop"].as_str().unwrap();
    let drain: u64 = said.split(' ').find_map(|word| word.parse().ok()).unwrap();
    let timeout: u64 = values(&unit, "TimeoutStopSec")[0].parse().unwrap();
    assert!(timeout > drain + 1, "{said}");
    // The memory is what the defaults add up to.
    let defaults = (512 + 64 + 128).to_string();
    assert_eq!(values(&unit, "MemoryMax"), [format!("{defaults}M")]);
}
