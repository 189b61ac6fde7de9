//! The configuration: application variables, whose names are those of the documentation in lower case.

use std::collections::HashMap;
use std::sync::OnceLock;

use edgepix_service::{Config, ConfigError, Defaults, NAMES, Service};
use spin_sdk::variables::{self, Error};

/// What the jobs of one instance together may plan for. Hosts that run Spin applications for others give an instance
/// 128 MiB, and it serves 16 requests at once: sources and answers of the others lie scattered in its memory, so that the
/// last quarter of it cannot be counted on to be in one piece. With 112 MiB, full load did not always find room.
const MEMORY_BUDGET: u64 = 96 << 20;

/// Hosts that Spin routes to the application itself and to its components.
const INTERNAL_HOSTS: &[&str] = &["self.alt", "spin.internal"];

/// The instance's service, made at its first request. A configuration that is wrong, or cannot be had at this moment, is
/// read again at the next.
pub(crate) async fn service() -> Result<&'static Service, ConfigError> {
    static SERVICE: OnceLock<Service> = OnceLock::new();
    if let Some(service) = SERVICE.get() {
        return Ok(service);
    }
    let variables = read().await?;
    let lookup = |name: &str| variables.get(name).cloned();
    let defaults = Defaults { internal_hosts: INTERNAL_HOSTS, ..Defaults::isolate(MEMORY_BUDGET) };
    let config = Config::from_lookup(lookup, &defaults)?;
    // Of the requests that come at once, whichever was first has made the one budget that they share.
    Ok(SERVICE.get_or_init(|| Service::new(config)))
}

/// Asks Spin for every name, as it answers only those who wait.
async fn read() -> Result<HashMap<&'static str, String>, ConfigError> {
    let mut values = HashMap::new();
    for name in NAMES {
        match variables::get(name.to_ascii_lowercase()).await {
            Ok(value) => {
                values.insert(name, value);
            }
            // A manifest need not declare what it does not set.
            Err(Error::Undefined(_)) => {}
            Err(error) => {
                eprintln!("edgepix: {name}: {error}");
                return Err(ConfigError { name, message: "cannot be had from its provider.".into() });
            }
        }
    }
    Ok(values)
}
