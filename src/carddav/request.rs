//! Parses the XML of requests.
//!
//! Unknown properties are written back once for each card. A request about many cards is therefore bounded in the
//! number of properties and in the length of their names: the size of an answer depends on the number of cards alone.

use std::collections::HashSet;

use super::answer::Refusal;
use super::filter::{self, Filter};
use super::resource::{Resource, known_of_card};
use super::{CARD, DAV, MOST, Name};
use crate::directory::formats::{RequestedProperty, Version};
use crate::http::xml::Element;

/// Most properties of one request: programs ask for some thirty.
const MAX_PROPS: usize = 50;
/// Most bytes of the names of all properties of one request.
const MAX_NAMES: usize = 4_096;
/// Most bytes that unknown properties may take in the response of a card.
const MAX_MISSING: usize = 1_024;
/// Bytes of XML around the name of a property.
const AROUND: usize = 20;
/// Longest address of a card, in bytes.
const MAX_HREF: usize = 500;

/// The properties that are asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Props {
    /// All that the resource has.
    All,
    /// The names of all that the resource has.
    Names,
    /// Some.
    These {
        names: Vec<Name>,
        /// The card itself.
        data: Option<AddressData>,
    },
}

/// The form in which the card itself is asked for: `address-data` (RFC 6352, 10.4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct AddressData {
    pub(super) version: Version,
    /// The properties of the vCard that are asked for; none for the whole card.
    pub(super) part: Option<Vec<RequestedProperty>>,
}

impl Props {
    /// The form in which the cards themselves are asked for.
    pub(super) const fn data(&self) -> Option<&AddressData> {
        match self {
            Self::These { data, .. } => data.as_ref(),
            Self::All | Self::Names => None,
        }
    }

    /// The properties without the cards themselves.
    pub(super) fn without_data(self) -> Self {
        match self {
            Self::These { mut names, data } => {
                names.extend(data.map(|_| (CARD.to_owned(), "address-data".to_owned())));
                Self::These { names, data: None }
            }
            other => other,
        }
    }

    /// The properties of a request about cards. Refused if the names of unknown properties are too long, since they are
    /// repeated for each card.
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

#[derive(Debug)]
pub(super) enum Report {
    /// `addressbook-multiget`: cards by address.
    Multiget { props: Props, hrefs: Vec<String> },
    /// `addressbook-query`: cards that match a filter.
    Query { props: Props, filter: Filter, limit: Option<usize> },
    /// `sync-collection`: cards that changed since a token.
    Sync { props: Props, token: Option<String>, limit: Option<u32> },
}

/// Parses a PROPFIND of a resource: whether it is also about the resources below, and which properties it asks for.
pub(super) fn propfind_of(
    resource: Resource,
    depth: Option<&str>,
    body: Option<&Element>,
) -> Result<(bool, Props), Refusal> {
    let below = match (depth, resource) {
        (Some("0"), _) | (_, Resource::Principal | Resource::Card(_)) => false,
        (Some("1"), _) => true,
        _ => return Err(Refusal::FiniteDepth),
    };
    let is_of_cards = matches!((resource, below), (Resource::Card(_), _) | (Resource::Book, true));
    let props = propfind(body)?;
    Ok((below, if is_of_cards { props.of_cards()? } else { props }))
}

/// Parses the body of a PROPFIND. An empty one asks for all properties.
fn propfind(body: Option<&Element>) -> Result<Props, Refusal> {
    let Some(body) = body else { return Ok(Props::All) };
    if body.is(DAV, "propfind") { props(body) } else { Err(Refusal::Malformed) }
}

/// Parses a REPORT, which the address book alone has.
pub(super) fn report_of(resource: Resource, body: Option<&Element>) -> Result<Report, Refusal> {
    if resource == Resource::Book { report(body) } else { Err(Refusal::Report) }
}

/// Parses the body of a REPORT.
fn report(body: Option<&Element>) -> Result<Report, Refusal> {
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

/// The addresses of cards, each once.
fn hrefs(body: &Element) -> Result<Vec<String>, Refusal> {
    let (mut hrefs, mut known) = (Vec::new(), HashSet::new());
    for child in body.children().filter(|child| child.is(DAV, "href")) {
        let href = child.text().trim();
        if hrefs.len() == MOST {
            return Err(Refusal::TooMany);
        }
        if href.len() > MAX_HREF {
            return Err(Refusal::Malformed);
        }
        if known.insert(href.to_owned()) {
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
    let data = prop.child(CARD, "address-data").map(|element| address_data(&element)).transpose()?;
    let (mut names, mut known, mut length): (Vec<Name>, HashSet<Name>, usize) = (Vec::new(), HashSet::new(), 0);
    for child in prop.children().filter(|child| !child.is(CARD, "address-data")) {
        let name = (child.namespace().to_owned(), child.name().to_owned());
        // An unknown property is written back: its name must be plain, and its namespace a plain URI.
        let plain = name.1.chars().all(|c| c.is_alphanumeric() || "-_.".contains(c));
        if !plain || name.0.chars().any(|c| c.is_whitespace() || c.is_control() || "<>&\"'".contains(c)) {
            return Err(Refusal::Malformed);
        }
        if known.insert(name.clone()) {
            length += name.0.len() + name.1.len();
            names.push(name);
        }
        if names.len() > MAX_PROPS || length > MAX_NAMES {
            return Err(Refusal::Properties);
        }
    }
    Ok(Props::These { names, data })
}

/// Parses `address-data`: the whole card, or some of its properties.
fn address_data(element: &Element) -> Result<AddressData, Refusal> {
    let version = version(element)?;
    let parts = element.children().filter(|child| child.is(CARD, "prop")).take(MAX_PROPS + 1);
    let parts = parts.map(|prop: Element| -> Result<RequestedProperty, Refusal> {
        let name = prop.attribute("name").map(str::trim).filter(|name| !name.is_empty()).ok_or(Refusal::Malformed)?;
        Ok(RequestedProperty { name: name.to_ascii_uppercase(), bare: prop.attribute("novalue") == Some("yes") })
    });
    let parts = parts.collect::<Result<Vec<_>, _>>()?;
    if parts.len() > MAX_PROPS {
        return Err(Refusal::Properties);
    }
    let is_whole = parts.is_empty() || element.child(CARD, "allprop").is_some();
    Ok(AddressData { version, part: Some(parts).filter(|_| !is_whole) })
}

/// The version of the cards: 3.0 by default (RFC 6352, 10.4).
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

    /// The texts that `write` gives for the first numbers, one after the other.
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
        let whole = |version| AddressData { version, part: None };
        assert_eq!(props.data(), Some(&whole(Version::V3)));
        let Ok(Report::Multiget { props, .. }) = ask(" version='4.0'") else { panic!("a multiget") };
        assert_eq!(props.data(), Some(&whole(Version::V4)));
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
    fn a_part_of_a_card_is_asked_for_by_names() {
        let part = |parts: &str| {
            let data = format!("<C:address-data xmlns:C='{CARD}'>{parts}</C:address-data>");
            asked(&data).map(|props| props.data().and_then(|data| data.part.clone()))
        };
        let prop = |name: &str| format!("<C:prop name='{name}'/>");
        let of = |name: &str, bare| RequestedProperty { name: name.to_owned(), bare };
        assert_eq!(
            part(&(prop("fn") + "<C:prop name='TEL' novalue='yes'/>")),
            Ok(Some(vec![of("FN", false), of("TEL", true)]))
        );
        assert_eq!(part(""), Ok(None));
        assert_eq!(part(&format!("<C:allprop/>{}", prop("FN"))), Ok(None));
        assert_eq!(part("<C:prop/>"), Err(Refusal::Malformed));
        assert_eq!(part(&prop("FN").repeat(MAX_PROPS + 1)), Err(Refusal::Properties));
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
