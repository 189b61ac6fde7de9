//! The header of a frame (T.81 B.2.2).

use crate::error::Error;
use crate::marker::{SOF0, SOF1, SOF2};
use crate::segments::Segment;

/// The size of a picture and what it is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Frame {
    /// Samples in a row, 1 to 65535.
    pub(crate) width: u32,
    /// Rows, 1 to 65535.
    pub(crate) height: u32,
    /// Whether the process is the progressive one (SOF2).
    pub(crate) progressive: bool,
    /// How many of `components` there are: 1, 3 or 4.
    count: usize,
    components: [Component; 4],
}

/// One component of a frame (T.81 B.2.2).
///
/// ```
/// use edgepix_jpeg::read_header;
///
/// let header = read_header(&std::fs::read("photo.jpg")?)?;
/// let factors: Vec<_> = header.components().iter().map(|it| (it.horizontal, it.vertical)).collect();
/// // One sample of either colour difference for 2 × 2 of luma.
/// assert_eq!(factors, [(2, 2), (1, 1), (1, 1)]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Component {
    /// The name by which scans refer to it.
    pub identifier: u8,
    /// Sampling factor across, 1 to 4, relative to the largest of all components.
    pub horizontal: u8,
    /// Sampling factor down, 1 to 4.
    pub vertical: u8,
    /// Which of the four quantisation tables it uses, 0 to 3.
    pub quantisation_table: u8,
}

/// SOF0 to SOF15, less DHT, JPG and DAC which stand among them.
pub(crate) fn is_frame(marker: u8) -> bool {
    matches!(marker, 0xC0..=0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF)
}

impl Frame {
    /// Reads a segment whose marker [is one of a frame](is_frame).
    pub(crate) fn parse(segment: Segment<'_>) -> Result<Self, Error> {
        match segment.marker {
            SOF0 | SOF1 | SOF2 => {}
            0xC3 => return Err(Error::Unsupported("lossless")),
            0xC5..=0xC7 => return Err(Error::Unsupported("hierarchical")),
            _ => return Err(Error::Unsupported("arithmetic coding")),
        }
        let [precision, y1, y0, x1, x0, count, ref specifications @ ..] = *segment.payload else {
            return Err(Error::Damaged("frame header"));
        };
        if precision != 8 {
            return Err(Error::Unsupported("samples of more than 8 bits"));
        }
        let height = u32::from(u16::from_be_bytes([y1, y0]));
        let width = u32::from(u16::from_be_bytes([x1, x0]));
        if height == 0 {
            return Err(Error::Unsupported("height given after the first scan"));
        }
        if width == 0 {
            return Err(Error::Damaged("no width"));
        }
        let count = usize::from(count);
        if !matches!(count, 1 | 3 | 4) {
            return Err(Error::Unsupported("number of components"));
        }
        if specifications.len() < count * 3 {
            return Err(Error::Damaged("frame header"));
        }
        let mut components = [Component::default(); 4];
        for (component, specification) in
            components.iter_mut().zip(specifications.as_chunks::<3>().0).take(count)
        {
            *component = Component::parse(specification)?;
        }
        if count == 1 {
            // A single component is never interleaved, so its factors mean nothing (T.81 A.2.2).
            components[0].horizontal = 1;
            components[0].vertical = 1;
        }
        Ok(Frame { width, height, progressive: segment.marker == SOF2, count, components })
    }

    /// With rows and columns changed.
    pub(crate) fn transposed(mut self) -> Self {
        (self.width, self.height) = (self.height, self.width);
        for component in &mut self.components {
            (component.horizontal, component.vertical) = (component.vertical, component.horizontal);
        }
        self
    }

    pub(crate) fn components(&self) -> &[Component] {
        &self.components[..self.count]
    }
}

impl Component {
    fn parse(&[identifier, factors, quantisation_table]: &[u8; 3]) -> Result<Self, Error> {
        let (horizontal, vertical) = (factors >> 4, factors & 15);
        let legal = 1..=4;
        if !legal.contains(&horizontal) || !legal.contains(&vertical) {
            return Err(Error::Damaged("sampling factors"));
        }
        if quantisation_table > 3 {
            return Err(Error::Damaged("quantisation table number"));
        }
        Ok(Component { identifier, horizontal, vertical, quantisation_table })
    }
}
