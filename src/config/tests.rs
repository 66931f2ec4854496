use super::*;

fn with_environment(pairs: &[(&str, &str)]) -> Result<Settings, Invalid> {
    let environment = pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    load(&Sources { environment, ..Sources::default() })
}

#[test]
fn the_defaults_are_good() {
    let settings = with_environment(&[]).unwrap();
    assert_eq!(settings.server.bind, "127.0.0.1:8080");
}

#[test]
fn every_fault_is_named_at_once() {
    let Invalid(faults) = with_environment(&[
        ("PORTAL__SERVER__BIND", "nowhere"),
        ("PORTAL__SERVER__WORKERS", "many"),
        ("PORTAL__SERVER__COLOUR", "blue"),
        ("PORTAL__MAIL__FROM", "me"),
        ("PORTAL__MAIL__SMTP_URL", "http://relay"),
        ("PORTAL__DATABASE__URL", "mysql://x"),
        ("PORTAL__IDENTITY__ARGON2_MEMORY_KIB", "64"),
        ("PORTAL__STORAGE__KIND", "s3"),
        ("PORTAL__STORAGE__S3_BUCKET", "../letters"),
        ("PORTAL__STORAGE__FILE_LIMIT", "1"),
        ("PORTAL__BOUNCES__LISTEN", "127.0.0.1:2424"),
        ("PORTAL__BOUNCES__IMAP_URL", "imaps://mail"),
    ])
    .unwrap_err();
    for key in [
        "server.bind",
        "server.workers",
        "server.colour",
        "mail.from",
        "mail.smtp_url",
        "database.url",
        "argon2",
        "s3_url",
        "s3_bucket",
        "s3_secret_key",
        "file_limit",
        "bounces.listen",
        "bounces.imap_url",
    ] {
        assert!(faults.iter().any(|fault| fault.contains(key)), "{key} in {faults:?}");
    }
}

#[test]
fn a_fault_says_what_must_be_and_faults_are_counted() {
    let one = with_environment(&[("PORTAL__MAIL__CONNECTIONS", "0")]).unwrap_err().to_string();
    assert_eq!(
        one,
        "the configuration has 1 fault:\n  - mail.connections must lie between 1 and 100 \
         (from environment PORTAL__MAIL__CONNECTIONS)"
    );
    let two = with_environment(&[("PORTAL__MAIL__CONNECTIONS", "0"), ("PORTAL__SERVER__BIND", "x")]).unwrap_err();
    assert!(two.to_string().starts_with("the configuration has 2 faults:"), "{two}");
}

#[test]
fn a_value_of_another_type_hides_no_other_fault() {
    let Invalid(mut faults) = with_environment(&[
        ("PORTAL__LOG__FORMAT", "xml"),
        ("PORTAL__MAIL__FROM", "nonsense"),
        ("PORTAL__MAIL__TRANSPORT", "pigeon"),
        ("PORTAL__SERVER__BIND", "xx"),
        ("PORTAL__DIRECTORY__EXPORT_PER_DAY", "-1"),
        ("PORTAL__PRIVACY__MAIL_DAYS", "0"),
    ])
    .unwrap_err();
    faults.sort();
    let begins =
        ["directory.export_per_day", "log.format", "mail.from", "mail.transport", "privacy.mail_days", "server.bind"];
    assert_eq!(faults.len(), begins.len(), "{faults:?}");
    for (fault, key) in faults.iter().zip(begins) {
        assert!(fault.starts_with(key), "{key} in {faults:?}");
    }
}

#[test]
fn a_name_that_lacks_an_underscore_is_no_setting_and_says_so() {
    let faults = |name| with_environment(&[(name, "127.0.0.1:1")]).err().map(|Invalid(faults)| faults);
    for name in ["PORTAL_SERVER__BIND", "PORTAL_SERVER_BIND", "PORTAL_server__bind"] {
        assert_eq!(faults(name), Some(vec![format!("{name} is no setting; PORTAL__SERVER__BIND is")]));
    }
    assert!(faults("PORTAL_SERVR__BIND").is_some_and(|faults| faults[0].contains("no such setting")));
    for others in ["PORTAL_CONFIG", "PORTAL_SERVICE_HOST", "PORTAL_PORT_8080_TCP_ADDR"] {
        assert_eq!(faults(others), None);
    }
}

#[test]
fn a_log_filter_has_a_level_and_a_contact_is_an_address() {
    let is_good = |name: &str, value: &str| with_environment(&[(name, value)]).is_ok();
    for filter in ["info", "INFO,portal=debug", "actix_http=off,warn", "off"] {
        assert!(is_good("PORTAL__LOG__FILTER", filter), "{filter}");
    }
    for filter in ["", "nonsense", "blah=", "portal=debug"] {
        assert!(!is_good("PORTAL__LOG__FILTER", filter), "{filter}");
    }
    assert!(is_good("PORTAL__COMMUNITY__CONTACT_EMAIL", "ask@portal.example"));
    for contact in ["foo", "foo@", "Ask <ask@portal.example>"] {
        assert!(!is_good("PORTAL__COMMUNITY__CONTACT_EMAIL", contact), "{contact}");
    }
}

#[test]
fn flags_win_over_the_environment() {
    let settings = load(&Sources {
        environment: vec![("PORTAL__SERVER__BIND".to_owned(), "127.0.0.1:1".to_owned())],
        overrides: vec!["server.bind=127.0.0.1:2".to_owned()],
        ..Sources::default()
    })
    .unwrap();
    assert_eq!(settings.server.bind, "127.0.0.1:2");
}

#[test]
fn secrets_are_never_printed() {
    let settings = with_environment(&[
        ("PORTAL__DATABASE__URL", "postgres://portal:tiger@db/portal"),
        ("PORTAL__MAIL__SMTP_URL", "smtp://robot:tiger@relay:587?tls=required"),
        ("PORTAL__IDENTITY__MASTER_KEY", &"ab".repeat(32)),
        ("PORTAL__STORAGE__S3_SECRET_KEY", "tiger"),
        ("PORTAL__BOUNCES__TOKEN", "a tiger of sixteen"),
        ("PORTAL__BOUNCES__IMAP_URL", "imaps://robot:tiger@mail/INBOX"),
    ])
    .unwrap();
    let printed = settings.masked.clone();
    assert!(with_environment(&[]).unwrap().masked.contains("imap_url = \"\""), "nothing is no secret");
    for secret in ["tiger", "abab"] {
        assert!(!printed.contains(secret) && !format!("{settings:?}").contains(secret));
    }
}

#[test]
fn a_fault_of_syntax_names_its_line_and_quotes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let profile = folder.path().join("profile.toml");
    for (line, text) in [
        (2, "[mail]\nsmtp_url = \"smtp://robot:tiger@relay\nfrom = \"x\"\n"),
        (2, "[mail]\nsmtp_url = smtp://robot:tiger@relay\n"),
        (3, "[bounces]\nlisten = \"\"\ntoken = \"tiger\\q\"\n"),
    ] {
        std::fs::write(&profile, text).unwrap();
        let told = load(&Sources { file: Some(profile.clone()), ..Sources::default() }).unwrap_err().to_string();
        assert!(told.contains(&format!("profile.toml: line {line}: ")), "{told}");
        assert!(!told.contains("tiger") && !told.contains("robot"), "{told}");
    }
    let overrides = vec!["identity.master_key:tiger".to_owned()];
    let told = load(&Sources { overrides, ..Sources::default() }).unwrap_err().to_string();
    assert!(told.contains("--set wants section.key=value") && !told.contains("tiger"), "{told}");
}

#[test]
fn a_portal_drains_by_itself_where_nobody_watches_it_end() {
    let drains = |seconds: &str| {
        let settings = with_environment(&[("PORTAL__SERVER__DRAIN_SECONDS", seconds)]).unwrap();
        [true, false].map(|at_terminal| settings.drain_time(at_terminal).as_secs())
    };
    assert_eq!(drains("-1"), [0, 5]);
    assert_eq!(drains("0"), [0, 0]);
    assert_eq!(drains("7"), [7, 7]);
    let Invalid(faults) = with_environment(&[("PORTAL__SERVER__DRAIN_SECONDS", "-2")]).unwrap_err();
    assert!(faults.len() == 1 && faults[0].contains("server.drain_seconds"), "{faults:?}");
}

#[test]
fn migrations_go_by_another_way_only_to_a_server() {
    let way = ("PORTAL__DATABASE__MIGRATE_URL", "postgres://owner:tiger@localhost/portal");
    let Invalid(faults) = with_environment(&[way]).unwrap_err();
    assert!(faults.len() == 1 && faults[0].contains("database.migrate_url"), "{faults:?}");
    let server = ("PORTAL__DATABASE__URL", "postgres://portal:tiger@localhost:6432/portal");
    let settings = with_environment(&[server, way]).unwrap();
    assert!(!settings.masked.contains("tiger"), "{}", settings.masked);
    let url = |target: db::Target| match target {
        db::Target::Postgres(url) => url.expose_secret().to_owned(),
        db::Target::Sqlite(path) => path,
    };
    assert_eq!(url(settings.migrate_target().unwrap()), way.1);
    assert_eq!(url(with_environment(&[server]).unwrap().migrate_target().unwrap()), server.1);
}

#[test]
fn each_value_is_printed_with_where_it_came_from() {
    let folder = tempfile::tempdir().unwrap();
    let profile = folder.path().join("profile.toml");
    std::fs::write(&profile, "[log]\nformat = \"json\"\n").unwrap();
    let settings = load(&Sources {
        environment: vec![("PORTAL__MAIL__CONNECTIONS".to_owned(), "3".to_owned())],
        overrides: vec!["server.bind=127.0.0.1:2".to_owned()],
        file: Some(profile.clone()),
        ..Sources::default()
    })
    .unwrap();
    for line in [
        "bind = \"127.0.0.1:2\"  # --set",
        "connections = 3  # environment PORTAL__MAIL__CONNECTIONS",
        &format!("format = \"json\"  # file {}", profile.display()),
        "filter = \"info,actix_http=off,actix_server=warn\"  # default",
    ] {
        assert!(settings.masked.lines().any(|printed| printed == line), "{line} in {}", settings.masked);
    }
    assert!(settings.masked.parse::<Table>().is_ok(), "it is TOML still");
}

#[test]
fn a_path_in_the_public_url_is_refused_with_the_reason() {
    for url in ["https://portal.customs.int/portal", "https://portal.customs.int/portal/", "http://localhost:8080/x"] {
        let told = with_environment(&[("PORTAL__SERVER__PUBLIC_URL", url)]).unwrap_err().to_string();
        assert!(told.contains("server.public_url has the path /") && told.contains("a host of its own"), "{told}");
    }
    for url in ["https://portal.customs.int/", "https://portal.customs.int?x", "ftp://x", "portal", "http://a:b@host"] {
        let told = with_environment(&[("PORTAL__SERVER__PUBLIC_URL", url)]).unwrap_err().to_string();
        assert!(told.contains("server.public_url must be http(s)://host"), "{told}");
    }
}

#[test]
fn behind_a_socket_no_proxy_is_named() {
    let world = [
        ("PORTAL__SERVER__BIND", "unix:/run/portal/portal.sock"),
        ("PORTAL__SERVER__PUBLIC_URL", "https://portal.customs.int"),
        ("PORTAL__SERVER__DOCS", "false"),
        ("PORTAL__MAIL__FROM", "Community <portal@customs.int>"),
        ("PORTAL__MAIL__TRANSPORT", "smtp"),
    ];
    assert!(with_environment(&world).is_ok());
    let address = [&[("PORTAL__SERVER__BIND", "127.0.0.1:8080")][..], &world[1..]].concat();
    assert!(with_environment(&address).unwrap_err().to_string().contains("server.trusted_proxies is empty"));
}
