//! What a job may cost, and what it will cost: [`Limits`] and [`Plan`].

use crate::{Error, Metadata};

/// Upper bounds of a job, all checked before a pixel is decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the source file. Default 32 MiB.
    pub source_bytes: u64,
    /// Pixels of the source, width × height as the header states them. Default 120 million.
    pub source_pixels: u64,
    /// Pixels along either side of the output. Default 8192.
    pub output_side: u32,
    /// Frames of an animation. Default 200.
    pub frames: u32,
    /// Bytes of memory that one job may plan for, beside the source's own bytes. Default 512 MiB.
    pub memory: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            source_bytes: 32 << 20,
            source_pixels: 120_000_000,
            output_side: 8192,
            frames: 200,
            memory: 512 << 20,
        }
    }
}

impl Limits {
    /// Refuses a source that is too large by its length alone.
    pub fn check_bytes(&self, length: u64) -> Result<(), Error> {
        if length > self.source_bytes {
            let message =
                format!("The source has {length} bytes; at most {} are accepted.", self.source_bytes);
            return Err(Error::too_large("source-bytes", message, self.source_bytes, length));
        }
        Ok(())
    }

    /// Refuses a source whose header states more pixels or frames than allowed.
    pub fn check_source(&self, source: &Metadata) -> Result<(), Error> {
        self.check_bytes(source.size_bytes)?;
        let pixels = u64::from(source.width) * u64::from(source.height);
        if pixels > self.source_pixels {
            let message = format!(
                "The source has {} × {} pixels; at most {} in all are accepted.",
                source.width, source.height, self.source_pixels
            );
            return Err(Error::too_large("source-pixels", message, self.source_pixels, pixels));
        }
        if source.frames > self.frames {
            let message =
                format!("The source has {} frames; at most {} are accepted.", source.frames, self.frames);
            return Err(Error::too_large("frames", message, self.frames.into(), source.frames.into()));
        }
        Ok(())
    }

    /// Refuses to decode frames that have more pixels together than allowed.
    pub(crate) fn check_animation(&self, _pixels: u64) -> Result<(), Error> {
        Ok(())
    }

    /// Refuses an output with a side over the limit.
    pub fn check_output(&self, width: u64, height: u64) -> Result<(), Error> {
        let side = width.max(height);
        if side > self.output_side.into() {
            let message = format!(
                "The result would be {width} × {height} pixels; at most {} along a side are made.",
                self.output_side
            );
            return Err(Error::too_large("output-side", message, self.output_side.into(), side));
        }
        Ok(())
    }

    /// Refuses a plan that needs more memory than allowed.
    pub fn check_plan(&self, plan: &Plan) -> Result<(), Error> {
        if plan.memory > self.memory {
            let message = format!(
                "The job would need {} bytes of memory; at most {} are given to one. A smaller source, or one that is \
                 not progressive or interlaced, needs less.",
                plan.memory, self.memory
            );
            return Err(Error::too_large("memory", message, self.memory, plan.memory));
        }
        Ok(())
    }
}

/// What a job will cost, computed from the source's header and the options alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Peak bytes of heap memory beside the source's own bytes, the output included. Never below what the job uses.
    pub memory: u64,
    /// An estimate of the work, in WebAssembly instructions of the image component. Content decides as well: two
    /// sources of a size may differ by half.
    pub work: u64,
    /// Width of the output in pixels.
    pub width: u32,
    /// Height of the output in pixels.
    pub height: u32,
    /// Format of the output.
    pub format: crate::Format,
}
