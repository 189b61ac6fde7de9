//! The native Edgepix server: the image service behind an HTTP/1.1 listener, with the core linked in.
//!
//! ```text
//! args → settings → app ┬ page      the playground at /
//!                       └ service   everything else, through two seams:
//!                           platform ─ fetch · folder · samples · cache
//!                           pool     ─ the core, off the asynchronous threads
//! ```
//!
//! [`Settings`] are read from flags and variables, [`App`] is made of them, [`serve`] answers connections until it is
//! told to stop. The program `edgepix` does these three in a row; so do the tests, with other flags.

mod app;
mod args;
mod banner;
mod cache;
mod fetch;
mod folder;
mod log;
mod page;
mod platform;
mod pool;
mod samples;
mod serve;
mod settings;

pub use app::App;
pub use args::{Arguments, LogFormat};
pub use banner::Banner;
pub use edgepix_service::ConfigError;
pub use log::start as start_log;
pub use serve::serve;
pub use settings::Settings;
