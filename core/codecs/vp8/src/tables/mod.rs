//! The tables of the format (RFC 6386).

mod modes;
mod steps;
mod tokens;
mod updates;

pub(crate) use modes::*;
pub(crate) use steps::{AC_STEPS, DC_STEPS, INDEX};
pub(crate) use tokens::*;
pub(crate) use updates::UPDATES;
