//! Blocks of shell commands, run in a folder as they stand.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use edgepix_golden::runtimes::{Runtime, Settings};

use crate::markdown::Block;

/// The address that the documents write, and a server has that was started without settings.
const ADDRESS: &str = "http://127.0.0.1:3000";

/// Who runs a block.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Runner {
    /// This test, beside files.
    Files,
    /// This test, beside files and a server.
    Server,
    /// Another part of what a change must pass.
    Other,
    /// Nobody.
    Nobody,
}

impl Runner {
    /// Reads the comment before a block.
    pub(crate) fn of(block: &Block, root: &Path) -> Result<Self, String> {
        let comment = block.comment.as_deref().ok_or("no comment says who runs the commands that follow")?;
        let (words, rest) = comment.split_once(':').unwrap_or((comment, ""));
        let rest = rest.trim();
        match (words, rest) {
            ("run", "files") => Ok(Runner::Files),
            ("run", "server") => Ok(Runner::Server),
            (_, "") => Err(format!("`{comment}` does not say how or why")),
            ("not run", _) => Ok(Runner::Nobody),
            _ => {
                let path =
                    words.strip_prefix("run by ").ok_or_else(|| format!("`{comment}` is not understood"))?;
                let text = fs::read_to_string(root.join(path)).map_err(|error| format!("{path}: {error}"))?;
                if text.contains(rest) {
                    Ok(Runner::Other)
                } else {
                    Err(format!("{path} does not hold `{rest}`"))
                }
            }
        }
    }
}

pub(crate) fn is_shell(block: &Block) -> bool {
    ["sh", "bash", "shell", "console"].contains(&block.language.as_str())
}

/// Runs a block of commands that is this test's to run, and tells whether it was.
pub(crate) fn run(block: &Block, root: &Path) -> Result<bool, String> {
    if !is_shell(block) {
        return Ok(false);
    }
    let server = match Runner::of(block, root)? {
        Runner::Files => None,
        Runner::Server => Some(Runtime::start("server", &Settings::default())?),
        Runner::Other | Runner::Nobody => return Ok(false),
    };
    let mut script = commands(block);
    if let Some(server) = &server {
        script = script.replace(ADDRESS, &server.url(""));
    }
    let folder = Folder::new(root, block.line)?;
    let mut path = std::ffi::OsString::from(root.join("dist"));
    if let Some(rest) = std::env::var_os("PATH") {
        path.push(":");
        path.push(rest);
    }
    let mut shell = Command::new("sh");
    shell.args(["-e", "-u", "-c", &script]).current_dir(&folder.0).env("PATH", path);
    // There `curl` finds that a status of 400 and above is a failure.
    let output = shell.env("CURL_HOME", &folder.0).output().map_err(|error| format!("sh: {error}"))?;
    if output.status.success() {
        return Ok(true);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(format!("{script}\nended with {}: {said}", output.status))
}

/// The commands of a block; of a console's, the lines behind a prompt and those that continue them.
fn commands(block: &Block) -> String {
    if block.language != "console" {
        return block.text.clone();
    }
    let mut script = String::new();
    for line in block.text.lines() {
        let continues = script.ends_with("\\\n");
        if let Some(command) = line.strip_prefix("$ ").or(continues.then_some(line)) {
            script.push_str(command);
            script.push('\n');
        }
    }
    script
}

/// A folder with something to work on, removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(root: &Path, number: usize) -> Result<Self, String> {
        let name = format!("edgepix-docs-{}-{number}", std::process::id());
        let folder = Self(std::env::temp_dir().join(name));
        let samples = root.join("platforms/server/samples");
        let fill = || {
            fs::create_dir_all(folder.0.join("photos/below"))?;
            fs::write(folder.0.join(".curlrc"), "fail\nsilent\nshow-error\n")?;
            for (from, to) in [
                ("fig.jpg", "photo.jpg"),
                ("fig.jpg", "photos/fig.jpg"),
                ("balloon.png", "photos/below/balloon.png"),
            ] {
                fs::copy(samples.join(from), folder.0.join(to))?;
            }
            Ok(())
        };
        fill().map_err(|error: std::io::Error| format!("{}: {error}", folder.0.display()))?;
        Ok(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn a_consoles_commands_are_told_from_its_answers() {
    let block = |language: &str, text: &str| Block {
        line: 1,
        language: language.to_owned(),
        text: text.to_owned(),
        comment: None,
    };
    assert_eq!(commands(&block("console", "$ a \\\n    b\nanswer\n$ c\n")), "a \\\n    b\nc\n");
    assert_eq!(commands(&block("sh", "a\nb\n")), "a\nb\n");
}
