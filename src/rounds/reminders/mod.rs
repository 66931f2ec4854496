//! Reminders to the people whose response is missing: by the Secretariat, or by the calendar of the round; and the mail
//! that tells them that a round has opened, which is kept and counted as a reminder.
//!
//! Who is reminded is decided in the unit of work that writes the mails, by the states and deadlines of that moment: a
//! response that was submitted after a dry run causes no mail. A dry run is the same decision without the mails. A
//! sender may give the number of people of the dry run: then the reminder is refused if it would reach more. Each person
//! gets one mail of a reminder, about the organisation whose deadline is the earliest. An organisation whose deadline has
//! passed is not reminded, since it can submit nothing.
//!
//! A reminder of the calendar is about one deadline: it is sent once for each, so a deadline that moves has reminders
//! of its own. The mail at the opening is about the first deadline; where that has passed already, nobody gets it.
//!
//! A reminder begins in the unit of work that decides to send it, and is sent in steps (`telling`): so no other write
//! waits for long, however many people there are.

mod rules;
mod store;
mod telling;
mod types;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::json;

pub use types::{GivenReminder, RemindedOrganisation, ReminderList, ReminderOutcome, SentReminder};

use super::deadlines::ledgers;
use super::deadlines::rules::Ledger;
use super::progress::{self, Stand};
use super::rules as rounds;
use super::service::lock;
use super::types::{ResponseState, RoundRow, RoundState};
use super::{Rounds, people, store as round_store, views};
use crate::appointments::Role;
use crate::audit::{Event, Trace};
use crate::db::{Conn, Id};
use crate::error::{Error, FieldErrors};
use crate::idempotency::{Answer, Ticket};
use crate::policy::Principal;
use crate::service::{Service as _, UnitOfWork, by_right_of_guard};
use crate::surveys::{self, SurveyAudience, SurveyFacts};
use crate::throttle::Bucket;
use crate::time::{Timestamp, Zone};
use rules::{Addressees, Due};
use types::NewReminder;

/// Most reminders in a list.
const SHOWN: i64 = 200;

/// What is sent, and on whose behalf.
struct Sending {
    states: Vec<ResponseState>,
    words: Option<String>,
    /// The reminder of the calendar.
    due: Option<Due>,
    by: Option<Id>,
    /// How many people the sender was told.
    told: Option<usize>,
}

impl Rounds {
    /// The reminders of a round that were sent, the newest first.
    ///
    /// # Errors
    /// 404.
    pub async fn reminders(&self, officer: Arc<Principal>, round: Id) -> Result<Vec<SentReminder>, Error> {
        let read = move |conn: &mut Conn| {
            views::seen(conn, rounds::Reach::of(&officer), round)?;
            let rows = store::newest(conn, round, SHOWN)?;
            let ids: Vec<Id> = rows.iter().map(|row| row.id).collect();
            let counts: BTreeMap<Id, i64> = store::counts(conn, &ids)?.into_iter().collect();
            let sent = |row: types::ReminderRow| SentReminder {
                people: counts.get(&row.id).copied().unwrap_or_default(),
                id: row.id,
                sent_at: row.sent_at,
                days: row.days,
                deadline: row.deadline,
                states: row.states.0,
                text: row.words,
            };
            Ok(rows.into_iter().map(sent).collect())
        };
        self.foundation.db.read_snapshot(read).await
    }

    /// Reminds the people of the organisations whose response is in one of these states; a dry run tells whom.
    ///
    /// # Errors
    /// 404, 409 where the round is not open, 412 where it would reach more people than were told, 422, 429 where its
    /// people, or those of others, were called too often.
    pub async fn remind(
        &self,
        officer: Arc<Principal>,
        trace: Trace,
        ticket: Option<Ticket>,
        round: Id,
        given: GivenReminder,
    ) -> Result<Answer, Error> {
        let mut faults = FieldErrors::new();
        let states = rounds::states(&given.states, "/states", &mut faults);
        let words = faults.take_optional("/text", given.text.as_deref(), rounds::words);
        faults.finish()?;
        let sending = Sending { states, words, due: None, by: Some(officer.user_id), told: given.people };
        if given.dry_run {
            let responses = Arc::clone(&self.responses);
            let now = self.foundation.clock.now();
            let told = move |conn: &mut Conn| {
                let row = round_store::find(conn, round)?.ok_or_else(Error::not_found)?;
                rounds::check_open(row.state)?;
                let stands = progress::stands(conn, responses.as_ref(), &row)?;
                let found = addressees(conn, &row, rules::due(stands, &sending.states, now))?;
                Answer::json(200, &outcome(None, &found))
            };
            return self.foundation.db.read_snapshot(told).await;
        }
        let remind = move |unit: &UnitOfWork<Self>, conn: &mut Conn| {
            let row = lock(conn, round)?;
            rounds::check_open(row.state)?;
            unit.charge_call(conn, officer.user_id)?;
            unit.throttle.charge(conn, Bucket::RoundReminder, &round.to_string())?;
            let stands = progress::stands(conn, unit.service.responses.as_ref(), &row)?;
            let sent = unit.send(conn, &row, rules::due(stands, &sending.states, unit.now), sending)?;
            Answer::json(201, &sent).map(|answer| answer.at(format!("/api/v1/rounds/{round}/reminders")))
        };
        self.write_once(trace, ticket, by_right_of_guard, remind).await
    }
}

/// Reminders of a calendar that were sent: the days and the deadline of each.
pub(super) type Sent = BTreeSet<(i32, Timestamp)>;

/// The reminders of the calendars of these rounds that were sent, by round.
pub(super) fn sent_of(conn: &mut Conn, rounds: &[RoundRow]) -> Result<BTreeMap<Id, Sent>, Error> {
    let ids: Vec<Id> = rounds.iter().filter(|row| !row.calendar.0.is_empty()).map(|row| row.id).collect();
    let mut sent: BTreeMap<Id, Sent> = BTreeMap::new();
    for (round, days, deadline) in store::sent_by_calendar(conn, &ids)? {
        sent.entry(round).or_default().insert((days, deadline));
    }
    Ok(sent)
}

impl UnitOfWork<Rounds> {
    /// Whether a reminder of the calendar of an open round is due. The ledger alone rules it out in most minutes.
    pub(super) fn has_due(
        &self,
        conn: &mut Conn,
        row: &RoundRow,
        ledger: &Ledger,
        sent: Option<&Sent>,
    ) -> Result<bool, Error> {
        let (none, ever) = (Sent::new(), ledger.entries.iter().map(|entry| entry.closes_at).collect());
        let sent = sent.unwrap_or(&none);
        if self.due_by_calendar(row, &ever, sent).is_empty() {
            return Ok(false);
        }
        // Somebody may have that deadline no longer.
        let stands = progress::stands(conn, self.service.responses.as_ref(), row)?;
        Ok(!self.due_by_calendar(row, &deadlines_of(&stands), sent).is_empty())
    }

    fn due_by_calendar(&self, row: &RoundRow, deadlines: &BTreeSet<Timestamp>, sent: &Sent) -> Vec<Due> {
        let (zone, opened) = (Zone::stored(Some(&row.zone)), row.opened_at.unwrap_or(row.opens_at));
        rules::due_by_calendar(&row.calendar.0, deadlines, &zone, sent, opened, self.now)
    }

    /// Sends the reminders of the calendar of an open round, which is locked, that are due; returns how many.
    pub(super) fn send_due(&self, conn: &mut Conn, row: &RoundRow) -> Result<usize, Error> {
        if row.calendar.0.is_empty() || row.state != RoundState::Open {
            return Ok(0);
        }
        let stands = progress::stands(conn, self.service.responses.as_ref(), row)?;
        let sent = sent_of(conn, std::slice::from_ref(row))?.remove(&row.id).unwrap_or_default();
        let due = self.due_by_calendar(row, &deadlines_of(&stands), &sent);
        let (count, ledger) = (due.len(), ledgers::ledger(conn, row)?);
        for reminder in due {
            let about = rules::about(stands.clone(), &ledger, &reminder);
            let about = rules::due(about, &reminder.states, self.now);
            let states = reminder.states.clone();
            self.send(conn, row, about, Sending { states, words: None, due: Some(reminder), by: None, told: None })?;
        }
        Ok(count)
    }

    /// Charges an opening or a reminder to the officer who causes it, before any work.
    ///
    /// # Errors
    /// 429.
    pub(super) fn charge_call(&self, conn: &mut Conn, officer: Id) -> Result<(), Error> {
        self.throttle.charge(conn, Bucket::SurveyCall, &officer.to_string()).map(drop)
    }

    /// Begins to tell the people of everybody whom a round asks that it has opened. The round is locked.
    pub(super) fn tell_opened(&self, conn: &mut Conn, row: &RoundRow, by: Option<Id>) -> Result<(), Error> {
        let new = NewReminder {
            id: Id::new(self.now, &self.random),
            round: row.id,
            days: None,
            deadline: Some(row.closes_at),
            states: vec![ResponseState::NotStarted],
            words: None,
            by,
        };
        self.begin(conn, row, new)
    }

    /// Begins a reminder. Its people are counted at once, for its sender and the log.
    fn send(
        &self,
        conn: &mut Conn,
        row: &RoundRow,
        about: Vec<Stand>,
        sending: Sending,
    ) -> Result<ReminderOutcome, Error> {
        let found = addressees(conn, row, about)?;
        rules::check_told(found.people.len(), sending.told)?;
        let detail = json!({
            "states": sending.states, "people": found.people.len(), "days": sending.due.as_ref().map(|due| due.days),
        });
        let id = Id::new(self.now, &self.random);
        let new = NewReminder {
            id,
            round: row.id,
            days: sending.due.as_ref().map(|due| due.days),
            deadline: sending.due.as_ref().map(|due| due.deadline),
            states: sending.states,
            words: sending.words,
            by: sending.by,
        };
        self.begin(conn, row, new)?;
        self.note(conn, sending.by, Event::RoundReminded, row.id, detail)?;
        Ok(outcome(Some(id), &found))
    }
}

fn deadlines_of(stands: &[Stand]) -> BTreeSet<Timestamp> {
    stands.iter().map(|stand| stand.deadline.deadline).collect()
}

/// Who is reminded about these organisations.
fn addressees(conn: &mut Conn, row: &RoundRow, about: Vec<Stand>) -> Result<Addressees, Error> {
    let roles = roles(survey(conn, row)?.audience).to_vec();
    let organisations = about.iter().map(|stand| stand.place.organisation).collect();
    Ok(rules::addressees(about, people::holders(conn, organisations, roles)?))
}

/// The roles of those who are reminded: the coordinators and contact points of members, the people of agencies.
const fn roles(audience: SurveyAudience) -> &'static [Role] {
    match audience {
        SurveyAudience::Member => &[Role::Coordinator, Role::Ncp],
        SurveyAudience::Partner => &[Role::Partner],
    }
}

fn survey(conn: &mut Conn, row: &RoundRow) -> Result<SurveyFacts, Error> {
    surveys::by_id(conn, row.survey_id)?.ok_or_else(Error::not_found)
}

fn outcome(reminder: Option<Id>, found: &Addressees) -> ReminderOutcome {
    let mut data: BTreeMap<&str, RemindedOrganisation> = BTreeMap::new();
    for one in &found.people {
        let place = &one.stand.place;
        let (organisation, state) = (place.code.clone(), one.stand.state);
        let row = data.entry(&place.code).or_insert(RemindedOrganisation { organisation, state, people: 0 });
        row.people += 1;
    }
    ReminderOutcome {
        reminder,
        people: found.people.len(),
        without_people: found.without_people.clone(),
        data: data.into_values().collect(),
    }
}
