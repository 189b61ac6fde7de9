//! The summary at the start: the address, a URL that works, and what the configuration allows.

use std::ffi::OsStr;
use std::fs;
use std::net::SocketAddr;
use std::path::Path;

use edgepix_service::{AddressPolicy, Origin};
use url::Url;

use crate::args::LogFormat;
use crate::image_names::{is_hidden, is_image};
use crate::listen::from_here;
use crate::operations::METRICS;
use crate::queue::WAITING;
use crate::samples::SAMPLES;
use crate::settings::Settings;

/// The summary, a sentence for each part of the configuration.
#[derive(Clone, Debug)]
pub struct Banner {
    base: String,
    /// Where else it is reached, as the end of a sentence.
    others: &'static str,
    example: String,
    page: Option<String>,
    metrics: Option<String>,
    origin: String,
    sources: String,
    private: String,
    limits: String,
    cache: String,
    jobs: String,
    stop: String,
}

impl Banner {
    /// What these settings mean on a server that listens on `address`, and on `metrics` for those who run it.
    pub fn new(settings: &Settings, address: SocketAddr, metrics: Option<SocketAddr>) -> Self {
        let base = format!("http://{}", from_here(address));
        let others =
            if address.ip().is_unspecified() { ", and at all addresses of this machine" } else { "" };
        let service = &settings.service;
        let origin = match &service.origin {
            Origin::None => "none: only absolute sources are answered".to_owned(),
            Origin::Url(url) => format!("paths are read below {url}"),
            Origin::Folder(path) => {
                format!("paths are read from the folder {}; links out of it are refused", path.display())
            }
            Origin::Samples => {
                let names: Vec<_> = SAMPLES.iter().map(|sample| sample.path).collect();
                format!(
                    "sample photos carried in the program ({}); set EDGEPIX_ORIGIN for your own",
                    names.join(" ")
                )
            }
        };
        let sources = match settings.allowed_sources.as_slice() {
            [] => "none: `src=https://…` is refused unless EDGEPIX_ALLOWED_SOURCES allows it".to_owned(),
            patterns => format!("{}; all others are refused", patterns.join(", ")),
        };
        let is_public = service.addresses() == AddressPolicy::PUBLIC;
        let private = match (is_public, &service.origin) {
            (false, _) => "allowed sources may reach addresses that are not public (EDGEPIX_ALLOW_PRIVATE)",
            (true, Origin::Url(_)) => "private addresses are refused, but for the origin's own host",
            (true, _) => "private addresses are refused",
        };
        let limits = format!(
            "sources up to {} and {}, results up to {} pixels a side, {} of memory for all jobs together",
            size(service.limits.source_bytes),
            pixels(service.limits.source_pixels),
            service.limits.output_side,
            size(service.memory_budget),
        );
        let cache = match settings.cache_bytes {
            0 => "none".to_owned(),
            bytes => format!("{} of answers in memory; a restart empties it", size(bytes)),
        };
        let jobs = format!(
            "{} at once, {} waiting; past that 503",
            settings.concurrency,
            settings.concurrency * WAITING
        );
        let stop = match settings.drain.as_secs() {
            0 => "running requests are stopped at once".to_owned(),
            1 => "running requests have 1 second to finish; a second signal stops them at once".to_owned(),
            seconds => format!(
                "running requests have {seconds} seconds to finish; a second signal stops them at once"
            ),
        };
        Self {
            example: format!("{base}{}", example(&service.origin)),
            page: settings.page.then(|| format!("{base}/")),
            metrics: metrics.map(|address| format!("http://{}{METRICS}", from_here(address))),
            base,
            others,
            origin,
            sources,
            private: private.to_owned(),
            limits,
            cache,
            jobs,
            stop,
        }
    }

    /// Shows it: on standard output for people, as a line of the log for machines.
    pub fn show(&self, format: LogFormat) {
        match format {
            LogFormat::Text => print!("{}", self.text()),
            LogFormat::Json => {
                let Self { base, example, origin, sources, private, limits, cache, jobs, stop, .. } = self;
                let page = self.page.as_deref().unwrap_or("none");
                let metrics = self.metrics.as_deref().unwrap_or("none");
                let version = env!("CARGO_PKG_VERSION");
                tracing::info!(
                    version,
                    base,
                    example,
                    page,
                    metrics,
                    origin,
                    sources,
                    private,
                    limits,
                    cache,
                    jobs,
                    stop,
                    "listening"
                );
            }
        }
    }

    fn text(&self) -> String {
        let version = env!("CARGO_PKG_VERSION");
        let mut text = format!("Edgepix {version} listens on {}{}\n\n", self.base, self.others);
        let lines = [
            ("Try", Some(&self.example)),
            ("Page", self.page.as_ref()),
            ("Metrics", self.metrics.as_ref()),
            ("Origin", Some(&self.origin)),
            ("Sources", Some(&self.sources)),
            ("Private", Some(&self.private)),
            ("Limits", Some(&self.limits)),
            ("Cache", Some(&self.cache)),
            ("Jobs", Some(&self.jobs)),
            ("Stop", Some(&self.stop)),
        ];
        for (name, value) in lines {
            if let Some(value) = value {
                text.push_str(&format!("  {name:<9}{value}\n"));
            }
        }
        text.push('\n');
        text
    }
}

/// The path of a request that is answered with a 200.
fn example(origin: &Origin) -> String {
    match origin {
        Origin::Samples => format!("/resize{}?w=800", SAMPLES[0].path),
        Origin::Folder(path) => first_image(path).unwrap_or_else(|| "/health".to_owned()),
        Origin::Url(_) | Origin::None => "/health".to_owned(),
    }
}

/// A request for the first image that lies in the folder itself.
fn first_image(folder: &Path) -> Option<String> {
    let names =
        fs::read_dir(folder).ok()?.take(1000).filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let name = names.filter(|name| is_image(Path::new(name)) && !is_hidden(OsStr::new(name))).min()?;
    let mut url = Url::parse("http://host/resize").ok()?;
    url.path_segments_mut().ok()?.push(&name);
    Some(format!("{}?w=800", url.path()))
}

/// A number of pixels, in the unit that suits it.
fn pixels(pixels: u64) -> String {
    match pixels {
        0..1_000_000 => format!("{pixels} pixels"),
        _ => format!("{} megapixels", pixels / 1_000_000),
    }
}

/// A number of bytes, in the unit that suits it.
fn size(bytes: u64) -> String {
    match bytes {
        0..1024 => format!("{bytes} bytes"),
        1024..1_048_576 => format!("{} KiB", bytes >> 10),
        _ => format!("{} MiB", bytes >> 20),
    }
}
