//! Rounds as their readers see them.

use std::collections::{BTreeSet, HashMap};

use super::deadlines::ledgers;
use super::deadlines::rules::{Ledger, effective_deadline, has_ended, shown};
use super::deadlines::types::DeadlineRow;
use super::rules::Reach;
use super::store;
use super::types::{FrameEntry, OwnStanding, Round, RoundRow, RoundState};
use crate::db::{Conn, Document, Id};
use crate::error::Error;
use crate::members::Region;
use crate::policy::Principal;
use crate::surveys::{self, SurveyFacts};
use crate::time::{Timestamp, Zone};

/// What is known of several rounds.
struct Known {
    surveys: HashMap<Id, SurveyFacts>,
    /// What each ledger has for all, and for the reader's organisations and their regions.
    ledgers: HashMap<Id, Ledger>,
    /// The newest entry of each ledger, for whoever sees all of them.
    newest: HashMap<Id, (i32, Timestamp)>,
    /// The reader's organisations in the frame of each.
    places: HashMap<Id, Vec<FrameEntry>>,
    sizes: HashMap<Id, usize>,
    /// Both rounds of each pair.
    pairs: HashMap<Id, Id>,
}

impl Known {
    fn of(conn: &mut Conn, viewer: &Principal, rows: &[RoundRow]) -> Result<Self, Error> {
        let ids: Vec<Id> = rows.iter().map(|row| row.id).collect();
        let own: Vec<Id> = viewer.active().map(|held| held.organisation_id).collect();
        let surveys: BTreeSet<Id> = rows.iter().map(|row| row.survey_id).collect();
        let surveys: Vec<Id> = surveys.into_iter().collect();
        let mut places: HashMap<Id, Vec<FrameEntry>> = HashMap::new();
        for (round, place) in store::places(conn, &ids, &own)? {
            places.entry(round).or_default().push(place);
        }
        let regions: BTreeSet<Region> = places.values().flatten().filter_map(|place| place.region).collect();
        let regions: Vec<Region> = regions.into_iter().collect();
        let sees_all = Reach::of(viewer).all;
        let mut known = Self {
            surveys: surveys::some(conn, &surveys)?.into_iter().map(|survey| (survey.id, survey)).collect(),
            ledgers: ledgers::ledgers_about(conn, rows, &regions, &own)?,
            newest: if sees_all { ledgers::newest(conn, rows)? } else { HashMap::new() },
            places,
            sizes: HashMap::new(),
            pairs: HashMap::new(),
        };
        for (round, size) in store::sizes(conn, &ids)? {
            known.sizes.insert(round, usize::try_from(size).unwrap_or_default());
        }
        for (one, other) in store::pairs(conn, &ids)? {
            known.pairs.insert(one, other);
            known.pairs.insert(other, one);
        }
        Ok(known)
    }

    fn view(&self, row: RoundRow, reach: Reach, now: Timestamp) -> Option<Round> {
        let survey = self.surveys.get(&row.survey_id).filter(|survey| reach.sees(survey.audience, row.state))?;
        let ledger = self.ledgers.get(&row.id)?;
        let zone = Zone::stored(Some(&row.zone));
        let standing = |place: &FrameEntry| {
            let found = effective_deadline(ledger, place.region, place.organisation);
            OwnStanding {
                organisation: place.code.clone(),
                region: place.region,
                deadline: shown(found.deadline, &zone),
                is_extended: found.grant.is_some(),
                is_open: row.state == RoundState::Open && now < found.deadline,
            }
        };
        let own = self.places.get(&row.id).map_or(&[][..], Vec::as_slice);
        // What was granted to others is told neither by the number of entries nor by their instants.
        let (newest, entered_at) = if reach.all {
            self.newest.get(&row.id).map_or((0, None), |&(number, made_at)| (number, Some(made_at)))
        } else {
            let entries: Vec<&DeadlineRow> = ledger.shown_to(false, own).collect();
            let count = i32::try_from(entries.len()).unwrap_or(i32::MAX);
            (count, entries.last().map(|entry| entry.made_at))
        };
        let seen = if reach.all { SeenState::of(&row) } else { SeenState::until(&row, ledger.last_of(own), now) };
        Some(Round {
            id: row.id,
            survey: survey.code.clone(),
            titles: survey.titles.clone(),
            audience: survey.audience,
            version: row.version,
            state: seen.state,
            opens_by_itself: row.state == RoundState::Draft && row.scheduled_at.is_some(),
            opens_at: row.opens_at,
            closes_at: row.closes_at,
            deadline: shown(ledger.for_all(), &zone),
            zone: row.zone.clone(),
            min_cell: row.min_cell,
            pairs: row.pairs.0.clone(),
            paired_with: self.pairs.get(&row.id).copied().filter(|_| reach.all),
            is_participation_public: row.is_participation_public,
            calendar: reach.all.then(|| row.calendar.0.clone()),
            frame: self.sizes.get(&row.id).copied(),
            opened_at: row.opened_at,
            closed_at: seen.closed_at,
            updated_at: entered_at.map_or(seen.updated_at, |at| at.max(seen.updated_at)),
            standings: own.iter().map(standing).collect(),
            stored: (if reach.all { row } else { seen.told_of(row) }, newest),
        })
    }
}

/// How a round stands for its reader.
struct SeenState {
    state: RoundState,
    closed_at: Option<Timestamp>,
    updated_at: Timestamp,
}

impl SeenState {
    fn of(row: &RoundRow) -> Self {
        Self { state: row.state, closed_at: row.closed_at, updated_at: row.updated_at }
    }

    /// For readers who know the last of these deadlines alone, a round ends at that: that it stays open longer, and until
    /// when, tells what was granted to others.
    fn until(row: &RoundRow, last: Timestamp, now: Timestamp) -> Self {
        if !has_ended(row.state, last, now) {
            return Self::of(row);
        }
        let closed_at = row.closed_at.map_or(last, |at| at.min(last));
        let is_changed_since = row.closed_at.is_some_and(|at| row.updated_at > at);
        let updated_at = if is_changed_since { row.updated_at } else { closed_at };
        Self { state: RoundState::Closed, closed_at: Some(closed_at), updated_at }
    }

    /// The stored round without what these readers are not told: its entity tag would tell that it has changed.
    fn told_of(&self, row: RoundRow) -> RoundRow {
        RoundRow {
            state: self.state,
            closed_at: self.closed_at,
            updated_at: self.updated_at,
            paired_with: None,
            calendar: Document(Vec::new()),
            ..row
        }
    }
}

/// All rounds that are seen, the newest first.
pub(super) fn all(conn: &mut Conn, viewer: &Principal, most: usize, now: Timestamp) -> Result<Vec<Round>, Error> {
    let rows = store::newest(conn, i64::try_from(most).unwrap_or(i64::MAX))?;
    seen_of(conn, viewer, rows, now)
}

/// Those of these rounds that are seen, the newest first.
pub(super) fn some(conn: &mut Conn, viewer: &Principal, ids: &[Id], now: Timestamp) -> Result<Vec<Round>, Error> {
    let rows = store::some(conn, ids)?;
    seen_of(conn, viewer, rows, now)
}

fn seen_of(conn: &mut Conn, viewer: &Principal, rows: Vec<RoundRow>, now: Timestamp) -> Result<Vec<Round>, Error> {
    let (known, reach) = (Known::of(conn, viewer, &rows)?, Reach::of(viewer));
    Ok(rows.into_iter().filter_map(|row| known.view(row, reach, now)).collect())
}

/// A round that is seen.
///
/// # Errors
/// 404.
pub(super) fn one(conn: &mut Conn, viewer: &Principal, id: Id, now: Timestamp) -> Result<Round, Error> {
    let row = store::find(conn, id)?.ok_or_else(Error::not_found)?;
    let (known, reach) = (Known::of(conn, viewer, std::slice::from_ref(&row))?, Reach::of(viewer));
    known.view(row, reach, now).ok_or_else(Error::not_found)
}

/// A round that is seen, as it is stored, and its survey.
///
/// # Errors
/// 404.
pub(super) fn seen(conn: &mut Conn, reach: Reach, id: Id) -> Result<(RoundRow, SurveyFacts), Error> {
    let row = store::find(conn, id)?.ok_or_else(Error::not_found)?;
    let survey = surveys::by_id(conn, row.survey_id)?.ok_or_else(Error::not_found)?;
    if reach.sees(survey.audience, row.state) { Ok((row, survey)) } else { Err(Error::not_found()) }
}
