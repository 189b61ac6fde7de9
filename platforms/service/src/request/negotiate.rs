//! `Accept` becomes one of the few answers that differ.

use std::str::FromStr;

use edgepix_core::Format;
use http::header::{ACCEPT, HeaderMap};

use crate::config::entries;
use crate::request::params::Choice;

/// The formats that `auto` may choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AutoFormats {
    /// For callers who name them, the best first.
    preferred: Vec<Format>,
    /// For the others, by whether the source's header announces transparency.
    opaque: Format,
    transparent: Format,
}

impl AutoFormats {
    /// What may stand in a list.
    pub(crate) const ALLOWED: &str = "a list of webp, jpeg and png, the best first";
}

impl Default for AutoFormats {
    fn default() -> Self {
        Self {
            preferred: vec![Format::Webp],
            opaque: Format::universal(false),
            transparent: Format::universal(true),
        }
    }
}

impl FromStr for AutoFormats {
    type Err = ();

    /// Reads `webp,jpeg,png`, any of them left out. Callers who accept nothing better get JPEG or PNG; where one of these two
    /// stands in the list, this one alone.
    fn from_str(text: &str) -> Result<Self, ()> {
        let mut listed: Vec<Format> = Vec::new();
        for entry in entries(text) {
            let format = entry.parse().map_err(|_| ())?;
            match format {
                Format::Webp | Format::Jpeg | Format::Png if !listed.contains(&format) => listed.push(format),
                _ => return Err(()),
            }
        }
        let universal = |has_alpha| {
            let format = Format::universal(has_alpha);
            let only = listed.iter().find(|format| matches!(format, Format::Jpeg | Format::Png));
            if listed.contains(&format) { format } else { only.copied().unwrap_or(format) }
        };
        let (opaque, transparent) = (universal(false), universal(true));
        listed.retain(|format| *format == Format::Webp);
        Ok(Self { preferred: listed, opaque, transparent })
    }
}

/// What is known of the output's format before the source is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The one that was asked for.
    Fixed(Format),
    /// The best that the caller accepts, without loss where that is smaller; unless making it is too much work: then as for
    /// `PreferredLossy`.
    Preferred(Format),
    /// The same, without a look at lossless coding; where that is too much work, as for `ByAlpha`.
    PreferredLossy(Format),
    /// PNG where the source's header announces transparency, else JPEG.
    ByAlpha,
}

/// The output's format, and how it is coded where that is not for the caller to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Coding {
    pub(crate) format: Format,
    /// Whether graphics are coded without loss where that is smaller.
    pub(crate) auto_lossless: bool,
}

impl Coding {
    fn plain(format: Format) -> Self {
        Self { format, auto_lossless: false }
    }
}

impl Outcome {
    /// A format that is named is answered whatever the caller accepts. `auto` prefers WebP for those who name it:
    /// `*/*` and `image/*` come from programs that were written before it, too.
    pub(crate) fn of(choice: Choice, headers: &HeaderMap, formats: &AutoFormats) -> Self {
        let accepted = |format: &&Format| accepts(headers, format.media_type());
        match choice {
            Choice::Named(format) => Outcome::Fixed(format),
            Choice::Auto => formats
                .preferred
                .iter()
                .find(accepted)
                .map_or(Outcome::ByAlpha, |format| Outcome::Preferred(*format)),
        }
    }

    /// The coding, once the source's header is known.
    pub(crate) fn resolve(self, has_alpha: bool, formats: &AutoFormats) -> Coding {
        let universal = if has_alpha { formats.transparent } else { formats.opaque };
        self.named().unwrap_or(Coding::plain(universal))
    }

    /// The coding, where it does not depend on the source.
    pub(crate) fn named(self) -> Option<Coding> {
        match self {
            Outcome::Fixed(format) | Outcome::PreferredLossy(format) => Some(Coding::plain(format)),
            Outcome::Preferred(format) => Some(Coding { format, auto_lossless: true }),
            Outcome::ByAlpha => None,
        }
    }

    /// What is left where that coding is too much work.
    pub(crate) fn cheaper(self) -> Option<Self> {
        match self {
            Outcome::Preferred(format) => Some(Outcome::PreferredLossy(format)),
            Outcome::PreferredLossy(_) => Some(Outcome::ByAlpha),
            Outcome::Fixed(_) | Outcome::ByAlpha => None,
        }
    }

    /// The codings that the answer may have, while the source's header is unread.
    pub(crate) fn possible(self, formats: &AutoFormats) -> Vec<Coding> {
        let mut possible = match self.named() {
            Some(coding) => {
                let cheaper = self.cheaper().map(|cheaper| cheaper.possible(formats));
                [coding].into_iter().chain(cheaper.into_iter().flatten()).collect()
            }
            None => vec![Coding::plain(formats.opaque), Coding::plain(formats.transparent)],
        };
        possible.dedup();
        possible
    }
}

/// Whether `Accept` names this media type with a weight other than zero (RFC 9110 §12.5.1).
fn accepts(headers: &HeaderMap, media_type: &str) -> bool {
    let lines = headers.get_all(ACCEPT).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).any(|range| {
        let mut parts = range.split(';').map(str::trim);
        let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(media_type));
        named && !parts.any(is_zero_weight)
    })
}

/// Whether a parameter is `q=0`, with up to three zeros behind a point.
fn is_zero_weight(parameter: &str) -> bool {
    let Some((name, value)) = parameter.split_once('=') else { return false };
    name.trim().eq_ignore_ascii_case("q") && value.trim().parse::<f32>().is_ok_and(|weight| weight <= 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn auto(headers: &HeaderMap) -> Outcome {
        Outcome::of(Choice::Auto, headers, &AutoFormats::default())
    }

    #[test]
    fn accept_has_two_answers() {
        for (accept, webp) in [
            ("", false),
            ("*/*", false),
            ("image/*", false),
            ("image/*,*/*;q=0.8", false),
            ("image/webp", true),
            ("IMAGE/WebP", true),
            ("image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8", true),
            ("image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5", true),
            ("image/webp,image/avif,image/jxl,image/heic,video/*;q=0.8,*/*;q=0.5", true),
            ("image/png,image/svg+xml,image/*;q=0.8,video/*;q=0.8,*/*;q=0.5", false),
            ("text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8", true),
            ("image/avif", false),
            ("image/avif,*/*", false),
            ("image/jpeg", false),
            ("image/png", false),
            ("image/webp;q=0", false),
            ("image/webp;q=0.0", false),
            ("image/webp;q=0.000,*/*", false),
            ("image/webp ; q=0", false),
            ("image/webp;Q=0", false),
            ("image/webp;q=0.001", true),
            ("image/webp;q=1", true),
            ("image/webp; q=0.5, */*", true),
            ("image/webp;level=0", true),
            ("image/webp;q", true),
            ("image/webp;q=x", true),
            ("image/webpx", false),
            ("ximage/webp", false),
            ("image/web", false),
            ("webp", false),
            (",,image/webp,,", true),
            (";q=0,image/webp", true),
            ("image/jpeg;q=0,image/webp;q=0.1", true),
            ("image/*;q=0,image/webp", true),
            ("*/*;q=0", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT, accept.parse().unwrap());
            let expected = if webp { Outcome::Preferred(Format::Webp) } else { Outcome::ByAlpha };
            assert_eq!(auto(&headers), expected, "{accept}");
            let named = Outcome::of(Choice::Named(Format::Gif), &headers, &AutoFormats::default());
            assert_eq!(named, Outcome::Fixed(Format::Gif));
        }
        assert_eq!(auto(&HeaderMap::new()), Outcome::ByAlpha);
    }

    #[test]
    fn several_lines_are_one_list() {
        let mut headers = HeaderMap::new();
        headers.append(ACCEPT, "image/png".parse().unwrap());
        headers.append(ACCEPT, "image/webp".parse().unwrap());
        assert_eq!(auto(&headers), Outcome::Preferred(Format::Webp));
    }

    #[test]
    fn a_list_bounds_what_is_chosen() {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, "image/webp".parse().unwrap());
        for (list, accepting, formats) in [
            ("webp,jpeg,png", Format::Webp, [Format::Jpeg, Format::Png]),
            ("webp", Format::Webp, [Format::Jpeg, Format::Png]),
            ("webp,jpeg", Format::Webp, [Format::Jpeg, Format::Jpeg]),
            ("png", Format::Png, [Format::Png, Format::Png]),
            ("jpeg, png", Format::Jpeg, [Format::Jpeg, Format::Png]),
        ] {
            let list: AutoFormats = list.parse().unwrap();
            assert_eq!(Outcome::of(Choice::Auto, &headers, &list).resolve(false, &list).format, accepting);
            let plain = Outcome::of(Choice::Auto, &HeaderMap::new(), &list);
            assert_eq!([false, true].map(|has_alpha| plain.resolve(has_alpha, &list).format), formats);
            assert!(formats.iter().all(|format| plain.possible(&list).contains(&Coding::plain(*format))));
        }
        for wrong in ["webp,webp", "avif", "gif", "jpg2"] {
            assert!(wrong.parse::<AutoFormats>().is_err(), "{wrong}");
        }
    }
}
