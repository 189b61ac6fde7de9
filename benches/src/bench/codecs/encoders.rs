//! What encodes: our encoders at each effort, and the peers' beside them.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Instant;

use edgepix_core::{Effort, Format, Limits, Transform};
use serde_json::{Value, json};

use crate::{read, root};

/// Pictures in one format, by encoders that can be compared.
pub(crate) struct Work {
    pub(crate) name: &'static str,
    /// None where the format keeps every pixel or has no quality.
    pub(crate) qualities: &'static [u8],
    /// The encoder that the others' bytes and times are multiples of.
    pub(crate) reference: &'static str,
    pub(crate) encoders: &'static [Encoder],
}

pub(crate) struct Encoder {
    pub(crate) name: &'static str,
    system: System,
}

enum System {
    /// Ours, at an effort.
    Edgepix { format: Format, effort: Effort, lossless: bool },
    /// sharp's output of a format, with options as JSON.
    Sharp { format: &'static str, options: &'static str },
    /// libwebp, by its method; without loss where `lossless`.
    Libwebp { method: i32, lossless: bool },
    /// oxipng, by its level.
    Oxipng { level: u8 },
    /// What gifsicle makes of sharp's GIF.
    Gifsicle,
}

/// The quality that is timed: every format's default.
pub(crate) const TIMED: u8 = 80;

const LADDER: &[u8] = &[30, 45, 60, 70, 80, 87, 92, 96];

pub(crate) static WORKS: &[Work] = &[
    Work {
        name: "jpeg",
        qualities: LADDER,
        reference: "mozjpeg",
        encoders: &[
            ours("edgepix fast", Format::Jpeg, Effort::Fast),
            ours("edgepix balanced", Format::Jpeg, Effort::Balanced),
            ours("edgepix small", Format::Jpeg, Effort::Small),
            sharp("sharp", "jpeg", "{}"),
            sharp("mozjpeg", "jpeg", r#"{"mozjpeg": true}"#),
        ],
    },
    Work {
        name: "webp",
        qualities: LADDER,
        reference: "libwebp -m 4",
        encoders: &[
            ours("edgepix fast", Format::Webp, Effort::Fast),
            ours("edgepix balanced", Format::Webp, Effort::Balanced),
            ours("edgepix small", Format::Webp, Effort::Small),
            Encoder { name: "libwebp -m 4", system: System::Libwebp { method: 4, lossless: false } },
            Encoder { name: "libwebp -m 6", system: System::Libwebp { method: 6, lossless: false } },
        ],
    },
    Work {
        name: "webp-lossless",
        qualities: &[],
        reference: "libwebp -z 6",
        encoders: &[
            lossless("edgepix fast", Effort::Fast),
            lossless("edgepix balanced", Effort::Balanced),
            lossless("edgepix small", Effort::Small),
            Encoder { name: "libwebp -z 6", system: System::Libwebp { method: 4, lossless: true } },
        ],
    },
    Work {
        name: "png",
        qualities: &[],
        reference: "oxipng -o2",
        encoders: &[
            ours("edgepix fast", Format::Png, Effort::Fast),
            ours("edgepix balanced", Format::Png, Effort::Balanced),
            ours("edgepix small", Format::Png, Effort::Small),
            sharp("sharp", "png", "{}"),
            Encoder { name: "oxipng -o2", system: System::Oxipng { level: 2 } },
        ],
    },
    Work {
        name: "png-palette",
        qualities: &[10, 30, 50, 70, 80, 90, 95, 100],
        reference: "sharp",
        encoders: &[
            ours("edgepix fast", Format::Png, Effort::Fast),
            ours("edgepix balanced", Format::Png, Effort::Balanced),
            ours("edgepix small", Format::Png, Effort::Small),
            sharp("sharp", "png", r#"{"palette": true}"#),
        ],
    },
    Work {
        name: "gif",
        qualities: &[],
        reference: "sharp",
        encoders: &[
            ours("edgepix fast", Format::Gif, Effort::Fast),
            ours("edgepix balanced", Format::Gif, Effort::Balanced),
            ours("edgepix small", Format::Gif, Effort::Small),
            sharp("sharp", "gif", "{}"),
            Encoder { name: "sharp, gifsicle -O3", system: System::Gifsicle },
        ],
    },
];

const fn ours(name: &'static str, format: Format, effort: Effort) -> Encoder {
    Encoder { name, system: System::Edgepix { format, effort, lossless: false } }
}

const fn lossless(name: &'static str, effort: Effort) -> Encoder {
    Encoder { name, system: System::Edgepix { format: Format::Webp, effort, lossless: true } }
}

const fn sharp(name: &'static str, format: &'static str, options: &'static str) -> Encoder {
    Encoder { name, system: System::Sharp { format, options } }
}

/// A picture, as encoders want it.
pub(crate) struct Source {
    pub(crate) path: PathBuf,
    png: Vec<u8>,
    width: u32,
    height: u32,
    rgba: Vec<u8>,
    alpha: bool,
}

impl Source {
    pub(crate) fn read(path: &Path) -> Result<Self, String> {
        let png = read(path)?;
        let image = image::load_from_memory(&png).map_err(|error| format!("{}: {error}", path.display()))?;
        let (width, height, alpha) = (image.width(), image.height(), image.color().has_alpha());
        Ok(Self { path: path.to_owned(), png, width, height, rgba: image.into_rgba8().into_raw(), alpha })
    }

    pub(crate) fn pixels(&self) -> f64 {
        f64::from(self.width) * f64::from(self.height)
    }
}

impl Encoder {
    /// The file at a quality, and the milliseconds that it took.
    pub(crate) fn encode(
        &self,
        source: &Source,
        quality: Option<u8>,
        node: &mut Node,
    ) -> Result<(Vec<u8>, f64), String> {
        let start = Instant::now();
        let file = match &self.system {
            System::Edgepix { format, effort, lossless } => {
                let options = Transform::builder().format(*format).effort(*effort).lossless(*lossless);
                let options = options.quality(quality).build().map_err(|error| error.message.into_owned())?;
                let output = edgepix_core::transform(&source.png, &options, &Limits::default());
                output.map_err(|error| error.message.into_owned())?.bytes
            }
            System::Sharp { format, options } => {
                let mut options: Value = serde_json::from_str(options).map_err(|error| error.to_string())?;
                if let Some(quality) = quality {
                    options["quality"] = quality.into();
                }
                return node.encode("sharp", source, format, &options);
            }
            System::Libwebp { method, lossless } => libwebp(source, quality, *method, *lossless)?,
            System::Oxipng { level } => {
                let options = oxipng::Options {
                    strip: oxipng::StripChunks::All,
                    ..oxipng::Options::from_preset(*level)
                };
                oxipng::optimize_from_memory(&source.png, &options).map_err(|error| error.to_string())?
            }
            System::Gifsicle => {
                let (gif, _) = node.encode("sharp", source, "gif", &json!({}))?;
                gifsicle(&gif)?
            }
        };
        Ok((file, start.elapsed().as_secs_f64() * 1000.0))
    }

    /// The milliseconds that ours takes in V8, and the file.
    pub(crate) fn encode_in_v8(
        &self,
        source: &Source,
        quality: Option<u8>,
        node: &mut Node,
    ) -> Result<Option<(Vec<u8>, f64)>, String> {
        let System::Edgepix { format, effort, lossless } = &self.system else { return Ok(None) };
        let mut options = json!({ "effort": effort.to_string() });
        if *lossless {
            options["lossless"] = true.into();
        }
        if let Some(quality) = quality {
            options["quality"] = quality.into();
        }
        node.encode("edgepix", source, format.name(), &options).map(Some)
    }
}

/// libwebp as `cwebp` sets it up for `-m METHOD -q QUALITY`, and for `-z 6` where `lossless`.
fn libwebp(source: &Source, quality: Option<u8>, method: i32, lossless: bool) -> Result<Vec<u8>, String> {
    let mut config = webp::WebPConfig::new().map_err(|()| "libwebp has no configuration")?;
    config.method = method;
    config.lossless = i32::from(lossless);
    config.quality = quality.map_or(75.0, f32::from);
    let rgb: Vec<u8>;
    let encoder = if source.alpha {
        webp::Encoder::from_rgba(&source.rgba, source.width, source.height)
    } else {
        rgb = source.rgba.chunks_exact(4).flat_map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect();
        webp::Encoder::from_rgb(&rgb, source.width, source.height)
    };
    let file = encoder.encode_advanced(&config).map_err(|error| format!("libwebp: {error:?}"))?;
    Ok(file.to_vec())
}

fn gifsicle(gif: &[u8]) -> Result<Vec<u8>, String> {
    let program = std::env::var_os("EDGEPIX_BENCH_GIFSICLE").ok_or("there is no gifsicle")?;
    let mut process = Command::new(program)
        .arg("-O3")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("gifsicle: {error}"))?;
    // It reads all before it writes.
    process
        .stdin
        .take()
        .map_or(Ok(()), |mut input| input.write_all(gif))
        .map_err(|error| error.to_string())?;
    let output = process.wait_with_output().map_err(|error| error.to_string())?;
    if output.status.success() { Ok(output.stdout) } else { Err("gifsicle failed".to_owned()) }
}

/// The Node process, which encodes with sharp and with ours in V8.
pub(crate) struct Node {
    process: Child,
    jobs: ChildStdin,
    answers: BufReader<ChildStdout>,
    output: PathBuf,
}

impl Node {
    /// `output`: a file for what it encodes.
    pub(crate) fn start(modules: &Path, output: PathBuf) -> Result<Self, String> {
        let mut command = Command::new("node");
        command.arg(root().join("benches/peers/codecs.mjs")).env("EDGEPIX_BENCH_NODE_MODULES", modules);
        let process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut process = process.map_err(|error| format!("node did not start: {error}"))?;
        let (Some(jobs), Some(answers)) = (process.stdin.take(), process.stdout.take()) else {
            return Err("node cannot be spoken to".to_owned());
        };
        let mut node = Self { process, jobs, answers: BufReader::new(answers), output };
        node.answer()?;
        Ok(node)
    }

    fn encode(
        &mut self,
        system: &str,
        source: &Source,
        format: &str,
        options: &Value,
    ) -> Result<(Vec<u8>, f64), String> {
        let job = json!({
            "system": system, "source": source.path, "output": self.output, "format": format, "options": options,
        });
        writeln!(self.jobs, "{job}").map_err(|error| error.to_string())?;
        let ms = self.answer()?["ms"].as_f64().ok_or("node gave no time")?;
        Ok((read(&self.output)?, ms))
    }

    fn answer(&mut self) -> Result<Value, String> {
        let mut line = String::new();
        if self.answers.read_line(&mut line).map_err(|error| error.to_string())? == 0 {
            return Err("the Node process ended".to_owned());
        }
        let answer: Value = serde_json::from_str(&line).map_err(|error| format!("{error}: {line}"))?;
        match answer["error"].as_str() {
            Some(error) => Err(error.to_owned()),
            None => Ok(answer),
        }
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
