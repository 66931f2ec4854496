//! Opens a database to look at it, and alters nothing: neither its contents nor the files it consists of.
//!
//! A copy of a SQLite database may be on read-only media, or in rollback mode (`VACUUM INTO` makes such a copy), and may
//! have a checksum. So the file is opened read-only, and no journal mode is set. A file in WAL mode without a log next
//! to it is opened as immutable, because SQLite otherwise creates the two files of the log. With a log next to it a
//! portal may be writing to the database: then the log is read too.
//!
//! Left out: a log next to a database on read-only media. SQLite has to index it in a file next to it; such a copy has to be
//! copied once more, to where that file can be created.

use std::io::Read as _;
use std::path::Path;

use diesel::connection::SimpleConnection as _;
use diesel::sql_types::{BigInt, Text};
use diesel::{Connection as _, QueryableByName, RunQueryDsl as _, SqliteConnection};

use super::connection::{Access, Conn, Target, no_file, open};
use crate::error::Error;

/// Where the header of a file says which journal it has (<https://sqlite.org/fileformat2.html>, 1.3.3).
const READ_VERSION: usize = 19;
/// The value of that byte for a database in WAL mode.
const WAL: u8 = 2;

/// Opens a database that is only looked at.
///
/// # Errors
/// If there is no such database, or it cannot be reached.
pub fn open_to_inspect(target: &Target) -> Result<Conn, Error> {
    match target {
        Target::Sqlite(path) => open_file(Path::new(path)).map(Conn::Sqlite),
        // Nothing is set for the session, which may be a pooler's: whoever looks does so in `transaction_for_read`.
        Target::Postgres(_) => open(target, Access::Read),
    }
}

impl Conn {
    /// Whether there is a table of this name: the database may be that of an older portal.
    pub fn has_table(&mut self, name: &str) -> diesel::QueryResult<bool> {
        let found = match self {
            Self::Sqlite(c) => {
                diesel::sql_query("SELECT count(*) AS found FROM sqlite_master WHERE type = 'table' AND name = ?")
                    .bind::<Text, _>(name)
                    .get_result::<Found>(c)
            }
            Self::Postgres(c) => {
                diesel::sql_query("SELECT count(*) AS found FROM pg_class WHERE oid = to_regclass($1)")
                    .bind::<Text, _>(name)
                    .get_result::<Found>(c)
            }
        };
        found.map(|row| row.found > 0)
    }
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = BigInt)]
    found: i64,
}

/// What one process of several holds while it does something that takes longer than a unit of work.
pub struct Held {
    _connection: Conn,
    _file: Option<std::fs::File>,
}

/// Holds the lock of this number; none if another process holds it. It is released when the value is dropped, or the
/// process ends.
///
/// # Errors
/// If the database cannot be reached.
pub fn hold(target: &Target, number: i64) -> Result<Option<Held>, Error> {
    let mut connection = open(target, Access::Write)?;
    let file = match (&mut connection, target) {
        (Conn::Postgres(c), _) => {
            // A transaction that does nothing: its lock needs no connection that is never shared.
            c.batch_execute("BEGIN; SET LOCAL idle_in_transaction_session_timeout = 0")?;
            None
        }
        (Conn::Sqlite(_), Target::Sqlite(path)) => {
            let path = format!("{path}.held");
            let told = |error: std::io::Error| Error::internal(format!("{path}: {error}"));
            let file = crate::private_files::append(Path::new(&path)).map_err(told)?;
            if file.try_lock().is_err() {
                return Ok(None);
            }
            Some(file)
        }
        (Conn::Sqlite(_), Target::Postgres(_)) => None,
    };
    Ok(if connection.try_alone(number)? { Some(Held { _connection: connection, _file: file }) } else { None })
}

fn open_file(path: &Path) -> Result<SqliteConnection, Error> {
    let told = |error: std::io::Error| Error::internal(format!("{}: {error}", path.display()));
    let log = beside(path, "-wal").metadata().map(|log| log.len());
    let has_log = log.is_ok_and(|length| length > 0 || beside(path, "-shm").exists());
    let immutable = is_wal(path).map_err(told)? && !has_log;
    let connection = SqliteConnection::establish(&address(path, immutable));
    let mut connection = connection.map_err(|error| no_file(&path.display().to_string(), &error))?;
    connection.batch_execute(
        "PRAGMA busy_timeout = 5000; PRAGMA cache_size = -8000; PRAGMA mmap_size = 0; \
         PRAGMA temp_store = FILE; PRAGMA query_only = ON;",
    )?;
    Ok(connection)
}

fn beside(path: &Path, end: &str) -> std::path::PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
}

/// Whether a database is in WAL mode. An empty file is in none.
fn is_wal(path: &Path) -> std::io::Result<bool> {
    let mut header = Vec::new();
    std::fs::File::open(path)?.take(100).read_to_end(&mut header)?;
    Ok(header.get(READ_VERSION) == Some(&WAL))
}

/// The URI of a file, in which some characters have a meaning (<https://sqlite.org/uri.html>).
fn address(path: &Path, immutable: bool) -> String {
    let path = path.display().to_string().replace('%', "%25").replace('?', "%3f").replace('#', "%23");
    format!("file:{path}?mode=ro{}", if immutable { "&immutable=1" } else { "" })
}

#[cfg(test)]
mod tests {
    use diesel::dsl::sql;

    use super::*;

    /// The names and the contents of all files of a folder.
    fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
        let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let mut files: Vec<_> = entries
            .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(&path).unwrap()))
            .collect();
        files.sort();
        files
    }

    fn rows(conn: &mut Conn) -> i64 {
        let Conn::Sqlite(c) = conn else { panic!("a file") };
        diesel::select(sql::<BigInt>("(SELECT count(*) FROM one)")).get_result(c).unwrap()
    }

    #[test]
    fn a_database_in_either_mode_is_read_and_left_as_it_is() {
        for mode in ["DELETE", "WAL"] {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("a?b #1%.sqlite3");
            let uri = address(&path, false).replace("mode=ro", "mode=rwc");
            let mut made = SqliteConnection::establish(&uri).unwrap();
            made.batch_execute(&format!(
                "PRAGMA journal_mode = {mode}; CREATE TABLE one (a); INSERT INTO one VALUES (1)"
            ))
            .unwrap();
            drop(made);
            let before = files(folder.path());
            assert_eq!(before.len(), 1);
            let target = Target::Sqlite(path.display().to_string());
            let mut conn = open_to_inspect(&target).unwrap();
            assert_eq!(rows(&mut conn), 1);
            assert!(diesel::sql_query("INSERT INTO one VALUES (2)").execute(&mut conn).is_err(), "{mode}");
            drop(conn);
            assert_eq!(files(folder.path()), before, "{mode}");
        }
    }

    #[test]
    fn what_is_only_in_the_log_is_read_and_what_is_missing_is_not_created() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("live.sqlite3");
        let target = Target::Sqlite(path.display().to_string());
        assert!(open_to_inspect(&target).is_err());
        assert_eq!(files(folder.path()), Vec::new());
        let mut writer = open(&target, Access::Write).unwrap();
        let Conn::Sqlite(c) = &mut writer else { panic!("a file") };
        c.batch_execute("CREATE TABLE one (a); INSERT INTO one VALUES (1), (2)").unwrap();
        assert_eq!(rows(&mut open_to_inspect(&target).unwrap()), 2);
    }
}
