//! From entropy-coded bytes to the coefficients of a block (T.81 Annex F.2 and G.2).
//!
//! `scan_data` divides a scan into restart intervals, `bits` reads it, `huffman` decodes a symbol. `sequential_block` and
//! `progressive_block` decode a block; the first with `ac_lookup`, which is a `pair_table` and a `skip_table`.

pub(super) mod ac_lookup;
pub(super) mod annex_k;
mod bits;
pub(super) mod huffman;
mod pair_table;
pub(super) mod progressive_block;
pub(super) mod scan_data;
pub(super) mod sequential_block;
mod skip_table;
