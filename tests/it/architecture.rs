//! The house rules, kept by reading the source: who may use what, and how long a file may be.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// A file that is longer does not fit into a head.
const LONGEST: usize = 400;

pub fn tests() -> Vec<(&'static str, fn())> {
    vec![
        ("architecture::diesel_stays_in_the_stores", diesel_stays_in_the_stores),
        ("architecture::actix_stays_at_the_edge", actix_stays_at_the_edge),
        ("architecture::rules_know_neither", rules_know_neither),
        ("architecture::no_feature_reaches_into_anothers_store", no_feature_reaches_into_anothers_store),
        ("architecture::no_import_goes_in_a_circle", no_import_goes_in_a_circle),
        ("architecture::rights_at_a_place_come_before_its_body", rights_at_a_place_come_before_its_body),
        ("architecture::a_file_fits_into_a_head", a_file_fits_into_a_head),
        ("architecture::every_module_opens_with_prose", every_module_opens_with_prose),
    ]
}

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

/// The code of a file: without comments, and without its unit tests.
fn code(text: &str) -> String {
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

fn file_name(path: &str) -> &str {
    Path::new(path).file_name().unwrap().to_str().unwrap()
}

fn diesel_stays_in_the_stores() {
    for (path, text) in sources() {
        // Types name the columns they are read from; time.rs is a column's type.
        let allowed =
            path.starts_with("db/") || ["store.rs", "types.rs", "time.rs", "error.rs"].contains(&file_name(&path));
        assert!(allowed || !code(&text).contains("diesel"), "{path} uses diesel");
    }
}

fn actix_stays_at_the_edge() {
    for (path, text) in sources() {
        let allowed = path.starts_with("http/")
            || path.starts_with("pages/")
            || path.starts_with("cli/")
            || path.starts_with("app/")
            || path.starts_with("demo/")
            || ["error.rs", "routes.rs", "guards.rs"].contains(&file_name(&path));
        assert!(allowed || !code(&text).contains("actix"), "{path} uses actix");
    }
}

fn rules_know_neither() {
    for (path, text) in sources() {
        if file_name(&path) == "rules.rs" {
            for word in ["diesel", "actix", "async ", "Conn"] {
                assert!(!code(&text).contains(word), "{path} knows {word}");
            }
        }
    }
}

/// The module at the top of the tree that a file belongs to.
fn feature(path: &str) -> &str {
    path.split('/').next().unwrap().trim_end_matches(".rs")
}

fn no_feature_reaches_into_anothers_store() {
    for (path, text) in sources() {
        for rest in code(&text).split("crate::").skip(1) {
            let target: Vec<&str> = rest.split("::").take(2).collect();
            if target.get(1).is_some_and(|module| module.starts_with("store")) {
                assert_eq!(target[0], feature(&path), "{path} reaches into the store of {}", target[0]);
            }
        }
    }
}

/// The outermost ring sees everything, and nothing but it may look back at it.
const OUTER: [&str; 6] = ["app", "cli", "demo", "openapi", "pages", "main"];

fn no_import_goes_in_a_circle() {
    let mut uses: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (path, text) in sources() {
        let here = feature(&path).to_owned();
        if OUTER.contains(&here.as_str()) || here == "lib" {
            continue;
        }
        // Unit tests in a file of their own may take what they need.
        let at_the_edge = ["routes.rs", "guards.rs", "tests.rs"].contains(&file_name(&path));
        for used in imports(&code(&text)) {
            if at_the_edge || used == here {
                continue;
            }
            assert!(!OUTER.contains(&used.as_str()), "{path} looks back at {used}");
            uses.entry(here.clone()).or_default().insert(used);
        }
    }
    for start in uses.keys() {
        let mut reached = BTreeSet::new();
        let mut next: Vec<&String> = uses[start].iter().collect();
        while let Some(module) = next.pop() {
            assert!(module != start, "{start} imports itself through others: {uses:?}");
            if reached.insert(module) {
                next.extend(uses.get(module).into_iter().flatten());
            }
        }
    }
}

/// The top modules that a file names after `crate::`, in braces too. The base that all stand on is left out.
fn imports(code: &str) -> BTreeSet<String> {
    let base = ["error", "i18n", "db", "time", "random", "text", "text_enum", "on_each", "config", "secrets"];
    let mut found = BTreeSet::new();
    for rest in code.split("crate::").skip(1) {
        let list = rest
            .strip_prefix('{')
            .map_or(rest.split([':', ';', '(', ' ', '!', ',', ')']).next().unwrap_or_default(), |inside| {
                inside.split('}').next().unwrap_or_default()
            });
        for name in list.split(',') {
            let name = name.trim().split("::").next().unwrap_or_default().trim_matches(|c: char| !c.is_alphanumeric());
            if !name.is_empty() && !base.contains(&name) {
                found.insert(name.to_owned());
            }
        }
    }
    found
}

/// Guards behind which the database says whether somebody may: at this organisation, of this person, in this state.
const UNDECIDED: [&str; 5] = ["AnyCredential", "AppointmentOfficer", "AdoptionEditor", "Member", "RegistrationOfficer"];

fn rights_at_a_place_come_before_its_body() {
    for (path, text) in sources().iter().filter(|(path, _)| file_name(path) == "routes.rs") {
        for handler in text.split("pub async fn ").skip(1) {
            let parameters = handler.split(") ->").next().unwrap_or_default();
            let name = parameters.split('(').next().unwrap_or_default();
            let undecided = UNDECIDED.iter().any(|guard| parameters.contains(&format!(": {guard},")));
            let parsed = parameters.contains(": Json<") || parameters.contains(": MaybeJson<");
            assert!(
                !(undecided && parsed && parameters.contains(": web::Path<")),
                "{path}: {name} reads a body before it has asked whether somebody may send it: take an Unread"
            );
        }
    }
}

fn a_file_fits_into_a_head() {
    for (path, text) in sources() {
        let lines = text.lines().count();
        // A list of tables is looked up, not read.
        assert!(lines <= LONGEST || path == "db/schema.rs", "{path} has {lines} lines: it is two files");
    }
}

fn every_module_opens_with_prose() {
    for (path, text) in sources() {
        assert!(text.starts_with("//! "), "{path} does not say what it is for");
    }
}
