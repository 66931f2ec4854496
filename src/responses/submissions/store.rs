//! The SQL of submissions.

use diesel::prelude::*;

use super::types::SubmissionRow;
use crate::db::schema::{round_frame, submission, survey_round};
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::members::Region;
use crate::time::Timestamp;

/// A submission.
pub(in crate::responses) fn find(conn: &mut Conn, id: Id) -> Result<Option<SubmissionRow>, Error> {
    Ok(submission::table.find(id).select(SubmissionRow::as_select()).first(conn).optional()?)
}

/// The submission that a receipt names.
pub(super) fn by_sha256(conn: &mut Conn, sha256: &str) -> Result<Option<SubmissionRow>, Error> {
    let found = submission::table.filter(submission::sha256.eq(sha256.to_owned())).select(SubmissionRow::as_select());
    Ok(found.first(conn).optional()?)
}

/// The bytes that a receipt names.
pub(in crate::responses) fn content(conn: &mut Conn, id: Id) -> Result<String, Error> {
    Ok(submission::table.find(id).select(submission::content).first(conn)?)
}

/// The submissions of a response, the newest first.
pub(super) fn of_response(conn: &mut Conn, response: Id, most: i64) -> Result<Vec<SubmissionRow>, Error> {
    let rows = submission::table.filter(submission::response_id.eq(response)).order(submission::number.desc());
    Ok(rows.limit(most).select(SubmissionRow::as_select()).load(conn)?)
}

/// The newest submission of a response.
pub(in crate::responses) fn newest(conn: &mut Conn, response: Id) -> Result<Option<SubmissionRow>, Error> {
    Ok(of_response(conn, response, 1)?.pop())
}

/// The submission that counts for an organisation in the last round of a survey.
pub(in crate::responses) fn last_of_survey(
    conn: &mut Conn,
    organisation: Id,
    survey: Id,
) -> Result<Option<SubmissionRow>, Error> {
    let found = submission::table
        .inner_join(survey_round::table.on(survey_round::id.eq(submission::round_id)))
        .filter(submission::organisation_id.eq(organisation).and(survey_round::survey_id.eq(survey)))
        .filter(submission::superseded_at.is_null().and(submission::withdrawn_at.is_null()))
        .order((survey_round::opens_at.desc(), submission::submitted_at.desc()))
        .select(SubmissionRow::as_select());
    Ok(found.first(conn).optional()?)
}

/// Adds a submission; the one before it counts no longer.
pub(super) fn insert(conn: &mut Conn, row: &SubmissionRow, content: &str) -> Result<(), Error> {
    let before = submission::table
        .filter(submission::response_id.eq(row.response_id))
        .filter(submission::superseded_at.is_null().and(submission::withdrawn_at.is_null()));
    diesel::update(before).set(submission::superseded_at.eq(row.submitted_at)).execute(conn)?;
    diesel::insert_into(submission::table)
        .values((
            submission::id.eq(row.id),
            submission::response_id.eq(row.response_id),
            submission::number.eq(row.number),
            submission::round_id.eq(row.round_id),
            submission::organisation_id.eq(row.organisation_id),
            submission::submitted_at.eq(row.submitted_at),
            submission::submitted_by.eq(row.submitted_by),
            submission::is_late.eq(row.is_late),
            submission::grant_id.eq(row.grant_id),
            submission::shares_answers.eq(row.shares_answers),
            submission::sha256.eq(row.sha256.clone()),
            submission::content.eq(content.to_owned()),
        ))
        .execute(conn)?;
    Ok(())
}

/// Takes back the submission of a response that counts.
pub(in crate::responses) fn withdraw(conn: &mut Conn, response: Id, now: Timestamp) -> Result<(), Error> {
    let counting = submission::table
        .filter(submission::response_id.eq(response))
        .filter(submission::superseded_at.is_null().and(submission::withdrawn_at.is_null()));
    diesel::update(counting).set(submission::withdrawn_at.eq(now)).execute(conn)?;
    Ok(())
}

/// A submission with the region of its organisation and its content.
pub(super) type CountingRow = (SubmissionRow, Option<Region>, String);

/// The submissions of a round that count at an instant, in the order of their organisations: those after this one.
pub(super) fn counting(
    conn: &mut Conn,
    round: Id,
    as_of: Timestamp,
    after: Option<Id>,
    most: i64,
) -> Result<Vec<CountingRow>, Error> {
    let in_frame = round_frame::round_id
        .eq(submission::round_id)
        .and(round_frame::organisation_id.eq(submission::organisation_id));
    let mut query = submission::table
        .left_join(round_frame::table.on(in_frame))
        .filter(submission::round_id.eq(round).and(submission::submitted_at.le(as_of)))
        .filter(submission::superseded_at.is_null().or(submission::superseded_at.gt(as_of)))
        .filter(submission::withdrawn_at.is_null().or(submission::withdrawn_at.gt(as_of)))
        .order(submission::organisation_id)
        .limit(most)
        .select((SubmissionRow::as_select(), round_frame::region.nullable(), submission::content))
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(submission::organisation_id.gt(after));
    }
    Ok(query.load(conn)?)
}

/// The submissions of a round that count at an instant, in the order of their organisations.
pub(super) fn counting_ids(conn: &mut Conn, round: Id, as_of: Timestamp) -> Result<Vec<Id>, Error> {
    let ids = submission::table
        .filter(submission::round_id.eq(round).and(submission::submitted_at.le(as_of)))
        .filter(submission::superseded_at.is_null().or(submission::superseded_at.gt(as_of)))
        .filter(submission::withdrawn_at.is_null().or(submission::withdrawn_at.gt(as_of)))
        .order(submission::organisation_id)
        .select(submission::id);
    Ok(ids.load(conn)?)
}

/// These submissions in the order of their organisations, whether they count at present or not.
pub(super) fn some(conn: &mut Conn, ids: &[Id]) -> Result<Vec<CountingRow>, Error> {
    let in_frame = round_frame::round_id
        .eq(submission::round_id)
        .and(round_frame::organisation_id.eq(submission::organisation_id));
    let rows = submission::table
        .left_join(round_frame::table.on(in_frame))
        .filter(submission::id.eq_any(ids.to_vec()))
        .order(submission::organisation_id)
        .select((SubmissionRow::as_select(), round_frame::region.nullable(), submission::content));
    Ok(rows.load(conn)?)
}

/// The organisations of these submissions.
pub(super) fn organisations(conn: &mut Conn, ids: &[Id]) -> Result<Vec<Id>, Error> {
    let rows = submission::table.filter(submission::id.eq_any(ids.to_vec()));
    Ok(rows.select(submission::organisation_id).load(conn)?)
}

/// The content of the submission of an organisation that counts at an instant.
pub(super) fn counting_of(
    conn: &mut Conn,
    round: Id,
    organisation: Id,
    as_of: Timestamp,
) -> Result<Option<String>, Error> {
    let found = submission::table
        .filter(submission::round_id.eq(round).and(submission::organisation_id.eq(organisation)))
        .filter(submission::submitted_at.le(as_of))
        .filter(submission::superseded_at.is_null().or(submission::superseded_at.gt(as_of)))
        .filter(submission::withdrawn_at.is_null().or(submission::withdrawn_at.gt(as_of)))
        .select(submission::content);
    Ok(found.first(conn).optional()?)
}

/// The organisations whose submission counts at an instant and whose answers the members may see.
pub(super) fn sharing(conn: &mut Conn, round: Id, as_of: Timestamp) -> Result<Vec<Id>, Error> {
    let found = submission::table
        .filter(submission::round_id.eq(round).and(submission::submitted_at.le(as_of)))
        .filter(submission::superseded_at.is_null().or(submission::superseded_at.gt(as_of)))
        .filter(submission::withdrawn_at.is_null().or(submission::withdrawn_at.gt(as_of)))
        .filter(submission::shares_answers.eq(true))
        .order(submission::organisation_id)
        .select(submission::organisation_id);
    Ok(found.load(conn)?)
}
