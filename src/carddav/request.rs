//! What a program asks, from the XML it sends.
//!
//! Properties that there are not are written back once for each card, so what is asked of many cards is bounded in how many
//! properties it names and in how long their names are: an answer grows with the cards alone.

use std::collections::HashSet;

use super::filter::{self, Filter};
use super::resource::known_of_card;
use super::{CARD, DAV, MOST, Name};
use crate::directory::formats::Version;
use crate::http::xml::Element;

/// Most properties of one request: programs ask for some thirty.
const MAX_PROPS: usize = 50;
/// Longest names of all properties of one request together, in bytes.
const MAX_NAMES: usize = 4_096;
/// What the properties that a card has not may take in its answer, in bytes.
const MAX_MISSING: usize = 1_024;
/// What is written around the name of a property.
const AROUND: usize = 20;
/// Longest address of what is asked for by name.
const MAX_HREF: usize = 500;

/// Why a request can't be served; each has an element of its own in the answer (RFC 4918, 16).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// It is XML of another shape.
    Malformed,
    /// A report that there is not.
    Report,
    /// An address object in a format that there is not.
    AddressData,
    /// A filter by what can't be searched for.
    Filter,
    /// A comparison that there is not.
    Collation,
    /// More than may be asked for at once.
    TooMany,
    /// More properties, or properties of longer names, than may be asked for.
    Properties,
    /// A token that is none, or too old.
    SyncToken,
    /// All that lies below, however deep.
    FiniteDepth,
    /// A change.
    ReadOnly,
}

/// Which properties are asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Props {
    /// Those that there are.
    All,
    /// The names of those that there are.
    Names,
    /// These.
    These {
        names: Vec<Name>,
        /// The card itself, in this version.
        data: Option<Version>,
    },
}

impl Props {
    /// The version in which the cards themselves are asked for.
    pub(super) const fn data(&self) -> Option<Version> {
        match self {
            Self::These { data, .. } => *data,
            Self::All | Self::Names => None,
        }
    }
}

impl Props {
    /// The same without the cards themselves.
    pub(super) fn without_data(self) -> Self {
        match self {
            Self::These { mut names, data } => {
                names.extend(data.map(|_| (CARD.to_owned(), "address-data".to_owned())));
                Self::These { names, data: None }
            }
            other => other,
        }
    }

    /// The same where it is asked of cards, of which there are many: names of properties that they have not are repeated for
    /// each.
    pub(super) fn of_cards(self) -> Result<Self, Refusal> {
        if let Self::These { names, .. } = &self {
            let known = known_of_card();
            let missing = names.iter().filter(|name| !known.contains(name));
            let written: usize = missing.map(|(namespace, name)| namespace.len() + name.len() + AROUND).sum();
            if written > MAX_MISSING {
                return Err(Refusal::Properties);
            }
        }
        Ok(self)
    }
}

/// What a REPORT asks for.
#[derive(Debug)]
pub(super) enum Report {
    /// These cards.
    Multiget { props: Props, hrefs: Vec<String> },
    /// Cards that a filter means.
    Query { props: Props, filter: Filter, limit: Option<usize> },
    /// What changed since.
    Sync { props: Props, token: Option<String>, limit: Option<u32> },
}

/// What a PROPFIND asks for; an empty body means all.
pub(super) fn propfind(body: Option<&Element>) -> Result<Props, Refusal> {
    let Some(body) = body else { return Ok(Props::All) };
    if body.is(DAV, "propfind") { props(body) } else { Err(Refusal::Malformed) }
}

/// What a REPORT asks for.
pub(super) fn report(body: Option<&Element>) -> Result<Report, Refusal> {
    let body = body.ok_or(Refusal::Malformed)?;
    let props = props(body).and_then(Props::of_cards);
    if body.is(CARD, "addressbook-multiget") {
        Ok(Report::Multiget { props: props?, hrefs: hrefs(body)? })
    } else if body.is(CARD, "addressbook-query") {
        let limit = body.child(CARD, "limit").map(|limit| number(limit.child(CARD, "nresults"))).transpose()?;
        let limit = limit.and_then(|limit| usize::try_from(limit).ok());
        let filter = filter::parse(body.child(CARD, "filter").as_ref())?;
        Ok(Report::Query { props: props?, filter, limit })
    } else if body.is(DAV, "sync-collection") {
        let token = body.child(DAV, "sync-token").map(|token| token.text().trim().to_owned());
        let limit = body.child(DAV, "limit").map(|limit| number(limit.child(DAV, "nresults"))).transpose()?;
        Ok(Report::Sync { props: props?, token: token.filter(|token| !token.is_empty()), limit })
    } else {
        Err(Refusal::Report)
    }
}

/// The addresses asked for, each once.
fn hrefs(body: &Element) -> Result<Vec<String>, Refusal> {
    let (mut hrefs, mut met) = (Vec::new(), HashSet::new());
    for child in body.children().filter(|child| child.is(DAV, "href")) {
        let href = child.text().trim();
        if hrefs.len() == MOST {
            return Err(Refusal::TooMany);
        }
        if href.len() > MAX_HREF {
            return Err(Refusal::Malformed);
        }
        if met.insert(href.to_owned()) {
            hrefs.push(href.to_owned());
        }
    }
    Ok(hrefs)
}

fn number(element: Option<Element>) -> Result<u32, Refusal> {
    let number = element.and_then(|element| element.text().trim().parse().ok());
    number.filter(|&number| number > 0).ok_or(Refusal::Malformed)
}

fn props(body: &Element) -> Result<Props, Refusal> {
    if body.child(DAV, "propname").is_some() {
        return Ok(Props::Names);
    }
    let Some(prop) = body.child(DAV, "prop") else { return Ok(Props::All) };
    let data = prop.child(CARD, "address-data").map(|data| version(&data)).transpose()?;
    let (mut names, mut met, mut length): (Vec<Name>, HashSet<Name>, usize) = (Vec::new(), HashSet::new(), 0);
    for child in prop.children().filter(|child| !child.is(CARD, "address-data")) {
        let name = (child.namespace().to_owned(), child.name().to_owned());
        // What is answered as not found is written back: it has to be a plain name, of a namespace that is a plain URI.
        let plain = name.1.chars().all(|c| c.is_alphanumeric() || "-_.".contains(c));
        if !plain || name.0.chars().any(|c| c.is_whitespace() || c.is_control() || "<>&\"'".contains(c)) {
            return Err(Refusal::Malformed);
        }
        if met.insert(name.clone()) {
            length += name.0.len() + name.1.len();
            names.push(name);
        }
        if names.len() > MAX_PROPS || length > MAX_NAMES {
            return Err(Refusal::Properties);
        }
    }
    Ok(Props::These { names, data })
}

/// The version of the cards asked for: 3.0 where nothing is said (RFC 6352, 10.4). Which of their properties are asked for
/// is overlooked, as it may be: a card is small.
fn version(data: &Element) -> Result<Version, Refusal> {
    let is_vcard = data.attribute("content-type").is_none_or(|kind| kind.eq_ignore_ascii_case("text/vcard"));
    match data.attribute("version") {
        None | Some("3.0") if is_vcard => Ok(Version::V3),
        Some("4.0") if is_vcard => Ok(Version::V4),
        _ => Err(Refusal::AddressData),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEGIN: &str = "<C:addressbook-multiget xmlns:D='DAV:' xmlns:C='urn:ietf:params:xml:ns:carddav'>";

    fn read(document: &str) -> Element {
        Element::parse(document.as_bytes()).unwrap()
    }

    /// What is written for each of so many numbers, one after the other.
    fn each(count: usize, write: impl Fn(usize) -> String) -> String {
        (0..count).map(write).collect()
    }

    fn multiget(rest: &str) -> Result<Report, Refusal> {
        report(Some(&read(&format!("{BEGIN}{rest}</C:addressbook-multiget>"))))
    }

    fn asked(props: &str) -> Result<Props, Refusal> {
        propfind(Some(&read(&format!("<propfind xmlns='DAV:'><prop>{props}</prop></propfind>"))))
    }

    #[test]
    fn a_report_is_understood_or_refused_with_its_reason() {
        let href = "<D:href> /carddav/directory/a.vcf </D:href>";
        let ask = |data: &str| multiget(&format!("<D:prop><D:getetag/><C:address-data{data}/></D:prop>{href}{href}"));
        let Ok(Report::Multiget { props, hrefs }) = ask("") else { panic!("a multiget") };
        assert_eq!(hrefs, ["/carddav/directory/a.vcf"]);
        assert_eq!(props.data(), Some(Version::V3));
        let Ok(Report::Multiget { props, .. }) = ask(" version='4.0'") else { panic!("a multiget") };
        assert_eq!(props.data(), Some(Version::V4));
        assert_eq!(ask(" version='2.1'").err(), Some(Refusal::AddressData));
        assert_eq!(report(Some(&read("<expand-property xmlns='DAV:'/>"))).err(), Some(Refusal::Report));
        assert_eq!(report(None).err(), Some(Refusal::Malformed));
        let many = |count: usize| each(count, |n| format!("<D:href>/{n}</D:href>"));
        assert!(multiget(&many(MOST)).is_ok());
        assert_eq!(multiget(&many(MOST + 1)).err(), Some(Refusal::TooMany));
        let long = format!("<D:href>{}</D:href>", "a".repeat(MAX_HREF + 1));
        assert_eq!(multiget(&long).err(), Some(Refusal::Malformed));
    }

    #[test]
    fn a_name_that_is_none_is_not_written_back() {
        for odd in ["<x:c xmlns:x='urn:&quot;&gt;'/>", "<x:c xmlns:x='urn: x'/>", "<a!b/>"] {
            assert_eq!(asked(odd), Err(Refusal::Malformed), "{odd}");
        }
        assert_eq!(propfind(None), Ok(Props::All));
    }

    #[test]
    fn properties_are_few_and_their_names_short() {
        let some = |count: usize| each(count, |n| format!("<p{n}/>"));
        assert!(matches!(asked(&some(MAX_PROPS)), Ok(Props::These { names, .. }) if names.len() == MAX_PROPS));
        assert_eq!(asked(&some(MAX_PROPS + 1)), Err(Refusal::Properties));
        assert!(matches!(asked(&"<getetag/>".repeat(1_000)), Ok(Props::These { names, .. }) if names.len() == 1));
        let far = |count: usize| -> String {
            let namespace = "n".repeat(400);
            each(count, |n| format!("<x:p{n} xmlns:x='{namespace}'/>"))
        };
        assert!(asked(&far(9)).is_ok(), "of a place");
        assert_eq!(asked(&far(9)).and_then(Props::of_cards), Err(Refusal::Properties), "but not of every card");
        assert_eq!(asked(&far(11)), Err(Refusal::Properties));
    }
}
