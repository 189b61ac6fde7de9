//! Frames of animations, well made and not.

#[allow(dead_code, reason = "shared with other tests")]
mod file;

use edgepix_png::{Decoder, Dispose, Frames, Header};
use fastrand::Rng;
use file::{Stored, chunk};

/// A frame's control, in the order of `fcTL`.
fn control(width: u32, height: u32, left: u32, top: u32, dispose: u8, blend: u8) -> Vec<u8> {
    let numbers = [0, width, height, left, top].map(u32::to_be_bytes).concat();
    [&numbers[..], &[0, 1, 0, 10, dispose, blend]].concat()
}

fn grey(width: usize, height: usize, level: u8) -> Stored {
    Stored { colour: 0, depth: 8, width, height, rows: vec![level; width * height] }
}

/// An animation of grey frames on a canvas of 8 × 8: chunks before the default image, and those behind.
fn file(before: &[([u8; 4], Vec<u8>)], behind: &[([u8; 4], Vec<u8>)]) -> Vec<u8> {
    let mut file = grey(8, 8, 10).file_with(false, before, &mut Rng::with_seed(1));
    file.truncate(file.len() - 12);
    for (kind, data) in behind {
        chunk(&mut file, *kind, data);
    }
    chunk(&mut file, *b"IEND", &[]);
    file
}

fn actl(frames: u32) -> ([u8; 4], Vec<u8>) {
    (*b"acTL", [frames, 0].map(u32::to_be_bytes).concat())
}

fn fdat(stored: &Stored) -> ([u8; 4], Vec<u8>) {
    (*b"fdAT", [vec![0, 0, 0, 9], stored.pixels(false, &mut Rng::with_seed(2))].concat())
}

fn fctl(data: Vec<u8>) -> ([u8; 4], Vec<u8>) {
    (*b"fcTL", data)
}

/// The level of each frame, where all its rows can be read.
fn levels(file: &[u8]) -> Vec<u8> {
    let header = Header::read(file).unwrap();
    let frames: Vec<_> = Frames::new(file, &header).collect();
    assert_eq!(frames.len(), header.frames as usize);
    let level = |frame: &edgepix_png::Frame<'_>| {
        let mut decoder = Decoder::of_frame(file, &header, frame);
        let mut row = vec![0; frame.width as usize];
        (0..frame.height).for_each(|_| decoder.read_row(&mut row).unwrap());
        row[0]
    };
    frames.iter().map(level).collect()
}

#[test]
fn the_default_image_is_a_frame_or_is_not() {
    let second = [fctl(control(3, 2, 5, 6, 1, 1)), fdat(&grey(3, 2, 20))];
    let with = file(&[actl(2), fctl(control(8, 8, 0, 0, 2, 0))], &second);
    assert_eq!(levels(&with), [10, 20]);
    let header = Header::read(&with).unwrap();
    let frames: Vec<_> = Frames::new(&with, &header).collect();
    assert!(frames[0].is_default_image() && !frames[1].is_default_image());
    // There is nothing before the first frame to come back to.
    assert_eq!((frames[0].dispose, frames[0].blend), (Dispose::Background, false));
    assert_eq!((frames[1].dispose, frames[1].blend), (Dispose::Background, true));
    assert_eq!((frames[1].left, frames[1].top, frames[1].delay), (5, 6, (1, 10)));
    assert_eq!(levels(&file(&[actl(1)], &second)), [20]);
}

#[test]
fn frames_end_where_they_are_not_what_the_standard_allows() {
    let first = fctl(control(8, 8, 0, 0, 0, 0));
    let frame = |control: Vec<u8>, level| [fctl(control), fdat(&grey(3, 2, level))];
    let good = frame(control(3, 2, 0, 0, 0, 0), 20);
    for bad in
        [control(3, 2, 6, 0, 0, 0), control(3, 2, 0, u32::MAX, 0, 0), control(0, 2, 0, 0, 0, 0), vec![1, 2]]
    {
        let behind = [&good[..], &frame(bad, 30), &good].concat();
        assert_eq!(levels(&file(&[actl(9), first.clone()], &behind)), [10, 20]);
    }
    // No more than are announced; none where none is announced before the pixels.
    let many = [good.clone(), good.clone(), good.clone()].concat();
    assert_eq!(levels(&file(&[actl(3), first.clone()], &many)), [10, 20, 20]);
    assert_eq!(levels(&file(std::slice::from_ref(&first), &many)), []);
    assert_eq!(levels(&file(&[actl(0), first], &many)), []);
    assert_eq!(levels(&file(&[actl(5)], &[])), []);
}
