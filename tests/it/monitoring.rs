//! What monitoring is told: readiness that stands in no queue and knows whether writes are kept, conditions of the
//! database by their names, and the figures that rules and dashboard are made of.

use std::collections::BTreeSet;
use std::net::TcpListener;
use std::time::Duration;

use diesel::connection::SimpleConnection as _;
use portal::audit::Trace;
use portal::db::{Access, Conn};
use portal::demo::client::Client;
use portal::maintenance_mode::BeginMaintenance;
use serde_json::json;

use crate::instances::{PATIENCE, Site, within};
use crate::support::backend::Backend;
use crate::support::{Application, Expect as _, TestApp, story};

/// Runs the statement of the database of this story.
fn execute(t: &TestApp, postgres: &str, sqlite: &str) {
    match portal::db::open(t.portal.db.target(), Access::Write).unwrap() {
        Conn::Postgres(mut c) => c.batch_execute(postgres).unwrap(),
        Conn::Sqlite(mut c) => c.batch_execute(sqlite).unwrap(),
    }
}

fn metrics(t: &TestApp) -> String {
    let answer = t.anonymous().with_token("let me see").send("GET", "/metrics", None).unwrap();
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.text
}

/// The value of a sample; none where it has no line.
fn figure(text: &str, sample: &str) -> Option<f64> {
    text.lines().find_map(|line| line.strip_prefix(sample)?.strip_prefix(' ')?.parse().ok())
}

fn free_address() -> String {
    TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().to_string()
}

#[story]
fn o20_readiness_waits_for_no_connection_of_the_portal(t: TestApp) {
    let (begun, begins) = std::sync::mpsc::channel();
    let busy: Vec<_> = (0..2)
        .map(|_| {
            let (db, begun) = (t.portal.db.clone(), begun.clone());
            let (release, released) = std::sync::mpsc::channel::<()>();
            let thread = std::thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                let held = db.read(move |_| {
                    begun.send(()).unwrap();
                    // It ends when the story lets go.
                    released.recv().unwrap_or_default();
                    Ok(())
                });
                runtime.block_on(held).unwrap();
            });
            begins.recv().unwrap();
            (release, thread)
        })
        .collect();
    for _ in 0..20 {
        assert_eq!(t.anonymous().send("GET", "/health/ready", None).unwrap().expect(200), json!({"status": "ready"}));
    }
    for (release, thread) in busy {
        drop(release);
        thread.join().unwrap();
    }
}

#[story(postgres)]
fn o21_a_database_that_is_set_to_reading_only_is_not_ready_until_it_is_not(t: TestApp) {
    let set = |mode: &str| {
        let statement = format!(
            "SET transaction_read_only = off; \
             DO $$ BEGIN EXECUTE format('ALTER DATABASE %I {mode}', current_database()); END $$"
        );
        execute(&t, &statement, "");
    };
    let ready = || t.anonymous().send("GET", "/health/ready", None).unwrap();
    set("SET default_transaction_read_only = on");
    // The check opens its connection when somebody asks for the first time, and meets the setting.
    within(PATIENCE, || ready().status == 503);
    let refused = ready();
    assert!(refused.header("retry-after").is_some());
    assert_eq!(refused.refused(503), "database_read_only");
    set("RESET default_transaction_read_only");
    within(PATIENCE, || ready().status == 200);
}

#[story]
fn o22_a_condition_of_the_database_is_told_by_its_name_in_whatever_language(t: TestApp) {
    let form = json!({"default_language": "en", "variants": {"en": {"subject": "News", "body_markdown": "News."}}});
    let drop_it = |t: &TestApp| execute(t, "DROP TRIGGER fails ON announcement", "DROP TRIGGER fails");
    let admin = t.admin();
    for (in_french, in_english, code) in [
        ("n''a pas pu étendre le fichier « base/5/1259 » : Aucun espace", "database or disk is full", "database_full"),
        (
            "annulation de la requête à cause du délai écoulé pour l''obtention des verrous",
            "database is locked",
            "database_contended",
        ),
        (
            "ne peut pas exécuter INSERT dans une transaction en lecture seule",
            "attempt to write a readonly database",
            "database_read_only",
        ),
    ] {
        let postgres = format!(
            "CREATE OR REPLACE FUNCTION fails() RETURNS trigger LANGUAGE plpgsql AS \
             $$ BEGIN RAISE EXCEPTION USING MESSAGE = '{in_french}'; END $$; \
             CREATE TRIGGER fails BEFORE INSERT ON announcement FOR EACH ROW EXECUTE FUNCTION fails()"
        );
        let sqlite = format!(
            "CREATE TRIGGER fails BEFORE INSERT ON announcement BEGIN SELECT RAISE(ABORT, '{in_english}'); END"
        );
        execute(&t, &postgres, &sqlite);
        let refused = admin.post("/announcements", &form);
        assert!(refused.header("retry-after").is_some(), "{}", refused.text);
        assert_eq!(refused.refused(503), code);
        drop_it(&t);
        admin.post("/announcements", &form).expect(201);
    }
    // A write is kept again, which the check of readiness finds out by itself.
    within(PATIENCE, || t.anonymous().send("GET", "/health/ready", None).unwrap().status == 200);
}

#[story("server.metrics_token=let me see")]
fn o23_mail_that_waits_has_an_age_and_none_once_it_left(t: TestApp) {
    let form = Application::new("SN", "Awa Diop").form();
    t.anonymous().post("/registrations", &form).unwrap().expect(202);
    t.pass(Duration::from_mins(10));
    let text = metrics(&t);
    let lane = |name: &str| format!("portal_{name}{{lane=\"transactional\"}}");
    assert!(figure(&text, &lane("outbox_oldest_due_seconds")) >= Some(600.0), "{text}");
    let pending = "portal_outbox_mails{lane=\"transactional\",state=\"pending\"}";
    let waiting = figure(&text, pending);
    assert!(waiting >= Some(1.0), "{text}");
    t.deliver();
    assert_eq!(figure(&metrics(&t), pending), waiting, "the tables are read at most once in 15 seconds");
    t.pass(Duration::from_secs(16));
    let text = metrics(&t);
    assert_eq!(figure(&text, pending), Some(0.0), "{text}");
    assert_eq!(figure(&text, &lane("outbox_oldest_due_seconds")), Some(0.0));
    assert!(figure(&text, "portal_mails_total{lane=\"transactional\",outcome=\"sent\"}") >= Some(1.0), "{text}");
}

#[story("server.metrics_token=let me see")]
fn o46_a_person_is_read_once_in_two_seconds_and_the_figures_say_how_often_that_was_enough(t: TestApp) {
    let awa = t.ncp("SN");
    let asked = || {
        ["hit", "miss"].map(|outcome| {
            figure(&metrics(&t), &format!("portal_session_cache_total{{outcome=\"{outcome}\"}}")).unwrap_or(0.0)
        })
    };
    let read = |times: usize| {
        let [hits, misses] = asked();
        (0..times).for_each(|_| drop(awa.get("/me").expect(200)));
        let [hits_after, misses_after] = asked();
        (hits_after - hits, misses_after - misses)
    };
    t.pass(Duration::from_secs(3));
    assert_eq!(read(5), (4.0, 1.0), "hits and misses");
    t.pass(Duration::from_secs(3));
    assert_eq!(read(1), (0.0, 1.0), "after the two seconds it is read again");
}

#[story("server.metrics_token=let me see")]
fn o23_figures_come_in_the_format_that_is_asked_for_and_name_no_client(t: TestApp) {
    let awa = t.ncp("SN");
    awa.get("/contacts?q=secret-of-a-client").expect(200);
    t.anonymous().send("GET", "/a-path-of-nobody", None).unwrap();
    let ask = |accept: &str| {
        t.anonymous().with_token("let me see").with_header("accept", accept).send("GET", "/metrics", None).unwrap()
    };
    let open = ask("*/*");
    assert!(open.header("content-type").unwrap().starts_with("application/openmetrics-text"));
    assert!(open.text.ends_with("# EOF\n") && open.text.contains("# TYPE portal_answers counter\n"), "{}", open.text);
    let text = ask("text/plain");
    assert_eq!(text.header("content-type"), Some("text/plain; version=0.0.4; charset=utf-8"));
    assert!(
        !text.text.contains("# EOF") && text.text.contains("# TYPE portal_answers_total counter\n"),
        "{}",
        text.text
    );
    for foreign in ["secret-of-a-client", "a-path-of-nobody", &awa.email] {
        assert!(!open.text.contains(foreign), "{foreign}");
    }
    // A family is described once, or Prometheus takes nothing.
    let types: Vec<&str> = open.text.lines().filter(|line| line.starts_with("# TYPE ")).collect();
    assert_eq!(types.iter().collect::<BTreeSet<_>>().len(), types.len(), "{types:?}");
}

#[story("server.metrics_token=let me see")]
fn a_maintenance_is_shown_and_the_portal_stays_ready(t: TestApp) {
    let shown = |text: &str| (figure(text, "portal_maintenance"), text.contains("part=\"maintenance\""));
    assert_eq!(shown(&metrics(&t)), (Some(0.0), false));
    let given = BeginMaintenance { until: t.clock.now().plus(Duration::from_hours(1)), text: "A move.".to_owned() };
    t.run(t.portal.maintenance_mode.begin(None, Trace::default(), given, None)).unwrap();
    let ready = || t.anonymous().send("GET", "/health/ready", None).unwrap().expect(200);
    assert_eq!((&ready()["status"], &ready()["degraded"][0]["part"]), (&json!("ready"), &json!("maintenance")));
    // The tables are read at most once in 15 seconds.
    t.pass(Duration::from_secs(16));
    assert_eq!(shown(&metrics(&t)), (Some(1.0), true));
    t.run(t.portal.maintenance_mode.end(None, Trace::default(), None)).unwrap();
    assert_eq!(ready(), json!({"status": "ready"}));
    t.pass(Duration::from_secs(16));
    assert_eq!(shown(&metrics(&t)), (Some(0.0), false));
}

#[story("storage.reserve_bytes=9000000000000000000")]
fn a_disk_below_its_reserve_is_a_part_that_does_not_work(t: TestApp) {
    t.run(t.portal.run_maintenance_once()).unwrap();
    let ready = t.anonymous().send("GET", "/health/ready", None).unwrap().expect(200);
    assert_eq!((&ready["status"], &ready["degraded"][0]["part"]), (&json!("degraded"), &json!("disk_reserve")));
}

#[story]
fn a_status_fails_where_a_part_does_not_work_and_a_doctor_says_why(backend: &'static Backend) {
    let mut site = Site::new(backend);
    site.make_key();
    let management = free_address();
    site.settings = vec![
        format!("server.management_bind={management}"),
        "storage.reserve_bytes=9000000000000000000".to_owned(),
        "server.public_url=http://localhost:1".to_owned(),
    ];
    let public = free_address();
    let _process = site.start_with(&[&format!("server.bind={public}")]);
    within(PATIENCE, || {
        let (code, said) = site.code(&["status"]);
        code == 1 && said.contains("disk_reserve since ")
    });
    let (code, said) = site.code(&["doctor"]);
    let is_told = said.lines().any(|line| line.starts_with("FAULT    disk") && line.contains("storage.reserve_bytes"));
    assert!(code == 1 && is_told, "{said}");
    // Another listener, or another token, than that of the running portal.
    let elsewhere = [format!("server.bind={public}"), "server.management_bind=".to_owned()];
    let elsewhere = ["--set", &elsewhere[0], "--set", &elsewhere[1]];
    let (code, said) = site.code(&[&elsewhere[..], &["health"]].concat());
    assert!(code == 1 && said.contains("its own server.management_bind"), "{said}");
    let token = ["--set", "server.metrics_token=a token of sixteen", "status"];
    let (code, said) = site.code(&[&elsewhere[..], &token].concat());
    assert!(code == 1 && said.contains("answered 404") && said.contains("server.management_bind"), "{said}");
}

/// The names of figures in these lines.
fn names<'t>(lines: impl Iterator<Item = &'t str>) -> BTreeSet<&'t str> {
    fn is_of_name(c: char) -> bool {
        c.is_ascii_alphanumeric() || c == '_'
    }
    let words = lines.flat_map(|line| line.split(|c: char| !is_of_name(c)));
    words.filter(|word| word.starts_with("portal_") || word.starts_with("process_")).collect()
}

#[story]
fn o24_rules_and_dashboard_name_only_figures_that_are_there(backend: &'static Backend) {
    let rules = include_str!("../../operations/alerts.yml");
    let expressions = rules.lines().filter(|line| !line.contains("summary:") && !line.contains("action:"));
    let dashboard = include_str!("../../operations/dashboard.json");
    let panels = dashboard.lines().filter(|line| line.contains("\"expr\":"));
    let wanted: BTreeSet<&str> = names(expressions).union(&names(panels)).copied().collect();
    assert!(wanted.len() > 30, "{wanted:?}");
    let site = Site::new(backend);
    let secret = site.administrator();
    let address = free_address();
    let process = site.start_with(&[&format!("server.management_bind={address}")]);
    process.with(&process.tokens(&secret)).get("/registrations").unwrap().expect(200);
    let operator = Client::new(&format!("http://{address}"));
    // Jobs of the first minute run a moment after the start.
    within(PATIENCE, || {
        let text = operator.send("GET", "/metrics", None).unwrap().text;
        let there =
            names(text.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split(['{', ' ']).next()));
        wanted.is_subset(&there)
    });
}

#[story]
fn o25_operators_have_a_listener_of_their_own_and_the_public_one_has_nothing_of_it(backend: &'static Backend) {
    let site = Site::new(backend);
    let address = free_address();
    let setting = format!("server.management_bind={address}");
    let process = site.start_with(&[&setting]);
    let operator = Client::new(&format!("http://{address}"));
    for path in ["/health/live", "/health/ready", "/metrics"] {
        assert_eq!(process.client.send("GET", path, None).unwrap().status, 404, "{path}");
        let answer = operator.send("GET", path, None).unwrap();
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
    }
    // Nothing else of the portal is on it.
    assert_eq!(operator.send("GET", "/", None).unwrap().status, 404);
    assert_eq!(operator.get("/contacts").unwrap().status, 404);
    let (well, said) = site.run(&["--set", &setting, "health", "--ready"], None);
    assert!(well && said.contains("ready"), "{said}");
    let (_, said) = site.run(&["--set", &setting, "status"], None);
    assert!(said.contains("last success"), "{said}");
    drop(process);
    let (well, said) = site.run(&["--set", &setting, "health"], None);
    assert!(!well && said.contains("no answer from"), "{said}");
}
