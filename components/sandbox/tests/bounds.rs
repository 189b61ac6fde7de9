//! A hostile component, kept within its bounds by the sandbox.
//!
//! How long something takes is nowhere asserted: a busy machine makes everything slow. What shows the same is counted,
//! in calls or in instructions.

mod hostile;

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use edgepix_core::{Error, Kind, Limits, Transform};
use edgepix_sandbox::{Options, Sandbox, SandboxError};

/// Bytes that an instance may have here.
const MEMORY: u64 = 32 << 20;

/// Instructions that take any machine far longer than a tick of the sandbox's clock.
const MANY_TICKS: u64 = 500_000_000;
/// Instructions of a call that would never return: many times what others need.
const FUEL: u64 = 20_000_000;

#[test]
fn a_call_that_runs_on_is_ended_at_its_deadline() {
    let sandbox = sandbox(&Options { deadline: Duration::from_millis(150), ..options() });
    // Neither ever returns.
    for image in [hostile::LOOP, hostile::GROW_ON] {
        let error = sandbox.metadata(image).unwrap_err();
        assert_eq!(error.kind, Kind::Timeout, "{error}");
    }
}

#[test]
fn a_call_that_has_time_left_runs_on() {
    // The clock ticks many times before the fuel is used up, and the call goes on each time.
    let sandbox =
        sandbox(&Options { deadline: Duration::from_secs(3600), fuel: Some(MANY_TICKS), ..options() });
    let error = sandbox.metadata(hostile::LOOP).unwrap_err();
    assert_eq!((error.kind, error.parameter.as_deref()), (Kind::TooLarge, Some("fuel")));
}

#[test]
fn memory_that_is_refused_is_a_job_too_large() {
    let error = sandbox(&options()).metadata(hostile::GROW).unwrap_err();
    assert_eq!((error.kind, error.parameter.as_deref()), (Kind::TooLarge, Some("memory")));
    assert_eq!(error.limit, Some(MEMORY));
    assert!(error.actual > error.limit, "{error:?}");
}

#[test]
fn a_source_that_does_not_fit_is_a_job_too_large() {
    let source = vec![hostile::OBEY[0]; MEMORY as usize];
    let sandbox = sandbox(&options());
    assert_eq!(sandbox.metadata(&source).unwrap_err().kind, Kind::TooLarge);
    assert!(sandbox.metadata(&source[..source.len() / 2]).is_ok());
}

#[test]
fn traps_and_answers_that_are_none_are_defects() {
    let sandbox = sandbox(&options());
    let misplaced = [hostile::OBEY[0]; hostile::MISPLACED];
    for image in [
        hostile::TRAP,
        hostile::RECURSE,
        hostile::FAR,
        hostile::LONG_TEXT,
        hostile::WRONG_TEXT,
        hostile::WRONG_FORMAT,
        &misplaced,
    ] {
        let error = sandbox.metadata(image).unwrap_err();
        assert_eq!(error.kind, Kind::Internal, "{:?}: {error}", image[0] as char);
    }
}

#[test]
fn answers_are_no_larger_than_the_memory() {
    let error = sandbox(&options()).metadata(hostile::FLOOD).unwrap_err();
    assert_eq!(error.kind, Kind::Internal);
    assert!(error.message.len() < 100, "the component's own text came through");
}

#[test]
fn every_call_of_either_interface_is_held() {
    let sandbox = sandbox(&options());
    let (transform, limits) = (Transform::default(), Limits::default());
    assert_eq!(sandbox.plan(hostile::TRAP, &transform, &limits).unwrap_err().kind, Kind::Internal);
    assert_eq!(sandbox.transform(hostile::GROW, &transform, &limits).unwrap_err().kind, Kind::TooLarge);
    let text = sandbox.simple_metadata(hostile::TRAP).unwrap_err();
    assert!(text.starts_with("internal: "), "{text}");
    let text = sandbox.simple_convert(hostile::GROW, "png").unwrap_err();
    assert!(text.starts_with("too-large: "), "{text}");
}

#[test]
fn nothing_of_a_call_is_left_for_the_next() {
    let sandbox = sandbox(&Options { instances: 1, ..options() });
    for _ in 0..5 {
        assert_eq!(sandbox.metadata(hostile::COUNT).unwrap().width, 1);
    }
}

#[test]
fn others_go_on_undisturbed() {
    /// Calls of each kind.
    const CALLS: usize = 3;
    // Fuel ends the calls that would never return: after the same instructions on every machine.
    let sandbox = sandbox(&Options { fuel: Some(FUEL), ..options() });
    let expected = [
        (hostile::LOOP, Kind::TooLarge, Some("fuel")),
        (hostile::GROW_ON, Kind::TooLarge, Some("fuel")),
        (hostile::GROW, Kind::TooLarge, Some("memory")),
        (hostile::TRAP, Kind::Internal, None),
        (hostile::RECURSE, Kind::Internal, None),
        (hostile::FAR, Kind::Internal, None),
    ];
    thread::scope(|scope| {
        let calls = expected.map(|(image, kind, parameter)| {
            let call = || (0..CALLS).map(|_| sandbox.metadata(image).unwrap_err()).collect();
            (kind, parameter, scope.spawn::<_, Vec<Error>>(call))
        });
        let mut answered = 0;
        while calls.iter().any(|(.., call)| !call.is_finished()) {
            assert_eq!(sandbox.metadata(hostile::OBEY).unwrap().width, 1);
            answered += 1;
        }
        // Were an answer held up until a hostile call ends, there would be no more answers than such calls.
        assert!(answered > CALLS * expected.len(), "{answered}");
        for (kind, parameter, call) in calls {
            for error in call.join().unwrap() {
                assert_eq!((error.kind, error.parameter.as_deref()), (kind, parameter));
            }
        }
    });
}

#[test]
fn more_calls_than_instances_are_busy() {
    /// Calls that hold the only instance for a while, at most.
    const CALLS: usize = 200;
    let sandbox = sandbox(&Options { instances: 1, fuel: Some(FUEL), ..options() });
    // Two callers, each again and again until one of them is refused.
    let refused = AtomicBool::new(false);
    let is_busy = |error: &Error| {
        let busy = error.kind == Kind::Busy;
        refused.fetch_or(busy, Ordering::Relaxed);
        busy
    };
    let goes_on = || !refused.load(Ordering::Relaxed);
    thread::scope(|scope| {
        let holding = scope.spawn(|| {
            for _ in (0..CALLS).take_while(|_| goes_on()) {
                let error = sandbox.metadata(hostile::LOOP).unwrap_err();
                assert!(is_busy(&error) || error.parameter.as_deref() == Some("fuel"), "{error}");
            }
        });
        while !holding.is_finished() && goes_on() {
            match sandbox.metadata(hostile::OBEY) {
                Ok(metadata) => assert_eq!(metadata.width, 1),
                Err(error) => assert!(is_busy(&error), "{error}"),
            }
        }
    });
    assert!(!goes_on(), "both were always given the only instance");
    assert!(sandbox.metadata(hostile::OBEY).is_ok());
}

#[test]
fn fuel_ends_the_same_job_at_the_same_place() {
    let error = sandbox(&Options { fuel: Some(100_000), ..options() }).metadata(hostile::LOOP).unwrap_err();
    assert_eq!((error.kind, error.parameter.as_deref()), (Kind::TooLarge, Some("fuel")));
    assert_eq!(error.limit, Some(100_000));

    let enough = |fuel| sandbox(&Options { fuel: Some(fuel), ..options() }).metadata(hostile::OBEY).is_ok();
    let needed = || {
        let (mut low, mut high) = (1, 1000);
        while low < high {
            let middle = (low + high) / 2;
            if enough(middle) { high = middle } else { low = middle + 1 }
        }
        low
    };
    let first = needed();
    assert!(first > 1 && enough(first));
    assert_eq!(first, needed());
}

#[test]
fn what_is_not_the_component_is_refused() {
    let component = |text| wat::parse_str(text).unwrap();
    for (bytes, said) in [
        (b"GIF89a".to_vec(), "not the image component"),
        (component("(module)"), "not the image component"),
        (component("(component)"), "not the image component"),
        // Whatever it asks for, there is none of it.
        (component(r#"(component (import "now" (func (result u64))))"#), "now"),
    ] {
        match Sandbox::new(&bytes, &options()).unwrap_err() {
            SandboxError::Component(message) => assert!(message.contains(said), "{message}"),
            error => panic!("{error:?}"),
        }
    }
}

#[test]
fn options_that_cannot_be_are_refused() {
    for wrong in [
        Options { memory: 0, ..options() },
        Options { memory: 5 << 30, ..options() },
        Options { instances: 0, ..options() },
        Options { deadline: Duration::ZERO, ..options() },
        Options { fuel: Some(0), ..options() },
    ] {
        let error = Sandbox::new(component(), &wrong).unwrap_err();
        assert!(matches!(error, SandboxError::Options(_)), "{wrong:?}: {error}");
    }
}

fn options() -> Options {
    Options { memory: MEMORY, deadline: Duration::from_secs(60), ..Options::default() }
}

fn sandbox(options: &Options) -> Sandbox {
    Sandbox::new(component(), options).unwrap()
}

fn component() -> &'static [u8] {
    static COMPONENT: OnceLock<Vec<u8>> = OnceLock::new();
    COMPONENT.get_or_init(hostile::component)
}
