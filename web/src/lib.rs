//! The core for JavaScript. `npm/` is what people see of it: this crate is the part that had to be compiled.
//!
//! Conversions and nothing else. An image's bytes are copied once on their way in and once on their way out.

mod failure;
mod options;

use std::ops::ControlFlow;

use edgepix_core::Source;
use wasm_bindgen::prelude::wasm_bindgen;

pub use failure::Failure;
pub use options::Options;

/// A finished image.
#[wasm_bindgen]
pub struct Output(edgepix_core::Output);

#[wasm_bindgen]
impl Output {
    /// The encoded file. It is handed out once: what is left here is empty.
    #[wasm_bindgen(js_name = takeBytes)]
    pub fn take_bytes(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.0.bytes)
    }

    /// The format's name.
    #[wasm_bindgen(getter)]
    pub fn format(&self) -> String {
        self.0.format.name().to_owned()
    }

    /// The format's media type.
    #[wasm_bindgen(getter, js_name = type)]
    pub fn media_type(&self) -> String {
        self.0.format.media_type().to_owned()
    }

    /// The format's usual file name extension, without the dot.
    #[wasm_bindgen(getter)]
    pub fn extension(&self) -> String {
        self.0.format.extension().to_owned()
    }

    /// Width in pixels.
    #[wasm_bindgen(getter)]
    pub fn width(&self) -> u32 {
        self.0.width
    }

    /// Height in pixels.
    #[wasm_bindgen(getter)]
    pub fn height(&self) -> u32 {
        self.0.height
    }

    /// Metadata that was asked for and had to be left out.
    #[wasm_bindgen(getter)]
    pub fn dropped(&self) -> Vec<String> {
        self.0.dropped.iter().map(|kind| kind.as_str().to_owned()).collect()
    }
}

/// What an image's headers say.
#[wasm_bindgen]
pub struct Metadata(edgepix_core::Metadata);

#[wasm_bindgen]
impl Metadata {
    /// Width in pixels, after orientation.
    #[wasm_bindgen(getter)]
    pub fn width(&self) -> u32 {
        self.0.width
    }

    /// Height in pixels, after orientation.
    #[wasm_bindgen(getter)]
    pub fn height(&self) -> u32 {
        self.0.height
    }

    /// The format's name.
    #[wasm_bindgen(getter)]
    pub fn format(&self) -> String {
        self.0.format.name().to_owned()
    }

    /// Length of the file.
    #[wasm_bindgen(getter, js_name = sizeBytes)]
    pub fn size_bytes(&self) -> f64 {
        self.0.size_bytes as f64
    }

    /// EXIF's orientation, 1 … 8, already applied to width and height.
    #[wasm_bindgen(getter)]
    pub fn orientation(&self) -> u8 {
        self.0.orientation.exif()
    }

    /// Frames of an animation; 1 for a still.
    #[wasm_bindgen(getter)]
    pub fn frames(&self) -> u32 {
        self.0.frames
    }

    /// Whether the header announces transparency.
    #[wasm_bindgen(getter, js_name = hasAlpha)]
    pub fn has_alpha(&self) -> bool {
        self.0.has_alpha
    }

    /// Bits per channel as stored.
    #[wasm_bindgen(getter, js_name = bitDepth)]
    pub fn bit_depth(&self) -> u8 {
        self.0.bit_depth
    }

    /// Description of the embedded colour profile.
    #[wasm_bindgen(getter)]
    pub fn profile(&self) -> Option<String> {
        self.0.profile.clone()
    }

    /// Why the profile is ignored, where it is.
    #[wasm_bindgen(getter, js_name = profileIgnored)]
    pub fn profile_ignored(&self) -> Option<String> {
        self.0.profile_ignored.map(|fault| fault.as_str().to_owned())
    }

    /// Whether the file is progressive or interlaced.
    #[wasm_bindgen(getter)]
    pub fn progressive(&self) -> bool {
        self.0.progressive
    }
}

#[wasm_bindgen]
extern "C" {
    /// An object of JavaScript's that hears how far a job is.
    pub type Progress;

    /// `share`: 0 … 1 of the work. Whether the job is to go on. It must not throw.
    #[wasm_bindgen(method)]
    fn advance(this: &Progress, share: f64) -> bool;
}

/// Decodes, crops, resizes, turns and encodes an image. The options are used up: after a trap there is nothing to free.
///
/// # Errors
///
/// Those of the core.
#[wasm_bindgen]
pub fn resize(image: Vec<u8>, options: Options, progress: Option<Progress>) -> Result<Output, Failure> {
    let source = Source::open(image, &options.limits).map_err(Failure)?;
    let job = source.prepare(&options.transform).map_err(Failure)?;
    let mut percent = None;
    // JavaScript is called for each per cent, not for each row.
    let mut advance = |done: u64, total: u64| {
        let now = done.saturating_mul(100).checked_div(total);
        match &progress {
            Some(progress) if percent != now => {
                percent = now;
                if progress.advance(now.unwrap_or(0) as f64 / 100.0) {
                    ControlFlow::Continue(())
                } else {
                    ControlFlow::Break(())
                }
            }
            _ => ControlFlow::Continue(()),
        }
    };
    job.run(&mut advance).map(Output).map_err(Failure)
}

/// Reads an image's headers.
///
/// # Errors
///
/// Those of the core.
#[wasm_bindgen]
pub fn metadata(image: Vec<u8>) -> Result<Metadata, Failure> {
    edgepix_core::metadata(&image).map(Metadata).map_err(Failure)
}
