//! Bounds on the cost of rendering an author's text.
//!
//! The HTML is parsed into a tree more than once: to sanitise it and to inline styles. That takes time in proportion to
//! the depth of each tag, and stack where the tree is walked by recursion; and formatting elements that are left open
//! are repeated in every following paragraph. So before any tree is built, three passes of linear time and constant
//! stack check the text: the markers at the beginning of each line ([`leads`]), the size of the HTML while it is
//! written ([`Bounded`]), and its tags (`tags`).

use std::fmt;

use crate::error::FieldCode;

/// Deepest element in what an author wrote: fifteen lists in one another.
pub(super) const MAX_DEPTH: usize = 32;
/// Maximum length of a text, in bytes: the limits for authors are lower.
pub(super) const MAX_TEXT: usize = 131_072;
/// Maximum length of the HTML of one text, in bytes.
const MAX_HTML: usize = 524_288;
/// Maximum number of placeholders (`template`): a name of two hundred letters may fill each of them.
pub(super) const MAX_PLACES: usize = 50;
/// Maximum columns of space before the words of a line.
const MAX_INDENT: usize = 256;

/// Why a text is not rendered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Excess {
    /// It is nested too deeply.
    Deep,
    /// It has HTML whose tags are not closed where they were opened.
    Unclosed,
    /// Its HTML is too long, or has too many attributes.
    Long,
    /// It has too many placeholders.
    Places,
    /// It has a placeholder where none is filled: in a URL, or in disguise.
    Misused,
}

impl Excess {
    /// The code of the field error.
    #[must_use]
    pub const fn code(self) -> FieldCode {
        match self {
            Self::Deep => FieldCode::NestedTooDeeply,
            Self::Unclosed => FieldCode::HtmlNotClosed,
            Self::Long => FieldCode::TooMuchHtml,
            Self::Places => FieldCode::TooManyPlaces,
            Self::Misused => FieldCode::PlaceInUrl,
        }
    }
}

/// HTML with a maximum length.
#[derive(Default)]
pub(super) struct Bounded(pub(super) String);

impl fmt::Write for Bounded {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if self.0.len().saturating_add(text.len()) > MAX_HTML {
            return Err(fmt::Error);
        }
        self.0.push_str(text);
        Ok(())
    }
}

/// Refuses Markdown with a line that begins more quotes and lists than may be nested, before a parser follows each of
/// them.
///
/// # Errors
/// The limit that is exceeded.
pub(super) fn leads(markdown: &str) -> Result<(), Excess> {
    if markdown.len() > MAX_TEXT {
        return Err(Excess::Long);
    }
    let is_deep = |line: &str| !is_rule(line) && lead(line.as_bytes()).is_none();
    if markdown.split(['\n', '\r']).any(is_deep) { Err(Excess::Deep) } else { Ok(()) }
}

/// Whether a line is a thematic break.
fn is_rule(line: &str) -> bool {
    ["-", "*", "_"].iter().any(|sign| line.chars().all(|c| c.is_ascii_whitespace() || sign.contains(c)))
}

/// The number of quotes and items that a line begins; none if they, or the space before them, are too many.
fn lead(line: &[u8]) -> Option<usize> {
    let (mut markers, mut indent, mut at) = (0_usize, 0_usize, 0_usize);
    let ends = |at: usize| line.get(at).is_none_or(u8::is_ascii_whitespace);
    while markers <= MAX_DEPTH && indent <= MAX_INDENT {
        match line.get(at) {
            Some(b' ') => indent += 1,
            Some(b'\t') => indent += 4,
            Some(b'>') => markers += 1,
            Some(b'-' | b'+' | b'*') if ends(at + 1) => markers += 1,
            Some(b'0'..=b'9') => {
                let digits = line.iter().skip(at).take(10).take_while(|byte| byte.is_ascii_digit()).count();
                at += digits;
                if !matches!(line.get(at), Some(b'.' | b')')) || !ends(at + 1) {
                    return Some(markers);
                }
                markers += 1;
            }
            _ => return Some(markers),
        }
        at += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_begin_too_much_are_refused_and_rules_and_words_are_not() {
        for (markdown, refused) in [
            ("> ".repeat(33) + "x", true),
            (">".repeat(19_000), true),
            ("- ".repeat(9_900) + "x", true),
            ("1. ".repeat(40) + "x", true),
            ("- > + ".repeat(20) + "x", true),
            (format!("a\n\n{}b", " ".repeat(300)), true),
            ("- ".repeat(9_900), false),
            ("* * ".repeat(50), false),
            ("_".repeat(500), false),
            ("> ".repeat(15) + "x", false),
            (format!("2026 {}", "- a ".repeat(100)), false),
            ("-".repeat(400), false),
        ] {
            let shown: String = markdown.chars().take(12).collect();
            assert_eq!(leads(&markdown).is_err(), refused, "{shown}");
        }
        assert_eq!(leads(&"a".repeat(MAX_TEXT + 1)), Err(Excess::Long));
    }
}
