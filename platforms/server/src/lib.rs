//! The native Edgepix server: the image service behind an HTTP/1.1 listener, with the core linked in; and the same
//! core for files, as the commands `resize` and `info`.
//!
//! ```text
//! args ┬ settings → app ┬ page      the playground at /
//!      │                └ service   everything else, with what this process gives:
//!      │                    platform ─ fetch · folder · samples · cache
//!      │                    pool     ─ queue: which job runs next, on threads of its own
//!      │                             └ processor: the core, or its component in a sandbox
//!      ├ cli ┬ resize   files in, files out
//!      │     └ info     what files hold
//!      └ generated      completions and manual pages; shorthand: what may be left out
//! ```
//!
//! [`Settings`] are read from flags and variables, [`App`] is made of them, [`serve`] answers connections until it is
//! stopped. The program `edgepix` does these three in a row; so do the tests, with other flags. A command for files is a
//! [`Tool`].

mod app;
mod args;
mod banner;
mod cache;
mod cli;
mod client;
mod connections;
mod fetch;
mod folder;
mod generated;
mod health;
mod image_names;
mod listen;
mod log;
mod memory;
mod metrics;
mod operations;
#[cfg(feature = "otlp")]
mod otlp;
mod outcome;
mod page;
mod platform;
mod pool;
mod processor;
mod queue;
mod record;
mod samples;
mod serve;
mod settings;
mod shorthand;
mod signal;
mod spans;
mod trace;
mod variables;
mod well_formed;

pub use app::App;
pub use args::{Arguments, LogFormat, Task};
pub use banner::Banner;
pub use cli::Tool;
pub use connections::ConnectionLimits;
pub use edgepix_service::ConfigError;
pub use generated::Generated;
pub use health::check as health;
pub use listen::{listen, listen_for_operations};
pub use log::start as start_log;
pub use memory::give_back_what_is_free;
pub use operations::serve_operations;
#[cfg(feature = "otlp")]
pub use otlp::SpanExport;
pub use serve::{ClientLimits, serve};
pub use settings::{Engine, SandboxFiles, Settings};
pub use signal::stop_signals;
