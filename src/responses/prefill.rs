//! What an organisation answered in the last round of the same survey, by the questions of today with the same
//! concepts.

use serde_json::Value;

use super::answers::earlier::{Earlier, earlier};
use super::answers::rules::Place;
use super::answers::{Means, NewEntry};
use super::types::ResponseRow;
use super::{Responses, store, submissions};
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::text::canonical_json;
use crate::time::Timestamp;

/// The submission of the last round, and its answers by the questions of today.
pub(super) struct Before {
    pub(super) submission: Id,
    pub(super) round: Id,
    pub(super) submitted_at: Timestamp,
    pub(super) answers: Vec<Earlier>,
}

impl Responses {
    /// What an organisation submitted in another round of the same survey: this submission, or the newest that counts.
    pub(super) fn before(
        &self,
        conn: &mut Conn,
        organisation: Id,
        survey: Id,
        version: i32,
        submission: Option<Id>,
    ) -> Result<Option<Before>, Error> {
        let found = match submission {
            Some(submission) => submissions::store::find(conn, submission)?,
            None => submissions::store::last_of_survey(conn, organisation, survey)?,
        };
        let Some(found) = found else { return Ok(None) };
        let content = submissions::store::content(conn, found.id)?;
        let (_, survey_before, version_before) = store::round(conn, found.round_id)?;
        let before = self.questionnaires.get(conn, survey_before, version_before)?;
        let today = self.questionnaires.get(conn, survey, version)?;
        let answers = earlier(&before, &submissions::answers_in(&content), &today);
        Ok(Some(Before { submission: found.id, round: found.round_id, submitted_at: found.submitted_at, answers }))
    }
}

/// The answers of the last round that fit the questions of today.
pub(super) fn taken_over(row: &ResponseRow, before: Before, by: Id, now: Timestamp) -> Vec<NewEntry> {
    let fitting = before.answers.into_iter().filter_map(|earlier| Some((earlier.place, earlier.today?)));
    let entry = |(number, ((question, at), value)): (i32, (Place, Value))| NewEntry {
        response_id: row.id,
        number,
        question,
        row: at,
        revision: 1,
        value: Some(canonical_json(&value)),
        given_by: by,
        given_at: now,
        origin: Means::Prefill,
        is_confirmed: false,
    };
    (1..).zip(fitting).map(entry).collect()
}
