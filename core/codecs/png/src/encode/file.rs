//! The file as it grows, and what is held back of the picture, in one buffer.

use super::{Effort, Parameters, Pixels};
use crate::chunks::SIGNATURE;

/// The buffer has its size from the start: one that grows would take up to three times the file. The file grows from
/// its front. What is held back of the picture stands at its end, and the file never reaches it: what was taken from
/// there is at least as long as what was written for it.
#[derive(Debug)]
pub(crate) struct File {
    bytes: Vec<u8>,
    /// Bytes of the file.
    len: usize,
    /// Where the chunk that is being written begins.
    chunk: usize,
    /// Of a file that is only measured: what its blocks take, in 1/256 bit.
    counted: Option<u64>,
}

/// Bytes behind the length of a chunk's data, and behind the data.
const KIND: usize = 4;
const CHECKSUM: usize = 4;

impl File {
    /// A file of at most so many bytes, its signature written.
    pub(crate) fn with_room(bytes: usize) -> Self {
        let mut file = Self { bytes: vec![0; bytes], len: 0, chunk: 0, counted: None };
        file.push(SIGNATURE);
        file
    }

    /// A file whose blocks are measured and not written; for what stands around them there is room.
    pub(crate) fn measured() -> Self {
        Self { bytes: vec![0; 64], len: 0, chunk: 0, counted: Some(0) }
    }

    /// About how many bytes the blocks of a measured file take.
    pub(crate) fn counted(&self) -> u64 {
        self.counted.unwrap_or_default() / (8 * 256)
    }

    /// Where the file is only measured, adds what a block takes in 1/256 bit, which need not be written then.
    pub(crate) fn count(&mut self, bits: u64) -> bool {
        self.counted.as_mut().map(|counted| *counted += bits).is_some()
    }

    /// Adds bytes.
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        self.bytes[self.len..self.len + bytes.len()].copy_from_slice(bytes);
        self.len += bytes.len();
    }

    /// Adds the first of eight bytes. The others may be written too, and are overwritten later.
    #[inline]
    pub(crate) fn push_part(&mut self, bytes: [u8; 8], count: usize) {
        self.bytes[self.len..self.len + 8].copy_from_slice(&bytes);
        self.len += count;
    }

    /// Adds a chunk (PNG section 5.3).
    pub(super) fn push_chunk(&mut self, kind: [u8; 4], data: &[u8]) {
        self.begin_chunk(kind);
        self.push(data);
        self.end_chunk();
    }

    /// Begins a chunk. All that is added belongs to its data until it is ended.
    pub(super) fn begin_chunk(&mut self, kind: [u8; 4]) {
        self.chunk = self.len;
        self.push(&[0; 4]);
        self.push(&kind);
    }

    pub(super) fn end_chunk(&mut self) {
        let start = self.chunk + 4;
        let length = (self.len - start - KIND) as u32;
        self.bytes[self.chunk..start].copy_from_slice(&length.to_be_bytes());
        let checksum = super::crc::crc32(&self.bytes[start..self.len]);
        self.push(&checksum.to_be_bytes());
    }

    /// The place of a row that is held back.
    pub(super) fn held_row(&mut self, parameters: &Parameters, kind: Held, y: u32) -> &mut [u8] {
        let stride = parameters.width as usize * kind.samples();
        let end = self.bytes.len() - stride * (parameters.height - 1 - y) as usize;
        &mut self.bytes[end - stride..end]
    }

    /// The file alone.
    pub(crate) fn finish(mut self) -> Vec<u8> {
        self.bytes.truncate(self.len);
        self.bytes
    }
}

/// Bytes of a chunk beside its data.
pub(super) const CHUNK: usize = 4 + KIND + CHECKSUM;

/// How pixels are held back.
#[derive(Clone, Copy, Debug)]
pub(super) enum Held {
    /// The number of a colour.
    Index,
    Rgb,
    Rgba,
}

impl Held {
    /// The most that is held of a pixel.
    pub(super) fn of(parameters: &Parameters) -> Self {
        match (parameters.pixels, parameters.effort) {
            (Pixels::Grey | Pixels::Indexed, _) | (Pixels::Rgb, Effort::Fast | Effort::Balanced) => {
                Held::Index
            }
            (Pixels::Rgb, Effort::Small) | (Pixels::Rgba, Effort::Fast | Effort::Balanced) => Held::Rgb,
            (Pixels::Rgba, Effort::Small) => Held::Rgba,
        }
    }

    pub(super) fn samples(self) -> usize {
        match self {
            Held::Index => 1,
            Held::Rgb => 3,
            Held::Rgba => 4,
        }
    }
}
