//! What the system knows of this process, under the names that every exporter uses (`process_…`), the build that runs,
//! and how much room the disks have where the portal writes.
//!
//! Read from `/proc` where somebody asks; what another system does not have is left out.

use std::fmt;
use std::path::PathBuf;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeLabelSet, EncodeMetric as _};
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::{ConstGauge, Gauge};
use prometheus_client::metrics::info::Info;

use super::{Figures, Registry};
use crate::time::Timestamp;

/// The build, and its schema.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
pub struct Build {
    version: &'static str,
    commit: &'static str,
    schema: String,
}

impl Build {
    /// The build of this binary, whose newest migration is `schema`. The commit is that of `PORTAL_COMMIT` when it was
    /// built.
    #[must_use]
    pub fn of(schema: String) -> Self {
        let commit = option_env!("PORTAL_COMMIT").unwrap_or("unknown");
        Self { version: env!("CARGO_PKG_VERSION"), commit, schema }
    }
}

impl Figures for Build {
    fn register(&self, registry: &mut Registry) {
        registry.register("build", "The build that runs, and its newest migration", Info::new(self.clone()));
    }
}

/// A folder whose disk is watched.
#[derive(Clone, Debug)]
pub struct Watched {
    /// What is written there: `database`, `files`, `mail_journal`.
    pub what: &'static str,
    /// The folder, or a file in it.
    pub path: PathBuf,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct What {
    what: &'static str,
}

impl Figures for Vec<Watched> {
    fn register(&self, registry: &mut Registry) {
        if !self.is_empty() {
            registry.register_collector(Box::new(Disks(self.clone())));
        }
    }
}

#[derive(Debug)]
struct Disks(Vec<Watched>);

impl Collector for Disks {
    fn encode(&self, mut encoder: DescriptorEncoder) -> Result<(), fmt::Error> {
        let free: Family<What, Gauge> = Family::default();
        for watched in &self.0 {
            if let Some(bytes) = free_bytes(watched.path.clone()) {
                free.get_or_create(&What { what: watched.what }).set(i64::try_from(bytes).unwrap_or(i64::MAX));
            }
        }
        let help = "Room that is left on the disk where the portal writes this";
        free.encode(encoder.encode_descriptor("disk_free_bytes", help, None, free.metric_type())?)
    }
}

/// The room for this path, or for the nearest folder above it that is there.
#[cfg(unix)]
fn free_bytes(mut path: PathBuf) -> Option<u64> {
    loop {
        if let Ok(disk) = rustix::fs::statvfs(path.as_path()) {
            return Some(disk.f_bavail.saturating_mul(disk.f_frsize));
        }
        if !path.pop() {
            return None;
        }
        if path.as_os_str().is_empty() {
            path.push(".");
        }
    }
}

#[cfg(not(unix))]
fn free_bytes(_: PathBuf) -> Option<u64> {
    None
}

/// The process.
#[derive(Debug)]
pub struct Process {
    started: Timestamp,
}

impl Process {
    /// The process, which began at this instant.
    #[must_use]
    pub const fn new(started: Timestamp) -> Self {
        Self { started }
    }

    /// Its figures, in a registry without a prefix.
    pub fn register(self, registry: &mut Registry) {
        registry.register_collector(Box::new(self));
    }
}

impl Collector for Process {
    fn encode(&self, mut encoder: DescriptorEncoder) -> Result<(), fmt::Error> {
        let mut gauge = |name: &str, help: &str, value: Option<u64>| {
            let Some(value) = value else { return Ok(()) };
            let gauge = ConstGauge::new(value);
            gauge.encode(encoder.encode_descriptor(name, help, None, gauge.metric_type())?)
        };
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let memory = |name: &str| kilobytes(&status, name).map(|kilobytes| kilobytes.saturating_mul(1_024));
        gauge("process_resident_memory_bytes", "Memory that is in use", memory("VmRSS:"))?;
        gauge("process_virtual_memory_bytes", "Memory that is mapped", memory("VmSize:"))?;
        let open = std::fs::read_dir("/proc/self/fd").ok().and_then(|files| u64::try_from(files.count()).ok());
        gauge("process_open_fds", "Open files", open)?;
        gauge("process_max_fds", "Most files that may be open", most_files())?;
        let started = u64::try_from(self.started.as_seconds()).ok();
        gauge("process_start_time_seconds", "When the process began, in seconds since 1970", started)?;
        let Some(seconds) = processor_seconds() else { return Ok(()) };
        let used = ConstCounter::new(seconds);
        let help = "Time of processors that was used, by the user and the system";
        used.encode(encoder.encode_descriptor("process_cpu_seconds", help, None, used.metric_type())?)
    }
}

/// A line of `/proc/self/status`, in kilobytes.
fn kilobytes(status: &str, name: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}

#[cfg(unix)]
fn most_files() -> Option<u64> {
    rustix::process::getrlimit(rustix::process::Resource::Nofile).current
}

#[cfg(not(unix))]
fn most_files() -> Option<u64> {
    None
}

#[cfg(unix)]
fn processor_seconds() -> Option<f64> {
    let used = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    let micros = used.tv_sec.checked_mul(1_000_000)?.checked_add(used.tv_nsec.checked_div(1_000)?)?;
    Some(std::time::Duration::from_micros(u64::try_from(micros).ok()?).as_secs_f64())
}

#[cfg(not(unix))]
fn processor_seconds() -> Option<f64> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn o23_memory_is_read_in_bytes_of_the_line_of_its_name() {
        let status = "Name:\tportal\nVmSize:\t  123456 kB\nVmRSS:\t   52000 kB\nThreads:\t18\n";
        assert_eq!(kilobytes(status, "VmRSS:"), Some(52_000));
        assert_eq!(kilobytes(status, "VmSwap:"), None);
    }

    #[test]
    fn o23_room_is_that_of_the_folder_where_a_file_will_be() {
        let folder = std::env::temp_dir();
        assert_eq!(free_bytes(folder.join("no/such/file")).is_some(), free_bytes(folder).is_some());
    }
}
