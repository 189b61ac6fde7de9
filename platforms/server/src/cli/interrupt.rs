//! Control-C: the program ends at once, but not between the two halves of writing a file.

use std::process;
use std::sync::{PoisonError, RwLock, RwLockReadGuard};
use std::thread;

use tokio::runtime;

use crate::signal::stop_signals;

/// What a shell reports of a program that control-C has ended.
const INTERRUPTED: i32 = 130;

/// Held for reading while a temporary file exists, for writing by whoever ends the program.
static WRITING: RwLock<()> = RwLock::new(());

/// Ends the program when it is told to, as soon as no temporary file is left.
pub(super) fn watch() {
    thread::spawn(|| {
        let Ok(runtime) = runtime::Builder::new_current_thread().enable_all().build() else { return };
        runtime.block_on(async { stop_signals().recv().await });
        let _nobody_writes = WRITING.write().unwrap_or_else(PoisonError::into_inner);
        eprintln!("edgepix: interrupted");
        process::exit(INTERRUPTED);
    });
}

/// Puts the end off for as long as the guard lives.
pub(super) fn hold_off() -> RwLockReadGuard<'static, ()> {
    WRITING.read().unwrap_or_else(PoisonError::into_inner)
}
