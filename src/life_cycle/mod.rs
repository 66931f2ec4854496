//! The life cycle of appointments: inviting, approving, confirming, suspending, handing over, ending, and what the clock does.
//!
//! Which event is possible in which state is the table of `appointments::machine`; who may bring it about is for `policy` to
//! say. Here an event is carried out, in one unit of work: the appointment changes, the directory shows or hides the contact,
//! sessions end where nothing is in force any more, the audit log has its entry, and whoever is concerned has a mail in
//! the outbox. Whatever happens at one organisation happens one after the other (its row is held), so that its last
//! coordinator can't vanish by two events at once.
//!
//! - `hand_over` a successor in, the predecessor out
//! - `grants` what is open of somebody who may grant it no longer
//! - `clockwork` what the timetable asks for, done once by whichever process comes first
//! - `confirmation` the signed link by which a contact is confirmed without logging in
//! - `invitations` asking somebody in
//! - `letters` who hears what
//!
//! Left out: a holder who asks for a successor by a request of its own; coordinators get a mail when somebody resigns.

mod appointing;
mod clockwork;
mod confirmation;
mod grants;
mod hand_over;
pub mod invitations;
mod letters;
pub mod routes;
mod rules;
mod store;
mod types;

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;

pub use clockwork::work_off;
pub use confirmation::ConfirmLinks;
pub use grants::withdraw_void;
pub use types::{
    Act, Appoint, AppointmentChange, AppointmentQuery, AppointmentView, ConfirmLink, Deed, PersonView, Replace,
};

use crate::appointments::{self, Actor, Appointment, AppointmentStatus, Event, Role};
use crate::audit::{self, Audit, Entry, Trace};
use crate::db::{Conn, Id};
use crate::directory;
use crate::error::Error;
use crate::events::Events;
use crate::identity;
use crate::mail::Outbox;
use crate::policy::{self, Principal};
use crate::random::Random;
use crate::throttle::Throttle;
use crate::time::Timestamp;

/// How long a suspension counts whose appointment has ended.
const SUSPENSION_REMEMBERED: Duration = Duration::from_hours(24 * 365);

/// What the units of work need beside a connection.
#[derive(Clone)]
pub struct Desk {
    /// Where things are written down.
    pub audit: Audit,
    /// Where mail is put.
    pub outbox: Outbox,
    /// Where is said what happens.
    pub events: Events,
    /// Randomness.
    pub random: Random,
    /// What keeps mailboxes from being filled.
    pub throttle: Arc<Throttle>,
    /// The links in reminders.
    pub links: ConfirmLinks,
    /// How long a contact is kept once its appointment has ended: invitations tell.
    pub kept: Duration,
    /// How old the last proof of somebody may be who makes or changes an appointment of those who run the portal.
    pub step_up: Duration,
    /// In which request.
    pub trace: Trace,
    /// The time.
    pub now: Timestamp,
}

/// An event and who brings it about.
#[derive(Clone, Copy)]
pub struct Doing<'a> {
    /// What happens.
    pub event: Event,
    /// Who does it; nobody where it is the clock.
    pub by: Option<Id>,
    /// What is said about it.
    pub reason: Option<&'a str>,
}

impl<'a> Doing<'a> {
    /// What somebody does.
    #[must_use]
    pub fn by(event: Event, who: Id, reason: Option<&'a str>) -> Self {
        Self { event, by: Some(who), reason }
    }

    /// What the clock does.
    #[must_use]
    pub fn timed(event: Event) -> Self {
        Self { event, by: None, reason: None }
    }
}

impl Desk {
    /// Somebody does something to an appointment: checked against policy and table, and carried out.
    ///
    /// # Errors
    /// 404, 403, 409 where the state does not allow it.
    pub fn act(
        &self,
        conn: &mut Conn,
        principal: &Principal,
        id: Id,
        event: Event,
        reason: Option<&str>,
    ) -> Result<AppointmentView, Error> {
        let row = self.hold(conn, id)?;
        let actor = self.admit(principal, event, &row)?;
        let next = self.act_as(conn, principal, actor, &row, Doing::by(event, principal.user_id, reason))?;
        view(conn, principal, next)
    }

    /// Approves, or with a reason rejects, the appointment of an application, which is held: for somebody who decides on
    /// applications.
    ///
    /// # Errors
    /// 403, 409 where the state does not allow it.
    pub fn decide(
        &self,
        conn: &mut Conn,
        principal: &Principal,
        row: &Appointment,
        reason: Option<&str>,
    ) -> Result<Appointment, Error> {
        let event = if reason.is_none() { Event::Approve } else { Event::Reject };
        let actor = policy::may_decide(principal, row)?;
        self.act_as(conn, principal, actor, row, Doing::by(event, principal.user_id, reason))
    }

    fn act_as(
        &self,
        conn: &mut Conn,
        principal: &Principal,
        actor: Actor,
        row: &Appointment,
        doing: Doing<'_>,
    ) -> Result<Appointment, Error> {
        rules::check_capacity(row, doing.event, actor)?;
        if !principal.is_secretariat() || row.role == Role::Secretariat {
            keep_somebody(conn, row, doing.event)?;
        }
        if doing.event == Event::Approve {
            self.check_approved(conn, principal, row)?;
        }
        self.carry_out(conn, row, doing)
    }

    /// In which capacity somebody does this to an appointment, with a proof that is fresh enough for it.
    ///
    /// # Errors
    /// 404, 403, 401.
    fn admit(&self, principal: &Principal, event: Event, row: &Appointment) -> Result<Actor, Error> {
        let actor = policy::may_act(principal, event, row)?;
        if actor != Actor::Holder {
            policy::check_grave(principal, row.role, self.now, self.step_up)?;
        }
        Ok(actor)
    }

    /// Refuses to approve where the account is closed, or where a coordinator would undo a suspension by it.
    fn check_approved(&self, conn: &mut Conn, principal: &Principal, row: &Appointment) -> Result<(), Error> {
        let Some(user) = row.user_id else { return Ok(()) };
        if identity::hold_user(conn, user)?.is_closed() {
            return Err(Error::conflict("account_suspended"));
        }
        self.check_barred(conn, principal, user, row.organisation_id)
    }

    /// Refuses a coordinator who would undo somebody else's suspension by another appointment.
    fn check_barred(&self, conn: &mut Conn, officer: &Principal, user: Id, organisation: Id) -> Result<(), Error> {
        if self.is_barred(conn, officer, user, organisation)? {
            return Err(Error::forbidden("secretariat_only"));
        }
        Ok(())
    }

    /// Whether an officer may not put this person in force at this organisation, where it is held.
    fn is_barred(&self, conn: &mut Conn, officer: &Principal, user: Id, organisation: Id) -> Result<bool, Error> {
        let since = self.now.minus(SUSPENSION_REMEMBERED);
        let rows = appointments::under_suspension(conn, user, organisation, since)?;
        Ok(policy::is_barred(officer, &rows))
    }

    /// The appointment, held together with its organisation.
    ///
    /// # Errors
    /// 404 where there is none.
    pub fn hold(&self, conn: &mut Conn, id: Id) -> Result<Appointment, Error> {
        let found = appointments::find(conn, id)?.ok_or_else(Error::not_found)?;
        store::hold_organisation(conn, found.organisation_id)?;
        appointments::hold(conn, id)
    }

    /// Lets one more application wait at an organisation, which is held until the unit of work ends.
    ///
    /// # Errors
    /// 409 where so many wait there already.
    pub fn make_room(&self, conn: &mut Conn, organisation: Id) -> Result<(), Error> {
        store::hold_organisation(conn, organisation)?;
        let waiting = appointments::count_waiting(conn, organisation)?;
        rules::check_room(&[], waiting, self.throttle.open_applications())
    }

    /// The contacts of a person that are in force and to be confirmed each year, held together with their
    /// organisations. Who runs the portal or reads its log is in no directory, and loses no right over a mail that
    /// came back.
    ///
    /// # Errors
    /// Where the database says no.
    pub fn hold_contacts_of(&self, conn: &mut Conn, user: Id) -> Result<Vec<Appointment>, Error> {
        let mut held = appointments::of_user(conn, user)?;
        held.retain(|one| one.status == AppointmentStatus::Active && one.role.is_confirmed_yearly());
        // Always in the same order, so that no two wait for each other.
        held.sort_by_key(|one| (one.organisation_id, one.id));
        let mut rows = held.iter().map(|one| self.hold(conn, one.id)).collect::<Result<Vec<_>, _>>()?;
        rows.retain(|row| row.status == AppointmentStatus::Active);
        Ok(rows)
    }

    /// Carries an event out. The caller holds the appointment and has asked the policy.
    ///
    /// # Errors
    /// 409 where the state does not allow it.
    pub fn carry_out(&self, conn: &mut Conn, row: &Appointment, doing: Doing<'_>) -> Result<Appointment, Error> {
        let next = row.after(doing.event, doing.by, doing.reason, self.now);
        let next = next.ok_or_else(|| rules::not_possible(row, doing.event))?;
        self.keep(conn, row, &next, doing)?;
        Ok(next)
    }

    /// Writes down what an appointment has become, with everything that follows.
    fn keep(&self, conn: &mut Conn, row: &Appointment, next: &Appointment, doing: Doing<'_>) -> Result<(), Error> {
        appointments::record(conn, next)?;
        Self::forget_hand_over(conn, next)?;
        self.show_standing(conn, next)?;
        self.note(conn, row.status.as_str(), next, doing)?;
        self.publish(conn, Some(row.status), next, doing.event)?;
        if doing.event == Event::Confirm
            && let Some(holder) = next.user_id.filter(|&holder| doing.by == Some(holder))
        {
            // Of the address too it is said that it is right: that mail came back is forgotten.
            let address = identity::get_user(conn, holder)?.email.to_lowercase();
            self.outbox.address_works(conn, &address)?;
        }
        // Whose entry is to be confirmed stays logged in, to confirm it.
        if !next.status.is_listed()
            && row.status.is_listed()
            && let Some(user) = next.user_id
            && !appointments::of_user(conn, user)?.iter().any(|held| held.status.is_listed())
        {
            identity::end_access(conn, user, self.now)?;
        }
        self.end_longer_sessions(conn, Some(row.status), next)?;
        self.tell(conn, row, next, doing)
    }

    /// Whoever comes to run the portal logs in again: sessions of before would last as long as those of others do.
    fn end_longer_sessions(
        &self,
        conn: &mut Conn,
        before: Option<AppointmentStatus>,
        next: &Appointment,
    ) -> Result<(), Error> {
        let active = Some(AppointmentStatus::Active);
        let begins = next.role == Role::Secretariat && Some(next.status) == active && before != active;
        match next.user_id.filter(|_| begins) {
            Some(user) => identity::end_sessions(conn, user, self.now),
            None => Ok(()),
        }
    }

    /// Lets the directory say how an appointment stands. Whose account is closed stays hidden whatever the clock does.
    fn show_standing(&self, conn: &mut Conn, row: &Appointment) -> Result<(), Error> {
        let holder = row.user_id.map(|user| identity::get_user(conn, user)).transpose()?;
        let is_open = holder.is_some_and(|holder| !holder.is_closed());
        directory::set_standing(conn, row.id, &rules::standing(row, is_open, self.now), self.now)
    }

    /// Says outside what an appointment has become, and what it was before.
    ///
    /// # Errors
    /// Where the database says no.
    pub fn publish(
        &self,
        conn: &mut Conn,
        from: Option<AppointmentStatus>,
        next: &Appointment,
        event: Event,
    ) -> Result<(), Error> {
        let data = json!({"appointment": next.id, "role": next.role, "from": from, "to": next.status});
        self.events.tell(conn, rules::kind(event), data)
    }

    fn note(&self, conn: &mut Conn, from: &str, next: &Appointment, doing: Doing<'_>) -> Result<(), Error> {
        let subject = next.user_id.unwrap_or(next.id);
        let entry = match doing.by {
            Some(who) if Some(who) == next.user_id => Entry::own(audit::Event::AppointmentChanged, who),
            Some(who) => Entry::by(audit::Event::AppointmentChanged, who, subject),
            None => Entry::anonymous(audit::Event::AppointmentChanged, Some(subject)),
        };
        let detail = json!({"appointment": next.id, "event": doing.event, "from": from, "to": next.status});
        self.audit.note(conn, &self.trace, &entry.of(next.organisation_id).with(detail))
    }
}

/// Refuses what would leave an organisation without a coordinator, or the portal without an administrator: of the others those
/// count whose account is open. Those who leave as administrators do so one after the other, wherever they are.
fn keep_somebody(conn: &mut Conn, row: &Appointment, event: Event) -> Result<(), Error> {
    if row.status != AppointmentStatus::Active || !matches!(event, Event::Resign | Event::Suspend) {
        return Ok(());
    }
    let (code, others) = match row.role {
        Role::Coordinator => ("last_coordinator", letters::other_coordinators(conn, row)?),
        Role::Secretariat => {
            conn.exclude_others()?;
            let mut others = identity::secretariat(conn)?;
            // Whoever holds the office elsewhere as well goes on holding it.
            let held = row.user_id.map(|user| appointments::of_user(conn, user)).transpose()?.unwrap_or_default();
            let stays = policy::is_secretariat_without(&held, row.id);
            others.retain(|other| stays || Some(other.id) != row.user_id);
            ("last_administrator", others)
        }
        _ => return Ok(()),
    };
    if others.is_empty() { Err(Error::conflict(code)) } else { Ok(()) }
}

/// The appointment as this reader sees it.
fn view(conn: &mut Conn, reader: &Principal, row: Appointment) -> Result<AppointmentView, Error> {
    store::views(conn, reader, vec![row])?.pop().ok_or_else(Error::not_found)
}
