//! The wheel for Python, in `dist/`, and its tests.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use clap::Args;

use crate::step::{Failure, output, root, run, step};
use crate::{build, setup};

/// The package's folder. Its page says how to get the wheel: `cargo xtask python`.
const PACKAGE: &str = "components/python";

#[derive(Args)]
pub(crate) struct Options {
    /// Runs the wheel's tests, too.
    #[arg(long)]
    test: bool,
}

/// Builds the core module and the wheel around it.
pub(crate) fn all(options: &Options) -> Result<(), Failure> {
    let module = build::c_abi()?;
    let wheel = wheel()?;
    if options.test {
        tests()?;
    }
    build::sizes(&[module, wheel.clone()])?;
    println!("\nInstall it with: pip install {}", wheel.strip_prefix(root()).unwrap_or(&wheel).display());
    Ok(())
}

/// `dist/edgepix-….whl`, around the core module as it is built.
pub(crate) fn wheel() -> Result<PathBuf, Failure> {
    let packages = packages()?;
    step("build the wheel for Python", || {
        let folder = build::dist()?;
        // One of another version would be found as well.
        for wheel in wheels(&folder)? {
            fs::remove_file(&wheel).map_err(|error| format!("{}: {error}", wheel.display()))?;
        }
        let mut pip = python("python3", &packages);
        // With the tools as they are, nothing is downloaded.
        pip.args(["-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-index", "--no-deps"]);
        run(pip.args(["--no-build-isolation", "--wheel-dir"]).arg(&folder).arg(PACKAGE))?;
        wheels(&folder)?.pop().ok_or_else(|| "no wheel was built".to_owned())
    })
}

/// Installs the wheel into an environment of its own, and runs its tests there.
pub(crate) fn tests() -> Result<(), Failure> {
    let packages = packages()?;
    let wheel = wheels(&build::dist()?)?.pop().ok_or("there is no wheel in dist/")?;
    let environment = step("install the wheel for Python", || installed(&wheel, &packages))?;
    let interpreter = interpreter(&environment);
    step("the wheel's types", || {
        let cache = build::dist()?.join("test/mypy");
        let mypy = |what: &[&str]| {
            let mut command = python(&interpreter, &packages);
            command.args(["-m", "mypy", "--config-file", "pyproject.toml", "--cache-dir"]).arg(&cache);
            run(command.current_dir(root().join(PACKAGE)).args(what))
        };
        mypy(&["--package", "edgepix"])?;
        mypy(&["tests", "hatch_build.py"])
    })?;
    step("the wheel for Python", || {
        let mut command = python(&interpreter, &packages);
        command.current_dir(root().join(PACKAGE));
        run(command.args([
            "-m",
            "unittest",
            "discover",
            "--top-level-directory",
            ".",
            "--start-directory",
            "tests",
        ]))
    })
}

/// An environment that has the wheel, and finds what it depends on among the packages.
fn installed(wheel: &Path, packages: &Path) -> Result<PathBuf, Failure> {
    let environment = build::emptied("test/python")?;
    run(python("python3", packages).args(["-m", "venv", "--without-pip"]).arg(&environment))?;
    let interpreter = interpreter(&environment);
    let script = "import sysconfig; print(sysconfig.get_path('purelib'))";
    let site = output(python(&interpreter, packages).args(["-c", script]))?;
    let list = Path::new(site.trim()).join("packages.pth");
    fs::write(&list, format!("{}\n", packages.display()))
        .map_err(|error| format!("{}: {error}", list.display()))?;
    let pip = |words: &[&str]| {
        let mut command = python("python3", packages);
        command.args(["-m", "pip", "--disable-pip-version-check", "--python"]).arg(&interpreter).args(words);
        command
    };
    run(pip(&["install", "--quiet", "--no-index"]).arg(wheel))?;
    Ok(environment)
}

fn interpreter(environment: &Path) -> PathBuf {
    let folder = if cfg!(windows) { "Scripts" } else { "bin" };
    environment.join(folder).join(format!("python{}", std::env::consts::EXE_SUFFIX))
}

/// What builds and tests the wheel.
fn packages() -> Result<PathBuf, Failure> {
    setup::python_requirements(&format!("{PACKAGE}/requirements.txt"))
}

fn python(program: impl AsRef<std::ffi::OsStr>, packages: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(root()).env("PYTHONPATH", packages);
    // The sources stay as they are.
    command.env("PYTHONDONTWRITEBYTECODE", "1");
    command
}

fn wheels(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let paths = entries.flatten().map(|entry| entry.path());
    Ok(paths.filter(|path| path.extension().is_some_and(|extension| extension == "whl")).collect())
}
