//! libjpeg-turbo's decoder, for comparison.

use std::ffi::{CStr, c_char};

use crate::Picture;

/// What libjpeg-turbo makes of a file.
pub enum Outcome {
    /// Nothing, for this reason.
    Refused(String),
    /// A picture, and a warning that data is corrupt.
    Warned(Picture, String),
    /// A picture.
    Clean {
        picture: Picture,
        /// Whether coefficients come again that have been there in full.
        repeats: bool,
        /// Rows from the top that hold no block beyond the range of the vector code.
        exact_rows: usize,
    },
}

/// Decodes a file, unless it has more pixels than `most`.
pub fn decode(jpeg: &[u8], most: usize) -> Outcome {
    let mut pixels = vec![0; most * 4];
    let mut report = Report {
        width: 0,
        height: 0,
        channels: 0,
        decoded: 0,
        warnings: 0,
        repeats: 0,
        exact_rows: 0,
        message: [0; 200],
    };
    // SAFETY: the buffers are as long as said, and the structure is the one of `turbo.c`.
    unsafe { turbo_decode(jpeg.as_ptr(), jpeg.len(), pixels.as_mut_ptr(), most, &mut report) };
    // SAFETY: the message is at most as long as its buffer, and ends with 0.
    let message = unsafe { CStr::from_ptr(report.message.as_ptr()) }.to_string_lossy().into_owned();
    if report.decoded == 0 {
        return Outcome::Refused(message);
    }
    let [width, height, channels] = [report.width, report.height, report.channels].map(|n| n as usize);
    pixels.truncate(width * height * channels);
    let picture = Picture { width, height, channels, pixels, intact: height };
    if report.warnings > 0 {
        return Outcome::Warned(picture, message);
    }
    Outcome::Clean { picture, repeats: report.repeats != 0, exact_rows: report.exact_rows as usize }
}

#[repr(C)]
struct Report {
    width: u32,
    height: u32,
    channels: u32,
    decoded: u32,
    warnings: u32,
    repeats: u32,
    exact_rows: u32,
    message: [c_char; 200],
}

unsafe extern "C" {
    fn turbo_decode(bytes: *const u8, length: usize, pixels: *mut u8, most: usize, report: *mut Report);
}
