//! The manifest of a set, and what can be wrong with one.

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// The format that this portal writes, and the last that it reads.
pub const FORMAT: u32 = 1;

/// The kind of database that a set is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DatabaseKind {
    /// A SQLite file.
    Sqlite,
    /// A text file for each table.
    Postgres,
}

impl DatabaseKind {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }
}

/// What a set has, and what it is of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The format of the set.
    pub format: u32,
    /// The version of the portal that took it.
    pub portal: String,
    /// The kind of its database.
    pub database: DatabaseKind,
    /// The last migration of its database.
    pub schema: String,
    /// The moment that it shows.
    pub taken_at: Timestamp,
    /// The fingerprint of the master key.
    pub key: String,
    /// The end of the chain of the audit log.
    pub audit: ChainEnd,
    /// The tables.
    pub tables: Vec<TableEntry>,
    /// The files of the set, but for the manifest, its seal and the stored files.
    pub parts: Vec<Part>,
    /// The stored files.
    pub files: FileTotals,
}

/// The end of the chain of the audit log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainEnd {
    /// The number of links.
    pub position: i64,
    /// The last link, in hexadecimal.
    pub link: String,
}

/// A table of the database.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableEntry {
    /// Its name.
    pub name: String,
    /// The number of its rows.
    pub rows: i64,
    /// The names of its columns, in the order of its file; none where the database is one file.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<String>,
}

/// A file of the set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Its path in the set.
    pub name: String,
    /// Its size.
    pub bytes: u64,
    /// Its SHA-256, in hexadecimal.
    pub sha256: String,
}

/// The stored files together; `files.list` has each of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileTotals {
    /// How many are in the set.
    pub copied: u64,
    /// Their size together.
    pub bytes: u64,
    /// How many the database names that were missing in the storage.
    pub missing: u64,
}

/// What is wrong with a set, or with the place that it is to be restored to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FaultKind {
    /// The target has data already.
    NotEmpty,
    /// The set was sealed with another master key.
    OtherKey,
    /// It was taken by a newer portal.
    Newer,
    /// A file is missing, altered or superfluous, or the set is not whole.
    Damaged,
    /// The chain of the audit log is broken, or does not end where the manifest says.
    Chain,
    /// It is of another kind of database.
    OtherDatabase,
}

/// A fault, with words for the operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Its kind.
    pub kind: FaultKind,
    /// What is wrong where.
    pub words: String,
}

impl Fault {
    pub(super) fn new(kind: FaultKind, words: impl Into<String>) -> Self {
        Self { kind, words: words.into() }
    }

    pub(super) fn damaged(words: impl Into<String>) -> Self {
        Self::new(FaultKind::Damaged, words)
    }
}

/// Things of one sort that wait to leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// What they are.
    pub what: &'static str,
    /// How many.
    pub count: i64,
    /// The age of the oldest: since when it waits, or when it is to begin.
    pub oldest: Option<Timestamp>,
}
