//! The memory that a host writes into.

use std::collections::BTreeMap;

/// Buffers that the host asked for, by their addresses in the module's memory.
///
/// An address is looked up here and never dereferenced: one outside of all buffers finds nothing.
pub(crate) struct Buffers {
    by_address: BTreeMap<usize, Vec<u8>>,
}

impl Buffers {
    pub(crate) const fn new() -> Self {
        Self { by_address: BTreeMap::new() }
    }

    /// A buffer of `size` zeros, at least 1; `None` where there is no memory for it.
    pub(crate) fn allocate(&mut self, size: usize) -> Option<*mut u8> {
        let size = size.max(1);
        let mut buffer = Vec::new();
        buffer.try_reserve_exact(size).ok()?;
        buffer.resize(size, 0);
        let address = buffer.as_mut_ptr();
        self.by_address.insert(address.addr(), buffer);
        Some(address)
    }

    /// Frees a buffer. An address at which no buffer begins is ignored.
    pub(crate) fn free(&mut self, address: *const u8) {
        self.by_address.remove(&address.addr());
    }

    /// The `length` bytes at `address`, where they are within one buffer. For no bytes, any address is right.
    pub(crate) fn get(&self, address: *const u8, length: usize) -> Option<&[u8]> {
        if length == 0 {
            return Some(&[]);
        }
        let (start, buffer) = self.by_address.range(..=address.addr()).next_back()?;
        let offset = address.addr() - start;
        buffer.get(offset..offset.checked_add(length)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ptr;

    #[test]
    fn only_buffers_are_found() {
        let mut buffers = Buffers::new();
        let address = buffers.allocate(8).unwrap();
        assert_eq!(buffers.get(address, 8), Some(&[0; 8][..]));
        assert_eq!(buffers.get(address.wrapping_add(6), 2), Some(&[0; 2][..]));
        assert_eq!(buffers.get(address, 9), None);
        assert_eq!(buffers.get(address.wrapping_add(7), 2), None);
        assert_eq!(buffers.get(address.wrapping_add(9), 1), None);
        assert_eq!(buffers.get(address.wrapping_sub(1), 1), None);
        assert_eq!(buffers.get(address, usize::MAX), None);
        assert_eq!(buffers.get(ptr::null(), 1), None);
        assert_eq!(buffers.get(ptr::null(), 0), Some(&[][..]));

        buffers.free(address.wrapping_add(1));
        assert!(buffers.get(address, 8).is_some());
        buffers.free(address);
        buffers.free(address);
        assert_eq!(buffers.get(address, 1), None);
    }

    #[test]
    fn too_much_is_refused() {
        assert_eq!(Buffers::new().allocate(usize::MAX), None);
        assert!(Buffers::new().allocate(0).is_some());
    }
}
