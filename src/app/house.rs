//! What is done every minute, with no request that waits for it.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::Portal;
use crate::audit::Sealed;
use crate::db::in_own_name;
use crate::error::Error;
use crate::time::Timestamp;
use crate::{
    announcements, audit, changes, events, idempotency, identity, imports, jobs, life_cycle, mail, privacy,
    registrations, setbacks, throttle, webhooks,
};

/// How often.
const HOUSEKEEPING: Duration = Duration::from_mins(1);
/// How often announcements are looked at when nobody does anything with one: one that is scheduled begins so late at most.
const DISPATCH: Duration = Duration::from_secs(1);
/// How long ended sessions and secrets are kept.
const KEEP_ENDED: Duration = Duration::from_hours(24);
/// The clocks of two machines differ by less.
const CLOCKS: Duration = Duration::from_hours(1);

impl Portal {
    /// Cleans up, rotates keys, seals the audit log, sends digests and works off the timetable every minute until told to stop.
    pub async fn keep_house(&self, stop: &CancellationToken) {
        loop {
            // Told already, each by itself.
            let _ = self.keep_house_once().await;
            tokio::select! {
                () = tokio::time::sleep(HOUSEKEEPING) => {}
                () = stop.cancelled() => return,
            }
        }
    }

    /// Goes on with announcements, as soon as somebody does something with one and each second, until told to stop.
    pub async fn dispatch(&self, stop: &CancellationToken) {
        while !stop.is_cancelled() {
            // Told already.
            if told("go on with announcements", self.dispatch_round().await).is_ok_and(|done| done > 0) {
                continue;
            }
            tokio::select! {
                () = self.stirred.notified() => {}
                () = tokio::time::sleep(DISPATCH) => {}
                () = stop.cancelled() => return,
            }
        }
    }

    /// Does what announcements need now, all of it.
    ///
    /// # Errors
    /// Where the database says no.
    pub async fn dispatch_once(&self) -> Result<(), Error> {
        while self.dispatch_round().await? > 0 {}
        Ok(())
    }

    /// A round of it; how many things were done. So what becomes due, and a stop, wait for one step of an announcement to a
    /// million, not for its last; and its first mails leave while the last are being written.
    async fn dispatch_round(&self) -> Result<usize, Error> {
        let done = announcements::work_off(&self.db, &self.announcements_own_desk()).await?;
        if done > 0 {
            self.outbox.ring();
            self.events.ring();
        }
        Ok(done)
    }

    /// Withdraws what is open of people who may grant it no longer: every minute, and where somebody has just lost rights.
    /// What fails is told, and done a minute later; nothing of it takes effect meanwhile.
    pub async fn settle_grants(&self) {
        // Told already.
        let _ = in_own_name(self.settle()).await;
        self.stir();
    }

    async fn settle(&self) -> Result<(), Error> {
        let settled = life_cycle::withdraw_void(&self.db, &self.life_cycle_desk()).await;
        let done = told("withdraw what somebody had granted", settled)?;
        if done > 0 {
            tracing::info!(done, "withdrew what people had granted who may not any more");
            self.outbox.ring();
            self.events.ring();
        }
        Ok(())
    }

    /// Somebody did something with an announcement.
    pub fn stir(&self) {
        self.stirred.notify_one();
        self.outbox.ring();
        self.events.ring();
    }

    /// What is to be done every minute, once. Each thing is done whatever becomes of the others; sealing comes first.
    ///
    /// # Errors
    /// The first that went wrong.
    pub async fn keep_house_once(&self) -> Result<(), Error> {
        let now = self.clock.now();
        let bounds = (now.minus(KEEP_ENDED), now.minus(self.lives.unverified), now.minus(self.periods.mails));
        let sealed = told("seal the audit log", self.guarded("seal", self.seal()).await);
        // Each appointment, and each person, is guarded by itself.
        let advanced = told("do what the timetable asks for", self.advance().await);
        let settled = self.settle().await;
        let rotated = told("rotate the signing keys", self.guarded("keys", self.identity.rotate_keys()).await);
        let swept = told("delete what had ended", self.guarded("sweep", self.sweep(bounds)).await);
        let digests = told("send the digests", self.guarded("digests", Box::pin(self.digests())).await);
        let collapsed =
            told("delete mails that are long over", self.guarded("collapse", Box::pin(self.collapse())).await);
        let forgotten = told("erase what is due", self.forget().await);
        let files = told("delete files that nothing names", self.guarded("files", self.storage.sweep()).await);
        // Last: what the others deleted is to leave the log, too. Where a reader is in the way it is done the next time.
        let cut = told("cut the write-ahead log", self.db.cut_log().await.map(drop));
        let forgot = collapsed.and(forgotten).and(files).and(cut);
        sealed.and(advanced).and(settled).and(rotated).and(swept).and(digests).and(forgot)
    }

    /// A job of the house, unless it ended the processes that did it before.
    async fn guarded(&self, job: &'static str, work: impl Future<Output = Result<(), Error>>) -> Result<(), Error> {
        jobs::guarded(&self.db, self.clock.now(), job, None, work).await.map(|_| ())
    }

    /// Does what the clock has to do with appointments.
    async fn advance(&self) -> Result<(), Error> {
        let done = life_cycle::work_off(&self.db, &self.life_cycle_desk()).await?;
        if done > 0 {
            tracing::info!(done, "worked off the timetable of appointments");
            self.identity.forget_seen();
            self.outbox.ring();
            self.events.ring();
        }
        Ok(())
    }

    /// Sends digests to those to whom one is due.
    async fn digests(&self) -> Result<(), Error> {
        let people = announcements::digest::work_off(&self.db, &self.announcements_own_desk()).await?;
        if people > 0 {
            tracing::info!(people, "sent digests");
            self.outbox.ring();
        }
        Ok(())
    }

    /// Deletes the mails of announcements that are long over; their counts stay.
    async fn collapse(&self) -> Result<(), Error> {
        let steps = announcements::collapse(&self.db, &self.announcements_own_desk()).await?;
        if steps > 0 {
            tracing::info!(steps, "deleted mails that were long over");
        }
        Ok(())
    }

    /// Erases people who wished it, and what is kept long enough.
    async fn forget(&self) -> Result<(), Error> {
        let done = privacy::work_off(&self.db, &self.privacy_desk()).await?;
        if done > 0 {
            tracing::info!(done, "erased what was due");
            self.identity.forget_seen();
            self.outbox.ring();
            self.events.ring();
        }
        Ok(())
    }

    /// Deletes what had ended, a bounded number of rows at a time.
    async fn sweep(&self, (ended, unverified, mailed): (Timestamp, Timestamp, Timestamp)) -> Result<(), Error> {
        let (now, mut rows) = (self.clock.now(), 0);
        loop {
            let deleted = self.identity.sweep(ended).await?;
            rows += deleted;
            if deleted < identity::SWEPT_AT_ONCE {
                break;
            }
        }
        // One that fails keeps none of the others; the first of those is told.
        let swept = [
            self.db.write(move |conn| registrations::sweep(conn, unverified)).await,
            self.db.write(move |conn| throttle::sweep(conn, now.minus(CLOCKS))).await,
            self.db.write(move |conn| imports::sweep(conn, ended)).await,
            self.db.write(move |conn| mail::sweep(conn, mailed)).await,
            self.db.write(move |conn| mail::bounced::sweep(conn, now)).await,
            self.db.write(move |conn| changes::sweep(conn, now.minus(changes::KEPT))).await,
            self.db.write(move |conn| events::sweep(conn, now.minus(webhooks::KEPT))).await,
            self.db.write(move |conn| idempotency::sweep(conn, now.minus(idempotency::KEPT))).await,
            self.db.write(move |conn| setbacks::sweep(conn, now)).await,
        ];
        rows += swept.iter().flatten().sum::<usize>();
        if rows > 0 {
            tracing::info!(rows, "deleted what had ended");
        }
        swept.into_iter().try_for_each(|outcome| outcome.map(|_rows| ()))
    }

    /// Seals what the audit log has new: what is written meanwhile waits for the next round, so that each comes to its end.
    async fn seal(&self) -> Result<(), Error> {
        let (until, mut after) = (self.clock.now(), None);
        loop {
            let chain = self.chain.clone();
            let Sealed { entries, head, last } =
                self.db.write(move |conn| audit::seal(conn, &chain, after, until)).await?;
            if entries == 0 {
                return Ok(());
            }
            after = last;
            tracing::info!(target: "portal::audit", entries, position = head.position, link = head.hex(), "sealed");
        }
    }
}

fn told<T>(what: &str, outcome: Result<T, Error>) -> Result<T, Error> {
    outcome.inspect_err(|error| tracing::warn!(%error, "could not {what}"))
}
