//! XML of address-book programs.

use std::hint::black_box;

use portal::http::xml::Element;

use super::{Shape, Target, between, nested, numbered, run_of, shape};

/// Maximum bytes of a body with XML.
const MOST: usize = 1_048_576;

pub fn targets() -> Vec<Target> {
    vec![Target {
        name: "xml",
        most: MOST,
        run: |bytes| drop(black_box(Element::parse(bytes))),
        shapes: shapes(),
        pieces: PIECES,
    }]
}

const PIECES: &[&str] = &[
    "<a>",
    "</a>",
    "<a/>",
    "<b c='d'",
    " x='y'",
    " xmlns='u'",
    " xmlns:p='v'",
    ">",
    "/>",
    "<p:a>",
    "</p:a>",
    "&amp;",
    "&#65;",
    "x",
    "\r\n",
    "<![CDATA[",
    "]]>",
    "<!--",
    "-->",
    "<?x?>",
    "é",
    "<",
    "\"",
];

/// A root whose namespace takes half of the document, and many elements in it.
fn inherited(size: usize) -> Vec<u8> {
    let root = format!("<a xmlns=\"{}\">", "u".repeat(size / 2));
    let count = (size / 2).saturating_sub(32) / 4;
    [root, "<b/>".repeat(count), "</a>".to_owned()].concat().into_bytes()
}

/// The same with a prefix.
fn by_prefix(size: usize) -> Vec<u8> {
    let root = format!("<p:a xmlns:p=\"{}\">", "u".repeat(size / 2));
    let count = (size / 2).saturating_sub(32) / 6;
    [root, "<p:b/>".repeat(count), "</p:a>".to_owned()].concat().into_bytes()
}

/// Many namespaces that are declared, and elements whose prefix is the first of them.
fn looked_up(size: usize) -> Vec<u8> {
    let mut text = "<a xmlns:first=\"u\"".to_owned();
    for number in 0.. {
        if text.len() > size / 2 {
            break;
        }
        text.extend([" xmlns:n", &number.to_string(), "='v'"]);
    }
    text.push('>');
    text.push_str(&"<first:b/>".repeat(size.saturating_sub(text.len() + 4) / 10));
    (text + "</a>").into_bytes()
}

fn shapes() -> Vec<Shape> {
    vec![
        nested("nested", "<a>", "</a>"),
        run_of("open", "<a>"),
        run_of("brackets", "<"),
        between("empty_elements", "<a>", "<b/>", "</a>"),
        between("elements", "<a>", "<b></b>", "</a>"),
        between("elements_with_text", "<a>", "<b>c</b>", "</a>"),
        between("texts_between", "<a>", "x<b/>", "</a>"),
        between("long_name", "<", "a", "/>"),
        between("long_text", "<a>", "a", "</a>"),
        between("long_attribute", "<a b='", "c", "'/>"),
        between("unclosed_attribute", "<a b='", "c", ""),
        between("same_attributes", "<a", " b='c'", "/>"),
        numbered("attributes", "<a", |number| format!(" a{number}=''"), "/>"),
        between("attribute_each", "<a>", "<b c='d'/>", "</a>"),
        between("entities", "<a>", "&amp;", "</a>"),
        between("characters", "<a>", "&#65;", "</a>"),
        between("entities_in_attribute", "<a b='", "&lt;", "'/>"),
        between("unknown_entities", "<a>", "&x;", "</a>"),
        between("ampersands", "<a>", "&", "</a>"),
        between("line_ends", "<a>", "\r\n", "</a>"),
        between("sections", "<a>", "<![CDATA[]]>", "</a>"),
        between("section_open", "<a><![CDATA[", "]]", ""),
        between("comments", "<a>", "<!---->", "</a>"),
        between("comment_open", "<a><!--", "--", ""),
        between("instructions", "<a>", "<?x?>", "</a>"),
        between("instruction_open", "<a><?", "?", ""),
        between("doctype", "<!DOCTYPE a [", "<!ENTITY b 'c'>", "]><a/>"),
        between("doctype_open", "<!DOCTYPE a [", "[", ""),
        numbered("namespaces", "<a", |number| format!(" xmlns:n{number}='u'"), "/>"),
        between("namespace_each", "<a>", "<b xmlns='u'/>", "</a>"),
        between("prefix_each", "<a>", "<p:b xmlns:p='u'/>", "</a>"),
        shape("namespace_inherited", inherited),
        shape("namespace_by_prefix", by_prefix),
        shape("namespace_looked_up", looked_up),
        between("combining_marks", "<a>", "\u{301}", "</a>"),
        between("roots", "", "<a/>", ""),
    ]
}
