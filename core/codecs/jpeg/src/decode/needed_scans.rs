//! Decides which scans are worth decoding at a scale.

use crate::decode::frame::Frame;
use crate::decode::geometry::Geometry;
use crate::decode::scan_header::ScanHeader;
use crate::error::Error;
use crate::marker::SOS;
use crate::segments::Segments;

/// For each scan of a file, whether it must be decoded.
#[derive(Debug)]
pub(crate) struct NeededScans {
    scans: Vec<Scan>,
    next: usize,
}

#[derive(Clone, Copy, Debug)]
struct Scan {
    /// The component of an AC scan; `None` for scans that bring DC values, which are always needed.
    ac_component: Option<u8>,
    first: u8,
    last: u8,
    refines: bool,
    needed: bool,
}

impl NeededScans {
    /// More scans than any encoder writes: each takes a pass over the picture, however few bytes it has.
    pub(crate) const MOST: usize = 160;
    /// Heap bytes of the list.
    pub(crate) const BYTES: u64 = (NeededScans::MOST * size_of::<Scan>()) as u64;

    /// Looks at the headers of all scans. `segments` stands behind the first one's header.
    pub(crate) fn new(
        frame: &Frame,
        geometry: &Geometry,
        first: &ScanHeader,
        segments: Segments<'_>,
    ) -> Result<Self, Error> {
        let mut scans = Vec::with_capacity(NeededScans::MOST);
        scans.push(Scan::new(first));
        for segment in segments.filter(|segment| segment.marker == SOS) {
            let Ok(scan) = ScanHeader::parse(segment.payload, frame) else { break };
            if scans.len() == NeededScans::MOST {
                return Err(Error::Damaged("too many scans"));
            }
            scans.push(Scan::new(&scan));
        }
        mark_needed(&mut scans, geometry);
        Ok(NeededScans { scans, next: 0 })
    }
}

impl Iterator for NeededScans {
    type Item = bool;

    /// Whether the next scan must be decoded.
    fn next(&mut self) -> Option<bool> {
        let scan = self.scans.get(self.next)?;
        self.next += 1;
        Some(scan.needed)
    }
}

impl Scan {
    fn new(header: &ScanHeader) -> Self {
        Scan {
            ac_component: (header.first > 0).then_some(header.components()[0].index as u8),
            first: header.first as u8,
            last: header.last as u8,
            refines: header.high > 0,
            needed: true,
        }
    }
}

/// An AC scan is needed if it brings coefficients that are kept, or if a later scan that refines kept and
/// other coefficients must know which of the others are not zero.
fn mark_needed(scans: &mut [Scan], geometry: &Geometry) {
    let mut mixed = [false; 4];
    for scan in scans.iter_mut().rev() {
        let Some(component) = scan.ac_component else { continue };
        let component = usize::from(component);
        let last_kept = geometry.components()[component].last_kept;
        let brings_kept = usize::from(scan.first) <= last_kept;
        scan.needed = brings_kept || mixed[component];
        mixed[component] |= brings_kept && scan.refines && usize::from(scan.last) > last_kept;
    }
}
