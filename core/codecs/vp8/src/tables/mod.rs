//! What the format fixes, in numbers.

mod modes;
mod steps;
mod tokens;
mod updates;

pub(crate) use modes::SUBBLOCK_MODES;
pub(crate) use steps::{AC_STEPS, DC_STEPS, INDEX};
pub(crate) use tokens::{DEFAULT_TOKENS, Probabilities};
pub(crate) use updates::UPDATES;
