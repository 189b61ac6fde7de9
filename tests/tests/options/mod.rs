//! Limits and options for hostile files.

use edgepix_core::{Effort, Fit, Flip, Format, KeepMetadata, Limits, Profile, Rotate, Transform};
use fastrand::Rng;

/// An isolate at the edge has no more to give.
pub(crate) fn limits() -> Limits {
    let mut limits = Limits::new();
    limits.memory = 96 << 20;
    limits
}

/// Options that suit every picture, chosen by a number.
pub(crate) fn options(seed: u64) -> Transform {
    let mut random = Rng::with_seed(seed);
    let frame = (random.u8(..3) == 0).then_some(0);
    let mut of = |count| random.usize(..count);
    Transform::builder()
        .width([Some(48), Some(48), Some(300), None][of(4)])
        .height([None, Some(60)][of(2)])
        .fit([Fit::Inside, Fit::Outside, Fit::Cover, Fit::Contain, Fit::Fill][of(5)])
        .crop([None, "10p,20p,50p,60p".parse().ok()][of(2)])
        .rotate([Rotate::None, Rotate::Quarter, Rotate::Half, Rotate::ThreeQuarters][of(4)])
        .flip([Flip::None, Flip::Horizontal, Flip::Vertical, Flip::Both][of(4)])
        .format(Format::outputs().nth(of(Format::outputs().count())))
        .quality([None, Some(100), Some(30)][of(3)])
        .lossless(of(4) == 0)
        .metadata([KeepMetadata::None, KeepMetadata::Copyright, KeepMetadata::All][of(3)])
        .effort([None, Some(Effort::Fast), Some(Effort::Small)][of(3)])
        .profile([Profile::Srgb, Profile::Keep][of(2)])
        .frame(frame)
        .build()
        .unwrap()
}
