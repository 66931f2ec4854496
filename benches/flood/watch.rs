//! Measures a process: its memory while something runs, and its processor time.

use std::fs;
use std::time::Duration;

use tokio::time::{interval, sleep};

use portal::bench::Outcome;
use portal::bench::process::kibibytes;

/// The interval of memory measurements.
const LOOK: Duration = Duration::from_millis(50);
/// Ticks of a second in `/proc/PID/stat`; the same on every Linux.
const TICKS: f64 = 100.0;

/// Memory, in MiB.
#[derive(Clone, Copy, Default)]
pub struct Memory {
    /// All that is resident.
    pub resident: f64,
    /// The part that is not backed by a file.
    pub anonymous: f64,
}

/// The current memory of a process.
pub fn memory(process: u32) -> Outcome<Memory> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let mebibytes = |name| kibibytes(&status, name).map(|kib| kib / 1_024.0).ok_or_else(|| format!("no {name}"));
    Ok(Memory { resident: mebibytes("VmRSS:")?, anonymous: mebibytes("RssAnon:")? })
}

/// Does `work`, and measures the memory of the process meanwhile: the maximum of each value.
pub async fn watched<T>(process: u32, work: impl Future<Output = Outcome<T>>) -> Outcome<(T, Memory)> {
    let (mut most, mut look) = (Memory::default(), interval(LOOK));
    tokio::pin!(work);
    loop {
        tokio::select! {
            done = &mut work => return Ok((done?, most)),
            _ = look.tick() => {
                let now = memory(process)?;
                most.resident = most.resident.max(now.resident);
                most.anonymous = most.anonymous.max(now.anonymous);
            }
        }
    }
}

/// The share of the machine's processors in use, measured for a second.
pub async fn busy() -> Outcome<f64> {
    let times = || -> Outcome<(f64, f64)> {
        let stat = fs::read_to_string("/proc/stat")?;
        let first = stat.lines().next().unwrap_or_default().split_whitespace().skip(1);
        let ticks = first.map(str::parse).collect::<Result<Vec<f64>, _>>()?;
        // Idle, and idle while a disk works.
        Ok((ticks.iter().sum(), ticks.iter().skip(3).take(2).sum()))
    };
    let (all, idle) = times()?;
    sleep(Duration::from_secs(1)).await;
    let (all_then, idle_then) = times()?;
    Ok(1.0 - (idle_then - idle) / (all_then - all))
}

/// Seconds of processors that a process has used.
pub fn processor_seconds(process: u32) -> Outcome<f64> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat"))?;
    // The name in parentheses may contain spaces; after it, user and system time are the 12th and 13th.
    let (_, fields) = stat.rsplit_once(')').ok_or("no name in stat")?;
    let ticks = fields.split_whitespace().skip(11).take(2).map(str::parse::<f64>);
    Ok(ticks.sum::<Result<f64, _>>()? / TICKS)
}
