//! The encoder.
//!
//! The picture is never held. A row of macroblocks at a time,
//!
//! 1. `yuv` makes luma and chroma of 16 rows of pixels, `chroma_edges` the luma that suits the chroma around it,
//! 2. `segment` finds for each macroblock how coarse it may be: errors hide in detail,
//! 3. `luma` and `chroma` choose the modes by which it is predicted from what is around (kept by `edges`), and put what is
//!    left through the transform and `quantiser`, or `trellis`: whatever costs least, errors and bits weighed together
//!    (`prices`, from `token_costs`), of as many ways as the effort allows,
//! 4. `level_store` keeps the levels, and `modes` the modes, in few bytes.
//!
//! At the end, when it is known how often each token occurs (`token_counts`), `first_partition` and `token_writer` write
//! both partitions with `bool_encoder`. `budget` says what all of it takes, and what happens where that is not enough.

mod bool_cost;
mod bool_encoder;
mod budget;
mod chroma;
mod chroma_edges;
mod encoder;
mod first_partition;
mod level_store;
mod luma;
mod modes;
mod prices;
mod quantiser;
mod residual;
mod satd;
mod segment;
mod token_costs;
mod token_counts;
mod token_writer;
pub(crate) mod tokens;
mod trellis;
mod yuv;

pub use crate::encode::encoder::{Encoder, MAX_SIDE};

pub(crate) use crate::encode::bool_encoder::{BoolEncoder, TAIL};
pub(crate) use crate::encode::first_partition::{TAG, tag};
pub(crate) use crate::encode::modes::write as write_modes;
pub(crate) use crate::encode::token_writer::Writer;
