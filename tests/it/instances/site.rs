//! A database and a key, processes that share them, and people who log in to one.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use portal::demo::CaughtMail;
use portal::demo::client::{Answer, Client};
use portal::demo::receiver::Received;
use portal::random::Random;
use rustix::process::{Pid, Signal};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::backend::{Backend, TestDatabase, scratch};
use crate::support::{EXEMPT_NETWORKS, Expect as _, PASSWORD, USUAL_ADDRESS};

pub const ADMIN: &str = "root@portal.example";
pub const WRONG: &str = "not her password at all";
/// How long something may take that happens within seconds.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// A database, a master key, and the settings that processes share.
pub struct Site {
    pub database: TestDatabase,
    pub url: String,
    pub folder: TempDir,
    /// Settings of this site alone, over those of all.
    pub settings: Vec<String>,
    sqlite: bool,
}

/// A running process.
pub struct Process {
    child: Child,
    pub client: Client,
    log: Arc<Mutex<String>>,
}

impl Site {
    pub fn new(backend: &'static Backend) -> Self {
        Self::on(backend, backend.database())
    }

    /// A site whose database is empty.
    pub fn empty(backend: &'static Backend) -> Self {
        Self::on(backend, backend.empty_database())
    }

    fn on(backend: &'static Backend, database: TestDatabase) -> Self {
        let url = database.url.clone();
        Self { database, url, folder: scratch(), settings: Vec::new(), sqlite: backend.name() == "sqlite" }
    }

    pub fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_portal"));
        let folder = self.folder.path();
        for setting in [
            format!("database.url={}", self.url),
            format!("identity.master_key_file={}", folder.join("master.key").display()),
            format!("storage.folder={}", folder.join("files").display()),
            format!("mail.folder={}", folder.join("mail").display()),
            "server.public_url=http://localhost:8080".to_owned(),
            "server.trusted_proxies=127.0.0.1".to_owned(),
            EXEMPT_NETWORKS.to_owned(),
            "server.workers=2".to_owned(),
            "database.connections=4".to_owned(),
        ] {
            command.args(["--set", &setting]);
        }
        for setting in &self.settings {
            command.args(["--set", setting]);
        }
        command.env("RUST_BACKTRACE", "0").stdin(Stdio::null());
        command
    }

    /// Starts a process and waits until it is ready.
    pub fn start(&self) -> Process {
        self.start_with(&[])
    }

    /// The same with settings of its own.
    pub fn start_with(&self, settings: &[&str]) -> Process {
        let arguments: Vec<&str> = settings.iter().flat_map(|setting| ["--set", *setting]).collect();
        let (process, is_up) = self.launched(&arguments);
        is_up.recv_timeout(PATIENCE).expect("the portal is ready");
        process
    }

    /// Starts a process with these arguments beside its own, and waits for nothing.
    pub fn launch(&self, arguments: &[&str]) -> Process {
        self.launched(arguments).0
    }

    /// The same; it is told when the process is ready.
    fn launched(&self, arguments: &[&str]) -> (Process, Receiver<()>) {
        let port = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
        let address = format!("127.0.0.1:{port}");
        let mut command = self.command();
        // The stories end processes at once.
        command.args(["--set", &format!("server.bind={address}"), "--set", "server.drain_seconds=0"]);
        command.args(arguments).arg("serve");
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stderr.take().unwrap());
        let log = Arc::new(Mutex::new(String::new()));
        let (kept, (up, is_up)) = (Arc::clone(&log), std::sync::mpsc::channel());
        // Read to its end, so that the process never waits for a reader.
        std::thread::spawn(move || {
            for line in lines.lines().map_while(Result::ok) {
                let is_ready = line.contains("ready address=");
                kept.lock().unwrap().push_str(&(line + "\n"));
                if is_ready {
                    let _ = up.send(());
                }
            }
        });
        let client = Client::new(&format!("http://{address}")).with_header("x-forwarded-for", USUAL_ADDRESS);
        (Process { child, client, log }, is_up)
    }

    /// Makes an administrator with an authenticator app; returns its secret.
    pub fn administrator(&self) -> String {
        self.administrator_at(ADMIN, "Root")
    }

    /// Makes the key file, as the first start does.
    pub fn make_key(&self) {
        let path = self.folder.path().join("master.key");
        if !path.exists() {
            std::fs::write(path, portal::secrets::hex(&Random::system().bytes::<32>())).unwrap();
        }
    }

    /// Makes another one.
    pub fn administrator_at(&self, email: &str, name: &str) -> String {
        self.make_key();
        let output = self.run(&["admin", "create", "--email", email, "--name", name, "--totp"], Some(PASSWORD));
        assert!(output.0, "{}", output.1);
        let uri = output.1.lines().find(|line| line.starts_with("otpauth://")).expect("an otpauth URI").to_owned();
        let secret = uri.split("secret=").nth(1).unwrap();
        secret.split('&').next().unwrap().to_owned()
    }

    /// The secret in the newest link of an invitation to this address, once the mail has left; none before that.
    pub fn invitation_to(&self, address: &str) -> Option<String> {
        self.link_to(address, "invitation")
    }

    /// The secret in a link to this page that was mailed to this address, once the mail has left; none before that.
    pub fn link_to(&self, address: &str, page: &str) -> Option<String> {
        let mut mails = std::fs::read_dir(self.folder.path().join("mail")).ok()?;
        let read = |file: std::io::Result<std::fs::DirEntry>| {
            let bytes = std::fs::read(file.ok()?.path()).ok()?;
            let received = Received { from: String::new(), to: String::new(), bytes };
            let mail = CaughtMail::read(&received)?;
            mail.header("To")?.contains(address).then(|| mail.token(page))?
        };
        mails.find_map(read)
    }

    /// Runs a command to its end; returns its exit code, and its output.
    pub fn code(&self, arguments: &[&str]) -> (i32, String) {
        let output = self.command().args(arguments).output().unwrap();
        let said = [output.stdout, output.stderr].concat();
        (output.status.code().unwrap(), String::from_utf8_lossy(&said).into_owned())
    }

    /// Runs a command to its end with variables of its environment; returns its exit code, and its output.
    pub fn code_of(&self, environment: &[(&str, &str)], arguments: &[&str]) -> (Option<i32>, String) {
        let mut command = self.command();
        command.args(arguments).envs(environment.iter().copied());
        let output = command.output().unwrap();
        let said = [output.stdout, output.stderr].concat();
        (output.status.code(), String::from_utf8_lossy(&said).into_owned())
    }

    /// Runs a command to its end; returns whether it succeeded, and its output.
    pub fn run(&self, arguments: &[&str], input: Option<&str>) -> (bool, String) {
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
    /// Whether its log has these words.
    pub fn has_logged(&self, words: &str) -> bool {
        self.log.lock().unwrap().contains(words)
    }

    /// How often its log has these words.
    pub fn times_logged(&self, words: &str) -> usize {
        self.log.lock().unwrap().matches(words).count()
    }

    /// Sends it a signal.
    pub fn signal(&self, signal: Signal) {
        rustix::process::kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    /// Waits until it has ended; returns whether it did so in order.
    pub fn ends(&mut self) -> bool {
        let mut ended = None;
        within(PATIENCE, || {
            ended = self.child.try_wait().unwrap();
            ended.is_some()
        });
        ended.is_some_and(|status| status.success())
    }

    /// The status of an answer to GET; none while nobody answers.
    pub fn status(&self, path: &str) -> Option<u16> {
        self.client.send("GET", path, None).ok().map(|answer| answer.status)
    }

    pub fn login(&self, email: &str, password: &str) -> Answer {
        self.client.post("/auth/login", &json!({"email": email, "password": password})).unwrap()
    }

    pub fn second(&self, challenge: &Value, code: &str) -> Answer {
        let form = json!({"challenge": challenge, "method": "totp", "code": code});
        self.client.post("/auth/login/mfa", &form).unwrap()
    }

    /// Logs the administrator in with both factors.
    pub fn tokens(&self, secret: &str) -> Value {
        self.tokens_of(ADMIN, secret)
    }

    /// Logs an administrator in with both factors.
    pub fn tokens_of(&self, email: &str, secret: &str) -> Value {
        let challenged = self.login(email, PASSWORD).expect(200);
        self.second(&challenged["challenge"], &code(secret)).expect(200)
    }

    pub fn with(&self, tokens: &Value) -> Client {
        self.client.with_token(tokens["access_token"].as_str().unwrap())
    }
}

/// The code of now, by the machine's clock, as the process has it.
pub fn code(secret: &str) -> String {
    code_in(secret, 0)
}

/// The code that the app shows in so many seconds.
pub fn code_in(secret: &str, seconds: u64) -> String {
    let secret = totp_rs::Secret::try_from_base32(secret).unwrap();
    let totp = totp_rs::Builder::new().with_secret(secret).build().unwrap();
    totp.generate(u64::try_from(portal::time::Clock::system().now().as_seconds()).unwrap() + seconds).to_string()
}

/// Asks again until it is so; fails where that takes longer than it may.
#[track_caller]
pub fn within(limit: Duration, mut so: impl FnMut() -> bool) -> Duration {
    let started = Instant::now();
    while !so() {
        assert!(started.elapsed() < limit, "not within {limit:?}");
        std::thread::yield_now();
    }
    started.elapsed()
}

/// Two processes where the database serves several, one twice where it does not.
pub fn pair(site: &Site) -> (Process, Option<Process>) {
    let first = site.start();
    if site.sqlite {
        let (well, said) = site.run(&["--set", "server.bind=127.0.0.1:0", "serve"], None);
        assert!(!well && said.contains("another portal serves this database already"), "{said}");
        return (first, None);
    }
    let second = site.start();
    (first, Some(second))
}
