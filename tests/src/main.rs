//! `golden`: the golden suite on one host or several.

use std::process::ExitCode;

use clap::Parser;
use edgepix_golden::case::Case;
use edgepix_golden::coverage::Coverage;
use edgepix_golden::{golden_folder, hosts, suite};

/// Runs the golden suite: the native core against expected pictures, every other host against the native core.
///
/// Mismatches are shown at dist/golden/<host>/<case>.png as expected, difference (times 8) and actual.
#[derive(Parser)]
#[command(name = "golden")]
struct Options {
    /// A host to run on; may be repeated. Default: native.
    #[arg(long, value_name = "HOST", value_parser = hosts::HOSTS)]
    host: Vec<String>,
    /// Only the cases whose name or covered feature contains this.
    #[arg(long, value_name = "TEXT")]
    filter: Option<String>,
    /// Stores the native results of blessed cases. Look at them before you commit them.
    #[arg(long)]
    bless: bool,
    /// Shows how far each picture is from the expected one: mean, largest and coarse difference, of 255.
    #[arg(long)]
    distances: bool,
    /// Shows the SHA-256 of each answer, or its error: what to compare before and after a change.
    #[arg(long)]
    digests: bool,
    /// Lists the cases and runs none.
    #[arg(long)]
    list: bool,
}

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("golden: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Whether everything passed.
fn run(options: &Options) -> Result<bool, String> {
    let mut cases = Case::read_all(&golden_folder())?;
    if let Some(text) = &options.filter {
        cases.retain(|case| {
            case.name.contains(text) || case.covers.iter().any(|feature| feature.contains(text))
        });
        if cases.is_empty() {
            return Err(format!("no case is named like `{text}`; --list shows them all"));
        }
    }
    if options.list {
        cases.iter().for_each(|case| println!("{:<36} {}", case.name, case.tests));
        return Ok(true);
    }
    let answers = suite::native_answers(&cases)?;
    if options.bless {
        let changed = suite::bless(&cases, &answers)?;
        println!(
            "blessed: {}",
            if changed.is_empty() { "nothing changed".into() } else { changed.join(", ") }
        );
    }
    println!("{}\n", Coverage::of(&cases)?);

    let native = ["native".to_owned()];
    let names = if options.host.is_empty() { &native[..] } else { &options.host };
    let mut all_passed = true;
    for name in names {
        let tally = match name.as_str() {
            "native" => suite::judge_native(&cases, &answers)?,
            other => suite::judge_other(other, &cases, &answers)?,
        };
        if options.distances {
            for (case, found) in &tally.distances {
                println!(
                    "{case:<36} mean {:6.2}  max {:4.0}  coarse {:6.2}",
                    found.mean, found.max, found.coarse
                );
            }
        }
        if options.digests {
            tally.answers.iter().for_each(|(case, answer)| println!("{case:<36} {answer}"));
        }
        tally.failed.iter().for_each(|(case, why)| println!("FAILED {case}: {why}"));
        println!("SHA-256 of all answers: {}", tally.digest);
        let note = if tally.note.is_empty() { String::new() } else { format!(" ({})", tally.note) };
        println!("golden {}: {} passed, {} failed{note}", tally.host, tally.passed, tally.failed.len());
        all_passed &= tally.failed.is_empty();
    }
    Ok(all_passed)
}
