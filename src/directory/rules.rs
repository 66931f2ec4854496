//! What a contact shows to whom, and by which terms it is found.

use super::types::{Contact, ContactMember, ContactRow};
use crate::policy::{Principal, may_see};
use crate::text;

/// The contact as this viewer may see it. The one place where fields are withheld.
#[must_use]
pub fn shown_to(viewer: &Principal, row: ContactRow, member: ContactMember) -> Contact {
    let sees = |audience| may_see(viewer, audience, row.user_id, row.organisation_id, row.region);
    Contact {
        email: sees(row.email_audience).then_some(row.email),
        phone: row.phone.filter(|_| sees(row.phone_audience)),
        id: row.id,
        name: row.name,
        role: row.role,
        member,
        job_title: row.job_title,
        languages: row.languages.0,
        technologies: row.technologies.0,
        confirmation: row.confirmation,
        confirmed_at: row.confirmed_at,
        updated_at: row.updated_at,
    }
}

/// The terms of a contact in the inverted index. Only what everybody may see is among them, so that nobody can find out
/// by searching what is withheld.
#[must_use]
pub fn terms(
    name: &str,
    job_title: Option<&str>,
    organisation: &str,
    languages: &[String],
    technologies: &[String],
) -> Vec<String> {
    let mut terms = text::words(name);
    terms.extend(text::words(job_title.unwrap_or_default()));
    terms.extend(text::words(organisation));
    terms.extend(languages.iter().map(|code| language_term(code)));
    terms.extend(technologies.iter().map(|code| technology_term(code)));
    terms.sort_unstable();
    terms.dedup();
    terms
}

/// The term of a language. It begins with a sign that no word has, so no word's beginning finds it.
#[must_use]
pub fn language_term(code: &str) -> String {
    format!("#language:{code}")
}

/// The term of a technology.
#[must_use]
pub fn technology_term(code: &str) -> String {
    format!("#technology:{code}")
}

/// The end of the range of terms that begin with `word`: past every letter and digit that may follow.
#[must_use]
pub fn end_of_prefix(word: &str) -> String {
    format!("{word}{{")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contact_is_found_by_its_public_words() {
        let terms = terms("Awa Diop", Some("Chef de bureau"), "Senegal Sénégal SN", &["fr".into()], &["ai_ml".into()]);
        for term in ["awa", "diop", "chef", "senegal", "sn", "#language:fr", "#technology:ai_ml"] {
            assert!(terms.contains(&term.to_owned()), "{term}");
        }
        assert_eq!(terms.iter().filter(|term| *term == "senegal").count(), 1);
    }

    #[test]
    fn a_prefix_range_holds_what_begins_with_it_and_no_facet() {
        let range = |word: &str, term: &str| term >= word && term < end_of_prefix(word).as_str();
        assert!(range("sene", "senegal") && range("sene", "sene") && !range("sene", "senf"));
        assert!(!range("language", "#language:fr") && !range("l", "#language:fr"));
    }
}
