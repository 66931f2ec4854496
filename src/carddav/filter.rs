//! The filter of an `addressbook-query` (RFC 6352, 10.5).
//!
//! A filter is compared with the properties of the card that the reader gets, as written in vCard 4.0 and in 3.0.
//! Nobody can therefore search in a withheld field, and everything that is written can be searched. A property that no
//! card has (NICKNAME, X-…) is absent from every card: `is-not-defined` is true of it, every other condition is false.
//!
//! A condition on a property that occurs several times, such as LANG, is true if one of them matches; a negated one, if
//! none does. Texts are compared without case unless `i;octet` is asked for, and telephone numbers also by their
//! digits.
//!
//! Refused, by name: elements that RFC 6352 does not have in a filter, and other collations than the three.

use std::borrow::Cow;
use std::cell::OnceCell;

use unicode_normalization::UnicodeNormalization as _;

use super::CARD;
use super::answer::Refusal;
use crate::directory::formats::{Card, Property, Version, properties};
use crate::directory::telephone;
use crate::http::xml::Element;
use crate::text;

/// Most conditions of one query.
pub(super) const MAX_CONDITIONS: usize = 20;
/// Longest text of a condition, in bytes.
pub(super) const MAX_TEXT: usize = 500;
/// Properties that every card has: their presence reveals nothing.
const IN_EVERY_CARD: [&str; 9] = ["VERSION", "PRODID", "UID", "KIND", "FN", "N", "ORG", "ROLE", "REV"];

/// The filter of a query.
#[derive(Debug)]
pub(super) struct Filter {
    /// Whether all conditions must be true (`allof`), or one (`anyof`).
    all: bool,
    conditions: Vec<Condition>,
}

/// A condition on one property.
#[derive(Debug)]
struct Condition {
    /// The property's name, in capitals.
    property: String,
    all: bool,
    tests: Vec<Test>,
}

#[derive(Debug)]
enum Test {
    /// The property is absent.
    Absent,
    /// Its value matches.
    Value(TextMatch),
    /// One of its parameters, whose name is in capitals, passes a test.
    Parameter { name: String, test: ParameterTest },
}

#[derive(Debug)]
enum ParameterTest {
    Present,
    Absent,
    Value(TextMatch),
}

/// A comparison with a text (`text-match`).
#[derive(Debug)]
struct TextMatch {
    text: String,
    folds: bool,
    kind: MatchType,
    negated: bool,
    /// The key of the text as a telephone number, for TEL.
    number: Option<String>,
}

#[derive(Clone, Copy, Debug)]
enum MatchType {
    Equals,
    Contains,
    Begins,
    Ends,
}

/// Parses a filter. One that is missing or empty matches every card.
pub(super) fn parse(filter: Option<&Element>) -> Result<Filter, Refusal> {
    let Some(filter) = filter else { return Ok(Filter { all: true, conditions: Vec::new() }) };
    let conditions = parse_each(filter, |child| condition(&child))?;
    let tests: usize = conditions.iter().map(|condition| condition.tests.len().max(1)).sum();
    if tests > MAX_CONDITIONS { Err(Refusal::Conditions) } else { Ok(Filter { all: is_all(filter)?, conditions }) }
}

/// Parses the children of an element, but never more than a query may have.
fn parse_each<T>(element: &Element, read: impl FnMut(Element) -> Result<T, Refusal>) -> Result<Vec<T>, Refusal> {
    let children = element.children().filter(|child| child.namespace() == CARD);
    let read = children.take(MAX_CONDITIONS + 1).map(read).collect::<Result<Vec<_>, _>>()?;
    if read.len() > MAX_CONDITIONS { Err(Refusal::Conditions) } else { Ok(read) }
}

/// The `name` attribute of an element, in capitals.
fn name_of(element: &Element) -> Result<String, Refusal> {
    match element.attribute("name").map(str::trim) {
        None | Some("") => Err(Refusal::Malformed),
        Some(name) => Ok(name.to_ascii_uppercase()),
    }
}

fn condition(element: &Element) -> Result<Condition, Refusal> {
    if element.name() != "prop-filter" {
        return Err(Refusal::Filter { what: text::shown(element.name()), property: None });
    }
    let property = name_of(element)?;
    let tests = parse_each(element, |child| test(&child, &property))?;
    Ok(Condition { property, all: is_all(element)?, tests })
}

fn is_all(element: &Element) -> Result<bool, Refusal> {
    match element.attribute("test") {
        None | Some("anyof") => Ok(false),
        Some("allof") => Ok(true),
        Some(_) => Err(Refusal::Malformed),
    }
}

fn test(element: &Element, property: &str) -> Result<Test, Refusal> {
    match element.name() {
        "is-not-defined" => Ok(Test::Absent),
        "text-match" => Ok(Test::Value(text_match(element, property == "TEL")?)),
        "param-filter" => {
            let mut tests = parse_each(element, |child| parameter_test(&child, property))?.into_iter();
            let test = match (tests.next(), tests.next()) {
                (None, _) => ParameterTest::Present,
                (Some(test), None) => test,
                (Some(_), Some(_)) => return Err(Refusal::Malformed),
            };
            Ok(Test::Parameter { name: name_of(element)?, test })
        }
        other => Err(unsupported(other, property)),
    }
}

fn parameter_test(element: &Element, property: &str) -> Result<ParameterTest, Refusal> {
    match element.name() {
        "is-not-defined" => Ok(ParameterTest::Absent),
        "text-match" => Ok(ParameterTest::Value(text_match(element, false)?)),
        other => Err(unsupported(other, property)),
    }
}

fn unsupported(what: &str, property: &str) -> Refusal {
    Refusal::Filter { what: text::shown(what), property: Some(text::shown(property)) }
}

fn text_match(element: &Element, of_telephone: bool) -> Result<TextMatch, Refusal> {
    let folds = match element.attribute("collation") {
        None | Some("default" | "i;unicode-casemap" | "i;ascii-casemap") => true,
        Some("i;octet") => false,
        Some(other) => return Err(Refusal::Collation(text::shown(other))),
    };
    let kind = match element.attribute("match-type") {
        None | Some("contains") => MatchType::Contains,
        Some("equals") => MatchType::Equals,
        Some("starts-with") => MatchType::Begins,
        Some("ends-with") => MatchType::Ends,
        Some(_) => return Err(Refusal::Malformed),
    };
    let negated = match element.attribute("negate-condition") {
        None | Some("no") => false,
        Some("yes") => true,
        Some(_) => return Err(Refusal::Malformed),
    };
    if element.text().len() > MAX_TEXT {
        return Err(Refusal::Conditions);
    }
    let number = Some(element.text()).filter(|_| of_telephone && folds).and_then(telephone::key);
    Ok(TextMatch { text: folded(element.text(), folds), folds, kind, negated, number })
}

/// A text as it is compared: with `folds` in lower case and compatibility decomposition (RFC 5051).
fn folded(text: &str, folds: bool) -> String {
    if folds { text.nfkd().collect::<String>().to_lowercase() } else { text.to_owned() }
}

impl Filter {
    /// Whether it matches every card.
    pub(super) fn is_open(&self) -> bool {
        self.conditions.is_empty()
    }

    /// Whether its result reveals something of the values of cards.
    pub(super) fn reveals_values(&self) -> bool {
        let is_of_all =
            |condition: &Condition| condition.tests.is_empty() && IN_EVERY_CARD.contains(&condition.property.as_str());
        !self.conditions.iter().all(is_of_all)
    }

    /// Whether a card matches.
    pub(super) fn matches(&self, card: &Card<'_>) -> bool {
        if self.is_open() {
            return true;
        }
        let is_compared = |property: &Property<'_>| self.conditions.iter().any(|each| each.property == property.name);
        let properties: Vec<Property<'_>> = [Version::V4, Version::V3]
            .into_iter()
            .flat_map(|version| properties(card, version))
            .filter(is_compared)
            .collect();
        let card: Vec<ComparedProperty<'_>> = properties.iter().map(ComparedProperty::new).collect();
        holds(self.all, &self.conditions, |condition| condition.holds(&card))
    }
}

/// A property of a card that is compared with many texts.
struct ComparedProperty<'a> {
    name: &'static str,
    texts: Vec<Value<'a>>,
    parameters: Vec<(&'static str, Vec<Value<'a>>)>,
}

/// A text of a card. It is folded once, for all conditions.
struct Value<'a> {
    text: Cow<'a, str>,
    folded: OnceCell<String>,
}

impl<'a> ComparedProperty<'a> {
    fn new(property: &'a Property<'_>) -> Self {
        let values = |values: &'a Vec<Cow<'static, str>>| {
            values.iter().map(|value| Value::new(Cow::Borrowed(value.as_ref()))).collect::<Vec<_>>()
        };
        Self {
            name: property.name,
            texts: property.texts().map(Value::new).collect(),
            parameters: property.parameters.iter().map(|(name, list)| (*name, values(list))).collect(),
        }
    }
}

impl<'a> Value<'a> {
    fn new(text: Cow<'a, str>) -> Self {
        Self { text, folded: OnceCell::new() }
    }

    /// The text as it is compared: folded, or as written.
    fn compared(&self, folds: bool) -> &str {
        if folds { self.folded.get_or_init(|| folded(&self.text, true)) } else { &self.text }
    }
}

fn holds<T>(all: bool, list: &[T], test: impl FnMut(&T) -> bool) -> bool {
    if all { list.iter().all(test) } else { list.iter().any(test) }
}

impl Condition {
    fn holds(&self, card: &[ComparedProperty<'_>]) -> bool {
        let own: Vec<&ComparedProperty<'_>> = card.iter().filter(|property| property.name == self.property).collect();
        if self.tests.is_empty() { !own.is_empty() } else { holds(self.all, &self.tests, |test| test.holds(&own)) }
    }
}

impl Test {
    /// Whether it is true for all occurrences of a property.
    fn holds(&self, own: &[&ComparedProperty<'_>]) -> bool {
        match self {
            Self::Absent => own.is_empty(),
            Self::Value(text) => !own.is_empty() && text.holds(own.iter().flat_map(|property| &property.texts)),
            Self::Parameter { name, test } => {
                let parameters =
                    || own.iter().flat_map(|property| &property.parameters).filter(|(known, _)| known == name);
                match test {
                    ParameterTest::Present => parameters().next().is_some(),
                    ParameterTest::Absent => !own.is_empty() && parameters().next().is_none(),
                    ParameterTest::Value(text) => {
                        parameters().next().is_some() && text.holds(parameters().flat_map(|(_, values)| values))
                    }
                }
            }
        }
    }
}

impl TextMatch {
    /// Whether one of these values matches; where it is negated, whether none does.
    fn holds<'a>(&self, mut values: impl Iterator<Item = &'a Value<'a>>) -> bool {
        values.any(|value| self.fits(value)) != self.negated
    }

    fn fits(&self, value: &Value<'_>) -> bool {
        let known = value.compared(self.folds);
        let text = self.text.as_str();
        let is_like = match self.kind {
            MatchType::Equals => known == text,
            MatchType::Contains => known.contains(text),
            MatchType::Begins => known.starts_with(text),
            MatchType::Ends => known.ends_with(text),
        };
        is_like || self.is_number(&value.text)
    }

    /// Whether the value is the telephone number that is searched for, in the way of the match type.
    fn is_number(&self, value: &str) -> bool {
        let Some((typed, known)) = self.number.as_ref().zip(telephone::key(value)) else { return false };
        match self.kind {
            MatchType::Equals => telephone::is_same(typed, &known),
            MatchType::Contains => telephone::is_same(typed, &known) || known.contains(typed),
            MatchType::Ends => known.starts_with(typed),
            // The beginning of a number depends on how it is written.
            MatchType::Begins => false,
        }
    }
}

#[cfg(test)]
mod tests;
