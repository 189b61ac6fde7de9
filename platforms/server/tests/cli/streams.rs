//! Standard input and output, and terminals.

use edgepix_core::Format;

use crate::folder::{DRAWING, Folder, PHOTO, made, wide};

#[test]
fn standard_input_and_output_take_one_image() {
    let folder = Folder::new(&[("photo.jpg", PHOTO)]);
    let expected = made(PHOTO, wide(20));
    for arguments in [&["resize", "-", "-w", "20"][..], &["resize", "-", "-w", "20", "-o", "-"]] {
        let ran = folder.feed(arguments, PHOTO);
        ran.expect(0, &[]);
        assert!(ran.out == expected && ran.said.is_empty(), "{arguments:?}: {}", ran.said);
    }
    let ran = folder.run(&["resize", "photo.jpg", "-w", "20", "-o", "-", "-f", "png"]);
    assert_eq!(ran.expect(0, &[]).out, made(PHOTO, wide(20).format(Format::Png)));
    folder.feed(&["resize", "-", "-w", "20", "-o", "named.jpg"], PHOTO).silent();
    assert_eq!(folder.read("named.jpg"), expected);
    let ran = folder.feed(&["resize", "-", "-f", "auto", "-w", "20"], DRAWING);
    assert_eq!(Format::sniff(&ran.expect(0, &[]).out), Some(Format::Png));

    folder.feed(&["resize", "-", "-w", "20"], b"words").expect(1, &["standard input: ", "not a JPEG"]);
    folder.feed(&["resize", "-", "--max-source-bytes", "99"], PHOTO).expect(1, &["More than 99 bytes"]);
    folder.run(&["resize", "-", "photo.jpg", "-o", "-"]).expect(2, &["-o -"]);
    folder.run(&["resize", "-", "-", "-o", "-"]).expect(2, &["once"]);
    folder.run(&["resize", "-", "--out-dir", "out"]).expect(2, &["has no name"]);
}

/// A terminal, and the program with it in place of a stream or two.
#[cfg(unix)]
mod terminal {
    use std::fs::{File, OpenOptions};
    use std::io::Read;
    use std::process::{Command, Stdio};
    use std::thread;

    use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

    use crate::folder::{Folder, PHOTO, made, wide};

    /// What is said on a terminal, and the exit code.
    fn run(folder: &Folder, arguments: &[&str], [stdin, stdout, stderr]: [bool; 3]) -> (Option<i32>, String) {
        let terminal = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&terminal).unwrap();
        unlockpt(&terminal).unwrap();
        let name = ptsname(&terminal, Vec::new()).unwrap().into_string().unwrap();
        let other_end = OpenOptions::new().read(true).write(true).open(name).unwrap();
        let stream = |is_terminal: bool| match is_terminal {
            true => Stdio::from(other_end.try_clone().unwrap()),
            false => Stdio::null(),
        };
        let mut command = Command::new(env!("CARGO_BIN_EXE_edgepix"));
        command.args(arguments).env_clear().env("TERM", "xterm").current_dir(folder.0.path());
        command.stdin(stream(stdin)).stdout(stream(stdout));
        command.stderr(if stderr { stream(true) } else { Stdio::piped() });
        let child = command.spawn().unwrap();
        // Once the program has ended, nobody is left to write.
        drop((command, other_end));
        let reader = thread::spawn(move || {
            let (mut shown, mut part) = (Vec::new(), [0; 1024]);
            // At the end Linux answers with an error.
            while let Ok(count @ 1..) = File::from(terminal.try_clone().unwrap()).read(&mut part) {
                shown.extend(&part[..count]);
            }
            String::from_utf8(shown).unwrap()
        });
        let output = child.wait_with_output().unwrap();
        let said = reader.join().unwrap() + std::str::from_utf8(&output.stderr).unwrap();
        (output.status.code(), said)
    }

    #[test]
    fn images_are_not_written_to_it_nor_read_from_it() {
        let folder = Folder::new(&[("photo.jpg", PHOTO)]);
        let (code, said) = run(&folder, &["photo.jpg", "-w", "8", "-o", "-"], [false, true, false]);
        assert!(code == Some(2) && said.contains("nothing for a terminal") && said.contains('>'), "{said}");
        assert!(!said.contains("JFIF"), "{said}");
        for arguments in [&["resize", "-", "-w", "8"][..], &["info", "-"]] {
            let (code, said) = run(&folder, arguments, [true, false, false]);
            assert!(code == Some(2) && said.contains("keyboard") && said.contains('|'), "{said}");
        }
    }

    #[test]
    fn it_is_told_what_became_of_each_file() {
        let folder = Folder::new(&[("a.jpg", PHOTO), ("b.jpg", PHOTO)]);
        let (code, said) = run(&folder, &["a.jpg", "--widths", "8,9"], [false, false, true]);
        assert_eq!(code, Some(0));
        assert!(said.contains("a.jpg → a-8w.jpg  8 × 5") && said.contains("a-9w.jpg  9 × 6"), "{said}");
        let (code, said) = run(&folder, &["a.jpg", "-w", "8", "--skip-existing"], [false, false, true]);
        assert!(code == Some(0) && said.contains("a-8w.jpg exists already"), "{said}");
        let (code, said) = run(&folder, &["a.jpg", "b.jpg", "-w", "7"], [false, false, true]);
        assert!(code == Some(0) && said.contains("2 images made") && !said.contains('→'), "{said}");
        let (code, said) = run(&folder, &["a.jpg", "-w", "6", "--quiet"], [false, false, true]);
        assert_eq!((code, said.as_str()), (Some(0), ""));
        assert_eq!(folder.read("a-6w.jpg"), made(PHOTO, wide(6)));
    }
}
