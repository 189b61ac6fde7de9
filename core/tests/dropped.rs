//! Metadata of any length is kept where the format can, and what it cannot carry is told.

use edgepix_core::{Dropped, Format, KeepMetadata, Limits, MetadataKind, Output, Transform, plan, transform};

/// A PNG with EXIF data and an XMP packet of about so many bytes.
fn source(exif: usize, xmp: usize) -> Vec<u8> {
    let tiny =
        b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff\x2c\0\0\0\0\x01\0\x01\0\0\x02\x02\x4c\x01\0\x3b";
    let options = Transform::builder().format(Format::Png).build().expect("options");
    let png = transform(tiny, &options, &Limits::new()).expect("an image").bytes;
    // A TIFF structure with a long description.
    let count = (exif as u32).to_le_bytes();
    let tiff =
        [&b"II*\0\x08\0\0\0\x01\0\x0e\x01\x02\0"[..], &count, b"\x1a\0\0\0\0\0\0\0", &vec![b'e'; exif]]
            .concat();
    let packet = format!(
        "XML:com.adobe.xmp\0\0\0\0\0<?xpacket begin='' id='W5M0MpCehiHzreSzNTczkc9d'?><x:xmpmeta xmlns:x='adobe:ns:meta/'>\
         <rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><rdf:Description rdf:about='' \
         xmlns:t='http://example.com/' t:text='{}'/></rdf:RDF></x:xmpmeta><?xpacket end='w'?>",
        "x".repeat(xmp)
    );
    let chunk = |kind: &[u8; 4], data: &[u8]| {
        let length = (data.len() as u32).to_be_bytes();
        [&length[..], kind, data, b"crc?"].concat()
    };
    // Behind IHDR.
    let (start, rest) = png.split_at(33);
    [start, &chunk(b"eXIf", &tiff), &chunk(b"iTXt", packet.as_bytes()), rest].concat()
}

fn converted(source: &[u8], format: Format, keep: KeepMetadata) -> Output {
    let options = Transform::builder().format(format).metadata(keep).build().expect("options");
    let output = transform(source, &options, &Limits::new()).expect("an image");
    assert_eq!(plan(source, &options, &Limits::new()).expect("a plan").dropped, output.dropped);
    output
}

fn has(output: &Output, byte: u8, count: usize) -> bool {
    output.bytes.windows(count).any(|bytes| bytes.iter().all(|&found| found == byte))
}

#[test]
fn what_a_format_cannot_carry_is_told() {
    let dropped = |kinds: &[MetadataKind]| kinds.iter().copied().collect::<Dropped>();
    let (exif, xmp) = (MetadataKind::Exif, MetadataKind::Xmp);
    for (sizes, format, expected) in [
        ((100, 100), Format::Jpeg, dropped(&[])),
        ((100, 100), Format::Gif, dropped(&[exif, xmp])),
        ((70_000, 100), Format::Jpeg, dropped(&[exif])),
        ((70_000, 70_000), Format::Jpeg, dropped(&[exif])),
        ((70_000, 70_000), Format::Webp, dropped(&[])),
        ((70_000, 70_000), Format::Png, dropped(&[])),
    ] {
        let source = source(sizes.0, sizes.1);
        let output = converted(&source, format, KeepMetadata::All);
        assert_eq!(output.dropped, expected, "{sizes:?} in {format}");
        // What is not asked for is not missed.
        assert!(converted(&source, format, KeepMetadata::None).dropped.is_empty());
    }
}

/// Also where the file is coded again without loss, and where there are several parts.
#[test]
fn a_long_packet_goes_through_jpeg() {
    for length in [60_000, 66_000, 131_000, 500_000] {
        let jpeg = converted(&source(10, length), Format::Jpeg, KeepMetadata::All);
        let again = converted(&jpeg.bytes, Format::Jpeg, KeepMetadata::All);
        let back = converted(&again.bytes, Format::Webp, KeepMetadata::All);
        assert!(has(&back, b'x', length) && back.dropped.is_empty(), "{length}");
        assert!(!back.bytes.windows(22).any(|bytes| bytes == b"xmpNote:HasExtendedXMP"), "{length}");
    }
}
