//! What is checked in says what the program does.

use std::collections::BTreeSet;

use crate::architecture::sources;

pub fn tests() -> Vec<(&'static str, fn())> {
    vec![
        ("documents::the_openapi_file_is_the_one_the_code_makes", the_openapi_file_is_the_one_the_code_makes),
        ("documents::the_openapi_file_has_everything_it_refers_to", the_openapi_file_has_everything_it_refers_to),
        ("documents::no_two_types_have_one_name_in_the_openapi_file", no_two_types_have_one_name_in_the_openapi_file),
        (
            "documents::the_life_cycle_document_is_the_one_the_table_makes",
            the_life_cycle_document_is_the_one_the_table_makes,
        ),
        ("documents::the_production_profile_is_good", the_production_profile_is_good),
    ]
}

fn the_openapi_file_is_the_one_the_code_makes() {
    let made = portal::openapi::document().to_pretty_json().unwrap();
    let checked_in = include_str!("../../openapi.json");
    assert!(made.trim() == checked_in.trim(), "run: cargo run -- openapi > openapi.json");
}

fn the_openapi_file_has_everything_it_refers_to() {
    let text = include_str!("../../openapi.json");
    let document: serde_json::Value = serde_json::from_str(text).unwrap();
    for reference in text.split("\"$ref\": \"#").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert!(document.pointer(reference).is_some(), "{reference}");
    }
}

/// utoipa knows a type by its name alone: of two with the same, one would be described as the other.
fn no_two_types_have_one_name_in_the_openapi_file() {
    // The machines have one each; only that of the audit log is ever answered.
    let mut seen = BTreeSet::from(["Event".to_owned()]);
    for (path, text) in sources() {
        for declared in text.split("text_enum! {").skip(1).chain(text.split("ToSchema)]").skip(1)) {
            let head = declared.lines().map(str::trim_start).find(|line| line.starts_with("pub ")).unwrap();
            let name = head.split([' ', '<', '(', ';']).nth(2).unwrap();
            assert!(name == "Event" || seen.insert(name.to_owned()), "{path}: there is another {name}");
        }
    }
}

fn the_production_profile_is_good() {
    let sources = portal::config::Sources { file: Some("config/production.toml".into()), ..Default::default() };
    let settings = portal::config::load(&sources).unwrap();
    assert!(settings.masked.contains("0.0.0.0:8080"));
}

fn the_life_cycle_document_is_the_one_the_table_makes() {
    let made = portal::appointments::machine::document();
    let checked_in = include_str!("../../docs/life-cycle.md");
    assert!(made.trim() == checked_in.trim(), "run: cargo run -- life-cycle > docs/life-cycle.md");
}
