//! What libjpeg-turbo decodes without a warning, we decode: to the last row, and to the same pixels. (Warnings of what
//! does not touch the picture, such as bytes too many, do not count.)
//!
//! That holds but for what [`EXCEPTIONS`] lists, and
//!
//! - blocks of wild coefficients: what no transform of 8-bit samples gives overflows libjpeg-turbo's 16-bit registers in
//!   ways of its own, other ways on other machines. Rows above such a block are compared;
//! - scans that bring a second time what is there in full: libjpeg-turbo mixes both, we leave the second out;
//! - guesses at what the scans of a progressive file have not brought: we make none, and it is told to make none.
//!
//! Of a file with a warning, we may decode another part, but never less than half without saying why.
//! `FUZZ_OUTCOMES=1` prints what both have made of each file.

#![no_main]

use edgepix_jpeg::{Error, Scale, read_header};
use edgepix_jpeg_fuzz::turbo::{self, Outcome};
use edgepix_jpeg_fuzz::{Picture, decode, mutate};
use libfuzzer_sys::{Corpus, fuzz_mutator, fuzz_target};

/// Enough for every path, and quick.
const PIXELS: usize = 1 << 17;

/// What libjpeg-turbo reads and we refuse by name.
const EXCEPTIONS: &[Error] = &[
    // Hardly any other decoder reads it: there are no such files.
    Error::Unsupported("arithmetic coding"),
    // Two, or more than four, mean nothing unless something else says what.
    Error::Unsupported("number of components"),
    // Each costs a pass over the picture, however short it is: djpeg has an option against it.
    Error::Damaged("too many scans"),
    // There are four. libjpeg-turbo looks only where a scan brings the component, so this is one without any.
    Error::Damaged("quantisation table number"),
];

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    mutate(data, size, max_size, seed)
});

fuzz_target!(|jpeg: &[u8]| -> Corpus {
    let header = read_header(jpeg);
    if header.as_ref().is_ok_and(|header| header.width() as usize * header.height() as usize > PIXELS) {
        return Corpus::Reject;
    }
    let ours = decode(jpeg, Scale::FULL);
    let theirs = turbo::decode(jpeg, PIXELS);
    if std::env::var_os("FUZZ_OUTCOMES").is_some() {
        print(&ours, &theirs);
    }
    match (ours, theirs) {
        (Ok(mut ours), Outcome::Clean { picture: theirs, repeats, exact_rows }) => {
            assert_eq!(
                (ours.width, ours.height, ours.channels),
                (theirs.width, theirs.height, theirs.channels),
                "size"
            );
            if repeats {
                return Corpus::Keep;
            }
            assert_eq!(ours.intact, ours.height, "rows");
            if ours.channels == 4 {
                ours.pixels.iter_mut().for_each(|ink| *ink = !*ink);
            }
            let stride = ours.width * ours.channels;
            let rows = ours.pixels.chunks_exact(stride).zip(theirs.pixels.chunks_exact(stride));
            for (y, (ours, theirs)) in rows.enumerate().take(exact_rows) {
                let differs = ours.iter().zip(theirs).position(|(ours, theirs)| ours != theirs);
                assert_eq!(differs, None, "row {y}: the sample that differs");
            }
        }
        (Err(error), Outcome::Clean { .. }) => {
            assert!(EXCEPTIONS.contains(&error), "we refuse what libjpeg-turbo decodes: {error}");
        }
        (Ok(ours), Outcome::Warned(theirs, _)) => {
            assert_eq!((ours.width, ours.height), (theirs.width, theirs.height), "size");
            assert!(ours.intact * 2 >= ours.height, "{} of {} rows", ours.intact, ours.height);
        }
        (Err(_), Outcome::Warned(..)) => {}
        // Little would come of it but more of the kind.
        (_, Outcome::Refused(_)) => return Corpus::Reject,
    }
    Corpus::Keep
});

fn print(ours: &Result<Picture, Error>, theirs: &Outcome) {
    let ours = match ours {
        Ok(picture) if picture.intact < picture.height => "part".to_owned(),
        Ok(_) => "whole".to_owned(),
        Err(error) => error.to_string(),
    };
    let theirs = match theirs {
        Outcome::Clean { repeats: true, .. } => "clean, with repeats".to_owned(),
        Outcome::Clean { picture, exact_rows, .. } if *exact_rows < picture.height => {
            format!("clean, exact to row {exact_rows}")
        }
        Outcome::Clean { .. } => "clean".to_owned(),
        Outcome::Warned(_, warning) => format!("warned: {warning}"),
        Outcome::Refused(error) => format!("refused: {error}"),
    };
    println!("ours: {ours}; libjpeg-turbo: {theirs}");
}
