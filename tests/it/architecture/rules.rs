//! The rules of the architecture, each a function from the source to its offences, so that a test can plant one.

use super::circles::{is_handler, is_portal};
use super::reader::{Source, Tree, file_name, top_of};

/// A file that is longer does not fit into a head.
const LONGEST_FILE: usize = 400;
/// Nor does a function, from `fn` to its last brace.
const LONGEST_FUNCTION: usize = 70;

/// Something that a rule forbids.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Offence {
    /// By which an exception names it.
    pub key: String,
    /// The message for a person.
    pub what: String,
}

fn offence(key: impl Into<String>, what: impl Into<String>) -> Offence {
    Offence { key: key.into(), what: what.into() }
}

/// Whether SQL is the business of a file.
fn is_store(path: &str) -> bool {
    file_name(path) == "store.rs"
}

/// Whether a file may know the web server: handlers, what all of them share, and the outermost ring.
fn is_edge(path: &str) -> bool {
    let outer = ["http", "web", "app", "cli", "demo", "terminal"];
    outer.contains(&top_of(path)) || is_handler(path) || path == "error.rs"
}

/// diesel in anything but stores, `types.rs` (types name the columns they are read from), `db/`, the clock's type of columns, and the
/// error that diesel's become.
pub fn diesel_outside(tree: &Tree) -> Vec<Offence> {
    let knows = |file: &&Source| file.words.iter().any(|word| word.starts_with("diesel"));
    let allowed = |path: &str| {
        top_of(path) == "db"
            || ["store.rs", "types.rs", "time.rs", "error.rs"].contains(&file_name(path))
            || path == "error/database.rs"
    };
    let files = tree.files.iter().filter(|file| !allowed(&file.path)).filter(knows);
    files.map(|file| offence(&file.path, format!("{} uses diesel", file.path))).collect()
}

/// The web server outside of the edge: its crates by name, guards, and the types that parse a request (by type:
/// features may know the values that they parse).
pub fn actix_inside(tree: &Tree) -> Vec<Offence> {
    let inside = || tree.files.iter().filter(|file| !is_edge(&file.path));
    let knows = |file: &&Source| file.words.iter().any(|word| word.starts_with("actix"));
    let mut found: Vec<Offence> =
        inside().filter(knows).map(|file| offence(&file.path, format!("{} uses actix", file.path))).collect();
    for edge in tree.edges.iter().filter(|edge| !is_edge(&edge.from)) {
        let named = edge.name.split("::").find(|name| tree.file(&edge.to).extractors.contains(*name));
        if file_name(&edge.to) == "guards.rs" {
            found.push(offence(&edge.from, format!("{} names {}: guards are for handlers", edge.from, edge.name)));
        } else if let Some(name) = named {
            found.push(offence(name, format!("{} takes {}, which reads a request", edge.from, edge.name)));
        }
    }
    found
}

/// Decisions that are no pure functions: `rules.rs` knows neither database nor web server, and waits for nothing.
pub fn impure_rules(tree: &Tree) -> Vec<Offence> {
    let mut found = Vec::new();
    for file in tree.files.iter().filter(|file| file_name(&file.path) == "rules.rs") {
        for word in &file.words {
            if word.starts_with("diesel") || word.starts_with("actix") || word == "async" || word == "Conn" {
                found.push(offence(&file.path, format!("{} knows {word}", file.path)));
            }
        }
    }
    found
}

/// Who uses the store of another feature, also where that hands it on.
pub fn foreign_stores(tree: &Tree) -> Vec<Offence> {
    let edges = tree.edges.iter().filter(|edge| is_store(&edge.to) && top_of(&edge.from) != top_of(&edge.to));
    edges.map(|edge| offence(&edge.to, format!("{} reaches into {} ({})", edge.from, edge.to, edge.name))).collect()
}

/// Handlers that read a store: a use case that programs have and pages have not.
pub fn handlers_that_read(tree: &Tree) -> Vec<Offence> {
    let edges = tree.edges.iter().filter(|edge| is_handler(&edge.from) && is_store(&edge.to));
    let key = |from: &str, to: &str| format!("{from} -> {to}");
    edges.map(|edge| offence(key(&edge.from, &edge.to), format!("{} reads {}", edge.from, edge.name))).collect()
}

/// The outermost ring sees everything, and nothing may look back at it but handlers, at the portal as a whole.
const OUTER: [&str; 7] = ["app", "bench", "cli", "demo", "openapi", "pages", "seed"];

/// Who looks back at the outermost ring.
pub fn looks_back(tree: &Tree) -> Vec<Offence> {
    let is_outer = |path: &str| OUTER.contains(&top_of(path)) || path == "main.rs";
    let edges = tree.edges.iter().filter(|edge| !is_outer(&edge.from) && is_outer(&edge.to) && !is_portal(edge));
    edges.map(|edge| offence(&edge.from, format!("{} looks back at {}", edge.from, edge.name))).collect()
}

/// Writes of a table that another feature owns, or none. Reading is free.
pub fn foreign_writes(tree: &Tree, owners: &[(&str, &[&str])]) -> Vec<Offence> {
    let owner = |table: &str| owners.iter().find(|(_, tables)| tables.contains(&table)).map(|(owner, _)| *owner);
    let mut found = Vec::new();
    for file in &tree.files {
        for table in &file.writes {
            let here = top_of(&file.path);
            if let Some(words) = table.strip_prefix('?') {
                found.push(offence(&file.path, format!("{} writes {words}: which table is that?", file.path)));
            } else if let Some(theirs) = owner(table).filter(|owner| *owner != here) {
                let what = format!("{} writes {table}, which is a table of {theirs}", file.path);
                found.push(offence(format!("{here} writes {table}"), what));
            } else if owner(table).is_some() && !is_store(&file.path) {
                found.push(offence(&file.path, format!("{} writes {table} and is no store", file.path)));
            }
        }
    }
    found
}

/// Tables of the schema without an owner, or with several, and owners of tables that do not exist.
pub fn unowned(schema: &str, owners: &[(&str, &[&str])]) -> Vec<Offence> {
    let heads = schema.lines().filter_map(|line| line.strip_prefix("    ")?.strip_suffix(" {")?.split_once(" ("));
    let tables: Vec<&str> = heads.map(|(table, _)| table).collect();
    let owned: Vec<&str> = owners.iter().flat_map(|(_, tables)| tables.iter().copied()).collect();
    let times = |table: &str| owned.iter().filter(|owned| **owned == table).count();
    let odd = tables.iter().filter(|table| times(table) != 1);
    let odd = odd.map(|table| offence(*table, format!("{} features own {table}", times(table))));
    let gone = owned.iter().filter(|table| !tables.contains(table));
    odd.chain(gone.map(|table| offence(*table, format!("there is no table {table}")))).collect()
}

/// The list of features that export and erase personal data.
const FEATURES: &str = "privacy/features.rs";

/// Columns that name a process or an appointment, although they end like those that name a person.
const NOBODY: [&str; 2] = ["lease_by", "replaced_by"];

/// Columns that name a person, with their tables: references to the table of accounts, ids named like accounts, and
/// data about people: addresses, telephones, programs.
fn columns_of_people(schema: &str) -> Vec<(&str, &str)> {
    let references: Vec<(&str, &str)> = schema.lines().filter_map(reference_to_account).collect();
    let (mut table, mut found) = ("", Vec::new());
    for line in schema.lines() {
        let Some(line) = line.strip_prefix("    ") else { continue };
        if let Some((name, _)) = line.strip_suffix(" {").and_then(|head| head.split_once(" (")) {
            table = name;
        }
        let Some((column, kind)) = line.strip_prefix("    ").and_then(|line| line.split_once(" -> ")) else { continue };
        let called = ["user_id", "actor_id", "subject_id", "author_id"].contains(&column) || column.ends_with("_by");
        let is_account = kind.contains("SqlId") && called && !NOBODY.contains(&column);
        let written = ["phone", "network", "user_agent", "sender"].contains(&column)
            || column.contains("email")
            || column.contains("address");
        if is_account || (kind.contains("Text") && written) || references.contains(&(table, column)) {
            found.push((table, column));
        }
    }
    found
}

/// `diesel::joinable!(session -> users (user_id));`: the table and its column.
fn reference_to_account(line: &str) -> Option<(&str, &str)> {
    let (table, column) = line.strip_prefix("diesel::joinable!(")?.split_once(" -> users (")?;
    Some((table, column.strip_suffix("));")?))
}

/// Features whose tables name people, and that are not on the list of those that export and erase them; and those that
/// could, but are not on it.
pub fn forgotten_people(tree: &Tree, schema: &str, owners: &[(&str, &[&str])]) -> Vec<Offence> {
    let listed: Vec<&Source> = tree
        .edges
        .iter()
        .filter(|edge| edge.from == FEATURES)
        .map(|edge| (tree.file(&edge.to), edge.name.rsplit("::").next().unwrap()))
        .filter(|(file, name)| file.personal.contains(*name))
        .map(|(file, _)| file)
        .collect();
    let is_listed = |owner: &str| listed.iter().any(|file| top_of(&file.path) == owner);
    let mut found = Vec::new();
    for (table, column) in columns_of_people(schema) {
        let owner = owners.iter().find(|(_, tables)| tables.contains(&table)).map(|(owner, _)| *owner);
        if let Some(owner) = owner.filter(|owner| !is_listed(owner)) {
            let what = format!("{owner} holds {table}.{column}, which names people, and is not in {FEATURES}");
            found.push(offence(owner, what));
        }
    }
    for file in tree.files.iter().filter(|file| !file.personal.is_empty()) {
        if !listed.iter().any(|listed| listed.path == file.path) {
            let what = format!("{} exports and erases personal data, and is not in {FEATURES}", file.path);
            found.push(offence(&file.path, what));
        }
    }
    found
}

/// Files that are two.
pub fn long_files(tree: &Tree) -> Vec<Offence> {
    let files = tree.files.iter().filter(|file| file.lines > LONGEST_FILE);
    files.map(|file| offence(&file.path, format!("{} has {} lines: it is two files", file.path, file.lines))).collect()
}

/// Functions that are two.
pub fn long_functions(tree: &Tree) -> Vec<Offence> {
    let mut found = Vec::new();
    for file in &tree.files {
        for (name, lines) in file.functions.iter().filter(|(_, lines)| *lines > LONGEST_FUNCTION) {
            let key = format!("{} {name}", file.path);
            let what = format!("{key} has {lines} lines: it is two functions");
            found.push(Offence { key, what });
        }
    }
    found
}

/// Files that do not begin with prose.
pub fn without_head(tree: &Tree) -> Vec<Offence> {
    let files = tree.files.iter().filter(|file| !file.has_head);
    files.map(|file| offence(&file.path, format!("{} does not say what it is for", file.path))).collect()
}

/// Names of modules in the head of a folder's `mod.rs` that are none of the folder's: the list there is a map, and stays true.
pub fn untrue_maps(sources: &[(String, String)]) -> Vec<Offence> {
    let paths: Vec<&str> = sources.iter().map(|(path, _)| path.as_str()).collect();
    let mut found = Vec::new();
    for (path, text) in sources.iter().filter(|(path, _)| file_name(path) == "mod.rs") {
        let folder = path.trim_end_matches("mod.rs");
        let is_there = |name: &str| {
            let below = format!("{folder}{}", name.replace("::", "/"));
            paths.iter().any(|path| *path == format!("{below}.rs") || path.starts_with(&format!("{below}/")))
        };
        for name in listed(text).iter().filter(|name| !is_there(name)) {
            found.push(offence(format!("{path} {name}"), format!("{path} lists {name}, which is not there")));
        }
    }
    found
}

/// The names in the list of a head: the first word in backticks of each entry, and of each part after a semicolon.
fn listed(text: &str) -> Vec<String> {
    let head = text.lines().take_while(|line| line.starts_with("//!")).map(|line| line.trim_start_matches("//!"));
    let entries = head.collect::<Vec<_>>().join("\n");
    let entries = entries.split("\n - ").skip(1).filter_map(|entry| entry.split("\n\n").next());
    let parts = entries.flat_map(|entry| entry.split(';')).filter_map(|part| part.trim().strip_prefix('`'));
    let names = parts.filter_map(|part| part.split('`').next());
    let is_module = |name: &&str| name.bytes().all(|byte| byte.is_ascii_lowercase() || b"_:".contains(&byte));
    names.filter(is_module).map(str::to_owned).collect()
}

/// Guards after which the database decides whether the caller may: at this organisation, for this person, in this
/// state.
pub const UNDECIDED: [&str; 5] =
    ["Authenticated", "CanManageAppointments", "CanEditAdoption", "ActiveContact", "CanDecideRegistrations"];

/// The same of surveys: the response or the round that the address names decides.
pub const OF_SURVEYS: [&str; 5] =
    ["CanAnswerSurveys", "CanWriteAnswers", "CanBePresent", "CanSignSurveys", "CanReadSurveys"];

/// Handlers of pages that read a form before the caller's permission at the place of the address is checked.
pub fn forms_before_rights(sources: &[(String, String)]) -> Vec<Offence> {
    let text_of = |path: &str| sources.iter().find(|(known, _)| known == path).map_or("", |(_, text)| text.as_str());
    let mut found = Vec::new();
    for (path, text) in sources.iter().filter(|(path, _)| path.contains("/pages")) {
        let above = path.rsplit_once('/').map(|(folder, _)| text_of(&format!("{folder}/mod.rs"))).unwrap_or_default();
        for handler in text.split("async fn ").skip(1) {
            let parameters = handler.split(") ->").next().unwrap_or_default();
            let name = parameters.split(['(', '<']).next().unwrap_or_default();
            let taken = format!("{parameters} {}", meaning(parameters, [text, above]));
            let undecided = UNDECIDED
                .iter()
                .chain(&OF_SURVEYS)
                .any(|guard| taken.contains(&format!("<{guard},")) || taken.contains(&format!(": {guard},")));
            let has_place = taken.contains("web::Path<") || (taken.contains("Desk<") && !taken.contains(", ()>"));
            if undecided && has_place && parameters.contains(": Posted<") {
                let what = "reads a form before it has asked whether somebody may send it: take an UnreadForm";
                found.push(offence(format!("{path} {name}"), format!("{path}: {name} {what}")));
            }
        }
    }
    found
}

/// What the name of a desk among these parameters stands for, by the first of these texts that says it.
fn meaning<'t>(parameters: &str, texts: [&'t str; 2]) -> &'t str {
    let names = |alias: &&str| {
        let name = alias.split([' ', '<']).next().unwrap_or_default();
        [",", "<"].iter().any(|end| parameters.contains(&format!(": {name}{end}")))
    };
    let meant = texts.iter().flat_map(|text| text.split("\ntype ").skip(1)).find(names);
    let meant = meant.and_then(|alias| alias.split_once(" = ")).map(|(_, meaning)| meaning);
    meant.and_then(|meaning| meaning.split(';').next()).unwrap_or_default()
}

/// Handlers that read a body before the caller's permission is checked.
pub fn bodies_before_rights(sources: &[(String, String)]) -> Vec<Offence> {
    let mut found = Vec::new();
    for (path, text) in sources.iter().filter(|(path, _)| file_name(path) == "routes.rs") {
        for handler in text.split("pub async fn ").skip(1) {
            let parameters = handler.split(") ->").next().unwrap_or_default();
            let name = parameters.split('(').next().unwrap_or_default();
            let undecided = UNDECIDED.iter().any(|guard| parameters.contains(&format!(": {guard},")));
            let parsed = parameters.contains(": Json<") || parameters.contains(": MaybeJson<");
            if undecided && parsed && parameters.contains(": web::Path<") {
                let what = "reads a body before it has asked whether somebody may send it: take an Unread";
                found.push(offence(format!("{path} {name}"), format!("{path}: {name} {what}")));
            }
        }
    }
    found
}
