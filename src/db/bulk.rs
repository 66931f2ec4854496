//! Rows in bulk, of tables whose names are known only while the portal runs: what moves a whole database needs it
//! (`database_move`), and no other feature.
//!
//! [`each_row`] reads the rows of a query on SQLite one after the other, with their values as they are stored;
//! [`copy_into`] feeds `COPY … FROM STDIN` of PostgreSQL in its binary format. Neither keeps more than one row.
//!
//! Left out: the other direction, and values of fractions, which no table has.

use std::cell::RefCell;
use std::io::Write;

use diesel::backend::Backend;
use diesel::connection::DefaultLoadingMode;
use diesel::deserialize::{self, QueryableByName};
use diesel::pg::{CopyFormat, CopyTarget, Pg};
use diesel::prelude::ExecuteCopyFromDsl;
use diesel::query_builder::AstPass;
use diesel::row::{Field as _, NamedRow, Row};
use diesel::sqlite::{Sqlite, SqliteType};
use diesel::{QueryResult, RunQueryDsl as _};

use super::connection::Conn;
use super::schema::topic;
use crate::error::Error;

/// A value as SQLite stores it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stored {
    /// No value.
    Null,
    /// A whole number.
    Integer(i64),
    /// A fraction.
    Fraction,
    /// The bytes of a text; nothing ensures that they are UTF-8.
    Text(Vec<u8>),
    /// Bytes.
    Blob(Vec<u8>),
}

/// The values of a row, in the order of the query.
struct StoredRow(Vec<Stored>);

impl QueryableByName<Sqlite> for StoredRow {
    fn build<'a>(row: &impl NamedRow<'a, Sqlite>) -> deserialize::Result<Self> {
        let mut values = Vec::with_capacity(Row::field_count(row));
        for at in 0..Row::field_count(row) {
            let field = Row::get(row, at).ok_or("a row is shorter than its query")?;
            values.push(field.value().map_or(Stored::Null, stored));
        }
        Ok(Self(values))
    }
}

fn stored(mut value: <Sqlite as Backend>::RawValue<'_>) -> Stored {
    match value.value_type() {
        None => Stored::Null,
        Some(SqliteType::SmallInt | SqliteType::Integer | SqliteType::Long) => Stored::Integer(value.read_long()),
        Some(SqliteType::Float | SqliteType::Double) => Stored::Fraction,
        Some(SqliteType::Text) => Stored::Text(value.read_blob().to_vec()),
        Some(SqliteType::Binary) => Stored::Blob(value.read_blob().to_vec()),
    }
}

/// Calls `visit` with each row of a query on SQLite.
///
/// # Errors
/// The error of `visit` or of the database.
pub fn each_row(
    conn: &mut Conn,
    query: &str,
    visit: &mut dyn FnMut(&[Stored]) -> Result<(), Error>,
) -> Result<(), Error> {
    let Conn::Sqlite(c) = conn else { return Err(Error::internal("only SQLite is read in bulk")) };
    let rows = diesel::sql_query(query).load_iter::<StoredRow, DefaultLoadingMode>(c)?;
    for row in rows {
        visit(&row?.0)?;
    }
    Ok(())
}

thread_local! {
    /// The table and the columns of the COPY that this thread begins: diesel asks a type for them, not a value.
    static PLACE: RefCell<String> = const { RefCell::new(String::new()) };
}

/// What [`PLACE`] names. The table that diesel knows of it is never used.
struct Place;

impl CopyTarget for Place {
    type Table = topic::table;
    type SqlType = diesel::sql_types::Text;

    fn walk_target(mut pass: AstPass<'_, '_, Pg>) -> QueryResult<()> {
        PLACE.with_borrow(|place| pass.push_sql(place));
        Ok(())
    }
}

/// Adds rows to a table of PostgreSQL. `place` is the quoted name of the table with the list of its columns; `feed`
/// writes the rows in the binary format of COPY. Returns the number of rows.
///
/// # Errors
/// What PostgreSQL says of the rows; its words contain the error of `feed`.
pub fn copy_into(
    conn: &mut Conn,
    place: &str,
    feed: impl Fn(&mut dyn Write) -> Result<(), Error>,
) -> Result<usize, Error> {
    let Conn::Postgres(c) = conn else { return Err(Error::internal("only PostgreSQL has COPY")) };
    PLACE.set(place.to_owned());
    let statement = diesel::copy_from(topic::table).from_raw_data(Place, feed).with_format(CopyFormat::Binary);
    ExecuteCopyFromDsl::execute(statement, c)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::{Access, Target, open};

    #[test]
    fn values_are_read_as_they_are_stored() {
        let mut conn = open(&Target::Sqlite(":memory:".to_owned()), Access::Write).unwrap();
        let query = "SELECT NULL, 7, 0.5, CAST(x'61ff00' AS TEXT), '', x'', x'00' UNION ALL SELECT 1, 2, 3, 4, 5, 6, 7";
        let mut rows = Vec::new();
        each_row(&mut conn, query, &mut |row| {
            rows.push(row.to_vec());
            Ok(())
        })
        .unwrap();
        let first = [
            Stored::Null,
            Stored::Integer(7),
            Stored::Fraction,
            Stored::Text(b"a\xff\0".to_vec()),
            Stored::Text(Vec::new()),
            Stored::Blob(Vec::new()),
            Stored::Blob(vec![0]),
        ];
        assert_eq!(rows, [first.to_vec(), (1..=7).map(Stored::Integer).collect()]);
        let stopped = each_row(&mut conn, query, &mut |_| Err(Error::internal("enough")));
        assert_eq!(stopped.map_err(|error| error.operator_message()), Err("enough".to_owned()));
        assert!(copy_into(&mut conn, "topic", |_| Ok(())).is_err(), "SQLite has no COPY");
    }
}
