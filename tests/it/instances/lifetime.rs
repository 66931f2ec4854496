//! How a process starts, what it hears meanwhile, and how it ends.

use std::any::Any;

use diesel::connection::SimpleConnection as _;
use portal::db::{self, Access, Conn, Target};
use rustix::process::Signal;
use serde_json::json;

use super::site::{PATIENCE, Process, Site, within};
use crate::support::backend::Backend;
use crate::support::proxy::Proxy;
use crate::support::{Expect as _, story};

/// Something that keeps every start from going on until it is dropped: the lock of whoever prepares a SQLite file, or of
/// whoever applies migrations.
fn obstacle(site: &Site) -> Box<dyn Any> {
    match Target::parse(&site.url).unwrap() {
        Target::Sqlite(path) => {
            let file = std::fs::File::create(format!("{path}.preparing")).unwrap();
            file.lock().unwrap();
            Box::new(file)
        }
        target @ Target::Postgres(_) => {
            let Conn::Postgres(mut held) = db::open(&target, Access::Write).unwrap() else { panic!("not PostgreSQL") };
            held.batch_execute("SELECT pg_advisory_lock(7310)").unwrap();
            Box::new(held)
        }
    }
}

/// The process is there, and not ready.
fn is_starting(process: &Process) -> bool {
    let ready = process.client.send("GET", "/health/ready", None);
    process.status("/health/live") == Some(200) && ready.is_ok_and(|answer| answer.json()["code"] == "starting")
}

#[story]
fn a_process_that_waits_at_its_start_answers_that_it_lives_and_ends_at_a_signal(backend: &'static Backend) {
    let site = Site::new(backend);
    let obstacle = obstacle(&site);
    for signal in [Signal::TERM, Signal::INT] {
        let mut process = site.launch(&[]);
        within(PATIENCE, || is_starting(&process));
        let answer = process.client.get("/me").unwrap();
        assert!(answer.header("retry-after").is_some(), "{}", answer.text);
        assert_eq!(answer.refused(503), "starting");
        // It ends nothing, at no time.
        process.signal(Signal::HUP);
        process.signal(Signal::USR1);
        assert!(is_starting(&process));
        process.signal(signal);
        assert!(process.ends());
        assert!(!process.has_logged("ready address="));
    }
    let process = site.launch(&[]);
    within(PATIENCE, || is_starting(&process));
    drop(obstacle);
    within(PATIENCE, || process.status("/health/ready") == Some(200));
}

#[story(postgres)]
fn a_database_that_is_away_at_the_start_is_waited_for(backend: &'static Backend) {
    let mut site = Site::new(backend);
    let proxy = Proxy::start(&site.url);
    site.url = proxy.url(&site.database.url);
    proxy.cut();
    let process = site.launch(&[]);
    within(PATIENCE, || is_starting(&process) && process.has_logged("the start waits for it"));
    proxy.restore();
    within(PATIENCE, || process.status("/health/ready") == Some(200));
    assert!(process.has_logged("the database answers"));
    // Whoever wants no patience has none.
    proxy.cut();
    let impatient = ["--set", "database.start_wait_seconds=0", "--set", "server.bind=127.0.0.1:0", "serve"];
    let (well, said) = site.run(&impatient, None);
    assert!(!well && said.contains("database_unreachable"), "{said}");
}

#[story(postgres)]
fn a_database_that_is_not_there_is_not_waited_for_and_the_operator_is_told_how_to_make_it(backend: &'static Backend) {
    let mut site = Site::new(backend);
    site.url = format!("{}/nowhere", site.url.rsplit_once('/').unwrap().0);
    let (code, said) = site.code_of(&[], &["--set", "server.bind=127.0.0.1:0", "serve"]);
    assert!(code == Some(1) && said.contains("createdb --owner="), "{said}");
    assert!(!said.contains("the start waits for it"), "{said}");
    let (code, said) = site.code_of(&[], &["--set", "server.public_url=http://localhost:1", "doctor"]);
    let line = said.lines().find(|line| line.starts_with("FAULT    database")).unwrap_or_default();
    assert!(code == Some(1) && line.contains(" -> make it: createdb"), "{said}");
}

#[story(postgres)]
fn an_outage_is_a_line_at_its_begin_and_at_its_end(backend: &'static Backend) {
    let mut site = Site::new(backend);
    let proxy = Proxy::start(&site.url);
    site.url = proxy.url(&site.database.url);
    let process = site.start();
    proxy.cut();
    within(PATIENCE, || process.has_logged("the database does not answer"));
    proxy.restore();
    within(PATIENCE, || process.has_logged("the database answers again"));
    assert_eq!(process.times_logged("the database can't be reached"), 0);
    assert_eq!(process.times_logged("the database does not answer"), 1);
}

#[story]
fn a_process_that_is_to_end_says_so_and_answers_until_it_does(backend: &'static Backend) {
    let site = Site::new(backend);
    let mut process = site.launch(&["--set", "server.drain_seconds=3600"]);
    within(PATIENCE, || process.status("/health/ready") == Some(200));
    process.signal(Signal::TERM);
    within(PATIENCE, || process.status("/health/ready") == Some(503));
    assert_eq!(process.client.send("GET", "/health/ready", None).unwrap().refused(503), "draining");
    assert_eq!(process.status("/health/live"), Some(200));
    let answer = process.client.get("/me").unwrap();
    assert_eq!((answer.status, answer.header("connection")), (401, Some("close")));
    // A second signal skips the wait.
    process.signal(Signal::TERM);
    assert!(process.ends());
    assert_eq!(process.status("/health/live"), None);
}

#[story]
fn a_process_reads_tokens_again_and_a_faulty_file_changes_nothing(backend: &'static Backend) {
    let site = Site::new(backend);
    let file = site.folder.path().join("profile.toml");
    let write = |text: &str| std::fs::write(&file, text).unwrap();
    write("[server]\nmetrics_token = \"first\"\n");
    let mut process = site.launch(&["--config", file.to_str().unwrap()]);
    within(PATIENCE, || process.status("/health/ready") == Some(200));
    let asked = |token: &str| {
        let client = process.client.with_header("authorization", &format!("Bearer {token}"));
        client.send("GET", "/metrics", None).unwrap().status
    };
    assert_eq!((asked("first"), asked("second")), (200, 401));
    write("[server]\nmetrics_token = \"second\"\n[mail]\nconnections = 3\n");
    process.signal(Signal::HUP);
    within(PATIENCE, || process.has_logged("these settings have changed"));
    assert_eq!((asked("first"), asked("second")), (401, 200));
    assert!(process.has_logged("server.metrics_token") && process.has_logged("mail.connections"));
    write("[server]\nmetrics_token = \"third\"\n[webhooks]\nca_file = \"/nowhere/ca.pem\"\n");
    process.signal(Signal::HUP);
    within(PATIENCE, || process.has_logged("nothing was changed"));
    assert!(process.has_logged("/nowhere/ca.pem"));
    assert_eq!((asked("second"), asked("third")), (200, 401));
    process.signal(Signal::TERM);
    assert!(process.ends());
}

#[story]
fn no_key_is_made_for_a_database_that_was_sealed_with_another(backend: &'static Backend) {
    let site = Site::new(backend);
    let secret = site.administrator();
    let (key, away) = (site.folder.path().join("master.key"), site.folder.path().join("away.key"));
    std::fs::rename(&key, &away).unwrap();
    for command in [
        &["--set", "server.bind=127.0.0.1:0", "serve"][..],
        &["admin", "create", "--email", "a@b.example", "--name", "A"],
    ] {
        let (well, said) = site.run(command, None);
        assert!(!well && said.contains("master.key: the file is missing"), "{said}");
        assert!(!key.exists(), "no key was made");
    }
    std::fs::rename(&away, &key).unwrap();
    let process = site.start();
    process.with(&process.tokens(&secret)).get("/me").unwrap().expect(200);
    assert_eq!(process.client.post("/auth/refresh", &json!({"refresh_token": "x"})).unwrap().status, 401);
}
