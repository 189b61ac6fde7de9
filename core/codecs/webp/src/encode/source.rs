//! Where the encoder takes pixels from.

/// Makes the pixels, as 0xAARRGGBB. It is asked again for every strategy that is tried.
pub(crate) trait PixelSource {
    /// Writes all pixels, row by row.
    fn fill(&self, argb: &mut [u32]);
    /// Channels that differ from each other.
    fn channels(&self) -> u64;
    /// Whether red, green and blue are always equal.
    fn is_grey(&self) -> bool;
    /// Whether these are already differences to a prediction.
    fn is_filtered(&self) -> bool;
}
