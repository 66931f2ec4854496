//! The commands of backups: take and check a set, restore it, release what a restored portal holds, and verify the
//! stored files.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::existing;
use super::values::number;
use crate::app::{self, Portal};
use crate::background::lower_priority;
use crate::backup::{self, Age, Dropped, Fault, FaultKind, Keys, Manifest, Outcome, Restore, Waiting};
use crate::config::Settings;
use crate::db::Conn;
use crate::error::Error;
use crate::key_ring;
use crate::random::Random;
use crate::secrets::{self, MasterKey};
use crate::storage::{FileFault, FileFaultKind, Scope};
use crate::terminal::{on_runtime, say};
use crate::text::amount;
use crate::time::{Clock, Timestamp};

/// The exit code of `backup` when the storage lacks files that the database names.
const FILES_MISSING: u8 = 16;
/// The exit code of a check without the key, which finds no fault and leaves the seal and the audit log out.
const NOT_ALL_CHECKED: u8 = 17;
/// By how much a backup yields to others.
const NICENESS: i32 = 5;
/// The exit code of `release` without `--yes`.
const NOT_RELEASED: u8 = 10;

#[derive(Subcommand)]
pub(super) enum BackupCommand {
    /// Takes a backup of database and files into a folder, beside the running portal, or checks one
    ///
    /// The set never has the master key: keep that apart. It is whole if it has its name; FOLDER.part is one that was
    /// broken off. Stored files are copied, also those of a bucket.
    ///
    /// Exit codes: 0 all is well; 16 the backup is whole, and the storage lacks files that the database names; for a
    /// check 11 another master key, 12 a newer portal, 13 a missing, altered or superfluous file, 14 the chain of the
    /// audit log, 20 several of these, 17 no fault was found without the key, so that the seal and the audit log were
    /// not checked (0 with --without-key); 1 any other error.
    Backup(BackupOptions),
    /// Restores a backup into an empty place, and holds mails, webhooks and announcements until `portal release`
    ///
    /// Ends every session and API token. Checks the set, the key and the place first, names all faults, and then writes
    /// nothing.
    ///
    /// Exit codes: 0 restored; 10 the database exists or the storage has other files; 11 another master key, or none;
    /// 12 the set is of a newer portal; 13 a file of the set is missing, altered or superfluous; 14 the chain of the
    /// audit log is broken or does not end where the manifest says; 15 the set is of another kind of database; 20
    /// several of these; 1 any other error.
    Restore(RestoreOptions),
    /// Says what a restored portal holds; with --yes lets it leave, and makes the storage its own
    ///
    /// Until then no mail, webhook or announcement leaves, and no stored file is deleted. What is dropped is cancelled
    /// and stays in the lists. Scheduled announcements are not dropped.
    ///
    /// Exit codes: 0 released, or nothing is held; 10 something is held, and --yes was not given; 1 any other error.
    Release(ReleaseOptions),
    /// Stored files
    #[command(subcommand)]
    Files(FilesCommand),
}

#[derive(Args)]
#[group(required = true, multiple = true)]
pub(super) struct BackupOptions {
    /// The folder of the new set, which must not exist or be empty
    #[arg(long, value_name = "FOLDER")]
    to: Option<PathBuf>,
    /// Checks the set in FOLDER; with --to, the one that was just taken
    #[arg(long, value_name = "FOLDER", num_args = 0..=1, default_missing_value = "")]
    check: Option<String>,
    /// Accepts that a check without the master key compares files and rows with the manifest alone
    #[arg(long, requires = "check")]
    without_key: bool,
}

#[derive(Args)]
pub(super) struct RestoreOptions {
    /// The folder of the set
    folder: PathBuf,
    /// Permits other files in the folder of the storage, which stay: for a drill beside the original
    #[arg(long)]
    shared_storage: bool,
}

#[derive(Args)]
pub(super) struct ReleaseOptions {
    /// Drops what has waited for longer, such as 12h or 3d
    #[arg(long, value_name = "AGE", conflicts_with = "drop")]
    drop_older_than: Option<Age>,
    /// Drops all that waits
    #[arg(long)]
    drop: bool,
    /// Releases; without it the command only says what is held
    #[arg(long)]
    yes: bool,
}

#[derive(Subcommand)]
pub(super) enum FilesCommand {
    /// Verifies that each stored file is there and opens with the master key, and that no other lies in the folder
    ///
    /// Exit codes: 0 all is well; 10 a file is missing or altered; 11 only foreign files were found; 1 any other error.
    /// In a bucket foreign files are not looked for.
    Verify {
        /// Verifies only so many, from a random one on
        #[arg(long, value_name = "N", value_parser = number(1_usize..=1_000_000_000))]
        sample: Option<usize>,
    },
}

/// Runs one of them.
pub(super) fn run(command: BackupCommand, settings: &Settings) -> Result<ExitCode, Error> {
    match command {
        BackupCommand::Backup(options) => take_or_check(settings, &options),
        BackupCommand::Restore(options) => restore(settings, &options),
        BackupCommand::Release(options) => on_runtime(release(settings, &options)),
        BackupCommand::Files(FilesCommand::Verify { sample }) => on_runtime(verify_files(settings, sample)),
    }
}

fn keys(settings: &Settings) -> Result<Keys, Error> {
    let identity = settings.identity.clone();
    let chain = Box::new(move |conn: &mut Conn| {
        let master = key_ring::look(conn, MasterKey::existing(&identity)?)?;
        app::audit_key(&master.ok_or_else(secrets::another_key)?)
    });
    Keys::new(MasterKey::existing(&settings.identity)?, chain)
}

fn take_or_check(settings: &Settings, options: &BackupOptions) -> Result<ExitCode, Error> {
    let (to, check) = (options.to.as_deref(), options.check.as_deref());
    // The portal that serves beside it comes first.
    lower_priority(NICENESS);
    let mut code = 0;
    if let Some(folder) = to {
        let taken = backup::take(settings, &keys(settings)?, &Clock::system(), folder)?;
        say(&format!("{} bytes in {}", taken.bytes, folder.display()));
        describe(&taken.manifest);
        if taken.manifest.files.missing > 0 {
            say(&format!("MISSING in the storage: {}; see the log", amount(taken.manifest.files.missing, "file")));
            code = FILES_MISSING;
        }
    }
    let folder = match check {
        None => return Ok(ExitCode::from(code)),
        Some("") => to.ok_or_else(|| Error::internal("--check wants the folder of a set"))?,
        Some(folder) => Path::new(folder),
    };
    let known = keys(settings);
    if let Err(error) = &known {
        say(&format!("without the key ({}): its seal and the audit log are not checked", error.operator_message()));
    }
    let report = backup::check(folder, known.as_ref().ok())?;
    if let Some(manifest) = report.manifest.as_ref().filter(|_| to.is_none()) {
        describe(manifest);
    }
    if !report.faults.is_empty() {
        return Ok(tell(&report.faults));
    }
    if known.is_ok() {
        say(&format!("{} is whole", folder.display()));
        return Ok(ExitCode::from(code));
    }
    say(&format!("{}: files and rows are as the manifest says", folder.display()));
    Ok(ExitCode::from(if options.without_key { code } else { NOT_ALL_CHECKED }))
}

fn describe(manifest: &Manifest) {
    let rows: i64 = manifest.tables.iter().map(|table| table.rows).sum();
    say(&format!("taken at {} by portal {}, schema {}", manifest.taken_at, manifest.portal, manifest.schema));
    say(&format!("{rows} rows in {} tables, {} stored files", manifest.tables.len(), manifest.files.copied));
    say(&format!("end of the audit log's chain: {} {}", manifest.audit.position, manifest.audit.link));
    say(&format!("master key: {}", manifest.key));
}

/// Names all faults; returns the exit code for them.
fn tell(faults: &[Fault]) -> ExitCode {
    for fault in faults {
        say(&format!("FAULT {}", fault.words));
    }
    ExitCode::from(backup::exit_code(faults))
}

fn restore(settings: &Settings, options: &RestoreOptions) -> Result<ExitCode, Error> {
    let keys = match keys(settings) {
        Ok(keys) => keys,
        Err(error) => {
            let mut faults = backup::check(&options.folder, None)?.faults;
            faults.push(Fault { kind: FaultKind::OtherKey, words: error.operator_message() });
            return Ok(refuse(&faults));
        }
    };
    let to = Restore {
        settings,
        keys: &keys,
        clock: Clock::system(),
        random: Random::system(),
        shared_storage: options.shared_storage,
    };
    match backup::restore(&to, &options.folder)? {
        Outcome::Refused(faults) => Ok(refuse(&faults)),
        Outcome::Restored { manifest, sessions, at } => {
            describe(&manifest);
            say(&format!("restored; {} and every API token from before {at} have ended", amount(sessions, "session")));
            say("`portal erasures add` repeats erasures since the backup; then start the portal");
            say("it holds mails, webhooks and announcements until `portal release`");
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// Names the faults of a set that was not restored.
fn refuse(faults: &[Fault]) -> ExitCode {
    let code = tell(faults);
    say("nothing was restored");
    code
}

/// The portal's services, without a server.
async fn assemble(settings: &Settings) -> Result<Portal, Error> {
    existing::prepared(settings)?;
    existing::check_key(settings)?;
    let (portal, ..) = Portal::assemble(settings, Clock::system(), Random::system()).await?;
    Ok(portal)
}

async fn release(settings: &Settings, options: &ReleaseOptions) -> Result<ExitCode, Error> {
    let portal = Box::pin(assemble(settings)).await?;
    let Some(found) = backup::held(&portal.db).await? else {
        say("nothing is held");
        return Ok(ExitCode::SUCCESS);
    };
    let (now, hold) = (Clock::system().now(), found.hold);
    say(&format!("held since {}: restored from the backup of {}", hold.restored_at, hold.taken_at));
    for Waiting { what, count, oldest } in &found.waiting {
        let age = oldest.map_or_else(String::new, |oldest| format!(", the oldest {}", age(oldest, now)));
        say(&format!("  {count} {what}{age}"));
    }
    if !options.yes {
        say("nothing was released: --yes releases all of it; --drop or --drop-older-than drops some of it first");
        return Ok(ExitCode::from(NOT_RELEASED));
    }
    let all = options.drop.then_some(now);
    let bound = all.or_else(|| options.drop_older_than.map(|Age(age)| now.minus(age)));
    let dropped = Box::pin(backup::release(&portal.announcements, bound)).await?;
    for Dropped { what, count } in dropped {
        say(&format!("dropped {count} {what}"));
    }
    let what = if bound.is_some() { "the rest" } else { "all of it" };
    say(&format!("released {what}; the files of the storage are this portal's own now"));
    say("a running portal sends it at once, and says `degraded` for a minute at most");
    Ok(ExitCode::SUCCESS)
}

/// How long ago, or in how long.
fn age(at: Timestamp, now: Timestamp) -> String {
    let (time, words) = if at <= now { (now.since(at), "ago") } else { (at.since(now), "from now") };
    match time.as_secs() {
        seconds @ 0..=119 => format!("{seconds} s {words}"),
        seconds @ 120..=7_199 => format!("{} min {words}", seconds / 60),
        seconds @ 7_200..=172_799 => format!("{} h {words}", seconds / 3_600),
        seconds => format!("{} days {words}", seconds / 86_400),
    }
}

async fn verify_files(settings: &Settings, sample: Option<usize>) -> Result<ExitCode, Error> {
    let portal = Box::pin(assemble(settings)).await?;
    let verdict = portal.storage.verify(sample.map_or(Scope::All, Scope::Sample)).await?;
    for fault in &verdict.faults {
        say(&format!("{} {}", fault.kind.as_str().to_uppercase(), fault.name));
    }
    let (files, faults) = (amount(verdict.verified, "file"), amount(verdict.faults.len(), "fault"));
    say(&format!("{files} verified, {faults}"));
    if sample.is_none() && !verdict.listed {
        say("foreign files were not looked for: a bucket is not listed");
    }
    let is_foreign = |fault: &FileFault| fault.kind == FileFaultKind::Foreign;
    Ok(if verdict.faults.is_empty() {
        ExitCode::SUCCESS
    } else if verdict.faults.iter().all(is_foreign) {
        ExitCode::from(11)
    } else {
        ExitCode::from(10)
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn an_age_is_told_in_the_unit_that_fits() {
        let now = Timestamp::from_micros(1_770_000_000_000_000);
        let told = |seconds| age(now.minus(Duration::from_secs(seconds)), now);
        assert_eq!(
            [told(5), told(300), told(10_000), told(300_000)],
            ["5 s ago", "5 min ago", "2 h ago", "3 days ago"]
        );
        assert_eq!(age(now.plus(Duration::from_hours(2)), now), "2 h from now");
    }
}
