//! Filters of alpha planes (RFC 9649, section 2.7.1.2).

/// What an alpha value is predicted from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AlphaFilter {
    None = 0,
    Horizontal = 1,
    Vertical = 2,
    Gradient = 3,
}
