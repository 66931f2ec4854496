//! A PostgreSQL server for the duration of the bench, with its default settings.

use std::fs;
use std::net::SocketAddr;
use std::os::unix::fs::{MetadataExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection as _;
use tempfile::TempDir;

use super::Outcome;
use super::process::{Process, free_address};

/// Where Debian puts the versions of PostgreSQL.
const VERSIONS: &str = "/usr/lib/postgresql";
/// How long the server may take to answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running server in a temporary folder.
pub struct Server {
    address: SocketAddr,
    // Fields are dropped in their order: the server ends before its folder is deleted.
    _process: Process,
    _folder: TempDir,
}

impl Server {
    /// Starts a server; none where PostgreSQL is not installed.
    pub async fn start() -> Outcome<Option<Self>> {
        let Some(programs) = programs() else { return Ok(None) };
        let (folder, address) = (tempfile::tempdir()?, free_address()?);
        let owner = owner()?;
        if let Some((user, group)) = owner {
            chown(folder.path(), Some(user), Some(group))?;
        }
        let data = folder.path().join("data");
        let command = |program: &str| {
            let mut command = Command::new(programs.join(program));
            command.arg("-D").arg(&data).current_dir(folder.path()).env("LC_ALL", "C").stdout(Stdio::null());
            if let Some((user, group)) = owner {
                command.uid(user).gid(group);
            }
            command
        };
        let mut initdb = command("initdb");
        initdb.args(["--no-sync", "--username=postgres", "--auth=trust", "--encoding=UTF8"]);
        Process::run("initdb", &mut initdb, "").await?;
        let mut postgres = command("postgres");
        postgres.arg("-k").arg(folder.path()).args(["-h", "127.0.0.1", "-p", &address.port().to_string()]);
        // INT is its word for ending without waiting for its clients.
        let mut process = Process::start_with("postgres", "INT", &mut postgres)?;
        wait(&mut process, address).await?;
        Ok(Some(Self { address, _process: process, _folder: folder }))
    }

    /// The URL of its database.
    pub fn url(&self) -> String {
        format!("postgres://postgres@{}/postgres", self.address)
    }
}

/// What autovacuum would do a minute later, so that no round has another plan than the next.
pub fn tidy(url: &str) -> Outcome<()> {
    let target = portal::db::Target::parse(url)?;
    let mut connection = portal::db::open(&target, portal::db::Access::Write)?;
    connection.batch_execute("SET statement_timeout = 0")?;
    Ok(connection.batch_execute("VACUUM ANALYZE")?)
}

async fn wait(process: &mut Process, address: SocketAddr) -> Outcome<()> {
    let url = format!("postgres://postgres@{address}/postgres");
    let target = portal::db::Target::parse(&url)?;
    let deadline = Instant::now() + PATIENCE;
    while portal::db::open(&target, portal::db::Access::Read).is_err() {
        process.check()?;
        if Instant::now() > deadline {
            return Err("postgres does not answer".into());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Ok(())
}

/// The programs of the newest version.
fn programs() -> Option<PathBuf> {
    let versions = fs::read_dir(VERSIONS).ok()?.filter_map(Result::ok).map(|entry| entry.path().join("bin"));
    let number = |path: &Path| path.parent()?.file_name()?.to_str()?.parse::<u32>().ok();
    versions.filter(|path| path.join("initdb").is_file()).max_by_key(|path| number(path))
}

/// The user of the server if the bench runs as root, which it refuses.
fn owner() -> Outcome<Option<(u32, u32)>> {
    if fs::metadata("/proc/self")?.uid() != 0 {
        return Ok(None);
    }
    let users = fs::read_to_string("/etc/passwd")?;
    let find = |name| users.lines().find_map(|line| user(line, name));
    find("postgres").or_else(|| find("nobody")).map(Some).ok_or_else(|| "no user for PostgreSQL".into())
}

/// User and group of a line of the table of users, where it is about `name`.
fn user(line: &str, name: &str) -> Option<(u32, u32)> {
    let fields: Vec<&str> = line.split(':').collect();
    match fields.as_slice() {
        [known, _, user, group, ..] if *known == name => Some((user.parse().ok()?, group.parse().ok()?)),
        _ => None,
    }
}
