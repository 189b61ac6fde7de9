//! The plan of a job whose result may be the source, coded again, is enough, and not much more than that of another job.

use edgepix_core::{Crop, Format, Limits, Transform, TransformBuilder, metadata, plan, transform};
use peak_alloc::PeakAlloc;

#[global_allocator]
static HEAP: PeakAlloc = PeakAlloc;

const SOURCES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/golden/sources");

/// Tables, which count for small pictures.
const ALLOWANCE: u64 = 192 << 10;

/// How far the heap grows at most.
fn peak(source: &[u8], options: &Transform) -> u64 {
    HEAP.reset_peak_usage();
    let before = HEAP.current_usage();
    transform(source, options, &Limits::new()).expect("an image");
    HEAP.peak_usage().saturating_sub(before) as u64
}

/// One test, because every thread would count.
#[test]
fn plans_are_enough_and_not_much_more() {
    let photo = std::fs::read(format!("{SOURCES}/photos/brushes-1mp-420.jpg")).expect("a photo");
    let poor = |quality, effort| {
        let options = Transform::builder().quality(quality).effort(effort).width(1200).enlarge(true).build();
        transform(&photo, &options.expect("options"), &Limits::new()).expect("an image").bytes
    };
    let files = [
        "made/poor-6.jpg",
        "made/text.png",
        "made/colours.gif",
        "photos/fig-1mp-palette.png",
        "photos/fig-1mp.gif",
    ];
    let mut sources: Vec<_> =
        files.map(|name| std::fs::read(format!("{SOURCES}/{name}")).expect(name)).into();
    sources
        .extend([edgepix_core::Effort::Fast, edgepix_core::Effort::Balanced].map(|effort| poor(30, effort)));
    for source in sources {
        let facts = metadata(&source).expect("a header");
        let quality = Some(95).filter(|_| facts.format == Format::Jpeg);
        let planned = |options: TransformBuilder| {
            let options = options.quality(quality).build().expect("options");
            (plan(&source, &options, &Limits::new()).expect("a plan").memory, options)
        };
        let (planned, options, other) = {
            // Nearly the same picture, but not all of it.
            let crop: Crop = format!("0,0,{},{}", facts.width, facts.height - 1).parse().expect("a crop");
            let (other, _) = planned(Transform::builder().crop(crop));
            let (planned, options) = planned(Transform::builder());
            (planned, options, other)
        };
        let used = peak(&source, &options).min(peak(&source, &options));
        let what = format!(
            "{} × {} {}, {} bytes: {used} of {planned}, {other}",
            facts.width,
            facts.height,
            facts.format,
            source.len()
        );
        println!("{what}");
        assert!(used <= planned, "{what}");
        assert!(planned <= other * 3 / 2 + ALLOWANCE, "{what}");
    }
}
