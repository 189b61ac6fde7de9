//! Targets that begin with what stands around a picture: Exif, profiles, XMP, IPTC, texts. A small picture is put to it.

use edgepix_core::Orientation;

use crate::images::{crc32, transform_by};
use crate::seeds::{small_jpeg, small_png};

/// The most that a segment of a JPEG holds here.
const SEGMENT: usize = 65_000;
/// A packet that says that it goes on elsewhere, under a name of 32 characters.
const MAIN_PACKET: &str = "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF><rdf:Description \
    xmpNote:HasExtendedXMP=\"0123456789ABCDEF0123456789ABCDEF\" tiff:Orientation=\"6\"/></rdf:RDF></x:xmpmeta>";

/// The content of a JPEG's Exif segment, read, kept and rewritten.
pub(crate) fn exif(data: &[u8]) {
    let data = &data[..data.len().min(SEGMENT)];
    rewritten(&with_segments(&[(0xe1, [b"Exif\0\0", data].concat())]), data);
}

/// A colour profile in a JPEG's segments.
pub(crate) fn icc(data: &[u8]) {
    let parts = data.chunks(SEGMENT).take(255);
    let count = parts.len() as u8;
    let segments: Vec<_> = (1..)
        .zip(parts)
        .map(|(number, part)| (0xe2, [&b"ICC_PROFILE\0"[..], &[number, count], part].concat()))
        .collect();
    transform_by(&with_segments(&segments), "format=png");
}

/// XMP packets, IPTC data sets and texts. The first byte says which, and how they are stored.
pub(crate) fn texts(data: &[u8]) {
    let Some((kind, data)) = data.split_first() else { return };
    let data = &data[..data.len().min(SEGMENT)];
    let file = match kind % 6 {
        0 => with_segments(&[xmp(data)]),
        1 => with_segments(&[(0xed, [b"Photoshop 3.0\0", data].concat())]),
        2 => {
            let length = (data.len() as u32).to_be_bytes();
            let name = b"0123456789ABCDEF0123456789ABCDEF";
            let part = [b"http://ns.adobe.com/xmp/extension/\0", &name[..], &length, &[0; 4], data].concat();
            with_segments(&[xmp(MAIN_PACKET.as_bytes()), (0xe1, part)])
        }
        3 => with_chunk(b"tEXt", data),
        4 => with_chunk(b"zTXt", data),
        _ => with_chunk(b"iTXt", data),
    };
    rewritten(&file, data);
}

fn xmp(packet: &[u8]) -> (u8, Vec<u8>) {
    (0xe1, [b"http://ns.adobe.com/xap/1.0/\0", packet].concat())
}

/// Whatever is kept says that the picture is upright, and can be kept once more. The content's last byte chooses the request.
fn rewritten(file: &[u8], content: &[u8]) {
    let queries =
        ["w=8&format=jpeg&metadata=all", "w=8&format=png&metadata=copyright", "w=8&format=webp&metadata=all"];
    let query = queries[usize::from(content.last().copied().unwrap_or_default()) % queries.len()];
    let Some(output) = transform_by(file, query) else { return };
    let made = edgepix_core::metadata(&output).expect("our own file");
    assert_eq!(made.orientation, Orientation::default(), "{query}: it would be turned once more");
    assert!(transform_by(&output, query).is_some(), "{query}: our own file");
}

/// A small JPEG with these segments behind its start: marker and content.
fn with_segments(segments: &[(u8, Vec<u8>)]) -> Vec<u8> {
    let mut file = vec![0xff, 0xd8];
    for (marker, content) in segments {
        let length = u16::try_from(content.len() + 2).expect("a segment's length");
        file.extend([0xff, *marker]);
        file.extend(length.to_be_bytes());
        file.extend(content);
    }
    file.extend(&small_jpeg()[2..]);
    file
}

/// A small PNG with this chunk behind its header.
fn with_chunk(name: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let (header, rest) = small_png().split_at(8 + 12 + 13);
    let content = [name, data].concat();
    let length = (data.len() as u32).to_be_bytes();
    [header, &length, &content, &crc32(&content).to_be_bytes(), rest].concat()
}
