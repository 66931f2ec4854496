//! All SQL of a move: the catalogues of both databases, the state of both, and the rows on their way. Tables are named
//! as the catalogues name them.

use std::cell::{Cell, RefCell};
use std::io::Write;

use diesel::RunQueryDsl as _;

use super::encoding;
use super::rules::{MIGRATIONS, all_rows, place, quoted};
use super::types::{Checked, ColumnRow, Counted, Named, NamedCount, Table};
use crate::db::{Conn, Stored, copy_into, each_row};
use crate::error::{Error, OrInternal as _, ProblemCode};

/// Bytes that are given to PostgreSQL at once.
const PIECE: usize = 128 * 1024;
/// Rows between two reports of the progress.
const BETWEEN: i64 = 1_000;

/// The columns of all tables. Those that the database computes itself are left out, and partitions, which are parts of
/// their tables.
pub(super) fn columns(conn: &mut Conn) -> Result<Vec<ColumnRow>, Error> {
    let statement = match conn {
        Conn::Postgres(_) => {
            "SELECT c.relname::text AS table_name, a.attname::text AS name, t.typname::text AS kind, \
             CASE WHEN a.attnotnull THEN 0 ELSE 1 END AS nullable \
             FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
             JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' \
             JOIN pg_type t ON t.oid = a.atttypid \
             WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p') AND NOT c.relispartition \
             ORDER BY c.relname, a.attnum"
        }
        Conn::Sqlite(_) => {
            "SELECT m.name AS table_name, c.name AS name, c.type AS kind, 1 - c.\"notnull\" AS nullable \
             FROM sqlite_schema m, pragma_table_info(m.name) c WHERE m.type = 'table' ORDER BY m.name, c.cid"
        }
    };
    Ok(diesel::sql_query(statement).load(conn)?)
}

/// The sequences of PostgreSQL: their numbers would begin anew.
pub(super) fn sequences(conn: &mut Conn) -> Result<Vec<String>, Error> {
    names(
        conn,
        "SELECT c.relname::text AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
         WHERE c.relkind = 'S' AND n.nspname = current_schema() ORDER BY c.relname",
    )
}

/// How PostgreSQL encodes texts.
pub(super) fn encoding(conn: &mut Conn) -> Result<String, Error> {
    let found = names(conn, "SELECT current_setting('server_encoding') AS name")?;
    Ok(found.into_iter().next().unwrap_or_default())
}

/// The migrations that were applied; none if there is no table of them.
pub(super) fn migrations(conn: &mut Conn, columns: &[ColumnRow]) -> Result<Vec<String>, Error> {
    if !columns.iter().any(|column| column.table_name == MIGRATIONS) {
        return Ok(Vec::new());
    }
    names(conn, &format!("SELECT CAST(version AS text) AS name FROM {MIGRATIONS} ORDER BY version"))
}

/// Those of these tables that have rows.
pub(super) fn filled(conn: &mut Conn, tables: &[&str]) -> Result<Vec<String>, Error> {
    let queries = tables.iter().map(|table| {
        let text = table.replace('\'', "''");
        format!("SELECT CAST('{text}' AS text) AS name WHERE EXISTS (SELECT 1 FROM {})", quoted(table))
    });
    let queries: Vec<String> = queries.collect();
    if queries.is_empty() { Ok(Vec::new()) } else { names(conn, &queries.join(" UNION ALL ")) }
}

/// The number of rows of a table.
pub(super) fn count(conn: &mut Conn, table: &str) -> Result<i64, Error> {
    counted(conn, &format!("SELECT count(*) AS count FROM {}", quoted(table)))
}

/// Mails that a sender has leased.
pub(super) fn leased_mails(conn: &mut Conn) -> Result<i64, Error> {
    counted(conn, "SELECT count(*) AS count FROM mail WHERE state = 'leased'")
}

/// The bytes of a SQLite file.
pub(super) fn bytes(conn: &mut Conn) -> Result<i64, Error> {
    counted(conn, "SELECT page_count * page_size AS count FROM pragma_page_count, pragma_page_size")
}

/// What SQLite finds wrong in its file: some lines at most.
pub(super) fn damage(conn: &mut Conn) -> Result<Vec<String>, Error> {
    let lines: Vec<Checked> = diesel::sql_query("PRAGMA quick_check(5)").load(conn)?;
    Ok(lines.into_iter().map(|line| line.quick_check).filter(|line| line != "ok").collect())
}

/// The tables of SQLite whose rows name others that are not there, with the number of these rows.
pub(super) fn dangling(conn: &mut Conn) -> Result<Vec<(String, i64)>, Error> {
    let statement = "SELECT \"table\" AS name, count(*) AS count FROM pragma_foreign_key_check GROUP BY 1 ORDER BY 1";
    let found: Vec<NamedCount> = diesel::sql_query(statement).load(conn)?;
    Ok(found.into_iter().map(|row| (row.name, row.count)).collect())
}

/// Takes time for a transaction of minutes, and the tables of PostgreSQL, for this unit of work alone: nobody else
/// writes into them meanwhile. The lock of migrations is taken too.
pub(super) fn begin(conn: &mut Conn, tables: &[Table]) -> Result<(), Error> {
    for setting in ["statement_timeout", "idle_in_transaction_session_timeout"] {
        diesel::sql_query(format!("SET LOCAL {setting} = 0")).execute(conn)?;
    }
    let names: Vec<String> = tables.iter().map(|table| quoted(&table.name)).collect();
    let lock = format!("LOCK TABLE {} IN SHARE ROW EXCLUSIVE MODE", names.join(", "));
    let excluded = conn.exclude_migrations().and_then(|()| conn.exclude_others());
    let locked = excluded.and_then(|()| diesel::sql_query(lock).execute(conn));
    match locked.map_err(Error::from) {
        Ok(_) => Ok(()),
        Err(error) if error.code() == ProblemCode::DatabaseContended => {
            Err(Error::internal("another process uses the target: stop the portals that serve it"))
        }
        Err(error) => Err(error),
    }
}

/// Removes the rows of these tables.
pub(super) fn clear(conn: &mut Conn, tables: &[&str]) -> Result<(), Error> {
    for table in tables {
        diesel::sql_query(format!("DELETE FROM {}", quoted(table))).execute(conn)?;
    }
    Ok(())
}

/// Reads the rows of a table of SQLite; `step` hears how many came, every thousand rows.
pub(super) fn read(
    conn: &mut Conn,
    table: &Table,
    visit: &mut dyn FnMut(&[Stored]) -> Result<(), Error>,
    step: &mut dyn FnMut(i64),
) -> Result<(), Error> {
    let mut since = 0;
    each_row(conn, &all_rows(table), &mut |row| {
        since += 1;
        if since == BETWEEN {
            step(since);
            since = 0;
        }
        visit(row)
    })?;
    step(since);
    Ok(())
}

/// Copies the rows of a table from SQLite to PostgreSQL, piece by piece; returns how many.
pub(super) fn copy(
    source: &mut Conn,
    target: &mut Conn,
    table: &Table,
    step: &mut dyn FnMut(i64),
) -> Result<usize, Error> {
    // The writer of a COPY is called once, by reference.
    let (source, given) = (RefCell::new((source, step)), Cell::new(0_u64));
    let feed = |sink: &mut dyn Write| -> Result<(), Error> {
        let mut borrowed = source.borrow_mut();
        let (source, step) = &mut *borrowed;
        let mut out = encoding::begin();
        let mut write = |row: &[Stored]| -> Result<(), Error> {
            encoding::row(&table.columns, row, &mut out).map_err(|(at, fault)| unforeseen(table, at, fault))?;
            given.set(given.get() + 1);
            if out.len() >= PIECE {
                sink.write_all(&out).or_internal()?;
                out.clear();
            }
            Ok(())
        };
        read(source, table, &mut write, &mut **step)?;
        encoding::end(&mut out);
        sink.write_all(&out).or_internal()
    };
    let copied = copy_into(target, &place(table), feed);
    copied.map_err(|error| {
        let (name, row) = (&table.name, given.get());
        Error::internal(format!("{name}, before row {}: {}", row + 1, error.operator_message()))
    })
}

/// A fault of a value that was good when it was judged, in the same snapshot.
fn unforeseen(table: &Table, at: usize, fault: encoding::Fault) -> Error {
    let column = table.columns.get(at).map_or("?", |column| column.name.as_str());
    Error::internal(format!("{}.{column} {fault}", table.name))
}

/// Has PostgreSQL look at its tables, so that its plans are good from the first query on: that of the chain is the next.
pub(super) fn analyze(conn: &mut Conn, tables: &[Table]) -> Result<(), Error> {
    let names: Vec<String> = tables.iter().map(|table| quoted(&table.name)).collect();
    diesel::sql_query(format!("ANALYZE {}", names.join(", "))).execute(conn)?;
    Ok(())
}

fn names(conn: &mut Conn, statement: &str) -> Result<Vec<String>, Error> {
    let found: Vec<Named> = diesel::sql_query(statement).load(conn)?;
    Ok(found.into_iter().map(|row| row.name).collect())
}

fn counted(conn: &mut Conn, statement: &str) -> Result<i64, Error> {
    Ok(diesel::sql_query(statement).get_result::<Counted>(conn)?.count)
}
