//! The alphabets of prefix codes, and how codes are described (RFC 9649, sections 3.7.2 and 3.7.2.1).

/// Symbols of the green alphabet that are literals, before the lengths.
pub(crate) const LITERALS: usize = 256;
/// Length symbols, behind the literals and before the colour cache's.
pub(crate) const LENGTHS: usize = 24;
/// Symbols of the distance alphabet.
pub(crate) const DISTANCES: usize = 40;
/// Codes of a group: green with lengths and colour cache, red, blue, alpha, distance.
pub(crate) const CODES: usize = 5;

/// The longest code that the format allows, in bits.
pub(crate) const MAX_CODE_LENGTH: usize = 15;

/// Symbols of the code that code lengths are written by: lengths 0 to 15, and three that repeat.
pub(crate) const CODE_LENGTH_SYMBOLS: usize = 19;
/// The order in which the lengths of that code are stored.
pub(crate) const CODE_LENGTH_ORDER: [usize; CODE_LENGTH_SYMBOLS] =
    [17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];
