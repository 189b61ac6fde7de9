//! Spin's manifest: it declares what the service reads, keeps Spin's rules, and names what the build makes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use edgepix_service::NAMES;
use toml::{Table, Value};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../platforms/spin")
}

fn manifest() -> Table {
    std::fs::read_to_string(folder().join("spin.toml")).unwrap().parse().unwrap()
}

/// The table at a path of keys.
fn table<'a>(manifest: &'a Table, path: &[&str]) -> &'a Table {
    path.iter().fold(manifest, |table, key| table[*key].as_table().unwrap())
}

/// The texts in a table, by their names.
fn texts(table: &Table) -> BTreeMap<String, String> {
    table.iter().map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned())).collect()
}

/// The application's variables, with their defaults.
fn defaults(manifest: &Table) -> BTreeMap<String, String> {
    let variables = table(manifest, &["variables"]).iter();
    variables.map(|(name, value)| (name.clone(), value["default"].as_str().unwrap().to_owned())).collect()
}

/// A text with the variables' values in it.
fn resolve(template: &str, values: &BTreeMap<String, String>) -> String {
    let Some((before, rest)) = template.split_once("{{") else { return template.to_owned() };
    let (name, after) = rest.split_once("}}").expect("a template ends");
    format!("{before}{}{}", values[name.trim()], resolve(after, values))
}

/// An entry of `allowed_outbound_hosts`: scheme, host and port, by Spin's rules.
#[derive(Debug)]
struct Outbound {
    scheme: String,
    host: String,
    port: String,
}

impl Outbound {
    fn parse(entry: &str) -> Result<Self, &'static str> {
        let (scheme, rest) = entry.split_once("://").ok_or("no scheme")?;
        let (host, port) = rest.rsplit_once(':').unwrap_or((rest, ""));
        let port = match (port, scheme) {
            ("", "http") => "80",
            ("", "https") => "443",
            ("", _) => return Err("no port"),
            ("*", _) => "*",
            (port, _) if port.parse::<u16>().is_ok() => port,
            _ => return Err("no port, or a path behind it"),
        };
        if scheme != "*" && !scheme.bytes().all(|byte| byte.is_ascii_lowercase()) {
            return Err("not a scheme");
        }
        let name = host.strip_prefix("*.").unwrap_or(if host == "*" { "any" } else { host });
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-".contains(&byte);
        if name.is_empty() || !name.bytes().all(plain) {
            return Err("not a host, or more than one, or a path");
        }
        Ok(Self { scheme: scheme.into(), host: host.into(), port: port.into() })
    }

    fn admits(&self, scheme: &str, host: &str, port: &str) -> bool {
        let ends = |suffix: &str| suffix.starts_with('.') && host.ends_with(suffix);
        (self.scheme == "*" || self.scheme == scheme)
            && (self.host == "*" || self.host == host || self.host.strip_prefix('*').is_some_and(ends))
            && (self.port == "*" || self.port == port)
    }
}

#[test]
fn every_setting_is_declared_and_reaches_the_component() {
    let manifest = manifest();
    let settings: BTreeMap<_, _> = NAMES
        .iter()
        .map(|name| (name.to_ascii_lowercase(), format!("{{{{ {} }}}}", name.to_ascii_lowercase())))
        .collect();
    assert_eq!(texts(table(&manifest, &["component", "edgepix", "variables"])), settings);
    let mut declared = defaults(&manifest);
    // The one that is Spin's alone.
    assert!(declared.remove("outbound_host").is_some());
    assert!(declared.keys().eq(settings.keys()), "{declared:?}");
    // An empty value is unset, so that every default is the service's own.
    assert!(declared.values().all(String::is_empty), "{declared:?}");
}

#[test]
fn variables_keep_spins_rules() {
    for (name, value) in table(&manifest(), &["variables"]) {
        let bytes = name.as_bytes();
        let plain = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        assert!(bytes.iter().all(|byte| plain(byte) || *byte == b'_'), "{name}");
        assert!(bytes[0].is_ascii_lowercase() && bytes.last().is_some_and(plain), "{name}");
        assert!(!name.contains("__"), "{name}");
        let fields = value.as_table().unwrap();
        let required = fields.get("required").and_then(Value::as_bool).unwrap_or(false);
        assert_ne!(fields.get("default").is_some_and(Value::is_str), required, "{name}");
        let known = ["default", "required", "secret", "description"];
        assert!(fields.keys().all(|field| known.contains(&field.as_str())), "{name}");
    }
}

#[test]
fn outbound_hosts_keep_spins_rules_and_admit_an_origin() {
    let manifest = manifest();
    let entries = table(&manifest, &["component", "edgepix"])["allowed_outbound_hosts"].as_array().unwrap();
    let hosts = |values: &BTreeMap<String, String>| -> Vec<Outbound> {
        let resolved = entries.iter().map(|entry| resolve(entry.as_str().unwrap(), values));
        resolved.map(|entry| Outbound::parse(&entry).unwrap_or_else(|why| panic!("{entry}: {why}"))).collect()
    };
    let admitted = |hosts: &[Outbound], scheme: &str, host: &str, port: &str| {
        hosts.iter().any(|entry| entry.admits(scheme, host, port))
    };
    let mut values = defaults(&manifest);
    let as_shipped = hosts(&values);
    assert!(admitted(&as_shipped, "https", "images.example.com", "443"));
    assert!(!admitted(&as_shipped, "http", "169.254.169.254", "80"));

    values.insert("outbound_host".into(), "http://127.0.0.1:8080".into());
    let narrowed = hosts(&values);
    assert!(admitted(&narrowed, "http", "127.0.0.1", "8080"));
    assert!(!admitted(&narrowed, "https", "images.example.com", "443"));
}

#[test]
fn what_breaks_spins_rules_is_found() {
    for wrong in [
        "",
        "images.example.com",
        "https://images.example.com/photos",
        "https://images.example.com:443/photos",
        "https://*.*.example.com",
        "https://images.*",
        "https://a.example,https://b.example",
        "*://images.example.com",
    ] {
        assert!(Outbound::parse(wrong).is_err(), "{wrong}");
    }
    let below = Outbound::parse("https://*.example.com").unwrap();
    assert!(below.admits("https", "a.example.com", "443") && !below.admits("https", "example.com", "443"));
}

#[test]
fn it_serves_what_the_build_makes() {
    let manifest = manifest();
    assert_eq!(manifest["spin_manifest_version"].as_integer(), Some(2));
    let trigger = &manifest["trigger"]["http"].as_array().unwrap()[..];
    assert_eq!(trigger.len(), 1);
    assert_eq!(trigger[0]["route"].as_str(), Some("/..."));
    assert_eq!(trigger[0]["component"].as_str(), Some("edgepix"));

    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().unwrap();
    let component = table(&manifest, &["component", "edgepix"]);
    let workdir = folder().join(component["build"]["workdir"].as_str().unwrap()).canonicalize().unwrap();
    assert_eq!(workdir, root);
    let source = Path::new(component["source"].as_str().unwrap());
    let folder = folder().join(source.parent().unwrap().parent().unwrap()).canonicalize().unwrap();
    assert_eq!(folder, root);
    assert!(source.ends_with("dist/spin.wasm"), "{}", source.display());
}
