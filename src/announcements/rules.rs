//! Rules of announcements: checks of texts, the language of a reader, approval, time, and thresholds of halting.

use std::time::Duration;

use super::cause::{Cause, Why};
use super::state_machine::{self, Event};
use super::types::{AnnouncementStatus, Draft, Row, Variant, Variants};
use crate::error::{Error, FieldCode, FieldError, FieldErrors, OrInternal as _, ProblemCode};
use crate::events::Kind;
use crate::i18n::Language;
use crate::mail::markdown;
use crate::mail::template::{self, Slot};
use crate::secrets::fingerprint_of;
use crate::text;
use crate::time::{Reading, Timestamp, Zone};

/// Longest subject, in characters.
pub const MAX_SUBJECT: usize = 200;
/// Longest text of a variant, in characters.
pub const MAX_BODY: usize = 20_000;
/// Most languages that a list names.
pub const MAX_LANGUAGES: usize = 20;
/// Fewest failures that pause an announcement, where they are a tenth of the mails that have left.
const WORTH_HALTING: i64 = 50;
/// Fewest mails returned for text, sender or route that cause a warning: so many are no chance.
const WORTH_WARNING: i64 = 10;
/// Fewest mails to one domain that cause a warning where all of them come back so.
pub(super) const WORTH_A_DOMAIN: i64 = 3;

/// The webhook event of a change; none before sending begins.
#[must_use]
pub const fn kind(event: Event) -> Option<Kind> {
    match event {
        Event::Start => Some(Kind::AnnouncementStarted),
        Event::Hold => Some(Kind::AnnouncementHeld),
        Event::Pause => Some(Kind::AnnouncementPaused),
        Event::Resume | Event::Retry => Some(Kind::AnnouncementResumed),
        Event::Cancel => Some(Kind::AnnouncementCancelled),
        Event::Finish => Some(Kind::AnnouncementSent),
        Event::Submit | Event::Approve | Event::Reject | Event::Revise | Event::Schedule | Event::Unschedule => None,
    }
}

/// Parses the variants: at least one, each complete, the default language among them.
///
/// # Errors
/// 422 that names every field at fault.
pub fn variants(given: &Variants, default_language: Language) -> Result<Variants, Error> {
    let mut faults = FieldErrors::new();
    if given.is_empty() {
        faults.add(FieldError::new("/variants", FieldCode::Empty));
    } else if !given.contains_key(&default_language) {
        faults.add(FieldError::new("/default_language", FieldCode::NoVariant).with("language", default_language));
    }
    let mut variants = Variants::new();
    for (&language, variant) in given {
        let subject = faults.take(&format!("/variants/{language}/subject"), text::line(&variant.subject, MAX_SUBJECT));
        let body_markdown =
            faults.take(&format!("/variants/{language}/body_markdown"), text::block(&variant.body_markdown, MAX_BODY));
        if variant.subject.contains("{{") {
            // It is a title too, in the archive, in digests and in the feed.
            faults.add(FieldError::new(format!("/variants/{language}/subject"), FieldCode::PlaceInSubject));
        }
        if let Some(braces) = template::misplaced(&variant.body_markdown) {
            let pointer = format!("/variants/{language}/body_markdown");
            faults.add(FieldError::new(pointer, FieldCode::UnknownPlace).with("value", text::shown(braces)));
        }
        if let (Some(subject), Some(body_markdown)) = (subject, body_markdown) {
            variants.insert(language, Variant { subject, body_markdown });
        }
    }
    faults.finish()?;
    Ok(variants)
}

/// Checks that texts are cheap enough to render and have no places in URLs. This takes as long as rendering them, so it
/// runs before any unit of work. [`variants`] refuses texts that are too long or no text at all.
///
/// # Errors
/// 422 that names every field at fault.
pub(super) fn legible(given: &Variants) -> Result<(), Error> {
    let mut faults = FieldErrors::new();
    for (language, variant) in given {
        let Ok(markdown) = text::block(&variant.body_markdown, MAX_BODY) else { continue };
        if let Err(excess) = markdown::check(&markdown) {
            faults.add(FieldError::new(format!("/variants/{language}/body_markdown"), excess.code()));
        }
    }
    faults.finish()
}

/// Refuses personal places in a public text, and the unsubscribe link in one without a topic.
///
/// # Errors
/// 422 that names every field at fault.
pub(super) fn check_places(draft: &Draft) -> Result<(), Error> {
    let mut faults = FieldErrors::new();
    for (language, Variant { body_markdown, .. }) in &draft.variants {
        let pointer = format!("/variants/{language}/body_markdown");
        if draft.public && template::is_personal(body_markdown) {
            faults.add(FieldError::new(pointer, FieldCode::PlaceInPublic));
        } else if draft.topic.is_none() && template::holds(body_markdown, Slot::Unsubscribe) {
            faults.add(FieldError::new(pointer, FieldCode::PlaceWithoutTopic));
        }
    }
    faults.finish()
}

/// The language of a reader's mail among those `written`: the preferred one, otherwise the first that the reader
/// speaks, otherwise the default.
#[must_use]
pub fn language_for(
    preferred: Language,
    speaks: &dyn Fn() -> Vec<String>,
    written: &[Language],
    default_language: Language,
) -> Language {
    if written.contains(&preferred) {
        return preferred;
    }
    let spoken = speaks().into_iter().filter_map(|code| Language::parse(&code));
    spoken.into_iter().find(|language| written.contains(language)).unwrap_or(default_language)
}

/// The hash of content and audience.
pub(super) fn hash(draft: &Draft) -> Result<Vec<u8>, Error> {
    Ok(fingerprint_of(&serde_json::to_vec(draft).or_internal()?))
}

/// Checks that all required languages are written.
///
/// # Errors
/// 409 that names the missing ones.
pub(super) fn check_languages(draft: &Draft) -> Result<(), Error> {
    let missing: Vec<&str> = draft
        .required_languages
        .iter()
        .filter(|language| !draft.variants.contains_key(language))
        .map(|language| language.as_str())
        .collect();
    if missing.is_empty() {
        Ok(())
    } else {
        Err(Error::conflict(ProblemCode::LanguageMissing).with("languages", missing.join(", ")))
    }
}

/// The refusal where somebody else has to approve an announcement to `count` contacts, whatever else was sent that day:
/// it is public, or more than `most` get it. None where nobody has to.
pub(super) fn gap(public: bool, count: u64, most: u64) -> Option<Error> {
    if public {
        Some(Error::conflict(ProblemCode::PublicApprovalNeeded))
    } else {
        (count > most).then(|| approval_needed(count, most))
    }
}

/// The refusal of sending to more than `most` contacts, in one announcement or in those of a day, without an approval.
pub(super) fn approval_needed(count: u64, most: u64) -> Error {
    Error::conflict(ProblemCode::ApprovalNeeded).with("count", count).with("max", most)
}

/// The refusal of an event that is not possible in a state.
pub(super) fn not_possible(status: AnnouncementStatus, event: Event) -> Error {
    if status.has_begun() && matches!(event, Event::Revise | Event::Start | Event::Schedule | Event::Submit) {
        return Error::conflict(ProblemCode::AlreadySent);
    }
    let possible = state_machine::possible(status).map(Event::as_str).collect::<Vec<_>>().join(", ");
    let refusal = Error::conflict(ProblemCode::AnnouncementNotPossibleNow).with("status", status).with("event", event);
    if possible.is_empty() { refusal.with("possible", "none") } else { refusal.with("possible", possible) }
}

/// Refuses what makes sense only where readers are asked to acknowledge.
///
/// # Errors
/// 409.
pub(super) fn check_asked(acknowledge: bool) -> Result<(), Error> {
    if acknowledge { Ok(()) } else { Err(Error::conflict(ProblemCode::AcknowledgementNotAsked)) }
}

/// Whether anybody may read it: it is public, its last mail has ended once, and it was not cancelled.
pub(super) fn is_open(row: &Row) -> bool {
    row.public && row.finished_at.is_some() && row.status != AnnouncementStatus::Cancelled
}

/// An instant in a time zone (RFC 9557).
pub(super) fn local(at: Timestamp, zone: Option<&str>) -> Option<String> {
    let instant = jiff::Timestamp::from_microsecond(at.as_micros()).ok()?;
    instant.in_tz(zone?).ok().map(|zoned| zoned.to_string())
}

/// Parses the name of a time zone.
pub(super) fn zone(name: &str) -> Result<String, FieldError> {
    let unknown = || FieldError::new("", FieldCode::UnknownZone).with("value", text::shown(name));
    Zone::named(name).map(|_known| name.trim().to_owned()).ok_or_else(unknown)
}

/// What the clocks of a zone could mean by a day and a time of day, where that is not one instant: the time as they
/// show it, and the offset by which a person chooses it.
pub(super) fn meanings(day: &str, time: &str, zone: &str) -> Vec<(String, String)> {
    let (date, clock) = (day.trim().parse::<jiff::civil::Date>(), time.trim().parse::<jiff::civil::Time>());
    let (Ok(date), Ok(clock), Some(zone)) = (date, clock, Zone::named(zone)) else { return Vec::new() };
    let Some(Reading::Skipped(both) | Reading::Twice(both)) = zone.read(date, clock) else { return Vec::new() };
    both.into_iter().map(|at| (zone.hour(at), zone.offset(at))).collect()
}

/// The instant at which a form has something begin: a day, a time of day, and the time zone of both. The offset tells
/// which instant is meant where the clocks skip the time or show it twice; elsewhere it means nothing.
///
/// # Errors
/// 422 where there is no such day, time or zone; at the offset where the clocks of that zone skip the time or show it
/// twice, and it does not say which is meant.
pub(super) fn instant(day: &str, time: &str, zone: &str, offset: &str) -> Result<Timestamp, Error> {
    let mut faults = FieldErrors::new();
    let fault = |code| move |_unparsed: jiff::Error| FieldError::new("", code);
    let date = faults.take("/send_at", day.trim().parse::<jiff::civil::Date>().map_err(fault(FieldCode::BadDate)));
    let clock = faults.take("/time", time.trim().parse::<jiff::civil::Time>().map_err(fault(FieldCode::WrongType)));
    let unknown = || FieldError::new("", FieldCode::UnknownZone).with("value", text::shown(zone));
    let zone = faults.take("/zone", Zone::named(zone).ok_or_else(unknown));
    let instant = date.zip(clock).zip(zone).and_then(|((date, clock), zone)| {
        let meant = |both: [Timestamp; 2], code| {
            let found = both.into_iter().find(|at| zone.offset(*at) == offset);
            found.ok_or_else(|| FieldError::new("", code).with("time", clock.strftime("%H:%M")))
        };
        match zone.read(date, clock) {
            Some(Reading::Once(at)) => Some(at),
            Some(Reading::Skipped(both)) => faults.take("/offset", meant(both, FieldCode::TimeSkipped)),
            Some(Reading::Twice(both)) => faults.take("/offset", meant(both, FieldCode::TimeTwice)),
            None => faults.take("/send_at", Err(FieldError::new("", FieldCode::BadDate))),
        }
    });
    faults.finish_with(instant)
}

/// What to do with an announcement whose time has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Due {
    /// Begin.
    Start,
    /// Hold it: too much time has passed.
    Hold,
}

impl Row {
    /// Why it is in its state.
    pub(super) fn why(&self) -> Why<'_> {
        Why::stored(self.reason.as_deref(), self.cause)
    }

    /// Whether somebody resumed it after the portal had paused it.
    pub(super) fn is_overruled(&self) -> bool {
        self.why() == Why::Found(Cause::Overruled)
    }
}

/// Decides whether it is too late: more than `grace` after its time.
pub(super) fn due(send_at: Timestamp, now: Timestamp, grace: Duration) -> Due {
    if now.since(send_at) > grace { Due::Hold } else { Due::Start }
}

/// Whether so many mails failed that something is wrong with the announcement or the relay.
pub(super) fn fails_often(sent: i64, failed: i64) -> bool {
    failed >= WORTH_HALTING && failed.saturating_mul(10) > sent.saturating_add(failed)
}

/// Whether so many of the sent mails came back for text, sender or route that the rest should wait.
pub(super) fn is_turned_back(sent: i64, turned_back: i64) -> bool {
    turned_back >= WORTH_WARNING && turned_back.saturating_mul(10) > sent
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(languages: &[Language]) -> Variants {
        let variant = Variant { subject: "S".to_owned(), body_markdown: "B".to_owned() };
        languages.iter().map(|&language| (language, variant.clone())).collect()
    }

    #[test]
    fn a_reader_gets_the_own_language_or_one_that_is_spoken_or_the_default() {
        let both = [Language::En, Language::Fr];
        let nothing = || -> Vec<String> { Vec::new() };
        let french = || vec!["wo".to_owned(), "fr".to_owned(), "en".to_owned()];
        assert_eq!(language_for(Language::Fr, &nothing, &both, Language::En), Language::Fr);
        assert_eq!(language_for(Language::Pt, &french, &both, Language::En), Language::Fr);
        assert_eq!(language_for(Language::Ar, &nothing, &both, Language::En), Language::En);
    }

    #[test]
    fn a_tenth_that_is_turned_back_is_worth_a_warning() {
        for (sent, turned_back, warned) in
            [(20, 9, false), (20, 10, true), (99, 10, true), (100, 10, false), (0, 0, false)]
        {
            assert_eq!(is_turned_back(sent, turned_back), warned, "{turned_back} of {sent}");
        }
    }

    #[test]
    fn what_anybody_may_read_needs_a_second_person_however_few_get_it() {
        let code = |public, count| gap(public, count, 100).and_then(|gap| gap.refusal());
        assert_eq!([code(false, 100), code(false, 101)], [None, Some(ProblemCode::ApprovalNeeded)]);
        assert_eq!([code(true, 1), code(true, 101)], [Some(ProblemCode::PublicApprovalNeeded); 2]);
    }

    #[test]
    fn what_is_more_than_an_hour_late_is_held() {
        let (at, hour) = (Timestamp::from_micros(0), Duration::from_hours(1));
        assert_eq!(due(at, at, hour), Due::Start);
        assert_eq!(due(at, at.plus(hour), hour), Due::Start);
        assert_eq!(due(at, at.plus(hour + Duration::from_secs(1)), hour), Due::Hold);
    }

    #[test]
    fn a_tenth_of_failures_is_often_and_a_few_are_not() {
        assert!(!fails_often(0, 49));
        assert!(fails_often(0, 50));
        assert!(!fails_often(450, 50));
        assert!(fails_often(449, 50));
    }

    #[test]
    fn an_instant_is_shown_where_people_are() {
        let at = Timestamp::from_micros(1_799_654_400_000_000);
        assert_eq!(local(at, Some("Europe/Brussels")).unwrap(), "2027-01-11T09:00:00+01:00[Europe/Brussels]");
        assert_eq!(local(at, None), None);
        assert!(zone("Mars/Olympus").is_err() && zone("Africa/Dakar").is_ok());
    }

    #[test]
    fn a_time_of_day_is_an_instant_where_the_clocks_show_it_once() {
        let at = |day, time, zone| instant(day, time, zone, "").map(|at| at.to_string()).ok();
        assert_eq!(at("2027-01-11", "09:00", "Europe/Brussels").as_deref(), Some("2027-01-11T08:00:00Z"));
        assert_eq!(at("2027-01-11", "09:00", "UTC").as_deref(), Some("2027-01-11T09:00:00Z"));
        // Clocks go forward from two to three, and back from three to two.
        assert_eq!(at("2027-03-28", "02:30", "Europe/Brussels"), None);
        assert_eq!(at("2027-10-31", "02:30", "Europe/Brussels"), None);
        assert_eq!(at("2027-02-29", "09:00", "UTC"), None);
        assert_eq!(at("2027-01-11", "25:00", "UTC"), None);
        assert_eq!(at("2027-01-11", "09:00", "Mars/Olympus"), None);
        assert!(meanings("2027-01-11", "09:00", "Europe/Brussels").is_empty());
    }

    #[test]
    fn a_time_that_is_skipped_or_shown_twice_is_the_one_that_is_chosen() {
        let offers = |day, zone| meanings(day, "02:30", zone);
        let pair = |hour: &str, offset: &str| (hour.to_owned(), offset.to_owned());
        let spring = [pair("01:30", "+01:00"), pair("03:30", "+02:00")];
        assert_eq!(offers("2027-03-28", "Europe/Brussels"), spring);
        let autumn = [pair("02:30", "+02:00"), pair("02:30", "+01:00")];
        assert_eq!(offers("2027-10-31", "Europe/Brussels"), autumn);
        let at = |day, offset| instant(day, "02:30", "Europe/Brussels", offset).map(|at| at.to_string()).ok();
        assert_eq!(at("2027-03-28", "+01:00").as_deref(), Some("2027-03-28T00:30:00Z"));
        assert_eq!(at("2027-03-28", "+02:00").as_deref(), Some("2027-03-28T01:30:00Z"));
        assert_eq!(at("2027-10-31", "+02:00").as_deref(), Some("2027-10-31T00:30:00Z"));
        assert_eq!(at("2027-10-31", "+01:00").as_deref(), Some("2027-10-31T01:30:00Z"));
        assert_eq!(at("2027-10-31", "+05:00"), None);
    }

    #[test]
    fn the_default_language_must_be_written_in() {
        assert!(variants(&written(&[Language::Fr]), Language::En).is_err());
        assert!(variants(&Variants::new(), Language::En).is_err());
        assert!(variants(&written(&[Language::En]), Language::En).is_ok());
    }

    #[test]
    fn no_subject_carries_a_header() {
        let mut tricky = written(&[Language::En]);
        tricky.insert(
            Language::En,
            Variant { subject: "Hi\r\nBcc: x@y.example".to_owned(), body_markdown: "B".to_owned() },
        );
        assert!(variants(&tricky, Language::En).is_err());
    }
}
