//! One connection type for two databases, opened by the scheme of the URL.
//!
//! `sqlite:PATH` is the embedded file, `postgres://…` a server. The derive's own `establish` tries one database after
//! the other, so a PostgreSQL that is down would be answered by a stray SQLite file: [`open`] never calls it.
//!
//! SQLite runs in WAL mode. There is one writer per process (see `db::workers`), each write begins IMMEDIATE, and
//! `busy_timeout` covers the moments when another process (a backup, a command) holds the lock, so "database is locked"
//! never reaches a client. `synchronous = FULL`: what was answered 2xx survives a power cut, as it does on PostgreSQL.
//!
//! On PostgreSQL nothing is left in a session of a pooler: locks and time limits belong to transactions, so that it may
//! give each transaction another connection of the server. A statement without a transaction is one exchange of messages.
//!
//! Deleted data is removed from the files too: `secure_delete` overwrites it with zeros in the database, and
//! [`Conn::cut_log`] removes copies of old pages from the write-ahead log. `recursive_triggers` makes `REPLACE` fire
//! the triggers of deletion; the tables that must not be replaced also refuse it by triggers of their own.

use diesel::connection::SimpleConnection as _;
use diesel::connection::{AnsiTransactionManager, TransactionManager as _};
use diesel::{Connection as _, PgConnection, QueryableByName, RunQueryDsl as _, SqliteConnection};
use secrecy::{ExposeSecret as _, SecretString};

use super::target;
pub(super) use super::target::Target;
use crate::error::Error;
use crate::private_files;

/// The advisory lock for work that is done once, at the first start. The number is arbitrary.
const LOCK: i64 = 7_107;

/// The advisory lock for changes of the directory's index, which they share.
pub(super) const TURN: i64 = 7_108;

/// The advisory lock for additions to the directory, and for what lists or hides contacts.
pub(super) const LISTING: i64 = 7_110;

/// The time limits of a unit of work on PostgreSQL. They belong to its transaction: a pooler that gives each
/// transaction another connection of the server would hand limits of a session on to strangers.
const LIMITS: &str = "SET LOCAL statement_timeout = '10s'; SET LOCAL lock_timeout = '5s'; \
                      SET LOCAL idle_in_transaction_session_timeout = '10s'";
/// The same for a session, as a parameter of its start: for single statements, which have no transaction.
const STARTED_WITH: &str = "options=-c%20statement_timeout%3D10s%20-c%20lock_timeout%3D5s\
                            %20-c%20idle_in_transaction_session_timeout%3D10s";
/// How long PostgreSQL may leave data waiting where one transaction sends all rows, in milliseconds: the server stands
/// still while it writes much.
const PATIENCE: &str = "120000";
/// How poolers refuse parameters that they do not hand on.
const REFUSED: &str = "startup parameter";
/// What libpq says of a URL that it cannot read, always in English.
const OF_THE_URL: [&str; 5] =
    ["in URI", "URI query parameter", "percent-encoded", "connection info string", "invalid connection option"];
/// What is said instead.
const UNREADABLE: &str = "libpq cannot read the URL of the database: a parameter of its query is unknown, or a sign in it \
                          has to be percent-encoded (what libpq says of it may quote the password, and is left out)";

pub use multi::{Conn, MultiBackend, MultiRawValue};

#[diesel::declare_sql_function]
extern "SQL" {
    /// Takes a transaction-level lock if it is free.
    #[sql_name = "pg_try_advisory_xact_lock"]
    fn try_advisory_lock(number: diesel::sql_types::BigInt) -> diesel::sql_types::Bool;
}

mod multi {
    //! In a module of its own, because the derive writes public items without docs.
    #![expect(missing_docs, reason = "what diesel's derive writes")]

    use diesel::{PgConnection, SqliteConnection};

    /// A connection to either database.
    #[derive(diesel::MultiConnection)]
    pub enum Conn {
        /// A PostgreSQL server.
        Postgres(PgConnection),
        /// The embedded SQLite.
        Sqlite(SqliteConnection),
    }
}

/// Runs one statement on whichever database is open, for the few forms that diesel's enum lacks (batch insert,
/// ON CONFLICT). Everything else is written once, on [`Conn`] itself.
#[macro_export]
macro_rules! on_each {
    ($connection:expr, $c:ident => $statement:expr) => {
        match $connection {
            $crate::db::Conn::Postgres($c) => $statement,
            $crate::db::Conn::Sqlite($c) => $statement,
        }
    };
}

/// What a connection may do: SQLite refuses writes on a reader.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Access {
    /// Reads only.
    Read,
    /// Reads and writes.
    Write,
}

/// Opens a connection.
///
/// # Errors
/// [`Error::database_unreachable`] if the database cannot be reached.
pub fn open(target: &Target, access: Access) -> Result<Conn, Error> {
    match target {
        Target::Sqlite(path) => open_sqlite(path, access).map(Conn::Sqlite),
        Target::Postgres(url) => open_postgres(url).map(Conn::Postgres),
    }
}

fn open_sqlite(path: &str, access: Access) -> Result<SqliteConnection, Error> {
    let mut connection = SqliteConnection::establish(path).map_err(|error| no_file(path, &error))?;
    let query_only = access == Access::Read;
    // The file is not mapped into memory: each connection would count it as its own, and a fault of the disk would end
    // the process in place of the statement. It is a few percent slower, where nothing is kept.
    // busy_timeout first: switching to WAL takes a lock that another process may hold for a moment. The file keeps its
    // mode, so that a reader need not switch it.
    let mode = if query_only { "" } else { "PRAGMA journal_mode = WAL;" };
    connection.batch_execute(&format!(
        "PRAGMA busy_timeout = 5000; {mode} PRAGMA synchronous = FULL; \
         PRAGMA foreign_keys = ON; PRAGMA cache_size = -8000; PRAGMA mmap_size = 0; \
         PRAGMA temp_store = MEMORY; PRAGMA secure_delete = ON; PRAGMA recursive_triggers = ON; \
         PRAGMA query_only = {query_only};"
    ))?;
    Ok(connection)
}

/// The failure to open a file, with its place.
pub(super) fn no_file(path: &str, error: &diesel::ConnectionError) -> Error {
    Error::no_connection(format!("{error}: {}", private_files::absolute(path.as_ref()).display()))
}

/// Opens a session. Its time zone is UTC, which `diesel` sets and poolers keep.
fn open_postgres(url: &SecretString) -> Result<PgConnection, Error> {
    let url = impatient(url);
    // The operator's own options win.
    let opened = if url.contains("options=") {
        PgConnection::establish(&url)
    } else {
        match PgConnection::establish(&extended(&url, STARTED_WITH)) {
            // A pooler. Units of work have limits of their own; for single statements the role can have them.
            Err(error) if error.to_string().contains(REFUSED) => {
                return PgConnection::establish(&url).map_err(|error| no_session(&error));
            }
            opened => opened,
        }
    };
    let mut connection = opened.map_err(|error| no_session(&error))?;
    // Without it the words of other languages are known.
    let _ = connection.batch_execute(IN_ENGLISH);
    Ok(connection)
}

/// The failure to open a session, without what libpq quotes of a URL that it cannot read: [`Target::parse`] refuses what
/// is known to be quoted, and another release of libpq may quote more.
fn no_session(error: &diesel::ConnectionError) -> Error {
    let said = error.to_string();
    let is_of_url = OF_THE_URL.iter().any(|words| said.contains(words));
    Error::no_connection(if is_of_url { UNREADABLE.to_owned() } else { said })
}

/// The URL with one more parameter.
fn extended(url: &str, parameter: &str) -> String {
    let joint = if target::has_query(url) { '&' } else { '?' };
    format!("{url}{joint}{parameter}")
}

/// Asks the server for messages in English, by which its conditions are recognised (`error::database`). A role may
/// choose the language if it is a superuser's, or was granted so (`GRANT SET ON PARAMETER lc_messages TO portal`);
/// the refusal is no error in the log of the server, and would be one as an option of the start. Not asked through
/// poolers.
const IN_ENGLISH: &str = "DO $$ BEGIN PERFORM set_config('lc_messages', 'C', false); \
                          EXCEPTION WHEN insufficient_privilege THEN NULL; END $$";

/// The URL with short network timeouts where it sets none, so that a thread whose server has vanished recovers within
/// seconds.
fn impatient(url: &SecretString) -> String {
    let url = url.expose_secret();
    let timeouts = [
        ("connect_timeout", "2"),
        ("keepalives_idle", "2"),
        ("keepalives_interval", "1"),
        ("keepalives_count", "3"),
        ("tcp_user_timeout", "4000"),
    ];
    timeouts
        .iter()
        .filter(|(name, _)| !url.contains(name))
        .fold(url.to_owned(), |url, (name, value)| extended(&url, &format!("{name}={value}")))
}

impl Target {
    /// The same database, with more patience for data that is not taken than a portal that serves has: for work that
    /// sends all rows in one transaction.
    #[must_use]
    pub fn patient(self) -> Self {
        match self {
            Self::Postgres(url) => Self::Postgres(SecretString::from(patient(url.expose_secret()))),
            Self::Sqlite(path) => Self::Sqlite(path),
        }
    }
}

fn patient(url: &str) -> String {
    if url.contains("tcp_user_timeout") {
        return url.to_owned();
    }
    extended(url, &format!("tcp_user_timeout={PATIENCE}"))
}

impl Conn {
    pub(super) fn transaction_of<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T, Error>) -> Result<T, Error> {
        match self {
            Self::Sqlite(c) => {
                AnsiTransactionManager::begin_transaction_sql(c, "BEGIN IMMEDIATE")?;
            }
            Self::Postgres(c) => AnsiTransactionManager::begin_transaction_sql(c, &format!("BEGIN; {LIMITS}"))?,
        }
        match work(self) {
            Ok(value) => {
                self.commit()?;
                Ok(value)
            }
            Err(error) => {
                // The first error is the one to report.
                let _ = self.roll_back();
                Err(error)
            }
        }
    }

    /// Reads with one snapshot of the database.
    ///
    /// # Errors
    /// The error of `work` or the database.
    pub fn transaction_for_read<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T, Error>) -> Result<T, Error> {
        match self {
            Self::Sqlite(c) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN DEFERRED")?,
            Self::Postgres(c) => AnsiTransactionManager::begin_transaction_sql(
                c,
                &format!("BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY; {LIMITS}"),
            )?,
        }
        let answer = work(self);
        let ended = self.roll_back();
        // The first error is the one to report: SQLite has ended the transaction itself after a fault of its disk.
        let answer = answer?;
        ended?;
        Ok(answer)
    }

    /// Waits until no other process is in a unit of work that calls this too: for work that is done once, at the first
    /// start, and for the switch of the whole portal.
    ///
    /// The lock is held until the unit of work ends. On SQLite a unit that writes is alone anyway.
    pub fn exclude_others(&mut self) -> diesel::QueryResult<()> {
        match self {
            Self::Postgres(c) => c.batch_execute(&format!("SELECT pg_advisory_xact_lock({LOCK})")),
            Self::Sqlite(_) => Ok(()),
        }
    }

    /// Tries to take the lock of this number until this unit of work ends; returns false if another one holds it. On
    /// SQLite a unit that writes is alone anyway.
    pub fn try_alone(&mut self, number: i64) -> diesel::QueryResult<bool> {
        match self {
            Self::Postgres(c) => diesel::select(try_advisory_lock(number)).get_result(c),
            Self::Sqlite(_) => Ok(true),
        }
    }

    /// Moves the write-ahead log of SQLite into the database and truncates it, so that it keeps no old pages; returns
    /// whether that succeeded. Waits only briefly for a reader in the middle of a unit of work. PostgreSQL recycles its
    /// log itself. Not within a unit of work.
    pub(super) fn cut_log(&mut self) -> Result<bool, Error> {
        #[derive(QueryableByName)]
        struct Checkpoint {
            #[diesel(sql_type = diesel::sql_types::Integer)]
            busy: i32,
        }
        let Self::Sqlite(c) = self else { return Ok(true) };
        c.batch_execute("PRAGMA busy_timeout = 500;")?;
        let checkpoint = diesel::sql_query("PRAGMA wal_checkpoint(TRUNCATE)").get_result::<Checkpoint>(c);
        c.batch_execute("PRAGMA busy_timeout = 5000;")?;
        Ok(checkpoint?.busy == 0)
    }

    pub(super) fn commit(&mut self) -> diesel::QueryResult<()> {
        on_each!(self, c => AnsiTransactionManager::commit_transaction(c))
    }

    /// Rolls back an open transaction, if there is one.
    pub fn roll_back(&mut self) -> diesel::QueryResult<()> {
        on_each!(self, c => AnsiTransactionManager::rollback_transaction(c))
    }

    /// Whether the server has closed the connection. Looks at what has arrived and sends nothing, so it costs two system
    /// calls, and does not notice a server that vanished without a word.
    pub(super) fn is_closed(&mut self) -> bool {
        let Self::Postgres(connection) = self else { return false };
        // The first look may find the server's last words, the second one the end behind them.
        (0..2).any(|_look| matches!(connection.notifications_iter().next(), Some(Err(_))))
    }

    /// Whether the connection can no longer be used.
    pub fn is_broken(&mut self) -> bool {
        on_each!(self, c => AnsiTransactionManager::is_broken_transaction_manager(c))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_url_gets_more_patience_where_it_says_nothing() {
        assert_eq!(patient("postgres://h/d"), "postgres://h/d?tcp_user_timeout=120000");
        assert_eq!(patient("postgres://h/d?sslmode=require"), "postgres://h/d?sslmode=require&tcp_user_timeout=120000");
        assert_eq!(patient("postgres://h/d?tcp_user_timeout=1"), "postgres://h/d?tcp_user_timeout=1");
        assert_eq!(patient("postgres://u:a?b@h/d"), "postgres://u:a?b@h/d?tcp_user_timeout=120000");
    }

    #[test]
    fn a23_what_libpq_says_of_a_url_quotes_no_password() {
        // None of these reaches libpq by way of `Target::parse`, but for the first.
        for url in ["postgres://h/d?tiger=1", "postgres://h/d?password=ti&tiger", "postgres:u:tiger@h/d"] {
            let target = Target::Postgres(SecretString::from(url.to_owned()));
            let Err(error) = open(&target, Access::Read) else { panic!("{url}") };
            let said = format!("{error} {error:?} {}", error.operator_message());
            assert!(!said.contains("tiger") && said.contains("libpq cannot read"), "{said}");
        }
    }
}
