//! What surrounds a portal: secrets in files, sockets, `portal doctor`, and the examples of `deploy/`, which name only what
//! there is (O26, O30, O32, O35–O37).

use std::collections::BTreeSet;
use std::io::{Read as _, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::Command;

use portal::config::{self, Sources};
use serde_json::Value;

use crate::instances::{PATIENCE, Site, within};
use crate::support::backend::Backend;
use crate::support::story;

/// A public address at which nobody answers, whatever runs on this machine.
const NOBODY: [&str; 2] = ["--set", "server.public_url=http://localhost:1"];

/// The settings, with their sections.
fn known() -> toml::Table {
    include_str!("../../config/default.toml").parse().unwrap()
}

fn is_setting(known: &toml::Table, key: &str) -> bool {
    key.split_once('.').is_some_and(|(section, name)| known.get(section).is_some_and(|keys| keys.get(name).is_some()))
}

fn secret_file(path: &Path, secret: &str) -> String {
    std::fs::write(path, format!("{secret}\n")).unwrap();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).unwrap();
    path.display().to_string()
}

#[story]
fn secrets_are_read_from_files_and_the_check_says_where_each_value_came_from(backend: &'static Backend) {
    let site = Site::new(backend);
    let credentials = site.folder.path().join("credentials");
    std::fs::create_dir(&credentials).unwrap();
    secret_file(&credentials.join("bounces.token"), "a token of a credential");
    let token = secret_file(&site.folder.path().join("token"), "a token of a file");
    let environment = [
        ("PORTAL__SERVER__METRICS_TOKEN_FILE", token.as_str()),
        ("CREDENTIALS_DIRECTORY", credentials.to_str().unwrap()),
        ("PORTAL__MAIL__CONNECTIONS", "3"),
    ];
    let (code, said) = site.code_of(&environment, &["check-config"]);
    assert_eq!(code, Some(0), "{said}");
    for line in [
        format!("metrics_token = \"***\"  # secret file {token} (PORTAL__SERVER__METRICS_TOKEN_FILE)"),
        "token = \"***\"  # credential bounces.token".to_owned(),
        "connections = 3  # environment PORTAL__MAIL__CONNECTIONS".to_owned(),
        "workers = 2  # --set".to_owned(),
        "docs = true  # default".to_owned(),
    ] {
        assert!(said.lines().any(|printed| printed == line), "{line} in {said}");
    }
    assert!(!said.contains("a token of") && !said.contains("WARN"), "{said}");
    let twice = [&environment[..], &[("PORTAL__SERVER__METRICS_TOKEN", "a token of a variable")]].concat();
    let (code, said) = site.code_of(&twice, &["check-config"]);
    assert!(code == Some(1) && said.contains("server.metrics_token is given by"), "{said}");
    std::fs::set_permissions(&token, std::fs::Permissions::from_mode(0o644)).unwrap();
    std::fs::set_permissions(site.folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    let (code, said) = site.code_of(&environment, &["check-config"]);
    assert!(code == Some(0) && said.contains("WARN") && said.contains("every user of this machine"), "{said}");
}

#[story]
fn a_portal_listens_on_a_socket_and_stops_leaving_it_to_the_next(backend: &'static Backend) {
    let site = Site::new(backend);
    let socket = site.folder.path().join("portal.sock");
    let bind = format!("server.bind=unix:{}", socket.display());
    let ask = |head: &str| {
        let mut stream = UnixStream::connect(&socket).unwrap();
        stream.write_all(format!("GET {head} HTTP/1.0\r\nhost: localhost\r\n\r\n").as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    };
    let settings = [bind.as_str(), "server.metrics_token=d2b1f0a79c6e4833"];
    for _ in 0..2 {
        let process = site.start_with(&settings);
        let answer = ask("/health/live");
        assert_eq!(answer.split_whitespace().nth(1), Some("200"), "{answer}");
        assert_eq!(socket.metadata().unwrap().permissions().mode() & 0o777, 0o660);
        let status = ["--set", settings[0], "--set", settings[1], "status"];
        within(PATIENCE, || site.code_of(&[], &status).1.contains("audit_seal"));
        let (code, said) = site.code_of(&[], &["--set", &bind, "--set", "database.url=sqlite:/proc/none", "serve"]);
        assert!(code == Some(1), "{said}");
        assert!(socket.exists(), "another that fails takes it from nobody");
        drop(process);
    }
}

#[story]
fn a_host_name_is_listened_on(backend: &'static Backend) {
    let site = Site::new(backend);
    let port = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
    let _process = site.start_with(&[&format!("server.bind=localhost:{port}")]);
    assert!(std::net::TcpStream::connect(("localhost", port)).is_ok());
}

#[story]
fn a_doctor_says_how_each_part_is_and_what_to_do(backend: &'static Backend) {
    let site = Site::new(backend);
    site.administrator();
    let _process = site.start();
    let (code, said) = site.code_of(&[], &[&NOBODY[..], &["doctor"]].concat());
    assert_eq!(code, Some(0), "{said}");
    let line = |said: &str, part: &str| {
        let is_its = |line: &&str| line.split_whitespace().nth(1) == Some(part);
        said.lines().find(is_its).map_or_else(|| panic!("{part} in {said}"), str::to_owned)
    };
    for part in ["database", "schema", "key", "storage", "disk"] {
        assert!(!line(&said, part).starts_with("FAULT"), "{said}");
    }
    for part in ["key", "storage", "schema"] {
        assert!(line(&said, part).starts_with("ok"), "{said}");
    }
    assert!(line(&said, "relay").contains("mails are files") && line(&said, "dns").contains("TXT"), "{said}");
    assert!(line(&said, "public").starts_with("warning") && line(&said, "public").contains(" -> "), "{said}");

    let another = format!("identity.master_key={}", "9f3a".repeat(16));
    let wrong = ["--set", &another, "--set", "mail.transport=smtp", "--set", "mail.smtp_url=smtp://127.0.0.1:1"];
    let (code, said) = site.code_of(&[], &[&NOBODY[..], &wrong[..], &["doctor", "--json"]].concat());
    let report: Value = serde_json::from_str(&said).unwrap();
    assert_eq!((code, report["well"].as_bool()), (Some(1), Some(false)), "{said}");
    for part in ["key", "relay"] {
        let findings = report["findings"].as_array().unwrap();
        let found = findings.iter().find(|finding| finding["part"] == part).unwrap();
        assert!(found["state"] == "fault" && found["next"].is_string(), "{found}");
    }
    let (code, said) = site.code_of(&[], &["--set", "server.bind=nowhere", "doctor"]);
    assert!(code == Some(1) && line(&said, "configuration").contains("server.bind"), "{said}");
}

#[story]
fn a_doctor_before_the_first_start_creates_nothing(backend: &'static Backend) {
    let site = Site::new(backend);
    let nowhere = site.folder.path().join("new");
    let url = format!("database.url=sqlite:{}", nowhere.join("portal.sqlite3").display());
    let (code, said) = site.code_of(&[], &[&NOBODY[..], &["--set", &url, "doctor"]].concat());
    assert!(code == Some(0) && said.contains("the first start makes it"), "{said}");
    assert!(!nowhere.exists() && !site.folder.path().join("files").exists());
}

#[story]
fn a_doctor_tells_the_portal_at_the_public_address_from_another(backend: &'static Backend) {
    let site = Site::new(backend);
    site.administrator();
    let port = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
    let (bind, address) = (format!("server.bind=127.0.0.1:{port}"), format!("http://127.0.0.1:{port}"));
    let public = format!("server.public_url={address}");
    let _process = site.start_with(&[&bind, &public]);
    let here = ["--set", public.as_str()];
    let (code, said) = site.code_of(&[], &[&here[..], &["doctor"]].concat());
    assert!(code == Some(0) && said.contains(&format!("{address} leads to this portal")), "{said}");
    let new = format!("database.url=sqlite:{}", site.folder.path().join("new.sqlite3").display());
    let (code, said) = site.code_of(&[], &[&here[..], &["--set", &new, "doctor"]].concat());
    assert!(code == Some(0) && said.contains("which portal it is was not compared"), "{said}");
    assert!(!said.contains("leads to"), "{said}");
}

/// The files of `deploy/`, with their texts.
fn examples() -> Vec<(PathBuf, String)> {
    let (mut folders, mut files) = (vec![PathBuf::from("deploy")], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let text = std::fs::read_to_string(&path).unwrap();
                files.push((path, text));
            }
        }
    }
    files
}

#[test]
fn examples_name_only_settings_that_there_are() {
    let (known, mut named) = (known(), 0);
    for (path, text) in examples() {
        for rest in text.split("PORTAL__").skip(1) {
            let name: String =
                rest.chars().take_while(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || *c == '_').collect();
            let key = name.to_ascii_lowercase().replace("__", ".");
            let plain = key.strip_suffix("_file").unwrap_or(&key);
            assert!(is_setting(&known, &key) || is_setting(&known, plain), "{}: {key}", path.display());
            named += 1;
        }
        let credentials =
            text.split("LoadCredential=").skip(1).map(|rest| rest.split([':', ' ', '\n']).next().unwrap());
        let literals = text.split("--from-literal=").skip(1).map(|rest| rest.split(['=', ' ']).next().unwrap());
        for key in credentials.chain(literals).filter(|key| !key.is_empty() && *key != "`") {
            assert!(is_setting(&known, key), "{}: {key}", path.display());
            named += 1;
        }
    }
    assert!(named > 20, "{named}");
}

#[test]
fn examples_call_only_commands_that_there_are() {
    let help = Command::new(env!("CARGO_BIN_EXE_portal")).arg("--help").output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    let commands: BTreeSet<&str> = help
        .lines()
        .skip_while(|line| !line.starts_with("Commands:"))
        .filter_map(|line| line.strip_prefix("  ")?.split_whitespace().next())
        .collect();
    let mut called = Vec::new();
    for (path, text) in examples() {
        for line in text.lines() {
            if let Some(started) = line.strip_prefix("ExecStart=") {
                called.push((path.clone(), started.split_whitespace().last().unwrap().to_owned()));
            } else if let Some(started) = line.trim().strip_prefix("args: [") {
                called.push((path.clone(), started.split([',', ']']).next().unwrap().to_owned()));
            }
            let quoted = line.split('`').skip(1).step_by(2);
            let begun = quoted.filter_map(|quoted| quoted.strip_prefix("portal ").map(str::to_owned));
            called.extend(
                begun.map(|rest| (path.clone(), rest.split_whitespace().next().unwrap_or_default().to_owned())),
            );
        }
    }
    let called: Vec<_> =
        called.into_iter().filter(|(_, word)| word.chars().all(|c| c.is_ascii_lowercase() || c == '-')).collect();
    assert!(called.len() >= 4, "{called:?}");
    for (path, command) in called {
        assert!(commands.contains(command.as_str()), "{}: portal {command}", path.display());
    }
}

/// The settings of an example, with its placeholders replaced by names that could be real.
fn real(text: &str, separator: char) -> Vec<(String, String)> {
    let lines = text.lines().map(str::trim).filter(|line| line.starts_with("PORTAL__"));
    let pairs = lines.filter_map(|line| line.split_once(separator));
    let clean = |value: &str| value.trim().trim_matches('"').replace(".example", ".customs.int");
    pairs.map(|(name, value)| (name.to_owned(), clean(value))).collect()
}

#[test]
fn the_settings_of_the_examples_are_good() {
    for (file, separator) in [("deploy/systemd/portal.env", '='), ("deploy/kubernetes/config.yaml", ':')] {
        let mut environment = real(&std::fs::read_to_string(file).unwrap(), separator);
        assert!(environment.len() > 4, "{file}");
        for (name, secret) in [
            ("PORTAL__STORAGE__S3_SECRET_KEY", "d2b1f0a79c6e4833"),
            ("PORTAL__MAIL__SMTP_URL", "smtps://portal:d2b1f0a79c6e4833@relay.customs.int"),
        ] {
            environment.push((name.to_owned(), secret.to_owned()));
        }
        let profile = Some(PathBuf::from("config/production.toml"));
        let loaded = config::load(&Sources { file: profile, environment, ..Sources::default() });
        let settings = loaded.unwrap_or_else(|faults| panic!("{file}: {faults}"));
        assert!(settings.serves_the_world() && settings.warnings().is_empty(), "{file}: {:?}", settings.warnings());
    }
}
