//! Brings a set back into an empty place: checks everything first and names all faults, then the files, then the
//! database, which appears at once and whole.
//!
//! On SQLite the database is prepared under another name and renamed at the end. On PostgreSQL schema, rows and what
//! follows are one transaction, with the foreign keys taken away while the rows come and put back, and so verified,
//! before its end. The schema of an older portal is brought up to date in the same step.
//!
//! What a backup must not bring back: sessions, API tokens and pending logins are ended, and what would be sent is held
//! (`restore_hold`). The audit log has an entry of both. Changes of the directory continue at numbers that the original
//! never gave, and whoever keeps a copy reads everything again (`changes`).

use std::collections::HashSet;
use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};

use serde_json::json;

use super::Keys;
use super::checking::{chain_fault, check_set};
use super::rules;
use super::set::{DATABASE, FILES, Set, StoredFile, TABLES, at, sync_folder};
use super::types::{DatabaseKind, Fault, FaultKind, Manifest, TableEntry};
use crate::audit::{Audit, Entry, Event, Trace};
use crate::changes;
use crate::config::Settings;
use crate::db::dump::{self, Cells};
use crate::db::{self, Access, Conn, Id, Target};
use crate::error::{Error, OrInternal as _};
use crate::identity;
use crate::private_files;
use crate::random::Random;
use crate::restore_hold::{self, Hold};
use crate::secrets::{fingerprint_of, hex};
use crate::storage::Shelf;
use crate::text::amount;
use crate::time::{Clock, Timestamp};

/// Rows and bytes of one INSERT, at most.
const ROWS: usize = 1_000;
const BYTES: usize = 4_000_000;

/// A restoration.
pub struct Restore<'a> {
    /// Where to.
    pub settings: &'a Settings,
    /// The key of the set.
    pub keys: &'a Keys,
    /// The time.
    pub clock: Clock,
    /// Randomness.
    pub random: Random,
    /// Whether files that the set does not have may be in the folder of the storage, and stay.
    pub shared_storage: bool,
}

/// What came of it.
pub enum Outcome {
    /// It is done.
    Restored {
        /// The manifest of the set.
        manifest: Box<Manifest>,
        /// How many sessions were ended.
        sessions: usize,
        /// Since when nothing from before is good any more.
        at: Timestamp,
    },
    /// Nothing was written, for these reasons.
    Refused(Vec<Fault>),
}

/// Restores a set.
///
/// # Errors
/// If something can't be read or written. Then there is no database, unless the connection was lost at the commit,
/// which the error says; files that were written may stay, and the next restoration of the same set goes on with them.
pub fn restore(restore: &Restore<'_>, folder: &Path) -> Result<Outcome, Error> {
    let (set, mut faults) = match Set::read(folder, Some(restore.keys)) {
        Ok(read) => read,
        Err(fault) => return Ok(Outcome::Refused(vec![fault])),
    };
    let target = restore.settings.database_target().or_internal()?;
    let shelf = Shelf::open(&restore.settings.storage, &restore.clock)?;
    let mut foreign = names_there(&shelf, restore.shared_storage)?;
    let there = foreign.len();
    let mut occupied = Vec::new();
    faults.extend(check_set(&set, Some(restore.keys), &mut |file| {
        foreign.remove(&file.id.to_string());
        occupied.extend(place_fault(&shelf, file)?);
        Ok(())
    })?);
    faults.extend(occupied);
    if there > 0 {
        // Those that the set has too may be the original's, which would lose them with the copy.
        let words = format!(
            "the storage has {}, {} of which the set does not have: give an empty folder. \
             --shared-storage permits them, for a drill beside the original and after a restoration that was broken off",
            amount(there, "file"),
            foreign.len()
        );
        faults.push(Fault::new(FaultKind::NotEmpty, words));
    }
    faults.extend(target_fault(&target, set.manifest.database)?);
    if !faults.is_empty() {
        return Ok(Outcome::Refused(faults));
    }
    put_files(&set, &shelf)?;
    let now = restore.clock.now();
    let sessions = match &target {
        Target::Sqlite(path) => sqlite(restore, &set, Path::new(path), now)?,
        Target::Postgres(_) => match postgres(restore, &set, &target, now)? {
            Ok(sessions) => sessions,
            Err(fault) => return Ok(Outcome::Refused(vec![fault])),
        },
    };
    let taken_at = set.manifest.taken_at;
    tracing::warn!(%taken_at, restored_at = %now, sessions, "restored a backup: sessions and API tokens have ended");
    Ok(Outcome::Restored { manifest: Box::new(set.manifest), sessions, at: now })
}

/// The names in the storage, if files there are a fault and it can be listed.
fn names_there(shelf: &Shelf, is_shared: bool) -> Result<HashSet<String>, Error> {
    let mut names = HashSet::new();
    if !is_shared {
        shelf.each(&mut |name| {
            // What an interrupted write left (`….part`) is replaced.
            let is_rest = name.split_once('.').is_some_and(|(id, _ending)| id.parse::<Id>().is_ok());
            if !is_rest {
                names.insert(name.to_owned());
            }
            Ok(())
        })?;
    }
    Ok(names)
}

/// A fault if the place of a stored file is taken by another one.
fn place_fault(shelf: &Shelf, file: &StoredFile) -> Result<Option<Fault>, Error> {
    let (Some(there), Some(sha256)) = (shelf.get(file.id)?, &file.sha256) else { return Ok(None) };
    let is_same = hex(&fingerprint_of(&there)) == *sha256;
    let words = || format!("the storage has another file under the name {}", file.id);
    Ok((!is_same).then(|| Fault::new(FaultKind::NotEmpty, words())))
}

fn target_fault(target: &Target, kind: DatabaseKind) -> Result<Option<Fault>, Error> {
    let wrong = |ours: DatabaseKind| {
        let words = format!("the set is of {}, and database.url names {}", kind.as_str(), ours.as_str());
        Fault::new(FaultKind::OtherDatabase, words)
    };
    match target {
        Target::Sqlite(_) if kind != DatabaseKind::Sqlite => Ok(Some(wrong(DatabaseKind::Sqlite))),
        Target::Postgres(_) if kind != DatabaseKind::Postgres => Ok(Some(wrong(DatabaseKind::Postgres))),
        Target::Sqlite(path) => {
            let taken = ["", "-wal", "-shm", "-journal"].map(|ending| format!("{path}{ending}"));
            let taken = taken.into_iter().find(|path| Path::new(path).exists());
            Ok(taken.map(|path| Fault::new(FaultKind::NotEmpty, format!("{path} exists: move it away first"))))
        }
        Target::Postgres(_) => {
            let is_empty = dump::is_empty(&mut db::open(target, Access::Read)?)?;
            let words = "the database has tables: give an empty one";
            Ok((!is_empty).then(|| Fault::new(FaultKind::NotEmpty, words)))
        }
    }
}

/// Puts the files of the set into the storage, but for those that are there already.
fn put_files(set: &Set, shelf: &Shelf) -> Result<(), Error> {
    set.each_file(&mut |file| {
        if file.sha256.is_none() || shelf.get(file.id)?.is_some() {
            return Ok(());
        }
        let path = set.path(FILES).join(file.id.to_string());
        shelf.put(file.id, &std::fs::read(&path).map_err(at(&path))?)
    })
}

fn sqlite(restore: &Restore<'_>, set: &Set, goal: &Path, now: Timestamp) -> Result<usize, Error> {
    let beside = |ending: &str| PathBuf::from(format!("{}{ending}", goal.display()));
    let folder = goal.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    private_files::make_folder(folder).map_err(at(folder))?;
    // As long as this is locked no portal prepares the database.
    let preparing = beside(".preparing");
    let alone = File::create(&preparing).map_err(at(&preparing))?;
    alone.try_lock().map_err(|_held| Error::internal("another process prepares this database"))?;
    // A portal may have started since the place was looked at. One that waits for the lock has made an empty file.
    let has_data = goal.metadata().is_ok_and(|file| file.len() > 0).then(|| goal.to_owned());
    let mut journals = ["-wal", "-shm", "-journal"].into_iter().map(beside);
    if let Some(taken) = has_data.or_else(|| journals.find(|journal| journal.exists())) {
        return Err(Error::internal(format!("{} has appeared meanwhile: move it away first", taken.display())));
    }
    let growing = beside(".restoring");
    for ending in ["", "-wal", "-shm", "-journal"] {
        // What an interrupted restoration left.
        let _ = std::fs::remove_file(beside(&format!(".restoring{ending}")));
    }
    let mut copy = private_files::create_new(&growing).map_err(at(&growing))?;
    let source = set.path(DATABASE);
    let copied = File::open(&source).and_then(|mut from| std::io::copy(&mut from, &mut copy));
    copied.and_then(|_| copy.sync_all()).map_err(at(&growing))?;
    drop(copy);
    let target = Target::Sqlite(growing.display().to_string());
    db::migrate(&target)?;
    let mut conn = db::open(&target, Access::Write)?;
    let sessions = conn.transaction_for_write(|conn| settle(conn, restore, &set.manifest, now))?;
    // The last connection moves the write-ahead log into the file and deletes it.
    drop(conn);
    let log = beside(".restoring-wal");
    if log.metadata().is_ok_and(|log| log.len() > 0) {
        return Err(Error::internal(format!("{} is still in use", log.display())));
    }
    File::open(&growing).and_then(|file| file.sync_all()).map_err(at(&growing))?;
    std::fs::rename(&growing, goal).map_err(at(goal))?;
    sync_folder(folder)?;
    Ok(sessions)
}

/// The fault is one that shows only when the rows are there.
fn postgres(restore: &Restore<'_>, set: &Set, target: &Target, now: Timestamp) -> Result<Result<usize, Fault>, Error> {
    let mut conn = db::open(&target.clone().patient(), Access::Write)?;
    let mut broken = None;
    let restored = conn.transaction_for_write(|conn| {
        dump::take_time(conn)?;
        // A portal that starts meanwhile waits, and finds the schema done.
        conn.exclude_migrations()?;
        conn.exclude_others()?;
        if !dump::is_empty(conn)? {
            return Err(Error::internal("the database is not empty any more"));
        }
        db::migrate_to(conn, Some(&set.manifest.schema))?;
        let keys = dump::drop_foreign_keys(conn)?;
        for table in dump::table_names(conn)? {
            // The audit log refuses a deletion also where it has nothing.
            if dump::count_rows(conn, &table)? > 0 {
                dump::clear(conn, &table)?;
            }
        }
        for table in &set.manifest.tables {
            load(conn, set, table)?;
        }
        dump::restore_foreign_keys(conn, &keys)?;
        db::migrate_to(conn, None)?;
        if let Some(fault) = chain_fault(conn, restore.keys, &set.manifest)? {
            let words = fault.words.clone();
            broken = Some(fault);
            return Err(Error::internal(words));
        }
        settle(conn, restore, &set.manifest, now)
    });
    if let Some(fault) = broken {
        return Ok(Err(fault));
    }
    let sessions = restored.map_err(|error| {
        if error.is_connection_loss() {
            // The answer to the commit may have been lost, and only that.
            let words = "the outcome is unknown: check whether the database has the tables before you start a portal";
            return Error::internal(format!("{words}: {}", error.operator_message()));
        }
        error
    })?;
    // The server does it by itself later.
    if let Err(error) = dump::analyse(&mut conn) {
        tracing::warn!(%error, "restored, and PostgreSQL could not count its rows for its planner: run ANALYZE");
    }
    Ok(Ok(sessions))
}

/// Loads the rows of a table, some at a time.
fn load(conn: &mut Conn, set: &Set, entry: &TableEntry) -> Result<(), Error> {
    let mut table = dump::table(conn, &entry.name)?;
    let known = std::mem::take(&mut table.columns);
    for name in &entry.columns {
        let column = known.iter().find(|(known, _)| known == name);
        let unknown = || Error::internal(format!("table {} has no column {name}", entry.name));
        table.columns.push(column.cloned().ok_or_else(unknown)?);
    }
    let path = set.path(&format!("{TABLES}/{}.copy", entry.name));
    let reader = BufReader::new(File::open(&path).map_err(at(&path))?);
    let (mut rows, mut bytes): (Vec<Cells>, usize) = (Vec::new(), 0);
    for line in reader.lines() {
        let line = line.map_err(at(&path))?;
        bytes += line.len();
        let row = rules::from_line(&line);
        rows.push(row.ok_or_else(|| Error::internal(format!("{}: a line is no row", path.display())))?);
        if rows.len() == ROWS || bytes > BYTES {
            dump::insert_rows(conn, &table, std::mem::take(&mut rows))?;
            bytes = 0;
        }
    }
    if rows.is_empty() { Ok(()) } else { dump::insert_rows(conn, &table, rows) }
}

/// Ends what a backup must not bring back, and holds what would leave.
fn settle(conn: &mut Conn, restore: &Restore<'_>, manifest: &Manifest, now: Timestamp) -> Result<usize, Error> {
    if manifest.database == DatabaseKind::Sqlite {
        // The check has verified the chain of the set; this is the copy of it, up to date.
        identity::try_opening(conn, &restore.keys.master)?;
    }
    let audit = Audit::new(restore.clock.clone(), restore.random.clone());
    let sessions = identity::end_everybodys_in(conn, &audit, now)?;
    changes::start_all_anew(conn, now)?;
    restore_hold::begin(conn, Hold { taken_at: manifest.taken_at, restored_at: now })?;
    let entry = Entry::anonymous(Event::BackupRestored, None).with(json!({"backup": manifest.taken_at}));
    audit.record(conn, &Trace::default(), &entry)?;
    Ok(sessions)
}
