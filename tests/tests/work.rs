//! How near a plan's estimate of work is to the instructions that the component executes, over every golden case whose
//! source has a megapixel and more. Wasmtime counts: the same job takes the same number everywhere.

use std::time::Duration;

use edgepix_core::{Fit, Format, metadata, plan};
use edgepix_golden::case::Case;
use edgepix_golden::component::built;
use edgepix_golden::golden_folder;
use edgepix_sandbox::{Options, Sandbox};

/// Pixels from which an estimate must be near to what is executed.
const LARGE: u64 = 1_000_000;
/// How near, either way.
const FACTOR: f64 = 1.5;
/// How near for PNG and WebP sources. What their decoders execute goes by how well the pixels were predicted and how
/// many repetitions were found, which no header states, and by how small the compiler was asked to make them.
const FACTOR_OF_PREDICTED: f64 = 2.0;
/// How near where a palette is chosen: that goes by how many colours there are.
const FACTOR_OF_PALETTE: f64 = 2.0;
/// How near where a part of the picture is wanted, and decoding may end with it: a sky has less than its share of the data.
const FACTOR_OF_PARTS: f64 = 1.75;

/// One accepted plan and what its job executed.
struct Row {
    case: String,
    factor: f64,
    planned: u64,
    executed: u64,
}

impl Row {
    fn ratio(&self) -> f64 {
        self.planned as f64 / self.executed as f64
    }

    fn is_near(&self) -> bool {
        (1.0 / self.factor..=self.factor).contains(&self.ratio())
    }
}

#[test]
fn estimates_of_work_are_near_the_instructions() {
    let sandbox = sandbox();
    let cases = Case::read_all(&golden_folder()).unwrap();
    let mut rows: Vec<Row> = cases.iter().filter_map(|case| row(&sandbox, case)).collect();
    assert!(rows.len() > 50, "only {} cases are large", rows.len());

    rows.sort_by(|a, b| b.ratio().total_cmp(&a.ratio()));
    print("most overestimated", rows.iter().take(12));
    print("most underestimated", rows.iter().rev().take(12));
    let far: Vec<_> = rows.iter().filter(|row| !row.is_near()).collect();
    print("too far", far.iter().copied());
    assert!(far.is_empty(), "{} of {} estimates are too far; see the tables", far.len(), rows.len());
}

/// The component, its instructions counted.
fn sandbox() -> Sandbox {
    let bytes = std::fs::read(built()).expect("`cargo xtask build` makes the component");
    let options = Options { fuel: Some(u64::MAX), deadline: Duration::from_secs(300), ..Options::default() };
    Sandbox::new(&bytes, &options).unwrap()
}

/// Runs a case, where its source is large, its request right and its plan accepted.
fn row(sandbox: &Sandbox, case: &Case) -> Option<Row> {
    let source = case.source_bytes().unwrap();
    let facts = metadata(&source).ok()?;
    if u64::from(facts.width) * u64::from(facts.height) < LARGE {
        return None;
    }
    let options = case.transform().ok()?;
    let plan = plan(&source, &options, &case.limits).ok()?;
    let mut source = sandbox.open(&source, &case.limits).ok()?;
    source.transform(&options).ok()?;
    let executed = source.executed().expect("fuel is counted");
    let has_palette =
        plan.format == Format::Gif || (plan.format == Format::Png && options.quality().is_some());
    let factor = match facts.format {
        _ if has_palette => FACTOR_OF_PALETTE,
        Format::Png | Format::Webp => FACTOR_OF_PREDICTED,
        _ if options.crop().is_some() || options.fit() == Fit::Cover => FACTOR_OF_PARTS,
        _ => FACTOR,
    };
    Some(Row { case: case.name.clone(), factor, planned: plan.work, executed })
}

fn print<'a>(title: &str, rows: impl Iterator<Item = &'a Row>) {
    println!("\n{title}\n{:<36} {:>14} {:>14} {:>7}", "case", "planned", "executed", "ratio");
    for row in rows {
        println!("{:<36} {:>14} {:>14} {:>7.2}", row.case, row.planned, row.executed, row.ratio());
    }
}
