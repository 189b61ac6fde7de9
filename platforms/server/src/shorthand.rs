//! What may be left out on the command line: `resize` before files (`edgepix photo.jpg -w 800`), and what tells a `-h`
//! that asks for help from one that is a height (`-h 600`).

use std::ffi::{OsStr, OsString};
use std::path::Path;

use clap::Command;
use clap::error::ErrorKind;

use crate::cli::Tool;

/// The arguments, the program's own name first, as `command` understands them.
pub(crate) fn expand(command: &Command, mut arguments: Vec<OsString>) -> Vec<OsString> {
    let program = Program::new(command);
    if program.leaves_out_resize(&arguments) {
        arguments.insert(1, Tool::DEFAULT.into());
    }
    if arguments.get(1).is_some_and(|name| name == Tool::DEFAULT) {
        ask_for_help(&mut arguments[2..]);
    }
    arguments
}

/// Of `-h` those that have no number behind ask for help.
fn ask_for_help(arguments: &mut [OsString]) {
    for at in 0..options(arguments) {
        if arguments[at] == "-h" && !arguments.get(at + 1).is_some_and(|next| is_number(next)) {
            arguments[at] = "--help".into();
        }
    }
}

/// Where options end: at `--`.
fn options(arguments: &[OsString]) -> usize {
    arguments.iter().position(|argument| argument == "--").unwrap_or(arguments.len())
}

/// Whether a text begins as a number does, be it one or not: what follows is then the height, right or wrong.
fn is_number(text: &OsStr) -> bool {
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

    /// Whether files are to be resized, though nobody says so: where the first argument is a file, where a flag is one of
    /// `resize` alone, and where the arguments are wrong for the server and right for `resize`.
    fn leaves_out_resize(&self, arguments: &[OsString]) -> bool {
        let Some(first) = arguments.get(1) else { return false };
        if self.is_like_command(first) {
            return false;
        }
        let given = &arguments[1..];
        let options = &given[..options(given)];
        let flagged = (0..options.len()).any(|at| self.is_of_resize(&options[at], options.get(at + 1)));
        if is_like_file(first) || flagged {
            return true;
        }
        // Flags of this name are the server's, too.
        let for_server = self.command.clone().try_get_matches_from(arguments);
        let wrong = [ErrorKind::InvalidSubcommand, ErrorKind::UnknownArgument, ErrorKind::ArgumentConflict];
        let wrong = for_server.is_err_and(|error| wrong.contains(&error.kind()));
        wrong && given.iter().any(|argument| is_like_file(argument)) && {
            let with_resize = [&arguments[..1], &[Tool::DEFAULT.into()], given].concat();
            self.command.clone().try_get_matches_from(with_resize).is_ok()
        }
    }

    /// Whether a word is a command's name, or one that is mistyped.
    fn is_like_command(&self, word: &OsStr) -> bool {
        let names: Vec<_> = self.command.get_subcommands().map(Command::get_name).collect();
        let Some(word) = word.to_str() else { return false };
        names.contains(&word) || (!is_like_file(word.as_ref()) && closest(word, &names))
    }

    /// Whether an argument is a flag of `resize`, and none of the server's.
    fn is_of_resize(&self, argument: &OsStr, next: Option<&OsString>) -> bool {
        let text = argument.to_string_lossy();
        if let Some(long) = text.strip_prefix("--") {
            let name = long.split('=').next().unwrap_or_default();
            let has = |command: &Command| command.get_arguments().any(|arg| arg.get_long() == Some(name));
            return has(&self.resize) && !has(&self.command);
        }
        let mut letters = text.chars();
        match (letters.next(), letters.next(), letters.as_str()) {
            (Some('-'), Some('h'), "") => next.is_some_and(|next| is_number(next)),
            (Some('-'), Some('h'), value) => is_number(value.strip_prefix('=').unwrap_or(value).as_ref()),
            (Some('-'), Some(short), _) => {
                let has =
                    |command: &Command| command.get_arguments().any(|arg| arg.get_short() == Some(short));
                has(&self.resize) && !has(&self.command)
            }
            _ => false,
        }
    }
}

fn closest(word: &str, names: &[&str]) -> bool {
    edgepix_core::closest(word, names, &[]).is_some()
}

/// Whether an argument names a file, or a pattern of files: because there is one, or by its characters.
fn is_like_file(argument: &OsStr) -> bool {
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
    fn the_server_and_the_commands_are_what_they_were() {
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
