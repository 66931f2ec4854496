//! All SQL of surveys.

use diesel::prelude::*;

use super::types::{NewSurvey, PlanRow, SurveyRow, VersionRow, VersionState, VersionSummary};
use crate::db::schema::{survey, survey_plan, survey_version};
use crate::db::{Conn, Document, Id, SWEPT_AT_ONCE};
use crate::error::Error;
use crate::personal_data::{Lists, Subject};
use crate::personal_list;
use crate::text::is_code;
use crate::time::Timestamp;

/// All surveys, in the order of their codes.
pub(super) fn surveys(conn: &mut Conn) -> Result<Vec<SurveyRow>, Error> {
    Ok(survey::table.order(survey::code).select(SurveyRow::as_select()).load(conn)?)
}

/// The numbers of all versions, in ascending order for each survey.
pub(super) fn numbers(conn: &mut Conn) -> Result<Vec<(Id, i32, VersionState)>, Error> {
    let columns = (survey_version::survey_id, survey_version::number, survey_version::state);
    Ok(survey_version::table.order((survey_version::survey_id, survey_version::number)).select(columns).load(conn)?)
}

/// The same of these surveys.
pub(super) fn numbers_of(conn: &mut Conn, surveys: &[SurveyRow]) -> Result<Vec<(Id, i32, VersionState)>, Error> {
    let of: Vec<Id> = surveys.iter().map(|survey| survey.id).collect();
    let columns = (survey_version::survey_id, survey_version::number, survey_version::state);
    let rows = survey_version::table.filter(survey_version::survey_id.eq_any(of));
    Ok(rows.order((survey_version::survey_id, survey_version::number)).select(columns).load(conn)?)
}

/// Whether a survey has a published version.
pub(super) fn is_published(conn: &mut Conn, of: Id) -> Result<bool, Error> {
    let is_published = survey_version::survey_id.eq(of).and(survey_version::state.eq(VersionState::Published));
    let number = survey_version::table.filter(is_published).select(survey_version::number).first::<i32>(conn);
    Ok(number.optional()?.is_some())
}

/// The survey that is paired with this one.
pub(super) fn twin(conn: &mut Conn, of: &SurveyRow) -> Result<Option<SurveyRow>, Error> {
    let is_twin = survey::paired_with.eq(of.id).nullable().or(survey::id.nullable().eq(of.paired_with));
    Ok(survey::table.filter(is_twin).select(SurveyRow::as_select()).first(conn).optional()?)
}

/// The survey with this code. What is no code is that of none, and the database is not asked: PostgreSQL takes no NUL.
pub(super) fn by_code(conn: &mut Conn, code: &str) -> Result<Option<SurveyRow>, Error> {
    if !is_code(code) {
        return Ok(None);
    }
    let found = survey::table.filter(survey::code.eq(code.to_owned())).select(SurveyRow::as_select());
    Ok(found.first(conn).optional()?)
}

/// Those of these surveys that there are.
pub(super) fn some(conn: &mut Conn, ids: &[Id]) -> Result<Vec<SurveyRow>, Error> {
    let these = survey::table.filter(survey::id.eq_any(ids.to_vec()));
    Ok(these.select(SurveyRow::as_select()).load(conn)?)
}

/// The survey with this id.
pub(super) fn by_id(conn: &mut Conn, id: Id) -> Result<Option<SurveyRow>, Error> {
    Ok(survey::table.find(id).select(SurveyRow::as_select()).first(conn).optional()?)
}

/// The survey with this code, locked until the unit of work ends: versions are written under this lock. On SQLite a unit that writes
/// runs alone anyway.
pub(super) fn lock_for_update(conn: &mut Conn, code: &str) -> Result<Option<SurveyRow>, Error> {
    if !is_code(code) {
        return Ok(None);
    }
    let found = match conn {
        Conn::Postgres(c) => {
            survey::table.filter(survey::code.eq(code.to_owned())).select(SurveyRow::as_select()).for_update().first(c)
        }
        Conn::Sqlite(_) => return by_code(conn, code),
    };
    Ok(found.optional()?)
}

pub(super) fn insert(
    conn: &mut Conn,
    id: Id,
    made: &NewSurvey,
    twin: Option<Id>,
    by: Id,
    now: Timestamp,
) -> Result<(), Error> {
    diesel::insert_into(survey::table)
        .values((
            survey::id.eq(id),
            survey::code.eq(made.code.clone()),
            survey::audience.eq(made.audience),
            survey::titles.eq(Document(made.titles.clone())),
            survey::paired_with.eq(twin),
            survey::created_at.eq(now),
            survey::created_by.eq(by),
        ))
        .execute(conn)?;
    Ok(())
}

/// The versions of a survey, the newest first.
pub(super) fn versions(conn: &mut Conn, of: Id) -> Result<Vec<VersionSummary>, Error> {
    let rows = survey_version::table.filter(survey_version::survey_id.eq(of)).order(survey_version::number.desc());
    Ok(rows.select(VersionSummary::as_select()).load(conn)?)
}

/// A version without its questionnaire.
pub(super) fn summary(conn: &mut Conn, of: Id, number: i32) -> Result<Option<VersionSummary>, Error> {
    Ok(survey_version::table.find((of, number)).select(VersionSummary::as_select()).first(conn).optional()?)
}

/// A version.
pub(super) fn version(conn: &mut Conn, of: Id, number: i32) -> Result<Option<VersionRow>, Error> {
    Ok(survey_version::table.find((of, number)).select(VersionRow::as_select()).first(conn).optional()?)
}

/// The SHA-256 of a version; none where it is not published.
pub(super) fn sha256(conn: &mut Conn, of: Id, number: i32) -> Result<Option<String>, Error> {
    let found = survey_version::table.find((of, number)).select(survey_version::sha256);
    Ok(found.first::<Option<String>>(conn).optional()?.flatten())
}

/// The draft of a survey.
pub(super) fn draft(conn: &mut Conn, of: Id) -> Result<Option<VersionRow>, Error> {
    let is_draft = survey_version::survey_id.eq(of).and(survey_version::state.eq(VersionState::Draft));
    Ok(survey_version::table.filter(is_draft).select(VersionRow::as_select()).first(conn).optional()?)
}

pub(super) fn insert_draft(
    conn: &mut Conn,
    of: Id,
    number: i32,
    questionnaire: &str,
    by: Id,
    now: Timestamp,
) -> Result<(), Error> {
    diesel::insert_into(survey_version::table)
        .values((
            survey_version::survey_id.eq(of),
            survey_version::number.eq(number),
            survey_version::state.eq(VersionState::Draft),
            survey_version::questionnaire.eq(questionnaire.to_owned()),
            survey_version::created_at.eq(now),
            survey_version::updated_at.eq(now),
            survey_version::updated_by.eq(by),
        ))
        .execute(conn)?;
    Ok(())
}

pub(super) fn replace_draft(
    conn: &mut Conn,
    of: Id,
    number: i32,
    questionnaire: &str,
    by: Id,
    now: Timestamp,
) -> Result<(), Error> {
    diesel::update(survey_version::table.find((of, number)))
        .set((
            survey_version::questionnaire.eq(questionnaire.to_owned()),
            survey_version::updated_at.eq(now),
            survey_version::updated_by.eq(by),
        ))
        .execute(conn)?;
    Ok(())
}

pub(super) fn publish(conn: &mut Conn, of: Id, number: i32, sha256: &str, by: Id, now: Timestamp) -> Result<(), Error> {
    diesel::update(survey_version::table.find((of, number)))
        .set((
            survey_version::state.eq(VersionState::Published),
            survey_version::sha256.eq(sha256.to_owned()),
            survey_version::updated_at.eq(now),
            survey_version::updated_by.eq(by),
            survey_version::published_at.eq(now),
            survey_version::published_by.eq(by),
        ))
        .execute(conn)?;
    Ok(())
}

/// The plan of an import.
pub(super) fn plan(conn: &mut Conn, id: Id) -> Result<Option<PlanRow>, Error> {
    Ok(survey_plan::table.find(id).select(PlanRow::as_select()).first(conn).optional()?)
}

pub(super) fn insert_plan(conn: &mut Conn, plan: PlanRow, now: Timestamp) -> Result<(), Error> {
    diesel::insert_into(survey_plan::table)
        .values((
            survey_plan::id.eq(plan.id),
            survey_plan::survey_id.eq(plan.survey_id),
            survey_plan::made_by.eq(plan.made_by),
            survey_plan::made_at.eq(now),
            survey_plan::expires_at.eq(plan.expires_at),
            survey_plan::questionnaire.eq(plan.questionnaire),
            survey_plan::faults.eq(plan.faults),
            survey_plan::draft_seen.eq(plan.draft_seen),
            survey_plan::findings.eq(plan.findings),
        ))
        .execute(conn)?;
    Ok(())
}

/// Deletes a person's oldest plans, so that there are at most `kept` with the next one.
pub(super) fn make_room(conn: &mut Conn, made_by: Id, kept: i64) -> Result<(), Error> {
    let older: Vec<Id> = survey_plan::table
        .filter(survey_plan::made_by.eq(made_by))
        .order(survey_plan::id.desc())
        .offset(kept - 1)
        .limit(kept)
        .select(survey_plan::id)
        .load(conn)?;
    diesel::delete(survey_plan::table.filter(survey_plan::id.eq_any(older))).execute(conn)?;
    Ok(())
}

/// Marks a plan as committed.
pub(super) fn close_plan(conn: &mut Conn, id: Id, now: Timestamp) -> Result<(), Error> {
    diesel::update(survey_plan::table.find(id)).set(survey_plan::committed_at.eq(now)).execute(conn)?;
    Ok(())
}

/// Deletes some plans that expired before this.
pub(super) fn sweep(conn: &mut Conn, before: Timestamp) -> Result<usize, Error> {
    let ended = survey_plan::table.filter(survey_plan::expires_at.lt(before)).limit(SWEPT_AT_ONCE);
    let ended: Vec<Id> = ended.select(survey_plan::id).load(conn)?;
    Ok(diesel::delete(survey_plan::table.filter(survey_plan::id.eq_any(ended))).execute(conn)?)
}

/// Deletes the plans that a person made.
pub(super) fn forget_plans(conn: &mut Conn, made_by: Id) -> Result<(), Error> {
    diesel::delete(survey_plan::table.filter(survey_plan::made_by.eq(made_by))).execute(conn)?;
    Ok(())
}

/// Adds the versions that a person changed last to an export.
pub(super) fn export(conn: &mut Conn, subject: &Subject, lists: &mut Lists) -> Result<(), Error> {
    let versions = survey_version::table
        .inner_join(survey::table)
        .filter(survey_version::updated_by.eq(subject.user))
        .order((survey::code, survey_version::number));
    personal_list!(lists, "surveys", conn, versions,
        survey: String = survey::code, number: i32 = survey_version::number, state: String = survey_version::state,
        updated_at: Timestamp = survey_version::updated_at);
    Ok(())
}
