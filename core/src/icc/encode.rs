//! From linear light to sRGB's eight bits, rounded to the nearest.

use super::curve::Curve;

/// Full linear light, in the fixed point that conversions end in.
pub(super) const ONE: i32 = 1 << UNIT_BITS;
const UNIT_BITS: u32 = 24;
/// Linear light is looked up by its highest bits: no step is as long as one of sRGB's darkest codes.
const STEPS: usize = 4096;
const STEP_BITS: u32 = UNIT_BITS - STEPS.ilog2();

/// Linear light in fixed point. Beyond what any picture needs it stays at the limit, so that three can be added.
pub(super) fn fixed(linear: f64) -> i32 {
    const MOST: f64 = 32.0;
    (linear.clamp(-MOST, MOST) * f64::from(ONE) + 0.5).floor() as i32
}

/// Rounds linear light to the nearest code.
pub(super) struct Encoder {
    /// For each step, the code at its beginning, in the bits above those of a place within a step. The lower ones are
    /// what a place within the step needs to carry over into the next code, if that begins in this step.
    steps: Box<[u32; STEPS + 1]>,
}

impl Encoder {
    /// Bytes on the heap.
    pub(super) const MEMORY: u64 = size_of::<[u32; STEPS + 1]>() as u64;

    pub(super) fn new() -> Self {
        const PLACES: u32 = 1 << STEP_BITS;
        let mut steps = Box::new([0; STEPS + 1]);
        let begins = |code: u32| {
            let linear = Curve::SRGB.at((f64::from(code) - 0.5) / 255.0);
            (linear * f64::from(ONE)).ceil() as u32
        };
        let (mut code, mut next) = (0, begins(1));
        for (start, step) in (0..).step_by(PLACES as usize).zip(steps.iter_mut()) {
            if next <= start {
                code += 1;
                next = if code < 255 { begins(code + 1) } else { u32::MAX };
            }
            let within = next.saturating_sub(start).min(PLACES);
            *step = (code << STEP_BITS) + (PLACES - within);
        }
        Self { steps }
    }

    /// The code of linear light in fixed point.
    #[inline(always)]
    pub(super) fn code(&self, linear: i32) -> u8 {
        let linear = linear.clamp(0, ONE) as u32;
        let place = linear & ((1 << STEP_BITS) - 1);
        ((self.steps[(linear >> STEP_BITS) as usize] + place) >> STEP_BITS) as u8
    }

    /// The code of linear light.
    #[inline(always)]
    pub(super) fn code_of(&self, linear: f64) -> u8 {
        // (Comparisons rather than `clamp`: nothing is asked about numbers that are none. They become 0.)
        let linear = if linear > 0.0 { linear } else { 0.0 };
        let linear = if linear < 1.0 { linear } else { 1.0 };
        // Added to this, a number below 2³² has its nearest integer in the lowest bits.
        const ROUND: f64 = (1u64 << 52) as f64;
        self.code((linear * f64::from(ONE) + ROUND).to_bits() as i32)
    }
}
