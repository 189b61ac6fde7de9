//! Small files that mean much work (`golden/make/bombs.py`): each is refused from its header, or done in the memory that its
//! plan states, and with no more than twice the instructions.

mod memory;

use std::fs;
use std::time::Duration;

use edgepix_core::{Blame, Fit, Format, KeepMetadata, Kind, Limits, Source, Transform};
use edgepix_golden::component::built;
use edgepix_golden::golden_folder;
use edgepix_sandbox::{Options, Sandbox};
use memory::measured;

/// What reading headers, and refusing a file, may take: tables that do not depend on the file, and a profile.
const HEADERS: u64 = 2 << 20;
/// What a call executes before it knows its plan: the component starts, and reads headers.
const START: u64 = 60_000_000;
/// Jobs that plan for more are not run by instructions: the native run has them all.
const LONGEST: u64 = 3_000_000_000;

#[test]
fn bombs_are_refused_or_done_as_planned() {
    let component = fs::read(built()).expect("`cargo xtask build` makes the component");
    let options = Options {
        fuel: Some(START + 2 * LONGEST),
        deadline: Duration::from_secs(3600),
        ..Options::default()
    };
    let sandbox = Sandbox::new(&component, &options).unwrap();
    let (mut done, mut refused, mut wrong) = (0, 0, Vec::new());
    for (name, file) in files() {
        for transform in transforms() {
            match native(&file, &transform) {
                Ok(Outcome::Refused) => refused += 1,
                Ok(Outcome::Done(planned)) => {
                    done += 1;
                    let executed = if planned > LONGEST { 0 } else { executed(&sandbox, &file, &transform) };
                    if executed > START + 2 * planned {
                        wrong.push(format!("{name}: {executed} executed, {planned} planned: {transform:?}"));
                    }
                }
                Err(why) => wrong.push(format!("{name}: {why}: {transform:?}")),
            }
        }
    }
    println!("{done} jobs done, {refused} refused");
    assert!(done >= 20 && refused >= 20, "{done} {refused}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

enum Outcome {
    Refused,
    /// With so many instructions planned.
    Done(u64),
}

fn native(file: &[u8], transform: &Transform) -> Result<Outcome, String> {
    let mut planned = (HEADERS, 0);
    let (result, used) = measured(|| {
        let source = Source::open(file, &Limits::default())?;
        let job = source.prepare(transform)?;
        planned = (job.plan().memory, job.plan().work);
        job.run(&mut ())
    });
    let (memory, work) = planned;
    if used > memory {
        return Err(format!("{used} bytes were used, {memory} at most expected"));
    }
    match result {
        Ok(_) => Ok(Outcome::Done(work)),
        Err(error) if matches!(error.kind.blame(), Blame::Source | Blame::Limit) => Ok(Outcome::Refused),
        // There is no frame 999.
        Err(error) if error.kind == Kind::InvalidParameter => Ok(Outcome::Refused),
        Err(error) => Err(error.to_string()),
    }
}

/// The instructions of a job, as the sandbox counts them; more than any where it does not end.
fn executed(sandbox: &Sandbox, file: &[u8], transform: &Transform) -> u64 {
    let mut source = sandbox.open(file, &Limits::default()).unwrap();
    match source.transform(transform) {
        Ok(_) => source.executed().unwrap(),
        Err(_) => u64::MAX,
    }
}

/// The committed ones, and each chunk that a file may repeat, in as many copies as the limit of bytes lets in.
fn files() -> Vec<(String, Vec<u8>)> {
    let mut paths: Vec<_> = fs::read_dir(golden_folder().join("sources/bombs"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    let mut files: Vec<_> = paths
        .iter()
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read(path).unwrap()))
        .collect();
    let find = |name: &str| files.iter().find(|(known, _)| known == name).unwrap().1.clone();
    let texts = repeated(&find("texts.png"), b"zTXt", 4, |length| length + 12);
    let dots = repeated(&find("frames-1001.gif"), b"\x21\xf9\x04", 0, |_| 0);
    files.extend([("16 MB of texts".to_owned(), texts), ("a GIF of dots".to_owned(), dots)]);
    files
}

/// A file with a part of it, found by its signature, until it has 16 MB. `before`: bytes of the part in front of the
/// signature. `length`: of the whole part, from the number in its first four bytes; 0 where it goes up to the next one.
fn repeated(file: &[u8], signature: &[u8], before: usize, length: impl Fn(usize) -> usize) -> Vec<u8> {
    let positions: Vec<_> = (0..file.len()).filter(|&at| file[at..].starts_with(signature)).collect();
    let start = positions[0] - before;
    let stated = u32::from_be_bytes(*file[start..].first_chunk().unwrap()) as usize;
    let end = match length(stated) {
        0 => positions[1] - before,
        length => start + length,
    };
    let part = &file[start..end];
    let mut whole = file[..start].to_vec();
    while whole.len() < 16_000_000 {
        whole.extend_from_slice(part);
    }
    whole.extend_from_slice(&file[start..]);
    whole
}

fn transforms() -> Vec<Transform> {
    let small = || Transform::builder().width(16).height(16).fit(Fit::Fill).format(Format::Png);
    vec![
        small().build().unwrap(),
        small().frame(Some(999)).build().unwrap(),
        small().metadata(KeepMetadata::Copyright).build().unwrap(),
        Transform::builder().width(4000).metadata(KeepMetadata::All).build().unwrap(),
    ]
}
