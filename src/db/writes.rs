//! Whether what is written is kept: a full disk, a standby, a server or a file system that is set to reading only.
//!
//! `/health/ready` asks ([`Writes::ready`]), and stands in no queue: a thread with a connection of its own looks, at
//! most once a second, and only while somebody asks or a unit of work has just failed for such a reason
//! ([`Writes::note`]). In the second case it looks twice a second, so the portal is ready again within a second or
//! two after.
//!
//! A look at PostgreSQL is the setting `transaction_read_only`, which a standby has too, and every few seconds a small
//! sort that does not fit into memory, so the server writes a temporary file where its data is: no row, no log, nothing
//! to clean up. On SQLite it writes a file beside the database and deletes it; after a unit of work has failed it also
//! commits a page of the database with what is in it (`user_version`), which needs room in the log.
//!
//! Left out: that PostgreSQL does not answer at all, which `watch` notices, and how much room is left
//! (`portal_disk_free_bytes`).

use std::io::ErrorKind;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection as _;
use diesel::sql_types::{Integer, Text};
use diesel::{QueryableByName, RunQueryDsl as _};
use tokio::sync::watch::{self, Sender};

use super::connection::{Access, Conn, Target, open};
use crate::error::{Error, OrInternal as _, ProblemCode, speaks};

/// How long a look is good for.
const GOOD_FOR: Duration = Duration::from_secs(1);
/// How often it looks while nothing is kept.
const AGAIN: Duration = Duration::from_millis(500);
/// How long whoever asks waits for a look. Beyond that, the last one counts.
const PATIENCE: Duration = Duration::from_millis(150);
/// How often it writes to see whether there is room.
const WRITE_EVERY: Duration = Duration::from_secs(5);
/// After so long without a question the connection is closed.
const KEPT: Duration = Duration::from_mins(1);
/// Bytes of the file beside a SQLite database.
const PROBE: usize = 256 * 1024;
/// A sort of about 2 MB in 64 kB of memory.
const SPILL: &str = "BEGIN READ ONLY; SET LOCAL work_mem = '64kB'; \
                     SELECT count(*) FROM (SELECT repeat(md5(n::text), 32) AS words \
                     FROM generate_series(1, 2048) AS n ORDER BY words OFFSET 0) AS spilled; COMMIT";

#[diesel::declare_sql_function]
extern "SQL" {
    /// A setting of the server.
    fn current_setting(name: Text) -> Text;
}

/// The last known state, and the thread that looks.
pub(super) struct Writes {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
    is_embedded: bool,
}

struct Shared {
    /// Why nothing is kept, or that the database does not answer; none where all is well.
    refusal: Mutex<Option<ProblemCode>>,
    /// When it looked last.
    looked: Sender<Option<Instant>>,
    stop: AtomicBool,
}

impl Writes {
    /// Starts the thread, which waits for a question.
    pub(super) fn start(target: &Target) -> Result<Self, Error> {
        let shared = Arc::new(Shared {
            refusal: Mutex::default(),
            looked: watch::channel(None).0,
            stop: AtomicBool::new(false),
        });
        let look = Look { shared: Arc::clone(&shared), target: target.clone(), connection: None, wrote: None };
        let thread =
            std::thread::Builder::new().name("db-writes".to_owned()).spawn(move || look.serve()).or_internal()?;
        Ok(Self { shared, thread: Some(thread), is_embedded: matches!(target, Target::Sqlite(_)) })
    }

    /// Notes that a unit of work failed because nothing is kept, if that was the reason.
    pub(super) fn note(&self, error: &Error) {
        if let Some(code) = error.keeps_nothing() {
            *self.shared.refusal() = Some(code);
            self.look();
        }
    }

    /// Whether the database answers and keeps what is written, as seen a second ago at most.
    pub(super) async fn ready(&self) -> Result<(), ProblemCode> {
        let mut looked = self.shared.looked.subscribe();
        let is_fresh = looked.borrow_and_update().is_some_and(|at| at.elapsed() < GOOD_FOR);
        if !is_fresh {
            self.look();
            // Without a look in time the last one counts.
            let _ = tokio::time::timeout(PATIENCE, looked.changed()).await;
        }
        self.shared.refusal().map_or(Ok(()), Err)
    }

    fn look(&self) {
        if let Some(thread) = &self.thread {
            thread.thread().unpark();
        }
    }
}

impl Drop for Writes {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::Relaxed);
        self.look();
        // A server may keep the thread waiting; a file does not, and is closed before the next one opens it.
        if let Some(thread) = self.thread.take().filter(|_| self.is_embedded) {
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn refusal(&self) -> MutexGuard<'_, Option<ProblemCode>> {
        self.refusal.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The thread.
struct Look {
    shared: Arc<Shared>,
    target: Target,
    connection: Option<Conn>,
    /// When it wrote last.
    wrote: Option<Instant>,
}

impl Look {
    fn serve(mut self) {
        loop {
            let before = *self.shared.refusal();
            let asked = Instant::now();
            std::thread::park_timeout(if before.is_some() { AGAIN } else { KEPT });
            if self.shared.stop.load(Ordering::Relaxed) {
                return;
            }
            let suspect = *self.shared.refusal();
            if suspect.is_none() && asked.elapsed() >= KEPT {
                self.connection = None;
                continue;
            }
            let found = self.look(suspect).err();
            self.tell(suspect, found);
        }
    }

    fn tell(&self, before: Option<ProblemCode>, found: Option<ProblemCode>) {
        let mut refusal = self.shared.refusal();
        // What a unit of work has met meanwhile is newer than this look.
        if *refusal == before {
            *refusal = found;
        }
        drop(refusal);
        match (before, found) {
            (None, Some(code)) => tracing::error!(%code, "not ready: the database stores no writes"),
            (Some(code), None) => tracing::info!(%code, "ready: the database stores writes again"),
            _ => {}
        }
        self.shared.looked.send_replace(Some(Instant::now()));
    }

    /// Looks once; an error is the reason why the portal is not ready.
    fn look(&mut self, suspect: Option<ProblemCode>) -> Result<(), ProblemCode> {
        let writes = suspect.is_some() || self.wrote.is_none_or(|at| at.elapsed() >= WRITE_EVERY);
        if writes {
            self.wrote = Some(Instant::now());
        }
        let outcome = match self.target.clone() {
            Target::Sqlite(path) => self.look_at_file(&path, writes, suspect.is_some()),
            Target::Postgres(_) => self.look_at_server(writes),
        };
        match outcome {
            Err(
                code @ (ProblemCode::DatabaseFailing
                | ProblemCode::DatabaseFull
                | ProblemCode::DatabaseReadOnly
                | ProblemCode::DatabaseUnreachable),
            ) => Err(code),
            // Others have all connections, or write at this moment, or a server has limits of its own: so it works.
            Ok(()) | Err(_) => Ok(()),
        }
    }

    fn look_at_server(&mut self, writes: bool) -> Result<(), ProblemCode> {
        let is_reused = self.connection.is_some();
        match self.ask_server(writes) {
            // The server may have been started anew meanwhile.
            Err(ProblemCode::DatabaseUnreachable) if is_reused => self.ask_server(writes),
            outcome => outcome,
        }
    }

    fn ask_server(&mut self, writes: bool) -> Result<(), ProblemCode> {
        let asked = match &mut self.connection {
            Some(connection) => ask(connection, writes),
            None => connect(&self.target).and_then(|mut connection| {
                let asked = ask(&mut connection, writes);
                self.connection = Some(connection);
                asked
            }),
        };
        asked.map_err(|error| {
            self.connection = None;
            error.code()
        })
    }

    fn look_at_file(&mut self, path: &str, writes: bool, commits: bool) -> Result<(), ProblemCode> {
        if path.starts_with(':') || path.starts_with("file:") {
            return Ok(());
        }
        if writes {
            write_beside(path)?;
        }
        if commits {
            let committed = match &mut self.connection {
                Some(connection) => connection.commit_a_page(),
                None => open(&self.target, Access::Write).and_then(|mut connection| {
                    let committed = connection.commit_a_page();
                    self.connection = Some(connection);
                    committed
                }),
            };
            committed.map_err(|error| error.code())?;
        } else {
            self.connection = None;
        }
        Ok(())
    }
}

/// A connection for looking; says it where the language of the server is not known here.
fn connect(target: &Target) -> Result<Conn, Error> {
    let mut connection = open(target, Access::Read)?;
    if let Conn::Postgres(c) = &mut connection {
        let language: String = diesel::select(current_setting("lc_messages")).get_result(c)?;
        if !speaks(&language) {
            tracing::warn!(
                language,
                "the server speaks a language without a catalogue here: a full disk or a lock is answered 500. \
                 GRANT SET ON PARAMETER lc_messages TO the role of the portal"
            );
        }
    }
    Ok(connection)
}

fn ask(connection: &mut Conn, writes: bool) -> Result<(), Error> {
    let Conn::Postgres(c) = connection else { return Ok(()) };
    let is_read_only: String = diesel::select(current_setting("transaction_read_only")).get_result(c)?;
    if is_read_only == "on" {
        return Err(Error::of_database(ProblemCode::DatabaseReadOnly, "a standby, or set to reading only"));
    }
    if writes && let Err(error) = c.batch_execute(SPILL) {
        // A failed one leaves the transaction open.
        let _ = c.batch_execute("ROLLBACK");
        return Err(error.into());
    }
    Ok(())
}

/// Writes a file beside the database, and deletes it.
fn write_beside(path: &str) -> Result<(), ProblemCode> {
    let probe = format!("{path}.probe");
    let written = std::fs::write(&probe, vec![0; PROBE]);
    // What was not written is not there.
    let _ = std::fs::remove_file(&probe);
    match written.map_err(|error| error.kind()) {
        Err(ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge) => {
            Err(ProblemCode::DatabaseFull)
        }
        Err(ErrorKind::ReadOnlyFilesystem) => Err(ProblemCode::DatabaseReadOnly),
        // Whoever may not write beside the file may still write the file.
        Ok(()) | Err(_) => Ok(()),
    }
}

impl Conn {
    /// Commits the first page of a SQLite file as it is.
    fn commit_a_page(&mut self) -> Result<(), Error> {
        #[derive(QueryableByName)]
        struct Version {
            #[diesel(sql_type = Integer)]
            user_version: i32,
        }
        let Self::Sqlite(c) = self else { return Ok(()) };
        c.batch_execute("PRAGMA busy_timeout = 200;")?;
        let Version { user_version } = diesel::sql_query("PRAGMA user_version").get_result(c)?;
        Ok(c.batch_execute(&format!("PRAGMA user_version = {user_version};"))?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn full() -> Error {
        Error::of_database(ProblemCode::DatabaseFull, "database or disk is full")
    }

    #[tokio::test]
    async fn o21_who_keeps_nothing_is_not_ready_until_a_write_is_kept_again() {
        let folder = tempfile::tempdir().unwrap();
        let target = Target::Sqlite(folder.path().join("portal.sqlite3").display().to_string());
        let writes = Writes::start(&target).unwrap();
        assert_eq!(writes.ready().await, Ok(()));
        writes.note(&Error::busy());
        assert_eq!(writes.ready().await, Ok(()), "that was no failure to keep something");
        writes.note(&full());
        // The file can be written: the thread finds that out, and nobody else has to.
        let mut looked = writes.shared.looked.subscribe();
        while writes.ready().await.is_err() {
            looked.changed().await.unwrap();
        }
        drop(writes);
        let left: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert!(left.iter().all(|name| !name.to_string_lossy().ends_with(".probe")), "{left:?}");
    }

    #[test]
    fn o21_a_folder_that_is_not_there_is_not_taken_for_a_full_disk() {
        assert_eq!(write_beside("/nowhere/portal.sqlite3"), Ok(()));
    }
}
