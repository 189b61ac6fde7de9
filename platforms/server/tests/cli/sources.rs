//! What is read: files, folders, patterns, and what is left out of them.

use std::fs;
#[cfg(unix)]
use std::process::Command;

use crate::folder::{DRAWING, Folder, PHOTO, made, wide};

#[test]
fn folders_and_patterns_keep_what_is_below_them() {
    let folder = Folder::new(&[
        ("in/a.jpg", PHOTO),
        ("in/deep/b.png", DRAWING),
        ("in/deep/notes.txt", b"no image"),
        ("in/.hidden/c.jpg", PHOTO),
        ("in/.d.jpg", PHOTO),
    ]);
    let made = |arguments: &[&str], out: &str| {
        folder.run(&[&["resize", "-w", "10", "-o", out], arguments].concat()).silent();
        let files = folder.files().into_iter().filter_map(|file| file.strip_prefix(out).map(str::to_owned));
        files.collect::<Vec<_>>()
    };
    assert_eq!(made(&["in"], "flat/"), ["a.jpg"]);
    assert_eq!(made(&["in", "-r", "-f", "webp"], "all/"), ["a.webp", "deep/b.webp"]);
    assert_eq!(made(&["in/**/*.{jpg,png}"], "glob/"), ["a.jpg", "deep/b.png"]);
    assert_eq!(made(&["in/*/?.p[mn]g"], "one/"), ["b.png"].map(|name| format!("deep/{name}")));
    assert_eq!(made(&["*/a.jpg", "in/a.jpg"], "twice/").len(), 1 + 2);
    // A folder of results among its sources is none of them.
    assert_eq!(made(&["in", "-r"], "in/out/"), ["a.jpg", "deep/b.png"]);
    assert_eq!(made(&["in", "-r", "--force"], "in/out/"), ["a.jpg", "deep/b.png"]);
}

#[test]
fn a_file_whose_name_looks_like_a_pattern_is_that_file() {
    let folder = Folder::new(&[("photo[1].jpg", PHOTO), ("photo1.jpg", DRAWING)]);
    folder.run(&["resize", "photo[1].jpg", "-w", "20", "-o", "out.jpg"]).silent();
    assert_eq!(folder.read("out.jpg"), made(PHOTO, wide(20)));
}

#[test]
fn one_bad_file_does_not_stop_the_others() {
    let cut = &PHOTO[..200];
    let folder = Folder::new(&[("1.jpg", cut), ("2.jpg", PHOTO), ("3.txt", b"words"), ("4.png", DRAWING)]);
    let all = ["resize", "1.jpg", "2.jpg", "3.txt", "4.png", "5.jpg", "6*", "-w", "10", "--out-dir", "out"];
    let ran = folder.run(&[&all[..], &["--verbose"]].concat());
    ran.expect(
        1,
        &["edgepix: 1.jpg: ", "3.txt: ", "not a JPEG", "5.jpg: ", "6*: ", "2 images made, 4 failed"],
    );
    ran.expect(1, &["2.jpg → ", " 10 × ", "4.png → "]);
    assert_eq!(folder.files()[4..], ["out/2.jpg", "out/4.png"]);

    let ran = folder.run(&[&all[..], &["--force", "--fail-fast", "--jobs", "1", "--quiet"]].concat());
    ran.expect(1, &["1.jpg: "]);
    assert_eq!(ran.said.lines().count(), 1, "{}", ran.said);
    fs::create_dir(folder.path("empty")).unwrap();
    folder.run(&["resize", "empty", "-w", "10"]).expect(1, &["empty: ", "holds no image", "--recursive"]);
    folder.run(&["resize", "out", "-w", "10", "-o", "other/", "--jobs", "7"]).silent();
}

#[test]
fn results_of_earlier_runs_are_no_sources() {
    let folder =
        Folder::new(&[("photo.jpg", PHOTO), ("in/drawing.png", DRAWING), ("in/other-10w.jpg", PHOTO)]);
    folder.run(&["resize", ".", "-r", "-w", "10"]).silent();
    folder
        .run(&["resize", ".", "-r", "-h", "9", "-f", "webp", "--dpr", "2"])
        .expect(0, &["left out ", "drawing-10w.png", "drawing.png", "and 2 more", "--include-results"]);
    // A name alone says nothing where its source is not among the files.
    let files = [
        "in/drawing-10w.png",
        "in/drawing-9h@2x.webp",
        "in/drawing.png",
        "in/other-10w-10w.jpg",
        "in/other-10w-9h@2x.webp",
        "in/other-10w.jpg",
        "photo-10w.jpg",
        "photo-9h@2x.webp",
        "photo.jpg",
    ];
    assert_eq!(folder.files(), files);
    // As a shell expands it, and in a folder of results.
    let ran =
        folder.run(&["resize", "photo-10w.jpg", "photo-9h@2x.webp", "photo.jpg", "-w", "8", "-o", "out/"]);
    ran.expect(0, &["left out photo-10w.jpg", "and 1 more"]);
    folder.run(&["resize", "photo-10w.jpg", "-w", "8", "-o", "out/"]).silent();
    folder.run(&["resize", "photo*.jpg", "-w", "7", "--quiet"]).silent();
    folder.run(&["resize", "photo*.jpg", "-w", "6", "--include-results"]).silent();
    let files: Vec<_> = folder.files().into_iter().filter(|name| !name.starts_with("in/")).collect();
    let expected = [
        "out/photo-10w.jpg",
        "out/photo.jpg",
        "photo-10w-6w.jpg",
        "photo-10w.jpg",
        "photo-6w.jpg",
        "photo-7w-6w.jpg",
        "photo-7w.jpg",
        "photo-9h@2x.webp",
        "photo.jpg",
    ];
    assert_eq!(files, expected);
}

#[test]
fn what_exists_is_skipped_where_that_is_asked_for() {
    let folder =
        Folder::new(&[("a.jpg", PHOTO), ("b.jpg", PHOTO), ("a-10w.jpg", b"precious"), ("c.txt", b"words")]);
    let arguments = ["resize", "a.jpg", "b.jpg", "-w", "10", "--skip-existing"];
    let ran = folder.run(&[&arguments[..], &["-v"]].concat());
    ran.expect(
        0,
        &["a.jpg: a-10w.jpg exists already", "b.jpg → b-10w.jpg", "1 image made, 1 existed already"],
    );
    assert_eq!(folder.read("a-10w.jpg"), b"precious");
    folder.run(&arguments).silent();
    // Its own place is taken, too.
    folder.run(&["resize", "a.jpg", "-q", "50", "--skip-existing"]).silent();
    assert_eq!(folder.read("a.jpg"), PHOTO);
    // What is made of several is made where it is missing.
    folder.run(&["resize", "b.jpg", "--widths", "10,11", "--skip-existing"]).silent();
    assert_eq!(folder.read("b-11w.jpg"), made(PHOTO, wide(11)));
    folder.run(&["resize", "c.txt", "-w", "10", "--skip-existing"]).expect(1, &["c.txt: ", "not a JPEG"]);
    folder.run(&["resize", "a.jpg", "-w", "9", "--skip-existing", "--force"]).expect(2, &["--force"]);
}

#[test]
fn a_file_is_one_source_however_it_is_written() {
    let folder = Folder::new(&[("in/a.jpg", PHOTO)]);
    let arguments = ["resize", "in/a.jpg", "./in/a.jpg", "in/../in/a.jpg", "in", "in/*", "-w", "10", "-v"];
    let ran = folder.run(&arguments);
    assert_eq!(ran.expect(0, &[]).said.lines().count(), 1, "{}", ran.said);
    assert_eq!(folder.files(), ["in/a-10w.jpg", "in/a.jpg"]);
}

#[test]
fn what_is_no_file_says_what_to_do() {
    let folder = Folder::new(&[("in/notes.txt", b"words")]);
    let url = "https://images.example.com/a.jpg?x=[1]";
    folder.run(&["resize", url, "-w", "8"]).expect(1, &[url, "only files are read", "curl '"]);
    folder.run(&["resize", "in", "-w", "8"]).expect(1, &["in: ", "holds no image", "--recursive"]);
    folder.run(&["resize", "none/*.jpg", "-w", "8"]).expect(1, &["none/*.jpg: no file matches"]);
    folder.run(&["resize", "in/notes.txt/a.jpg", "-w", "8"]).expect(1, &["in/notes.txt/a.jpg: "]);
}

#[cfg(unix)]
#[test]
fn names_that_are_no_text_are_names() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    let folder = Folder::new(&[]);
    let name = |name: &'static [u8]| folder.0.path().join(OsStr::from_bytes(name));
    // Not every file system takes any bytes.
    if fs::write(name(b"\xff\x1b[2Ja.jpg"), PHOTO).is_err() {
        fs::write(name(b"\x1b[2Ja.jpg"), PHOTO).unwrap();
    }
    let ran = folder.run(&["resize", ".", "-w", "10", "-v"]);
    assert!(!ran.expect(0, &["\\u{1b}[2Ja-10w.jpg"]).said.contains('\u{1b}'), "{}", ran.said);
    let results = fs::read_dir(folder.0.path()).unwrap().map(|entry| entry.unwrap().file_name());
    let results: Vec<_> = results.filter(|name| name.as_bytes().ends_with(b"\x1b[2Ja-10w.jpg")).collect();
    assert_eq!(results.len(), 1);
    assert_eq!(fs::read(folder.0.path().join(&results[0])).unwrap(), made(PHOTO, wide(10)));
    let ran = folder.run(&["resize", ".", "-w", "10", "--skip-existing", "--quiet"]);
    ran.silent();
    // The same name, as an argument.
    let mut command = Command::new(env!("CARGO_BIN_EXE_edgepix"));
    command.args(["resize", "-w", "9", "-o", "out.jpg"]).arg(&results[0]).current_dir(folder.0.path());
    assert!(command.status().unwrap().success());
    assert_eq!(edgepix_core::metadata(&folder.read("out.jpg")).unwrap().width, 9);
}

#[cfg(unix)]
#[test]
fn what_may_not_be_read_or_written_is_told() {
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::process::CommandExt;

    let folder = Folder::new(&[
        ("photo.jpg", PHOTO),
        ("closed/a.jpg", PHOTO),
        ("in/closed/a.jpg", PHOTO),
        ("in/b.jpg", PHOTO),
    ]);
    let mode =
        |name: &str, mode| fs::set_permissions(folder.path(name), fs::Permissions::from_mode(mode)).unwrap();
    mode("", 0o755);
    mode("photo.jpg", 0o200);
    for folder in ["closed", "in/closed"] {
        mode(folder, 0o300);
    }
    // The superuser may do anything, and does not for as long as this lasts.
    let superuser = rustix::process::geteuid().is_root();
    let program = folder.path("edgepix");
    fs::copy(env!("CARGO_BIN_EXE_edgepix"), &program).unwrap();
    let run = |arguments: &[&str]| {
        let mut command = Command::new(&program);
        command.args(arguments).env_clear().current_dir(folder.0.path());
        if superuser {
            command.uid(65534).gid(65534);
        }
        let output = command.output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    mode("in", 0o755);
    for (arguments, said) in [
        (&["photo.jpg", "-w", "8", "-o", "/dev/null"][..], "photo.jpg: Permission denied"),
        (&["closed", "-w", "8", "-o", "/dev/null"], "closed: Permission denied"),
        (&["closed/*.jpg", "-w", "8", "-o", "/dev/null"], "closed: Permission denied"),
        (&["in", "-r", "-w", "8", "-o", "-"], "takes one image, and there are 2"),
    ] {
        let (code, text) = run(&[&["resize"], arguments].concat());
        assert!(
            matches!(code, Some(1 | 2)) && text.contains(said) && !text.contains("holds no image"),
            "{said}: {text}"
        );
    }
    let (code, text) = run(&["info", "in", "-r"]);
    assert!(code == Some(1) && text.contains("in/closed: Permission denied"), "{text}");
    let closed = if superuser { "" } else { "in" };
    mode(closed, 0o555);
    let (code, text) = run(&["resize", "in/b.jpg", "-w", "8", "-o", "in/x/y.jpg"]);
    assert!(code == Some(1) && text.contains("in/b.jpg: in/x/y.jpg: Permission denied"), "{text}");
    // Whoever removes the folder looks into it.
    for folder in ["", "in", "closed", "in/closed"] {
        mode(folder, 0o755);
    }
}
