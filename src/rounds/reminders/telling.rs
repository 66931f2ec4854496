//! Sends a reminder in steps: a bounded number of appointments in each, in the order of their ids.
//!
//! A step looks at the next appointments in force, writes the mails of those of their people who are meant at this
//! moment, stores who got one, and moves the cursor, all in one unit of work, under the lock of the round. So a step is
//! done once or not at all when a process dies, and the next process continues at the cursor. A person with several
//! appointments gets one mail, about the organisation whose deadline is the earliest: whoever is among the people of
//! the reminder gets none by a later step. The first step belongs to the unit of work that begins the reminder, and is
//! the only one in a small community; the scheduler takes the others, and between two of them others write.
//!
//! The mails of a round that closes before the last step are not written.

use std::collections::{BTreeMap, BTreeSet};

use super::rules::{self, Addressee, Addressees, Due};
use super::types::{NewReminder, RemindedPerson, ReminderRow};
use super::{roles, store, survey};
use crate::appointments::Appointment;
use crate::audit::Trace;
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::jobs;
use crate::mail::{Addressed, Administration, Author, Quote, SystemMail};
use crate::members::{self, Organisation};
use crate::rounds::deadlines::{Told, ledgers};
use crate::rounds::mails::{SurveyOpened, SurveyReminder};
use crate::rounds::progress::{self, Stand};
use crate::rounds::service::lock;
use crate::rounds::types::{RoundRow, RoundState};
use crate::rounds::{Rounds, people};
use crate::service::{Service as _, UnitOfWork};
use crate::time::Zone;

/// Appointments of one step. Its mails are rendered within the unit of work, and on SQLite every other write waits that
/// long: a hundred are a fraction of the two seconds after which a write is refused.
const STEP: i64 = 100;
/// Steps of one run of the scheduler, of all reminders together: a process that is to end, and what else the scheduler
/// does, wait no longer. The next minute goes on.
const MOST_STEPS: usize = 50;

/// What a mail says.
#[derive(Clone, Copy)]
enum Text<'w> {
    /// That the round has opened.
    Opened,
    /// That the response is missing, and a word of the Secretariat.
    Missing(Option<&'w str>),
}

impl<'w> Text<'w> {
    fn of(row: &'w ReminderRow) -> Self {
        // The mail at the opening is about a deadline and of no calendar.
        let is_opening = row.deadline.is_some() && row.days.is_none();
        if is_opening { Self::Opened } else { Self::Missing(row.words.as_deref()) }
    }
}

impl From<&Addressee> for RemindedPerson {
    fn from(one: &Addressee) -> Self {
        Self { person: one.person.id, organisation: one.stand.place.organisation, state: one.stand.state }
    }
}

impl Rounds {
    /// Continues the reminders that have begun and have not reached everybody; returns how many steps that took.
    pub(in crate::rounds) async fn continue_reminders(&self) -> Result<usize, Error> {
        let db = &self.foundation.db;
        let mut done = 0;
        for (reminder, round) in self.read(store::unfinished).await? {
            if done >= MOST_STEPS {
                break;
            }
            let now = self.foundation.clock.now();
            let rest = self.tell_rest(round, reminder, MOST_STEPS - done);
            match Box::pin(jobs::guarded(db, now, "reminders", Some(reminder), rest)).await {
                Ok(count) => done += count.unwrap_or_default(),
                Err(error) => tracing::warn!(%error, %round, %reminder, "could not continue a reminder"),
            }
        }
        Ok(done)
    }

    /// The steps of a reminder that are left, `most` at most, each a unit of work; returns how many.
    async fn tell_rest(&self, round: Id, reminder: Id, most: usize) -> Result<usize, Error> {
        for done in 0..most {
            let unit = self.unit(Trace::default());
            if !self.foundation.db.write(move |conn| unit.tell_next(conn, round, reminder)).await? {
                return Ok(done);
            }
        }
        Ok(most)
    }
}

impl UnitOfWork<Rounds> {
    /// Begins a reminder of a round, which is locked, with the first step.
    pub(super) fn begin(&self, conn: &mut Conn, round: &RoundRow, new: NewReminder) -> Result<(), Error> {
        let id = new.id;
        store::insert(conn, new, self.now)?;
        let row = store::find(conn, id)?.ok_or_else(Error::not_found)?;
        self.tell(conn, round, &row, Id::nil())
    }

    /// The next step of a reminder; returns whether there was one.
    fn tell_next(&self, conn: &mut Conn, round: Id, reminder: Id) -> Result<bool, Error> {
        let round = lock(conn, round)?;
        // Another process may have taken it meanwhile.
        let Some(row) = store::find(conn, reminder)? else { return Ok(false) };
        let Some(after) = row.told_after else { return Ok(false) };
        if round.state == RoundState::Open {
            self.tell(conn, &round, &row, after)?;
        } else {
            store::advance(conn, reminder, None)?;
        }
        Ok(true)
    }

    /// A step: the people of the next appointments after this one. The round is locked.
    fn tell(&self, conn: &mut Conn, round: &RoundRow, row: &ReminderRow, after: Id) -> Result<(), Error> {
        let about = self.about(conn, round, row)?;
        let held = if about.is_empty() { Vec::new() } else { people::some_active(conn, after, STEP)? };
        let is_full = i64::try_from(held.len()).is_ok_and(|count| count >= STEP);
        let next = held.last().filter(|_| is_full).map(|last| last.id);
        let found = addressees(conn, (round, row.id), about, &held)?;
        let mails = self.mails(conn, round, &found, Text::of(row))?;
        self.outbox.post_each(conn, &mails)?;
        let people: Vec<RemindedPerson> = found.people.iter().map(RemindedPerson::from).collect();
        store::insert_people(conn, row.id, &people)?;
        store::advance(conn, row.id, next)
    }

    /// The organisations that a reminder is about at this moment.
    fn about(&self, conn: &mut Conn, round: &RoundRow, row: &ReminderRow) -> Result<Vec<Stand>, Error> {
        let stands = progress::stands(conn, self.service.responses.as_ref(), round)?;
        let states = &row.states.0;
        let stands = match row.days.zip(row.deadline) {
            Some((days, deadline)) => {
                let at = Zone::stored(Some(&round.zone)).days_earlier(deadline, days);
                let due = Due { days, states: states.clone(), deadline, at };
                rules::about(stands, &ledgers::ledger(conn, round)?, &due)
            }
            None => stands,
        };
        Ok(rules::due(stands, states, self.now))
    }

    /// The mail to each person, in the language that the person reads.
    fn mails(
        &self,
        conn: &mut Conn,
        row: &RoundRow,
        found: &Addressees,
        text: Text<'_>,
    ) -> Result<Vec<Addressed>, Error> {
        let survey = survey(conn, row)?;
        let ids: BTreeSet<Id> = found.people.iter().map(|one| one.stand.place.organisation).collect();
        let ids: Vec<Id> = ids.into_iter().collect();
        let names: BTreeMap<Id, Organisation> =
            members::some(conn, &ids)?.into_iter().map(|organisation| (organisation.id, organisation)).collect();
        let mail = |one: &Addressee| {
            let language = one.person.preferred_language;
            let organisation = names.get(&one.stand.place.organisation)?.name_in(language.catalogue());
            let (survey, organisation) = (survey.title_in(language), Administration(organisation.to_owned()));
            let at = one.stand.deadline.deadline;
            let (deadline, round) = (Told::of(at, &row.zone), row.id.to_string());
            let mail: Box<dyn SystemMail> = match text {
                Text::Opened => Box::new(SurveyOpened { survey, organisation, deadline, round }),
                Text::Missing(words) => {
                    let (state, words) = (one.stand.state, words.map(|words| Quote::new(words, Author::Secretariat)));
                    Box::new(SurveyReminder { survey, organisation, state, deadline, words, round })
                }
            };
            Some((one.person.recipient(), mail, rules::life(at, self.now)))
        };
        Ok(found.people.iter().filter_map(mail).collect())
    }
}

/// Whom a step writes to: those who hold these appointments in a role of the round, and have no mail of this reminder.
fn addressees(
    conn: &mut Conn,
    (round, reminder): (&RoundRow, Id),
    about: Vec<Stand>,
    held: &[Appointment],
) -> Result<Addressees, Error> {
    let roles = roles(survey(conn, round)?.audience);
    let users: BTreeSet<Id> =
        held.iter().filter(|held| roles.contains(&held.role)).filter_map(|held| held.user_id).collect();
    let mut users: Vec<Id> = users.into_iter().collect();
    let told: BTreeSet<Id> = store::told(conn, reminder, &users)?.into_iter().collect();
    users.retain(|user| !told.contains(user));
    Ok(rules::addressees(about, people::places_of(conn, &users, roles)?))
}
