//! Resizes one file: `cargo run --release -p edgepix-core --example resize -- photo.jpg small.webp 800`.

use std::error::Error;
use std::path::Path;
use std::time::Instant;

use edgepix_core::{Format, Limits, Transform};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [source, target, width] = &arguments[..] else {
        return Err("usage: resize SOURCE TARGET WIDTH".into());
    };
    let bytes = std::fs::read(source)?;
    let extension =
        Path::new(target).extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    let options = Transform::builder()
        .width(width.parse::<u32>()?)
        .format(extension.parse::<Format>()?)
        .frame(0)
        .build()?;

    println!("{:?}", edgepix_core::metadata(&bytes)?);
    println!("{:?}", edgepix_core::plan(&bytes, &options, &Limits::default())?);
    let start = Instant::now();
    let output = edgepix_core::transform(&bytes, &options, &Limits::default())?;
    println!(
        "{} × {} {}, {} bytes, {:.1} ms",
        output.width,
        output.height,
        output.format,
        output.bytes.len(),
        start.elapsed().as_secs_f64() * 1000.0
    );
    std::fs::write(target, output.bytes)?;
    Ok(())
}
