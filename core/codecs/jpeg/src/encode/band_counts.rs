//! Counts the symbols of the usual scans while blocks are stored, which is quicker than to read them again.
//!
//! Values and the zeros between them are counted block by block. Runs of blocks whose values are over follow the rows of a
//! component; for these, each block keeps [`Flags`].

use super::ac_scan::{LONGEST_RUN, ScanCounts, Symbols};
use super::block_stream::{BlockStream, ZRL};
use super::parameters::Parameters;

/// Where bands of luma and of chroma begin; the last ends with place 63.
pub(super) const BANDS: [&[u32]; 2] = [&[1, 3, 10], &[1]];
const MOST_BANDS: usize = 3;
/// The usual scans of all components.
pub(super) const USUAL_SCANS: usize = BANDS[0].len() + 2 * BANDS[1].len();

/// Heap bytes of what is counted of all components.
pub(super) const BAND_COUNTS_BYTES: u64 =
    size_of::<[BandCounts; 3]>() as u64 + USUAL_SCANS as u64 * size_of::<ScanCounts>() as u64;

/// What is counted of a component.
#[derive(Debug)]
pub(super) struct BandCounts {
    starts: &'static [u32],
    bands: Vec<ScanCounts>,
}

/// Which bands of a block have values (bits 0 to 2), and which of these end with one (bits 4 to 6).
pub(super) type Flags = u8;

/// The band that a block's next value is in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Band {
    index: usize,
    /// The last place.
    last: u32,
}

impl BandCounts {
    pub(super) fn new(component: usize) -> Self {
        let starts = BANDS[component.min(1)];
        BandCounts { starts, bands: vec![ScanCounts::NONE; starts.len()] }
    }

    /// In front of all bands.
    #[inline(always)]
    pub(super) fn begin() -> Band {
        Band { index: 0, last: 0 }
    }

    /// Counts a value of a block, in the order of places. `symbol`: run and size; `whole`: the stream's byte where it is
    /// complete in itself; `sixteens`: ZRL in front.
    #[inline(always)]
    pub(super) fn count(
        &mut self,
        band: &mut Band,
        place: u32,
        symbol: u8,
        whole: Option<u8>,
        sixteens: u32,
    ) {
        if place <= band.last {
            let counts = &mut self.bands[band.index];
            counts.symbols.bytes[usize::from(ZRL)] += u64::from(sixteens);
            match whole {
                Some(byte) => counts.whole(byte),
                None => counts.symbols.large[usize::from(symbol)] += 1,
            }
            return;
        }
        while place > band.last {
            let next = self.starts.iter().position(|&start| start > band.last);
            band.index = next.unwrap_or(self.starts.len() - 1);
            band.last = self.last(band.index);
        }
        let run = place - self.starts[band.index];
        let counts = &mut self.bands[band.index];
        counts.symbols.bytes[usize::from(ZRL)] += u64::from(run >> 4);
        counts.symbols.large[((run & 15) << 4) as usize | usize::from(symbol & 15)] += 1;
    }

    /// `not_zero`: a bit for each place.
    #[inline(always)]
    pub(super) fn flags(&self, not_zero: u64) -> Flags {
        let mut flags = 0;
        for (band, &start) in self.starts.iter().enumerate() {
            let last = self.last(band);
            flags |= u8::from(not_zero << (63 - last) >> (63 - last) >> start != 0) << band;
            flags |= ((not_zero >> last & 1) as u8) << (4 + band);
        }
        flags
    }

    /// The last place of a band.
    #[inline(always)]
    fn last(&self, band: usize) -> u32 {
        self.starts.get(band + 1).map_or(63, |next| next - 1)
    }

    /// All that the scans consist of. The stream must hold the whole picture.
    #[inline(never)]
    pub(super) fn complete(
        self,
        stream: &BlockStream,
        parameters: &Parameters,
        component: usize,
    ) -> Vec<ScanCounts> {
        let mut bands = self.bands;
        let count = bands.len();
        let mut runs = [0; MOST_BANDS];
        let mut end_run = |band: usize, run: &mut u32| {
            if *run > 0 {
                bands[band].run(*run);
                *run = 0;
            }
        };
        stream.of_component(parameters, component, |block| {
            for (band, run) in runs.iter_mut().enumerate().take(count) {
                if block.flags >> band & 1 != 0 {
                    end_run(band, run);
                }
                if block.flags >> (4 + band) & 1 == 0 {
                    *run += 1;
                    if *run == LONGEST_RUN {
                        end_run(band, run);
                    }
                }
            }
        });
        (0..count).for_each(|band| end_run(band, &mut runs[band]));
        bands
    }
}
