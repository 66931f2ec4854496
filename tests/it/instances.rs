//! Several processes, and a database that goes away: the real binary, started as an operator starts it.
//!
//! On PostgreSQL two processes share one database and must share throttles (L7), sessions (T8, T10), second factors (M1) and
//! signing keys, and a proxy in front of the database cuts it off (R2). On SQLite there is one process; a second is
//! refused, and a restart forgets nothing.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use portal::demo::CaughtMail;
use portal::demo::client::{Answer, Client};
use portal::demo::receiver::Received;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::schema::SchemaTest;
use crate::support::backend::{Backend, TestDatabase};
use crate::support::proxy::Proxy;
use crate::support::{Expect as _, PASSWORD};

/// The tests of this database: a file does not go away.
pub fn tests(backend: &Backend) -> Vec<SchemaTest> {
    let mut tests = vec![
        SchemaTest { name: "l7_throttles_are_common_to_processes_and_outlive_them", run: l7_throttles_are_common },
        SchemaTest { name: "t8_ten_refreshes_on_two_processes_leave_one_chain", run: t8_one_chain },
        SchemaTest { name: "t10_t11_what_one_process_ends_the_other_refuses", run: t10_t11_ended_everywhere },
        SchemaTest { name: "a07_what_one_process_revokes_leaves_nothing_made_by_another", run: a07_nothing_left },
        SchemaTest { name: "m1_a_code_raced_on_two_processes_counts_once", run: m1_one_code },
        SchemaTest { name: "t17_processes_sign_with_one_key", run: t17_one_key },
        SchemaTest { name: "a08_who_is_suspended_on_one_process_asks_nobody_in_on_another", run: a08_asks_nobody_in },
        SchemaTest { name: "an_operator_sets_up_checks_and_ends", run: an_operator_sets_up_checks_and_ends },
    ];
    if matches!(backend, Backend::Postgres { .. }) {
        tests.push(SchemaTest { name: "r2_a_database_that_is_cut_off_is_told_and_comes_back", run: r2_cut_off });
    }
    tests
}

const ADMIN: &str = "root@portal.example";
const WRONG: &str = "not her password at all";
/// How long something may take that happens within seconds.
const PATIENCE: Duration = Duration::from_secs(20);

/// A database, a master key, and the settings that processes share.
struct Site {
    database: TestDatabase,
    url: String,
    folder: TempDir,
    sqlite: bool,
}

/// A running process.
struct Process {
    child: Child,
    client: Client,
}

impl Site {
    fn new(backend: &Backend) -> Self {
        let database = backend.database();
        let url = database.url.clone();
        Self { database, url, folder: TempDir::new().unwrap(), sqlite: backend.name() == "sqlite" }
    }

    fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_portal"));
        let folder = self.folder.path();
        for setting in [
            format!("database.url={}", self.url),
            format!("identity.master_key_file={}", folder.join("master.key").display()),
            format!("storage.folder={}", folder.join("files").display()),
            format!("mail.folder={}", folder.join("mail").display()),
            "server.public_url=http://localhost:8080".to_owned(),
            "server.trusted_proxies=127.0.0.1".to_owned(),
            "throttle.exempt_networks=127.0.0.1".to_owned(),
            "server.workers=2".to_owned(),
            "database.connections=4".to_owned(),
        ] {
            command.args(["--set", &setting]);
        }
        command.env("RUST_BACKTRACE", "0").stdin(Stdio::null());
        command
    }

    /// Starts a process and waits until it is ready.
    fn start(&self) -> Process {
        let port = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
        let address = format!("127.0.0.1:{port}");
        let mut command = self.command();
        command.args(["--set", &format!("server.bind={address}"), "serve"]);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let log = BufReader::new(child.stderr.take().unwrap());
        let (up, is_up) = std::sync::mpsc::channel();
        // Read to its end, so that the process never waits for a reader.
        std::thread::spawn(move || {
            for line in log.lines().map_while(Result::ok) {
                if line.contains("ready") {
                    let _ = up.send(());
                }
            }
        });
        is_up.recv_timeout(PATIENCE).expect("the portal is ready");
        Process { child, client: Client::new(&format!("http://{address}")) }
    }

    /// Makes an administrator with an authenticator app; returns its secret.
    fn administrator(&self) -> String {
        self.administrator_at(ADMIN, "Root")
    }

    /// Makes another one.
    fn administrator_at(&self, email: &str, name: &str) -> String {
        let output = self.run(&["admin", "create", "--email", email, "--name", name, "--totp"], Some(PASSWORD));
        assert!(output.0, "{}", output.1);
        let uri = output.1.lines().find(|line| line.starts_with("otpauth://")).expect("an otpauth URI").to_owned();
        let secret = uri.split("secret=").nth(1).unwrap();
        secret.split('&').next().unwrap().to_owned()
    }

    /// The secret in the newest link of an invitation to this address, once the mail has left; none before that.
    fn invitation_to(&self, address: &str) -> Option<String> {
        let mut mails = std::fs::read_dir(self.folder.path().join("mail")).ok()?;
        let read = |file: std::io::Result<std::fs::DirEntry>| {
            let bytes = std::fs::read(file.ok()?.path()).ok()?;
            let received = Received { from: String::new(), to: String::new(), bytes };
            let mail = CaughtMail::read(&received)?;
            mail.header("To")?.contains(address).then(|| mail.token("invitation"))?
        };
        mails.find_map(read)
    }

    /// Runs a command to its end; returns whether it went well, and what it said.
    fn run(&self, arguments: &[&str], input: Option<&str>) -> (bool, String) {
        let mut command = self.command();
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        if let Some(line) = input {
            writeln!(stdin, "{line}").unwrap();
        }
        drop(stdin);
        let output = child.wait_with_output().unwrap();
        let said = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8_lossy(&said).into_owned())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Process {
    fn login(&self, email: &str, password: &str) -> Answer {
        self.client.post("/auth/login", &json!({"email": email, "password": password})).unwrap()
    }

    fn second(&self, challenge: &Value, code: &str) -> Answer {
        let form = json!({"challenge": challenge, "method": "totp", "code": code});
        self.client.post("/auth/login/mfa", &form).unwrap()
    }

    /// Logs the administrator in with both factors.
    fn tokens(&self, secret: &str) -> Value {
        self.tokens_of(ADMIN, secret)
    }

    /// Logs an administrator in with both factors.
    fn tokens_of(&self, email: &str, secret: &str) -> Value {
        let challenged = self.login(email, PASSWORD).expect(200);
        self.second(&challenged["challenge"], &code(secret)).expect(200)
    }

    fn with(&self, tokens: &Value) -> Client {
        self.client.with_token(tokens["access_token"].as_str().unwrap())
    }
}

/// The code of now, by the machine's clock, as the process has it.
fn code(secret: &str) -> String {
    code_in(secret, 0)
}

/// The code that the app shows in so many seconds.
fn code_in(secret: &str, seconds: u64) -> String {
    let secret = totp_rs::Secret::try_from_base32(secret).unwrap();
    let totp = totp_rs::Builder::new().with_secret(secret).build().unwrap();
    totp.generate(u64::try_from(portal::time::Clock::system().now().as_seconds()).unwrap() + seconds).to_string()
}

/// Asks again until it is so; fails where that takes longer than it may.
#[track_caller]
fn within(limit: Duration, mut so: impl FnMut() -> bool) -> Duration {
    let started = Instant::now();
    while !so() {
        assert!(started.elapsed() < limit, "not within {limit:?}");
        std::thread::yield_now();
    }
    started.elapsed()
}

/// Two processes where the database serves several, one twice where it does not.
fn pair(site: &Site) -> (Process, Option<Process>) {
    let first = site.start();
    if site.sqlite {
        let (well, said) = site.run(&["--set", "server.bind=127.0.0.1:0", "serve"], None);
        assert!(!well && said.contains("another portal serves this database already"), "{said}");
        return (first, None);
    }
    let second = site.start();
    (first, Some(second))
}

fn l7_throttles_are_common(backend: &Backend) {
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

fn t8_one_chain(backend: &Backend) {
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

fn t10_t11_ended_everywhere(backend: &Backend) {
    let site = Site::new(backend);
    let secret = site.administrator();
    let (first, second) = pair(&site);
    let second = second.as_ref().unwrap_or(&first);
    let tokens = first.tokens(&secret);
    let (here, there) = (first.with(&tokens), second.with(&tokens));
    there.get("/registrations").unwrap().expect(200);
    assert_eq!(here.post("/auth/logout", &json!({})).unwrap().status, 204);
    here.get("/me").unwrap().refused(401);
    // Two seconds, and what a slow machine needs to ask.
    within(Duration::from_secs(3), || there.get("/me").unwrap().status == 401);

    let (well, said) =
        site.run(&["admin", "create", "--email", "second@portal.example", "--name", "Second"], Some(PASSWORD));
    assert!(well, "{said}");
    let other = first.login("second@portal.example", PASSWORD).expect(200);
    let (here, there) = (first.with(&other), second.with(&other));
    let id = there.get("/me").unwrap().expect(200)["id"].as_str().unwrap().to_owned();
    // The code of now is used; that of half a minute ahead is good too.
    let challenged = first.login(ADMIN, PASSWORD).expect(200);
    let admin = first.second(&challenged["challenge"], &code_in(&secret, 30)).expect(200);
    let suspend = json!({"reason": "left"});
    first.with(&admin).post(&format!("/users/{id}/suspend"), &suspend).unwrap().expect(200);
    here.get("/me").unwrap().refused(401);
    within(Duration::from_secs(3), || there.get("/me").unwrap().status == 401);
}

/// While the Secretariat ends somebody's access on one process, programs of that session make API tokens on another.
fn a07_nothing_left(backend: &Backend) {
    let site = Site::new(backend);
    let secret = site.administrator();
    let (first, second) = pair(&site);
    let second = second.as_ref().unwrap_or(&first);
    let (well, said) =
        site.run(&["admin", "create", "--email", "second@portal.example", "--name", "Second"], Some(PASSWORD));
    assert!(well, "{said}");
    let admin = first.with(&first.tokens(&secret));
    let form = json!({"name": "x", "scopes": ["profile:read"], "expires_in_days": 365});
    for round in 0..4 {
        let thief = second.with(&second.login("second@portal.example", PASSWORD).expect(200));
        let id = thief.get("/me").unwrap().expect(200)["id"].as_str().unwrap().to_owned();
        let made = AtomicUsize::new(0);
        let ended = std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    while let 201 = thief.post("/me/tokens", &form).unwrap().status {
                        made.fetch_add(1, Ordering::SeqCst);
                    }
                });
            }
            within(PATIENCE, || made.load(Ordering::SeqCst) > round);
            admin.send("DELETE", &format!("/api/v1/users/{id}/sessions"), None).unwrap().status
        });
        assert_eq!(ended, 204);
        assert!(made.into_inner() > round);
        let owner = second.with(&second.login("second@portal.example", PASSWORD).expect(200));
        assert_eq!(owner.get("/me/tokens").unwrap().expect(200)["data"], json!([]), "round {round}");
    }
}

fn m1_one_code(backend: &Backend) {
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

fn t17_one_key(backend: &Backend) {
    let site = Site::new(backend);
    let secret = site.administrator();
    let (first, second) = pair(&site);
    let second = second.as_ref().unwrap_or(&first);
    let keys = |process: &Process| process.client.send("GET", "/.well-known/jwks.json", None).unwrap().json();
    assert_eq!(keys(&first), keys(second));
    second.with(&first.tokens(&secret)).get("/registrations").unwrap().expect(200);
}

fn a08_asks_nobody_in(backend: &Backend) {
    let site = Site::new(backend);
    let (secret, another) = (site.administrator(), site.administrator_at("second@portal.example", "Second"));
    let (first, second) = pair(&site);
    let second = second.as_ref().unwrap_or(&first);
    let inviter = second.with(&second.tokens_of("second@portal.example", &another));
    let user = inviter.get("/me").unwrap().expect(200)["id"].as_str().unwrap().to_owned();
    let addresses: Vec<String> = (0..6).map(|number| format!("guest-{number}@douanes.example")).collect();
    for address in &addresses {
        let form = json!({"email": address, "name": "Fatou Sow", "organisation": "SN", "role": "ncp"});
        inviter.post("/invitations", &form).unwrap().expect(201);
    }
    let mut tokens = Vec::new();
    within(PATIENCE, || {
        tokens = addresses.iter().filter_map(|address| site.invitation_to(address)).collect();
        tokens.len() == addresses.len()
    });
    let accept = |process: &Process, token: &String| {
        process.client.post("/invitations/accept", &json!({"token": token, "password": PASSWORD})).unwrap()
    };
    let admin = first.with(&first.tokens(&secret));
    let (at_once, after) = tokens.split_at(3);
    let raced: Vec<u16> = std::thread::scope(|scope| {
        let both = [&first, second];
        let tries: Vec<_> = at_once
            .iter()
            .zip([0, 1, 1])
            .map(|(token, at)| scope.spawn(move || accept(both[at], token).status))
            .collect();
        let reason = json!({"reason": "An incident."});
        admin.post(&format!("/users/{user}/suspend"), &reason).unwrap().expect(200);
        // Whoever comes after the answer comes too late, wherever that is.
        for token in after {
            assert_eq!(accept(second, token).refused(410), "link_spent");
        }
        tries.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert!(raced.iter().all(|status| [200, 410].contains(status)), "{raced:?}");
    let in_force = raced.iter().filter(|&&status| status == 200).count();
    let count = |status: &str| {
        let rows = admin.get(&format!("/appointments?role=ncp&status={status}&limit=100")).unwrap().expect(200);
        rows["data"].as_array().unwrap().len()
    };
    assert_eq!(count("active"), in_force);
    within(PATIENCE, || count("withdrawn") == addresses.len() - in_force);
}

fn r2_cut_off(backend: &Backend) {
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
        // What was let in lately may be let in for two seconds more; nobody new is.
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

fn an_operator_sets_up_checks_and_ends(backend: &Backend) {
    let site = Site::new(backend);
    let (well, said) = site.run(&["admin", "create", "--email", ADMIN, "--name", "Root", "--totp"], Some("password"));
    assert!(!well && said.contains("too easy to guess"), "{said}");
    let (well, said) = site.run(&["admin", "create", "--email", ADMIN, "--name", "Root", "--totp"], None);
    assert!(!well && said.contains("standard input"), "{said}");
    let secret = site.administrator();
    let (well, said) = site.run(&["admin", "create", "--email", ADMIN, "--name", "Root"], Some(PASSWORD));
    assert!(!well && said.contains("has an account already"), "{said}");
    let process = site.start();
    let client = process.with(&process.tokens(&secret));
    client.get("/registrations").unwrap().expect(200);
    let (well, said) = site.run(&["audit", "verify"], None);
    assert!(well && said.contains("whole: "), "{said}");
    let (well, said) = site.run(&["sessions", "end-all"], None);
    assert!(well && said.contains("ended 1 session"), "{said}");
    within(Duration::from_secs(3), || client.get("/me").unwrap().status == 401);
    let mail: PathBuf = site.folder.path().join("mail");
    assert!(!mail.exists() || std::fs::read_dir(mail).unwrap().count() < 5);
}
