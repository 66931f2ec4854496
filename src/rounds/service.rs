//! The use cases of rounds: they are listed, made, changed, opened, closed and called off.

use std::sync::Arc;

use questionnaire::Questionnaire;
use serde_json::{Value, json};

use super::deadlines::types::{DeadlineScope, NewDeadline};
use super::deadlines::{ledgers, store as deadline_store};
use super::rules::Reach;
use super::types::{ChangeRound, Frame, FrameRow, GivenRound, NewRound, Round, RoundRow, RoundState};
use super::{MAX_ROUNDS, ResponseStates, Rounds, interface, progress, rules, store, views};
use crate::audit::{Entry, Event, Trace};
use crate::db::{Conn, Id};
use crate::error::{Error, FieldCode, FieldError, ProblemCode};
use crate::events::Kind;
use crate::http::IfMatch;
use crate::i18n::Catalogue;
use crate::idempotency::{Answer, Ticket};
use crate::identity;
use crate::member_editing;
use crate::members::{self, Region};
use crate::policy::Principal;
use crate::service::{Foundation, Service as _, UnitOfWork, by_right_of_guard};
use crate::surveys::{self, SurveyAudience};
use crate::time::Zone;

impl Rounds {
    /// The service. `responses` tells how responses stand.
    #[must_use]
    pub fn new(
        foundation: Foundation,
        responses: Arc<dyn ResponseStates>,
        catalogue: Arc<Catalogue>,
        public_url: &str,
    ) -> Self {
        Self { foundation, responses, catalogue, public_url: public_url.trim_end_matches('/').to_owned() }
    }

    /// The host of the portal, which makes the ids of calendar entries unique.
    pub(super) fn host(&self) -> &str {
        let rest = self.public_url.split_once("://").map_or(self.public_url.as_str(), |(_, rest)| rest);
        rest.split(['/', ':']).next().unwrap_or_default()
    }

    /// The rounds that a person may see, the newest first.
    pub async fn list(&self, viewer: Arc<Principal>) -> Result<Vec<Round>, Error> {
        let now = self.foundation.clock.now();
        self.foundation.db.read_snapshot(move |conn| views::all(conn, &viewer, MAX_ROUNDS, now)).await
    }

    /// Those of these rounds that a person may see, the newest first.
    pub async fn some(&self, viewer: Arc<Principal>, ids: Vec<Id>) -> Result<Vec<Round>, Error> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let now = self.foundation.clock.now();
        self.foundation.db.read_snapshot(move |conn| views::some(conn, &viewer, &ids, now)).await
    }

    /// A round, with the deadlines of the viewer's organisations.
    ///
    /// # Errors
    /// 404, also where the viewer may not see it.
    pub async fn get(&self, viewer: Arc<Principal>, id: Id) -> Result<Round, Error> {
        let now = self.foundation.clock.now();
        self.foundation.db.read_snapshot(move |conn| views::one(conn, &viewer, id, now)).await
    }

    /// Makes a round, which is a draft.
    ///
    /// # Errors
    /// 409 where there are too many, 422.
    pub async fn create(
        &self,
        officer: Arc<Principal>,
        trace: Trace,
        ticket: Option<Ticket>,
        given: GivenRound,
    ) -> Result<Answer, Error> {
        let (code, version) = (given.survey.trim().to_owned(), given.version);
        let about = move |conn: &mut Conn| {
            let survey = surveys::by_code(conn, &code)?.map(|survey| survey.id);
            Asked::of(conn, survey, version)
        };
        let asked = self.foundation.db.read_snapshot(about).await?;
        let create = move |unit: &UnitOfWork<Self>, conn: &mut Conn| {
            let id = unit.create(conn, officer.user_id, &given, &asked)?;
            let made = views::one(conn, &officer, id, unit.now)?;
            Ok(Answer::json(201, &made)?.at(format!("/api/v1/rounds/{id}")))
        };
        self.write_once(trace, ticket, by_right_of_guard, create).await
    }

    /// Changes a round if its state is `seen`.
    ///
    /// # Errors
    /// 404, 409 where its state does not allow it, 412, 422.
    pub async fn change(
        &self,
        officer: Arc<Principal>,
        trace: Trace,
        id: Id,
        change: ChangeRound,
        seen: IfMatch,
    ) -> Result<Round, Error> {
        let version = change.version;
        let about = move |conn: &mut Conn| {
            let row = store::find(conn, id)?.ok_or_else(Error::not_found)?;
            Asked::of(conn, Some(row.survey_id), version.unwrap_or(row.version))
        };
        let asked = self.foundation.db.read_snapshot(about).await?;
        let change = move |unit: &UnitOfWork<Self>, conn: &mut Conn| {
            unit.change(conn, officer.user_id, id, (change, &seen), &asked)?;
            views::one(conn, &officer, id, unit.now)
        };
        self.write(trace, change).await
    }

    /// Opens a draft and freezes its frame, if its state is `seen`; before its instant, lets it open by itself then.
    ///
    /// # Errors
    /// 404, 409 where it is no draft or nobody would be asked, 412, 429 where the officer has called too often.
    pub async fn open(
        &self,
        officer: Arc<Principal>,
        trace: Trace,
        id: Id,
        seen: Option<IfMatch>,
    ) -> Result<Round, Error> {
        let open = move |unit: &UnitOfWork<Self>, conn: &mut Conn| {
            let row = lock(conn, id)?;
            rules::check_draft(row.state)?;
            check_seen(conn, &row, seen.as_ref())?;
            unit.charge_call(conn, officer.user_id)?;
            if unit.now < row.opens_at {
                let credential = officer.credential_id();
                store::schedule(conn, id, (officer.user_id, credential), unit.now)?;
                identity::remember_credential(conn, credential, row.opens_at)?;
                unit.note(conn, Some(officer.user_id), Event::RoundChanged, id, json!({"opens_by_itself": true}))?;
            } else {
                unit.open(conn, Some(officer.user_id), &row)?;
            }
            views::one(conn, &officer, id, unit.now)
        };
        self.write(trace, open).await
    }

    /// Closes an open round before its deadlines, if its state is `seen`.
    ///
    /// # Errors
    /// 404, 409 where it is not open, 412.
    pub async fn close(
        &self,
        officer: Arc<Principal>,
        trace: Trace,
        id: Id,
        seen: Option<IfMatch>,
    ) -> Result<Round, Error> {
        let close = move |unit: &UnitOfWork<Self>, conn: &mut Conn| {
            let row = lock(conn, id)?;
            rules::check_open(row.state)?;
            check_seen(conn, &row, seen.as_ref())?;
            unit.end(conn, Some(officer.user_id), &row, RoundState::Closed)?;
            views::one(conn, &officer, id, unit.now)
        };
        self.write(trace, close).await
    }

    /// Calls off a round that is a draft or open, if its state is `seen`.
    ///
    /// # Errors
    /// 404, 409 where it is over, 412.
    pub async fn cancel(
        &self,
        officer: Arc<Principal>,
        trace: Trace,
        id: Id,
        seen: Option<IfMatch>,
    ) -> Result<Round, Error> {
        let cancel = move |unit: &UnitOfWork<Self>, conn: &mut Conn| {
            let row = lock(conn, id)?;
            if !matches!(row.state, RoundState::Draft | RoundState::Open) {
                return Err(Error::conflict(ProblemCode::RoundOver));
            }
            check_seen(conn, &row, seen.as_ref())?;
            unit.end(conn, Some(officer.user_id), &row, RoundState::Cancelled)?;
            views::one(conn, &officer, id, unit.now)
        };
        self.write(trace, cancel).await
    }

    /// Whom a round asks. Of a round for partner agencies, everybody but the Secretariat sees the own agencies only; a
    /// hidden member is counted, and named only to those who may know of it.
    ///
    /// # Errors
    /// 404.
    pub async fn frame(&self, viewer: Arc<Principal>, id: Id) -> Result<Frame, Error> {
        self.foundation.db.read_snapshot(move |conn| frame(conn, &viewer, id)).await
    }
}

impl UnitOfWork<Rounds> {
    fn create(&self, conn: &mut Conn, officer: Id, given: &GivenRound, asked: &Asked) -> Result<Id, Error> {
        let new = asked.validated(conn, given)?;
        // If two officers make the last permitted round at once, one is refused; of two that pair with one, too.
        conn.exclude_others()?;
        check_counterpart(conn, &new, None)?;
        if usize::try_from(store::count(conn)?).unwrap_or(usize::MAX) >= MAX_ROUNDS {
            return Err(Error::conflict(ProblemCode::TooManyRounds).with("max", MAX_ROUNDS));
        }
        let id = Id::new(self.now, &self.random);
        store::insert(conn, id, &new, officer, self.now)?;
        let detail = json!({"survey": given.survey.to_lowercase(), "version": given.version});
        self.note(conn, Some(officer), Event::RoundCreated, id, detail)?;
        Ok(id)
    }

    fn change(
        &self,
        conn: &mut Conn,
        officer: Id,
        id: Id,
        (change, seen): (ChangeRound, &IfMatch),
        asked: &Asked,
    ) -> Result<(), Error> {
        conn.exclude_others()?;
        let row = lock(conn, id)?;
        check_seen(conn, &row, Some(seen))?;
        rules::check_change(row.state, &change)?;
        let survey = surveys::by_id(conn, row.survey_id)?.ok_or_else(Error::not_found)?;
        let given = rules::changed(&row, survey.code, change);
        progress::check_settled(conn, &row, &given)?;
        let fields = rules::changed_fields(&row, &given);
        if fields.is_empty() {
            return Ok(());
        }
        let new = asked.validated(conn, &given)?;
        check_counterpart(conn, &new, Some(id))?;
        store::update(conn, id, &new, self.now)?;
        // A planned opening is judged by it, whenever that will be.
        if let Some(credential) = row.scheduled_with {
            identity::remember_credential(conn, credential, new.opens_at)?;
        }
        self.note(conn, Some(officer), Event::RoundChanged, id, json!({"fields": fields}))
    }

    /// Opens a draft, which is locked, and tells those who are asked: its frame is that of the day of its instant,
    /// which has come.
    pub(super) fn open(&self, conn: &mut Conn, by: Option<Id>, row: &RoundRow) -> Result<(), Error> {
        let survey = surveys::by_id(conn, row.survey_id)?.ok_or_else(Error::not_found)?;
        let frame = frame_of(conn, survey.audience, row)?;
        if frame.is_empty() {
            return Err(Error::conflict(ProblemCode::FrameEmpty));
        }
        store::freeze(conn, row.id, &frame)?;
        let first = NewDeadline {
            id: Id::new(self.now, &self.random),
            round: row.id,
            number: 1,
            scope: DeadlineScope::All,
            region: None,
            organisation: None,
            closes_at: row.closes_at,
            reason: None,
            by,
            request: None,
        };
        deadline_store::insert(conn, first, self.now)?;
        store::open(conn, row.id, self.now)?;
        self.note(conn, by, Event::RoundOpened, row.id, json!({"frame": frame.len()}))?;
        self.tell_opened(conn, row, by)?;
        let told = json!({
            "round": row.id, "survey": survey.code, "version": row.version, "audience": survey.audience,
            "frame": frame.len(), "closes_at": row.closes_at,
        });
        self.events.emit(conn, Kind::RoundOpened, told)
    }

    /// Closes or cancels a round, which is locked; `by` is none where it closes by itself.
    pub(super) fn end(&self, conn: &mut Conn, by: Option<Id>, row: &RoundRow, state: RoundState) -> Result<(), Error> {
        // The lock may have waited for submissions, which are dated before the end.
        store::end(conn, row.id, state, by, self.service.foundation.clock.now())?;
        let event = if state == RoundState::Cancelled { Event::RoundCancelled } else { Event::RoundClosed };
        self.note(conn, by, event, row.id, json!({}))
    }

    /// Writes into the audit log; `by` is none for the portal itself.
    pub(super) fn note(
        &self,
        conn: &mut Conn,
        by: Option<Id>,
        event: Event,
        round: Id,
        detail: Value,
    ) -> Result<(), Error> {
        let entry = Entry { actor: by, ..Entry::anonymous(event, Some(round)) };
        self.audit.record(conn, &self.trace, &entry.with(detail))
    }
}

/// A round, locked until the unit of work ends.
///
/// # Errors
/// 404.
pub(super) fn lock(conn: &mut Conn, id: Id) -> Result<RoundRow, Error> {
    store::lock_for_update(conn, id)?.ok_or_else(Error::not_found)
}

/// Refuses a change or a decision about another state of a round, or of its ledger, than the one that was read. Where
/// the decision is not possible any more, its caller has said so before.
///
/// # Errors
/// 412.
pub(super) fn check_seen(conn: &mut Conn, row: &RoundRow, seen: Option<&IfMatch>) -> Result<(), Error> {
    let Some(seen) = seen else { return Ok(()) };
    seen.check(&(row, ledgers::ledger(conn, row)?.newest()))
}

/// The questionnaire that a round asks: read and parsed before the unit of work, which sees by its SHA-256 that it is
/// still the same.
struct Asked {
    survey: Option<Id>,
    version: i32,
    sha256: Option<String>,
    questionnaire: Option<Questionnaire>,
}

impl Asked {
    /// That of a version of a survey; either may be unknown.
    fn of(conn: &mut Conn, survey: Option<Id>, version: i32) -> Result<Self, Error> {
        let none = Self { survey, version, sha256: None, questionnaire: None };
        let Some(survey) = survey else { return Ok(none) };
        let sha256 = surveys::published_sha256(conn, survey, version)?;
        Ok(Self { sha256, questionnaire: surveys::published(conn, survey, version)?, ..none })
    }

    /// The round that was given, validated.
    ///
    /// # Errors
    /// 412 where another questionnaire would be asked by now; 422.
    fn validated(&self, conn: &mut Conn, given: &GivenRound) -> Result<NewRound, Error> {
        let sha256 = match self.survey {
            Some(survey) => surveys::published_sha256(conn, survey, given.version)?,
            None => None,
        };
        if given.version != self.version || sha256 != self.sha256 {
            return Err(Error::changed_meanwhile());
        }
        rules::round(given, self.survey, self.questionnaire.as_ref())
    }
}

/// Refuses a counterpart that is of no paired survey, or has another counterpart.
fn check_counterpart(conn: &mut Conn, new: &NewRound, own: Option<Id>) -> Result<(), Error> {
    let Some(other) = new.paired_with else { return Ok(()) };
    let fault = |code| Err(Error::invalid(vec![FieldError::new("/paired_with", code)]));
    let Some(row) = store::find(conn, other)? else { return fault(FieldCode::UnknownRound) };
    let (theirs, ours) = (surveys::by_id(conn, row.survey_id)?, surveys::by_id(conn, new.survey)?);
    if !theirs.zip(ours).is_some_and(|(theirs, ours)| ours.is_paired_with(&theirs)) {
        return fault(FieldCode::SurveysNotPaired);
    }
    let named_by = store::counterpart(conn, other)?.map(|named_by| named_by.id);
    let names_another = row.paired_with.is_some_and(|named| Some(named) != own);
    if names_another || named_by.is_some_and(|named_by| Some(named_by) != own) {
        return fault(FieldCode::RoundPaired);
    }
    Ok(())
}

/// Whom a round asks that opens at its instant.
fn frame_of(conn: &mut Conn, audience: SurveyAudience, row: &RoundRow) -> Result<Vec<(Id, Option<Region>)>, Error> {
    let day = Zone::stored(Some(&row.zone)).day(row.opens_at);
    match audience {
        SurveyAudience::Member => member_editing::active_members(conn, day, row.opens_at),
        SurveyAudience::Partner => member_editing::active_partners(conn, day, row.opens_at),
    }
}

fn frame(conn: &mut Conn, viewer: &Principal, id: Id) -> Result<Frame, Error> {
    let reach = Reach::of(viewer);
    let (_, survey) = views::seen(conn, reach, id)?;
    let entries = store::frame(conn, id)?;
    let total = entries.len();
    let unknown = interface::hidden_from(conn, viewer, id)?;
    let ids: Vec<Id> = entries.iter().map(|entry| entry.organisation).collect();
    let names = members::some(conn, &ids)?;
    let own = |organisation: Id| viewer.active().any(|held| held.organisation_id == organisation);
    let is_listed = |organisation: Id| reach.all || survey.audience == SurveyAudience::Member || own(organisation);
    let is_shown = |organisation: Id| is_listed(organisation) && !unknown.contains(&organisation);
    let row = |entry: super::FrameEntry| {
        let found = names.iter().find(|found| found.id == entry.organisation)?;
        let (name_en, name_fr) = (found.name_en.clone(), found.name_fr.clone());
        Some(FrameRow { organisation: entry.code, name_en, name_fr, region: entry.region })
    };
    let data = entries.into_iter().filter(|entry| is_shown(entry.organisation)).filter_map(row).collect();
    Ok(Frame { total, data })
}
