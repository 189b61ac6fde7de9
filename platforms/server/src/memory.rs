//! Memory that large jobs have used goes back to the system, and stays there until it is needed again.

/// Makes the system's allocator give large blocks back as soon as they are free. Called before anything else is done: where
/// that is necessary, it starts the program again in the same process, and does not return.
///
/// From the first large block that is freed, glibc learns to keep blocks of its size for the next time, each thread for
/// itself and up to 32 MiB each: a server that has made a few large images would hold hundreds of megabytes for good. A
/// fixed bound prevents that, at no cost in speed that can be measured. glibc reads it when a program starts and at no other
/// time, from the variable `GLIBC_TUNABLES`; a bound that is set already is left as it is. Other allocators (musl's, macOS's,
/// Windows's) give large blocks back by themselves.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub fn give_back_what_is_free() {
    use std::env;
    use std::ffi::OsString;
    use std::os::unix::process::CommandExt;
    use std::process::Command;

    const VARIABLE: &str = "GLIBC_TUNABLES";
    const BOUND: &str = "glibc.malloc.mmap_threshold";
    const SETTINGS: &str = "glibc.malloc.mmap_threshold=262144:glibc.malloc.trim_threshold=262144";

    let set = env::var_os(VARIABLE).unwrap_or_default();
    let is_set = set.to_string_lossy().contains(BOUND) || env::var_os("MALLOC_MMAP_THRESHOLD_").is_some();
    let mut arguments = env::args_os();
    let (false, Some(name), Ok(program)) = (is_set, arguments.next(), env::current_exe()) else { return };
    let separator = if set.is_empty() { "" } else { ":" };
    let settings: OsString = [set.as_os_str(), separator.as_ref(), SETTINGS.as_ref()].into_iter().collect();
    // Only returns where that is forbidden here, and then everything works as before, in more memory.
    let _ = Command::new(program).arg0(name).args(arguments).env(VARIABLE, settings).exec();
}

/// Nothing is to be done with this system's allocator.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub fn give_back_what_is_free() {}
