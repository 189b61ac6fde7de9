//! The query as pairs of known names, before their values are read; and the errors that name a parameter.

use std::borrow::Cow;

use edgepix_core::{Error, Kind};

use crate::request::suggest;
use crate::request::vocabulary::LATER;
use crate::source::location::decode;

/// A decoded pair whose name is known.
pub(crate) struct Pair {
    pub(crate) name: &'static str,
    pub(crate) value: String,
}

/// Splits a query into pairs of `names`, each at most once and none empty. A plus is a plus: values are
/// percent-encoded as RFC 3986 has it, not as forms are. `allowed` tells a name's values.
pub(crate) fn pairs(
    query: &str,
    names: &'static [&'static str],
    allowed: impl Fn(&str) -> Cow<'static, str>,
) -> Result<Vec<Pair>, Error> {
    let mut pairs: Vec<Pair> = Vec::new();
    for (name, value) in raw_pairs(query) {
        let Some(name) = decode(name) else {
            return Err(unknown(name, names));
        };
        let Some(&name) = names.iter().find(|known| **known == name) else {
            return Err(match LATER.iter().find(|later| **later == name) {
                Some(later) => not_built(later, later, names.join(", ")),
                None => unknown(&name, names),
            });
        };
        let refused = |message| Error::parameter(name, message, allowed(name));
        if pairs.iter().any(|pair| pair.name == name) {
            return Err(refused(format!("The parameter `{name}` is given more than once.")));
        }
        match decode(value) {
            Some(value) if !value.is_empty() => pairs.push(Pair { name, value: value.into_owned() }),
            Some(_) => {
                return Err(refused(format!("The parameter `{name}` has no value; leave it out instead.")));
            }
            None => return Err(refused(format!("The value of `{name}` is not percent-encoded UTF-8."))),
        }
    }
    Ok(pairs)
}

/// Names and values as they are written; a part without `=` is a name with an empty value.
pub(crate) fn raw_pairs(query: &str) -> impl Iterator<Item = (&str, &str)> {
    query.split('&').filter(|part| !part.is_empty()).map(|part| part.split_once('=').unwrap_or((part, "")))
}

pub(crate) fn wrong(name: &'static str, allowed: impl Into<Cow<'static, str>>) -> Error {
    let allowed = allowed.into();
    Error::parameter(name, format!("The value of `{name}` must be: {allowed}."), allowed)
}

pub(crate) fn not_built(name: &'static str, what: &str, allowed: impl Into<Cow<'static, str>>) -> Error {
    let mut error = Error::parameter(name, format!("`{what}` is not built yet."), allowed);
    error.kind = Kind::Unsupported;
    error
}

fn unknown(name: &str, names: &'static [&'static str]) -> Error {
    // Enough to recognise it; what a caller sends is not echoed at length.
    let shown: String = name.chars().filter(|c| !c.is_control()).take(40).collect();
    let message = match suggest::closest(name, names) {
        Some(meant) => format!("There is no parameter `{shown}`; is `{meant}` meant?"),
        None => format!("There is no parameter `{shown}`."),
    };
    Error::parameter(shown, message, names.join(", "))
}
