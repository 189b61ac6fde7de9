//! A scan's entropy-coded data, by restart intervals, and recovery where they are broken (T.81 E.2.4, F.2.1.3.1).

use crate::decode::entropy::bits::BitReader;
use crate::marker::{RST0, RST7};

/// The entropy-coded data of one scan, with what must be known from one MCU to the next.
#[derive(Debug)]
pub(crate) struct ScanData<'a> {
    pub(crate) bits: BitReader<'a>,
    /// The last DC value of each component of the frame.
    pub(crate) predictions: [i32; 4],
    /// Blocks still to be skipped because of an EOBn symbol (T.81 G.1.2.2).
    pub(crate) end_of_band_run: u32,
    interval: u32,
    left: u32,
    /// Number of the restart marker that comes next, 0 to 7.
    expected: u8,
    condition: Condition,
    /// Whether an interval was lost.
    lost: bool,
}

/// What can be expected of the next MCU.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Condition {
    /// It can be decoded.
    Intact,
    /// It is lost, but a restart marker follows.
    Lost,
    /// This MCU and all that follow are lost.
    Ended,
}

impl<'a> ScanData<'a> {
    /// `restart_interval`: in MCUs, 0 if there are no restart markers.
    pub(crate) fn new(data: &'a [u8], restart_interval: u32) -> Self {
        ScanData {
            bits: BitReader::new(data),
            predictions: [0; 4],
            end_of_band_run: 0,
            interval: restart_interval,
            left: restart_interval,
            expected: 0,
            condition: Condition::Intact,
            lost: false,
        }
    }

    /// Must be called before each MCU, lost ones included. Reads a restart marker where one is due.
    #[inline]
    pub(crate) fn begin_mcu(&mut self) -> Condition {
        if self.interval != 0 && self.condition != Condition::Ended {
            if self.left == 0 {
                self.restart();
            }
            self.left -= 1;
        }
        self.condition
    }

    /// Must be called after each MCU that was decoded. `intact`: all its codes were legal.
    #[inline]
    pub(crate) fn end_mcu(&mut self, intact: bool) -> Condition {
        if !intact || self.bits.overrun() {
            self.lose_interval();
        }
        self.condition
    }

    /// Skips blocks of an end-of-band run, at most `most`, and returns how many. Near restart markers it leaves
    /// them to be counted one by one.
    #[inline]
    pub(crate) fn skip_run(&mut self, most: usize) -> usize {
        if self.interval != 0 || self.condition != Condition::Intact {
            return 0;
        }
        let skipped = most.min(self.end_of_band_run as usize);
        self.end_of_band_run -= skipped as u32;
        skipped
    }

    /// Whether nothing of what was read is lost.
    pub(crate) fn is_intact(&self) -> bool {
        !self.lost
    }

    #[cold]
    fn lose_interval(&mut self) {
        self.lost = true;
        self.condition = if self.interval == 0 { Condition::Ended } else { Condition::Lost };
        if self.condition == Condition::Lost && !self.restart_follows() {
            self.condition = Condition::Ended;
        }
    }

    /// Finds the marker that ends the lost interval. Leaves it in place.
    fn restart_follows(&mut self) -> bool {
        while let Some(marker) = self.bits.seek_marker() {
            match marker {
                RST0..=RST7 => return true,
                0x01..=0xBF => self.bits.skip_marker(),
                _ => return false,
            }
        }
        false
    }

    /// Synchronises with the restart marker that is due, as libjpeg does: a marker one or two ahead means that
    /// intervals are missing, one or two behind that it is stale, any other is taken for the right one.
    fn restart(&mut self) {
        self.predictions = [0; 4];
        self.end_of_band_run = 0;
        self.left = self.interval;
        let expected = self.expected;
        self.expected = (expected + 1) & 7;
        while self.restart_follows() {
            let marker = self.bits.seek_marker().unwrap_or(RST0);
            match (marker - RST0).wrapping_sub(expected) & 7 {
                1 | 2 => {
                    self.lost = true;
                    self.condition = Condition::Lost;
                    return;
                }
                6 | 7 => self.bits.skip_marker(),
                _ => {
                    self.bits.skip_marker();
                    self.condition = Condition::Intact;
                    return;
                }
            }
        }
        self.lost = true;
        self.condition = Condition::Ended;
    }
}
