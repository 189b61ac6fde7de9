//! The stages, one module each.

pub(super) mod colour;
pub(super) mod crop;
pub(super) mod orient;
pub(super) mod resize;
pub(super) mod strips;
