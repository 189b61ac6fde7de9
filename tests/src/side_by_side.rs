//! A mismatch as one picture: expected │ difference │ actual.

use std::fs;
use std::path::Path;

use image::{Rgb, RgbImage};

use crate::picture::Picture;

/// How much the difference is amplified.
const GAIN: f64 = 8.0;
/// Pixels between the panels.
const GAP: u32 = 4;

/// Writes the three panels side by side. Transparency shows as chequers.
///
/// # Errors
///
/// A sentence that names the file.
pub fn write(path: &Path, expected: &Picture, actual: &Picture) -> Result<(), String> {
    let width = expected.width.max(actual.width);
    let height = expected.height.max(actual.height);
    let mut page = RgbImage::from_pixel(width * 3 + GAP * 2, height, Rgb([40, 40, 40]));
    paste(&mut page, expected, 0);
    paste(&mut page, actual, (width + GAP) * 2);
    if (expected.width, expected.height) == (actual.width, actual.height) {
        let pixels = expected.premultiplied().zip(actual.premultiplied()).enumerate();
        for (index, (a, b)) in pixels {
            let (x, y) = (index as u32 % width, index as u32 / width);
            // Alpha shows in all three colours.
            let alpha = (a[3] - b[3]).abs();
            let channel = |c: usize| ((a[c] - b[c]).abs().max(alpha) * GAIN).min(255.0) as u8;
            page.put_pixel(width + GAP + x, y, Rgb([channel(0), channel(1), channel(2)]));
        }
    }
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    page.save(path).map_err(|error| format!("{}: {error}", path.display()))
}

fn paste(page: &mut RgbImage, picture: &Picture, left: u32) {
    for (index, pixel) in picture.premultiplied().enumerate() {
        let (x, y) = (index as u32 % picture.width, index as u32 / picture.width);
        let below = if (x / 8 + y / 8) % 2 == 0 { 150.0 } else { 110.0 };
        let over = |colour: f64| (colour + below * (1.0 - pixel[3] / 255.0)).round() as u8;
        page.put_pixel(left + x, y, Rgb([over(pixel[0]), over(pixel[1]), over(pixel[2])]));
    }
}
