//! Texts in XML documents.
//!
//! A text that was stored before its characters were checked, or that comes from somewhere else, may have characters that no
//! XML document can have. One of them would make the whole document unreadable, for everybody who gets it: so they are left
//! out.

/// A text as the content or the attribute of an element: without the characters that XML does not have, and escaped.
#[must_use]
pub fn escaped(text: impl AsRef<str>) -> String {
    let clean: String = text.as_ref().chars().filter(|&c| is_char(c)).collect();
    quick_xml::escape::escape(clean).into_owned()
}

/// Whether XML has this character (XML 1.0, production 2).
const fn is_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use quick_xml::Reader;
    use quick_xml::events::Event;

    use super::*;

    #[test]
    fn what_xml_does_not_have_is_left_out() {
        assert_eq!(
            escaped("a\0b\u{1b}\u{ffff}<c>\u{fffe} & \"d\"\n\u{1fffe}"),
            "ab&lt;c&gt; &amp; &quot;d&quot;\n\u{1fffe}"
        );
    }

    proptest! {
        #[test]
        fn any_text_makes_a_document_that_can_be_read(text in proptest::collection::vec(any::<char>(), 0..100)) {
            let text: String = text.into_iter().collect();
            let document = format!("<a b=\"{0}\">{0}</a>", escaped(&text));
            prop_assert!(document.chars().all(is_char));
            let mut reader = Reader::from_str(&document);
            while !matches!(reader.read_event().unwrap(), Event::Eof) {}
        }
    }
}
