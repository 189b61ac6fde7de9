//! Profiles, written byte by byte (ICC.1:2022, and ICC.1:2001 for version 2).

/// A profile with these tags.
pub(crate) struct Profile {
    pub(crate) version: u8,
    pub(crate) space: &'static [u8; 4],
    pub(crate) pcs: &'static [u8; 4],
    pub(crate) tags: Vec<(&'static [u8; 4], Vec<u8>)>,
}

impl Profile {
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut data = Vec::new();
        let mut table = (self.tags.len() as u32).to_be_bytes().to_vec();
        let start = 128 + 4 + self.tags.len() * 12;
        for (name, tag) in &self.tags {
            table.extend_from_slice(*name);
            table.extend_from_slice(&((start + data.len()) as u32).to_be_bytes());
            table.extend_from_slice(&(tag.len() as u32).to_be_bytes());
            data.extend_from_slice(tag);
            data.resize(data.len().next_multiple_of(4), 0);
        }
        let mut header = vec![0; 128];
        header[..4].copy_from_slice(&((start + data.len()) as u32).to_be_bytes());
        header[8] = self.version;
        header[12..16].copy_from_slice(if self.space == b"CMYK" { b"prtr" } else { b"mntr" });
        header[16..20].copy_from_slice(self.space);
        header[20..24].copy_from_slice(self.pcs);
        header[36..40].copy_from_slice(b"acsp");
        header[68..80].copy_from_slice(&[0, 0, 0xf6, 0xd6, 0, 1, 0, 0, 0, 0, 0xd3, 0x2d]);
        [header, table, data].concat()
    }
}

/// A curve as a profile can state it.
#[derive(Clone, PartialEq)]
pub(crate) enum Tone {
    Identity,
    /// A power, in 1/256.
    Gamma(u16),
    Table(Vec<u16>),
    /// `parametricCurveType`: its kind, and parameters in 1/65536.
    Parametric(u16, Vec<i32>),
}

impl Tone {
    /// `parameters` are rounded as a profile rounds them.
    pub(crate) fn parametric(kind: u16, parameters: &[f64]) -> Self {
        Tone::Parametric(kind, parameters.iter().map(|&p| fixed(p)).collect())
    }

    /// So many samples of `function`.
    pub(crate) fn sampled(count: usize, function: impl Fn(f64) -> f64) -> Self {
        let value = |i: usize| (function(i as f64 / (count - 1) as f64) * 65535.0).round() as u16;
        Tone::Table((0..count).map(value).collect())
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        match self {
            Tone::Identity => curv(&[]),
            Tone::Gamma(gamma) => curv(&[*gamma]),
            Tone::Table(values) => curv(values),
            Tone::Parametric(kind, parameters) => {
                let parameters = parameters.iter().flat_map(|p| p.to_be_bytes());
                [&b"para\0\0\0\0"[..], &kind.to_be_bytes(), &[0; 2], &parameters.collect::<Vec<_>>()].concat()
            }
        }
    }
}

fn curv(values: &[u16]) -> Vec<u8> {
    [&b"curv\0\0\0\0"[..], &(values.len() as u32).to_be_bytes(), &words(values)].concat()
}

pub(crate) fn words(values: &[u16]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_be_bytes()).collect()
}

/// An `s15Fixed16Number`.
pub(crate) fn fixed(value: f64) -> i32 {
    (value * 65536.0).round() as i32
}

/// An `XYZType`.
pub(crate) fn xyz(value: [f64; 3]) -> Vec<u8> {
    [&b"XYZ \0\0\0\0"[..], &value.map(fixed).map(i32::to_be_bytes).concat()].concat()
}

/// Which of the types a table is written as.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Kind {
    /// `lut8Type`: curves of 256 bytes, nodes of a byte.
    Lut8,
    Lut16,
    /// `lutAToBType`, nodes of one byte or two.
    AToB(u8),
}

/// A table from device colours to the PCS, whose curves and nodes are of 16 bits.
pub(crate) struct Lut {
    pub(crate) kind: Kind,
    pub(crate) inputs: Vec<Tone>,
    /// Nodes along each axis; the last one's stand side by side. None without a grid.
    pub(crate) points: Vec<u8>,
    pub(crate) nodes: Vec<[u16; 3]>,
    /// Curves and a matrix of three rows of three and three more, of `lutAToBType` alone.
    pub(crate) middle: Option<([Tone; 3], [f64; 12])>,
    pub(crate) outputs: [Tone; 3],
}

impl Lut {
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let nodes = self.nodes.as_flattened();
        let channels = self.inputs.len() as u8;
        let mut bytes = match self.kind {
            Kind::Lut8 => b"mft1\0\0\0\0".to_vec(),
            Kind::Lut16 => b"mft2\0\0\0\0".to_vec(),
            Kind::AToB(_) => b"mAB \0\0\0\0".to_vec(),
        };
        bytes.extend_from_slice(&[channels, 3]);
        let Kind::AToB(precision) = self.kind else {
            bytes.extend_from_slice(&[self.points[0], 0]);
            let identity = [1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0];
            bytes.extend_from_slice(&identity.map(fixed).map(i32::to_be_bytes).concat());
            let (inputs, outputs) = (tables(&self.inputs), tables(&self.outputs));
            if self.kind == Kind::Lut16 {
                bytes.extend_from_slice(&words(&[inputs[0].len() as u16, outputs[0].len() as u16]));
                bytes.extend_from_slice(&words(&[&inputs.concat(), nodes, &outputs.concat()].concat()));
            } else {
                bytes.extend(
                    [&inputs.concat(), nodes, &outputs.concat()].concat().iter().map(|value| eight(*value)),
                );
            }
            return bytes;
        };
        bytes.resize(32, 0);
        let part = |bytes: &mut Vec<u8>, at: usize, part: Vec<u8>| {
            let offset = bytes.len() as u32;
            bytes[at..at + 4].copy_from_slice(&offset.to_be_bytes());
            bytes.extend(part);
            bytes.resize(bytes.len().next_multiple_of(4), 0);
        };
        part(&mut bytes, 12, curves(&self.outputs));
        if let Some((curves_m, matrix)) = &self.middle {
            part(&mut bytes, 16, matrix.map(fixed).map(i32::to_be_bytes).concat());
            part(&mut bytes, 20, curves(curves_m));
        }
        if !self.points.is_empty() {
            let mut clut = self.points.clone();
            clut.resize(16, 0);
            clut.extend_from_slice(&[precision, 0, 0, 0]);
            match precision {
                1 => clut.extend(nodes.iter().map(|value| eight(*value))),
                _ => clut.extend(words(nodes)),
            }
            part(&mut bytes, 24, clut);
            part(&mut bytes, 28, curves(&self.inputs));
        }
        bytes
    }
}

/// What of sixteen bits is stored in eight.
pub(crate) fn eight(value: u16) -> u8 {
    ((u32::from(value) + 128) / 257) as u8
}

fn curves(tones: &[Tone]) -> Vec<u8> {
    let padded = |tone: &Tone| {
        let mut bytes = tone.bytes();
        bytes.resize(bytes.len().next_multiple_of(4), 0);
        bytes
    };
    tones.iter().flat_map(padded).collect()
}

fn tables(tones: &[Tone]) -> Vec<Vec<u16>> {
    let values = |tone: &Tone| match tone {
        Tone::Table(values) => values.clone(),
        Tone::Identity => vec![0, 65535],
        _ => panic!("not in this type"),
    };
    tones.iter().map(values).collect()
}
