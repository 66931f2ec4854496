//! The life cycle of appointments: invitation, approval, confirmation, suspension, hand-over, end, and the tasks of the
//! timetable.
//!
//! The table of `appointments::state_machine` says which event is possible in which state, and `policy` who may cause it.
//! This feature carries the event out in one unit of work: it changes the appointment, updates the contact in the
//! directory, ends sessions where nothing is in force any more, writes the audit log, and mails those concerned. Events
//! at one organisation run one after the other (its row is locked), so that two events at once can't remove its last
//! coordinator.
//!
//! - `service` the use cases of the API and of pages
//! - `hand_over` a successor takes the place of a predecessor
//! - `locks` what an event locks, and in which order; `application_shares` how much of the room for applications one
//!   mailbox and one domain may have
//! - `evidence` what an officer reads before a decision, and its version
//! - `grants` review of open invitations and hand-overs, whose granter may have lost the right to grant them
//! - `scheduler` the tasks of the timetable, each run once by whichever process comes first
//! - `confirmation` the signed link that confirms a contact without a login
//! - `invitations` appointments by invitation
//! - `pages` the pages of people and their appointments
//! - `notifications` who gets which mail; `mails` these mails; `names` the names of people of the Secretariat
//!
//! Left out: a holder's own request for a successor; coordinators get a mail when somebody resigns.

mod application_shares;
mod appointing;
mod confirmation;
mod evidence;
mod grants;
mod hand_over;
pub mod invitations;
mod locks;
pub(crate) mod mails;
mod names;
mod notifications;
pub mod pages;
pub mod routes;
mod rules;
mod scheduler;
mod service;
mod store;
mod types;

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;

pub use confirmation::ConfirmLinks;
pub use hand_over::HandOver;
pub use locks::concerned;
pub use rules::{MAX_OVERLAP_DAYS, MAX_REASON};
pub use types::{
    Act, Appoint, AppointmentChange, AppointmentQuery, AppointmentView, AskedEntry, ConfirmLink, Deed, FoundPeople,
    MOST_COUNTED, PersonDetails, PersonView, Replace, Transition,
};

use crate::appointments::{self, Actor, Appointment, AppointmentStatus, Event, Role};
use crate::audit::{self, Entry};
use crate::config;
use crate::db::{Conn, Id};
use crate::directory;
use crate::error::{Error, ProblemCode};
use crate::http::IfMatch;
use crate::identity::{self, Credentials, Identity};
use crate::members;
use crate::policy::{self, Principal};
use crate::service::{FollowUp, Foundation, Service, UnitOfWork};

/// How long a suspension still counts after the end of its appointment.
const SUSPENSION_REMEMBERED: Duration = Duration::from_hours(24 * 365);

/// Appointments from the invitation to the end. Cloning is cheap.
#[derive(Clone)]
pub struct LifeCycle {
    foundation: Foundation,
    identity: Arc<Identity>,
    /// The names of the community, which no person may bear.
    community: String,
    /// The links in reminders.
    links: ConfirmLinks,
    /// How long a contact is kept after the end of its appointment; mails of invitations name it.
    kept: Duration,
    /// How old the last proof of identity may be for appointments of the Secretariat.
    step_up: Duration,
    /// Withdraws open grants of people who lost their rights.
    grant_review: FollowUp,
}

impl Service for LifeCycle {
    fn foundation(&self) -> &Foundation {
        &self.foundation
    }
}

impl LifeCycle {
    /// The service; `kept` is how long a contact is kept once its appointment has ended.
    #[must_use]
    pub fn new(
        settings: &config::Settings,
        kept: Duration,
        links: ConfirmLinks,
        foundation: Foundation,
        identity: Arc<Identity>,
    ) -> Self {
        let step_up = Duration::from_secs(60 * settings.identity.step_up_minutes);
        let (community, grant_review) = (settings.community.names(), FollowUp::new(|| async {}));
        Self { foundation, identity, community, links, kept, step_up, grant_review }
    }

    /// The service with `review`, which runs when a person may have lost the right to grant.
    #[must_use]
    pub fn with_grant_review(self, review: FollowUp) -> Self {
        Self { grant_review: review, ..self }
    }
}

impl UnitOfWork<LifeCycle> {
    /// Checks an event against the policy and the table, and carries it out, if the appointment and its person are what
    /// was `seen`.
    ///
    /// # Errors
    /// 404, 403, 409 where the state does not allow it, 412.
    pub fn act(
        &self,
        conn: &mut Conn,
        principal: &Principal,
        id: Id,
        event: Event,
        reason: Option<&str>,
        seen: Option<&IfMatch>,
    ) -> Result<AppointmentView, Error> {
        let row = self.lock_for_update(conn, id)?;
        let actor = self.admit(principal, event, &row)?;
        // Where it is not possible any more, that says more than that something has changed.
        rules::check_capacity(&row, event, actor)?;
        check_seen(conn, principal, &row, seen)?;
        let next = self.act_as(conn, principal, actor, &row, Transition::by(event, principal.user_id, reason))?;
        view(conn, principal, next)
    }

    /// Ends an appointment of a person whose account is going to be erased. The mail about that mentions it; the holder
    /// gets none about the appointment, which would imply that the account stays.
    ///
    /// # Errors
    /// 404, 403, 409 if the state does not allow it.
    pub fn leave(&self, conn: &mut Conn, holder: &Principal, id: Id, event: Event) -> Result<(), Error> {
        let row = self.lock_for_update(conn, id)?;
        let actor = self.admit(holder, event, &row)?;
        let doing = Transition { leaves: true, ..Transition::by(event, holder.user_id, None) };
        self.act_as(conn, holder, actor, &row, doing).map(|_| ())
    }

    /// Approves or, with a reason, rejects the appointment of an application, whose row is locked.
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
        self.act_as(conn, principal, actor, row, Transition::by(event, principal.user_id, reason))
    }

    fn act_as(
        &self,
        conn: &mut Conn,
        principal: &Principal,
        actor: Actor,
        row: &Appointment,
        doing: Transition<'_>,
    ) -> Result<Appointment, Error> {
        rules::check_capacity(row, doing.event, actor)?;
        if !principal.is_secretariat() || row.role == Role::Secretariat {
            check_not_last(conn, row, doing.event)?;
        }
        if doing.event == Event::Approve {
            self.check_approved(conn, principal, row)?;
        }
        self.carry_out(conn, row, doing)
    }

    /// The capacity in which a person may cause this event; the last proof of identity must be recent enough.
    ///
    /// # Errors
    /// 404, 403, 401.
    fn admit(&self, principal: &Principal, event: Event, row: &Appointment) -> Result<Actor, Error> {
        let actor = policy::may_act(principal, event, row)?;
        if actor != Actor::Holder {
            policy::check_grave(principal, row.role, self.now, self.service.step_up)?;
        }
        Ok(actor)
    }

    /// Refuses an approval where the account is closed, or where a coordinator would undo a suspension by it.
    fn check_approved(&self, conn: &mut Conn, principal: &Principal, row: &Appointment) -> Result<(), Error> {
        let Some(user) = row.user_id else { return Ok(()) };
        if identity::lock_user(conn, user)?.is_closed() {
            return Err(Error::conflict(ProblemCode::AccountSuspended));
        }
        self.check_barred(conn, principal, user, row.organisation_id)
    }

    /// Refuses a coordinator who would undo another officer's suspension by a new appointment.
    fn check_barred(&self, conn: &mut Conn, officer: &Principal, user: Id, organisation: Id) -> Result<(), Error> {
        if self.is_barred(conn, officer, user, organisation)? {
            return Err(Error::forbidden(ProblemCode::SecretariatOnly));
        }
        Ok(())
    }

    /// Whether an officer may not put this person in force at this organisation, whose row is locked.
    fn is_barred(&self, conn: &mut Conn, officer: &Principal, user: Id, organisation: Id) -> Result<bool, Error> {
        Ok(policy::is_barred(officer, &self.under_suspension(conn, user, organisation)?))
    }

    /// The appointments of a person at an organisation that are suspended, or ended so and are remembered.
    fn under_suspension(&self, conn: &mut Conn, user: Id, organisation: Id) -> Result<Vec<Appointment>, Error> {
        appointments::under_suspension(conn, user, organisation, self.now.minus(SUSPENSION_REMEMBERED))
    }

    /// Carries an event out. The caller has locked the appointment and asked the policy. A confirmation within a day of
    /// the last one changes nothing: no audit entry, no mail.
    ///
    /// # Errors
    /// 409 where the state does not allow it.
    pub fn carry_out(&self, conn: &mut Conn, row: &Appointment, doing: Transition<'_>) -> Result<Appointment, Error> {
        if rules::is_confirmed_already(row, doing.event, self.now) {
            self.trust_address(conn, row, doing)?;
            return Ok(row.clone());
        }
        let next = row.after(doing.event, doing.by, doing.reason, self.now);
        let next = next.ok_or_else(|| rules::not_possible(row, doing.event))?;
        if rules::comes_in_force(Some(row.status), next.status)
            && !next.role.fits(members::kind(conn, next.organisation_id)?)
        {
            return Err(rules::not_possible(row, doing.event));
        }
        self.store(conn, row, &next, doing)?;
        Ok(next)
    }

    /// Stores the appointment after an event, with every consequence.
    fn store(
        &self,
        conn: &mut Conn,
        row: &Appointment,
        next: &Appointment,
        doing: Transition<'_>,
    ) -> Result<(), Error> {
        appointments::record(conn, next)?;
        Self::forget_hand_over(conn, next)?;
        self.update_directory(conn, next)?;
        self.settle_name(conn, next)?;
        self.record(conn, Some(row), next, doing)?;
        self.publish(conn, Some(row.status), next, doing.event)?;
        self.trust_address(conn, next, doing)?;
        // Holders of an unconfirmed entry stay logged in, to confirm it.
        if !next.status.is_listed()
            && row.status.is_listed()
            && let Some(user) = next.user_id
            && !appointments::of_user(conn, user)?.iter().any(|held| held.status.is_listed())
        {
            identity::end_access(conn, user, self.now)?;
        }
        self.end_lesser_access(conn, Some(row.status), next)?;
        self.notify(conn, row, next, doing)
    }

    /// A holder who confirms the own contact confirms the address too: its bounces are forgotten.
    fn trust_address(&self, conn: &mut Conn, row: &Appointment, doing: Transition<'_>) -> Result<(), Error> {
        match row.user_id.filter(|&holder| doing.event == Event::Confirm && doing.by == Some(holder)) {
            Some(holder) => {
                let address = identity::get_user(conn, holder)?.email.to_lowercase();
                self.outbox.address_works(conn, &address)
            }
            None => Ok(()),
        }
    }

    /// An appointment that gives more rights revokes the API tokens of its holder, which would have these rights too.
    /// One of the Secretariat also ends the sessions, which last longer than those of the Secretariat may.
    fn end_lesser_access(
        &self,
        conn: &mut Conn,
        before: Option<AppointmentStatus>,
        next: &Appointment,
    ) -> Result<(), Error> {
        let begins = policy::gives_more_rights(next.role) && rules::comes_in_force(before, next.status);
        let Some(user) = next.user_id.filter(|_| begins) else { return Ok(()) };
        if policy::is_secretariat_without(&appointments::of_user(conn, user)?, next.id) {
            return Ok(());
        }
        identity::end_lesser_access(conn, user, next.role == Role::Secretariat, &self.outbox, self.now)
    }

    /// Updates the contact in the directory. A closed account and a flagged name stay hidden.
    fn update_directory(&self, conn: &mut Conn, row: &Appointment) -> Result<(), Error> {
        let holder = row.user_id.map(|user| identity::get_user(conn, user)).transpose()?;
        let is_shown = holder.is_some_and(|holder| holder.is_shown());
        directory::set_standing(conn, row.id, &rules::standing(row, is_shown, self.now), self.now)
    }

    /// Publishes the change of state as an event for webhooks.
    pub fn publish(
        &self,
        conn: &mut Conn,
        from: Option<AppointmentStatus>,
        next: &Appointment,
        event: Event,
    ) -> Result<(), Error> {
        let data = json!({"appointment": next.id, "role": next.role, "from": from, "to": next.status});
        self.events.emit(conn, rules::kind(event), data)
    }

    fn record(
        &self,
        conn: &mut Conn,
        before: Option<&Appointment>,
        next: &Appointment,
        doing: Transition<'_>,
    ) -> Result<(), Error> {
        let subject = next.user_id.unwrap_or(next.id);
        let entry = match doing.by {
            Some(who) if Some(who) == next.user_id => Entry::own(audit::Event::AppointmentChanged, who),
            Some(who) => Entry::by(audit::Event::AppointmentChanged, who, subject),
            None => Entry::anonymous(audit::Event::AppointmentChanged, Some(subject)),
        };
        let detail = rules::detail(before, next, doing.event.as_str());
        self.audit.record(conn, &self.trace, &entry.of(next.organisation_id).with(detail.into()))
    }
}

/// Refuses an event that would leave an organisation without a coordinator, or the portal without an administrator. Of
/// the others only open accounts count.
fn check_not_last(conn: &mut Conn, row: &Appointment, event: Event) -> Result<(), Error> {
    if row.status != AppointmentStatus::Active || !matches!(event, Event::Resign | Event::Suspend) {
        return Ok(());
    }
    let (code, others) = match row.role {
        Role::Coordinator => (ProblemCode::LastCoordinator, notifications::other_coordinators(conn, row)?),
        Role::Secretariat => (ProblemCode::LastAdministrator, other_administrators(conn, row)?),
        _ => return Ok(()),
    };
    if others.is_empty() { Err(Error::conflict(code)) } else { Ok(()) }
}

/// The administrators without this appointment, locked until the unit of work ends.
fn other_administrators(conn: &mut Conn, row: &Appointment) -> Result<Vec<Credentials>, Error> {
    conn.exclude_others()?;
    let mut others = identity::secretariat(conn)?;
    // The holder may have another appointment of the Secretariat.
    let held = row.user_id.map(|user| appointments::of_user(conn, user)).transpose()?.unwrap_or_default();
    let stays = policy::is_secretariat_without(&held, row.id);
    others.retain(|other| stays || Some(other.id) != row.user_id);
    Ok(others)
}

/// Refuses a decision on another appointment than the one that was read: its person may have changed the name since, or
/// the evidence.
///
/// # Errors
/// 412.
fn check_seen(conn: &mut Conn, reader: &Principal, row: &Appointment, seen: Option<&IfMatch>) -> Result<(), Error> {
    match seen {
        Some(seen) => seen.check(&view(conn, reader, row.clone())?),
        None => Ok(()),
    }
}

/// The appointment as this reader sees it.
fn view(conn: &mut Conn, reader: &Principal, row: Appointment) -> Result<AppointmentView, Error> {
    store::views(conn, reader, vec![row])?.pop().ok_or_else(Error::not_found)
}
