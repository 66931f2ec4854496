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
        ("documents::a23_the_production_profile_alone_is_refused", a23_the_production_profile_alone_is_refused),
        (
            "documents::a23_containers_have_no_rights_and_no_known_secrets",
            a23_containers_have_no_rights_and_no_known_secrets,
        ),
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
    let overrides = [
        "server.public_url=https://portal.customs.int",
        "server.trusted_proxies=172.30.71.1",
        "mail.from=Community <portal@customs.int>",
    ];
    let overrides = overrides.map(str::to_owned).to_vec();
    let file = Some("config/production.toml".into());
    let settings = portal::config::load(&portal::config::Sources { file, overrides, ..Default::default() }).unwrap();
    assert!(settings.masked.contains("0.0.0.0:8080"));
    assert!(!settings.server.docs);
}

fn a23_the_production_profile_alone_is_refused() {
    let sources = portal::config::Sources { file: Some("config/production.toml".into()), ..Default::default() };
    let portal::config::Invalid(mut faults) = portal::config::load(&sources).unwrap_err();
    faults.sort();
    let named: Vec<&str> = faults.iter().map(|fault| fault.split([':', ' ']).next().unwrap()).collect();
    assert_eq!(named, ["mail.from", "server.public_url", "server.trusted_proxies"], "{faults:?}");
}

/// The lines of a service of compose.yaml, those that it shares with others among them.
fn service(compose: &str, name: &str) -> String {
    let block = |head: &str, indent: &str| -> String {
        let lines = compose.lines().skip_while(|line| *line != head).skip(1);
        lines.take_while(|line| line.is_empty() || line.starts_with(indent)).collect::<Vec<_>>().join("\n")
    };
    let own = block(&format!("  {name}:"), "    ");
    assert!(own.contains("<<: *bounds"), "{name}");
    own + "\n" + &block("x-bounds: &bounds", "  ")
}

fn a23_containers_have_no_rights_and_no_known_secrets() {
    let compose = include_str!("../../compose.yaml");
    assert!(!compose.contains("change-me"));
    for secret in ["PORTAL_DATABASE_PASSWORD", "PORTAL_MASTER_KEY"] {
        let uses = compose.matches(&format!("${{{secret}")).count();
        assert!(uses > 0 && uses == compose.matches(&format!("${{{secret}:?")).count(), "{secret} has no default");
    }
    for name in ["portal", "database", "mail"] {
        let lines = service(compose, name);
        for wanted in
            ["read_only: true", "cap_drop: [ALL]", "no-new-privileges:true", "mem_limit:", "pids_limit:", "tmpfs:"]
        {
            assert!(lines.contains(wanted), "{name}: {wanted}");
        }
        let user = lines.lines().find_map(|line| line.trim().strip_prefix("user: \"")).expect("a user");
        assert!(user.split(':').next().unwrap().parse::<u32>().unwrap_or_default() > 0, "{name} runs as root");
        for port in lines.lines().filter(|line| line.trim().starts_with("ports:")) {
            assert!(port.contains("127.0.0.1:"), "{name} is published: {port}");
        }
    }
    assert!(!service(compose, "database").contains("ports:"));
    assert!(service(compose, "database").contains("networks: [back]") && compose.contains("internal: true"));
    let dockerfile = include_str!("../../Dockerfile");
    let user = dockerfile.lines().filter_map(|line| line.strip_prefix("USER ")).next_back().unwrap();
    assert!(user.starts_with("10001"), "{user}");
}

fn the_life_cycle_document_is_the_one_the_table_makes() {
    let made = portal::appointments::machine::document();
    let checked_in = include_str!("../../docs/life-cycle.md");
    assert!(made.trim() == checked_in.trim(), "run: cargo run -- life-cycle > docs/life-cycle.md");
}
