//! What the clock erases. Each person and each appointment is a unit of work of its own; one that fails is logged, does not keep the
//! others, and is tried again the next time. Everything is done once: a second process finds nothing left.

use super::{Desk, store};
use crate::db::{Conn, Db, Id};
use crate::directory;
use crate::error::Error;
use crate::nominations;

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
        done += told(user, db.write(move |conn| desk.erase(conn, user)).await);
    }
    let (nothing, over) = (now.minus(periods.applications), now.minus(periods.contacts));
    for id in db.read(move |conn| store::forgettable(conn, nothing, over, BATCH)).await? {
        let desk = desk.clone();
        done += told(id, db.write(move |conn| desk.forget(conn, id)).await);
    }
    let letters = now.minus(periods.letters);
    for id in db.read(move |conn| store::old_nominations(conn, letters, BATCH)).await? {
        done += told(id, db.write(move |conn| nominations::forget(conn, id, now)).await);
    }
    let (invitations, networks, mails) =
        (now.minus(periods.invitations), now.minus(periods.networks), now.minus(periods.mails));
    done += db.write(move |conn| store::forget_invitations(conn, invitations, ROWS, now)).await?;
    done += db.write(move |conn| store::forget_networks(conn, networks, ROWS)).await?;
    done += db.write(move |conn| store::forget_readers(conn, mails, ROWS)).await?;
    let outbox = desk.life_cycle.outbox.clone();
    done += db.write(move |conn| outbox.forget_unknown_addresses(conn, mails, ROWS)).await?;
    Ok(done)
}

/// Logs what became of one: by id, since the log outlives a backup that is restored.
fn told(id: Id, outcome: Result<(), Error>) -> usize {
    match outcome {
        Ok(()) => {
            tracing::info!(target: "portal::privacy", %id, "forgotten");
            1
        }
        Err(error) => {
            tracing::warn!(target: "portal::privacy", %error, %id, "could not forget");
            0
        }
    }
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
