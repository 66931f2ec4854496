//! What somebody of the Secretariat does with an announcement once it is written.
//!
//! Who approves is neither who wrote or last changed it nor who submitted it, and approves exactly what was submitted: the hash
//! of what it says and to whom is kept, and compared again when it begins. An approval counts then by the rights that its giver
//! has then (`grants`).

pub mod routes;

use std::collections::BTreeSet;

use super::machine::Event;
use super::rendering::Rendering;
use super::store::{Approval, Plan};
use super::types::{Announcement, AnnouncementStatus, Approve, Draft, Row, Schedule};
use super::{Desk, draft_of, grants, hold, rules, store};
use crate::db::{Conn, Id};
use crate::directory::addressing::{self, ContactSet};
use crate::error::{Error, Faults, OrInternal as _};
use crate::mail::{self, batches};
use crate::secrets::hex;
use crate::text;
use crate::throttle::Bucket;

/// Longest reason, in characters.
const MAX_REASON: usize = 1_000;
/// Sets up to this size are counted to the person while somebody waits; larger ones when they are fanned out.
const COUNTED_AT_ONCE: u64 = 50_000;
/// Failed mails that are put back in one unit of work.
pub(super) const RETRIED_AT_ONCE: i64 = 5_000;

impl Desk {
    /// Asks for the approval of somebody else.
    pub(super) fn submit(&self, conn: &mut Conn, id: Id, by: Id) -> Result<Announcement, Error> {
        let (row, next) = hold(conn, id, Event::Submit)?;
        let draft = draft_of(conn, &row)?;
        rules::check_languages(&draft)?;
        let approval = Approval {
            content_hash: Some(rules::hash(&draft)?),
            submitted_by: Some(by),
            submitted_at: Some(self.now),
            ..Approval::default()
        };
        store::set_approval(conn, id, &approval)?;
        store::set_plan(conn, id, &Plan::default())?;
        self.change(conn, id, Some(by), Event::Submit, next, None)
    }

    /// Approves what was submitted.
    pub(super) fn approve(&self, conn: &mut Conn, id: Id, by: Id, given: &Approve) -> Result<Announcement, Error> {
        let (row, next) = hold(conn, id, Event::Approve)?;
        if by == row.author_id || row.submitted_by == Some(by) {
            return Err(Error::forbidden("second_person_needed"));
        }
        let hash = rules::hash(&draft_of(conn, &row)?)?;
        let read_another = given.content_hash.as_ref().is_some_and(|read| !read.eq_ignore_ascii_case(&hex(&hash)));
        if read_another || row.content_hash.as_ref() != Some(&hash) {
            return Err(Error::conflict("content_changed"));
        }
        store::approve(conn, id, by, self.now)?;
        self.change(conn, id, Some(by), Event::Approve, next, None)
    }

    /// Gives it back to its author.
    pub(super) fn reject(&self, conn: &mut Conn, id: Id, by: Id, reason: Option<&str>) -> Result<Announcement, Error> {
        let (_, next) = hold(conn, id, Event::Reject)?;
        let reason = sentence(reason)?;
        store::set_approval(conn, id, &Approval::default())?;
        self.change(conn, id, Some(by), Event::Reject, next, reason.as_deref())
    }

    /// Lets it begin at an instant.
    pub(super) fn schedule(&self, conn: &mut Conn, id: Id, by: Id, when: &Schedule) -> Result<Announcement, Error> {
        let (row, next) = hold(conn, id, Event::Schedule)?;
        let mut faults = Faults::new();
        if when.send_at <= self.now {
            faults.add(crate::error::Fault::new("/send_at", "in_the_past"));
        }
        let zone = faults.take_optional("/zone", when.zone.as_deref(), rules::zone);
        faults.finish()?;
        self.check_ready(conn, &row)?;
        store::set_plan(conn, id, &Plan { send_at: Some(when.send_at), zone, scheduled_by: Some(by) })?;
        self.change(conn, id, Some(by), Event::Schedule, next, None)
    }

    /// Takes its time away.
    pub(super) fn unschedule(&self, conn: &mut Conn, id: Id, by: Id) -> Result<Announcement, Error> {
        let (_, next) = hold(conn, id, Event::Unschedule)?;
        store::set_plan(conn, id, &Plan::default())?;
        self.change(conn, id, Some(by), Event::Unschedule, next, None)
    }

    /// Fixes the recipients and begins: at somebody's wish, or since its time has come.
    pub(super) fn begin(
        &self,
        conn: &mut Conn,
        id: Id,
        by: Option<Id>,
        rendering: &Rendering,
    ) -> Result<Announcement, Error> {
        let (row, next) = hold(conn, id, Event::Start)?;
        let (draft, chosen) = self.check_ready(conn, &row)?;
        self.charge_recipients(conn, &row, by, chosen.len())?;
        let recipients = if chosen.len() <= COUNTED_AT_ONCE {
            addressing::population(conn, &chosen, |preferred, _| preferred)?.people
        } else {
            usize::try_from(chosen.len()).or_internal()?
        };
        for (&language, content) in rendering.contents(&draft)? {
            let content = self.outbox.store_content(conn, content)?;
            store::set_content(conn, id, language, content)?;
        }
        store::set_begun(conn, id, chosen.to_bytes()?, i32::try_from(recipients).or_internal()?, self.now)?;
        batches::open(conn, id, mail::ANNOUNCEMENT, row.topic.as_deref(), self.now)?;
        self.change(conn, id, by, Event::Start, next, None)
    }

    /// Counts the recipients of what nobody else approved, of a day together: one large audience is not sent to in small parts.
    /// They count for whoever wrote it, and for whoever sends it.
    fn charge_recipients(&self, conn: &mut Conn, row: &Row, by: Option<Id>, count: u64) -> Result<(), Error> {
        let Some(most) = self.settings.approval_above.filter(|_| row.approved_by.is_none()) else { return Ok(()) };
        let amount = u32::try_from(count).unwrap_or(u32::MAX);
        for person in BTreeSet::from([row.author_id, by.unwrap_or(row.author_id)]) {
            let charged = self.throttle.charge_amount(conn, Bucket::Unapproved, &person.to_string(), amount);
            charged.map_err(|error| match error.refusal() {
                Some(_) => Error::conflict("approval_needed").with("count", count).with("max", most),
                None => error,
            })?;
        }
        Ok(())
    }

    /// Refuses what lacks a language, a reader, or the approval it needs; otherwise what it says and whom it means.
    fn check_ready(&self, conn: &mut Conn, row: &Row) -> Result<(Draft, ContactSet), Error> {
        let draft = draft_of(conn, row)?;
        rules::check_languages(&draft)?;
        let chosen = draft.audience.contacts(conn)?;
        if chosen.is_empty() {
            return Err(Error::conflict("no_recipients"));
        }
        if grants::is_approved(conn, row)? {
            // Nothing can change it without making it a draft again, short of a hand in the database.
            if row.content_hash.as_ref() != Some(&rules::hash(&draft)?) {
                return Err(Error::conflict("content_changed"));
            }
        } else if let Some(most) = self.settings.approval_above
            && chosen.len() > most
        {
            return Err(Error::conflict("approval_needed").with("count", chosen.len()).with("max", most));
        }
        Ok((draft, chosen))
    }

    /// Halts what is being sent.
    pub(super) fn pause(
        &self,
        conn: &mut Conn,
        id: Id,
        by: Option<Id>,
        reason: Option<&str>,
    ) -> Result<Announcement, Error> {
        let (_, next) = hold(conn, id, Event::Pause)?;
        let reason = sentence(reason)?;
        batches::pause(conn, id)?;
        self.change(conn, id, by, Event::Pause, next, reason.as_deref())
    }

    /// Lets it go on.
    pub(super) fn resume(&self, conn: &mut Conn, id: Id, by: Id) -> Result<Announcement, Error> {
        let (row, next) = hold(conn, id, Event::Resume)?;
        batches::resume(conn, id)?;
        let seen = [rules::MANY_FAILURES, rules::OVERRULED].map(Some).contains(&row.reason.as_deref());
        self.change(conn, id, Some(by), Event::Resume, next, seen.then_some(rules::OVERRULED))
    }

    /// Ends it: what has not left never will.
    pub(super) fn cancel(&self, conn: &mut Conn, id: Id, by: Id, reason: Option<&str>) -> Result<Announcement, Error> {
        let (_, next) = hold(conn, id, Event::Cancel)?;
        let reason = sentence(reason)?;
        batches::cancel(conn, id)?;
        self.change(conn, id, Some(by), Event::Cancel, next, reason.as_deref())
    }

    /// Puts back some of what has failed; how many.
    pub(super) fn retry_some(&self, conn: &mut Conn, id: Id, by: Id) -> Result<usize, Error> {
        let (row, next) = hold(conn, id, Event::Retry)?;
        self.check_kept(conn, &row)?;
        let mails = self.outbox.retry_failed(conn, id, RETRIED_AT_ONCE)?;
        if mails > 0 && row.status != next {
            self.change(conn, id, Some(by), Event::Retry, next, None)?;
        }
        Ok(mails)
    }

    /// Holds back one that can't begin by itself any more.
    pub(super) fn put_on_hold(&self, conn: &mut Conn, id: Id, why: &str) -> Result<(), Error> {
        let (_, next) = hold(conn, id, Event::Hold)?;
        self.change(conn, id, None, Event::Hold, next, Some(why)).map(|_| ())
    }

    pub(super) fn change(
        &self,
        conn: &mut Conn,
        id: Id,
        by: Option<Id>,
        event: Event,
        next: AnnouncementStatus,
        reason: Option<&str>,
    ) -> Result<Announcement, Error> {
        store::set_status(conn, id, next, reason, self.now)?;
        self.note(conn, id, by, event)?;
        self.publish(conn, id, event, next)?;
        self.tell(conn, id, by, event, reason)?;
        self.read(conn, id)
    }
}

fn sentence(reason: Option<&str>) -> Result<Option<String>, Error> {
    let mut faults = Faults::new();
    let reason = faults.take_optional("/reason", reason, |reason| text::block(reason, MAX_REASON));
    faults.finish()?;
    Ok(reason)
}
