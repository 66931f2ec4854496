//! Maintenance mode: the portal is read and not changed, until it is switched off. For an upgrade, a move, a backup
//! that must not miss anything.
//!
//! Administrators switch it by the API, operators by `portal maintenance`, with a text and an end for people to read.
//! Then requests that change something are refused with 503 ([`routes::refuse_writes`]), no mail and no webhook leaves,
//! no announcement begins, and the background jobs rest, but for those that write down or report what goes on: the
//! audit log is sealed. Whoever is logged in reads on, and can log in and out: a session is a row, but nobody
//! reads without one. The end is what people are told; the mode stays until somebody ends it.
//!
//! The mode is a row of the database, so it holds in every process. A process asks for it when there is something to
//! refuse, at most once a second ([`MaintenanceMode::check`]); an idle one asks nothing. Units of work that take mails
//! or webhooks in hand ask in the same transaction ([`is_on`]).
//!
//! Left out: reports about mails that arrive by LMTP or IMAP are counted as ever, and requests that read may write what
//! reading leaves behind (counts, the audit log).

pub mod routes;
mod rules;
mod store;
mod types;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

pub use rules::MAX_TEXT;
pub use types::{BeginMaintenance, MaintenanceState};

use crate::audit::{Audit, Entry, Event, Trace};
use crate::db::{Conn, Db, Id};
use crate::error::Error;
use crate::http::IfMatch;
use crate::time::{Clock, Timestamp};
use types::Notice;

/// How long a process remembers whether the mode is on.
const MEMORY: Duration = Duration::from_secs(1);

/// Switches the mode, and knows whether it is on. Cloning shares what is known.
#[derive(Clone)]
pub struct MaintenanceMode {
    db: Db,
    clock: Clock,
    audit: Audit,
    known: Arc<Mutex<Option<Known>>>,
}

/// What was read last, and when.
#[derive(Clone)]
struct Known {
    read: Instant,
    notice: Option<Notice>,
}

impl MaintenanceMode {
    /// The service.
    #[must_use]
    pub fn new(db: Db, clock: Clock, audit: Audit) -> Self {
        Self { db, clock, audit, known: Arc::default() }
    }

    /// The mode as it is stored.
    pub async fn state(&self) -> Result<MaintenanceState, Error> {
        let notice = self.db.read(store::notice).await?;
        self.remember(notice.clone());
        Ok(notice.into())
    }

    /// Switches the mode on, or changes its text and end, if it is still as `seen` says. `officer` is none for an
    /// operator at the command line.
    ///
    /// # Errors
    /// 412, 422.
    pub async fn begin(
        &self,
        officer: Option<Id>,
        trace: Trace,
        given: BeginMaintenance,
        seen: Option<IfMatch>,
    ) -> Result<MaintenanceState, Error> {
        let (audit, now) = (self.audit.clone(), self.clock.now());
        let (until, text) = rules::parse(&given, now)?;
        let begun = move |conn: &mut Conn| {
            let known = store::notice(conn)?;
            check_seen(seen.as_ref(), known.as_ref())?;
            let notice = Notice { since: known.map_or(now, |known| known.since), until, text };
            store::put(conn, &notice)?;
            audit.record(conn, &trace, &entry(Event::MaintenanceBegun, officer))?;
            Ok(notice)
        };
        let notice = Some(self.db.write(begun).await?);
        self.remember(notice.clone());
        Ok(notice.into())
    }

    /// Switches the mode off, if it is still as `seen` says.
    ///
    /// # Errors
    /// 412.
    pub async fn end(
        &self,
        officer: Option<Id>,
        trace: Trace,
        seen: Option<IfMatch>,
    ) -> Result<MaintenanceState, Error> {
        let audit = self.audit.clone();
        let ended = move |conn: &mut Conn| {
            check_seen(seen.as_ref(), store::notice(conn)?.as_ref())?;
            if store::delete(conn)? {
                audit.record(conn, &trace, &entry(Event::MaintenanceEnded, officer))?;
            }
            Ok(())
        };
        self.db.write(ended).await?;
        self.remember(None);
        Ok(MaintenanceState::default())
    }

    /// Refuses what would change something while the mode is on.
    ///
    /// # Errors
    /// 503 with the text and the end.
    pub async fn check(&self) -> Result<(), Error> {
        match self.current().await {
            Some(notice) => Err(rules::refusal(&notice, self.clock.now())),
            None => Ok(()),
        }
    }

    /// Whether the mode is on.
    pub async fn is_on(&self) -> bool {
        self.current().await.is_some()
    }

    /// What is known, read anew after a second. A database that does not answer refuses changes by itself.
    async fn current(&self) -> Option<Notice> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(known) = known.filter(|known| known.read.elapsed() < MEMORY) {
            return known.notice;
        }
        let notice = self.db.read(store::notice).await.ok()?;
        self.remember(notice.clone());
        notice
    }

    fn remember(&self, notice: Option<Notice>) {
        let known = Known { read: Instant::now(), notice };
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Some(known);
    }
}

/// Refuses a decision about another state than `known`.
fn check_seen(seen: Option<&IfMatch>, known: Option<&Notice>) -> Result<(), Error> {
    seen.map_or(Ok(()), |seen| seen.check(&MaintenanceState::from(known.cloned())))
}

fn entry(event: Event, officer: Option<Id>) -> Entry {
    officer.map_or_else(|| Entry::anonymous(event, None), |officer| Entry::by(event, officer, Id::nil()))
}

/// Whether the mode is on, for units of work that would take something in hand.
pub fn is_on(conn: &mut Conn) -> Result<bool, Error> {
    Ok(store::notice(conn)?.is_some())
}

/// The end of the mode and its text, for a terminal; none where it is off.
pub fn shown(state: &MaintenanceState) -> Option<(Timestamp, &str)> {
    Some((state.until?, state.text.as_deref()?))
}
