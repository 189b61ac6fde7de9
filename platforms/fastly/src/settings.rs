//! The configuration: one entry of a config store, as each look-up counts against Fastly's limit, and the signing keys
//! in a secret store.

use std::collections::BTreeMap;

use edgepix_service::{Config, ConfigError, Defaults, NAMES};
use fastly::config_store::OpenError as NoConfigStore;
use fastly::secret_store::OpenError as NoSecretStore;
use fastly::{ConfigStore, SecretStore};

/// The name of both stores.
const STORE: &str = "edgepix";

/// The key of the config store's entry.
const ENTRY: &str = "config";

/// What is read from the secret store, under its own name.
const SECRET: &str = "EDGEPIX_SIGNING_KEYS";

/// What jobs may plan for of an instance's 128 MiB. The program itself takes 1.4 MiB with its stack. The rest is for
/// memory that is free, but in gaps too small for what is asked for: up to 30 MiB were seen where an image that had to
/// be decoded as a whole had made room for a larger result.
const MEMORY_BUDGET: u64 = (128 - 40) << 20;

/// What a job may plan for: the 50 ms of processor time that Fastly gives to a request.
const WORK: u64 = 50 * Defaults::WORK_A_MILLISECOND;

/// Reads the configuration. A store that does not exist sets nothing; one that fails stops the start, as nobody may
/// believe that signatures are checked when they are not.
pub(crate) fn read() -> Result<Config, ConfigError> {
    let text = config_text()?;
    let values = values(&text)?;
    let keys = secret()?;
    let lookup = |name: &str| match name {
        SECRET => keys.clone(),
        _ => values.get(name).map(|value| (*value).to_owned()),
    };
    let defaults = Defaults { one_at_a_time: true, work: WORK, ..Defaults::isolate(MEMORY_BUDGET) };
    Config::from_lookup(lookup, &defaults)
}

/// The lines `EDGEPIX_NAME=value`, by their names. Empty lines and those that begin with `#` say nothing.
fn values(text: &str) -> Result<BTreeMap<&'static str, &str>, ConfigError> {
    let mut values = BTreeMap::new();
    for (number, line) in text.lines().enumerate().map(|(index, line)| (index + 1, line.trim())) {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (name, value) = line.split_once('=').ok_or_else(|| {
            wrong(format!("must hold lines like EDGEPIX_NAME=value; line {number} is none."))
        })?;
        let name = name.trim_end();
        let known = NAMES.into_iter().find(|known| *known == name);
        let known = known.ok_or_else(|| wrong(format!("names `{name}`, which is no setting.")))?;
        if known == SECRET {
            let message = format!("is a secret: it belongs into the secret store `{STORE}`.");
            return Err(ConfigError { name: SECRET, message });
        }
        if values.insert(known, value).is_some() {
            return Err(wrong(format!("names `{known}` twice.")));
        }
    }
    Ok(values)
}

fn config_text() -> Result<String, ConfigError> {
    let store = match ConfigStore::try_open(STORE) {
        Ok(store) => store,
        Err(NoConfigStore::ConfigStoreDoesNotExist) => return Ok(String::new()),
        Err(error) => return Err(unreadable(ENTRY, "config", error)),
    };
    match store.try_get(ENTRY) {
        Ok(text) => Ok(text.unwrap_or_default()),
        Err(error) => Err(unreadable(ENTRY, "config", error)),
    }
}

fn secret() -> Result<Option<String>, ConfigError> {
    let store = match SecretStore::open(STORE) {
        Ok(store) => store,
        Err(NoSecretStore::SecretStoreDoesNotExist(_)) => return Ok(None),
        Err(error) => return Err(unreadable(SECRET, "secret", error)),
    };
    let secret = store.try_get(SECRET).map_err(|error| unreadable(SECRET, "secret", error))?;
    let Some(secret) = secret else { return Ok(None) };
    let bytes = secret.try_plaintext().map_err(|error| unreadable(SECRET, "secret", error))?;
    match String::from_utf8(bytes.into()) {
        Ok(text) => Ok(Some(text)),
        Err(_) => Err(ConfigError { name: SECRET, message: "must be text.".to_owned() }),
    }
}

/// The entry as a whole is wrong.
fn wrong(message: String) -> ConfigError {
    ConfigError { name: ENTRY, message }
}

/// A store that exists but does not answer. Why it does not stands in the log.
fn unreadable(name: &'static str, kind: &str, error: impl std::error::Error) -> ConfigError {
    eprintln!("edgepix: the {kind} store `{STORE}` cannot be read: {error}");
    ConfigError { name, message: format!("cannot be read from the {kind} store `{STORE}`.") }
}
