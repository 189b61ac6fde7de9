//! A result that is wanted of each image, and what it means for the image at hand.

use edgepix_core::{Error, Format, Length, Metadata, Percent, Transform, output_size};

/// A result that is wanted of each image.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Wanted {
    /// The options, without sides that are shares of the image's own.
    pub(super) transform: Transform,
    /// The width as a share of what it would be without sizes.
    pub(super) width: Option<Percent>,
    /// The height as a share of what it would be without sizes.
    pub(super) height: Option<Percent>,
    pub(super) format: FormatChoice,
}

/// How the result's format is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FormatChoice {
    /// It is the source's own: nobody says anything.
    Source,
    /// By whether the source has alpha: `--format auto`.
    Universal,
    /// It is this one, by the flag or by the output's name.
    Named(Format),
}

/// How much of an image has been read.
#[derive(Clone, Copy, Debug)]
pub(super) enum Known<'a> {
    Nothing,
    Format(Format),
    Header(&'a Metadata),
}

impl Wanted {
    /// The options for an image, with its format, and with sides in pixels. `None` where more of the image must be known.
    pub(super) fn resolve(&self, known: Known<'_>) -> Result<Option<Transform>, Error> {
        let format = match (self.format, known) {
            (FormatChoice::Named(format), _) | (FormatChoice::Source, Known::Format(format)) => format,
            (FormatChoice::Source, Known::Header(metadata)) => metadata.format,
            (FormatChoice::Universal, Known::Header(metadata)) => Format::universal(metadata.has_alpha),
            (FormatChoice::Source, Known::Nothing)
            | (FormatChoice::Universal, Known::Nothing | Known::Format(_)) => return Ok(None),
        };
        let mut options = self.transform.to_builder().format(format);
        if self.width.is_some() || self.height.is_some() {
            let Known::Header(metadata) = known else { return Ok(None) };
            let without_size = self.transform.to_builder().width(None).height(None).build()?;
            let (width, height) = output_size(metadata.width, metadata.height, &without_size)?;
            let pixels = |share: Percent, side: u64| {
                // A side of an image fits into 32 bits.
                Length::Percent(share).pixels(side as u32).max(1) as u32
            };
            if let Some(share) = self.width {
                options = options.width(pixels(share, width));
            }
            if let Some(share) = self.height {
                options = options.height(pixels(share, height));
            }
        }
        options.build().map(Some)
    }
}

/// All results that are wanted of an image, each once. `None` where more of the image must be known.
pub(super) fn resolve_all(wanted: &[Wanted], known: Known<'_>) -> Result<Option<Vec<Transform>>, Error> {
    let mut results = Vec::with_capacity(wanted.len());
    for wanted in wanted {
        let Some(transform) = wanted.resolve(known)? else { return Ok(None) };
        if !results.contains(&transform) {
            results.push(transform);
        }
    }
    Ok(Some(results))
}

#[cfg(test)]
mod tests {
    use edgepix_core::{Crop, Rotate};

    use super::*;

    fn metadata(format: Format, has_alpha: bool) -> Metadata {
        let png = include_bytes!("../../samples/balloon.png");
        let metadata = edgepix_core::metadata(png).unwrap();
        Metadata { width: 1001, height: 600, format, has_alpha, ..metadata }
    }

    fn wanted(transform: Transform, width: Option<f64>, height: Option<f64>) -> Wanted {
        let share = |share: Option<f64>| share.map(|share| Percent::new(share).unwrap());
        Wanted { transform, width: share(width), height: share(height), format: FormatChoice::Source }
    }

    #[test]
    fn shares_are_of_the_size_without_them_rounded_half_up() {
        let metadata = metadata(Format::Png, true);
        let size = |wanted: Wanted| {
            let transform = wanted.resolve(Known::Header(&metadata)).unwrap().unwrap();
            (transform.width().map(u32::from), transform.height().map(u32::from))
        };
        let plain = Transform::default;
        assert_eq!(size(wanted(plain(), Some(50.0), None)), (Some(501), None));
        assert_eq!(size(wanted(plain(), None, Some(0.01))), (None, Some(1)));
        assert_eq!(size(wanted(plain(), Some(100.0), Some(50.0))), (Some(1001), Some(300)));
        let turned = Transform::builder().rotate(Rotate::Quarter).build().unwrap();
        assert_eq!(size(wanted(turned, Some(50.0), None)), (Some(300), None));
        let crop: Crop = "0,0,400,100".parse().unwrap();
        let cropped = Transform::builder().crop(crop).height(7).build().unwrap();
        assert_eq!(size(wanted(cropped, Some(25.0), None)), (Some(100), Some(7)));
    }

    #[test]
    fn no_more_is_read_than_is_needed() {
        let header = metadata(Format::Webp, false);
        let format = |format, known| {
            let wanted = Wanted { format, ..wanted(Transform::default(), None, None) };
            wanted.resolve(known).unwrap().map(|transform| transform.format().unwrap())
        };
        let named = FormatChoice::Named(Format::Gif);
        assert_eq!(format(named, Known::Nothing), Some(Format::Gif));
        assert_eq!(format(FormatChoice::Source, Known::Nothing), None);
        assert_eq!(format(FormatChoice::Source, Known::Format(Format::Png)), Some(Format::Png));
        assert_eq!(format(FormatChoice::Source, Known::Header(&header)), Some(Format::Webp));
        assert_eq!(format(FormatChoice::Universal, Known::Format(Format::Png)), None);
        assert_eq!(format(FormatChoice::Universal, Known::Header(&header)), Some(Format::Jpeg));
        let half = wanted(Transform::default(), Some(50.0), None);
        assert_eq!(half.resolve(Known::Format(Format::Png)), Ok(None));
    }

    #[test]
    fn equal_results_are_one() {
        let small = metadata(Format::Png, true);
        let all = [Some(50.0), Some(49.99)].map(|width| wanted(Transform::default(), width, None));
        assert_eq!(resolve_all(&all, Known::Header(&small)).unwrap().unwrap().len(), 2);
        let all = [Some(50.0), Some(50.02)].map(|width| wanted(Transform::default(), width, None));
        assert_eq!(resolve_all(&all, Known::Header(&small)).unwrap().unwrap().len(), 1);
        assert_eq!(resolve_all(&all, Known::Nothing), Ok(None));
    }
}
