//! Who of the Secretariat hears by mail what becomes of an announcement: those who may approve one that was submitted, its
//! author when it is given back, and everybody when it stopped by itself. The rest one sees in the portal.

use std::time::Duration;

use super::machine::Event;
use super::{Desk, store};
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::identity;
use crate::mail::Letter;
use crate::throttle::Causer;

/// How long such a mail is worth sending.
const LIFE: Duration = Duration::from_hours(72);

/// The kind of letter that an event is told by; none where one sees it in the portal.
const fn kind_of(event: Event, by: Option<Id>) -> Option<&'static str> {
    match (event, by) {
        (Event::Submit, _) => Some("announcement_submitted"),
        (Event::Reject, _) => Some("announcement_rejected"),
        (Event::Pause, None) => Some("announcement_halted"),
        (Event::Hold, None) => Some("announcement_held"),
        _ => None,
    }
}

/// Whether an event concerns this officer.
fn concerns(event: Event, by: Option<Id>, author: Id, officer: Id) -> bool {
    let is_news = by != Some(officer);
    match event {
        Event::Submit => is_news && author != officer,
        Event::Reject => is_news && author == officer,
        _ => is_news,
    }
}

impl Desk {
    /// Mails what an event means to those it concerns.
    pub(super) fn tell(
        &self,
        conn: &mut Conn,
        id: Id,
        by: Option<Id>,
        event: Event,
        reason: Option<&str>,
    ) -> Result<(), Error> {
        let Some(kind) = kind_of(event, by) else { return Ok(()) };
        let row = store::find(conn, id)?.ok_or_else(Error::not_found)?;
        let title = store::variants(conn, row.id)?.remove(&row.default_language).map(|text| text.subject);
        let person = by.map(|by| identity::get_user(conn, by)).transpose()?.map(|person| person.name);
        let args = vec![
            ("title", title.unwrap_or_default()),
            ("person", person.unwrap_or_default()),
            ("given", if reason.is_some() { "yes" } else { "no" }.to_owned()),
            ("reason", reason.unwrap_or_default().to_owned()),
            ("id", row.id.to_string()),
        ];
        for officer in identity::secretariat(conn)? {
            if concerns(event, by, row.author_id, officer.id) {
                if let Some(by) = by {
                    self.throttle.charge_mail(conn, Causer::Officer(by), officer.id)?;
                }
                let letter = Letter { kind, name: officer.name.clone(), args: args.clone(), link: None };
                self.outbox.post(conn, &officer.recipient(), &letter, LIFE)?;
            }
        }
        Ok(())
    }
}
