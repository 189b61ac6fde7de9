//! A folder to work in, and the program run in it.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use edgepix_core::{Format, Limits, Transform, TransformBuilder};
use tempfile::{TempDir, tempdir};

pub(crate) const PHOTO: &[u8] = include_bytes!("../../samples/fig.jpg");
pub(crate) const DRAWING: &[u8] = include_bytes!("../../samples/balloon.png");

/// What came of a run.
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) out: Vec<u8>,
    pub(crate) said: String,
}

/// A folder to work in.
pub(crate) struct Folder(pub(crate) TempDir);

impl Folder {
    pub(crate) fn new(files: &[(&str, &[u8])]) -> Self {
        let folder = Self(tempdir().unwrap());
        for (name, bytes) in files {
            let path = folder.path(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        folder
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        self.feed(arguments, &[])
    }

    /// Runs the program in the folder, with these bytes on its standard input.
    pub(crate) fn feed(&self, arguments: &[&str], stdin: &[u8]) -> Ran {
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
    pub(crate) fn files(&self) -> Vec<String> {
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
    pub(crate) fn expect(&self, code: i32, parts: &[&str]) -> &Self {
        assert_eq!(self.code, Some(code), "{}", self.said);
        for part in parts {
            assert!(self.said.contains(part), "{part}: {}", self.said);
        }
        self
    }

    #[track_caller]
    pub(crate) fn silent(&self) {
        self.expect(0, &[]);
        assert_eq!((self.said.as_str(), self.out.as_slice()), ("", &[][..]));
    }
}

/// What the core makes of a source, when it is told the same.
pub(crate) fn made(source: &[u8], options: TransformBuilder) -> Vec<u8> {
    let options = options.build().unwrap();
    let format = options.format().or_else(|| Format::sniff(source)).unwrap();
    let quality = format.default_quality().map(|default| options.quality().unwrap_or(default).get());
    let palette = options.quality().filter(|_| options.format().is_some() && format.has_palette_mode());
    let lossy = quality.or(palette.map(|quality| quality.get())).filter(|_| !options.lossless());
    let options = options.to_builder().quality(lossy).build().unwrap();
    edgepix_core::transform(source, &options, &Limits::default()).unwrap().bytes
}

pub(crate) fn wide(width: u32) -> TransformBuilder {
    Transform::builder().width(width)
}
