//! The core by itself as a worker.

use edgepix_bench_worker::{Job, Memory, serve};

fn main() -> Result<(), String> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let job = Job::from_arguments(&arguments)?;
    let limits = Job::limits();
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    serve(&job, &program, &Memory::Process, |source, quality| {
        let output = edgepix_core::transform(source, &job.transform(quality)?, &limits);
        output.map(|output| output.bytes).map_err(|error| error.message.into_owned())
    })
}
