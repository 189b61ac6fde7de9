//! The documents: their links lead somewhere, their commands work, the first page stays short, and the crates' public
//! items have examples.
//!
//! A comment of one line, right before a fenced block of shell commands, says who runs the commands:
//!
//! - `<!-- run: files -->`: this test, in a folder that holds `photo.jpg` and `photos/`, with `edgepix` on the path.
//! - `<!-- run: server -->`: the same, beside a server that was started without any settings. Its address stands in
//!   place of `http://127.0.0.1:3000`.
//! - `<!-- run by PATH: TEXT -->`: another part of what a change must pass. The file holds the text, which names the part.
//! - `<!-- not run: REASON -->`: nobody.

mod commands;
mod examples;
mod markdown;
mod signing;

use std::fs;
use std::path::{Path, PathBuf};

use markdown::{Block, Document};

/// The most words of the first page.
const FIRST_PAGE: usize = 900;
/// Where links that are absolute, for pages of registries, lead into this repository.
const REPOSITORY: &str = "https://github.com/edgepix/edgepix/";

#[test]
fn links_lead_somewhere() {
    let documents = documents();
    assert!(documents.len() > 20, "only {} documents were found", documents.len());
    let mut broken = Vec::new();
    for document in &documents {
        let links = document.links();
        for link in &links {
            if let Err(why) = follow(document, link, &documents) {
                broken.push(format!("{}: {link}: {why}", document.path.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn the_first_page_is_short() {
    let first = Document::read(&root(), Path::new("README.md"));
    let words = first.words();
    assert!((300..FIRST_PAGE).contains(&words), "README.md has {words} words");
}

#[test]
fn shell_commands_say_who_runs_them() {
    let mut wrong = Vec::new();
    for document in documents() {
        for block in document.blocks().iter().filter(|block| commands::is_shell(block)) {
            if let Err(why) = commands::Runner::of(block, &root()) {
                wrong.push(format!("{}:{}: {why}", document.path.display(), block.line));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn shell_commands_work() {
    let mut ran = 0;
    for document in documents() {
        for block in document.blocks() {
            let place = format!("{}:{}", document.path.display(), block.line);
            ran += usize::from(commands::run(&block, &root()).unwrap_or_else(|why| panic!("{place}: {why}")));
        }
    }
    assert!(ran >= 2, "only {ran} blocks were run");
}

/// Finds what a link leads to.
fn follow(document: &Document, link: &str, documents: &[Document]) -> Result<(), String> {
    let (target, anchor) =
        link.split_once('#').map_or((link, None), |(target, anchor)| (target, Some(anchor)));
    let path = if let Some(rest) = target.strip_prefix(REPOSITORY) {
        match rest.strip_prefix("tree/main/").or_else(|| rest.strip_prefix("blob/main/")) {
            Some(path) => PathBuf::from(path),
            // Its pages beside the files: releases, actions.
            None => return Ok(()),
        }
    } else if target.contains("://") || target.starts_with("mailto:") {
        return Ok(());
    } else if target.is_empty() {
        document.path.clone()
    } else {
        joined(&document.path, target).ok_or("it leads out of the repository")?
    };
    if !root().join(&path).exists() {
        return Err(format!("there is no {}", path.display()));
    }
    let Some(anchor) = anchor else { return Ok(()) };
    match documents.iter().find(|document| document.path == path) {
        Some(document) if document.anchors().iter().any(|known| known == anchor) => Ok(()),
        Some(document) => {
            Err(format!("there is no heading like that; there are {}", document.anchors().join(", ")))
        }
        None => Err(format!("{} is no document with headings", path.display())),
    }
}

/// A path as a document names it, from the root of the repository.
fn joined(document: &Path, target: &str) -> Option<PathBuf> {
    let mut path = document.parent().unwrap_or(Path::new("")).to_owned();
    for part in target.split('/').filter(|part| !matches!(*part, "" | ".")) {
        if part != ".." {
            path.push(part);
        } else if !path.pop() {
            return None;
        }
    }
    Some(path)
}

/// Every document of the repository.
fn documents() -> Vec<Document> {
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(root().join(&folder)).unwrap().flatten() {
            let name = entry.file_name().into_string().unwrap_or_default();
            let path = folder.join(&name);
            let is_made = ["target", "dist", "node_modules", "venv"].contains(&name.as_str());
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                if !is_made && !name.starts_with('.') {
                    folders.push(path);
                }
            } else if name.ends_with(".md") {
                found.push(Document::read(&root(), &path));
            }
        }
    }
    found.sort_by(|one, other| one.path.cmp(&other.path));
    found
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// A document with this text.
fn of(text: &str) -> Document {
    Document { path: PathBuf::from("docs/releasing.md"), text: text.to_owned() }
}

#[test]
fn broken_links_are_found() {
    let document = of(
        "# A b\n\n[x](#a-b) [x](#a) [x](nothing.md) [x](../README.md) [x](../../x) ![x](y.svg)\n\n```\n[x](z)\n```\n",
    );
    let documents = [of(&document.text)];
    let broken = |link: &&String| follow(&document, link, &documents).is_err();
    let links = document.links();
    assert_eq!(links.iter().filter(broken).collect::<Vec<_>>(), ["#a", "nothing.md", "../../x", "y.svg"]);
}

#[test]
fn blocks_without_a_runner_are_found() {
    let runs = |text: &str| {
        let blocks: Vec<Block> = of(text).blocks();
        commands::Runner::of(&blocks[0], &root()).is_ok()
    };
    for (mark, good) in [
        ("", false),
        ("<!-- run: files -->", true),
        ("<!-- run: server -->\n", true),
        ("<!-- run: moon -->", false),
        ("<!-- not run: it formats the disk -->", true),
        ("<!-- not run: -->", false),
        ("<!-- run by xtask/src/main.rs: fn main -->", true),
        ("<!-- run by xtask/src/main.rs: fn niam -->", false),
        ("<!-- run by xtask/src/none.rs: fn main -->", false),
        ("<!-- run by xtask/src/main.rs: -->", false),
        ("<!-- run: files -->\n\nA sentence.", false),
    ] {
        assert_eq!(runs(&format!("# A\n\n{mark}\n```sh\nls\n```\n")), good, "{mark}");
    }
}
