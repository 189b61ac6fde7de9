//! The chart of encoders: bytes at equal SSIMULACRA2 over time, both as multiples of the reference encoder's.

use std::fmt::Write;

use super::encoders::WORKS;
use super::report::{bytes, time};
use super::{KINDS, Row};

const WIDTH: f64 = 760.0;
/// A panel's plot: its size, and what is around it.
const PLOT: (f64, f64) = (290.0, 200.0);
const LEFT: f64 = 56.0;
const TOP: f64 = 64.0;
const PANEL: (f64, f64) = (372.0, 288.0);

/// The works that are shown, and their titles.
const PANELS: [(&str, &str); 2] = [("jpeg", "JPEG"), ("webp", "WebP")];
/// SSIMULACRA2 at which bytes are compared.
const SCORE: f64 = 75.0;

/// Times on the axis, as multiples.
const TIMES: [f64; 6] = [0.1, 0.2, 0.5, 1.0, 2.0, 5.0];

const STYLE: &str = "text{font:12px system-ui,-apple-system,'Segoe UI',sans-serif;fill:#1f2328}\
.title{font-size:15px;font-weight:600}.panel{font-weight:600}.tick{fill:#59636e;font-size:11px}.grid{stroke:#d1d9e0}\
.ours circle{fill:#0969da}.ours text{fill:#0969da;font-weight:700}.theirs circle{fill:#bc4c00}.theirs text{fill:#bc4c00}\
@media(prefers-color-scheme:dark){text{fill:#f0f6fc}.tick{fill:#9198a1}.grid{stroke:#3d444d}\
.ours circle,.ours text{fill:#4493f8}.theirs circle,.theirs text{fill:#f0883e}}";

pub(super) fn svg(rows: &[Row]) -> String {
    let height = TOP + PANEL.1 * 2.0;
    let title = "Bytes at SSIMULACRA2 75 over native time (left and down is better)";
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{height}\" \
         viewBox=\"0 0 {WIDTH} {height}\" role=\"img\">\n<title>{title}</title>\n<style>{STYLE}</style>\n\
         <text class=\"title\" x=\"16\" y=\"24\">{title}</text>\n"
    );
    for (down, (work, label)) in PANELS.into_iter().enumerate() {
        for (across, kind) in KINDS.into_iter().enumerate() {
            let at = (LEFT + PANEL.0 * across as f64, TOP + PANEL.1 * down as f64);
            panel(&mut svg, at, (work, kind), &format!("{label}, {kind}"), rows);
        }
    }
    svg.push_str("</svg>\n");
    svg
}

fn panel(svg: &mut String, (left, top): (f64, f64), (work, kind): (&str, &str), title: &str, rows: &[Row]) {
    let Some(work) = WORKS.iter().find(|other| other.name == work) else { return };
    let rows: Vec<Row> =
        rows.iter().filter(|row| row.work == work.name && row.kind == kind).cloned().collect();
    let points: Vec<(&str, f64, f64)> = work
        .encoders
        .iter()
        .filter_map(|encoder| {
            let bytes = bytes(work, &rows, encoder.name, SCORE)?.mean;
            Some((encoder.name, time(work, &rows, encoder.name, |row| Some(row.ms))?, bytes))
        })
        .collect();
    let around = |values: &mut dyn Iterator<Item = f64>, air: f64| {
        let start = (f64::MAX, f64::MIN);
        let (low, high) = values.fold(start, |(low, high), value| (low.min(value), high.max(value)));
        (low / air, high * air)
    };
    let times = around(&mut points.iter().map(|point| point.1), 1.3);
    let sizes = around(&mut points.iter().map(|point| point.2), 1.03);
    let x = |value: f64| left + (value / times.0).ln() / (times.1 / times.0).ln() * PLOT.0;
    let y = |value: f64| top + (sizes.1 / value).ln() / (sizes.1 / sizes.0).ln() * PLOT.1;
    let (right, bottom) = (left + PLOT.0, top + PLOT.1);
    let _ = writeln!(svg, "<text class=\"panel\" x=\"{left}\" y=\"{}\">{title}</text>", top - 10.0);
    for tick in TIMES.into_iter().filter(|tick| (times.0..=times.1).contains(tick)) {
        let x = x(tick);
        let _ = writeln!(
            svg,
            "<line class=\"grid\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{top}\" y2=\"{bottom}\"/>\
             <text class=\"tick\" x=\"{x:.1}\" y=\"{}\" text-anchor=\"middle\">{tick} ×</text>",
            bottom + 16.0
        );
    }
    for tick in (14..60).map(|step| f64::from(step) / 20.0).filter(|tick| (sizes.0..=sizes.1).contains(tick))
    {
        let y = y(tick);
        let _ = writeln!(
            svg,
            "<line class=\"grid\" x1=\"{left}\" x2=\"{right}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/>\
             <text class=\"tick\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{tick:.2}</text>",
            left - 6.0,
            y + 4.0
        );
    }
    for (name, time, bytes) in points {
        let (x, y) = (x(time), y(bytes));
        let class = if name.starts_with("edgepix") { "ours" } else { "theirs" };
        let (label, anchor) =
            if x > f64::midpoint(left, right) { (x - 8.0, "end") } else { (x + 8.0, "start") };
        let _ = writeln!(
            svg,
            "<g class=\"{class}\"><circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4\"/>\
             <text x=\"{label:.1}\" y=\"{:.1}\" text-anchor=\"{anchor}\">{name}</text></g>",
            y + 4.0
        );
    }
}
