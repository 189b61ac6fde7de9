//! What is around the next macroblock: the samples that a decoder will have there, before its loop filter
//! (RFC 6386 section 15), and modes and flags.

use crate::levels::Flags;
use crate::modes::Neighbours;
use crate::predict::EdgeSamples;

/// Both planes of a macroblock's chroma.
pub(crate) type Planes = [[[u8; 8]; 8]; 2];

/// Samples outside of the picture: above and to the left (RFC 6386 section 12.2).
const ABOVE: u8 = 127;
const LEFT: u8 = 129;

/// The edges of what has been coded.
#[derive(Debug)]
pub(crate) struct Edges {
    luma: Edge<16>,
    chroma: [Edge<8>; 2],
    pub(crate) modes: Neighbours,
    pub(crate) above: Vec<Flags>,
    pub(crate) left: Flags,
}

/// The lowest row of the macroblocks above, and the last column of the one to the left.
#[derive(Debug)]
struct Edge<const N: usize> {
    above: Vec<[u8; N]>,
    left: [u8; N],
    corner: u8,
}

impl<const N: usize> Edge<N> {
    fn new(across: usize) -> Self {
        Edge { above: vec![[ABOVE; N]; across], left: [LEFT; N], corner: ABOVE }
    }

    fn around(&self, x: usize, y: usize) -> EdgeSamples<N> {
        EdgeSamples { above: self.above[x], left: self.left, corner: self.corner, inside: [y > 0, x > 0] }
    }

    fn put(&mut self, x: usize, rebuilt: &[[u8; N]; N]) {
        self.corner = self.above[x][N - 1];
        self.above[x] = rebuilt[N - 1];
        self.left = rebuilt.map(|row| row[N - 1]);
        if x + 1 == self.above.len() {
            (self.left, self.corner) = ([LEFT; N], LEFT);
        }
    }
}

impl Edges {
    pub(crate) fn new(across: usize) -> Self {
        Edges {
            luma: Edge::new(across),
            chroma: [Edge::new(across), Edge::new(across)],
            modes: Neighbours::new(across),
            above: vec![Flags::default(); across],
            left: Flags::default(),
        }
    }

    pub(crate) const BYTES_ACROSS: usize = 16 + 2 * 8 + 4 + size_of::<Flags>();

    pub(crate) fn luma(&self, x: usize, y: usize) -> EdgeSamples<16> {
        self.luma.around(x, y)
    }

    /// The four samples above and to the right of a macroblock.
    pub(crate) fn beyond(&self, x: usize, y: usize) -> [u8; 4] {
        let last = [self.luma.above[x][15]; 4];
        match self.luma.above.get(x + 1) {
            _ if y == 0 => [ABOVE; 4],
            Some(&[a, b, c, d, ..]) => [a, b, c, d],
            None => last,
        }
    }

    pub(crate) fn chroma(&self, x: usize, y: usize) -> [EdgeSamples<8>; 2] {
        self.chroma.each_ref().map(|edge| edge.around(x, y))
    }

    /// Takes the reconstruction of a macroblock.
    pub(crate) fn put(&mut self, x: usize, luma: &[[u8; 16]; 16], chroma: &Planes) {
        self.luma.put(x, luma);
        for (edge, plane) in self.chroma.iter_mut().zip(chroma) {
            edge.put(x, plane);
        }
    }
}
