//! Child processes, which end with the bench in any case.

use std::fs::File;
use std::io::{Read as _, Seek as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::Outcome;

/// How long a process has to end after its signal, before it is killed.
const GRACE: Duration = Duration::from_secs(10);
/// The longest time of a process with a task.
const TASK: Duration = Duration::from_mins(20);

/// A child process. Dropping it sends the signal, and waits.
pub struct Process {
    child: Child,
    name: &'static str,
    /// The signal that ends it.
    signal: &'static str,
}

impl Process {
    /// Starts a process that TERM ends.
    pub fn start(name: &'static str, command: &mut Command) -> Outcome<Self> {
        Self::start_with(name, "TERM", command)
    }

    /// Starts a process that another signal ends.
    pub fn start_with(name: &'static str, signal: &'static str, command: &mut Command) -> Outcome<Self> {
        Self::spawn(name, signal, command.stderr(Stdio::null()))
    }

    fn spawn(name: &'static str, signal: &'static str, command: &mut Command) -> Outcome<Self> {
        let child = command.spawn().map_err(|error| format!("{name}: {error}"))?;
        Ok(Self { child, name, signal })
    }

    /// Starts a process with a task, with `input` on its standard input, and waits for its end.
    pub async fn run(name: &'static str, command: &mut Command, input: &str) -> Outcome<()> {
        let mut said = tempfile::tempfile()?;
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(said.try_clone()?);
        let mut process = Self::spawn(name, "TERM", command)?;
        if let Some(mut stdin) = process.child.stdin.take() {
            stdin.write_all(input.as_bytes())?;
        }
        let deadline = Instant::now() + TASK;
        while Instant::now() < deadline {
            match process.ended()? {
                Some(status) if status.success() => return Ok(()),
                Some(status) => return Err(format!("{name} ended with {status}: {}", last_line(&mut said)?).into()),
                None => tokio::time::sleep(Duration::from_millis(20)).await,
            }
        }
        Err(format!("{name} took too long").into())
    }

    /// Its exit status, if it has ended.
    pub fn ended(&mut self) -> Outcome<Option<ExitStatus>> {
        Ok(self.child.try_wait()?)
    }

    /// An error if the process has ended.
    pub fn check(&mut self) -> Outcome<()> {
        match self.ended()? {
            Some(status) => Err(format!("{} ended with {status}", self.name).into()),
            None => Ok(()),
        }
    }

    /// Its standard output, where it was piped.
    pub fn stdout(&mut self) -> Outcome<ChildStdout> {
        self.child.stdout.take().ok_or_else(|| format!("{} has no standard output", self.name).into())
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Its memory, in megabytes (10⁶ bytes).
    pub fn resident(&self) -> Outcome<f64> {
        self.memory("VmRSS:")
    }

    /// The same without pages of files.
    pub fn anonymous(&self) -> Outcome<f64> {
        self.memory("RssAnon:")
    }

    fn memory(&self, name: &str) -> Outcome<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.id()))?;
        kibibytes(&status, name).map(|kib| kib * 1_024.0 / 1e6).ok_or_else(|| format!("no {name}").into())
    }

    fn signal(&self) -> std::io::Result<ExitStatus> {
        let script = format!("kill -{} {}", self.signal, self.id());
        Command::new("sh").args(["-c", &script]).stderr(Stdio::null()).status()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let deadline = Instant::now() + GRACE;
        let mut asked = false;
        while matches!(self.child.try_wait(), Ok(None)) && Instant::now() < deadline {
            asked = asked || self.signal().is_ok();
            thread::sleep(Duration::from_millis(5));
        }
        // This has no effect on a process that has ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn last_line(file: &mut File) -> Outcome<String> {
    let mut text = Vec::new();
    file.rewind()?;
    file.read_to_end(&mut text)?;
    Ok(String::from_utf8_lossy(&text).lines().last().unwrap_or_default().to_owned())
}

/// A number of KiB from a table of /proc.
pub fn kibibytes(table: &str, name: &str) -> Option<f64> {
    let line = table.lines().find(|line| line.starts_with(name))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// A free port of loopback.
pub fn free_address() -> Outcome<SocketAddr> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}
