//! What the rows say: multiples of the reference encoder's bytes and time.

use super::encoders::Work;
use super::{Point, Row};
use crate::median;

/// SSIMULACRA2 at which bytes are compared: from what is seen to be coded to what is hardly told from the source.
const SCORES: [f64; 5] = [60.0, 70.0, 80.0, 85.0, 90.0];

/// Multiples of the reference's bytes over pictures.
pub(super) struct Bytes {
    /// The geometric mean.
    pub(super) mean: f64,
    worst: f64,
    pictures: usize,
}

/// An encoder's bytes at a score; where the work has no qualities, its bytes as they are.
pub(super) fn bytes(work: &Work, rows: &[Row], encoder: &str, score: f64) -> Option<Bytes> {
    let ratios: Vec<f64> = of(rows, encoder)
        .filter_map(|row| {
            let reference = of(rows, work.reference).find(|other| other.picture == row.picture)?;
            Some(at(work, row, score)? / at(work, reference, score)?)
        })
        .collect();
    let mean = (ratios.iter().map(|ratio| ratio.ln()).sum::<f64>() / ratios.len() as f64).exp();
    let worst = ratios.iter().copied().reduce(f64::max)?;
    Some(Bytes { mean, worst, pictures: ratios.len() })
}

fn of<'a>(rows: &'a [Row], encoder: &'a str) -> impl Iterator<Item = &'a Row> {
    rows.iter().filter(move |row| row.encoder == encoder)
}

fn at(work: &Work, row: &Row, score: f64) -> Option<f64> {
    match (work.qualities, &*row.points) {
        ([], [only]) => Some(only.bytes),
        (_, points) => at_score(points, score),
    }
}

/// The bytes at a score, on a straight line between the logarithms of two points' bytes; none outside of the points.
fn at_score(points: &[Point], score: f64) -> Option<f64> {
    points.windows(2).find_map(|pair| {
        let [low, high] = pair else { return None };
        let share = (score - low.ssimulacra2) / (high.ssimulacra2 - low.ssimulacra2);
        let is_between = (0.0..=1.0).contains(&share);
        is_between.then(|| (low.bytes.ln() + share * (high.bytes / low.bytes).ln()).exp())
    })
}

/// The median over the pictures of an encoder's time, as a multiple of the reference's.
pub(super) fn time(
    work: &Work,
    rows: &[Row],
    encoder: &str,
    ms: impl Fn(&Row) -> Option<f64>,
) -> Option<f64> {
    let ratios: Vec<f64> = of(rows, encoder)
        .filter_map(|row| {
            let reference = of(rows, work.reference).find(|other| other.picture == row.picture)?;
            Some(ms(row)? / reference.ms)
        })
        .collect();
    Some(median(&ratios)).filter(|ratio| ratio.is_finite())
}

pub(super) fn table(work: &Work, kind: &str, rows: &[Row]) {
    let number = |value: Option<f64>| value.map_or("–".to_owned(), |value| format!("{value:.2}"));
    let exact = work.qualities.is_empty();
    println!("\n{}, {kind}: multiples of {}'s bytes, mean (worst), and time", work.name, work.reference);
    let heads: Vec<String> = if exact {
        vec!["bytes".to_owned(), "SSIMULACRA2".to_owned()]
    } else {
        SCORES.iter().map(|score| format!("at {score}")).collect()
    };
    print!("{:<20}", "");
    heads.iter().for_each(|head| print!(" {head:>13}"));
    println!(" {:>8} {:>8} {:>8}", "native", "V8", "ms/MP");
    for encoder in work.encoders {
        print!("{:<20}", encoder.name);
        let cell = |score: f64| {
            let bytes = bytes(work, rows, encoder.name, score);
            bytes.map_or("–".to_owned(), |bytes| format!("{:.3} ({:.2})", bytes.mean, bytes.worst))
        };
        if exact {
            let points = of(rows, encoder.name).flat_map(|row| &row.points);
            let scores: Vec<f64> = points.map(|point| point.ssimulacra2).collect();
            let mean = scores.iter().sum::<f64>() / scores.len() as f64;
            print!(" {:>13} {mean:>13.2}", cell(0.0));
        } else {
            SCORES.iter().for_each(|score| print!(" {:>13}", cell(*score)));
        }
        let speeds: Vec<f64> = of(rows, encoder.name).map(|row| row.ms / row.pixels * 1e6).collect();
        println!(
            " {:>8} {:>8} {:>8.1}",
            number(time(work, rows, encoder.name, |row| Some(row.ms))),
            number(time(work, rows, encoder.name, |row| row.ms_v8)),
            median(&speeds),
        );
    }
    if !exact {
        let counted = bytes(work, rows, work.reference, 70.0).map_or(0, |bytes| bytes.pictures);
        println!("At a score count the pictures that both encoders reach: at 70 {counted} at most.");
    }
}
