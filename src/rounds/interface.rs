//! What other features read of rounds, within their own units of work.

use questionnaire::Questionnaire;

use super::deadlines::rules::{self, Ledger};
use super::rules::Reach;
use super::types::{FrameEntry, RoundFacts, RoundRow, ShownDeadline, Standing};
use super::{deadlines, store};
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::members::Region;
use crate::policy::{self, Principal};
use crate::surveys::{self, SurveyFacts};
use crate::time::{Timestamp, Zone};

/// A round; none where there is no such round.
pub fn facts(conn: &mut Conn, id: Id) -> Result<Option<RoundFacts>, Error> {
    let Some(row) = store::find(conn, id)? else { return Ok(None) };
    let Some(survey) = surveys::by_id(conn, row.survey_id)? else { return Ok(None) };
    let paired_with = match row.paired_with {
        Some(other) => Some(other),
        None => store::counterpart(conn, id)?.map(|other| other.id),
    };
    Ok(Some(facts_of(row, &survey, paired_with)))
}

/// A round that a person sees; none where there is no such round, or it is not for this person.
pub fn facts_seen(conn: &mut Conn, reader: &Principal, id: Id) -> Result<Option<RoundFacts>, Error> {
    let reach = Reach::of(reader);
    Ok(facts(conn, id)?.filter(|round| reach.sees(round.audience, round.state)))
}

/// Whether a round has ended as far as a person knows: it is closed, or past every deadline that the person knows. Time
/// that was granted to others does not count.
pub fn has_ended_for(conn: &mut Conn, reader: &Principal, id: Id, now: Timestamp) -> Result<bool, Error> {
    let Some(row) = store::find(conn, id)? else { return Ok(false) };
    let own: Vec<Id> = reader.active().map(|held| held.organisation_id).collect();
    let places: Vec<FrameEntry> = store::places(conn, &[id], &own)?.into_iter().map(|(_, place)| place).collect();
    let ledger = deadlines::ledgers::ledger(conn, &row)?;
    Ok(rules::has_ended(row.state, ledger.last_of(&places), now))
}

fn facts_of(row: RoundRow, survey: &SurveyFacts, paired_with: Option<Id>) -> RoundFacts {
    RoundFacts {
        id: row.id,
        survey: survey.code.clone(),
        survey_id: survey.id,
        audience: survey.audience,
        version: row.version,
        state: row.state,
        opens_at: row.opens_at,
        closes_at: row.closes_at,
        zone: row.zone,
        min_cell: row.min_cell.unsigned_abs(),
        pairs: row.pairs.0,
        paired_with,
        is_participation_public: row.is_participation_public,
    }
}

/// The questionnaire of a round.
///
/// # Errors
/// 404 where its version is not published, which is never the case for a round that has opened.
pub fn questionnaire(conn: &mut Conn, round: &RoundFacts) -> Result<Questionnaire, Error> {
    surveys::published(conn, round.survey_id, round.version)?.ok_or_else(Error::not_found)
}

/// The same as JSON, to be read where no unit of work waits for it.
///
/// # Errors
/// As [`questionnaire()`].
pub fn questionnaire_text(conn: &mut Conn, round: &RoundFacts) -> Result<String, Error> {
    surveys::published_text(conn, round.survey_id, round.version)?.ok_or_else(Error::not_found)
}

/// Has a round stay as it is until the unit of work ends: nobody closes or cancels it beside what may happen before that
/// alone. In the order of locks a round comes after its responses.
pub fn hold(conn: &mut Conn, round: Id) -> Result<(), Error> {
    store::hold(conn, round)
}

/// How an organisation stands in a round at present; none where the round does not ask it.
pub fn standing(conn: &mut Conn, round: Id, organisation: Id) -> Result<Option<Standing>, Error> {
    let Some(row) = store::find(conn, round)? else { return Ok(None) };
    let Some((_, place)) = store::places(conn, &[round], &[organisation])?.pop() else { return Ok(None) };
    let ledger = Ledger { first: row.closes_at, entries: deadlines::store::entries(conn, round)? };
    let found = rules::effective_deadline(&ledger, place.region, organisation);
    Ok(Some(Standing {
        organisation,
        region: place.region,
        state: row.state,
        deadline: found.deadline,
        general: found.general,
        grant: found.grant,
    }))
}

/// Whom a round asks, in the order of the codes. Empty until it opens.
pub fn frame(conn: &mut Conn, round: Id) -> Result<Vec<FrameEntry>, Error> {
    store::frame(conn, round)
}

/// The same without the members that are hidden from a reader, of whom even the name would tell that they are there.
pub fn frame_known_to(conn: &mut Conn, reader: &Principal, round: Id) -> Result<Vec<FrameEntry>, Error> {
    let (mut frame, unknown) = (store::frame(conn, round)?, hidden_from(conn, reader, round)?);
    frame.retain(|entry| !unknown.contains(&entry.organisation));
    Ok(frame)
}

/// The organisations that a round asks and that are hidden at present.
pub fn hidden(conn: &mut Conn, round: Id) -> Result<Vec<Id>, Error> {
    store::hidden(conn, round)
}

/// The organisations that a round asks and of which a reader may not know.
pub(super) fn hidden_from(conn: &mut Conn, reader: &Principal, round: Id) -> Result<Vec<Id>, Error> {
    let mut hidden = store::hidden(conn, round)?;
    hidden.retain(|organisation| !policy::knows_hidden(reader, *organisation));
    Ok(hidden)
}

/// How many organisations of each region a round asks.
pub fn sizes_by_region(conn: &mut Conn, round: Id) -> Result<Vec<(Option<Region>, i64)>, Error> {
    store::sizes_by_region(conn, round)
}

/// A deadline as the clocks of a round's zone show it.
#[must_use]
pub fn shown_deadline(deadline: Timestamp, zone: &str) -> ShownDeadline {
    rules::shown(deadline, &Zone::stored(Some(zone)))
}
