//! A short soak of the native server. Nothing in it depends on how fast the machine is but the number of requests.

use std::time::Duration;

use edgepix_golden::soak::{Plan, soak};

#[test]
fn the_server_answers_whatever_happens() {
    let (time, deadline) = (Duration::from_secs(20), Duration::from_secs(300));
    let plan = Plan { time, seed: 1, deadline, compares_times: false };
    let report = soak("server", &plan).unwrap();
    assert!(report.wrong.is_empty(), "{report}");
    println!("{report}");
}
