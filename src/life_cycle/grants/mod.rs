//! Review of open grants: invitations without an answer, hand-overs during their overlap.
//!
//! A grant is judged again when it takes effect, by the rights that its granter has then (`policy::grants`): an
//! invitation when it is looked at, accepted or reminded of, a hand-over on its day. Where the session or API token of
//! the grant was revoked since (`identity::granters`), an invitation only proposes the person, whom an officer
//! approves, and a hand-over is cancelled. Grants without effect are also withdrawn: before the answer to the request
//! that took the rights away, and every minute for other causes (the end of a mandate, a restored backup). The officers
//! of the organisation get a mail, since they may grant the same themselves.
//!
//! A hand-over never leaves a place vacant: it is cancelled on its day where the successor's appointment is not active
//! or the account closed, and before where the successor's appointment is over.
//!
//! Each step is a unit of work that locks the organisation and judges again, as in `scheduler`.
//!
//! Left out: grants that took effect. Such an appointment stays until an officer decides otherwise.

mod store;

use serde_json::json;

use super::invitations;
use super::mails::{About, Cancellation, HandOverCancelled, InvitationsWithdrawn, MandateEnd};
use super::notifications::{self, Posting};
use super::{AppointmentView, LifeCycle, Transition, check_seen, rules, view};
use crate::appointments::{self, Appointment, AppointmentStatus, Event};
use crate::audit::{self, Entry, Trace};
use crate::db::{Conn, Id};
use crate::error::{Error, ProblemCode};
use crate::http::IfMatch;
use crate::identity;
use crate::members;
use crate::policy::{self, Principal, Worth};
use crate::service::{Service as _, UnitOfWork};
use crate::time::Timestamp;
use store::{Group, OpenHandOver};

/// Invitations that are withdrawn in one unit of work.
const AT_ONCE: i64 = 500;

/// Grants whose granters lost the right to them.
#[derive(Default)]
struct RevokedGrants {
    invitations: Vec<Group>,
    hand_overs: Vec<Id>,
}

impl LifeCycle {
    /// Withdraws the open grants of people who lost the right to grant them; returns how many. A failure is logged and
    /// does not stop the others; the job of the next minute tries it again.
    pub async fn withdraw_void(&self) -> Result<usize, Error> {
        let revoked = self.read(revoked_grants).await?;
        let mut done = 0;
        for group in revoked.invitations {
            let work = self.write(Trace::default(), move |unit, conn| unit.withdraw_group(conn, group));
            done += count_or_log(work.await);
        }
        for predecessor in revoked.hand_overs {
            let work = self.write(Trace::default(), move |unit, conn| unit.settle_hand_over(conn, predecessor));
            done += count_or_log(work.await.map(usize::from));
        }
        Ok(done)
    }
}

fn count_or_log(outcome: Result<usize, Error>) -> usize {
    outcome.unwrap_or_else(|error| {
        tracing::warn!(%error, "could not withdraw what somebody had granted");
        0
    })
}

/// Finds them, with a constant number of queries.
fn revoked_grants(conn: &mut Conn) -> Result<RevokedGrants, Error> {
    let (groups, hand_overs) = (store::groups(conn)?, store::all_under_way(conn)?);
    let successors: Vec<Id> = hand_overs.iter().filter_map(|(row, _)| row.replaced_by).collect();
    let over = store::over(conn, &successors)?;
    let mut people: Vec<Id> = groups.iter().map(|group| group.inviter).collect();
    people.extend(hand_overs.iter().map(|(_, begun)| begun.begun_by));
    people.sort_unstable();
    people.dedup();
    if people.is_empty() {
        return Ok(RevokedGrants::default());
    }
    let granters = identity::granters(conn, &people)?;
    let is_void = |group: &Group| granters.get(&group.inviter).is_none_or(|one| group.worth(one) == Worth::Nothing);
    let credentials: Vec<Id> = hand_overs.iter().filter_map(|(_, begun)| begun.begun_with).collect();
    let revoked = identity::revoked(conn, &credentials)?;
    let ends = |row: &Appointment, begun: &OpenHandOver| {
        let is_revoked = begun.begun_with.is_some_and(|credential| revoked.contains(&credential));
        is_revoked
            || row.replaced_by.is_some_and(|successor| over.contains(&successor))
            || granters.get(&begun.begun_by).is_none_or(|one| !policy::still_hands_over(one, row))
    };
    Ok(RevokedGrants {
        invitations: groups.into_iter().filter(is_void).collect(),
        hand_overs: hand_overs.iter().filter(|(row, begun)| ends(row, begun)).map(|(row, _)| row.id).collect(),
    })
}

impl Group {
    fn worth(&self, inviter: &Principal) -> Worth {
        policy::worth_of_invitation(inviter, self.role, (self.organisation, self.kind), self.approved)
    }
}

impl UnitOfWork<LifeCycle> {
    /// Withdraws the invitations of a group, unless the inviter may invite again, and mails that to the officers who
    /// may invite; returns how many.
    fn withdraw_group(&self, conn: &mut Conn, group: Group) -> Result<usize, Error> {
        super::store::lock_organisation(conn, group.organisation)?;
        let inviter = identity::granter(conn, group.inviter)?;
        if group.worth(&inviter) != Worth::Nothing {
            return Ok(0);
        }
        let (mut count, mut last) = (0, None);
        let mut ids = store::of_group(conn, &group, AT_ONCE)?;
        ids.sort_unstable();
        // All before the first change, which takes the lock of the index (lock order, `db`).
        let rows: Vec<Appointment> =
            ids.into_iter().map(|id| appointments::lock_for_update(conn, id)).collect::<Result<_, _>>()?;
        for row in rows {
            if row.status == AppointmentStatus::Invited {
                last = Some(self.carry_out(conn, &row, Transition::timed(Event::Withdraw))?);
                count += 1;
            }
        }
        if let Some(row) = last {
            let officers = notifications::approvers(conn, &row)?;
            self.write_to(conn, &row, &officers, Posting::notice(), |about| {
                let (inviter, organisation) = (inviter.name.clone(), about.organisation);
                Box::new(InvitationsWithdrawn { inviter, organisation, count })
            })?;
        }
        Ok(count)
    }

    /// The inviter of an open invitation, and its worth now.
    pub(super) fn worth(
        conn: &mut Conn,
        row: &Appointment,
        invitation: &invitations::Granted,
    ) -> Result<(Principal, Worth), Error> {
        let inviter = identity::granter(conn, invitation.by)?;
        let approved = invitation.approved && !identity::is_revoked(conn, invitation.with)?;
        let place = (row.organisation_id, members::kind(conn, row.organisation_id)?);
        let worth = policy::worth_of_invitation(&inviter, row.role, place, approved);
        Ok((inviter, worth))
    }

    /// Records the beginning of a hand-over, and the end that the mandate had before the first of several.
    pub(super) fn begin_hand_over(
        &self,
        conn: &mut Conn,
        row: &Appointment,
        until: Timestamp,
        by: &Principal,
    ) -> Result<(), Error> {
        let begun_with = by.credential_id();
        identity::remember_credential(conn, begun_with, until)?;
        let before = store::under_way(conn, row.id)?.filter(|before| row.valid_to == Some(before.until));
        let valid_to_before = before.map_or(row.valid_to, |before| before.valid_to_before);
        let begun = OpenHandOver { begun_by: by.user_id, valid_to_before, until, begun_with: Some(begun_with) };
        store::begin(conn, row.id, &begun, self.now)
    }

    /// Deletes the open hand-over of an appointment that is over.
    pub(super) fn forget_hand_over(conn: &mut Conn, row: &Appointment) -> Result<(), Error> {
        if row.status.is_final() { store::end(conn, row.id) } else { Ok(()) }
    }

    /// The person who began the open hand-over of this appointment, with current rights; none if none is open.
    pub(super) fn hand_over_begun_by(conn: &mut Conn, row: &Appointment) -> Result<Option<Principal>, Error> {
        let begun = store::under_way(conn, row.id)?.filter(|_| rules::is_handed_over(row));
        begun.map(|begun| identity::granter(conn, begun.begun_by)).transpose()
    }

    /// Refuses an officer who may not undo the open hand-over of this appointment; returns whether there is one.
    pub(super) fn check_undoes(conn: &mut Conn, officer: &Principal, row: &Appointment) -> Result<bool, Error> {
        match Self::hand_over_begun_by(conn, row)? {
            Some(by) if !policy::may_undo_hand_over(officer, &by) => {
                Err(Error::forbidden(ProblemCode::SecretariatOnly))
            }
            begun_by => Ok(begun_by.is_some()),
        }
    }

    /// Cancels an open hand-over on behalf of an officer who may begin one: both stay in force, and both get a mail.
    pub(super) fn cancel_hand_over(
        &self,
        conn: &mut Conn,
        principal: &Principal,
        predecessor: Id,
        seen: Option<&IfMatch>,
    ) -> Result<AppointmentView, Error> {
        let row = self.lock_for_update(conn, predecessor)?;
        self.admit(principal, Event::Replace, &row)?;
        if !Self::check_undoes(conn, principal, &row)? {
            return Err(Error::conflict(ProblemCode::NoHandOver));
        }
        check_seen(conn, principal, &row, seen)?;
        let next = self.cancel(conn, &row, &Cause::Officer(principal))?;
        view(conn, principal, next)
    }

    /// Locks the successor's account; whether the successor can take over.
    pub(super) fn takes_over(conn: &mut Conn, successor: &Appointment) -> Result<bool, Error> {
        let holder = successor.user_id.map(|user| identity::lock_user(conn, user)).transpose()?;
        Ok(policy::takes_over(successor, holder.is_some_and(|holder| !holder.is_closed())))
    }

    /// Ends an overlap: the successor takes over, or the hand-over is cancelled.
    pub(super) fn end_hand_over(&self, conn: &mut Conn, row: &Appointment) -> Result<(), Error> {
        let next = match Self::cause(conn, row, true)? {
            Some(cause) => self.cancel(conn, row, &cause),
            None => self.carry_out(conn, row, Transition::timed(Event::Replace)),
        };
        next.map(|_| ())
    }

    /// Cancels a hand-over that has no effect any more before its day; whether it did.
    fn settle_hand_over(&self, conn: &mut Conn, predecessor: Id) -> Result<bool, Error> {
        let row = self.lock_for_update(conn, predecessor)?;
        match Self::cause(conn, &row, false)? {
            Some(cause) => self.cancel(conn, &row, &cause).map(|_| true),
            None => Ok(false),
        }
    }

    /// Why a hand-over has no effect; none if it has one. Until its day only a final state of the successor counts: a
    /// suspended one may be reinstated by then.
    fn cause(conn: &mut Conn, row: &Appointment, is_day: bool) -> Result<Option<Cause<'static>>, Error> {
        let Some(successor) = row.replaced_by.filter(|_| rules::is_handed_over(row)) else { return Ok(None) };
        if let Some(begun) = store::under_way(conn, row.id)? {
            if !policy::still_hands_over(&identity::granter(conn, begun.begun_by)?, row) {
                return Ok(Some(Cause::Granter));
            }
            if identity::is_revoked(conn, begun.begun_with)? {
                return Ok(Some(Cause::Credential));
            }
        }
        let successor = appointments::lock_for_update(conn, successor)?;
        let takes_over = if is_day { Self::takes_over(conn, &successor)? } else { !successor.status.is_final() };
        Ok((!takes_over).then_some(Cause::Successor))
    }

    /// Cancels a hand-over: restores the end of the mandate and mails that to those concerned.
    fn cancel(&self, conn: &mut Conn, row: &Appointment, cause: &Cause<'_>) -> Result<Appointment, Error> {
        let begun = store::under_way(conn, row.id)?;
        store::end(conn, row.id)?;
        let valid_to = match &begun {
            Some(begun) if row.valid_to != Some(begun.until) => row.valid_to,
            Some(begun) => begun.valid_to_before,
            None => None,
        };
        let next = Appointment { replaced_by: None, valid_to, updated_at: self.now, ..row.clone() }.checked(self.now);
        appointments::record(conn, &next)?;
        let (event, subject) = (audit::Event::AppointmentChanged, next.user_id.unwrap_or(next.id));
        let entry = match cause.officer() {
            Some(officer) => Entry::by(event, officer.user_id, subject),
            None => Entry::anonymous(event, Some(subject)),
        };
        let mut detail = rules::detail(Some(row), &next, "hand_over_cancelled");
        detail.insert("cause".to_owned(), json!(cause.kind()));
        self.audit.record(conn, &self.trace, &entry.of(next.organisation_id).with(detail.into()))?;
        let successor = row.replaced_by.map(|id| appointments::find(conn, id)).transpose()?.flatten();
        let successor = successor.ok_or_else(Error::not_found)?;
        self.notify_of_cancellation(conn, &next, &successor, begun.map(|begun| begun.begun_by), cause)?;
        Ok(next)
    }

    /// Mails a cancellation to both holders, to the person who began the hand-over, and to those who may decide instead
    /// if no officer asked for the cancellation.
    fn notify_of_cancellation(
        &self,
        conn: &mut Conn,
        row: &Appointment,
        successor: &Appointment,
        begun_by: Option<Id>,
        cause: &Cause<'_>,
    ) -> Result<(), Error> {
        let mut people: Vec<Id> = [row.user_id, successor.user_id].into_iter().flatten().collect();
        // A person who lost the right is no officer any more.
        people.extend(begun_by.filter(|_| !matches!(cause, Cause::Granter)));
        let mut readers = identity::users(conn, &people)?;
        if cause.officer().is_none() {
            readers.extend(notifications::approvers(conn, row)?);
        }
        readers.sort_by_key(|reader| reader.id);
        readers.dedup_by_key(|reader| reader.id);
        let by = cause.officer().map(|officer| officer.user_id);
        readers.retain(|reader| reader.erase_at.is_none() && Some(reader.id) != by);
        let officer = cause.officer().map(|officer| officer.name.clone()).unwrap_or_default();
        let name = super::store::names(conn, successor)?.person;
        let posting = Posting::notice().caused_by(rules::causer(row, by)).with_successor(successor.user_id);
        self.write_to(conn, row, &readers, posting, |about| {
            let About { applicant, organisation, reader, .. } = about;
            let id = reader.place(row, successor);
            let (successor, officer, end) = (name.clone(), officer.clone(), MandateEnd::of(row));
            let cause = cause.kind();
            Box::new(HandOverCancelled { reader, applicant, organisation, successor, cause, officer, end, id })
        })
    }
}

/// Why a hand-over is cancelled.
enum Cause<'a> {
    /// The person who began it may not hand over any more.
    Granter,
    /// The credential with which it was begun was revoked.
    Credential,
    /// The successor can't take over.
    Successor,
    /// An officer cancels it.
    Officer(&'a Principal),
}

impl Cause<'_> {
    const fn kind(&self) -> Cancellation {
        match self {
            Self::Granter => Cancellation::Granter,
            Self::Credential => Cancellation::Credential,
            Self::Successor => Cancellation::Successor,
            Self::Officer(_) => Cancellation::Officer,
        }
    }

    const fn officer(&self) -> Option<&Principal> {
        match self {
            Self::Officer(officer) => Some(*officer),
            Self::Granter | Self::Credential | Self::Successor => None,
        }
    }
}
