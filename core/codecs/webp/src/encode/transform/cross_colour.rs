//! The colour transform (RFC 9649, section 3.5.2): red predicted from green, and blue from green and red.

use crate::encode::tile::TILE;

const ALPHA: u32 = 0xFF00_0000;

/// Factors in units of 1/32, from −128 to 127.
#[derive(Clone, Copy, Default)]
struct Factors {
    green_to_red: i8,
    green_to_blue: i8,
    red_to_blue: i8,
}

impl Factors {
    fn element(self) -> u32 {
        u32::from_le_bytes([self.green_to_red as u8, self.green_to_blue as u8, self.red_to_blue as u8, 0])
            | ALPHA
    }

    /// Red and blue, less their predictions.
    #[inline(always)]
    fn residuals(self, argb: u32) -> (u8, u8) {
        let [blue, green, red, _] = argb.to_le_bytes();
        let new_red = red.wrapping_sub(part(self.green_to_red, green));
        let new_blue =
            blue.wrapping_sub(part(self.green_to_blue, green)).wrapping_sub(part(self.red_to_blue, red));
        (new_red, new_blue)
    }
}

#[inline(always)]
fn part(factor: i8, colour: u8) -> u8 {
    ((i32::from(factor) * i32::from(colour as i8)) >> 5) as u8
}

#[inline(always)]
fn signed(argb: u32) -> (i32, i32, i32) {
    let [blue, green, red, _] = argb.to_le_bytes().map(|channel| i32::from(channel as i8));
    (red, green, blue)
}

#[inline(always)]
fn magnitude(residual: u8) -> u32 {
    u32::from((residual as i8).unsigned_abs())
}

/// The quotient in units of 1/32.
fn factor(products: i64, squares: i64) -> i8 {
    if squares == 0 { 0 } else { (32 * products / squares).clamp(-128, 127) as i8 }
}

/// Replaces red and blue by what is left of them after prediction from green (and red), where that makes a tile smaller.
/// Returns the factors of each tile as pixels of an image, or `None` (and nothing has changed) if it does not pay.
pub(crate) fn apply(argb: &mut [u32], width: usize) -> Option<Vec<u32>> {
    let (across, down) = (width.div_ceil(TILE), (argb.len() / width).div_ceil(TILE));
    let mut tiles = Vec::with_capacity(across * down);
    let mut saved = 0_u64;
    let mut before = Factors::default();
    for tile in 0..across * down {
        let (factors, gain) = fit(argb, width, tile, before);
        before = factors;
        saved += u64::from(gain);
        tiles.push(factors.element());
    }
    if saved < (argb.len() / 8) as u64 {
        return None;
    }
    for (tile, &element) in tiles.iter().enumerate() {
        let [green_to_red, green_to_blue, red_to_blue, _] = element.to_le_bytes().map(|byte| byte as i8);
        let factors = Factors { green_to_red, green_to_blue, red_to_blue };
        for row in rows(argb.len(), width, tile) {
            for pixel in &mut argb[row] {
                let (red, blue) = factors.residuals(*pixel);
                *pixel = *pixel & 0xFF00_FF00 | u32::from(red) << 16 | u32::from(blue);
            }
        }
    }
    Some(tiles)
}

/// The factors of least squares, or those of the tile before or none if they are no worse; and how much smaller they
/// make the tile.
fn fit(argb: &[u32], width: usize, tile: usize, before: Factors) -> (Factors, u32) {
    let (mut green_green, mut green_red, mut green_blue) = (0, 0, 0);
    let (mut red_red, mut red_blue) = (0, 0);
    for row in rows(argb.len(), width, tile) {
        for &pixel in &argb[row] {
            let (red, green, blue) = signed(pixel);
            green_green += green * green;
            green_red += green * red;
            green_blue += green * blue;
            red_red += red * red;
            red_blue += red * blue;
        }
    }
    let [gg, gr, gb, rr, rb] = [green_green, green_red, green_blue, red_red, red_blue].map(i64::from);
    // Both parts of blue at once, by Cramer's rule.
    let determinant = gg * rr - gr * gr;
    let own = if determinant > 0 {
        Factors {
            green_to_red: factor(gr, gg),
            green_to_blue: factor(gb * rr - rb * gr, determinant),
            red_to_blue: factor(rb * gg - gb * gr, determinant),
        }
    } else {
        Factors { green_to_red: factor(gr, gg), green_to_blue: factor(gb, gg), red_to_blue: 0 }
    };
    let mut sums = [0; 3];
    let choices = [Factors::default(), before, own];
    for row in rows(argb.len(), width, tile) {
        for &pixel in &argb[row] {
            for (sum, factors) in sums.iter_mut().zip(choices) {
                let (red, blue) = factors.residuals(pixel);
                *sum += magnitude(red) + magnitude(blue);
            }
        }
    }
    // New factors cost bits as well.
    let [none, same, new] = [sums[0], sums[1], sums[2] + 16];
    if new < same && new < none {
        (own, none - new)
    } else if same < none {
        (before, none - same)
    } else {
        (Factors::default(), 0)
    }
}

/// Where the rows of a tile are.
fn rows(pixels: usize, width: usize, tile: usize) -> impl Iterator<Item = std::ops::Range<usize>> {
    let across = width.div_ceil(TILE);
    let (start, top) = (tile % across * TILE, tile / across * TILE);
    let end = (start + TILE).min(width);
    (top..(top + TILE).min(pixels / width)).map(move |y| y * width + start..y * width + end)
}
