//! A portal in a folder of its own, with default settings except database, relay and port.

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

/// The longest time until a portal is ready.
const PATIENCE: Duration = Duration::from_secs(30);

/// The settings of every bench.
const USUAL: [(&str, &str); 5] = [
    // All clients of the bench have one address and log in as one person, many at once.
    ("PORTAL__THROTTLE__EXEMPT_NETWORKS", "127.0.0.1"),
    ("PORTAL__THROTTLE__LOGIN_FAILURES", "50"),
    ("PORTAL__THROTTLE__LOGINS_PER_HOUR", "1000000"),
    // They also read more than a person does.
    ("PORTAL__DIRECTORY__SEEN_PER_DAY", "100000000"),
    // One administrator writes to all contacts.
    ("PORTAL__ANNOUNCEMENTS__APPROVAL", "false"),
];

/// A setting as an environment variable, and its value.
pub type Setting = (&'static str, String);

/// A portal's folder, database and administrator, whether or not it runs.
pub struct Site {
    program: PathBuf,
    folder: TempDir,
    settings: Vec<Setting>,
    administrator: Administrator,
    /// The administrator's token; valid for longer than the bench uses one database.
    token: OnceCell<String>,
}

/// A running portal.
pub struct Portal {
    /// Its address.
    pub address: SocketAddr,
    /// The time from its start until it was ready.
    pub ready_after: Duration,
    /// The process.
    pub process: Process,
}

impl Site {
    /// A site for `program` on a SQLite file of its own or on a PostgreSQL database, with these settings over the
    /// defaults.
    ///
    /// # Errors
    /// If the administrator cannot be created.
    pub fn new(program: &Path, database: Option<&str>, own: &[Setting]) -> Outcome<Self> {
        let folder = tempfile::tempdir()?;
        let mut settings = USUAL.map(|(name, value)| (name, value.to_owned())).to_vec();
        settings.extend_from_slice(own);
        settings.extend(database.map(|url| ("PORTAL__DATABASE__URL", url.to_owned())));
        // The folder's name distinguishes this run's administrator from those of other runs on the same PostgreSQL.
        let name = folder.path().file_name().unwrap_or_default().to_string_lossy();
        let email = format!("{}@portal.example", name.trim_start_matches('.'));
        Administrator::prepare(&mut command(program, &folder, &settings), folder.path())?;
        let administrator = Administrator::create(&mut command(program, &folder, &settings), &email)?;
        Ok(Self { program: program.to_path_buf(), folder, settings, administrator, token: OnceCell::new() })
    }

    /// The folder of the portal's files.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = command(&self.program, &self.folder, &self.settings);
        command.args(arguments);
        command
    }

    /// Creates so many contacts.
    pub async fn fill(&self, contacts: usize) -> Outcome<()> {
        let seed = ["seed", "--contacts", &contacts.to_string(), "--yes"];
        Process::run("portal seed", &mut self.command(&seed), "").await
    }

    /// Starts the portal and waits until it is ready.
    pub async fn start(&self) -> Outcome<Portal> {
        let address = free_address()?;
        let mut command = self.command(&["serve"]);
        command.env("PORTAL__SERVER__BIND", address.to_string()).env("PORTAL__SERVER__DRAIN_SECONDS", "0");
        command.stdin(Stdio::null()).stdout(Stdio::null());
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

    /// The form of the administrator's login.
    pub fn login(&self) -> Value {
        self.administrator.login()
    }

    /// An access token of the administrator.
    pub async fn token(&self, portal: &Portal) -> Outcome<String> {
        self.token.get_or_try_init(|| self.administrator.token(portal.address)).await.cloned()
    }

    /// The cookie of a new session of the administrator in a browser; once, and after [`Self::token`].
    ///
    /// # Errors
    /// If the login fails.
    pub async fn cookie(&self, portal: &Portal) -> Outcome<String> {
        self.administrator.cookie(portal.address).await
    }
}

/// The portal's binary with these settings, and those of the environment; relative paths are in the folder.
fn command(program: &Path, folder: &TempDir, settings: &[Setting]) -> Command {
    let mut command = Command::new(program);
    let given = std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("PORTAL__"));
    command.env_clear().envs(given).envs(settings.iter().cloned()).current_dir(folder.path());
    command
}

async fn is_ready(address: SocketAddr) -> bool {
    let Ok(mut connection) = Connection::open(address).await else { return false };
    matches!(connection.exchange(&request("GET", "/health/ready", None, None)).await, Ok(200))
}

impl Portal {
    /// Its memory, in megabytes.
    pub fn resident(&self) -> Outcome<f64> {
        self.process.resident()
    }

    /// Its memory without files, in megabytes: the system reclaims mapped pages of the database when it needs them.
    ///
    /// # Errors
    /// If it has ended.
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

    /// The bytes of the answer to a request for this path.
    pub async fn size_of(&self, path: &str, token: &str) -> Outcome<usize> {
        let mut connection = Connection::open(self.address).await?;
        connection.exchange(&request("GET", path, Some(token), None)).await?;
        Ok(connection.body().len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Sources, load};

    #[test]
    fn the_portal_accepts_the_settings_of_benches() {
        let environment = USUAL.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        load(&Sources { environment, ..Sources::default() }).unwrap();
    }
}
