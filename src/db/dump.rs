//! Tables as they are in the catalogue of the database, for backups: their names, their rows as texts, and back.
//!
//! Nothing here knows a table of the portal, so that a backup of an older or newer schema has all of it. A row is read
//! and written as the texts of its columns, which PostgreSQL itself makes and parses: nothing is lost in between. Only
//! PostgreSQL is read by rows; SQLite copies its own file ([`snapshot_into`]).

use diesel::connection::SimpleConnection as _;
use diesel::pg::{Pg, PgRowByRowLoadingMode};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Nullable, Text};

use super::connection::Conn;
use crate::error::Error;
use crate::on_each;

/// Tables that belong to the way that a schema came about, or to a replicator, and not to the portal.
const NOT_OURS: [&str; 3] = ["__diesel_schema_migrations", "__schema_compatibility", "_litestream"];

/// The text of each column of a row; none for NULL.
pub type Cells = Vec<Option<String>>;

/// A table of PostgreSQL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// Its columns, in order, each with its type.
    pub columns: Vec<(String, String)>,
}

/// A constraint that refers to another table.
#[derive(Clone, Debug, QueryableByName)]
pub struct ForeignKey {
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    definition: String,
}

#[derive(QueryableByName)]
struct Name {
    #[diesel(sql_type = Text)]
    name: String,
}

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    kind: String,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Array<Nullable<Text>>)]
    cells: Cells,
}

/// The names of the portal's tables, sorted.
pub fn table_names(conn: &mut Conn) -> Result<Vec<String>, Error> {
    let query = diesel::sql_query(match conn {
        Conn::Postgres(_) => {
            "SELECT c.relname::text AS name FROM pg_class c WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition \
             AND c.relnamespace = current_schema()::regnamespace ORDER BY c.relname"
        }
        Conn::Sqlite(_) => {
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' \
             ORDER BY name"
        }
    });
    let names: Vec<Name> = on_each!(conn, c => query.load(c))?;
    let is_ours = |name: &String| !NOT_OURS.iter().any(|theirs| name.starts_with(theirs));
    Ok(names.into_iter().map(|row| row.name).filter(is_ours).collect())
}

/// Whether the database has no tables at all.
pub fn is_empty(conn: &mut Conn) -> Result<bool, Error> {
    Ok(table_names(conn)?.is_empty())
}

/// The number of rows of a table.
pub fn count_rows(conn: &mut Conn, table: &str) -> Result<i64, Error> {
    let query = diesel::sql_query(format!("SELECT count(*) AS count FROM {}", quoted(table)));
    let counted: Count = on_each!(conn, c => query.get_result(c))?;
    Ok(counted.count)
}

/// A table with its columns.
///
/// # Errors
/// If there is no such table, or the database is no PostgreSQL.
pub fn table(conn: &mut Conn, name: &str) -> Result<Table, Error> {
    let query = diesel::sql_query(
        "SELECT attname::text AS name, format_type(atttypid, atttypmod) AS kind FROM pg_attribute \
         WHERE attrelid = (SELECT oid FROM pg_class WHERE relname = $1 \
             AND relnamespace = current_schema()::regnamespace) \
         AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum",
    );
    let columns: Vec<Column> = query.bind::<Text, _>(name).load(server(conn)?)?;
    if columns.is_empty() {
        return Err(Error::internal(format!("there is no table {name}")));
    }
    let columns = columns.into_iter().map(|column| (column.name, column.kind)).collect();
    Ok(Table { name: name.to_owned(), columns })
}

/// Prepares a transaction for work that takes as long as it takes, with texts in one form whatever the server's
/// settings. The first step of the transaction: it has the limits of a unit of work until then. Nothing is left in the
/// session, which may be a pooler's.
pub fn take_time(conn: &mut Conn) -> Result<(), Error> {
    if let Conn::Postgres(c) = conn {
        c.batch_execute(
            "SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0; \
             SET LOCAL lock_timeout = '60s'; SET LOCAL datestyle = 'ISO, YMD'; SET LOCAL bytea_output = 'hex'; \
             SET LOCAL TIME ZONE 'UTC';",
        )?;
    }
    Ok(())
}

/// Calls `visit` with each row; reads one at a time. Returns how many.
///
/// # Errors
/// Those of `visit`.
pub fn each_row(
    conn: &mut Conn,
    table: &Table,
    visit: &mut dyn FnMut(&Cells) -> Result<(), Error>,
) -> Result<i64, Error> {
    let cells = table.columns.iter().map(|(name, _)| format!("({}::text COLLATE \"C\")", quoted(name)));
    let cells = cells.collect::<Vec<_>>().join(", ");
    let query = diesel::sql_query(format!("SELECT ARRAY[{cells}] AS cells FROM {}", quoted(&table.name)));
    let mut rows = 0;
    for row in query.load_iter::<Row, PgRowByRowLoadingMode>(server(conn)?)? {
        visit(&row?.cells)?;
        rows += 1;
    }
    Ok(rows)
}

/// Inserts rows, given as [`each_row`] gives them.
///
/// # Errors
/// If a row does not fit.
pub fn insert_rows(conn: &mut Conn, table: &Table, rows: Vec<Cells>) -> Result<(), Error> {
    let numbers = 1..=table.columns.len();
    let names: Vec<String> = table.columns.iter().map(|(name, _)| quoted(name)).collect();
    let values: Vec<String> =
        table.columns.iter().zip(numbers.clone()).map(|((_, kind), number)| format!("c{number}::{kind}")).collect();
    let binds: Vec<String> = numbers.clone().map(|number| format!("${number}::text[]")).collect();
    let aliases: Vec<String> = numbers.map(|number| format!("c{number}")).collect();
    let statement = format!(
        "INSERT INTO {} ({}) SELECT {} FROM unnest({}) AS given ({})",
        quoted(&table.name),
        names.join(", "),
        values.join(", "),
        binds.join(", "),
        aliases.join(", ")
    );
    let mut columns: Vec<Cells> = table.columns.iter().map(|_| Vec::with_capacity(rows.len())).collect();
    for row in rows {
        if row.len() != columns.len() {
            return Err(Error::internal(format!("a row of {} has {} values", table.name, row.len())));
        }
        columns.iter_mut().zip(row).for_each(|(column, cell)| column.push(cell));
    }
    let mut query = diesel::sql_query(statement).into_boxed::<Pg>();
    for column in columns {
        query = query.bind::<Array<Nullable<Text>>, _>(column);
    }
    query.execute(server(conn)?)?;
    Ok(())
}

/// Deletes the rows that the migrations have made.
pub fn clear(conn: &mut Conn, table: &str) -> Result<(), Error> {
    server(conn)?.batch_execute(&format!("DELETE FROM {}", quoted(table)))?;
    Ok(())
}

/// Takes all foreign keys away, so that rows come in any order.
pub fn drop_foreign_keys(conn: &mut Conn) -> Result<Vec<ForeignKey>, Error> {
    let query = diesel::sql_query(
        "SELECT c.conrelid::regclass::text AS table_name, c.conname::text AS name, \
         pg_get_constraintdef(c.oid) AS definition FROM pg_constraint c \
         WHERE c.contype = 'f' AND c.conparentid = 0 AND c.connamespace = current_schema()::regnamespace \
         ORDER BY c.conrelid, c.conname",
    );
    let conn = server(conn)?;
    let keys: Vec<ForeignKey> = query.load(conn)?;
    for ForeignKey { table_name, name, .. } in &keys {
        conn.batch_execute(&format!("ALTER TABLE {table_name} DROP CONSTRAINT {}", quoted(name)))?;
    }
    Ok(keys)
}

/// Puts them back; the server verifies each of them.
///
/// # Errors
/// If a row refers to one that is not there.
pub fn restore_foreign_keys(conn: &mut Conn, keys: &[ForeignKey]) -> Result<(), Error> {
    let conn = server(conn)?;
    for ForeignKey { table_name, name, definition } in keys {
        conn.batch_execute(&format!("ALTER TABLE {table_name} ADD CONSTRAINT {} {definition}", quoted(name)))?;
    }
    Ok(())
}

/// Tells PostgreSQL's planner about the rows of the portal's tables. In a transaction of its own, since a session ends
/// a statement after seconds.
pub fn analyse(conn: &mut Conn) -> Result<(), Error> {
    conn.transaction_for_write(|conn| {
        take_time(conn)?;
        let tables: Vec<String> = table_names(conn)?.iter().map(|name| quoted(name)).collect();
        server(conn)?.batch_execute(&format!("ANALYZE {}", tables.join(", ")))?;
        Ok(())
    })
}

/// Writes a consistent copy of a SQLite database into a new file, while others read and write. Not within a unit of
/// work.
///
/// # Errors
/// If the file exists, or the disk is full.
pub fn snapshot_into(conn: &mut Conn, path: &str) -> Result<(), Error> {
    let Conn::Sqlite(c) = conn else { return Err(Error::internal("only SQLite copies its own file")) };
    // Through a file, since a database may be larger than memory.
    c.batch_execute("PRAGMA temp_store = FILE;")?;
    diesel::sql_query("VACUUM INTO ?").bind::<Text, _>(path).execute(c)?;
    Ok(())
}

/// The first fault that SQLite finds in its pages and references; none if there is none, and on PostgreSQL.
pub fn first_fault(conn: &mut Conn) -> Result<Option<String>, Error> {
    #[derive(QueryableByName)]
    struct Check {
        #[diesel(sql_type = Text)]
        words: String,
    }
    let Conn::Sqlite(c) = conn else { return Ok(None) };
    let quick =
        diesel::sql_query("SELECT quick_check AS words FROM pragma_quick_check LIMIT 1").get_result::<Check>(c)?;
    if quick.words != "ok" {
        return Ok(Some(quick.words));
    }
    let reference = "SELECT \"table\" || ' refers to a row of ' || parent || ' that is not there' AS words \
                     FROM pragma_foreign_key_check LIMIT 1";
    let broken: Vec<Check> = diesel::sql_query(reference).load(c)?;
    Ok(broken.into_iter().next().map(|check| check.words))
}

fn server(conn: &mut Conn) -> Result<&mut PgConnection, Error> {
    match conn {
        Conn::Postgres(c) => Ok(c),
        Conn::Sqlite(_) => Err(Error::internal("SQLite is not read by rows")),
    }
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
