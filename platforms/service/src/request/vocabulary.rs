//! The names of the query, and the values that they may have.

use std::borrow::Cow;
use std::str::FromStr;

use edgepix_core::{Background, Crop, Dpr, Fit, Flip, Gravity, InvalidValue, KeepMetadata, Quality, Rotate};

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
    let listed = match name {
        "src" => location::ALLOWED,
        "dpr" => return values::<Dpr>(),
        "fit" => return values::<Fit>(),
        "enlarge" | "lossless" => FLAGS,
        "gravity" => return values::<Gravity>(),
        "crop" => return values::<Crop>(),
        "rotate" => return values::<Rotate>(),
        "flip" => return values::<Flip>(),
        "bg" => return values::<Background>(),
        "format" => FORMATS,
        "q" => return values::<Quality>(),
        "frame" => FRAMES,
        "metadata" => return values::<KeepMetadata>(),
        _ => "anything",
    };
    Cow::Borrowed(listed)
}

/// The values that a type allows, which it tells when it is given none of them.
pub(crate) fn values<T: FromStr<Err = InvalidValue>>() -> Cow<'static, str> {
    "".parse::<T>().err().map(|error| error.allowed().to_owned()).unwrap_or_default().into()
}
