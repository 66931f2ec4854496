//! Reads both databases before a move, and tells all that stands in its way.
//!
//! A fault ends the move; a warning is something that an operator should know and may accept. What cannot be judged
//! because something before it is wrong is left out: rows are read if the schemas are the same.

use std::collections::BTreeMap;

use super::encoding::{self, Fault};
use super::rules::{self, Match};
use super::store;
use super::types::{ColumnRow, Keys, Progress, Stage, Table, Watch};
use crate::audit::{self, ChainVerdict};
use crate::db::{Conn, Id, Stored, known_versions};
use crate::error::Error;
use crate::identity;
use crate::time::Timestamp;

/// Characters of a key that are shown.
const SHOWN: usize = 60;

/// What was found.
#[derive(Debug, Default)]
pub struct Judged {
    /// What prevents the move, a sentence each.
    pub faults: Vec<String>,
    /// What an operator should know before it, a sentence each.
    pub warnings: Vec<String>,
    /// The tables in the order of the move, with their rows.
    pub(super) tables: Vec<(Table, i64)>,
    /// The chain of the audit log in the source; none if it was not read.
    pub(super) chain: Option<ChainVerdict>,
    /// The size of the source, in bytes.
    pub bytes: i64,
}

impl Judged {
    /// The number of rows to move.
    #[must_use]
    pub fn rows(&self) -> i64 {
        self.tables.iter().map(|(_, rows)| rows).sum()
    }

    /// The number of rows by table, in the order of the move.
    #[must_use]
    pub fn counts(&self) -> Vec<(String, i64)> {
        self.tables.iter().map(|(table, rows)| (table.name.clone(), *rows)).collect()
    }
}

/// What the catalogue and the settings of the target say.
struct Target {
    columns: Vec<ColumnRow>,
    migrations: Vec<String>,
}

/// Reads and judges both databases, in a snapshot of each. Without keys, what they open is not checked.
///
/// # Errors
/// If a database fails.
pub fn judge(source: &mut Conn, target: &mut Conn, keys: Option<&Keys>, watch: Watch<'_>) -> Result<Judged, Error> {
    let mut judged = Judged { bytes: store::bytes(source)?, ..Judged::default() };
    let known = known_versions()?;
    let there = target.transaction_for_read(|conn| of_target(conn, &mut judged))?;
    let columns = store::columns(source)?;
    let migrations = store::migrations(source, &columns)?;
    let differing = rules::differing_migrations(&known, &migrations, &there.migrations);
    if !differing.is_empty() {
        judged.faults.extend(differing);
        return Ok(judged);
    }
    let Match { tables, unknown, faults } = rules::matched(&columns, &there.columns);
    judged.faults.extend(faults);
    for name in unknown {
        let rows = store::count(source, &name)?;
        judged.warnings.push(format!("{name} is no table of the portal: its {rows} rows are left out"));
    }
    if !of_file(source, &mut judged)? {
        return Ok(judged);
    }
    let used = target.transaction_for_read(|conn| used(conn, &tables))?;
    if !used.is_empty() {
        judged.faults.push(rules::in_use(&used));
    }
    of_rows(source, tables, &mut judged, watch)?;
    of_portal(source, keys, &mut judged)?;
    Ok(judged)
}

/// The target, but for its rows.
fn of_target(conn: &mut Conn, judged: &mut Judged) -> Result<Target, Error> {
    let encoding = store::encoding(conn)?;
    if encoding != "UTF8" {
        judged.faults.push(format!("the target keeps texts as {encoding}: create it with the encoding UTF8"));
    }
    let sequences = store::sequences(conn)?;
    if !sequences.is_empty() {
        judged.faults.push(format!("the target has sequences, which are not moved: {}", sequences.join(", ")));
    }
    let columns = store::columns(conn)?;
    let migrations = store::migrations(conn, &columns)?;
    Ok(Target { columns, migrations })
}

/// The tables of the target that have rows which a new database has not.
pub(super) fn used(conn: &mut Conn, tables: &[Table]) -> Result<Vec<String>, Error> {
    let names = tables.iter().map(|table| table.name.as_str()).filter(|table| !rules::is_made_by_itself(table));
    store::filled(conn, &names.collect::<Vec<_>>())
}

/// The file of the source; returns whether its rows can be read.
fn of_file(conn: &mut Conn, judged: &mut Judged) -> Result<bool, Error> {
    let damage = store::damage(conn)?;
    let is_readable = damage.iter().all(|line| rules::is_readable(line));
    judged.faults.extend(damage.into_iter().map(|line| format!("SQLite's check of the source says: {line}")));
    if !is_readable {
        return Ok(false);
    }
    for (table, rows) in store::dangling(conn)? {
        judged.faults.push(format!("{table}: {rows} rows refer to rows that are not there"));
    }
    Ok(true)
}

/// Every row of the source.
fn of_rows(source: &mut Conn, tables: Vec<Table>, judged: &mut Judged, watch: Watch<'_>) -> Result<(), Error> {
    for table in tables {
        let rows = store::count(source, &table.name)?;
        judged.tables.push((table, rows));
    }
    let (total, mut done) = (judged.rows(), 0);
    let mut out = Vec::new();
    for (table, _) in &judged.tables {
        let mut found: BTreeMap<(usize, Fault), (i64, String)> = BTreeMap::new();
        let mut visit = |row: &[Stored]| -> Result<(), Error> {
            out.clear();
            if encoding::row(&table.columns, row, &mut out).is_err() {
                note(table, row, &mut found);
            }
            Ok(())
        };
        let mut step = |rows: i64| {
            done += rows;
            watch(Progress { stage: Stage::Judging, table: &table.name, done, total });
        };
        store::read(source, table, &mut visit, &mut step)?;
        for ((at, fault), (rows, first)) in found {
            let column = table.columns.get(at).map_or("?", |column| column.name.as_str());
            judged.faults.push(format!("{}.{column} {fault}: {rows} rows, the first is {first}", table.name));
        }
    }
    Ok(())
}

/// Notes each fault of a row.
fn note(table: &Table, row: &[Stored], found: &mut BTreeMap<(usize, Fault), (i64, String)>) {
    let mut out = Vec::new();
    for (at, column) in table.columns.iter().enumerate() {
        out.clear();
        if let Err(fault) = encoding::value(column, row.get(at).unwrap_or(&Stored::Null), &mut out) {
            found.entry((at, fault)).or_insert_with(|| (0, key(row))).0 += 1;
        }
    }
}

/// The first value of a row, by which somebody finds it.
fn key(row: &[Stored]) -> String {
    match row.first() {
        None | Some(Stored::Null | Stored::Fraction) => "without a key".to_owned(),
        Some(Stored::Integer(number)) => number.to_string(),
        Some(Stored::Text(bytes)) => String::from_utf8_lossy(bytes).chars().take(SHOWN).collect(),
        Some(Stored::Blob(bytes)) => match <[u8; 16]>::try_from(bytes.as_slice()) {
            Ok(bytes) => Id::from_bytes(bytes).to_string(),
            Err(_) => crate::secrets::hex(bytes).chars().take(SHOWN).collect(),
        },
    }
}

/// What the portal keeps in the source: sealed keys, mails in hand, the audit log.
fn of_portal(conn: &mut Conn, keys: Option<&Keys>, judged: &mut Judged) -> Result<(), Error> {
    let leased = store::leased_mails(conn)?;
    if leased > 0 {
        judged.warnings.push(format!(
            "{leased} mails are leased by a portal that did not end well, and may have been sent: start it on the \
             source and stop it again, so that its journal settles them; after a move as it is they are sent again"
        ));
    }
    let Some(keys) = keys else { return Ok(()) };
    if let Err(error) = identity::try_opening(conn, &keys.master) {
        // With another key, every link of the chain looks forged.
        judged.faults.push(format!("the master key does not belong to the source: {}", error.operator_message()));
        return Ok(());
    }
    let chain = chain(conn, keys)?;
    if let ChainVerdict::Broken { position, fault } = &chain {
        judged.warnings.push(format!("the audit log of the source is broken at link {position}: {fault}"));
    }
    judged.chain = Some(chain);
    Ok(())
}

/// Verifies the chain of the audit log. Entries without a seal are no fault, however old they are: the portal is
/// stopped, and seals them when it serves again.
pub(super) fn chain(conn: &mut Conn, keys: &Keys) -> Result<ChainVerdict, Error> {
    audit::verify(conn, &keys.audit, Timestamp::from_micros(0))
}

#[cfg(test)]
mod tests {
    use super::super::types::{Column, Kind};
    use super::*;

    #[test]
    fn every_fault_of_a_row_is_noted_with_the_first_row() {
        let column = |name: &str, kind| Column { name: name.to_owned(), kind, nullable: false };
        let columns = vec![column("id", Kind::Uuid), column("text", Kind::Text), column("flag", Kind::Flag)];
        let table = Table { name: "it".to_owned(), columns };
        let row = |id: u8, text: &[u8], flag| {
            [Stored::Blob(vec![id; 16]), Stored::Text(text.to_vec()), Stored::Integer(flag)]
        };
        let mut found = BTreeMap::new();
        note(&table, &row(1, b"a\0", 2), &mut found);
        note(&table, &row(2, b"a\0", 1), &mut found);
        let first = Id::from_bytes([1; 16]).to_string();
        let expected = [((1, Fault::NulInText), (2, first.clone())), ((2, Fault::NotAFlag), (1, first))];
        assert_eq!(found, BTreeMap::from(expected));
        assert_eq!(key(&[Stored::Text(b"caf\xff".to_vec())]), "caf\u{fffd}");
        assert_eq!(key(&[Stored::Blob(vec![0xab, 1])]), "ab01");
    }
}
