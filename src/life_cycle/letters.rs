//! Who hears of what in the life of an appointment. The texts stand in `locales/` under `mail-<kind>`.
//!
//! The holder hears of everything that somebody else does; whoever may approve hears of what waits; the coordinators, and the
//! Secretariat where there are none, hear of contacts that go. Whoever causes mails to others is charged for them
//! ([`crate::throttle`]); of an application each officer hears once.

use std::time::Duration;

use super::{Desk, Doing, rules, store};
use crate::appointments::{self, Appointment, AppointmentStatus, Event, Role};
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::i18n::Args;
use crate::identity::{self, Credentials};
use crate::mail::Letter;
use crate::throttle::Causer;

/// How long a decision is worth mailing.
const NOTICE_LIFE: Duration = Duration::from_hours(96);
/// How long a reminder is.
const REMINDER_LIFE: Duration = Duration::from_hours(24 * 7);

/// What the holder gets to read of an event.
const fn to_holder(event: Event) -> Option<&'static str> {
    match event {
        Event::Approve => Some("approved"),
        Event::Appoint => Some("appointed"),
        Event::Reject => Some("rejected"),
        Event::RequestInfo => Some("info_requested"),
        Event::Suspend => Some("appointment_suspended"),
        Event::Reinstate => Some("appointment_reinstated"),
        Event::Replace => Some("appointment_replaced"),
        Event::Resign | Event::MandateEnds => Some("appointment_ended"),
        Event::MissConfirmation | Event::Bounce => Some("contact_unconfirmed"),
        Event::Expire => Some("appointment_expired"),
        Event::Lapse => Some("application_lapsed"),
        Event::Apply
        | Event::Invite
        | Event::Accept
        | Event::AcceptForApproval
        | Event::Withdraw
        | Event::Submit
        | Event::Confirm => None,
    }
}

/// The same of an event that somebody else brings about for the holder.
fn to_holder_by_another(doing: Doing<'_>, after: &Appointment) -> Option<&'static str> {
    let by_another = doing.by.is_some_and(|by| Some(by) != after.user_id);
    (doing.event == Event::Confirm && by_another).then_some("contact_confirmed")
}

/// What is written about an appointment. Every text can name the person (`applicant`), the organisation, the role and the
/// id.
pub(super) struct Message {
    kind: &'static str,
    args: Args,
    link: Option<String>,
    life: Duration,
    by: Option<Causer>,
}

impl Message {
    /// Something that happened.
    pub(super) fn notice(kind: &'static str) -> Self {
        Self { kind, args: Vec::new(), link: None, life: NOTICE_LIFE, by: None }
    }

    /// Something that is to be done.
    pub(super) fn reminder(kind: &'static str) -> Self {
        Self { life: REMINDER_LIFE, ..Self::notice(kind) }
    }

    /// A value for the text.
    pub(super) fn with(mut self, name: &'static str, value: String) -> Self {
        self.args.push((name, value));
        self
    }

    /// What somebody said about it; the text can tell whether anything was (`given`).
    pub(super) fn because(self, reason: Option<&str>) -> Self {
        let given = if reason.is_some() { "yes" } else { "no" };
        self.with("reason", reason.unwrap_or_default().to_owned()).with("given", given.to_owned())
    }

    /// Who causes it; nobody where it is the clock.
    pub(super) fn caused_by(mut self, by: Option<Causer>) -> Self {
        self.by = by;
        self
    }

    /// Where its button leads.
    pub(super) fn leading_to(mut self, link: Option<String>) -> Self {
        self.link = link;
        self
    }
}

/// Who may approve: the coordinators for their contact points, the Secretariat for coordinators and where there is none.
pub(super) fn approvers(conn: &mut Conn, row: &Appointment) -> Result<Vec<Credentials>, Error> {
    let officers = match row.role {
        Role::Ncp | Role::Contributor => other_coordinators(conn, row)?,
        _ => Vec::new(),
    };
    if officers.is_empty() { identity::secretariat(conn) } else { Ok(officers) }
}

/// The coordinators of the organisation, but for the holder.
pub(super) fn other_coordinators(conn: &mut Conn, row: &Appointment) -> Result<Vec<Credentials>, Error> {
    let mut officers = identity::coordinators(conn, row.organisation_id)?;
    officers.retain(|officer| Some(officer.id) != row.user_id);
    Ok(officers)
}

impl Desk {
    /// Mails what an event means to those it concerns.
    pub(super) fn tell(
        &self,
        conn: &mut Conn,
        before: &Appointment,
        after: &Appointment,
        doing: Doing<'_>,
    ) -> Result<(), Error> {
        let holder = after.user_id.map(|user| identity::get_user(conn, user)).transpose()?;
        let by = rules::causer(after, doing.by);
        if let Some(kind) = to_holder(doing.event).or_else(|| to_holder_by_another(doing, after)) {
            let link = match doing.event {
                Event::Approve | Event::Appoint | Event::Reinstate => Some("/".to_owned()),
                Event::MissConfirmation | Event::Bounce => {
                    holder.as_ref().map(|holder| self.links.path(after, &holder.email))
                }
                _ => None,
            };
            let message = Message::notice(kind).because(doing.reason).leading_to(link).caused_by(by);
            if doing.event == Event::Replace {
                self.tell_of_successor(conn, after, holder.iter(), message, doing)?;
            } else {
                self.write_to(conn, after, holder.iter(), &message)?;
            }
        }
        if matches!(doing.event, Event::Appoint | Event::Accept | Event::Approve | Event::Reinstate)
            && matches!(after.role, Role::Secretariat | Role::Auditor)
        {
            self.tell_of_officer(conn, after, doing.by)?;
        }
        match doing.event {
            Event::Apply => self.tell_approvers(conn, after),
            Event::Submit | Event::AcceptForApproval => {
                let officers = approvers(conn, after)?;
                self.write_to(conn, after, &officers, &Message::notice("application_waits").caused_by(by))
            }
            Event::Resign | Event::MandateEnds | Event::Expire | Event::MissConfirmation | Event::Bounce => {
                self.tell_coordinators(conn, before, after, by)
            }
            _ => Ok(()),
        }
    }

    /// Tells those who may approve that somebody has applied; of one application once, however often it is made again.
    ///
    /// # Errors
    /// 429 where the applicant has caused so many mails.
    pub fn tell_approvers(&self, conn: &mut Conn, row: &Appointment) -> Result<(), Error> {
        let (seat, mut told) = (rules::seat(row), Vec::new());
        for officer in approvers(conn, row)? {
            if self.throttle.admits_notice(conn, &seat, officer.id)? {
                told.push(officer);
            }
        }
        let by = rules::causer(row, row.user_id);
        self.write_to(conn, row, &told, &Message::notice("application_waits").caused_by(by))
    }

    /// Tells the other people of the Secretariat that somebody runs the portal or reads its log from now on. Nobody is charged:
    /// they always hear of it.
    fn tell_of_officer(&self, conn: &mut Conn, row: &Appointment, by: Option<Id>) -> Result<(), Error> {
        let Some(by) = by else { return Ok(()) };
        let mut others = identity::secretariat(conn)?;
        others.retain(|other| other.id != by && Some(other.id) != row.user_id);
        let message = Message::notice("officer_appointed").with("officer", identity::get_user(conn, by)?.name);
        self.write_to(conn, row, &others, &message)
    }

    fn tell_coordinators(
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
        let kind = match after.status {
            _ if was_last => "no_coordinator_left",
            AppointmentStatus::Unconfirmed => "contact_not_confirmed",
            _ => "contact_left",
        };
        self.write_to(conn, after, &officers, &Message::notice(kind).caused_by(by))
    }

    /// Tells the holder who takes over, and where somebody does this just now, the successor too: at the end of days that
    /// both were in force, that person has known it since their beginning.
    fn tell_of_successor<'p>(
        &self,
        conn: &mut Conn,
        row: &Appointment,
        holder: impl IntoIterator<Item = &'p Credentials>,
        message: Message,
        doing: Doing<'_>,
    ) -> Result<(), Error> {
        let successor = row.replaced_by.map(|id| appointments::find(conn, id)).transpose()?.flatten();
        let successor = successor.and_then(|successor| successor.user_id).ok_or_else(Error::not_found)?;
        let successor = identity::get_user(conn, successor)?;
        let by = message.by;
        self.write_to(conn, row, holder, &message.with("successor", successor.name.clone()))?;
        if doing.by.is_none() {
            return Ok(());
        }
        let message = Message::notice("appointment_taken_over").because(doing.reason).caused_by(by);
        self.write_to(conn, row, [&successor], &message)
    }

    /// Tells the holder that an officer set another end of the mandate, or took it away.
    pub(super) fn announce_end(&self, conn: &mut Conn, row: &Appointment, by: Id) -> Result<(), Error> {
        let holder = row.user_id.map(|user| identity::get_user(conn, user)).transpose()?;
        let ends = if row.valid_to.is_some() { "yes" } else { "no" };
        let day = row.valid_to.map(|at| at.day().to_string()).unwrap_or_default();
        let message = Message::notice("mandate_changed").with("ends", ends.to_owned()).with("day", day);
        let message = message.caused_by(rules::causer(row, Some(by)));
        self.write_to(conn, row, holder.iter(), &message)
    }

    /// Tells both that they are in force together until the predecessor's end.
    pub(super) fn announce_successor(
        &self,
        conn: &mut Conn,
        row: &Appointment,
        successor: &Appointment,
        reason: Option<&str>,
        by: Option<Id>,
    ) -> Result<(), Error> {
        let day = row.valid_to.map(|at| at.day().to_string()).unwrap_or_default();
        let message = Message::notice("hand_over").because(reason).with("day", day);
        let message = message.caused_by(rules::causer(row, by));
        let message = message.with("successor", store::names(conn, successor)?.person);
        let people: Vec<_> = [row.user_id, successor.user_id].into_iter().flatten().collect();
        let people = identity::users(conn, &people)?;
        self.write_to(conn, row, &people, &message)
    }

    /// Writes to people about an appointment, each in one's own language. Whoever causes it is charged for each.
    pub(super) fn write_to<'p>(
        &self,
        conn: &mut Conn,
        row: &Appointment,
        people: impl IntoIterator<Item = &'p Credentials>,
        message: &Message,
    ) -> Result<(), Error> {
        let names = store::names(conn, row)?;
        for person in people {
            if let Some(by) = message.by {
                self.throttle.charge_mail(conn, by, person.id)?;
            }
            let mut args = message.args.clone();
            args.push(("applicant", names.person.clone()));
            args.push(("appointment", row.id.to_string()));
            args.push(("role", row.role.to_string()));
            args.push(("organisation", names.organisation(person.preferred_language).to_owned()));
            let (kind, link) = (message.kind, message.link.clone());
            let letter = Letter { kind, name: person.name.clone(), args, link };
            self.outbox.post(conn, &person.recipient(), &letter, message.life)?;
        }
        Ok(())
    }

    /// The appointment of an application, for those who tell its applicant.
    ///
    /// # Errors
    /// 404 where there is none.
    pub fn of_registration(&self, conn: &mut Conn, registration: Id) -> Result<Appointment, Error> {
        let found = appointments::find_of_registration(conn, registration)?.ok_or_else(Error::not_found)?;
        self.hold(conn, found.id)
    }
}
