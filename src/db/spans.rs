//! What is known of each unit of work: its kind, how long it waited before a thread began it, and how long it took.
//!
//! Every unit is counted in the figures of the database, and in the account of its request ([`with_account`]), whose
//! line in the access log says how long the request waited for the database and was in it. A `tracing` span of level
//! `debug` surrounds it as well: it begins when the unit is requested, within the span of its request or job, and is
//! entered on the database's thread; so a log line of a store shows its request.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::Conn;
use super::figures::Figures;
use crate::error::Error;

tokio::task_local! {
    static ACCOUNT: Arc<Account>;
}

/// How long the units of work of a request waited for the database, and were in it, in microseconds.
#[derive(Debug, Default)]
pub struct Account {
    waited: AtomicU64,
    took: AtomicU64,
}

impl Account {
    /// Microseconds of waiting.
    #[must_use]
    pub fn waited(&self) -> u64 {
        self.waited.load(Ordering::Relaxed)
    }

    /// Microseconds in the database.
    #[must_use]
    pub fn took(&self) -> u64 {
        self.took.load(Ordering::Relaxed)
    }

    fn add(&self, waited: Duration, took: Duration) {
        self.waited.fetch_add(micros(waited), Ordering::Relaxed);
        self.took.fetch_add(micros(took), Ordering::Relaxed);
    }
}

/// Runs a request whose units of work are added to this account.
pub fn with_account<F: Future>(account: Arc<Account>, request: F) -> impl Future<Output = F::Output> {
    ACCOUNT.scope(account, request)
}

/// A unit of work that was requested, and has not begun.
pub(super) struct Requested {
    kind: &'static str,
    span: tracing::Span,
    figures: Figures,
    account: Option<Arc<Account>>,
    at: Instant,
}

impl Requested {
    /// A unit of this `kind` (`read`, `snapshot` or `write`), requested now.
    pub(super) fn now(kind: &'static str, figures: &Figures) -> Self {
        let span = tracing::debug_span!("unit_of_work", kind, waited_micros = tracing::field::Empty);
        let account = ACCOUNT.try_with(Arc::clone).ok();
        Self { kind, span, figures: figures.clone(), account, at: Instant::now() }
    }

    /// Runs it on the database's thread.
    pub(super) fn run<T>(self, work: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
        let (began, waited) = (Instant::now(), self.at.elapsed());
        self.span.record("waited_micros", micros(waited));
        let _within = self.span.enter();
        let outcome = work();
        let took = began.elapsed();
        self.figures.ran(self.kind, waited, took);
        if let Some(account) = &self.account {
            account.add(waited, took);
        }
        outcome
    }
}

/// The same work, counted, within a span of this `kind`.
pub(super) fn within<T, F>(
    kind: &'static str,
    figures: &Figures,
    work: F,
) -> impl FnOnce(&mut Conn) -> Result<T, Error> + Send + 'static
where
    F: FnOnce(&mut Conn) -> Result<T, Error> + Send + 'static,
    T: 'static,
{
    let requested = Requested::now(kind, figures);
    move |connection: &mut Conn| requested.run(|| work(connection))
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::{Arc, Mutex};
    use std::time::Duration;

    use tracing_subscriber::fmt::MakeWriter;
    use tracing_subscriber::fmt::format::FmtSpan;

    use crate::db::{Db, Limits, Size, Target};

    /// What was logged.
    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl MakeWriter<'_> for Lines {
        type Writer = Self;

        fn make_writer(&self) -> Self {
            self.clone()
        }
    }

    /// The log of a unit of work at this level and above.
    fn logged(level: tracing::Level) -> String {
        let lines = Lines::default();
        let log = tracing_subscriber::fmt().with_max_level(level).with_ansi(false).with_writer(lines.clone());
        let dispatch = tracing::Dispatch::new(log.with_span_events(FmtSpan::CLOSE).finish());
        let target = Target::Sqlite(":memory:".to_owned());
        let limits = Limits { queue: 8, wait: Duration::from_mins(1) };
        tracing::dispatcher::with_default(&dispatch, || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            let db = Db::start(&target, Size { connections: 1, limits }).unwrap();
            let span = tracing::debug_span!("request", route = "/contacts");
            let read = tracing::Instrument::instrument(db.read(|_| Ok(())), span);
            runtime.block_on(read).unwrap();
            // The threads must end before the lines are read.
            drop(db);
        });
        let bytes = lines.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn a_unit_of_work_says_its_kind_its_wait_and_its_request() {
        let text = logged(tracing::Level::DEBUG);
        let line = text.lines().find(|line| line.contains("unit_of_work")).unwrap_or_default();
        for part in ["request{route=\"/contacts\"}", "kind=\"read\"", "waited_micros="] {
            assert!(line.contains(part), "{part} in {text}");
        }
        assert!(!logged(tracing::Level::INFO).contains("unit_of_work"));
    }
}
