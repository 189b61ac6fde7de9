//! What stands around the entropy-coded data (T.81 B.2, JFIF).

use super::huffman::EncodeTable;
use super::metadata::Metadata;
use super::parameters::{Parameters, Pixels, Subsampling};
use crate::marker::{APP0, DHT, DQT, SOI, SOS};
use crate::zigzag::ZIGZAG;

/// Parameters that a segment can hold.
pub(super) const SEGMENT: usize = 65533;

/// The most bytes of all headers without metadata, and without those of a progressive file's AC scans.
pub(super) const HEADERS: usize = 640;
/// Bytes of the headers of an AC scan, its table's symbols left out.
pub(super) const SCAN_HEADERS: usize = 4 + 17 + 10;

/// The coefficients of a scan (T.81 B.2.3).
#[derive(Clone, Copy, Debug)]
pub(super) struct Spectrum {
    /// In zigzag order.
    pub(super) first: u8,
    pub(super) last: u8,
    /// The bits that were coded before × 16, and those that are left to later scans.
    pub(super) bits: u8,
}

/// What goes into the headers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Headers<'m> {
    pub(super) parameters: Parameters,
    pub(super) steps: [u8; 64],
    pub(super) metadata: Metadata<'m>,
}

impl Headers<'_> {
    /// The segment of all Huffman tables, while it is written.
    pub(super) const TABLES_BYTES: u64 = 4 * (17 + 256);

    /// Writes all up to the frame header. `marker`: which kind of frame.
    pub(super) fn write_start(&self, marker: u8, out: &mut Vec<u8>) {
        out.extend([0xFF, SOI]);
        write_jfif(out);
        self.metadata.write(out);
        let steps = ZIGZAG.map(|natural| self.steps[usize::from(natural)]);
        // Luma and chroma share a table.
        segment(out, DQT, &[&[0], &steps]);
        self.write_frame(marker, out);
    }

    /// Writes the header of a scan: of all components with the tables 0 for luma and 1 for chroma, or of one component
    /// with the tables 0.
    pub(super) fn write_scan(&self, component: Option<usize>, spectrum: Spectrum, out: &mut Vec<u8>) {
        let Spectrum { first, last, bits } = spectrum;
        let components: &[u8] = match (component, self.parameters.pixels) {
            (Some(component), _) => &[1, component as u8 + 1, 0x00],
            (None, Pixels::Grey) => &[1, 1, 0x00],
            (None, Pixels::Rgb) => &[3, 1, 0x00, 2, 0x11, 3, 0x11],
        };
        segment(out, SOS, &[components, &[first, last, bits]]);
    }

    /// Each component: its name, sampling factors, and quantisation table.
    fn write_frame(&self, marker: u8, out: &mut Vec<u8>) {
        let Parameters { width, height, pixels, subsampling, .. } = self.parameters;
        let [[h1, h0], [w1, w0]] = [height.to_be_bytes(), width.to_be_bytes()];
        let size = [8, h1, h0, w1, w0];
        let components: &[u8] = match (pixels, subsampling) {
            (Pixels::Grey, _) => &[1, 1, 0x11, 0],
            (Pixels::Rgb, Subsampling::S420) => &[3, 1, 0x22, 0, 2, 0x11, 0, 3, 0x11, 0],
            (Pixels::Rgb, Subsampling::S444) => &[3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0],
        };
        segment(out, marker, &[&size, components]);
    }
}

/// Writes Huffman tables, each behind its class (0x00: DC, 0x10: AC) and number.
pub(super) fn write_tables(tables: &[(u8, &EncodeTable)], out: &mut Vec<u8>) {
    let mut payload = Vec::with_capacity(Headers::TABLES_BYTES as usize);
    for (number, EncodeTable { counts, symbols, .. }) in tables {
        payload.push(*number);
        payload.extend_from_slice(counts);
        payload.extend_from_slice(symbols);
    }
    segment(out, DHT, &[&payload]);
}

/// Version 1.1, no unit, square pixels, no thumbnail.
pub(super) fn write_jfif(out: &mut Vec<u8>) {
    segment(out, APP0, &[b"JFIF\0", &[1, 1, 0, 0, 1, 0, 1, 0, 0]]);
}

pub(super) fn segment(out: &mut Vec<u8>, marker: u8, parts: &[&[u8]]) {
    let length = 2 + parts.iter().map(|part| part.len()).sum::<usize>();
    out.extend([0xFF, marker]);
    out.extend((length as u16).to_be_bytes());
    parts.iter().for_each(|part| out.extend_from_slice(part));
}
