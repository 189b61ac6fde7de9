//! The pipeline beside the same on whole pictures, over random sources, sizes and options.

use fastrand::Rng;

use super::reference::{self, Plain};
use super::*;
use crate::codec::{self, Encoder};
use crate::rows::{Layout, Picture};
use crate::{Crop, Error, Fit, Flip, Format, Gravity, Length, Limits, Orientation, Quality, Rotate};

/// How much a sample may be off, in 255ths: not at all where nothing is resampled, as far as whole numbers go.
const EXACT: f64 = 0.5 + 1e-9;
/// Where it is, rounding between the stages and the filter's whole weights add up to one level.
const RESAMPLED: f64 = 1.5;
/// Colours of pixels with alpha are multiplied by it and divided again, and four inks by each other: twice as much.
const TWICE: f64 = 3.0;

#[test]
fn as_on_whole_pictures() {
    let mut random = Rng::with_seed(7);
    let mut planar = 0;
    for round in 0..900 {
        let source = source(&mut random);
        let transform = options(&mut random);
        let encoder = Capture {
            format: if random.bool() { Format::Png } else { Format::Jpeg },
            takes_rows: random.bool(),
            chroma_cell: [None, Some(1), Some(2)][random.usize(..3)],
        };
        planar +=
            u32::from(check(&source, &transform, &encoder, &format!("{round}: {transform:?} {encoder:?}")));
    }
    assert!(planar > 50, "{planar} jobs stayed luma and colour differences");
}

/// Runs both. Whether the job stayed luma and colour differences.
fn check(file: &[u8], transform: &Transform, encoder: &Capture, what: &str) -> bool {
    let limits = Limits::default();
    let image = codec::read_header(file, &limits).expect(what);
    let header = image.header();
    let stored = (header.width, header.height);
    let Ok(geometry) = Geometry::new(stored, header.orientation, transform, &limits) else { return false };
    let colours = Colours::of(file, header, transform.profile, encoder.format);
    let settings = codec::Settings::new(encoder, file, &*image, transform, geometry.output, &colours);
    let input = Input { file, image: &*image, colours };
    let pipeline = Pipeline::new(input, transform, 0..1, &geometry, encoder, &settings).expect(what);
    let result = pipeline.result;
    let decoding = match pipeline.selection.sampling {
        crate::codec::Sampling::Planes { .. } => {
            Decoding::of_planes(&*image, &geometry, encoder.chroma_cell).expect(what)
        }
        crate::codec::Sampling::Eight { .. } => Decoding::of_pixels(&*image, &geometry, false),
        crate::codec::Sampling::Sixteen => Decoding::of_pixels(&*image, &geometry, true),
    };
    let background = background(transform, &colours, encoder.format);
    let expected = reference::run(file, &*image, &decoding, 0..1, result.layout(), background);

    let mut meter = Meter { progress: &mut (), total: 0 };
    let samples = pipeline.run(file, &*image, encoder, &settings, &mut meter).expect(what);
    let resampled = decoding.planes().iter().any(|plane| {
        let (width, height) = plane.content;
        let region = plane.region;
        (region.width, region.height) != (width.into(), height.into())
            || region.x.fract() != 0.0
            || region.y.fract() != 0.0
    });
    let alone = matches!(header.layout, Layout::Grey | Layout::Rgb);
    let allowed = match (resampled, alone) {
        (false, true) => EXACT,
        (true, true) => RESAMPLED,
        // Rounded once when inks are mixed or transparency goes over a background.
        (false, false) => EXACT + 0.5,
        (true, false) => TWICE,
    };
    let is_planar = expected.len() == 3;
    let alpha = !is_planar && result.layout() == Layout::Rgba;
    let mut at = 0;
    for (plane, expected) in expected.iter().enumerate() {
        let length = expected.samples.len();
        let channels = expected.channels;
        let part = samples.get(at..at + length).unwrap_or_else(|| panic!("{what}: too few samples"));
        at += length;
        let (given, wanted) = if alpha {
            // What cannot be seen does not matter.
            let given = Plain::of_bytes(expected.width as u32, channels, part);
            (
                reference::premultiplied(&given, Layout::Rgba).samples,
                reference::premultiplied(expected, Layout::Rgba).samples,
            )
        } else {
            (part.iter().map(|&sample| f64::from(sample)).collect(), expected.samples.clone())
        };
        for (i, (given, wanted)) in given.iter().zip(&wanted).enumerate() {
            let wanted = wanted.clamp(0.0, 255.0);
            let (x, y) = (i / channels % expected.width, i / channels / expected.width);
            assert!(
                (given - wanted).abs() <= allowed,
                "{what}: plane {plane} at {x}, {y}: {given}, not {wanted}"
            );
        }
    }
    assert_eq!(at, samples.len(), "{what}");
    is_planar
}

/// A small picture in one of the formats, turned by EXIF or not.
fn source(random: &mut Rng) -> Vec<u8> {
    let (width, height) = (random.u32(1..90), random.u32(1..70));
    let layout = [Layout::Grey, Layout::Rgb, Layout::Rgba][random.usize(..3)];
    let steps = [random.u32(1..9), random.u32(1..9), random.u32(1..9)];
    let mut data = Vec::new();
    for (x, y) in (0..height).flat_map(|y| (0..width).map(move |x| (x, y))) {
        for channel in 0..layout.channels() as u32 {
            let noise = random.u32(..40);
            data.push(((x * steps[0] + y * steps[1] + channel * steps[2] * 20 + noise) % 256) as u8);
        }
    }
    let picture = Picture { width, height, layout, data };
    let format = [Format::Jpeg, Format::Png, Format::Webp, Format::Gif][random.usize(..4)];
    let turned = random.bool().then(|| random.u8(1..=8));
    let exif = turned.map(|value| {
        [&b"MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0"[..], &[value], &[0; 6]].concat()
    });
    let settings = codec::Settings {
        quality: Quality::new(random.u8(60..=100)).unwrap(),
        palette: None,
        lossless: random.bool().into(),
        effort: crate::Effort::Fast,
        kept: codec::Kept { exif, xmp: None, icc: None },
        dropped: crate::Dropped::default(),
    };
    let shape = Shape { width, height, rows: Rows::Eight(layout) };
    let codec = codec::of(format).unwrap();
    let mut encoder = codec.encoder(&settings, &shape).unwrap();
    // JPEG has no alpha: its encoder is given colours.
    let picture = if format == Format::Jpeg && layout == Layout::Rgba {
        let rgb = picture.data.chunks_exact(4).flat_map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect();
        let shape = Shape { rows: Rows::Eight(Layout::Rgb), ..shape };
        encoder = codec.encoder(&settings, &shape).unwrap();
        Picture { layout: Layout::Rgb, data: rgb, ..picture }
    } else {
        picture
    };
    encoder.write_picture(picture).unwrap();
    encoder.end_frame().unwrap();
    encoder.finish().unwrap()
}

fn options(random: &mut Rng) -> Transform {
    let side = |random: &mut Rng| random.bool().then(|| random.u32(1..120));
    let crop = random.u8(..3) == 0;
    let crop = crop.then(|| {
        let (x, width) = (Length::Pixels(random.u32(..40)), Length::Pixels(random.u32(1..90)));
        let (y, height) = (Length::percent(random.f64() * 60.0), Length::percent(random.f64() * 100.0));
        Crop::new(x, y.unwrap(), width, height.unwrap()).unwrap()
    });
    let background = random.bool().then(|| Background {
        red: random.u8(..),
        green: random.u8(..),
        blue: random.u8(..),
        alpha: random.u8(..),
    });
    Transform::builder()
        .width(side(random))
        .height(side(random))
        .fit([Fit::Inside, Fit::Outside, Fit::Cover, Fit::Contain, Fit::Fill][random.usize(..5)])
        .enlarge(random.bool())
        .gravity(Gravity::focal(random.f64(), random.f64()).unwrap())
        .crop(crop)
        .rotate([Rotate::None, Rotate::Quarter, Rotate::Half, Rotate::ThreeQuarters][random.usize(..4)])
        .flip([Flip::None, Flip::Horizontal, Flip::Vertical, Flip::Both][random.usize(..4)])
        .background(background)
        .build()
        .unwrap()
}

/// Takes what an encoder would get, and gives it as it is: rows, or one plane after the other.
#[derive(Debug)]
struct Capture {
    format: Format,
    takes_rows: bool,
    chroma_cell: Option<u32>,
}

impl Codec for Capture {
    fn format(&self) -> Format {
        self.format
    }

    fn read_header(&self, _: &[u8], _: &Limits) -> Result<Box<dyn Image>, Error> {
        Err(Error::unsupported_source("not read"))
    }

    fn takes_rows(&self, _: &Settings, _: Layout) -> bool {
        self.takes_rows
    }

    fn chroma_cell(&self, _: &Settings) -> Option<u32> {
        self.chroma_cell
    }

    fn encoding_cost(&self, _: &Settings, _: &Shape) -> Cost {
        Cost::default()
    }

    fn encoder<'a>(&self, _: &'a Settings, _: &Shape) -> Result<Box<dyn Encoder + 'a>, Error> {
        Ok(Box::<Captured>::default())
    }
}

#[derive(Default)]
struct Captured {
    rows: Vec<u8>,
    planes: [Vec<u8>; 3],
}

impl Encoder for Captured {
    fn write_row(&mut self, row: &[u8]) -> Result<(), Error> {
        self.rows.extend_from_slice(row);
        Ok(())
    }

    fn write_strip(&mut self, strip: [&[u8]; 3]) -> Result<(), Error> {
        self.planes.iter_mut().zip(strip).for_each(|(plane, rows)| plane.extend_from_slice(rows));
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<Vec<u8>, Error> {
        Ok([self.rows, self.planes.concat()].concat())
    }
}

#[test]
fn orientation_of_the_made_sources_is_read() {
    let mut random = Rng::with_seed(3);
    let turned = (0..60).filter(|_| {
        let file = source(&mut random);
        let image = codec::read_header(&file, &Limits::default()).unwrap();
        image.header().orientation != Orientation::default()
    });
    assert!(turned.count() > 10);
}
