//! Targets that begin with a file: each format, what stands in its chunks, and any file with any options.

use edgepix_core::{Blame, Error, Limits, Source, Transform};

use crate::{measured, options, request};

/// Pixels of a source that is decoded; more would only be slow.
pub(crate) const SOURCE_PIXELS: u64 = 1 << 15;
/// Work that a job may plan for; more would only be slow.
const WORK: u64 = 1 << 27;
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
    chosen(&png_corrected(data));
}

/// The same file, so corrected.
pub(crate) fn png_corrected(data: &[u8]) -> Vec<u8> {
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
    bytes
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
    chosen(&bytes);
}

/// The payload of a WebP's chunk `VP8 `: a lossy frame.
pub(crate) fn vp8(data: &[u8]) {
    chosen(&riff(b"VP8 ", data));
}

/// The payload of a WebP's chunk `VP8L`, in a file and by the decoder's own functions; and as that of `ALPH`.
pub(crate) fn vp8l(data: &[u8]) {
    chosen(&riff(b"VP8L", data));
    if let Ok(plane) = edgepix_webp::decode_alpha(data, 31, 17) {
        assert_eq!(plane.len(), 31 * 17, "alpha samples");
    }
}

/// Any file, and the request that its last byte chooses.
fn chosen(data: &[u8]) {
    let choice = usize::from(data.last().copied().unwrap_or_default());
    transform_by(data, REQUESTS[choice % REQUESTS.len()]);
}

/// Any file with any options, which its last bytes choose. What comes out can be read again, and is the same pixels whichever
/// format without loss it is in.
pub(crate) fn transform(data: &[u8]) {
    let Some((file, choices)) = data.split_last_chunk() else { return };
    let query = options::query(*choices);
    let Some(output) = transform_by(file, &query) else { return };
    let again = as_png(&output);
    if query.contains("lossless=1") {
        let png =
            transform_by(file, &query.replace("format=webp", "format=png")).expect("the pixels were made");
        same_pixels(&png, &again);
    }
}

/// Our own file, decoded to its last row.
pub(crate) fn as_png(file: &[u8]) -> Vec<u8> {
    let limits = edgepix_core::Limits::default();
    let kept = request::transform("format=png&effort=fast&profile=keep");
    edgepix_core::transform(file, &kept, &limits).expect("our own file").bytes
}

/// Compares two PNG files by what they show.
pub(crate) fn same_pixels(a: &[u8], b: &[u8]) {
    let (a, b) = (rgba(a), rgba(b));
    assert!(a == b, "other pixels");
}

/// The pixels of a PNG of ours. Where nothing is to be seen, colours do not count.
pub(crate) fn rgba(file: &[u8]) -> (u32, Vec<[u8; 4]>) {
    let header = edgepix_png::Header::read(file).expect("our own file");
    let mut decoder = edgepix_png::Decoder::new(file, &header);
    let mut row = vec![0; header.width as usize * header.channels()];
    let mut pixels = Vec::new();
    for _ in 0..header.height {
        decoder.read_row(&mut row).expect("our own file");
        pixels.extend(row.chunks(header.channels()).map(|pixel| match *pixel {
            [_, _, _, 0] | [_, 0] => [0; 4],
            [red, green, blue, alpha] => [red, green, blue, alpha],
            [red, green, blue] => [red, green, blue, 255],
            [grey, alpha] => [grey, grey, grey, alpha],
            _ => [pixel[0], pixel[0], pixel[0], 255],
        }));
    }
    (header.width, pixels)
}

/// Does what a request asks for, and gives the file. Whatever comes in: no panic, an error that is the source's or a
/// limit's, no more memory than was planned, and a file of the size that was planned.
pub(crate) fn transform_by(data: &[u8], query: &str) -> Option<Vec<u8>> {
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
    chosen(&bytes);
}

/// A WebP file of one chunk.
fn riff(name: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let padding = &[0][..data.len() % 2];
    let size = |length: usize| u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes();
    let body = [b"WEBP", &name[..], &size(data.len()), data, padding].concat();
    // The last byte chooses the request.
    [b"RIFF", &size(body.len())[..], &body, data.last_chunk::<1>().unwrap_or(&[0])].concat()
}

pub(crate) fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |crc, byte| {
        (0..8).fold(
            crc ^ u32::from(*byte),
            |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 },
        )
    })
}
