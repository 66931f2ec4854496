//! Decisions of a move: which tables are moved, what two schemas must have in common, and which state
//! of the target counts as empty.

use std::collections::BTreeMap;

use super::types::{Column, ColumnRow, Kind, Table};

/// What a table of applied migrations is called, in both databases.
pub(super) const MIGRATIONS: &str = "__diesel_schema_migrations";
/// What those migrations permit; each database writes its own.
const COMPATIBILITY: &str = "__schema_compatibility";
/// Tables of which no row is moved: a sender of mail ends with its process.
const LEFT_OUT: [&str; 1] = ["mail_sender"];
/// Tables in which a database has rows that nobody has used yet: the migrations and the reference data make them. They
/// are removed before the rows of the source arrive, since theirs have other ids.
const MADE_BY_ITSELF: [&str; 8] = [
    "change",
    "change_counter",
    // Changes that have no number yet: a target that nobody served has those of its members.
    "change_noted",
    "organisation",
    "organisation_alias",
    "organisation_revision",
    "technology",
    "topic",
];

/// Tables in which `portal backup` and `portal maintenance` write.
const BY_COMMANDS: [&str; 5] = ["audit_entry", "audit_network", "audit_seal", "backup_taken", "maintenance_mode"];

/// The tables that a source has of its own, or of Litestream's: nothing of the portal is in them.
fn is_foreign(table: &str) -> bool {
    [MIGRATIONS, COMPATIBILITY].contains(&table) || table.starts_with("sqlite_") || table.starts_with("_litestream_")
}

/// Whether an unused database has rows in this table.
pub(super) fn is_made_by_itself(table: &str) -> bool {
    MADE_BY_ITSELF.contains(&table)
}

/// What is said of a target that is not new, by the tables that have rows. A backup and the maintenance mode leave rows
/// in these tables alone: then the command was meant for the source.
pub(super) fn in_use(tables: &[String]) -> String {
    let names = tables.join(", ");
    let is_of_commands = tables.iter().all(|table| BY_COMMANDS.contains(&table.as_str()));
    let why = if is_of_commands {
        "; `portal backup` or `portal maintenance` was run on it in place of the source, or it was started and stopped"
    } else {
        ""
    };
    format!(
        "the target is in use: rows are in {names}{why}. Drop it, create it anew and run `portal migrate` on it alone"
    )
}

/// What two schemas have in common, and what stands in the way.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Match {
    /// The tables to be moved.
    pub(super) tables: Vec<Table>,
    /// Tables of the source that the portal does not know.
    pub(super) unknown: Vec<String>,
    /// The differences.
    pub(super) faults: Vec<String>,
}

/// Columns by table.
fn by_table(rows: &[ColumnRow]) -> BTreeMap<&str, Vec<&ColumnRow>> {
    let mut tables: BTreeMap<&str, Vec<&ColumnRow>> = BTreeMap::new();
    for row in rows.iter().filter(|row| !is_foreign(&row.table_name)) {
        tables.entry(row.table_name.as_str()).or_default().push(row);
    }
    tables
}

/// Compares the catalogue of the source with that of the target.
pub(super) fn matched(source: &[ColumnRow], target: &[ColumnRow]) -> Match {
    let (source, target) = (by_table(source), by_table(target));
    let unknown = source.keys().filter(|name| !target.contains_key(*name)).map(|&name| name.to_owned()).collect();
    let mut found = Match { unknown, ..Match::default() };
    for (&name, columns) in &target {
        let Some(theirs) = source.get(name) else {
            found.faults.push(format!("the source has no table {name}"));
            continue;
        };
        let mut table = Table { name: name.to_owned(), columns: Vec::with_capacity(columns.len()) };
        for column in columns {
            match paired(column, theirs) {
                Ok(column) => table.columns.push(column),
                Err(fault) => found.faults.push(fault),
            }
        }
        let is_new = |column: &&&ColumnRow| !columns.iter().any(|known| known.name == column.name);
        let new = theirs.iter().filter(is_new);
        found.faults.extend(new.map(|column| format!("the target has no column {name}.{}", column.name)));
        if !LEFT_OUT.contains(&name) {
            found.tables.push(table);
        }
    }
    found
}

/// A column of the target that the source has too.
fn paired(column: &ColumnRow, theirs: &[&ColumnRow]) -> Result<Column, String> {
    let place = format!("{}.{}", column.table_name, column.name);
    let Some(other) = theirs.iter().find(|other| other.name == column.name) else {
        return Err(format!("the source has no column {place}"));
    };
    let Some((kind, stored)) = kind(&column.kind) else {
        return Err(format!("{place}: PostgreSQL's type {} is not one that this portal can move", column.kind));
    };
    if other.kind != stored {
        return Err(format!("{place} is {} in the source; {} wants {stored}", other.kind, column.kind));
    }
    Ok(Column { name: column.name.clone(), kind, nullable: column.nullable == 1 })
}

/// How PostgreSQL keeps values of a type, and what SQLite calls the type of the same column.
fn kind(postgres: &str) -> Option<(Kind, &'static str)> {
    Some(match postgres {
        "uuid" => (Kind::Uuid, "BLOB"),
        "timestamptz" => (Kind::Instant, "INTEGER"),
        "bool" => (Kind::Flag, "INTEGER"),
        "jsonb" => (Kind::Json, "TEXT"),
        "bytea" => (Kind::Bytes, "BLOB"),
        "text" => (Kind::Text, "TEXT"),
        "int2" => (Kind::Small, "INTEGER"),
        "int4" => (Kind::Whole, "INTEGER"),
        "int8" => (Kind::Large, "INTEGER"),
        _ => return None,
    })
}

/// Migrations that one list has and the other lacks, as a fault.
pub(super) fn differing_migrations(known: &[String], source: &[String], target: &[String]) -> Vec<String> {
    let missing = |from: &[String], of: &[String]| -> Vec<String> {
        of.iter().filter(|version| !from.contains(version)).cloned().collect()
    };
    let mut faults = Vec::new();
    if target.is_empty() {
        faults.push(
            "the target has no tables: run `portal migrate` on it first (--set database.url=…), and nothing else"
                .to_owned(),
        );
    }
    let databases = [("source", source), ("target", target)];
    for (which, applied) in databases.into_iter().filter(|(_, applied)| !applied.is_empty()) {
        let (lacks, newer) = (missing(applied, known), missing(known, applied));
        if !lacks.is_empty() {
            let lacks = lacks.join(", ");
            faults.push(format!("the {which} lacks migrations of this portal: run `portal migrate` on it ({lacks})"));
        }
        if !newer.is_empty() {
            let newer = newer.join(", ");
            faults
                .push(format!("the {which} has migrations that this portal does not know: use a newer one ({newer})"));
        }
    }
    if source.is_empty() {
        faults.push("the source is not the database of a portal".to_owned());
    }
    faults
}

/// Whether what SQLite's check says keeps nobody from reading on: it names values, not pages.
pub(super) fn is_readable(line: &str) -> bool {
    line.starts_with("CHECK constraint") || line.starts_with("NULL value") || line.starts_with("TEXT value")
}

/// A name for SQL.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// The table and its columns, as COPY names them.
pub(super) fn place(table: &Table) -> String {
    format!("{} ({})", quoted(&table.name), columns(table))
}

/// The query for all rows of a table.
pub(super) fn all_rows(table: &Table) -> String {
    format!("SELECT {} FROM {}", columns(table), quoted(&table.name))
}

fn columns(table: &Table) -> String {
    table.columns.iter().map(|column| quoted(&column.name)).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(table: &str, name: &str, kind: &str) -> ColumnRow {
        ColumnRow { table_name: table.to_owned(), name: name.to_owned(), kind: kind.to_owned(), nullable: 0 }
    }

    #[test]
    fn schemas_are_compared_column_by_column() {
        let target = [
            row("contact", "id", "uuid"),
            row("contact", "listed", "bool"),
            row("mail_sender", "id", "uuid"),
            row("new", "id", "uuid"),
            row("contact", "extra", "text"),
            row("contact", "price", "numeric"),
            row(MIGRATIONS, "version", "varchar"),
        ];
        let source = [
            row("contact", "id", "BLOB"),
            row("contact", "listed", "TEXT"),
            row("contact", "price", "REAL"),
            row("contact", "old", "TEXT"),
            row("mail_sender", "id", "BLOB"),
            row("_litestream_seq", "id", "INTEGER"),
            row("notes", "id", "INTEGER"),
        ];
        let found = matched(&source, &target);
        assert_eq!(found.unknown, ["notes"]);
        let names: Vec<&str> = found.tables.iter().map(|table| table.name.as_str()).collect();
        assert_eq!(names, ["contact"]);
        let expected = [
            "contact.listed is TEXT in the source; bool wants INTEGER",
            "the source has no column contact.extra",
            "contact.price: PostgreSQL's type numeric is not one that this portal can move",
            "the target has no column contact.old",
            "the source has no table new",
        ];
        assert_eq!(found.faults, expected);
    }

    #[test]
    fn the_same_migrations_are_on_both_sides() {
        let list = |versions: &[&str]| versions.iter().map(|&version| version.to_owned()).collect::<Vec<_>>();
        let known = list(&["1", "2"]);
        assert_eq!(differing_migrations(&known, &known, &known), Vec::<String>::new());
        let faults = differing_migrations(&known, &list(&["1"]), &list(&["1", "2", "3"]));
        assert_eq!(faults.len(), 2);
        assert!(faults[0].starts_with("the source lacks") && faults[0].ends_with("(2)"), "{}", faults[0]);
        assert!(faults[1].starts_with("the target has migrations") && faults[1].ends_with("(3)"), "{}", faults[1]);
        let faults = differing_migrations(&known, &[], &[]);
        assert!(faults[0].starts_with("the target has no tables") && faults.len() == 2, "{faults:?}");
    }

    #[test]
    fn what_stands_in_sql_is_quoted() {
        let column = |name: &str| Column { name: name.to_owned(), kind: Kind::Text, nullable: false };
        let user = Table { name: "user".to_owned(), columns: vec![column("id"), column("na\"me")] };
        assert_eq!(place(&user), "\"user\" (\"id\", \"na\"\"me\")");
        assert_eq!(all_rows(&user), "SELECT \"id\", \"na\"\"me\" FROM \"user\"");
    }
}
