//! Alpha planes (RFC 9649, section 2.7.1.2): raw or in the green channel of a lossless picture, then a filter to undo.

use crate::alpha_filter::AlphaFilter;
use crate::decode::bit_reader::BitReader;
use crate::decode::stream;
use crate::error::DecodeError;
use crate::header::MAX_SIDE;

/// Decodes the payload of an `ALPH` chunk (RFC 9649, section 2.7.1.2), raw or lossless, to one byte a pixel.
///
/// If the data ends early or makes no sense from some point on, the rows from there on are opaque.
///
/// ```
/// use edgepix_webp::{Effort, Image, PixelLayout, decode_alpha, encode_alpha};
///
/// let pixels = [255, 0, 0, 128].repeat(8 * 8);
/// let chunk = encode_alpha(&Image::new(&pixels, 8, 8, PixelLayout::Rgba)?, Effort::Balanced).unwrap();
/// assert_eq!(decode_alpha(&chunk, 8, 8)?, [128; 8 * 8]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// If that is more than half of the rows, or a side is 0 or above [`MAX_SIDE`].
pub fn decode_alpha(chunk: &[u8], width: u32, height: u32) -> Result<Vec<u8>, DecodeError> {
    let sides = 1..=MAX_SIDE;
    if !sides.contains(&width) || !sides.contains(&height) {
        return Err(DecodeError::Damaged("a side is out of range"));
    }
    let (width, height) = (width as usize, height as usize);
    let Some((&header, data)) = chunk.split_first() else {
        return Err(DecodeError::Damaged("the data ends within the header"));
    };
    let (mut plane, rows) = match header & 3 {
        0 => {
            let rows = (data.len() / width).min(height);
            if 2 * rows < height {
                return Err(DecodeError::Damaged("the data ends before half of the rows"));
            }
            let mut plane = Vec::with_capacity(width * height);
            plane.extend_from_slice(&data[..width * rows]);
            (plane, rows)
        }
        1 => {
            let (argb, rows) = stream::decode(BitReader::new(data), width, height)?;
            let mut plane = Vec::with_capacity(width * height);
            plane.extend(argb[..width * rows].iter().map(|argb| (argb >> 8) as u8));
            (plane, rows)
        }
        _ => return Err(DecodeError::Damaged("an unknown compression of alpha")),
    };
    let filter = match header >> 2 & 3 {
        0 => AlphaFilter::None,
        1 => AlphaFilter::Horizontal,
        2 => AlphaFilter::Vertical,
        _ => AlphaFilter::Gradient,
    };
    undo(&mut plane[..width * rows], width, filter);
    plane.resize(width * height, 255);
    Ok(plane)
}

/// Undoes the filter. The first row is predicted from the left, the first column from above.
fn undo(plane: &mut [u8], width: usize, filter: AlphaFilter) {
    if filter == AlphaFilter::None {
        return;
    }
    let (first, rest) = plane.split_at_mut(width.min(plane.len()));
    add_left(first, 0);
    let mut above = first;
    for row in rest.chunks_exact_mut(width) {
        match filter {
            AlphaFilter::None => {}
            AlphaFilter::Horizontal => add_left(row, above[0]),
            AlphaFilter::Vertical => {
                row.iter_mut().zip(&*above).for_each(|(value, above)| *value = value.wrapping_add(*above));
            }
            AlphaFilter::Gradient => {
                row[0] = row[0].wrapping_add(above[0]);
                let mut left = i16::from(row[0]);
                for (value, above) in row[1..].iter_mut().zip(above.windows(2)) {
                    let prediction = (left + i16::from(above[1]) - i16::from(above[0])).clamp(0, 255);
                    *value = value.wrapping_add(prediction as u8);
                    left = i16::from(*value);
                }
            }
        }
        above = row;
    }
}

fn add_left(row: &mut [u8], mut left: u8) {
    for value in row {
        *value = value.wrapping_add(left);
        left = *value;
    }
}
