//! Appointing somebody who has an account already, applying again, and the end of a mandate.

use super::types::{Appoint, AppointmentChange};
use super::{AppointmentView, Desk, Doing, rules, view};
use crate::appointments::{self, Appointment, AppointmentStatus, Event, NewAppointment, Role};
use crate::db::{Conn, Id};
use crate::directory::{self, Details, NewContact};
use crate::error::{Error, Fault};
use crate::http::IfMatch;
use crate::identity;
use crate::members;
use crate::policy::{self, Action, Principal};
use crate::throttle::Bucket;

impl Desk {
    /// Appoints somebody, or applies for oneself.
    ///
    /// # Errors
    /// 403; 409 where the person has it already; 422.
    pub fn appoint(&self, conn: &mut Conn, principal: &Principal, form: &Appoint) -> Result<AppointmentView, Error> {
        let oneself = form.user_id.is_none_or(|user| user == principal.user_id);
        let action = if oneself { Action::ManageOwnAccount } else { Action::ManageAppointments };
        policy::check(principal, action)?;
        let organisation = members::appointable(conn, &form.organisation, "/organisation")?;
        super::store::hold_organisation(conn, organisation.id)?;
        let (user, event) = if oneself {
            form.role.check_open(Role::APPLIED_FOR).map_err(|fault| Error::invalid(vec![fault]))?;
            (principal.user_id, Event::Apply)
        } else {
            policy::may_appoint(principal, form.role, organisation.id)?;
            policy::check_grave(principal, form.role, self.now, self.step_up)?;
            check_known_there(conn, principal, form.user_id, organisation.id)?;
            let user = form.user_id.unwrap_or(principal.user_id);
            self.check_barred(conn, principal, user, organisation.id)?;
            (user, Event::Appoint)
        };
        if form.valid_to.is_some_and(|end| end <= self.now) {
            return Err(Error::invalid(vec![Fault::new("/valid_to", "in_the_past")]));
        }
        let row = self.begin(conn, user, organisation.id, form, event)?;
        let doing = Doing::by(event, principal.user_id, None);
        self.note(conn, "none", &row, doing)?;
        self.publish(conn, None, &row, event)?;
        self.end_longer_sessions(conn, None, &row)?;
        self.tell(conn, &row, &row, doing)?;
        view(conn, principal, row)
    }

    fn begin(
        &self,
        conn: &mut Conn,
        user: Id,
        organisation: Id,
        form: &Appoint,
        event: Event,
    ) -> Result<Appointment, Error> {
        let unknown = || Error::invalid(vec![Fault::new("/user_id", "unknown_person")]);
        let person = identity::hold_user(conn, user).map_err(|_absent| unknown())?;
        if person.is_closed() {
            return Err(Error::conflict("account_suspended"));
        }
        let held = appointments::of_user(conn, user)?;
        if !rules::is_free(&held, organisation, form.role) {
            return Err(Error::conflict("already_appointed"));
        }
        if event == Event::Apply {
            rules::check_room(
                &held,
                appointments::count_waiting(conn, organisation)?,
                self.throttle.open_applications(),
            )?;
            self.throttle.charge(conn, Bucket::Apply, &user.to_string())?;
        }
        let status = appointments::machine::rule_for(None, event).map_or(AppointmentStatus::Pending, |rule| rule.to);
        let new = NewAppointment {
            user_id: Some(user),
            organisation_id: organisation,
            role: form.role,
            status,
            valid_to: form.valid_to,
            registration_id: None,
            invited_by: None,
        };
        let row = appointments::create(conn, Id::new(self.now, &self.random), &new, self.now)?;
        // What the person says elsewhere is said here too, as far as nobody else reads it by that.
        let details = directory::inherited_details(conn, user, organisation)?;
        self.show(conn, &row, &person, details)?;
        Ok(row)
    }

    /// Gives an appointment its contact.
    pub(super) fn show(
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
            listed: row.status.is_listed(),
            confirmed_at: row.confirmed_at,
            name: person.name.clone(),
            email: person.email.clone(),
            details,
        };
        directory::add(conn, &[(Id::new(self.now, &self.random), contact)], self.now)
    }

    /// Sets the end of a mandate.
    ///
    /// # Errors
    /// 404, 403, 412; 409 where it is over already.
    pub fn change(
        &self,
        conn: &mut Conn,
        principal: &Principal,
        id: Id,
        change: &AppointmentChange,
        seen: &IfMatch,
    ) -> Result<AppointmentView, Error> {
        let row = self.hold(conn, id)?;
        // An end is a resignation that is known beforehand; in the own case it is for another officer to set.
        if policy::may_act(principal, Event::Suspend, &row).is_err() {
            policy::may_act(principal, Event::Resign, &row)?;
            return Err(Error::forbidden("own_case"));
        }
        policy::check_grave(principal, row.role, self.now, self.step_up)?;
        seen.check(&view(conn, principal, row.clone())?)?;
        if row.status.is_final() {
            return Err(Error::conflict("appointment_over").with("status", row.status));
        }
        let Some(valid_to) = change.valid_to.filter(|end| *end != row.valid_to) else {
            return view(conn, principal, row);
        };
        let next = Appointment { valid_to, updated_at: self.now, ..row }.checked(self.now);
        appointments::record(conn, &next)?;
        let doing = Doing::by(Event::MandateEnds, principal.user_id, None);
        self.note(conn, next.status.as_str(), &next, doing)?;
        self.announce_end(conn, &next, principal.user_id)?;
        view(conn, principal, next)
    }
}

/// Refuses an appointment of somebody whom the organisation never had: a coordinator invites such a person, who agrees by
/// accepting. Whether there is such a person at all stays unsaid.
fn check_known_there(conn: &mut Conn, principal: &Principal, user: Option<Id>, organisation: Id) -> Result<(), Error> {
    if principal.is_secretariat() {
        return Ok(());
    }
    let held = user.map(|user| appointments::of_user(conn, user)).transpose()?.unwrap_or_default();
    let is_known = held.iter().any(|held| held.organisation_id == organisation);
    if is_known { Ok(()) } else { Err(Error::forbidden("invite_instead")) }
}
