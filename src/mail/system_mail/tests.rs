//! Every mail with samples of its values, in every language.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::*;
use crate::config::Community;
use crate::i18n::{Catalogue, Language, TextFault};
use crate::mail::{DIGEST, EmailRenderer, Recipient};
use crate::{
    accounts, announcements, directory, identity, life_cycle, privacy, registrations, responses, rounds, webhooks,
};

/// The texts of each language that has any.
const CATALOGUES: [(Language, &str); 2] =
    [(Language::En, include_str!("../../../locales/en.ftl")), (Language::Fr, include_str!("../../../locales/fr.ftl"))];

/// What every text may name, beside the values of its mail.
const OWN: [&str; 3] = ["community", "url", "name"];

/// Every mail of every feature.
fn samples() -> Vec<Box<dyn SystemMail>> {
    let features = [
        accounts::mails::samples(),
        announcements::mails::samples(),
        directory::mails::samples(),
        identity::mails::samples(),
        life_cycle::mails::samples(),
        privacy::mails::samples(),
        registrations::mails::samples(),
        responses::mails::samples(),
        rounds::mails::samples(),
        webhooks::mails::samples(),
    ];
    features.into_iter().flatten().collect()
}

fn letters(catalogue: &Arc<Catalogue>) -> EmailRenderer {
    let (name, name_fr) = ("Community".to_owned(), "Communauté".to_owned());
    let community = Community { name, name_fr, logo_url: String::new(), contact_email: "ask@x.example".to_owned() };
    EmailRenderer::new(Arc::clone(catalogue), community, "https://x.example".to_owned())
}

fn to(language: Language) -> Recipient {
    Recipient { user_id: None, address: "awa@x.example".to_owned(), name: "Awa".to_owned(), language }
}

/// The text under a key with its attributes, and the texts that it refers to.
fn text(catalogue: &str, key: &str) -> String {
    let mut found = String::new();
    let mut inside = false;
    for line in catalogue.lines() {
        if !line.starts_with(' ') && !line.is_empty() {
            inside = line.starts_with(&format!("{key} ="));
        }
        if inside {
            found.push_str(line);
            found.push('\n');
        }
    }
    let places = found.split('{').skip(1).filter_map(|rest| rest.split('}').next()).map(str::trim);
    let is_key = |place: &&str| place.starts_with(|c: char| c.is_ascii_lowercase()) && !place.contains(' ');
    let keys: BTreeSet<&str> = places.filter(is_key).collect();
    let referred: String = keys.into_iter().map(|key| text(catalogue, key)).collect();
    found + &referred
}

/// The values that a text names.
fn named(text: &str) -> BTreeSet<&str> {
    let names = text.split('$').skip(1);
    names.filter_map(|rest| rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next()).collect()
}

/// The names of the values of each kind of mail.
fn values() -> BTreeMap<&'static str, BTreeSet<&'static str>> {
    let mut values: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for mail in samples() {
        values.entry(mail.kind()).or_default().extend(mail.args().into_iter().map(|(name, _)| name));
    }
    values
}

#[test]
fn every_mail_is_written_in_every_language_and_lacks_nothing() {
    let catalogue = Arc::new(Catalogue::load().unwrap());
    let letters = letters(&catalogue);
    assert_eq!(Language::WITH_CATALOGUE, CATALOGUES.map(|(language, _)| language));
    for mail in samples() {
        let kind = mail.kind();
        for &language in Language::WITH_CATALOGUE {
            let written = letters.write(&to(language), mail.as_ref()).unwrap().content;
            for said in [&written.subject, &written.text] {
                assert!(!said.contains(['{', '}']) && !said.contains("()"), "{kind} in {language}: {said}");
            }
            assert!(!written.subject.is_empty() && !written.subject.contains('\n'), "{kind} in {language}");
            let label = catalogue.text(language, &format!("mail-{kind}.button"), &[]);
            assert_eq!(mail.link().is_some(), label != "-", "{kind} in {language}: a button and where it leads");
        }
        letters.write_bilingual(&to(Language::En), mail.as_ref()).unwrap();
        assert!(catalogue.faults().is_empty(), "{kind}: {:?}", catalogue.faults());
    }
}

#[test]
fn a_text_names_what_its_mail_has_and_a_mail_has_what_a_text_names() {
    for (kind, values) in values() {
        let texts = CATALOGUES.map(|(language, catalogue)| (language, text(catalogue, &format!("mail-{kind}"))));
        for (language, text) in &texts {
            assert!(text.contains("\n    .body ="), "{kind} in {language}");
            let odd: Vec<_> = named(text).into_iter().filter(|name| !values.contains(*name)).collect();
            assert!(odd.iter().all(|name| OWN.contains(name)), "{kind} in {language} names {odd:?}");
        }
        let is_used = |value: &str| texts.iter().any(|(_, text)| named(text).contains(value));
        let unused: Vec<_> = values.into_iter().filter(|value| !is_used(value)).collect();
        assert!(unused.is_empty(), "no text of {kind} names {unused:?}");
    }
}

#[test]
fn every_text_of_a_mail_has_a_mail() {
    let values = values();
    let mut key = "";
    for line in CATALOGUES.iter().flat_map(|(_, catalogue)| catalogue.lines()) {
        if let Some((id, _)) = line.split_once(" =").filter(|_| !line.starts_with([' ', '#'])) {
            key = id;
        }
        if let Some(kind) = key.strip_prefix("mail-").filter(|_| line.starts_with("    .body =")) {
            // A digest has a list between its paragraphs (`EmailRenderer::digest`).
            assert!(kind == DIGEST || values.contains_key(kind), "there is no mail {kind}");
        }
    }
}

/// Where a value decides which page it is, stories follow the link (`tests/it/pages/mailed_addresses.rs`).
#[test]
fn every_mail_leads_to_a_page() {
    let pages = include_str!("../../../docs/web-portal.md").replace("{sha256}", "{id}");
    let is_page = |path: &str| {
        let last = path.rsplit('/').next().unwrap_or_default();
        pages.contains(&format!("`{path}`")) || pages.contains(&format!("`…/{last}`"))
    };
    let links = samples().into_iter().filter_map(|mail| Some((mail.kind(), mail.link()?)));
    for (kind, link) in links.filter(|(_, link)| link != "/token") {
        let parts = link.split('?').next().unwrap_or_default().split('/');
        let parts: Vec<&str> = parts.map(|part| if part == "token" { "{id}" } else { part }).collect();
        let page = parts.join("/");
        assert!(is_page(&page), "{kind} leads to {page}");
    }
}

#[test]
fn a15_a_mail_to_an_unverified_address_names_nobody() {
    let letters = letters(&Arc::new(Catalogue::load().unwrap()));
    let unverified: Vec<_> = samples().into_iter().filter(|mail| !mail.audience().is_verified()).collect();
    let kinds: BTreeSet<&str> = unverified.iter().map(|mail| mail.kind()).collect();
    assert_eq!(kinds, BTreeSet::from(["confirm_address", "invitation", "invitation_reminder", "verify_address"]));
    for mail in unverified {
        let written = letters.write(&to(Language::En), mail.as_ref()).unwrap().content;
        assert!(!written.text.contains("Awa") && !written.html.contains("Awa"), "{}", written.text);
        assert!(!written.text.contains("sample of"), "{}", written.text);
    }
}

#[test]
fn what_a_person_wrote_is_quoted_and_makes_no_paragraph_of_the_portal() {
    let letters = letters(&Arc::new(Catalogue::load().unwrap()));
    let mut quoting = BTreeSet::new();
    for mail in samples() {
        let kind = mail.kind();
        assert!(mail.args().iter().all(|(_, value)| !value.contains(['\n', '\r'])), "a value is a line: {kind}");
        for &language in Language::WITH_CATALOGUE {
            let written = letters.write(&to(language), mail.as_ref()).unwrap().content;
            let Some(quote) = mail.quote() else {
                assert!(!written.html.contains("<blockquote") && !written.text.contains("\n> "), "{kind}");
                continue;
            };
            quoting.insert(kind);
            let quoted: Vec<&str> = written.text.lines().filter(|line| line.starts_with('>')).collect();
            let lines: Vec<_> = quote.text.lines().map(|line| format!("> {line}").trim_end().to_owned()).collect();
            assert_eq!(quoted, lines, "{kind} in {language}: {}", written.text);
            let before = written.text.split("\n\n> ").next().unwrap_or_default();
            assert!(before.ends_with(':'), "it says who wrote it: {before}");
            let (before, rest) = written.html.split_once("<blockquote dir=\"auto\">").unwrap();
            let (inside, after) = rest.split_once("</blockquote>").unwrap();
            assert!(inside.contains("<br><br>https://x.example/quoted<br>") && !inside.contains("<a"), "{inside}");
            assert!(!before.contains("/quoted") && !after.contains("/quoted"), "{kind} in {language}");
        }
    }
    let with_a_reason = ["account_suspended", "announcement_rejected", "appointment_replaced", "appointment_suspended"];
    let others = ["appointment_taken_over", "factors_reset", "hand_over", "info_requested", "rejected"];
    let of_surveys = ["extension_asked", "extension_decided", "response_returned", "survey_reminder"];
    let wanted = with_a_reason.into_iter().chain(others).chain(of_surveys);
    assert_eq!(quoting, wanted.collect::<BTreeSet<_>>());
}

mod planted {
    use crate::time::Timestamp;

    crate::mails! {
        /// A login, without the network and the program that its text wants.
        struct NewLogin("new_login", Account) { time: Timestamp }

        /// A mail without a text.
        struct Unwritten("unwritten", Duty, "/") {}
    }
}

#[test]
fn a_value_that_is_missing_and_a_text_that_is_missing_are_found() {
    let catalogue = Arc::new(Catalogue::load().unwrap());
    for mail in planted::samples() {
        letters(&catalogue).write(&to(Language::Fr), mail.as_ref()).unwrap();
    }
    let faults: Vec<TextFault> = catalogue.faults().into_iter().map(|(fault, _)| fault).collect();
    let lacks = |key: &str, name: &str| {
        faults.iter().any(|fault| fault.catalogue == "fr" && fault.key == key && fault.lack.contains(name))
    };
    assert!(lacks("mail-new_login.body", "$network") && lacks("mail-new_login.body", "$program"), "{faults:?}");
    assert!(!lacks("mail-new_login.body", "$time"), "{faults:?}");
    for key in ["mail-unwritten", "mail-unwritten.body", "mail-unwritten.button"] {
        assert!(lacks(key, "no such text"), "{faults:?}");
    }
}
