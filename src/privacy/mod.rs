//! Personal data: the export of everything held about a person, erasure, and retention periods.
//!
//! A person who asks for erasure (`DELETE /me`) resigns from every appointment at once and is no longer listed; the
//! last coordinator of a member and the last administrator can't. For the days of grace nobody can log in, whoever
//! knows the password: the mail names the day, and its link (`/keep-account`) keeps the account. A login with the right
//! password gets the reason (403 `account_leaving`); any other login reveals nothing. Appointments that were resigned
//! stay ended. A thief who changed the address before gains nothing: the undo link of the change keeps the account,
//! too.
//!
//! Erasure leaves a pseudonym, the appointments (role, organisation, dates), and the audit log, which never held names.
//! The table `erasure` lists erased accounts: one that a restored backup brings back is erased again by the next
//! housekeeping, and each erasure is logged by id, for the days that a backup does not cover. That an address is
//! suppressed is stored as a keyed hash (`mail::consent`). Copies that name the person (plans of imports, stored
//! answers, reports) are searched and deleted right before, page by page (`copies`), so that no other write waits for
//! that: the erasure is refused, and tried again, while there is one that was not looked at. SQLite's files keep
//! nothing (`db::connection`); `docs/privacy.md` says what PostgreSQL and backups keep, and for how long.
//!
//! Data that hold an address and no account are erased as far as the address is the person's: of a mailbox that was
//! handed on, the data of predecessor and successor stay; an address that was requested and never confirmed is nobody's
//! (`claims`).
//!
//! Each feature exports and erases its own data ([`crate::personal_data`]). This module decides when that happens and
//! whose an address is, and has the one list of those features.
//!
//! - `features` the list, in the order in which they erase
//! - `copies` the search for texts that name a person
//! - `export` everything held about a person, as JSON or ZIP
//! - `restored` erasures that a restored backup lacks
//! - `retention` the job that erases what is due
//!
//! Left out: networks in the audit log, which is append-only and sealed (they are /24 and /48, never an address); texts
//! that others wrote about a person, as in announcements.

mod claims;
mod copies;
mod export;
mod features;
pub(crate) mod mails;
pub mod pages;
mod restored;
mod retention;
pub mod routes;
mod rules;
mod store;
mod types;

use std::sync::Arc;

use secrecy::{ExposeSecret as _, SecretString};

pub use claims::{Holder, holder};
pub use export::{Export, ExportFile};
pub use restored::add_erasures;
pub use rules::Periods;
pub use types::{ExportFormat, ExportQuery, KeepLink, Leaving};

use crate::announcements;
use crate::appointments::{self, Event, HeldAppointment};
use crate::audit::{self, Entry, Trace};
use crate::config;
use crate::db::{Conn, Id, Writer};
use crate::error::Error;
use crate::heavy_work::Lane;
use crate::http::RequestContext;
use crate::i18n::Catalogue;
use crate::identity::{self, Identity, Purpose};
use crate::life_cycle::{self, LifeCycle, Transition};
use crate::mail;
use crate::personal_data::Erasure;
use crate::policy::Principal;
use crate::secrets::fingerprint;
use crate::service::{FollowUp, Foundation, Service, UnitOfWork};
use crate::storage::Storage;
use copies::Searched;
use mails::AccountLeaving;

/// Export, erasure and retention of personal data. Cloning is cheap.
#[derive(Clone)]
pub struct Privacy {
    foundation: Foundation,
    parts: Parts,
    community: config::Community,
    periods: Periods,
}

/// Other parts of the portal that the service needs.
#[derive(Clone)]
pub struct Parts {
    /// Accounts and their mailed links.
    pub identity: Arc<Identity>,
    /// Ends appointments.
    pub life_cycle: LifeCycle,
    /// Letters of nomination.
    pub storage: Storage,
    /// Texts of pseudonyms and of the archive.
    pub catalogue: Arc<Catalogue>,
    /// The lane in which exports are made.
    pub heavy_work: Lane,
    /// Withdraws open grants of people who lost their rights.
    pub grant_review: FollowUp,
}

impl Service for Privacy {
    fn foundation(&self) -> &Foundation {
        &self.foundation
    }
}

impl Privacy {
    /// The service.
    #[must_use]
    pub fn new(settings: &config::Settings, foundation: Foundation, parts: Parts) -> Self {
        let (community, periods) = (settings.community.clone(), Periods::from(&settings.privacy));
        Self { foundation, parts, community, periods }
    }

    /// Days between the request for erasure and the erasure.
    #[must_use]
    pub fn grace_days(&self) -> u64 {
        self.periods.grace.as_secs() / 86_400
    }

    /// Begins the erasure of an account: its owner resigns from everything, is no longer listed, and can't log in.
    ///
    /// # Errors
    /// 409 for the last coordinator of a member and the last administrator.
    pub async fn leave(&self, person: Arc<Principal>, trace: Trace) -> Result<Leaving, Error> {
        let user = person.user_id;
        let concerned = move |conn: &mut Conn| {
            let open = ids(&open_appointments(conn, user)?);
            life_cycle::concerned(conn, &open)
        };
        let people = self.read(concerned).await?;
        let leaving = self.write_about(trace, people, move |unit, conn| unit.leave(conn, &person)).await?;
        self.parts.grant_review.run().await;
        Ok(leaving)
    }

    /// Keeps an account that is about to be erased, by the link that was mailed.
    ///
    /// # Errors
    /// 410.
    pub async fn keep(&self, caller: &RequestContext, token: SecretString) -> Result<(), Error> {
        self.parts.identity.admit_link(Purpose::KeepAccount, &token).await?;
        self.foundation.admit_link(caller, Writer::of_link(&fingerprint(token.expose_secret()))).await?;
        self.write(caller, move |unit, conn| identity::keep_by_link(unit, conn, token.expose_secret())).await
    }
}

impl UnitOfWork<Privacy> {
    fn life_cycle(&self) -> UnitOfWork<LifeCycle> {
        self.of(&self.service.parts.life_cycle)
    }

    fn leave(&self, conn: &mut Conn, person: &Principal) -> Result<Leaving, Error> {
        let (life_cycle, grace) = (self.life_cycle(), self.service.periods.grace);
        let owner = identity::get_user(conn, person.user_id)?;
        let open = open_appointments(conn, person.user_id)?;
        life_cycle.lock_all(conn, &ids(&open), &[person.user_id])?;
        for held in open {
            life_cycle.leave(conn, person, held.id, rules::ending_event(held.status))?;
        }
        let (secret, erase_at) = (self.random.secret(), self.now.plus(grace));
        identity::leave(conn, person.user_id, erase_at, &secret, self.now)?;
        self.audit.record(conn, &self.trace, &Entry::own(audit::Event::ErasureAsked, person.user_id))?;
        let mail = AccountLeaving { day: erase_at.day(), last_day: erase_at.last_day(), token: secret };
        self.outbox.post(conn, &owner.recipient(), &mail, grace)?;
        Ok(Leaving { status: "leaving", erase_at })
    }

    /// Locks a person and what is open: begun by others in the days of grace, or restored by a backup. Returns what is
    /// open, with the event that ends it.
    fn lock_open(&self, conn: &mut Conn, user: Id) -> Result<Vec<(Id, Event)>, Error> {
        let addresses = claims::addresses(conn, user)?;
        let mut open: Vec<(Id, Event)> =
            open_appointments(conn, user)?.iter().map(|held| (held.id, rules::ending_event(held.status))).collect();
        open.extend(store::open_invitations(conn, &addresses)?.into_iter().map(|id| (id, Event::Withdraw)));
        let all: Vec<Id> = open.iter().map(|(id, _)| *id).collect();
        self.life_cycle().lock_all(conn, &all, &[user])?;
        Ok(open)
    }

    /// Erases the personal data of an account, in all features, unless it is not due any more. Copies were `searched`
    /// before.
    ///
    /// # Errors
    /// 503 where the search has to go on.
    fn erase(&self, conn: &mut Conn, user: Id, searched: &Searched) -> Result<(), Error> {
        if !store::is_due(conn, user, self.now)? {
            return Ok(());
        }
        // Before the account is locked, as wherever both are.
        announcements::digest::forget(conn, user)?;
        let open = self.lock_open(conn, user)?;
        let owner = identity::lock_user(conn, user)?;
        if !store::is_due(conn, user, self.now)? {
            // It was kept, or erased, while this waited for the lock.
            return Err(Error::busy());
        }
        let addresses = claims::addresses(conn, user)?;
        searched.finish(conn, user, &addresses)?;
        let life_cycle = self.life_cycle();
        for (id, event) in open {
            let row = life_cycle.lock_for_update(conn, id)?;
            life_cycle.carry_out(conn, &row, Transition::timed(event))?;
        }
        let organisation = store::last_organisation(conn, user, owner.preferred_language)?;
        let (catalogue, language) = (&self.service.parts.catalogue, owner.preferred_language);
        let pseudonym = match organisation {
            Some(name) => catalogue.text(language, "erased-contact", &[("organisation", name)]),
            None => catalogue.text(language, "erased-person", &[]),
        };
        let appointments = appointments::of_user(conn, user)?.iter().map(|held| held.id).collect();
        let erasure = Erasure { user, appointments, addresses, pseudonym, now: self.now };
        let mails = mail::PersonalRecords::new(&self.outbox);
        for feature in features::all(&mails) {
            feature.erase(conn, &erasure)?;
        }
        store::remember(conn, user, self.now)?;
        self.audit.record(conn, &self.trace, &Entry::anonymous(audit::Event::PersonErased, Some(user)))
    }
}

fn ids(held: &[HeldAppointment]) -> Vec<Id> {
    held.iter().map(|one| one.id).collect()
}

/// Appointments of a person that are not over, in the order of the organisations, which is the order of their locks.
fn open_appointments(conn: &mut Conn, user: Id) -> Result<Vec<HeldAppointment>, Error> {
    let mut held = appointments::of_user(conn, user)?;
    held.retain(|one| !one.status.is_final());
    held.sort_by_key(|one| (one.organisation_id, one.id));
    Ok(held)
}
