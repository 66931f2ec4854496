//! Requests for more time: a coordinator asks for the own organisation, the Secretariat grants or declines with a word.
//!
//! A request may come after the deadline has passed: a grant that lies ahead opens the round again for that
//! organisation. An organisation has one open request at most. A grant is an entry of the ledger of deadlines that
//! names its request; it is never earlier than what the organisation has. A request never changes until it is decided,
//! and is decided once, so that a decision is always about what was read. The Secretariat gets a mail about each
//! request, and the coordinators of the organisation one about the decision.

pub mod routes;
mod store;
mod types;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;

pub use types::{ExtensionRequest, ExtensionRequestList, GivenDecision, GivenExtension, RequestState};

use super::deadlines::{GivenScope, Told, Wanted, ledgers, rules as deadline_rules};
use super::mails::{ExtensionAsked, ExtensionDecided};
use super::rules::{self, Reach};
use super::service::lock;
use super::types::{FrameEntry, RoundRow};
use super::{Rounds, people, store as round_store, views};
use crate::appointments::Role;
use crate::audit::{Entry, Event, Trace};
use crate::db::{Conn, Id};
use crate::error::{Error, FieldCode, FieldError, FieldErrors, ProblemCode};
use crate::idempotency::{Answer, Ticket};
use crate::identity::{self, Credentials};
use crate::mail::{Administration, Author, Quote, Recipient, SystemMail};
use crate::members;
use crate::policy::{self, Principal};
use crate::service::{Service as _, UnitOfWork, by_right_of_guard};
use crate::surveys;
use crate::text;
use crate::throttle::Causer;
use crate::time::{Timestamp, Zone};
use types::{NewRequest, RequestRow};

/// Most requests of an organisation in a round.
const MAX_REQUESTS: usize = 20;
/// Most requests in a list.
const SHOWN: i64 = 1_000;
/// How long a mail is tried to be delivered.
const NOTICE_LIFE: Duration = Duration::from_hours(96);

/// What the Secretariat decided.
struct Decision {
    /// None where it declines.
    granted_until: Option<Timestamp>,
    answer: Option<String>,
}

impl Rounds {
    /// The requests of a round, the newest first: all for the Secretariat, those of the own organisations for everybody
    /// else who may ask.
    ///
    /// # Errors
    /// 404.
    pub async fn extension_requests(&self, viewer: Arc<Principal>, round: Id) -> Result<Vec<ExtensionRequest>, Error> {
        let read = move |conn: &mut Conn| {
            let reach = Reach::of(&viewer);
            let (row, _) = views::seen(conn, reach, round)?;
            let asking = viewer.active().filter(|held| policy::asks_for(held.role));
            let own: Vec<Id> = asking.map(|held| held.organisation_id).collect();
            let rows = store::newest(conn, round, (!reach.all).then_some(own.as_slice()), SHOWN)?;
            let frame = round_store::frame(conn, round)?;
            Ok(rows.into_iter().filter_map(|request| shown(request, &row, &frame)).collect())
        };
        self.foundation.db.read_snapshot(read).await
    }

    /// Refuses whoever may ask for more time for no organisation of a round.
    ///
    /// # Errors
    /// 403, 404.
    pub async fn check_asker(&self, asker: Arc<Principal>, round: Id) -> Result<(), Error> {
        self.read(move |conn| {
            views::seen(conn, Reach::of(&asker), round)?;
            asking_places(conn, &asker, round).map(|_| ())
        })
        .await
    }

    /// Asks for more time for an organisation of the sender.
    ///
    /// # Errors
    /// 403, 404; 409 where the round has not opened, was called off, or a request waits already; 422.
    pub async fn ask(
        &self,
        asker: Arc<Principal>,
        trace: Trace,
        ticket: Option<Ticket>,
        round: Id,
        given: GivenExtension,
    ) -> Result<Answer, Error> {
        let sender = Arc::clone(&asker);
        let admit = move |_: &UnitOfWork<Self>, conn: &mut Conn| {
            views::seen(conn, Reach::of(&sender), round)?;
            asking_places(conn, &sender, round).map(|_| ())
        };
        let ask = move |unit: &UnitOfWork<Self>, conn: &mut Conn| {
            let made = unit.ask(conn, &asker, round, &given)?;
            Ok(Answer::json(201, &made)?.at(format!("/api/v1/rounds/{round}/extension-requests")))
        };
        self.write_once(trace, ticket, admit, ask).await
    }

    /// Grants a request: as it was asked for, or until another instant.
    ///
    /// # Errors
    /// 404, 409 where it was decided, 422.
    pub async fn grant(
        &self,
        officer: Arc<Principal>,
        trace: Trace,
        ticket: Option<Ticket>,
        request: Id,
        given: GivenDecision,
    ) -> Result<Answer, Error> {
        let grant = move |unit: &UnitOfWork<Self>, conn: &mut Conn| {
            let answer = words(given.reason.as_deref())?;
            let (found, row) = undecided(conn, request)?;
            rules::check_has_opened(row.state)?;
            let decision = Decision { granted_until: Some(given.until.unwrap_or(found.until)), answer };
            Answer::json(200, &unit.decide(conn, officer.user_id, &row, &found, &decision)?)
        };
        self.write_once(trace, ticket, by_right_of_guard, grant).await
    }

    /// Declines a request, with a word.
    ///
    /// # Errors
    /// 404, 409 where it was decided, 422.
    pub async fn decline(
        &self,
        officer: Arc<Principal>,
        trace: Trace,
        ticket: Option<Ticket>,
        request: Id,
        given: GivenDecision,
    ) -> Result<Answer, Error> {
        let decline = move |unit: &UnitOfWork<Self>, conn: &mut Conn| {
            let answer = words(given.reason.as_deref())?;
            if answer.is_none() {
                return Err(Error::invalid(vec![FieldError::new("/reason", FieldCode::Missing)]));
            }
            let (found, row) = undecided(conn, request)?;
            let decision = Decision { granted_until: None, answer };
            Answer::json(200, &unit.decide(conn, officer.user_id, &row, &found, &decision)?)
        };
        self.write_once(trace, ticket, by_right_of_guard, decline).await
    }
}

impl UnitOfWork<Rounds> {
    fn ask(
        &self,
        conn: &mut Conn,
        asker: &Principal,
        round: Id,
        given: &GivenExtension,
    ) -> Result<ExtensionRequest, Error> {
        let row = lock(conn, round)?;
        rules::check_has_opened(row.state)?;
        let place = asking_place(asking_places(conn, asker, round)?, given.organisation.as_deref())?;
        let ledger = ledgers::ledger(conn, &row)?;
        let deadline = deadline_rules::effective_deadline(&ledger, place.region, place.organisation).deadline;
        let mut faults = FieldErrors::new();
        let reason = faults.take("/reason", rules::words(&given.reason));
        if given.until <= deadline {
            faults.add(FieldError::new("/until", FieldCode::EarlierThanGranted).with("time", deadline));
        }
        let reason = faults.finish_with(reason)?;
        let states = store::states(conn, round, place.organisation)?;
        if states.contains(&RequestState::Open) {
            return Err(Error::conflict(ProblemCode::ExtensionAsked));
        }
        if states.len() >= MAX_REQUESTS {
            return Err(Error::conflict(ProblemCode::TooManyExtensions).with("max", MAX_REQUESTS));
        }
        let (id, by) = (Id::new(self.now, &self.random), asker.user_id);
        let new = NewRequest { round, organisation: place.organisation, until: given.until, reason, by };
        store::insert(conn, id, &new, self.now)?;
        self.record(conn, Event::ExtensionAsked, by, &place, &row, given.until)?;
        self.tell_secretariat(conn, &row, &new)?;
        let made = store::find(conn, id)?.ok_or_else(Error::not_found)?;
        shown(made, &row, &[place]).ok_or_else(Error::not_found)
    }

    fn decide(
        &self,
        conn: &mut Conn,
        officer: Id,
        row: &RoundRow,
        request: &RequestRow,
        decision: &Decision,
    ) -> Result<ExtensionRequest, Error> {
        let places = round_store::places(conn, &[row.id], &[request.organisation_id])?;
        let place = places.into_iter().next().map(|(_, place)| place).ok_or_else(Error::not_found)?;
        let event = match decision.granted_until {
            Some(until) => {
                let wanted = Wanted {
                    scope: &GivenScope::Organisation(place.code.clone()),
                    closes_at: until,
                    reason: decision.answer.clone(),
                    request: Some(request.id),
                    pointer: "/until",
                };
                self.enter(conn, officer, row, wanted)?;
                Event::ExtensionGranted
            }
            None => Event::ExtensionDeclined,
        };
        let answer = decision.answer.as_deref();
        store::decide(conn, request.id, decision.granted_until, answer, officer, self.now)?;
        self.record(conn, event, officer, &place, row, decision.granted_until.unwrap_or(request.until))?;
        self.tell_coordinators(conn, officer, row, request, decision)?;
        let decided = store::find(conn, request.id)?.ok_or_else(Error::not_found)?;
        shown(decided, row, &[place]).ok_or_else(Error::not_found)
    }

    fn record(
        &self,
        conn: &mut Conn,
        event: Event,
        by: Id,
        place: &FrameEntry,
        row: &RoundRow,
        until: Timestamp,
    ) -> Result<(), Error> {
        let entry = Entry::by(event, by, row.id).of(place.organisation).with(json!({"until": until}));
        self.audit.record(conn, &self.trace, &entry)
    }

    fn tell_secretariat(&self, conn: &mut Conn, row: &RoundRow, new: &NewRequest) -> Result<(), Error> {
        let survey = surveys::by_id(conn, row.survey_id)?.ok_or_else(Error::not_found)?;
        let organisation = organisation(conn, new.organisation)?;
        let officers = identity::secretariat(conn)?;
        let mail = |officer: &Credentials| -> (Recipient, Box<dyn SystemMail>) {
            let language = officer.preferred_language;
            let mail = ExtensionAsked {
                survey: survey.title_in(language),
                organisation: Administration(organisation.name_in(language.catalogue()).to_owned()),
                deadline: Told::of(new.until, &row.zone),
                reason: Quote::new(&new.reason, Author::Coordinator),
                round: row.id.to_string(),
            };
            (officer.recipient(), Box::new(mail))
        };
        self.post_all(conn, new.by, &officers, mail)
    }

    /// Mails each of these people once, at the expense of whoever caused it.
    fn post_all(
        &self,
        conn: &mut Conn,
        by: Id,
        people: &[Credentials],
        mail: impl Fn(&Credentials) -> (Recipient, Box<dyn SystemMail>),
    ) -> Result<(), Error> {
        let ids: Vec<Id> = people.iter().map(|person| person.id).collect();
        self.throttle.charge_mails(conn, Causer::Officer(by), &ids)?;
        let mail = |person| {
            let (to, mail) = mail(person);
            (to, mail, NOTICE_LIFE)
        };
        let mails: Vec<_> = people.iter().map(mail).collect();
        self.outbox.post_each(conn, &mails)
    }

    /// Mails the decision to those who may ask for the organisation.
    fn tell_coordinators(
        &self,
        conn: &mut Conn,
        officer: Id,
        row: &RoundRow,
        request: &RequestRow,
        decision: &Decision,
    ) -> Result<(), Error> {
        let survey = surveys::by_id(conn, row.survey_id)?.ok_or_else(Error::not_found)?;
        let organisation = organisation(conn, request.organisation_id)?;
        let asking: Vec<Role> = Role::ALL.iter().copied().filter(|role| policy::asks_for(*role)).collect();
        let held = people::holders(conn, vec![request.organisation_id], asking)?;
        // A person with two appointments there gets one mail.
        let asking: BTreeMap<Id, Credentials> = held.into_iter().map(|(_, person)| (person.id, person)).collect();
        let asking: Vec<Credentials> = asking.into_values().collect();
        let mail = |person: &Credentials| -> (Recipient, Box<dyn SystemMail>) {
            let language = person.preferred_language;
            let mail = ExtensionDecided {
                survey: survey.title_in(language),
                organisation: Administration(organisation.name_in(language.catalogue()).to_owned()),
                granted: decision.granted_until.is_some(),
                deadline: Told::of(decision.granted_until.unwrap_or(request.until), &row.zone),
                words: decision.answer.as_deref().map(|words| Quote::new(words, Author::Secretariat)),
                round: row.id.to_string(),
            };
            (person.recipient(), Box::new(mail))
        };
        self.post_all(conn, officer, &asking, mail)
    }
}

/// The organisations of a round for which somebody may ask: there is one at least.
///
/// # Errors
/// 403; 404 where the round asks no organisation of the person.
fn asking_places(conn: &mut Conn, asker: &Principal, round: Id) -> Result<Vec<FrameEntry>, Error> {
    if !asker.active().any(|held| policy::asks_for(held.role)) {
        return Err(Error::forbidden(ProblemCode::CoordinatorsOnly));
    }
    let own: Vec<Id> = asker.active().map(|held| held.organisation_id).collect();
    let (mut fitting, mut refusal) = (Vec::new(), Error::not_found());
    for (_, place) in round_store::places(conn, &[round], &own)? {
        match policy::may_ask_for_time(asker, place.organisation) {
            Ok(()) => fitting.push(place),
            Err(error) => refusal = error,
        }
    }
    if fitting.is_empty() { Err(refusal) } else { Ok(fitting) }
}

/// The one of them for which somebody asks.
///
/// # Errors
/// 422 where it is none of them, or could be several.
fn asking_place(places: Vec<FrameEntry>, code: Option<&str>) -> Result<FrameEntry, Error> {
    let code = code.map(|code| code.trim().to_ascii_uppercase());
    let meant = |place: &FrameEntry| code.as_ref().is_none_or(|code| place.code == *code);
    let mut meant: Vec<FrameEntry> = places.into_iter().filter(meant).collect();
    let fault = match (meant.pop(), meant.is_empty()) {
        (Some(place), true) => return Ok(place),
        (Some(_), false) => FieldError::new("/organisation", FieldCode::Missing),
        (None, _) => {
            let code = text::shown(&code.unwrap_or_default());
            FieldError::new("/organisation", FieldCode::UnknownOrganisation).with("value", code)
        }
    };
    Err(Error::invalid(vec![fault]))
}

/// The request and its round, which is locked.
///
/// # Errors
/// 404, 409 where it was decided.
fn undecided(conn: &mut Conn, id: Id) -> Result<(RequestRow, RoundRow), Error> {
    let found = store::find(conn, id)?.ok_or_else(Error::not_found)?;
    let row = lock(conn, found.round_id)?;
    let found = store::find(conn, id)?.ok_or_else(Error::not_found)?;
    if found.state == RequestState::Open {
        Ok((found, row))
    } else {
        Err(Error::conflict(ProblemCode::ExtensionDecided))
    }
}

fn words(given: Option<&str>) -> Result<Option<String>, Error> {
    let mut faults = FieldErrors::new();
    let words = faults.take_optional("/reason", given, rules::words);
    faults.finish()?;
    Ok(words)
}

fn organisation(conn: &mut Conn, id: Id) -> Result<members::Organisation, Error> {
    members::some(conn, &[id])?.pop().ok_or_else(Error::not_found)
}

fn shown(request: RequestRow, row: &RoundRow, frame: &[FrameEntry]) -> Option<ExtensionRequest> {
    let zone = Zone::stored(Some(&row.zone));
    let place = frame.iter().find(|place| place.organisation == request.organisation_id)?;
    Some(ExtensionRequest {
        id: request.id,
        round: request.round_id,
        organisation: place.code.clone(),
        until: deadline_rules::shown(request.until, &zone),
        reason: request.reason,
        asked_by: request.asked_by,
        asked_at: request.asked_at,
        state: request.state,
        decided_at: request.decided_at,
        answer: request.answer,
        granted_until: request.granted_until.map(|until| deadline_rules::shown(until, &zone)),
    })
}
