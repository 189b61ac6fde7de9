//! The compressed data of chunks beside the pixels: `iCCP`, `zTXt`, `iTXt` (PNG section 10.2).

use fdeflate::Decompressor;

use crate::error::Error;

/// Inflates a zlib stream (RFC 1950) up to `most` bytes, and tells whether that is all of it. The buffer grows with what
/// there is.
///
/// ```
/// // A stream of one block that is stored.
/// let stream = [0x78, 0x01, 1, 3, 0, 0xfc, 0xff, b'p', b'n', b'g', 2, 150, 1, 70];
/// assert_eq!(edgepix_png::inflate(&stream, 100), Ok((b"png".to_vec(), true)));
/// assert_eq!(edgepix_png::inflate(&stream, 2), Ok((b"pn".to_vec(), false)));
/// assert!(edgepix_png::inflate(&stream[..12], 100).is_err());
/// ```
///
/// # Errors
///
/// [`Error::Damaged`] where it breaks off, or is wrong, before so many bytes have come.
#[cold]
pub fn inflate(stream: &[u8], most: usize) -> Result<(Vec<u8>, bool), Error> {
    let mut inflater = Decompressor::new();
    let (mut bytes, mut filled, mut rest) = (Vec::new(), 0, stream);
    // One more than is wanted tells whether there is more.
    let room = most.saturating_add(1);
    // Most streams are at least a quarter of what they inflate to.
    let mut size = stream.len().saturating_mul(4).max(4 << 10);
    while filled < room {
        if filled == bytes.len() {
            size = size.min(room);
            bytes.reserve_exact(size - filled);
            bytes.resize(size, 0);
            size = size.saturating_mul(2);
        }
        let (consumed, produced) = inflater
            .read(rest, &mut bytes, filled, true)
            .map_err(|_| Error::Damaged("The PNG has compressed data that is damaged."))?;
        rest = &rest[consumed..];
        filled += produced;
        if inflater.is_done() {
            break;
        }
    }
    let is_all = filled < room;
    bytes.truncate(filled.min(most));
    Ok((bytes, is_all))
}

#[cfg(test)]
mod tests {
    use miniz_oxide::deflate::compress_to_vec_zlib;

    use super::*;

    #[test]
    fn streams_of_every_length_are_cut_where_they_are_to_be() {
        let mut random = fastrand::Rng::with_seed(5);
        let text: Vec<u8> = std::iter::repeat_with(|| random.u8(..8)).take(20_000).collect();
        for length in [0, 1, 2, 3, 4, 5, 128, 4095, 4096, 4097, 8192, 20_000] {
            for level in [0, 1, 9] {
                let stream = compress_to_vec_zlib(&text[..length], level);
                for most in [length.saturating_sub(1), length, length + 1, 50_000] {
                    let cut = most.min(length);
                    assert_eq!(inflate(&stream, most), Ok((text[..cut].to_vec(), most >= length)));
                }
                assert!(inflate(&stream[..stream.len() - 1], 50_000).is_err());
                let mut wrong = stream.clone();
                *wrong.last_mut().unwrap() ^= 1;
                assert!(inflate(&wrong, 50_000).is_err());
            }
        }
    }

    #[test]
    fn no_more_is_inflated_than_is_wanted() {
        let stream = compress_to_vec_zlib(&vec![0; 1 << 20], 9);
        let (bytes, is_all) = inflate(&stream, 1000).unwrap();
        assert_eq!((bytes.len(), bytes.capacity() <= 4096, is_all), (1000, true, false));
    }
}
