//! The image service on Spin.
