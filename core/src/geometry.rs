//! Pure arithmetic: a source's size and a [`Transform`] become what happens to its pixels.
//!
//! Sizes are computed in whole numbers, rounded half up, at least 1, so that they are the same in every language.

#[cfg(feature = "pipeline")]
use crate::codec::PlaneShape;
use crate::error::Error;
use crate::{Crop, Dpr, Fit, Length, Limits, Orientation, Transform};

/// CSS pixels times `dpr`, rounded half up, at least 1.
///
/// ```
/// use edgepix_core::{Dpr, device_pixels};
///
/// let ratio = Dpr::new(1.5).unwrap();
/// assert_eq!(device_pixels(333, ratio), 500);
/// ```
pub fn device_pixels(css: u32, dpr: Dpr) -> u64 {
    rounded(f64::from(css) * dpr.get()).max(1)
}

/// Rounded half up, as `edgepix/url` rounds, too. Sides and ratios are small enough to keep the half in any IEEE double.
fn rounded(length: f64) -> u64 {
    (length + 0.5).floor() as u64
}

/// Width and height of the result for a source of `width` × `height` pixels after orientation.
///
/// ```
/// use edgepix_core::{Transform, output_size};
///
/// let options = Transform::builder().width(800).build()?;
/// assert_eq!(output_size(4000, 3000, &options)?, (800, 600));
/// # Ok::<(), edgepix_core::Error>(())
/// ```
///
/// # Errors
///
/// [`InvalidParameter`](crate::Kind::InvalidParameter) where the crop lies outside of the source.
pub fn output_size(width: u32, height: u32, transform: &Transform) -> Result<(u64, u64), Error> {
    let part = Part::cropped(width, height, transform.crop)?;
    let (w, h) = turned((part.width, part.height), Orientation::from(transform.rotate).transpose);
    let layout = Fitted::new(w, h, transform);
    Ok(layout.canvas.unwrap_or(layout.content))
}

impl Length {
    /// The pixels that it stands for along a side of `side` pixels. A share is rounded half up, and may be 0.
    ///
    /// ```
    /// use edgepix_core::Length;
    ///
    /// assert_eq!(Length::percent(50.0).unwrap().pixels(333), 167);
    /// ```
    pub fn pixels(self, side: u32) -> u64 {
        match self {
            Length::Pixels(pixels) => pixels.into(),
            Length::Percent(percent) => rounded(f64::from(side) * percent.get() / 100.0),
        }
    }
}

/// What happens to the pixels of one source.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Geometry {
    /// From the stored picture to the output.
    pub(crate) orientation: Orientation,
    /// The part of the stored picture that may be looked at, in stored pixels.
    pub(crate) bounds: Part,
    /// The part of the stored picture that becomes the content, in stored pixels. Inside `bounds`.
    pub(crate) region: Region,
    /// Size of the content, before orientation.
    pub(crate) content: (u32, u32),
    /// Where the oriented content stands in the output.
    pub(crate) offset: (u32, u32),
    /// Size of the output.
    pub(crate) output: (u32, u32),
}

/// A rectangle of whole pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) x: u32,
    pub(crate) y: u32,
    pub(crate) width: u32,
    pub(crate) height: u32,
}

/// A rectangle in fractions of pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Region {
    pub(crate) x: f64,
    pub(crate) y: f64,
    pub(crate) width: f64,
    pub(crate) height: f64,
}

impl Geometry {
    /// For a stored picture of `width` × `height` pixels that is turned by `orientation` for display.
    pub(crate) fn new(
        (width, height): (u32, u32),
        orientation: Orientation,
        transform: &Transform,
        limits: &Limits,
    ) -> Result<Self, Error> {
        let (upright_width, upright_height) = turned((width, height), orientation.transpose);
        let part = Part::cropped(upright_width, upright_height, transform.crop)?;
        let turn = Orientation::from(transform.rotate).then(transform.flip.into());

        // The crop is made on the upright picture, the fit on the turned one; both are carried back to stored pixels.
        let (w, h) = turned((part.width, part.height), turn.transpose);
        let fitted = Fitted::new(w, h, transform);
        let (output_width, output_height) = fitted.canvas.unwrap_or(fitted.content);
        limits.check_output(output_width, output_height)?;
        limits.check_output(fitted.content.0, fitted.content.1)?;

        let bounds = part.undo(orientation, (upright_width, upright_height));
        let within = fitted.region.undo(orientation.then(turn), (f64::from(w), f64::from(h)));
        let region =
            Region { x: within.x + f64::from(bounds.x), y: within.y + f64::from(bounds.y), ..within };
        // The limits keep every side within 32 bits.
        let narrow = |(w, h): (u64, u64)| (w as u32, h as u32);
        let output = narrow((output_width, output_height));
        let content = narrow(fitted.content);
        let (focus_x, focus_y) = transform.gravity.focus();
        let place = |room: u32, focus: f64| (f64::from(room) * focus).floor() as u32;
        let offset = (place(output.0 - content.0, focus_x), place(output.1 - content.1, focus_y));
        let orientation = orientation.then(turn);
        Ok(Self {
            orientation,
            bounds,
            region,
            content: turned(content, orientation.transpose),
            offset,
            output,
        })
    }

    /// Whether the whole of a stored picture of this size becomes the output, no pixel changed but for its place.
    #[cfg(feature = "pipeline")]
    pub(crate) fn keeps_pixels(&self, (width, height): (u32, u32)) -> bool {
        let whole = Region { x: 0.0, y: 0.0, width: width.into(), height: height.into() };
        self.region == whole
            && self.content == (width, height)
            && self.output == turned(self.content, self.orientation.transpose)
    }

    /// The same on a picture that was decoded at `eighths` eighths of its size, to `size` pixels.
    pub(crate) fn reduced(&self, eighths: u32, size: (u32, u32)) -> Self {
        let scale = Scaling { samples: eighths, pixels: 8 };
        Self {
            region: self.region.scaled(scale, scale),
            bounds: self.bounds.scaled(scale, scale, size),
            ..self.clone()
        }
    }

    /// Whether rows come in the order in which they stand in the result, with nothing beside them.
    pub(crate) fn keeps_row_order(&self) -> bool {
        !self.orientation.transpose && !self.orientation.mirror_y && self.content == self.output
    }

    /// Whether the picture is placed on a canvas that is larger than it.
    #[cfg(feature = "pipeline")]
    pub(crate) fn has_canvas(&self) -> bool {
        self.output != turned(self.content, self.orientation.transpose)
    }

    /// The same on a plane of `size` samples that has fewer of them than the picture has pixels, towards one that
    /// has a sample for `cell` × `cell` pixels of the output.
    ///
    /// Cells begin at the output's top left corner; the last ones may reach over its edges.
    #[cfg(feature = "pipeline")]
    pub(crate) fn of_plane(&self, plane: &PlaneShape, cell: u32) -> Self {
        let scaling = |samples, pixels| Scaling { samples, pixels };
        let (across, down) =
            (scaling(plane.samples.0, plane.pixels.0), scaling(plane.samples.1, plane.pixels.1));
        let Region { mut x, mut y, mut width, mut height } = self.region.scaled(across, down);
        let cells = |side: u32| side.div_ceil(cell);
        // What the cells cover beyond the content, in samples of the plane.
        let beyond =
            |samples: f64, side: u32| samples * f64::from(cells(side) * cell - side) / f64::from(side);
        let (right, below) = (beyond(width, self.content.0), beyond(height, self.content.1));
        let Orientation { transpose, mirror_x, mirror_y } = self.orientation;
        // Where the content is mirrored, its far edge is the near one of the stored picture.
        let (mirrored_across, mirrored_down) =
            if transpose { (mirror_y, mirror_x) } else { (mirror_x, mirror_y) };
        if mirrored_across {
            x -= right;
        }
        if mirrored_down {
            y -= below;
        }
        width += right;
        height += below;
        Self {
            orientation: self.orientation,
            bounds: self.bounds.scaled(across, down, plane.size),
            region: Region { x, y, width, height },
            content: (cells(self.content.0), cells(self.content.1)),
            offset: (0, 0),
            output: (cells(self.output.0), cells(self.output.1)),
        }
    }
}

/// So many samples for so many pixels, along an axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Scaling {
    pub(crate) samples: u32,
    pub(crate) pixels: u32,
}

impl Scaling {
    fn of(self, length: f64) -> f64 {
        length * f64::from(self.samples) / f64::from(self.pixels)
    }
}

impl Part {
    /// The samples of a plane of `size` that stand for these pixels, in whole or in part.
    fn scaled(self, across: Scaling, down: Scaling, size: (u32, u32)) -> Self {
        let along = |Scaling { samples, pixels }: Scaling, start: u32, length: u32, most: u32| {
            // Sides are below 2³², factors below 2⁶.
            let at = |position: u32| u64::from(position) * u64::from(samples);
            let start_at = (at(start) / u64::from(pixels)) as u32;
            let end = at(start + length).div_ceil(pixels.into()) as u32;
            (start_at, end.min(most) - start_at)
        };
        let (x, width) = along(across, self.x, self.width, size.0);
        let (y, height) = along(down, self.y, self.height, size.1);
        Self { x, y, width, height }
    }

    /// The crop of a picture of `width` × `height`, at least one pixel, cut off at the picture's edges.
    fn cropped(width: u32, height: u32, crop: Option<Crop>) -> Result<Self, Error> {
        let Some(crop) = crop else { return Ok(Self { x: 0, y: 0, width, height }) };
        match (span(crop.x(), crop.width(), width), span(crop.y(), crop.height(), height)) {
            (Some((x, width)), Some((y, height))) => Ok(Self { x, y, width, height }),
            _ => Err(Error::parameter(
                "crop",
                format!("The crop {crop} lies outside of the source, which has {width} × {height} pixels."),
                format!("x below {width}, y below {height}"),
            )),
        }
    }

    /// This part of an oriented picture of `size`, in the stored picture's coordinates.
    fn undo(self, orientation: Orientation, size: (u32, u32)) -> Self {
        let region = Region {
            x: self.x.into(),
            y: self.y.into(),
            width: self.width.into(),
            height: self.height.into(),
        };
        let stored = region.undo(orientation, (size.0.into(), size.1.into()));
        // Whole numbers below 2³² stay whole in doubles.
        Self {
            x: stored.x as u32,
            y: stored.y as u32,
            width: stored.width as u32,
            height: stored.height as u32,
        }
    }
}

impl Region {
    fn scaled(self, across: Scaling, down: Scaling) -> Self {
        let Region { x, y, width, height } = self;
        Self { x: across.of(x), y: down.of(y), width: across.of(width), height: down.of(height) }
    }

    /// This region of an oriented picture of `size`, in the stored picture's coordinates.
    fn undo(self, orientation: Orientation, size: (f64, f64)) -> Self {
        let Region { mut x, mut y, width, height } = self;
        if orientation.mirror_x {
            x = size.0 - x - width;
        }
        if orientation.mirror_y {
            y = size.1 - y - height;
        }
        if orientation.transpose {
            Self { x: y, y: x, width: height, height: width }
        } else {
            Self { x, y, width, height }
        }
    }
}

/// How a picture of `width` × `height` meets its box.
struct Fitted {
    /// The part of the picture that is used.
    region: Region,
    /// The size to which that part is brought.
    content: (u64, u64),
    /// The size of the canvas around it, where `fit` wants one.
    canvas: Option<(u64, u64)>,
}

impl Fitted {
    fn new(width: u32, height: u32, transform: &Transform) -> Self {
        let whole = Region { x: 0.0, y: 0.0, width: width.into(), height: height.into() };
        let (source_width, source_height) = (u64::from(width), u64::from(height));
        let uncropped = |content| Self { region: whole, content, canvas: None };
        let side = |css: Option<std::num::NonZeroU32>| css.map(|css| device_pixels(css.get(), transform.dpr));

        let (w, h) = match (side(transform.width), side(transform.height)) {
            (None, None) => return uncropped((source_width, source_height)),
            // With one side given the box has the picture's own ratio, and every fit is the same.
            (Some(w), None) => {
                let w = if transform.enlarge { w } else { w.min(source_width) };
                return uncropped((w, scaled(source_height, w, source_width)));
            }
            (None, Some(h)) => {
                let h = if transform.enlarge { h } else { h.min(source_height) };
                return uncropped((scaled(source_width, h, source_height), h));
            }
            (Some(w), Some(h)) => (w, h),
        };
        let wider_than_box = source_width * h > source_height * w;
        let enlarges = |by_width: bool| if by_width { w > source_width } else { h > source_height };
        let proportional = |by_width: bool| {
            if enlarges(by_width) && !transform.enlarge {
                (source_width, source_height)
            } else if by_width {
                (w, scaled(source_height, w, source_width))
            } else {
                (scaled(source_width, h, source_height), h)
            }
        };
        match transform.fit {
            Fit::Inside => uncropped(proportional(wider_than_box)),
            Fit::Outside => uncropped(proportional(!wider_than_box)),
            Fit::Contain => Self { canvas: Some((w, h)), ..uncropped(proportional(wider_than_box)) },
            Fit::Fill if transform.enlarge => uncropped((w, h)),
            Fit::Fill => uncropped((w.min(source_width), h.min(source_height))),
            Fit::Cover => {
                let shrinks = transform.enlarge || !enlarges(!wider_than_box);
                let content = if shrinks {
                    (w, h)
                } else if wider_than_box {
                    (scaled(source_height, w, h), source_height)
                } else {
                    (source_width, scaled(source_width, h, w))
                };
                Self { region: covered(width, height, content, transform), content, canvas: None }
            }
        }
    }
}

/// The largest part of `width` × `height` that has the ratio of `content`, as near to the focus as the edges allow.
fn covered(width: u32, height: u32, content: (u64, u64), transform: &Transform) -> Region {
    let (width, height) = (f64::from(width), f64::from(height));
    let (w, h) = (content.0 as f64, content.1 as f64);
    let (focus_x, focus_y) = transform.gravity.focus();
    let place = |room: f64, length: f64, focus: f64, unscaled: bool| {
        let start = limited(room * focus - length / 2.0, room - length);
        // Where nothing is resampled along this axis the pixels stay on their grid.
        if unscaled { start.floor() } else { start }
    };
    if width * h > height * w {
        let part = if h == height { w } else { height * w / h };
        Region { x: place(width, part, focus_x, part == w), y: 0.0, width: part, height }
    } else {
        let part = if w == width { h } else { width * h / w };
        Region { x: 0.0, y: place(height, part, focus_y, part == h), width, height: part }
    }
}

/// `value`, from 0 to `most`. The standard library's `clamp` panics where there is no such range, with a message that
/// adds all of its formatting of numbers to every module.
pub(crate) fn limited(value: f64, most: f64) -> f64 {
    if value > most {
        most
    } else if value < 0.0 {
        0.0
    } else {
        value
    }
}

/// `value × numerator ÷ denominator`, rounded half up, at least 1.
fn scaled(value: u64, numerator: u64, denominator: u64) -> u64 {
    // 2³² × 2³⁴ × 2 needs more than 64 bits.
    let (value, numerator, denominator) = (u128::from(value), u128::from(numerator), u128::from(denominator));
    let rounded = (2 * value * numerator + denominator) / (2 * denominator);
    u64::try_from(rounded).unwrap_or(u64::MAX).max(1)
}

/// Start and length of a crop along a side, or `None` where it starts beyond it.
fn span(start: Length, length: Length, side: u32) -> Option<(u32, u32)> {
    let start = start.pixels(side);
    let room = u64::from(side).checked_sub(start).filter(|&room| room > 0)?;
    Some((start as u32, length.pixels(side).clamp(1, room) as u32))
}

pub(crate) fn turned<T>((width, height): (T, T), transpose: bool) -> (T, T) {
    if transpose { (height, width) } else { (width, height) }
}

#[cfg(test)]
mod tests;
