//! The XML of a feed, and its fingerprint.

use std::fmt::Write as _;

use super::store::PublicAnnouncement;
use crate::db::Id;
use crate::i18n::Language;
use crate::mail::markdown;
use crate::secrets::fingerprint_of;
use crate::text::xml::escaped;
use crate::time::Timestamp;

/// Most bytes of the entries of a feed. The newest entry is in it whatever its length.
const MOST_BYTES: usize = 1 << 20;

/// An announcement in one language.
pub(super) struct Entry {
    pub(super) id: Id,
    pub(super) at: Timestamp,
    pub(super) language: Language,
    pub(super) title: String,
    /// Its text in Markdown.
    pub(super) markdown: String,
}

/// The metadata of a feed.
pub(super) struct Head {
    pub(super) title: String,
    /// The publisher.
    pub(super) community: String,
    pub(super) public_url: String,
    pub(super) language: Language,
}

/// The fingerprint of all that a feed is made from, the release of the portal included.
pub(super) fn mark(head: &Head, newest: &[PublicAnnouncement]) -> Vec<u8> {
    let Head { title, community, public_url, language } = head;
    let mut made_from = format!("{}\n{language}\n{title}\n{community}\n{public_url}\n", env!("CARGO_PKG_VERSION"));
    for row in newest {
        // Writing to a String does not fail.
        let _ = writeln!(made_from, "{} {} {}", row.id, row.sent_at, row.default_language);
    }
    fingerprint_of(made_from.as_bytes())
}

/// The feed as XML. An empty one was updated when time began: it has never changed.
pub(super) fn atom(head: &Head, entries: &[Entry]) -> String {
    let (url, language) = (escaped(&head.public_url), head.language);
    let updated = entries.first().map_or(Timestamp::from_micros(0), |newest| newest.at);
    let host = host(&head.public_url);
    let mut written = String::new();
    for element in entries.iter().map(|entry| element(entry, &url)) {
        if !written.is_empty() && written.len() + element.len() > MOST_BYTES {
            break;
        }
        written.push_str(&element);
    }
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
         <feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{language}\">\n\
         <id>tag:{},2026:announcements/{language}</id>\n\
         <title>{}</title>\n\
         <updated>{updated}</updated>\n\
         <author><name>{}</name></author>\n\
         <link rel=\"self\" type=\"application/atom+xml\" href=\"{url}/api/v1/announcements/feed.atom?language={language}\"/>\n\
         <link rel=\"alternate\" type=\"text/html\" href=\"{url}/\"/>\n\
         {written}</feed>\n",
        escaped(host),
        escaped(&head.title),
        escaped(&head.community),
    )
}

fn element(entry: &Entry, url: &str) -> String {
    let (id, at, language) = (entry.id, entry.at, entry.language);
    format!(
        "<entry xml:lang=\"{language}\">\n\
         <id>urn:uuid:{id}</id>\n\
         <title>{}</title>\n\
         <published>{at}</published>\n\
         <updated>{at}</updated>\n\
         <link rel=\"alternate\" type=\"text/html\" href=\"{url}/announcements/{id}\"/>\n\
         <content type=\"html\">{}</content>\n\
         </entry>\n",
        escaped(&entry.title),
        escaped(markdown::to_html_in(language, &entry.markdown)),
    )
}

/// The host of a URL, which is the authority of ids (RFC 4151).
fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', ':']).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::xml::Element;

    const ATOM: &str = "http://www.w3.org/2005/Atom";

    fn head() -> Head {
        let (title, community) = ("News & more".to_owned(), "<Customs>".to_owned());
        Head { title, community, public_url: "https://portal.example:8443/x".to_owned(), language: Language::En }
    }

    #[test]
    fn what_is_in_it_is_written_so_that_it_comes_back() {
        let entry = Entry {
            id: Id::nil(),
            at: Timestamp::from_micros(1_770_000_000_000_000),
            language: Language::Fr,
            title: "Réunion <b>&".to_owned(),
            markdown: "Bonjour & *merci* ]]>".to_owned(),
        };
        let feed = Element::parse(atom(&head(), &[entry]).as_bytes()).unwrap();
        let text = |element: &Element, name: &str| element.child(ATOM, name).unwrap().text().to_owned();
        assert_eq!(text(&feed, "id"), "tag:portal.example,2026:announcements/en");
        assert_eq!(text(&feed, "title"), "News & more");
        assert_eq!(text(&feed, "updated"), "2026-02-02T02:40:00Z");
        let entry = feed.child(ATOM, "entry").unwrap();
        assert_eq!(text(&entry, "id"), "urn:uuid:00000000-0000-0000-0000-000000000000");
        assert_eq!(text(&entry, "title"), "Réunion <b>&");
        assert_eq!(text(&entry, "content"), "<p>Bonjour &amp; <em>merci</em> ]]&gt;</p>\n");
        assert_eq!(entry.attribute("lang"), Some("fr"));
    }

    #[test]
    fn another_feed_has_another_mark_and_a_long_one_is_cut() {
        let row = |micros| PublicAnnouncement {
            id: Id::nil(),
            default_language: Language::En,
            sent_at: Timestamp::from_micros(micros),
        };
        let of = |rows: &[PublicAnnouncement]| mark(&head(), rows);
        assert_eq!(of(&[row(1)]), of(&[row(1)]));
        assert!(of(&[row(1)]) != of(&[row(2)]) && of(&[row(1)]) != of(&[row(1), row(1)]));
        assert_ne!(of(&[]), mark(&Head { language: Language::Fr, ..head() }, &[]));
        let entry = || Entry {
            id: Id::nil(),
            at: Timestamp::from_micros(0),
            language: Language::En,
            title: "T".to_owned(),
            markdown: "a ".repeat(10_000),
        };
        let entries: Vec<Entry> = std::iter::repeat_with(entry).take(100).collect();
        let feed = atom(&head(), &entries);
        assert!(feed.len() < MOST_BYTES + 1_000 && feed.matches("<entry").count() > 40 && feed.ends_with("</feed>\n"));
    }

    #[test]
    fn an_empty_one_is_whole_too() {
        let feed = Element::parse(atom(&head(), &[]).as_bytes()).unwrap();
        assert_eq!(feed.child(ATOM, "updated").unwrap().text(), "1970-01-01T00:00:00Z");
    }
}
