//! Several processes, and a database that fails: the real binary, started as an operator starts it.
//!
//! On PostgreSQL two processes share one database and must share throttles (L7), sessions (T8, T10), second factors
//! (M1) and signing keys, and a proxy in front of the database cuts it off (R2). On SQLite there is one process; a
//! second is refused, and a restart loses nothing. `site` has the fixtures, `revocations` what one process ends and
//! another refuses, `lifetime` starts, signals and ends, `reads` what one process writes and another reads, `upgrades` the
//! schema and programs of another age.

mod lifetime;
mod reads;
mod revocations;
mod site;
mod upgrades;

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::backend::Backend;
use crate::support::proxy::Proxy;
use crate::support::{Expect as _, PASSWORD, story};

pub use site::{ADMIN, PATIENCE, Site, code_in, within};
use site::{Process, WRONG, code, pair};

#[story]
fn l7_throttles_are_common_to_processes_and_outlive_them(backend: &'static Backend) {
    let site = Site::new(backend);
    let (first, second) = pair(&site);
    for _ in 0..5 {
        first.login("awa@customs-sn.example", WRONG).refused(401);
    }
    if let Some(second) = second {
        assert_eq!(second.login("awa@customs-sn.example", WRONG).refused(429), "too_many_attempts");
    }
    // A longer wait than a restart takes.
    for _ in 0..3 {
        within(PATIENCE, || first.login("awa@customs-sn.example", WRONG).status == 401);
    }
    drop(first);
    let restarted = site.start();
    assert_eq!(restarted.login("awa@customs-sn.example", WRONG).refused(429), "too_many_attempts");
}

#[story]
fn t8_ten_refreshes_on_two_processes_leave_one_chain(backend: &'static Backend) {
    let site = Site::new(backend);
    let secret = site.administrator();
    let (first, second) = pair(&site);
    let tokens = first.tokens(&secret);
    let both = [&first, second.as_ref().unwrap_or(&first)];
    let refresh = |process: &Process, token: &Value| {
        process.client.post("/auth/refresh", &json!({"refresh_token": token})).unwrap()
    };
    let answers: Vec<Value> = std::thread::scope(|scope| {
        let ask = |number: usize| {
            let (process, token) = (both[number % 2], &tokens["refresh_token"]);
            scope.spawn(move || refresh(process, token).expect(200))
        };
        let asked: Vec<_> = (0..10).map(ask).collect();
        asked.into_iter().map(|one| one.join().unwrap()).collect()
    });
    for answer in &answers {
        assert_eq!(answer["refresh_token"], answers[0]["refresh_token"]);
        both[1].with(answer).get("/registrations").unwrap().expect(200);
    }
    let next = refresh(both[1], &answers[0]["refresh_token"]).expect(200);
    // The first one again, now that its successor was used: a thief.
    refresh(both[0], &tokens["refresh_token"]).refused(401);
    refresh(both[1], &next["refresh_token"]).refused(401);
    within(Duration::from_secs(3), || both[1].with(&next).get("/me").unwrap().status == 401);
}

#[story]
fn m1_a_code_raced_on_two_processes_counts_once(backend: &'static Backend) {
    let site = Site::new(backend);
    let secret = site.administrator();
    let (first, second) = pair(&site);
    let both = [&first, second.as_ref().unwrap_or(&first)];
    let challenges: Vec<Value> =
        (0..10).map(|_| first.login(ADMIN, PASSWORD).expect(200)["challenge"].clone()).collect();
    let code = code(&secret);
    let good = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for number in 0..50 {
            let (process, challenge, code, good) = (both[number % 2], &challenges[number % 10], &code, &good);
            scope.spawn(move || match process.second(challenge, code).status {
                200 => drop(good.fetch_add(1, Ordering::SeqCst)),
                status => assert!([401, 429, 503].contains(&status), "{status}"),
            });
        }
    });
    assert_eq!(good.into_inner(), 1);
}

#[story]
fn t17_processes_sign_with_one_key(backend: &'static Backend) {
    let site = Site::new(backend);
    let secret = site.administrator();
    let (first, second) = pair(&site);
    let second = second.as_ref().unwrap_or(&first);
    let keys = |process: &Process| process.client.send("GET", "/.well-known/jwks.json", None).unwrap().json();
    assert_eq!(keys(&first), keys(second));
    second.with(&first.tokens(&secret)).get("/registrations").unwrap().expect(200);
}

#[story(postgres)]
fn r2_a_database_that_is_cut_off_is_told_and_comes_back(backend: &'static Backend) {
    let mut site = Site::new(backend);
    let secret = site.administrator();
    let proxy = Proxy::start(&site.url);
    site.url = proxy.url(&site.database.url);
    let process = site.start();
    let tokens = process.tokens(&secret);
    let client = process.with(&tokens);
    client.get("/contacts?limit=5").unwrap().expect(200);
    proxy.cut();
    let cut = Instant::now();
    let mut refusals = 0;
    while cut.elapsed() < Duration::from_secs(10) {
        let asked = Instant::now();
        let answers = [
            client.get("/contacts?limit=5").unwrap(),
            process.login(ADMIN, PASSWORD),
            process.client.get("/me").unwrap(),
        ];
        assert!(asked.elapsed() < Duration::from_secs(9), "three answers within three seconds each");
        assert_eq!(process.client.send("GET", "/health/live", None).unwrap().status, 200);
        assert_eq!(answers[2].status, 401);
        // Recently cached principals may be served for two more seconds; no new ones.
        assert!(answers[0].status == 503 || cut.elapsed() < Duration::from_secs(3), "{}", answers[0].text);
        assert_eq!(answers[1].status, 503, "{}", answers[1].text);
        assert!(answers[1].header("retry-after").is_some());
        refusals += 1;
    }
    assert!(refusals > 0);
    assert_eq!(process.client.send("GET", "/health/ready", None).unwrap().status, 503);
    proxy.restore();
    within(Duration::from_secs(5), || process.client.send("GET", "/health/ready", None).unwrap().status == 200);
    within(Duration::from_secs(5), || client.get("/contacts?limit=5").unwrap().status == 200);
    // Each connection finds out for itself.
    within(Duration::from_secs(5), || process.login(ADMIN, PASSWORD).status == 200);
}

#[story(postgres)]
fn w54_while_the_database_is_away_a_page_says_so_and_when_to_come_back(backend: &'static Backend) {
    let mut site = Site::new(backend);
    site.administrator();
    let proxy = Proxy::start(&site.url);
    site.url = proxy.url(&site.database.url);
    let process = site.start();
    let mut browser = process.client.with_header("accept", "text/html,application/xhtml+xml,*/*;q=0.8");
    browser.language = "fr";
    let known = browser.with_header("cookie", "__Host-session=forged");
    let login = Some(("application/x-www-form-urlencoded", &b"email=awa%40customs.example&password=guessed"[..]));
    assert_eq!(browser.send("GET", "/verify?token=forged", None).unwrap().status, 410);
    proxy.cut();
    let asked = Instant::now();
    let answers = [
        known.send("GET", "/directory", None).unwrap(),
        browser.send("GET", "/verify?token=forged", None).unwrap(),
        browser.with_header("sec-fetch-site", "same-origin").send("POST", "/login", login).unwrap(),
    ];
    assert!(asked.elapsed() < Duration::from_secs(9), "three answers within three seconds each");
    for page in answers {
        assert_eq!(
            (page.status, page.header("content-type")),
            (503, Some("text/html; charset=utf-8")),
            "{}",
            page.text
        );
        assert_eq!(page.header("content-language"), Some("fr"));
        assert!(page.header("retry-after").is_some());
        assert!(page.text.contains("<h1>") && page.text.contains("/assets/portal."), "{}", page.text);
    }
    // What needs no database is there.
    assert_eq!(browser.send("GET", "/login", None).unwrap().status, 200);
    assert_eq!(browser.send("GET", "/privacy", None).unwrap().status, 200);
    proxy.restore();
    within(Duration::from_secs(5), || known.send("GET", "/directory", None).unwrap().status == 303);
}

#[story]
fn an_operator_sets_up_checks_and_ends(backend: &'static Backend) {
    let site = Site::new(backend);
    site.make_key();
    let (well, said) = site.run(&["admin", "create", "--email", ADMIN, "--name", "Root", "--totp"], Some("password"));
    assert!(!well && said.contains("too easy to guess"), "{said}");
    let (well, said) = site.run(&["admin", "create", "--email", ADMIN, "--name", "Root", "--totp"], None);
    assert!(!well && said.contains("standard input"), "{said}");
    let secret = site.administrator();
    let (well, said) = site.run(&["admin", "create", "--email", ADMIN, "--name", "Root"], Some(PASSWORD));
    assert!(!well && said.contains("has an account already"), "{said}");
    let (well, said) = site.run(&["admin", "create", "--email", ADMIN, "--name", "Root"], None);
    assert!(!well && said.contains("has an account already") && !said.contains("/setup"), "{said}");
    let (well, said) = site.run(&["admin", "create", "--email", "next@portal.example", "--name", "Next"], None);
    assert!(well && said.contains(" hours") && said.contains("next@portal.example"), "{said}");
    let process = site.start();
    let client = process.with(&process.tokens(&secret));
    client.get("/registrations").unwrap().expect(200);
    let (well, said) = site.run(&["audit", "verify"], None);
    assert!(well && said.contains("whole: "), "{said}");
    let another = format!("identity.master_key={}", "5a".repeat(32));
    let (well, said) = site.run(&["--set", &another, "audit", "verify"], None);
    assert!(!well && said.contains("is identity.master_key the one") && !said.contains("BROKEN"), "{said}");
    let (well, said) = site.run(&["sessions", "end-all"], None);
    assert!(well && said.contains("ended 1 session"), "{said}");
    within(Duration::from_secs(3), || client.get("/me").unwrap().status == 401);
    let mail: PathBuf = site.folder.path().join("mail");
    assert!(!mail.exists() || std::fs::read_dir(mail).unwrap().count() < 5);
}
