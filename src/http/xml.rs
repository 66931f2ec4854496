//! XML bodies of address-book programs, as a small tree: bounded in bytes, depth and elements.
//!
//! A document type is refused, and with it every entity but the five that XML has itself: nothing can be fetched, and
//! nothing grows (OWASP, XML External Entity Prevention). Comments and processing instructions are passed over.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::{FromRequest, HttpRequest};
use quick_xml::XmlVersion;
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::ResolveResult;
use quick_xml::reader::NsReader;

use super::Gate;
use super::json::read_body;
use crate::error::Error;

/// Deepest nesting of elements.
const MAX_DEPTH: usize = 16;
/// Most elements: an address book that asks for ten thousand cards by name has a few more.
const MAX_ELEMENTS: usize = 12_000;

/// The body of a request as XML; none where it is empty.
pub struct Xml(pub Option<Element>);

/// An element.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Element {
    /// Its namespace; empty where it has none.
    pub namespace: String,
    /// Its name within that.
    pub name: String,
    /// Its attributes, by their local names.
    pub attributes: Vec<(String, String)>,
    /// The elements in it.
    pub children: Vec<Element>,
    /// The text in it, all pieces together.
    pub text: String,
}

impl Element {
    /// Reads a document; its outermost element.
    ///
    /// # Errors
    /// 400 where it is none, or one of more than is taken.
    pub fn parse(document: &[u8]) -> Result<Self, Error> {
        parse(document)
    }

    /// Whether it is this one.
    #[must_use]
    pub fn is(&self, namespace: &str, name: &str) -> bool {
        self.namespace == namespace && self.name == name
    }

    /// The first element in it of this name.
    #[must_use]
    pub fn child(&self, namespace: &str, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.is(namespace, name))
    }

    /// An attribute.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

impl FromRequest for Xml {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        // Some programs do not say what they send.
        let body = read_body(request, payload, &["application/xml", "text/xml", ""]);
        let gate = Gate::of(request);
        Box::pin(async move {
            let parsed = body.await.and_then(|body| if body.is_empty() { Ok(None) } else { parse(&body).map(Some) });
            Gate::pass(gate, parsed.map(Self)).await
        })
    }
}

fn malformed<E>(_: E) -> Error {
    Error::refused(StatusCode::BAD_REQUEST, "malformed_xml")
}

fn parse(body: &[u8]) -> Result<Element, Error> {
    let text = std::str::from_utf8(body).map_err(malformed)?;
    let mut reader = NsReader::from_str(text.strip_prefix('\u{feff}').unwrap_or(text));
    reader.config_mut().expand_empty_elements = true;
    let (mut open, mut root, mut count): (Vec<Element>, Option<Element>, usize) = (Vec::new(), None, 0);
    loop {
        let (namespace, event) = reader.read_resolved_event().map_err(malformed)?;
        match event {
            Event::Start(start) => {
                count += 1;
                if open.len() >= MAX_DEPTH || count > MAX_ELEMENTS || (open.is_empty() && root.is_some()) {
                    return Err(malformed(()));
                }
                open.push(element(namespace, &start)?);
            }
            Event::End(_) => {
                let done = open.pop().ok_or_else(|| malformed(()))?;
                match open.last_mut() {
                    Some(parent) => parent.children.push(done),
                    None => root = Some(done),
                }
            }
            Event::Text(piece) => add(&mut open, &piece.xml10_content()),
            Event::CData(piece) => add(&mut open, &piece.xml10_content()),
            Event::GeneralRef(reference) => match reference.resolve_char_ref().map_err(malformed)? {
                Some(c) => add(&mut open, c.encode_utf8(&mut [0; 4])),
                None => add(&mut open, resolve_xml_entity(&reference).ok_or_else(|| malformed(()))?),
            },
            Event::DocType(_) => return Err(malformed(())),
            Event::Eof => break,
            Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
        }
    }
    if open.is_empty() { root.ok_or_else(|| malformed(())) } else { Err(malformed(())) }
}

fn element(namespace: ResolveResult<'_>, start: &BytesStart<'_>) -> Result<Element, Error> {
    let namespace = match namespace {
        ResolveResult::Bound(namespace) => namespace.0.to_owned(),
        ResolveResult::Unbound => String::new(),
        ResolveResult::Unknown(prefix) => return Err(malformed(prefix)),
    };
    let mut attributes = Vec::new();
    for attribute in start.attributes() {
        let attribute = attribute.map_err(malformed)?;
        let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(malformed)?;
        attributes.push((attribute.key.local_name().into_inner().to_owned(), value.into_owned()));
    }
    let name = start.local_name().into_inner().to_owned();
    Ok(Element { namespace, name, attributes, ..Element::default() })
}

fn add(open: &mut [Element], piece: &str) {
    if let Some(element) = open.last_mut() {
        element.text.push_str(piece);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_tree_has_names_attributes_and_text() {
        let body = b"<?xml version='1.0'?><D:a xmlns:D='DAV:' xmlns='urn:x'><!-- --><b c='&lt;1'>x&amp;<![CDATA[<y>]]>&#233;</b><D:e/></D:a>";
        let root = parse(body).unwrap();
        assert!(root.is("DAV:", "a"));
        let b = root.child("urn:x", "b").unwrap();
        assert_eq!((b.attribute("c"), b.text.as_str()), (Some("<1"), "x&<y>é"));
        assert!(root.child("DAV:", "e").is_some());
    }

    #[test]
    fn tricks_are_refused() {
        for bad in [
            "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>".to_owned(),
            "<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>".to_owned(),
            "<a>&b;</a>".to_owned(),
            "<a b='&c;'/>".to_owned(),
            "<x:a/>".to_owned(),
            "<a/><b/>".to_owned(),
            "<a><b></a>".to_owned(),
            "<a>".to_owned(),
            String::new(),
            "text".to_owned(),
            format!("{}{}", "<a>".repeat(17), "</a>".repeat(17)),
            format!("<a>{}</a>", "<b/>".repeat(MAX_ELEMENTS)),
        ] {
            assert!(parse(bad.as_bytes()).is_err(), "{bad}");
        }
        assert!(parse(b"\xff\xfe<\0a\0").is_err());
        assert!(parse(format!("{}{}", "<a>".repeat(16), "</a>".repeat(16)).as_bytes()).is_ok());
    }

    proptest! {
        #[test]
        fn no_body_breaks_it(body in "[<>a-c/=:'&;! \\[\\]-]{0,80}") {
            let _ = parse(body.as_bytes());
        }
    }
}
