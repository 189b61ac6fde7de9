//! The program as a process of its own, with nothing of this process's variables.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// A server that is running. Dropped, it is killed.
pub(crate) struct Process {
    pub(crate) address: SocketAddr,
    child: Child,
    log: Arc<Mutex<String>>,
    reader: Option<JoinHandle<()>>,
}

/// The program without arguments.
pub(crate) fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_edgepix"));
    command.env_clear().stdin(Stdio::null());
    command
}

impl Process {
    /// Starts a server with these variables set, on a free port of 127.0.0.1 unless they say otherwise.
    pub(crate) fn start(variables: &[(&str, &str)]) -> Self {
        Self::spawn(program(), variables)
    }

    /// The same with so many open files at most.
    pub(crate) fn start_with_files(most: u32, variables: &[(&str, &str)]) -> Self {
        let mut command = Command::new("/bin/sh");
        command.env_clear().stdin(Stdio::null());
        let script = format!("ulimit -n {most}; exec \"$0\" \"$@\"");
        command.args(["-c", &script, env!("CARGO_BIN_EXE_edgepix")]);
        Self::spawn(command, variables)
    }

    fn spawn(mut command: Command, variables: &[(&str, &str)]) -> Self {
        command.env("EDGEPIX_LISTEN", "127.0.0.1:0").envs(variables.iter().copied());
        let command = command.args(["--log-format", "json"]).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let log = Arc::new(Mutex::new(String::new()));
        let (lines, shared) = (BufReader::new(child.stderr.take().unwrap()), Arc::clone(&log));
        let reader = thread::spawn(move || {
            for line in lines.lines().map_while(Result::ok) {
                shared.lock().unwrap().push_str(&(line + "\n"));
            }
        });
        let address = SocketAddr::from(([127, 0, 0, 1], 0));
        let mut process = Self { address, child, log, reader: Some(reader) };
        let line = process.line("listening");
        let base = line["base"].as_str().unwrap();
        process.address = base.strip_prefix("http://").unwrap().parse().unwrap();
        process
    }

    /// Bytes of its memory that are resident.
    #[cfg(target_os = "linux")]
    pub(crate) fn resident(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.split_whitespace().next().unwrap().parse::<u64>().unwrap() << 10
    }

    /// All lines of the log so far.
    pub(crate) fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    /// The first line of the log that holds a text, waited for.
    pub(crate) fn line(&self, text: &str) -> serde_json::Value {
        for _ in 0..6000 {
            if let Some(line) = self.log().lines().find(|line| line.contains(text)) {
                return serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
            }
            thread::sleep(Duration::from_millis(10));
        }
        panic!("no line with `{text}` in {}", self.log());
    }

    /// Sends a signal: `TERM`, `INT`.
    pub(crate) fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([&format!("-{name}"), &id]).status().unwrap().success());
    }

    /// Waits for its end. Gives how it ended, and its whole log.
    pub(crate) fn end(mut self) -> (ExitStatus, String) {
        let status = self.child.wait().unwrap();
        self.reader.take().unwrap().join().unwrap();
        (status, self.log())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
