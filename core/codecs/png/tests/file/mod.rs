//! Files made by hand: any filter, interlacing, and chunks of any order.

use fastrand::Rng;
use miniz_oxide::deflate::compress_to_vec_zlib;

/// Colour types and bit depths (PNG table 11.1).
pub(crate) const KINDS: [(u8, u8); 15] = [
    (0, 1),
    (0, 2),
    (0, 4),
    (0, 8),
    (0, 16),
    (2, 8),
    (2, 16),
    (3, 1),
    (3, 2),
    (3, 4),
    (3, 8),
    (4, 8),
    (4, 16),
    (6, 8),
    (6, 16),
];

/// Rows of stored pixels.
pub(crate) struct Stored {
    pub(crate) colour: u8,
    pub(crate) depth: u8,
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) rows: Vec<u8>,
}

impl Stored {
    pub(crate) fn random(colour: u8, depth: u8, random: &mut Rng) -> Self {
        let (width, height) = (random.usize(1..40), random.usize(1..40));
        Self { colour, depth, width, height, rows: Vec::new() }.filled(random)
    }

    /// The same with other rows.
    pub(crate) fn filled(self, random: &mut Rng) -> Self {
        let mut rows: Vec<u8> = (0..self.stride() * self.height).map(|_| random.u8(..)).collect();
        // Bits behind the last pixel of a row are zero, as encoders write them.
        let spare = self.stride() * 8 - self.width * self.bits();
        rows.chunks_mut(self.stride()).for_each(|row| *row.last_mut().unwrap() &= 0xff << spare);
        Self { rows, ..self }
    }

    fn samples(&self) -> usize {
        [1, 0, 3, 1, 2, 0, 4][usize::from(self.colour)]
    }

    fn bits(&self) -> usize {
        self.samples() * usize::from(self.depth)
    }

    pub(crate) fn stride(&self) -> usize {
        (self.width * self.bits()).div_ceil(8)
    }

    pub(crate) fn row(&self, y: usize) -> &[u8] {
        &self.rows[y * self.stride()..][..self.stride()]
    }

    /// A file, with a `tRNS` chunk where that is allowed and asked for.
    pub(crate) fn file(&self, interlaced: bool, keyed: bool, random: &mut Rng) -> Vec<u8> {
        let mut chunks = Vec::new();
        if self.colour == 3 {
            chunks.push((*b"PLTE", (0..3 << self.depth).map(|_| random.u8(..)).collect()));
        }
        let key = match self.colour {
            0 => vec![0, self.row(0)[0] >> (8 - self.depth.min(8))],
            2 if self.depth == 8 => vec![0, self.row(0)[0], 0, self.row(0)[1], 0, self.row(0)[2]],
            2 => self.row(0)[..6].to_vec(),
            3 => (0..random.usize(1..=1 << self.depth)).map(|_| random.u8(..)).collect(),
            _ => Vec::new(),
        };
        let key = if (self.colour, self.depth) == (0, 16) { self.row(0)[..2].to_vec() } else { key };
        if keyed && !key.is_empty() {
            chunks.push((*b"tRNS", key));
        }
        self.file_with(interlaced, &chunks, random)
    }

    pub(crate) fn file_with(
        &self,
        interlaced: bool,
        before: &[([u8; 4], Vec<u8>)],
        random: &mut Rng,
    ) -> Vec<u8> {
        let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
        let sides = [(self.width as u32).to_be_bytes(), (self.height as u32).to_be_bytes()].concat();
        chunk(
            &mut file,
            *b"IHDR",
            &[&sides[..], &[self.depth, self.colour, 0, 0, interlaced.into()]].concat(),
        );
        for (kind, data) in before {
            chunk(&mut file, *kind, data);
        }
        let stream = self.pixels(interlaced, random);
        // Several chunks, one of them empty.
        let (first, second) = stream.split_at(stream.len() / 3);
        for part in [first, &[], second] {
            chunk(&mut file, *b"IDAT", part);
        }
        chunk(&mut file, *b"IEND", &[]);
        file
    }

    /// The data of a `fdAT` or of `IDAT` chunks.
    pub(crate) fn pixels(&self, interlaced: bool, random: &mut Rng) -> Vec<u8> {
        const PASSES: [[usize; 4]; 7] = [
            [0, 0, 8, 8],
            [4, 0, 8, 8],
            [0, 4, 4, 8],
            [2, 0, 4, 4],
            [0, 2, 2, 4],
            [1, 0, 2, 2],
            [0, 1, 1, 2],
        ];
        let passes = if interlaced { &PASSES[..] } else { &[[0, 0, 1, 1]] };
        let mut raw = Vec::new();
        for &[left, top, across, down] in passes {
            let mut above = Vec::new();
            for y in (top..self.height).step_by(down) {
                let row = self.every(y, left, across);
                if row.is_empty() {
                    continue;
                }
                let filter = random.u8(..5);
                above.resize(row.len(), 0);
                raw.push(filter);
                raw.extend(filtered(filter, self.bits().div_ceil(8), &above, &row));
                above = row;
            }
        }
        compress_to_vec_zlib(&raw, random.u8(1..7))
    }

    /// Every so many pixels of a row, packed.
    fn every(&self, y: usize, left: usize, across: usize) -> Vec<u8> {
        let bit = |at: usize| self.row(y)[at / 8] >> (7 - at % 8) & 1;
        let bits =
            (left..self.width).step_by(across).flat_map(|x| x * self.bits()..(x + 1) * self.bits()).map(bit);
        let bits: Vec<_> = bits.collect();
        bits.chunks(8).map(|byte| byte.iter().enumerate().map(|(i, bit)| bit << (7 - i)).sum()).collect()
    }
}

fn filtered(filter: u8, pixel: usize, above: &[u8], row: &[u8]) -> Vec<u8> {
    let at = |row: &[u8], i: usize| if i >= pixel { i32::from(row[i - pixel]) } else { 0 };
    let predict = |i: usize| {
        let (a, b, c) = (at(row, i), i32::from(above[i]), at(above, i));
        let p = a + b - c;
        let nearest = [a, b, c].into_iter().min_by_key(|side| (p - side).abs()).unwrap();
        [0, a, b, (a + b) / 2, nearest][usize::from(filter)]
    };
    (0..row.len()).map(|i| row[i].wrapping_sub(predict(i) as u8)).collect()
}

pub(crate) fn chunk(file: &mut Vec<u8>, kind: [u8; 4], data: &[u8]) {
    file.extend((data.len() as u32).to_be_bytes());
    let start = file.len();
    file.extend(kind);
    file.extend(data);
    let checksum = file[start..].iter().fold(!0u32, |sum, byte| {
        (0..8).fold(
            sum ^ u32::from(*byte),
            |sum, _| if sum & 1 == 1 { sum >> 1 ^ 0xedb8_8320 } else { sum >> 1 },
        )
    });
    file.extend((!checksum).to_be_bytes());
}
