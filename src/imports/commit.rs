//! Commits a plan: checks it as a whole, then invites in batches, so that no other write waits for 500 invitations.
//!
//! 1. The plan is read, the forms of its rows are parsed again outside of the database, and a read judges them. If any
//!    verdict differs from the plan, it is refused here: no write waits for that.
//! 2. One unit of work claims the plan: it is compared with the one that was read, so that nothing is parsed here; the
//!    rows are judged once more, their mails are charged, and from then on nobody else carries the plan out. The audit
//!    log records the start. If it is refused, nothing happens, but the request stays charged to the changes of its
//!    officer.
//! 3. For each batch of [`BATCH`] rows the mails are rendered outside of any unit of work, and then one makes the
//!    invitations. Rows whose verdict has changed since the second step (another sheet invites the same person) are
//!    left out.
//! 4. After the last batch the plan is closed, and the audit log records the result.
//!
//! The plan keeps the rows that are still to be invited. If the process ends between two batches, another commit of the
//! plan continues with them once the first has certainly ended ([`super::rules::ABANDONED_AFTER`]). So it is if a batch
//! is refused, since the officer may no longer write or a maintenance has begun (`db::write_check`).

use std::sync::Arc;

use serde_json::json;

use super::types::{Commit, Committed, Plan, RowCounts, StoredPlan};
use super::{Imports, rules, store};
use crate::audit::{Entry, Event};
use crate::db::{Conn, Id};
use crate::error::{Error, OrInternal as _, ProblemCode};
use crate::life_cycle::invitations::{self, Hosts, InvitationVerdict, Invitee, ReadyLink};
use crate::policy::Principal;
use crate::service::UnitOfWork;

/// Rows that are invited in one unit of work: some fifteen statements each.
const BATCH: usize = 40;

/// A row that is to be invited.
#[derive(Clone)]
struct PlannedInvitation {
    row: u32,
    invitee: Invitee,
    verdict: InvitationVerdict,
}

/// A plan as it was read and parsed, before it is claimed.
struct ReadPlan {
    stored: StoredPlan,
    plan: Plan,
}

/// A plan that this commit carries out.
struct ClaimedPlan {
    invitations: Vec<PlannedInvitation>,
    hosts: Hosts,
    counts: RowCounts,
}

/// Carries a plan out, in several units of work, all with the time at which the commit began.
///
/// # Errors
/// 404, 409 if the verdict of a row has changed, 410, 422, 429; nobody is invited then.
pub(super) async fn carry_out(
    unit: &UnitOfWork<Imports>,
    officer: Arc<Principal>,
    id: Id,
    options: Commit,
) -> Result<Committed, Error> {
    let read = read_plan(unit, &officer, id, options).await?;
    let asker = Arc::clone(&officer);
    let claimed = write(unit, move |unit, conn| keep_charge(unit.claim(conn, &asker, id, (options, read)))).await??;
    let (hosts, counts) = (Arc::new(claimed.hosts), claimed.counts);
    let mut done = Committed::default();
    let mut batches = claimed.invitations.chunks(BATCH).peekable();
    while let Some(batch) = batches.next() {
        let (rows, hosts, life_cycle) = (batch.to_vec(), Arc::clone(&hosts), unit.life_cycle());
        let links = move || {
            let link = |planned: PlannedInvitation| {
                let ready = life_cycle.ready_link(&hosts, &planned.invitee, planned.verdict)?;
                Ok::<_, Error>((planned, ready))
            };
            rows.into_iter().map(link).collect::<Result<Vec<_>, _>>()
        };
        let (ready, officer) = (tokio::task::spawn_blocking(links).await.or_internal()??, Arc::clone(&officer));
        let (invited, left_out) = write(unit, move |unit, conn| unit.invite_batch(conn, &officer, id, &ready)).await?;
        done.appointments.extend(invited);
        done.left_out.extend(left_out);
        if batches.peek().is_some() {
            // Waiting requests go first.
            tokio::task::yield_now().await;
        }
    }
    done.invited = done.appointments.len();
    let detail = json!({"plan": id, "invited": done.invited, "skipped": counts.skip, "errors": counts.error,
        "left_out": done.left_out.len()});
    write(unit, move |unit, conn| {
        store::close(conn, id, unit.now)?;
        unit.audit.record(conn, &unit.trace, &Entry::by(Event::ImportCommitted, officer.user_id, id).with(detail))
    })
    .await?;
    Ok(done)
}

/// Reads a plan, parses its forms, which is not done within the database, and checks whether it still holds, without a
/// lock.
///
/// # Errors
/// As [`carry_out`].
async fn read_plan(
    unit: &UnitOfWork<Imports>,
    officer: &Arc<Principal>,
    id: Id,
    options: Commit,
) -> Result<ReadPlan, Error> {
    let db = &unit.service.foundation.db;
    let (reader, asker) = (unit.clone(), Arc::clone(officer));
    let stored = db.read(move |conn| reader.open(&asker, store::find(conn, id)?, options)).await?;
    let parser = unit.clone();
    let parse = move || {
        let plan = rules::parse_again(&stored, parser.outbox.letters().community(), parser.now)?;
        Ok::<_, Error>(ReadPlan { stored, plan })
    };
    let (read, asker) = (tokio::task::spawn_blocking(parse).await.or_internal()??, Arc::clone(officer));
    db.read(move |conn| {
        rules::check_same(&read.plan, invitations::judge(conn, &asker, &read.plan.invitees)?)?;
        Ok(read)
    })
    .await
}

/// Runs a unit of work in the context of the commit.
async fn write<T: Send + 'static>(
    unit: &UnitOfWork<Imports>,
    work: impl FnOnce(&UnitOfWork<Imports>, &mut Conn) -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let (unit, db) = (unit.clone(), unit.service.foundation.db.clone());
    db.write(move |conn| work(&unit, conn)).await
}

/// Makes a refusal that follows the judgement of the rows an outcome that is committed. Nothing was written before it,
/// and the request stays charged, so that the changes of an officer limit how often the rows are judged.
fn keep_charge<T>(outcome: Result<T, Error>) -> Result<Result<T, Error>, Error> {
    match outcome {
        Err(error) if matches!(error.refusal(), Some(ProblemCode::PlanOutdated | ProblemCode::TooManyAttempts)) => {
            Ok(Err(error))
        }
        other => other.map(Ok),
    }
}

impl UnitOfWork<Imports> {
    /// Refuses a plan of another officer, and one that is over or has rows in error.
    fn open(&self, officer: &Principal, stored: Option<StoredPlan>, options: Commit) -> Result<StoredPlan, Error> {
        let stored = stored.filter(|plan| plan.made_by == officer.user_id).ok_or_else(Error::not_found)?;
        rules::check_open(&stored, self.now)?;
        rules::check_errors(&stored, options)?;
        Ok(stored)
    }

    /// Checks that a plan is the one that was read and still holds, and claims it so that nobody else carries it out.
    fn claim(
        &self,
        conn: &mut Conn,
        officer: &Principal,
        id: Id,
        (options, read): (Commit, ReadPlan),
    ) -> Result<ClaimedPlan, Error> {
        let stored = self.open(officer, store::lock_for_update(conn, id)?, options)?;
        rules::check_untouched(&read.stored, &stored)?;
        let plan = read.plan;
        invitations::lock_organisations(conn, &plan.invitees)?;
        let judgements = invitations::judge(conn, officer, &plan.invitees)?;
        rules::check_same(&plan, judgements)?;
        let Plan { invitees, verdicts } = plan;
        let planned = invitees.into_iter().zip(verdicts);
        let planned: Vec<PlannedInvitation> =
            planned.map(|(invitee, (row, verdict))| PlannedInvitation { row, invitee, verdict }).collect();
        if !planned.is_empty() {
            self.life_cycle().charge_links(conn, officer, planned.len())?;
        }
        let mut organisations: Vec<Id> = planned.iter().map(|planned| planned.verdict.organisation).collect();
        organisations.sort_unstable();
        organisations.dedup();
        let hosts = Hosts::of(conn, officer.user_id, &organisations)?;
        store::claim(conn, id, self.now)?;
        // Before the first invitation: if the process ends between two batches, the log has the officer who began.
        let detail = json!({"plan": id, "to_invite": planned.len()});
        self.audit.record(conn, &self.trace, &Entry::by(Event::ImportBegun, officer.user_id, id).with(detail))?;
        let counts = RowCounts::of(stored.rows.0.iter().map(|row| row.action));
        Ok(ClaimedPlan { invitations: planned, hosts, counts })
    }

    /// Invites the rows of a batch, and removes them from the plan; returns their appointments, and the rows that are
    /// left out.
    fn invite_batch(
        &self,
        conn: &mut Conn,
        officer: &Principal,
        id: Id,
        batch: &[(PlannedInvitation, ReadyLink)],
    ) -> Result<(Vec<Id>, Vec<u32>), Error> {
        // The plan is deleted if a person whom it names was erased meanwhile.
        let stored = store::lock_for_update(conn, id)?.ok_or_else(Error::not_found)?;
        let invitees: Vec<Invitee> = batch.iter().map(|(planned, _)| planned.invitee.clone()).collect();
        invitations::lock_organisations(conn, &invitees)?;
        let judgements = invitations::judge(conn, officer, &invitees)?;
        let life_cycle = self.life_cycle();
        let (mut appointments, mut left_out) = (Vec::with_capacity(batch.len()), Vec::new());
        for ((planned, ready), judgement) in batch.iter().zip(judgements) {
            let holds = match judgement {
                Ok(now) => now == planned.verdict,
                Err(Error::Refused(_)) => false,
                Err(error) => return Err(error),
            };
            if holds && life_cycle.admits_link(conn, officer, &planned.invitee)? {
                let view = life_cycle.invite_ready(conn, officer, &planned.invitee, planned.verdict, ready)?;
                appointments.push(view.id);
            } else {
                left_out.push(planned.row);
            }
        }
        let last = batch.last().map_or(0, |(planned, _)| planned.row);
        store::set_rows(conn, id, rules::still_to_come(stored.rows.0, last))?;
        Ok((appointments, left_out))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_refusal_after_the_judgement_stays_charged() {
        let kept = |error: Error| keep_charge::<()>(Err(error)).is_ok();
        assert!(kept(Error::conflict(ProblemCode::PlanOutdated)) && kept(Error::too_many(Duration::from_secs(1))));
        assert!(!kept(Error::not_found()) && !kept(Error::gone(ProblemCode::PlanExpired)) && !kept(Error::busy()));
        assert!(matches!(keep_charge(Ok(7)), Ok(Ok(7))));
    }
}
