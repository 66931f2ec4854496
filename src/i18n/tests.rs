//! Texts in each language: days, hours, spans, sizes and plurals; and what texts must not contain.

use std::collections::BTreeSet;

use super::*;
use crate::error::{FieldCode, ProblemCode};

#[test]
fn a_reader_gets_the_language_that_fits_best() {
    for (header, language) in [
        ("fr", Language::Fr),
        ("fr-CA,fr;q=0.9,en;q=0.8", Language::Fr),
        ("de,en;q=0.7,fr;q=0.3", Language::En),
        ("en;q=0.2, fr;q=0.9", Language::Fr),
        ("ar", Language::En),
        ("", Language::En),
        (";;,q=,fr;q=x", Language::Fr),
    ] {
        assert_eq!(Language::negotiate(header), language, "{header}");
    }
}

#[test]
fn a_language_without_texts_gives_way_to_that_of_the_browser() {
    assert_eq!(Language::En.catalogue_or(Language::Fr), Language::En);
    assert_eq!(Language::Ar.catalogue_or(Language::Fr), Language::Fr);
    assert_eq!(Language::Ar.catalogue_or(Language::Ru), Language::En);
}

#[test]
fn every_text_is_there_in_both_languages() {
    let keys = |source: &str| {
        let mut message = String::new();
        let mut keys = Vec::new();
        for line in source.lines() {
            if let Some((id, _)) = line.split_once(" =") {
                if let Some(attribute) = id.trim_start().strip_prefix('.') {
                    keys.push(format!("{message}.{attribute}"));
                } else if !id.starts_with([' ', '#', '-']) {
                    message = id.to_owned();
                    keys.push(message.clone());
                }
            }
        }
        keys.sort();
        keys
    };
    for (english, french) in SOURCES[0].1.iter().zip(SOURCES[1].1) {
        assert_eq!(keys(english), keys(french));
    }
    let all = keys(&SOURCES[0].1.join("\n"));
    let distinct: BTreeSet<_> = all.iter().collect();
    assert_eq!(distinct.len(), all.len(), "a key in two files");
    Catalogue::load().expect("both catalogues parse");
}

#[test]
fn every_code_has_its_texts_and_every_text_of_a_problem_its_code() {
    let catalogue = Catalogue::load().unwrap();
    let problems = ProblemCode::ALL.iter().map(|code| format!("problem-{code}"));
    let fields = FieldCode::ALL.iter().map(|code| format!("fault-{code}"));
    let codes: BTreeSet<String> = problems.chain(fields).collect();
    for (language, source) in
        [(Language::En, include_str!("../../locales/en.ftl")), (Language::Fr, include_str!("../../locales/fr.ftl"))]
    {
        let keys = source.lines().filter_map(|line| line.split_once(" =")).map(|(key, _)| key);
        let texts = keys.filter(|key| key.starts_with("problem-") || key.starts_with("fault-"));
        assert_eq!(texts.map(str::to_owned).collect::<BTreeSet<_>>(), codes, "{language}");
        for code in ProblemCode::ALL {
            assert!(catalogue.has(language, &format!("problem-{code}.detail")), "{code} in {language}");
        }
    }
}

#[test]
fn days_and_hours_are_written_as_each_language_does() {
    let catalogue = Catalogue::load().unwrap();
    let told = |language, time: &str| {
        let args = [("time", time.to_owned()), ("community", "C".to_owned()), ("tokens", "0".to_owned())];
        catalogue.text(language, "mail-factor_removed.body", &args)
    };
    let text = told(Language::En, "2026-11-28T12:00:36.531079Z");
    assert!(text.starts_with("On 28 November 2026 at 12:00 UTC, a second factor"), "{text}");
    let text = told(Language::Fr, "2026-11-28T12:00:36.531079Z");
    assert!(text.starts_with("Le 28 novembre 2026 à 12\u{a0}h\u{a0}00 (UTC), un second facteur"), "{text}");
    let text = told(Language::Fr, "2026-08-01T09:05:00Z");
    assert!(text.starts_with("Le 1er août 2026 à 9\u{a0}h\u{a0}05 (UTC)"), "{text}");
    let leaving = [("day", "2027-01-01".to_owned())];
    let text = catalogue.text(Language::En, "problem-account_leaving.detail", &leaving);
    assert!(text.contains("on 1 January 2027"), "{text}");
}

#[test]
fn times_on_pages_are_those_of_a_zone_and_name_it() {
    let catalogue = Catalogue::load().unwrap();
    let told = |language, zone: &str| {
        let args = [("at", "2026-07-31T22:30:00Z".to_owned()), ("zone", zone.to_owned())];
        catalogue.text(language, "shown-moment", &args)
    };
    assert_eq!(told(Language::En, "UTC"), "31\u{a0}July 2026, 22:30 UTC");
    assert_eq!(told(Language::En, "Europe/Brussels"), "1\u{a0}August 2026, 00:30 Europe/Brussels (UTC+02:00)");
    let french = told(Language::Fr, "America/Sao_Paulo");
    assert_eq!(french, "31\u{a0}juillet 2026, 19\u{a0}h\u{a0}30 America/Sao_Paulo (UTC-03:00)");
    for source in SOURCES.iter().flat_map(|(_, sources)| sources.iter().skip(1)) {
        for line in source.lines().filter(|line| !line.starts_with('#') && line.contains("HOUR(")) {
            let counted = |what: &str| line.matches(what).count();
            let zoned =
                counted(", $zone)") + counted(", $zone_of_round)") + counted(", $zone_of_plan)") + counted(", $utc)");
            assert!(zoned == counted("HOUR(") + counted("DAY(") + counted("ZONE("), "{line}");
            assert!(line.contains("ZONE(") || line.ends_with(", $utc) } UTC"), "a time without its zone: {line}");
        }
    }
}

#[test]
fn spans_and_sizes_have_units_in_the_right_number() {
    let catalogue = Catalogue::load().unwrap();
    for (seconds, english, french) in [
        ("0", "0 seconds", "0\u{a0}seconde"),
        ("1", "1 second", "1\u{a0}seconde"),
        ("59", "59 seconds", "59\u{a0}secondes"),
        ("60", "1 minute", "1\u{a0}minute"),
        ("61", "2 minutes", "2\u{a0}minutes"),
        ("3600", "1 hour", "1\u{a0}heure"),
        ("172800", "2 days", "2\u{a0}jours"),
        ("soon", "soon", "soon"),
    ] {
        for (language, said) in [(Language::En, english), (Language::Fr, french)] {
            let args = [("seconds", seconds.to_owned())];
            let text = catalogue.text(language, "problem-too_many_attempts.detail", &args);
            assert!(text.contains(&format!(" {said} ")), "{seconds}: {text}");
        }
    }
    for (bytes, english, french) in [
        ("1000", "1000 bytes", "1000\u{a0}octets"),
        ("65536", "64 KB", "64\u{a0}Ko"),
        ("8388608", "8 MB", "8\u{a0}Mo"),
        ("1500000", "1464 KB", "1464\u{a0}Ko"),
    ] {
        let told = |language| catalogue.text(language, "problem-too_large.detail", &[("limit", bytes.to_owned())]);
        assert!(told(Language::En).ends_with(&format!("at most {english}.")), "{}", told(Language::En));
        assert!(told(Language::Fr).contains(&format!("{french} au plus")), "{}", told(Language::Fr));
    }
}

#[test]
fn a_plural_is_right_for_none_for_one_and_for_many() {
    let catalogue = Catalogue::load().unwrap();
    let told = |language, left: &str| {
        let args = [("left", left.to_owned()), ("community", "C".to_owned())];
        catalogue.text(language, "mail-recovery_code_used.body", &args)
    };
    for (left, english, french) in [
        ("0", "no recovery codes left: please make new ones now.", "aucun code de secours"),
        ("1", "You have one recovery code left.", "Il vous reste un code de secours."),
        ("9", "You have 9 recovery codes left.", "Il vous reste 9 codes de secours."),
    ] {
        assert!(told(Language::En, left).contains(english), "{left}");
        assert!(told(Language::Fr, left).contains(french), "{left}");
    }
}

#[test]
fn no_text_for_people_names_a_method_or_a_path_of_the_api() {
    for source in SOURCES.iter().flat_map(|(_, sources)| sources) {
        for line in source.lines().filter(|line| !line.starts_with('#')) {
            let mut words = line.split(|c: char| !c.is_alphanumeric());
            assert!(!words.any(|word| ["GET", "POST", "PUT", "PATCH", "DELETE"].contains(&word)), "{line}");
            assert!(!line.contains("/api/") && !line.contains("/docs"), "{line}");
        }
    }
}

#[test]
fn a_hint_is_for_programs_and_codes_have_words() {
    let catalogue = Catalogue::load().unwrap();
    let hint = catalogue.hint("reauth_required", &[("seconds", "300".to_owned())]).unwrap();
    assert!(hint.contains("300 seconds") && hint.contains("POST /api/v1/me/reauthenticate"), "{hint}");
    assert_eq!(catalogue.hint("not_found", &[]), None);
    let words = |language, codes| catalogue.words(language, "role", codes);
    assert_eq!(words(Language::En, "ncp, coordinator"), "National Contact Point, Coordinator");
    assert_eq!(words(Language::Fr, "auditor, unheard-of"), "Audit, unheard-of");
}

#[test]
fn french_is_set_as_french() {
    let texts = SOURCES[1].1.iter().flat_map(|source| source.lines()).filter(|line| !line.starts_with('#'));
    for line in texts {
        assert!(!line.contains(['\'', '\u{202f}']), "{line}");
        let bare = ["« ", " »", " :", " ;", " ?", " !"].iter().any(|bare| line.contains(bare));
        assert!(!bare, "a space that breaks: {line}");
    }
}
