//! The server's settings: the service's configuration, and those of the native server alone.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::thread::available_parallelism;
use std::time::Duration;

use edgepix_service::{Config, ConfigError, Defaults, Origin};
use url::Url;

use crate::connections::ConnectionLimits;
use crate::listen;
use crate::serve::ClientLimits;

/// Names that are the native server's alone, and not built yet: a value for them stops the start.
pub(crate) const NOT_BUILT: [&str; 1] = ["EDGEPIX_RESULTS"];

/// Less than the ten seconds after which container runtimes kill a process that they have told to stop.
const DRAIN: Duration = Duration::from_secs(8);

/// The least memory budget, in bytes: with half of it, one pixel of each format can be made into any other.
const LEAST_MEMORY: u64 = 2 << 20;

/// All settings of the server.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The service's own configuration.
    pub service: Config,
    /// Where to listen.
    pub listen: SocketAddr,
    /// Where those who run the server ask for metrics and readiness.
    pub metrics: Option<SocketAddr>,
    /// Whether the page is shown at `/`.
    pub page: bool,
    /// Bytes of answers kept in memory.
    pub cache_bytes: u64,
    /// Images made at once.
    pub concurrency: usize,
    /// What makes them.
    pub engine: Engine,
    /// How long running requests may take once the server is told to stop.
    pub drain: Duration,
    /// What clients may take.
    pub clients: ClientLimits,
    /// The patterns of allowed sources, as they were written.
    pub allowed_sources: Vec<String>,
}

/// What makes the images.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Engine {
    /// The core that is linked in.
    Native,
    /// The component, in an instance of its own for every call. Only in programs built with the feature `sandbox`.
    Sandbox(SandboxFiles),
}

/// The files and bounds of the sandbox.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SandboxFiles {
    /// The component; where none is named, `image-processor.wasm` beside the program or in `dist/`.
    pub component: Option<PathBuf>,
    /// A folder for its compiled code.
    pub cache: Option<PathBuf>,
    /// Wasm instructions that one call may execute.
    pub fuel: Option<u64>,
}

impl Engine {
    pub(crate) const NOT_BUILT_IN: &str = "is sandbox, which this program was built without; \
        `cargo build --release --package edgepix --features sandbox` makes one that has it.";

    fn from_lookup(text: impl Fn(&'static str) -> Option<String>) -> Result<Self, ConfigError> {
        let files = SandboxFiles {
            component: text("EDGEPIX_COMPONENT").map(PathBuf::from),
            cache: text("EDGEPIX_COMPONENT_CACHE").map(PathBuf::from),
            fuel: number("EDGEPIX_FUEL", text("EDGEPIX_FUEL"), 1, u64::MAX)?,
        };
        match text("EDGEPIX_ENGINE").as_deref() {
            Some("native") => Ok(Engine::Native),
            Some("sandbox") if cfg!(feature = "sandbox") => Ok(Engine::Sandbox(files)),
            Some("sandbox") => wrong("EDGEPIX_ENGINE", Engine::NOT_BUILT_IN),
            Some(_) => wrong("EDGEPIX_ENGINE", "must be native or sandbox."),
            None if files == SandboxFiles::default() => Ok(Engine::Native),
            // Else these settings would be ignored, and images made without the sandbox that they are for.
            None => wrong("EDGEPIX_ENGINE", "must be said where the sandbox's component, cache or fuel is."),
        }
    }
}

impl Settings {
    /// Reads the settings by asking `lookup` for each name. An empty value means unset.
    ///
    /// # Errors
    ///
    /// The first name whose value does not parse.
    pub fn from_lookup(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let text =
            |name: &str| lookup(name).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        for name in NOT_BUILT {
            if text(name).is_some() {
                return wrong(name, "is not built yet: leave it unset.");
            }
        }
        let defaults = Defaults { origin: Origin::Samples, folders: true, ..Defaults::default() };
        let folder = text("EDGEPIX_ORIGIN").map(|origin| file_url(&origin)).transpose()?.flatten();
        let service = Config::from_lookup(
            |name| match (name, &folder) {
                ("EDGEPIX_ORIGIN", Some(folder)) => Some(folder.clone()),
                _ => text(name),
            },
            &defaults,
        )?;
        if service.memory_budget < LEAST_MEMORY {
            let message =
                format!("must be at least {LEAST_MEMORY}: with less, hardly any image can be made.");
            return wrong("EDGEPIX_MEMORY_BUDGET", message);
        }
        let listen = listen::address(text("EDGEPIX_LISTEN"), text("PORT"))?;
        let metrics = listen::operations(text("EDGEPIX_METRICS"), listen)?;
        let page = match text("EDGEPIX_PAGE").as_deref() {
            None => listen.ip().is_loopback(),
            Some("0") => false,
            Some("1") => true,
            Some(_) => return wrong("EDGEPIX_PAGE", "must be 0 or 1."),
        };
        let cores = available_parallelism().map_or(1, usize::from);
        let concurrency = number("EDGEPIX_CONCURRENCY", text("EDGEPIX_CONCURRENCY"), 1, MOST_JOBS)?;
        let cache_bytes = number("EDGEPIX_CACHE_BYTES", text("EDGEPIX_CACHE_BYTES"), 0, u64::MAX)?;
        let drain = number("EDGEPIX_DRAIN", text("EDGEPIX_DRAIN"), 0, u32::MAX.into())?;
        let patterns = text("EDGEPIX_ALLOWED_SOURCES").unwrap_or_default();
        let patterns = patterns.split(',').map(str::trim).filter(|pattern| !pattern.is_empty());
        Ok(Self {
            service,
            listen,
            metrics,
            page,
            cache_bytes: cache_bytes.unwrap_or(64 << 20),
            concurrency: concurrency.map_or(cores, |jobs| jobs as usize),
            engine: Engine::from_lookup(text)?,
            drain: drain.map_or(DRAIN, Duration::from_secs),
            clients: clients(text)?,
            allowed_sources: patterns.map(str::to_owned).collect(),
        })
    }
}

/// The most images at once: more threads than this never make more images a second.
const MOST_JOBS: u64 = 1024;

fn wrong<T>(name: &'static str, message: impl Into<String>) -> Result<T, ConfigError> {
    Err(ConfigError { name, message: message.into() })
}

fn number(name: &'static str, text: Option<String>, min: u64, max: u64) -> Result<Option<u64>, ConfigError> {
    let Some(text) = text else { return Ok(None) };
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    match text.parse() {
        Ok(number) if digits && (min..=max).contains(&number) => Ok(Some(number)),
        _ if max == u64::MAX => wrong(name, format!("must be a whole number, at least {min}.")),
        _ => wrong(name, format!("must be a whole number, {min} … {max}.")),
    }
}

/// What clients may take: each variable is two numbers with a comma between, or the first of them.
fn clients(text: impl Fn(&str) -> Option<String>) -> Result<ClientLimits, ConfigError> {
    const TIMES: &str = "EDGEPIX_CLIENT_TIMEOUT";
    const CONNECTIONS: &str = "EDGEPIX_CONNECTIONS";
    let pair = |name: &'static str| {
        let written = text(name);
        let mut parts = written.iter().flat_map(|text| text.split(',')).map(|part| part.trim().to_owned());
        let (first, second) = (parts.next(), parts.next());
        let most = u64::from(u32::MAX);
        let pair = (number(name, first, 1, most)?, number(name, second, 1, most)?);
        if parts.next().is_some() {
            wrong(name, "must be one number or two, with a comma between.")
        } else {
            Ok(pair)
        }
    };
    let mut limits = ClientLimits::default();
    let ((head, answer), (all, of_one_address)) = (pair(TIMES)?, pair(CONNECTIONS)?);
    limits.head = head.map_or(limits.head, Duration::from_secs);
    limits.answer = answer.map_or(limits.answer, Duration::from_secs);
    let ConnectionLimits { all: most, of_one_address: share } = limits.connections;
    let all = all.map_or(most, |all| all as usize);
    let of_one_address = of_one_address.map_or(share.min(all), |share| share as usize);
    limits.connections = ConnectionLimits { all, of_one_address };
    Ok(limits)
}

/// The path that a `file:` URL names; `None` where it is another kind of origin.
fn file_url(origin: &str) -> Result<Option<String>, ConfigError> {
    if !origin.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("file:")) {
        return Ok(None);
    }
    let path = Url::parse(origin).ok().and_then(|url| url.to_file_path().ok());
    match path.and_then(|path| path.into_os_string().into_string().ok()) {
        Some(path) => Ok(Some(path)),
        None => {
            wrong("EDGEPIX_ORIGIN", "must name a folder of this machine in its file URL: file:///srv/photos.")
        }
    }
}

#[cfg(test)]
mod tests {
    use edgepix_service::LogLevel;

    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<Settings, ConfigError> {
        let find =
            |name: &str| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        Settings::from_lookup(find)
    }

    #[test]
    fn nothing_said_is_a_loopback_server_with_samples() {
        for pairs in [&[][..], &[("EDGEPIX_LISTEN", ""), ("PORT", " "), ("EDGEPIX_ORIGIN", "")]] {
            let settings = read(pairs).unwrap();
            assert_eq!(settings.listen.to_string(), "127.0.0.1:3000");
            assert_eq!(settings.service.origin, Origin::Samples);
            assert!(settings.page && settings.concurrency >= 1 && settings.cache_bytes == 64 << 20);
            assert_eq!((settings.service.log, settings.drain), (LogLevel::Info, Duration::from_secs(8)));
        }
    }

    #[test]
    fn a_port_alone_is_on_all_addresses_and_without_the_page() {
        let settings = read(&[("PORT", "8080")]).unwrap();
        assert!(settings.listen.ip().is_unspecified() && settings.listen.port() == 8080 && !settings.page);
        let settings =
            read(&[("PORT", "8080"), ("EDGEPIX_LISTEN", "[::1]:9"), ("EDGEPIX_PAGE", "0")]).unwrap();
        assert!(settings.listen.to_string() == "[::1]:9" && !settings.page);
    }

    #[test]
    fn metrics_have_an_address_of_their_own_or_none() {
        assert_eq!(read(&[]).unwrap().metrics, None);
        for address in ["127.0.0.1:9090", "[::]:3001", "0.0.0.0:0"] {
            let settings = read(&[("EDGEPIX_METRICS", address)]).unwrap();
            assert_eq!(settings.metrics.map(|metrics| metrics.to_string()).as_deref(), Some(address));
        }
        // Any free port is another one each time.
        let free = [("EDGEPIX_LISTEN", "127.0.0.1:0"), ("EDGEPIX_METRICS", "127.0.0.1:0")];
        assert!(read(&free).is_ok());
    }

    #[test]
    fn a_drain_of_nothing_is_one() {
        for (text, seconds) in [("0", 0), ("600", 600)] {
            assert_eq!(read(&[("EDGEPIX_DRAIN", text)]).unwrap().drain, Duration::from_secs(seconds));
        }
    }

    #[test]
    fn folders_are_paths_or_file_urls() {
        for (origin, path) in
            [("photos", "photos"), ("/srv/a b", "/srv/a b"), ("FILE:///srv/a%20b", "/srv/a b")]
        {
            let settings = read(&[("EDGEPIX_ORIGIN", origin)]).unwrap();
            assert_eq!(settings.service.origin, Origin::Folder(path.into()), "{origin}");
        }
        for origin in ["file://elsewhere/photos", "ftp://example.com/", "https://user@example.com/"] {
            assert_eq!(read(&[("EDGEPIX_ORIGIN", origin)]).unwrap_err().name, "EDGEPIX_ORIGIN", "{origin}");
        }
    }

    #[test]
    fn a_sandbox_is_there_or_the_start_is_refused() {
        assert_eq!(read(&[("EDGEPIX_ENGINE", "native")]).unwrap().engine, Engine::Native);
        let files = SandboxFiles {
            component: Some("/srv/image-processor.wasm".into()),
            cache: Some("/var/cache/edgepix".into()),
            fuel: Some(5),
        };
        let said = [
            ("EDGEPIX_COMPONENT", "/srv/image-processor.wasm"),
            ("EDGEPIX_COMPONENT_CACHE", "/var/cache/edgepix"),
            ("EDGEPIX_FUEL", "5"),
        ];
        assert_eq!(read(&said).unwrap_err().name, "EDGEPIX_ENGINE");
        match read(&[&said[..], &[("EDGEPIX_ENGINE", "sandbox")]].concat()) {
            Ok(settings) if cfg!(feature = "sandbox") => {
                assert_eq!(settings.engine, Engine::Sandbox(files));
            }
            Err(error) if cfg!(not(feature = "sandbox")) => {
                assert!(error.name == "EDGEPIX_ENGINE" && error.message.contains("--features sandbox"));
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn wrong_values_name_their_variable() {
        for (name, value) in [
            ("EDGEPIX_LISTEN", "3000"),
            ("PORT", "http"),
            ("PORT", "70000"),
            ("EDGEPIX_PAGE", "yes"),
            ("EDGEPIX_CONCURRENCY", "0"),
            ("EDGEPIX_CONCURRENCY", "+2"),
            ("EDGEPIX_CACHE_BYTES", "64 MiB"),
            ("EDGEPIX_ENGINE", "wasm"),
            ("EDGEPIX_FUEL", "0"),
            ("EDGEPIX_LOG", "loud"),
            ("EDGEPIX_ALLOW_PRIVATE", "true"),
            ("EDGEPIX_SIGNING_KEYS", "a:00"),
            ("EDGEPIX_METRICS", "9000"),
            ("EDGEPIX_METRICS", "127.0.0.1:3000"),
            ("EDGEPIX_RESULTS", "/srv/results"),
            ("EDGEPIX_DRAIN", "8s"),
            ("EDGEPIX_MEMORY_BUDGET", "2097151"),
            ("EDGEPIX_DRAIN", "-1"),
        ] {
            assert_eq!(read(&[(name, value)]).unwrap_err().name, name, "{value}");
        }
    }
}
