//! The README's charts: time and memory over the source's megapixels, both axes logarithmic.
//!
//! A page shows them as images, which follow the light or dark mode of the reader's system.

use std::fmt::Write;

use crate::peers::{Row, WORKS};

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 400.0;
/// The plot's edges.
const LEFT: f64 = 64.0;
const RIGHT: f64 = 566.0;
const TOP: f64 = 48.0;
const BOTTOM: f64 = 340.0;

/// Systems, how they are called, and their lines' colours on light and on dark.
const LINES: [(&str, &str, [&str; 2]); 6] = [
    ("edgepix-v8", "Edgepix in V8", ["#0969da", "#4493f8"]),
    ("edgepix-native", "Edgepix, native", ["#0969da", "#4493f8"]),
    ("sharp", "sharp", ["#bc4c00", "#f0883e"]),
    ("wasm-vips", "wasm-vips", ["#8250df", "#ab7df8"]),
    ("photon", "Photon", ["#1a7f37", "#3fb950"]),
    ("jsquash", "jSquash", ["#bf3989", "#db61a2"]),
];

/// What is common to all lines.
const STYLE: &str = "text{font:13px system-ui,-apple-system,'Segoe UI',sans-serif;fill:#1f2328}\
.title{font-size:15px;font-weight:600}.tick{fill:#59636e;font-size:12px}.grid{stroke:#d1d9e0}\
path{fill:none;stroke-width:2;stroke-linejoin:round}\
.edgepix-v8 path{stroke-width:3.5}.edgepix-v8 text{font-weight:700}.edgepix-native path{stroke-dasharray:6 4}";
const DARK: &str = "text{fill:#f0f6fc}.tick{fill:#9198a1}.grid{stroke:#3d444d}";

/// The charts' files, by their names.
pub(crate) fn all(rows: &[Row]) -> [(&'static str, String); 2] {
    let memory = |row: &Row| Some(row.peak_bytes? as f64 / 1_048_576.0);
    [
        (
            "bench-time.svg",
            chart(rows, "Time of one job on one core, in milliseconds (lower is better)", |row| {
                row.ms_median
            }),
        ),
        ("bench-memory.svg", chart(rows, "Peak memory of one job, in MiB (lower is better)", memory)),
    ]
}

/// A stylesheet for light and dark mode.
fn style() -> String {
    let colours = |at: usize| -> String {
        let rule = |(system, _, colours): &(&str, &str, [&str; 2])| {
            let colour = colours[at];
            format!(".{system} path{{stroke:{colour}}}.{system} circle,.{system} text{{fill:{colour}}}")
        };
        LINES.iter().map(rule).collect()
    };
    format!("{STYLE}{}@media(prefers-color-scheme:dark){{{DARK}{}}}", colours(0), colours(1))
}

struct Line {
    system: &'static str,
    label: &'static str,
    points: Vec<(f64, f64)>,
}

fn chart(rows: &[Row], title: &str, value: impl Fn(&Row) -> Option<f64>) -> String {
    let value = |system: &str, work: &str| {
        let row = rows.iter().find(|row| row.system == system && row.work == work)?;
        value(row).filter(|value| *value > 0.0)
    };
    let lines: Vec<Line> = LINES
        .into_iter()
        .map(|(system, label, _)| {
            let point = |work: &crate::peers::Work| Some((work.megapixels?.0, value(system, work.name)?));
            Line { system, label, points: WORKS.iter().filter_map(point).collect() }
        })
        .filter(|line| !line.points.is_empty())
        .collect();
    let values = || lines.iter().flat_map(|line| line.points.iter().map(|point| point.1));
    let (low, high) = (values().fold(f64::MAX, f64::min), values().fold(f64::MIN, f64::max));
    // Some air below and above.
    let (low, high) = (low / 1.3, high * 1.2);
    let x = |megapixels: f64| place(megapixels, (5.6, 112.0), (LEFT, RIGHT));
    let y = |value: f64| place(value, (low, high), (BOTTOM, TOP));

    let mut svg = String::new();
    let mut put = |text: std::fmt::Arguments<'_>| {
        let _ = svg.write_fmt(text);
        svg.push('\n');
    };
    put(format_args!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{HEIGHT}\" \
         viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\">"
    ));
    put(format_args!("<title>{title}</title>"));
    put(format_args!("<style>{}</style>", style()));
    put(format_args!("<text class=\"title\" x=\"16\" y=\"24\">{title}</text>"));
    for tick in ticks(low, high) {
        let y = y(tick);
        put(format_args!("<line class=\"grid\" x1=\"{LEFT}\" x2=\"{RIGHT}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/>"));
        let label = y + 4.0;
        put(format_args!(
            "<text class=\"tick\" x=\"{:.1}\" y=\"{label:.1}\" text-anchor=\"end\">{tick}</text>",
            LEFT - 8.0
        ));
    }
    for (megapixels, label) in WORKS.iter().filter_map(|work| work.megapixels) {
        put(format_args!(
            "<text class=\"tick\" x=\"{:.1}\" y=\"{}\" text-anchor=\"middle\">{label}</text>",
            x(megapixels),
            BOTTOM + 20.0
        ));
    }
    put(format_args!(
        "<text class=\"tick\" x=\"{}\" y=\"{}\" text-anchor=\"middle\">\
         JPEG of so many megapixels, to 720 or 800 pixels wide, as JPEG</text>",
        f64::midpoint(LEFT, RIGHT),
        BOTTOM + 42.0
    ));
    let labels = labels(&lines, y);
    for (line, label) in lines.iter().zip(labels).rev() {
        put(format_args!("<g class=\"{}\">", line.system));
        let steps: Vec<String> =
            line.points.iter().map(|(mp, value)| format!("{:.1},{:.1}", x(*mp), y(*value))).collect();
        put(format_args!("<path d=\"M{}\"/>", steps.join(" L")));
        for (megapixels, value) in &line.points {
            put(format_args!("<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"3\"/>", x(*megapixels), y(*value)));
        }
        let (megapixels, value) = line.points.last().copied().unwrap_or_default();
        let unfinished = if megapixels < 90.0 { ", fails beyond" } else { "" };
        put(format_args!(
            "<text x=\"{:.1}\" y=\"{:.1}\">{} {}{unfinished}</text></g>",
            RIGHT + 10.0,
            label + 4.0,
            line.label,
            short(value),
        ));
    }
    put(format_args!("</svg>"));
    svg
}

/// Where a value is on a logarithmic axis.
fn place(value: f64, (low, high): (f64, f64), (from, to): (f64, f64)) -> f64 {
    from + (value / low).ln() / (high / low).ln() * (to - from)
}

/// 1, 2 and 5 times the powers of ten; where these are too many, the powers alone.
fn ticks(low: f64, high: f64) -> Vec<f64> {
    let steps = if high / low > 300.0 { &[1.0][..] } else { &[1.0, 2.0, 5.0] };
    let powers = (-1..=6).flat_map(|power| steps.iter().map(move |step| step * 10f64.powi(power)));
    powers.filter(|tick| (low..=high).contains(tick)).collect()
}

/// Heights of the lines' labels: at their ends, but not over each other.
fn labels(lines: &[Line], y: impl Fn(f64) -> f64) -> Vec<f64> {
    const APART: f64 = 18.0;
    let ends: Vec<f64> =
        lines.iter().map(|line| line.points.last().map_or(0.0, |point| y(point.1))).collect();
    let mut order: Vec<usize> = (0..ends.len()).collect();
    order.sort_by(|a, b| ends[*a].total_cmp(&ends[*b]));
    let mut places = ends.clone();
    for pair in order.windows(2) {
        places[pair[1]] = places[pair[1]].max(places[pair[0]] + APART);
    }
    // What was pushed out of the plot pushes back.
    let mut bottom = BOTTOM + 8.0;
    for at in order.iter().rev() {
        places[*at] = places[*at].min(bottom);
        bottom = places[*at] - APART;
    }
    places
}

fn short(value: f64) -> String {
    if value < 10.0 { format!("{value:.1}") } else { format!("{value:.0}") }
}
