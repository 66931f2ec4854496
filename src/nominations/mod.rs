//! Nominations: the evidence of an appointment. Who nominated the person, in which letter of which day, and the letter
//! itself as PDF or image.
//!
//! Every appointment has a nomination, at first an empty one: so reading it answers 200 with nulls, and the first write
//! names the tag of that in `If-Match`, as every later one does.
//!
//! The letter is stored first ([`crate::storage`]), then the row is written that names it; where that fails, or nobody
//! comes to write it, the letter is deleted; so is the one before, at once. Whoever hands in letters has a budget of bytes,
//! which is charged before a byte is received. It is taken for what its content is, never for what it is called: PDF, PNG or
//! JPEG from its first byte to its end. It is only ever a download, and each is written down.
//!
//! Whom a letter names besides the nominated person did not ask to be here. Officers read it (the Secretariat, and the
//! coordinators of the organisation); the person may hand one in and see that it is there, until the case is decided.
//! Everybody else finds nothing (404). `policy` decides.
//!
//! Left out: looking into a letter for malware or scripts (no program of ours opens it, and no browser shows it in the
//! portal's name), and deleting with time, which retention does by [`forget`].

pub mod routes;
mod rules;
mod store;
mod types;

use serde_json::{Value, json};

use crate::appointments;
use crate::audit::{Audit, Entry, Event, Trace};
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::http::IfMatch;
use crate::policy::{self, Principal};
use crate::secrets::hex;
use crate::storage;
use crate::time::Timestamp;
pub use rules::{date, official, reference};
pub use store::record;
use types::{Case, NewLetter};
pub use types::{Letter, LetterEntry, LetterQuery, LetterType, Nomination, Statement};

/// The nomination of an appointment; an empty one where nothing is known.
///
/// # Errors
/// Where the database says no.
pub fn of(conn: &mut Conn, appointment: Id) -> Result<Nomination, Error> {
    Ok(store::find(conn, appointment)?.map(Nomination::from).unwrap_or_default())
}

/// The letters of somebody's own nominations that the person may read as an officer; that each is read is written down.
///
/// # Errors
/// Where the database says no.
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
        audit.note(conn, trace, &entry)?;
        open.push(letter);
    }
    Ok(open)
}

/// Forgets the nomination of an appointment; its letter is deleted within minutes.
///
/// # Errors
/// Where the database says no.
pub fn forget(conn: &mut Conn, appointment: Id, now: Timestamp) -> Result<(), Error> {
    if let Some(letter) = store::delete(conn, appointment)? {
        storage::release(conn, letter, now)?;
    }
    Ok(())
}

/// A nomination with its letter changed.
struct Written {
    nomination: Nomination,
    /// Files that nothing names any more.
    released: Vec<Id>,
}

/// What the units of work need beside a connection.
struct Desk {
    audit: Audit,
    trace: Trace,
    now: Timestamp,
}

impl Desk {
    fn change(
        &self,
        conn: &mut Conn,
        writer: &Principal,
        appointment: Id,
        wanted: &IfMatch,
        statement: &Statement,
    ) -> Result<Nomination, Error> {
        let case = take_up(conn, writer, appointment, wanted)?;
        let (official, reference, dated) = (&statement.official, &statement.reference, &statement.dated);
        record(conn, appointment, Some(official), reference.as_deref(), dated.as_deref(), self.now)?;
        self.note(conn, Event::NominationChanged, writer, &case, json!({"appointment": appointment}))?;
        of(conn, appointment)
    }

    /// Writes down a letter that is stored already.
    fn attach(
        &self,
        conn: &mut Conn,
        writer: &Principal,
        appointment: Id,
        wanted: &IfMatch,
        letter: &NewLetter,
    ) -> Result<Written, Error> {
        let case = take_up(conn, writer, appointment, wanted)?;
        let former = store::find(conn, appointment)?.and_then(|row| row.letter_id);
        storage::keep(conn, letter.object, self.now)?;
        store::set_letter(conn, appointment, letter, writer.user_id, self.now)?;
        if let Some(former) = former {
            storage::release(conn, former, self.now)?;
        }
        let sha256 = hex(&letter.sha256);
        let detail = json!({"appointment": appointment, "type": letter.kind, "bytes": letter.size, "sha256": sha256});
        self.note(conn, Event::LetterUploaded, writer, &case, detail)?;
        Ok(Written { nomination: of(conn, appointment)?, released: former.into_iter().collect() })
    }

    fn detach(&self, conn: &mut Conn, writer: &Principal, appointment: Id, wanted: &IfMatch) -> Result<Written, Error> {
        let case = take_up(conn, writer, appointment, wanted)?;
        let letter = store::find(conn, appointment)?.and_then(|row| row.letter_id).ok_or_else(Error::not_found)?;
        store::clear_letter(conn, appointment, self.now)?;
        storage::release(conn, letter, self.now)?;
        self.note(conn, Event::LetterDeleted, writer, &case, json!({"appointment": appointment}))?;
        Ok(Written { nomination: of(conn, appointment)?, released: vec![letter] })
    }

    /// Finds the letter for a reader, and writes down that it is read before it is.
    fn open(&self, conn: &mut Conn, reader: &Principal, appointment: Id) -> Result<Letter, Error> {
        let case = store::case(conn, appointment)?;
        policy::may_read_nomination(reader, case.organisation)?;
        let letter = store::find(conn, appointment)?.and_then(|row| row.letter(appointment));
        let letter = letter.ok_or_else(Error::not_found)?;
        let detail = json!({"appointment": appointment, "sha256": hex(&letter.sha256)});
        self.note(conn, Event::LetterRead, reader, &case, detail)?;
        Ok(letter)
    }

    fn note(&self, conn: &mut Conn, event: Event, actor: &Principal, case: &Case, detail: Value) -> Result<(), Error> {
        let entry = Entry { subject: case.subject, ..Entry::own(event, actor.user_id) };
        self.audit.note(conn, &self.trace, &entry.of(case.organisation).with(detail))
    }
}

/// Holds the appointment until the unit of work ends, for somebody who may write and has seen what is to be written over.
fn take_up(conn: &mut Conn, writer: &Principal, appointment: Id, wanted: &IfMatch) -> Result<Case, Error> {
    let case = store::hold(conn, appointment)?;
    policy::may_write_nomination(writer, case.subject, case.organisation, case.status)?;
    wanted.check(&of(conn, appointment)?)?;
    Ok(case)
}

/// What is written down of a nomination, for whoever may read it or write it.
fn read(conn: &mut Conn, viewer: &Principal, appointment: Id) -> Result<Nomination, Error> {
    let case = store::case(conn, appointment)?;
    if policy::may_read_nomination(viewer, case.organisation).is_err() {
        policy::may_write_nomination(viewer, case.subject, case.organisation, case.status)?;
    }
    of(conn, appointment)
}

/// Whether somebody may write down a nomination or hand in a letter: asked before either is received.
fn check_writer(conn: &mut Conn, writer: &Principal, appointment: Id) -> Result<(), Error> {
    let case = store::case(conn, appointment)?;
    policy::may_write_nomination(writer, case.subject, case.organisation, case.status)
}

/// Whether somebody who hands in a letter has seen what it takes the place of.
fn check_seen(conn: &mut Conn, writer: &Principal, appointment: Id, wanted: &IfMatch) -> Result<(), Error> {
    check_writer(conn, writer, appointment)?;
    wanted.check(&of(conn, appointment)?)
}
