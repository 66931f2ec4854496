//! Parses a document into a tree, and refuses one beyond the limits before it is stored.

use std::borrow::Cow;
use std::sync::Arc;

use quick_xml::XmlVersion;
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::attributes::Attribute;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::{Prefix, PrefixDeclaration};
use quick_xml::reader::Reader;

use super::{Element, Node, Span, Tree, malformed, size};
use crate::error::Error;

/// Deepest nesting of elements.
const MAX_DEPTH: usize = 16;
/// Most elements: a request for ten thousand cards by name has a few more.
pub(super) const MAX_ELEMENTS: usize = 12_000;
/// Most attributes of an element, its declarations of namespaces included.
pub(super) const MAX_ATTRIBUTES: usize = 16;
/// Longest name of an element or an attribute, in bytes.
pub(super) const MAX_NAME: usize = 100;
/// Longest value of an attribute before decoding, in bytes.
pub(super) const MAX_VALUE: usize = 500;
/// Most namespaces of one document.
pub(super) const MAX_NAMESPACES: usize = 32;
/// The fewest bytes of an element: `<a/>`.
pub(super) const SHORTEST: usize = 4;

fn number(size: usize) -> Result<u32, Error> {
    u32::try_from(size).map_err(malformed)
}

fn short(size: usize) -> Result<u16, Error> {
    u16::try_from(size).map_err(malformed)
}

/// Parses a document; returns its root.
pub(super) fn parse(body: &[u8]) -> Result<Element, Error> {
    let text = std::str::from_utf8(body).map_err(malformed)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = Reader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    let mut growing = Growing::of(text);
    loop {
        match reader.read_event().map_err(malformed)? {
            Event::Start(start) => growing.begin(&start)?,
            Event::End(_) => growing.end()?,
            Event::Text(piece) => growing.add(&piece.xml10_content())?,
            Event::CData(piece) => growing.add(&piece.xml10_content())?,
            Event::GeneralRef(reference) => match reference.resolve_char_ref().map_err(malformed)? {
                Some(c) => growing.add(c.encode_utf8(&mut [0; 4]))?,
                None => growing.add(resolve_xml_entity(&reference).ok_or_else(|| malformed(()))?)?,
            },
            Event::DocType(_) => return Err(malformed(())),
            Event::Eof => break,
            Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
        }
    }
    if growing.open.is_empty() && !growing.tree.nodes.is_empty() {
        Ok(Element { tree: Arc::new(growing.tree), number: 0 })
    } else {
        Err(malformed(()))
    }
}

/// A tree under construction.
struct Growing {
    tree: Tree,
    /// The indexes of the open elements.
    open: Vec<usize>,
    /// The meanings of prefixes, the nearest last.
    bindings: Vec<Binding>,
}

/// The meaning of a prefix within an element.
struct Binding {
    prefix: Span,
    namespace: u16,
    /// The depth of the element that declares it.
    depth: u16,
}

impl Growing {
    /// An empty tree with room for this document.
    fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        let begins = |pair: &&[u8]| matches!(pair, [b'<', next] if !b"/!?".contains(next));
        let elements = bytes.windows(2).filter(begins).count().min(bytes.len() / SHORTEST).min(MAX_ELEMENTS);
        let tree = Tree {
            letters: String::with_capacity(bytes.len()),
            nodes: Vec::with_capacity(elements),
            namespaces: vec![Span::default()],
        };
        Self { tree, open: Vec::new(), bindings: Vec::new() }
    }

    /// Stores letters; returns their range.
    fn keep(&mut self, text: &str) -> Result<Span, Error> {
        // NUL is no character of XML, and ends names and values here.
        if text.contains('\0') {
            return Err(malformed(()));
        }
        let span = Span { start: number(self.tree.letters.len())?, length: number(text.len())? };
        self.tree.letters.push_str(text);
        Ok(span)
    }

    fn begin(&mut self, start: &BytesStart<'_>) -> Result<(), Error> {
        let is_second_root = self.open.is_empty() && !self.tree.nodes.is_empty();
        if is_second_root || self.open.len() >= MAX_DEPTH || self.tree.nodes.len() >= MAX_ELEMENTS {
            return Err(malformed(()));
        }
        let qualified = start.name();
        let (name, prefix) = (qualified.local_name().into_inner(), qualified.prefix().map(Prefix::into_inner));
        if name.is_empty() || qualified.into_inner().len() > MAX_NAME {
            return Err(malformed(()));
        }
        self.drop_text();
        let mut attributes = Vec::new();
        for attribute in start.attributes() {
            let attribute = attribute.map_err(malformed)?;
            let is_long = attribute.key.into_inner().len() > MAX_NAME || attribute.value.len() > MAX_VALUE;
            if is_long || attributes.len() == MAX_ATTRIBUTES {
                return Err(malformed(()));
            }
            attributes.push(attribute);
        }
        for attribute in &attributes {
            if let Some(declared) = attribute.key.as_namespace_binding() {
                self.bind(declared, &value_of(attribute)?)?;
            }
        }
        let namespace = self.meaning(prefix)?;
        let begins = self.keep(name)?;
        let mut kept = 0;
        for attribute in attributes.iter().filter(|attribute| attribute.key.as_namespace_binding().is_none()) {
            let (name, value) = (attribute.key.local_name(), value_of(attribute)?);
            for piece in [name.into_inner(), &value] {
                kept += size(self.keep(piece)?.length) + 1;
                self.tree.letters.push('\0');
            }
        }
        self.open.push(self.tree.nodes.len());
        self.tree.nodes.push(Node {
            start: begins.start,
            text: 0,
            end: 0,
            name: short(name.len())?,
            attributes: short(kept)?,
            namespace,
        });
        Ok(())
    }

    /// Drops the text before the first child of an element.
    fn drop_text(&mut self) {
        if let Some(parent) = self.open.last().and_then(|&parent| self.tree.nodes.get_mut(parent)) {
            let kept = self.tree.letters.len() - size(std::mem::take(&mut parent.text));
            self.tree.letters.truncate(kept);
        }
    }

    /// Binds a prefix to a namespace within the element that is about to begin.
    fn bind(&mut self, declared: PrefixDeclaration<'_>, namespace: &str) -> Result<(), Error> {
        let prefix = match declared {
            PrefixDeclaration::Default => "",
            // Neither a named prefix nor its namespace may be empty.
            PrefixDeclaration::Named(prefix) if prefix.is_empty() || namespace.is_empty() => return Err(malformed(())),
            PrefixDeclaration::Named(prefix) => prefix,
        };
        let known = self.tree.namespaces.iter().position(|&span| self.tree.span(span) == namespace);
        let place = match known {
            Some(place) => place,
            None if self.tree.namespaces.len() > MAX_NAMESPACES => return Err(malformed(())),
            None => {
                let span = self.keep(namespace)?;
                self.tree.namespaces.push(span);
                self.tree.namespaces.len() - 1
            }
        };
        let prefix = self.keep(prefix)?;
        self.bindings.push(Binding { prefix, namespace: short(place)?, depth: short(self.open.len())? });
        Ok(())
    }

    /// The namespace of a prefix.
    fn meaning(&self, prefix: Option<&str>) -> Result<u16, Error> {
        let wanted = prefix.unwrap_or_default();
        let found = self.bindings.iter().rev().find(|binding| self.tree.span(binding.prefix) == wanted);
        match (found, prefix) {
            (Some(binding), _) => Ok(binding.namespace),
            (None, None) => Ok(0),
            (None, Some(unknown)) => Err(malformed(unknown)),
        }
    }

    fn end(&mut self) -> Result<(), Error> {
        let done = self.open.pop().ok_or_else(|| malformed(()))?;
        let end = number(self.tree.nodes.len())?;
        if let Some(node) = self.tree.nodes.get_mut(done) {
            node.end = end;
        }
        let depth = self.open.len();
        while self.bindings.last().is_some_and(|binding| usize::from(binding.depth) >= depth) {
            self.bindings.pop();
        }
        Ok(())
    }

    /// Appends text to the open element, unless it has children.
    fn add(&mut self, piece: &str) -> Result<(), Error> {
        let Some(&open) = self.open.last().filter(|&&open| open + 1 == self.tree.nodes.len()) else { return Ok(()) };
        let added = self.keep(piece)?.length;
        if let Some(node) = self.tree.nodes.get_mut(open) {
            node.text += added;
        }
        Ok(())
    }
}

/// The decoded value of an attribute.
fn value_of<'a>(attribute: &Attribute<'a>) -> Result<Cow<'a, str>, Error> {
    attribute.normalized_value(XmlVersion::Implicit1_0).map_err(malformed)
}
