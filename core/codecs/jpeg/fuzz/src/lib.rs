//! What the fuzz targets share: our decoder with its promises checked, and libjpeg-turbo.

mod mutate;
pub mod turbo;

use edgepix_jpeg::{Decoder, Error, Scale};
pub use mutate::mutate;

/// A decoded picture.
pub struct Picture {
    pub width: usize,
    pub height: usize,
    pub channels: usize,
    pub pixels: Vec<u8>,
    /// Rows that the data held.
    pub intact: usize,
}

/// Decodes all rows. The count of rows that the data held must never be wrong.
pub fn decode(jpeg: &[u8], scale: Scale) -> Result<Picture, Error> {
    let mut decoder = Decoder::open(jpeg, scale)?;
    let (width, height) = decoder.size();
    assert_eq!((width, height), decoder.header().size_at(scale));
    let (width, height, channels) = (width as usize, height as usize, decoder.header().channels());
    let mut pixels = vec![0; width * height * channels];
    let mut intact = 0;
    for (y, row) in pixels.chunks_exact_mut(width * channels).enumerate() {
        decoder.read_row(row)?;
        let before = intact;
        intact = decoder.rows_decoded() as usize;
        assert!(intact == before || (before == y && intact == y + 1), "rows decoded: {before}, then {intact}");
    }
    assert!(intact * 2 + 1 >= height, "{intact} of {height} rows");
    Ok(Picture { width, height, channels, pixels, intact })
}
