//! `edgepix`: serves resized images, and resizes files. See `edgepix --help`.

use std::process::ExitCode;
use std::time::Duration;

use edgepix_server::{
    App, Arguments, Banner, Settings, Task, give_back_what_is_free, health, listen, serve, start_log,
    stop_signals,
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
    for name in arguments.unknown_variables() {
        tracing::warn!(name, "this variable is none of Edgepix's; it has no effect");
    }
    let app = App::new(&settings).map_err(explain)?;

    let runtime = Runtime::new().map_err(|error| format!("The threads cannot be started: {error}."))?;
    let served = runtime.block_on(async {
        let listener = listen(settings.listen).await?;
        let address = listener.local_addr().map_err(|error| error.to_string())?;
        Banner::new(&settings, address).show(arguments.log_format());
        serve(app, listener, settings.clients, settings.drain, stop_signals()).await;
        Ok(())
    });
    // What still runs here has had its time.
    runtime.shutdown_timeout(Duration::from_millis(100));
    served
}
