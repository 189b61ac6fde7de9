//! A decoder to compare with: slow, plain, in floating point where it matters, and without a line of the crate's.
//!
//! It keeps all coefficients of the file and gives exact samples and pixels, not rounded. It expects intact files and
//! panics on others.

mod bits;
pub(crate) mod errors;
pub(crate) mod files;
mod pixels;
mod samples;
mod samplings;
mod scan;

use bits::Codes;
use samples::Plane;
use scan::Scan;

/// A file, read up to its coefficients.
pub(crate) struct Reference {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) components: Vec<Component>,
    progressive: bool,
    jfif: bool,
    /// The transform that Adobe's APP14 names.
    adobe: Option<u8>,
    /// The largest sampling factors.
    largest: (usize, usize),
}

pub(crate) struct Component {
    identifier: u8,
    horizontal: usize,
    vertical: usize,
    table: usize,
    /// Quantisation steps by zigzag index, as they are when the component's first scan begins.
    steps: Option<[u16; 64]>,
    /// Blocks across in whole MCUs.
    stride: usize,
    /// Coefficients by zigzag index, not dequantised.
    blocks: Vec<[i32; 64]>,
}

/// What DHT, DQT and DRI set.
#[derive(Default)]
struct Tables {
    dc: [Codes; 4],
    ac: [Codes; 4],
    steps: [Option<[u16; 64]>; 4],
    restart_interval: usize,
}

impl Reference {
    pub(crate) fn read(jpeg: &[u8]) -> Reference {
        let mut reference = Reference {
            width: 0,
            height: 0,
            components: Vec::new(),
            progressive: false,
            jfif: false,
            adobe: None,
            largest: (1, 1),
        };
        let mut tables = Tables::default();
        let mut at = 2;
        loop {
            assert_eq!(jpeg[at], 0xFF, "a marker at {at}");
            let marker = jpeg[at + 1];
            if marker == 0xD9 {
                return reference;
            }
            let length = word(&jpeg[at + 2..]);
            let payload = &jpeg[at + 4..at + 2 + length];
            at += 2 + length;
            match marker {
                0xC0..=0xC2 => reference.read_frame(payload, marker == 0xC2),
                0xC4 => tables.read_codes(payload),
                0xDA => {
                    let scan = Scan::read(payload, &reference);
                    at += scan.decode(&mut reference, &tables, &jpeg[at..]);
                }
                0xDB => tables.read_steps(payload),
                0xDD => tables.restart_interval = word(payload),
                0xE0 => reference.jfif |= payload.starts_with(b"JFIF\0"),
                0xEE if payload.starts_with(b"Adobe") => reference.adobe = Some(payload[11]),
                _ => {}
            }
        }
    }

    fn read_frame(&mut self, payload: &[u8], progressive: bool) {
        self.height = word(&payload[1..]);
        self.width = word(&payload[3..]);
        self.progressive = progressive;
        for specification in payload[6..].chunks_exact(3) {
            // A component alone has one block an MCU, whatever its factors (T.81 A.2.2).
            let factors = if payload[5] == 1 { 0x11 } else { specification[1] };
            self.components.push(Component {
                identifier: specification[0],
                horizontal: usize::from(factors >> 4),
                vertical: usize::from(factors & 15),
                table: specification[2].into(),
                steps: None,
                stride: 0,
                blocks: Vec::new(),
            });
        }
        self.largest = (
            self.components.iter().map(|component| component.horizontal).max().expect("components"),
            self.components.iter().map(|component| component.vertical).max().expect("components"),
        );
        let (across, down) = self.mcus();
        for component in &mut self.components {
            component.stride = across * component.horizontal;
            component.blocks = vec![[0; 64]; component.stride * down * component.vertical];
        }
    }

    /// MCUs of an interleaved scan, across and down.
    fn mcus(&self) -> (usize, usize) {
        (self.width.div_ceil(8 * self.largest.0), self.height.div_ceil(8 * self.largest.1))
    }

    /// Blocks of a component that the picture touches, across and down: those of a scan of its own (T.81 A.2.4).
    fn own_blocks(&self, component: usize) -> (usize, usize) {
        let Component { horizontal, vertical, .. } = self.components[component];
        let blocks =
            |side: usize, factor: usize, largest: usize| (side * factor).div_ceil(largest).div_ceil(8);
        (blocks(self.width, horizontal, self.largest.0), blocks(self.height, vertical, self.largest.1))
    }
}

impl Tables {
    fn read_codes(&mut self, mut payload: &[u8]) {
        while let [destination, rest @ ..] = payload {
            let class = if destination >> 4 == 0 { &mut self.dc } else { &mut self.ac };
            (class[usize::from(destination & 15)], payload) = Codes::read(rest);
        }
    }

    fn read_steps(&mut self, mut payload: &[u8]) {
        while let [destination, rest @ ..] = payload {
            let size = if destination >> 4 == 0 { 1 } else { 2 };
            let step = |i: usize| if size == 1 { rest[i].into() } else { word(&rest[2 * i..]) as u16 };
            self.steps[usize::from(destination & 15)] = Some(std::array::from_fn(step));
            payload = &rest[64 * size..];
        }
    }
}

fn word(bytes: &[u8]) -> usize {
    usize::from(bytes[0]) << 8 | usize::from(bytes[1])
}
