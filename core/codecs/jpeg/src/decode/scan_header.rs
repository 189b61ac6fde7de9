//! The header of a scan (T.81 B.2.3).

use crate::decode::frame::Frame;
use crate::error::Error;

/// Which components and coefficients a scan brings, and how precisely.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ScanHeader {
    /// How many of `components` there are, 1 to 4.
    count: usize,
    components: [ScanComponent; 4],
    /// First coefficient in zigzag order, 0 to 63.
    pub(crate) first: usize,
    /// Last coefficient in zigzag order, `first` to 63.
    pub(crate) last: usize,
    /// Bits that an earlier scan has left out; 0 in the first scan of these coefficients.
    pub(crate) high: u8,
    /// Bits that this scan leaves out, 0 to 13.
    pub(crate) low: u8,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct ScanComponent {
    /// Index among the components of the frame.
    pub(crate) index: usize,
    /// Huffman table for DC differences, 0 to 3.
    pub(crate) dc_table: usize,
    /// Huffman table for AC coefficients, 0 to 3.
    pub(crate) ac_table: usize,
}

impl ScanHeader {
    pub(crate) fn parse(payload: &[u8], frame: &Frame) -> Result<Self, Error> {
        let damaged = Error::Damaged("scan header");
        let (&count, rest) = payload.split_first().ok_or(damaged)?;
        let count = usize::from(count);
        let all = frame.components();
        if !(1..=all.len()).contains(&count) {
            return Err(damaged);
        }
        let (selectors, progression) = rest.split_at_checked(count * 2).ok_or(damaged)?;
        let mut components = [ScanComponent::default(); 4];
        for (i, selector) in selectors.chunks_exact(2).enumerate() {
            // Some files give all components one identifier: then their order tells, as with libjpeg.
            let index = (i..all.len())
                .chain(0..i)
                .find(|&index| {
                    all[index].identifier == selector[0]
                        && components[..i].iter().all(|earlier| earlier.index != index)
                })
                .ok_or(damaged)?;
            let [dc_table, ac_table] = [selector[1] >> 4, selector[1] & 15].map(usize::from);
            components[i] = ScanComponent { index, dc_table, ac_table };
        }
        let mut scan = ScanHeader { count, components, first: 0, last: 63, high: 0, low: 0 };
        // In sequential files the last three bytes are always the same, and some files have them wrong.
        if frame.progressive {
            let [first, last, bits] = *progression.first_chunk::<3>().ok_or(damaged)?;
            (scan.first, scan.last) = (usize::from(first), usize::from(last));
            (scan.high, scan.low) = (bits >> 4, bits & 15);
            scan.check_progression().ok_or(damaged)?;
        }
        scan.check_tables().ok_or(damaged)?;
        Ok(scan)
    }

    /// There are four tables of a kind. What is said of tables that the scan does not use does not matter.
    fn check_tables(&mut self) -> Option<()> {
        let (dc, ac) = (self.first == 0 && self.high == 0, self.last > 0);
        for component in &mut self.components[..self.count] {
            if (dc && component.dc_table > 3) || (ac && component.ac_table > 3) {
                return None;
            }
            component.dc_table &= 3;
            component.ac_table &= 3;
        }
        Some(())
    }

    pub(crate) fn components(&self) -> &[ScanComponent] {
        &self.components[..self.count]
    }

    /// T.81 G.1.1.1: DC and AC never share a scan, AC scans are never interleaved, one bit is added at a time.
    fn check_progression(&self) -> Option<()> {
        let band = if self.first == 0 { self.last == 0 } else { self.count == 1 };
        let order = self.first <= self.last && self.last <= 63;
        let bits = self.low <= 13 && (self.high == 0 || self.high == self.low + 1);
        (band && order && bits).then_some(())
    }
}
