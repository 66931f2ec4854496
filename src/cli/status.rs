//! `portal status`: the background jobs of the portal that runs with this configuration, a line for each.
//!
//! It reads `/metrics` at the address of `server.management_bind`, or at that of `server.bind` with the token of
//! `server.metrics_token`, and not the database.
//! If several processes share a database, each is asked on its own machine.

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::time::Duration;

use secrecy::ExposeSecret as _;

use super::reach;
use crate::config::Settings;
use crate::error::Error;
use crate::incidents::Part;
use crate::terminal::say;
use crate::time::Timestamp;

/// How long the portal may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// The metrics of a job.
#[derive(Debug, Default, PartialEq, Eq)]
struct Row {
    /// Its longest interval, in seconds; none if no loop of that process has it.
    every: Option<i64>,
    /// Its last success, in seconds since 1970.
    success: Option<i64>,
    /// Its last failure, in seconds since 1970.
    error: Option<i64>,
    ok: i64,
    /// Runs that failed, panicked, or were not tried because the job is set aside.
    failed: i64,
}

impl Row {
    /// Whether it failed after its last success.
    fn fails(&self) -> bool {
        self.error.is_some_and(|error| self.success.is_none_or(|success| error > success))
    }
}

/// Prints what does not work, and the jobs; the exit code says whether all of it works. A maintenance is wanted.
pub(super) fn status(settings: &Settings) -> Result<ExitCode, Error> {
    let server = &settings.server;
    let token = server.metrics_token.expose_secret();
    let token = Some(token).filter(|token| server.management_bind.is_empty() && !token.is_empty());
    if token.is_none() && server.management_bind.is_empty() {
        return Err(Error::internal(
            "server.management_bind and server.metrics_token are empty: the portal shows its metrics to nobody. Set the \
             first, for example to 127.0.0.1:9180, and start the portal again",
        ));
    }
    let (status, text) = reach::get(settings, "/metrics", token, PATIENCE)?;
    if status != 200 {
        return Err(Error::internal(refused(status, token.is_some())));
    }
    let mut fails = false;
    for Told { part, line } in troubles(&text) {
        say(&line);
        fails |= part != Part::Maintenance.as_str();
    }
    let rows = rows(&text);
    say(&line(["job", "last success", "last error", "ok", "failed", "every"]));
    for (job, row) in &rows {
        let every = row.every.map_or_else(|| "-".to_owned(), |seconds| format!("{seconds} s"));
        let (success, error) = (instant(row.success), instant(row.error));
        say(&line([job, &success, &error, &row.ok.to_string(), &row.failed.to_string(), &every]));
    }
    fails |= rows.values().any(Row::fails);
    Ok(if fails { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Why the running portal does not show its metrics.
fn refused(status: u16, sent_token: bool) -> String {
    let why = match (status, sent_token) {
        (401, _) => "server.metrics_token is not that of the running portal",
        (404, true) => "it shows its metrics at its own server.management_bind: set that here too",
        (404, false) => "server.management_bind is not that of the running portal",
        _ => "see its log",
    };
    format!("the portal answered {status}: {why}")
}

/// The metrics of jobs in the text format of Prometheus, by their names.
fn rows(text: &str) -> BTreeMap<String, Row> {
    let mut rows: BTreeMap<String, Row> = BTreeMap::new();
    for (metric, labels, value) in text.lines().filter_map(sample) {
        let Some(job) = label(labels, "job_name") else { continue };
        let row = rows.entry(job.to_owned()).or_default();
        match (metric, label(labels, "outcome")) {
            ("interval_seconds", _) => row.every = Some(value),
            ("last_success_timestamp_seconds", _) => row.success = Some(value),
            ("last_error_timestamp_seconds", _) => row.error = Some(value),
            ("runs_total", Some("ok")) => row.ok = value,
            ("runs_total", _) => row.failed = row.failed.saturating_add(value),
            _ => {}
        }
    }
    rows
}

/// A part that does not work, and its line.
#[derive(Debug, PartialEq, Eq)]
struct Told {
    part: String,
    line: String,
}

/// A line for each part that does not work: among them that a restored portal holds what would leave.
fn troubles(text: &str) -> Vec<Told> {
    let told = |line: &str| {
        let (labels, value) = line.strip_prefix("portal_trouble_since_seconds{")?.split_once("} ")?;
        let (part, words) = (label(labels, "part")?, labels.split_once("words=\"")?.1.trim_end_matches('"'));
        let line = format!("{part} since {}: {words}", instant(value.parse().ok()));
        Some(Told { part: part.to_owned(), line })
    };
    text.lines().filter_map(told).collect()
}

/// A line about jobs: its metric, its labels, its value; none for other lines, and for fractions.
fn sample(line: &str) -> Option<(&str, &str, i64)> {
    let (metric, rest) = line.strip_prefix("portal_job_")?.split_once('{')?;
    let (labels, value) = rest.split_once("} ")?;
    Some((metric, labels, value.parse().ok()?))
}

fn label<'l>(labels: &'l str, name: &str) -> Option<&'l str> {
    let mut pairs = labels.split(',').filter_map(|pair| pair.split_once('='));
    pairs.find(|(known, _)| *known == name).map(|(_, value)| value.trim_matches('"'))
}

fn instant(seconds: Option<i64>) -> String {
    let at = seconds.map(|seconds| Timestamp::from_micros(seconds.saturating_mul(1_000_000)));
    at.map_or_else(|| "-".to_owned(), |at| at.to_string())
}

fn line([job, success, error, ok, failed, every]: [&str; 6]) -> String {
    format!("{job:<18} {success:<21} {error:<21} {ok:>9} {failed:>7} {every:>7}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_job_has_a_row_and_one_that_failed_last_fails() {
        let text = "# HELP portal_job_runs Runs of background jobs.\n\
                    portal_answers_total{status=\"200\"} 7\n\
                    portal_job_interval_seconds{job_name=\"sweep\"} 60\n\
                    portal_job_last_success_timestamp_seconds{job_name=\"sweep\"} 1770000000\n\
                    portal_job_last_success_timestamp_seconds{job_name=\"erasure\"} 1770000060\n\
                    portal_job_last_error_timestamp_seconds{job_name=\"sweep\"} 1770000060\n\
                    portal_job_last_error_timestamp_seconds{job_name=\"erasure\"} 1770000000\n\
                    portal_job_runs_total{job_name=\"sweep\",outcome=\"ok\"} 5\n\
                    portal_job_runs_total{job_name=\"sweep\",outcome=\"error\"} 2\n\
                    portal_job_runs_total{job_name=\"sweep\",outcome=\"panic\"} 1\n\
                    portal_job_duration_seconds_sum{job_name=\"sweep\"} 0.25\n\
                    # EOF\n";
        let rows = rows(text);
        let (success, error) = (Some(1_770_000_000), Some(1_770_000_060));
        assert_eq!(rows["sweep"], Row { every: Some(60), success, error, ok: 5, failed: 3 });
        assert_eq!(rows.len(), 2);
        assert!(rows["sweep"].fails() && !rows["erasure"].fails());
        assert!(Row { error, ..Row::default() }.fails(), "it never ended well");
        assert_eq!(instant(error), "2026-02-02T02:41:00Z");
        assert_eq!(instant(None), "-");
    }

    #[test]
    fn what_does_not_work_is_told_first() {
        let text = "portal_trouble_since_seconds{part=\"restore_hold\",words=\"restored, held\"} 1770000060\n";
        let line = "restore_hold since 2026-02-02T02:41:00Z: restored, held".to_owned();
        assert_eq!(troubles(text), [Told { part: "restore_hold".to_owned(), line }]);
    }
}
