//! A database and a key, processes that share them, and people who log in to one.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use portal::demo::CaughtMail;
use portal::demo::client::{Answer, Client};
use portal::demo::receiver::Received;
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
    sqlite: bool,
}

/// A running process.
pub struct Process {
    child: Child,
    pub client: Client,
}

impl Site {
    pub fn new(backend: &'static Backend) -> Self {
        let database = backend.database();
        let url = database.url.clone();
        Self { database, url, folder: scratch(), sqlite: backend.name() == "sqlite" }
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
        command.env("RUST_BACKTRACE", "0").stdin(Stdio::null());
        command
    }

    /// Starts a process and waits until it is ready.
    pub fn start(&self) -> Process {
        self.start_with(&[])
    }

    /// The same with settings in which this process differs.
    pub fn start_with(&self, settings: &[&str]) -> Process {
        let port = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
        let address = format!("127.0.0.1:{port}");
        let mut command = self.command();
        command.args(["--set", &format!("server.bind={address}")]);
        command.args(settings.iter().flat_map(|&setting| ["--set", setting])).arg("serve");
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
        let client = Client::new(&format!("http://{address}")).with_header("x-forwarded-for", USUAL_ADDRESS);
        Process { child, client }
    }

    /// Makes an administrator with an authenticator app; returns its secret.
    pub fn administrator(&self) -> String {
        self.administrator_at(ADMIN, "Root")
    }

    /// Makes another one.
    pub fn administrator_at(&self, email: &str, name: &str) -> String {
        let output = self.run(&["admin", "create", "--email", email, "--name", name, "--totp"], Some(PASSWORD));
        assert!(output.0, "{}", output.1);
        let uri = output.1.lines().find(|line| line.starts_with("otpauth://")).expect("an otpauth URI").to_owned();
        let secret = uri.split("secret=").nth(1).unwrap();
        secret.split('&').next().unwrap().to_owned()
    }

    /// The secret in the newest link of an invitation to this address, once the mail has left; none before that.
    pub fn invitation_to(&self, address: &str) -> Option<String> {
        let mut mails = std::fs::read_dir(self.folder.path().join("mail")).ok()?;
        let read = |file: std::io::Result<std::fs::DirEntry>| {
            let bytes = std::fs::read(file.ok()?.path()).ok()?;
            let received = Received { from: String::new(), to: String::new(), bytes };
            let mail = CaughtMail::read(&received)?;
            mail.header("To")?.contains(address).then(|| mail.token("invitation"))?
        };
        mails.find_map(read)
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
