//! Settings that are unsafe where others reach the portal (number 23).

use portal::config::{self, Invalid, Sources};
use serde_json::Value;

use crate::instances::Site;
use crate::support::backend::Backend;
use crate::support::{Expect as _, TestApp, story};

#[story("server.docs=false")]
fn a23_a_portal_for_the_world_shows_no_workbench(t: TestApp) {
    for path in ["/docs/", "/openapi.json", "/docs/index.html"] {
        assert_eq!(t.anonymous().send("GET", path, None).unwrap().status, 404, "{path}");
    }
}

/// The errors of these settings; empty if there are none.
fn faults(settings: &[&str]) -> Vec<String> {
    let overrides = settings.iter().map(|&setting| setting.to_owned()).collect();
    let loaded = config::load(&Sources { overrides, ..Sources::default() });
    loaded.err().map(|Invalid(faults)| faults).unwrap_or_default()
}

#[story]
fn a23_what_is_unsafe_in_production_is_refused_with_a_sentence(t: TestApp) {
    let key = format!("identity.master_key={}", "0123456789abcdef".repeat(4).replacen("0123", "9f3a", 1));
    let good = [
        "server.bind=0.0.0.0:8080",
        "server.public_url=https://portal.customs.int",
        "server.trusted_proxies=172.30.71.1",
        "server.docs=false",
        "mail.transport=smtp",
        "mail.smtp_url=smtps://robot:tiger@relay.customs.int",
        "mail.from=Community <portal@customs.int>",
        "database.url=postgres://portal:a-long-word@db.customs.int/portal?sslmode=verify-full",
        &key,
    ];
    assert_eq!(faults(&good), Vec::<String>::new());
    for (setting, named) in [
        ("server.public_url=https://portal.example", "server.public_url"),
        ("server.public_url=http://portal.customs.int", "server.public_url"),
        ("server.docs=true", "server.docs"),
        ("server.trusted_proxies=", "server.trusted_proxies"),
        ("server.trusted_proxies=127.0.0.1", "server.trusted_proxies"),
        ("server.trusted_proxies=0.0.0.0/0", "server.trusted_proxies"),
        ("server.trusted_proxies=172.16.0.0/12", "server.trusted_proxies"),
        ("server.metrics_token=change-me", "server.metrics_token"),
        ("server.metrics_token=fifteen letters", "server.metrics_token"),
        ("server.metrics_token=aaaaaaaaaaaaaaaa", "server.metrics_token"),
        ("bounces.token=aaaaaaaaaaaaaaaa", "bounces.token"),
        ("bounces.token=change-me-change-me", "bounces.token"),
        ("throttle.exempt_networks=172.30.71.0/24", "throttle.exempt_networks"),
        ("throttle.exempt_networks=172.30.71.1", "throttle.exempt_networks"),
        ("server.allowed_origins=http://app.customs.int", "server.allowed_origins"),
        ("throttle.code_failures=21", "throttle.code_failures"),
        ("webhooks.allow_http=true", "webhooks.allow_http"),
        ("webhooks.allow_networks=127.0.0.0/8", "webhooks.allow_networks"),
        ("webhooks.allow_networks=169.254.0.0/16", "webhooks.allow_networks"),
        ("webhooks.allow_networks=0.0.0.0/0", "webhooks.allow_networks"),
        ("webhooks.allow_networks=168.63.129.16", "webhooks.allow_networks"),
        ("webhooks.allow_networks=100.100.100.200", "webhooks.allow_networks"),
        ("webhooks.allow_networks=fd00:ec2::254", "webhooks.allow_networks"),
        ("mail.transport=file", "mail.transport"),
        ("mail.from=Community <portal@localhost.localdomain>", "mail.from"),
        ("mail.smtp_url=smtp://robot:tiger@relay.customs.int", "mail.smtp_url"),
        ("bounces.imap_url=imap://robot:tiger@mail.customs.int", "bounces.imap_url"),
        ("database.url=postgres://portal:change-me@db.customs.int/portal?sslmode=require", "database.url"),
        ("database.url=postgres://portal:a-long-word@db.customs.int/portal", "database.url"),
        ("database.url=postgres://portal@db.customs.int/portal", "database.url"),
        ("database.url=postgres://portal:a-long-word@localhost/portal?host=db.customs.int", "database.url"),
        ("database.url=postgres://portal:a-long-word@localhost/portal?hostaddr=192.0.2.7", "database.url"),
        ("database.url=postgres://portal:a-long-word@db.customs.int/portal?sslmode=prefer", "database.url"),
    ] {
        let all: Vec<&str> = good.iter().copied().chain([setting]).collect();
        let found = faults(&all);
        assert!(found.len() == 1 && found[0].starts_with(named), "{setting}: {found:?}");
        assert!(!found[0].contains("tiger") && !found[0].contains("a-long-word"), "{found:?}");
    }
    let weak = format!("identity.master_key={}", "5a".repeat(32));
    let all: Vec<&str> = good.iter().copied().chain([weak.as_str()]).collect();
    assert!(faults(&all).iter().any(|fault| fault.starts_with("identity.master_key")));
    // A laptop needs none of it.
    t.anonymous().send("GET", "/health/ready", None).unwrap().expect(200);
    let _: Value = t.anonymous().send("GET", "/openapi.json", None).unwrap().expect(200);
}

#[story]
fn a23_no_fault_of_a_url_quotes_its_password(backend: &'static Backend) {
    // The library of PostgreSQL quotes each of these.
    let quoted = [
        "postgres://robot:HUN TER2@127.0.0.1:1/db",
        "postgres://robot@127.0.0.1:1/db?password=HUN TER2",
        "postgres://robot@127.0.0.1:1/db?password=HUN&TER2",
        "postgres://robot@127.0.0.1:1/db?password=HUN=TER2",
        "postgres://robot@127.0.0.1:1/db?passwordTER2",
        "postgres://robot:12/HUN?TER2@127.0.0.1:1/db",
        "postgres:robot:TER2@127.0.0.1/db",
    ];
    for url in quoted {
        let found = faults(&[format!("database.url={url}").as_str()]);
        assert!(found.len() == 1 && found[0].starts_with("database.url"), "{url}: {found:?}");
        assert!(!found[0].contains("TER2"), "{found:?}");
        let ways = ["database.url=postgres://robot@127.0.0.1/db".to_owned(), format!("database.migrate_url={url}")];
        let found = faults(&[ways[0].as_str(), ways[1].as_str()]);
        assert!(found.len() == 1 && found[0].starts_with("database.migrate_url"), "{url}: {found:?}");
        assert!(!found[0].contains("TER2"), "{found:?}");
    }
    // Settings that are no secret are printed, so they have no password.
    let bucket = "storage.kind=s3 storage.s3_bucket=letters storage.s3_access_key=a storage.s3_secret_key=b";
    for setting in [
        "storage.s3_url=https://robot:TER2@s3.customs.int",
        "server.allowed_origins=https://robot:TER2@app.customs.int",
        "community.logo_url=https://robot:TER2@www.customs.int/logo.png",
    ] {
        let all: Vec<&str> = bucket.split(' ').chain(["storage.s3_url=https://s3.customs.int", setting]).collect();
        let key = setting.split('=').next().unwrap();
        let found = faults(&all);
        assert!(found.len() == 1 && found[0].starts_with(key) && !found[0].contains("TER2"), "{found:?}");
    }
    let site = Site::new(backend);
    for command in ["check-config", "migrate"] {
        let (well, said) = site.run(&["--set", &format!("database.url={}", quoted[0]), command], None);
        assert!(!well && said.contains("database.url") && !said.contains("TER2"), "{command}: {said}");
    }
}
