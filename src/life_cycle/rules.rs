//! Validation of input, possible actions, and the state of a contact in the directory.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::types::{Act, Deed};
use crate::appointments::{Actor, Appointment, AppointmentStatus, Event, NameSearch, state_machine};
use crate::db::Id;
use crate::directory::{Confirmation, Standing};
use crate::error::{Error, FieldCode, FieldError, FieldErrors, ProblemCode};
use crate::events::Kind;
use crate::identity::Credentials;
use crate::policy::{self, Principal};
use crate::text;
use crate::throttle::Causer;
use crate::time::Timestamp;

/// How long after a confirmation another one changes nothing.
const CONFIRMED: Duration = Duration::from_hours(24);
/// Longest reason.
pub const MAX_REASON: usize = 2_000;
/// Longest overlap of predecessor and successor, in days.
pub const MAX_OVERLAP_DAYS: u64 = 30;

/// Validates the reason of an event; some events need one.
///
/// # Errors
/// 422.
pub fn reason(event: Event, act: &Act) -> Result<Option<String>, Error> {
    let mut faults = FieldErrors::new();
    let remark = |reason: &str| text::name::remark(reason, MAX_REASON);
    let reason = faults.take_optional("/reason", act.reason.as_deref(), remark);
    if act.reason.is_none() && event.needs_reason() {
        faults.add(FieldError::new("/reason", FieldCode::Missing));
    }
    faults.finish()?;
    Ok(reason)
}

/// Refuses a query with invalid codes of members.
///
/// # Errors
/// 400.
pub fn check_codes(members: &[String]) -> Result<(), Error> {
    match members.iter().find(|code| !text::is_code(code)) {
        Some(code) => {
            Err(Error::bad_query(vec![FieldError::new("member", FieldCode::BadCode).with("value", text::shown(code))]))
        }
        None => Ok(()),
    }
}

/// Which people a text looks for: each of its words begins a word of the name; `by_address` a part of the address is
/// enough, too. Without a text all are meant; none, where it has nothing by which somebody could be found.
#[must_use]
pub fn search(sought: &str, by_address: bool) -> Option<NameSearch> {
    // No name and no address has a control character, and PostgreSQL takes no NUL.
    let sought: String = sought.chars().filter(|c| !c.is_control()).collect();
    let (words, part) = (text::words(&sought), sought.trim().to_lowercase());
    let is_hopeless = !part.is_empty() && words.is_empty() && !by_address;
    let address = Some(part).filter(|part| by_address && !part.is_empty());
    (!is_hopeless).then_some(NameSearch { words, address })
}

/// Validates an overlap.
///
/// # Errors
/// 422.
pub fn overlap(days: Option<u64>) -> Result<Duration, Error> {
    let days = days.unwrap_or(0);
    if days > MAX_OVERLAP_DAYS {
        let fault =
            FieldError::new("/overlap_days", FieldCode::OutOfRange).with("min", 0).with("max", MAX_OVERLAP_DAYS);
        return Err(Error::invalid(vec![fault]));
    }
    Ok(Duration::from_hours(24 * days))
}

/// The actions that this reader can take on the appointment; `begun_by` began its open hand-over.
#[must_use]
pub fn possible(reader: &Principal, appointment: &Appointment, begun_by: Option<&Principal>) -> Vec<Deed> {
    // Grave actions are possible after a new proof of identity; a program never can take them.
    let last = reader.authenticated_at;
    let may_grave = policy::check_grave(reader, appointment.role, last, Duration::ZERO).is_ok();
    let may = |deed: &Deed| {
        policy::may_act(reader, deed.event(), appointment).is_ok_and(|actor| {
            (may_grave || actor == Actor::Holder) && check_capacity(appointment, deed.event(), actor).is_ok()
        })
    };
    let may_undo = begun_by.is_none_or(|by| policy::may_undo_hand_over(reader, by));
    let stands = |deed: &Deed| match deed {
        Deed::CancelHandOver => begun_by.is_some() && may_undo,
        Deed::Replace => may_undo,
        _ => true,
    };
    Deed::ALL.iter().copied().filter(|deed| stands(deed) && may(deed)).collect()
}

/// What the audit log says of an event: the states, and where they change the last day of the mandate and the successor.
#[must_use]
pub fn detail(before: Option<&Appointment>, next: &Appointment, event: &str) -> Map<String, Value> {
    let from = before.map_or("none", |row| row.status.as_str());
    let mut detail = Map::new();
    let mut say = |name: &str, value: Value| drop(detail.insert(name.to_owned(), value));
    say("appointment", json!(next.id));
    say("event", json!(event));
    say("from", json!(from));
    say("to", json!(next.status));
    let day = |row: &Appointment| row.valid_to.map(|at| at.last_day().to_string());
    let (days, successors) =
        ((before.and_then(day), day(next)), (before.and_then(|row| row.replaced_by), next.replaced_by));
    // The end of one that is over is the day of the entry.
    if days.0 != days.1 && !next.status.is_final() {
        say("last_day_before", json!(days.0));
        say("last_day", json!(days.1));
    }
    // A hand-over at once names the successor before it is carried out.
    if successors.0 != successors.1 || event == Event::Replace.as_str() {
        say("successor", json!(successors.1.or(successors.0)));
    }
    detail
}

/// Whether somebody can take over an appointment that stands so: one that waits for a decision is nobody's place yet.
#[must_use]
pub fn gives_place(status: AppointmentStatus) -> bool {
    state_machine::rule_for(Some(status), Event::Replace).is_some()
}

/// Whether an appointment is in the overlap of a hand-over.
#[must_use]
pub fn is_handed_over(appointment: &Appointment) -> bool {
    appointment.replaced_by.is_some() && !appointment.status.is_final()
}

/// The consequence for the name of a person whose appointment of the Secretariat begins or ends.
#[derive(Debug, PartialEq, Eq)]
pub enum NameChange<'a> {
    /// The name stays.
    Stays,
    /// This earlier name is restored.
    GoesBack(&'a str),
    /// The name is reserved, and no earlier one is known: it is flagged.
    IsFlagged,
    /// The flag is removed.
    IsGood,
}

/// The change of a person's name, depending on whether the person is of the Secretariat of this community.
#[must_use]
pub fn name_change<'a>(person: &'a Credentials, is_secretariat: bool, community: &str) -> NameChange<'a> {
    let is_flagged = person.name_flagged_at.is_some();
    if is_secretariat || !text::name::poses(&person.name, community) {
        return if is_flagged { NameChange::IsGood } else { NameChange::Stays };
    }
    let before = [&person.own_name, &person.previous_name, &person.oldest_name];
    let mut before = before.into_iter().flatten().map(String::as_str);
    match before.find(|name| text::name::members(name, community).is_ok()) {
        Some(name) => NameChange::GoesBack(name),
        None if is_flagged => NameChange::Stays,
        None => NameChange::IsFlagged,
    }
}

/// Refuses an actor that the table does not name for this event in this state.
///
/// # Errors
/// 409, since it would be possible in another state.
pub fn check_capacity(appointment: &Appointment, event: Event, actor: Actor) -> Result<(), Error> {
    match state_machine::rule_for(Some(appointment.status), event) {
        Some(rule) if rule.by.contains(&actor) => Ok(()),
        _ => Err(not_possible(appointment, event)),
    }
}

/// Whether this confirms a contact that is in force and was confirmed, or put in force, a moment ago.
#[must_use]
pub fn is_confirmed_already(appointment: &Appointment, event: Event, now: Timestamp) -> bool {
    event == Event::Confirm
        && appointment.status == AppointmentStatus::Active
        && appointment.confirmed_at.is_some_and(|at| now < at.plus(CONFIRMED))
}

/// Whether an appointment comes in force that was not before. One that is confirmed late was in force all the time.
#[must_use]
pub fn comes_in_force(before: Option<AppointmentStatus>, next: AppointmentStatus) -> bool {
    next == AppointmentStatus::Active && !before.is_some_and(AppointmentStatus::is_listed)
}

/// The kind of the event for webhooks.
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
    Error::conflict(ProblemCode::NotPossibleNow).with("status", appointment.status).with("event", event)
}

/// Who is charged for the mails about an event: the holder in the own case, or an officer.
#[must_use]
pub fn causer(appointment: &Appointment, by: Option<Id>) -> Option<Causer> {
    by.map(|who| if appointment.user_id == Some(who) { Causer::Person(who) } else { Causer::Officer(who) })
}

/// The person, organisation and role of an application: one that is withdrawn and made again has the same.
#[must_use]
pub fn seat(appointment: &Appointment) -> String {
    let person = appointment.user_id.unwrap_or(appointment.id);
    format!("{person} {} {}", appointment.organisation_id, appointment.role)
}

/// Refuses one more application where the limit of open ones of the person, or of the organisation, is reached.
///
/// # Errors
/// 409.
pub fn check_room(
    held: &[crate::appointments::HeldAppointment],
    waiting_there: i64,
    (most, most_there): (u32, u32),
) -> Result<(), Error> {
    let waits = |one: &&crate::appointments::HeldAppointment| {
        matches!(one.status, AppointmentStatus::Pending | AppointmentStatus::Incomplete)
    };
    if held.iter().filter(waits).count() >= usize::try_from(most).unwrap_or(usize::MAX) {
        return Err(Error::conflict(ProblemCode::TooManyApplications).with("max", most));
    }
    if waiting_there >= i64::from(most_there) {
        return Err(Error::conflict(ProblemCode::TooManyWaitThere).with("max", most_there));
    }
    Ok(())
}

/// The state of the contact in the directory; `is_shown` is whether the holder may be shown.
#[must_use]
pub fn standing(appointment: &Appointment, is_shown: bool, now: Timestamp) -> Standing {
    let confirmation = match appointment.status {
        AppointmentStatus::Unconfirmed => Confirmation::Unconfirmed,
        _ if appointment.confirm_by.is_some_and(|day| day <= now) => Confirmation::Due,
        _ => Confirmation::Confirmed,
    };
    Standing {
        listed: is_shown && appointment.status.is_listed(),
        confirmation,
        confirmed_at: appointment.confirmed_at,
    }
}

/// Whether a person with these appointments can get another one with this role at this organisation.
#[must_use]
pub fn is_free(
    held: &[crate::appointments::HeldAppointment],
    organisation: Id,
    role: crate::appointments::Role,
) -> bool {
    !held.iter().any(|one| one.organisation_id == organisation && one.role == role && !one.status.is_final())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_applications_wait_and_no_more() {
        let held = |status| crate::appointments::HeldAppointment {
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
        assert_eq!(code(&[waits.clone(), asked], 0), Some(ProblemCode::TooManyApplications));
        assert_eq!(code(&[waits], 5), Some(ProblemCode::TooManyWaitThere));
    }

    #[test]
    fn people_are_looked_for_by_words_and_by_the_secretariat_also_by_address() {
        let words = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect::<Vec<_>>();
        let found = search(" Diop  Áwa ", false).unwrap();
        assert_eq!((found.words, found.address), (words(&["diop", "awa"]), None));
        let found = search("Awa.Diop@", true).unwrap();
        assert_eq!((found.words, found.address.as_deref()), (words(&["awa", "diop"]), Some("awa.diop@")));
        assert!(search("  ", true).unwrap().is_empty() && search("", false).unwrap().is_empty());
        assert_eq!((search("@", false), search("@", true).is_some()), (None, true));
    }

    #[test]
    fn whoever_confirms_late_comes_not_in_force_by_it() {
        use AppointmentStatus::{Active, Pending, Suspended, Unconfirmed};
        for (before, next, begins) in [
            (None, Active, true),
            (Some(Pending), Active, true),
            (Some(Suspended), Active, true),
            (Some(Unconfirmed), Active, false),
            (Some(Active), Active, false),
            (None, Pending, false),
            (Some(Active), Suspended, false),
        ] {
            assert_eq!(comes_in_force(before, next), begins, "{before:?} {next}");
        }
    }

    #[test]
    fn whoever_leaves_the_secretariat_leaves_its_name() {
        use NameChange::{GoesBack, IsFlagged, IsGood, Stays};
        let named = |name: &str, own: Option<&str>, previous: Option<&str>, flagged: bool| Credentials {
            id: Id::nil(),
            email: String::new(),
            name: name.to_owned(),
            password_hash: String::new(),
            preferred_language: crate::i18n::Language::En,
            time_zone: None,
            suspended_at: None,
            erase_at: None,
            name_changed_at: None,
            previous_name: previous.map(str::to_owned),
            oldest_name: None,
            first_login_at: None,
            device_generation: 0,
            own_name: own.map(str::to_owned),
            name_flagged_at: flagged.then_some(Timestamp::from_micros(1)),
        };
        let (posing, good) = ("Secretariat Helpdesk", "Awa Diop");
        for (person, is_secretariat, expected) in [
            (named(good, None, None, false), false, Stays),
            (named(posing, Some(good), None, false), true, Stays),
            (named(posing, Some(good), Some(posing), false), false, GoesBack(good)),
            (named(posing, None, Some(good), false), false, GoesBack(good)),
            (named(posing, None, Some("The Secretariat"), false), false, IsFlagged),
            (named(posing, None, None, true), false, Stays),
            (named(posing, None, None, true), true, IsGood),
            (named(good, None, None, true), false, IsGood),
        ] {
            let change = name_change(&person, is_secretariat, "Smart Customs Community");
            assert_eq!(change, expected, "{} {:?} {is_secretariat}", person.name, person.own_name);
        }
    }

    #[test]
    fn what_is_said_outside_has_the_word_of_the_event() {
        for &event in Event::ALL {
            assert_eq!(kind(event).as_str(), format!("appointment.{event}"));
        }
    }
}
