//! Takes a backup: one snapshot of the database, then the files that it names, then the manifest.
//!
//! SQLite writes the copy itself (`VACUUM INTO`), beside whoever reads and writes, and the copy is checked before
//! anything else. PostgreSQL is read in one read-only transaction with one snapshot, table by table. `pg_dump` is not
//! needed, so no version of it has to fit the server.

use std::io::{BufRead as _, BufReader};
use std::path::Path;

use super::Keys;
use super::rules;
use super::set::{DATABASE, LIST, NewSet, StoredFile, TABLES, at};
use super::store::{self, Record};
use super::types::{ChainEnd, DatabaseKind, FORMAT, FileTotals, Manifest, TableEntry};
use crate::audit;
use crate::config::Settings;
use crate::db::{self, Access, Conn, Id, Target, dump};
use crate::error::{Error, OrInternal as _};
use crate::identity;
use crate::private_files;
use crate::storage::Shelf;
use crate::time::{Clock, Timestamp};

/// Ids of files that are read at once.
const AT_ONCE: i64 = 1_000;
/// The ids of the files that the snapshot names, while the set grows.
const IDS: &str = "files.ids";
/// The table without which a backup is not recorded, since the schema is older.
const RECORDS: &str = "backup_taken";

/// A backup that is whole.
#[derive(Clone, Debug)]
pub struct Taken {
    /// Its manifest.
    pub manifest: Manifest,
    /// The bytes of all its files.
    pub bytes: u64,
}

/// What the snapshot says of itself.
struct Snapshot {
    kind: DatabaseKind,
    schema: String,
    chain: ChainEnd,
    tables: Vec<TableEntry>,
}

/// Takes a backup into a folder that must not exist yet, or be empty.
///
/// # Errors
/// If the database can't be read, is damaged, or belongs to another key; if the storage is unreachable; if the disk is
/// full. Then there is no set.
pub fn take(settings: &Settings, keys: &Keys, clock: &Clock, goal: &Path) -> Result<Taken, Error> {
    let target = settings.database_target().or_internal()?;
    if let Target::Sqlite(path) = &target
        && !Path::new(path).exists()
    {
        let path = private_files::absolute(Path::new(path));
        return Err(Error::internal(format!("there is no database at {}", path.display())));
    }
    let mut set = NewSet::begin(goal)?;
    let taken_at = clock.now();
    let snapshot = match &target {
        Target::Sqlite(_) => sqlite(&target, keys, &mut set)?,
        Target::Postgres(_) => postgres(&target, keys, &mut set)?,
    };
    let files = copy_files(settings, clock, &mut set)?;
    let recorded = snapshot.tables.iter().any(|table| table.name == RECORDS);
    let Snapshot { kind, schema, chain, tables } = snapshot;
    let manifest = Manifest {
        format: FORMAT,
        portal: env!("CARGO_PKG_VERSION").to_owned(),
        database: kind,
        schema,
        taken_at,
        key: keys.fingerprint.clone(),
        audit: chain,
        tables,
        parts: set.parts(),
        files,
    };
    set.finish(&manifest, keys)?;
    let parts: u64 = manifest.parts.iter().map(|part| part.bytes).sum();
    let bytes = parts.saturating_add(files.bytes);
    if recorded && let Err(error) = record(&target, taken_at, clock.now(), files, bytes) {
        tracing::warn!(%error, "the backup is whole, and its time could not be written down");
    }
    tracing::info!(folder = %goal.display(), bytes, files = files.copied, missing = files.missing, "took a backup");
    Ok(Taken { manifest, bytes })
}

fn sqlite(target: &Target, keys: &Keys, set: &mut NewSet) -> Result<Snapshot, Error> {
    let (path, growing) = (set.path(DATABASE), set.path("database.growing"));
    let text = |path: &Path| path.to_str().map(str::to_owned).ok_or_else(|| Error::internal("--to is no UTF-8"));
    // A writer: a reader of SQLite may not even write into another file.
    let mut conn = db::open(target, Access::Write)?;
    dump::snapshot_into(&mut conn, &text(&growing)?)?;
    drop(conn);
    private(&growing)?;
    std::fs::rename(&growing, &path).map_err(at(&path))?;
    set.adopt(DATABASE)?;
    let mut copy = db::open_to_inspect(&Target::Sqlite(text(&path)?))?;
    if let Some(fault) = dump::first_fault(&mut copy)? {
        return Err(Error::internal(format!("the database is damaged: {fault}")));
    }
    let mut tables = Vec::new();
    for name in dump::table_names(&mut copy)? {
        let rows = dump::count_rows(&mut copy, &name)?;
        tables.push(TableEntry { name, rows, columns: Vec::new() });
    }
    describe(&mut copy, keys, set, DatabaseKind::Sqlite, tables)
}

/// SQLite creates its copy with the mode that the process has for files.
fn private(path: &Path) -> Result<(), Error> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).map_err(at(path))?;
    }
    Ok(())
}

fn postgres(target: &Target, keys: &Keys, set: &mut NewSet) -> Result<Snapshot, Error> {
    let mut conn = db::open(target, Access::Write)?;
    conn.transaction_for_read(|conn| {
        dump::take_time(conn)?;
        let mut tables = Vec::new();
        for name in dump::table_names(conn)? {
            tables.push(write_table(conn, set, name)?);
        }
        describe(conn, keys, set, DatabaseKind::Postgres, tables)
    })
}

fn write_table(conn: &mut Conn, set: &mut NewSet, name: String) -> Result<TableEntry, Error> {
    let table = dump::table(conn, &name)?;
    let mut part = set.create(&format!("{TABLES}/{name}.copy"))?;
    let mut line = String::new();
    let rows = dump::each_row(conn, &table, &mut |cells| {
        rules::to_line(cells, &mut line);
        line.push('\n');
        part.write(line.as_bytes())
    })?;
    set.add(part)?;
    Ok(TableEntry { name, rows, columns: table.columns.into_iter().map(|(column, _)| column).collect() })
}

/// What belongs to the snapshot beside its tables; writes down the ids of its files.
fn describe(
    conn: &mut Conn,
    keys: &Keys,
    set: &NewSet,
    kind: DatabaseKind,
    tables: Vec<TableEntry>,
) -> Result<Snapshot, Error> {
    identity::try_opening(conn, &keys.master)?;
    let schema = db::applied_versions(conn)?.pop().ok_or_else(|| Error::internal("the database has no schema"))?;
    let head = audit::head(conn)?;
    let mut ids = set.create(IDS)?;
    let mut last = Id::nil();
    loop {
        let named = store::named_files(conn, last, AT_ONCE)?;
        let Some(end) = named.last() else { break };
        last = *end;
        for id in named {
            ids.write(format!("{id}\n").as_bytes())?;
        }
    }
    ids.close()?;
    Ok(Snapshot { kind, schema, chain: ChainEnd { position: head.position, link: head.hex() }, tables })
}

/// Copies the files that the snapshot names, one at a time.
fn copy_files(settings: &Settings, clock: &Clock, set: &mut NewSet) -> Result<FileTotals, Error> {
    let shelf = Shelf::open(&settings.storage, clock)?;
    let (mut totals, path) = (FileTotals::default(), set.path(IDS));
    let ids = BufReader::new(std::fs::File::open(&path).map_err(at(&path))?);
    let mut list = set.create(LIST)?;
    for line in ids.lines() {
        let id: Id = line.map_err(at(&path))?.parse().or_internal()?;
        let file = if let Some(sealed) = shelf.get(id)? {
            totals.copied += 1;
            set.store(id, &sealed)?
        } else {
            tracing::error!(file = %id, fault = "missing", "a file that the database names is not in the storage");
            totals.missing += 1;
            StoredFile { id, bytes: 0, sha256: None }
        };
        totals.bytes += file.bytes;
        list.write(file.line().as_bytes())?;
    }
    set.add(list)?;
    std::fs::remove_file(&path).map_err(at(&path))?;
    Ok(totals)
}

fn record(
    target: &Target,
    taken_at: Timestamp,
    finished_at: Timestamp,
    files: FileTotals,
    bytes: u64,
) -> Result<(), Error> {
    let number = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
    let backup = Record { taken_at, finished_at, files: number(files.copied), bytes: number(bytes) };
    db::open(target, Access::Write)?.transaction_for_write(|conn| store::record(conn, &backup))
}
