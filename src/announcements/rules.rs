//! What an announcement must hold, which variant a reader gets, and what the clock means for it.

use std::time::Duration;

use super::machine::{self, Event};
use super::types::{AnnouncementStatus, Draft, Row, Variant, Variants};
use crate::error::{Error, Fault, Faults, OrInternal as _};
use crate::events::Kind;
use crate::i18n::Language;
use crate::mail::markdown;
use crate::mail::template::{self, Slot};
use crate::secrets::fingerprint_of;
use crate::text;
use crate::time::Timestamp;

/// Longest subject: what a mail program shows.
const MAX_SUBJECT: usize = 200;
/// Longest text of a variant, in characters.
const MAX_BODY: usize = 20_000;
/// Most languages that a list names.
pub(super) const MAX_LANGUAGES: usize = 20;
/// Why one was halted by itself.
pub(super) const MANY_FAILURES: &str = "many_failures";
/// Every process ended that went on with it.
pub(super) const SET_ASIDE: &str = "set_aside";
/// Somebody let it go on all the same.
pub(super) const OVERRULED: &str = "overruled";
/// Why one was held: whoever planned it may not send any more.
pub(super) const PLANNER_LEFT: &str = "planner_left";
/// The same of whoever approved it.
pub(super) const APPROVER_LEFT: &str = "approver_left";
/// Failures that are worth halting for, when they are a tenth of what has left.
const WORTH_HALTING: i64 = 50;

/// What is said outside of an event; nothing of what is still being written.
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

/// Reads the variants: at least one, each whole, the default language among them.
///
/// # Errors
/// 422 that names every field at fault.
pub fn variants(given: &Variants, default_language: Language) -> Result<Variants, Error> {
    let mut faults = Faults::new();
    if given.is_empty() {
        faults.add(Fault::new("/variants", "empty"));
    } else if !given.contains_key(&default_language) {
        faults.add(Fault::new("/default_language", "no_variant").with("language", default_language));
    }
    let mut variants = Variants::new();
    for (&language, variant) in given {
        let subject = faults.take(&format!("/variants/{language}/subject"), text::line(&variant.subject, MAX_SUBJECT));
        let body_markdown =
            faults.take(&format!("/variants/{language}/body_markdown"), text::block(&variant.body_markdown, MAX_BODY));
        if variant.subject.contains("{{") {
            // It is a title too, in the archive, in digests and in the feed.
            faults.add(Fault::new(format!("/variants/{language}/subject"), "place_in_subject"));
        }
        if let Some(braces) = template::misplaced(&variant.body_markdown) {
            let pointer = format!("/variants/{language}/body_markdown");
            faults.add(Fault::new(pointer, "unknown_place").with("value", text::shown(braces)));
        }
        if let (Some(subject), Some(body_markdown)) = (subject, body_markdown) {
            variants.insert(language, Variant { subject, body_markdown });
        }
    }
    faults.finish()?;
    Ok(variants)
}

/// Refuses texts that cost more to render than they should. This takes as long as rendering them, so it comes before any unit of
/// work; what is too long or no text at all is left to [`variants`].
///
/// # Errors
/// 422 that names every field at fault.
pub(super) fn legible(given: &Variants) -> Result<(), Error> {
    let mut faults = Faults::new();
    for (language, variant) in given {
        let Ok(markdown) = text::block(&variant.body_markdown, MAX_BODY) else { continue };
        if let Err(excess) = markdown::check(&markdown) {
            faults.add(Fault::new(format!("/variants/{language}/body_markdown"), excess.code()));
        }
    }
    faults.finish()
}

/// Refuses a text that speaks to one reader where everybody may read it, and a link to leave where there is no topic to leave.
///
/// # Errors
/// 422 that names every field at fault.
pub(super) fn check_places(draft: &Draft) -> Result<(), Error> {
    let mut faults = Faults::new();
    for (language, Variant { body_markdown, .. }) in &draft.variants {
        let pointer = format!("/variants/{language}/body_markdown");
        if draft.public && template::is_personal(body_markdown) {
            faults.add(Fault::new(pointer, "place_in_public"));
        } else if draft.topic.is_none() && template::holds(body_markdown, Slot::Unsubscribe) {
            faults.add(Fault::new(pointer, "place_without_topic"));
        }
    }
    faults.finish()
}

/// The language that each reader is written to in: the one preferred, else one that is spoken, else the default. The chain is
/// as long as it takes to find one that it is written in.
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

/// The hash of what an announcement says and to whom.
///
/// # Errors
/// None that is expected.
pub(super) fn hash(draft: &Draft) -> Result<Vec<u8>, Error> {
    Ok(fingerprint_of(&serde_json::to_vec(draft).or_internal()?))
}

/// Refuses what lacks a language without which it is not sent.
///
/// # Errors
/// 409 that names them.
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
        Err(Error::conflict("language_missing").with("languages", missing.join(", ")))
    }
}

/// What does not fit the state of an announcement.
pub(super) fn not_possible(status: AnnouncementStatus, event: Event) -> Error {
    if status.has_begun() && matches!(event, Event::Revise | Event::Start | Event::Schedule | Event::Submit) {
        return Error::conflict("already_sent");
    }
    let possible = machine::possible(status).map(Event::as_str).collect::<Vec<_>>().join(", ");
    let refusal = Error::conflict("announcement_not_possible_now").with("status", status).with("event", event);
    if possible.is_empty() { refusal.with("possible", "-") } else { refusal.with("possible", possible) }
}

/// Refuses what makes sense only where readers are asked to acknowledge.
///
/// # Errors
/// 409.
pub(super) fn check_asked(acknowledge: bool) -> Result<(), Error> {
    if acknowledge { Ok(()) } else { Err(Error::conflict("acknowledgement_not_asked")) }
}

/// Whether anybody may read it: a public one of which the last mail has once come to its end, and that was not cancelled.
pub(super) fn is_open(row: &Row) -> bool {
    row.public && row.finished_at.is_some() && row.status != AnnouncementStatus::Cancelled
}

/// An instant in a time zone, as people read it.
pub(super) fn local(at: Timestamp, zone: Option<&str>) -> Option<String> {
    let instant = jiff::Timestamp::from_microsecond(at.as_micros()).ok()?;
    instant.in_tz(zone?).ok().map(|zoned| zoned.to_string())
}

/// Reads the name of a time zone.
///
/// # Errors
/// A fault where there is none of that name.
pub(super) fn zone(name: &str) -> Result<String, Fault> {
    match jiff::tz::TimeZone::get(name.trim()) {
        Ok(_) => Ok(name.trim().to_owned()),
        Err(_) => Err(Fault::new("", "unknown_zone").with("value", text::shown(name))),
    }
}

/// What is to be done with one whose time has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Due {
    /// Begin.
    Start,
    /// Ask whether it is still right: too much time has passed.
    Hold,
}

/// Whether it is not too late, `grace` after its time.
pub(super) fn due(send_at: Timestamp, now: Timestamp, grace: Duration) -> Due {
    if now.since(send_at) > grace { Due::Hold } else { Due::Start }
}

/// Whether so many failures among those that have left say that something is wrong with the announcement or the relay.
pub(super) fn fails_often(sent: i64, failed: i64) -> bool {
    failed >= WORTH_HALTING && failed.saturating_mul(10) > sent.saturating_add(failed)
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
