//! A portal with the default throttle, an administrator with an authenticator app, and members who can log in.

use std::fs;
use std::net::SocketAddr;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use mail_parser::MessageParser;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::client::{login_of, send, stranger};
use portal::bench::Outcome;
use portal::bench::administrator::{Administrator, PASSWORD, text};
use portal::bench::client::{Connection, call, request};
use portal::bench::process::{Process, free_address};

/// How long a portal may take to be ready, and a mail to be in the folder.
const PATIENCE: Duration = Duration::from_secs(30);
const ADMINISTRATOR: &str = "flood@portal.example";

/// A portal's folder, database and administrator, whether or not it runs.
pub struct Site {
    folder: TempDir,
    settings: Vec<(&'static str, String)>,
    administrator: Administrator,
}

/// A running portal.
pub struct Portal {
    /// Where.
    pub address: SocketAddr,
    process: Process,
}

/// The tokens of a session.
pub struct Session {
    /// For reading.
    pub access: String,
    /// For the next pair.
    pub refresh: String,
}

impl Site {
    /// A site on its own SQLite file or on a PostgreSQL database, with so many made-up contacts.
    pub async fn new(database: Option<&str>, hash_threads: usize, contacts: usize) -> Outcome<Self> {
        let folder = tempfile::tempdir()?;
        let mut settings = vec![
            ("PORTAL__MAIL__TRANSPORT", "file".to_owned()),
            // So that each client of the bench counts as another one.
            ("PORTAL__SERVER__TRUSTED_PROXIES", "127.0.0.1".to_owned()),
            ("PORTAL__IDENTITY__HASH_THREADS", hash_threads.to_string()),
            // Sessions are refreshed at the maximum rate, which no real client does.
            ("PORTAL__THROTTLE__REFRESHES_PER_HOUR", "1000000".to_owned()),
            // Nor does anybody log in, or read, so often.
            ("PORTAL__THROTTLE__LOGINS_PER_HOUR", "1000000".to_owned()),
            ("PORTAL__DIRECTORY__SEEN_PER_DAY", "100000000".to_owned()),
        ];
        settings.extend(database.map(|url| ("PORTAL__DATABASE__URL", url.to_owned())));
        Administrator::prepare(&mut command(&folder, &settings), folder.path())?;
        let administrator = Administrator::create(&mut command(&folder, &settings), ADMINISTRATOR)?;
        let site = Self { folder, settings, administrator };
        let mut seed = command(&site.folder, &site.settings);
        Process::run("portal seed", seed.args(["seed", "--contacts", &contacts.to_string(), "--yes"]), "").await?;
        Ok(site)
    }

    /// Starts the portal and waits until it is ready.
    pub async fn start(&self) -> Outcome<Portal> {
        let address = free_address()?;
        let mut command = command(&self.folder, &self.settings);
        command.arg("serve").env("PORTAL__SERVER__BIND", address.to_string()).env("PORTAL__SERVER__DRAIN_SECONDS", "0");
        let mut process = Process::start("portal serve", command.stdin(Stdio::null()).stdout(Stdio::null()))?;
        let started = Instant::now();
        while !is_ready(address).await {
            process.check()?;
            if started.elapsed() > PATIENCE {
                return Err("portal serve does not get ready".into());
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        Ok(Portal { address, process })
    }

    /// An access token of the administrator. Ask once.
    pub async fn administrator(&self, portal: &Portal) -> Outcome<String> {
        self.administrator.token(portal.address).await
    }

    /// Registers so many people, verifies their addresses and approves them; returns the addresses.
    pub async fn members(&self, portal: &Portal, administrator: &str, count: usize) -> Outcome<Vec<String>> {
        let addresses: Vec<String> = (0..count).map(|number| format!("member-{number}@sn.example")).collect();
        for address in &addresses {
            call(portal.address, "POST", "/api/v1/registrations", None, Some(&application(address))).await?;
        }
        for token in self.links(count).await? {
            let verify = json!({ "token": token, "password": PASSWORD });
            call(portal.address, "POST", "/api/v1/registrations/verify", None, Some(&verify)).await?;
        }
        let path = "/api/v1/registrations?limit=100";
        let waiting = call(portal.address, "GET", path, Some(administrator), None).await?;
        for row in waiting.pointer("/data").and_then(Value::as_array).into_iter().flatten() {
            let path = format!("/api/v1/registrations/{}/approve", text(row, "/id")?);
            call(portal.address, "POST", &path, Some(administrator), Some(&json!({}))).await?;
        }
        Ok(addresses)
    }

    /// The tokens of the links that verify addresses, once so many mails have arrived.
    async fn links(&self, count: usize) -> Outcome<Vec<String>> {
        let started = Instant::now();
        loop {
            let mut links = Vec::new();
            // The folder is made with the first mail.
            for entry in fs::read_dir(self.folder.path().join("var/mail")).into_iter().flatten() {
                links.extend(link(&fs::read(entry?.path())?));
            }
            if links.len() == count {
                return Ok(links);
            }
            if started.elapsed() > PATIENCE {
                return Err(format!("{} of {count} mails came", links.len()).into());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

impl Portal {
    /// Its process.
    pub fn process(&self) -> u32 {
        self.process.id()
    }

    /// Logs in.
    pub async fn session(&self, email: &str) -> Outcome<Session> {
        let mut connection = Connection::open(self.address).await?;
        let answer = send(&mut connection, stranger(), &login_of(email, PASSWORD)).await?;
        let tokens: Value = serde_json::from_slice(connection.body())?;
        let token = |pointer| {
            text(&tokens, pointer)
                .map(str::to_owned)
                .map_err(|why| format!("a login answered {}: {why}", answer.status))
        };
        Ok(Session { access: token("/access_token")?, refresh: token("/refresh_token")? })
    }

    /// The id and the address of every made-up contact, in the order of their names.
    pub async fn contacts(&self, token: &str) -> Outcome<Vec<(String, String)>> {
        let (mut contacts, mut cursor) = (Vec::new(), String::new());
        loop {
            let path = format!("/api/v1/contacts?limit=100{cursor}");
            let page = call(self.address, "GET", &path, Some(token), None).await?;
            for row in page.pointer("/data").and_then(Value::as_array).into_iter().flatten() {
                let address = text(row, "/email")?;
                if address.starts_with("contact-") {
                    contacts.push((text(row, "/id")?.to_owned(), address.to_owned()));
                }
            }
            match page.pointer("/page/next_cursor").and_then(Value::as_str) {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return Ok(contacts),
            }
        }
    }
}

/// An application with this address.
pub fn application(email: &str) -> Value {
    json!({ "email": email, "name": "Awa Diop", "organisation": "SN", "role": "ncp",
            "preferred_language": "en" })
}

/// The portal's binary with these settings only; relative paths are in the folder.
fn command(folder: &TempDir, settings: &[(&'static str, String)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_portal"));
    command.env_clear().envs(settings.iter().cloned()).current_dir(folder.path());
    command
}

async fn is_ready(address: SocketAddr) -> bool {
    let Ok(mut connection) = Connection::open(address).await else { return false };
    matches!(connection.exchange(&request("GET", "/health/ready", None, None)).await, Ok(200))
}

/// The secret in the link of a mail, where it is one to verify an address.
fn link(mail: &[u8]) -> Option<String> {
    let text = MessageParser::default().parse(mail)?.body_text(0)?.into_owned();
    let (_, rest) = text.split_once("/verify?token=")?;
    Some(rest.chars().take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect())
}
