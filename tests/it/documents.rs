//! Generated documents that are checked in agree with the program.

use std::collections::BTreeSet;
use std::path::Path;

use crate::architecture::sources;
use crate::support::WITH_SCRIPTS;

/// The templates that name a script, each with the script: `SECURITY.md` has the addresses of their pages.
const SCRIPTS: [(&str, &str); 9] = [
    ("identity/code.html", "passkey.js"),
    ("identity/login.html", "password.js"),
    ("identity/passkey_login.html", "passkey.js"),
    ("identity/passkey_new.html", "passkey.js"),
    ("identity/password.html", "password.js"),
    ("identity/prove.html", "passkey.js"),
    ("identity/prove.html", "password.js"),
    ("message.html", "password.js"),
    ("responses/section.html", "fill-in.js"),
];

#[test]
fn the_openapi_file_is_the_one_the_code_makes() {
    let made = portal::openapi::document().to_pretty_json().unwrap();
    let checked_in = include_str!("../../openapi.json");
    assert!(made.trim() == checked_in.trim(), "run: cargo run -- openapi > openapi.json");
}

#[test]
fn the_openapi_file_has_everything_it_refers_to() {
    let text = include_str!("../../openapi.json");
    let document: serde_json::Value = serde_json::from_str(text).unwrap();
    for reference in text.split("\"$ref\": \"#").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert!(document.pointer(reference).is_some(), "{reference}");
    }
}

/// A method and a path in a hint for programs are ones of the API, and the hint belongs to a text.
#[test]
fn every_hint_names_what_there_is() {
    let document: serde_json::Value = serde_json::from_str(include_str!("../../openapi.json")).unwrap();
    let texts = include_str!("../../locales/en.ftl");
    let hints = include_str!("../../locales/hints.ftl");
    let mut named = 0;
    for line in hints.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        if let Some(code) = line.strip_prefix("hint-").and_then(|rest| rest.split(' ').next()) {
            let key = if code.starts_with("fault-") { code.to_owned() } else { format!("problem-{code}") };
            assert!(texts.contains(&format!("\n{key} =")), "{key}");
        }
        let line = line.replace("{\"{", "{").replace("}\"}", "}");
        let words: Vec<&str> = line.split_whitespace().collect();
        for pair in words.windows(2) {
            let path = pair[1].trim_end_matches(['.', ',', ';', ')']);
            if path.starts_with("/api/") {
                let method = pair[0].trim_start_matches('(').to_lowercase();
                assert!(document["paths"][path][&method].is_object(), "{method} {path}: {line}");
                named += 1;
            }
        }
    }
    assert!(named > 30, "{named}");
}

/// utoipa knows a type by its name alone: of two with the same, one would be described as the other.
#[test]
fn no_two_types_have_one_name_in_the_openapi_file() {
    // The machines have one each; only that of the audit log is ever answered.
    let mut seen = BTreeSet::from(["Event".to_owned()]);
    for (path, text) in sources() {
        for declared in text.split("_enum! {").skip(1).chain(text.split("ToSchema)]").skip(1)) {
            let head = declared.lines().map(str::trim_start).find(|line| line.starts_with("pub ")).unwrap();
            let name = head.split([' ', '<', '(', ';']).nth(2).unwrap();
            assert!(name == "Event" || seen.insert(name.to_owned()), "{path}: there is another {name}");
        }
    }
}

#[test]
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

#[test]
fn a23_the_production_profile_alone_is_refused() {
    let sources = portal::config::Sources { file: Some("config/production.toml".into()), ..Default::default() };
    let portal::config::Invalid(mut faults) = portal::config::load(&sources).unwrap_err();
    faults.sort();
    let named: Vec<&str> = faults.iter().map(|fault| fault.split([':', ' ']).next().unwrap()).collect();
    assert_eq!(named, ["mail.from", "server.public_url", "server.trusted_proxies"], "{faults:?}");
}

/// Adds each script that a template below a folder names, with the template.
fn add_scripts(folder: &Path, scripts: &mut BTreeSet<(String, String)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            add_scripts(&path, scripts);
            continue;
        }
        let template = path.strip_prefix("templates").unwrap().to_str().unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        let assets = text.split("asset(\"").skip(1).filter_map(|rest| rest.split('"').next());
        let named = assets.filter(|name| Path::new(name).extension().is_some_and(|extension| extension == "js"));
        scripts.extend(named.map(|name| (template.to_owned(), name.to_owned())));
    }
}

#[test]
fn a23_every_page_with_a_script_is_told() {
    let mut scripts = BTreeSet::new();
    add_scripts(Path::new("templates"), &mut scripts);
    let known = SCRIPTS.map(|(template, script)| (template.to_owned(), script.to_owned()));
    assert_eq!(scripts, BTreeSet::from(known), "change the list in SECURITY.md, too");
    let (_, told) = include_str!("../../SECURITY.md").split_once("Scripts of\n").unwrap();
    let (told, _) = told.split_once("- What people wrote").unwrap();
    let files = SCRIPTS.map(|(_, script)| format!("assets/{script}"));
    let addresses = WITH_SCRIPTS.map(str::to_owned);
    for name in files.into_iter().chain(addresses).chain(["/responses/{id}/sections/{section}".to_owned()]) {
        assert!(told.contains(&format!("`{name}`")), "{name}");
    }
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

#[test]
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

#[test]
fn the_life_cycle_document_is_the_one_the_table_makes() {
    let made = portal::appointments::state_machine::document();
    let checked_in = include_str!("../../docs/life-cycle.md");
    assert!(made.trim() == checked_in.trim(), "run: cargo run -- life-cycle > docs/life-cycle.md");
}

/// Adds the requirement that each function below a folder names at the beginning of its name, as in `goal_9` or `a07`.
fn add_ids(folder: &Path, ids: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            add_ids(&path, ids);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            let names = text.lines().filter_map(|line| {
                let line = line.trim_start();
                line.strip_prefix("async fn ").or_else(|| line.strip_prefix("fn "))
            });
            ids.extend(names.filter_map(id_of));
        }
    }
}

/// The id at the beginning of a function's name; `goal_09` is goal 9, and `a09` is another id than `a9`.
fn id_of(name: &str) -> Option<String> {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if let Some((number, _)) = name.strip_prefix("goal_").and_then(|rest| rest.split_once('_')) {
        return is_number(number).then(|| format!("goal_{}", number.trim_start_matches('0')));
    }
    let (id, _) = name.split_once('_')?;
    let number = id.strip_prefix(['a', 'b', 'd', 'l', 'm', 'o', 'p', 'r', 's', 't', 'w', 'x'])?;
    is_number(number).then(|| id.to_owned())
}

#[test]
fn every_id_in_the_name_of_a_test_is_explained() {
    let document = include_str!("../../docs/requirements.md");
    let mut ids = BTreeSet::new();
    for folder in ["src", "tests"] {
        add_ids(Path::new(folder), &mut ids);
    }
    assert!(ids.len() > 100, "ids are found: {ids:?}");
    for id in ids {
        assert!(document.contains(&format!("| `{id}` | ")), "docs/requirements.md does not explain {id}");
    }
}
