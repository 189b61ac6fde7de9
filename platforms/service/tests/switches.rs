//! Signatures, presets, the formats of `auto` and the fallback, as requests meet them.

mod support;

use edgepix_service::SigningKey;
use support::{Answer, NOW, World, header, json, slug};

const KEYS: &str = "old:000102030405060708090a0b0c0d0e0f, new:ffeeddccbbaa99887766554433221100";
const WEBP: (&str, &str) = ("accept", "image/webp");

fn world(settings: &[(&str, &str)]) -> World {
    World::new(
        settings,
        [
            ("https://origin.example/a.jpg", Answer::image("IMGo").with("etag", "\"one\"")),
            ("https://origin.example/none.png", Answer::image("IMGa-none").with("etag", "\"none\"")),
            ("https://origin.example/broken.jpg", Answer::image("text")),
            ("https://origin.example/damaged.jpg", Answer::image("IMGd")),
            ("https://origin.example/failing.jpg", Answer::status(500)),
        ],
    )
}

fn signed(uri: &str) -> String {
    let key: SigningKey = KEYS.split(", ").nth(1).unwrap().parse().unwrap();
    let (path, query) = uri.split_once('?').unwrap_or((uri, ""));
    format!("{path}?{query}&sig={}", key.sign(path, query).unwrap())
}

#[tokio::test]
async fn unsigned_urls_are_refused_before_anything_is_fetched_or_read() {
    let world = world(&[("EDGEPIX_SIGNING_KEYS", KEYS)]);
    for uri in [
        "/resize/a.jpg?w=100",
        "/resize/a.jpg?w=100&sig=AAAA",
        "/resize/a.jpg?nonsense=1",
        "/resize/?src=https://nowhere.example/a.jpg",
        "/info/a.jpg",
        &signed("/resize/a.jpg?w=100").replace("100", "101"),
    ] {
        let response = world.get(uri).await;
        assert_eq!(
            (response.status().as_u16(), slug(&response).as_str()),
            (403, "signature-refused"),
            "{uri}"
        );
        assert_eq!(json(&response)["detail"], "The URL is not signed as this service demands it.");
    }
    assert!(world.fake.requests().is_empty() && world.fake.tags.lock().unwrap().is_empty());
    assert_eq!(world.status("/health").await, 200);
    for uri in ["/resize/a.jpg?w=100", "/resize/a.jpg?w=100&kid=new", "/info/a.jpg"] {
        assert_eq!(world.status(&signed(uri)).await, 200, "{uri}");
    }
    // Signed nonsense is told as such.
    assert_eq!(slug(&world.get(&signed("/resize/a.jpg?wdith=1")).await), "invalid-parameter");
}

#[tokio::test]
async fn equal_requests_are_one_entry_however_they_are_signed() {
    let world = world(&[("EDGEPIX_SIGNING_KEYS", KEYS)]);
    let first = world.get(&signed("/resize/a.jpg?w=100&format=png")).await;
    let exp = (NOW + 1000).to_string();
    let second = world.get(&signed(&format!("/resize/a.jpg?format=png&w=100&kid=new&exp={exp}"))).await;
    assert_eq!(header(&first, "etag"), header(&second, "etag"));
    assert_eq!((world.fake.entries(), world.fake.requests().len()), (1, 1));
    assert_eq!(header(&second, "cache-status"), "edgepix; hit");
}

#[tokio::test]
async fn the_end_of_a_url_bounds_its_lifetime() {
    let world = world(&[("EDGEPIX_SIGNING_KEYS", KEYS)]);
    let uri = |seconds: u64| signed(&format!("/resize/a.jpg?w=100&exp={}", NOW + seconds));
    assert_eq!(header(&world.get(&uri(500)).await, "cache-control"), "public, max-age=500");
    world.fake.pass(std::time::Duration::from_secs(100));
    // From the cache it is 100 seconds old, and 400 are left of the 500.
    let hit = world.get(&uri(500)).await;
    assert_eq!((header(&hit, "age"), header(&hit, "cache-control")), ("100", "public, max-age=500"));
    world.fake.pass(std::time::Duration::from_secs(400));
    let over = world.get(&uri(500)).await;
    assert_eq!((over.status().as_u16(), slug(&over).as_str()), (403, "signature-refused"));
    assert_eq!(world.status(&uri(501)).await, 200);
    // Nor is it given stale for longer.
    let stale = "max-age=100, stale-while-revalidate=1000, stale-if-error=1000";
    world.fake.set("https://origin.example/b.jpg", Answer::image("IMGo").with("cache-control", stale));
    let stale = world.get(&signed(&format!("/resize/b.jpg?w=100&exp={}", NOW + 800))).await;
    let capped = "public, max-age=100, stale-while-revalidate=200, stale-if-error=200";
    assert_eq!(header(&stale, "cache-control"), capped);
}

#[tokio::test]
async fn without_keys_a_signature_counts_for_nothing() {
    let world = world(&[]);
    assert_eq!(world.status("/resize/a.jpg?w=100&kid=x&sig=y").await, 200);
    assert_eq!(slug(&world.get("/resize/a.jpg?exp=soon").await), "invalid-parameter");
}

#[tokio::test]
async fn presets_are_what_they_stand_for() {
    let world = world(&[("EDGEPIX_PRESETS", "thumb?w=96&h=96&fit=cover&format=webp;grey?q!=50")]);
    let long = world.get("/resize/a.jpg?fit=cover&w=96&h=96&format=webp").await;
    let short = world.get("/resize/a.jpg?preset=thumb").await;
    assert_eq!(header(&short, "etag"), header(&long, "etag"));
    assert_eq!(world.fake.entries(), 1);
    let error = world.get("/resize/a.jpg?preset=thump").await;
    assert_eq!(
        (json(&error)["allowed"].as_str(), slug(&error).as_str()),
        (Some("thumb, grey"), "invalid-parameter")
    );
    assert_eq!(slug(&world.get("/info/a.jpg?preset=thumb").await), "invalid-parameter");
}

#[tokio::test]
async fn bare_presets_need_no_signature_where_the_mode_says_so() {
    let world = world(&[
        ("EDGEPIX_SIGNING_KEYS", KEYS),
        ("EDGEPIX_SIGNING", "presets"),
        ("EDGEPIX_PRESETS", "thumb?w=96"),
    ]);
    assert_eq!(world.status("/resize/a.jpg?preset=thumb&v=2").await, 200);
    assert_eq!(world.status("/resize/a.jpg?preset=thumb&w=5").await, 403);
    assert_eq!(world.status(&signed("/resize/a.jpg?preset=thumb&w=5")).await, 200);
    assert_eq!(world.status("/info/a.jpg").await, 403);
}

#[tokio::test]
async fn auto_chooses_among_the_configured_formats() {
    let body = |settings: &'static [(&str, &str)]| async move {
        let response = world(settings).ask("GET", "/resize/none.png", &[WEBP]).await;
        String::from_utf8_lossy(response.body()).into_owned()
    };
    assert!(body(&[]).await.starts_with("webp"));
    assert!(body(&[("EDGEPIX_FORMATS", "jpeg,png")]).await.starts_with("png"));
    assert!(body(&[("EDGEPIX_FORMATS", "jpeg")]).await.starts_with("jpeg"));
}

#[tokio::test]
async fn a_fallback_stands_in_for_a_while() {
    let world = world(&[("EDGEPIX_FALLBACK", "/none.png")]);
    for missing in ["missing.jpg", "broken.jpg", "damaged.jpg", "failing.jpg"] {
        let response = world.get(&format!("/resize/{missing}?w=10&format=png")).await;
        assert_eq!(
            (response.status().as_u16(), &response.body()[..]),
            (200, &b"png of IMGa-none"[..]),
            "{missing}"
        );
        assert_eq!(header(&response, "cache-control"), "public, max-age=60");
        let stem = missing.strip_suffix(".jpg").unwrap();
        assert!(header(&response, "content-disposition").contains(stem));
    }
    assert!(world.fake.log.lock().unwrap().iter().any(|line| line.starts_with("the fallback is shown")));
    // What the caller did wrong, what is refused, and descriptions have none.
    assert_eq!(world.status("/resize/missing.jpg?w=0").await, 400);
    assert_eq!(world.status("/resize/?src=https://nowhere.example/a.jpg").await, 403);
    assert_eq!(world.status("/info/missing.jpg").await, 404);
    // The source that is there again is shown again.
    world.fake.set("https://origin.example/missing.jpg", Answer::image("IMGo"));
    assert_eq!(&world.get("/resize/missing.jpg?w=10&format=png").await.body()[..], b"png of IMGo");
}

#[tokio::test]
async fn a_fallback_that_is_missing_too_is_the_first_error() {
    let world = world(&[("EDGEPIX_FALLBACK", "/nowhere.png")]);
    assert_eq!(world.status("/resize/missing.jpg").await, 404);
    assert_eq!(world.status("/resize/broken.jpg").await, 415);
}
