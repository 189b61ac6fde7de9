//! Damaged, lying and hostile files, the same ones on every run: whatever comes in, the core answers, in the memory that its
//! plan states. That it answers soon is measured in instructions, in `work_of_damage.rs`.

mod memory;
mod options;

use std::panic::{AssertUnwindSafe, catch_unwind};

use edgepix_core::{Blame, Error, Source, Transform};
use edgepix_golden::damage::hostile_files;
use memory::measured;
use options::{limits, options};

/// What reading headers, and refusing a file, may take: tables that do not depend on the file.
const HEADERS: u64 = 1 << 20;

#[test]
fn no_file_brings_the_core_down() {
    let files = hostile_files();
    assert!(files.len() >= 200, "{} files", files.len());
    let mut wrong = Vec::new();
    for (index, file) in files.iter().enumerate() {
        let options = options(index as u64);
        if let Err(why) = check(&file.bytes, &options) {
            wrong.push(format!("{}: {why}: {options:?}", file.name));
        }
    }
    assert!(wrong.is_empty(), "{} of {} files:\n{}", wrong.len(), files.len(), wrong.join("\n"));
    println!("{} files", files.len());
}

/// Whether the core keeps its promises on one file: from the first look at its header to the result, no more memory than
/// the plan states; where there is no plan because the file is refused, no more than reading a header takes.
fn check(bytes: &[u8], options: &Transform) -> Result<(), String> {
    let mut planned = HEADERS;
    let job = || {
        let source = Source::open(bytes, &limits())?;
        let job = source.prepare(options)?;
        planned = job.plan().memory;
        job.run(&mut ())
    };
    let (result, used) =
        catch_unwind(AssertUnwindSafe(|| measured(job))).map_err(|_| "panicked".to_owned())?;
    blamed(&result)?;
    if used <= planned { Ok(()) } else { Err(format!("{used} bytes were used, {planned} at most expected")) }
}

/// An error is the source's or a limit's: the options are right, and the core has no defect.
fn blamed<T>(result: &Result<T, Error>) -> Result<(), String> {
    match result {
        Err(error) if !matches!(error.kind.blame(), Blame::Source | Blame::Limit) => {
            Err(format!("an error of the wrong kind: {error}"))
        }
        _ => Ok(()),
    }
}
