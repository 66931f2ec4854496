//! What a database says of itself, for `portal doctor`: version, encoding, rights, connections, clock, migrations.
//!
//! Everything is read by few statements on one connection, and nothing is changed.

use diesel::sql_types::{BigInt, Bool, Text};
use diesel::{QueryableByName, RunQueryDsl as _};

use super::connection::Conn;
use super::schema_version::{applied_versions, check_schema, known_versions};
use crate::error::Error;
use crate::time::Timestamp;

/// What a PostgreSQL server says of itself.
#[derive(Debug, QueryableByName)]
pub struct ServerFacts {
    /// Its version, as in `15.18`.
    #[diesel(sql_type = Text)]
    pub version: String,
    /// The version as a number, as in 150018.
    #[diesel(sql_type = BigInt)]
    pub version_number: i64,
    /// The encoding of the database.
    #[diesel(sql_type = Text)]
    pub encoding: String,
    /// The language of its messages.
    #[diesel(sql_type = Text)]
    pub messages: String,
    /// Whether it takes no writes: a standby, or told so.
    #[diesel(sql_type = Bool)]
    pub is_read_only: bool,
    /// Whether the portal's role may create tables.
    #[diesel(sql_type = Bool)]
    pub may_create: bool,
    /// How many connections the role may have, those of others included.
    #[diesel(sql_type = BigInt)]
    pub most_connections: i64,
    /// How many there are.
    #[diesel(sql_type = BigInt)]
    pub connections: i64,
    /// Its clock, in microseconds since 1970.
    #[diesel(sql_type = BigInt)]
    pub micros: i64,
}

impl ServerFacts {
    /// Its clock.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.micros)
    }
}

/// What a SQLite file says of itself.
#[derive(Debug, QueryableByName)]
pub struct FileFacts {
    /// The version of the library.
    #[diesel(sql_type = Text)]
    pub version: String,
    /// `ok`, or the first fault of its structure.
    #[diesel(sql_type = Text)]
    pub structure: String,
}

/// What a database says of itself.
#[derive(Debug)]
pub enum Facts {
    /// A server.
    Server(Box<ServerFacts>),
    /// A file.
    File(FileFacts),
}

const SERVER: &str = "SELECT current_setting('server_version') AS version, \
    current_setting('server_version_num')::bigint AS version_number, \
    current_setting('server_encoding') AS encoding, \
    current_setting('lc_messages') AS messages, \
    (pg_is_in_recovery() OR coalesce((SELECT reset_val = 'on' FROM pg_settings \
        WHERE name = 'default_transaction_read_only'), false)) AS is_read_only, \
    coalesce(has_schema_privilege(current_schema(), 'CREATE'), false) AS may_create, \
    (current_setting('max_connections')::bigint - current_setting('superuser_reserved_connections')::bigint \
        - coalesce(current_setting('reserved_connections', true), '0')::bigint) \
        AS most_connections, \
    (SELECT coalesce(sum(numbackends), 0)::bigint FROM pg_stat_database) AS connections, \
    (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS micros";

const FILE: &str = "SELECT sqlite_version() AS version, quick_check AS structure FROM pragma_quick_check LIMIT 1";

/// The migrations of a database compared with those of this portal.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Compared {
    /// Those of this portal that the database lacks.
    pub missing: Vec<String>,
    /// Those of the database that this portal does not know.
    pub unknown: Vec<String>,
    /// Whether they permit this portal to run beside them.
    pub is_permitted: bool,
}

impl Conn {
    /// What the database says of itself.
    pub fn facts(&mut self) -> Result<Facts, Error> {
        Ok(match self {
            Self::Postgres(c) => Facts::Server(Box::new(diesel::sql_query(SERVER).get_result(c)?)),
            Self::Sqlite(c) => Facts::File(diesel::sql_query(FILE).get_result(c)?),
        })
    }

    /// The applied migrations compared with those of this portal.
    pub fn compare_migrations(&mut self) -> Result<Compared, Error> {
        let (known, applied) = (known_versions()?, applied_versions(self)?);
        let missing = known.iter().filter(|version| !applied.contains(version)).cloned().collect();
        let unknown = applied.into_iter().filter(|version| !known.contains(version)).collect();
        Ok(Compared { missing, unknown, is_permitted: check_schema(self).is_ok() })
    }
}
