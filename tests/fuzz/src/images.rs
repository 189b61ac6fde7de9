//! Targets that end in pixels: each format, what stands in its chunks, and the whole transform.

use edgepix_core::{Blame, Error, Limits, Orientation, Source, Transform};

use crate::{measured, request};

/// Pixels of a source that is decoded; more would only be slow.
const SOURCE_PIXELS: u64 = 1 << 18;
/// Work that a job may plan for; more would only be slow.
const WORK: u64 = 1 << 29;
/// Requests of which the last byte of a file chooses one. What follows the picture's data does not matter to decoders,
/// so that any file is a seed as it is.
const REQUESTS: [&str; 12] = [
    "format=png",
    "w=40&format=jpeg",
    "w=40&h=30&fit=cover&format=webp&effort=small",
    "w=33&h=77&fit=contain&bg=ff000080&format=webp&lossless=1&effort=small",
    "w=20&h=20&fit=fill&format=gif",
    "crop=10p,20p,50p,60p&format=png&metadata=all",
    "rotate=90&flip=h&format=jpeg&metadata=all&q=30",
    "w=300&enlarge=1&format=jpeg&metadata=copyright",
    "h=9&rotate=270&format=webp&metadata=all&effort=fast",
    "frame=1&w=16&format=png",
    "crop=1,1,7,7&w=50&enlarge=1&gravity=southeast&format=png",
    "w=64&h=16&fit=outside&gravity=0.2,0.9&format=jpeg",
];

/// A JPEG file with its start put right.
pub(crate) fn jpeg(data: &[u8]) {
    starting_with(b"\xff\xd8\xff", data);
}

/// A PNG file with its signature put right, and its chunks' checksums, without which a decoder looks no further.
pub(crate) fn png(data: &[u8]) {
    let mut bytes = data.to_vec();
    if bytes.len() >= 8 {
        bytes[..8].copy_from_slice(b"\x89PNG\r\n\x1a\n");
        let mut rest = &mut bytes[8..];
        while let Some(length) = rest.first_chunk().map(|length| u32::from_be_bytes(*length) as usize) {
            let Some((chunk, next)) = rest.split_at_mut_checked(length.saturating_add(12)) else { break };
            let (data, checksum) = chunk.split_at_mut(8 + length);
            checksum.copy_from_slice(&crc32(&data[4..]).to_be_bytes());
            rest = next;
        }
    }
    transform(&bytes);
}

/// A picture of any bytes: the first ones choose its width, its kind of pixels and the effort. It comes back as it was, and takes
/// what was planned.
pub(crate) fn png_encode(data: &[u8]) {
    use edgepix_png::{Decoder, Effort, Encoder, Header, Metadata, Parameters, Pixels};
    let Some((&[width, kind, effort], samples)) = data.split_first_chunk() else { return };
    let pixels = [Pixels::Grey, Pixels::Rgb, Pixels::Rgba][usize::from(kind % 3)];
    let effort = [Effort::Fast, Effort::Balanced, Effort::Small][usize::from(effort % 3)];
    let width = u32::from(width) + 1;
    let stride = width as usize * pixels.samples();
    let height = samples.len().min(SOURCE_PIXELS as usize) / stride;
    let rows = || samples.chunks_exact(stride).take(height);
    let Ok(parameters) = Parameters::new(width, height as u32, pixels) else { return };
    let parameters = parameters.effort(effort);
    let (file, used) = measured(|| {
        let mut encoder = Encoder::new(&parameters, Metadata::default()).unwrap();
        rows().for_each(|row| encoder.write_row(row).unwrap());
        encoder.finish().unwrap()
    });
    assert!(used <= parameters.memory(), "{used} of {}", parameters.memory());
    let rgba = |channels: usize, row: &[u8]| -> Vec<u8> {
        let pixel = |pixel: &[u8]| match *pixel {
            [red, green, blue, alpha] => [red, green, blue, alpha],
            [red, green, blue] => [red, green, blue, 255],
            _ => [pixel[0], pixel[0], pixel[0], 255],
        };
        row.chunks(channels).flat_map(pixel).collect()
    };
    let header = Header::read(&file).unwrap();
    let mut decoder = Decoder::new(&file, &header);
    let mut decoded = vec![0; width as usize * header.channels()];
    for row in rows() {
        decoder.read_row(&mut decoded).unwrap();
        assert_eq!(rgba(header.channels(), &decoded), rgba(pixels.samples(), row));
    }
}

/// A GIF file with its signature put right.
pub(crate) fn gif(data: &[u8]) {
    starting_with(b"GIF89a", data);
}

/// A WebP file with its signature put right.
pub(crate) fn webp(data: &[u8]) {
    let mut bytes = data.to_vec();
    if bytes.len() >= 12 {
        bytes[..4].copy_from_slice(b"RIFF");
        bytes[8..12].copy_from_slice(b"WEBP");
    }
    transform(&bytes);
}

/// The payload of a WebP's chunk `VP8 `: a lossy frame.
pub(crate) fn vp8(data: &[u8]) {
    transform(&riff(b"VP8 ", data));
}

/// The payload of a WebP's chunk `VP8L`, in a file and by the decoder's own functions; and as that of `ALPH`.
pub(crate) fn vp8l(data: &[u8]) {
    transform(&riff(b"VP8L", data));
    if let Ok(plane) = edgepix_webp::decode_alpha(data, 31, 17) {
        assert_eq!(plane.len(), 31 * 17, "alpha samples");
    }
}

/// The content of a JPEG's Exif segment, read, kept and rewritten.
pub(crate) fn exif(data: &[u8]) {
    let content = [b"Exif\0\0", &data[..data.len().min(65_000)]].concat();
    let file = with_segments(&[(0xe1, content)]);
    let upright = |query: &str| {
        if let Some(output) = transform_by(&file, query) {
            let made = edgepix_core::metadata(&output).expect("our own file");
            assert_eq!(made.orientation, Orientation::default(), "it would be turned once more");
        }
    };
    upright("w=8&format=jpeg&metadata=all");
    upright("w=8&format=png&metadata=copyright");
}

/// A colour profile in a JPEG's segments.
pub(crate) fn icc(data: &[u8]) {
    let parts = data.chunks(65_000).take(255);
    let count = parts.len() as u8;
    let segments: Vec<_> = (1..)
        .zip(parts)
        .map(|(number, part)| (0xe2, [&b"ICC_PROFILE\0"[..], &[number, count], part].concat()))
        .collect();
    transform_by(&with_segments(&segments), "format=png");
}

/// Any file, and the request that its last byte chooses.
pub(crate) fn transform(data: &[u8]) {
    let choice = usize::from(data.last().copied().unwrap_or_default());
    transform_by(data, REQUESTS[choice % REQUESTS.len()]);
}

/// Does what a request asks for, and gives the file. Whatever comes in: no panic, an error that is the source's or a
/// limit's, no more memory than was planned, and a file of the size that was planned.
fn transform_by(data: &[u8], query: &str) -> Option<Vec<u8>> {
    let transform = request::transform(query);
    let mut limits = Limits::default();
    limits.source_pixels = SOURCE_PIXELS;
    limits.output_side = 2048;
    limits.memory = 64 << 20;
    limits.work = WORK;
    let source = blamed(Source::open(data, &limits))?;
    blamed(run(&source, &transform, query))
}

fn run(source: &Source<&[u8]>, transform: &Transform, query: &str) -> Result<Vec<u8>, Error> {
    let plan = *source.prepare(transform)?.plan();
    let (output, used) = measured(|| source.prepare(transform).and_then(|job| job.run(&mut ())));
    assert!(used <= plan.memory, "{query}: {used} bytes used, {} planned", plan.memory);
    let output = output?;
    assert_eq!((output.width, output.height, output.format), (plan.width, plan.height, plan.format));
    let made = edgepix_core::metadata(&output.bytes).expect("our own file");
    assert_eq!((made.width, made.height, made.format), (plan.width, plan.height, plan.format));
    Ok(output.bytes)
}

/// An error is the source's or a limit's, or of a request for what this source does not have. The core has no defect.
fn blamed<T>(result: Result<T, Error>) -> Option<T> {
    let right = |error: &Error| match error.kind.blame() {
        Blame::Source | Blame::Limit => true,
        Blame::Caller => matches!(error.parameter.as_deref(), Some("frame" | "crop")),
        Blame::Origin | Blame::Service => false,
    };
    result.map_err(|error| assert!(right(&error), "{error}")).ok()
}

fn starting_with(signature: &[u8], data: &[u8]) {
    let mut bytes = data.to_vec();
    if bytes.len() >= signature.len() {
        bytes[..signature.len()].copy_from_slice(signature);
    }
    transform(&bytes);
}

/// A WebP file of one chunk.
fn riff(name: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let padding = &[0][..data.len() % 2];
    let size = |length: usize| u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes();
    let body = [b"WEBP", &name[..], &size(data.len()), data, padding].concat();
    // The last byte chooses the request.
    [b"RIFF", &size(body.len())[..], &body, data.last_chunk::<1>().unwrap_or(&[0])].concat()
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
    file.extend(&crate::seeds::small_jpeg()[2..]);
    file
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |crc, byte| {
        (0..8).fold(
            crc ^ u32::from(*byte),
            |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 },
        )
    })
}
