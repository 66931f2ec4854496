//! The house rules, checked by reading the source: which module may use which, in which direction, and limits of
//! length.
//!
//! - `reader` reads a file, by `syn`; `tokens` what a syntax tree hides
//! - `circles` circular imports; `units` what a unit of work must not do; `rules` everything else that is forbidden
//! - `exceptions` today's exceptions to the rules, each with a reason; an entry that is no exception any more fails too
//! - `plants` planted offences, which show that each rule finds its own
//!
//! Of `src` only code for unit tests is left out, and the tables of `db/schema.rs` where lines are counted.

mod circles;
mod exceptions;
mod plants;
mod reader;
mod rules;
mod tokens;
mod units;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::OnceLock;

use circles::{between_tops, room, within_tops};
use reader::Tree;
use rules::Offence;

/// The stack of the parser, in bytes.
const STACK: usize = 32 * 1024 * 1024;

/// Every file of `src`: its path below it, and its text.
pub fn sources() -> Vec<(String, String)> {
    let mut folders = vec![PathBuf::from("src")];
    let mut sources = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.strip_prefix("src").unwrap().to_str().unwrap().to_owned();
                sources.push((name, std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    sources.sort();
    sources
}

/// The source, read once for all tests.
fn tree() -> &'static Tree {
    static TREE: OnceLock<Tree> = OnceLock::new();
    // A parser without optimisation wants more stack than a thread of the tests has.
    let reader = std::thread::Builder::new().stack_size(STACK);
    TREE.get_or_init(|| reader.spawn(|| Tree::read(&sources())).unwrap().join().unwrap())
}

/// Fails for every offence that is no exception, and for every exception that is no offence.
fn judge(offences: &[Offence], exceptions: &[(&str, &str)]) {
    let is_new = |offence: &&Offence| !exceptions.iter().any(|(key, _)| *key == offence.key);
    let new = offences.iter().filter(is_new).map(|offence| offence.what.clone());
    let stale = exceptions.iter().filter(|(key, _)| !offences.iter().any(|offence| offence.key == *key));
    let stale = stale.map(|(key, _)| format!("{key} is no exception any more: strike it out"));
    let faults: BTreeSet<String> = new.chain(stale).collect();
    assert!(faults.is_empty(), "{}", faults.into_iter().collect::<Vec<_>>().join("\n"));
}

#[test]
fn diesel_stays_in_the_stores() {
    judge(&rules::diesel_outside(tree()), &[]);
}

#[test]
fn actix_stays_at_the_edge() {
    judge(&rules::actix_inside(tree()), &exceptions::READ_FROM_REQUESTS);
}

#[test]
fn rules_know_neither() {
    judge(&rules::impure_rules(tree()), &[]);
}

#[test]
fn no_feature_reaches_into_anothers_store() {
    judge(&rules::foreign_stores(tree()), &exceptions::HANDED_ON_STORES);
}

#[test]
fn no_handler_reads_a_store() {
    judge(&rules::handlers_that_read(tree()), &exceptions::READING_HANDLERS);
}

#[test]
fn a_feature_writes_its_own_tables() {
    judge(&rules::foreign_writes(tree(), &exceptions::OWNERS), &exceptions::FOREIGN_WRITES);
}

#[test]
fn every_table_has_one_owner() {
    let schema = std::fs::read_to_string("src/db/schema.rs").unwrap();
    judge(&rules::unowned(&schema, &exceptions::OWNERS), &[]);
}

#[test]
fn whoever_holds_personal_data_exports_and_erases_it() {
    let schema = std::fs::read_to_string("src/db/schema.rs").unwrap();
    judge(&rules::forgotten_people(tree(), &schema, &exceptions::OWNERS), &exceptions::NOT_PERSONAL);
}

#[test]
fn nothing_looks_back_at_the_outermost_ring() {
    judge(&rules::looks_back(tree()), &[]);
}

#[test]
fn no_import_goes_in_a_circle_between_top_modules() {
    let arrows: Vec<(&str, &str)> = exceptions::ARROWS.iter().map(|(from, to, _)| (*from, *to)).collect();
    let rings = between_tops(tree(), &arrows);
    assert!(rings.is_empty(), "{}", rings.join("\n\n"));
    for (from, to) in arrows {
        let is_there = tree().edges.iter().any(|edge| room(&edge.from) == from && room(&edge.to) == to);
        assert!(is_there, "{from} -> {to} is no exception any more: strike it out");
    }
}

#[test]
fn no_import_goes_in_a_circle_within_a_module() {
    let rings = within_tops(tree());
    assert!(rings.is_empty(), "{}", rings.join("\n\n"));
}

#[test]
fn rights_at_a_place_come_before_its_body() {
    let sources = sources();
    judge(&rules::bodies_before_rights(&sources), &[]);
    judge(&rules::forms_before_rights(&sources), &exceptions::READ_FORMS);
    // A guard that was renamed would never be found.
    let guards = sources.iter().find(|(path, _)| path == "identity/guards.rs").map(|(_, text)| text.as_str());
    for guard in rules::UNDECIDED.into_iter().chain(rules::OF_SURVEYS) {
        assert!(guards.unwrap_or_default().contains(&format!("pub type {guard} =")), "there is no guard {guard}");
    }
}

#[test]
fn no_unit_of_work_judges_what_strangers_sent() {
    let reader = std::thread::Builder::new().stack_size(STACK);
    let found = reader.spawn(|| units::costly_units(&sources())).unwrap().join().unwrap();
    judge(&found, &exceptions::COSTLY_UNITS);
}

#[test]
fn no_sweep_deletes_everything_at_once() {
    judge(&units::unbounded_sweeps(&sources()), &[]);
}

#[test]
fn the_map_of_a_module_is_true() {
    judge(&rules::untrue_maps(&sources()), &[]);
}

#[test]
fn a_file_fits_into_a_head() {
    judge(&rules::long_files(tree()), &exceptions::LONG_FILES);
}

#[test]
fn a_function_fits_into_a_head() {
    judge(&rules::long_functions(tree()), &exceptions::LONG_FUNCTIONS);
}

#[test]
fn every_module_opens_with_prose() {
    judge(&rules::without_head(tree()), &[]);
}
