//! What a plan promises, measured over every golden case: enough memory always, and not much more than enough for
//! sources of a megapixel and up.

mod memory;

use edgepix_core::{Format, metadata, plan, transform};
use edgepix_golden::case::Case;
use edgepix_golden::golden_folder;
use memory::measured;

/// Pixels from which a plan must be near to what is used.
const LARGE: u64 = 1_000_000;
/// How near.
const SLACK: f64 = 1.15;
/// How near for WebP sources: a lossless one may hold more prefix codes and smaller tiles than any has in practice.
const SLACK_OF_WEBP: f64 = 1.25;
/// How near where alpha may have to be coded beside lossy colours: it is planned for as if it were noise.
const SLACK_OF_ALPHA: f64 = 1.35;
/// Jobs that take less than [`SMALL`] may be planned with so much more: tables of a size that content decides.
const ALLOWANCE: u64 = 64 << 10;
/// The same where WebP codes without loss, all or only alpha, and decoding takes less than that does: matches, histograms
/// and codes are planned for as if all pixels were noise.
const ALLOWANCE_OF_LOSSLESS: u64 = 384 << 10;
const SMALL: u64 = 640 << 10;
/// The same where colours are counted for a palette: there may be so many that they are counted anew.
const ALLOWANCE_OF_PALETTE: u64 = 160 << 10;

/// One accepted plan and what its job took.
struct Row {
    case: String,
    planned: u64,
    used: u64,
    large: bool,
    slack: f64,
    allowance: u64,
}

impl Row {
    fn ratio(&self) -> f64 {
        self.planned as f64 / self.used.max(1) as f64
    }

    fn keeps_promise(&self) -> bool {
        let allowance = if self.used < SMALL { self.allowance } else { 0 };
        let most = (self.used as f64 * self.slack) as u64 + allowance;
        self.used <= self.planned && (!self.large || self.planned <= most)
    }
}

#[test]
fn plans_are_enough_and_not_much_more() {
    let mut rows: Vec<Row> = Case::read_all(&golden_folder()).unwrap().iter().filter_map(row).collect();
    assert!(rows.len() > 100, "only {} cases have a plan", rows.len());

    rows.sort_by(|a, b| b.ratio().total_cmp(&a.ratio()));
    let of_large: Vec<_> = rows.iter().filter(|row| row.large).collect();
    print("least headroom", rows.iter().rev().take(8));
    print("most headroom, sources of a megapixel and up", of_large.iter().copied().take(12));
    let mut largest: Vec<_> = rows.iter().collect();
    largest.sort_by_key(|row| std::cmp::Reverse(row.used));
    print("most memory", largest.iter().copied().take(8));

    let broken: Vec<_> = rows.iter().filter(|row| !row.keeps_promise()).collect();
    print("broken promises", broken.iter().copied());
    assert!(broken.is_empty(), "{} of {} plans do not hold; see the tables", broken.len(), rows.len());
}

/// Measures a case, where its request is right and its plan accepted.
fn row(case: &Case) -> Option<Row> {
    let source = case.source_bytes().unwrap();
    let options = case.transform().ok()?;
    let plan = plan(&source, &options, &case.limits).ok()?;
    let (_, used) = measured(|| transform(&source, &options, &case.limits));
    let facts = metadata(&source).unwrap();
    let large = u64::from(facts.width) * u64::from(facts.height) >= LARGE;
    let slack = match (facts.format, plan.format) {
        (Format::Png, Format::Webp) if !options.lossless() => SLACK_OF_ALPHA,
        (Format::Webp, _) => SLACK_OF_WEBP,
        _ => SLACK,
    };
    let allowance = match (facts.format, plan.format) {
        (Format::Png, Format::Webp) => ALLOWANCE_OF_LOSSLESS,
        (_, Format::Gif) => ALLOWANCE_OF_PALETTE,
        (_, Format::Png) if options.quality().is_some() => ALLOWANCE_OF_PALETTE,
        _ => ALLOWANCE,
    };
    Some(Row { case: case.name.clone(), planned: plan.memory, used, large, slack, allowance })
}

fn print<'a>(title: &str, rows: impl Iterator<Item = &'a Row>) {
    println!("\n{title}\n{:<36} {:>12} {:>12} {:>7}", "case", "planned", "used", "ratio");
    for row in rows {
        println!("{:<36} {:>12} {:>12} {:>7.2}", row.case, row.planned, row.used, row.ratio());
    }
}
