//! The attributes of an element of a workbook.
//!
//! An attribute with a prefix is in a foreign namespace, and is ignored. An element that has an attribute twice is
//! malformed, which callers check first.

use std::borrow::Cow;

use quick_xml::XmlVersion;
use quick_xml::events::BytesStart;
use quick_xml::events::attributes::Attribute;

use super::{broken, too_large};
use crate::error::FieldError;

/// The longest tag whose attributes are compared with each other, in bytes.
const MAX_TAG: usize = 4_096;
/// Maximum length of their names, numbers and targets, in bytes.
pub(super) const MAX_NAME: usize = 300;

/// The attributes of an element, with their prefixes.
pub(super) fn attributes<'t>(tag: &'t BytesStart<'_>) -> impl Iterator<Item = (&'t str, Cow<'t, str>)> {
    let mut all = tag.attributes();
    all.with_checks(false);
    let read = |one: Attribute<'t>| Some((one.key.into_inner(), one.normalized_value(XmlVersion::Implicit1_0).ok()?));
    all.map_while(Result::ok).filter_map(read)
}

/// An attribute without a prefix: one with a prefix is in a foreign namespace.
pub(super) fn plain<'t>(tag: &'t BytesStart<'_>, name: &str) -> Option<Cow<'t, str>> {
    attributes(tag).find(|(known, _)| *known == name).map(|(_, value)| value)
}

/// Whether an attribute says yes, or anything but no.
pub(super) fn says(tag: &BytesStart<'_>, name: &str) -> bool {
    plain(tag, name).is_some_and(|value| !["0", "false"].contains(&value.trim()))
}

/// Whether an attribute says no, or anything but yes.
pub(super) fn denies(tag: &BytesStart<'_>, name: &str) -> bool {
    plain(tag, name).is_some_and(|value| !["1", "true"].contains(&value.trim()))
}

/// Whether the attributes of an element are none, or one of them is there twice.
pub(super) fn is_malformed(tag: &BytesStart<'_>) -> bool {
    // Each is compared with all others.
    let is_bad = |value: Attribute<'_>| value.normalized_value(XmlVersion::Implicit1_0).is_err();
    tag.len() > MAX_TAG || tag.attributes().any(|one| one.map_or(true, is_bad))
}

/// A height in points, or a width in characters.
pub(super) fn measure(tag: &BytesStart<'_>, name: &str) -> Option<f64> {
    plain(tag, name)?.trim().parse().ok()
}

/// The number of the row in a reference like `A5` or `5`.
pub(super) fn row_of(reference: &str) -> Option<u32> {
    reference.trim_start_matches(|c: char| c.is_ascii_alphabetic()).parse().ok()
}

/// A name within its limit.
pub(super) fn short(name: Option<Cow<'_, str>>) -> Result<String, FieldError> {
    let name = name.ok_or_else(broken)?;
    if name.len() > MAX_NAME { Err(too_large()) } else { Ok(name.into_owned()) }
}
