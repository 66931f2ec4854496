//! Maintenance mode: the portal is read and not changed, until it is switched off. For an upgrade, a move, a backup
//! that must not miss anything.
//!
//! Administrators switch it by the API, operators by `portal maintenance`, with a text and an end for people to read.
//! Then requests that change something are refused with 503 ([`routes::refuse_writes`]), no mail and no webhook leaves,
//! no announcement begins, and the background jobs rest, but for those that write down or report what goes on: the
//! audit log is sealed. Every page says so above its content (`web::maintenance_banner`). Whoever is logged in reads on,
//! can log in and out (a session is a row, but nobody reads without one), and can end sessions, tokens and the access of
//! an account. Links of mails wait, since what they do would be lost with a database that is left behind. The end is what
//! people are told; the mode stays until somebody ends it.
//!
//! The mode is a row of the database, so it holds in every process. A process asks for it when there is something to
//! refuse, or a page to show, at most once a second ([`MaintenanceMode::check`], [`MaintenanceMode::known`]); an idle
//! one asks nothing. Units of work that take mails or webhooks in hand ask in the same transaction ([`is_on`]).
//!
//! A request may write long after it was let in: its body arrives slowly, or it writes in many steps. So each of its
//! units of work asks again, in its own transaction if the answer is older than a second.
//!
//! Where the database does not answer, a process goes by what it knew last, however old that is. If it never knew,
//! requests are let in, since their units of work ask, and jobs fail with the error of the database.
//!
//! Operators see the mode as a part in `/health/ready` and `portal status` ([`crate::incidents`]), in `/metrics`, and
//! in the log of each process at its begin and end, and at a start under it. What an operator does by a command of the
//! portal is not refused.
//!
//! Left out: reports about mails that arrive by LMTP or IMAP are counted as ever, and requests that read may write what
//! reading leaves behind (counts, the audit log).

pub mod routes;
mod rules;
mod store;
mod types;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde_json::json;

pub use rules::MAX_TEXT;
pub use types::{BeginMaintenance, MaintenanceState};

use crate::audit::{Audit, Entry, Event, Trace};
use crate::db::{Conn, Db, Id, WriteCheck};
use crate::error::Error;
use crate::http::IfMatch;
use crate::incidents::{Part, Troubles};
use crate::metrics::State;
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
    memory: Arc<Memory>,
}

/// What a process knows.
#[derive(Default)]
struct Memory {
    known: Mutex<Option<Known>>,
    /// Where the mode is shown to operators.
    troubles: Troubles,
    /// Held by the one who reads.
    reading: tokio::sync::Mutex<()>,
}

/// The mode as it was at an instant, or later.
#[derive(Clone)]
struct Known {
    at: Instant,
    notice: Option<Notice>,
}

impl Memory {
    fn last(&self) -> Option<Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What is known, if it is no older than a second.
    fn fresh(&self) -> Option<Known> {
        self.last().filter(|known| known.at.elapsed() < MEMORY)
    }

    /// Notes the mode as it was at an instant, or later, unless something newer is known: who reads slowly does not
    /// undo what was switched meanwhile. Operators are told of each change, under the lock, so in the order of changes.
    fn note(&self, at: Instant, notice: Option<Notice>) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.as_ref().is_some_and(|known| known.at > at) {
            return;
        }
        let before = known.take().and_then(|known| known.notice);
        if before != notice {
            self.tell(notice.as_ref());
        }
        *known = Some(Known { at, notice });
    }

    /// Tells the log and the incidents that the mode is on, or is not any more.
    fn tell(&self, notice: Option<&Notice>) {
        self.troubles.end(Part::Maintenance);
        let Some(Notice { since, until, text }) = notice else {
            return tracing::info!("the maintenance has ended: changes are accepted, and mails leave again");
        };
        tracing::warn!(
            %since, %until,
            "under maintenance: changes are refused, and no mail leaves, until it is ended (`portal maintenance off`)"
        );
        self.troubles.begin(Part::Maintenance, *since, &format!("announced until {until}: {text}"));
    }
}

impl MaintenanceMode {
    /// The service, which shows the mode among what does not work.
    #[must_use]
    pub fn new(db: Db, clock: Clock, audit: Audit, troubles: Troubles) -> Self {
        Self { db, clock, audit, memory: Arc::new(Memory { troubles, ..Memory::default() }) }
    }

    /// The mode as it is stored.
    pub async fn state(&self) -> Result<MaintenanceState, Error> {
        let asked = Instant::now();
        let notice = self.db.read(store::notice).await?;
        self.memory.note(asked, notice.clone());
        Ok(notice.into())
    }

    /// The mode as this process knows it: no older than a second while the database answers.
    ///
    /// # Errors
    /// That of the database if nothing is known yet.
    pub async fn known(&self) -> Result<MaintenanceState, Error> {
        self.current().await.map(MaintenanceState::from)
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
            conn.exclude_others()?;
            let known = store::notice(conn)?;
            check_seen(seen.as_ref(), known.as_ref())?;
            let notice = Notice { since: known.map_or(now, |known| known.since), until, text };
            store::put(conn, &notice)?;
            let entry = entry(Event::MaintenanceBegun, officer).with(json!({"until": notice.until}));
            audit.record(conn, &trace, &entry)?;
            Ok(notice)
        };
        let notice = Some(self.db.write(begun).await?);
        self.memory.note(Instant::now(), notice.clone());
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
            conn.exclude_others()?;
            check_seen(seen.as_ref(), store::notice(conn)?.as_ref())?;
            if store::delete(conn)? {
                audit.record(conn, &trace, &entry(Event::MaintenanceEnded, officer))?;
            }
            Ok(())
        };
        self.db.write(ended).await?;
        self.memory.note(Instant::now(), None);
        Ok(MaintenanceState::default())
    }

    /// Refuses what would change something while the mode is on.
    ///
    /// # Errors
    /// 503 with the text and the end.
    pub async fn check(&self) -> Result<(), Error> {
        // If nothing is known, the units of work decide.
        self.judge(self.current().await.unwrap_or_default())
    }

    /// The same for each unit of work of a request that was let in: the mode may have begun since.
    fn check_of_units(&self) -> WriteCheck {
        let mode = self.clone();
        Arc::new(move |conn: &mut Conn| {
            if let Some(known) = mode.memory.fresh() {
                return mode.judge(known.notice);
            }
            let asked = Instant::now();
            let notice = store::notice(conn)?;
            mode.memory.note(asked, notice.clone());
            mode.judge(notice)
        })
    }

    fn judge(&self, notice: Option<Notice>) -> Result<(), Error> {
        notice.map_or(Ok(()), |notice| Err(rules::refusal(&notice, self.clock.now())))
    }

    /// Whether the mode is on.
    ///
    /// # Errors
    /// That of the database if nothing is known yet.
    pub async fn is_on(&self) -> Result<bool, Error> {
        Ok(self.current().await?.is_some())
    }

    /// What is known, read anew after a second, by one at a time: the others go by what was known before, as all do
    /// while the database does not answer. If nothing was, they wait.
    async fn current(&self) -> Result<Option<Notice>, Error> {
        let turn = match self.memory.reading.try_lock() {
            Ok(turn) => Some(turn),
            Err(_) if self.memory.last().is_none() => Some(self.memory.reading.lock().await),
            Err(_) => None,
        };
        if turn.is_some() && self.memory.fresh().is_none() {
            let asked = Instant::now();
            match self.db.read(store::notice).await {
                Ok(notice) => self.memory.note(asked, notice),
                Err(error) if self.memory.last().is_none() => return Err(error),
                Err(_) => {}
            }
        }
        drop(turn);
        Ok(self.memory.last().and_then(|known| known.notice))
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

/// The mode as it is stored.
pub fn current(conn: &mut Conn) -> Result<MaintenanceState, Error> {
    Ok(store::notice(conn)?.into())
}

/// Whether the mode is on, for `/metrics`: the same in every process.
///
/// # Errors
/// Of the database.
pub fn states(conn: &mut Conn, _now: Timestamp) -> Result<Vec<State>, Error> {
    let help = "Whether the portal is under maintenance (1) or not (0); read from the database";
    Ok(vec![State::one("maintenance", help, if is_on(conn)? { 1.0 } else { 0.0 })])
}

/// The end of the mode and its text, for a terminal; none where it is off.
pub fn shown(state: &MaintenanceState) -> Option<(Timestamp, &str)> {
    Some((state.until?, state.text.as_deref()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn o48_who_reads_slowly_does_not_undo_what_was_switched_meanwhile() {
        let now = Timestamp::from_micros(1_770_000_000_000_000);
        let on = || Some(Notice { since: now, until: now.plus(MEMORY), text: "A move.".to_owned() });
        let is_on = |memory: &Memory| memory.last().unwrap().notice.is_some();
        let (memory, asked) = (Memory::default(), Instant::now());
        assert!(memory.last().is_none() && memory.fresh().is_none());
        let switched = asked + Duration::from_millis(1);
        memory.note(switched, on());
        memory.note(asked, None);
        assert!(is_on(&memory), "that was read before");
        let told = || memory.troubles.all().iter().map(|trouble| trouble.part).collect::<Vec<_>>();
        assert_eq!(told(), [Part::Maintenance]);
        memory.note(switched, None);
        assert!(!is_on(&memory) && told().is_empty());
    }
}
