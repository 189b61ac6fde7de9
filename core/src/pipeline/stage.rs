//! What a stage of the pipeline is: first a plan, then something that rows go through.

use std::fmt;

use super::colours::Colours;
use crate::codec::{Cost, Header};
use crate::geometry::Geometry;
use crate::rows::{Picture, Row, Rows, Shape, Take};
use crate::{Background, Error, Transform};

/// What stages are planned from.
#[derive(Debug)]
pub(super) struct Context<'p, 'a> {
    pub(super) header: &'a Header,
    pub(super) colours: &'a Colours<'p>,
    pub(super) transform: &'a Transform,
    /// On the picture as it is decoded: of each plane, or of all channels.
    pub(super) geometry: &'a [Geometry],
    /// Pixels of the result, across and down, that share a sample of the colour differences.
    pub(super) cell: u32,
    /// What shows through transparency, and around a picture that is smaller than its canvas. In the colours of the result.
    pub(super) background: Background,
}

impl Context<'_, '_> {
    /// Rows of the kind of `rows` whose planes, or channels together, have another size.
    pub(super) fn resized(&self, rows: &Shape, size: impl Fn(&Geometry) -> (u32, u32)) -> Option<Shape> {
        let (width, height) = size(self.geometry.first()?);
        let rows = match rows.rows {
            Rows::Planes { .. } | Rows::Strips { .. } => Rows::Planes { chroma: size(self.geometry.get(1)?) },
            other => other,
        };
        Some(Shape { width, height, rows })
    }
}

/// The kinds of rows that a stage can take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Kinds {
    pub(super) planes: bool,
    pub(super) eight: bool,
    pub(super) sixteen: bool,
}

impl Kinds {
    pub(super) const ALL: Self = Self { planes: true, eight: true, sixteen: true };

    /// Those that both can take.
    pub(super) fn and(self, other: Self) -> Self {
        Self {
            planes: self.planes && other.planes,
            eight: self.eight && other.eight,
            sixteen: self.sixteen && other.sixteen,
        }
    }
}

/// A stage that is decided, from a profile that is borrowed for `'p`. Nothing is allocated for it yet.
pub(super) trait Stage<'p>: Send + Sync {
    /// The rows that it gives.
    fn output(&self) -> Shape;

    /// What it takes while rows go through it, a picture that it [holds](Self::holds) left out.
    fn cost(&self) -> Cost;

    /// Whether it gives no row before it has had all of the frame.
    fn holds(&self) -> bool {
        false
    }

    /// Allocates what it takes.
    fn start(self: Box<Self>) -> Result<Box<dyn RowStage + 'p>, Error>;
}

// As a supertrait it would put what is derived for every stage into every module.
impl fmt::Debug for dyn Stage<'_> + '_ {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a stage that gives {:?}", self.output())
    }
}

/// A stage at work: rows in, rows out, each frame from the top.
pub(super) trait RowStage {
    /// Takes the next row, and gives those that it completes.
    fn push(&mut self, row: Row<'_>, next: &mut Take<'_>) -> Result<(), Error>;

    /// The frame has no more rows: gives what is left.
    fn finish(&mut self, _next: &mut Take<'_>) -> Result<(), Error> {
        Ok(())
    }

    /// The picture that it holds, of a stage that is the last and [holds](Stage::holds) interleaved pixels. Rows are given
    /// by [`finish`](Self::finish) otherwise.
    fn take_picture(&mut self) -> Option<Picture> {
        None
    }

    /// Whether the rows of the frame that are left do not matter.
    fn is_done(&self) -> bool {
        false
    }

    /// A further frame begins.
    fn reset(&mut self);
}
