//! What is checked in says what the program does.

pub fn tests() -> Vec<(&'static str, fn())> {
    vec![
        ("documents::the_openapi_file_is_the_one_the_code_makes", the_openapi_file_is_the_one_the_code_makes),
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
