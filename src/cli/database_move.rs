//! `portal move`: a portal leaves its SQLite file for PostgreSQL ([`crate::database_move`]).
//!
//! The settings are those of the portal with its new database, so what a configuration must not have (a password from
//! an example, a connection without TLS) is refused here too. Faults and warnings are told all at once; the result is
//! a table of the rows. Progress goes to standard error, a line every five seconds.

use std::io::Write as _;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Args;

use super::existing;
use crate::app;
use crate::audit::ChainVerdict;
use crate::config::Settings;
use crate::database_move::{self, Judged, Keys, Moved, Progress, Stage};
use crate::db::{self, Access, Conn, Target};
use crate::error::{Error, OrInternal as _};
use crate::key_ring;
use crate::secrets::MasterKey;
use crate::terminal::say;
use crate::text::amount;

/// The exit code if something stands in the way.
const FAULTS: u8 = 10;
/// The exit code if there are warnings that nobody has accepted.
const WARNINGS: u8 = 11;
/// The interval of the lines that tell the progress.
const INTERVAL: Duration = Duration::from_secs(5);

#[derive(Args)]
pub(super) struct MoveOptions {
    /// The database to move, as sqlite:PATH
    #[arg(long, value_name = "URL")]
    from: String,
    /// The database that it moves to, as postgres://…; without it, `database.url`, which keeps a password out of the
    /// list of processes
    #[arg(long, value_name = "URL")]
    to: Option<String>,
    /// Reads and judges everything and writes nothing; the portal may be running
    #[arg(long)]
    dry_run: bool,
    /// Moves in spite of warnings
    #[arg(long)]
    yes: bool,
}

impl MoveOptions {
    /// The target as a setting, if it is given.
    pub(super) fn setting(&self) -> Option<String> {
        self.to.as_ref().map(|url| format!("database.url={url}"))
    }
}

/// Judges, and moves if nothing stands in the way; the exit code tells the result.
pub(super) fn run(settings: &Settings, options: &MoveOptions) -> Result<ExitCode, Error> {
    let (from, to) = databases(settings, &options.from)?;
    let (mut faults, mut warnings) = (Vec::new(), Vec::new());
    let lock = app::lock(&from);
    match &lock {
        Ok(_) => {}
        // It prevents the move, and not its judgement.
        Err(error) if options.dry_run => say(&format!("note: before the move: {}", error.operator_message())),
        Err(error) => faults.push(error.operator_message()),
    }
    let mut source = db::open(&from, Access::Read)?;
    let keys = keys(settings, &mut source);
    if let Err(error) = &keys {
        faults.push(format!("the master key is needed: {}", error.operator_message()));
    }
    let keys = keys.ok();
    let mut target = db::open(&to, Access::Write)?;
    let started = Instant::now();
    let mut watch = lines();
    source.transaction_for_read(|source| {
        let mut judged = database_move::judge(source, &mut target, keys.as_ref(), &mut watch)?;
        faults.append(&mut judged.faults);
        warnings.append(&mut judged.warnings);
        (judged.faults, judged.warnings) = (faults, warnings);
        tell(&judged);
        if !judged.faults.is_empty() {
            return Ok(ExitCode::from(FAULTS));
        }
        let is_accepted = judged.warnings.is_empty() || options.yes;
        if options.dry_run {
            show(&judged, started.elapsed());
        }
        if !is_accepted {
            say("Nothing was written. --yes moves in spite of warnings.");
            return Ok(ExitCode::from(WARNINGS));
        }
        let Some(keys) = keys.as_ref().filter(|_| !options.dry_run) else { return Ok(ExitCode::SUCCESS) };
        let moved = moved(source, &mut target, keys, &judged, &mut watch)?;
        report(&moved, started.elapsed());
        Ok(ExitCode::SUCCESS)
    })
}

/// Where the rows are and where they go.
fn databases(settings: &Settings, from: &str) -> Result<(Target, Target), Error> {
    let from = Target::parse(from).map_err(|fault| Error::internal(format!("--from: {fault}")))?;
    if !matches!(from, Target::Sqlite(_)) {
        return Err(Error::internal("--from wants the SQLite database, as in sqlite:./var/portal.sqlite3"));
    }
    existing::check(&from)?;
    match settings.database_target().or_internal()? {
        to @ Target::Postgres(_) => Ok((from, to.patient())),
        Target::Sqlite(_) => Err(Error::internal("--to wants the new database, as postgres://…")),
    }
}

fn keys(settings: &Settings, source: &mut Conn) -> Result<Keys, Error> {
    let existing = || MasterKey::existing(&settings.identity);
    // Whether the key belongs to the source, and whether that has a schema, is judged with the other faults.
    let master = key_ring::look(source, existing()?).unwrap_or_default().map_or_else(existing, Ok)?;
    let audit = app::audit_key(&master)?;
    Ok(Keys { master, audit })
}

fn moved(
    source: &mut Conn,
    target: &mut Conn,
    keys: &Keys,
    judged: &Judged,
    watch: database_move::Watch<'_>,
) -> Result<Moved, Error> {
    let moved = database_move::carry_out(source, target, keys, judged, watch);
    moved.map_err(|error| {
        // The answer to the commit may have been lost, and only that.
        let outcome = if error.is_connection_loss() {
            "the outcome is unknown: check whether the target has the data before you start a portal"
        } else {
            "nothing was moved, and the target is as it was"
        };
        Error::internal(format!("{outcome}: {}", error.operator_message()))
    })
}

/// Prints the progress, at most every five seconds.
fn lines() -> impl FnMut(Progress<'_>) {
    let mut last = Instant::now();
    move |progress: Progress<'_>| {
        if last.elapsed() >= INTERVAL {
            last = Instant::now();
            let doing = match progress.stage {
                Stage::Judging => "reading",
                Stage::Copying => "copying",
            };
            let Progress { table, done, total, .. } = progress;
            // If standard error is closed, nobody waits for it.
            let _ = writeln!(std::io::stderr(), "{doing} {table}: {done} of {total} rows");
        }
    }
}

/// Prints what was found.
fn tell(judged: &Judged) {
    for fault in &judged.faults {
        say(&format!("fault: {fault}"));
    }
    for warning in &judged.warnings {
        say(&format!("warning: {warning}"));
    }
    let faults = judged.faults.len();
    if faults > 0 {
        say(&format!("{}; nothing was written.", amount(faults, "fault")));
    }
}

/// Prints what would be moved.
fn show(judged: &Judged, time: Duration) {
    table(&judged.counts());
    let (rows, seconds, megabytes) = (judged.rows(), time.as_secs_f32(), judged.bytes.max(0) / 1_000_000);
    say(&format!("{rows} rows can be moved; read in {seconds:.1} s. Nothing was written."));
    say(&format!(
        "The source has {megabytes} MB; have twice as much free for PostgreSQL, whose write-ahead log grows too."
    ));
}

/// Prints the tables that have rows.
fn table(tables: &[(String, i64)]) {
    for (name, rows) in tables.iter().filter(|(_, rows)| *rows > 0) {
        say(&format!("{name:<24} {rows:>12}"));
    }
}

fn report(moved: &Moved, time: Duration) {
    table(&moved.tables);
    let rows: i64 = moved.tables.iter().map(|(_, rows)| rows).sum();
    let tables = moved.tables.len();
    say(&format!(
        "moved {rows} rows of {tables} tables in {:.1} s; each table has as many as before",
        time.as_secs_f32()
    ));
    match &moved.chain {
        ChainVerdict::Whole { head, unsealed } => {
            say(&format!("the audit log is whole: {} entries sealed, {unsealed} await their seal", head.position));
            say(&format!("end of the chain, the same in both: {}", head.shown()));
        }
        ChainVerdict::Broken { position, .. } => {
            say(&format!("the audit log is broken at link {position}, as it was in the source"));
        }
    }
    if moved.given_back > 0 {
        say(&format!("{} mails that were leased wait to be sent again", moved.given_back));
    }
    say("Now set database.url to the new database. Files and the master key stay where they are. Do not serve the \
         SQLite file any more: what waits in it would be sent a second time.");
}
