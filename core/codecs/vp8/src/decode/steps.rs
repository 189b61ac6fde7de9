//! Steps of the quantiser (RFC 6386 sections 9.3, 9.6 and 14.1).

use crate::parameters::Parameters;
use crate::tables::{AC_STEPS, DC_STEPS};

/// Of each kind of block, those of its first coefficient and of all others.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Steps {
    pub(crate) luma: [i16; 2],
    pub(crate) y2: [i16; 2],
    pub(crate) chroma: [i16; 2],
}

impl Steps {
    /// Those of a segment.
    pub(crate) fn of(parameters: &Parameters, segment: usize) -> Self {
        let frame = i32::from(parameters.index);
        let index = parameters.of_segment(frame, |data| data.indices[segment]);
        let [luma_first, y2_first, y2_others, chroma_first, chroma_others] =
            parameters.index_deltas.map(|delta| index + i32::from(delta));
        let at = |table: &[u16; 128], index: i32| table[index.clamp(0, 127) as usize] as i16;
        let y2_step = i32::from(at(&AC_STEPS, y2_others)) * 155 / 100;
        Steps {
            luma: [at(&DC_STEPS, luma_first), at(&AC_STEPS, index)],
            y2: [2 * at(&DC_STEPS, y2_first), y2_step.max(8) as i16],
            chroma: [at(&DC_STEPS, chroma_first).min(132), at(&AC_STEPS, chroma_others)],
        }
    }
}
