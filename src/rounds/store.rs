//! All SQL of rounds and their frames.

use diesel::prelude::*;

use super::types::{FrameEntry, NewRound, RoundRow, RoundState};
use crate::db::schema::{
    extension_request, organisation, round_frame, round_reminder, round_reminder_person, survey, survey_round,
};
use crate::db::{BATCH, Conn, Document, Id};
use crate::error::Error;
use crate::members::{MemberStatus, Region};
use crate::on_each;
use crate::personal_data::{Lists, Subject};
use crate::personal_list;
use crate::time::Timestamp;

/// The newest rounds of any state, the newest first.
pub(super) fn newest(conn: &mut Conn, most: i64) -> Result<Vec<RoundRow>, Error> {
    let rows = survey_round::table.order(survey_round::id.desc()).limit(most);
    Ok(rows.select(RoundRow::as_select()).load(conn)?)
}

/// Those of these rounds that there are, the newest first.
pub(super) fn some(conn: &mut Conn, ids: &[Id]) -> Result<Vec<RoundRow>, Error> {
    let these = survey_round::table.filter(survey_round::id.eq_any(ids.to_vec())).order(survey_round::id.desc());
    Ok(these.select(RoundRow::as_select()).load(conn)?)
}

/// How many rounds there are.
pub(super) fn count(conn: &mut Conn) -> Result<i64, Error> {
    Ok(survey_round::table.count().get_result(conn)?)
}

/// The rounds of a state, the oldest first.
pub(super) fn in_state(conn: &mut Conn, state: RoundState) -> Result<Vec<RoundRow>, Error> {
    let rows = survey_round::table.filter(survey_round::state.eq(state)).order(survey_round::id);
    Ok(rows.select(RoundRow::as_select()).load(conn)?)
}

/// The round with this id.
pub(super) fn find(conn: &mut Conn, id: Id) -> Result<Option<RoundRow>, Error> {
    Ok(survey_round::table.find(id).select(RoundRow::as_select()).first(conn).optional()?)
}

/// The same, locked until the unit of work ends: a round, its ledger and its reminders are written under this lock. On
/// SQLite a unit that writes runs alone anyway.
pub(super) fn lock_for_update(conn: &mut Conn, id: Id) -> Result<Option<RoundRow>, Error> {
    let found = match conn {
        Conn::Postgres(c) => {
            survey_round::table.find(id).select(RoundRow::as_select()).for_no_key_update().first(c).optional()?
        }
        Conn::Sqlite(_) => return find(conn, id),
    };
    Ok(found)
}

/// See [`super::interface::hold`]. Several units of work may hold a round at the same time.
pub(super) fn hold(conn: &mut Conn, id: Id) -> Result<(), Error> {
    // On SQLite a writing unit of work has no concurrent one.
    if let Conn::Postgres(c) = conn {
        survey_round::table.find(id).select(survey_round::id).for_share().first::<Id>(c).optional()?;
    }
    Ok(())
}

/// The round that names this one as its counterpart.
pub(super) fn counterpart(conn: &mut Conn, id: Id) -> Result<Option<RoundRow>, Error> {
    let found = survey_round::table.filter(survey_round::paired_with.eq(id)).select(RoundRow::as_select());
    Ok(found.first(conn).optional()?)
}

/// The pairs of these rounds: the later one of each, and the one that it names.
pub(super) fn pairs(conn: &mut Conn, rounds: &[Id]) -> Result<Vec<(Id, Id)>, Error> {
    let columns = (survey_round::id, survey_round::paired_with.assume_not_null());
    let of_these = survey_round::id.eq_any(rounds.to_vec()).or(survey_round::paired_with.eq_any(rounds.to_vec()));
    let pairs = survey_round::table.filter(survey_round::paired_with.is_not_null().and(of_these));
    Ok(pairs.select(columns).load(conn)?)
}

/// Adds a draft.
pub(super) fn insert(conn: &mut Conn, id: Id, new: &NewRound, by: Id, now: Timestamp) -> Result<(), Error> {
    diesel::insert_into(survey_round::table)
        .values((
            survey_round::id.eq(id),
            survey_round::survey_id.eq(new.survey),
            survey_round::version.eq(new.version),
            survey_round::state.eq(RoundState::Draft),
            survey_round::opens_at.eq(new.opens_at),
            survey_round::closes_at.eq(new.closes_at),
            survey_round::zone.eq(new.zone.name().to_owned()),
            survey_round::min_cell.eq(new.min_cell),
            survey_round::pairs.eq(Document(new.pairs.clone())),
            survey_round::paired_with.eq(new.paired_with),
            survey_round::is_participation_public.eq(new.is_participation_public),
            survey_round::calendar.eq(Document(new.calendar.clone())),
            survey_round::created_at.eq(now),
            survey_round::created_by.eq(by),
            survey_round::updated_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

/// Replaces what can be changed of a round.
pub(super) fn update(conn: &mut Conn, id: Id, new: &NewRound, now: Timestamp) -> Result<(), Error> {
    diesel::update(survey_round::table.find(id))
        .set((
            survey_round::version.eq(new.version),
            survey_round::opens_at.eq(new.opens_at),
            survey_round::closes_at.eq(new.closes_at),
            survey_round::zone.eq(new.zone.name().to_owned()),
            survey_round::min_cell.eq(new.min_cell),
            survey_round::pairs.eq(Document(new.pairs.clone())),
            survey_round::paired_with.eq(new.paired_with),
            survey_round::is_participation_public.eq(new.is_participation_public),
            survey_round::calendar.eq(Document(new.calendar.clone())),
            survey_round::updated_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

/// Lets a draft open by itself at its instant: by a person, with a session or an API token.
pub(super) fn schedule(conn: &mut Conn, id: Id, (by, with): (Id, Id), now: Timestamp) -> Result<(), Error> {
    set_plan(conn, id, Some((by, with, now)), now)
}

/// Lets a draft wait until somebody opens it.
pub(super) fn unschedule(conn: &mut Conn, id: Id, now: Timestamp) -> Result<(), Error> {
    set_plan(conn, id, None, now)
}

fn set_plan(conn: &mut Conn, id: Id, plan: Option<(Id, Id, Timestamp)>, now: Timestamp) -> Result<(), Error> {
    diesel::update(survey_round::table.find(id))
        .set((
            survey_round::scheduled_at.eq(plan.map(|(_, _, at)| at)),
            survey_round::scheduled_by.eq(plan.map(|(by, _, _)| by)),
            survey_round::scheduled_with.eq(plan.map(|(_, with, _)| with)),
            survey_round::updated_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

/// Opens a draft.
pub(super) fn open(conn: &mut Conn, id: Id, now: Timestamp) -> Result<(), Error> {
    diesel::update(survey_round::table.find(id))
        .set((
            survey_round::state.eq(RoundState::Open),
            survey_round::opened_at.eq(now),
            survey_round::updated_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

/// Closes or cancels a round; `by` is none where it closes by itself.
pub(super) fn end(conn: &mut Conn, id: Id, state: RoundState, by: Option<Id>, now: Timestamp) -> Result<(), Error> {
    diesel::update(survey_round::table.find(id))
        .set((
            survey_round::state.eq(state),
            survey_round::closed_at.eq(now),
            survey_round::closed_by.eq(by),
            survey_round::updated_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

/// Notes that a round changed; one that has closed is `reopened` by a deadline that lies ahead.
pub(super) fn touch(conn: &mut Conn, id: Id, reopened: bool, now: Timestamp) -> Result<(), Error> {
    diesel::update(survey_round::table.find(id)).set(survey_round::updated_at.eq(now)).execute(conn)?;
    if reopened {
        diesel::update(survey_round::table.find(id))
            .set((
                survey_round::state.eq(RoundState::Open),
                survey_round::closed_at.eq(None::<Timestamp>),
                survey_round::closed_by.eq(None::<Id>),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// Freezes the frame of a round.
pub(super) fn freeze(conn: &mut Conn, round: Id, frame: &[(Id, Option<Region>)]) -> Result<(), Error> {
    let rows: Vec<_> = frame
        .iter()
        .map(|(organisation, region)| {
            (
                round_frame::round_id.eq(round),
                round_frame::organisation_id.eq(*organisation),
                round_frame::region.eq(*region),
            )
        })
        .collect();
    for chunk in rows.chunks(BATCH) {
        on_each!(conn, c => diesel::insert_into(round_frame::table).values(chunk).execute(c))?;
    }
    Ok(())
}

/// The frame of a round, in the order of the codes.
pub(super) fn frame(conn: &mut Conn, round: Id) -> Result<Vec<FrameEntry>, Error> {
    let rows: Vec<(Id, String, Option<Region>)> = round_frame::table
        .inner_join(organisation::table)
        .filter(round_frame::round_id.eq(round))
        .order(organisation::code)
        .select((round_frame::organisation_id, organisation::code, round_frame::region))
        .load(conn)?;
    Ok(rows.into_iter().map(|(organisation, code, region)| FrameEntry { organisation, code, region }).collect())
}

/// Those of the frame of a round that are hidden at present.
pub(super) fn hidden(conn: &mut Conn, round: Id) -> Result<Vec<Id>, Error> {
    Ok(round_frame::table
        .inner_join(organisation::table)
        .filter(round_frame::round_id.eq(round).and(organisation::status.eq(MemberStatus::Hidden)))
        .select(round_frame::organisation_id)
        .load(conn)?)
}

/// How many organisations of each region a round asks.
pub(super) fn sizes_by_region(conn: &mut Conn, round: Id) -> Result<Vec<(Option<Region>, i64)>, Error> {
    Ok(round_frame::table
        .filter(round_frame::round_id.eq(round))
        .group_by(round_frame::region)
        .select((round_frame::region, diesel::dsl::count_star()))
        .load(conn)?)
}

/// The organisations of these that a round asks, in the order of the codes.
pub(super) fn places(conn: &mut Conn, rounds: &[Id], of: &[Id]) -> Result<Vec<(Id, FrameEntry)>, Error> {
    let rows: Vec<(Id, Id, String, Option<Region>)> = round_frame::table
        .inner_join(organisation::table)
        .filter(round_frame::round_id.eq_any(rounds.to_vec()).and(round_frame::organisation_id.eq_any(of.to_vec())))
        .order(organisation::code)
        .select((round_frame::round_id, round_frame::organisation_id, organisation::code, round_frame::region))
        .load(conn)?;
    let entry = |(round, organisation, code, region)| (round, FrameEntry { organisation, code, region });
    Ok(rows.into_iter().map(entry).collect())
}

/// How many organisations each of these rounds asks.
pub(super) fn sizes(conn: &mut Conn, rounds: &[Id]) -> Result<Vec<(Id, i64)>, Error> {
    Ok(round_frame::table
        .filter(round_frame::round_id.eq_any(rounds.to_vec()))
        .group_by(round_frame::round_id)
        .select((round_frame::round_id, diesel::dsl::count_star()))
        .load(conn)?)
}

/// Adds to an export the rounds that a person made, the requests for more time, and the reminders that the person got.
pub(super) fn export(conn: &mut Conn, subject: &Subject, lists: &mut Lists) -> Result<(), Error> {
    let made = survey_round::table
        .inner_join(survey::table)
        .filter(survey_round::created_by.eq(subject.user))
        .order(survey_round::id);
    personal_list!(lists, "rounds", conn, made,
        id: Id = survey_round::id, survey: String = survey::code, created_at: Timestamp = survey_round::created_at);
    let asked = extension_request::table
        .inner_join(organisation::table)
        .filter(extension_request::asked_by.eq(subject.user))
        .order(extension_request::id);
    personal_list!(lists, "extension_requests", conn, asked,
        round: Id = extension_request::round_id, organisation: String = organisation::code,
        until: Timestamp = extension_request::until, reason: String = extension_request::reason,
        asked_at: Timestamp = extension_request::asked_at);
    let reminded = round_reminder_person::table
        .inner_join(round_reminder::table)
        .inner_join(organisation::table)
        .filter(round_reminder_person::user_id.eq(subject.user))
        .order(round_reminder_person::reminder_id);
    personal_list!(lists, "survey_reminders", conn, reminded,
        round: Id = round_reminder::round_id, organisation: String = organisation::code,
        state: String = round_reminder_person::state, sent_at: Timestamp = round_reminder::sent_at);
    Ok(())
}

/// Deletes which reminders a person got.
pub(super) fn forget(conn: &mut Conn, person: Id) -> Result<(), Error> {
    let theirs = round_reminder_person::table.filter(round_reminder_person::user_id.eq(person));
    diesel::delete(theirs).execute(conn)?;
    Ok(())
}
