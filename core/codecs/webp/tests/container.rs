//! The container: what is written is read, and what other programs may write as well.

mod common;

use common::{lossless, riff};
use edgepix_vp8::{Encoder, FrameHeader, HeaderError};
use edgepix_webp::container::{Bitstream, Chunks, ContainerError, Features, File, Writer};
use edgepix_webp::{DecodeError, Effort, EncodeError, PixelLayout};

type Parts<'a> = Vec<(&'a [u8; 4], &'a [u8])>;

/// The payload of a `VP8L` chunk.
fn lossless_picture(width: u32, height: u32) -> Vec<u8> {
    lossless(&[7, 8, 9].repeat((width * height) as usize), (width, height), PixelLayout::Rgb, Effort::Fast)
}

/// The payload of a `VP8 ` chunk.
fn lossy_picture(width: u32, height: u32) -> Vec<u8> {
    let mut encoder = Encoder::new(width, height, PixelLayout::Grey, 50).expect("a size");
    (0..height).for_each(|y| encoder.write_row(&vec![y as u8; width as usize]).expect("a row"));
    encoder.finish().expect("all rows")
}

/// The payload of a `VP8X` chunk.
fn extended(features: u8, width: u32, height: u32) -> Vec<u8> {
    let ([w0, w1, w2, _], [h0, h1, h2, _]) = ((width - 1).to_le_bytes(), (height - 1).to_le_bytes());
    vec![features, 0, 0, 0, w0, w1, w2, h0, h1, h2]
}

/// The payload of an `ANMF` chunk: at twice `left`, `top`, shown for 258 ms.
fn animation_frame((left, top): (u8, u8), width: u8, height: u8, flags: u8, chunks: &Parts<'_>) -> Vec<u8> {
    let header = [left, 0, 0, top, 0, 0, width - 1, 0, 0, height - 1, 0, 0, 2, 1, 0, flags];
    [&header, &riff(chunks)[12..]].concat()
}

fn read(parts: &Parts<'_>) -> Result<File, ContainerError> {
    File::read(&riff(parts))
}

#[test]
fn what_is_written_is_read() {
    let (lossy, alpha) = (lossy_picture(5, 3), [0; 16]);
    let features = Features { alpha: true, exif: true, xmp: true, ..Features::default() };
    let mut writer = Writer::with_capacity(0);
    writer.extended_header(features, 5, 3).expect("a size");
    let parts: Parts<'_> =
        vec![(b"ALPH", &alpha), (b"VP8 ", &lossy), (b"EXIF", b"II*"), (b"XMP ", b"<xmp/>")];
    parts.iter().for_each(|(kind, payload)| writer.chunk(**kind, payload));
    let bytes = writer.finish().expect("a file");
    let header = extended(0x1C, 5, 3);
    assert_eq!(bytes, riff(&[vec![(b"VP8X", &header[..])], parts].concat()));

    let file = File::read(&bytes).expect("a file");
    assert_eq!((file.width, file.height, file.alpha, file.animated), (5, 3, true, false));
    assert_eq!((file.frames, file.frame_pixels, &file.icc), (1, 15, &None));
    assert_eq!(bytes[file.exif.clone().expect("EXIF")], *b"II*");
    assert_eq!(bytes[file.xmp.clone().expect("XMP")], *b"<xmp/>");
    let frames: Vec<_> = file.frames(&bytes).map(|frame| frame.expect("a frame")).collect();
    assert_eq!(frames.len(), 1);
    assert_eq!(frames[0].bitstream, Bitstream::Lossy { frame: &lossy, alpha: Some(&alpha) });
    assert_eq!((frames[0].left, frames[0].top, frames[0].width, frames[0].height), (0, 0, 5, 3));
}

#[test]
fn a_canvas_has_limits() {
    for (width, height) in [(0, 1), (1, 0), (1 << 24 | 1, 1), (1, u32::MAX)] {
        let error = EncodeError::SideOutOfRange { width, height, max: 1 << 24 };
        let mut writer = Writer::with_capacity(30);
        assert_eq!(writer.extended_header(Features::default(), width, height), Err(error));
    }
    let mut writer = Writer::with_capacity(30);
    assert_eq!(writer.extended_header(Features::default(), 1 << 24, 1 << 24), Ok(()));
    assert_eq!(writer.finish().expect("a file")[20..], [0, 0, 0, 0, 255, 255, 255, 255, 255, 255]);
}

#[test]
fn chunks_follow_each_other_until_one_is_cut() {
    let bytes = riff(&[(b"ODD ", b"123"), (b"NONE", b""), (b"EVEN", b"4567")]);
    let found: Vec<_> =
        Chunks::of_file(&bytes).map(|chunk| (chunk.kind, chunk.payload, chunk.range())).collect();
    let expected: [([u8; 4], &[u8], _); 3] =
        [(*b"ODD ", b"123", 20..23), (*b"NONE", b"", 32..32), (*b"EVEN", b"4567", 40..44)];
    assert_eq!(found, expected);
    for end in 0..bytes.len() {
        let cut = &bytes[..end];
        let complete = Chunks::of_file(cut).filter(|chunk| chunk.is_complete).count();
        assert_eq!(complete, [23, 32, 44].iter().filter(|&&needed| end >= needed).count(), "{end}");
        let last = Chunks::of_file(cut).last();
        let payload = last.map_or(0, |chunk| chunk.payload.len());
        assert_eq!(
            payload,
            match end {
                21..24 => end - 20,
                24..28 => 3,
                28..32 => 3,
                41.. => end - 40,
                _ => 0,
            },
            "{end}"
        );
    }
    // A chunk that says it is as long as can be.
    let huge = [b"HUGE", &[255; 4][..], b"rest"].concat();
    let chunk = Chunks::new(&huge, 0).next().expect("a chunk");
    assert_eq!((chunk.payload, chunk.is_complete), (&b"rest"[..], false));
    assert_eq!(Chunks::new(&huge, 100).next(), None);
}

#[test]
fn metadata_may_stand_anywhere_and_have_a_prefix() {
    let picture = lossless_picture(4, 4);
    let header = extended(0x2C, 4, 4);
    let bytes = riff(&[
        (b"EXIF", b"old"),
        (b"VP8X", &header),
        (b"XMP ", b"xmp"),
        (b"VP8L", &picture),
        (b"ICCP", b"profile"),
        (b"EXIF", b"Exif\0\0II*"),
    ]);
    let file = File::read(&bytes).expect("a file");
    let part = |range: &Option<std::ops::Range<usize>>| bytes[range.clone().expect("a part")].to_vec();
    assert_eq!([part(&file.icc), part(&file.exif), part(&file.xmp)], [&b"profile"[..], b"II*", b"xmp"]);
    assert!(!file.alpha);
}

#[test]
fn alpha_is_what_both_headers_say() {
    let opaque = lossless_picture(2, 2);
    let transparent = lossless(&[0; 16], (2, 2), PixelLayout::Rgba, Effort::Fast);
    let (with, without) = (extended(0x10, 2, 2), extended(0, 2, 2));
    let alpha = |parts: &Parts<'_>| read(parts).expect("a file").alpha;
    assert!(!alpha(&vec![(b"VP8L", &opaque)]) && alpha(&vec![(b"VP8L", &transparent)]));
    assert!(alpha(&vec![(b"VP8X", &with), (b"VP8L", &transparent)]));
    assert!(!alpha(&vec![(b"VP8X", &without), (b"VP8L", &transparent)]));
    assert!(!alpha(&vec![(b"VP8X", &with), (b"VP8L", &opaque)]));
}

#[test]
fn animations() {
    let (lossless, lossy, header) = (lossless_picture(6, 2), lossy_picture(3, 3), extended(0x02, 10, 8));
    let first = animation_frame((2, 3), 6, 2, 0x01, &vec![(b"VP8L", &lossless)]);
    let second = animation_frame((0, 0), 3, 3, 0x02, &vec![(b"ALPH", b"\0"), (b"VP8 ", &lossy)]);
    let parts: Parts<'_> =
        vec![(b"VP8X", &header), (b"ANIM", &[0; 6]), (b"ANMF", &first), (b"OTHR", b"x"), (b"ANMF", &second)];
    let bytes = riff(&parts);
    let file = File::read(&bytes).expect("a file");
    assert_eq!((file.width, file.height, file.alpha, file.animated), (10, 8, true, true));
    assert_eq!((file.frames, file.frame_pixels), (2, 12 + 9));
    let frames: Vec<_> = file.frames(&bytes).map(|frame| frame.expect("a frame")).collect();
    let [a, b] = &frames[..] else { panic!("{frames:?}") };
    assert_eq!((a.left, a.top, a.width, a.height, a.duration), (4, 6, 6, 2, 258));
    assert_eq!((a.blend, a.dispose, a.bitstream), (true, true, Bitstream::Lossless(&lossless)));
    assert_eq!((b.left, b.top, b.width, b.height), (0, 0, 3, 3));
    let coded = Bitstream::Lossy { frame: &lossy, alpha: Some(b"\0") };
    assert_eq!((b.blend, b.dispose, b.bitstream), (false, false, coded));

    // A pixel too far to the right, or down; a canvas that comes later; none at all.
    let outside = Err(ContainerError::FrameOutsideCanvas);
    for canvas in [extended(0x02, 9, 8), extended(0x02, 10, 7)] {
        let parts: Parts<'_> = vec![(b"ANMF", &first), (b"VP8X", &canvas)];
        assert_eq!(read(&parts), outside);
    }
    assert!(read(&vec![(b"ANMF", &first), (b"VP8X", &header)]).is_ok());
    assert_eq!(read(&vec![(b"VP8X", &header)]), outside);
    let stated = animation_frame((0, 0), 5, 2, 0, &vec![(b"VP8L", &lossless)]);
    assert_eq!(read(&vec![(b"VP8X", &header), (b"ANMF", &stated)]), Err(ContainerError::FrameMismatch));
    assert_eq!(read(&vec![(b"VP8X", &header), (b"ANMF", &[0; 15])]), Err(ContainerError::Truncated));
    let empty = animation_frame((0, 0), 5, 2, 0, &vec![]);
    assert_eq!(read(&vec![(b"VP8X", &header), (b"ANMF", &empty)]), Err(ContainerError::NotOnePicture));
}

#[test]
fn files_that_end_early() {
    let (lossy, lossless) = (lossy_picture(20, 20), lossless_picture(20, 20));
    let bytes = riff(&[(b"VP8 ", &lossy), (b"EXIF", b"II*")]);
    // The chunk's head, that of the frame, and its first partition.
    let needed = 20 + 10 + FrameHeader::read(&lossy).expect("a frame").first_partition;
    for end in 0..bytes.len() {
        let result = File::read(&bytes[..end]);
        // What is behind the pixels may be missing, and padding.
        assert_eq!(result.is_ok(), end >= needed, "{end}");
        if let Err(error) = result {
            assert_eq!(error, ContainerError::Truncated, "{end}");
        }
    }
    let bytes = riff(&[(b"VP8L", &lossless)]);
    for end in 0..bytes.len() {
        let expected = match end {
            0..20 => Err(ContainerError::Truncated),
            20..25 => Err(ContainerError::Lossless(DecodeError::Damaged("the data ends within the header"))),
            _ => Ok(&bytes[20..end.min(20 + lossless.len())]),
        };
        let file = File::read(&bytes[..end]);
        let stream = file.map(|file| match file.frames(&bytes[..end]).next() {
            Some(Ok(frame)) => frame.bitstream,
            other => panic!("{other:?}"),
        });
        assert_eq!(stream, expected.map(Bitstream::Lossless), "{end}");
    }
}

#[test]
fn what_is_wrong_is_said() {
    let (lossy, lossless, canvas) = (lossy_picture(4, 4), lossless_picture(4, 4), extended(0, 4, 5));
    let check = |parts: &Parts<'_>, error: ContainerError, text: &str| {
        assert_eq!(read(parts), Err(error));
        assert_eq!(error.to_string(), text);
    };
    let not_one = "The WebP does not hold one picture.";
    check(&vec![], ContainerError::NotOnePicture, not_one);
    check(&vec![(b"VP8 ", &lossy), (b"VP8L", &lossless)], ContainerError::NotOnePicture, not_one);
    let mismatch = "The WebP's picture is not of its canvas' size.";
    check(&vec![(b"VP8X", &canvas), (b"VP8 ", &lossy)], ContainerError::CanvasMismatch, mismatch);
    check(&vec![(b"VP8X", &canvas[..9])], ContainerError::Truncated, "The WebP is cut short.");
    let no_frame = ContainerError::Lossy(HeaderError::NotAFrame);
    check(&vec![(b"VP8 ", &lossy[..9])], no_frame, "The WebP's picture has no proper frame header.");
    let damaged = ContainerError::Lossless(DecodeError::Damaged("no signature"));
    check(&vec![(b"VP8L", b"\0\0\0\0\0")], damaged, "The WebP is damaged: no signature.");
    assert_eq!(File::read(b"RIFF\0\0\0\0WAVE"), Err(ContainerError::NotWebp));
    assert_eq!(File::read(b"RIFF\0\0\0\0WEB"), Err(ContainerError::Truncated));
}
