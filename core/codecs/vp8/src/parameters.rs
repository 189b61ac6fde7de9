//! The parameters of a key frame (RFC 6386 sections 9.2 to 9.11, in the order of section 19.2): read and written.

use crate::decode::BoolDecoder;
use crate::encode::BoolEncoder;
use crate::tables::{DEFAULT_TOKENS, Probabilities, UPDATES, for_each_slot};

/// What stands before the modes of macroblocks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Parameters {
    /// The colour space, and whether samples need no clamping: two bits that change nothing.
    pub(crate) colours: u32,
    pub(crate) segments: Option<Segments>,
    pub(crate) filter: Filter,
    /// Of coefficients: the logarithm of how many there are.
    pub(crate) partitions_log2: u32,
    /// The index of the quantiser, and what is added to it for the first coefficients of luma, Y2's first and others,
    /// chroma's first and others.
    pub(crate) index: u8,
    pub(crate) index_deltas: [i8; 5],
    /// Whether later frames have these probabilities as well.
    pub(crate) keeps_probabilities: bool,
    pub(crate) probabilities: Probabilities,
    /// The probability that a macroblock has levels, where those without any are told.
    pub(crate) skip: Option<u8>,
}

/// Groups of macroblocks that differ in their quantiser and filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Segments {
    /// Probabilities of the tree of segments, where each macroblock says in which it is.
    pub(crate) tree: Option<[u8; 3]>,
    pub(crate) data: Option<SegmentData>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SegmentData {
    /// Whether these are values by themselves. Else they are added to those of the frame.
    pub(crate) is_absolute: bool,
    pub(crate) indices: [i8; 4],
    pub(crate) levels: [i8; 4],
}

/// The loop filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Filter {
    pub(crate) is_simple: bool,
    pub(crate) level: u8,
    pub(crate) sharpness: u8,
    /// What is added to the level by reference frame and by mode, where that is done.
    pub(crate) deltas: Option<[i8; 8]>,
}

impl Parameters {
    /// Reads all up to the number of partitions. The rest is as if nothing stood there.
    pub(crate) fn read_front(bools: &mut BoolDecoder<'_>) -> Self {
        Parameters {
            colours: bools.literal(2),
            segments: bools.flag().then(|| Segments::read(bools)),
            filter: Filter::read(bools),
            partitions_log2: bools.literal(2),
            index: 0,
            index_deltas: [0; 5],
            keeps_probabilities: false,
            probabilities: DEFAULT_TOKENS,
            skip: None,
        }
    }

    pub(crate) fn read(bools: &mut BoolDecoder<'_>) -> Self {
        let mut parameters = Parameters::read_front(bools);
        parameters.index = bools.literal(7) as u8;
        parameters.index_deltas = read_signed(bools, 4);
        parameters.keeps_probabilities = bools.flag();
        for_each_slot(|t, b, c, n| {
            if bools.bool_seldom(UPDATES[t][b][c][n]) {
                parameters.probabilities[t][b][c][n] = bools.literal(8) as u8;
            }
        });
        parameters.skip = bools.optional(8).map(|probability| probability as u8);
        parameters
    }

    pub(crate) fn write(&self, bools: &mut BoolEncoder) {
        bools.literal(self.colours, 2);
        bools.flag(self.segments.is_some());
        if let Some(segments) = &self.segments {
            segments.write(bools);
        }
        self.filter.write(bools);
        bools.literal(self.partitions_log2, 2);
        bools.literal(self.index.into(), 7);
        write_signed(bools, &self.index_deltas, 4);
        bools.flag(self.keeps_probabilities);
        for_each_slot(|t, b, c, n| {
            let new = self.probabilities[t][b][c][n];
            let update = new != DEFAULT_TOKENS[t][b][c][n];
            bools.put_seldom(update, UPDATES[t][b][c][n]);
            if update {
                bools.literal(new.into(), 8);
            }
        });
        bools.optional(self.skip);
    }

    /// What counts for a segment instead of a value of the frame.
    pub(crate) fn of_segment(&self, frame: i32, value: impl Fn(&SegmentData) -> i8) -> i32 {
        match &self.segments {
            None => frame,
            // As libwebp has it.
            Some(Segments { data: None, .. }) => 0,
            Some(Segments { data: Some(data), .. }) if data.is_absolute => value(data).into(),
            Some(Segments { data: Some(data), .. }) => frame + i32::from(value(data)),
        }
    }

    /// Probabilities of the tree of segments, where macroblocks are in several.
    pub(crate) fn segment_tree(&self) -> Option<[u8; 3]> {
        self.segments.as_ref().and_then(|segments| segments.tree)
    }
}

impl Segments {
    fn read(bools: &mut BoolDecoder<'_>) -> Self {
        let (has_tree, has_data) = (bools.flag(), bools.flag());
        let data = has_data.then(|| SegmentData {
            is_absolute: bools.flag(),
            indices: read_signed(bools, 7),
            levels: read_signed(bools, 6),
        });
        let mut probability = || bools.optional(8).map_or(255, |probability| probability as u8);
        Segments { tree: has_tree.then(|| std::array::from_fn(|_| probability())), data }
    }

    fn write(&self, bools: &mut BoolEncoder) {
        bools.flag(self.tree.is_some());
        bools.flag(self.data.is_some());
        if let Some(data) = &self.data {
            bools.flag(data.is_absolute);
            write_signed(bools, &data.indices, 7);
            write_signed(bools, &data.levels, 6);
        }
        for &probability in self.tree.iter().flatten() {
            bools.optional((probability != 255).then_some(probability));
        }
    }
}

impl Filter {
    fn read(bools: &mut BoolDecoder<'_>) -> Self {
        Filter {
            is_simple: bools.flag(),
            level: bools.literal(6) as u8,
            sharpness: bools.literal(3) as u8,
            deltas: bools.flag().then(|| if bools.flag() { read_signed(bools, 6) } else { [0; 8] }),
        }
    }

    fn write(&self, bools: &mut BoolEncoder) {
        bools.flag(self.is_simple);
        bools.literal(self.level.into(), 6);
        bools.literal(self.sharpness.into(), 3);
        bools.flag(self.deltas.is_some());
        if let Some(deltas) = &self.deltas {
            let is_changed = *deltas != [0; 8];
            bools.flag(is_changed);
            if is_changed {
                write_signed(bools, deltas, 6);
            }
        }
    }
}

/// Numbers of so many bits (at most 7) and a sign, each of which is there or 0.
fn read_signed<const N: usize>(bools: &mut BoolDecoder<'_>, bits: u32) -> [i8; N] {
    std::array::from_fn(|_| bools.optional_signed(bits).unwrap_or(0) as i8)
}

#[inline(never)]
fn write_signed(bools: &mut BoolEncoder, values: &[i8], bits: u32) {
    for &value in values {
        bools.flag(value != 0);
        if value != 0 {
            bools.literal(value.unsigned_abs().into(), bits);
            bools.flag(value < 0);
        }
    }
}

#[cfg(test)]
mod tests {
    use fastrand::Rng;

    use super::{Filter, Parameters, SegmentData, Segments};
    use crate::decode::BoolDecoder;
    use crate::encode::BoolEncoder;
    use crate::tables::DEFAULT_TOKENS;

    #[test]
    fn what_is_written_is_read_back() {
        let mut random = Rng::with_seed(1);
        for _ in 0..1000 {
            let mut signed = |most: i8| if random.bool() { random.i8(-most..=most) } else { 0 };
            let [indices, levels] = [127, 63].map(|most| [(); 4].map(|()| signed(most)));
            let index_deltas = [(); 5].map(|()| signed(15));
            let deltas = [(); 8].map(|()| signed(63));
            let mut some = |value: u8| random.bool().then_some(value);
            let data = some(0).map(|_| SegmentData { is_absolute: some(0).is_some(), indices, levels });
            let tree = some(0).map(|_| [7, 255, 200]);
            let mut parameters = Parameters {
                colours: u32::from(some(2).unwrap_or(1)),
                segments: some(0).map(|_| Segments { tree, data }),
                filter: Filter {
                    is_simple: some(0).is_some(),
                    level: 63,
                    sharpness: 5,
                    deltas: some(0).map(|_| if some(0).is_some() { deltas } else { [0; 8] }),
                },
                partitions_log2: 3,
                index: 101,
                index_deltas,
                keeps_probabilities: some(0).is_some(),
                probabilities: DEFAULT_TOKENS,
                skip: some(99),
            };
            parameters.probabilities[random.usize(..4)][random.usize(..8)][random.usize(..3)] =
                [random.u8(..); 11];
            let mut bools = BoolEncoder::new(Vec::new());
            parameters.write(&mut bools);
            assert_eq!(Parameters::read(&mut BoolDecoder::new(&bools.finish())), parameters);
        }
    }
}
