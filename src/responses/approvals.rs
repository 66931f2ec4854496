//! Approvals are grants: each names who gave it and in which session, and is judged again when the response is
//! submitted.
//!
//! An approval counts as long as whoever gave it signs for the organisation, and the session in which it was given is
//! trusted (`identity::granters`). One that does not count any more is also ended, before the answer to the request
//! that took the rights away, and every minute for other causes (`app::grants`): the response is in review again, it
//! says why, and those who sign get a mail, at the expense of the approver whose session was ended. An approval also
//! says whether the members may see the answers, where the questionnaire does not ask for that; whoever submits without
//! the right to sign can add nothing to it.
//!
//! Left out: approvals in a round that is closed, or after the deadline, which are judged if there is time again; and
//! what was submitted, which stays until somebody who signs reopens or withdraws it.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use serde_json::json;

use super::access::{self, Names, Seat};
use super::mails::ApprovalVoid;
use super::review::{Beyond, News};
use super::state_machine::ReviewEvent;
use super::types::{ApprovalEnd, GivenApproval, ResponseRow, ReviewRow};
use super::{Responses, rules, store};
use crate::appointments::Role;
use crate::audit::{Entry, Event, Trace};
use crate::db::{Conn, Id};
use crate::error::{Error, ProblemCode};
use crate::identity::{self, Credentials};
use crate::mail::SystemMail;
use crate::policy::{self, Principal};
use crate::rounds::RoundState;
use crate::service::{Service, UnitOfWork};
use crate::throttle::Causer;

/// How long an approval counts at most: so long its session is remembered.
const APPROVAL: Duration = Duration::from_hours(24 * 365);

impl Responses {
    /// Ends the approvals that do not count any more; returns how many. A failure is logged and does not stop the
    /// others; the job of the next minute tries it again.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn end_void_approvals(&self) -> Result<usize, Error> {
        let mut done = 0;
        for response in self.read(void).await? {
            let end = move |unit: &UnitOfWork<Self>, conn: &mut Conn| unit.end_void_approval(conn, response);
            match Service::write(self, Trace::default(), end).await {
                Ok(ended) => done += usize::from(ended),
                Err(error) => tracing::warn!(%error, %response, "could not end an approval that does not count"),
            }
        }
        Ok(done)
    }
}

/// The responses whose approval does not count any more, by a fixed number of queries.
fn void(conn: &mut Conn) -> Result<Vec<Id>, Error> {
    let rows = store::approved(conn)?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let places: BTreeSet<Id> = rows.iter().map(|row| row.organisation_id).collect();
    let mut people: HashMap<Id, Vec<(Id, Role)>> = HashMap::new();
    for (place, person) in store::people_of(conn, &places.into_iter().collect::<Vec<_>>())? {
        people.entry(place).or_default().push(person);
    }
    let credentials: BTreeSet<Id> = rows.iter().filter_map(|row| row.approved_with).collect();
    let revoked = identity::revoked(conn, &credentials.into_iter().collect::<Vec<_>>())?;
    let is_void = |row: &&ResponseRow| {
        let people = people.get(&row.organisation_id).map_or(&[][..], Vec::as_slice);
        let is_revoked = row.approved_with.is_some_and(|credential| revoked.contains(&credential));
        rules::void_approval(row, &policy::signers_of_response(people), is_revoked).is_some()
    };
    Ok(rows.iter().filter(is_void).map(|row| row.id).collect())
}

/// Why the approval of a response does not count any more; none where it does.
fn why_void(conn: &mut Conn, row: &ResponseRow, signers: &[Id]) -> Result<Option<ApprovalEnd>, Error> {
    Ok(rules::void_approval(row, signers, identity::is_revoked(conn, row.approved_with)?))
}

/// Refuses a submission under an approval that does not count any more.
///
/// # Errors
/// 409.
pub(super) fn check_counts(conn: &mut Conn, seat: &Seat, signers: &[Id]) -> Result<(), Error> {
    match why_void(conn, &seat.row, signers)? {
        None => Ok(()),
        Some(_) => Err(Error::conflict(ProblemCode::ApprovalVoid)),
    }
}

impl UnitOfWork<Responses> {
    /// An approval as it is stored: with the session of whoever gives it, which is remembered as long as it counts.
    pub(super) fn granted(
        &self,
        conn: &mut Conn,
        person: &Principal,
        given: GivenApproval,
        approved: &ReviewRow,
    ) -> Result<ReviewRow, Error> {
        let credential = person.credential_id();
        identity::remember_credential(conn, credential, self.now.plus(APPROVAL))?;
        Ok(ReviewRow { approved_with: Some(credential), approved_shares: given.share, ..*approved })
    }

    /// Ends the approval of a response, if it still does not count; returns whether it did.
    fn end_void_approval(&self, conn: &mut Conn, response: Id) -> Result<bool, Error> {
        let Some(row) = store::lock_for_update(conn, response)? else { return Ok(false) };
        let (_, survey, _) = store::round(conn, row.round_id)?;
        if access::round_for(conn, row.round_id, row.organisation_id, self.now)? != RoundState::Open {
            return Ok(false);
        }
        let people = store::people(conn, row.organisation_id)?;
        let signers = policy::signers_of_response(&people);
        let Some(cause) = why_void(conn, &row, &signers)? else { return Ok(false) };
        let approver = row.approved_by.ok_or_else(Error::not_found)?;
        let state = rules::next(row.state, ReviewEvent::Lapse, false)?;
        let ended = rules::stepped(&row, ReviewEvent::Lapse, state, approver, self.now);
        store::set_review(conn, row.id, ReviewRow { cancelled_cause: Some(cause), ..ended })?;
        let detail = json!({"round": row.round_id, "cause": cause});
        let entry = Entry::anonymous(Event::ResponseApprovalEnded, Some(row.id)).of(row.organisation_id);
        self.audit.record(conn, &self.trace, &entry.with(detail))?;
        let colleague = Names::of(conn, [approver])?.colleague(approver).name;
        let told: Vec<Id> = signers.into_iter().chain(row.requested_by).collect();
        let has_left = cause == ApprovalEnd::ApproverLeft;
        let mail = |survey, _: &Credentials| -> Box<dyn SystemMail> {
            Box::new(ApprovalVoid { survey, colleague: colleague.clone(), has_left, id: row.round_id.to_string() })
        };
        if has_left {
            // An officer ended the appointment, or the approver the account: neither again and again.
            let readers = super::review::readers(conn, &row, &told)?;
            self.post(conn, survey, &readers, mail)?;
        } else {
            // Whoever approves may end the session, and approve again in another one.
            let by = Causer::Officer(approver);
            self.tell_all(conn, &News { row: &row, survey, people: &told, by, beyond: Beyond::LeftOut }, mail)?;
        }
        Ok(true)
    }
}
