//! The frame of a page: all around its content, kept for its reader.
//!
//! Where the content of a page is kept (`directory`), the layout would be the whole work of the answer: some thirty
//! texts, the menu, the foot. It depends on the reader and not on what is shown, so it is rendered once for each
//! reader, language and place of the menu, with marks for the title, the content and the address of the page. A later
//! page fills them in. The frame of a page with a notice is not kept.
//!
//! `framed` renders frames and asks for them. The name of a frame ([`FrameName`]) has everything of the reader that a
//! layout may show; nobody gets the frame of another person.

use std::sync::Arc;

use askama::Template;
use quick_cache::sync::Cache;

use super::MaintenanceBanner;
use crate::db::Id;
use crate::error::{Error, OrInternal as _};
use crate::i18n::Language;

/// Frames in memory, of some four kilobytes each.
const KEPT: usize = 1_000;

/// What is filled in. Its mark is a character that Unicode keeps for the inside of programs: no text has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Slot {
    Title,
    Content,
    Address,
}

impl Slot {
    pub(super) const fn mark(self) -> char {
        match self {
            Self::Title => '\u{FDD0}',
            Self::Content => '\u{FDD1}',
            Self::Address => '\u{FDD2}',
        }
    }

    fn of(mark: char) -> Option<Self> {
        [Self::Title, Self::Content, Self::Address].into_iter().find(|slot| slot.mark() == mark)
    }
}

/// A text as it stands in HTML.
#[derive(Template)]
#[template(source = "{{ text }}", ext = "html")]
struct Escaped<'a> {
    text: &'a str,
}

/// A text as it stands in HTML.
pub(super) fn escaped(text: &str) -> Result<String, Error> {
    Escaped { text }.render().or_internal()
}

/// A frame: pieces of HTML, each with what follows it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Frame(Vec<(String, Option<Slot>)>);

impl Frame {
    /// The frame that is written in this HTML with marks.
    pub(super) fn read(html: &str) -> Self {
        let (mut pieces, mut rest) = (Vec::new(), html);
        while let Some((at, mark)) = rest.char_indices().find(|(_, c)| Slot::of(*c).is_some()) {
            let (text, after) = rest.split_at(at);
            pieces.push((text.to_owned(), Slot::of(mark)));
            rest = after.strip_prefix(mark).unwrap_or_default();
        }
        pieces.push((rest.to_owned(), None));
        Self(pieces)
    }

    /// The page with this title and address, both as they stand in HTML, and this content.
    pub(super) fn fill(&self, title: &str, content: &[u8], address: &str) -> Vec<u8> {
        let value = |slot: Slot| match slot {
            Slot::Title => title.as_bytes(),
            Slot::Content => content,
            Slot::Address => address.as_bytes(),
        };
        let parts = || self.0.iter().flat_map(|(text, slot)| [text.as_bytes(), slot.map(value).unwrap_or_default()]);
        let mut page = Vec::with_capacity(parts().map(<[u8]>::len).sum());
        parts().for_each(|part| page.extend_from_slice(part));
        page
    }
}

/// What a frame depends on.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct FrameName {
    /// The reader, with the name and the language of the account.
    pub(super) reader: Option<(Id, String, Language)>,
    pub(super) zone: String,
    pub(super) language: Language,
    pub(super) path: &'static str,
    pub(super) places: Vec<&'static str>,
    pub(super) waiting: String,
    pub(super) banner: Option<MaintenanceBanner>,
    pub(super) demonstration: Option<bool>,
    pub(super) has_scripts: bool,
}

/// The frames that this process keeps.
pub(super) struct Frames(pub(super) Cache<FrameName, Arc<Frame>>);

impl Default for Frames {
    fn default() -> Self {
        Self(Cache::new(KEPT))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_filled_at_its_marks() {
        let [title, content, address] = [Slot::Title, Slot::Content, Slot::Address].map(Slot::mark);
        let frame = Frame::read(&format!("<t>{title}</t>é<m>{content}</m><a>{address}</a><b>{address}"));
        let page = String::from_utf8(frame.fill("T", b"C", "/a?b&#38;c")).unwrap();
        assert_eq!(page, "<t>T</t>é<m>C</m><a>/a?b&#38;c</a><b>/a?b&#38;c");
        assert_eq!(Frame::read("plain").fill("T", b"C", "/"), b"plain");
    }

    #[test]
    fn a_text_in_html_has_no_markup_of_its_own() {
        let text = escaped("<b>&\"'").unwrap();
        assert!(!text.contains(['<', '>', '"', '\'']), "{text}");
    }
}
