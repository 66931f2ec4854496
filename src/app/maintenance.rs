//! Maintenance: the background jobs of the portal as a whole, every minute, and the dispatcher of announcements.
//!
//! The jobs of a minute run one after the other, in the order of [`TASKS`]: sealing comes before what may take long,
//! and the write-ahead log is cut last, so that it also loses what the others deleted. While the portal is under
//! maintenance they rest, but for those that write down or report what goes on meanwhile.

use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::{Portal, clock, grants};
use crate::audit::SealedBatch;
use crate::background::{Done, Job, Schedule};
use crate::db::Conn;
use crate::error::Error;
use crate::incidents::Part;
use crate::restore_hold::{self, Hold};
use crate::{
    announcements, audit, changes, events, idempotency, identity, imports, jobs, mail, registrations, responses,
    setbacks, surveys, throttle, webhooks,
};

/// The interval of the jobs.
const HOUSEKEEPING: Duration = Duration::from_mins(1);
/// The interval of the dispatcher without wake-ups: a scheduled announcement begins so late at most.
const DISPATCH: Duration = Duration::from_secs(2);
/// How long ended sessions and spent secrets are kept.
const KEEP_ENDED: Duration = Duration::from_hours(24);
/// Steps of one kind of rows in a round: twenty million rows, after which the next minute goes on.
const MOST_STEPS: usize = 20_000;
/// The greatest difference between the clocks of two machines.
const CLOCKS: Duration = Duration::from_hours(1);

/// A job of each minute.
#[derive(Clone, Copy)]
enum MaintenanceTask {
    /// The machine's clock is compared with the database's, and the room on its disks with the reserve.
    Clock,
    /// New entries of the audit log are sealed.
    Seal,
    /// Deadlines of appointments are applied.
    Timetable,
    /// Rounds of surveys open, close, and remind.
    Rounds,
    /// People are reminded of the days by which sections of responses are due.
    DueSections,
    /// Grants of people who lost the right to them are withdrawn.
    Grants,
    /// The signing keys are rotated.
    Keys,
    /// Expired rows are deleted.
    Sweep,
    /// Digests are sent.
    Digests,
    /// Mails of announcements that ended long ago are deleted.
    OldMails,
    /// People are erased on request, and personal data after its period.
    Erasure,
    /// Files without a reference are deleted.
    Files,
    /// A sample of the files is verified, each hour.
    FileSample,
    /// Whether a restored portal is held.
    Hold,
    /// The write-ahead log is cut. If a reader prevents it, the next round tries again.
    CutLog,
}

/// All jobs, in their order.
const TASKS: [MaintenanceTask; 15] = [
    MaintenanceTask::Clock,
    MaintenanceTask::Seal,
    MaintenanceTask::Hold,
    MaintenanceTask::Timetable,
    MaintenanceTask::Rounds,
    MaintenanceTask::DueSections,
    MaintenanceTask::Grants,
    MaintenanceTask::Keys,
    MaintenanceTask::Sweep,
    MaintenanceTask::Digests,
    MaintenanceTask::OldMails,
    MaintenanceTask::Erasure,
    MaintenanceTask::Files,
    MaintenanceTask::FileSample,
    MaintenanceTask::CutLog,
];

/// One of them, as a background job.
struct MaintenanceJob<'p> {
    portal: &'p Portal,
    chore: MaintenanceTask,
}

impl MaintenanceTask {
    /// Whether it rests while the portal is under maintenance. People log in then, so the audit log is sealed.
    const fn rests(self) -> bool {
        !matches!(self, Self::Clock | Self::Seal | Self::Hold)
    }
}

impl Job for MaintenanceJob<'_> {
    fn name(&self) -> &'static str {
        match self.chore {
            MaintenanceTask::Clock => "clock",
            MaintenanceTask::Seal => "audit_seal",
            MaintenanceTask::Timetable => "timetable",
            MaintenanceTask::Rounds => "rounds",
            MaintenanceTask::DueSections => "due_sections",
            MaintenanceTask::Grants => grants::JOB,
            MaintenanceTask::Keys => "signing_keys",
            MaintenanceTask::Sweep => "sweep",
            MaintenanceTask::Digests => "digests",
            MaintenanceTask::OldMails => "old_mails",
            MaintenanceTask::Erasure => "erasure",
            MaintenanceTask::Files => "files",
            MaintenanceTask::FileSample => "file_sample",
            MaintenanceTask::Hold => "restore_hold",
            MaintenanceTask::CutLog => "write_ahead_log",
        }
    }

    async fn step(&mut self) -> Result<Done, Error> {
        let Self { portal, chore } = *self;
        if chore.rests() && portal.maintenance_mode.is_on().await? {
            return Ok(Done::Things(0));
        }
        match chore {
            MaintenanceTask::Clock => {
                clock::warn(&portal.clock);
                portal.look_at_room();
                Ok(Done::Things(0))
            }
            MaintenanceTask::Seal => portal.guarded("seal", portal.seal()).await,
            // Each appointment, and each person, is guarded separately.
            MaintenanceTask::Timetable => portal.advance().await.map(Done::Things),
            // Each round is guarded separately.
            MaintenanceTask::Rounds => portal.rounds.run_due().await.map(Done::Things),
            // Each response is guarded separately.
            MaintenanceTask::DueSections => portal.responses.remind_due().await.map(Done::Things),
            MaintenanceTask::Grants => portal.grant_review.withdraw().await.map(Done::Things),
            MaintenanceTask::Keys => portal.guarded("keys", portal.rotate_keys()).await,
            MaintenanceTask::Sweep => portal.guarded("sweep", portal.sweep()).await,
            MaintenanceTask::Digests => portal.guarded("digests", Box::pin(portal.digests())).await,
            MaintenanceTask::OldMails => portal.guarded("collapse", Box::pin(portal.collapse())).await,
            MaintenanceTask::Erasure => portal.forget().await.map(Done::Things),
            MaintenanceTask::Files => portal.guarded("files", portal.sweep_files()).await,
            MaintenanceTask::FileSample => portal.storage.verify_hourly().await.map(Done::Things),
            MaintenanceTask::Hold => portal.look_at_hold().await.map(Done::Things),
            MaintenanceTask::CutLog => portal.db.cut_log().await.map(|_is_cut| Done::Things(0)),
        }
    }
}

/// The dispatcher of announcements. A round is one step of each, so a due announcement, and a stop, wait for one step
/// of an announcement to a million recipients, not for its last one; and its first mails leave while the last are
/// written.
struct Dispatch<'p>(&'p Portal);

impl Job for Dispatch<'_> {
    fn name(&self) -> &'static str {
        "announcements"
    }

    async fn step(&mut self) -> Result<Done, Error> {
        self.0.number_changes().await;
        announcements::run_due(&self.0.announcements).await.map(Done::Things)
    }
}

impl Portal {
    /// Runs the jobs every minute until stopped: seals, applies deadlines, rotates keys, deletes, sends digests.
    pub async fn run_maintenance(&self, stop: &CancellationToken) {
        let mut house = TASKS.map(|chore| MaintenanceJob { portal: self, chore });
        self.background.serve(&mut house, &Schedule::every(HOUSEKEEPING), stop).await;
    }

    /// Runs the jobs of a minute once. A failure of one does not prevent the others.
    ///
    /// # Errors
    /// The first failure.
    pub async fn run_maintenance_once(&self) -> Result<(), Error> {
        let mut outcome = Ok(());
        for chore in TASKS {
            let done = self.background.run(&mut MaintenanceJob { portal: self, chore }).await;
            outcome = outcome.and(done.map(|_things| ()));
        }
        outcome
    }

    /// Runs the dispatcher of announcements on each change of state and every two seconds, until stopped.
    pub async fn dispatch(&self, stop: &CancellationToken) {
        let schedule = Schedule::every(DISPATCH).or_when(&self.grant_review.announcements_due).until_nothing_is_due();
        self.background.serve(&mut [Dispatch(self)], &schedule, stop).await;
    }

    /// Runs the dispatcher until no work is left.
    pub async fn dispatch_once(&self) -> Result<(), Error> {
        while self.background.run(&mut Dispatch(self)).await? > 0 {}
        Ok(())
    }

    /// Gives numbers to the changes that this process noted since the last time. Readers do so too; this keeps the rest
    /// few. A failure delays no announcement, and the next round tries again.
    async fn number_changes(&self) {
        if !self.changes_noted.swap(false, Ordering::Relaxed) {
            return;
        }
        if let Err(error) = self.sweep_all(changes::number).await {
            self.changes_noted.store(true, Ordering::Relaxed);
            tracing::warn!(%error, "could not give numbers to changes");
        }
    }

    /// Withdraws grants of people who lost the right to them: every minute, and after a request that took rights away.
    /// A failure is logged, and tried again a minute later; the grants have no effect in the meantime.
    pub async fn settle_grants(&self) {
        self.grant_review.run().await;
    }

    /// Runs a job, unless it has ended earlier processes repeatedly.
    async fn guarded(
        &self,
        job: &'static str,
        work: impl Future<Output = Result<usize, Error>>,
    ) -> Result<Done, Error> {
        let done = jobs::guarded(&self.db, self.clock.now(), job, None, work).await?;
        Ok(done.map_or(Done::SetAside, Done::Things))
    }

    async fn rotate_keys(&self) -> Result<usize, Error> {
        self.identity.rotate_keys().await.map(|()| 0)
    }

    /// Deletes files without a reference; logs how many itself.
    async fn sweep_files(&self) -> Result<usize, Error> {
        self.storage.sweep().await.map(|()| 0)
    }

    /// Reports what an operator should know from the first answer of the portal on; the jobs of a minute look again.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub(super) async fn look_around(&self) -> Result<(), Error> {
        self.look_at_room();
        self.look_at_hold().await.map(|_things| ())
    }

    /// Reports that a restored portal is held, in the log once and as a part that does not work, and that it is not.
    async fn look_at_hold(&self) -> Result<usize, Error> {
        let Some(Hold { taken_at, restored_at }) = self.db.read(restore_hold::current).await? else {
            if self.troubles.end(Part::RestoreHold).is_some() {
                tracing::info!("released: mails, webhooks and announcements leave again");
            }
            return Ok(0);
        };
        let known = self.troubles.all().iter().any(|trouble| trouble.part == Part::RestoreHold);
        if !known {
            tracing::warn!(
                %taken_at, %restored_at,
                "restored from a backup: no mail, webhook or announcement leaves, and no file is deleted; every session \
                 and API token from before has ended; `portal release` releases what is held"
            );
        }
        let words = format!("restored from the backup of {taken_at}; run portal release");
        self.troubles.begin(Part::RestoreHold, restored_at, &words);
        Ok(1)
    }

    /// Reports that a disk has less room than is kept in reserve, in the log once and as a part that does not work, and
    /// that it has enough again.
    fn look_at_room(&self) {
        let Some(lack) = self.reserve.lack() else {
            if self.troubles.end(Part::Room).is_some() {
                tracing::info!("the disk has more room than storage.reserve_bytes again");
            }
            return;
        };
        if self.troubles.all().iter().all(|trouble| trouble.part != Part::Room) {
            tracing::warn!(lack, "uploads, imports and the mails of announcements wait: make room on the disk");
        }
        self.troubles.begin(Part::Room, self.clock.now(), &format!("{lack}; make room"));
    }

    /// Applies the deadlines of appointments.
    async fn advance(&self) -> Result<usize, Error> {
        let done = Box::pin(self.life_cycle.run_due()).await?;
        if done > 0 {
            tracing::info!(done, "applied the deadlines of appointments");
        }
        Ok(done)
    }

    /// Sends due digests.
    async fn digests(&self) -> Result<usize, Error> {
        let people = announcements::digest::run_due(&self.announcements).await?;
        if people > 0 {
            tracing::info!(people, "sent digests");
        }
        Ok(people)
    }

    /// Deletes the mails of announcements that ended long ago; their counts stay.
    async fn collapse(&self) -> Result<usize, Error> {
        let steps = announcements::collapse(&self.announcements).await?;
        if steps > 0 {
            tracing::info!(steps, "deleted mails that were long over");
        }
        Ok(steps)
    }

    /// Erases people on request, and personal data after its period.
    async fn forget(&self) -> Result<usize, Error> {
        let done = Box::pin(self.privacy.run_due()).await?;
        if done > 0 {
            tracing::info!(done, "erased what was due");
        }
        Ok(done)
    }

    /// Repeats a step that deletes a bounded number of rows until it finds none.
    async fn sweep_all(
        &self,
        step: impl Fn(&mut Conn) -> Result<usize, Error> + Clone + Send + 'static,
    ) -> Result<usize, Error> {
        self.db.write_repeatedly(MOST_STEPS, step).await
    }

    /// Deletes expired rows, a bounded number at a time, until none is left.
    async fn sweep(&self) -> Result<usize, Error> {
        let (now, mut rows) = (self.clock.now(), 0);
        let (ended, unverified, mailed) =
            (now.minus(KEEP_ENDED), now.minus(self.lives.unverified), now.minus(self.periods.mails));
        loop {
            let deleted = self.identity.sweep(ended).await?;
            rows += deleted;
            if deleted < identity::SWEPT_AT_ONCE {
                break;
            }
        }
        // A failure of one does not prevent the others; the first one is reported.
        let swept = [
            self.sweep_all(move |conn| registrations::sweep(conn, unverified)).await,
            self.sweep_all(move |conn| throttle::sweep(conn, now.minus(CLOCKS))).await,
            self.sweep_all(move |conn| imports::sweep(conn, ended)).await,
            self.sweep_all(move |conn| surveys::sweep(conn, ended)).await,
            self.sweep_all(move |conn| responses::sweep(conn, now)).await,
            self.sweep_all(move |conn| mail::sweep(conn, mailed)).await,
            self.sweep_all(move |conn| mail::bounce_records::sweep(conn, now)).await,
            // What a process noted that ended since.
            self.sweep_all(changes::number).await.map(|_numbered| 0),
            self.sweep_all(move |conn| changes::sweep(conn, now.minus(changes::KEPT))).await,
            self.sweep_all(move |conn| events::sweep(conn, now.minus(webhooks::KEPT))).await,
            self.sweep_all(move |conn| idempotency::sweep(conn, now.minus(idempotency::KEPT))).await,
            self.sweep_all(move |conn| setbacks::sweep(conn, now)).await,
            self.sweep_all(move |conn| jobs::sweep(conn, now)).await,
        ];
        rows += swept.iter().flatten().sum::<usize>();
        if rows > 0 {
            tracing::info!(rows, "deleted what had ended");
        }
        swept.into_iter().find_map(Result::err).map_or(Ok(rows), Err)
    }

    /// Seals new entries of the audit log. Entries written meanwhile wait for the next round, so that each round ends.
    async fn seal(&self) -> Result<usize, Error> {
        let until = self.clock.now();
        let (began, mut sealed) = (self.sealing.begin(until), 0);
        let mut after = began;
        loop {
            let chain = self.chain.clone();
            let SealedBatch { entries, head, last, is_elsewhere } =
                self.db.write(move |conn| audit::seal(conn, &chain, after, until)).await?;
            if entries > 0 {
                sealed += entries;
                tracing::info!(target: "portal::audit", entries, position = head.position, link = head.hex(), "sealed");
            }
            match last {
                Some(_) => after = last,
                // What another process seals is not known to be done.
                None if is_elsewhere => return Ok(sealed),
                None => break,
            }
        }
        self.sealing.end(began, until);
        Ok(sealed)
    }
}
