//! `edgepix info`.

use crate::folder::{DRAWING, Folder, PHOTO, Ran};

#[test]
fn info_tells_people_and_programs() {
    let folder = Folder::new(&[("photo.jpg", PHOTO), ("in/drawing.png", DRAWING), ("bad.jpg", b"words")]);
    let text = |ran: &Ran| String::from_utf8(ran.out.clone()).unwrap();
    let ran = folder.run(&["info", "photo.jpg"]);
    let metadata = edgepix_core::metadata(PHOTO).unwrap();
    for fact in ["photo.jpg\n", "jpeg", &metadata.width.to_string(), &metadata.height.to_string(), "upright"]
    {
        assert!(text(ran.expect(0, &[])).contains(fact), "{fact}: {}", text(&ran));
    }

    let ran = folder.run(&["info", "photo.jpg", "bad.jpg", "in"]);
    ran.expect(1, &["bad.jpg: ", "not a JPEG"]);
    let lines: Vec<_> = text(&ran).lines().map(str::to_owned).collect();
    assert!(
        lines[0].starts_with("FILE") && lines[1].starts_with("photo.jpg") && lines.len() == 3,
        "{lines:?}"
    );
    assert!(lines[2].contains("drawing.png") && lines[2].contains("png") && lines[2].contains("yes"));

    let ran = folder.run(&["info", "--json", "in/drawing.png", "photo.jpg"]);
    let lines: Vec<serde_json::Value> =
        text(ran.expect(0, &[])).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let expected = serde_json::json!({
        "file": "photo.jpg", "width": metadata.width, "height": metadata.height, "format": "jpeg",
        "sizeBytes": PHOTO.len(), "orientation": 1, "frames": 1, "hasAlpha": false, "bitDepth": 8,
        "profile": metadata.profile, "profileIgnored": null, "progressive": metadata.progressive,
    });
    assert_eq!(lines[1], expected);
    assert_eq!((&lines[0]["format"], &lines[0]["hasAlpha"]), (&"png".into(), &true.into()));

    let ran = folder.feed(&["info", "-"], PHOTO);
    assert!(text(ran.expect(0, &[])).starts_with("standard input\n"));
    folder.run(&["info", "-", "-"]).expect(2, &["once"]);
    folder.run(&["info", "none.jpg"]).expect(1, &["none.jpg: "]);
    folder.run(&["info"]).expect(2, &["<FILE>"]);
    folder.run(&["info", "photo.jpg", "-w", "8"]).expect(2, &["-w"]);
}
