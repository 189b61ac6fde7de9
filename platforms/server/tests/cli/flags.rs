//! Flags: what may be left out, what is wrong, what explains itself.

use std::fs;
use std::process::Command;

use edgepix_core::{Limits, Transform};

use crate::folder::{DRAWING, Folder, PHOTO, made, wide};

#[test]
fn wrong_usage_is_told_by_the_flag_before_anything_is_done() {
    let folder = Folder::new(&[("a.jpg", PHOTO), ("b.jpg", PHOTO)]);
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
        (&["a.jpg"], &["nothing to do", "-w 800", "-f webp"]),
        (&["."], &["nothing to do", "edgepix --origin ."]),
        (&["a.jpg", "-w", "8", "--widths", "9"], &["--widths", "--width"]),
        (&["a.jpg", "--widths", "9,"], &["--widths \"\"", "1 … 8192"]),
        (&["a.jpg", "-w", "110%"], &["--width 110%", "at most 100%", "--enlarge"]),
        (&["a.jpg", "-h", "30x"], &["--height 30x", "1 … 8192"]),
        (&["a.jpg", "-f", "webp,"], &["--format \"\"", "webp"]),
        (&[], &["<FILE>"]),
    ] {
        let ran = folder.run(&[&["resize"], arguments].concat());
        ran.expect(2, parts).expect(2, &["--help"]);
        assert_eq!(folder.files(), ["a.jpg", "b.jpg"], "{arguments:?}");
    }
}

#[test]
fn limits_are_flags_and_variables() {
    let folder = Folder::new(&[("a.jpg", PHOTO)]);
    for (flag, value, part) in [
        ("--max-source-bytes", "100", "at most 100"),
        ("--max-source-pixels", "100", "at most 100"),
        ("--memory-budget", "100000", "of memory"),
    ] {
        folder.run(&["resize", "a.jpg", "-w", "9", flag, value]).expect(1, &["a.jpg: ", part]);
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_edgepix"));
    command.args(["resize", "a.jpg", "-w", "9"]).current_dir(folder.0.path()).env_clear();
    // Those of the server alone have no part in it.
    command.envs([("EDGEPIX_MAX_SOURCE_BYTES", "100"), ("EDGEPIX_LISTEN", "nowhere")]);
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stderr).unwrap().contains("at most 100"));
    // A budget for one at a time serves many, one after the other.
    for name in ["b.jpg", "c.jpg", "d.jpg"] {
        fs::write(folder.path(name), PHOTO).unwrap();
    }
    let plan = edgepix_core::plan(PHOTO, &wide(9).build().unwrap(), &Limits::default()).unwrap();
    let budget = (plan.memory + PHOTO.len() as u64).to_string();
    let arguments = ["resize", "*.jpg", "-w", "9", "--jobs", "4", "-o", "out/", "--memory-budget", &budget];
    folder.run(&arguments).silent();
    assert_eq!(folder.files().len(), 8);
}

#[test]
fn help_and_readme_name_every_flag() {
    let folder = Folder::new(&[]);
    let readme = include_str!("../../README.md");
    for command in ["resize", "info", "completions", "man"] {
        let ran = folder.run(&[command, "--help"]);
        let help = String::from_utf8(ran.expect(0, &[]).out.clone()).unwrap();
        let words = help.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
        let flags: Vec<_> = words.filter(|word| word.len() > 3 && word.starts_with("--")).collect();
        assert!(flags.len() >= 2, "{help}");
        for flag in flags {
            assert!(flag == "--help" || readme.contains(flag), "{flag} is missing in the README");
        }
    }
}

#[test]
fn h_is_the_height_where_a_number_follows() {
    let folder = Folder::new(&[("photo.jpg", PHOTO)]);
    let expected = made(PHOTO, Transform::builder().height(20));
    for arguments in [
        &["resize", "photo.jpg", "-h", "20"][..],
        &["resize", "-h", "20", "photo.jpg"],
        &["resize", "photo.jpg", "-h20"],
        &["resize", "photo.jpg", "-h=20"],
        &["resize", "photo.jpg", "-rh", "20"],
        &["-h", "20", "photo.jpg"],
    ] {
        let ran = folder.run(&[arguments, &["-o", "out.jpg", "--force"]].concat());
        ran.silent();
        assert_eq!(folder.read("out.jpg"), expected, "{arguments:?}");
        fs::remove_file(folder.path("out.jpg")).unwrap();
    }
    for arguments in
        [&["resize", "-h"][..], &["resize", "photo.jpg", "-h"], &["photo.jpg", "-h"], &["resize", "--help"]]
    {
        let ran = folder.run(arguments);
        let help = String::from_utf8(ran.expect(0, &[]).out.clone()).unwrap();
        assert!(help.contains("Usage: edgepix resize") && help.contains("-h, --height"), "{help}");
    }
    for arguments in [&["-h"][..], &["info", "-h"], &["serve", "-h"]] {
        let ran = folder.run(arguments);
        assert!(String::from_utf8_lossy(&ran.expect(0, &[]).out).contains("-h, --help"), "{arguments:?}");
    }
    folder.run(&["resize", "photo.jpg", "--height"]).expect(2, &["--height"]);
    assert_eq!(folder.files(), ["photo.jpg"]);
}

#[test]
fn files_alone_are_resized() {
    let folder = Folder::new(&[("photo.jpg", PHOTO), ("drawing.png", DRAWING)]);
    folder.run(&["photo.jpg", "-w", "20"]).silent();
    assert_eq!(folder.read("photo-20w.jpg"), made(PHOTO, wide(20)));
    folder.run(&["--quality", "50", "photo.jpg", "drawing.png", "-o", "out/"]).silent();
    let ran = folder.feed(&["-", "-w", "20", "-o", "-"], PHOTO);
    assert_eq!(ran.expect(0, &[]).out, made(PHOTO, wide(20)));
    assert_eq!(
        folder.files(),
        ["drawing.png", "out/drawing.png", "out/photo.jpg", "photo-20w.jpg", "photo.jpg"]
    );
    folder.run(&["none.jpg", "-w", "20"]).expect(1, &["none.jpg: "]);
    folder.run(&["photo.jpg", "--widht", "20"]).expect(2, &["--widht", "--width"]);
    folder.run(&["-w", "20"]).expect(2, &["<FILE>"]);
    folder.run(&["resiez", "photo.jpg", "-w", "20"]).expect(2, &["resiez", "'resize'"]);
}

#[test]
fn limits_of_the_command_line_are_wide() {
    // 34 MB, of which the end is not needed.
    let long = [PHOTO, &vec![0; 33 << 20]].concat();
    let folder = Folder::new(&[("long.jpg", &long)]);
    folder.run(&["resize", "long.jpg", "-w", "9"]).silent();
    let ran = folder.run(&["resize", "long.jpg", "-w", "8", "--max-source-bytes", "33554432"]);
    ran.expect(1, &["long.jpg: ", "at most 33554432", "--max-source-bytes raises"]);
    folder.run(&["resize", "long.jpg", "-w", "8", "--max-work", "5000000"]).expect(1, &["--max-work raises"]);
}

#[test]
fn shells_complete_what_there_is() {
    let folder = Folder::new(&[]);
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ran = folder.run(&["completions", shell]);
        let text = String::from_utf8(ran.expect(0, &[]).out.clone()).unwrap();
        for word in ["edgepix", "resize", "skip-existing"] {
            assert!(text.contains(word), "{shell}: {word}");
        }
    }
    folder.run(&["completions", "--out-dir", "new/shells"]).silent();
    let names = ["_edgepix", "_edgepix.ps1", "edgepix.bash", "edgepix.elv", "edgepix.fish"];
    assert_eq!(folder.files(), names.map(|name| format!("new/shells/{name}")));
    assert_eq!(folder.read("new/shells/edgepix.fish"), folder.run(&["completions", "fish"]).out);
    folder.run(&["completions", "tcsh"]).expect(2, &["tcsh", "bash"]);
    folder.run(&["completions"]).expect(2, &["SHELL"]);

    // Bash itself finds the flag, and the values.
    let script = "source new/shells/edgepix.bash; COMP_WORDS=(edgepix resize \"$1\" \"$2\"); COMP_CWORD=$3; \
                  _edgepix edgepix \"${COMP_WORDS[$3]}\" \"${COMP_WORDS[$3-1]}\"; echo ${COMPREPLY[@]}";
    for (words, completed) in
        [(["--skip-e", "", "2"], "--skip-existing"), (["--fit", "co", "3"], "cover contain")]
    {
        let mut bash = Command::new("bash");
        bash.args(["--norc", "-c", script, "bash"]).args(words).current_dir(folder.0.path());
        let output = bash.output().expect("bash is needed: apt-get install bash");
        let text = String::from_utf8(output.stdout).unwrap();
        let (mut found, mut expected): (Vec<_>, Vec<_>) =
            (text.split_whitespace().collect(), completed.split(' ').collect());
        found.sort_unstable();
        expected.sort_unstable();
        assert_eq!(found, expected, "{}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn manual_pages_tell_every_flag() {
    let folder = Folder::new(&[]);
    folder.run(&["man", "--out-dir", "man"]).silent();
    let commands = ["-completions", "-health", "-info", "-man", "-resize", "-serve", "-sign", ""];
    assert_eq!(folder.files(), commands.map(|name| format!("man/edgepix{name}.1")));
    for command in ["serve", "resize", "info"] {
        let page = folder.run(&["man", command]).out;
        assert_eq!(page, folder.read(&format!("man/edgepix-{command}.1")));
        let page = String::from_utf8(page).unwrap().replace('\\', "");
        assert!(page.contains(env!("CARGO_PKG_VERSION")), "{page}");
        let help = folder.run(&[command, "--help"]).out;
        let help = String::from_utf8(help).unwrap();
        let words = help.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
        for flag in words.filter(|word| word.len() > 3 && word.starts_with("--")) {
            assert!(page.contains(flag), "{flag}: {page}");
        }
    }
    let page = folder.run(&["man"]).out;
    assert_eq!(page, folder.read("man/edgepix.1"));
    // Examples stay lines.
    let page = String::from_utf8(page).unwrap();
    let examples = page.split(".nf\n").nth(1).and_then(|rest| rest.split(".fi\n").next()).unwrap();
    assert!(examples.lines().count() == 3 && examples.contains("edgepix info photo.jpg"), "{page}");
    folder.run(&["man", "none"]).expect(2, &["no such command"]);
}
