//! The actions of the Secretariat on an announcement that is written.
//!
//! Its approver has neither written a version of it nor submitted it, nor joined the Secretariat lately by somebody who
//! did, and approves exactly what was submitted: the hash of content and audience is stored, and compared again when it
//! begins. By then the approval counts only where its giver still has the right, and the credential that it was given
//! with is not revoked (`grants`).
//!
//! `actions` the use cases; this file the transitions within a unit of work.

mod actions;
pub mod routes;

pub use actions::{Action, GiveBack};

use std::collections::BTreeSet;
use std::time::Duration;

use super::cause::{Cause, Why};
use super::rendering::Rendering;
use super::state_machine::Event;
use super::store::{Approval, Plan};
use super::types::{Announcement, AnnouncementStatus, Approve, Draft, Row, Schedule};
use super::{Announcements, draft_of, grants, lock_for, rules, store};
use crate::db::{Conn, Id};
use crate::directory::recipients::{self, ContactSet};
use crate::error::{Error, FieldCode, FieldError, FieldErrors, OrInternal as _, ProblemCode};
use crate::identity;
use crate::mail::{self, batches};
use crate::policy::{self, Principal};
use crate::secrets::hex;
use crate::service::UnitOfWork;
use crate::text;
use crate::throttle::Bucket;

/// Longest reason, in characters.
pub const MAX_REASON: usize = 1_000;
/// Sets up to this size are counted by person when sending begins; larger ones when they are fanned out.
const COUNTED_AT_ONCE: u64 = 50_000;
/// Longest life of an approval: so long the revocation of its credential is remembered.
const APPROVAL: Duration = Duration::from_hours(24 * 365);
/// Failed mails that are put back in one unit of work.
const RETRIED_AT_ONCE: i64 = 5_000;

/// By how many recipients an announcement may differ from what its sender saw.
const TOLERATED: usize = 1;

/// What an officer saw on the page whose button sends.
pub struct Seen {
    /// The `content_hash`.
    pub content_hash: String,
    /// How many people it was for.
    pub recipients: usize,
}

/// Refuses an event of an announcement that says something else, or is for others, than what was seen; returns its draft.
///
/// # Errors
/// 404, 409 where it is not possible, or its content is another.
fn check_content(conn: &mut Conn, id: Id, event: Event, seen: &str) -> Result<Draft, Error> {
    let (row, _) = lock_for(conn, id, event)?;
    let draft = draft_of(conn, &row)?;
    let is_same = seen.eq_ignore_ascii_case(&hex(&rules::hash(&draft)?));
    if is_same { Ok(draft) } else { Err(Error::conflict(ProblemCode::ContentChanged)) }
}

/// Refuses to send another text than the one that was seen, or to another number of people.
///
/// # Errors
/// 404, 409 where it can't begin or its content is another, 412 where the number is.
fn check_seen(conn: &mut Conn, id: Id, seen: &Seen) -> Result<(), Error> {
    let draft = check_content(conn, id, Event::Start, &seen.content_hash)?;
    let chosen = draft.audience.contacts(conn)?;
    let people = recipients::population(conn, &chosen, |preferred, _| preferred)?.people;
    if people.abs_diff(seen.recipients) > TOLERATED { Err(Error::changed_meanwhile()) } else { Ok(()) }
}

impl UnitOfWork<Announcements> {
    /// Asks for the approval of somebody else.
    fn submit(&self, conn: &mut Conn, id: Id, by: Id, rendering: &Rendering) -> Result<Announcement, Error> {
        let (row, next) = lock_for(conn, id, Event::Submit)?;
        let draft = draft_of(conn, &row)?;
        rules::check_languages(&draft)?;
        rendering.contents(&draft)?;
        let approval = Approval {
            content_hash: Some(rules::hash(&draft)?),
            submitted_by: Some(by),
            submitted_at: Some(self.now),
            ..Approval::default()
        };
        store::set_approval(conn, id, &approval)?;
        store::set_plan(conn, id, &Plan::default())?;
        self.change(conn, id, Some(by), Event::Submit, next, Why::Unsaid)
    }

    fn approve(&self, conn: &mut Conn, id: Id, officer: &Principal, given: &Approve) -> Result<Announcement, Error> {
        let (row, next) = lock_for(conn, id, Event::Approve)?;
        policy::check_approver(officer.user_id, &store::writers(conn, &row)?, row.submitted_by)?;
        grants::check_independent(conn, officer.user_id, &row, self.now)?;
        let draft = draft_of(conn, &row)?;
        let hash = rules::hash(&draft)?;
        let read_another = given.content_hash.as_ref().is_some_and(|read| !read.eq_ignore_ascii_case(&hex(&hash)));
        if read_another || row.content_hash.as_ref() != Some(&hash) {
            return Err(Error::conflict(ProblemCode::ContentChanged));
        }
        store::approve(conn, id, officer, &draft, self.now)?;
        identity::remember_credential(conn, officer.credential_id(), self.now.plus(APPROVAL))?;
        self.change(conn, id, Some(officer.user_id), Event::Approve, next, Why::Unsaid)
    }

    /// Returns it to its author, where it says what was read.
    fn reject(&self, conn: &mut Conn, id: Id, by: Id, given: &GiveBack) -> Result<Announcement, Error> {
        let (_, next) = lock_for(conn, id, Event::Reject)?;
        if let Some(read) = &given.content_hash {
            check_content(conn, id, Event::Reject, read)?;
        }
        let reason = parse_reason(given.reason.as_deref())?;
        store::set_approval(conn, id, &Approval::default())?;
        self.change(conn, id, Some(by), Event::Reject, next, reason.as_deref().into())
    }

    fn schedule(&self, conn: &mut Conn, id: Id, officer: &Principal, when: &Schedule) -> Result<Announcement, Error> {
        let (row, next) = lock_for(conn, id, Event::Schedule)?;
        let mut faults = FieldErrors::new();
        if when.send_at <= self.now {
            faults.add(FieldError::new("/send_at", FieldCode::InThePast));
        }
        let zone = faults.take_optional("/zone", when.zone.as_deref(), rules::zone);
        faults.finish()?;
        self.check_ready(conn, &row)?;
        let (by, credential) = (officer.user_id, officer.credential_id());
        let (send_at, scheduled_by, scheduled_with) = (Some(when.send_at), Some(by), Some(credential));
        store::set_plan(conn, id, &Plan { send_at, zone, scheduled_by, scheduled_with })?;
        identity::remember_credential(conn, credential, when.send_at)?;
        self.change(conn, id, Some(by), Event::Schedule, next, Why::Unsaid)
    }

    fn unschedule(&self, conn: &mut Conn, id: Id, by: Id) -> Result<Announcement, Error> {
        let (_, next) = lock_for(conn, id, Event::Unschedule)?;
        store::set_plan(conn, id, &Plan::default())?;
        self.change(conn, id, Some(by), Event::Unschedule, next, Why::Unsaid)
    }

    /// Fixes the recipients and begins to send: for an officer, or at its scheduled time where `by` is none.
    pub(super) fn begin(
        &self,
        conn: &mut Conn,
        id: Id,
        by: Option<Id>,
        rendering: &Rendering,
    ) -> Result<Announcement, Error> {
        let (row, next) = lock_for(conn, id, Event::Start)?;
        let (draft, chosen) = self.check_ready(conn, &row)?;
        self.charge_recipients(conn, &row, by, chosen.len())?;
        let recipients = if chosen.len() <= COUNTED_AT_ONCE {
            recipients::population(conn, &chosen, |preferred, _| preferred)?.people
        } else {
            usize::try_from(chosen.len()).or_internal()?
        };
        for (&language, content) in rendering.contents(&draft)? {
            let content = self.outbox.store_content(conn, content)?;
            store::set_content(conn, id, language, content)?;
        }
        store::set_begun(conn, id, chosen.to_bytes()?, i32::try_from(recipients).or_internal()?, self.now)?;
        batches::open(conn, id, mail::ANNOUNCEMENT, row.topic.as_deref(), self.now)?;
        self.change(conn, id, by, Event::Start, next, Why::Unsaid)
    }

    /// The refusal where somebody else has to approve it before `by` may send it to `count` contacts: it is public, its
    /// audience is large, or its audience and those of the same day are large together. None where nobody has to.
    pub(super) fn approval_gap(
        &self,
        conn: &mut Conn,
        row: &Row,
        by: Option<Id>,
        count: u64,
    ) -> Result<Option<Error>, Error> {
        let Some(most) = self.service.settings.approval_above else { return Ok(None) };
        if grants::is_approved(conn, row)? {
            return Ok(None);
        }
        if let Some(gap) = rules::gap(row.public, count, most) {
            return Ok(Some(gap));
        }
        for person in charged_people(row, by) {
            if u64::from(self.throttle.left(conn, Bucket::Unapproved, &person.to_string())?) < count {
                return Ok(Some(rules::approval_needed(count, most)));
            }
        }
        Ok(None)
    }

    /// Charges the recipients of an announcement without approval to the day's budget, so that nobody sends to one
    /// large audience in small parts. They are charged to its author, and to whoever sends or planned it.
    fn charge_recipients(&self, conn: &mut Conn, row: &Row, by: Option<Id>, count: u64) -> Result<(), Error> {
        if let Some(gap) = self.approval_gap(conn, row, by, count)? {
            return Err(gap);
        }
        let Some(most) = self.service.settings.approval_above else { return Ok(()) };
        if grants::is_approved(conn, row)? {
            return Ok(());
        }
        let amount = u32::try_from(count).unwrap_or(u32::MAX);
        for person in charged_people(row, by) {
            let charged = self.throttle.charge_amount(conn, Bucket::Unapproved, &person.to_string(), amount);
            charged.map_err(|error| match error.refusal() {
                Some(_) => rules::approval_needed(count, most),
                None => error,
            })?;
        }
        Ok(())
    }

    /// Checks languages, recipients and approval; returns content and recipients.
    ///
    /// # Errors
    /// 409.
    fn check_ready(&self, conn: &mut Conn, row: &Row) -> Result<(Draft, ContactSet), Error> {
        let draft = draft_of(conn, row)?;
        rules::check_languages(&draft)?;
        let chosen = draft.audience.contacts(conn)?;
        if chosen.is_empty() {
            return Err(Error::conflict(ProblemCode::NoRecipients));
        }
        if grants::is_approved(conn, row)? {
            // Every change makes it a draft again, unless somebody changes the database by hand.
            if row.content_hash.as_ref() != Some(&rules::hash(&draft)?) {
                return Err(Error::conflict(ProblemCode::ContentChanged));
            }
        } else if let Some(most) = self.service.settings.approval_above
            && let Some(gap) = rules::gap(draft.public, chosen.len(), most)
        {
            return Err(gap);
        }
        Ok((draft, chosen))
    }

    /// Halts it: for the reason that an officer gives ([`Self::pause_for`]), or for what the portal found.
    pub(super) fn pause(&self, conn: &mut Conn, id: Id, by: Option<Id>, why: Why<'_>) -> Result<Announcement, Error> {
        let (_, next) = lock_for(conn, id, Event::Pause)?;
        batches::pause(conn, id)?;
        self.change(conn, id, by, Event::Pause, next, why)
    }

    fn pause_for(&self, conn: &mut Conn, id: Id, by: Id, reason: Option<&str>) -> Result<Announcement, Error> {
        lock_for(conn, id, Event::Pause)?;
        let reason = parse_reason(reason)?;
        self.pause(conn, id, Some(by), reason.as_deref().into())
    }

    fn resume(&self, conn: &mut Conn, id: Id, by: Id) -> Result<Announcement, Error> {
        let (row, next) = lock_for(conn, id, Event::Resume)?;
        batches::resume(conn, id)?;
        let halts = [Cause::ManyFailures, Cause::ManyTurnedBack, Cause::Overruled];
        let seen = row.why().cause().is_some_and(|cause| halts.contains(&cause));
        let why = if seen { Why::Found(Cause::Overruled) } else { Why::Unsaid };
        self.change(conn, id, Some(by), Event::Resume, next, why)
    }

    /// Ends it: mails that have not left never will.
    fn cancel(&self, conn: &mut Conn, id: Id, by: Id, reason: Option<&str>) -> Result<Announcement, Error> {
        let (_, next) = lock_for(conn, id, Event::Cancel)?;
        let reason = parse_reason(reason)?;
        batches::cancel(conn, id)?;
        self.change(conn, id, Some(by), Event::Cancel, next, reason.as_deref().into())
    }

    /// Puts some failed mails back into the outbox; returns how many.
    fn retry_some(&self, conn: &mut Conn, id: Id, by: Id) -> Result<usize, Error> {
        let (row, next) = lock_for(conn, id, Event::Retry)?;
        self.check_kept(conn, &row)?;
        let mails = self.outbox.retry_failed(conn, id, RETRIED_AT_ONCE)?;
        if mails > 0 && row.status != next {
            self.change(conn, id, Some(by), Event::Retry, next, Why::Unsaid)?;
        }
        Ok(mails)
    }

    /// Holds one that can't begin by itself any more.
    pub(super) fn put_on_hold(&self, conn: &mut Conn, id: Id, cause: Cause) -> Result<(), Error> {
        let (_, next) = lock_for(conn, id, Event::Hold)?;
        self.change(conn, id, None, Event::Hold, next, Why::Found(cause)).map(|_| ())
    }

    /// Moves it to the state `next`: audit entry, webhooks and notifications included.
    pub(super) fn change(
        &self,
        conn: &mut Conn,
        id: Id,
        by: Option<Id>,
        event: Event,
        next: AnnouncementStatus,
        why: Why<'_>,
    ) -> Result<Announcement, Error> {
        store::set_status(conn, id, next, why, self.now)?;
        self.record(conn, id, by, event)?;
        self.publish(conn, id, event, next)?;
        self.notify(conn, id, by, event, why)?;
        self.read(conn, id)
    }
}

/// To whom the recipients are charged: its last author, and whoever sends it, or planned it where it begins by itself.
fn charged_people(row: &Row, by: Option<Id>) -> BTreeSet<Id> {
    BTreeSet::from([row.author_id, by.or(row.scheduled_by).unwrap_or(row.author_id)])
}

fn parse_reason(reason: Option<&str>) -> Result<Option<String>, Error> {
    let mut faults = FieldErrors::new();
    let reason = faults.take_optional("/reason", reason, |reason| text::name::remark(reason, MAX_REASON));
    faults.finish()?;
    Ok(reason)
}
