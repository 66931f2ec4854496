//! A database for each story: a copy of a template that was migrated once.
//!
//! SQLite copies a file. PostgreSQL makes a database from a template database, on the server of `TEST_DATABASE_URL` or on
//! one that is started here in a temporary folder and ends with the suite.

use std::os::unix::fs::{MetadataExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, PgConnection};
use portal::app;
use portal::db::Target;
use portal::random::Random;
use portal::time::{Clock, Timestamp};
use tempfile::TempDir;

/// How long a server may take to start.
const PATIENCE: Duration = Duration::from_secs(30);

/// Where stories get their databases.
pub enum Backend {
    Sqlite { folder: TempDir },
    Postgres { server: Server, admin: Mutex<PgConnection>, template: String, made: AtomicUsize },
}

/// A story's database. It goes with the story.
pub struct TestDatabase {
    pub url: String,
    _folder: Option<TempDir>,
    drop: Option<(String, String)>,
}

impl Backend {
    pub fn sqlite() -> Self {
        let folder = TempDir::new().unwrap();
        prepare(&format!("sqlite:{}", folder.path().join("template.sqlite3").display()));
        Self::Sqlite { folder }
    }

    pub fn name(&self) -> &'static str {
        match self {
            Self::Sqlite { .. } => "sqlite",
            Self::Postgres { .. } => "postgres",
        }
    }

    /// A fresh database with the schema and the reference data.
    pub fn database(&self) -> TestDatabase {
        self.copy(true)
    }

    /// A fresh database with nothing in it.
    pub fn empty_database(&self) -> TestDatabase {
        self.copy(false)
    }

    fn copy(&self, migrated: bool) -> TestDatabase {
        match self {
            Self::Sqlite { folder } => {
                let own = TempDir::new().unwrap();
                let path = own.path().join("portal.sqlite3");
                if migrated {
                    std::fs::copy(folder.path().join("template.sqlite3"), &path).unwrap();
                }
                TestDatabase { url: format!("sqlite:{}", path.display()), _folder: Some(own), drop: None }
            }
            Self::Postgres { server, admin, template, made } => {
                let name = format!("{template}_{}", made.fetch_add(1, Ordering::SeqCst));
                let source = if migrated { template } else { "template0" };
                // One at a time: a database that is being copied can't be copied again.
                let mut admin = admin.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                admin.batch_execute(&format!("CREATE DATABASE {name} TEMPLATE {source}")).unwrap();
                TestDatabase { url: server.url(&name), _folder: None, drop: Some((server.url("postgres"), name)) }
            }
        }
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if let Some((admin, name)) = self.drop.take()
            && let Ok(mut connection) = PgConnection::establish(&admin)
        {
            // A server that is gone has dropped it more thoroughly.
            let _ = connection.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        }
    }
}

impl Drop for Backend {
    fn drop(&mut self) {
        if let Self::Postgres { server, template, .. } = self
            && let Ok(mut connection) = PgConnection::establish(&server.url("postgres"))
        {
            let _ = connection.batch_execute(&format!("DROP DATABASE IF EXISTS {template} WITH (FORCE)"));
        }
    }
}

/// PostgreSQL, where there is one.
pub fn postgres() -> Option<Backend> {
    let server = match std::env::var("TEST_DATABASE_URL") {
        Ok(url) => Server { base: url, child: None, _folder: None },
        Err(_unset) => Server::start()?,
    };
    let mut admin = PgConnection::establish(&server.url("postgres")).expect("TEST_DATABASE_URL leads to a server");
    let template = format!("portal_test_{}", std::process::id());
    admin.batch_execute(&format!("DROP DATABASE IF EXISTS {template} WITH (FORCE)")).unwrap();
    admin.batch_execute(&format!("CREATE DATABASE {template} TEMPLATE template0")).unwrap();
    prepare(&server.url(&template));
    Some(Backend::Postgres { server, admin: Mutex::new(admin), template, made: AtomicUsize::new(0) })
}

fn prepare(url: &str) {
    let target = Target::parse(url).unwrap();
    app::prepare(&target, &Clock::manual(Timestamp::from_micros(1_760_000_000_000_000)), &Random::seeded(1)).unwrap();
}

/// A PostgreSQL server.
pub struct Server {
    /// A URL of it, with any database.
    base: String,
    child: Option<Child>,
    _folder: Option<TempDir>,
}

impl Server {
    /// The URL of one of its databases.
    pub fn url(&self, database: &str) -> String {
        let (base, query) = self.base.split_once('?').map_or((self.base.as_str(), ""), |(base, query)| (base, query));
        let (scheme, rest) = base.split_once("://").expect("a URL");
        let host = rest.split('/').next().unwrap_or_default();
        let query = if query.is_empty() { String::new() } else { format!("?{query}") };
        format!("{scheme}://{host}/{database}{query}")
    }

    /// Starts a server in a temporary folder; none where its programs are not installed.
    fn start() -> Option<Self> {
        let programs = programs()?;
        let folder = TempDir::new().unwrap();
        let owner = other_user();
        if let Some((uid, gid)) = owner {
            chown(folder.path(), Some(uid), Some(gid)).unwrap();
        }
        let data = folder.path().join("data");
        let run = |program: &str| {
            let mut command = Command::new(programs.join(program));
            command.current_dir(folder.path()).stdout(Stdio::null()).stderr(Stdio::null());
            if let Some((uid, gid)) = owner {
                command.uid(uid).gid(gid);
            }
            command
        };
        let initialised = run("initdb")
            .args(["--username=portal", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "-D"])
            .arg(&data)
            .status()
            .unwrap();
        assert!(initialised.success(), "initdb failed");
        let port = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
        let child = run("postgres")
            .arg("-D")
            .arg(&data)
            .args(["-p", &port.to_string(), "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off"])
            .args(["-c", "max_connections=200", "-c"])
            .arg(format!("unix_socket_directories={}", folder.path().display()))
            .spawn()
            .unwrap();
        let server =
            Self { base: format!("postgres://portal@127.0.0.1:{port}/"), child: Some(child), _folder: Some(folder) };
        server.await_ready();
        Some(server)
    }

    fn await_ready(&self) {
        let started = Instant::now();
        while let Err(error) = PgConnection::establish(&self.url("postgres")) {
            assert!(started.elapsed() < PATIENCE, "PostgreSQL does not start: {error}");
            std::thread::yield_now();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            // SIGQUIT to the postmaster ends all of it at once; the data goes with the folder.
            let _ = Command::new("kill").args(["-QUIT", &child.id().to_string()]).status();
            let _ = child.wait();
        }
    }
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

/// Whom to run the server as, where we are root: it refuses root.
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
