//! The sizes at which a picture can be decoded.

/// The size of what is delivered, relative to the file's, in both directions.
///
/// A block of 8×8 samples becomes one of so many samples a side as the scale has eighths, made of as many of the
/// block's lowest frequencies.
///
/// ```
/// use edgepix_jpeg::Scale;
///
/// // The smallest picture that is at least 300 pixels wide, of one of 1000.
/// let scale = Scale::ALL.into_iter().find(|scale| scale.of(1000) >= 300).unwrap();
/// assert_eq!((scale.eighths(), scale.of(1000)), (3, 375));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Scale(u8);

impl Scale {
    /// 1/8.
    pub const EIGHTH: Scale = Scale(1);
    /// 1/4.
    pub const QUARTER: Scale = Scale(2);
    /// 1/2.
    pub const HALF: Scale = Scale(4);
    /// 1/1.
    pub const FULL: Scale = Scale(8);
    /// All scales there are, the smallest picture first: 1, 2, 3, 4, 5, 6 and 8 eighths.
    pub const ALL: [Scale; 7] =
        [Scale::EIGHTH, Scale::QUARTER, Scale(3), Scale::HALF, Scale(5), Scale(6), Scale::FULL];

    /// The scale in eighths: 1, 2, 3, 4, 5, 6 or 8.
    pub fn eighths(self) -> u32 {
        self.0.into()
    }

    /// What a side becomes: rounded up, as libjpeg does.
    pub fn of(self, side: u32) -> u32 {
        (u64::from(side) * u64::from(self.0)).div_ceil(8) as u32
    }
}
