//! The component from Rust, with Wasmtime: what a photo is, the photo smaller, and what an error looks like.

use bindings::ImagePipeline;
use bindings::exports::edgepix::pipeline::pipeline::{Error, Format, Limits, Options};
use wasmtime::component::{Component, Linker};
use wasmtime::{Engine, Store};

/// Wasmtime writes a Rust type for every type of `wit/`, and a method for every function.
mod bindings {
    wasmtime::component::bindgen!({
        path: ["../../../wit/image-processor", "../../../wit/pipeline"],
        world: "edgepix:pipeline/image-pipeline",
    });
}

/// Everything absent: the defaults.
#[rustfmt::skip]
const DEFAULTS: Options = Options {
    width: None, height: None, dpr: None, fit: None, enlarge: None, gravity: None, crop: None, trim: None, rotate: None,
    flip: None, pad: None, background: None, blur: None, sharpen: None, brightness: None, contrast: None,
    saturation: None, overlay: None, format: None, quality: None, auto_quality: None, lossless: None, auto_lossless: None, effort: None,
    max_bytes: None, frame: None, metadata: None, profile: None,
};
#[rustfmt::skip]
const LIMITS: Limits = Limits {
    source_bytes: None, source_pixels: None, output_side: None, output_pixels: None, frames: None, animation_pixels: None,
    memory: None, work: None,
};

fn main() -> wasmtime::Result<()> {
    let photo = std::env::args().nth(1).unwrap_or("tests/golden/sources/photos/fig-3mp.jpg".into());
    let photo = std::fs::read(photo)?;

    // Compile the component once. An instance of it is cheap. The linker is empty, as the component imports nothing.
    let engine = Engine::default();
    let component = Component::from_file(&engine, "dist/image-processor.wasm")?;
    let mut store = Store::new(&engine, ());
    let instance = ImagePipeline::instantiate(&mut store, &component, &Linker::new(&engine))?;
    let sources = instance.edgepix_pipeline_pipeline().source();

    // A call has two results: whether it ran, which is Wasmtime's, and what it answers, which is the component's.
    let source = sources.call_open(&mut store, &photo, LIMITS)?.expect("a photo");
    let metadata = sources.call_metadata(&mut store, source)?;
    println!(
        "the photo: {} × {} {:?}, {} bytes",
        metadata.width, metadata.height, metadata.format, metadata.size_bytes
    );

    let options = Options { width: Some(400), format: Some(Format::Webp), ..DEFAULTS };
    let small = sources.call_transform(&mut store, source, &options)?.expect("a smaller photo");
    println!("made: {} × {} {:?}, {} bytes", small.width, small.height, small.format, small.bytes.len());
    assert_eq!((small.width, &small.bytes[8..12]), (400, &b"WEBP"[..]));
    // The component frees the photo's memory.
    source.resource_drop(&mut store)?;

    // The same with less memory than it takes: refused before a pixel is decoded.
    let limits = Limits { memory: Some(100_000), ..LIMITS };
    let source = sources.call_open(&mut store, &photo, limits)?.expect("a photo");
    match sources.call_transform(&mut store, source, &options)? {
        Err(Error::TooLarge(why)) => {
            println!("refused: {} ({:?} > {:?})", why.message, why.actual, why.limit)
        }
        other => panic!("a job that is too large must be refused, not {other:?}"),
    }
    Ok(())
}
