//! Damaged and lying files execute no more than twice what they may plan for. Wasmtime counts the instructions, so that a
//! busy machine changes nothing.

mod options;

use std::time::Duration;

use edgepix_core::{Error, plan};
use edgepix_golden::component::built;
use edgepix_golden::damage::hostile_files;
use edgepix_sandbox::{Options, Sandbox};
use options::{limits, options};

/// What a job may plan for here.
const WORK: u64 = 400_000_000;
/// What a call executes before it knows its plan: the component starts, and reads headers.
const START: u64 = 20_000_000;
/// Every so many files are tried: the native test has them all.
const STEP: usize = 8;

#[test]
fn no_file_executes_more_than_twice_what_it_may_plan_for() {
    let bytes = std::fs::read(built()).expect("`cargo xtask build` makes the component");
    let fuel = Some(START + 2 * WORK);
    let options_of_sandbox = Options { fuel, deadline: Duration::from_secs(3600), ..Options::default() };
    let sandbox = Sandbox::new(&bytes, &options_of_sandbox).unwrap();
    let mut limits = limits();
    limits.work = WORK;
    let (mut done, mut wrong) = (0, Vec::new());
    for (index, file) in hostile_files().iter().enumerate().step_by(STEP) {
        let options = options(index as u64);
        // Where the native core refuses the job, only the plan is asked for.
        let called = match plan(&file.bytes, &options, &limits) {
            Ok(_) => sandbox.transform(&file.bytes, &options, &limits).err(),
            Err(_) => sandbox.plan(&file.bytes, &options, &limits).err(),
        };
        done += 1;
        if called.as_ref().is_some_and(ran_out) {
            wrong.push(format!("{}: {options:?}", file.name));
        }
    }
    assert!(done >= 200, "{done} files");
    assert!(wrong.is_empty(), "{} of {done} files:\n{}", wrong.len(), wrong.join("\n"));
}

fn ran_out(error: &Error) -> bool {
    error.parameter.as_deref() == Some("fuel")
}
