//! Notifications: mails to the Secretariat about changes of an announcement's state. Those who may approve it get one
//! when it is submitted, its author when it is rejected, and everybody when it was halted or held by the portal. Other
//! changes are only visible in the portal.

use std::time::Duration;

use super::cause::{Cause, Why};
use super::mails::{AnnouncementHalted, AnnouncementHeld, AnnouncementRejected, AnnouncementSubmitted};
use super::state_machine::Event;
use super::{Announcements, store};
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::identity;
use crate::mail::{Author, Quote, SystemMail};
use crate::policy;
use crate::service::UnitOfWork;
use crate::throttle::Causer;

/// How long such a mail is tried.
pub(super) const LIFE: Duration = Duration::from_hours(72);

/// What the mails say.
struct Told<'a> {
    /// The announcement.
    id: String,
    /// Who caused the event.
    person: String,
    title: String,
    why: Why<'a>,
}

/// Writes the mail about an event.
type Writer = fn(Told<'_>) -> Box<dyn SystemMail>;

/// What writes the mail about an event; none where there is none, or `refusal_rate` sends its own.
fn writer_of(event: Event, by: Option<Id>, why: Why<'_>) -> Option<Writer> {
    let writer: Writer = match (event, by) {
        (Event::Pause, None) if why == Why::Found(Cause::ManyTurnedBack) => return None,
        (Event::Submit, _) => |told| {
            let Told { id, person, title, .. } = told;
            Box::new(AnnouncementSubmitted { person, title, id })
        },
        (Event::Reject, _) => |told| {
            let Told { id, person, title, why } = told;
            let reason = why.reason().map(|reason| Quote::new(reason, Author::Person(person.clone())));
            Box::new(AnnouncementRejected { person, title, reason, id })
        },
        (Event::Pause, None) => |told| Box::new(AnnouncementHalted { title: told.title, id: told.id }),
        (Event::Hold, None) => |told| {
            let cause = told.why.cause().unwrap_or(Cause::NotStarted);
            Box::new(AnnouncementHeld { title: told.title, cause, id: told.id })
        },
        _ => return None,
    };
    Some(writer)
}

/// Whether this officer gets a mail about an event.
fn concerns(event: Event, by: Option<Id>, author: Id, writers: &[Id], officer: Id) -> bool {
    let is_news = by != Some(officer);
    match event {
        Event::Submit => policy::check_approver(officer, writers, by).is_ok(),
        Event::Reject => is_news && author == officer,
        _ => is_news,
    }
}

impl UnitOfWork<Announcements> {
    /// Mails an event to those whom it concerns.
    pub(super) fn notify(
        &self,
        conn: &mut Conn,
        id: Id,
        by: Option<Id>,
        event: Event,
        why: Why<'_>,
    ) -> Result<(), Error> {
        let Some(write) = writer_of(event, by, why) else { return Ok(()) };
        let row = store::find(conn, id)?.ok_or_else(Error::not_found)?;
        let title = store::variants(conn, row.id)?.remove(&row.default_language).map(|text| text.subject);
        let person = by.map(|by| identity::get_user(conn, by)).transpose()?.map(|person| person.name);
        let (person, title) = (person.unwrap_or_default(), title.unwrap_or_default());
        let mail = write(Told { id: id.to_string(), person, title, why });
        let writers = store::writers(conn, &row)?;
        for officer in identity::secretariat(conn)? {
            if concerns(event, by, row.author_id, &writers, officer.id) {
                if let Some(by) = by {
                    self.throttle.charge_mail(conn, Causer::Officer(by), officer.id)?;
                }
                self.outbox.post(conn, &officer.recipient(), mail.as_ref(), LIFE)?;
            }
        }
        Ok(())
    }
}
