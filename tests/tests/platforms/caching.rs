//! What is asked of the origin, and what is not.

use std::collections::BTreeSet;

use crate::support::{caches, header, pair, size};

pub(crate) fn validators_save_bodies_and_decoding(runtime: &str) {
    // The large source is more work than some platforms take by default.
    let pair = pair(runtime, |settings| {
        settings.with("EDGEPIX_DEBUG", 1).with("EDGEPIX_MAX_WORK", 40_000_000_000u64)
    });
    // The origin has a validator: the second time its body stays with it. (`HEAD` fills no cache.)
    let path = "/resize/tagged-large.jpg?w=32&format=jpeg";
    let first = pair.send("HEAD", path, &[]);
    let tag = header(&first, "etag").to_owned();
    assert_eq!(first.status(), 200, "{}", pair.runtime.log());
    let second = pair.ask(path, &[("if-none-match", &tag)]);
    assert_eq!((second.status().as_u16(), second.body().len()), (304, 0), "{}", pair.runtime.log());
    assert_eq!(header(&second, "etag"), tag);
    let exchanges = pair.origin.exchanges("/tagged-large.jpg");
    assert_eq!(exchanges.len(), 2);
    assert!(!exchanges[1].complete, "the origin's body was read for a 304");

    // It has none: the body is read for its digest, but nothing is decoded. What cannot be decoded shows it.
    let path = "/resize/truncated.jpg?w=32&format=jpeg";
    let tag = header(&pair.send("HEAD", path, &[]), "etag").to_owned();
    let held = pair.ask(path, &[("if-none-match", &tag)]);
    assert_eq!((held.status().as_u16(), held.body().len()), (304, 0), "{}", pair.runtime.log());
    assert_eq!(header(&held, "server-timing"), "");
    // The failure comes last: Fastly keeps it for a second.
    assert_eq!(pair.get(path).status(), 422);
}

pub(crate) fn the_second_request_is_a_hit(runtime: &str) {
    let pair = pair(runtime, |settings| settings);
    let path = "/resize/photos/fig-3mp.jpg?w=400&format=webp";
    let first = pair.get(path);
    assert_eq!(size(&first).0, 400);
    assert_eq!(header(&first, "cache-status"), "edgepix; fwd=miss");
    // The same in other words: other order, defaults spelt out.
    let second = pair.get("/resize/photos/fig-3mp.jpg?format=webp&fit=inside&w=200&dpr=2");
    assert_eq!(first.body(), second.body());
    let hit = caches(runtime);
    assert_eq!(pair.origin.count("/photos/fig-3mp.jpg"), if hit { 1 } else { 2 }, "{}", pair.runtime.log());
    assert_eq!(header(&second, "cache-status"), if hit { "edgepix; hit" } else { "edgepix; fwd=miss" });
    for name in ["etag", "content-type", "content-length", "cache-tag"] {
        assert_eq!(header(&first, name), header(&second, name), "{name}");
    }
    let held = pair.ask(path, &[("if-none-match", header(&first, "etag"))]);
    assert_eq!((held.status().as_u16(), held.body().len()), (304, 0));
    assert_eq!(pair.origin.count("/photos/fig-3mp.jpg"), if hit { 1 } else { 3 });
    // A part of a stored answer is the whole: `Range` is ignored.
    let part = pair.ask(path, &[("range", "bytes=0-9")]);
    assert_eq!((part.status().as_u16(), part.body() == first.body()), (200, true));

    // However many ways there are to say what one accepts, there is one entry a format.
    let mut types = BTreeSet::new();
    for number in 0..40 {
        let accept = match number % 4 {
            0 => format!("image/webp,image/x-{number},*/*;q=0.{number}"),
            1 => format!("image/png,image/x-{number};q=0.5,image/webp;q=0.8"),
            2 => format!("image/x-{number},*/*"),
            _ => format!("text/html;level={number},image/*"),
        };
        let answer = pair.ask("/resize/photo.jpg?w=48", &[("accept", &accept)]);
        assert_eq!(header(&answer, "vary"), "Accept", "{accept}");
        types.insert(header(&answer, "content-type").to_owned());
    }
    assert_eq!(types, BTreeSet::from(["image/jpeg".to_owned(), "image/webp".to_owned()]));
    let asked = pair.origin.count("/photo.jpg");
    assert_eq!(asked, if hit { types.len() } else { 40 }, "{}", pair.runtime.log());

    // What the origin forbids to store is made again each time.
    for _ in 0..2 {
        assert_eq!(header(&pair.get("/resize/private.jpg?w=32"), "cache-control"), "no-store");
    }
    assert_eq!(pair.origin.count("/private.jpg"), 2);
}
