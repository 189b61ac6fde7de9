//! What decoding takes: exact memory, estimated work. Nothing is decoded here.

use crate::decode::coefficients::Coefficients;
use crate::decode::geometry::Geometry;
use crate::decode::header::Header;
use crate::decode::needed_scans::NeededScans;
use crate::decode::samples::SampleRows;
use crate::decode::scale::Scale;
use crate::decode::tables::Tables;

/// What a decoder itself takes, as callers may box it. Types that hold pointers differ by machine; this bound is the
/// same on all.
pub(crate) const DECODER_BYTES: u64 = 2560;

impl Header {
    /// The most heap bytes that a [`Decoder`](crate::Decoder) holds at any time, from
    /// [`new`](crate::Decoder::new) to the last row, itself included: the same number on every machine.
    pub fn memory(&self, scale: Scale) -> u64 {
        DECODER_BYTES + mcu_rows_bytes(self, &Geometry::new(&self.frame, scale))
    }

    /// The same for a [`PlaneDecoder`](crate::PlaneDecoder).
    pub fn planes_memory(&self, scales: [Scale; 4]) -> u64 {
        let geometry = Geometry::of_planes(&self.frame, scales);
        DECODER_BYTES + mcu_rows_bytes(self, &geometry) + geometry.widest_component() as u64
    }

    /// The instructions that decoding to pixels takes, estimated. `source_bytes`: the length of the file.
    ///
    /// Entropy decoding goes by the file's bytes and blocks, reconstruction and what makes pixels of it by the
    /// samples that are made.
    pub fn decode_work(&self, source_bytes: u64, scale: Scale) -> u64 {
        let samples = self.pixels() * self.channels() as u64;
        let kept = u64::from(scale.eighths()).pow(2);
        self.entropy_work(source_bytes).saturating_add(samples * kept / 64 * 23)
    }

    /// The same for decoding to planes.
    pub fn planes_work(&self, source_bytes: u64, scales: [Scale; 4]) -> u64 {
        let geometry = Geometry::of_planes(&self.frame, scales);
        let samples: u64 = geometry.components().iter().map(|c| c.width as u64 * c.height as u64).sum();
        self.entropy_work(source_bytes).saturating_add(samples * 12)
    }

    /// A byte of a progressive file takes more, as it says less at a time.
    fn entropy_work(&self, source_bytes: u64) -> u64 {
        let of_a_byte = if self.is_progressive() { 200 } else { 64 };
        source_bytes.saturating_mul(of_a_byte).saturating_add(self.pixels() * 5)
    }

    fn pixels(&self) -> u64 {
        u64::from(self.width()) * u64::from(self.height())
    }
}

/// The heap bytes of [`McuRows`](crate::decode::mcu_rows::McuRows).
pub(crate) fn mcu_rows_bytes(header: &Header, geometry: &Geometry) -> u64 {
    let coefficients =
        if header.is_multi_scan() { Coefficients::heap_bytes(geometry) + NeededScans::BYTES } else { 0 };
    SampleRows::heap_bytes(geometry) + coefficients + Tables::heap_bytes(header.fast_ac_tables())
}
