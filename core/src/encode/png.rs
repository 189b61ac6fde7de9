//! PNG, by the `png` crate, row by row.

use std::io::Write;

use png::{BitDepth, ColorType, Compression, Encoder};

use super::{Settings, defect, trimmed};
use crate::Error;
use crate::decode::Cost;
use crate::raster::{Layout, RowStream};

pub(super) fn cost(width: u32, height: u32, layout: Layout) -> Cost {
    Cost {
        memory: most_bytes(width, height, layout) + layout.bytes(width, 1) * 8 + MACHINERY,
        work: layout.bytes(width, height) * 880,
    }
}

/// Windows and tables of the deflater.
const MACHINERY: u64 = 384 << 10;

/// Deflate stores what it cannot compress. The buffer has this size from the start: one that grows while it is written
/// would take up to three times the file.
fn most_bytes(width: u32, height: u32, layout: Layout) -> u64 {
    let raw = layout.bytes(width, height) + u64::from(height);
    raw + raw / 256 + 1024
}

pub(super) fn encode(picture: RowStream, settings: &Settings) -> Result<Vec<u8>, Error> {
    let failed = |_| defect("PNG");
    let most = cost(picture.width, picture.height, picture.layout).memory;
    let kept = settings.kept.bytes() as usize * 2;
    let mut out =
        Vec::with_capacity(most_bytes(picture.width, picture.height, picture.layout) as usize + kept);
    let mut encoder = Encoder::new(&mut out, picture.width, picture.height);
    encoder.set_color(match picture.layout {
        Layout::Grey => ColorType::Grayscale,
        Layout::Rgb => ColorType::Rgb,
        Layout::Rgba | Layout::Cmyk => ColorType::Rgba,
    });
    encoder.set_depth(BitDepth::Eight);
    encoder.set_compression(Compression::Balanced);
    if let Some(xmp) = settings.kept.xmp.as_ref().and_then(|xmp| std::str::from_utf8(xmp).ok()) {
        encoder.add_itxt_chunk("XML:com.adobe.xmp".to_owned(), xmp.to_owned()).map_err(failed)?;
    }
    let mut writer = encoder.write_header().map_err(failed)?;
    if let Some(exif) = &settings.kept.exif {
        writer.write_chunk(png::chunk::eXIf, exif).map_err(failed)?;
    }
    let mut rows = writer.stream_writer().map_err(failed)?;
    (picture.make)(&mut |row| rows.write_all(row).map_err(|_| defect("PNG")))?;
    rows.finish().map_err(failed)?;
    writer.finish().map_err(failed)?;
    Ok(trimmed(out, most))
}
