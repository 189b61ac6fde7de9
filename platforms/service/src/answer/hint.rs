//! What whoever runs the service could change about an error.

use edgepix_core::{Error, Kind};

use crate::source::refusal::Refusal;

/// Put into a request's [extensions](http::Request::extensions) by a host that knows it to come from whoever runs the
/// service, not from strangers: errors then have a member `hint` that names the setting concerned, and are stored nowhere,
/// because the setting may have changed when the same is asked again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FromOperator;

/// A sentence that names the setting which decides about this error, where there is one.
pub(crate) fn of(error: &Error) -> Option<String> {
    if let Some(refusal) = Refusal::behind(error) {
        return Some(refusal.hint());
    }
    if error.kind != Kind::TooLarge {
        return None;
    }
    let name = match error.parameter.as_deref()? {
        "source-bytes" => "EDGEPIX_MAX_SOURCE_BYTES",
        "source-pixels" => "EDGEPIX_MAX_SOURCE_PIXELS",
        "output-side" => "EDGEPIX_MAX_OUTPUT_SIDE",
        "output-pixels" => "EDGEPIX_MAX_OUTPUT_PIXELS",
        "frames" => "EDGEPIX_MAX_FRAMES",
        "animation-pixels" => "EDGEPIX_MAX_ANIMATION_PIXELS",
        "work" => "EDGEPIX_MAX_WORK",
        "memory" => "EDGEPIX_MEMORY_BUDGET",
        _ => return None,
    };
    Some(format!("{name} sets this limit."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::NAMES;

    #[test]
    fn every_limit_names_its_variable() {
        let limits = [
            "source-bytes",
            "source-pixels",
            "output-side",
            "output-pixels",
            "frames",
            "animation-pixels",
            "work",
            "memory",
        ];
        for limit in limits {
            let hint = of(&Error::too_large(limit, "It is too large.", 1, 2)).unwrap();
            let name = hint.split(' ').next().unwrap();
            assert!(NAMES.contains(&name), "{hint}");
        }
        assert_eq!(of(&Error::damaged("It is broken.")), None);
    }
}
