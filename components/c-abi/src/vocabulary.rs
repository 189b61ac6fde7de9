//! What a host may ask for, as data: bindings in other languages are made of it, or tested against it.

use std::borrow::Cow;

use edgepix_core::vocabulary::{self, Values};
use edgepix_core::{Format, Limits};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

#[derive(Serialize)]
pub(crate) struct Vocabulary {
    options: Vec<Choice>,
    limits: InForce,
}

impl Vocabulary {
    /// All that is built.
    pub(crate) fn new() -> Self {
        let options = vocabulary::options().map(|(option, parameter)| Choice {
            option,
            name: parameter.name,
            kind: parameter.values.kind(),
            words: parameter.values.words(),
            also: aliases(parameter.values),
            values: parameter.values.in_words(),
            default: parameter.default_in_programs(),
            help: parameter.help,
        });
        Self { options: options.collect(), limits: InForce(Limits::new()) }
    }
}

/// An option.
#[derive(Serialize)]
struct Choice {
    option: &'static str,
    name: &'static str,
    kind: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    words: Vec<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    also: Vec<&'static str>,
    values: Cow<'static, str>,
    default: Cow<'static, str>,
    help: &'static str,
}

/// Other words that are taken for those that are listed.
fn aliases(values: Values) -> Vec<&'static str> {
    match values {
        Values::Format => Format::outputs().flat_map(Format::aliases).copied().collect(),
        _ => Vec::new(),
    }
}

/// Limits by their names in programs.
pub(crate) struct InForce(pub(crate) Limits);

impl Serialize for InForce {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let limits = self.0.named();
        let mut map = serializer.serialize_map(Some(limits.len()))?;
        for (name, value) in limits {
            map.serialize_entry(name, &value)?;
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    #[test]
    fn every_option_is_told_with_its_values() {
        let told = serde_json::to_value(Vocabulary::new()).unwrap();
        let options = told["options"].as_array().unwrap();
        assert_eq!(options.len(), vocabulary::options().count());
        let find = |name: &str| options.iter().find(|option| option["option"] == name).unwrap();
        let format = find("format");
        assert_eq!((&format["kind"], &format["words"][0]), (&json!("format"), &json!("jpeg")));
        assert_eq!((&format["also"], &find("fit")["also"]), (&json!(["jpg"]), &Value::Null));
        assert_eq!(find("rotate")["words"], json!(["90", "180", "270"]));
        assert_eq!(find("gravity")["words"].as_array().map(Vec::len), Some(9));
        assert_eq!(
            (&find("background")["name"], &find("background")["kind"]),
            (&json!("bg"), &json!("text"))
        );
        assert!(find("width")["words"].is_null());
        assert!(options.iter().all(|option| {
            ["values", "default", "help"]
                .iter()
                .all(|key| option[key].as_str().is_some_and(|text| !text.is_empty()))
        }));
        assert_eq!(told["limits"]["sourceBytes"], Value::from(Limits::new().source_bytes));
        assert_eq!(told["limits"].as_object().map(serde_json::Map::len), Some(8));
    }
}
