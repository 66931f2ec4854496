//! What a program asks, from the XML it sends.

use super::filter::{self, Filter};
use super::{CARD, DAV, MOST, Name};
use crate::directory::formats::Version;
use crate::http::xml::Element;

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
    let props = props(body);
    if body.is(CARD, "addressbook-multiget") {
        let hrefs = body.children.iter().filter(|child| child.is(DAV, "href"));
        let hrefs: Vec<String> = hrefs.map(|href| href.text.trim().to_owned()).collect();
        if hrefs.len() > MOST { Err(Refusal::TooMany) } else { Ok(Report::Multiget { props: props?, hrefs }) }
    } else if body.is(CARD, "addressbook-query") {
        let limit = body.child(CARD, "limit").map(|limit| number(limit.child(CARD, "nresults"))).transpose()?;
        let limit = limit.and_then(|limit| usize::try_from(limit).ok());
        Ok(Report::Query { props: props?, filter: filter::parse(body.child(CARD, "filter"))?, limit })
    } else if body.is(DAV, "sync-collection") {
        let token = body.child(DAV, "sync-token").map(|token| token.text.trim().to_owned());
        let limit = body.child(DAV, "limit").map(|limit| number(limit.child(DAV, "nresults"))).transpose()?;
        Ok(Report::Sync { props: props?, token: token.filter(|token| !token.is_empty()), limit })
    } else {
        Err(Refusal::Report)
    }
}

fn number(element: Option<&Element>) -> Result<u32, Refusal> {
    let number = element.and_then(|element| element.text.trim().parse().ok());
    number.filter(|&number| number > 0).ok_or(Refusal::Malformed)
}

fn props(body: &Element) -> Result<Props, Refusal> {
    if body.child(DAV, "propname").is_some() {
        return Ok(Props::Names);
    }
    let Some(prop) = body.child(DAV, "prop") else { return Ok(Props::All) };
    let data = prop.child(CARD, "address-data").map(version).transpose()?;
    let names = prop.children.iter().filter(|child| !child.is(CARD, "address-data"));
    let names = names.map(|child| {
        // What is answered as not found is written back: it has to be a plain name.
        let plain = child.name.chars().all(|c| c.is_alphanumeric() || "-_.".contains(c));
        if plain { Ok((child.namespace.clone(), child.name.clone())) } else { Err(Refusal::Malformed) }
    });
    Ok(Props::These { names: names.collect::<Result<_, _>>()?, data })
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

    fn element(namespace: &str, name: &str, text: &str, children: Vec<Element>) -> Element {
        let (namespace, name, text) = (namespace.to_owned(), name.to_owned(), text.to_owned());
        Element { namespace, name, text, children, attributes: Vec::new() }
    }

    #[test]
    fn a_report_is_understood_or_refused_with_its_reason() {
        let href = element(DAV, "href", " /carddav/directory/a.vcf ", Vec::new());
        let mut data = element(CARD, "address-data", "", Vec::new());
        let tag = element(DAV, "getetag", "", Vec::new());
        let ask = |data: &Element| {
            let prop = element(DAV, "prop", "", vec![tag.clone(), data.clone()]);
            report(Some(&element(CARD, "addressbook-multiget", "", vec![prop, href.clone()])))
        };
        let Ok(Report::Multiget { props, hrefs }) = ask(&data) else { panic!("a multiget") };
        assert_eq!(hrefs, ["/carddav/directory/a.vcf"]);
        assert_eq!(props.data(), Some(Version::V3));
        data.attributes = vec![("version".to_owned(), "4.0".to_owned())];
        assert_eq!(
            ask(&data).ok().and_then(|report| match report {
                Report::Multiget { props, .. } => props.data(),
                _ => None,
            }),
            Some(Version::V4)
        );
        data.attributes = vec![("version".to_owned(), "2.1".to_owned())];
        assert_eq!(ask(&data).err(), Some(Refusal::AddressData));
        assert_eq!(report(Some(&element(DAV, "expand-property", "", Vec::new()))).err(), Some(Refusal::Report));
        assert_eq!(report(None).err(), Some(Refusal::Malformed));
        let many = element(CARD, "addressbook-multiget", "", vec![href; MOST + 1]);
        assert_eq!(report(Some(&many)).err(), Some(Refusal::TooMany));
    }

    #[test]
    fn a_name_that_is_none_is_not_written_back() {
        let odd = element("urn:x", "a\"><b", "", Vec::new());
        let body = element(DAV, "propfind", "", vec![element(DAV, "prop", "", vec![odd])]);
        assert_eq!(propfind(Some(&body)), Err(Refusal::Malformed));
        assert_eq!(propfind(None), Ok(Props::All));
    }
}
