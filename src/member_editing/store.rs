//! All SQL of the history of members, and of the rounds that ask an organisation.

use std::collections::{BTreeMap, HashMap};

use diesel::prelude::*;

use super::types::{AskedRound, HistoryEntry, PastState};
use crate::db::schema::{organisation_history, response, round_frame, survey, survey_round};
use crate::db::{Conn, Document, Id};
use crate::error::Error;
use crate::i18n::Language;
use crate::members::{MemberStatus, Particulars, Region};
use crate::time::Timestamp;

/// Stores the state of a member before a change.
pub(super) fn insert(
    conn: &mut Conn,
    id: Id,
    organisation: Id,
    officer: Id,
    fields: &[&'static str],
    before: &Particulars,
    now: Timestamp,
) -> Result<(), Error> {
    let fields: Vec<String> = fields.iter().map(|&field| field.to_owned()).collect();
    diesel::insert_into(organisation_history::table)
        .values((
            organisation_history::id.eq(id),
            organisation_history::organisation_id.eq(organisation),
            organisation_history::changed_at.eq(now),
            organisation_history::changed_by.eq(officer),
            organisation_history::fields.eq(Document(fields)),
            organisation_history::before.eq(Document(before.clone())),
            organisation_history::region.eq(before.region),
            organisation_history::status.eq(before.status),
        ))
        .execute(conn)?;
    Ok(())
}

/// History entries of a member older than `before`, the newest first.
pub(super) fn list(
    conn: &mut Conn,
    organisation: Id,
    before: Option<Id>,
    limit: i64,
) -> Result<Vec<HistoryEntry>, Error> {
    let mut query = organisation_history::table
        .filter(organisation_history::organisation_id.eq(organisation))
        .order(organisation_history::id.desc())
        .limit(limit)
        .select(HistoryEntry::as_select())
        .into_boxed();
    if let Some(id) = before {
        query = query.filter(organisation_history::id.lt(id));
    }
    Ok(query.load(conn)?)
}

/// The states at `instant` of members that were changed later: each as the first later change found it.
pub(super) fn as_of(conn: &mut Conn, instant: Timestamp) -> Result<HashMap<Id, PastState>, Error> {
    let rows: Vec<(Id, Option<Region>, MemberStatus)> = organisation_history::table
        .filter(organisation_history::changed_at.ge(instant))
        .order((organisation_history::changed_at, organisation_history::id))
        .select((organisation_history::organisation_id, organisation_history::region, organisation_history::status))
        .load(conn)?;
    let mut past = HashMap::new();
    for (id, region, status) in rows {
        past.entry(id).or_insert(PastState { region, status });
    }
    Ok(past)
}

/// The rounds that ask these organisations, the newest first, each with the state of the response to it.
pub(super) fn asked(conn: &mut Conn, organisations: &[Id], most: i64) -> Result<Vec<AskedRound>, Error> {
    type Row = (Id, Id, Document<BTreeMap<Language, String>>, Timestamp, String, String, Option<String>);
    let answered =
        response::round_id.eq(round_frame::round_id).and(response::organisation_id.eq(round_frame::organisation_id));
    let rows: Vec<Row> = round_frame::table
        .inner_join(survey_round::table.on(survey_round::id.eq(round_frame::round_id)))
        .inner_join(survey::table.on(survey::id.eq(survey_round::survey_id)))
        .left_join(response::table.on(answered))
        .filter(round_frame::organisation_id.eq_any(organisations.to_vec()))
        .order(survey_round::id.desc())
        .limit(most)
        .select((
            round_frame::round_id,
            round_frame::organisation_id,
            survey::titles,
            survey_round::opens_at,
            survey_round::zone,
            survey_round::state,
            response::state.nullable(),
        ))
        .load(conn)?;
    let asked = |(round, organisation, titles, opens_at, zone, state, response): Row| AskedRound {
        round,
        organisation,
        titles: titles.0,
        opens_at,
        zone,
        state,
        response,
    };
    Ok(rows.into_iter().map(asked).collect())
}
