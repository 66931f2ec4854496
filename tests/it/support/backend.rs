//! A database for each story: a copy of a template that was migrated once for this build of the suite.
//!
//! The templates stay for the next process of the suite. SQLite copies a file of cargo's temporary folder, PostgreSQL
//! makes a database from a template database ([`super::server`]). Databases are made and dropped by the hundred and
//! nothing in them is to last, so they are kept in memory where the system has room for that.

use std::hash::{DefaultHasher, Hasher as _};
use std::io::Write as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{LazyLock, Mutex, PoisonError};

use diesel::connection::SimpleConnection as _;
use diesel::sql_types::{Bool, Text};
use diesel::{Connection as _, PgConnection, QueryableByName, RunQueryDsl as _};
use portal::app;
use portal::db::Target;
use portal::random::Random;
use portal::time::{Clock, Timestamp};
use tempfile::TempDir;

use super::server::Server;

/// Where a temporary file stays in memory, on Linux.
const MEMORY: &str = "/dev/shm";
/// The room that there must be, in bytes: for PostgreSQL and the databases of the stories that run at once.
const ROOM: u64 = 1 << 30;
/// The lock of PostgreSQL under which one process makes the template and others wait for it.
const TURN: u32 = 1_936_998_514;

static SQLITE: LazyLock<Backend> = LazyLock::new(|| Backend::Sqlite { template: sqlite_template() });
static POSTGRES: LazyLock<Option<Backend>> = LazyLock::new(|| Server::find().map(Backend::on));

/// Where stories get their databases.
pub enum Backend {
    Sqlite { template: PathBuf },
    Postgres { server: Server, admin: Mutex<PgConnection>, template: String, made: AtomicUsize },
}

/// A story's database. It is dropped with the story.
pub struct TestDatabase {
    pub url: String,
    _folder: Option<TempDir>,
    drop: Option<(&'static Backend, String)>,
}

/// What a story is given: all of it is on one database.
pub trait Given {
    /// What the story starts with; the settings are those of the portal that the story wants different.
    fn given(backend: &'static Backend, settings: &[&str]) -> Self;
}

impl Given for &'static Backend {
    fn given(backend: &'static Backend, _settings: &[&str]) -> Self {
        backend
    }
}

/// Both databases at once, for a story about the way from one to the other: `#[story(postgres)]` gives the second.
pub struct Both {
    pub sqlite: &'static Backend,
    pub postgres: &'static Backend,
}

impl Given for Both {
    fn given(backend: &'static Backend, _settings: &[&str]) -> Self {
        assert_eq!(backend.name(), "postgres", "a story with both databases is told once");
        Self { sqlite: &SQLITE, postgres: backend }
    }
}

/// Tells a story on SQLite.
pub fn sqlite(story: impl FnOnce(&'static Backend)) {
    story(&SQLITE);
}

/// Tells a story on PostgreSQL. Where there is none, the story is skipped, but with `CI=true` it fails.
pub fn postgres(story: impl FnOnce(&'static Backend)) {
    if let Some(backend) = POSTGRES.as_ref() {
        story(backend);
    } else {
        let hint = "skipped without PostgreSQL. Set TEST_DATABASE_URL, or: apt-get install postgresql";
        assert!(!std::env::var("CI").is_ok_and(|value| value == "true"), "{hint}");
        // Not by `eprintln`, which the runner of tests hides where a test succeeds.
        let _ = writeln!(std::io::stderr(), "{hint}");
    }
}

/// A folder of the suite that stays for its next process.
pub fn home(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// A folder that goes with its owner, in memory where there is room.
pub fn scratch() -> TempDir {
    let room = rustix::fs::statvfs(MEMORY).map_or(0, |found| found.f_bavail.saturating_mul(found.f_frsize));
    let folder = if room < ROOM { TempDir::new() } else { TempDir::new_in(MEMORY).or_else(|_| TempDir::new()) };
    folder.unwrap()
}

impl Backend {
    pub fn name(&self) -> &'static str {
        match self {
            Self::Sqlite { .. } => "sqlite",
            Self::Postgres { .. } => "postgres",
        }
    }

    /// A fresh database with the schema and the reference data.
    pub fn database(&'static self) -> TestDatabase {
        self.copy(true)
    }

    /// A fresh database with nothing in it.
    pub fn empty_database(&'static self) -> TestDatabase {
        self.copy(false)
    }

    fn copy(&'static self, migrated: bool) -> TestDatabase {
        match self {
            Self::Sqlite { template } => {
                let own = scratch();
                let path = own.path().join("portal.sqlite3");
                if migrated {
                    std::fs::copy(template, &path).unwrap();
                }
                TestDatabase { url: format!("sqlite:{}", path.display()), _folder: Some(own), drop: None }
            }
            Self::Postgres { server, template, made, .. } => {
                let name = format!("{template}_{}_{}", std::process::id(), made.fetch_add(1, Ordering::SeqCst));
                let source = if migrated { template } else { "template0" };
                self.administer(&format!("CREATE DATABASE {name} TEMPLATE {source} STRATEGY file_copy")).unwrap();
                TestDatabase { url: server.url(&name), _folder: None, drop: Some((self, name)) }
            }
        }
    }

    /// Runs a statement about databases; on SQLite there is none.
    fn administer(&self, statement: &str) -> diesel::QueryResult<()> {
        match self {
            Self::Sqlite { .. } => Ok(()),
            Self::Postgres { admin, .. } => {
                admin.lock().unwrap_or_else(PoisonError::into_inner).batch_execute(statement)
            }
        }
    }

    /// PostgreSQL with a template for this build, which the first process makes.
    fn on(server: Server) -> Self {
        let mut admin = PgConnection::establish(&server.url("postgres")).expect("TEST_DATABASE_URL leads to a server");
        let own = format!("story_{:016x}", digest(env!("CARGO_TARGET_TMPDIR")));
        let template = format!("{own}_{:016x}", build());
        admin.batch_execute(&format!("SELECT pg_advisory_lock({TURN})")).unwrap();
        if !exists(&mut admin, &template) {
            for left in databases(&mut admin, &own) {
                admin.batch_execute(&format!("DROP DATABASE IF EXISTS {left} WITH (FORCE)")).unwrap();
            }
            let growing = format!("{own}_growing");
            admin.batch_execute(&format!("CREATE DATABASE {growing} TEMPLATE template0")).unwrap();
            prepare(&server.url(&growing));
            admin.batch_execute(&format!("ALTER DATABASE {growing} RENAME TO {template}")).unwrap();
        }
        admin.batch_execute(&format!("SELECT pg_advisory_unlock({TURN})")).unwrap();
        Self::Postgres { server, admin: Mutex::new(admin), template, made: AtomicUsize::new(0) }
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if let Some((backend, name)) = self.drop.take() {
            // A server that is gone has dropped it more thoroughly.
            let _ = backend.administer(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        }
    }
}

/// The template of this build, which the first process makes and which replaces that of the build before.
fn sqlite_template() -> PathBuf {
    let home = home("sqlite");
    let template = home.join(format!("{:016x}.sqlite3", build()));
    if !template.exists() {
        let earlier: Vec<PathBuf> = std::fs::read_dir(&home).unwrap().flatten().map(|entry| entry.path()).collect();
        let growing = scratch();
        let path = growing.path().join("template.sqlite3");
        prepare(&format!("sqlite:{}", path.display()));
        // Complete from the first moment that it is there.
        let whole = home.join(format!("{}.whole", std::process::id()));
        std::fs::copy(&path, &whole).unwrap();
        std::fs::rename(&whole, &template).unwrap();
        for file in earlier.iter().filter(|file| file.extension().is_some_and(|kind| kind == "sqlite3")) {
            let _ = std::fs::remove_file(file);
        }
    }
    template
}

/// Makes the schema and the reference data.
fn prepare(url: &str) {
    let target = Target::parse(url).unwrap();
    app::prepare(&target, &Clock::manual(Timestamp::from_micros(1_760_000_000_000_000)), &Random::seeded(1)).unwrap();
}

/// Tells this build of the suite from every other.
fn build() -> u64 {
    let program = std::fs::metadata(std::env::current_exe().unwrap()).unwrap();
    digest((program.mtime(), program.mtime_nsec(), program.size()))
}

fn digest(value: impl std::hash::Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

#[derive(QueryableByName)]
struct Existing {
    #[diesel(sql_type = Bool)]
    found: bool,
}

#[derive(QueryableByName)]
struct Named {
    #[diesel(sql_type = Text)]
    name: String,
}

fn exists(admin: &mut PgConnection, database: &str) -> bool {
    let query = "SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1) AS found";
    diesel::sql_query(query).bind::<Text, _>(database).get_result::<Existing>(admin).unwrap().found
}

/// The databases whose names begin so.
fn databases(admin: &mut PgConnection, beginning: &str) -> Vec<String> {
    let query = "SELECT datname::text AS name FROM pg_database WHERE starts_with(datname, $1)";
    let found = diesel::sql_query(query).bind::<Text, _>(beginning).load::<Named>(admin).unwrap();
    found.into_iter().map(|database| database.name).collect()
}
