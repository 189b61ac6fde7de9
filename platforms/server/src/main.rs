//! `edgepix`: serves resized images, and resizes files. See `edgepix --help`.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

#[cfg(feature = "otlp")]
use edgepix_server::SpanExport;
use edgepix_server::{
    App, Arguments, Banner, Settings, Task, give_back_what_is_free, health, listen, listen_for_operations,
    serve, serve_operations, start_log, stop_signals,
};
use tokio::runtime::Runtime;

fn main() -> ExitCode {
    let arguments = match Task::parse() {
        Task::Serve(arguments) => arguments,
        Task::Health(arguments) => return health(&arguments),
        Task::Files(tool) => return tool.run(),
        Task::Generate(text) => return text.run(),
    };
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("edgepix: {message}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), String> {
    give_back_what_is_free();
    let explain = |error| arguments.explain(&error);
    let settings = Settings::from_lookup(|name| arguments.lookup(name)).map_err(explain)?;
    start_log(settings.service.log, arguments.log_format());
    for (name, meant) in arguments.unknown_variables() {
        let question = meant.map(|meant| format!("; is {meant} meant?")).unwrap_or_default();
        tracing::warn!(name, "this variable is none of Edgepix's and has no effect{question}");
    }
    let app = Arc::new(App::new(&settings).map_err(explain)?);

    let runtime = Runtime::new().map_err(|error| format!("The threads cannot be started: {error}."))?;
    #[cfg(feature = "otlp")]
    let spans = SpanExport::start(runtime.handle())?;
    let served = runtime.block_on(async {
        let listener = listen(settings.listen).await?;
        let address = listener.local_addr().map_err(|error| error.to_string())?;
        let metrics = match settings.metrics {
            Some(address) => {
                let listener = listen_for_operations(address).await?;
                let address = listener.local_addr().map_err(|error| error.to_string())?;
                tokio::spawn(serve_operations(Arc::clone(&app), listener));
                Some(address)
            }
            None => None,
        };
        Banner::new(&settings, address, metrics).show(arguments.log_format());
        serve(app, listener, settings.clients, settings.drain, stop_signals()).await;
        Ok(())
    });
    #[cfg(feature = "otlp")]
    if let Some(spans) = spans {
        spans.stop();
    }
    // What still runs here has had its time.
    runtime.shutdown_timeout(Duration::from_millis(100));
    served
}
