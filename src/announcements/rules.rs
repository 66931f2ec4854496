//! What an announcement must hold, and which variant a reader gets.

use super::types::{Audience, Variant, Variants};
use crate::error::{Error, Fault, Faults};
use crate::i18n::Language;
use crate::text;

/// Longest subject: what a mail program shows.
const MAX_SUBJECT: usize = 200;
/// Longest text of a variant, in characters.
const MAX_BODY: usize = 20_000;
/// Most entries of one list of an audience.
const MAX_LIST: usize = 200;

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
        if let (Some(subject), Some(body_markdown)) = (subject, body_markdown) {
            variants.insert(language, Variant { subject, body_markdown });
        }
    }
    faults.finish()?;
    Ok(variants)
}

/// Reads an audience: codes as they are stored, each once.
///
/// # Errors
/// 422 where a list is too long.
pub fn audience(given: &Audience) -> Result<Audience, Error> {
    let mut faults = Faults::new();
    let lower = |codes: &[String]| text::unique(codes.iter().map(|code| code.trim().to_lowercase()));
    let mut audience = Audience {
        regions: given.regions.clone(),
        roles: given.roles.clone(),
        members: text::unique(given.members.iter().map(|code| code.trim().to_uppercase())),
        technologies: lower(&given.technologies),
        languages: lower(&given.languages),
    };
    for (pointer, list) in [
        ("/audience/members", &audience.members),
        ("/audience/languages", &audience.languages),
        ("/audience/technologies", &audience.technologies),
    ] {
        if list.len() > MAX_LIST {
            faults.add(Fault::new(pointer, "too_many").with("max", MAX_LIST));
        }
    }
    if let Some(code) = audience.languages.iter().find(|code| !text::is_language_code(code)) {
        faults.add(Fault::new("/audience/languages", "unknown_language").with("value", code));
    }
    audience.regions.sort_unstable();
    audience.regions.dedup();
    audience.roles.sort_unstable();
    audience.roles.dedup();
    faults.finish()?;
    Ok(audience)
}

/// The language a reader gets: the own where there is a variant in it, else the default.
#[must_use]
pub fn language_for(reader: Language, variants: &Variants, default_language: Language) -> Language {
    if variants.contains_key(&reader) { reader } else { default_language }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(languages: &[Language]) -> Variants {
        let variant = Variant { subject: "S".to_owned(), body_markdown: "B".to_owned() };
        languages.iter().map(|&language| (language, variant.clone())).collect()
    }

    #[test]
    fn a_reader_gets_the_own_language_or_the_default() {
        let both = written(&[Language::En, Language::Fr]);
        assert_eq!(language_for(Language::Fr, &both, Language::En), Language::Fr);
        assert_eq!(language_for(Language::Ar, &both, Language::En), Language::En);
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
