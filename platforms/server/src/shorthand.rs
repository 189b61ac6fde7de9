//! Two abbreviations of the command line: `resize` may be left out (`edgepix photo.jpg -w 800`), and `-h` is the height if a
//! number follows (`-h 600`), else it asks for help.

use std::ffi::{OsStr, OsString};
use std::path::Path;

use clap::Command;
use clap::error::ErrorKind;

use crate::cli::Tool;

/// Rewrites arguments, of which the first is the program's name, to what `command` parses.
pub(crate) fn expand(command: &Command, mut arguments: Vec<OsString>) -> Vec<OsString> {
    let program = Program::new(command);
    if program.means_resize(&arguments) {
        arguments.insert(1, Tool::DEFAULT.into());
    }
    if arguments.get(1).is_some_and(|name| name == Tool::DEFAULT) {
        replace_help_flag(&mut arguments[2..]);
    }
    arguments
}

/// Replaces each `-h` that no number follows by `--help`.
fn replace_help_flag(arguments: &mut [OsString]) {
    for at in 0..before_dashes(arguments) {
        if arguments[at] == "-h" && !arguments.get(at + 1).is_some_and(|next| starts_like_number(next)) {
            arguments[at] = "--help".into();
        }
    }
}

/// The number of arguments before `--`, behind which there are files only.
fn before_dashes(arguments: &[OsString]) -> usize {
    arguments.iter().position(|argument| argument == "--").unwrap_or(arguments.len())
}

/// Whether a text starts like a number. If it is none after all, as `30x`, the error names the height.
fn starts_like_number(text: &OsStr) -> bool {
    let text = text.as_encoded_bytes();
    let digits = text.strip_prefix(b"-").or_else(|| text.strip_prefix(b"+")).unwrap_or(text);
    digits.strip_prefix(b".").unwrap_or(digits).first().is_some_and(u8::is_ascii_digit)
}

/// The program's commands and flags.
struct Program {
    command: Command,
    resize: Command,
}

impl Program {
    fn new(command: &Command) -> Self {
        let mut command = command.clone();
        command.build();
        let resize = command.find_subcommand(Tool::DEFAULT).cloned().unwrap_or_default();
        Self { command, resize }
    }

    /// Whether `resize` is meant: the first argument is a file, or a flag is one that only `resize` has, or the arguments are
    /// wrong for the server and right for `resize`.
    fn means_resize(&self, arguments: &[OsString]) -> bool {
        let Some(first) = arguments.get(1) else { return false };
        if self.is_like_command(first) {
            return false;
        }
        let given = &arguments[1..];
        let options = &given[..before_dashes(given)];
        let flagged = (0..options.len()).any(|at| self.is_resize_flag(&options[at], options.get(at + 1)));
        if looks_like_file(first) || flagged {
            return true;
        }
        // Flags that both have, as `--quality`: try.
        let for_server = self.command.clone().try_get_matches_from(arguments);
        let wrong = [ErrorKind::InvalidSubcommand, ErrorKind::UnknownArgument, ErrorKind::ArgumentConflict];
        let wrong = for_server.is_err_and(|error| wrong.contains(&error.kind()));
        wrong && given.iter().any(|argument| looks_like_file(argument)) && {
            let with_resize = [&arguments[..1], &[Tool::DEFAULT.into()], given].concat();
            self.command.clone().try_get_matches_from(with_resize).is_ok()
        }
    }

    /// Whether a word is the name of a command, or similar to one.
    fn is_like_command(&self, word: &OsStr) -> bool {
        let names: Vec<_> = self.command.get_subcommands().map(Command::get_name).collect();
        let Some(word) = word.to_str() else { return false };
        names.contains(&word) || (!looks_like_file(word.as_ref()) && is_similar(word, &names))
    }

    /// Whether an argument is a flag that `resize` has and the server has not.
    fn is_resize_flag(&self, argument: &OsStr, next: Option<&OsString>) -> bool {
        let text = argument.to_string_lossy();
        if let Some(long) = text.strip_prefix("--") {
            let name = long.split('=').next().unwrap_or_default();
            let has = |command: &Command| command.get_arguments().any(|arg| arg.get_long() == Some(name));
            return has(&self.resize) && !has(&self.command);
        }
        let mut letters = text.chars();
        match (letters.next(), letters.next(), letters.as_str()) {
            (Some('-'), Some('h'), "") => next.is_some_and(|next| starts_like_number(next)),
            (Some('-'), Some('h'), value) => {
                starts_like_number(value.strip_prefix('=').unwrap_or(value).as_ref())
            }
            (Some('-'), Some(short), _) => {
                let has =
                    |command: &Command| command.get_arguments().any(|arg| arg.get_short() == Some(short));
                has(&self.resize) && !has(&self.command)
            }
            _ => false,
        }
    }
}

fn is_similar(word: &str, names: &[&str]) -> bool {
    edgepix_core::closest(word, names, &[]).is_some()
}

/// Whether an argument looks like a file or a pattern: it has a dot, a slash or a special character, or there is such a
/// file.
fn looks_like_file(argument: &OsStr) -> bool {
    let text = argument.as_encoded_bytes();
    if text.starts_with(b"-") {
        return text == b"-";
    }
    text.iter().any(|byte| b"./\\*?[{".contains(byte)) || Path::new(argument).exists()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::command;

    fn expanded(line: &str) -> String {
        let arguments = ["edgepix"].into_iter().chain(line.split_whitespace()).map(OsString::from).collect();
        let expanded = expand(&command(), arguments);
        let words: Vec<_> = expanded.iter().skip(1).map(|word| word.to_str().unwrap()).collect();
        words.join(" ")
    }

    #[test]
    fn resize_may_be_left_out() {
        for line in [
            "photo.jpg",
            "photo.jpg -w 800",
            "- -w 800",
            "-w 800 photo",
            "-w800 photo.jpg",
            "--width=800 photo.jpg",
            "-h 600 photo.jpg",
            "-h600 photo.jpg",
            "-h=600 photo.jpg",
            "*.jpg -o small/",
            "photos/ -r -w 9",
            "-o small/ a b",
            "--quality 80 photo.jpg",
            "--widths 320,640 photo.jpg",
            "--max-work 5 ./photo",
            "photo.jpg --widht 80",
            "src -w 80",
            "C:\\photos\\a.jpg -w 80",
        ] {
            assert_eq!(expanded(line), format!("resize {line}"));
        }
    }

    #[test]
    fn the_server_and_the_commands_stay_as_they_are() {
        for line in [
            "",
            "--help",
            "-h",
            "-V",
            "serve",
            "serve --origin ./photos",
            "--origin ./photos",
            "--quality jpeg=80",
            "--widths 320,640",
            "--page --listen 127.0.0.1:80",
            "--orign ./photos",
            "resize photo.jpg -w 80",
            "info photo.jpg",
            "help resize",
            // Mistyped.
            "resized",
            "rezise photo.jpg -w 80",
            "inof photo.jpg",
            "-x photo.jpg",
        ] {
            assert_eq!(expanded(line), line);
        }
    }

    #[test]
    fn a_number_makes_it_a_height() {
        for (line, understood) in [
            ("resize -h", "resize --help"),
            ("resize a.jpg -h", "resize a.jpg --help"),
            ("resize -h a.jpg", "resize --help a.jpg"),
            ("resize a.jpg -w 8 -h -q 9", "resize a.jpg -w 8 --help -q 9"),
            ("a.jpg -h", "resize a.jpg --help"),
            ("info -h", "info -h"),
        ] {
            assert_eq!(expanded(line), understood);
        }
        for line in [
            "resize a.jpg -h 300",
            "resize a.jpg -h -5",
            "resize a.jpg -h 30x",
            "resize a.jpg -h 50%",
            "resize a.jpg -h300",
            "resize a.jpg -h=300",
            "resize a.jpg -rh 300",
            "resize -- -h",
        ] {
            assert_eq!(expanded(line), line);
        }
    }
}
