//! Languages, and every sentence that a person reads.
//!
//! The texts stand in `locales/<language>.ftl` (Project Fluent) and are compiled into the binary. Days and instants are
//! handed to them as they are stored; `DAY(…)` and `HOUR(…)` write them as the language does. English and French are
//! complete, which a test checks; the other languages of the community may be chosen already, and are answered in
//! English until their catalogue is there.

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

use crate::error::{Error, OrInternal as _};
use crate::time::{Day, Timestamp};

/// Values for the placeholders of a text.
pub type Args = Vec<(&'static str, String)>;

crate::text_enum! {
    /// A language of the community: the two official ones of customs, and the four that may follow.
    pub enum Language {
        /// English
        En = "en",
        /// French
        Fr = "fr",
        /// Spanish
        Es = "es",
        /// Arabic
        Ar = "ar",
        /// Russian
        Ru = "ru",
        /// Portuguese
        Pt = "pt",
    }
}

impl Language {
    /// The languages whose catalogue is complete.
    pub const WITH_CATALOGUE: &'static [Self] = &[Self::En, Self::Fr];

    /// `rtl` for languages written from right to left, as HTML's `dir` wants it.
    #[must_use]
    pub const fn direction(self) -> &'static str {
        match self {
            Self::Ar => "rtl",
            _ => "ltr",
        }
    }

    /// The best language with a catalogue for an `Accept-Language` header (RFC 9110, 12.5.4), English where none fits.
    #[must_use]
    pub fn negotiate(header: &str) -> Self {
        let mut best = (Self::En, 0.0_f32);
        for range in header.split(',') {
            let mut parts = range.split(';');
            let tag = parts.next().unwrap_or_default().trim();
            let weight =
                parts.find_map(|part| part.trim().strip_prefix("q=")?.trim().parse::<f32>().ok()).unwrap_or(1.0);
            let primary = tag.split('-').next().unwrap_or_default().to_ascii_lowercase();
            if let Some(language) = Self::parse(&primary)
                && Self::WITH_CATALOGUE.contains(&language)
                && weight > best.1
            {
                best = (language, weight);
            }
        }
        best.0
    }

    /// The language whose catalogue serves readers of this one.
    #[must_use]
    pub fn catalogue(self) -> Self {
        if Self::WITH_CATALOGUE.contains(&self) { self } else { Self::En }
    }
}

/// Every text in every language.
pub struct Catalogue {
    en: FluentBundle<FluentResource>,
    fr: FluentBundle<FluentResource>,
}

impl Catalogue {
    /// Reads the texts in the binary.
    ///
    /// # Errors
    /// Where a catalogue does not parse, which a test keeps from happening.
    pub fn load() -> Result<Self, Error> {
        Ok(Self {
            en: bundle("en", include_str!("../locales/en.ftl"))?,
            fr: bundle("fr", include_str!("../locales/fr.ftl"))?,
        })
    }

    /// The text for `key` in `language`. A dot asks for an attribute: `problem-busy.detail`.
    ///
    /// A key that no catalogue has is answered by itself, which looks bad and breaks nothing.
    #[must_use]
    pub fn text(&self, language: Language, key: &str, args: &[(&str, String)]) -> String {
        lookup(self.bundle(language), key, args)
            .or_else(|| lookup(&self.en, key, args))
            .unwrap_or_else(|| key.to_owned())
    }

    /// Whether `language` has `key` itself.
    #[must_use]
    pub fn has(&self, language: Language, key: &str) -> bool {
        lookup(self.bundle(language), key, &[]).is_some()
    }

    fn bundle(&self, language: Language) -> &FluentBundle<FluentResource> {
        match language.catalogue() {
            Language::Fr => &self.fr,
            _ => &self.en,
        }
    }
}

fn bundle(tag: &str, source: &str) -> Result<FluentBundle<FluentResource>, Error> {
    let tag: LanguageIdentifier = tag.parse().or_internal()?;
    let resource = FluentResource::try_new(source.to_owned())
        .map_err(|(_, errors)| Error::internal(format!("locales/{tag}.ftl: {errors:?}")))?;
    let mut bundle = FluentBundle::new_concurrent(vec![tag.clone()]);
    // Isolation marks around placeholders are for mixed-direction user interfaces; in a mail's subject they are noise.
    bundle.set_use_isolating(false);
    bundle.add_resource(resource).map_err(|errors| Error::internal(format!("locales/{tag}.ftl: {errors:?}")))?;
    let (months, first) = (lookup(&bundle, "months", &[]), lookup(&bundle, "first-of-month", &[]));
    let (months, first) = months.zip(first).ok_or_else(|| Error::internal(format!("locales/{tag}.ftl: no months")))?;
    bundle.add_function("DAY", move |values, _| written(values, |text| day(text, &months, &first))).or_internal()?;
    bundle.add_function("COUNT", |values, _| count(values)).or_internal()?;
    bundle.add_function("HOUR", |values, _| written(values, |text| Some(instant(text)?.hour()))).or_internal()?;
    Ok(bundle)
}

/// What a function of the texts makes of its value; a value that it can't read stays as it is.
fn written<'a>(values: &[FluentValue<'a>], write: impl Fn(&str) -> Option<String>) -> FluentValue<'a> {
    match values {
        [FluentValue::String(text)] => write(text).map_or_else(|| text.clone().into(), FluentValue::from),
        _ => FluentValue::Error,
    }
}

/// The number that a text is, so that a text can choose its plural by it.
fn count<'a>(values: &[FluentValue<'a>]) -> FluentValue<'a> {
    match values {
        [FluentValue::String(text)] => text.parse::<f64>().map_or_else(|_| text.clone().into(), FluentValue::from),
        _ => FluentValue::Error,
    }
}

/// A day, or that of an instant, in words: 28 November 2026.
fn day(text: &str, months: &str, first: &str) -> Option<String> {
    let (day, month, year) = Day::parse(text).or_else(|| Some(instant(text)?.day()))?.parts();
    let month = months.split_whitespace().nth(usize::try_from(month).ok()?.checked_sub(1)?)?;
    let day = if day == 1 { first.to_owned() } else { day.to_string() };
    Some(format!("{day} {month} {year}"))
}

fn instant(text: &str) -> Option<Timestamp> {
    text.parse().ok()
}

fn lookup(bundle: &FluentBundle<FluentResource>, key: &str, args: &[(&str, String)]) -> Option<String> {
    let (id, attribute) = key.split_once('.').map_or((key, None), |(id, attribute)| (id, Some(attribute)));
    let message = bundle.get_message(id)?;
    let pattern = match attribute {
        Some(name) => message.get_attribute(name)?.value(),
        None => message.value()?,
    };
    let mut values = FluentArgs::new();
    for (name, value) in args {
        values.set(*name, value.as_str());
    }
    let mut errors = Vec::new();
    Some(bundle.format_pattern(pattern, Some(&values), &mut errors).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

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
        assert_eq!(keys(include_str!("../locales/en.ftl")), keys(include_str!("../locales/fr.ftl")));
        Catalogue::load().expect("both catalogues parse");
    }

    #[test]
    fn days_and_hours_are_written_as_each_language_does() {
        let catalogue = Catalogue::load().unwrap();
        let told = |language, time: &str| {
            let args = [("time", time.to_owned()), ("community", "C".to_owned()), ("tokens", "0".to_owned())];
            catalogue.text(language, "mail-factor_removed.body", &args)
        };
        let text = told(Language::En, "2026-11-28T12:00:36.531079Z");
        assert!(text.starts_with("On 28 November 2026, 12:00 UTC, a second factor"), "{text}");
        let text = told(Language::Fr, "2026-11-28T12:00:36.531079Z");
        assert!(text.starts_with("Le 28 novembre 2026 à 12:00 UTC, un second facteur"), "{text}");
        assert!(told(Language::Fr, "2026-08-01T00:00:00Z").starts_with("Le 1er août 2026 à 00:00 UTC"));
        let leaving = [("day", "2027-01-01".to_owned())];
        let text = catalogue.text(Language::En, "problem-account_leaving.detail", &leaving);
        assert!(text.contains("on 1 January 2027"), "{text}");
    }

    #[test]
    fn french_is_set_as_french() {
        let texts = include_str!("../locales/fr.ftl").lines().filter(|line| !line.starts_with('#'));
        for line in texts {
            assert!(!line.contains(['\'', '\u{202f}']), "{line}");
            let bare = ["« ", " »", " :", " ;", " ?", " !"].iter().any(|bare| line.contains(bare));
            assert!(!bare, "a space that breaks: {line}");
        }
    }
}
