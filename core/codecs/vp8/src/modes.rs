//! Modes of macroblocks (RFC 6386 sections 8 and 11).

/// How a macroblock is predicted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Modes {
    pub(crate) segment: u8,
    /// Whether it has no levels.
    pub(crate) skipped: bool,
    pub(crate) luma: Luma,
    pub(crate) chroma: u8,
}

/// How its luma is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Luma {
    /// As a whole.
    Whole(u8),
    /// Each of the 4×4 blocks by itself.
    Subblocks([u8; 16]),
}

impl Luma {
    /// The modes of the 4×4 blocks, as they count for those below and to the right.
    pub(crate) fn subblock_modes(&self) -> [u8; 16] {
        match *self {
            Luma::Whole(mode) => [[0, 2, 3, 1][usize::from(mode & 3)]; 16],
            Luma::Subblocks(modes) => modes,
        }
    }
}

/// The modes around: what those of the next macroblock depend on.
#[derive(Debug)]
pub(crate) struct Neighbours {
    pub(crate) above: Vec<[u8; 4]>,
    pub(crate) left: [u8; 4],
}

impl Neighbours {
    pub(crate) fn new(across: usize) -> Self {
        Neighbours { above: vec![[0; 4]; across], left: [0; 4] }
    }

    pub(crate) fn put(&mut self, x: usize, parts: &[u8; 16]) {
        self.above[x] = [12, 13, 14, 15].map(|i| parts[i]);
        self.left = [3, 7, 11, 15].map(|i| parts[i]);
        if x + 1 == self.above.len() {
            self.left = [0; 4];
        }
    }
}
