//! Caddy with `deploy/Caddyfile`.

use std::fs;
use std::process::{Command, Stdio};

use tempfile::TempDir;

use super::support::process::Process;
use super::{ACCEPTS, Proxy, asked, file, free_address, get, root, tool, with};

const FILE: &str = "platforms/server/deploy/Caddyfile";

/// Caddy, which keeps its certificates below this folder.
fn caddy(home: &TempDir) -> Command {
    let mut command = Command::new(tool("EDGEPIX_TOOL_CADDY", "caddy"));
    command.env("HOME", home.path()).env("XDG_DATA_HOME", home.path()).env("XDG_CONFIG_HOME", home.path());
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    command
}

#[test]
fn the_file_is_valid_as_it_is_written() {
    let home = TempDir::new().unwrap();
    let mut command = caddy(&home);
    command.args(["validate", "--adapter", "caddyfile", "--config"]).arg(root().join(FILE));
    let checked = command.output().unwrap();
    let said = String::from_utf8_lossy(&checked.stderr);
    assert!(checked.status.success() && !said.contains("not formatted"), "{said}");
}

#[test]
fn answers_pass_and_the_page_does_not() {
    let server = Process::start(&[]);
    let home = TempDir::new().unwrap();
    let address = free_address();
    let site = with(
        file(FILE),
        &[
            // Without a certificate, and for the host that the test names.
            (
                "images.example.com {",
                &format!("http://images.example.com:{} {{\n\tbind 127.0.0.1", address.port()),
            ),
            ("127.0.0.1:3000", &server.address.to_string()),
        ],
    );
    let path = home.path().join("Caddyfile");
    fs::write(&path, format!("{{\n\tadmin off\n}}\n{site}")).unwrap();
    let mut command = caddy(&home);
    command.args(["run", "--adapter", "caddyfile", "--config"]).arg(&path).stderr(Stdio::null());
    let caddy = Proxy::start(command, address);
    let through = caddy.address;
    for accept in ACCEPTS {
        let path = "/resize/fig.jpg?w=64";
        let (direct, proxied) = (get(server.address, path, accept), get(through, path, accept));
        assert_eq!((direct.status, proxied.status), (200, 200), "{accept}");
        for name in ["content-type", "etag", "vary", "cache-control"] {
            assert_eq!(proxied.header(name), direct.header(name), "{name} for {accept}");
        }
        assert!(direct.body == proxied.body, "{accept}");
    }
    for (path, status) in [
        ("/", 404),
        ("/samples.json", 404),
        ("/health", 200),
        ("/info/fig.jpg", 200),
        ("/resize?src=fig.jpg&w=8", 200),
        ("/resize/a%20b.jpg", 404),
        ("/resize/a%2Fb.jpg", 400),
    ] {
        assert_eq!(get(through, path, "").status, status, "{path}");
    }
    for path in ["/", "/samples.json"] {
        assert_eq!(asked(&server, path), 0, "{path}");
    }
}
