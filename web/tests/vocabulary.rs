//! The vocabulary is one: the names, values and tables of the packages and of the documentation are the core's.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use edgepix_core::vocabulary::{PARAMETERS, Parameter, Values};
use edgepix_core::{Format, Limits};
use serde_json::Value;

/// The parameters that are built and about the image, in the order of the documentation.
fn options() -> impl Iterator<Item = (&'static str, &'static Parameter)> {
    let built = PARAMETERS.iter().filter(|parameter| parameter.is_built());
    built.filter_map(|parameter| Some((parameter.option?, parameter)))
}

fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// What the modules say in Node.
fn said() -> Value {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vocabulary.mjs");
    let mut node = Command::new("node")
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("Node 20 or newer is needed");
    let module = edgepix_playground::vocabulary(&Limits::default());
    node.stdin.take().unwrap().write_all(module.as_bytes()).unwrap();
    let output = node.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn addresses_have_the_names_of_urls() {
    let names = options().map(|(option, parameter)| (option, parameter.name));
    let expected: BTreeMap<_, _> = names.chain([("preset", "preset"), ("version", "v")]).collect();
    let said = said();
    let written = said["url"].as_object().unwrap();
    let written: BTreeMap<_, _> =
        written.iter().map(|(option, name)| (option.as_str(), name.as_str().unwrap())).collect();
    assert_eq!(written, expected);
}

#[test]
fn the_playground_has_a_control_for_every_option() {
    let said = said();
    let controls = said["playground"].as_array().unwrap();
    let words = |value: &Value| -> Vec<String> {
        value.as_array().unwrap().iter().map(|v| v.as_str().unwrap().to_owned()).collect()
    };
    let names: Vec<_> = controls.iter().map(|control| control["name"].as_str().unwrap()).collect();
    assert_eq!(names, options().map(|(_, parameter)| parameter.name).collect::<Vec<_>>());
    for ((option, parameter), control) in options().zip(controls) {
        assert_eq!((control["option"].as_str(), control["group"].as_bool()), (Some(option), Some(true)));
        let example = match parameter.values {
            Values::Side | Values::Numbers(_) | Values::Number(_) | Values::Quality => {
                control["example"].is_number()
            }
            Values::Flag => control["example"].is_boolean(),
            _ => control["example"].is_string(),
        };
        assert!(example, "{option} is not {}", control["example"]);
        let mut offered = words(&control["values"]);
        for described in words(&control["described"]) {
            assert!(offered.contains(&described), "{option} has no {described}");
        }
        if let Values::Words(_) | Values::Numbers(_) | Values::Format = parameter.values {
            let allowed = parameter.allowed(&Limits::default());
            let allowed: Vec<_> = allowed.split(", ").collect();
            // What stands for the default where that is no value.
            let default = control["default"].as_str().unwrap();
            if !allowed.contains(&default) {
                assert_eq!(parameter.default, "none", "{option}");
                offered.retain(|value| value != default);
            }
            assert_eq!(offered, allowed, "{option}");
        }
    }
}

#[test]
fn the_playground_presents_nothing_that_is_not_there_and_shows_what_is_not_presented() {
    let said = said();
    for name in said["presented"].as_array().unwrap() {
        let name = name.as_str().unwrap();
        assert!(PARAMETERS.iter().any(|parameter| parameter.name == name), "{name}");
    }
    let unknown = &said["unknown"];
    assert_eq!((unknown["kind"].as_str(), unknown["label"].as_str()), (Some("select"), Some("Mood of all")));
    assert_eq!((unknown["group"].as_bool(), unknown["default"].as_str()), (Some(true), Some("glad")));
}

/// The members of an interface of a declaration file, with their types.
fn members(text: &str, interface: &str) -> BTreeMap<String, String> {
    let start = text.find(&format!("export interface {interface} {{")).expect(interface);
    let body = &text[start..start + text[start..].find("\n}").unwrap()];
    let lines = body.lines().skip(1).map(str::trim).filter(|line| !line.starts_with(['/', '*']));
    lines
        .filter_map(|line| line.trim_end_matches(';').split_once("?: "))
        .map(|(a, b)| (a.into(), b.into()))
        .collect()
}

/// The words of a union type: `'a' | 'b'`, or of the alias of that name.
fn union(text: &str, typed: &str) -> Vec<String> {
    let is_code = |line: &&str| !line.starts_with(['/', '*']);
    let text = text.lines().map(str::trim).filter(is_code).collect::<Vec<_>>().join(" ");
    let alias = format!("export type {typed} =");
    let typed = match text.split_once(&alias) {
        Some((_, rest)) => &rest[..rest.find(';').unwrap()],
        None => typed,
    };
    let words = typed.split('|').map(|word| word.trim().trim_matches('\'').to_owned());
    words.filter(|word| !word.is_empty()).collect()
}

#[test]
fn types_are_those_of_the_values() {
    let index = read("web/npm/index.d.ts");
    let url = read("web/npm/url.d.ts");
    for (file, interface, more) in
        [(&index, "Options", &["limits"][..]), (&url, "UrlOptions", &["preset", "version"])]
    {
        let members = members(file, interface);
        let names: Vec<_> = options().map(|(option, _)| option).chain(more.iter().copied()).collect();
        assert_eq!(members.len(), names.len(), "{members:?}");
        for (option, parameter) in options() {
            let typed = members.get(option).unwrap_or_else(|| panic!("{interface} has no {option}"));
            match parameter.values {
                Values::Side | Values::Number(_) | Values::Quality => assert_eq!(typed, "number", "{option}"),
                Values::Flag => assert_eq!(typed, "boolean", "{option}"),
                Values::Words(words) | Values::Numbers(words) => {
                    assert_eq!(union(&index, typed), words, "{option}")
                }
                Values::Format => assert!(typed.starts_with("Format"), "{option}"),
                Values::Gravity => assert_eq!(typed, "Gravity"),
                Values::Crop => assert_eq!(typed, "Crop"),
                _ => assert_eq!(typed, "string", "{option}"),
            }
        }
        assert!(more.iter().all(|more| members.contains_key(*more)));
    }
    assert_eq!(union(&index, "Format"), Format::outputs().map(Format::name).collect::<Vec<_>>());
    // The other names of formats that are written.
    let others = union(&index, "FormatName");
    assert_eq!(others, ["Format", "jpg"]);
    assert!(others[1..].iter().all(|name| name.parse().is_ok_and(Format::is_written)));
    let compass = union(&index, "Compass").join(", ");
    let gravity = options().find(|(option, _)| *option == "gravity").unwrap().1;
    assert!(gravity.values.in_words().starts_with(&compass), "{compass}");
}

/// A table of the documentation.
fn table(head: &str, rows: impl Iterator<Item = [String; 4]>) -> String {
    let rows = rows.map(|cells| format!("| {} |\n", cells.join(" | ")));
    format!(
        "| {head} | what it does | values | default |\n| --- | --- | --- | --- |\n{}",
        rows.collect::<String>()
    )
}

/// Words that stand alone, as code.
fn code(words: &str) -> String {
    let is_word = |word: &str| word.bytes().all(|byte| byte.is_ascii_alphanumeric());
    match words.split(", ").all(is_word) && words != "anything" && words != "none" {
        true => words.split(", ").map(|word| format!("`{word}`")).collect::<Vec<_>>().join(" "),
        false => words.to_owned(),
    }
}

#[track_caller]
fn has(file: &str, table: &str) {
    assert!(read(file).contains(table), "{file} needs this table:\n\n{table}\n");
}

#[test]
fn the_documentation_has_every_parameter() {
    let limits = Limits::default();
    let built = PARAMETERS.iter().filter(|parameter| parameter.is_built());
    let of_urls = built.map(|parameter| {
        let (values, default) = (parameter.allowed(&limits), parameter.default_in_urls());
        [format!("`{}`", parameter.name), parameter.help.to_owned(), code(&values), code(&default)]
    });
    has("docs/url.md", &table("name", of_urls));
    let of_programs = options().map(|(option, parameter)| {
        let (values, default) = (parameter.values.in_words(), parameter.default_in_programs());
        [format!("`{option}`"), parameter.help.to_owned(), code(&values), code(&default)]
    });
    has("web/npm/README.md", &table("option", of_programs));
}

#[test]
fn the_documentation_says_what_is_not_built_yet() {
    let mut names: Vec<_> =
        PARAMETERS.iter().filter(|parameter| !parameter.is_built()).map(|p| p.name.to_owned()).collect();
    for parameter in PARAMETERS {
        names.extend(parameter.values_later.iter().map(|value| format!("{}={value}", parameter.name)));
    }
    names
        .extend(Format::all().filter(|format| !format.is_written()).map(|format| format!("format={format}")));
    let listed: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    let sentence = format!("Known but not built yet: {}.", listed.join(", "));
    let text = read("docs/url.md").split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains(&sentence), "docs/url.md needs this sentence:\n\n{sentence}\n");
}
