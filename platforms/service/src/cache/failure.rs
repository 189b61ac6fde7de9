//! Failures as caches of bytes keep them, for those who wait for the request that failed.

use std::borrow::Cow;

use edgepix_core::{Error, Kind};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct Failure<'a> {
    /// The kind's name. No [`StoredResponse::head`](super::StoredResponse::head) has this field.
    failed: Cow<'a, str>,
    message: Cow<'a, str>,
    parameter: Option<Cow<'a, str>>,
    allowed: Option<Cow<'a, str>>,
    limit: Option<u64>,
    actual: Option<u64>,
}

/// What clients see of an error, in one line.
pub fn error_to_line(error: &Error) -> String {
    let failure = Failure {
        failed: error.kind.slug().into(),
        message: Cow::Borrowed(&error.message),
        parameter: error.parameter.as_deref().map(Cow::Borrowed),
        allowed: error.allowed.as_deref().map(Cow::Borrowed),
        limit: error.limit,
        actual: error.actual,
    };
    serde_json::to_string(&failure).unwrap_or_default()
}

/// From what [`error_to_line`] gave; `None` where that is no such line.
pub fn error_from_line(line: &str) -> Option<Error> {
    let Failure { failed, message, parameter, allowed, limit, actual } = serde_json::from_str(line).ok()?;
    let mut error = Error::new(Kind::from_slug(&failed)?, message.into_owned());
    error.parameter = parameter.map(|text| text.into_owned().into());
    error.allowed = allowed.map(|text| text.into_owned().into());
    (error.limit, error.actual) = (limit, actual);
    Some(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_gives_back_the_error() {
        for error in [
            Error::new(Kind::OriginTimeout, "The origin took too long."),
            Error::too_large("memory", "Too \"large\".", 10, 20),
            Error::parameter("frame", "There is none.", "0 … 3"),
        ] {
            assert_eq!(error_from_line(&error_to_line(&error)), Some(error));
        }
        assert_eq!(error_from_line("{}"), None);
        assert_eq!(error_from_line(""), None);
    }
}
