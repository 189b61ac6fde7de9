//! What the transforms in both directions share.

use wide::u32x4;

/// Bits behind the point of the constants.
pub(crate) const CONSTANT_BITS: usize = 13;
/// Extra bits kept between the two passes.
pub(crate) const PASS_BITS: usize = 2;

/// Rows become columns.
#[inline(always)]
pub(crate) fn transpose([a, b, c, d]: [u32x4; 4]) -> [u32x4; 4] {
    let (ac_left, ac_right) = (a.unpack_lo(c), a.unpack_hi(c));
    let (bd_left, bd_right) = (b.unpack_lo(d), b.unpack_hi(d));
    [
        ac_left.unpack_lo(bd_left),
        ac_left.unpack_hi(bd_left),
        ac_right.unpack_lo(bd_right),
        ac_right.unpack_hi(bd_right),
    ]
}
