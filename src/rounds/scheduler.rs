//! What the clock does with rounds, every minute: a draft opens by itself, or is held (`grants`), the reminders of
//! calendars are sent, a round that is past every deadline closes, and reminders that have begun go on until they have
//! reached everybody.
//!
//! What is due is decided in a read first, with few statements whatever the number of rounds: a minute in which nothing
//! is due writes nothing. Each round for which something is due is a unit of work of its own, which locks it and looks
//! again; so with several processes each thing is done once. A round that fails does not keep the others from their
//! time.

use super::deadlines::ledgers;
use super::grants::Planners;
use super::types::{RoundRow, RoundState};
use super::{Rounds, reminders, store};
use crate::audit::Trace;
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::jobs;
use crate::service::{Service as _, UnitOfWork};

impl Rounds {
    /// Does what is due; returns how many things were done.
    pub async fn run_due(&self) -> Result<usize, Error> {
        let (unit, db) = (self.unit(Trace::default()), &self.foundation.db);
        let (now, reader) = (unit.now, unit.clone());
        let rounds = db.read_snapshot(move |conn| reader.due(conn));
        let mut done = 0;
        for id in rounds.await? {
            let unit = unit.clone();
            let step = db.write(move |conn| unit.step(conn, id));
            match Box::pin(jobs::guarded(db, now, "rounds", Some(id), step)).await {
                Ok(count) => done += count.unwrap_or_default(),
                Err(error) => tracing::warn!(%error, round = %id, "could not do what is due for a round"),
            }
        }
        Ok(done + self.continue_reminders().await?)
    }
}

impl UnitOfWork<Rounds> {
    /// The rounds for which something is due.
    fn due(&self, conn: &mut Conn) -> Result<Vec<Id>, Error> {
        let drafts = store::in_state(conn, RoundState::Draft)?;
        let planners = Planners::of(conn, &drafts)?;
        let drafts = drafts.iter().filter(|row| self.opens(row) || planners.is_void(row));
        let mut due: Vec<Id> = drafts.map(|row| row.id).collect();
        let open = store::in_state(conn, RoundState::Open)?;
        let ledgers = ledgers::ledgers(conn, &open)?;
        let sent = reminders::sent_of(conn, &open)?;
        for row in &open {
            let Some(ledger) = ledgers.get(&row.id) else { continue };
            let is_due = ledger.last() <= self.now || self.has_due(conn, row, ledger, sent.get(&row.id))?;
            due.extend(is_due.then_some(row.id));
        }
        Ok(due)
    }

    /// Does what is due for a round; returns how many things.
    fn step(&self, conn: &mut Conn, id: Id) -> Result<usize, Error> {
        let row = super::service::lock(conn, id)?;
        match row.state {
            RoundState::Draft if self.hold_void(conn, &row)? => Ok(1),
            RoundState::Draft if self.opens(&row) => self.open(conn, None, &row).map(|()| 1),
            RoundState::Open if self.is_over(conn, &row)? => self.end(conn, None, &row, RoundState::Closed).map(|()| 1),
            RoundState::Open => self.send_due(conn, &row),
            RoundState::Draft | RoundState::Closed | RoundState::Cancelled => Ok(0),
        }
    }

    /// Whether a draft opens by itself now.
    fn opens(&self, row: &RoundRow) -> bool {
        row.scheduled_at.is_some() && row.opens_at <= self.now
    }

    /// Whether nobody has time left.
    fn is_over(&self, conn: &mut Conn, row: &RoundRow) -> Result<bool, Error> {
        Ok(ledgers::ledger(conn, row)?.last() <= self.now)
    }
}
