//! Personal data: everything held about oneself to take along, erasure, and how long things are kept.
//!
//! Who asks to be erased (`DELETE /me`) resigns from everything at once and is no longer listed; the last coordinator of a
//! member and the last administrator can't. For the days of grace the account is closed to everybody, whoever knows the
//! password: the mail says when, and its link (`/keep-account`) takes it back. A login with the right password is told so
//! (403 `account_leaving`); anybody else learns nothing. Appointments that were resigned stay ended. A thief who moved
//! the mail before gains nothing: taking back the change of address takes back the wish too.
//!
//! Erasing leaves a pseudonym, the appointments (role, organisation, dates), and the audit log, which never named anybody. The
//! table `erasure` lists who was erased: whoever comes back with a restored backup is erased again by the next
//! housekeeping, and each erasure is logged by id, for the days that a backup does not know. What else is to be remembered, that
//! an address is not to be written to, is kept as a keyed hash (`mail::consent`). Copies go in the same unit of work: plans of
//! imports and kept answers that name the person. In SQLite's files nothing is left (`db::connection`); what PostgreSQL and
//! backups keep, and for how long, is told in `docs/privacy.md`.
//!
//! - `export` what is held, as JSON or ZIP
//! - `retention` what the clock erases
//!
//! Left out: the networks in the audit log, which is append-only and sealed (they are /24 and /48, never an address); texts
//! that others wrote about somebody, as in announcements.

mod export;
mod retention;
pub mod routes;
mod rules;
mod store;
mod types;

use std::sync::Arc;
use std::time::Duration;

pub use export::Export;
pub use retention::work_off;
pub use rules::Periods;
pub use types::{ExportQuery, KeepLink, Leaving};

use crate::announcements;
use crate::appointments::{self, Event, Held};
use crate::audit::{self, Entry};
use crate::db::{Conn, Id};
use crate::directory;
use crate::error::Error;
use crate::i18n::Catalogue;
use crate::idempotency;
use crate::identity::{self, Credentials};
use crate::imports;
use crate::life_cycle::{self, Doing};
use crate::mail::Letter;
use crate::nominations;
use crate::policy::Principal;
use store::Addresses;

/// How long word that an account stays is worth mailing.
const NOTICE_LIFE: Duration = Duration::from_hours(96);

/// What the units of work need beside a connection.
#[derive(Clone)]
pub struct Desk {
    /// What ends appointments; with it come log, mail, chance and time.
    pub life_cycle: life_cycle::Desk,
    /// The words of pseudonyms.
    pub catalogue: Arc<Catalogue>,
    /// How long things are kept.
    pub periods: Periods,
}

impl Desk {
    /// Somebody wants to be erased: resigns, is no longer listed, and can't log in.
    fn leave(&self, conn: &mut Conn, person: &Principal) -> Result<Leaving, Error> {
        let desk = &self.life_cycle;
        let owner = identity::get_user(conn, person.user_id)?;
        for held in open_appointments(conn, person.user_id)? {
            desk.act(conn, person, held.id, rules::way_out(held.status), None)?;
        }
        let (secret, erase_at) = (desk.random.secret(), desk.now.plus(self.periods.grace));
        identity::leave(conn, person.user_id, erase_at, &secret, desk.now)?;
        desk.audit.note(conn, &desk.trace, &Entry::own(audit::Event::ErasureAsked, person.user_id))?;
        let args = vec![("day", erase_at.day().to_string())];
        let link = Some(format!("/keep-account?token={secret}"));
        self.tell(conn, &owner, "account_leaving", args, link, self.periods.grace)?;
        Ok(Leaving { status: "leaving", erase_at })
    }

    /// The owner of the mailbox wants the account to stay.
    fn stay(&self, conn: &mut Conn, secret: &str) -> Result<(), Error> {
        let desk = &self.life_cycle;
        let user = identity::stay(conn, secret, desk.now)?;
        let entry = Entry::anonymous(audit::Event::ErasureTakenBack, Some(user));
        desk.audit.note(conn, &desk.trace, &entry)?;
        let owner = identity::get_user(conn, user)?;
        self.tell(conn, &owner, "account_kept", Vec::new(), Some("/forgot".to_owned()), NOTICE_LIFE)
    }

    /// Erases what is personal about somebody, wherever it stands.
    fn erase(&self, conn: &mut Conn, user: Id) -> Result<(), Error> {
        let desk = &self.life_cycle;
        announcements::digest::forget(conn, user)?;
        let owner = identity::hold_user(conn, user)?;
        let known = store::addresses(conn, user)?;
        // Begun in the days of grace by somebody else, or come back with a backup.
        let mut open: Vec<(Id, Event)> =
            open_appointments(conn, user)?.iter().map(|held| (held.id, rules::way_out(held.status))).collect();
        open.extend(store::open_invitations(conn, &known)?.into_iter().map(|id| (id, Event::Withdraw)));
        for (id, event) in open {
            let row = desk.hold(conn, id)?;
            desk.carry_out(conn, &row, Doing::timed(event))?;
        }
        for held in appointments::of_user(conn, user)? {
            nominations::forget(conn, held.id, desk.now)?;
        }
        directory::erase_of(conn, user, desk.now)?;
        let organisation = store::last_organisation(conn, user, owner.preferred_language)?;
        let pseudonym = match organisation {
            Some(name) => self.catalogue.text(owner.preferred_language, "erased-contact", &[("organisation", name)]),
            None => self.catalogue.text(owner.preferred_language, "erased-person", &[]),
        };
        self.forget_copies(conn, user, &known)?;
        store::erase(conn, user, &known, &pseudonym, desk.now)?;
        desk.audit.note(conn, &desk.trace, &Entry::anonymous(audit::Event::PersonErased, Some(user)))
    }

    /// Deletes what others were answered, or are about to do, in which somebody stands; and what is remembered of an address
    /// is remembered without it.
    fn forget_copies(&self, conn: &mut Conn, user: Id, known: &Addresses) -> Result<(), Error> {
        imports::forget(conn, user, &known.keys)?;
        let mut words = known.written.clone();
        words.push(user.to_string());
        words.extend(appointments::of_user(conn, user)?.iter().map(|held| held.id.to_string()));
        idempotency::forget(conn, user, &words)?;
        // That mail came back is forgotten with the person. Who does not want to be written to stays on that list.
        known.keys.iter().try_for_each(|key| self.life_cycle.outbox.forget_address(conn, key))
    }

    fn tell(
        &self,
        conn: &mut Conn,
        owner: &Credentials,
        kind: &'static str,
        args: crate::i18n::Args,
        link: Option<String>,
        life: Duration,
    ) -> Result<(), Error> {
        let letter = Letter { kind, name: owner.name.clone(), args, link };
        self.life_cycle.outbox.post(conn, &owner.recipient(), &letter, life)
    }
}

/// What somebody holds that is not over, in the order of the organisations: whoever holds several takes them in the same order.
fn open_appointments(conn: &mut Conn, user: Id) -> Result<Vec<Held>, Error> {
    let mut held = appointments::of_user(conn, user)?;
    held.retain(|one| !one.status.is_final());
    held.sort_by_key(|one| (one.organisation_id, one.id));
    Ok(held)
}
