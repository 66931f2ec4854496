//! The XML of answers.

use quick_xml::escape::escape;

use super::request::Refusal;
use super::{CARD, DAV, Name, SERVER};

/// How every answer of several begins.
pub(super) const BEGIN: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<D:multistatus xmlns:D=\"DAV:\" \
                                xmlns:C=\"urn:ietf:params:xml:ns:carddav\" xmlns:S=\"http://calendarserver.org/ns/\">\n";
/// How it ends.
pub(super) const END: &str = "</D:multistatus>\n";

/// A property with its value, which is XML.
fn element((namespace, name): &Name, value: &str) -> String {
    let (tag, declaration) = match namespace.as_str() {
        DAV => (format!("D:{name}"), String::new()),
        CARD => (format!("C:{name}"), String::new()),
        SERVER => (format!("S:{name}"), String::new()),
        other => (format!("x:{name}"), format!(" xmlns:x=\"{}\"", escape(other))),
    };
    if value.is_empty() { format!("<{tag}{declaration}/>") } else { format!("<{tag}{declaration}>{value}</{tag}>") }
}

/// What one place answers: properties that it has, and names of those that it has not.
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
    format!("<D:response><D:href>{}</D:href>{parts}</D:response>\n", escape(href))
}

/// A place that is not there, or is there no longer.
pub(super) fn not_found(href: &str) -> String {
    let href = escape(href);
    format!("<D:response><D:href>{href}</D:href><D:status>HTTP/1.1 404 Not Found</D:status></D:response>\n")
}

/// That there is more than is answered (RFC 6352, 8.6.2; RFC 6578, 3.6).
pub(super) fn truncated(href: &str) -> String {
    format!(
        "<D:response><D:href>{}</D:href><D:status>HTTP/1.1 507 Insufficient Storage</D:status>\
         <D:error><D:number-of-matches-within-limits/></D:error></D:response>\n",
        escape(href)
    )
}

/// From where to go on the next time.
pub(super) fn sync_token(token: &str) -> String {
    format!("<D:sync-token>{}</D:sync-token>\n", escape(token))
}

/// The body of a refusal: the condition that was not met, for programs, and a sentence for people.
pub(super) fn error(refusal: Refusal, sentence: &str) -> String {
    let condition = match refusal {
        Refusal::Malformed => "",
        Refusal::Report => "<D:supported-report/>",
        Refusal::AddressData => "<C:supported-address-data/>",
        Refusal::Filter => "<C:supported-filter/>",
        Refusal::Collation => "<C:supported-collation/>",
        Refusal::TooMany => "<D:number-of-matches-within-limits/>",
        Refusal::Properties => "<p:properties-within-limits xmlns:p=\"urn:portal\"/>",
        Refusal::SyncToken => "<D:valid-sync-token/>",
        Refusal::FiniteDepth => "<D:propfind-finite-depth/>",
        Refusal::ReadOnly => "<D:need-privileges/>",
    };
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<D:error xmlns:D=\"DAV:\" xmlns:C=\"urn:ietf:params:xml:ns:carddav\">\
         {condition}<p:detail xmlns:p=\"urn:portal\">{}</p:detail></D:error>\n",
        escape(sentence)
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
    }
}
