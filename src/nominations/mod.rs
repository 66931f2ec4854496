//! Nominations: the evidence of an appointment. It holds who nominated the person, the reference and the date of the
//! letter, and the letter itself as PDF or image.
//!
//! Every appointment has a nomination, at first an empty one: reading it answers 200 with nulls, and the first write
//! needs its tag in `If-Match`, like every later one.
//!
//! A letter is put into the storage first ([`crate::storage`]); then the row that names it is written. If that fails,
//! the letter is deleted; if it succeeds, the letter before is deleted at once. Uploads have a budget of bytes, which
//! is charged before a byte is received. The content decides about the type, never the name: PDF, PNG or JPEG from the
//! first byte to the end. A letter is only ever served as a download, and each download is recorded in the audit log.
//!
//! A statement that changes nothing writes nothing, and no audit entry. The same letter again replaces its stored copy,
//! which may be damaged, without an audit entry.
//!
//! A letter names people who did not ask for that. Officers read it (the Secretariat, and the coordinators of the
//! organisation); the nominated person may upload one and see that it is there, until the case is decided. Everybody
//! else gets 404. `policy` decides.
//!
//! The pages of a nomination are those of its appointment (`life_cycle::pages`).
//!
//! Left out: a scan for malware or scripts (no program of the portal opens a letter, and no browser shows it under the
//! portal's origin), and deletion by age, which retention does by [`forget`].

mod personal_data;
pub mod routes;
mod rules;
mod service;
mod store;
mod types;

use std::collections::HashMap;

use serde_json::{Value, json};

use crate::appointments;
use crate::audit::{Audit, Entry, Event, Trace};
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::http::IfMatch;
use crate::identity;
use crate::policy::{self, Principal};
use crate::secrets::hex;
use crate::service::UnitOfWork;
use crate::storage;
use crate::time::Timestamp;
pub use personal_data::PersonalRecords;
pub use rules::{MAX_OFFICIAL, MAX_REFERENCE, date, file_name, letter_type, official, reference};
pub use service::{AdmittedUpload, Nominations};
pub use store::record;
use types::{Case, NewLetter};
pub use types::{Letter, LetterEntry, LetterQuery, LetterType, LetterUpload, Nomination, Statement};

/// The nomination of an appointment; an empty one where nothing is known.
pub fn of(conn: &mut Conn, appointment: Id) -> Result<Nomination, Error> {
    Ok(store::find(conn, appointment)?.map(Nomination::from).unwrap_or_default())
}

/// The nominations of these appointments, by their ids; none where nothing is known.
pub fn of_each(conn: &mut Conn, appointments: &[Id]) -> Result<HashMap<Id, Nomination>, Error> {
    let rows = store::find_each(conn, appointments)?;
    Ok(rows.into_iter().map(|(appointment, row)| (appointment, row.into())).collect())
}

/// The appointments of a person with a letter of nomination, and the name of its file: no more of it, since the
/// nominated person does not read it.
pub fn handed_in(conn: &mut Conn, user: Id) -> Result<HashMap<Id, String>, Error> {
    let letters = store::letters_of_user(conn, user)?;
    Ok(letters.into_iter().map(|letter| (letter.appointment, letter.name)).collect())
}

/// The letters of a person's own nominations that the person may read as an officer; each is recorded as read.
pub fn open_own(conn: &mut Conn, audit: &Audit, trace: &Trace, reader: &Principal) -> Result<Vec<Letter>, Error> {
    let held = appointments::of_user(conn, reader.user_id)?;
    let mut open = Vec::new();
    for letter in store::letters_of_user(conn, reader.user_id)? {
        let Some(held) = held.iter().find(|held| held.id == letter.appointment) else { continue };
        if policy::may_read_nomination(reader, held.organisation_id).is_err() {
            continue;
        }
        let detail = json!({"appointment": letter.appointment, "sha256": hex(&letter.sha256)});
        let entry = Entry::own(Event::LetterRead, reader.user_id).of(held.organisation_id).with(detail);
        audit.record(conn, trace, &entry)?;
        open.push(letter);
    }
    Ok(open)
}

/// Deletes the nomination of an appointment; its letter is deleted within minutes.
pub fn forget(conn: &mut Conn, appointment: Id, now: Timestamp) -> Result<(), Error> {
    if let Some(letter) = store::delete(conn, appointment)? {
        storage::release(conn, letter, now)?;
    }
    Ok(())
}

/// A nomination after a change of its letter.
struct LetterChange {
    nomination: Nomination,
    /// Stored files that no row names any more.
    released: Vec<Id>,
}

impl UnitOfWork<Nominations> {
    fn change(
        &self,
        conn: &mut Conn,
        writer: &Principal,
        appointment: Id,
        wanted: &IfMatch,
        statement: &Statement,
    ) -> Result<Nomination, Error> {
        let case = lock_for_update(conn, writer, appointment, wanted)?;
        let before = of(conn, appointment)?;
        if rules::says(&before, statement) {
            return Ok(before);
        }
        let (official, reference, dated) = (&statement.official, &statement.reference, &statement.dated);
        record(conn, appointment, Some(official), reference.as_deref(), dated.as_deref(), self.now)?;
        self.record_event(conn, Event::NominationChanged, writer, &case, json!({"appointment": appointment}))?;
        of(conn, appointment)
    }

    /// Records a letter that is in the storage.
    fn attach(
        &self,
        conn: &mut Conn,
        writer: &Principal,
        appointment: Id,
        wanted: &IfMatch,
        letter: &NewLetter,
    ) -> Result<LetterChange, Error> {
        let case = lock_for_update(conn, writer, appointment, wanted)?;
        let known = store::find(conn, appointment)?;
        let is_same = known.as_ref().is_some_and(|known| rules::is_same(known, letter, writer.user_id));
        let former = known.and_then(|row| row.letter_id);
        storage::keep(conn, letter.object, self.now)?;
        if let Some(former) = former {
            storage::release(conn, former, self.now)?;
        }
        if is_same {
            store::swap_letter(conn, appointment, letter.object)?;
            return Ok(LetterChange { nomination: of(conn, appointment)?, released: former.into_iter().collect() });
        }
        store::set_letter(conn, appointment, letter, writer.user_id, self.now)?;
        let sha256 = hex(&letter.sha256);
        let detail = json!({"appointment": appointment, "type": letter.kind, "bytes": letter.size, "sha256": sha256});
        self.record_event(conn, Event::LetterUploaded, writer, &case, detail)?;
        Ok(LetterChange { nomination: of(conn, appointment)?, released: former.into_iter().collect() })
    }

    fn detach(
        &self,
        conn: &mut Conn,
        writer: &Principal,
        appointment: Id,
        wanted: &IfMatch,
    ) -> Result<LetterChange, Error> {
        let case = lock_for_update(conn, writer, appointment, wanted)?;
        let letter = store::find(conn, appointment)?.and_then(|row| row.letter_id).ok_or_else(Error::not_found)?;
        store::clear_letter(conn, appointment, self.now)?;
        storage::release(conn, letter, self.now)?;
        self.record_event(conn, Event::LetterDeleted, writer, &case, json!({"appointment": appointment}))?;
        Ok(LetterChange { nomination: of(conn, appointment)?, released: vec![letter] })
    }

    /// Finds the letter for a reader, and records the download before it happens.
    fn open(&self, conn: &mut Conn, reader: &Principal, appointment: Id) -> Result<Letter, Error> {
        let case = store::case(conn, appointment)?;
        policy::may_read_nomination(reader, case.organisation)?;
        let letter = store::find(conn, appointment)?.and_then(|row| row.letter(appointment));
        let letter = letter.ok_or_else(Error::not_found)?;
        let detail = json!({"appointment": appointment, "sha256": hex(&letter.sha256)});
        self.record_event(conn, Event::LetterRead, reader, &case, detail)?;
        Ok(letter)
    }

    fn record_event(
        &self,
        conn: &mut Conn,
        event: Event,
        actor: &Principal,
        case: &Case,
        detail: Value,
    ) -> Result<(), Error> {
        let entry = Entry { subject: case.subject, ..Entry::own(event, actor.user_id) };
        self.audit.record(conn, &self.trace, &entry.of(case.organisation).with(detail))
    }
}

/// Locks the appointment for somebody who may write its nomination and has seen the current version.
fn lock_for_update(conn: &mut Conn, writer: &Principal, appointment: Id, wanted: &IfMatch) -> Result<Case, Error> {
    let case = store::lock_for_update(conn, appointment)?;
    policy::may_write_nomination(writer, case.subject, case.organisation, case.status)?;
    wanted.check(&of(conn, appointment)?)?;
    Ok(case)
}

/// The nomination, for whoever may read or write it.
fn read(conn: &mut Conn, viewer: &Principal, appointment: Id) -> Result<Nomination, Error> {
    let case = store::case(conn, appointment)?;
    if policy::may_read_nomination(viewer, case.organisation).is_err() {
        policy::may_write_nomination(viewer, case.subject, case.organisation, case.status)?;
    }
    of(conn, appointment)
}

/// Whether this person may read the letter.
fn is_reader(conn: &mut Conn, reader: &Principal, appointment: Id) -> Result<bool, Error> {
    let case = store::case(conn, appointment)?;
    Ok(policy::may_read_nomination(reader, case.organisation).is_ok())
}

/// The name of the person who handed the letter in, for those who may read it.
fn uploader(conn: &mut Conn, reader: &Principal, appointment: Id) -> Result<Option<String>, Error> {
    if !is_reader(conn, reader, appointment)? {
        return Ok(None);
    }
    let Some(person) = store::find(conn, appointment)?.and_then(|row| row.uploaded_by) else { return Ok(None) };
    Ok(identity::users(conn, &[person])?.pop().map(|person| person.name))
}

/// Refuses whoever may not write this nomination.
fn check_writer(conn: &mut Conn, writer: &Principal, appointment: Id) -> Result<(), Error> {
    let case = store::case(conn, appointment)?;
    policy::may_write_nomination(writer, case.subject, case.organisation, case.status)
}

/// The same, and whoever has not seen its current version.
fn check_seen(conn: &mut Conn, writer: &Principal, appointment: Id, wanted: &IfMatch) -> Result<(), Error> {
    check_writer(conn, writer, appointment)?;
    wanted.check(&of(conn, appointment)?)
}
