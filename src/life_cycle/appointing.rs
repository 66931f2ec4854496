//! Appointing a person who has an account, applying again, and setting the end of a mandate.

use std::collections::BTreeSet;

use super::types::{Appoint, AppointmentChange};
use super::{AppointmentView, LifeCycle, Transition, locks, rules, view};
use crate::appointments::{self, Appointment, AppointmentStatus, Event, NewAppointment, Role};
use crate::db::{Conn, Id};
use crate::directory::{self, Details, NewContact};
use crate::error::{Error, FieldCode, FieldError, ProblemCode};
use crate::http::IfMatch;
use crate::identity;
use crate::members::{self, Organisation};
use crate::policy::{self, Action, Principal};
use crate::service::UnitOfWork;
use crate::throttle::Bucket;

impl UnitOfWork<LifeCycle> {
    /// Refuses a principal who has no right to appoint to this role there, or to apply; returns the organisation.
    ///
    /// # Errors
    /// 401, 403; 422 if there is no such organisation, or it does not have the role.
    pub(super) fn admit_appointer(
        &self,
        conn: &mut Conn,
        principal: &Principal,
        form: &Appoint,
    ) -> Result<Organisation, Error> {
        let is_own = applies(principal, form);
        policy::check(principal, if is_own { Action::ManageOwnAccount } else { Action::ManageAppointments })?;
        let find = if form.role.is_central() { members::appointable_centrally } else { members::appointable };
        let organisation = find(conn, &form.organisation, "/organisation")?;
        if !is_own {
            policy::may_appoint(principal, form.role, organisation.id)?;
            policy::check_grave(principal, form.role, self.now, self.service.step_up)?;
        }
        form.role.check_fits(&organisation, if is_own { Role::APPLIED_FOR } else { Role::ALL })?;
        Ok(organisation)
    }

    /// Appoints a person, or makes the caller's own application.
    ///
    /// # Errors
    /// 403; 409 if the person has the appointment already; 422.
    pub fn appoint(&self, conn: &mut Conn, principal: &Principal, form: &Appoint) -> Result<AppointmentView, Error> {
        let organisation = self.admit_appointer(conn, principal, form)?;
        // The person before the organisation (lock order, `db`).
        let person = form.user_id.unwrap_or(principal.user_id);
        identity::lock_people(conn, &BTreeSet::from([person]))?;
        super::store::lock_organisation(conn, organisation.id)?;
        let (user, event, setter) = if applies(principal, form) {
            form.role.check_open(Role::APPLIED_FOR).map_err(|fault| Error::invalid(vec![fault]))?;
            (principal.user_id, Event::Apply, None)
        } else {
            check_known_there(conn, principal, form.user_id, organisation.id)?;
            let user = form.user_id.unwrap_or(principal.user_id);
            self.check_barred(conn, principal, user, organisation.id)?;
            (user, Event::Appoint, policy::setter_of_end(principal))
        };
        if form.valid_to.is_some_and(|end| end <= self.now) {
            return Err(Error::invalid(vec![FieldError::new("/valid_to", FieldCode::InThePast)]));
        }
        let maker = (event == Event::Appoint).then_some(principal.user_id);
        let row = self.begin(conn, (user, &organisation), form, (event, maker), setter)?;
        let doing = Transition::by(event, principal.user_id, None);
        self.record(conn, None, &row, doing)?;
        self.publish(conn, None, &row, event)?;
        self.settle_name(conn, &row)?;
        self.end_lesser_access(conn, None, &row)?;
        self.notify(conn, &row, &row, doing)?;
        view(conn, principal, row)
    }

    fn begin(
        &self,
        conn: &mut Conn,
        (user, place): (Id, &Organisation),
        form: &Appoint,
        (event, maker): (Event, Option<Id>),
        setter: Option<Id>,
    ) -> Result<Appointment, Error> {
        let unknown = || Error::invalid(vec![FieldError::new("/user_id", FieldCode::UnknownPerson)]);
        let person = identity::lock_user(conn, user).map_err(|_absent| unknown())?;
        if person.is_closed() {
            return Err(Error::conflict(ProblemCode::AccountSuspended));
        }
        let (held, organisation) = (appointments::of_user(conn, user)?, place.id);
        if !rules::is_free(&held, organisation, form.role) {
            return Err(Error::conflict(ProblemCode::AlreadyAppointed));
        }
        if event == Event::Apply {
            rules::check_room(
                &held,
                appointments::count_waiting(conn, organisation)?,
                self.throttle.open_applications(),
            )?;
            locks::check_share(conn, organisation, &person.email.to_lowercase())?;
            self.throttle.charge(conn, Bucket::Apply, &user.to_string())?;
        }
        let status =
            appointments::state_machine::rule_for(None, event).map_or(AppointmentStatus::Pending, |rule| rule.to);
        let new = NewAppointment {
            user_id: Some(user),
            organisation_id: organisation,
            role: form.role,
            status,
            valid_to: form.valid_to,
            end_set_by: form.valid_to.and(setter),
            registration_id: None,
            decided_by: maker,
        };
        let row = appointments::create(conn, Id::new(self.now, &self.random), &new, self.now)?;
        // People of the Secretariat are no contacts of it, like those of a set-up link.
        if place.is_secretariat() {
            return Ok(row);
        }
        // Copies details of the person's other contacts, unless that shows them to further people.
        let details = directory::inherited_details(conn, user, organisation)?;
        self.add_contact(conn, &row, &person, details)?;
        Ok(row)
    }

    /// Adds the contact of an appointment to the directory.
    pub(super) fn add_contact(
        &self,
        conn: &mut Conn,
        row: &Appointment,
        person: &identity::Credentials,
        details: Details,
    ) -> Result<(), Error> {
        let contact = NewContact {
            appointment_id: row.id,
            user_id: person.id,
            organisation_id: row.organisation_id,
            role: row.role,
            listed: person.is_shown() && row.status.is_listed(),
            confirmed_at: row.confirmed_at,
            name: person.name.clone(),
            email: person.email.clone(),
            details,
        };
        directory::add(conn, &[(Id::new(self.now, &self.random), contact)], self.now)
    }

    /// Refuses a caller who may not set the end of this mandate, or proved the identity too long ago; returns whether a
    /// hand-over is under way, which has its own end.
    ///
    /// # Errors
    /// 404, 403, 401.
    pub(super) fn admit_ender(&self, conn: &mut Conn, principal: &Principal, row: &Appointment) -> Result<bool, Error> {
        policy::may_set_end(principal, row)?;
        policy::check_grave(principal, row.role, self.now, self.service.step_up)?;
        Self::check_undoes(conn, principal, row)
    }

    /// Sets the end of a mandate. One of the Secretariat who sets the end that a coordinator had set takes it over,
    /// which is recorded; the holder is told of other days alone.
    ///
    /// # Errors
    /// 404, 403, 412; 409 where the mandate is over, or a hand-over is under way, which is to be cancelled as such.
    pub fn change(
        &self,
        conn: &mut Conn,
        principal: &Principal,
        id: Id,
        change: &AppointmentChange,
        seen: &IfMatch,
    ) -> Result<AppointmentView, Error> {
        let row = self.lock_for_update(conn, id)?;
        let is_handed_over = self.admit_ender(conn, principal, &row)?;
        seen.check(&view(conn, principal, row.clone())?)?;
        if row.status.is_final() {
            return Err(Error::conflict(ProblemCode::AppointmentOver).with("status", row.status));
        }
        let Some(valid_to) = change.valid_to else { return view(conn, principal, row) };
        let is_same = valid_to == row.valid_to;
        // While a hand-over is under way the end is the hand-over's.
        if is_same && (is_handed_over || !policy::takes_over_end(principal, &row)) {
            return view(conn, principal, row);
        }
        if is_handed_over {
            return Err(Error::conflict(ProblemCode::HandOverUnderWay));
        }
        let end_set_by = valid_to.and_then(|_| policy::setter_of_end(principal));
        let next = Appointment { valid_to, end_set_by, updated_at: self.now, ..row.clone() }.checked(self.now);
        appointments::record(conn, &next)?;
        let doing = Transition::by(Event::MandateEnds, principal.user_id, None);
        self.record(conn, Some(&row), &next, doing)?;
        if !is_same {
            self.notify_of_end(conn, &next, principal.user_id)?;
        }
        view(conn, principal, next)
    }
}

/// Whether the form is an application for oneself.
fn applies(principal: &Principal, form: &Appoint) -> bool {
    form.user_id.is_none_or(|user| user == principal.user_id)
}

/// Refuses a coordinator's appointment of a person who never had one in force at the organisation: a coordinator
/// invites such a person, who agrees by accepting. An application or a proposal that was refused, or waits, does not
/// count. The answer does not reveal whether the account exists.
fn check_known_there(conn: &mut Conn, principal: &Principal, user: Option<Id>, organisation: Id) -> Result<(), Error> {
    if principal.is_secretariat() {
        return Ok(());
    }
    let known = user.map(|user| appointments::was_ever_in_force(conn, user, organisation)).transpose()?;
    if known == Some(true) { Ok(()) } else { Err(Error::forbidden(ProblemCode::InviteInstead)) }
}
