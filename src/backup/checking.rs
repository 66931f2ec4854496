//! Checks a set, with or without the master key: each file by its checksum, the number of rows of each table, and for
//! SQLite the pages and references of the database and the chain of the audit log. Alters nothing, and names all
//! faults.
//!
//! The chain of a set of PostgreSQL is verified when it is restored, before the restoration is committed.

use std::io::{BufRead as _, BufReader};
use std::path::Path;

use super::Keys;
use super::set::{DATABASE, Set, StoredFile, TABLES, at};
use super::types::{DatabaseKind, Fault, FaultKind, Manifest};
use crate::audit::{self, ChainVerdict};
use crate::db::{self, Conn, Target, dump};
use crate::error::Error;
use crate::time::Timestamp;

/// The result of a check.
#[derive(Debug)]
pub struct Report {
    /// The manifest; none if it can't be read.
    pub manifest: Option<Manifest>,
    /// What is wrong.
    pub faults: Vec<Fault>,
}

/// Checks a set. Without the key, its seal and the chain of the audit log are not checked.
///
/// # Errors
/// If a file can't be read for another reason than that it is damaged.
pub fn check(folder: &Path, keys: Option<&Keys>) -> Result<Report, Error> {
    match Set::read(folder, keys) {
        Err(fault) => Ok(Report { manifest: None, faults: vec![fault] }),
        Ok((set, mut faults)) => {
            faults.extend(check_set(&set, keys, &mut |_| Ok(()))?);
            Ok(Report { manifest: Some(set.manifest), faults })
        }
    }
}

/// Checks a set whose manifest was read; calls `visit` with each of its stored files.
pub(super) fn check_set(
    set: &Set,
    keys: Option<&Keys>,
    visit: &mut dyn FnMut(&StoredFile) -> Result<(), Error>,
) -> Result<Vec<Fault>, Error> {
    let mut faults = set.verify();
    let is_readable = faults.is_empty();
    faults.extend(set.verify_files(visit)?);
    let known = db::known_versions()?;
    let is_newer = known.last().is_none_or(|last| set.manifest.schema > *last);
    if is_newer {
        let (theirs, ours) = (&set.manifest.schema, known.last().cloned().unwrap_or_default());
        let words =
            format!("the schema of the set is {theirs}, and this portal knows {ours}: restore with a newer one");
        faults.push(Fault::new(FaultKind::Newer, words));
    }
    if !is_readable {
        return Ok(faults);
    }
    match set.manifest.database {
        DatabaseKind::Sqlite => faults.extend(check_file(set, keys.filter(|_| !is_newer))?),
        DatabaseKind::Postgres => faults.extend(check_tables(set)?),
    }
    Ok(faults)
}

/// Checks the file of SQLite.
fn check_file(set: &Set, keys: Option<&Keys>) -> Result<Vec<Fault>, Error> {
    let path = set.path(DATABASE);
    let mut conn = db::open_to_inspect(&Target::Sqlite(path.to_string_lossy().into_owned()))?;
    if let Some(fault) = dump::first_fault(&mut conn)? {
        return Ok(vec![Fault::damaged(format!("{DATABASE}: {fault}"))]);
    }
    let mut faults = Vec::new();
    for table in &set.manifest.tables {
        let rows = dump::count_rows(&mut conn, &table.name)?;
        faults.extend(miscounted(&table.name, table.rows, rows));
    }
    let keys = keys.filter(|keys| keys.is_named(&set.manifest.key));
    if let Some(keys) = keys {
        faults.extend(chain_fault(&mut conn, keys, &set.manifest)?);
    }
    Ok(faults)
}

/// Counts the lines of each table of PostgreSQL.
fn check_tables(set: &Set) -> Result<Vec<Fault>, Error> {
    let mut faults = Vec::new();
    for table in &set.manifest.tables {
        let path = set.path(&format!("{TABLES}/{}.copy", table.name));
        let Ok(file) = std::fs::File::open(&path) else {
            faults.push(Fault::damaged(format!("{TABLES}/{}.copy: missing", table.name)));
            continue;
        };
        let (mut reader, mut rows) = (BufReader::new(file), 0);
        loop {
            let buffer = reader.fill_buf().map_err(at(&path))?;
            let length = buffer.len();
            if length == 0 {
                break;
            }
            rows += i64::try_from(memchr::memchr_iter(b'\n', buffer).count()).unwrap_or_default();
            reader.consume(length);
        }
        faults.extend(miscounted(&table.name, table.rows, rows));
    }
    Ok(faults)
}

fn miscounted(table: &str, wanted: i64, found: i64) -> Option<Fault> {
    (wanted != found).then(|| Fault::damaged(format!("table {table}: {found} rows in place of {wanted}")))
}

/// What is wrong with the chain of the audit log. Entries without a seal are none of its faults: the portal that took
/// the backup had not come to them.
pub(super) fn chain_fault(conn: &mut Conn, keys: &Keys, manifest: &Manifest) -> Result<Option<Fault>, Error> {
    let chain = (keys.chain)(conn)?;
    let words = match audit::verify(conn, &chain, Timestamp::from_micros(0))? {
        ChainVerdict::Broken { position, fault } => {
            format!("the chain of the audit log is broken at link {position}: {fault}")
        }
        ChainVerdict::Whole { head, .. } => {
            if head.position == manifest.audit.position && head.hex() == manifest.audit.link {
                return Ok(None);
            }
            let (position, wanted) = (head.position, manifest.audit.position);
            format!("the chain of the audit log ends at link {position}, and the manifest says {wanted}")
        }
    };
    Ok(Some(Fault::new(FaultKind::Chain, words)))
}
