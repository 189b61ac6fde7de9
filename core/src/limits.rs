//! What a job may cost, and what it will cost: [`Limits`] and [`Plan`].

use crate::{Error, Metadata, closest};

/// Upper bounds of a job, all checked before a pixel is decoded.
///
/// ```
/// use edgepix_core::{Kind, Limits, Transform};
///
/// let mut limits = Limits::new();
/// limits.source_pixels = 100_000;
///
/// let photo = std::fs::read("photo.jpg")?;
/// let error = edgepix_core::transform(&photo, &Transform::default(), &limits).unwrap_err();
/// assert_eq!(error.kind, Kind::TooLarge);
/// assert_eq!((error.limit, error.actual), (Some(100_000), Some(480 * 270)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Bytes of the source file. Default 32 MiB.
    pub source_bytes: u64,
    /// Pixels of the source, width × height as the header states them. Default 120 million.
    pub source_pixels: u64,
    /// Pixels along either side of the output. Default 8192.
    pub output_side: u32,
    /// Pixels of the output, width × height, of all its frames together. Default 50 million.
    pub output_pixels: u64,
    /// Frames of an animation. Default 1000.
    pub frames: u32,
    /// Pixels of an animation, width × height × those of its frames that the job decodes. Default 250 million.
    pub animation_pixels: u64,
    /// Bytes of memory that one job may plan for, beside the source's own bytes. Default 512 MiB.
    pub memory: u64,
    /// Instructions that one job may plan for, in the unit of [`Plan::work`]. Default 40 thousand million.
    pub work: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self::new()
    }
}

impl Limits {
    /// The defaults.
    pub const fn new() -> Self {
        Self {
            source_bytes: 32 << 20,
            source_pixels: 120_000_000,
            output_side: 8192,
            output_pixels: 50_000_000,
            frames: 1000,
            animation_pixels: 250_000_000,
            memory: 512 << 20,
            work: 40_000_000_000,
        }
    }

    /// The names of all limits in programs, with what each is.
    pub const fn named(&self) -> [(&'static str, u64); 8] {
        // Every field by name: one that is added does not compile until it is written here.
        let Self {
            source_bytes,
            source_pixels,
            output_side,
            output_pixels,
            frames,
            animation_pixels,
            memory,
            work,
        } = *self;
        [
            ("sourceBytes", source_bytes),
            ("sourcePixels", source_pixels),
            ("outputSide", output_side as u64),
            ("outputPixels", output_pixels),
            ("frames", frames as u64),
            ("animationPixels", animation_pixels),
            ("memory", memory),
            ("work", work),
        ]
    }

    /// Sets the limit that programs call `name`.
    ///
    /// # Errors
    ///
    /// [`InvalidParameter`](crate::Kind::InvalidParameter) for a name that is unknown, with the name that was meant where
    /// one is like it.
    pub fn set(&mut self, name: &str, value: u64) -> Result<(), Error> {
        // A larger limit than a type holds is none.
        let narrow = u32::try_from(value).unwrap_or(u32::MAX);
        match name {
            "sourceBytes" => self.source_bytes = value,
            "sourcePixels" => self.source_pixels = value,
            "outputSide" => self.output_side = narrow,
            "outputPixels" => self.output_pixels = value,
            "frames" => self.frames = narrow,
            "animationPixels" => self.animation_pixels = value,
            "memory" => self.memory = value,
            "work" => self.work = value,
            _ => {
                let names = self.named().map(|(name, _)| name);
                return Err(Error::unknown("limit", name, closest(name, &names, &[]), &names));
            }
        }
        Ok(())
    }

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

    /// Refuses an output of `frames` frames that together have more pixels than allowed.
    pub fn check_output_pixels(&self, width: u64, height: u64, frames: u32) -> Result<(), Error> {
        let pixels = width.saturating_mul(height).saturating_mul(frames.into());
        if pixels > self.output_pixels {
            let times = if frames == 1 { String::new() } else { format!(" in {frames} frames") };
            let message = format!(
                "The result would be {width} × {height} pixels{times}; at most {} in all are made.",
                self.output_pixels
            );
            return Err(Error::too_large("output-pixels", message, self.output_pixels, pixels));
        }
        Ok(())
    }

    /// Refuses to decode `frames` frames of an animation of `width` × `height` pixels where these are more pixels
    /// together than allowed.
    pub fn check_animation(&self, width: u32, height: u32, frames: u32) -> Result<(), Error> {
        let frame = u64::from(width) * u64::from(height);
        let pixels = frame.saturating_mul(frames.into());
        if pixels > self.animation_pixels {
            let message = format!(
                "The job would decode {frames} frames of {width} × {height} pixels; at most {} pixels in all are \
                 accepted. An earlier frame needs less.",
                self.animation_pixels
            );
            return Err(Error::too_large("animation-pixels", message, self.animation_pixels, pixels));
        }
        Ok(())
    }

    /// Refuses a plan that needs more work than allowed.
    pub fn check_work(&self, plan: &Plan) -> Result<(), Error> {
        if plan.work > self.work {
            // In millions, unless the limit is so small that rounding would hide it.
            let (unit, name) = if self.work < 10_000_000 { (1, "") } else { (1_000_000, " million") };
            let message = format!(
                "The job would take about {}{name} instructions; at most {}{name} are given to one. A smaller \
                 result, or a format that costs less to write, takes fewer.",
                plan.work.div_ceil(unit),
                self.work / unit
            );
            return Err(Error::too_large("work", message, self.work, plan.work));
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
///
/// ```
/// use edgepix_core::{Limits, Transform};
///
/// let photo = std::fs::read("photo.jpg")?;
/// let plan = |width| {
///     edgepix_core::plan(&photo, &Transform::builder().width(width).build()?, &Limits::default())
/// };
/// assert!(plan(60)?.memory < plan(240)?.memory);
/// assert!(plan(60)?.work < plan(240)?.work);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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
    /// Metadata that is asked for and will be left out.
    pub dropped: crate::Dropped,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Dropped, Format};

    fn refused(result: Result<(), Error>) -> Option<(String, Option<u64>, Option<u64>)> {
        let error = result.err()?;
        assert!(error.message.ends_with('.'));
        Some((error.parameter.unwrap_or_default().into_owned(), error.limit, error.actual))
    }

    #[test]
    fn what_is_at_the_limit_is_allowed_and_one_more_is_not() {
        let limits = Limits { output_pixels: 100, animation_pixels: 100, work: 100, ..Limits::new() };
        let plan = |work| Plan {
            memory: 0,
            work,
            width: 1,
            height: 1,
            format: Format::Png,
            dropped: Dropped::default(),
        };
        assert_eq!(refused(limits.check_output_pixels(10, 10, 1)), None);
        assert_eq!(refused(limits.check_animation(5, 5, 4)), None);
        assert_eq!(refused(limits.check_work(&plan(100))), None);
        let over = |name: &str, actual| Some((name.to_owned(), Some(100), Some(actual)));
        assert_eq!(refused(limits.check_output_pixels(101, 1, 1)), over("output-pixels", 101));
        assert_eq!(refused(limits.check_output_pixels(10, 5, 3)), over("output-pixels", 150));
        assert_eq!(refused(limits.check_animation(5, 5, 5)), over("animation-pixels", 125));
        assert_eq!(refused(limits.check_work(&plan(101))), over("work", 101));
    }

    #[test]
    fn every_limit_is_set_by_its_name() {
        let mut limits = Limits::new();
        for (name, _) in limits.named() {
            limits.set(name, 7).unwrap();
        }
        assert!(limits.named().iter().all(|(_, value)| *value == 7), "{limits:?}");
        limits.set("frames", u64::MAX).unwrap();
        assert_eq!(limits.frames, u32::MAX);
        let error = limits.set("sourcePixel", 1).unwrap_err();
        assert_eq!(error.message, "There is no limit `sourcePixel`; is `sourcePixels` meant?");
        assert!(error.allowed.is_some_and(|allowed| allowed.starts_with("sourceBytes, sourcePixels, ")));
    }

    #[test]
    fn numbers_do_not_overflow() {
        let limits = Limits::new();
        assert!(limits.check_output_pixels(u64::MAX, u64::MAX, u32::MAX).is_err());
        assert!(limits.check_animation(u32::MAX, u32::MAX, u32::MAX).is_err());
    }
}
