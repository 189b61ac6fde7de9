//! The examples of hosts, run as their page says; what they print is compared.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::build;
use crate::setup::{self, Runtimes};
use crate::step::{Failure, cargo, output, root, run, step};

/// The examples that are members of the workspace.
const MEMBERS: [&str; 2] = ["example-rust-wasmtime", "example-c-abi-wasmi"];

/// Width, height and length of the photo that the examples take where they are given none.
const PHOTO: [u64; 3] = [2064, 1396, 484_810];

/// Width and height of what they make of it.
const MADE: [u64; 2] = [400, 271];

/// Builds what the examples run, and runs them.
pub(crate) fn all() -> Result<(), Failure> {
    build::component()?;
    build::c_abi()?;
    build::extism()?;
    suite(&Runtimes::get()?)
}

/// Runs the examples on what is built.
pub(crate) fn suite(runtimes: &Runtimes) -> Result<(), Failure> {
    let release =
        step("build the examples", || build::programs(&MEMBERS.map(|name| ["--bin", name]).concat()))?;
    let mut lengths = BTreeSet::new();
    let mut example = |name: &str, run: &dyn Fn() -> Result<String, Failure>| {
        step(&format!("example: {name}"), || {
            let said = run()?;
            print!("{said}");
            lengths.insert(read(&said)?);
            Ok(())
        })
    };
    example("Rust, Wasmtime", &|| program(&release, MEMBERS[0]))?;
    example("Python", &|| python("python/core_module.py"))?;
    example("Python, the component", &|| python("python/component.py"))?;
    example("Extism", &|| python("extism/resize.py"))?;
    let javascript = javascript()?;
    example("JavaScript, Node", &|| node("node.mjs", &javascript, runtimes))?;
    example("JavaScript, Chromium", &|| node("browser.mjs", &javascript, runtimes))?;
    example("without components: wasmi", &|| program(&release, MEMBERS[1]))?;
    let wasmer = wasmer()?;
    example("without components: Wasmer", &|| program(&wasmer, "example-c-abi-wasmer"))?;
    match lengths.len() {
        1 => Ok(()),
        _ => Err(format!("every host must make the same bytes, but they made files of {lengths:?} bytes")),
    }
}

/// A program of Rust's.
fn program(folder: &Path, name: &str) -> Result<String, Failure> {
    let path = folder.join(name).with_extension(std::env::consts::EXE_EXTENSION);
    output(Command::new(path).current_dir(root()))
}

/// An example in Python, with the package that it asks for itself.
fn python(name: &str) -> Result<String, Failure> {
    let example = format!("components/examples/{name}");
    let text = fs::read_to_string(root().join(&example)).map_err(|error| format!("{example}: {error}"))?;
    let wanted = text.lines().find_map(|line| line.trim().strip_prefix("pip install "));
    let (name, version) = wanted
        .and_then(|wanted| wanted.split_once("=="))
        .ok_or_else(|| format!("{example} does not say what it needs: pip install NAME==VERSION"))?;
    let packages = setup::python_package(name, version)?;
    output(Command::new("python3").current_dir(root()).env("PYTHONPATH", packages).arg(example))
}

/// A copy of the JavaScript example, as deep in the tree as the original, with its packages linked in from the cache and
/// the component written as JavaScript.
fn javascript() -> Result<PathBuf, Failure> {
    const EXAMPLE: &str = "components/examples/javascript";
    let modules = setup::node_packages(EXAMPLE)?;
    step("example: the component written as JavaScript", || {
        let folder = build::emptied("test/javascript")?;
        let original = root().join(EXAMPLE);
        let entries = fs::read_dir(&original).map_err(|error| format!("{EXAMPLE}: {error}"))?;
        for entry in entries.flatten().filter(|entry| entry.path().is_file()) {
            build::copy(&entry.path(), &format!("test/javascript/{}", entry.file_name().to_string_lossy()))?;
        }
        link(&modules, &folder.join("node_modules"))?;
        run(Command::new("npm").current_dir(&folder).args(["run", "--silent", "build"]))?;
        Ok(folder)
    })
}

fn node(name: &str, folder: &Path, runtimes: &Runtimes) -> Result<String, Failure> {
    let mut command = Command::new("node");
    command.current_dir(root()).env("CHROMIUM", &runtimes.chromium).arg(folder.join(name));
    output(&mut command)
}

/// The folder of the example with Wasmer, a workspace with a target folder of its own: the first build compiles a second
/// compiler of WebAssembly, and takes minutes.
pub(crate) fn wasmer() -> Result<PathBuf, Failure> {
    let target = build::target_folder()?.join("wasmer");
    let first = if target.is_dir() { "" } else { " (minutes, once a machine)" };
    step(&format!("build the example with Wasmer{first}"), || {
        let mut command = cargo();
        command.args(["build", "--release", "--locked", "--manifest-path"]);
        command.arg("components/examples/c-abi-wasmer/Cargo.toml").arg("--target-dir").arg(&target);
        run(&mut command)
    })?;
    Ok(target.join("release"))
}

#[cfg(unix)]
fn link(to: &Path, at: &Path) -> Result<(), Failure> {
    std::os::unix::fs::symlink(to, at).map_err(|error| format!("{}: {error}", at.display()))
}

#[cfg(windows)]
fn link(to: &Path, at: &Path) -> Result<(), Failure> {
    std::os::windows::fs::symlink_dir(to, at).map_err(|error| format!("{}: {error}", at.display()))
}

/// The length of the file that an example made, by what it printed: a line about the photo, one about the file, and one
/// about a refusal.
fn read(said: &str) -> Result<u64, Failure> {
    let wrong = || format!("the example did not print what it should:\n{said}");
    let mut lines = said.lines();
    let photo = lines.next().map(numbers).ok_or_else(wrong)?;
    let known = PHOTO.iter().all(|number| photo.contains(number));
    let made = lines.next().and_then(|line| line.strip_prefix("made: ")).ok_or_else(wrong)?;
    let refused = lines.next().is_some_and(|line| line.starts_with("refused: "));
    match numbers(made)[..] {
        [width, height, length] if known && refused && [width, height] == MADE => Ok(length),
        _ => Err(wrong()),
    }
}

/// The whole numbers in a line.
fn numbers(line: &str) -> Vec<u64> {
    line.split(|letter: char| !letter.is_ascii_digit()).filter_map(|digits| digits.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAID: &str =
        "the photo: 2064 × 1396 jpeg, 484810 bytes\nmade: 400 × 271 webp, 15224 bytes\nrefused: too-large\n";

    #[test]
    fn what_an_example_prints_is_read() {
        assert_eq!(read(SAID), Ok(15_224));
        for (from, to) in
            [("2064", "2065"), ("484810", "1"), ("271", "272"), ("made", "mode"), ("refused", "done")]
        {
            assert!(read(&SAID.replacen(from, to, 1)).is_err(), "{from} → {to}");
        }
    }

    /// The page shows every file whole, as it is.
    #[test]
    fn the_page_shows_the_examples_as_they_are() {
        let folder = root().join("components/examples");
        let page = fs::read_to_string(folder.join("README.md")).unwrap();
        let mut files = Vec::new();
        for example in fs::read_dir(&folder).unwrap().flatten().filter(|entry| entry.path().is_dir()) {
            for part in [example.path(), example.path().join("src")] {
                let entries = fs::read_dir(part).into_iter().flatten().flatten();
                files.extend(entries.map(|entry| entry.path()).filter(|path| {
                    let extension = path.extension().unwrap_or_default().to_string_lossy();
                    ["rs", "py", "js", "mjs", "html"].contains(&&*extension)
                }));
            }
        }
        assert_eq!(files.len(), 10, "{files:?}");
        for path in files {
            let name = path.strip_prefix(&folder).unwrap().display().to_string().replace('\\', "/");
            let content = fs::read_to_string(&path).unwrap();
            let start =
                page.find(&format!("]({name})")).unwrap_or_else(|| panic!("{name} is not on the page"));
            let block = page[start..].split("```").nth(1).unwrap();
            let (_language, shown) = block.split_once('\n').unwrap();
            assert!(shown == content, "{name} is not shown as it is");
        }
    }
}
