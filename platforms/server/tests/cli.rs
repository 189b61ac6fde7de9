//! The commands for files, as a shell runs them.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use edgepix_core::{Compass, Fit, Format, Gravity, Limits, Rotate, Transform, TransformBuilder};
use tempfile::{TempDir, tempdir};

const PHOTO: &[u8] = include_bytes!("../samples/fig.jpg");
const DRAWING: &[u8] = include_bytes!("../samples/balloon.png");

/// What came of a run.
struct Ran {
    code: Option<i32>,
    out: Vec<u8>,
    said: String,
}

/// A folder to work in.
struct Desk(TempDir);

impl Desk {
    fn new(files: &[(&str, &[u8])]) -> Self {
        let desk = Self(tempdir().unwrap());
        for (name, bytes) in files {
            let path = desk.path(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        self.feed(arguments, &[])
    }

    /// Runs the program in the folder, with these bytes on its standard input.
    fn feed(&self, arguments: &[&str], stdin: &[u8]) -> Ran {
        let mut child = Command::new(env!("CARGO_BIN_EXE_edgepix"))
            .args(arguments)
            .env_clear()
            .current_dir(self.0.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // Who does not read it closes it.
        let _ = child.stdin.take().unwrap().write_all(stdin);
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        Ran { code: output.status.code(), out: output.stdout, said }
    }

    /// Every file below, by name.
    fn files(&self) -> Vec<String> {
        let mut files = Vec::new();
        let mut folders = vec![self.0.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                match path.is_dir() {
                    true => folders.push(path),
                    false => files.push(self.relative(&path)),
                }
            }
        }
        files.sort();
        files
    }

    fn relative(&self, path: &Path) -> String {
        path.strip_prefix(self.0.path()).unwrap().to_str().unwrap().replace('\\', "/")
    }
}

impl Ran {
    #[track_caller]
    fn expect(&self, code: i32, parts: &[&str]) -> &Self {
        assert_eq!(self.code, Some(code), "{}", self.said);
        for part in parts {
            assert!(self.said.contains(part), "{part}: {}", self.said);
        }
        self
    }

    #[track_caller]
    fn silent(&self) {
        self.expect(0, &[]);
        assert_eq!((self.said.as_str(), self.out.as_slice()), ("", &[][..]));
    }
}

/// What the core makes of a source, when it is told the same.
fn made(source: &[u8], options: TransformBuilder) -> Vec<u8> {
    let options = options.build().unwrap();
    let format = options.format().or_else(|| Format::sniff(source)).unwrap();
    let quality = format.default_quality().map(|default| options.quality().unwrap_or(default).get());
    let lossy = quality.filter(|_| !options.lossless());
    let options = options.to_builder().quality(lossy).build().unwrap();
    edgepix_core::transform(source, &options, &Limits::default()).unwrap().bytes
}

fn wide(width: u32) -> TransformBuilder {
    Transform::builder().width(width)
}

#[test]
fn a_file_becomes_the_bytes_that_the_core_makes() {
    let desk = Desk::new(&[("photo.jpg", PHOTO), ("drawing.png", DRAWING)]);
    desk.run(&["resize", "photo.jpg", "-w", "80", "--format", "webp", "-o", "out.webp"]).silent();
    assert_eq!(desk.read("out.webp"), made(PHOTO, wide(80).format(Format::Webp)));

    let flags =
        ["-w", "60", "--height", "50", "--fit", "cover", "--gravity", "north", "--rotate", "90", "-q", "60"];
    let arguments = [&["resize", "photo.jpg", "-o", "turned.jpg"], &flags[..]].concat();
    desk.run(&arguments).silent();
    let options = wide(60).height(50).fit(Fit::Cover).gravity(Gravity::from(Compass::North));
    let options = options.rotate(Rotate::Quarter).quality(60);
    assert_eq!(desk.read("turned.jpg"), made(PHOTO, options));

    let arguments =
        ["resize", "drawing.png", "-w", "40", "--dpr", "2", "--lossless", "-f", "webp", "-o", "2x.webp"];
    desk.run(&arguments).silent();
    let options = wide(80).format(Format::Webp).lossless(true);
    assert_eq!(desk.read("2x.webp"), made(DRAWING, options));
}

#[test]
fn the_format_is_the_flags_or_the_names_or_the_sources() {
    let desk = Desk::new(&[("photo.jpg", PHOTO), ("drawing.png", DRAWING)]);
    let format = |arguments: &[&str], output: &str| {
        desk.run(&[&["resize", "-w", "20", "-o", output], arguments].concat()).expect(0, &[]);
        Format::sniff(&desk.read(output))
    };
    assert_eq!(format(&["photo.jpg"], "a.webp"), Some(Format::Webp));
    assert_eq!(format(&["drawing.png"], "a.JPG"), Some(Format::Jpeg));
    assert_eq!(format(&["drawing.png"], "without"), Some(Format::Png));
    assert_eq!(format(&["photo.jpg", "-f", "jpg"], "b"), Some(Format::Jpeg));
    assert_eq!(format(&["photo.jpg", "-f", "auto"], "c"), Some(Format::Jpeg));
    assert_eq!(format(&["drawing.png", "-f", "auto"], "d"), Some(Format::Png));
    let ran = desk.run(&["resize", "photo.jpg", "-w", "20", "-f", "png", "-o", "e.webp"]);
    ran.expect(0, &["e.webp will hold png"]);
    assert_eq!(Format::sniff(&desk.read("e.webp")), Some(Format::Png));
}

#[test]
fn results_without_a_name_are_beside_their_sources() {
    let desk = Desk::new(&[("a/photo.JPEG", PHOTO), ("drawing.png", DRAWING)]);
    desk.run(&["resize", "a/photo.JPEG", "-w", "20"]).silent();
    desk.run(&["resize", "a/photo.JPEG", "--height", "20", "--dpr", "1.5"]).silent();
    desk.run(&["resize", "drawing.png", "-w", "20", "--height", "10", "-f", "jpeg"]).silent();
    desk.run(&["resize", "drawing.png", "-f", "gif", "--crop", "0,0,9,9"]).silent();
    let files = [
        "a/photo-20h@1.5x.JPEG",
        "a/photo-20w.JPEG",
        "a/photo.JPEG",
        "drawing-20x10.jpg",
        "drawing.gif",
        "drawing.png",
    ];
    assert_eq!(desk.files(), files);
}

#[test]
fn nothing_is_written_over_without_force() {
    let desk = Desk::new(&[("photo.jpg", PHOTO), ("there.jpg", b"precious"), ("folder/x", b"")]);
    let there = ["resize", "photo.jpg", "-w", "20", "-o", "there.jpg"];
    desk.run(&there).expect(1, &["photo.jpg: there.jpg exists", "--force"]);
    desk.run(&["resize", "photo.jpg", "-q", "50"]).expect(1, &["its source's place", "-o", "--force"]);
    desk.run(&["resize", "photo.jpg", "-o", "photo.jpg"]).expect(1, &["its source's place"]);
    assert_eq!((desk.read("there.jpg"), desk.read("photo.jpg")), (b"precious".to_vec(), PHOTO.to_vec()));

    desk.run(&[&there[..], &["--force"]].concat()).silent();
    assert_eq!(desk.read("there.jpg"), made(PHOTO, wide(20)));
    desk.run(&["resize", "photo.jpg", "-w", "30", "-o", "photo.jpg", "--force"]).silent();
    assert_eq!(desk.read("photo.jpg"), made(PHOTO, wide(30)));
    assert_eq!(desk.files(), ["folder/x", "photo.jpg", "there.jpg"]);
}

#[test]
fn two_results_never_share_a_name_and_no_source_is_lost() {
    let desk = Desk::new(&[("a/x.jpg", PHOTO), ("b/x.jpg", PHOTO), ("c/y.jpg", PHOTO), ("c/y.png", DRAWING)]);
    // The first in the order of the arguments has it.
    let ran = desk.run(&["resize", "b/x.jpg", "a/x.jpg", "-w", "20", "--out-dir", "out", "-v"]);
    ran.expect(1, &["a/x.jpg: ", "x.jpg is the result of another image", "b/x.jpg → "]);
    let ran = desk.run(&["resize", "c/y.png", "c/y.jpg", "-f", "jpeg", "--force"]);
    ran.expect(1, &["c/y.png: ", "y.jpg is a source, too"]);
    assert_eq!(desk.read("c/y.png"), DRAWING);
    assert_eq!(desk.files(), ["a/x.jpg", "b/x.jpg", "c/y.jpg", "c/y.png", "out/x.jpg"]);
}

#[test]
fn folders_and_patterns_keep_what_is_below_them() {
    let desk = Desk::new(&[
        ("in/a.jpg", PHOTO),
        ("in/deep/b.png", DRAWING),
        ("in/deep/notes.txt", b"no image"),
        ("in/.hidden/c.jpg", PHOTO),
        ("in/.d.jpg", PHOTO),
    ]);
    let made = |arguments: &[&str], out: &str| {
        desk.run(&[&["resize", "-w", "10", "-o", out], arguments].concat()).silent();
        let files = desk.files().into_iter().filter_map(|file| file.strip_prefix(out).map(str::to_owned));
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
    let desk = Desk::new(&[("photo[1].jpg", PHOTO), ("photo1.jpg", DRAWING)]);
    desk.run(&["resize", "photo[1].jpg", "-w", "20", "-o", "out.jpg"]).silent();
    assert_eq!(desk.read("out.jpg"), made(PHOTO, wide(20)));
}

#[test]
fn one_bad_file_does_not_stop_the_others() {
    let cut = &PHOTO[..200];
    let desk = Desk::new(&[("1.jpg", cut), ("2.jpg", PHOTO), ("3.txt", b"words"), ("4.png", DRAWING)]);
    let all = ["resize", "1.jpg", "2.jpg", "3.txt", "4.png", "5.jpg", "6*", "-w", "10", "--out-dir", "out"];
    let ran = desk.run(&[&all[..], &["--verbose"]].concat());
    ran.expect(
        1,
        &["edgepix: 1.jpg: ", "3.txt: ", "not a JPEG", "5.jpg: ", "6*: ", "2 images made, 4 failed"],
    );
    ran.expect(1, &["2.jpg → ", " 10 × ", "4.png → "]);
    assert_eq!(desk.files()[4..], ["out/2.jpg", "out/4.png"]);

    let ran = desk.run(&[&all[..], &["--force", "--fail-fast", "--jobs", "1", "--quiet"]].concat());
    ran.expect(1, &["1.jpg: "]);
    assert_eq!(ran.said.lines().count(), 1, "{}", ran.said);
    desk.run(&["resize", "2.jpg", "-w", "10", "-o", "no/where.jpg"]).expect(1, &["no/where.jpg"]);
    fs::create_dir(desk.path("empty")).unwrap();
    desk.run(&["resize", "empty", "-w", "10"]).expect(1, &["empty: ", "holds no image", "--recursive"]);
    desk.run(&["resize", "out", "-w", "10", "-o", "other/", "--jobs", "7"]).silent();
}

#[test]
fn standard_input_and_output_take_one_image() {
    let desk = Desk::new(&[("photo.jpg", PHOTO)]);
    let expected = made(PHOTO, wide(20));
    for arguments in [&["resize", "-", "-w", "20"][..], &["resize", "-", "-w", "20", "-o", "-"]] {
        let ran = desk.feed(arguments, PHOTO);
        ran.expect(0, &[]);
        assert!(ran.out == expected && ran.said.is_empty(), "{arguments:?}: {}", ran.said);
    }
    let ran = desk.run(&["resize", "photo.jpg", "-w", "20", "-o", "-", "-f", "png"]);
    assert_eq!(ran.expect(0, &[]).out, made(PHOTO, wide(20).format(Format::Png)));
    desk.feed(&["resize", "-", "-w", "20", "-o", "named.jpg"], PHOTO).silent();
    assert_eq!(desk.read("named.jpg"), expected);
    let ran = desk.feed(&["resize", "-", "-f", "auto", "-w", "20"], DRAWING);
    assert_eq!(Format::sniff(&ran.expect(0, &[]).out), Some(Format::Png));

    desk.feed(&["resize", "-", "-w", "20"], b"words").expect(1, &["standard input: ", "not a JPEG"]);
    desk.feed(&["resize", "-", "--max-source-bytes", "99"], PHOTO).expect(1, &["More than 99 bytes"]);
    desk.run(&["resize", "-", "photo.jpg", "-o", "-"]).expect(2, &["-o -"]);
    desk.run(&["resize", "-", "-", "-o", "-"]).expect(2, &["once"]);
    desk.run(&["resize", "-", "--out-dir", "out"]).expect(2, &["has no name"]);
}

#[test]
fn wrong_usage_is_told_by_the_flag_before_anything_is_done() {
    let desk = Desk::new(&[("a.jpg", PHOTO), ("b.jpg", PHOTO)]);
    for (arguments, parts) in [
        (&["a.jpg", "--fit", "covr"][..], &["--fit covr", "did you mean cover?"][..]),
        (&["a.jpg", "--width", "0"], &["--width 0", "1 … 8192"]),
        (&["a.jpg", "--width", "9000"], &["--width 9000", "1 … 8192"]),
        (&["a.jpg", "-w", "90", "--max-output-side", "80"], &["--width 90", "1 … 80"]),
        (&["a.jpg", "--format", "avif"], &["--format avif", "not built yet"]),
        (&["a.jpg", "--sharpen", "1"], &["--sharpen", "not built yet"]),
        (&["a.jpg", "--widht", "8"], &["--widht", "--width"]),
        (&["a.jpg", "-w", "8", "-w", "9"], &["--width"]),
        (&["a.jpg", "-o", "a.tif"], &["-o", "tif", "--format"]),
        (&["a.jpg", "b.jpg", "-o", "c.jpg"], &["-o c.jpg", "2 images", "folder"]),
        (&["a.jpg", "-o", "c", "--out-dir", "d"], &["--out-dir"]),
        (&["a.jpg", "--jobs", "0"], &["--jobs"]),
        (&["a.jpg", "--memory-budget", "much"], &["--memory-budget", "whole number"]),
        (&["a.jpg", "--quiet", "--verbose"], &["--quiet"]),
        (&["a.jpg", "--signing-keys", "x"], &["--signing-keys"]),
        (&[], &["<FILE>"]),
    ] {
        let ran = desk.run(&[&["resize"], arguments].concat());
        ran.expect(2, parts).expect(2, &["--help"]);
        assert_eq!(desk.files(), ["a.jpg", "b.jpg"], "{arguments:?}");
    }
}

#[test]
fn limits_are_flags_and_variables() {
    let desk = Desk::new(&[("a.jpg", PHOTO)]);
    for (flag, value, part) in [
        ("--max-source-bytes", "100", "at most 100"),
        ("--max-source-pixels", "100", "at most 100"),
        ("--memory-budget", "100000", "of memory"),
    ] {
        desk.run(&["resize", "a.jpg", "-w", "9", flag, value]).expect(1, &["a.jpg: ", part]);
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_edgepix"));
    command.args(["resize", "a.jpg", "-w", "9"]).current_dir(desk.0.path()).env_clear();
    // Those of the server alone have no part in it.
    command.envs([("EDGEPIX_MAX_SOURCE_BYTES", "100"), ("EDGEPIX_LISTEN", "nowhere")]);
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stderr).unwrap().contains("at most 100"));
    // A budget for one at a time serves many, one after the other.
    for name in ["b.jpg", "c.jpg", "d.jpg"] {
        fs::write(desk.path(name), PHOTO).unwrap();
    }
    let plan = edgepix_core::plan(PHOTO, &wide(9).build().unwrap(), &Limits::default()).unwrap();
    let budget = (plan.memory + PHOTO.len() as u64).to_string();
    let arguments = ["resize", "*.jpg", "-w", "9", "--jobs", "4", "-o", "out/", "--memory-budget", &budget];
    desk.run(&arguments).silent();
    assert_eq!(desk.files().len(), 8);
}

#[test]
fn info_tells_people_and_programs() {
    let desk = Desk::new(&[("photo.jpg", PHOTO), ("in/drawing.png", DRAWING), ("bad.jpg", b"words")]);
    let text = |ran: &Ran| String::from_utf8(ran.out.clone()).unwrap();
    let ran = desk.run(&["info", "photo.jpg"]);
    let metadata = edgepix_core::metadata(PHOTO).unwrap();
    for fact in ["photo.jpg\n", "jpeg", &metadata.width.to_string(), &metadata.height.to_string(), "upright"]
    {
        assert!(text(ran.expect(0, &[])).contains(fact), "{fact}: {}", text(&ran));
    }

    let ran = desk.run(&["info", "photo.jpg", "bad.jpg", "in"]);
    ran.expect(1, &["bad.jpg: ", "not a JPEG"]);
    let lines: Vec<_> = text(&ran).lines().map(str::to_owned).collect();
    assert!(
        lines[0].starts_with("FILE") && lines[1].starts_with("photo.jpg") && lines.len() == 3,
        "{lines:?}"
    );
    assert!(lines[2].contains("drawing.png") && lines[2].contains("png") && lines[2].contains("yes"));

    let ran = desk.run(&["info", "--json", "in/drawing.png", "photo.jpg"]);
    let lines: Vec<serde_json::Value> =
        text(ran.expect(0, &[])).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let expected = serde_json::json!({
        "file": "photo.jpg", "width": metadata.width, "height": metadata.height, "format": "jpeg",
        "sizeBytes": PHOTO.len(), "orientation": 1, "frames": 1, "hasAlpha": false, "bitDepth": 8,
        "profile": metadata.profile, "progressive": metadata.progressive,
    });
    assert_eq!(lines[1], expected);
    assert_eq!((&lines[0]["format"], &lines[0]["hasAlpha"]), (&"png".into(), &true.into()));

    let ran = desk.feed(&["info", "-"], PHOTO);
    assert!(text(ran.expect(0, &[])).starts_with("standard input\n"));
    desk.run(&["info", "-", "-"]).expect(2, &["once"]);
    desk.run(&["info", "none.jpg"]).expect(1, &["none.jpg: "]);
    desk.run(&["info"]).expect(2, &["<FILE>"]);
    desk.run(&["info", "photo.jpg", "-w", "8"]).expect(2, &["-w"]);
}

#[test]
fn help_and_readme_name_every_flag() {
    let desk = Desk::new(&[]);
    let readme = include_str!("../README.md");
    for command in ["resize", "info"] {
        let ran = desk.run(&[command, "--help"]);
        let help = String::from_utf8(ran.expect(0, &[]).out.clone()).unwrap();
        let words = help.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
        let flags: Vec<_> = words.filter(|word| word.len() > 3 && word.starts_with("--")).collect();
        assert!(flags.len() >= 4, "{help}");
        for flag in flags {
            assert!(flag == "--help" || readme.contains(flag), "{flag} is missing in the README");
        }
    }
}

#[cfg(unix)]
#[test]
fn files_are_for_whom_new_files_are_and_devices_are_written_to() {
    use std::os::unix::fs::PermissionsExt;

    let desk = Desk::new(&[("photo.jpg", PHOTO)]);
    desk.run(&["resize", "photo.jpg", "-w", "20", "-o", "small.jpg"]).silent();
    let mode = |name: &str| fs::metadata(desk.path(name)).unwrap().permissions().mode();
    assert_eq!(mode("small.jpg"), mode("photo.jpg"));
    desk.run(&["resize", "photo.jpg", "-w", "20", "-o", "/dev/null"]).silent();
    assert_eq!(desk.files(), ["photo.jpg", "small.jpg"]);
}

#[cfg(unix)]
#[test]
fn an_interrupt_ends_it_and_leaves_no_half_written_file() {
    let files: Vec<_> = (0..200).map(|number| format!("in/{number}.jpg")).collect();
    let desk = Desk::new(&files.iter().map(|name| (name.as_str(), PHOTO)).collect::<Vec<_>>());
    let mut child = Command::new(env!("CARGO_BIN_EXE_edgepix"))
        .args(["resize", "in", "-w", "40", "-o", "out/", "--jobs", "2"])
        .env_clear()
        .current_dir(desk.0.path())
        .stdin(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let results = || desk.files().into_iter().filter(|file| file.starts_with("out/")).collect::<Vec<_>>();
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
    assert!(results.iter().all(|name| desk.read(name) == expected), "{results:?}");
}
