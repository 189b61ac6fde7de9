//! Functions of single samples, computed once for each value that occurs.

/// A sample of a row.
pub(crate) trait Sample: Copy + PartialEq {
    /// Values that there are.
    const COUNT: usize;
    fn index(self) -> usize;
    /// In eight bits, rounded to the nearest.
    fn narrow(self) -> u8;

    /// As a part of 1.
    fn part(self) -> f64 {
        self.index() as f64 / (Self::COUNT - 1) as f64
    }
}

impl Sample for u8 {
    const COUNT: usize = 1 << 8;

    fn index(self) -> usize {
        self.into()
    }

    fn narrow(self) -> u8 {
        self
    }
}

impl Sample for u16 {
    const COUNT: usize = 1 << 16;

    fn index(self) -> usize {
        self.into()
    }

    fn narrow(self) -> u8 {
        ((u32::from(self) * 255 + 32767) / 65535) as u8
    }
}

/// The codes of greys.
pub(super) struct Codes {
    /// One more than the code; 0 where it is not known yet.
    codes: Vec<u16>,
}

impl Codes {
    pub(super) fn new<T: Sample>() -> Self {
        Self { codes: vec![0; T::COUNT] }
    }

    /// Bytes on the heap.
    pub(super) fn memory<T: Sample>() -> u64 {
        (T::COUNT * size_of::<u16>()) as u64
    }

    /// The code of `sample`; `compute` is given it as a part of 1.
    #[inline(always)]
    pub(super) fn get<T: Sample>(&mut self, sample: T, compute: impl Fn(f64) -> u8) -> u8 {
        match self.codes.get(sample.index()) {
            Some(&known) if known != 0 => (known - 1) as u8,
            _ => self.compute(sample, compute),
        }
    }

    #[cold]
    #[inline(never)]
    fn compute<T: Sample>(&mut self, sample: T, compute: impl Fn(f64) -> u8) -> u8 {
        let code = compute(sample.part());
        if let Some(known) = self.codes.get_mut(sample.index()) {
            *known = u16::from(code) + 1;
        }
        code
    }
}

/// What a function gives for each sample of a channel. Channels with equal functions share their values.
pub(super) struct Memo<const CHANNELS: usize> {
    /// One more than the result; 0 where it is not known yet.
    values: Vec<u32>,
    /// Where a channel's values begin.
    begin: [usize; CHANNELS],
}

impl<const CHANNELS: usize> Memo<CHANNELS> {
    /// `functions`: what tells those of the channels apart.
    pub(super) fn new<T: Sample>(functions: &[impl PartialEq; CHANNELS]) -> Self {
        let begin = owners(functions).map(|owner| owner * T::COUNT);
        let count = begin.iter().max().map_or(0, |last| last + T::COUNT);
        Self { values: vec![0; count], begin }
    }

    /// Bytes on the heap.
    pub(super) fn memory<T: Sample>(functions: &[impl PartialEq; CHANNELS]) -> u64 {
        owners(functions).iter().max().map_or(0, |last| (last + 1) * T::COUNT * size_of::<u32>()) as u64
    }

    /// The function at `sample`; `compute` is given it as a part of 1.
    #[inline(always)]
    pub(super) fn get<T: Sample>(
        &mut self,
        channel: usize,
        sample: T,
        compute: impl FnOnce(f64) -> u32,
    ) -> u32 {
        let place = self.begin[channel] + sample.index();
        match self.values.get(place) {
            Some(&known) if known != 0 => known - 1,
            _ => self.compute(place, sample.part(), compute),
        }
    }

    #[cold]
    #[inline(never)]
    fn compute(&mut self, place: usize, sample: f64, compute: impl FnOnce(f64) -> u32) -> u32 {
        let value = compute(sample);
        if let Some(known) = self.values.get_mut(place) {
            *known = value + 1;
        }
        value
    }
}

/// For each function, the number of the first that is equal, among those that differ.
fn owners<const CHANNELS: usize>(functions: &[impl PartialEq; CHANNELS]) -> [usize; CHANNELS] {
    let mut owners = [0; CHANNELS];
    let mut count = 0;
    for channel in 0..CHANNELS {
        let equal = (0..channel).find(|&earlier| functions[earlier] == functions[channel]);
        owners[channel] = equal.map_or(count, |earlier| owners[earlier]);
        count += usize::from(equal.is_none());
    }
    owners
}
