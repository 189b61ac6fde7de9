//! What the encoder writes is read back by two decoders, and is the picture that went in.

mod common;

use common::decode;
use edgepix_jpeg::{Effort, Encoder, Error, Metadata, Parameters, Pixels, Scale, Subsampling, read_header};
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

/// Width, height and contents of a test picture.
struct Source {
    width: u32,
    height: u32,
    pixels: Pixels,
    bytes: Vec<u8>,
}

impl Source {
    fn new(width: u32, height: u32, pixels: Pixels, value: impl Fn(u32, u32, u32) -> u8) -> Self {
        let channels = pixels.channels() as u32;
        let bytes = (0..width * height * channels)
            .map(|i| value(i / channels % width, i / channels / width, i % channels))
            .collect();
        Source { width, height, pixels, bytes }
    }

    /// Slopes and waves: what photos are mostly made of.
    fn smooth(width: u32, height: u32, pixels: Pixels) -> Self {
        Source::new(width, height, pixels, |x, y, channel| {
            let wave = (f64::from(x) / 9.0).sin() * (f64::from(y) / 13.0 + f64::from(channel)).cos();
            (128.0 + 60.0 * wave + f64::from((x + 2 * y) % 256) / 5.0) as u8
        })
    }

    fn noise(width: u32, height: u32, pixels: Pixels) -> Self {
        Source::new(width, height, pixels, |x, y, channel| {
            let seed = (x * 7919 + y * 104_729 + channel * 1_299_709).wrapping_mul(2_654_435_761);
            ((seed ^ seed >> 15).wrapping_mul(2_246_822_519) >> 24) as u8
        })
    }

    fn parameters(&self, quality: u8, subsampling: Subsampling) -> Parameters {
        Parameters::new(self.width, self.height, self.pixels, quality, subsampling).expect("in range")
    }

    fn encode(&self, quality: u8, subsampling: Subsampling, effort: Effort) -> Vec<u8> {
        let mut encoder = Encoder::new(&self.parameters(quality, subsampling).effort(effort));
        for row in self.bytes.chunks_exact(self.width as usize * self.pixels.channels()) {
            encoder.write_row(row).expect("a row");
        }
        encoder.finish().expect("all rows")
    }

    /// Encodes with each effort, and checks what comes back: its form, and that it lies within `decibels` of the source.
    fn round_trip(&self, quality: u8, subsampling: Subsampling, decibels: f64) {
        for effort in EFFORTS {
            let jpeg = self.encode(quality, subsampling, effort);
            let Source { width, height, pixels, .. } = self;
            let what = format!("{width}×{height} {pixels:?} q{quality} {subsampling:?} {effort:?}");
            assert!(jpeg.len() as u64 <= self.parameters(quality, subsampling).effort(effort).memory());
            let ours = decode(&jpeg, Scale::FULL).expect(&what);
            assert_eq!((ours.width as u32, ours.height as u32), (self.width, self.height), "{what}");
            assert_eq!((ours.channels, ours.intact), (self.pixels.channels(), self.height), "{what}");
            let psnr = psnr(&self.bytes, &ours.pixels);
            assert!(psnr >= decibels, "{what}: {psnr:.2} dB");
            let space = if self.pixels == Pixels::Grey { ColorSpace::Luma } else { ColorSpace::RGB };
            let options = DecoderOptions::new_safe().jpeg_set_out_colorspace(space).set_max_width(65535);
            let options = options.set_max_height(65535).set_strict_mode(true);
            let theirs = JpegDecoder::new_with_options(ZCursor::new(&jpeg[..]), options);
            let theirs = { theirs }.decode().expect(&what);
            assert!(self::psnr(&theirs, &ours.pixels) > 35.0, "{what}");
        }
    }
}

const EFFORTS: [Effort; 3] = [Effort::Fast, Effort::Balanced, Effort::Small];

fn psnr(a: &[u8], b: &[u8]) -> f64 {
    assert_eq!(a.len(), b.len());
    let square = |(&a, &b): (&u8, &u8)| (f64::from(a) - f64::from(b)).powi(2);
    let mean = a.iter().zip(b).map(square).sum::<f64>() / a.len() as f64;
    10.0 * (255.0 * 255.0 / mean).log10()
}

const BOTH: [Subsampling; 2] = [Subsampling::S420, Subsampling::S444];

#[test]
fn any_size_comes_back() {
    for (width, height) in
        [(1, 1), (1, 40), (40, 1), (2, 2), (17, 9), (16, 16), (15, 33), (24, 25), (100, 75)]
    {
        for subsampling in BOTH {
            for pixels in [Pixels::Grey, Pixels::Rgb] {
                Source::smooth(width, height, pixels).round_trip(90, subsampling, 28.0);
            }
        }
    }
    for (width, height) in (1..=40).flat_map(|side| [(side, 41 - side), (side, side)]) {
        Source::smooth(width, height, Pixels::Rgb).round_trip(85, Subsampling::S420, 26.0);
    }
    Source::smooth(8192, 1, Pixels::Rgb).round_trip(90, Subsampling::S420, 28.0);
    Source::smooth(65535, 1, Pixels::Grey).round_trip(90, Subsampling::S420, 28.0);
    Source::smooth(1, 65535, Pixels::Rgb).round_trip(90, Subsampling::S444, 28.0);
}

#[test]
fn quality_decides_how_near_it_is() {
    for (quality, decibels) in [(1, 18.0), (10, 25.0), (50, 33.0), (80, 36.0), (95, 42.0), (100, 46.0)] {
        Source::smooth(203, 157, Pixels::Rgb).round_trip(quality, Subsampling::S444, decibels);
        Source::smooth(203, 157, Pixels::Grey).round_trip(quality, Subsampling::S420, decibels);
    }
}

/// Noise is what fills the stream, so that the tables are made before all blocks are known.
#[test]
fn noise_is_kept_whole() {
    for (quality, decibels) in [(1, 8.0), (50, 14.0), (80, 20.0), (100, 45.0)] {
        Source::noise(700, 500, Pixels::Rgb).round_trip(quality, Subsampling::S444, decibels);
        Source::noise(700, 500, Pixels::Grey).round_trip(quality, Subsampling::S420, decibels);
    }
}

/// The second half is what the tables made of the first half are worst for.
#[test]
fn pictures_that_change_are_kept_whole() {
    let noise = Source::noise(640, 640, Pixels::Rgb);
    let smooth = Source::smooth(640, 640, Pixels::Rgb);
    let half = noise.bytes.len() / 2;
    for (first, second) in [(&noise, &smooth), (&smooth, &noise)] {
        let bytes = [&first.bytes[..half], &second.bytes[half..]].concat();
        Source { width: 640, height: 640, pixels: Pixels::Rgb, bytes }.round_trip(
            100,
            Subsampling::S444,
            45.0,
        );
    }
}

#[test]
fn flat_pictures_take_few_bytes() {
    for value in [0, 1, 127, 128, 255] {
        let source = Source::new(640, 480, Pixels::Rgb, |_, _, _| value);
        source.round_trip(80, Subsampling::S420, 45.0);
        assert!(source.encode(80, Subsampling::S420, Effort::Fast).len() < 2200);
    }
}

#[test]
fn the_file_says_what_it_is() {
    let source = Source::smooth(33, 17, Pixels::Rgb);
    let factors = |subsampling| {
        let header = read_header(&source.encode(80, subsampling, Effort::Fast)).expect("a header");
        assert!(!header.is_progressive() && !header.is_multi_scan());
        header.components().iter().map(|c| (c.horizontal, c.vertical)).collect::<Vec<_>>()
    };
    assert_eq!(factors(Subsampling::S420), [(2, 2), (1, 1), (1, 1)]);
    assert_eq!(factors(Subsampling::S444), [(1, 1), (1, 1), (1, 1)]);
}

/// Up to 4 megapixels, where it is smaller; a larger picture, noise, and one of few bytes stay sequential.
#[test]
fn files_are_progressive_where_it_pays() {
    let is_progressive = |source: &Source, effort| {
        let jpeg = source.encode(80, Subsampling::S420, effort);
        read_header(&jpeg).expect("a header").is_progressive()
    };
    let photo = Source::smooth(640, 480, Pixels::Rgb);
    assert_eq!(EFFORTS.map(|effort| is_progressive(&photo, effort)), [false, true, true]);
    assert!(is_progressive(&Source::smooth(2000, 2000, Pixels::Grey), Effort::Balanced));
    assert!(!is_progressive(&Source::smooth(2000, 2001, Pixels::Grey), Effort::Balanced));
    assert!(!is_progressive(&Source::noise(640, 480, Pixels::Rgb), Effort::Balanced));
    assert!(!is_progressive(&Source::smooth(8, 8, Pixels::Rgb), Effort::Balanced));
}

/// At the same quality: progressive scans take fewer bytes for the same picture, and chosen values fewer again.
#[test]
fn more_effort_makes_smaller_files() {
    let photo = Source::new(800, 600, Pixels::Rgb, |x, y, channel| {
        let wave = (f64::from(x * y) / 9000.0).sin() * (f64::from(y) / 13.0 + f64::from(channel)).cos();
        let grain = f64::from((x * 7919 + y * 104_729).wrapping_mul(2_654_435_761) >> 28);
        (110.0 + 60.0 * wave + grain) as u8
    });
    for quality in [40, 60, 80, 92] {
        let files = EFFORTS.map(|effort| photo.encode(quality, Subsampling::S420, effort));
        let [fast, balanced, small] = files.each_ref().map(Vec::len);
        assert!(
            fast * 99 > balanced * 100 && balanced * 99 > small * 100,
            "{quality}: {fast} {balanced} {small}"
        );
        let [fast, balanced, _] = files.map(|jpeg| decode(&jpeg, Scale::FULL).expect("a file").pixels);
        assert!(fast == balanced, "{quality}");
    }
}

/// Strokes like those of small text, 3 pixels wide, on a ground that is white or black: what coarse steps leave around them
/// lies beyond the range of samples and is clipped.
#[test]
fn a_white_or_black_ground_stays_clean_around_text() {
    for (ground, ink) in [(255, 0), (0, 255), (255, 60)] {
        let is_ink = |x: u32, y: u32| (x % 11 < 3 && y % 24 < 14) || (y % 24 < 3 && x % 37 < 20);
        let text = Source::new(320, 240, Pixels::Grey, |x, y, _| if is_ink(x, y) { ink } else { ground });
        for effort in EFFORTS {
            let decoded = decode(&text.encode(40, Subsampling::S420, effort), Scale::FULL).expect("a file");
            let pairs = text.bytes.iter().zip(&decoded.pixels).filter(|&(&before, _)| before == ground);
            let errors: Vec<_> = pairs.map(|(&before, &after)| u64::from(before.abs_diff(after))).collect();
            let mean = errors.iter().sum::<u64>() as f64 / errors.len() as f64;
            assert!(mean < 1.6, "{ink} on {ground}, {effort:?}: {mean:.2} levels");
        }
    }
}

#[test]
fn metadata_is_carried() {
    let source = Source::smooth(8, 8, Pixels::Grey);
    let encode = |exif: &[u8], xmp: &[u8]| {
        let metadata = Metadata { exif, xmp, ..Metadata::default() };
        let mut encoder = Encoder::new(&source.parameters(80, Subsampling::S420)).metadata(metadata);
        source.bytes.chunks_exact(8).for_each(|row| encoder.write_row(row).expect("a row"));
        encoder.finish().expect("all rows")
    };
    let plain = encode(&[], &[]);
    let jpeg = encode(b"II*\0data", b"<x/>");
    assert_eq!(jpeg.len() - plain.len(), 4 + 6 + 8 + 4 + 29 + 4);
    let mut decoder = JpegDecoder::new(ZCursor::new(&jpeg[..]));
    decoder.decode_headers().expect("headers");
    assert_eq!(decoder.exif().map(|exif| &exif[..]), Some(&b"II*\0data"[..]));
    assert_eq!(decoder.xmp().map(|xmp| &xmp[..]), Some(&b"<x/>"[..]));
    assert_eq!(encode(&[1; 65527], &[2; 65504]).len() - plain.len(), 2 * (65533 + 4));
    assert_eq!(encode(&[1; 65528], &[]), plain);
}

#[test]
fn a_profile_is_carried_in_as_many_segments_as_it_needs() {
    let source = Source::smooth(8, 8, Pixels::Rgb);
    let encode = |profile: &[u8]| {
        let metadata = Metadata { icc: profile, ..Metadata::default() };
        let mut encoder = Encoder::new(&source.parameters(80, Subsampling::S420)).metadata(metadata);
        source.bytes.chunks_exact(24).for_each(|row| encoder.write_row(row).expect("a row"));
        encoder.finish().expect("all rows")
    };
    let plain = encode(&[]).len();
    // A segment holds 65519 bytes behind its marker, its length and 14 bytes more; there are 255.
    for (length, segments) in [(1, 1), (65_519, 1), (65_520, 2), (200_000, 4), (65_519 * 200, 200)] {
        let profile: Vec<u8> = (0..length).map(|i: usize| (i % 251) as u8).collect();
        let jpeg = encode(&profile);
        assert_eq!(jpeg.len() - plain, length + segments * 18, "{length}");
        let mut decoder = JpegDecoder::new(ZCursor::new(&jpeg[..]));
        decoder.decode_headers().expect("headers");
        assert!(decoder.icc_profile() == Some(profile), "{length}");
    }
    // (The other decoder reads fewer.)
    assert_eq!(encode(&vec![0; 65_519 * 255]).len() - plain, (65_519 + 18) * 255);
    assert_eq!(encode(&vec![0; 65_519 * 255 + 1]).len(), plain);
}

#[test]
fn parameters_out_of_range_are_refused() {
    let new = |width, height, quality| {
        Parameters::new(width, height, Pixels::Rgb, quality, Subsampling::S420).map(|_| ())
    };
    assert_eq!([new(1, 1, 1), new(65535, 65535, 100)], [Ok(()), Ok(())]);
    for (width, height) in [(0, 8), (8, 0), (65536, 8), (8, u32::MAX)] {
        assert_eq!(new(width, height, 80), Err(Error::Misuse("a side of 1 to 65535")));
    }
    assert_eq!([new(8, 8, 0), new(8, 8, 101)], [Err(Error::Misuse("a quality of 1 to 100")); 2]);
}

/// No call of a wrong shape or out of turn panics, and none changes the file.
#[test]
fn misuse_is_an_error_and_changes_nothing() {
    let source = Source::smooth(20, 20, Pixels::Rgb);
    let mut encoder = Encoder::new(&source.parameters(80, Subsampling::S420));
    let misused = |result: Result<(), Error>| assert!(matches!(result, Err(Error::Misuse(_))), "{result:?}");
    let planes: [&[u8]; 3] = [&[0; 20 * 16], &[0; 10 * 8], &[0; 10 * 8]];
    for (y, row) in source.bytes.chunks_exact(60).enumerate() {
        misused(encoder.write_row(&row[1..]));
        misused(encoder.write_planes([&planes[0][1..], planes[1], planes[2]]));
        misused(encoder.write_planes([planes[0], planes[1], &[]]));
        if !y.is_multiple_of(16) {
            misused(encoder.write_planes(planes));
        }
        encoder.write_row(row).expect("a row");
    }
    misused(encoder.write_row(&source.bytes[..60]));
    misused(encoder.write_planes(planes));
    assert_eq!(encoder.finish(), Ok(source.encode(80, Subsampling::S420, Effort::Balanced)));

    let mut encoder = Encoder::new(&source.parameters(80, Subsampling::S420));
    encoder.write_planes(planes).expect("the first row of MCUs");
    assert_eq!(encoder.finish(), Err(Error::Misuse("all rows of the picture")));
}

/// A packet that no segment can hold is an extension of a short one, which has its digest for a name.
#[test]
fn a_long_packet_is_an_extension() {
    let source = Source::smooth(8, 8, Pixels::Grey);
    let long = format!("<x:xmpmeta>{}</x:xmpmeta>", "y".repeat(140_000));
    let packet = format!("<?xpacket begin=''?>{long}\n<?xpacket end='w'?>");
    let metadata = Metadata { xmp: packet.as_bytes(), ..Metadata::default() };
    let encode = |metadata| {
        let mut encoder = Encoder::new(&source.parameters(80, Subsampling::S420)).metadata(metadata);
        source.bytes.chunks_exact(8).for_each(|row| encoder.write_row(row).expect("a row"));
        encoder.finish().expect("all rows")
    };
    let jpeg = encode(metadata);
    assert_eq!(jpeg.len() - encode(Metadata::default()).len(), metadata.bytes());
    let payloads = |name: &[u8]| -> Vec<Vec<u8>> {
        let all = edgepix_jpeg::segments(&jpeg).filter_map(|segment| segment.payload.strip_prefix(name));
        all.map(<[u8]>::to_vec).collect()
    };
    let main = payloads(b"http://ns.adobe.com/xap/1.0/\0");
    let parts = payloads(b"http://ns.adobe.com/xmp/extension/\0");
    assert_eq!((main.len(), parts.len()), (1, 3));
    let name = &parts[0][..32];
    let says = [&b"xmpNote:HasExtendedXMP=\""[..], name, b"\""].concat();
    assert!(main[0].windows(says.len()).any(|bytes| bytes == says));
    let mut whole = Vec::new();
    for part in &parts {
        assert_eq!(&part[..32], name);
        assert_eq!(part[32..36], (long.len() as u32).to_be_bytes());
        assert_eq!(part[36..40], (whole.len() as u32).to_be_bytes());
        whole.extend_from_slice(&part[40..]);
    }
    assert!(whole == long.as_bytes());
}
