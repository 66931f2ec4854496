//! Mails about appointments: who gets which. What they say is in `mails`.
//!
//! The holder gets a mail about every action of somebody else, the officers who may approve about what waits, and the
//! coordinators (the Secretariat if there are none) about contacts that end. The person who causes mails to others is
//! charged for them ([`crate::throttle`]); each officer gets one mail about an application. Over the budget, the deed of
//! an officer is refused; that of a person in the own case is done, and its mail left out: it is in the officers' tasks.

use std::time::Duration;

use super::mails::{
    About, ApplicationLapsed, ApplicationWaits, Appointed, AppointmentEnded, AppointmentExpired, AppointmentReinstated,
    AppointmentReplaced, AppointmentSuspended, AppointmentTakenOver, Approved, ContactConfirmed, ContactLeft,
    ContactNotConfirmed, ContactUnconfirmed, HandOverBegun, InfoRequested, MandateChanged, MandateEnd,
    NoCoordinatorLeft, OfficerAppointed, Rejected, Unconfirmed, closing_day, last_day,
};
use super::{LifeCycle, Transition, rules, store};
use crate::appointments::{self, Appointment, AppointmentStatus, Event, Role};
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::identity::{self, Credentials};
use crate::mail::{Author, Quote, SystemMail};
use crate::policy;
use crate::service::UnitOfWork;
use crate::throttle::Causer;

/// How long a notice is tried to be delivered.
const NOTICE_LIFE: Duration = Duration::from_hours(96);
/// How long a reminder is tried to be delivered.
const REMINDER_LIFE: Duration = Duration::from_hours(24 * 7);

/// The mail to the holder about an event; none where the holder is the one who causes it.
fn to_holder(
    doing: Transition<'_>,
    before: &Appointment,
    after: &Appointment,
    about: About,
    reason: Option<Quote>,
    token: String,
) -> Option<Box<dyn SystemMail>> {
    let About { organisation, role, office, .. } = about;
    // The text about an appointment that is over has the state before.
    let row = if after.status.is_final() { before } else { after };
    let id = after.id.to_string();
    let by_another = doing.by.is_some_and(|by| Some(by) != after.user_id);
    let mail: Box<dyn SystemMail> = match doing.event {
        Event::Approve => Box::new(Approved { role }),
        Event::Appoint => Box::new(Appointed { organisation, role, office, id }),
        Event::Reject => Box::new(Rejected { reason }),
        Event::RequestInfo => Box::new(InfoRequested { organisation, reason, day: closing_day(row), id }),
        Event::Suspend => Box::new(AppointmentSuspended { organisation, office, reason, id }),
        Event::Reinstate => Box::new(AppointmentReinstated { organisation, office, id }),
        Event::Resign | Event::MandateEnds => Box::new(AppointmentEnded { organisation, office }),
        Event::MissConfirmation | Event::Bounce => {
            let (cause, day) = (Unconfirmed::of(row), closing_day(row));
            Box::new(ContactUnconfirmed { organisation, role, cause, day, token })
        }
        Event::Expire => Box::new(AppointmentExpired { organisation, since: row.status_since.day() }),
        Event::Lapse => Box::new(ApplicationLapsed { organisation, before: before.status }),
        Event::Confirm if by_another => Box::new(ContactConfirmed { organisation }),
        // Those of a hand-over have a mail of their own (`notify_of_successor`).
        Event::Replace
        | Event::Apply
        | Event::Invite
        | Event::Accept
        | Event::AcceptForApproval
        | Event::Withdraw
        | Event::Submit
        | Event::Confirm => return None,
    };
    Some(mail)
}

/// How a mail about an appointment is posted.
#[derive(Clone, Copy)]
pub(super) struct Posting {
    life: Duration,
    by: Option<Causer>,
    successor: Option<Id>,
}

impl Posting {
    /// A mail about an event.
    pub(super) const fn notice() -> Self {
        Self { life: NOTICE_LIFE, by: None, successor: None }
    }

    /// A mail about something to be done.
    pub(super) const fn reminder() -> Self {
        Self { life: REMINDER_LIFE, ..Self::notice() }
    }

    /// Who is charged for it; nobody for a task of the timetable.
    pub(super) const fn caused_by(self, by: Option<Causer>) -> Self {
        Self { by, ..self }
    }

    /// Who of the readers is the successor in a hand-over.
    pub(super) const fn with_successor(self, successor: Option<Id>) -> Self {
        Self { successor, ..self }
    }
}

/// An application waits for a decision on this page.
fn waits(about: About, page: String) -> Box<dyn SystemMail> {
    Box::new(ApplicationWaits { applicant: about.applicant, organisation: about.organisation, page })
}

/// The reason that a person gave, as mails quote it: by the office of that person.
pub(super) fn quoted(conn: &mut Conn, reason: Option<&str>, by: Option<Id>) -> Result<Option<Quote>, Error> {
    let (Some(reason), Some(by)) = (reason, by) else { return Ok(None) };
    let is_secretariat = policy::is_secretariat(&appointments::of_user(conn, by)?);
    Ok(Some(Quote::new(reason, if is_secretariat { Author::Secretariat } else { Author::Coordinator })))
}

/// The people who may approve: the coordinators for their contact points, the Secretariat for coordinators and if there
/// is no coordinator.
pub(super) fn approvers(conn: &mut Conn, row: &Appointment) -> Result<Vec<Credentials>, Error> {
    let officers = match row.role {
        Role::Ncp | Role::Contributor => other_coordinators(conn, row)?,
        _ => Vec::new(),
    };
    if officers.is_empty() { identity::secretariat(conn) } else { Ok(officers) }
}

/// The coordinators of the organisation without the holder.
pub(super) fn other_coordinators(conn: &mut Conn, row: &Appointment) -> Result<Vec<Credentials>, Error> {
    let mut officers = identity::coordinators(conn, row.organisation_id)?;
    officers.retain(|officer| Some(officer.id) != row.user_id);
    Ok(officers)
}

impl UnitOfWork<LifeCycle> {
    /// Mails an event to those concerned.
    pub(super) fn notify(
        &self,
        conn: &mut Conn,
        before: &Appointment,
        after: &Appointment,
        doing: Transition<'_>,
    ) -> Result<(), Error> {
        let holder = after.user_id.map(|user| identity::get_user(conn, user)).transpose()?;
        let by = rules::causer(after, doing.by);
        // Whoever leaves the portal has a mail about all of it.
        if !doing.leaves && doing.event == Event::Replace {
            self.notify_of_successor(conn, after, holder.as_ref(), doing)?;
        } else if !doing.leaves
            && let Some(holder) = &holder
        {
            self.notify_holder(conn, before, after, holder, doing)?;
        }
        if matches!(doing.event, Event::Appoint | Event::Accept | Event::Approve | Event::Reinstate)
            && after.role.is_central()
        {
            self.notify_secretariat(conn, after, doing.by)?;
        }
        match doing.event {
            Event::Apply => self.tell_approvers(conn, after),
            Event::Submit | Event::AcceptForApproval => {
                let officers = approvers(conn, after)?;
                self.ask_to_decide(conn, after, &officers, Posting::notice().caused_by(by), waits)
            }
            Event::Resign | Event::MandateEnds | Event::Expire | Event::MissConfirmation | Event::Bounce => {
                self.notify_coordinators(conn, before, after, by)
            }
            _ => Ok(()),
        }
    }

    /// Mails a proposal that only the Secretariat may approve to those of it who are not notified as approvers.
    pub(super) fn tell_secretariat(&self, conn: &mut Conn, row: &Appointment) -> Result<(), Error> {
        let told = approvers(conn, row)?;
        let mut officers = identity::secretariat(conn)?;
        officers.retain(|officer| told.iter().all(|approver| approver.id != officer.id));
        self.ask_to_decide(conn, row, &officers, Posting::notice(), waits)
    }

    fn notify_holder(
        &self,
        conn: &mut Conn,
        before: &Appointment,
        after: &Appointment,
        holder: &Credentials,
        doing: Transition<'_>,
    ) -> Result<(), Error> {
        let about = About::of(after, &store::names(conn, after)?, holder, None);
        let token = self.service.links.token(after, &holder.email);
        let reason = quoted(conn, doing.reason, doing.by)?;
        match to_holder(doing, before, after, about, reason, token) {
            Some(mail) => {
                let posting = Posting::notice().caused_by(rules::causer(after, doing.by));
                self.post(conn, holder, posting, mail.as_ref())
            }
            None => Ok(()),
        }
    }

    /// Mails an application to those who may approve it: once, however often it is made again.
    pub fn tell_approvers(&self, conn: &mut Conn, row: &Appointment) -> Result<(), Error> {
        let (seat, mut told) = (rules::seat(row), Vec::new());
        for officer in approvers(conn, row)? {
            if self.throttle.admits_notice(conn, &seat, officer.id)? {
                told.push(officer);
            }
        }
        let by = rules::causer(row, row.user_id);
        self.ask_to_decide(conn, row, &told, Posting::notice().caused_by(by), waits)
    }

    /// Mails a new appointment of the Secretariat or of an auditor to the other people of the Secretariat. The mail is
    /// charged to no one, so that no budget suppresses it.
    fn notify_secretariat(&self, conn: &mut Conn, row: &Appointment, by: Option<Id>) -> Result<(), Error> {
        let Some(by) = by else { return Ok(()) };
        let mut others = identity::secretariat(conn)?;
        others.retain(|other| other.id != by && Some(other.id) != row.user_id);
        let officer = identity::get_user(conn, by)?.name;
        self.write_to(conn, row, &others, Posting::notice(), |about| {
            let About { applicant, organisation, role, .. } = about;
            Box::new(OfficerAppointed {
                applicant,
                officer: officer.clone(),
                organisation,
                role,
                id: row.id.to_string(),
            })
        })
    }

    fn notify_coordinators(
        &self,
        conn: &mut Conn,
        before: &Appointment,
        after: &Appointment,
        by: Option<Causer>,
    ) -> Result<(), Error> {
        let mut officers = other_coordinators(conn, after)?;
        let left_alone = officers.is_empty();
        if left_alone {
            officers = identity::secretariat(conn)?;
        }
        let was_last = left_alone && before.role == Role::Coordinator && before.status == AppointmentStatus::Active;
        let (status, cause) = (after.status, Unconfirmed::of(after));
        let posting = Posting::notice().caused_by(by);
        self.write_to(conn, after, &officers, posting, |about| -> Box<dyn SystemMail> {
            let About { applicant, organisation, role, .. } = about;
            match status {
                _ if was_last => {
                    let is_over = status != AppointmentStatus::Unconfirmed;
                    let page = if is_over { "people/invite".to_owned() } else { format!("appointments/{}", after.id) };
                    Box::new(NoCoordinatorLeft { applicant, organisation, status, cause, page })
                }
                AppointmentStatus::Unconfirmed => {
                    Box::new(ContactNotConfirmed { applicant, organisation, role, cause, id: after.id.to_string() })
                }
                _ => Box::new(ContactLeft { applicant, organisation }),
            }
        })
    }

    /// Mails a hand-over to the holder, and to the successor unless it ends an overlap, whose beginning the successor
    /// had a mail about.
    fn notify_of_successor(
        &self,
        conn: &mut Conn,
        row: &Appointment,
        holder: Option<&Credentials>,
        doing: Transition<'_>,
    ) -> Result<(), Error> {
        let taken = row.replaced_by.map(|id| appointments::find(conn, id)).transpose()?.flatten();
        let taken = taken.ok_or_else(Error::not_found)?;
        let successor = identity::get_user(conn, taken.user_id.ok_or_else(Error::not_found)?)?;
        let posting = Posting::notice().caused_by(rules::causer(row, doing.by));
        let said = quoted(conn, doing.reason, doing.by)?;
        self.write_to(conn, row, holder, posting, |about| {
            let About { organisation, office, .. } = about;
            let (successor, reason) = (successor.name.clone(), said.clone());
            Box::new(AppointmentReplaced { organisation, office, successor, reason })
        })?;
        if doing.by.is_none() {
            return Ok(());
        }
        self.write_to(conn, row, [&successor], posting.with_successor(Some(successor.id)), |about| {
            let About { applicant, organisation, office, .. } = about;
            let (reason, id) = (said.clone(), taken.id.to_string());
            Box::new(AppointmentTakenOver { applicant, organisation, office, reason, id })
        })
    }

    /// Mails the new end of the mandate to the holder, or that it has none.
    pub(super) fn notify_of_end(&self, conn: &mut Conn, row: &Appointment, by: Id) -> Result<(), Error> {
        let holder = row.user_id.map(|user| identity::get_user(conn, user)).transpose()?;
        let posting = Posting::notice().caused_by(rules::causer(row, Some(by)));
        self.write_to(conn, row, holder.as_ref(), posting, |about| {
            let (end, id) = (MandateEnd::of(row), row.id.to_string());
            Box::new(MandateChanged { organisation: about.organisation, end, id })
        })
    }

    /// Mails the beginning of an overlap to both holders.
    pub(super) fn notify_of_overlap(
        &self,
        conn: &mut Conn,
        row: &Appointment,
        successor: &Appointment,
        reason: Option<&str>,
        by: Option<Id>,
    ) -> Result<(), Error> {
        let posting = Posting::notice().caused_by(rules::causer(row, by)).with_successor(successor.user_id);
        let name = store::names(conn, successor)?.person;
        let people: Vec<_> = [row.user_id, successor.user_id].into_iter().flatten().collect();
        let people = identity::users(conn, &people)?;
        let said = quoted(conn, reason, by)?;
        self.write_to(conn, row, &people, posting, |about| {
            let About { applicant, organisation, reader, .. } = about;
            let id = reader.place(row, successor);
            let (successor, day, reason) = (name.clone(), last_day(row), said.clone());
            Box::new(HandOverBegun { reader, applicant, organisation, successor, day, reason, id })
        })
    }

    /// Mails something to people, each in the own language. Whoever causes it is charged for each.
    pub(super) fn write_to<'p>(
        &self,
        conn: &mut Conn,
        row: &Appointment,
        people: impl IntoIterator<Item = &'p Credentials>,
        posting: Posting,
        mail: impl Fn(About) -> Box<dyn SystemMail>,
    ) -> Result<(), Error> {
        let names = store::names(conn, row)?;
        for person in people {
            let about = About::of(row, &names, person, posting.successor);
            self.post(conn, person, posting, mail(about).as_ref())?;
        }
        Ok(())
    }

    /// Mails what waits for a decision, to each officer with the page on which that officer decides: the Secretariat on
    /// that of the application, where there is one, and others on that of the appointment.
    pub(super) fn ask_to_decide(
        &self,
        conn: &mut Conn,
        row: &Appointment,
        officers: &[Credentials],
        posting: Posting,
        mail: impl Fn(About, String) -> Box<dyn SystemMail>,
    ) -> Result<(), Error> {
        let (application, secretariat) = (appointments::application_of(conn, row.id)?, identity::secretariat(conn)?);
        let names = store::names(conn, row)?;
        for officer in officers {
            let application = application.filter(|_| secretariat.iter().any(|other| other.id == officer.id));
            let page =
                application.map_or_else(|| format!("appointments/{}", row.id), |id| format!("applications/{id}"));
            let about = About::of(row, &names, officer, None);
            self.post(conn, officer, posting, mail(about, page).as_ref())?;
        }
        Ok(())
    }

    fn post(
        &self,
        conn: &mut Conn,
        person: &Credentials,
        posting: Posting,
        mail: &dyn SystemMail,
    ) -> Result<(), Error> {
        match posting.by {
            Some(by @ Causer::Person(_)) if !self.throttle.admits_mail(conn, by, person.id)? => return Ok(()),
            Some(by @ Causer::Officer(_)) => self.throttle.charge_mail(conn, by, person.id)?,
            Some(Causer::Person(_)) | None => {}
        }
        self.outbox.post(conn, &person.recipient(), mail, posting.life)
    }

    /// Locks the appointment of an application.
    ///
    /// # Errors
    /// 404.
    pub fn of_registration(&self, conn: &mut Conn, registration: Id) -> Result<Appointment, Error> {
        let found = appointments::find_of_registration(conn, registration)?.ok_or_else(Error::not_found)?;
        self.lock_for_update(conn, found.id)
    }
}
