//! The PostgreSQL server of the suite: the one of `TEST_DATABASE_URL`, or one that the suite starts and all its
//! processes share.
//!
//! `cargo test` runs the suite in one process, `cargo nextest` each test in one. The first that needs a server starts
//! it, under the lock `turn` in the folder `postgres` of cargo's temporary folder; the link `server` there leads to the
//! server's own folder. While a process uses the server, it holds a share of the lock `users`. The system takes the
//! lock from a process that ends, however it ends. `postgres.sh` runs the server and stops it when that lock has been
//! free for a minute.

use std::fs::File;
use std::os::unix::fs::{MetadataExt as _, chown, symlink};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use diesel::{Connection as _, PgConnection};

/// How long a server may take to start.
const PATIENCE: Duration = Duration::from_secs(30);

/// A PostgreSQL server.
pub struct Server {
    /// A URL of it, with any database.
    base: String,
    /// Locked as long as this process uses a server of the suite.
    _users: Option<File>,
}

impl Server {
    /// The server to test with; none where there is none.
    pub fn find() -> Option<Self> {
        match std::env::var("TEST_DATABASE_URL") {
            Ok(url) => Some(Self { base: url, _users: None }),
            Err(_unset) => programs().map(|programs| Self::shared(&programs)),
        }
    }

    /// The URL of one of its databases.
    pub fn url(&self, database: &str) -> String {
        url(&self.base, database)
    }

    /// The server of all processes of the suite, which is started where it does not run.
    fn shared(programs: &Path) -> Self {
        let home = super::backend::home("postgres");
        let lock = |name: &str| File::options().read(true).append(true).create(true).open(home.join(name)).unwrap();
        let (turn, users) = (lock("turn"), lock("users"));
        turn.lock().unwrap();
        users.lock_shared().unwrap();
        let link = home.join("server");
        let base = running(&link).unwrap_or_else(|| start(programs, &link, [lock("turn"), lock("users")]));
        turn.unlock().unwrap();
        Self { base, _users: Some(users) }
    }
}

fn url(base: &str, database: &str) -> String {
    let (base, query) = base.split_once('?').map_or((base, ""), |(base, query)| (base, query));
    let (scheme, rest) = base.split_once("://").expect("a URL");
    let host = rest.split('/').next().unwrap_or_default();
    let query = if query.is_empty() { String::new() } else { format!("?{query}") };
    format!("{scheme}://{host}/{database}{query}")
}

fn base(port: &str) -> String {
    format!("postgres://portal@127.0.0.1:{port}/")
}

/// The URL of the server whose folder is there, if it answers.
fn running(folder: &Path) -> Option<String> {
    // The fourth line of what the server writes about itself is its port.
    let written = std::fs::read_to_string(folder.join("data/postmaster.pid")).ok()?;
    let base = base(written.lines().nth(3)?);
    PgConnection::establish(&url(&base, "postgres")).is_ok().then_some(base)
}

/// Starts a server in a folder of its own, to which the link leads then.
#[expect(
    clippy::zombie_processes,
    reason = "the server outlives this process: it ends itself a minute after its last user"
)]
fn start(programs: &Path, link: &Path, [turn, users]: [File; 2]) -> String {
    // What a machine that stopped has left there.
    if let Ok(left) = std::fs::read_link(link) {
        let _ = std::fs::remove_dir_all(left);
        std::fs::remove_file(link).unwrap();
    }
    let folder = super::backend::scratch().keep();
    let owner = other_user();
    if let Some((uid, gid)) = owner {
        chown(&folder, Some(uid), Some(gid)).unwrap();
    }
    let run = |program: &Path| {
        let mut command = Command::new(program);
        command.current_dir(&folder).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        if let Some((uid, gid)) = owner {
            command.uid(uid).gid(gid);
        }
        command
    };
    let initialised = run(&programs.join("initdb"))
        .args(["--username=portal", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "-D"])
        .arg(folder.join("data"))
        .status()
        .unwrap();
    assert!(initialised.success(), "initdb failed");
    let port = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port().to_string();
    let mut server = run(Path::new("sh"))
        .args(["-c", include_str!("postgres.sh"), "postgres.sh"])
        .arg(programs)
        .arg(&folder)
        .arg(&port)
        // It outlives this process, and an interrupt from the keyboard is not for it.
        .process_group(0)
        .stdin(Stdio::from(turn))
        .stdout(Stdio::from(users))
        .spawn()
        .unwrap();
    symlink(&folder, link).unwrap();
    let started = Instant::now();
    let base = base(&port);
    while let Err(error) = PgConnection::establish(&url(&base, "postgres")) {
        let ended = server.try_wait().unwrap();
        assert!(ended.is_none() && started.elapsed() < PATIENCE, "PostgreSQL does not start: {error}");
        std::thread::yield_now();
    }
    base
}

/// The folder of `initdb` and `postgres`: of the newest version that Debian's package installed, or on the path.
fn programs() -> Option<PathBuf> {
    let debian = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut versions: Vec<PathBuf> = debian.map(|version| version.path().join("bin")).collect();
    versions.sort_by_key(|path| path.parent().and_then(Path::file_name).and_then(|v| v.to_str()?.parse::<u32>().ok()));
    let on_path = std::env::var_os("PATH").map(|path| std::env::split_paths(&path).collect::<Vec<_>>());
    let candidates = versions.into_iter().rev().chain(on_path.unwrap_or_default());
    candidates.into_iter().find(|folder| folder.join("initdb").is_file() && folder.join("postgres").is_file())
}

/// The user of the server if the tests run as root, which it refuses.
fn other_user() -> Option<(u32, u32)> {
    if std::fs::metadata("/proc/self").ok()?.uid() != 0 {
        return None;
    }
    let users = std::fs::read_to_string("/etc/passwd").ok()?;
    ["postgres", "nobody"].iter().find_map(|name| {
        let line = users.lines().find(|line| line.split(':').next() == Some(name))?;
        let mut fields = line.split(':').skip(2);
        Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
    })
}
