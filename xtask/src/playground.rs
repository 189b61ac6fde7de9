//! `dist/playground/`: the page with the engine in it. Static files, for any host and any path.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use sha2::{Digest, Sha256};

use crate::build::{self, copy, emptied, files, read, write};
use crate::step::{Failure, output, root, run, step};

/// The page's folder in `dist/`.
const FOLDER: &str = "playground";

/// What the page's `engine.js` says here.
const ENGINE: &str = "export { engine } from './engines/browser.js';\n";

/// Whose place the page's policy and its modules take.
const PLACE: &str =
    "<!-- For the page alone: the build puts its policy and what to load beforehand here. -->\n";

/// What the page says of itself where it takes files, and not addresses.
const BODY: (&str, &str) = ("<body>", "<body class=\"files\">");

/// The page loads nothing from elsewhere, and runs nothing but its own files.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; \
                      connect-src 'self'; img-src 'self' blob: data:; style-src 'self'; base-uri 'none'; \
                      form-action 'none'";

/// What is kept for when there is no network only once it was used.
const ON_USE: [&str; 3] = [".wasm", ".jpg", ".png"];

/// Builds the page and what it is made of.
pub(crate) fn all() -> Result<(), Failure> {
    let page = build(&build::npm()?, &build::server()?)?;
    build::sizes(&[page])
}

/// Builds the page from the npm package and the server's program, which makes the samples small and knows the parameters.
pub(crate) fn build(package: &Path, program: &Path) -> Result<PathBuf, Failure> {
    step("put the playground together", || {
        let folder = emptied(FOLDER)?;
        let mut page = Page { package, program, modules: Vec::new() };
        page.module("engines/thread.js")?;
        page.modules.clear();
        page.module("playground.js")?;
        for name in ["style.css", "page.css", "samples.json"] {
            copy(&source(name), &product(name))?;
        }
        for name in ["edgepix.wasm", "edgepix-plain.wasm"] {
            copy(&package.join(name), &product(&format!("edgepix/{name}")))?;
        }
        samples(&folder, program)?;
        page.index()?;
        service_worker(&folder)?;
        // After the service worker, which would fetch them for every visitor.
        for name in build::LICENCES {
            copy(&package.join(name), &product(&format!("edgepix/{name}")))?;
        }
        Ok(folder)
    })
}

struct Page<'a> {
    package: &'a Path,
    program: &'a Path,
    /// Paths of the modules that are already there.
    modules: Vec<String>,
}

impl Page<'_> {
    /// Writes a module, and every module that it imports.
    fn module(&mut self, path: &str) -> Result<(), Failure> {
        if self.modules.iter().any(|known| known == path) {
            return Ok(());
        }
        self.modules.push(path.to_owned());
        let text = match (path, path.strip_prefix("edgepix/")) {
            ("engine.js", _) => ENGINE.to_owned(),
            ("vocabulary.js", _) => output(Command::new(self.program).arg("vocabulary"))?,
            (_, Some(name)) => text(&self.package.join(name))?,
            _ => text(&source(path))?,
        };
        for import in imports(&text) {
            self.module(&resolve(path, import))?;
        }
        write(&product(path), text.as_bytes())?;
        Ok(())
    }

    /// Writes the page itself: its modules are asked for at once, not one after the other has named it.
    fn index(&self) -> Result<(), Failure> {
        let text = text(&source("index.html"))?;
        let (before, after) =
            text.split_once(PLACE).ok_or("index.html has no place for the page's policy")?;
        let mut head = format!("<meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n");
        for path in &self.modules {
            let _ = writeln!(head, "  <link rel=\"modulepreload\" href=\"{path}\">");
        }
        let page = [before, &head, after].concat().replacen(BODY.0, BODY.1, 1);
        write(&product("index.html"), page.as_bytes())?;
        Ok(())
    }
}

/// What a module imports, as it names it.
fn imports(module: &str) -> impl Iterator<Item = &str> {
    let statements = module.lines().filter(|line| {
        let line = line.trim_start();
        ["import ", "export ", "} from "].iter().any(|start| line.starts_with(start))
    });
    statements.filter_map(|line| {
        let (_, rest) = line.split_once(" from '")?;
        rest.split_once('\'').map(|(path, _)| path)
    })
}

/// The path of what the module `from` names: `./find.js`, `../edgepix/pool.js`.
fn resolve(from: &str, import: &str) -> String {
    let mut parts: Vec<_> = from.split('/').collect();
    parts.pop();
    for part in import.split('/') {
        match part {
            "." => {}
            ".." => _ = parts.pop(),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// The sample photos, small ones to choose from, and whose they are.
fn samples(folder: &Path, program: &Path) -> Result<(), Failure> {
    let small = folder.join("samples/small");
    fs::create_dir_all(&small).map_err(|error| format!("{}: {error}", small.display()))?;
    for path in files(&root().join("platforms/server/samples"))? {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name == "CREDITS.md" {
            copy(&path, &product("samples/credits.txt"))?;
            continue;
        }
        copy(&path, &product(&format!("samples/{name}")))?;
        let options = ["--width", "160", "--height", "120", "--fit", "cover", "--format", "webp", "--quiet"];
        let mut command = Command::new(program);
        command.arg("resize").arg(&path).args(options);
        run(command.arg("--output").arg(small.join(format!("{name}.webp"))))?;
    }
    Ok(())
}

/// The service worker, with the list of what to keep, and a version that changes with any byte of it.
fn service_worker(folder: &Path) -> Result<(), Failure> {
    let mut digest = Sha256::new();
    let mut list = "const FILES = [\n  './',\n".to_owned();
    let mut paths = files(folder)?;
    paths.sort();
    for path in paths {
        let name = path.strip_prefix(folder).unwrap_or(&path).to_string_lossy().replace('\\', "/");
        digest.update(&name);
        digest.update(Sha256::digest(read(&path)?));
        // The page is there under its folder's address.
        if name != "index.html" && !ON_USE.iter().any(|end| name.ends_with(end)) {
            let _ = writeln!(list, "  '{name}',");
        }
    }
    let worker = text(&source("service-worker.js"))?;
    digest.update(&worker);
    let version: String = digest.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    write(
        &product("service-worker.js"),
        format!("const VERSION = '{version}';\n{list}];\n\n{worker}").as_bytes(),
    )?;
    Ok(())
}

fn source(name: &str) -> PathBuf {
    root().join("web/playground").join(name)
}

fn product(name: &str) -> String {
    format!("{FOLDER}/{name}")
}

fn text(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}
