//! The documents name commands that exist.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Parser;
use clap::error::ErrorKind;

use crate::Arguments;
use crate::step::root;

#[test]
fn every_command_of_a_document_is_understood() {
    let (mut read, mut wrong) = (0, Vec::new());
    for path in documents(root()) {
        for command in commands(&fs::read_to_string(&path).unwrap()) {
            read += 1;
            if let Err(why) = understood(&command) {
                wrong.push(format!("{}: cargo xtask {command}: {why}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(read > 30, "only {read} commands were found");
}

#[test]
fn a_command_that_does_not_exist_is_found() {
    let text = "`cargo xtask build npm`, `cargo xtask build sand`, `cargo xtask`\n\
                $ cargo xtask golden --hots native    # a remark\n\
                <!-- run by .ci/run: cargo xtask test -->\n`cargo xtask dev PLATFORM`\n";
    let found = commands(text);
    assert_eq!(found, ["build npm", "build sand", "golden --hots native", "test", "dev PLATFORM"]);
    let wrong: Vec<_> = found.iter().filter(|command| understood(command).is_err()).collect();
    assert_eq!(wrong, ["build sand", "golden --hots native"]);
}

/// What follows `cargo xtask`, up to the end of the code or of the line.
fn commands(text: &str) -> Vec<String> {
    let parts = text.split("cargo xtask ").skip(1);
    let commands = parts.map(|part| {
        let end = part.find(['`', '\n', '#', ';', '&']).unwrap_or(part.len());
        part[..end].trim_end_matches(['-', '>', ' ']).to_owned()
    });
    commands
        .filter(|command| command.starts_with(|first: char| first.is_ascii_lowercase() || first == '-'))
        .collect()
}

/// Whether the command line takes it. In place of a word in capitals stands any value.
fn understood(command: &str) -> Result<(), clap::Error> {
    let is_open = |word: &str| word.chars().all(|c| c.is_ascii_uppercase());
    if command.split_whitespace().any(is_open) {
        return Ok(());
    }
    match Arguments::try_parse_from(["cargo xtask"].into_iter().chain(command.split_whitespace())) {
        Err(error) if error.kind() != ErrorKind::DisplayHelp => Err(error),
        _ => Ok(()),
    }
}

/// Every document below a folder that is not made by a tool.
fn documents(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let (path, name) = (entry.path(), entry.file_name().into_string().unwrap_or_default());
        let is_made = ["target", "dist", "node_modules", "venv"].contains(&name.as_str());
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) && !is_made && !name.starts_with('.') {
            found.extend(documents(&path));
        } else if name.ends_with(".md") {
            found.push(path);
        }
    }
    found
}
