//! A `tracing` span around each unit of work: its kind, and how long it waited before a thread began it.
//!
//! The span begins when the unit is requested, within the span of its request or job, and is entered on the database's
//! thread; so a log line of a store shows its request. Its level is `debug`: if `log.filter` excludes it, it costs a
//! comparison, and no clock is read.

use std::time::Instant;

use super::Conn;
use crate::error::Error;

/// The same work within a span of this `kind`: `read`, `snapshot` or `write`.
pub(super) fn within<T, F>(kind: &'static str, work: F) -> impl FnOnce(&mut Conn) -> Result<T, Error> + Send + 'static
where
    F: FnOnce(&mut Conn) -> Result<T, Error> + Send + 'static,
    T: 'static,
{
    let span = tracing::debug_span!("unit_of_work", kind, waited_micros = tracing::field::Empty);
    let asked = (!span.is_disabled()).then(Instant::now);
    move |connection: &mut Conn| {
        if let Some(asked) = asked {
            span.record("waited_micros", u64::try_from(asked.elapsed().as_micros()).unwrap_or(u64::MAX));
        }
        let _within = span.enter();
        work(connection)
    }
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
