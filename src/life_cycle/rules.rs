//! What of a request is good, what is possible, and what the directory says of an appointment.

use std::time::Duration;

use super::types::{Act, Deed};
use crate::appointments::{Actor, Appointment, AppointmentStatus, Event, machine};
use crate::db::Id;
use crate::directory::{Confirmation, Standing};
use crate::error::{Error, Fault, Faults};
use crate::events::Kind;
use crate::policy::{self, Principal};
use crate::text;
use crate::throttle::Causer;
use crate::time::Timestamp;

/// Longest reason.
pub const MAX_REASON: usize = 2_000;
/// Most days that predecessor and successor are in force together.
pub const MAX_OVERLAP_DAYS: u64 = 30;

/// Reads the reason that goes with an event; some can't do without.
///
/// # Errors
/// 422.
pub fn reason(event: Event, act: &Act) -> Result<Option<String>, Error> {
    let mut faults = Faults::new();
    let reason = faults.take_optional("/reason", act.reason.as_deref(), |reason| text::block(reason, MAX_REASON));
    if act.reason.is_none() && event.needs_reason() {
        faults.add(Fault::new("/reason", "missing"));
    }
    faults.finish()?;
    Ok(reason)
}

/// How long predecessor and successor are in force together.
///
/// # Errors
/// 422.
pub fn overlap(days: Option<u64>) -> Result<Duration, Error> {
    let days = days.unwrap_or(0);
    if days > MAX_OVERLAP_DAYS {
        let fault = Fault::new("/overlap_days", "out_of_range").with("min", 0).with("max", MAX_OVERLAP_DAYS);
        return Err(Error::invalid(vec![fault]));
    }
    Ok(Duration::from_hours(24 * days))
}

/// What this reader can do to the appointment as it stands.
#[must_use]
pub fn possible(reader: &Principal, appointment: &Appointment) -> Vec<Deed> {
    // Whoever proves again who it is can do what is grave, too; a program never can.
    let last = reader.authenticated_at;
    let may_grave = policy::check_grave(reader, appointment.role, last, Duration::ZERO).is_ok();
    let may = |deed: &Deed| {
        policy::may_act(reader, deed.event(), appointment).is_ok_and(|actor| {
            (may_grave || actor == Actor::Holder) && check_capacity(appointment, deed.event(), actor).is_ok()
        })
    };
    Deed::ALL.iter().copied().filter(may).collect()
}

/// Refuses an actor whom the table does not name for this event in this state.
///
/// # Errors
/// 409, since in another state it would be possible.
pub fn check_capacity(appointment: &Appointment, event: Event, actor: Actor) -> Result<(), Error> {
    match machine::rule_for(Some(appointment.status), event) {
        Some(rule) if rule.by.contains(&actor) => Ok(()),
        _ => Err(not_possible(appointment, event)),
    }
}

/// What is said outside of an event.
#[must_use]
pub const fn kind(event: Event) -> Kind {
    match event {
        Event::Apply => Kind::AppointmentApply,
        Event::Invite => Kind::AppointmentInvite,
        Event::Appoint => Kind::AppointmentAppoint,
        Event::Accept => Kind::AppointmentAccept,
        Event::AcceptForApproval => Kind::AppointmentAcceptForApproval,
        Event::Withdraw => Kind::AppointmentWithdraw,
        Event::Submit => Kind::AppointmentSubmit,
        Event::Approve => Kind::AppointmentApprove,
        Event::Reject => Kind::AppointmentReject,
        Event::RequestInfo => Kind::AppointmentRequestInfo,
        Event::Confirm => Kind::AppointmentConfirm,
        Event::MissConfirmation => Kind::AppointmentMissConfirmation,
        Event::Bounce => Kind::AppointmentBounce,
        Event::Suspend => Kind::AppointmentSuspend,
        Event::Reinstate => Kind::AppointmentReinstate,
        Event::Replace => Kind::AppointmentReplace,
        Event::Resign => Kind::AppointmentResign,
        Event::MandateEnds => Kind::AppointmentMandateEnds,
        Event::Lapse => Kind::AppointmentLapse,
        Event::Expire => Kind::AppointmentExpire,
    }
}

/// 409: the state does not allow the event.
#[must_use]
pub fn not_possible(appointment: &Appointment, event: Event) -> Error {
    Error::conflict("not_possible_now").with("status", appointment.status).with("event", event)
}

/// Who causes the mails about what somebody does to an appointment: the holder in the own case, or an officer.
#[must_use]
pub fn causer(appointment: &Appointment, by: Option<Id>) -> Option<Causer> {
    by.map(|who| if appointment.user_id == Some(who) { Causer::Person(who) } else { Causer::Officer(who) })
}

/// Who applies where for what: an application that is taken back and made again is the same.
#[must_use]
pub fn seat(appointment: &Appointment) -> String {
    let person = appointment.user_id.unwrap_or(appointment.id);
    format!("{person} {} {}", appointment.organisation_id, appointment.role)
}

/// Refuses one more application of somebody of whom so many wait for a decision, or to an organisation where so many do.
///
/// # Errors
/// 409.
pub fn check_room(
    held: &[crate::appointments::Held],
    waiting_there: i64,
    (most, most_there): (u32, u32),
) -> Result<(), Error> {
    let waits = |one: &&crate::appointments::Held| {
        matches!(one.status, AppointmentStatus::Pending | AppointmentStatus::Incomplete)
    };
    if held.iter().filter(waits).count() >= usize::try_from(most).unwrap_or(usize::MAX) {
        return Err(Error::conflict("too_many_applications").with("max", most));
    }
    if waiting_there >= i64::from(most_there) {
        return Err(Error::conflict("too_many_wait_there").with("max", most_there));
    }
    Ok(())
}

/// What the directory says of an appointment whose holder's account is open, or closed.
#[must_use]
pub fn standing(appointment: &Appointment, is_open: bool, now: Timestamp) -> Standing {
    let confirmation = match appointment.status {
        AppointmentStatus::Unconfirmed => Confirmation::Unconfirmed,
        _ if appointment.confirm_by.is_some_and(|day| day <= now) => Confirmation::Due,
        _ => Confirmation::Confirmed,
    };
    Standing { listed: is_open && appointment.status.is_listed(), confirmation, confirmed_at: appointment.confirmed_at }
}

/// Whether somebody with these appointments can get another one with this role at this organisation.
#[must_use]
pub fn is_free(held: &[crate::appointments::Held], organisation: Id, role: crate::appointments::Role) -> bool {
    !held.iter().any(|one| one.organisation_id == organisation && one.role == role && !one.status.is_final())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_applications_wait_and_no_more() {
        let held = |status| crate::appointments::Held {
            id: Id::nil(),
            organisation_id: Id::nil(),
            organisation: "SN".to_owned(),
            region: None,
            role: crate::appointments::Role::Ncp,
            status,
        };
        let [waits, asked, active] =
            [AppointmentStatus::Pending, AppointmentStatus::Incomplete, AppointmentStatus::Active].map(held);
        let code = |held: &[_], there| check_room(held, there, (2, 5)).err().and_then(|error| error.refusal());
        assert_eq!(code(&[waits.clone(), active.clone(), active], 4), None);
        assert_eq!(code(&[waits.clone(), asked], 0), Some("too_many_applications"));
        assert_eq!(code(&[waits], 5), Some("too_many_wait_there"));
    }

    #[test]
    fn what_is_said_outside_has_the_word_of_the_event() {
        for &event in Event::ALL {
            assert_eq!(kind(event).as_str(), format!("appointment.{event}"));
        }
    }
}
