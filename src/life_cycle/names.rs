//! Names of people whose appointment of the Secretariat begins or ends.
//!
//! Only people of the Secretariat may have a name that poses as the Secretariat or the portal (`text::name`). A person
//! who leaves it, by whatever event, gets back the last name that anybody may have. If none is known (an account that
//! was set up under such a name) the name is flagged: the directory hides the person until another name is chosen in
//! the profile, or the person belongs to the Secretariat again. The person and the Secretariat get a mail about both.

use serde_json::json;

use super::LifeCycle;
use super::mails::{About, NameFlagged, NameRestored, Reader};
use super::notifications::Posting;
use super::rules::{self, NameChange};
use crate::appointments::{self, Appointment, Role};
use crate::audit::{Entry, Event};
use crate::db::Conn;
use crate::directory::{self, ContactChange};
use crate::error::Error;
use crate::identity::{self, Credentials, Renaming};
use crate::mail::SystemMail;
use crate::policy;
use crate::service::UnitOfWork;

/// Where the name is looked at, without the slash before it: on the page on which the holder changes it, and on that of the
/// appointment.
fn page_for(reader: Reader, row: &Appointment) -> String {
    match reader {
        Reader::Holder => "account/profile".to_owned(),
        Reader::Successor | Reader::Officer => format!("appointments/{}", row.id),
    }
}

impl UnitOfWork<LifeCycle> {
    /// Restores, flags or accepts the name of a person whose appointment of the Secretariat has just begun or ended.
    pub(super) fn settle_name(&self, conn: &mut Conn, row: &Appointment) -> Result<(), Error> {
        let Some(user) = row.user_id.filter(|_| row.role == Role::Secretariat) else { return Ok(()) };
        let is_secretariat = policy::is_secretariat(&appointments::of_user(conn, user)?);
        let person = identity::lock_user(conn, user)?;
        match rules::name_change(&person, is_secretariat, self.outbox.letters().community()) {
            NameChange::Stays => Ok(()),
            NameChange::GoesBack(name) => self.restore_name(conn, row, &person, name),
            NameChange::IsFlagged => {
                identity::flag_name(conn, user, true, self.now)?;
                directory::set_listed_of(conn, user, false, self.now)?;
                self.record_name(conn, row, Event::NameFlagged)?;
                self.notify_of_name(conn, row, &person, |about| {
                    let About { organisation, reader, .. } = about;
                    let page = page_for(reader, row);
                    Box::new(NameFlagged { reader, before: person.name.clone(), organisation, page })
                })
            }
            NameChange::IsGood => {
                identity::flag_name(conn, user, false, self.now)?;
                directory::set_listed_of(conn, user, !person.is_closed(), self.now)
            }
        }
    }

    fn restore_name(&self, conn: &mut Conn, row: &Appointment, person: &Credentials, name: &str) -> Result<(), Error> {
        identity::rename(conn, person, &Renaming::free(name), self.now)?;
        let change = ContactChange { name: Some(name.to_owned()), ..ContactChange::default() };
        directory::change(conn, person.id, &change, self.now)?;
        if person.name_flagged_at.is_some() {
            directory::set_listed_of(conn, person.id, !person.is_closed(), self.now)?;
        }
        self.record_name(conn, row, Event::NameChanged)?;
        let renamed = identity::get_user(conn, person.id)?;
        self.notify_of_name(conn, row, &renamed, |about| {
            let About { organisation, reader, .. } = about;
            let (before, after) = (person.name.clone(), name.to_owned());
            Box::new(NameRestored { reader, before, after, organisation, page: page_for(reader, row) })
        })
    }

    fn record_name(&self, conn: &mut Conn, row: &Appointment, event: Event) -> Result<(), Error> {
        let entry = Entry::anonymous(event, row.user_id).of(row.organisation_id);
        self.audit.record(conn, &self.trace, &entry.with(json!({"appointment": row.id, "cause": "left_secretariat"})))
    }

    /// The mail is charged to no one, so that no budget suppresses it.
    fn notify_of_name(
        &self,
        conn: &mut Conn,
        row: &Appointment,
        person: &Credentials,
        mail: impl Fn(About) -> Box<dyn SystemMail>,
    ) -> Result<(), Error> {
        let mut readers = identity::secretariat(conn)?;
        readers.retain(|reader| reader.id != person.id);
        let owner = Some(person).filter(|person| person.erase_at.is_none());
        self.write_to(conn, row, readers.iter().chain(owner), Posting::notice(), mail)
    }
}
