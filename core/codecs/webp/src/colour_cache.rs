//! The colour cache (RFC 9649, section 3.6.3): recent colours by their hash.

/// The largest cache that the format allows, in bits of its index.
pub(crate) const MAX_CACHE_BITS: u32 = 11;

/// A cache of 2ᵇⁱᵗˢ colours, or none.
#[derive(Debug)]
pub(crate) struct ColourCache {
    colours: Vec<u32>,
    bits: u32,
}

impl ColourCache {
    /// `bits` 0 is no cache.
    pub(crate) fn new(bits: u32) -> Self {
        ColourCache { colours: vec![0; if bits == 0 { 0 } else { 1 << bits }], bits }
    }

    #[inline(always)]
    fn index(&self, argb: u32) -> usize {
        (argb.wrapping_mul(0x1E35_A7BD) >> (32 - self.bits)) as usize
    }

    /// Entries of the cache.
    pub(crate) fn len(&self) -> usize {
        self.colours.len()
    }

    /// The colour at an index.
    #[inline(always)]
    pub(crate) fn get(&self, index: usize) -> u32 {
        self.colours[index]
    }

    /// The index of the colour, if it is in the cache. Afterwards it is.
    #[inline(always)]
    pub(crate) fn find_or_insert(&mut self, argb: u32) -> Option<usize> {
        if self.bits == 0 {
            return None;
        }
        let index = self.index(argb);
        if self.colours[index] == argb {
            return Some(index);
        }
        self.colours[index] = argb;
        None
    }

    /// Enters pixels, as for each that a reference copies.
    pub(crate) fn insert_all(&mut self, pixels: &[u32]) {
        if self.bits == 0 {
            return;
        }
        for equal in pixels.chunk_by(|a, b| a == b) {
            let index = self.index(equal[0]);
            self.colours[index] = equal[0];
        }
    }
}
