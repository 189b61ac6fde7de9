//! A runtime's process: started with its output in a file, awaited, ended with all that it has started.

use std::fs::{self, File};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::Stage;
use crate::client;

/// The longest start: the first one compiles a module, with others doing the same beside it.
const PATIENCE: Duration = Duration::from_secs(180);

pub(crate) struct Process {
    child: Child,
    log: PathBuf,
}

impl Process {
    /// Starts a command.
    pub(crate) fn spawn(command: &mut Command, stage: &Stage) -> Result<Self, String> {
        let program = command.get_program().to_string_lossy().into_owned();
        let wrong = |error: std::io::Error| format!("{program} did not start: {error}");
        let log = stage.folder.join("log");
        let output = File::create(&log).map_err(wrong)?;
        command.stdin(Stdio::null()).stdout(output.try_clone().map_err(wrong)?).stderr(output);
        // Some runtimes are programs that start others: all of them are in one group, and end together.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(command, 0);
        Ok(Self { child: command.spawn().map_err(wrong)?, log })
    }

    /// Waits until the port answers, whatever it says.
    pub(super) fn wait_until_it_answers(&mut self, address: SocketAddr) -> Result<(), String> {
        let began = Instant::now();
        let url = format!("http://{address}/health");
        while began.elapsed() < PATIENCE {
            if let Ok(Some(status)) = self.child.try_wait() {
                return Err(format!("the runtime ended ({status}):\n{}", self.log()));
            }
            let listens = TcpStream::connect_timeout(&address, Duration::from_secs(1)).is_ok();
            if listens && client::get(&url).is_ok() {
                return Ok(());
            }
            sleep(Duration::from_millis(20));
        }
        Err(format!("the runtime does not answer at {url}:\n{}", self.log()))
    }

    /// Processor time that all processes of the runtime have taken so far, as Linux counts it.
    pub(super) fn processor_time(&self) -> Option<Duration> {
        /// Of all architectures that Linux runs on today.
        const TICKS_A_SECOND: u64 = 100;
        // User's time and system's.
        let ticks = sum_of_group(self.child.id(), &[11, 12])?;
        Some(Duration::from_millis(ticks * 1000 / TICKS_A_SECOND))
    }

    pub(super) fn memory(&self) -> MemoryOf {
        MemoryOf { group: self.child.id() }
    }

    pub(super) fn ended(&mut self) -> Option<String> {
        self.child.try_wait().ok()?.map(|status| status.to_string())
    }

    pub(super) fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }
}

/// The resident memory of a runtime, which can be looked at from another thread.
#[derive(Clone, Copy, Debug)]
pub struct MemoryOf {
    group: u32,
}

impl MemoryOf {
    /// Bytes that all processes of the runtime have in memory, as Linux counts them: what they share counts for each.
    pub fn resident(self) -> Option<u64> {
        /// Of all architectures that the suite runs on.
        const PAGE: u64 = 4096;
        sum_of_group(self.group, &[21]).map(|pages| pages * PAGE)
    }
}

/// The sum of fields of `/proc/PID/stat` over all processes of a group. Fields are counted from 0 behind the program's name,
/// which may hold anything: state, parent, group.
fn sum_of_group(group: u32, wanted: &[usize]) -> Option<u64> {
    let group = group.to_string();
    let sums = fs::read_dir("/proc").ok()?.flatten().filter_map(|process| {
        let stat = fs::read_to_string(process.path().join("stat")).ok()?;
        let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
        let number = |field: &usize| fields.get(*field)?.parse::<u64>().ok();
        if fields.get(2) == Some(&group.as_str()) {
            wanted.iter().map(number).sum::<Option<u64>>()
        } else {
            None
        }
    });
    Some(sums.sum::<u64>())
}

impl Drop for Process {
    fn drop(&mut self) {
        #[cfg(unix)]
        let _ = Command::new("kill")
            .args(["-9", "--", &format!("-{}", self.child.id())])
            // The group may have ended by itself.
            .stderr(Stdio::null())
            .status();
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
