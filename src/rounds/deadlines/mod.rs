//! Deadlines of a round: a ledger that is only added to, and the deadline of an organisation as a calendar file.
//!
//! An entry is for all, a region, or one organisation. `rules` has what follows from the ledger; everything that shows
//! or judges a deadline reads it there, so an entry changes the page, the file, the reminders and what is accepted at
//! once. An entry that lies ahead opens a closed round again.

mod ics;
pub(super) mod ledgers;
pub(super) mod rules;
pub(super) mod store;
mod told;
pub(super) mod types;

use std::sync::Arc;

use serde_json::{Value, json};

pub use types::{
    DeadlineEntry, DeadlineFile, DeadlineFileQuery, DeadlineList, DeadlineScope, GivenDeadline, GivenScope,
};

use super::rules::{self as rounds, Reach};
use super::types::{FrameEntry, RoundRow, RoundState};
use super::{MAX_DEADLINES, Rounds, store as round_store, views};
use crate::audit::{Entry, Event, Trace};
use crate::db::{Conn, Id};
use crate::error::{Error, FieldCode, FieldError, FieldErrors, ProblemCode};
use crate::events::Kind;
use crate::http::IfMatch;
use crate::i18n::Language;
use crate::idempotency::{Answer, Ticket};
use crate::mail::Values;
use crate::members::Region;
use crate::policy::Principal;
use crate::service::{Service as _, UnitOfWork, by_right_of_guard};
use crate::surveys::SurveyFacts;
use crate::text;
use crate::time::{Timestamp, Zone};
use ledgers::ledger;
pub(super) use told::Told;
use types::{DeadlineRow, NewDeadline};

/// What is to be written into the ledger of a round.
pub(super) struct Wanted<'a> {
    pub(super) scope: &'a GivenScope,
    pub(super) closes_at: Timestamp,
    pub(super) reason: Option<String>,
    /// The request that it grants.
    pub(super) request: Option<Id>,
    /// The field of the request body that names the instant.
    pub(super) pointer: &'a str,
}

impl Rounds {
    /// The ledger of a round, as far as it concerns a person: all of it for the Secretariat.
    ///
    /// # Errors
    /// 404.
    pub async fn deadlines(&self, viewer: Arc<Principal>, round: Id) -> Result<Vec<DeadlineEntry>, Error> {
        self.foundation.db.read_snapshot(move |conn| shown_ledger(conn, &viewer, round)).await
    }

    /// Adds a deadline, if the round is as it was `seen`: each entry of its ledger changes it.
    ///
    /// # Errors
    /// 404, 409 where the round has not opened or was called off, 412, 422.
    pub async fn add_deadline(
        &self,
        officer: Arc<Principal>,
        trace: Trace,
        ticket: Option<Ticket>,
        round: Id,
        given: GivenDeadline,
        seen: Option<IfMatch>,
    ) -> Result<Answer, Error> {
        let add = move |unit: &UnitOfWork<Self>, conn: &mut Conn| {
            let mut faults = FieldErrors::new();
            let reason = faults.take("/reason", rounds::words(&given.reason));
            faults.finish()?;
            let row = super::service::lock(conn, round)?;
            rounds::check_has_opened(row.state)?;
            super::service::check_seen(conn, &row, seen.as_ref())?;
            let wanted = Wanted {
                scope: &given.scope,
                closes_at: given.closes_at,
                reason,
                request: None,
                pointer: "/closes_at",
            };
            let entry = unit.enter(conn, officer.user_id, &row, wanted)?;
            let zone = Zone::stored(Some(&row.zone));
            let shown = entry_of(&entry, given.scope.upper(), &zone, true);
            Ok(Answer::json(201, &shown)?.at(format!("/api/v1/rounds/{round}/deadlines")))
        };
        self.write_once(trace, ticket, by_right_of_guard, add).await
    }

    /// The deadline of one of the viewer's organisations as a calendar file, or that of all for the Secretariat.
    ///
    /// # Errors
    /// 404; 422 where the viewer has several organisations in the round and names none.
    pub async fn calendar_file(
        &self,
        viewer: Arc<Principal>,
        round: Id,
        organisation: Option<String>,
        language: Language,
    ) -> Result<DeadlineFile, Error> {
        let service = self.clone();
        let read =
            move |conn: &mut Conn| calendar_file(conn, &viewer, round, organisation.as_deref(), language, &service);
        self.foundation.db.read_snapshot(read).await
    }
}

impl GivenScope {
    /// The same with the code of the organisation as it is stored.
    fn upper(&self) -> Self {
        match self {
            Self::Organisation(code) => Self::Organisation(code.trim().to_ascii_uppercase()),
            other => other.clone(),
        }
    }
}

impl UnitOfWork<Rounds> {
    /// Writes a deadline into the ledger of a round, which is locked.
    pub(super) fn enter(
        &self,
        conn: &mut Conn,
        officer: Id,
        row: &RoundRow,
        wanted: Wanted<'_>,
    ) -> Result<DeadlineRow, Error> {
        let ledger = ledger(conn, row)?;
        let frame = round_store::frame(conn, row.id)?;
        let scope = wanted.scope.upper();
        let (region, organisation) = within_frame(&scope, &frame)?;
        let at_present = match &organisation {
            Some(place) => rules::effective_deadline(&ledger, place.region, place.organisation).deadline,
            None if region.is_some() => ledger.of_region(region),
            None => ledger.for_all(),
        };
        rules::check_entry(&scope, wanted.closes_at, at_present, row.opens_at, self.now, wanted.pointer)?;
        if ledger.entries.len() >= MAX_DEADLINES {
            return Err(Error::conflict(ProblemCode::TooManyDeadlines).with("max", MAX_DEADLINES));
        }
        let number = ledger.newest() + 1;
        let new = NewDeadline {
            id: Id::new(self.now, &self.random),
            round: row.id,
            number,
            scope: scope.kind(),
            region,
            organisation: organisation.as_ref().map(|place| place.organisation),
            closes_at: wanted.closes_at,
            reason: wanted.reason,
            by: Some(officer),
            request: wanted.request,
        };
        let entry = DeadlineRow::from((&new, self.now));
        store::insert(conn, new, self.now)?;
        let reopens = row.state == RoundState::Closed && wanted.closes_at > self.now;
        // The round itself says nothing of what was granted to some; readers see the entries that concern them.
        if reopens || scope == GivenScope::All {
            round_store::touch(conn, row.id, reopens, self.now)?;
        }
        self.tell_of(conn, officer, &entry, &scope, reopens)?;
        Ok(entry)
    }

    /// The audit log and the webhooks hear of an entry.
    fn tell_of(
        &self,
        conn: &mut Conn,
        officer: Id,
        entry: &DeadlineRow,
        scope: &GivenScope,
        reopens: bool,
    ) -> Result<(), Error> {
        let mut detail = json!({"scope": scope, "closes_at": entry.closes_at, "number": entry.number});
        if let (true, Some(detail)) = (reopens, detail.as_object_mut()) {
            detail.insert("opens_again".to_owned(), Value::Bool(true));
        }
        let noted = Entry::by(Event::DeadlineAdded, officer, entry.round_id).with(detail);
        let noted = Entry { organisation: entry.organisation_id, ..noted };
        self.audit.record(conn, &self.trace, &noted)?;
        let told = json!({"round": entry.round_id, "scope": scope, "closes_at": entry.closes_at});
        self.events.emit(conn, Kind::DeadlineMoved, told)
    }
}

/// The region or the organisation that a deadline is for.
///
/// # Errors
/// 422 where the round does not ask it.
fn within_frame(scope: &GivenScope, frame: &[FrameEntry]) -> Result<(Option<Region>, Option<FrameEntry>), Error> {
    let (pointer, value) = match scope {
        GivenScope::All => return Ok((None, None)),
        GivenScope::Region(region) => {
            if frame.iter().any(|place| place.region == Some(*region)) {
                return Ok((Some(*region), None));
            }
            ("/scope/region", region.as_str())
        }
        GivenScope::Organisation(code) => {
            if let Some(place) = frame.iter().find(|place| place.code == *code) {
                return Ok((None, Some(place.clone())));
            }
            ("/scope/organisation", code.as_str())
        }
    };
    Err(Error::invalid(vec![FieldError::new(pointer, FieldCode::NotAsked).with("value", text::shown(value))]))
}

fn entry_of(row: &DeadlineRow, scope: GivenScope, zone: &Zone, with_maker: bool) -> DeadlineEntry {
    DeadlineEntry {
        id: row.id,
        number: row.number,
        scope,
        deadline: rules::shown(row.closes_at, zone),
        reason: row.reason.clone(),
        made_by: row.made_by.filter(|_| with_maker),
        made_at: row.made_at,
        request: row.request_id,
    }
}

fn shown_ledger(conn: &mut Conn, viewer: &Principal, round: Id) -> Result<Vec<DeadlineEntry>, Error> {
    let reach = Reach::of(viewer);
    let (row, _) = views::seen(conn, reach, round)?;
    let (ledger, frame) = (ledger(conn, &row)?, round_store::frame(conn, round)?);
    let own = |place: &&FrameEntry| viewer.active().any(|held| held.organisation_id == place.organisation);
    let own: Vec<FrameEntry> = frame.iter().filter(own).cloned().collect();
    let zone = Zone::stored(Some(&row.zone));
    let shown = |entry: &DeadlineRow| {
        let scope = match (entry.region, entry.organisation_id) {
            (Some(region), _) => GivenScope::Region(region),
            (None, Some(id)) => {
                GivenScope::Organisation(frame.iter().find(|place| place.organisation == id)?.code.clone())
            }
            (None, None) => GivenScope::All,
        };
        Some(entry_of(entry, scope, &zone, reach.all))
    };
    let entries = ledger.shown_to(reach.all, &own).filter_map(shown);
    // The Secretariat reads the numbers of the ledger; others count what they see.
    let numbered =
        |(entry, number): (DeadlineEntry, i32)| if reach.all { entry } else { DeadlineEntry { number, ..entry } };
    Ok(entries.zip(1..).map(numbered).collect())
}

fn calendar_file(
    conn: &mut Conn,
    viewer: &Principal,
    round: Id,
    organisation: Option<&str>,
    language: Language,
    service: &Rounds,
) -> Result<DeadlineFile, Error> {
    let reach = Reach::of(viewer);
    let (row, survey) = views::seen(conn, reach, round)?;
    let place = place_of(&round_store::frame(conn, round)?, viewer, organisation, reach.all)?;
    let ledger = ledger(conn, &row)?;
    let at = match &place {
        Some(place) => rules::effective_deadline(&ledger, place.region, place.organisation).deadline,
        None => ledger.for_all(),
    };
    let is_about = |entry: &&DeadlineRow| match &place {
        Some(place) => entry.concerns(place.region, place.organisation),
        None => entry.scope == DeadlineScope::All,
    };
    let entered_at = ledger.entries.iter().filter(is_about).map(|entry| entry.made_at).max();
    // Every entry that may have moved the deadline counts as a change, and so does the end of it.
    let changes = ledger.entries.iter().filter(is_about).count().saturating_sub(1);
    let is_cancelled = row.state == RoundState::Cancelled;
    let who = place.as_ref().map_or("all", |place| place.code.as_str()).to_lowercase();
    let (summary, description) = words(service, &survey, &Told::of(at, &row.zone), language);
    let event = ics::Event {
        uid: format!("round-{round}-{who}@{}", service.host()),
        sequence: changes + usize::from(is_cancelled),
        changed_at: entered_at.map_or(row.updated_at, |at| at.max(row.updated_at)),
        at,
        summary,
        description,
        page: format!("{}/rounds/{round}", service.public_url),
        is_cancelled,
    };
    Ok(DeadlineFile { name: format!("{}-{who}", survey.code), content: ics::write(&event) })
}

/// What a calendar says of a deadline: its name, and a sentence.
fn words(service: &Rounds, survey: &SurveyFacts, deadline: &Told, language: Language) -> (String, String) {
    let args = Values::default().with("survey", &survey.title_in(language)).with("deadline", deadline).into_args();
    let text = |key: &str| service.catalogue.text(language, key, &args);
    (text("deadline-file"), text("deadline-file-ends"))
}

/// The organisation whose deadline is wanted; none for that of all, which the Secretariat alone may want.
fn place_of(
    frame: &[FrameEntry],
    viewer: &Principal,
    wanted: Option<&str>,
    sees_all: bool,
) -> Result<Option<FrameEntry>, Error> {
    let holds = |place: &&FrameEntry| viewer.active().any(|held| held.organisation_id == place.organisation);
    let code = wanted.map(|code| code.trim().to_ascii_uppercase());
    let mut fitting = frame.iter().filter(|place| {
        code.as_ref().map_or_else(|| holds(place), |code| place.code == *code && (sees_all || holds(place)))
    });
    match (fitting.next(), fitting.next()) {
        (Some(place), None) => Ok(Some(place.clone())),
        (Some(_), Some(_)) => Err(Error::bad_query(vec![FieldError::new("organisation", FieldCode::Missing)])),
        (None, _) if sees_all && code.is_none() => Ok(None),
        (None, _) => Err(Error::not_found()),
    }
}
