//! Languages, and all texts for people.
//!
//! The texts are in `locales/<language>.ftl` (Project Fluent) and are compiled into the binary. Days, instants, spans
//! of time and sizes are passed to them as stored; `DAY(…)`, `HOUR(…)`, `SPAN(…)` and `SIZE(…)` format them for the
//! language, and `COUNT(…)` lets a text choose a plural. On pages days and hours are those of the reader's time zone
//! (`DAY($at, $zone)`, `HOUR($at, $zone)`), which `ZONE($at, $zone)` names with its offset; without a zone they are in
//! UTC, as in mails. Codes have words there too ([`Catalogue::words`]). English and
//! French are complete, which a test checks; the other languages of the community can be chosen already, and are served
//! in English until they have a catalogue.
//!
//! Texts for people name no method and no path of the API. Hints for programs are in `locales/hints.ftl`, in English
//! only ([`Catalogue::hint`]).
//!
//! A fault of a text that is rendered (a value that was not given, a text that is in no catalogue) is logged, counted,
//! and fails a test ([`Catalogue::faults`]). The reader gets the rest of the text.

mod faults;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentError, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

pub use crate::error::Args;
use crate::error::{Error, OrInternal as _};
use crate::time::{Day, Timestamp, Zone};
pub use faults::TextFault;
use faults::TextFaults;

/// The name of the catalogue of hints, beside those of languages.
const HINTS: &str = "hints";

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

    /// The best language with a catalogue for an `Accept-Language` header (RFC 9110, 12.5.4); English if none matches.
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

    /// Whether pages and mails of the portal have texts in it.
    #[must_use]
    pub fn has_catalogue(self) -> bool {
        Self::WITH_CATALOGUE.contains(&self)
    }

    /// This language, where it has a catalogue; otherwise that which the reader's browser asks for.
    #[must_use]
    pub fn catalogue_or(self, asked: Self) -> Self {
        if self.has_catalogue() { self } else { asked.catalogue() }
    }

    /// The language whose catalogue serves readers of this one.
    #[must_use]
    pub fn catalogue(self) -> Self {
        if self.has_catalogue() { self } else { Self::En }
    }
}

/// Every text in every language.
pub struct Catalogue {
    en: FluentBundle<FluentResource>,
    fr: FluentBundle<FluentResource>,
    hints: FluentBundle<FluentResource>,
    faults: TextFaults,
}

macro_rules! sources {
    ($language:literal) => {
        [
            include_str!(concat!("../locales/", $language, ".ftl")),
            include_str!(concat!("../locales/pages/", $language, "/layout.ftl")),
            include_str!(concat!("../locales/pages/", $language, "/identity.ftl")),
            include_str!(concat!("../locales/pages/", $language, "/account.ftl")),
            include_str!(concat!("../locales/pages/", $language, "/directory.ftl")),
            include_str!(concat!("../locales/pages/", $language, "/announcements.ftl")),
            include_str!(concat!("../locales/pages/", $language, "/authoring.ftl")),
            include_str!(concat!("../locales/pages/", $language, "/people.ftl")),
            include_str!(concat!("../locales/pages/", $language, "/administration.ftl")),
            include_str!(concat!("../locales/pages/", $language, "/care.ftl")),
            include_str!(concat!("../locales/pages/", $language, "/uploads.ftl")),
            include_str!(concat!("../locales/pages/", $language, "/surveys.ftl")),
            include_str!(concat!("../locales/pages/", $language, "/questionnaires.ftl")),
            include_str!(concat!("../locales/pages/", $language, "/rounds.ftl")),
            include_str!(concat!("../locales/pages/", $language, "/answers.ftl")),
            include_str!(concat!("../locales/pages/", $language, "/responses.ftl")),
            include_str!(concat!("../locales/pages/", $language, "/results.ftl")),
        ]
    };
}

/// The files of a language.
const AREAS: usize = 17;

/// The texts in English and in French: those of the API and of mails, then those of pages, a file for each area.
const SOURCES: [(Language, [&str; AREAS]); 2] = [(Language::En, sources!("en")), (Language::Fr, sources!("fr"))];

/// The names of units in a language.
#[derive(Clone)]
struct Units {
    /// Singular and plural of each, from seconds to days, separated by spaces.
    times: String,
    /// Bytes, kilobytes, megabytes.
    sizes: String,
    /// The separator between a number and its unit.
    between: String,
    /// Whether zero takes the singular.
    none_is_one: bool,
}

impl Catalogue {
    /// Parses the texts in the binary.
    ///
    /// # Errors
    /// If a catalogue does not parse, which a test prevents.
    pub fn load() -> Result<Self, Error> {
        Ok(Self {
            en: bundle(SOURCES[0])?,
            fr: bundle(SOURCES[1])?,
            hints: parse(Language::En, HINTS, &[include_str!("../locales/hints.ftl")])?,
            faults: TextFaults::default(),
        })
    }

    /// The text for `key` in `language`. A dot asks for an attribute: `problem-busy.detail`.
    ///
    /// An unknown key is returned as it is, which looks bad and breaks nothing.
    #[must_use]
    pub fn text(&self, language: Language, key: &str, args: &[(&str, String)]) -> String {
        let language = language.catalogue();
        self.find(language, key, args).unwrap_or_else(|| {
            self.faults.note(key, language.as_str(), "there is no such text".to_owned());
            self.find(Language::En, key, args).unwrap_or_else(|| key.to_owned())
        })
    }

    /// The words for codes, which are separated by commas: the text `<family>-<code>` of each, with `-` for `:`. A code
    /// without a text stays as it is.
    #[must_use]
    pub fn words(&self, language: Language, family: &str, codes: &str) -> String {
        let key = |code: &str| format!("{family}-{}", code.replace(':', "-"));
        let word = |code: &str| self.find(language, &key(code), &[]).unwrap_or_else(|| code.to_owned());
        codes.split(", ").map(word).collect::<Vec<_>>().join(", ")
    }

    /// The hint for programs that accompanies a text for people, in English: `hint-<code>`, if there is one.
    #[must_use]
    pub fn hint(&self, code: &str, args: &[(&str, String)]) -> Option<String> {
        self.find_in(&self.hints, HINTS, &format!("hint-{code}"), args)
    }

    /// Whether the catalogue of `language` has `key`.
    #[must_use]
    pub fn has(&self, language: Language, key: &str) -> bool {
        lookup(self.bundle(language), key, &[]).is_some()
    }

    /// The texts that lacked something since the start, each with how often it was said.
    #[must_use]
    pub fn faults(&self) -> Vec<(TextFault, u64)> {
        self.faults.all()
    }

    /// The text of a language, where it has one.
    fn find(&self, language: Language, key: &str, args: &[(&str, String)]) -> Option<String> {
        self.find_in(self.bundle(language), language.catalogue().as_str(), key, args)
    }

    fn find_in(
        &self,
        bundle: &FluentBundle<FluentResource>,
        catalogue: &'static str,
        key: &str,
        args: &[(&str, String)],
    ) -> Option<String> {
        let (text, errors) = lookup(bundle, key, args)?;
        for error in errors {
            self.faults.note(key, catalogue, error.to_string());
        }
        Some(text)
    }

    fn bundle(&self, language: Language) -> &FluentBundle<FluentResource> {
        match language.catalogue() {
            Language::Fr => &self.fr,
            _ => &self.en,
        }
    }
}

fn parse(language: Language, name: &str, sources: &[&str]) -> Result<FluentBundle<FluentResource>, Error> {
    let tag: LanguageIdentifier = language.as_str().parse().or_internal()?;
    let mut bundle = FluentBundle::new_concurrent(vec![tag]);
    // Isolation marks around placeholders are meant for mixed-direction user interfaces; in the subject of a mail they
    // are noise.
    bundle.set_use_isolating(false);
    for source in sources {
        let resource = FluentResource::try_new((*source).to_owned())
            .map_err(|(_, errors)| Error::internal(format!("texts of {name}: {errors:?}")))?;
        bundle.add_resource(resource).map_err(|errors| Error::internal(format!("texts of {name}: {errors:?}")))?;
    }
    Ok(bundle)
}

fn bundle((language, sources): (Language, [&str; AREAS])) -> Result<FluentBundle<FluentResource>, Error> {
    let mut bundle = parse(language, language.as_str(), &sources)?;
    let word = |key: &str| match lookup(&bundle, key, &[]) {
        Some((text, errors)) if errors.is_empty() => Ok(text),
        _ => Err(Error::internal(format!("texts of {language}: no {key}"))),
    };
    let (months, first, mark) = (word("months")?, word("first-of-month")?, word("hour-mark")?);
    let thousands = word("thousands-mark")?;
    let of_times = Units {
        times: word("units-of-time")?,
        sizes: word("units-of-size")?,
        between: word("before-unit")?,
        none_is_one: language == Language::Fr,
    };
    let of_sizes = of_times.clone();
    bundle
        .add_function("DAY", move |values, _| {
            // Pages name a zone: there, lines do not break between day and month.
            let gap = if values.len() > 1 { '\u{a0}' } else { ' ' };
            written(values, |text, zone| day(text, zone, (&months, &first), gap))
        })
        .or_internal()?;
    bundle.add_function("WHOLE", move |values, _| written(values, |text, _| whole(text, &thousands))).or_internal()?;
    bundle.add_function("COUNT", |values, _| count(values)).or_internal()?;
    bundle
        .add_function("HOUR", move |values, _| written(values, |text, zone| hour(text, zone, &mark)))
        .or_internal()?;
    bundle
        .add_function("ZONE", |values, _| written(values, |text, zone| Some(zone.told(instant(text)?))))
        .or_internal()?;
    bundle.add_function("SPAN", move |values, _| spanned(values, &of_times)).or_internal()?;
    bundle.add_function("SIZE", move |values, _| written(values, |text, _| size(text, &of_sizes))).or_internal()?;
    Ok(bundle)
}

/// The result of a Fluent function of a value, and of the name of a time zone (else UTC); a value that it cannot parse
/// stays as it is.
fn written<'a>(values: &[FluentValue<'a>], write: impl Fn(&str, &Zone) -> Option<String>) -> FluentValue<'a> {
    let (text, zone) = match values {
        [FluentValue::String(text)] => (text, Zone::default()),
        [FluentValue::String(text), FluentValue::String(zone)] => (text, Zone::stored(Some(zone.as_ref()))),
        _ => return FluentValue::Error,
    };
    write(text, &zone).map_or_else(|| text.clone().into(), FluentValue::from)
}

/// The number in a text, so that a message can select its plural.
fn count<'a>(values: &[FluentValue<'a>]) -> FluentValue<'a> {
    match values {
        [FluentValue::String(text)] => text.parse::<f64>().map_or_else(|_| text.clone().into(), FluentValue::from),
        _ => FluentValue::Error,
    }
}

/// The span of time of a number in a text and the name of its unit.
fn spanned<'a>(values: &[FluentValue<'a>], units: &Units) -> FluentValue<'a> {
    match values {
        [FluentValue::String(text), FluentValue::String(unit)] => {
            span(text, unit, units).map_or_else(|| text.clone().into(), FluentValue::from)
        }
        _ => FluentValue::Error,
    }
}

/// A span of whole minutes, hours or days as it is; seconds in the largest suitable unit, rounded up.
fn span(text: &str, unit: &str, units: &Units) -> Option<String> {
    const MINUTE: u64 = 60;
    const HOUR: u64 = 60 * MINUTE;
    const DAY: u64 = 24 * HOUR;
    let amount: u64 = text.parse().ok()?;
    let (amount, index) = match unit {
        "seconds" if amount >= 2 * DAY => (amount.div_ceil(DAY), 3),
        "seconds" if amount >= HOUR => (amount.div_ceil(HOUR), 2),
        "seconds" if amount >= MINUTE => (amount.div_ceil(MINUTE), 1),
        "seconds" => (amount, 0),
        "minutes" => (amount, 1),
        "hours" => (amount, 2),
        "days" => (amount, 3),
        _ => return None,
    };
    let is_one = amount == 1 || (amount == 0 && units.none_is_one);
    let word = units.times.split(' ').nth(2 * index + usize::from(!is_one))?;
    Some(format!("{amount}{}{word}", units.between))
}

/// A size in bytes, rounded down, so that a limit is never exceeded.
fn size(text: &str, units: &Units) -> Option<String> {
    const KILO: u64 = 1_024;
    const MEGA: u64 = 1_024 * KILO;
    let bytes: u64 = text.parse().ok()?;
    let (amount, index) = match bytes {
        0..KILO => (bytes, 0),
        // Whole megabytes would be too coarse for a small size.
        _ if bytes < 10 * MEGA && !bytes.is_multiple_of(MEGA) => (bytes / KILO, 1),
        _ => (bytes / MEGA, 2),
    };
    let word = units.sizes.split(' ').nth(index)?;
    Some(format!("{amount}{}{word}", units.between))
}

/// A whole number with its thousands apart: 20,000, or 20 000.
fn whole(text: &str, mark: &str) -> Option<String> {
    let digits = text.parse::<u64>().ok()?.to_string();
    let begins_group = |place: usize| place > 0 && (digits.len() - place).is_multiple_of(3);
    let written = digits.chars().enumerate().map(|(place, digit)| {
        let mark = if begins_group(place) { mark } else { "" };
        format!("{mark}{digit}")
    });
    Some(written.collect())
}

/// The hour and minute of an instant: 09:05, or 9 h 05 in a language that separates them by a word.
fn hour(text: &str, zone: &Zone, mark: &str) -> Option<String> {
    let written = zone.hour(instant(text)?);
    let (hours, minutes) = written.split_once(':')?;
    let hours = if mark == ":" { hours } else { hours.strip_prefix('0').unwrap_or(hours) };
    Some(format!("{hours}{mark}{minutes}"))
}

/// The day, or the day of an instant, in words: 28 November 2026.
fn day(text: &str, zone: &Zone, (months, first): (&str, &str), gap: char) -> Option<String> {
    let (day, month, year) = Day::parse(text).or_else(|| Some(zone.day(instant(text)?)))?.parts();
    let month = months.split_whitespace().nth(usize::try_from(month).ok()?.checked_sub(1)?)?;
    let day = if day == 1 { first.to_owned() } else { day.to_string() };
    Some(format!("{day}{gap}{month} {year}"))
}

fn instant(text: &str) -> Option<Timestamp> {
    text.parse().ok()
}

/// A text of a catalogue, and what it lacks; none where the catalogue does not have it.
fn lookup(
    bundle: &FluentBundle<FluentResource>,
    key: &str,
    args: &[(&str, String)],
) -> Option<(String, Vec<FluentError>)> {
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
    let text = bundle.format_pattern(pattern, Some(&values), &mut errors).into_owned();
    Some((text, errors))
}

#[cfg(test)]
mod tests;
