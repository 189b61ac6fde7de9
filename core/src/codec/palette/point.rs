//! Where colours are compared: a space in which the straight distance is about the difference that is seen.

/// A colour by its luma, alpha and colour differences, multiplied by alpha.
///
/// The squared distance of two is the mean of the squared differences that they show over black and over white: with luma
/// `y` and alpha `a`, (Δy² + (Δy − Δa)²) / 2 = (Δy − Δa/2)² + (Δa/2)². So the coordinates are y − a/2, a/2, and the
/// colour differences.
pub(super) type Point = [f32; 4];

// ITU-T T.871.
const RED: f32 = 0.299;
const GREEN: f32 = 0.587;
const BLUE: f32 = 0.114;
/// How much of a difference in B − Y and in R − Y is seen, found by trying: with more the luma becomes coarse, with
/// less files grow.
const OF_BLUE: f32 = 0.5;
const OF_RED: f32 = 0.7;

/// Half of the first coordinate's range: it is −127.5 … 127.5.
pub(super) const HALF: f32 = 127.5;

#[inline]
pub(super) fn point([r, g, b, a]: [u8; 4]) -> Point {
    let alpha = f32::from(a) * (1.0 / 255.0);
    let [r, g, b] = [r, g, b].map(|sample| f32::from(sample) * alpha);
    let luma = RED * r + GREEN * g + BLUE * b;
    let half = alpha * HALF;
    [luma - half, half, (b - luma) * OF_BLUE, (r - luma) * OF_RED]
}

/// A number that orders as the coordinate does.
#[inline]
pub(super) fn order(coordinate: f32) -> u32 {
    let bits = coordinate.to_bits();
    if coordinate.is_sign_negative() { !bits } else { bits | 1 << 31 }
}

/// The nearest colour of 8 bits.
pub(super) fn colour([offset, half, blue, red]: Point) -> [u8; 4] {
    let round = |value: f32| (value + 0.5) as u8;
    let alpha = round(half * 2.0);
    let luma = offset + half;
    let (b, r) = (luma + blue / OF_BLUE, luma + red / OF_RED);
    let g = (luma - RED * r - BLUE * b) / GREEN;
    let factor = HALF / half.max(0.5);
    let [r, g, b] = [r, g, b].map(|sample| round(sample * factor));
    [r, g, b, alpha]
}

/// The square of the distance.
#[inline]
pub(super) fn distance(a: &Point, b: &Point) -> f32 {
    let square = |i: usize| (a[i] - b[i]) * (a[i] - b[i]);
    (square(0) + square(1)) + (square(2) + square(3))
}
