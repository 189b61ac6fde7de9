//! The names of the query, and the values that they may have.

use std::borrow::Cow;
use std::str::FromStr;

use edgepix_core::{Background, Crop, Dpr, Fit, Flip, Gravity, KeepMetadata, Quality, Rotate};

use crate::config::Config;
use crate::source::location;

/// The names that are built, in the order of the documentation.
pub(crate) const NAMES: [&str; 17] = [
    "src", "w", "h", "dpr", "fit", "enlarge", "gravity", "crop", "rotate", "flip", "bg", "format", "q",
    "lossless", "frame", "metadata", "v",
];

/// The names that are known but not built yet.
pub(crate) const LATER: [&str; 10] =
    ["trim", "pad", "blur", "sharpen", "brightness", "contrast", "saturation", "exp", "kid", "sig"];

pub(crate) const FORMATS: &str = "auto, jpeg, png, webp, gif";
pub(crate) const FLAGS: &str = "0, 1";
pub(crate) const FRAMES: &str = "0 or more";

/// The values that a parameter may have.
pub(crate) fn allowed(name: &str, config: &Config) -> Cow<'static, str> {
    match name {
        "w" | "h" => format!("1 … {}", config.limits.output_side).into(),
        name => plainly_allowed(name),
    }
}

/// The values that a parameter may have, where the configuration does not matter.
pub(crate) fn plainly_allowed(name: &str) -> Cow<'static, str> {
    Cow::Borrowed(match name {
        "src" => location::ALLOWED,
        "dpr" => values::<Dpr>(),
        "fit" => values::<Fit>(),
        "enlarge" | "lossless" => FLAGS,
        "gravity" => values::<Gravity>(),
        "crop" => values::<Crop>(),
        "rotate" => values::<Rotate>(),
        "flip" => values::<Flip>(),
        "bg" => values::<Background>(),
        "format" => FORMATS,
        "q" => values::<Quality>(),
        "frame" => FRAMES,
        "metadata" => values::<KeepMetadata>(),
        _ => "anything",
    })
}

/// The values that a type allows, which it tells when it is given none of them.
pub(crate) fn values<T: FromStr<Err = &'static str>>() -> &'static str {
    "".parse::<T>().err().unwrap_or_default()
}
