//! The mean of cells: what brings a large picture near its size, at a fraction of what a filter takes.

use super::axis::Span;

/// Averages cells of `across` × `down` pixels. The last ones of a row or column may be smaller.
pub(super) struct Shrink {
    across: usize,
    down: u32,
    channels: usize,
    /// Sums of a column of samples within a row of cells.
    sums: Vec<u16>,
    /// Sums of as many neighbours in `sums` as a cell has columns, from wherever.
    wide_sums: Vec<u16>,
    /// Rows in the sums.
    rows: u32,
    cells: Vec<u8>,
}

impl Shrink {
    /// `None` where there is nothing to average.
    pub(super) fn new(x: &Span, y: &Span, channels: usize) -> Option<Self> {
        (x.per_cell > 1 || y.per_cell > 1).then(|| Self {
            across: x.per_cell as usize,
            down: y.per_cell,
            channels,
            sums: vec![0; x.used().len() * channels],
            wide_sums: vec![0; x.used().len() * channels],
            rows: 0,
            cells: vec![0; x.cells as usize * channels],
        })
    }

    /// Bytes that [`Shrink::new`] allocates.
    pub(super) fn memory(x: &Span, y: &Span, channels: usize) -> u64 {
        if x.per_cell == 1 && y.per_cell == 1 {
            return 0;
        }
        (x.used().len() * 4 + x.cells as usize) as u64 * channels as u64
    }

    /// A further picture begins.
    pub(super) fn reset(&mut self) {
        self.rows = 0;
    }

    /// Takes a row, and hands out the row of cells that it completes.
    #[inline(never)]
    pub(super) fn take(&mut self, row: &[u8], is_last: bool) -> Option<&[u8]> {
        if self.rows == 0 {
            self.sums.iter_mut().zip(row).for_each(|(sum, &sample)| *sum = sample.into());
        } else {
            self.sums.iter_mut().zip(row).for_each(|(sum, &sample)| *sum += u16::from(sample));
        }
        self.rows += 1;
        if self.rows < self.down && !is_last {
            return None;
        }
        match self.channels {
            1 => self.average::<1>(),
            3 => self.average::<3>(),
            _ => self.average::<4>(),
        }
        self.rows = 0;
        Some(&self.cells)
    }

    #[inline(never)]
    fn average<const CHANNELS: usize>(&mut self) {
        let sums = if self.across == 1 {
            &self.sums
        } else {
            self.add_neighbours(CHANNELS);
            &self.wide_sums
        };
        let width = self.across * CHANNELS;
        let (pixels, _) = self.cells.as_chunks_mut::<CHANNELS>();
        let full = Mean::of(self.across as u32 * self.rows);
        for (cell, to) in sums.chunks_exact(width).zip(&mut *pixels) {
            if let Some(sums) = cell.first_chunk::<CHANNELS>() {
                *to = sums.map(|sum| full.of_sum(sum.into()));
            }
        }
        let rest = self.sums.chunks_exact(width).remainder();
        if let (false, Some(to)) = (rest.is_empty(), pixels.last_mut()) {
            let mean = Mean::of((rest.len() / CHANNELS) as u32 * self.rows);
            for (i, to) in to.iter_mut().enumerate() {
                *to = mean.of_sum(rest.iter().skip(i).step_by(CHANNELS).map(|&sum| u32::from(sum)).sum());
            }
        }
    }

    /// Fills `wide_sums`. Most of them are of no use, but eight take no longer than one.
    fn add_neighbours(&mut self, channels: usize) {
        let neighbours = |i: usize| self.sums.get(i * channels..).unwrap_or_default();
        for ((sum, &first), &second) in self.wide_sums.iter_mut().zip(&self.sums).zip(neighbours(1)) {
            *sum = first + second;
        }
        for i in 2..self.across {
            self.wide_sums.iter_mut().zip(neighbours(i)).for_each(|(sum, &sample)| *sum += sample);
        }
    }
}

/// Division by a number of samples.
struct Mean {
    half: u32,
    /// 2²⁴ over the number, rounded up: exact for all that up to 256 bytes can add up to.
    reciprocal: u32,
}

impl Mean {
    fn of(samples: u32) -> Self {
        Self { half: samples / 2, reciprocal: (1u32 << 24).div_ceil(samples) }
    }

    /// Rounded half up.
    fn of_sum(&self, sum: u32) -> u8 {
        (((sum + self.half) * self.reciprocal) >> 24) as u8
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means_are_exact() {
        for (across, down) in (1..=16).flat_map(|across| (1..=16).map(move |down| (across, down))) {
            let samples = across * down;
            let mean = Mean::of(samples);
            for sum in 0..=255 * samples {
                assert_eq!(u32::from(mean.of_sum(sum)), (2 * sum + samples) / (2 * samples), "{samples}");
            }
        }
    }
}
