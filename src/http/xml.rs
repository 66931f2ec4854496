//! XML bodies of address-book programs, as a small tree: bounded in bytes, depth, elements, attributes and namespaces.
//!
//! A document type is refused, and with it every entity but the five that XML has itself: nothing can be fetched, and
//! nothing grows (OWASP, XML External Entity Prevention). Comments and processing instructions are passed over.
//!
//! What is kept of a document is one string of the names, values and texts in it, which is no longer than the document, and
//! 20 bytes for each element, which takes four bytes at least to write. A namespace is kept once, however many
//! elements are in it. So a tree is smaller than seven times its document, whatever that says ([`Element::weight`]).

mod parser;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::{FromRequest, HttpRequest};

use super::json::read_body;
use crate::error::Error;

/// What an element takes beside its letters, in bytes.
const NODE: usize = size_of::<Node>();

/// The body of a request as XML; none where it is empty.
pub struct Xml(pub Option<Element>);

/// An element of a document. All elements of one share what is kept of it.
#[derive(Clone, Debug)]
pub struct Element {
    tree: Arc<Tree>,
    number: usize,
}

/// What is kept of a document: its elements in the order in which they begin.
#[derive(Debug, Default)]
struct Tree {
    /// Names, values and texts.
    letters: String,
    nodes: Vec<Node>,
    /// Where the namespaces stand, each once; the first is that of what has none.
    namespaces: Vec<Span>,
}

/// A part of the letters.
#[derive(Clone, Copy, Debug, Default)]
struct Span {
    start: u32,
    length: u32,
}

/// An element: its name, its attributes (each a name and a value, each closed by NUL) and its text stand one after the other.
#[derive(Clone, Copy, Debug, Default)]
struct Node {
    start: u32,
    text: u32,
    /// The number of the first element that is not in it.
    end: u32,
    name: u16,
    attributes: u16,
    namespace: u16,
}

impl Tree {
    fn letters(&self, start: usize, length: usize) -> &str {
        self.letters.get(start..start + length).unwrap_or_default()
    }

    fn span(&self, span: Span) -> &str {
        self.letters(size(span.start), size(span.length))
    }
}

impl Element {
    /// Reads a document; its outermost element.
    ///
    /// # Errors
    /// 400 where it is none, or one of more than is taken.
    pub fn parse(document: &[u8]) -> Result<Self, Error> {
        parser::parse(document)
    }

    fn node(&self) -> Node {
        self.tree.nodes.get(self.number).copied().unwrap_or_default()
    }

    /// Its namespace; empty where it has none.
    #[must_use]
    pub fn namespace(&self) -> &str {
        let span = self.tree.namespaces.get(usize::from(self.node().namespace)).copied();
        self.tree.span(span.unwrap_or_default())
    }

    /// Its name within that.
    #[must_use]
    pub fn name(&self) -> &str {
        let node = self.node();
        self.tree.letters(size(node.start), usize::from(node.name))
    }

    /// The text in it, all pieces together. An element with elements in it has none.
    #[must_use]
    pub fn text(&self) -> &str {
        let node = self.node();
        let start = size(node.start) + usize::from(node.name) + usize::from(node.attributes);
        self.tree.letters(start, size(node.text))
    }

    /// An attribute, by its local name.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&str> {
        let node = self.node();
        let start = size(node.start) + usize::from(node.name);
        let mut pieces = self.tree.letters(start, usize::from(node.attributes)).split('\0');
        while let (Some(known), Some(value)) = (pieces.next(), pieces.next()) {
            if known == name {
                return Some(value);
            }
        }
        None
    }

    /// The elements in it.
    pub fn children(&self) -> impl Iterator<Item = Self> + use<> {
        let (tree, mut next, end) = (Arc::clone(&self.tree), self.number + 1, size(self.node().end));
        std::iter::from_fn(move || {
            let child = Self { tree: Arc::clone(&tree), number: next };
            let is_one = next < end;
            next = size(child.node().end).max(next + 1);
            is_one.then_some(child)
        })
    }

    /// Whether it is this one.
    #[must_use]
    pub fn is(&self, namespace: &str, name: &str) -> bool {
        self.name() == name && self.namespace() == namespace
    }

    /// The first element in it of this name.
    #[must_use]
    pub fn child(&self, namespace: &str, name: &str) -> Option<Self> {
        self.children().find(|child| child.is(namespace, name))
    }

    /// How many bytes are kept of its document.
    #[must_use]
    pub fn weight(&self) -> usize {
        let Tree { letters, nodes, namespaces } = &*self.tree;
        letters.capacity() + nodes.capacity() * NODE + namespaces.capacity() * size_of::<Span>()
    }
}

impl FromRequest for Xml {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            // Some programs do not say what they send.
            let body = read_body(&request, payload, &["application/xml", "text/xml", ""]).await?;
            if body.is_empty() { Ok(Self(None)) } else { parser::parse(&body).map(|root| Self(Some(root))) }
        })
    }
}

fn malformed<E>(_: E) -> Error {
    Error::refused(StatusCode::BAD_REQUEST, "malformed_xml")
}

/// A number of the tree, which counts fewer bytes than an address has.
fn size(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests;
