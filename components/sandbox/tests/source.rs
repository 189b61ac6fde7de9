//! A source in the sandbox: copied once, in an instance of its own, of which any call can be ended.

mod hostile;

use std::sync::Arc;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use edgepix_core::{Kind, Limits, Transform};
use edgepix_sandbox::{Options, Sandbox, SandboxedSource};

#[test]
fn the_bytes_are_copied_once() {
    let file = vec![hostile::OBEY[0]; 1_000_000];
    let mut source = open(&sandbox(&options()), &file);
    let transform = Transform::default();
    for _ in 0..3 {
        let plan = source.plan(&transform).unwrap();
        // What the component has counted: bytes copied into it, and sources opened.
        assert_eq!((plan.memory, plan.work), (file.len() as u64, 1));
        assert_eq!(source.metadata().width, 1);
        assert_eq!(source.transform(&transform).unwrap().width, 1);
    }
}

#[test]
fn a_source_keeps_its_instance() {
    let sandbox = sandbox(&Options { instances: 1, ..options() });
    let source = open(&sandbox, hostile::OBEY);
    let refused = sandbox.open(hostile::OBEY, &Limits::default());
    assert_eq!(refused.unwrap_err().kind, Kind::Busy);
    drop(source);
    open(&sandbox, hostile::OBEY);
}

#[test]
fn every_call_on_a_source_is_held() {
    let sandbox = sandbox(&Options { fuel: Some(1_000_000), ..options() });
    for (file, kind, parameter) in [
        (hostile::LOOP_LATER, Kind::TooLarge, Some("fuel")),
        (hostile::GROW_LATER, Kind::TooLarge, Some("memory")),
        (hostile::TRAP_LATER, Kind::Internal, None),
    ] {
        let error = open(&sandbox, file).plan(&Transform::default()).unwrap_err();
        assert_eq!((error.kind, error.parameter.as_deref()), (kind, parameter));

        let mut source = open(&sandbox, file);
        let error = source.transform(&Transform::default()).unwrap_err();
        assert_eq!((error.kind, error.parameter.as_deref()), (kind, parameter));
        // It was ended in the middle of something.
        assert_eq!(source.plan(&Transform::default()).unwrap_err().kind, Kind::Internal);
    }
}

#[test]
fn every_call_has_the_whole_fuel() {
    let counted = |fuel| {
        let mut source = open(&sandbox(&Options { fuel: Some(fuel), ..options() }), hostile::OBEY);
        let mut executed = vec![source.executed().unwrap()];
        for _ in 0..20 {
            source.plan(&Transform::default()).unwrap();
            executed.push(source.executed().unwrap());
        }
        executed
    };
    let executed = counted(1_000_000);
    let of_a_plan = executed[1] - executed[0];
    assert!(of_a_plan > 0 && executed.windows(2).all(|pair| pair[1] - pair[0] == of_a_plan), "{executed:?}");
    // Enough for the opening, which takes more than a plan, and not for twenty plans together.
    assert!(executed[0] > of_a_plan && executed[0] < 20 * of_a_plan);
    assert_eq!(counted(executed[0]), executed);
}

#[test]
fn a_host_can_stop_a_call() {
    let sandbox = sandbox(&options());
    let mut source = open(&sandbox, hostile::LOOP_LATER);
    let asked = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&asked);
    source.stop_when(move || count.fetch_add(1, Ordering::Relaxed) == 2);
    let error = source.transform(&Transform::default()).unwrap_err();
    assert_eq!((error.kind, asked.load(Ordering::Relaxed)), (Kind::Cancelled, 3));
    assert_eq!(source.executed(), None);
}

fn options() -> Options {
    Options { memory: 32 << 20, deadline: Duration::from_secs(3600), ..Options::default() }
}

fn sandbox(options: &Options) -> Sandbox {
    static COMPONENT: OnceLock<Vec<u8>> = OnceLock::new();
    Sandbox::new(COMPONENT.get_or_init(hostile::component), options).unwrap()
}

fn open(sandbox: &Sandbox, file: &[u8]) -> SandboxedSource {
    sandbox.open(file, &Limits::default()).unwrap()
}
