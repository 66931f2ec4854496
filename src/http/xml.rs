//! XML bodies of address-book programs, as a small tree: bounded in bytes, depth, elements, attributes and namespaces.
//!
//! A document type is refused, and with it every entity except XML's own five: nothing can be fetched or expanded
//! (OWASP, XML External Entity Prevention). Comments and processing instructions are skipped.
//!
//! A tree stores one string of the names, values and texts, which is no longer than the document, and 20 bytes for each
//! element, which takes at least four bytes to write. A namespace is stored once, however many elements are in it. So a
//! tree is smaller than seven times its document, whatever the content ([`Element::weight`]).

mod parser;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::{FromRequest, HttpRequest};

use super::json::read_body;
use crate::error::{Error, ProblemCode};

/// Bytes of an element apart from its letters.
const NODE: usize = size_of::<Node>();

/// The XML body of a request; none if it is empty.
pub struct Xml(pub Option<Element>);

/// An element of a document. All elements of a document share its tree.
#[derive(Clone, Debug)]
pub struct Element {
    tree: Arc<Tree>,
    number: usize,
}

/// The tree of a document: its elements in the order in which they begin.
#[derive(Debug, Default)]
struct Tree {
    /// Names, values and texts.
    letters: String,
    nodes: Vec<Node>,
    /// The positions of the namespaces, each once; the first is the empty one.
    namespaces: Vec<Span>,
}

/// A range of the letters.
#[derive(Clone, Copy, Debug, Default)]
struct Span {
    start: u32,
    length: u32,
}

/// An element: its name, attributes (each a name and a value, each ended by NUL) and text are consecutive.
#[derive(Clone, Copy, Debug, Default)]
struct Node {
    start: u32,
    text: u32,
    /// The number of the first element after its end.
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
    /// Parses a document; returns its root.
    ///
    /// # Errors
    /// 400 if it is malformed, or exceeds a limit.
    pub fn parse(document: &[u8]) -> Result<Self, Error> {
        parser::parse(document)
    }

    fn node(&self) -> Node {
        self.tree.nodes.get(self.number).copied().unwrap_or_default()
    }

    /// Its namespace; empty if it has none.
    #[must_use]
    pub fn namespace(&self) -> &str {
        let span = self.tree.namespaces.get(usize::from(self.node().namespace)).copied();
        self.tree.span(span.unwrap_or_default())
    }

    /// Its local name.
    #[must_use]
    pub fn name(&self) -> &str {
        let node = self.node();
        self.tree.letters(size(node.start), usize::from(node.name))
    }

    /// Its text, all pieces together. An element with children has none.
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

    /// Its children.
    pub fn children(&self) -> impl Iterator<Item = Self> + use<> {
        let (tree, mut next, end) = (Arc::clone(&self.tree), self.number + 1, size(self.node().end));
        std::iter::from_fn(move || {
            let child = Self { tree: Arc::clone(&tree), number: next };
            let is_one = next < end;
            next = size(child.node().end).max(next + 1);
            is_one.then_some(child)
        })
    }

    /// Whether it has this name.
    #[must_use]
    pub fn is(&self, namespace: &str, name: &str) -> bool {
        self.name() == name && self.namespace() == namespace
    }

    /// The first child of this name.
    #[must_use]
    pub fn child(&self, namespace: &str, name: &str) -> Option<Self> {
        self.children().find(|child| child.is(namespace, name))
    }

    /// The bytes that its document takes in memory.
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
            // Some programs send no media type.
            let body = read_body(&request, payload, &["application/xml", "text/xml", ""]).await?;
            if body.is_empty() { Ok(Self(None)) } else { parser::parse(&body).map(|root| Self(Some(root))) }
        })
    }
}

fn malformed<E>(_: E) -> Error {
    Error::refused(StatusCode::BAD_REQUEST, ProblemCode::MalformedXml)
}

/// An index into the tree, with fewer bytes than a pointer.
fn size(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests;
