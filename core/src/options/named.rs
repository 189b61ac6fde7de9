//! Options by their names in programs, as JavaScript, Python and JSON give them.

use super::Transform;
use super::value::Value;
use super::vocabulary::{PARAMETERS, Parameter, Refusal, option};
use crate::Error;

/// The parameters that are built and about the image, in the order of the documentation, each with its name in programs.
///
/// ```
/// use edgepix_core::vocabulary::options;
///
/// let (name, parameter) = options().next().unwrap();
/// assert_eq!((name, parameter.name), ("width", "w"));
/// ```
pub fn options() -> impl Iterator<Item = (&'static str, &'static Parameter)> {
    let built = PARAMETERS.iter().filter(|parameter| parameter.is_built());
    built.filter_map(|parameter| Some((parameter.option?, parameter)))
}

/// Sets the option that programs call `name`. `others` are the names of what the caller takes beside the options of the
/// image: they are listed where a name is unknown.
///
/// # Errors
///
/// [`InvalidParameter`](crate::Kind::InvalidParameter) for a name that is unknown, with the name that was meant where one
/// is like it, and for a value that the option does not have; [`Unsupported`](crate::Kind::Unsupported) for an option or
/// value that is not built yet. Errors name options as programs do.
///
/// ```
/// use edgepix_core::{Transform, Value, vocabulary};
///
/// let mut transform = Transform::default();
/// vocabulary::set(&mut transform, "width", Value::Number(800.0), &[])?;
/// let error = vocabulary::set(&mut transform, "wdith", Value::Number(800.0), &[]).unwrap_err();
/// assert_eq!(error.message, "There is no option `wdith`; is `width` meant?");
/// # Ok::<(), edgepix_core::Error>(())
/// ```
pub fn set(
    transform: &mut Transform,
    name: &str,
    value: Value<'_>,
    others: &[&'static str],
) -> Result<(), Error> {
    let (name, parameter) = known(name, others)?;
    parameter.set(transform, value).map_err(|refusal| match (refusal, value) {
        (Refusal::NotBuilt, Value::Text(text)) if parameter.is_built() => {
            Error::not_built(name, &format!("{name}: \"{text}\""), parameter.values.in_words())
        }
        _ => invalid(name, parameter, others),
    })
}

/// The error of [`set`] for a value that is of no type that any option has.
///
/// ```
/// use edgepix_core::vocabulary::wrong;
///
/// // As a caller has it who was given a list for `width`.
/// assert_eq!(wrong("width", &[]).parameter.as_deref(), Some("width"));
/// ```
pub fn wrong(name: &str, others: &[&'static str]) -> Error {
    match known(name, others) {
        Ok((name, parameter)) => invalid(name, parameter, others),
        Err(error) => error,
    }
}

fn known(name: &str, others: &[&'static str]) -> Result<(&'static str, &'static Parameter), Error> {
    let parameter = option(name).and_then(|parameter| Some((parameter.option?, parameter)));
    parameter.ok_or_else(|| {
        let names = names(others);
        Error::unknown("option", name, Parameter::closest(name, &names, true), &names)
    })
}

fn invalid(name: &'static str, parameter: &Parameter, others: &[&'static str]) -> Error {
    if parameter.is_built() {
        Error::invalid_value(name, parameter.values.in_words())
    } else {
        Error::not_built(name, name, names(others).join(", "))
    }
}

fn names(others: &[&'static str]) -> Vec<&'static str> {
    options().map(|(name, _)| name).chain(others.iter().copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Kind;

    fn refused(name: &str, value: Value<'_>) -> Error {
        set(&mut Transform::default(), name, value, &["limits"]).unwrap_err()
    }

    #[test]
    fn errors_name_options_as_programs_do() {
        for (name, value, kind) in [
            ("width", Value::Number(0.0), Kind::InvalidParameter),
            ("background", Value::Text("#fff"), Kind::InvalidParameter),
            ("blur", Value::Number(2.0), Kind::Unsupported),
            ("gravity", Value::Text("smart"), Kind::Unsupported),
            ("w", Value::Number(8.0), Kind::InvalidParameter),
            ("src", Value::Text("/a.jpg"), Kind::InvalidParameter),
        ] {
            let error = refused(name, value);
            assert_eq!((error.kind, error.parameter.as_deref()), (kind, Some(name)));
            assert!(error.allowed.is_some_and(|allowed| !allowed.is_empty()), "{name}");
        }
        assert_eq!(refused("w", Value::Number(8.0)).message, "There is no option `w`; is `width` meant?");
        assert_eq!(
            refused("gravity", Value::Text("smart")).message,
            "`gravity: \"smart\"` is not built yet."
        );
        let allowed = refused("nonsense", Value::Flag(true)).allowed.unwrap();
        assert!(allowed.starts_with("width, height, ") && allowed.ends_with(", limits"), "{allowed}");
    }

    #[test]
    fn every_option_has_an_error_for_a_value_of_no_type() {
        for (name, _) in options() {
            let error = wrong(name, &[]);
            assert_eq!((error.kind, error.parameter.as_deref()), (Kind::InvalidParameter, Some(name)));
        }
        assert_eq!(wrong("maxBytes", &[]).parameter.as_deref(), Some("maxBytes"));
        assert!(wrong("wdith", &[]).message.contains("`width`"));
    }
}
