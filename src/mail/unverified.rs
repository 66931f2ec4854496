//! What mails may say to an address that nobody has verified.
//!
//! Whoever types an address need not be its owner, and what we mail is signed by us. So such a mail says nothing that
//! somebody typed: no names, no reasons, no messages. Its greeting names nobody, the header of its receiver has no name, and
//! of the values that a feature hands over only facts of the portal reach the text: official names of organisations, codes,
//! dates and counts. Here is the one table of these kinds, which [`super::Letters`] and [`super::Outbox`] heed.

use super::letter::Letter;
use crate::i18n::Args;

/// The kinds that go to addresses nobody has verified, and the facts that each may tell.
const KINDS: [(&str, &[&str]); 4] = [
    ("verify_address", &["hours", "organisation", "role"]),
    ("invitation", &INVITATION),
    ("invitation_reminder", &INVITATION),
    ("confirm_address", &["hours"]),
];
/// `inviter` is the office of whoever invites.
const INVITATION: [&str; 5] = ["inviter", "organisation_en", "organisation_fr", "day", "days"];

/// The facts that a mail of this kind may tell, where it goes to an address that nobody has verified.
fn facts(kind: &str) -> Option<&'static [&'static str]> {
    KINDS.iter().find(|(known, _)| *known == kind).map(|(_, facts)| *facts)
}

/// Whether mails of this kind go to addresses that nobody has verified.
pub(super) fn is_for_anybody(kind: &str) -> bool {
    facts(kind).is_some()
}

/// The key of a letter's greeting, and the values that its text may tell.
pub(super) fn told(letter: &Letter) -> (&'static str, Args) {
    let Some(facts) = facts(letter.kind) else {
        let mut args = letter.args.clone();
        args.push(("name", letter.name.clone()));
        return ("mail-greeting", args);
    };
    let args = letter.args.iter().filter(|(name, _)| facts.contains(name)).cloned().collect();
    ("mail-greeting-unverified", args)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// The texts of a catalogue under a key, with the texts that these refer to.
    fn texts(catalogue: &str, key: &str) -> String {
        let mut found = String::new();
        let mut inside = false;
        for line in catalogue.lines() {
            let is_head = !line.starts_with([' ', '\n']) && !line.is_empty();
            inside = if is_head { line.starts_with(&format!("{key} =")) } else { inside };
            if inside {
                found.push_str(line);
                found.push('\n');
            }
        }
        let referred: BTreeSet<String> = found
            .split('{')
            .skip(1)
            .filter_map(|rest| rest.split('}').next())
            .map(|place| place.trim().to_owned())
            .filter(|place| place.chars().all(|c| c.is_ascii_lowercase() || c == '-' || c == '_') && !place.is_empty())
            .collect();
        found + &referred.iter().map(|key| texts(catalogue, key)).collect::<String>()
    }

    #[test]
    fn these_mails_have_no_place_for_what_somebody_typed() {
        // What the letters add by themselves.
        let own = ["community", "url", "contact"];
        for catalogue in [include_str!("../../locales/en.ftl"), include_str!("../../locales/fr.ftl")] {
            for (kind, facts) in KINDS {
                let text = texts(catalogue, &format!("mail-{kind}")) + &texts(catalogue, "mail-greeting-unverified");
                assert!(text.contains(".body"), "{kind}");
                for place in text.split('$').skip(1) {
                    let name: String = place.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
                    assert!(facts.contains(&name.as_str()) || own.contains(&name.as_str()), "{kind} tells {name}");
                }
            }
        }
    }

    #[test]
    fn what_is_no_fact_does_not_reach_the_text() {
        for (kind, facts) in KINDS {
            let mut args: Args = facts.iter().map(|name| (*name, "fact".to_owned())).collect();
            args.extend([("applicant", "stranger".to_owned()), ("reason", "stranger".to_owned())]);
            let (greeting, told) = told(&Letter { kind, name: "stranger".to_owned(), args, link: None });
            assert_eq!((greeting, told.len()), ("mail-greeting-unverified", facts.len()), "{kind}");
            assert!(told.iter().all(|(_, value)| value == "fact"), "{kind}");
        }
        assert!(!is_for_anybody("approved"));
    }
}
