//! What the clock does with rounds, every minute: a draft opens by itself, the reminders of calendars are sent, and a
//! round that is past every deadline closes.
//!
//! Each round is a unit of work of its own, which locks it and looks again; so with several processes each thing is done
//! once. A round that fails does not keep the others from their time.

use super::deadlines;
use super::types::{RoundRow, RoundState};
use super::{Rounds, store};
use crate::audit::Trace;
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::jobs;
use crate::service::{Service as _, UnitOfWork};

impl Rounds {
    /// Does what is due; returns how many things were done.
    pub async fn run_due(&self) -> Result<usize, Error> {
        let (unit, db) = (self.unit(Trace::default()), &self.foundation.db);
        let now = unit.now;
        let rounds = db.read(move |conn| {
            let drafts = store::in_state(conn, RoundState::Draft)?.into_iter();
            let due = drafts.filter(|row| row.scheduled_at.is_some() && row.opens_at <= now);
            Ok(due.chain(store::in_state(conn, RoundState::Open)?).map(|row| row.id).collect::<Vec<Id>>())
        });
        let mut done = 0;
        for id in rounds.await? {
            let unit = unit.clone();
            let step = db.write(move |conn| unit.step(conn, id));
            match Box::pin(jobs::guarded(db, now, "rounds", Some(id), step)).await {
                Ok(count) => done += count.unwrap_or_default(),
                Err(error) => tracing::warn!(%error, round = %id, "could not do what is due for a round"),
            }
        }
        Ok(done)
    }
}

impl UnitOfWork<Rounds> {
    /// Does what is due for a round; returns how many things.
    fn step(&self, conn: &mut Conn, id: Id) -> Result<usize, Error> {
        let row = super::service::lock(conn, id)?;
        match row.state {
            RoundState::Draft if row.scheduled_at.is_some() && row.opens_at <= self.now => {
                self.open(conn, None, &row).map(|()| 1)
            }
            RoundState::Open if self.is_over(conn, &row)? => self.end(conn, None, &row, RoundState::Closed).map(|()| 1),
            RoundState::Open => self.send_due(conn, &row),
            RoundState::Draft | RoundState::Closed | RoundState::Cancelled => Ok(0),
        }
    }

    /// Whether nobody has time left.
    fn is_over(&self, conn: &mut Conn, row: &RoundRow) -> Result<bool, Error> {
        Ok(deadlines::ledger(conn, row)?.last() <= self.now)
    }
}
