//! A folder as origin: what is in it, and nothing else.

mod support;

use std::fs;
use std::path::PathBuf;

use support::{Server, header, photo, problem, size};

/// A folder of its own for each test, removed with it.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("edgepix-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(path.join("photos/inner")).unwrap();
        for file in ["outside.jpg", "photos/a.jpg", "photos/inner/b c.jpg", "photos/.hidden.jpg"] {
            fs::write(path.join(file), photo()).unwrap();
        }
        Self(path)
    }

    fn origin(&self) -> String {
        self.0.join("photos").to_str().unwrap().to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn files_are_sources_with_a_date_and_a_tag_of_their_bytes() {
    let folder = Folder::new("files");
    for origin in [folder.origin(), format!("file://{}", folder.origin())] {
        let server = Server::start(&[("EDGEPIX_ORIGIN", &origin), ("EDGEPIX_CACHE_BYTES", "0")]).await;
        let response = server.get("/resize/a.jpg?w=32").await;
        assert_eq!((response.status().as_u16(), size(&response)), (200, (32, 22)));
        assert!(header(&response, "last-modified").ends_with("GMT"));
        // The same bytes under a new date are the same answer.
        fs::write(folder.0.join("photos/a.jpg"), photo()).unwrap();
        assert_eq!(header(&server.get("/resize/a.jpg?w=32").await, "etag"), header(&response, "etag"));
        assert_eq!(server.get("/resize/inner/b%20c.jpg").await.status(), 200);
        assert_eq!(server.get("/samples.json").await.body(), &b"[]"[..]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ways_out_and_hidden_things_are_not_found_or_wrong() {
    let folder = Folder::new("ways-out");
    let server = Server::start(&[("EDGEPIX_ORIGIN", &folder.origin())]).await;
    for (path, status) in [
        ("/resize/none.jpg", 404),
        ("/resize/inner", 404),
        ("/resize/inner/", 404),
        ("/resize/a.jpg/", 404),
        ("/resize/a.jpg/b.jpg", 404),
        ("/resize/.hidden.jpg", 404),
        ("/resize/?src=%2F.hidden.jpg", 404),
        ("/resize/C:/a.jpg", 404),
        ("/resize/../outside.jpg", 400),
        ("/resize/%2e%2e/outside.jpg", 400),
        ("/resize/..%2foutside.jpg", 400),
        ("/resize/?src=..%2Foutside.jpg", 400),
        ("/resize/?src=%2Finner%2F..%2F..%2Foutside.jpg", 400),
        ("/resize/..%5coutside.jpg", 400),
        ("/resize//etc/passwd", 400),
        ("/resize/a.jpg%00.png", 400),
        ("/resize/?src=file%3A%2F%2F%2Fetc%2Fpasswd", 400),
    ] {
        let response = server.get(path).await;
        let refused = [status, if status == 400 { 403 } else { status }];
        assert!(refused.contains(&response.status().as_u16()), "{path}: {}", response.status());
    }
    let long = format!("/resize/{}.jpg", "a".repeat(300));
    assert_eq!(problem(&server.get(&long).await), "source-not-found");
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn links_are_followed_inside_and_refused_where_they_lead_out() {
    use std::os::unix::fs::symlink;
    let folder = Folder::new("links");
    let photos = folder.0.join("photos");
    symlink("../../outside.jpg", photos.join("inner/out.jpg")).unwrap();
    symlink(folder.0.join("outside.jpg"), photos.join("absolute.jpg")).unwrap();
    symlink(&folder.0, photos.join("up")).unwrap();
    symlink(".hidden.jpg", photos.join("shown.jpg")).unwrap();
    symlink("round.jpg", photos.join("round.jpg")).unwrap();
    symlink("nothing.jpg", photos.join("dangling.jpg")).unwrap();
    symlink("a.jpg", photos.join("good.jpg")).unwrap();
    symlink("inner", photos.join("album")).unwrap();
    let server = Server::start(&[("EDGEPIX_ORIGIN", &folder.origin())]).await;
    for path in
        ["inner/out.jpg", "absolute.jpg", "up/outside.jpg", "shown.jpg", "round.jpg", "dangling.jpg", "album"]
    {
        let response = server.get(&format!("/resize/{path}?w=32")).await;
        assert_eq!(
            (response.status().as_u16(), problem(&response).as_str()),
            (404, "source-not-found"),
            "{path}"
        );
    }
    for path in ["good.jpg", "album/b%20c.jpg"] {
        assert_eq!(server.get(&format!("/resize/{path}?w=32")).await.status(), 200, "{path}");
    }
}

#[test]
fn a_folder_that_is_none_stops_the_start() {
    let folder = Folder::new("none");
    for origin in [folder.0.join("nothing"), folder.0.join("outside.jpg")] {
        let origin = origin.to_str().unwrap().to_owned();
        let settings =
            edgepix_server::Settings::from_lookup(|name| (name == "EDGEPIX_ORIGIN").then(|| origin.clone()));
        let error = edgepix_server::App::new(&settings.unwrap()).unwrap_err();
        assert!(error.name == "EDGEPIX_ORIGIN" && error.message.contains(&origin), "{error}");
    }
}
