//! How much is done for a small frame.

/// How much is done for a small frame.
///
/// ```
/// use edgepix_vp8::{Effort, Encoder};
///
/// assert!(Encoder::work(800, 600, Effort::Fast) < Encoder::work(800, 600, Effort::Small));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Effort {
    /// Only the likeliest modes of prediction are tried.
    Fast,
    /// Some modes are tried, where they differ most.
    #[default]
    Balanced,
    /// Most modes are tried, and levels are chosen by what they cost, in several times the time.
    Small,
}
