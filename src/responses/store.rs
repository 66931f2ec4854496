//! The SQL of responses, their sections, and what decides on rights.

use diesel::prelude::*;

use super::answers::bounds::Growth;
use super::answers::store::octet_length;
use super::types::{ResponseRow, ReviewRow};
use crate::appointments::{AppointmentStatus, Role};
use crate::db::schema::{
    answer_history, appointment, organisation, response, response_assignment, response_comment, response_file,
    response_presence, response_section, round_frame, submission, survey_round, survey_version, users,
};
use crate::db::{BATCH, Conn, Id};
use crate::error::Error;
use crate::on_each;
use crate::personal_data::{Lists, Subject};
use crate::rounds::{ResponseState, RoundState};
use crate::time::{Timestamp, Zone};
use crate::{personal_list, personal_rows};

/// Most bytes of the values of answers in an export, which is in memory until it is sent.
const MOST_EXPORTED: i64 = 8_388_608;
/// The roles in which people answer for an organisation.
const ANSWERING: [Role; 4] = [Role::Coordinator, Role::Ncp, Role::Contributor, Role::Partner];

/// A response.
pub(super) fn find(conn: &mut Conn, id: Id) -> Result<Option<ResponseRow>, Error> {
    Ok(response::table.find(id).select(ResponseRow::as_select()).first(conn).optional()?)
}

/// The same, locked until the unit of work ends: answers are written and steps are taken under this lock. On SQLite a
/// unit that writes is alone anyway.
pub(super) fn lock_for_update(conn: &mut Conn, id: Id) -> Result<Option<ResponseRow>, Error> {
    match conn {
        Conn::Postgres(c) => {
            Ok(response::table.find(id).select(ResponseRow::as_select()).for_update().first(c).optional()?)
        }
        Conn::Sqlite(_) => find(conn, id),
    }
}

/// The response of an organisation in a round.
pub(super) fn of_organisation(conn: &mut Conn, round: Id, organisation: Id) -> Result<Option<ResponseRow>, Error> {
    let found = response::table.filter(response::round_id.eq(round).and(response::organisation_id.eq(organisation)));
    Ok(found.select(ResponseRow::as_select()).first(conn).optional()?)
}

/// The first of these organisations that a round asks.
pub(super) fn asked(conn: &mut Conn, round: Id, organisations: &[Id]) -> Result<Option<(Id, String)>, Error> {
    let found = round_frame::table
        .inner_join(organisation::table.on(organisation::id.eq(round_frame::organisation_id)))
        .filter(round_frame::round_id.eq(round).and(round_frame::organisation_id.eq_any(organisations.to_vec())))
        .order(round_frame::organisation_id)
        .select((organisation::id, organisation::code));
    Ok(found.first(conn).optional()?)
}

/// How a round stands, and which version of which survey it asks.
pub(super) fn round(conn: &mut Conn, id: Id) -> Result<(RoundState, Id, i32), Error> {
    let columns = (survey_round::state, survey_round::survey_id, survey_round::version);
    Ok(survey_round::table.find(id).select(columns).first(conn)?)
}

/// The time zone of a round.
pub(super) fn zone(conn: &mut Conn, id: Id) -> Result<Zone, Error> {
    let name: String = survey_round::table.find(id).select(survey_round::zone).first(conn)?;
    Ok(Zone::stored(Some(&name)))
}

/// The SHA-256 of a published questionnaire.
pub(super) fn version_sha256(conn: &mut Conn, survey: Id, version: i32) -> Result<String, Error> {
    let found: Option<String> =
        survey_version::table.find((survey, version)).select(survey_version::sha256).first(conn)?;
    Ok(found.unwrap_or_default())
}

/// Makes a response if there is none yet; returns whether it did.
pub(super) fn insert(conn: &mut Conn, row: &ResponseRow, by: Id, now: Timestamp) -> Result<bool, Error> {
    let values = (
        response::id.eq(row.id),
        response::round_id.eq(row.round_id),
        response::organisation_id.eq(row.organisation_id),
        response::state.eq(row.state),
        response::created_at.eq(now),
        response::created_by.eq(by),
        response::edits.eq(row.edits),
        response::answer_bytes.eq(row.answer_bytes),
        response::history_bytes.eq(row.history_bytes),
        response::prefilled_from.eq(row.prefilled_from),
    );
    let made = on_each!(conn, c => diesel::insert_into(response::table)
        .values(values)
        .on_conflict((response::round_id, response::organisation_id))
        .do_nothing()
        .execute(c))?;
    Ok(made > 0)
}

/// Records that answers of a locked response were changed: the number of the newest one, and how many bytes they have.
pub(super) fn set_edits(conn: &mut Conn, row: &ResponseRow, growth: Growth) -> Result<(), Error> {
    let changed = (
        response::edits.eq(row.edits.saturating_add(growth.changes)),
        response::answer_bytes.eq(row.answer_bytes.saturating_add(growth.answers).max(0)),
        response::history_bytes.eq(row.history_bytes.saturating_add(growth.history)),
    );
    diesel::update(response::table.find(row.id)).set(changed).execute(conn)?;
    Ok(())
}

/// Records a step of the review.
pub(super) fn set_review(conn: &mut Conn, id: Id, review: ReviewRow) -> Result<(), Error> {
    diesel::update(response::table.find(id)).set(review).execute(conn)?;
    Ok(())
}

/// The people of an organisation who answer for it, with their roles. A closed account has no rights.
pub(super) fn people(conn: &mut Conn, organisation: Id) -> Result<Vec<(Id, Role)>, Error> {
    Ok(people_of(conn, &[organisation])?.into_iter().map(|(_, person)| person).collect())
}

/// Somebody who answers for an organisation: the organisation, the person, and the role.
pub(super) type Answerer = (Id, (Id, Role));

/// The people of several organisations who answer for them, each with the organisation. A closed account has no rights.
pub(super) fn people_of(conn: &mut Conn, organisations: &[Id]) -> Result<Vec<Answerer>, Error> {
    let mut found = Vec::new();
    for organisations in organisations.chunks(BATCH) {
        let rows: Vec<(Id, Option<Id>, Role)> = appointment::table
            .inner_join(users::table.on(appointment::user_id.eq(users::id.nullable())))
            .filter(appointment::organisation_id.eq_any(organisations.to_vec()))
            .filter(appointment::status.eq(AppointmentStatus::Active).and(appointment::role.eq_any(ANSWERING)))
            .filter(users::suspended_at.is_null().and(users::erase_at.is_null()))
            .order(appointment::id)
            .select((appointment::organisation_id, appointment::user_id, appointment::role))
            .load(conn)?;
        found.extend(rows.into_iter().filter_map(|(place, person, role)| Some((place, (person?, role)))));
    }
    Ok(found)
}

/// The responses of open rounds that are approved and not submitted.
pub(super) fn approved(conn: &mut Conn) -> Result<Vec<ResponseRow>, Error> {
    let rows = response::table
        .inner_join(survey_round::table.on(survey_round::id.eq(response::round_id)))
        .filter(response::state.eq(ResponseState::Approved).and(survey_round::state.eq(RoundState::Open)))
        .order(response::organisation_id);
    Ok(rows.select(ResponseRow::as_select()).load(conn)?)
}

/// The states of all responses of a round.
pub(super) fn states(conn: &mut Conn, round: Id) -> Result<Vec<(Id, ResponseState)>, Error> {
    let rows = response::table.filter(response::round_id.eq(round)).order(response::organisation_id);
    Ok(rows.select((response::organisation_id, response::state)).load(conn)?)
}

/// Sections that are called ready: by whom, and when.
pub(super) fn done_sections(conn: &mut Conn, id: Id) -> Result<Vec<(String, Id, Timestamp)>, Error> {
    let rows = response_section::table.filter(response_section::response_id.eq(id)).order(response_section::section);
    Ok(rows.select((response_section::section, response_section::done_by, response_section::done_at)).load(conn)?)
}

/// Calls a section ready.
pub(super) fn set_done(conn: &mut Conn, id: Id, section: &str, by: Id, now: Timestamp) -> Result<(), Error> {
    let values = (
        response_section::response_id.eq(id),
        response_section::section.eq(section),
        response_section::done_at.eq(now),
        response_section::done_by.eq(by),
    );
    on_each!(conn, c => diesel::insert_into(response_section::table)
        .values(values)
        .on_conflict_do_nothing()
        .execute(c))?;
    Ok(())
}

/// Calls it no longer ready.
pub(super) fn clear_done(conn: &mut Conn, id: Id, section: &str) -> Result<(), Error> {
    let meant = response_section::response_id.eq(id).and(response_section::section.eq(section));
    diesel::delete(response_section::table.filter(meant)).execute(conn)?;
    Ok(())
}

/// Adds what a person did in responses to an export.
pub(super) fn export(conn: &mut Conn, subject: &Subject, lists: &mut Lists) -> Result<(), Error> {
    let order = (answer_history::given_at.desc(), answer_history::response_id, answer_history::number.desc());
    let answers = || answer_history::table.filter(answer_history::given_by.eq(subject.user)).order(order);
    // Thousands of long texts are more than an export has room for: how many it has is known before they are read.
    let sizes: Vec<Option<i32>> =
        answers().limit(lists.limit()).select(octet_length(answer_history::value)).load(conn)?;
    let count = exported(&sizes);
    let rows = personal_rows!(conn, i64::try_from(count).unwrap_or(i64::MAX), answers(),
        response: Id = answer_history::response_id, question: String = answer_history::question,
        row: String = answer_history::row, value: Option<String> = answer_history::value,
        given_at: Timestamp = answer_history::given_at, origin: String = answer_history::origin);
    lists.add_some("survey_answers", rows, count < sizes.len());
    let comments = response_comment::table.filter(response_comment::written_by.eq(subject.user));
    personal_list!(lists, "survey_comments", conn, comments,
        response: Id = response_comment::response_id, question: String = response_comment::question,
        text: String = response_comment::text, written_at: Timestamp = response_comment::written_at);
    let assigned = response_assignment::table.filter(response_assignment::user_id.eq(subject.user));
    personal_list!(lists, "survey_assignments", conn, assigned,
        response: Id = response_assignment::response_id, section: String = response_assignment::section,
        due_on: Option<String> = response_assignment::due_on,
        assigned_at: Timestamp = response_assignment::assigned_at);
    let submitted = submission::table.filter(submission::submitted_by.eq(subject.user));
    personal_list!(lists, "survey_submissions", conn, submitted,
        response: Id = submission::response_id, number: i32 = submission::number,
        sha256: String = submission::sha256, submitted_at: Timestamp = submission::submitted_at);
    let files = response_file::table.filter(response_file::uploaded_by.eq(subject.user));
    personal_list!(lists, "survey_files", conn, files,
        response: Id = response_file::response_id, question: String = response_file::question,
        name: String = response_file::name, sha256: String = response_file::sha256,
        uploaded_at: Timestamp = response_file::uploaded_at);
    Ok(())
}

/// How many answers, by the bytes of their values, an export has.
fn exported(sizes: &[Option<i32>]) -> usize {
    let mut sum = 0_i64;
    let fits = |size: &&Option<i32>| {
        sum = sum.saturating_add(size.unwrap_or_default().into());
        sum <= MOST_EXPORTED
    };
    sizes.iter().take_while(fits).count()
}

/// Deletes the comments of a person, what is assigned to the person, and where the person is.
pub(super) fn forget(conn: &mut Conn, person: Id) -> Result<(), Error> {
    diesel::delete(response_presence::table.filter(response_presence::user_id.eq(person))).execute(conn)?;
    diesel::delete(response_assignment::table.filter(response_assignment::user_id.eq(person))).execute(conn)?;
    diesel::delete(response_comment::table.filter(response_comment::written_by.eq(person))).execute(conn)?;
    Ok(())
}

/// The names of people; an account that was erased has none.
pub(super) fn names(conn: &mut Conn, people: &[Id]) -> Result<Vec<(Id, String)>, Error> {
    let rows = users::table.filter(users::id.eq_any(people.to_vec()));
    Ok(rows.select((users::id, users::name)).load(conn)?)
}
