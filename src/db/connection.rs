//! One connection type for two databases, opened by the scheme of the URL.
//!
//! `sqlite:PATH` is the embedded file, `postgres://…` a server. The derive's own `establish` tries one database after
//! the other, so a PostgreSQL that is down would be answered by a stray SQLite file: [`open`] never calls it.
//!
//! SQLite runs in WAL mode. There is one writer per process (see `db::workers`), each write begins IMMEDIATE, and
//! `busy_timeout` covers the moments when another process (a backup, a command) holds the lock, so nobody ever sees
//! "database is locked". `synchronous = FULL`: what was answered 2xx survives a power cut, as it does on PostgreSQL.
//!
//! What is deleted is gone from the files, too: `secure_delete` writes zeros over it in the database, and [`Conn::cut_log`]
//! takes the copies of old pages out of the write-ahead log. `recursive_triggers` makes `REPLACE` fire the triggers of
//! deletion; the tables that must not be replaced refuse it by triggers of their own as well.

use diesel::connection::SimpleConnection as _;
use diesel::connection::{AnsiTransactionManager, TransactionManager as _};
use diesel::{Connection as _, PgConnection, QueryableByName, RunQueryDsl as _, SqliteConnection};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness as _, embed_migrations};
use secrecy::{ExposeSecret as _, SecretString};

use crate::error::Error;

/// The advisory lock of whatever is done once, by migrations and at the first start. Any number will do.
const LOCK: i64 = 7_107;

/// The advisory lock of whoever changes the index of the directory.
const TURN: i64 = 7_108;

const POSTGRES_MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations/postgres");
const SQLITE_MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations/sqlite");

pub use multi::{Conn, MultiBackend, MultiRawValue};

#[diesel::declare_sql_function]
extern "SQL" {
    /// Takes a lock of the transaction where nobody has it.
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

/// What the URL of a database names.
#[derive(Clone, Debug)]
pub enum Target {
    /// The path of a SQLite file.
    Sqlite(String),
    /// A libpq connection URL, password and all.
    Postgres(SecretString),
}

impl Target {
    /// Reads a database URL.
    ///
    /// # Errors
    /// A sentence for the operator where the scheme is none of the two, or the path is empty.
    pub fn parse(url: &str) -> Result<Self, String> {
        match url.split_once(':') {
            Some(("sqlite", path)) => match path.trim_start_matches("//") {
                "" => Err("sqlite: wants the path of a file, as in sqlite:./var/portal.sqlite3".to_owned()),
                path => Ok(Self::Sqlite(path.to_owned())),
            },
            Some(("postgres" | "postgresql", _)) => Ok(Self::Postgres(SecretString::from(url.to_owned()))),
            _ => Err("the URL starts with sqlite: or with postgres://".to_owned()),
        }
    }
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
/// [`Error::database_unreachable`] where the database can't be reached.
pub fn open(target: &Target, access: Access) -> Result<Conn, Error> {
    match target {
        Target::Sqlite(path) => open_sqlite(path, access).map(Conn::Sqlite),
        Target::Postgres(url) => open_postgres(url).map(Conn::Postgres),
    }
}

fn open_sqlite(path: &str, access: Access) -> Result<SqliteConnection, Error> {
    let mut connection = SqliteConnection::establish(path).map_err(Error::database_unreachable)?;
    let query_only = access == Access::Read;
    // busy_timeout first: switching to WAL takes a lock that another process may hold for a moment.
    connection.batch_execute(&format!(
        "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
         PRAGMA foreign_keys = ON; PRAGMA cache_size = -8000; PRAGMA mmap_size = 268435456; \
         PRAGMA temp_store = MEMORY; PRAGMA secure_delete = ON; PRAGMA recursive_triggers = ON; \
         PRAGMA query_only = {query_only};"
    ))?;
    Ok(connection)
}

fn open_postgres(url: &SecretString) -> Result<PgConnection, Error> {
    let mut connection = PgConnection::establish(&impatient(url)).map_err(Error::database_unreachable)?;
    connection.batch_execute(
        "SET statement_timeout = '10s'; SET lock_timeout = '5s'; \
         SET idle_in_transaction_session_timeout = '10s'; SET TIME ZONE 'UTC';",
    )?;
    Ok(connection)
}

/// The URL with short timeouts of the network where it does not set its own, so that a thread whose server has vanished
/// comes loose within seconds.
fn impatient(url: &SecretString) -> String {
    let url = url.expose_secret();
    let timeouts = [
        ("connect_timeout", "2"),
        ("keepalives_idle", "2"),
        ("keepalives_interval", "1"),
        ("keepalives_count", "3"),
        ("tcp_user_timeout", "4000"),
    ];
    timeouts.iter().filter(|(name, _)| !url.contains(name)).fold(url.to_owned(), |url, (name, value)| {
        let joint = if url.contains('?') { '&' } else { '?' };
        format!("{url}{joint}{name}={value}")
    })
}

/// Applies the migrations that are missing and returns their names.
///
/// # Errors
/// Where a migration fails; what it had done is undone.
pub fn migrate(target: &Target) -> Result<Vec<String>, Error> {
    let mut connection = open(target, Access::Write)?;
    let applied = match &mut connection {
        Conn::Postgres(c) => {
            let alone =
                format!("SET statement_timeout = 0; SET lock_timeout = '60s'; SELECT pg_advisory_lock({LOCK});");
            c.batch_execute(&alone)?;
            c.run_pending_migrations(POSTGRES_MIGRATIONS).map(|versions| names(&versions))
        }
        Conn::Sqlite(c) => migrate_sqlite(c),
    };
    applied.map_err(|error| Error::migration(error.as_ref()))
}

/// Applies the migrations, and writes the file of an older portal anew: what that one deleted stands in free pages.
fn migrate_sqlite(connection: &mut SqliteConnection) -> diesel::migration::Result<Vec<String>> {
    let is_new = connection.applied_migrations()?.is_empty();
    let applied = connection.run_pending_migrations(SQLITE_MIGRATIONS).map(|versions| names(&versions))?;
    if !is_new && !applied.is_empty() {
        // In a file beside it: a database may be larger than the memory. Where another process is in the way, free pages
        // are written over as they are used again.
        let anew = connection.batch_execute("PRAGMA temp_store = FILE; VACUUM; PRAGMA wal_checkpoint(TRUNCATE);");
        if let Err(error) = anew {
            tracing::warn!(%error, "could not write the database anew without what was deleted");
        }
    }
    Ok(applied)
}

/// Undoes every migration; for the test that each can be undone.
///
/// # Errors
/// Where a `down.sql` fails.
pub fn revert_all(target: &Target) -> Result<(), Error> {
    let mut connection = open(target, Access::Write)?;
    let reverted = match &mut connection {
        Conn::Postgres(c) => c.revert_all_migrations(POSTGRES_MIGRATIONS).map(|_| ()),
        Conn::Sqlite(c) => c.revert_all_migrations(SQLITE_MIGRATIONS).map(|_| ()),
    };
    reverted.map_err(|error| Error::migration(error.as_ref()))
}

fn names(versions: &[diesel::migration::MigrationVersion<'_>]) -> Vec<String> {
    versions.iter().map(ToString::to_string).collect()
}

impl Conn {
    /// One unit of work: all of it is kept, or none.
    ///
    /// # Errors
    /// What `work` or the database says; then nothing was written.
    pub fn transaction_for_write<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T, Error>) -> Result<T, Error> {
        match self {
            Self::Sqlite(c) => {
                AnsiTransactionManager::begin_transaction_sql(c, "BEGIN IMMEDIATE")?;
            }
            Self::Postgres(c) => AnsiTransactionManager::begin_transaction(c)?,
        }
        match work(self) {
            Ok(value) => {
                self.commit()?;
                Ok(value)
            }
            Err(error) => {
                // The error that made us give up is the one worth telling.
                let _ = self.roll_back();
                Err(error)
            }
        }
    }

    /// Reads that see one state of the database throughout.
    ///
    /// # Errors
    /// What `work` or the database says.
    pub fn transaction_for_read<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T, Error>) -> Result<T, Error> {
        match self {
            Self::Sqlite(c) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN DEFERRED")?,
            Self::Postgres(c) => AnsiTransactionManager::begin_transaction_sql(
                c,
                "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY",
            )?,
        }
        let answer = work(self);
        self.roll_back()?;
        answer
    }

    /// Waits until no other process is in a unit of work that calls this too: for what is made once, at the first start.
    ///
    /// Holds until the unit of work ends. On SQLite a unit that writes is alone anyway.
    ///
    /// # Errors
    /// Where the database does not answer.
    pub fn exclude_others(&mut self) -> diesel::QueryResult<()> {
        match self {
            Self::Postgres(c) => c.batch_execute(&format!("SELECT pg_advisory_xact_lock({LOCK})")),
            Self::Sqlite(_) => Ok(()),
        }
    }

    /// Waits for its turn among the units of work that change the index of the directory, and has it until this one ends. On
    /// SQLite a unit that writes is alone anyway.
    ///
    /// # Errors
    /// Where the database does not answer.
    pub fn take_turn(&mut self) -> diesel::QueryResult<()> {
        match self {
            Self::Postgres(c) => c.batch_execute(&format!("SELECT pg_advisory_xact_lock({TURN})")),
            Self::Sqlite(_) => Ok(()),
        }
    }

    /// Whether no other unit of work holds the lock of this number; holds it until this one ends. On SQLite a unit that
    /// writes is alone anyway.
    ///
    /// # Errors
    /// Where the database does not answer.
    pub fn try_alone(&mut self, number: i64) -> diesel::QueryResult<bool> {
        match self {
            Self::Postgres(c) => diesel::select(try_advisory_lock(number)).get_result(c),
            Self::Sqlite(_) => Ok(true),
        }
    }

    /// Moves what the write-ahead log of SQLite holds into the database and cuts the log to nothing, so that no page of
    /// earlier stays in it; whether that was done. A reader in the middle of a unit of work is waited for, a moment only.
    /// PostgreSQL recycles its log itself. Not within a unit of work.
    ///
    /// # Errors
    /// Where the database says no.
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

    /// Whether the database answers the simplest of questions.
    pub(super) fn answers(&mut self) -> bool {
        on_each!(self, c => c.batch_execute("SELECT 1")).is_ok()
    }

    fn commit(&mut self) -> diesel::QueryResult<()> {
        on_each!(self, c => AnsiTransactionManager::commit_transaction(c))
    }

    /// Ends an open transaction, where there is one, without keeping anything.
    ///
    /// # Errors
    /// Where the database does not answer.
    pub fn roll_back(&mut self) -> diesel::QueryResult<()> {
        on_each!(self, c => AnsiTransactionManager::rollback_transaction(c))
    }

    /// Whether the connection can no longer be used.
    pub fn is_broken(&mut self) -> bool {
        on_each!(self, c => AnsiTransactionManager::is_broken_transaction_manager(c))
    }
}
