use std::cell::RefCell;
use std::collections::BTreeSet;

use edgepix_core::{Effort, Format, Quality};

use super::*;

fn config(pairs: &[(&str, &str)]) -> Result<Config, ConfigError> {
    let find =
        |name: &str| pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| value.to_string());
    Config::from_lookup(find, &Defaults { folders: true, ..Defaults::default() })
}

#[test]
fn every_name_is_read() {
    let config = config(&[
        ("EDGEPIX_ORIGIN", "https://o.example/base"),
        ("EDGEPIX_ALLOWED_SOURCES", "https://*.example.com/photos/, http://192.0.2.1:8080,"),
        ("EDGEPIX_ALLOW_PRIVATE", "1"),
        ("EDGEPIX_MAX_SOURCE_BYTES", "1"),
        ("EDGEPIX_MAX_SOURCE_PIXELS", "2"),
        ("EDGEPIX_MAX_OUTPUT_SIDE", "3"),
        ("EDGEPIX_MAX_FRAMES", "4"),
        ("EDGEPIX_MAX_OUTPUT_PIXELS", "10"),
        ("EDGEPIX_MAX_ANIMATION_PIXELS", "11"),
        ("EDGEPIX_MAX_WORK", "12"),
        ("EDGEPIX_MEMORY_BUDGET", "5"),
        ("EDGEPIX_FETCH_TIMEOUT", "6"),
        ("EDGEPIX_TIMEOUT", "7"),
        ("EDGEPIX_TTL_MIN", "0"),
        ("EDGEPIX_TTL_DEFAULT", "8"),
        ("EDGEPIX_TTL_MAX", "9"),
        ("EDGEPIX_STALE", "13"),
        ("EDGEPIX_QUALITY", "webp=9, jpeg=11, webp=10"),
        ("EDGEPIX_EFFORT", "small"),
        ("EDGEPIX_WIDTHS", "640, 320,640"),
        ("EDGEPIX_LOG", "warn"),
        ("EDGEPIX_DEBUG", "1"),
    ])
    .unwrap();
    assert_eq!(config.origin, Origin::Url(Url::parse("https://o.example/base").unwrap()));
    assert_eq!((config.policy.patterns.len(), config.policy.addresses), (2, "1".parse().unwrap()));
    let mut limits = Limits::default();
    (limits.source_bytes, limits.source_pixels, limits.output_side) = (1, 2, 3);
    (limits.output_pixels, limits.frames, limits.animation_pixels, limits.work) = (10, 4, 11, 12);
    // One job may have half of the budget.
    limits.memory = 2;
    assert_eq!((config.limits, config.memory_budget), (limits, 5));
    assert_eq!((config.fetch_timeout.as_secs(), config.timeout.as_secs()), (6, 7));
    assert_eq!(config.ttl, Ttl { min: 0, default: 8, max: 9, stale: 13 });
    assert_eq!(config.effort, Effort::Small);
    let qualities = [Format::Jpeg, Format::Webp, Format::Avif, Format::Png]
        .map(|format| config.quality.of(format).map(Quality::get));
    assert_eq!(qualities, [Some(11), Some(10), Some(60), None]);
    assert_eq!((config.widths, config.debug), (Some(vec![320, 640]), true));
    assert_eq!(config.log, LogLevel::Warn);
}

#[test]
fn the_list_of_names_is_what_is_asked_for() {
    let asked = RefCell::new(BTreeSet::new());
    let find = |name: &str| {
        asked.borrow_mut().insert(name.to_owned());
        None
    };
    Config::from_lookup(find, &Defaults::default()).unwrap();
    assert!(asked.into_inner().into_iter().eq(BTreeSet::from(NAMES).into_iter()));
}

#[test]
fn nothing_is_the_defaults_and_empty_is_nothing() {
    let names =
        ["EDGEPIX_ORIGIN", "EDGEPIX_WIDTHS", "EDGEPIX_TIMEOUT", "EDGEPIX_SIGNING_KEYS", "EDGEPIX_DEBUG"];
    let empty: Vec<_> = names.iter().map(|name| (*name, " ")).collect();
    for config in [config(&[]).unwrap(), config(&empty).unwrap()] {
        assert_eq!(format!("{config:?}"), format!("{:?}", Config::default()));
    }
}

#[test]
fn wrong_values_stop_the_start() {
    for (name, value) in [
        ("EDGEPIX_ORIGIN", "ftp://o.example/"),
        ("EDGEPIX_ORIGIN", "https://user@o.example/"),
        ("EDGEPIX_ORIGIN", "https://o.example/?a"),
        ("EDGEPIX_ORIGIN", "https://"),
        ("EDGEPIX_ALLOWED_SOURCES", "example.com"),
        ("EDGEPIX_ALLOWED_SOURCES", "https://a.example,*"),
        ("EDGEPIX_ALLOWED_SOURCES", "https://*"),
        ("EDGEPIX_ALLOWED_SOURCES", "https://*.*.example"),
        ("EDGEPIX_ALLOWED_SOURCES", "https://a.*.example"),
        ("EDGEPIX_ALLOWED_SOURCES", "https://*.192.0.2.1"),
        ("EDGEPIX_ALLOWED_SOURCES", "https://a.example/?x"),
        ("EDGEPIX_ALLOWED_SOURCES", "https://u@a.example/"),
        ("EDGEPIX_ALLOWED_SOURCES", "ftp://a.example/"),
        ("EDGEPIX_ALLOWED_SOURCES", "https:///a"),
        ("EDGEPIX_ALLOW_PRIVATE", "true"),
        ("EDGEPIX_MAX_SOURCE_BYTES", "32MB"),
        ("EDGEPIX_MAX_SOURCE_BYTES", "0"),
        ("EDGEPIX_MAX_SOURCE_BYTES", "+1"),
        ("EDGEPIX_MAX_OUTPUT_SIDE", "4294967296"),
        ("EDGEPIX_MEMORY_BUDGET", "-1"),
        ("EDGEPIX_TIMEOUT", "0"),
        ("EDGEPIX_TIMEOUT", "1.5"),
        ("EDGEPIX_STALE", "1h"),
        ("EDGEPIX_QUALITY", "80"),
        ("EDGEPIX_QUALITY", "jpeg=0"),
        ("EDGEPIX_QUALITY", "png=80"),
        ("EDGEPIX_EFFORT", "best"),
        ("EDGEPIX_WIDTHS", "0"),
        ("EDGEPIX_WIDTHS", "a"),
        ("EDGEPIX_DEBUG", "2"),
        ("EDGEPIX_LOG", "loud"),
        ("EDGEPIX_MAX_WORK", "0"),
        ("EDGEPIX_FORMATS", "webp,avi"),
        ("EDGEPIX_SIGNING_KEYS", "a:0001"),
        ("EDGEPIX_SIGNING_KEYS", "000102030405060708090a0b0c0d0e0f"),
        ("EDGEPIX_SIGNING_KEYS", "a:000102030405060708090a0b0c0d0e0f,a:100102030405060708090a0b0c0d0e0f"),
        ("EDGEPIX_SIGNING", "required"),
        ("EDGEPIX_SIGNING", "on"),
        ("EDGEPIX_PRESETS", "avatar?w=0"),
        ("EDGEPIX_ONLY_PRESETS", "1"),
        ("EDGEPIX_FALLBACK", "ftp://a/b"),
        ("EDGEPIX_FALLBACK", "https://not-allowed.example/a.png"),
        ("EDGEPIX_FALLBACK", "/no-origin.png"),
    ] {
        let error = config(&[(name, value)]).expect_err(value);
        assert_eq!(error.name, name, "{value}");
        assert!(error.to_string().starts_with(name));
    }
}

#[test]
fn what_is_not_built_yet_stops_the_start() {
    for name in NOT_BUILT {
        assert!(NAMES.contains(&name));
        let error = config(&[(name, "0")]).expect_err(name);
        assert!(error.name == name && error.message.contains("not built yet"));
    }
}

#[test]
fn one_job_has_half_of_the_budget_unless_it_is_alone() {
    let memory = |defaults: &Defaults, budget: &str| {
        let find = |name: &str| (name == "EDGEPIX_MEMORY_BUDGET").then(|| budget.to_owned());
        Config::from_lookup(find, defaults).unwrap().limits.memory
    };
    let shared = Defaults::isolate(100);
    let alone = Defaults { one_at_a_time: true, ..shared.clone() };
    assert_eq!((memory(&shared, ""), memory(&shared, "60")), (50, 30));
    assert_eq!((memory(&alone, ""), memory(&alone, "60")), (100, 60));
}

#[test]
fn bounds_may_not_contradict_each_other() {
    let bounds = |pairs: &[_]| config(pairs).map(|config| (config.ttl.min, config.ttl.max));
    assert_eq!(bounds(&[("EDGEPIX_TTL_MAX", "10")]), Ok((10, 10)));
    assert_eq!(bounds(&[("EDGEPIX_TTL_MIN", "31536001")]), Ok((31_536_001, 31_536_001)));
    let contradiction = bounds(&[("EDGEPIX_TTL_MIN", "11"), ("EDGEPIX_TTL_MAX", "10")]);
    assert_eq!(contradiction.map_err(|error| error.name), Err("EDGEPIX_TTL_MIN"));
}

#[test]
fn folders_only_where_the_platform_has_them() {
    assert_eq!(config(&[("EDGEPIX_ORIGIN", "photos")]).unwrap().origin, Origin::Folder("photos".into()));
    let find = |name: &str| (name == "EDGEPIX_ORIGIN").then(|| "photos".to_owned());
    assert!(Config::from_lookup(find, &Defaults::default()).is_err());
}

#[test]
fn an_origin_is_no_host_that_the_platform_answers_for() {
    let defaults = Defaults { internal_hosts: &["self.alt"], ..Defaults::default() };
    for (origin, starts) in [("http://Self.alt/photos", false), ("https://myself.alt/", true)] {
        let find = |name: &str| (name == "EDGEPIX_ORIGIN").then(|| origin.to_owned());
        assert_eq!(Config::from_lookup(find, &defaults).is_ok(), starts, "{origin}");
    }
}
