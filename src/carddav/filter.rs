//! Whom an `addressbook-query` searches for (RFC 6352, 10.5): texts in the properties that a card shows to its reader, so
//! that nobody finds by what is withheld.

use super::CARD;
use super::request::Refusal;
use crate::directory::formats::Card;
use crate::http::xml::Element;

/// Most conditions of one query.
const MAX_CONDITIONS: usize = 20;
/// Longest text that is searched for, in bytes.
const MAX_TEXT: usize = 500;

/// Whom a query means.
#[derive(Debug)]
pub(super) struct Filter {
    /// Whether every condition must hold, or one.
    all: bool,
    conditions: Vec<Condition>,
}

/// A condition on one property.
#[derive(Debug)]
struct Condition {
    property: Property,
    all: bool,
    tests: Vec<Test>,
}

/// A property that can be searched for.
#[derive(Clone, Copy, Debug)]
enum Property {
    Uid,
    Name,
    Organisation,
    Title,
    Role,
    Email,
    Telephone,
    Categories,
}

#[derive(Debug)]
enum Test {
    /// It is not there at all.
    Absent,
    Text {
        text: String,
        folds: bool,
        how: How,
        negated: bool,
    },
}

#[derive(Clone, Copy, Debug)]
enum How {
    Equals,
    Contains,
    Begins,
    Ends,
}

/// Reads a filter; one that is missing or empty means everybody.
pub(super) fn parse(filter: Option<&Element>) -> Result<Filter, Refusal> {
    let Some(filter) = filter else { return Ok(Filter { all: true, conditions: Vec::new() }) };
    let conditions = each_in(filter, |child| condition(&child))?;
    let tests: usize = conditions.iter().map(|condition| condition.tests.len().max(1)).sum();
    if tests > MAX_CONDITIONS { Err(Refusal::Filter) } else { Ok(Filter { all: is_all(filter)?, conditions }) }
}

/// What stands in an element, read one by one; never more than a query may have.
fn each_in<T>(element: &Element, read: impl FnMut(Element) -> Result<T, Refusal>) -> Result<Vec<T>, Refusal> {
    let children = element.children().filter(|child| child.namespace() == CARD);
    let read = children.take(MAX_CONDITIONS + 1).map(read).collect::<Result<Vec<_>, _>>()?;
    if read.len() > MAX_CONDITIONS { Err(Refusal::Filter) } else { Ok(read) }
}

fn condition(element: &Element) -> Result<Condition, Refusal> {
    if element.name() != "prop-filter" {
        return Err(Refusal::Filter);
    }
    let property = match element.attribute("name").unwrap_or_default().to_ascii_uppercase().as_str() {
        "UID" => Property::Uid,
        "FN" | "N" => Property::Name,
        "ORG" => Property::Organisation,
        "TITLE" => Property::Title,
        "ROLE" => Property::Role,
        "EMAIL" => Property::Email,
        "TEL" => Property::Telephone,
        "CATEGORIES" => Property::Categories,
        _ => return Err(Refusal::Filter),
    };
    let tests = each_in(element, |child| test(&child))?;
    Ok(Condition { property, all: is_all(element)?, tests })
}

fn is_all(element: &Element) -> Result<bool, Refusal> {
    match element.attribute("test") {
        None | Some("anyof") => Ok(false),
        Some("allof") => Ok(true),
        Some(_) => Err(Refusal::Malformed),
    }
}

fn test(element: &Element) -> Result<Test, Refusal> {
    match element.name() {
        "is-not-defined" => return Ok(Test::Absent),
        "text-match" => {}
        _ => return Err(Refusal::Filter),
    }
    let folds = match element.attribute("collation") {
        None | Some("default" | "i;unicode-casemap" | "i;ascii-casemap") => true,
        Some("i;octet") => false,
        Some(_) => return Err(Refusal::Collation),
    };
    let how = match element.attribute("match-type") {
        None | Some("contains") => How::Contains,
        Some("equals") => How::Equals,
        Some("starts-with") => How::Begins,
        Some("ends-with") => How::Ends,
        Some(_) => return Err(Refusal::Malformed),
    };
    let negated = element.attribute("negate-condition") == Some("yes");
    if element.text().len() > MAX_TEXT {
        return Err(Refusal::Filter);
    }
    Ok(Test::Text { text: folded(element.text(), folds), folds, how, negated })
}

fn folded(text: &str, folds: bool) -> String {
    if folds { text.to_lowercase() } else { text.to_owned() }
}

impl Filter {
    /// Whether it means everybody.
    pub(super) fn is_open(&self) -> bool {
        self.conditions.is_empty()
    }

    /// Whether it means this card.
    pub(super) fn means(&self, card: &Card<'_>) -> bool {
        self.is_open() || holds(self.all, &self.conditions, |condition| condition.holds(card))
    }
}

fn holds<T>(all: bool, list: &[T], test: impl FnMut(&T) -> bool) -> bool {
    if all { list.iter().all(test) } else { list.iter().any(test) }
}

impl Condition {
    fn holds(&self, card: &Card<'_>) -> bool {
        let values = self.property.of(card);
        if self.tests.is_empty() {
            !values.is_empty()
        } else {
            holds(self.all, &self.tests, |test| test.holds(&values))
        }
    }
}

impl Property {
    fn of<'a>(self, card: &'a Card<'_>) -> Vec<std::borrow::Cow<'a, str>> {
        let contact = card.contact;
        match self {
            Self::Uid => vec![card.uid().into()],
            Self::Name => vec![contact.name.as_str().into()],
            Self::Organisation => vec![card.member.into()],
            Self::Role => vec![card.role.into()],
            Self::Title => contact.job_title.iter().map(|title| title.as_str().into()).collect(),
            Self::Email => contact.email.iter().map(|email| email.as_str().into()).collect(),
            Self::Telephone => contact.phone.iter().map(|phone| phone.as_str().into()).collect(),
            Self::Categories => card.technology_names.iter().map(|name| name.as_str().into()).collect(),
        }
    }
}

impl Test {
    fn holds(&self, values: &[std::borrow::Cow<'_, str>]) -> bool {
        match self {
            Self::Absent => values.is_empty(),
            Self::Text { text, folds, how, negated } => {
                let fits = |value: &std::borrow::Cow<'_, str>| {
                    let value = folded(value, *folds);
                    match how {
                        How::Equals => value == *text,
                        How::Contains => value.contains(text.as_str()),
                        How::Begins => value.starts_with(text.as_str()),
                        How::Ends => value.ends_with(text.as_str()),
                    }
                };
                values.iter().any(fits) != *negated
            }
        }
    }
}
