//! `soak`: drives runtimes for minutes with mixed requests and faults, and says what their clients saw.

use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use edgepix_golden::soak::{HOSTS, Plan, report::Report, soak};

/// Drives the runtimes with mixed requests and injected faults. Fails where a request has no answer of the contract, where memory
/// grows, where something panics, and where it is not as before in the end.
///
/// The report is printed, and written to dist/soak/report.json.
#[derive(Parser)]
#[command(name = "soak")]
struct Options {
    /// A host to drive; may be repeated. Default: all.
    #[arg(long, value_name = "HOST", value_parser = HOSTS)]
    host: Vec<String>,
    /// Minutes for all hosts together.
    #[arg(long, default_value_t = 10.0)]
    minutes: f64,
    /// What all choices follow from. Default: another one each time.
    #[arg(long)]
    seed: Option<u64>,
}

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("soak: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Whether everything passed.
fn run(options: &Options) -> Result<bool, String> {
    let all = HOSTS.map(str::to_owned);
    let hosts = if options.host.is_empty() { &all[..] } else { &options.host };
    let seed = options.seed.unwrap_or_else(|| fastrand::u64(..1_000_000));
    let time = Duration::try_from_secs_f64(options.minutes * 60.0 / hosts.len() as f64);
    let time = time.map_err(|error| format!("--minutes: {error}"))?;
    let plan = Plan { time, seed, deadline: Duration::from_secs(60), compares_times: true };
    let mut reports = Vec::new();
    for host in hosts {
        eprintln!("soak {host}, seed {seed}");
        let report = soak(host, &plan)?;
        println!("{report}\n");
        reports.push(report);
    }
    write(&reports)?;
    Ok(reports.iter().all(|report| report.wrong.is_empty()))
}

fn write(reports: &[Report]) -> Result<(), String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name("dist").join("soak");
    let path = folder.join("report.json");
    let text = serde_json::to_string_pretty(reports).map_err(|error| error.to_string())?;
    let written = std::fs::create_dir_all(&folder).and_then(|()| std::fs::write(&path, text + "\n"));
    written.map_err(|error| format!("{}: {error}", path.display()))
}
