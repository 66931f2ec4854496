//! What the clock erases. Each person and each appointment is a unit of work of its own; one that fails is logged, one that ends
//! the process is set aside (`jobs`), and both move back behind all others ([`crate::setbacks`]) and are tried again later.
//! Everything is done once: a second process finds nothing left.

use super::{Desk, store};
use crate::db::{Conn, Db, Id};
use crate::directory;
use crate::error::Error;
use crate::jobs;
use crate::nominations;
use crate::setbacks;
use crate::time::Timestamp;

/// People or appointments looked up at a time, and rows blanked in one unit of work. What is more waits a minute.
const BATCH: i64 = 100;
const ROWS: i64 = 1_000;

/// Erases and forgets what is due, a bounded number at a time; returns how many things.
///
/// # Errors
/// Where the database says no.
pub async fn work_off(db: &Db, desk: &Desk) -> Result<usize, Error> {
    let (now, periods) = (desk.life_cycle.now, desk.periods);
    let mut done = 0;
    for user in db.read(move |conn| store::due(conn, now, BATCH)).await? {
        let desk = desk.clone();
        let erase = db.write(move |conn| desk.erase(conn, user));
        done += told(db, user, now, jobs::guarded(db, now, "erase", Some(user), erase).await).await;
    }
    let (nothing, over) = (now.minus(periods.applications), now.minus(periods.contacts));
    for id in db.read(move |conn| store::forgettable(conn, (nothing, over), now, BATCH)).await? {
        let desk = desk.clone();
        let forget = db.write(move |conn| desk.forget(conn, id));
        done += told(db, id, now, jobs::guarded(db, now, "forget", Some(id), forget).await).await;
    }
    let letters = now.minus(periods.letters);
    for id in db.read(move |conn| store::old_nominations(conn, letters, now, BATCH)).await? {
        let forget = db.write(move |conn| nominations::forget(conn, id, now));
        done += told(db, id, now, jobs::guarded(db, now, "forget_letter", Some(id), forget).await).await;
    }
    let (invitations, networks, mails) =
        (now.minus(periods.invitations), now.minus(periods.networks), now.minus(periods.mails));
    let outbox = desk.life_cycle.outbox.clone();
    let forgotten = [
        db.write(move |conn| store::forget_invitations(conn, invitations, ROWS, now)).await,
        db.write(move |conn| store::forget_networks(conn, networks, ROWS)).await,
        db.write(move |conn| store::forget_readers(conn, mails, ROWS)).await,
        db.write(move |conn| outbox.forget_unknown_addresses(conn, mails, ROWS)).await,
    ];
    // Each was tried; the first that failed is told.
    forgotten.into_iter().try_fold(done, |done, rows| Ok(done + rows?))
}

/// Logs what became of one: by id, since the log outlives a backup that is restored. What failed is set back.
async fn told(db: &Db, id: Id, now: Timestamp, outcome: Result<Option<()>, Error>) -> usize {
    match outcome {
        Ok(Some(())) => {
            tracing::info!(target: "portal::privacy", %id, "forgotten");
            return 1;
        }
        // It is set aside, which was told already.
        Ok(None) => {}
        Err(error) => tracing::warn!(target: "portal::privacy", %error, %id, "could not forget"),
    }
    if let Err(error) = db.write(move |conn| setbacks::note(conn, id, now)).await {
        tracing::warn!(target: "portal::privacy", %error, %id, "could not set back");
    }
    0
}

impl Desk {
    /// Forgets an appointment that is over for long, and its holder with the last of them.
    fn forget(&self, conn: &mut Conn, id: Id) -> Result<(), Error> {
        let row = self.life_cycle.hold(conn, id)?;
        if !row.status.is_final() {
            return Ok(());
        }
        directory::erase_of_appointment(conn, id, self.life_cycle.now)?;
        if row.valid_from.is_none() {
            nominations::forget(conn, id, self.life_cycle.now)?;
        }
        match store::forget(conn, id, self.life_cycle.now)? {
            Some(user) => self.erase(conn, user),
            None => Ok(()),
        }
    }
}
