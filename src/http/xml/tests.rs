//! Tests of what the parser accepts and refuses, and of its memory.

use proptest::prelude::*;

use super::parser::{MAX_ATTRIBUTES, MAX_ELEMENTS, MAX_NAME, MAX_NAMESPACES, MAX_VALUE, SHORTEST, parse};
use super::*;

/// The text for each number, concatenated.
fn each(count: usize, write: impl Fn(usize) -> String) -> String {
    (0..count).map(write).collect()
}

#[test]
fn a_tree_has_names_attributes_and_text() {
    let body = b"<?xml version='1.0'?><D:a xmlns:D='DAV:' xmlns='urn:x'> <!-- --><b c='&lt;1' d=''>x&amp;<![CDATA[<y>]]>&#233;</b> <D:e/></D:a>";
    let root = parse(body).unwrap();
    assert!(root.is("DAV:", "a"));
    let b = root.child("urn:x", "b").unwrap();
    assert_eq!((b.attribute("c"), b.attribute("d"), b.text()), (Some("<1"), Some(""), "x&<y>é"));
    assert_eq!((b.attribute("b"), root.attribute("D"), root.text()), (None, None, ""));
    assert!(root.child("DAV:", "e").is_some());
    assert_eq!(root.children().map(|child| child.name().to_owned()).collect::<Vec<_>>(), ["b", "e"]);
}

#[test]
fn a_prefix_means_what_the_nearest_element_says() {
    let body = b"<a xmlns='1' xmlns:p='2'><b xmlns='3' xmlns:p='4'><p:c/></b><b><p:c><d xmlns=''/></p:c></b></a>";
    let root = parse(body).unwrap();
    let (first, second) = (root.child("3", "b").unwrap(), root.child("1", "b").unwrap());
    assert!(first.child("4", "c").is_some());
    assert!(second.child("2", "c").unwrap().child("", "d").is_some());
}

#[test]
fn tricks_are_refused() {
    let attributes = |count: usize| each(count, |n| format!(" a{n}='1'"));
    let namespaces = |count: usize| each(count, |n| format!("<b xmlns='urn:{n}'/>"));
    for bad in [
        "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>".to_owned(),
        "<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>".to_owned(),
        "<a>&b;</a>".to_owned(),
        "<a b='&c;'/>".to_owned(),
        "<x:a/>".to_owned(),
        "<a xmlns:b=''><b:c/></a>".to_owned(),
        "<a b='1' b='2'/>".to_owned(),
        "<a b='x\0y'/>".to_owned(),
        "<a>\0</a>".to_owned(),
        "<a/><b/>".to_owned(),
        "<a><b></a>".to_owned(),
        "<a>".to_owned(),
        "<></>".to_owned(),
        String::new(),
        "text".to_owned(),
        format!("{}{}", "<a>".repeat(17), "</a>".repeat(17)),
        format!("<a>{}</a>", "<b/>".repeat(MAX_ELEMENTS)),
        format!("<a{}/>", attributes(MAX_ATTRIBUTES + 1)),
        format!("<a>{}</a>", namespaces(MAX_NAMESPACES + 1)),
        format!("<{}/>", "a".repeat(MAX_NAME + 1)),
        format!("<a {}='1'/>", "a".repeat(MAX_NAME + 1)),
        format!("<a b='{}'/>", "a".repeat(MAX_VALUE + 1)),
        format!("<a xmlns='{}'><b/></a>", "a".repeat(900_000)),
    ] {
        assert!(parse(bad.as_bytes()).is_err(), "{}", bad.chars().take(100).collect::<String>());
    }
    assert!(parse(b"\xff\xfe<\0a\0").is_err());
    assert!(parse(format!("{}{}", "<a>".repeat(16), "</a>".repeat(16)).as_bytes()).is_ok());
    assert!(parse(format!("<a{}/>", attributes(MAX_ATTRIBUTES)).as_bytes()).is_ok());
    assert!(parse(format!("<a>{}</a>", namespaces(MAX_NAMESPACES)).as_bytes()).is_ok());
}

/// For any document, its tree is smaller than seven times its size, and was never larger while it was parsed.
fn assert_light(body: &str) {
    let Ok(root) = parse(body.as_bytes()) else { return };
    // The few bytes of capacity that an empty list starts with.
    assert!(root.weight() <= 7 * body.len() + 64, "{} of {}", root.weight(), body.len());
    let Tree { letters, nodes, .. } = &*root.tree;
    assert!(letters.capacity() <= body.len().max(8), "the letters fit into what was set aside for them");
    assert!(nodes.capacity() <= (body.len() / SHORTEST).max(4), "and so do the elements");
}

#[test]
fn a_tree_is_no_heavier_than_seven_times_its_document() {
    let href = "<D:href>/carddav/directory/01890a5d-ac96-774b-bcce-b302099a8057.vcf</D:href>";
    let namespace = "n".repeat(MAX_VALUE);
    for body in [
        "<a/>".to_owned(),
        format!("<a>{}</a>", "<b/>".repeat(MAX_ELEMENTS - 1)),
        format!("<a xmlns='{namespace}'>{}</a>", "<b/>".repeat(MAX_ELEMENTS - 1)),
        format!("<a>{}</a>", format!("<b xmlns='{namespace}'/>").repeat(1_000)),
        format!("<a>{}</a>", "<b c='' d=''>&lt;</b>".repeat(10_000)),
        format!("<a>{}</a>", "x".repeat(1_000_000)),
        format!("<a><![CDATA[{}]]></a>", "<a".repeat(400_000)),
        format!("<a>{}</a>", "x<b>y</b>".repeat(10_000)),
        format!("<D:m xmlns:D='DAV:'>{}</D:m>", href.repeat(10_000)),
    ] {
        assert!(parse(body.as_bytes()).is_ok());
        assert_light(&body);
    }
}

proptest! {
    #[test]
    fn no_body_breaks_it(body in "[<>a-c/=:'&;! \\[\\]-]{0,80}") {
        let _ = parse(body.as_bytes());
    }

    #[test]
    fn no_tree_is_heavy(pieces in prop::collection::vec("<a/>|<b c='d'/>|<c:d xmlns:c='e'/>|x|&lt;|<e>f</e>|<!-- <a -->|<g xmlns='h'>", 0..200)) {
        let ends = "</g>".repeat(pieces.iter().filter(|piece| piece.starts_with("<g")).count());
        assert_light(&format!("<a>{}{ends}</a>", pieces.concat()));
    }
}
