//! What is made, what it is called, and what is never lost.

use std::fs;
use std::process::{Command, Stdio};

use edgepix_core::{Compass, Fit, Format, Gravity, Rotate};

use crate::folder::{DRAWING, Folder, PHOTO, made, wide};

#[test]
fn a_file_becomes_the_bytes_that_the_core_makes() {
    let folder = Folder::new(&[("photo.jpg", PHOTO), ("drawing.png", DRAWING)]);
    folder.run(&["resize", "photo.jpg", "-w", "80", "--format", "webp", "-o", "out.webp"]).silent();
    assert_eq!(folder.read("out.webp"), made(PHOTO, wide(80).format(Format::Webp)));

    let flags =
        ["-w", "60", "--height", "50", "--fit", "cover", "--gravity", "north", "--rotate", "90", "-q", "60"];
    let arguments = [&["resize", "photo.jpg", "-o", "turned.jpg"], &flags[..]].concat();
    folder.run(&arguments).silent();
    let options = wide(60).height(50).fit(Fit::Cover).gravity(Gravity::from(Compass::North));
    let options = options.rotate(Rotate::Quarter).quality(60);
    assert_eq!(folder.read("turned.jpg"), made(PHOTO, options));

    let arguments =
        ["resize", "drawing.png", "-w", "40", "--dpr", "2", "--lossless", "-f", "webp", "-o", "2x.webp"];
    folder.run(&arguments).silent();
    let options = wide(80).format(Format::Webp).lossless(true);
    assert_eq!(folder.read("2x.webp"), made(DRAWING, options));
}

#[test]
fn the_format_is_the_flags_or_the_names_or_the_sources() {
    let folder = Folder::new(&[("photo.jpg", PHOTO), ("drawing.png", DRAWING)]);
    let format = |arguments: &[&str], output: &str| {
        folder.run(&[&["resize", "-w", "20", "-o", output], arguments].concat()).expect(0, &[]);
        Format::sniff(&folder.read(output))
    };
    assert_eq!(format(&["photo.jpg"], "a.webp"), Some(Format::Webp));
    assert_eq!(format(&["drawing.png"], "a.JPG"), Some(Format::Jpeg));
    assert_eq!(format(&["drawing.png"], "without"), Some(Format::Png));
    assert_eq!(format(&["photo.jpg", "-f", "jpg"], "b"), Some(Format::Jpeg));
    assert_eq!(format(&["photo.jpg", "-f", "auto"], "c"), Some(Format::Jpeg));
    assert_eq!(format(&["drawing.png", "-f", "auto"], "d"), Some(Format::Png));
    let ran = folder.run(&["resize", "photo.jpg", "-w", "20", "-f", "png", "-o", "e.webp"]);
    ran.expect(0, &["e.webp will be png"]);
    assert_eq!(Format::sniff(&folder.read("e.webp")), Some(Format::Png));
}

#[test]
fn results_without_a_name_are_beside_their_sources() {
    let folder = Folder::new(&[("a/photo.JPEG", PHOTO), ("drawing.png", DRAWING)]);
    folder.run(&["resize", "a/photo.JPEG", "-w", "20"]).silent();
    folder.run(&["resize", "a/photo.JPEG", "--height", "20", "--dpr", "1.5"]).silent();
    folder.run(&["resize", "drawing.png", "-w", "20", "--height", "10", "-f", "jpeg"]).silent();
    folder.run(&["resize", "drawing.png", "-f", "gif", "--crop", "0,0,9,9"]).silent();
    let files = [
        "a/photo-20h@1.5x.JPEG",
        "a/photo-20w.JPEG",
        "a/photo.JPEG",
        "drawing-20x10.jpg",
        "drawing.gif",
        "drawing.png",
    ];
    assert_eq!(folder.files(), files);
}

#[test]
fn nothing_is_written_over_without_force() {
    let folder = Folder::new(&[("photo.jpg", PHOTO), ("there.jpg", b"precious"), ("folder/x", b"")]);
    let there = ["resize", "photo.jpg", "-w", "20", "-o", "there.jpg"];
    folder.run(&there).expect(1, &["photo.jpg: there.jpg exists", "--force"]);
    folder.run(&["resize", "photo.jpg", "-q", "50"]).expect(1, &["its source's place", "-o", "--force"]);
    folder.run(&["resize", "photo.jpg", "-o", "photo.jpg"]).expect(1, &["its source's place"]);
    assert_eq!((folder.read("there.jpg"), folder.read("photo.jpg")), (b"precious".to_vec(), PHOTO.to_vec()));

    folder.run(&[&there[..], &["--force"]].concat()).silent();
    assert_eq!(folder.read("there.jpg"), made(PHOTO, wide(20)));
    folder.run(&["resize", "photo.jpg", "-w", "30", "-o", "photo.jpg", "--force"]).silent();
    assert_eq!(folder.read("photo.jpg"), made(PHOTO, wide(30)));
    assert_eq!(folder.files(), ["folder/x", "photo.jpg", "there.jpg"]);
}

#[test]
fn two_results_never_share_a_name_and_no_source_is_lost() {
    let folder =
        Folder::new(&[("a/x.jpg", PHOTO), ("b/x.jpg", PHOTO), ("c/y.jpg", PHOTO), ("c/y.png", DRAWING)]);
    // The first in the order of the arguments has it.
    let ran = folder.run(&["resize", "b/x.jpg", "a/x.jpg", "-w", "20", "--out-dir", "out", "-v"]);
    ran.expect(1, &["a/x.jpg: ", "x.jpg is the result of another image", "b/x.jpg → "]);
    let ran = folder.run(&["resize", "c/y.png", "c/y.jpg", "-f", "jpeg", "--force"]);
    ran.expect(1, &["c/y.png: ", "y.jpg is a source, too"]);
    assert_eq!(folder.read("c/y.png"), DRAWING);
    assert_eq!(folder.files(), ["a/x.jpg", "b/x.jpg", "c/y.jpg", "c/y.png", "out/x.jpg"]);
}

#[cfg(unix)]
#[test]
fn files_are_for_whom_new_files_are_and_devices_are_written_to() {
    use std::os::unix::fs::PermissionsExt;

    let folder = Folder::new(&[("photo.jpg", PHOTO)]);
    folder.run(&["resize", "photo.jpg", "-w", "20", "-o", "small.jpg"]).silent();
    let mode = |name: &str| fs::metadata(folder.path(name)).unwrap().permissions().mode();
    assert_eq!(mode("small.jpg"), mode("photo.jpg"));
    folder.run(&["resize", "photo.jpg", "-w", "20", "-o", "/dev/null"]).silent();
    assert_eq!(folder.files(), ["photo.jpg", "small.jpg"]);
}

#[cfg(unix)]
#[test]
fn an_interrupt_ends_it_and_leaves_no_half_written_file() {
    let files: Vec<_> = (0..200).map(|number| format!("in/{number}.jpg")).collect();
    let folder = Folder::new(&files.iter().map(|name| (name.as_str(), PHOTO)).collect::<Vec<_>>());
    let mut child = Command::new(env!("CARGO_BIN_EXE_edgepix"))
        .args(["resize", "in", "-w", "40", "-o", "out/", "--jobs", "2"])
        .env_clear()
        .current_dir(folder.0.path())
        .stdin(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let results = || folder.files().into_iter().filter(|file| file.starts_with("out/")).collect::<Vec<_>>();
    for _ in 0..3000 {
        if results().len() > 2 {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    let killed = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(killed.success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    let results = results();
    assert!(results.len() > 2 && results.len() < 200, "{results:?}");
    let expected = made(PHOTO, wide(40));
    assert!(results.iter().all(|name| folder.read(name) == expected), "{results:?}");
}

#[test]
fn folders_of_results_are_made() {
    let folder = Folder::new(&[("photo.jpg", PHOTO), ("a.txt", b"words")]);
    for (output, file) in [("new/x.webp", "new/x.webp"), ("other/y/", "other/y/photo.jpg")] {
        folder.run(&["resize", "photo.jpg", "-w", "10", "-o", output]).silent();
        assert!(folder.path(file).is_file(), "{file}");
    }
    // Not for an image that cannot be made.
    folder.run(&["resize", "a.txt", "-w", "10", "-o", "never/x.webp"]).expect(1, &["a.txt: "]);
    assert!(!folder.path("never").exists());
    let ran = folder.run(&["resize", "photo.jpg", "-w", "10", "-o", "photo.jpg/new/x.webp"]);
    ran.expect(1, &["photo.jpg/new/x.webp: photo.jpg is a file, and no folder"]);
}
