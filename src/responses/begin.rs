//! A response begins: once for an organisation and round, with the answers of the last round to the same concepts. They
//! are marked, and count as missing until somebody confirms them.

use std::sync::Arc;

use serde_json::json;

use super::answers;
use super::prefill::{Before, taken_over};
use super::types::{OwnResponse, ResponseRow};
use super::{Responses, access, sheet, store};
use crate::audit::{Event, Trace};
use crate::db::{Conn, Id};
use crate::error::{Error, ProblemCode};
use crate::policy::{self, Principal, ResponseReach};
use crate::rounds::{ResponseState, RoundState};
use crate::service::{Service, UnitOfWork};
use crate::time::Timestamp;

impl Responses {
    /// The response of the viewer's organisation in a round; one that was not begun has no id.
    ///
    /// # Errors
    /// 404 where the round does not ask the organisation.
    pub async fn own(&self, viewer: Arc<Principal>, round: Id) -> Result<OwnResponse, Error> {
        let now = self.foundation.clock.now();
        self.read(move |conn| {
            let (organisation, _) = asked(conn, &viewer, round)?;
            sheet::own(conn, &viewer, round, organisation, now)
        })
        .await
    }

    /// Begins the response of the person's organisation in a round; the one that there is where it was begun before.
    ///
    /// # Errors
    /// 403 for contributors, 404, 409 where the round is not open.
    pub async fn begin(&self, person: Arc<Principal>, trace: Trace, round: Id) -> Result<OwnResponse, Error> {
        let (service, reader, now) = (self.clone(), Arc::clone(&person), self.foundation.clock.now());
        let prepare = move |conn: &mut Conn| {
            let (organisation, _) = asked(conn, &reader, round)?;
            let (survey, version) = check_beginning(conn, &reader, (round, organisation), now)?;
            let is_begun = store::of_organisation(conn, round, organisation)?.is_some();
            let before = if is_begun { None } else { service.before(conn, organisation, survey, version, None)? };
            Ok((organisation, before))
        };
        let (organisation, before) = self.read(prepare).await?;
        let begin = move |unit: &UnitOfWork<Self>, conn: &mut Conn| {
            unit.begin(conn, &person, round, organisation, before)?;
            sheet::own(conn, &person, round, organisation, unit.now)
        };
        Service::write(self, trace, begin).await
    }
}

impl UnitOfWork<Responses> {
    fn begin(
        &self,
        conn: &mut Conn,
        person: &Principal,
        round: Id,
        organisation: Id,
        before: Option<Before>,
    ) -> Result<(), Error> {
        check_beginning(conn, person, (round, organisation), self.now)?;
        let mut row = ResponseRow {
            id: Id::new(self.now, &self.random),
            round_id: round,
            organisation_id: organisation,
            state: ResponseState::Draft,
            edits: 0,
            answer_bytes: 0,
            history_bytes: 0,
            requested_at: None,
            requested_by: None,
            approved_at: None,
            approved_by: None,
            cancelled_at: None,
            cancelled_by: None,
            approved_with: None,
            approved_shares: false,
            cancelled_cause: None,
            prefilled_from: before.as_ref().map(|before| before.submission),
        };
        let entries = before.map_or_else(Vec::new, |before| taken_over(&row, before, person.user_id, self.now));
        let taken = answers::bounds::Growth::of(&entries);
        (row.edits, row.answer_bytes, row.history_bytes) = (taken.changes, taken.answers, taken.history);
        if !store::insert(conn, &row, person.user_id, self.now)? {
            return Ok(());
        }
        answers::store::add(conn, &entries)?;
        self.note(conn, Event::ResponseBegun, person, &row, json!({"taken_over": row.edits}))
    }
}

/// Refuses whoever may not begin a response, and a round that is not open for the organisation; returns its survey and
/// version. Nothing is taken over before.
///
/// # Errors
/// 403, 409.
fn check_beginning(
    conn: &mut Conn,
    person: &Principal,
    (round, organisation): (Id, Id),
    now: Timestamp,
) -> Result<(Id, i32), Error> {
    if policy::reach_of_response(person, organisation) != Some(ResponseReach::Whole) {
        return Err(Error::forbidden(ProblemCode::ResponseNotLed));
    }
    let (_, survey, version) = store::round(conn, round)?;
    let state = access::round_for(conn, round, organisation, now)?;
    if state == RoundState::Open { Ok((survey, version)) } else { Err(Error::conflict(ProblemCode::RoundNotOpen)) }
}

/// The organisation of a person that a round asks, with its code.
///
/// # Errors
/// 404 where there is none.
pub(super) fn asked(conn: &mut Conn, person: &Principal, round: Id) -> Result<(Id, String), Error> {
    store::asked(conn, round, &policy::answers_for(person))?.ok_or_else(Error::not_found)
}
