//! What the values of a mail's text can be. The type of a value says how it is written, and who wrote it.
//!
//! A line that a person typed, such as a name or a title, is a [`String`]; what a person wrote for the reader is a [`Quote`], which the
//! mail sets apart from its own words; everything else is a fact of the portal ([`Fact`]). An instant, a day and a number are handed
//! to the text as they are stored, and an enumeration as its word; the text writes them as its language does (`crate::i18n`).

use crate::db::text_enum::TextEnum;
use crate::i18n::Args;
use crate::time::{Day, Timestamp};

/// A value of a mail's text.
pub trait Argument: Sized {
    /// Adds what the text knows by this name.
    fn add(&self, name: &'static str, args: &mut Args);

    /// What it quotes.
    fn quote(&self) -> Option<&Quote> {
        None
    }

    /// Values with which every variant of a text is written once.
    #[cfg(test)]
    fn samples(name: &str) -> Vec<Self>;
}

/// A value that nobody typed into the portal to have it mailed.
pub trait Fact: Argument {}

/// The values of a mail, in the order in which they are declared.
#[derive(Default)]
pub struct Values(Args);

impl Values {
    /// With one more.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: &impl Argument) -> Self {
        value.add(name, &mut self.0);
        self
    }

    /// As the text wants them.
    #[must_use]
    pub fn into_args(self) -> Args {
        self.0
    }
}

/// The values of a mail that says nothing which somebody typed.
#[derive(Default)]
pub struct Facts(Values);

impl Facts {
    /// With one more.
    #[must_use]
    pub fn with(self, name: &'static str, value: &impl Fact) -> Self {
        Self(self.0.with(name, value))
    }

    /// As the text wants them.
    #[must_use]
    pub fn into_args(self) -> Args {
        self.0.into_args()
    }
}

/// An organisation by its official name, in the language of the mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Administration(pub String);

/// Who wrote what a mail quotes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Author {
    /// Somebody of the Secretariat.
    Secretariat,
    /// A coordinator.
    Coordinator,
    /// The person with this name.
    Person(String),
}

impl Author {
    /// What the sentence before a quotation knows.
    pub(super) fn args(&self) -> Args {
        let (author, person) = match self {
            Self::Secretariat => ("secretariat", ""),
            Self::Coordinator => ("coordinator", ""),
            Self::Person(name) => ("person", name.as_str()),
        };
        vec![("author", author.to_owned()), ("person", person.to_owned())]
    }
}

/// What a person wrote for the reader of a mail: of several lines, and not the portal's own words. A text names it in a
/// paragraph of its own, in whose place the layout sets who says so, and the quotation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quote {
    /// The words.
    pub text: String,
    /// Who wrote them.
    pub by: Author,
}

impl Quote {
    /// What a text has for a quotation: a character that no text has (a noncharacter of Unicode).
    pub(super) const PLACE: &'static str = "\u{fdd0}";

    /// These words of this person.
    #[must_use]
    pub fn new(text: &str, by: Author) -> Self {
        Self { text: text.to_owned(), by }
    }
}

impl From<&str> for Administration {
    fn from(name: &str) -> Self {
        Self(name.to_owned())
    }
}

/// How a text is told whether something holds.
fn word(holds: bool) -> String {
    if holds { "yes" } else { "no" }.to_owned()
}

/// A line: it begins no paragraph of the mail, whatever it has.
impl Argument for String {
    fn add(&self, name: &'static str, args: &mut Args) {
        let is_end = |c: char| matches!(c, '\n' | '\r');
        args.push((name, if self.contains(is_end) { self.replace(is_end, " ") } else { self.clone() }));
    }

    #[cfg(test)]
    fn samples(name: &str) -> Vec<Self> {
        vec![format!("sample of {name}\r\n\n{}", Quote::PLACE)]
    }
}

impl Argument for Administration {
    fn add(&self, name: &'static str, args: &mut Args) {
        args.push((name, self.0.clone()));
    }

    #[cfg(test)]
    fn samples(_: &str) -> Vec<Self> {
        vec![Self("Douanes du Sénégal".to_owned())]
    }
}

impl Fact for Administration {}

impl Argument for Quote {
    fn add(&self, name: &'static str, args: &mut Args) {
        args.push((name, Self::PLACE.to_owned()));
    }

    fn quote(&self) -> Option<&Quote> {
        Some(self)
    }

    #[cfg(test)]
    fn samples(name: &str) -> Vec<Self> {
        let text = format!("sample of {name}\n\nhttps://x.example/quoted\n{}", Self::PLACE);
        let authors = [Author::Secretariat, Author::Coordinator, Author::Person("Awa Diop".to_owned())];
        authors.into_iter().map(|by| Self::new(&text, by)).collect()
    }
}

/// Without a quotation the paragraph is left out.
impl Argument for Option<Quote> {
    fn add(&self, name: &'static str, args: &mut Args) {
        match self {
            Some(quote) => quote.add(name, args),
            None => args.push((name, String::new())),
        }
    }

    fn quote(&self) -> Option<&Quote> {
        self.as_ref()
    }

    #[cfg(test)]
    fn samples(name: &str) -> Vec<Self> {
        Quote::samples(name).into_iter().map(Some).chain([None]).collect()
    }
}

impl Argument for bool {
    fn add(&self, name: &'static str, args: &mut Args) {
        args.push((name, word(*self)));
    }

    #[cfg(test)]
    fn samples(_: &str) -> Vec<Self> {
        vec![true, false]
    }
}

impl Fact for bool {}

/// Numbers, with those between which languages tell plurals apart.
macro_rules! numbers {
    ($($number:ty),+) => {$(
        impl Argument for $number {
            fn add(&self, name: &'static str, args: &mut Args) {
                args.push((name, self.to_string()));
            }

            #[cfg(test)]
            fn samples(_: &str) -> Vec<Self> {
                vec![0, 1, 2]
            }
        }

        impl Fact for $number {}
    )+};
}

numbers!(i64, u64, usize);

impl Argument for Timestamp {
    fn add(&self, name: &'static str, args: &mut Args) {
        args.push((name, self.to_string()));
    }

    #[cfg(test)]
    fn samples(_: &str) -> Vec<Self> {
        vec![Self::from_micros(1_770_000_000_000_000)]
    }
}

impl Fact for Timestamp {}

impl Argument for Day {
    fn add(&self, name: &'static str, args: &mut Args) {
        args.push((name, self.to_string()));
    }

    #[cfg(test)]
    fn samples(name: &str) -> Vec<Self> {
        Timestamp::samples(name).into_iter().map(Timestamp::day).collect()
    }
}

impl Fact for Day {}

/// A day that is not known is told as nothing.
impl Argument for Option<Day> {
    fn add(&self, name: &'static str, args: &mut Args) {
        args.push((name, self.map(|day| day.to_string()).unwrap_or_default()));
    }

    #[cfg(test)]
    fn samples(name: &str) -> Vec<Self> {
        Day::samples(name).into_iter().map(Some).collect()
    }
}

impl<T: TextEnum> Argument for T {
    fn add(&self, name: &'static str, args: &mut Args) {
        args.push((name, self.as_str().to_owned()));
    }

    #[cfg(test)]
    fn samples(_: &str) -> Vec<Self> {
        Self::ALL.to_vec()
    }
}

impl<T: TextEnum> Fact for T {}

/// Chooses one of the combinations of values: the number of a combination, value by value.
#[cfg(test)]
pub(crate) struct Combination(std::cell::Cell<usize>);

#[cfg(test)]
impl Combination {
    /// All combinations of values of which there are so many each.
    pub(crate) fn all(sizes: &[usize]) -> impl Iterator<Item = Self> {
        let many: usize = sizes.iter().product();
        (0..many).map(|number| Self(std::cell::Cell::new(number)))
    }

    /// The sample of the next value.
    pub(crate) fn next<T: Argument>(&self, name: &str) -> T {
        let mut samples = T::samples(name);
        let number = self.0.get();
        self.0.set(number / samples.len());
        samples.swap_remove(number % samples.len())
    }
}
