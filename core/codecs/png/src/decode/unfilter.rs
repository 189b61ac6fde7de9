//! Undoing the filters of rows (PNG section 9.2).

use crate::error::Error;

/// The last of the filters.
pub(super) const LAST: u8 = 4;

/// Undoes a row's filter. `pixel`: bytes of a pixel, 1 where several share a byte.
pub(super) fn unfilter(filter: u8, pixel: usize, above: &[u8], row: &mut [u8]) -> Result<(), Error> {
    match (filter, pixel) {
        (0, _) => {}
        (2, _) => row.iter_mut().zip(above).for_each(|(x, b)| *x = x.wrapping_add(*b)),
        (1 | 3 | 4, 1) => by_left::<1>(filter, above, row),
        (1 | 3 | 4, 2) => by_left::<2>(filter, above, row),
        (1 | 3 | 4, 3) => by_left::<3>(filter, above, row),
        (1 | 3 | 4, 4) => by_left::<4>(filter, above, row),
        (1 | 3 | 4, 6) => by_left::<6>(filter, above, row),
        (1 | 3 | 4, 8) => by_left::<8>(filter, above, row),
        _ => return Err(Error::Damaged("The PNG has a row with a filter that does not exist.")),
    }
    Ok(())
}

/// The filters that look at the pixel to the left.
fn by_left<const N: usize>(filter: u8, above: &[u8], row: &mut [u8]) {
    let (row, above) = (row.as_chunks_mut::<N>().0, above.as_chunks::<N>().0);
    match filter {
        1 => {
            let mut a = [0; N];
            for x in row {
                a = std::array::from_fn(|i| x[i].wrapping_add(a[i]));
                *x = a;
            }
        }
        3 => {
            let mut a = [0; N];
            for (x, b) in row.iter_mut().zip(above) {
                a = std::array::from_fn(|i| {
                    x[i].wrapping_add(((u16::from(a[i]) + u16::from(b[i])) >> 1) as u8)
                });
                *x = a;
            }
        }
        _ => {
            let (mut a, mut c) = ([0; N], [0; N]);
            for (x, b) in row.iter_mut().zip(above) {
                let b = b.map(i16::from);
                // What is known modulo 256 need not be cut to a byte until it is stored.
                a = std::array::from_fn(|i| (i16::from(x[i]) + paeth(a[i], b[i], c[i])) & 0xff);
                *x = a.map(|sample| sample as u8);
                c = b;
            }
        }
    }
}

/// Of left, above and above left the one that is nearest to left + above − above left (PNG section 9.4). Without branches,
/// so that the samples of a pixel go through at once.
fn paeth(a: i16, b: i16, c: i16) -> i16 {
    let (pa, pb) = (b - c, a - c);
    let pc = (pa + pb).abs();
    let (pa, pb) = (pa.abs(), pb.abs());
    let nearest = if pc < pb { c } else { b };
    if pa <= pb.min(pc) { a } else { nearest }
}
