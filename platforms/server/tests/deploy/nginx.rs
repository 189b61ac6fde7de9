//! nginx with `deploy/nginx.conf`.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use tempfile::TempDir;

use super::support::process::Process;
use super::{ACCEPTS, Proxy, asked, file, free_address, get, tool, with};

/// nginx, with a folder for all that it writes.
struct Nginx {
    proxy: Proxy,
    _folder: TempDir,
}

impl Nginx {
    /// Checks the file as nginx does before it takes one, and starts nginx in front of a server.
    fn before(server: &Process) -> Self {
        let folder = TempDir::new().unwrap();
        // Its workers run as another user.
        fs::set_permissions(&folder, Permissions::from_mode(0o755)).unwrap();
        let place = folder.path().display();
        let address = free_address();
        let site = with(
            file("platforms/server/deploy/nginx.conf"),
            &[
                ("listen 80;", &format!("listen {address};")),
                ("server 127.0.0.1:3000;", &format!("server {};", server.address)),
                ("/var/cache/nginx-edgepix", &format!("{place}/cache")),
            ],
        );
        fs::write(folder.path().join("site.conf"), site).unwrap();
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map(|name| format!("{name}_temp_path {place}/{name};"));
        // What stands around the file on a system.
        let main = format!(
            "pid {place}/pid;\nevents {{}}\nhttp {{\naccess_log off;\n{}\ninclude {place}/site.conf;\n}}\n",
            temporary.join("\n")
        );
        let path = folder.path().join("nginx.conf");
        fs::write(&path, main).unwrap();

        let nginx = || {
            let mut command = Command::new(tool("EDGEPIX_TOOL_NGINX", "nginx"));
            command.args(["-e", "stderr", "-c"]).arg(&path).stdin(Stdio::null());
            command
        };
        let checked = nginx().arg("-t").output().unwrap();
        let said = String::from_utf8_lossy(&checked.stderr);
        assert!(checked.status.success() && !said.contains("[warn]"), "{said}");
        let mut command = nginx();
        command.args(["-g", "daemon off;"]);
        Self { proxy: Proxy::start(command, address), _folder: folder }
    }
}

#[test]
fn the_second_request_is_a_hit_and_the_format_is_what_the_server_would_choose() {
    let server = Process::start(&[]);
    let nginx = Nginx::before(&server);
    let through = nginx.proxy.address;
    for (number, accept) in ACCEPTS.into_iter().enumerate() {
        let path = "/resize/fig.jpg?w=64";
        let (direct, proxied) = (get(server.address, path, accept), get(through, path, accept));
        assert_eq!((direct.status, proxied.status), (200, 200), "{accept}");
        for name in ["content-type", "etag", "vary", "cache-control"] {
            assert_eq!(proxied.header(name), direct.header(name), "{name} for {accept}");
        }
        assert_eq!(
            (proxied.header("vary").as_str(), proxied.body == direct.body),
            ("Accept", true),
            "{accept}"
        );
        // Two variants, whatever is written: the first of each is a miss.
        let status = proxied.header("cache-status");
        let is_first = [0, 2].contains(&number);
        let expected = if is_first { "nginx; fwd=uri-miss" } else { "nginx; hit" };
        assert!(status.ends_with(expected), "{accept}: {status}");
    }
    // Each was asked directly, and two for nginx.
    assert_eq!(asked(&server, "/resize/fig.jpg"), ACCEPTS.len() + 2);

    // One entry where the URL names the format.
    for (accept, status) in
        [("image/webp", "nginx; fwd=uri-miss"), ("", "nginx; hit"), ("image/png", "nginx; hit")]
    {
        let answer = get(through, "/resize/dogs.jpg?w=64&format=jpeg", accept);
        assert_eq!(
            (answer.header("content-type").as_str(), answer.header("vary").as_str()),
            ("image/jpeg", "")
        );
        assert!(answer.header("cache-status").ends_with(status), "{}", answer.head);
    }
    // However `auto` is spelt, nobody gets another's variant.
    for spelt in ["auto", "%61uto"] {
        let path = format!("/resize/dogs.jpg?w=65&format={spelt}");
        for (accept, media_type) in
            [("image/webp", "image/webp"), ("", "image/jpeg"), ("image/webp", "image/webp")]
        {
            assert_eq!(get(through, &path, accept).header("content-type"), media_type, "{spelt}");
        }
    }
}

#[test]
fn errors_pass_and_the_page_does_not() {
    let server = Process::start(&[]);
    let nginx = Nginx::before(&server);
    let through = nginx.proxy.address;
    for path in ["/", "/playground.js", "/samples.json", "/resized/fig.jpg", "/healthy"] {
        assert_eq!(get(through, path, "").status, 404, "{path}");
        assert_eq!(asked(&server, path), 0, "{path}");
    }
    assert_eq!(get(through, "/health", "").body, get(server.address, "/health", "").body);
    // Paths arrive as they were sent: the server refuses what nginx would have resolved.
    for (path, status) in [
        ("/resize/a%20b.jpg", 404),
        ("/resize/a%2Fb.jpg", 400),
        ("/resize/a/../fig.jpg", 400),
        ("/resize//fig.jpg", 400),
        ("/resize?src=fig.jpg&w=8", 200),
        ("/info/fig.jpg", 200),
    ] {
        let (direct, proxied) = (get(server.address, path, ""), get(through, path, ""));
        assert_eq!((direct.status, proxied.status), (status, status), "{path}");
        assert!(direct.body == proxied.body, "{path}");
        // A refusal is kept for its minute, as the server says.
        let again = get(through, path, "");
        assert!(again.header("cache-status").ends_with("nginx; hit"), "{path}: {}", again.head);
    }
}

#[test]
fn both_logs_know_a_request_by_one_id_and_stored_answers_have_none() {
    let server = Process::start(&[]);
    let nginx = Nginx::before(&server);
    let ids = [(); 2].map(|()| get(nginx.proxy.address, "/resize/fig.jpg?w=64", "").header("x-request-id"));
    assert!(ids[0] != ids[1] && ids.iter().all(|id| id.len() == 32), "{ids:?}");
    assert_eq!(server.line("/resize/fig.jpg")["span"]["request_id"].as_str(), Some(&*ids[0]));
}

#[test]
fn what_is_stored_is_given_while_the_server_is_away() {
    let server = Process::start(&[("EDGEPIX_TTL_MIN", "1"), ("EDGEPIX_TTL_DEFAULT", "1")]);
    let nginx = Nginx::before(&server);
    let ask = || get(nginx.proxy.address, "/resize/fig.jpg?w=64", "");
    let first = ask();
    assert_eq!((first.status, first.header("cache-control").as_str()), (200, "public, max-age=1"));
    thread::sleep(Duration::from_millis(2100));
    server.signal("TERM");
    assert!(server.end().0.success());
    let second = ask();
    assert_eq!(second.status, 200, "{}", second.head);
    let status = second.header("cache-status");
    assert!(status.contains("detail=stale") || status.contains("detail=updating"), "{status}");
    assert!(first.body == second.body);
    // What was never asked for cannot be had.
    assert_eq!(get(nginx.proxy.address, "/resize/fig.jpg?w=65", "").status, 502);
}
