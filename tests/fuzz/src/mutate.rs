//! Mutations that are the same on every run.

use fastrand::Rng;

/// Values at which parsers turn: ends of ranges, signs.
const EDGES: [u8; 8] = [0, 1, 0x7f, 0x80, 0xfe, 0xff, b'0', b'%'];

/// A seed with a few changes, chosen by a number.
pub fn mutated(seeds: &[Vec<u8>], number: u64) -> Vec<u8> {
    let mut random = Rng::with_seed(number);
    let mut bytes = seeds[random.usize(..seeds.len())].clone();
    for _ in 0..random.u8(1..=4) {
        change(&mut bytes, seeds, &mut random);
    }
    bytes
}

fn change(bytes: &mut Vec<u8>, seeds: &[Vec<u8>], random: &mut Rng) {
    // Headers, at the front, decide more than what follows.
    let near = if random.bool() { bytes.len() } else { bytes.len().min(120) };
    let at = random.usize(..=near.saturating_sub(1));
    match random.u8(..8) {
        0 => bytes.truncate(at),
        1 => bytes.insert(at.min(bytes.len()), EDGES[random.usize(..EDGES.len())]),
        2 => {
            let end = (at + random.usize(1..64)).min(bytes.len());
            bytes.drain(at.min(end)..end);
        }
        3 => {
            let other = &seeds[random.usize(..seeds.len())];
            let from = random.usize(..=other.len());
            let piece = &other[from..(from + random.usize(..200)).min(other.len())];
            bytes.splice(at.min(bytes.len())..at.min(bytes.len()), piece.iter().copied());
        }
        4 | 5 if at < bytes.len() => bytes[at] = EDGES[random.usize(..EDGES.len())],
        _ if at < bytes.len() => bytes[at] ^= 1 << random.u8(..8),
        _ => bytes.push(random.u8(..)),
    }
}
