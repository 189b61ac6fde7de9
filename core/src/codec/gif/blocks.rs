//! The blocks of a GIF (GIF89a specification, sections 17 to 27).

/// Bytes of the signature and the logical screen descriptor.
pub(super) const SCREEN: usize = 13;

/// A flag of the latter: a palette for all frames follows.
const GLOBAL_COLOURS: u8 = 0x80;

/// The blocks of a GIF that matter here.
pub(super) enum Block<'a> {
    Control(Control),
    /// Left, top, width and height on the canvas; a palette of its own, if it has one; and what [`Unpacker`](super::unpack::Unpacker::new) takes.
    Image {
        area: [u16; 4],
        interlaced: bool,
        palette: &'a [u8],
        data: &'a [u8],
    },
}

/// What is said about the image that follows (GIF89a specification, section 23).
#[derive(Clone, Copy, Default)]
pub(super) struct Control {
    pub(super) transparent: Option<u8>,
    pub(super) disposal: u8,
}

/// What is left of a file, block by block.
pub(super) struct Walk<'a> {
    pub(super) rest: &'a [u8],
}

impl<'a> Walk<'a> {
    pub(super) fn next(&mut self) -> Option<Block<'a>> {
        loop {
            let (&kind, after) = self.rest.split_first()?;
            self.rest = after;
            match kind {
                0x21 => {
                    let (&label, after) = self.rest.split_first()?;
                    let control = match *after {
                        [_, flags, _, _, index, ..] => Control {
                            transparent: Some(index).filter(|_| flags & 1 == 1),
                            disposal: flags >> 2 & 7,
                        },
                        _ => Control::default(),
                    };
                    self.rest = after;
                    self.pass_over()?;
                    if label == 0xf9 {
                        return Some(Block::Control(control));
                    }
                }
                0x2c => {
                    let (&[x0, x1, y0, y1, w0, w1, h0, h1, flags], after) = self.rest.split_first_chunk()?;
                    let (palette, data) = after.split_at_checked(colour_table(flags))?;
                    self.rest = data.get(1..)?;
                    let area = [[x0, x1], [y0, y1], [w0, w1], [h0, h1]].map(u16::from_le_bytes);
                    // The frame counts even where its data is cut short.
                    if self.pass_over().is_none() {
                        self.rest = &[];
                    }
                    return Some(Block::Image { area, interlaced: flags & 0x40 != 0, palette, data });
                }
                // The trailer, or something that no decoder would follow.
                _ => return None,
            }
        }
    }

    /// Passes over a chain of sub-blocks.
    fn pass_over(&mut self) -> Option<()> {
        loop {
            let (&length, after) = self.rest.split_first()?;
            self.rest = after.get(usize::from(length)..)?;
            if length == 0 {
                return Some(());
            }
        }
    }
}

/// Bytes of the colour table that the flags announce.
pub(super) fn colour_table(flags: u8) -> usize {
    if flags & GLOBAL_COLOURS == 0 { 0 } else { 3 << ((flags & 7) + 1) }
}
