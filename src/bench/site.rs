//! A portal in a folder of its own, with default settings but for its database, its relay and its port.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;
use tokio::sync::OnceCell;

use super::Outcome;
use super::administrator::Administrator;
use super::client::{Connection, call, request};
use super::process::{Process, free_address};

/// How long a portal may take to be ready.
const PATIENCE: Duration = Duration::from_secs(30);

/// A setting as the environment names it, and its value.
pub type Setting = (&'static str, String);

/// A portal's folder, database and administrator, whether or not it runs.
pub struct Site {
    program: PathBuf,
    folder: TempDir,
    settings: Vec<Setting>,
    administrator: Administrator,
    /// Of the administrator; good for longer than the bench goes on with one database.
    token: OnceCell<String>,
}

/// A running portal.
pub struct Portal {
    /// Where.
    pub address: SocketAddr,
    /// The time from its start to its first word that it is ready.
    pub ready_after: Duration,
    /// The process itself.
    pub process: Process,
}

impl Site {
    /// A site of this `program` on a SQLite file of its own or on a PostgreSQL database, with these settings over the defaults.
    ///
    /// # Errors
    /// Where the administrator can't be made.
    pub fn new(program: &Path, database: Option<&str>, own: &[Setting]) -> Outcome<Self> {
        let folder = tempfile::tempdir()?;
        let mut settings = vec![
            // All clients of the bench are at one address, and log in as one person, many at once.
            ("PORTAL__THROTTLE__EXEMPT_NETWORKS", "127.0.0.1".to_owned()),
            ("PORTAL__THROTTLE__LOGIN_FAILURES", "1000000".to_owned()),
            // And read more than any person does.
            ("PORTAL__DIRECTORY__SEEN_PER_DAY", "100000000".to_owned()),
            // One administrator writes to everybody.
            ("PORTAL__ANNOUNCEMENTS__APPROVAL", "false".to_owned()),
        ];
        settings.extend_from_slice(own);
        settings.extend(database.map(|url| ("PORTAL__DATABASE__URL", url.to_owned())));
        // The folder's name tells this run's administrator from those of other runs on the same PostgreSQL.
        let name = folder.path().file_name().unwrap_or_default().to_string_lossy();
        let email = format!("{}@portal.example", name.trim_start_matches('.'));
        let administrator = Administrator::create(&mut command(program, &folder, &settings), &email)?;
        Ok(Self { program: program.to_path_buf(), folder, settings, administrator, token: OnceCell::new() })
    }

    /// The folder that the portal's files lie in.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = command(&self.program, &self.folder, &self.settings);
        command.args(arguments);
        command
    }

    /// Makes so many contacts.
    pub async fn fill(&self, contacts: usize) -> Outcome<()> {
        let seed = ["seed", "--contacts", &contacts.to_string()];
        Process::run("portal seed", &mut self.command(&seed), "").await
    }

    /// Starts the portal and waits until it is ready.
    pub async fn start(&self) -> Outcome<Portal> {
        let address = free_address()?;
        let mut command = self.command(&["serve"]);
        command.env("PORTAL__SERVER__BIND", address.to_string()).stdin(Stdio::null()).stdout(Stdio::null());
        let started = Instant::now();
        let mut process = Process::start("portal serve", &mut command)?;
        while !is_ready(address).await {
            process.check()?;
            if started.elapsed() > PATIENCE {
                return Err("portal serve does not get ready".into());
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        Ok(Portal { address, ready_after: started.elapsed(), process })
    }

    /// What the administrator logs in with.
    pub fn login(&self) -> Value {
        self.administrator.login()
    }

    /// An access token of the administrator.
    pub async fn token(&self, portal: &Portal) -> Outcome<String> {
        self.token.get_or_try_init(|| self.administrator.token(portal.address)).await.cloned()
    }
}

/// The portal's binary with these settings alone; what has no absolute path lies in the folder.
fn command(program: &Path, folder: &TempDir, settings: &[Setting]) -> Command {
    let mut command = Command::new(program);
    command.env_clear().envs(settings.iter().cloned()).current_dir(folder.path());
    command
}

async fn is_ready(address: SocketAddr) -> bool {
    let Ok(mut connection) = Connection::open(address).await else { return false };
    matches!(connection.exchange(&request("GET", "/health/ready", None, None)).await, Ok(200))
}

impl Portal {
    /// The memory it holds, in megabytes.
    pub fn resident(&self) -> Outcome<f64> {
        self.process.resident()
    }

    /// The memory it holds that is none of files, in megabytes: mapped pages of the database go when the system wants them.
    ///
    /// # Errors
    /// Where it has ended.
    pub fn anonymous(&self) -> Outcome<f64> {
        self.process.anonymous()
    }

    /// The ids of up to `most` contacts, in the order of their names.
    pub async fn contact_ids(&self, token: &str, most: usize) -> Outcome<Vec<String>> {
        let (mut ids, mut cursor) = (Vec::new(), String::new());
        while ids.len() < most {
            let path = format!("/api/v1/contacts?limit=100{cursor}");
            let page = call(self.address, "GET", &path, Some(token), None).await?;
            let rows = page.pointer("/data").and_then(Value::as_array).ok_or("a page without rows")?;
            ids.extend(rows.iter().filter_map(|row| row.get("id")?.as_str()).map(str::to_owned));
            match page.pointer("/page/next_cursor").and_then(Value::as_str) {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        Ok(ids)
    }

    /// The bytes of what is answered to a request for this path.
    pub async fn size_of(&self, path: &str, token: &str) -> Outcome<usize> {
        let mut connection = Connection::open(self.address).await?;
        connection.exchange(&request("GET", path, Some(token), None)).await?;
        Ok(connection.body().len())
    }
}
