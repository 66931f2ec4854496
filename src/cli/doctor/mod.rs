//! `portal doctor`: is everything that the portal needs there, and does it do what it should? A line for each part, with
//! what to do next.
//!
//! It runs before a portal is started and beside a running one: it opens one connection, sends no mail, and writes nothing
//! but one stored object, which it deletes again. The exit code says whether there is a fault.
//!
//! Left out: the DNS records of the sender. No part of the portal speaks DNS; the line says what to look up.

mod database;
mod surroundings;

use std::process::ExitCode;

use serde::Serialize;

use super::files;
use crate::config::{self, Settings, Sources};
use crate::random::Random;
use crate::storage;
use crate::terminal::say;
use crate::time::Clock;

/// How a part is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum State {
    Ok,
    Warning,
    Fault,
    /// It could not be looked at, or there is nothing to look at.
    NotChecked,
}

impl State {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Fault => "FAULT",
            Self::NotChecked => "-",
        }
    }
}

/// What was found of a part.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct Finding {
    part: &'static str,
    state: State,
    found: String,
    /// What to do next.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

impl Finding {
    fn new(part: &'static str, state: State, found: impl Into<String>, next: Option<&str>) -> Self {
        Self { part, state, found: found.into(), next: next.map(str::to_owned) }
    }

    fn ok(part: &'static str, found: impl Into<String>) -> Self {
        Self::new(part, State::Ok, found, None)
    }

    fn warning(part: &'static str, found: impl Into<String>, next: &str) -> Self {
        Self::new(part, State::Warning, found, Some(next))
    }

    fn fault(part: &'static str, found: impl Into<String>, next: &str) -> Self {
        Self::new(part, State::Fault, found, Some(next))
    }

    fn not_checked(part: &'static str, found: impl Into<String>) -> Self {
        Self::new(part, State::NotChecked, found, None)
    }

    fn line(&self) -> String {
        let next = self.next.as_ref().map(|next| format!(" -> {next}")).unwrap_or_default();
        // One line, whatever a server said.
        let said: String = format!("{}{next}", self.found).split_whitespace().collect::<Vec<_>>().join(" ");
        format!("{:<8} {:<14} {said}", self.state.as_str(), self.part)
    }
}

/// All findings, as JSON.
#[derive(Serialize)]
struct Report<'a> {
    well: bool,
    findings: &'a [Finding],
}

/// Looks at every part and prints what was found; the exit code says whether there is a fault.
pub(super) async fn examine(sources: &Sources, json: bool) -> ExitCode {
    let findings = match config::load_and_try(sources, files::faults) {
        Ok(settings) => all(&settings).await,
        Err(config::Invalid(faults)) => {
            let next = "correct it; the other parts are looked at once the configuration is whole";
            faults.into_iter().map(|fault| Finding::fault("configuration", fault, next)).collect()
        }
    };
    let findings: Vec<Finding> = findings.into_iter().chain(user()).collect();
    let well = findings.iter().all(|finding| finding.state != State::Fault);
    if json {
        let report = serde_json::to_string_pretty(&Report { well, findings: &findings });
        say(&report.unwrap_or_else(|error| error.to_string()));
    } else {
        for finding in &findings {
            say(&finding.line());
        }
    }
    if well { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

async fn all(settings: &Settings) -> Vec<Finding> {
    let (clock, random) = (Clock::system(), Random::system());
    let mut findings = configuration(settings);
    let (database, keys) = database::findings(settings, &clock);
    findings.extend(database);
    findings.push(stored(settings, &clock, &random));
    findings.push(surroundings::relay(settings).await);
    findings.push(surroundings::names(settings));
    findings.push(surroundings::disk(settings));
    findings.push(surroundings::public_url(settings, &keys));
    findings
}

fn configuration(settings: &Settings) -> Vec<Finding> {
    let warnings = settings.warnings();
    if warnings.is_empty() {
        return vec![Finding::ok("configuration", "whole; portal check-config prints it")];
    }
    let next = "correct it if it is not meant";
    warnings.into_iter().map(|warning| Finding::warning("configuration", warning, next)).collect()
}

/// Says that root looked, who may read and write everything.
fn user() -> Option<Finding> {
    let found =
        "looked as root: run this as the portal's own user, to see whether that one may read and write all of it";
    rustix::process::geteuid().is_root().then(|| Finding::not_checked("user", found))
}

/// Stores an object, reads it and deletes it.
fn stored(settings: &Settings, clock: &Clock, random: &Random) -> Finding {
    let place = match settings.storage.kind {
        config::StorageKind::Local => format!("the folder {}", settings.storage.folder.display()),
        config::StorageKind::S3 => format!("the bucket {}", settings.storage.s3_bucket),
    };
    if settings.storage.kind == config::StorageKind::Local && !settings.storage.folder.exists() {
        return Finding::not_checked("storage", format!("{place}: there is none yet, the first start makes it"));
    }
    match storage::try_out(&settings.storage, clock, random) {
        Ok(()) => Finding::ok("storage", format!("{place}: put, read and deleted an object")),
        Err((step, error)) => {
            let next = "see the rights of the portal's user or key, and that the store is there";
            Finding::fault("storage", format!("{place}: {step}: {}", error.operator_message()), next)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_is_one_line_with_what_to_do() {
        let finding = Finding::fault("storage", "no\nplace", "make one");
        assert_eq!(finding.line(), "FAULT    storage        no place -> make one");
        assert_eq!(Finding::ok("clock", "right").line(), "ok       clock          right");
        let report = serde_json::to_value(Report { well: false, findings: &[finding] }).unwrap();
        assert_eq!(report["findings"][0]["state"], "fault");
        assert_eq!(report["findings"][0]["next"], "make one");
    }
}
