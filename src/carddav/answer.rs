//! The XML of responses and refusals.

use super::{CARD, DAV, Name, SERVER};
use crate::error::Error;
use crate::text::xml::escaped;

/// Why a program gets no multistatus.
pub(super) enum Failure {
    /// The protocol refuses the request.
    Refused(Refusal),
    /// Another error of the portal.
    Error(Error),
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

/// A refusal of the protocol. Each has its own element in the answer, the precondition that failed (RFC 4918, 16).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// XML of another shape.
    Malformed,
    /// An unknown report.
    Report,
    /// Address data in an unknown format.
    AddressData,
    /// An unknown element of a filter, and its property.
    Filter { what: String, property: Option<String> },
    /// Too many conditions of a filter, or too long texts.
    Conditions,
    /// An unknown collation, by its name.
    Collation(String),
    /// Too many cards at once.
    TooMany,
    /// Too many properties, or too long names of properties.
    Properties,
    /// An invalid or outdated sync token.
    SyncToken,
    /// A PROPFIND of infinite depth.
    FiniteDepth,
    /// A method that writes.
    ReadOnly,
}

/// The head of a multistatus.
pub(super) const BEGIN: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<D:multistatus xmlns:D=\"DAV:\" \
                                xmlns:C=\"urn:ietf:params:xml:ns:carddav\" xmlns:S=\"http://calendarserver.org/ns/\">\n";
/// The end of a multistatus.
pub(super) const END: &str = "</D:multistatus>\n";

/// The element of a property. Its value is XML.
fn element((namespace, name): &Name, value: &str) -> String {
    let (tag, declaration) = match namespace.as_str() {
        DAV => (format!("D:{name}"), String::new()),
        CARD => (format!("C:{name}"), String::new()),
        SERVER => (format!("S:{name}"), String::new()),
        other => (format!("x:{name}"), format!(" xmlns:x=\"{}\"", escaped(other))),
    };
    if value.is_empty() { format!("<{tag}{declaration}/>") } else { format!("<{tag}{declaration}>{value}</{tag}>") }
}

/// The response of a resource: the properties that it has, and the names of those that it does not have.
pub(super) fn response(href: &str, found: &[(Name, String)], missing: &[Name]) -> String {
    let found: String = found.iter().map(|(name, value)| element(name, value)).collect();
    let missing: String = missing.iter().map(|name| element(name, "")).collect();
    let part = |props: &str, status: &str| {
        format!("<D:propstat><D:prop>{props}</D:prop><D:status>HTTP/1.1 {status}</D:status></D:propstat>")
    };
    let mut parts = String::new();
    // A response has one part at least (RFC 4918, 14.24).
    if !found.is_empty() || missing.is_empty() {
        parts += &part(&found, "200 OK");
    }
    if !missing.is_empty() {
        parts += &part(&missing, "404 Not Found");
    }
    format!("<D:response><D:href>{}</D:href>{parts}</D:response>\n", escaped(href))
}

/// The response of a resource that does not exist.
pub(super) fn not_found(href: &str) -> String {
    let href = escaped(href);
    format!("<D:response><D:href>{href}</D:href><D:status>HTTP/1.1 404 Not Found</D:status></D:response>\n")
}

/// The response that marks the answer as incomplete (RFC 6352, 8.6.2; RFC 6578, 3.6).
pub(super) fn truncated(href: &str) -> String {
    format!(
        "<D:response><D:href>{}</D:href><D:status>HTTP/1.1 507 Insufficient Storage</D:status>\
         <D:error><D:number-of-matches-within-limits/></D:error></D:response>\n",
        escaped(href)
    )
}

/// The token of the next `sync-collection`.
pub(super) fn sync_token(token: &str) -> String {
    format!("<D:sync-token>{}</D:sync-token>\n", escaped(token))
}

/// The body of a refusal: the precondition for programs, and a sentence for people.
pub(super) fn error(refusal: &Refusal, sentence: &str) -> String {
    // The property of the unknown element (RFC 6352, 8.6).
    let at_property = match refusal {
        Refusal::Filter { property: Some(property), .. } => {
            format!("<C:supported-filter><C:prop-filter name=\"{}\"/></C:supported-filter>", escaped(property))
        }
        _ => String::new(),
    };
    let condition: &str = match refusal {
        Refusal::Malformed => "",
        Refusal::Report => "<D:supported-report/>",
        Refusal::AddressData => "<C:supported-address-data/>",
        Refusal::Filter { property: Some(_), .. } => &at_property,
        Refusal::Filter { property: None, .. } | Refusal::Conditions => "<C:supported-filter/>",
        Refusal::Collation(_) => "<C:supported-collation/>",
        Refusal::TooMany => "<D:number-of-matches-within-limits/>",
        Refusal::Properties => "<p:properties-within-limits xmlns:p=\"urn:portal\"/>",
        Refusal::SyncToken => "<D:valid-sync-token/>",
        Refusal::FiniteDepth => "<D:propfind-finite-depth/>",
        Refusal::ReadOnly => "<D:need-privileges/>",
    };
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<D:error xmlns:D=\"DAV:\" xmlns:C=\"urn:ietf:params:xml:ns:carddav\">\
         {condition}<p:detail xmlns:p=\"urn:portal\">{}</p:detail></D:error>\n",
        escaped(sentence)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_stranger_named_is_written_back_harmlessly() {
        let name = ("urn:\"><x/>&".to_owned(), "colour".to_owned());
        let text = response("/a&b", &[], &[name]);
        assert!(text.contains("xmlns:x=\"urn:&quot;&gt;&lt;x/&gt;&amp;\"") && text.contains("/a&amp;b"), "{text}");
        assert!(!text.contains("200 OK"));
        let refusal = Refusal::Filter { what: "x".to_owned(), property: Some("\"><X".to_owned()) };
        assert!(error(&refusal, "<x>").contains("name=\"&quot;&gt;&lt;X\"/></C:supported-filter>"));
        assert!(error(&refusal, "<x>").contains("&lt;x&gt;</p:detail>"));
    }
}
