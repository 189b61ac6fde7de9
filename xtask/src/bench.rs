//! The benches: of the core, of the component, of the platforms, and of ours beside other systems and encoders.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use clap::Args;
use sha2::{Digest, Sha256};

use crate::step::{Failure, cargo, output, root, run, step};
use crate::{build, setup};

#[derive(Args)]
pub(crate) struct Options {
    /// `peers`, `codecs`, `cold`, `stages`, `sandbox`, `platforms`, or only those of `stages` whose name contains this.
    filter: Option<String>,
    /// A folder of photos for `peers`, `codecs` and `cold`. For `peers` and `cold`, one that is named like a work, as
    /// jpeg-12mp.jpg, is taken as it is; the others are cut and put together to the works' sizes.
    #[arg(long)]
    photos: Option<PathBuf>,
    /// A folder of graphics for `codecs`.
    #[arg(long)]
    graphics: Option<PathBuf>,
    /// Rounds of `peers` or `codecs`; of slow works of `peers` there are fewer, but at least five.
    #[arg(long)]
    rounds: Option<usize>,
    /// The one work that `peers` or `codecs` is to measure.
    #[arg(long)]
    only: Option<String>,
    /// The systems that `peers` is to measure, with commas between.
    #[arg(long)]
    systems: Option<String>,
    /// Measures with `peers`, `codecs` and `cold` what lies in dist/, without building it again.
    #[arg(long)]
    built: bool,
}

pub(crate) fn all(options: &Options) -> Result<(), Failure> {
    let own = options.photos.is_some() || options.rounds.is_some() || options.only.is_some();
    match options.filter.as_deref() {
        Some("peers") => peers(options),
        Some("codecs") => codecs(options),
        Some("cold") => cold(options),
        _ if own || options.graphics.is_some() || options.systems.is_some() || options.built => Err(
            "--photos, --graphics, --rounds, --only, --systems and --built are options of `bench peers` and `bench codecs`"
                .to_owned(),
        ),
        filter => criterion(filter),
    }
}

/// The benches that cargo runs, and the runtimes that one of them starts.
fn criterion(filter: Option<&str>) -> Result<(), Failure> {
    build::all()?;
    build::spin_under_wasmtime()?;
    let runtimes = setup::Runtimes::get()?;
    // One that is named by its file runs alone.
    let alone = filter.filter(|name| ["stages", "sandbox", "platforms"].contains(name));
    step("benches", || {
        let mut command = cargo();
        command.args(["bench", "--package", "edgepix-benches"]);
        runtimes.pass_to(&mut command);
        match (alone, filter) {
            (Some(name), _) => command.args(["--bench", name]),
            (None, Some(filter)) => command.args(["--bench", "stages", "--", filter]),
            (None, None) => &mut command,
        };
        run(&mut command)
    })
}

fn peers(options: &Options) -> Result<(), Failure> {
    if !options.built {
        build::component()?;
        build::npm()?;
    }
    let modules = setup::node_packages("benches/peers")?;
    let pictures = pictures(options.photos.as_deref(), &modules)?;
    let programs = programs()?;
    let level = level()?;
    let core = core();
    step("peers", || {
        let mut command = pinned(core, &programs.join("edgepix-bench"));
        command.arg("peers").arg("--pictures").arg(&pictures).arg("--node-modules").arg(&modules);
        command.arg("--native").arg(programs.join("edgepix-bench-native"));
        if let Some(level) = &level {
            command.arg("--native-v3").arg(level);
        }
        if let Some(core) = core {
            command.args(["--core", &core.to_string()]);
        }
        let given = [
            ("--rounds", options.rounds.map(|rounds| rounds.to_string())),
            ("--only", options.only.clone()),
            ("--systems", options.systems.clone()),
        ];
        for (name, value) in given {
            if let Some(value) = value {
                command.args([name, &value]);
            }
        }
        run(&mut command)
    })
}

fn codecs(options: &Options) -> Result<(), Failure> {
    if !options.built {
        build::npm()?;
    }
    let modules = setup::node_packages("benches/peers")?;
    let pictures = codec_pictures(options, &modules)?;
    let gifsicle = setup::gifsicle()?;
    let programs = programs()?;
    step("codecs", || {
        let mut command = Command::new(programs.join("edgepix-bench"));
        command.arg("codecs").arg("--pictures").arg(&pictures).arg("--node-modules").arg(&modules);
        command.env("EDGEPIX_BENCH_GIFSICLE", &gifsicle);
        if let Some(rounds) = options.rounds {
            command.args(["--rounds", &rounds.to_string()]);
        }
        if let Some(only) = &options.only {
            command.args(["--only", only]);
        }
        run(&mut command)
    })
}

/// The folder of the pictures that are encoded: photos and graphics of at most a megapixel.
fn codec_pictures(options: &Options, modules: &Path) -> Result<PathBuf, Failure> {
    let photos = options.photos.as_deref().map_or_else(photos, images)?;
    let graphics = match &options.graphics {
        Some(folder) => images(folder)?,
        None => ["bench-time.svg", "crates.svg", "pipeline.svg", "playground.png"]
            .map(|name| root().join("docs").join(name))
            .into(),
    };
    let folder = build::target_folder()?.join("codec-pictures");
    let _ = fs::remove_dir_all(&folder);
    step("make the pictures", || {
        let scenes = options.graphics.is_none();
        let given = serde_json::json!({ "photos": photos, "graphics": graphics, "scenes": scenes });
        let mut command = Command::new("node");
        command.arg(root().join("benches/peers/codec-pictures.mjs")).arg(&folder).arg(given.to_string());
        run(command.env("EDGEPIX_BENCH_NODE_MODULES", modules))
    })?;
    Ok(folder)
}

fn cold(options: &Options) -> Result<(), Failure> {
    if !options.built {
        build::component()?;
        build::npm()?;
        build::c_abi()?;
    }
    let pictures = pictures(options.photos.as_deref(), &setup::node_packages("benches/peers")?)?;
    let programs = programs()?;
    step("cold starts", || {
        run(pinned(core(), &programs.join("edgepix-bench")).arg("cold").arg("--pictures").arg(&pictures))
    })
}

/// Builds what measures, and gives its folder.
fn programs() -> Result<PathBuf, Failure> {
    step("build the benches", || {
        build::programs(&["--bin", "edgepix-bench", "--bin", "edgepix-bench-native"])
    })
}

/// Builds the native worker once more for machines with AVX2, where this is one: sharp has code for them, too, and
/// chooses when it runs.
fn level() -> Result<Option<PathBuf>, Failure> {
    #[cfg(target_arch = "x86_64")]
    if std::is_x86_feature_detected!("avx2")
        && std::is_x86_feature_detected!("fma")
        && std::is_x86_feature_detected!("bmi2")
    {
        let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
        let version = output(Command::new(rustc).arg("-vV"))?;
        let host = version.lines().find_map(|line| line.strip_prefix("host: "));
        let host = host.ok_or("rustc names no host")?;
        step("build the native worker for x86-64-v3", || {
            let mut command = cargo();
            command.args(["build", "--release", "--package", "edgepix-bench-worker", "--target", host]);
            run(command.env("CARGO_ENCODED_RUSTFLAGS", "-Ctarget-cpu=x86-64-v3"))
        })?;
        return Ok(Some(build::target_folder()?.join(host).join("release/edgepix-bench-native")));
    }
    Ok(None)
}

/// The core that everything is to run on: the last one that this process may use.
fn core() -> Option<u32> {
    let quiet = Command::new("taskset").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    if !quiet.is_ok_and(|status| status.success()) {
        eprintln!("There is no taskset: what is measured may use all cores.");
        return None;
    }
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let cores = status.lines().find_map(|line| line.strip_prefix("Cpus_allowed_list:"))?;
    cores.trim().rsplit([',', '-']).next()?.parse().ok()
}

/// A program, and whatever it starts, on one core.
fn pinned(core: Option<u32>, program: &Path) -> Command {
    let Some(core) = core else { return Command::new(program) };
    let mut command = Command::new("taskset");
    command.args(["--cpu-list", &core.to_string()]).arg(program);
    command
}

/// The works' sources, by their names.
const SOURCES: [&str; 7] = [
    "jpeg-6mp.jpg",
    "jpeg-12mp.jpg",
    "jpeg-12mp-dense.jpg",
    "jpeg-24mp-progressive.jpg",
    "jpeg-100mp.jpg",
    "png-24mp-rgba.png",
    "png-24mp-rgb-to-jpeg.png",
];

/// The folder of the works' sources, made of photos.
fn pictures(given: Option<&Path>, modules: &Path) -> Result<PathBuf, Failure> {
    let (named, mut photos) = match given {
        Some(folder) => {
            let files = images(folder)?;
            files.into_iter().partition(|path| SOURCES.iter().any(|name| path.ends_with(name)))
        }
        None => (Vec::new(), photos()?),
    };
    if photos.is_empty() {
        photos.clone_from(&named);
    }
    let script = root().join("benches/peers/photos.mjs");
    let mut digest = Sha256::new();
    for path in [&script].into_iter().chain(&named).chain(&photos) {
        digest.update(Sha256::digest(read(path)?));
    }
    let digest: String = digest.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let folder = setup::tools().join(format!("pictures-{digest}"));
    // Written last, so that a folder that is not whole is started again.
    let complete = folder.join("complete");
    if !complete.is_file() {
        step("make the pictures (once for each set of photos)", || {
            fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
            if named.len() < SOURCES.len() {
                let mut command = Command::new("node");
                command.arg(&script).arg(&folder).args(&photos);
                run(command.env("EDGEPIX_BENCH_NODE_MODULES", modules))?;
            }
            for path in &named {
                let to = folder.join(path.file_name().unwrap_or_default());
                fs::copy(path, &to).map_err(|error| format!("{}: {error}", path.display()))?;
            }
            fs::write(&complete, b"").map_err(|error| format!("{}: {error}", complete.display()))
        })?;
    }
    Ok(folder)
}

/// The sample photos, and those of a package of Debian's that are CC0 or CC-BY.
fn photos() -> Result<Vec<PathBuf>, Failure> {
    const PACKAGE: &str = "lomiri-wallpapers-16.04";
    const PHOTOS: [&str; 10] = [
        "Picture_0B_by_freespace.jpg",
        "Picture_1A_by_freespace.jpg",
        "Wine_by_Jakkub_Mede.jpg",
        "aitzgorri_by_Aitzol_Berasategi.jpg",
        "friends_by_Aitzol_Berasategi.jpg",
        "life_by_Aitzol_Berasategi.jpg",
        "picosdeeuropa_by_Aitzol_Berasategi.jpg",
        "seeding_by_Clements_Engelhardt.jpg",
        "sunset_by_Aitzol_Berasategi.jpg",
        "umang_by_Abhishek_Mudgal.jpg",
    ];
    let mut photos = images(&root().join("platforms/server/samples"))?;
    photos.retain(|path| path.extension().is_some_and(|extension| extension == "jpg"));
    let folder = setup::tools().join(PACKAGE);
    let unpacked = folder.join("usr/share/backgrounds");
    if !unpacked.is_dir() {
        let got = step("get photos from Debian (once a machine)", || {
            fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
            const GET: &str = "apt-get -qo APT::Sandbox::User=root download \"$0\" && dpkg -x \"$0\"_*.deb . && rm \"$0\"_*.deb";
            run(Command::new("sh").current_dir(&folder).args(["-c", GET, PACKAGE]))
        });
        if let Err(error) = got {
            eprintln!("{error}\nThe pictures are made of the sample photos alone.");
        }
    }
    photos.extend(PHOTOS.map(|name| unpacked.join(name)).into_iter().filter(|path| path.is_file()));
    Ok(photos)
}

/// A folder's images, in the order of their names.
fn images(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let is_image = |path: &PathBuf| {
        let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        ["jpg", "jpeg", "png", "webp", "gif"].contains(&extension.to_lowercase().as_str())
    };
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).filter(is_image).collect();
    paths.sort();
    Ok(paths)
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(path).map_err(|error| format!("{}: {error}", path.display()))
}
