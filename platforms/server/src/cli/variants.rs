//! The variants to make of each source, and their options once the source is known.

use edgepix_core::{Error, Format, Length, Metadata, Percent, Transform, output_size};

/// One of the results to make of each source: one width in one format.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Variant {
    /// The options, without sides that are given in per cent.
    pub(super) transform: Transform,
    /// The width, in per cent of the source's own after orientation, crop and rotation.
    pub(super) width: Option<Percent>,
    /// The height, in the same way.
    pub(super) height: Option<Percent>,
    /// How the format is chosen.
    pub(super) format: FormatChoice,
}

/// How the result's format is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FormatChoice {
    /// The source's own format: no flag and no name says another.
    Source,
    /// PNG for a source with alpha, JPEG for one without: `--format auto`.
    Universal,
    /// This format, named by the flag or by the output's extension.
    Named(Format),
}

/// What is known of a source.
#[derive(Clone, Copy, Debug)]
pub(super) enum Known<'a> {
    /// Nothing: it has not been opened.
    Nothing,
    /// Its format, from its first bytes.
    Format(Format),
    /// Its header.
    Header(&'a Metadata),
}

impl Variant {
    /// The options for a source, with the format named and the sides in pixels. `None` if `known` is not enough.
    pub(super) fn resolve(&self, known: Known<'_>) -> Result<Option<Transform>, Error> {
        let format = match (self.format, known) {
            (FormatChoice::Named(format), _) | (FormatChoice::Source, Known::Format(format)) => format,
            (FormatChoice::Source, Known::Header(metadata)) => metadata.format,
            (FormatChoice::Universal, Known::Header(metadata)) => Format::universal(metadata.has_alpha),
            (FormatChoice::Source, Known::Nothing)
            | (FormatChoice::Universal, Known::Nothing | Known::Format(_)) => return Ok(None),
        };
        let mut options = self.transform.to_builder().format(format);
        if !matches!(self.format, FormatChoice::Named(_)) && format.has_palette_mode() {
            // Colours are given up only where the format was asked for.
            options = options.quality(None);
        }
        if self.width.is_some() || self.height.is_some() {
            let Known::Header(metadata) = known else { return Ok(None) };
            let without_size = self.transform.to_builder().width(None).height(None).build()?;
            let (width, height) = output_size(metadata.width, metadata.height, &without_size)?;
            let pixels = |share: Percent, side: u64| {
                // `output_size` without sizes gives at most the source's sides, which are `u32`.
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

/// The options of all variants, equal ones once. `None` if `known` is not enough.
pub(super) fn resolve_all(variants: &[Variant], known: Known<'_>) -> Result<Option<Vec<Transform>>, Error> {
    let mut results = Vec::with_capacity(variants.len());
    for variant in variants {
        let Some(transform) = variant.resolve(known)? else { return Ok(None) };
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

    fn variant(transform: Transform, width: Option<f64>, height: Option<f64>) -> Variant {
        let share = |share: Option<f64>| share.map(|share| Percent::new(share).unwrap());
        Variant { transform, width: share(width), height: share(height), format: FormatChoice::Source }
    }

    #[test]
    fn shares_are_of_the_size_without_them_rounded_half_up() {
        let metadata = metadata(Format::Png, true);
        let size = |variant: Variant| {
            let transform = variant.resolve(Known::Header(&metadata)).unwrap().unwrap();
            (transform.width().map(u32::from), transform.height().map(u32::from))
        };
        let plain = Transform::default;
        assert_eq!(size(variant(plain(), Some(50.0), None)), (Some(501), None));
        assert_eq!(size(variant(plain(), None, Some(0.01))), (None, Some(1)));
        assert_eq!(size(variant(plain(), Some(100.0), Some(50.0))), (Some(1001), Some(300)));
        let turned = Transform::builder().rotate(Rotate::Quarter).build().unwrap();
        assert_eq!(size(variant(turned, Some(50.0), None)), (Some(300), None));
        let crop: Crop = "0,0,400,100".parse().unwrap();
        let cropped = Transform::builder().crop(crop).height(7).build().unwrap();
        assert_eq!(size(variant(cropped, Some(25.0), None)), (Some(100), Some(7)));
    }

    #[test]
    fn a_png_that_nobody_named_keeps_all_colours() {
        let header = metadata(Format::Png, true);
        let quality = |format| {
            let transform = Transform::builder().quality(50).build().unwrap();
            let variant = Variant { format, ..variant(transform, None, None) };
            variant.resolve(Known::Header(&header)).unwrap().unwrap().quality().map(|quality| quality.get())
        };
        assert_eq!(quality(FormatChoice::Named(Format::Png)), Some(50));
        assert_eq!(quality(FormatChoice::Source), None);
        assert_eq!(quality(FormatChoice::Universal), None);
    }

    #[test]
    fn no_more_is_read_than_is_needed() {
        let header = metadata(Format::Webp, false);
        let format = |format, known| {
            let variant = Variant { format, ..variant(Transform::default(), None, None) };
            variant.resolve(known).unwrap().map(|transform| transform.format().unwrap())
        };
        let named = FormatChoice::Named(Format::Gif);
        assert_eq!(format(named, Known::Nothing), Some(Format::Gif));
        assert_eq!(format(FormatChoice::Source, Known::Nothing), None);
        assert_eq!(format(FormatChoice::Source, Known::Format(Format::Png)), Some(Format::Png));
        assert_eq!(format(FormatChoice::Source, Known::Header(&header)), Some(Format::Webp));
        assert_eq!(format(FormatChoice::Universal, Known::Format(Format::Png)), None);
        assert_eq!(format(FormatChoice::Universal, Known::Header(&header)), Some(Format::Jpeg));
        let half = variant(Transform::default(), Some(50.0), None);
        assert_eq!(half.resolve(Known::Format(Format::Png)), Ok(None));
    }

    #[test]
    fn equal_results_are_one() {
        let small = metadata(Format::Png, true);
        let all = [Some(50.0), Some(49.99)].map(|width| variant(Transform::default(), width, None));
        assert_eq!(resolve_all(&all, Known::Header(&small)).unwrap().unwrap().len(), 2);
        let all = [Some(50.0), Some(50.02)].map(|width| variant(Transform::default(), width, None));
        assert_eq!(resolve_all(&all, Known::Header(&small)).unwrap().unwrap().len(), 1);
        assert_eq!(resolve_all(&all, Known::Nothing), Ok(None));
    }
}
