//! Tables and columns of both databases, as their catalogues name them, and the rows that the catalogues answer.

use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Integer, Text};

use crate::secrets::{Mac, MasterKey};

/// A column, as a catalogue answers it: of either database.
#[derive(QueryableByName, Clone, Debug, PartialEq, Eq)]
pub(super) struct ColumnRow {
    /// The table.
    #[diesel(sql_type = Text)]
    pub(super) table_name: String,
    /// The column.
    #[diesel(sql_type = Text)]
    pub(super) name: String,
    /// The type in the database's own words.
    #[diesel(sql_type = Text)]
    pub(super) kind: String,
    /// 1 if it may be null.
    #[diesel(sql_type = Integer)]
    pub(super) nullable: i32,
}

/// A name.
#[derive(QueryableByName)]
pub(super) struct Named {
    #[diesel(sql_type = Text)]
    pub(super) name: String,
}

/// A number.
#[derive(QueryableByName)]
pub(super) struct Counted {
    #[diesel(sql_type = BigInt)]
    pub(super) count: i64,
}

/// A number of something with a name.
#[derive(QueryableByName)]
pub(super) struct NamedCount {
    #[diesel(sql_type = Text)]
    pub(super) name: String,
    #[diesel(sql_type = BigInt)]
    pub(super) count: i64,
}

/// A line of SQLite's check of the file.
#[derive(QueryableByName)]
pub(super) struct Checked {
    #[diesel(sql_type = Text)]
    pub(super) quick_check: String,
}

/// How PostgreSQL keeps the values of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// An id: 16 bytes on SQLite.
    Uuid,
    /// An instant: microseconds since 1970 on SQLite.
    Instant,
    /// A flag: 0 or 1 on SQLite.
    Flag,
    /// A document: its text on SQLite.
    Json,
    /// Bytes.
    Bytes,
    /// A text.
    Text,
    /// A whole number of two bytes.
    Small,
    /// A whole number of four bytes.
    Whole,
    /// A whole number of eight bytes.
    Large,
}

/// A column that both databases have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Column {
    /// Its name.
    pub(super) name: String,
    /// How PostgreSQL keeps its values.
    pub(super) kind: Kind,
    /// Whether it may be null.
    pub(super) nullable: bool,
}

/// A table that both databases have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Table {
    /// Its name.
    pub(super) name: String,
    /// Its columns, in PostgreSQL's order.
    pub(super) columns: Vec<Column>,
}

/// What only the holder of the master key can check.
pub struct Keys {
    /// Opens what is sealed.
    pub master: MasterKey,
    /// Verifies the chain of the audit log.
    pub audit: Mac,
}

/// What happens at this moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The rows are read and judged.
    Judging,
    /// The rows are written.
    Copying,
}

/// How far it is.
#[derive(Clone, Copy, Debug)]
pub struct Progress<'t> {
    /// What happens.
    pub stage: Stage,
    /// The table of the last row.
    pub table: &'t str,
    /// Rows so far, of all tables.
    pub done: i64,
    /// Rows in all.
    pub total: i64,
}

/// Hears of the progress, every thousand rows.
pub type Watch<'w> = &'w mut dyn FnMut(Progress<'_>);
