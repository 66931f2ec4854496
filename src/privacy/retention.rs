//! The retention job. Each person and each appointment is erased in a unit of work of its own; one that fails is
//! logged, one that ends the process is set aside (`jobs`), and both are tried again later, behind all others
//! ([`crate::setbacks`]). Every step is idempotent: a second process finds nothing left.
//!
//! Copies that name a person are searched before the unit of work ([`super::copies`]). With the data of the last
//! appointment of a person, the account becomes due, so that its erasure is not forgotten if the process ends between
//! the two.

use super::copies::Searched;
use super::{Privacy, store};
use crate::appointments;
use crate::audit::{self, Trace};
use crate::db::{Conn, Db, Id};
use crate::directory;
use crate::error::{Error, ProblemCode};
use crate::identity;
use crate::jobs;
use crate::life_cycle;
use crate::mail;
use crate::nominations;
use crate::registrations;
use crate::service::{Service as _, UnitOfWork};
use crate::setbacks;
use crate::time::Timestamp;

/// People or appointments of one run; the rest waits a minute.
const BATCH: i64 = 100;
/// How often the search for copies goes on, as long as new ones come in between.
const ROUNDS: usize = 5;
/// Rows that are blanked in one unit of work.
const ROWS: i64 = 1_000;

impl Privacy {
    /// Erases what is due, a bounded number at a time; returns how many things.
    pub async fn run_due(&self) -> Result<usize, Error> {
        let (unit, db) = (self.unit(Trace::default()), &self.foundation.db);
        let (now, periods) = (unit.now, self.periods);
        let mut done = 0;
        for user in db.read(move |conn| store::due(conn, now, BATCH)).await? {
            done += Box::pin(erase(&unit, db, user)).await;
        }
        let (nothing, over) = (now.minus(periods.applications), now.minus(periods.contacts));
        for id in db.read(move |conn| store::forgettable(conn, (nothing, over), now, BATCH)).await? {
            let forgetting = unit.clone();
            let forget = db.write(move |conn| forgetting.forget_appointment(conn, id));
            let outcome = Box::pin(jobs::guarded(db, now, "forget", Some(id), forget)).await;
            let last_of = outcome.as_ref().ok().copied().flatten().flatten();
            done += log_outcome(db, id, now, outcome.map(|done| done.map(drop))).await;
            if let Some(user) = last_of {
                done += Box::pin(erase(&unit, db, user)).await;
            }
        }
        let letters = now.minus(periods.letters);
        for id in db.read(move |conn| store::old_nominations(conn, letters, now, BATCH)).await? {
            let forget = db.write(move |conn| nominations::forget(conn, id, now));
            done += log_outcome(db, id, now, jobs::guarded(db, now, "forget_letter", Some(id), forget).await).await;
        }
        self.forget_rows(now).await.map(|rows| done + rows)
    }

    /// Blanks and deletes old rows of other features. Each statement is tried; the first error is returned.
    async fn forget_rows(&self, now: Timestamp) -> Result<usize, Error> {
        let (db, periods, outbox) = (&self.foundation.db, self.periods, self.foundation.outbox.clone());
        let (invitations, networks, mails) =
            (now.minus(periods.invitations), now.minus(periods.networks), now.minus(periods.mails));
        let forgotten = [
            db.write(move |conn| life_cycle::invitations::forget_expired(conn, invitations, ROWS, now)).await,
            db.write(move |conn| identity::forget_networks(conn, networks, ROWS)).await,
            db.write(move |conn| audit::forget_networks(conn, networks, ROWS)).await,
            db.write(move |conn| mail::forget_readers(conn, mails, ROWS)).await,
            db.write(move |conn| identity::forget_addresses(conn, mails)).await,
            db.write(move |conn| outbox.forget_unknown_addresses(conn, mails, ROWS)).await,
        ];
        forgotten.into_iter().sum()
    }
}

/// Erases an account; returns how many were erased.
async fn erase(unit: &UnitOfWork<Privacy>, db: &Db, user: Id) -> usize {
    let erased = Box::pin(search_and_erase(unit, db, user));
    let outcome = Box::pin(jobs::guarded(db, unit.now, "erase", Some(user), erased)).await;
    log_outcome(db, user, unit.now, outcome).await
}

/// Searches the copies that name a person, and erases the person once all were looked at.
///
/// # Errors
/// 503 if there were new ones each time.
async fn search_and_erase(unit: &UnitOfWork<Privacy>, db: &Db, user: Id) -> Result<(), Error> {
    let mut searched = Searched::default();
    for _ in 0..ROUNDS {
        if !searched.go_on(db, user, unit.now).await? {
            return Ok(());
        }
        let (unit, looked_at) = (unit.clone(), searched.clone());
        match db.write(move |conn| unit.erase(conn, user, &looked_at)).await {
            Err(error) if error.is_any_of(&[ProblemCode::Busy, ProblemCode::DatabaseContended]) => {}
            outcome => return outcome,
        }
    }
    Err(Error::busy())
}

/// Logs the outcome of one by its id, since the log outlives a backup that is restored, and sets back what failed;
/// returns how many were forgotten.
async fn log_outcome(db: &Db, id: Id, now: Timestamp, outcome: Result<Option<()>, Error>) -> usize {
    match outcome {
        Ok(Some(())) => {
            tracing::info!(target: "portal::privacy", %id, "forgotten");
            return 1;
        }
        // It was set aside, and `jobs` has logged it.
        Ok(None) => {}
        Err(error) => tracing::warn!(target: "portal::privacy", %error, %id, "could not forget"),
    }
    if let Err(error) = db.write(move |conn| setbacks::record(conn, id, now)).await {
        tracing::warn!(target: "portal::privacy", %error, %id, "could not set back");
    }
    0
}

impl UnitOfWork<Privacy> {
    /// Erases the personal data of an appointment that ended long ago. With the last one of a person, the account is
    /// due; returns it then.
    fn forget_appointment(&self, conn: &mut Conn, id: Id) -> Result<Option<Id>, Error> {
        // The account is closed with the last one (lock order, `db`).
        if let Some(user) = appointments::find(conn, id)?.and_then(|row| row.user_id) {
            self.life_cycle().lock_all(conn, &[id], &[user])?;
        }
        let row = self.life_cycle().lock_for_update(conn, id)?;
        if !row.status.is_final() {
            return Ok(None);
        }
        directory::erase_of_appointment(conn, id, self.now)?;
        if row.valid_from.is_none() {
            nominations::forget(conn, id, self.now)?;
        }
        life_cycle::invitations::forget(conn, id, self.now)?;
        registrations::forget_of_appointment(conn, id)?;
        appointments::forget(conn, id, self.now)?;
        let left = store::left_with_nothing(conn, id)?;
        if let Some(user) = left {
            identity::close_for_erasure(conn, user, self.now)?;
        }
        Ok(left)
    }
}
