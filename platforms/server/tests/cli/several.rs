//! Several results of one source, and sizes that are shares of its own.

use edgepix_core::{Format, Transform};

use crate::folder::{DRAWING, Folder, PHOTO, made, wide};

/// A photo that is stored lying on its side: 2048 × 3088 pixels upright.
const LYING: &[u8] = include_bytes!("../../samples/dogs.jpg");

#[test]
fn widths_are_a_file_each_in_each_format() {
    let folder = Folder::new(&[("in/photo.JPG", PHOTO), ("in/drawing.png", DRAWING)]);
    let flags = ["--widths", "20,30,20", "--format", "webp,jpeg"];
    folder.run(&[&["resize", "in"], &flags[..]].concat()).silent();
    let names = |folder: &str, jpg: &str| {
        let of = |name: &str, jpg: &str| {
            ["20w", "30w"]
                .map(|size| ["webp", jpg].map(|end| format!("{folder}/{name}-{size}.{end}")))
                .concat()
        };
        [of("drawing", "jpg"), of("photo", jpg)].concat()
    };
    let mut expected =
        [names("in", "JPG"), vec!["in/drawing.png".to_owned(), "in/photo.JPG".to_owned()]].concat();
    expected.sort();
    assert_eq!(folder.files(), expected);
    for (name, width, format) in
        [("in/photo-20w.webp", 20, Format::Webp), ("in/photo-30w.JPG", 30, Format::Jpeg)]
    {
        assert_eq!(folder.read(name), made(PHOTO, wide(width).format(format)), "{name}");
    }
    // In a folder of results names say the width, too, or the second would take the first one's place.
    folder
        .run(&[&["resize", "in", "-o", "out/", "-v"], &flags[..]].concat())
        .expect(0, &["photo.JPG → out/photo-20w.webp", "20 × 14", "8 images made"]);
    assert_eq!(folder.files().iter().filter(|name| name.starts_with("out/")).count(), 8);
    folder.run(&["resize", "in/photo.JPG", "--widths", "15", "-o", "one/"]).silent();
    assert_eq!(folder.read("one/photo-15w.JPG"), made(PHOTO, wide(15)));
}

#[test]
fn a_source_is_read_once_whatever_is_made_of_it() {
    let folder = Folder::new(&[]);
    // Standard input has nothing for whoever reads it again.
    let arguments = ["-", "--widths", "50%,20", "--format", "webp,auto,png", "-o", "new/hero.png", "-v"];
    let ran = folder.feed(&arguments, DRAWING);
    ran.expect(0, &["standard input → new/hero-400w.webp  400 × 500"]);
    // The format for everyone is PNG here, which is there once.
    let names = ["new/hero-20w.png", "new/hero-20w.webp", "new/hero-400w.png", "new/hero-400w.webp"];
    assert_eq!(folder.files(), names);
    assert_eq!(folder.read("new/hero-20w.png"), made(DRAWING, wide(20)));
    folder
        .feed(&["resize", "-", "--widths", "10,20"], PHOTO)
        .expect(2, &["-o -", "2 are to be made", "name a file"]);
    folder.feed(&["resize", "-", "-w", "9", "-f", "webp,png", "-o", "-"], PHOTO).expect(2, &["-o -"]);
}

#[test]
fn a_result_that_cannot_be_had_does_not_stop_the_others() {
    let folder = Folder::new(&[("a.jpg", PHOTO), ("a-20w.jpg", b"precious"), ("b.jpg", b"words")]);
    let ran = folder.run(&["resize", "a.jpg", "b.jpg", "--widths", "10,20", "-v"]);
    ran.expect(
        1,
        &["a.jpg: a-20w.jpg exists; --force", "a-10w.jpg  10 × 7", "b.jpg: ", "1 image made, 3 failed"],
    );
    assert_eq!(folder.files(), ["a-10w.jpg", "a-20w.jpg", "a.jpg", "b.jpg"]);
    let ran = folder.run(&["resize", "a.jpg", "-w", "9", "-h", "9", "-f", "webp,jpeg", "-o", "x.png"]);
    ran.silent();
    assert_eq!(folder.files()[3..], ["b.jpg", "x.jpg", "x.webp"]);
}

#[test]
fn percent_is_of_the_upright_source() {
    let folder = Folder::new(&[("photo.jpg", PHOTO), ("dogs.jpg", LYING)]);
    for (arguments, name, size) in [
        // 2572 × 1740 pixels: 25.72, and 17.4.
        (&["photo.jpg", "-w", "1%"][..], "photo-26w.jpg", (26, 18)),
        (&["photo.jpg", "-h", "1%"], "photo-17h.jpg", (25, 17)),
        (&["photo.jpg", "-w", "1%", "-h", "1%", "--fit", "fill"], "photo-26x17.jpg", (26, 17)),
        (&["photo.jpg", "-w", "0.001%"], "photo-1w.jpg", (1, 1)),
        (&["photo.jpg", "-w", "2%", "--crop", "0,0,500,100"], "photo-10w.jpg", (10, 2)),
        (&["photo.jpg", "-w", "1%", "--rotate", "90"], "photo-17w.jpg", (17, 25)),
        (&["dogs.jpg", "-w", "1%"], "dogs-20w.jpg", (20, 30)),
        (&["dogs.jpg", "--widths", "1%,40"], "dogs-40w.jpg", (40, 60)),
    ] {
        let ran = folder.run(&[&["resize", "--force"], arguments].concat());
        ran.silent();
        let metadata = edgepix_core::metadata(&folder.read(name)).unwrap();
        assert_eq!((metadata.width, metadata.height), size, "{arguments:?}");
    }
    assert_eq!(folder.read("photo-26w.jpg"), made(PHOTO, wide(26)));
    let wrong = ["resize", "photo.jpg", "--crop", "9000,0,1,1", "-w", "50%"];
    folder.run(&wrong).expect(1, &["photo.jpg: ", "crop", "outside"]);
}

#[test]
fn the_name_of_the_one_output_is_shared() {
    let folder = Folder::new(&[("photo.jpg", PHOTO)]);
    folder.run(&["resize", "photo.jpg", "--widths", "10,20", "-o", "missing/hero.webp"]).silent();
    assert_eq!(folder.files(), ["missing/hero-10w.webp", "missing/hero-20w.webp", "photo.jpg"]);
    let options = Transform::builder().width(10).format(Format::Webp);
    assert_eq!(folder.read("missing/hero-10w.webp"), made(PHOTO, options));
}
