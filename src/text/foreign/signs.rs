//! Reads a text as a sequence of signs, in which secrets are searched: without encoding, wrapping, quotation marks of
//! replies, markup and invisible characters.
//!
//! Invisible characters, combining marks, and tags of HTML are skipped, tags also in what is declared as plain text;
//! letters of other widths and styles are read as those of ASCII (NFKC). A tag ends a line, and so does a quotation
//! mark in the middle of one, which is what remains of quoted lines in HTML. A tag that may contain a link, and text
//! that is only set between angle brackets like a tag, are read like any text.
//!
//! This takes time in proportion to the text: no byte is read twice, except a bounded number after each `<`, `&` and
//! `%`.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use crate::text::is_unprintable;

/// Maximum length of a character reference of HTML, in bytes, with its delimiters.
const ENTITY: usize = 10;
/// Maximum length of a tag of HTML, and of its name, in bytes.
const TAG: usize = 500;
const TAG_NAME: usize = 12;
/// Parts of a tag that may contain a link, in lower case.
const LINKS: [&str; 5] = ["token", "subscri", "://", "%", "&"];
/// The blanks within a line.
const BLANKS: [char; 2] = [' ', '\t'];
/// Marks before quoted lines.
const MARKS: [char; 4] = ['>', '|', ' ', '\t'];
/// The rest of these between quoted lines that became one.
const LEFT_OF_MARKS: [char; 3] = ['>', ' ', '\t'];

/// A decoded sign of a text, and its position in the text, in bytes.
pub(super) struct Sign {
    pub(super) read: char,
    pub(super) from: usize,
    pub(super) to: usize,
    /// Whether a line ends before it.
    pub(super) joined: bool,
}

/// The next element of a text.
enum Read {
    Sign(char),
    LineEnd,
    /// Ends a line, but makes no empty one.
    Tag,
    /// Invisible.
    Nothing,
}

/// The signs of a text.
pub(super) fn signs(text: &str) -> Vec<Sign> {
    let (mut signs, mut at, mut joined, mut tagged) = (Vec::with_capacity(text.len()), 0, false, false);
    while let Some((read, length)) = text.get(at..).and_then(next) {
        let (from, to) = (at, at + length);
        match read {
            Read::Nothing => {}
            Read::Tag => tagged = true,
            Read::LineEnd if !joined => joined = true,
            // An empty line: nothing continues after it.
            Read::LineEnd => {
                signs.push(Sign { read: '\n', from, to, joined: false });
                (joined, tagged) = (false, false);
            }
            Read::Sign(read) => {
                signs.push(Sign { read, from, to, joined: joined || tagged });
                (joined, tagged) = (false, false);
            }
        }
        at = to;
    }
    signs
}

/// The first element of a text, and its length in bytes; none at the end.
fn next(text: &str) -> Option<(Read, usize)> {
    if let Some(length) = line_end(text) {
        return Some((Read::LineEnd, length));
    }
    let blanks = text.len() - text.trim_start_matches(BLANKS).len();
    if blanks > 0 {
        return Some((Read::Sign(' '), blanks));
    }
    if let Some(found) = percent(text).or_else(|| entity(text)) {
        return Some(found);
    }
    if let Some(length) = tag(text) {
        return Some((Read::Tag, length));
    }
    let first = text.chars().next()?;
    let read = if is_unseen(first) { Read::Nothing } else { Read::Sign(folded(first)) };
    Some((read, first.len_utf8()))
}

/// A line end with the blanks before it, and the blanks and quotation marks after it; or such marks in the middle of a
/// line, between blanks.
fn line_end(text: &str) -> Option<usize> {
    let line = text.trim_start_matches(BLANKS);
    let quoted = if line.len() < text.len() { behind_marks(line) } else { None };
    let rest = quoted.unwrap_or(line);
    match rest.strip_prefix('\r').unwrap_or(rest).strip_prefix('\n') {
        Some(next) => Some(text.len() - next.trim_start_matches(MARKS).len()),
        None => quoted.map(|rest| text.len() - rest.len()),
    }
}

/// The text after quotation marks, if a blank separates them from it.
fn behind_marks(line: &str) -> Option<&str> {
    let marks = line.len() - line.trim_start_matches(LEFT_OF_MARKS).len();
    let blank = line.get(..marks)?.rfind(BLANKS)?;
    line.get(blank + 1..)
}

/// A sign encoded as in URLs, once or repeatedly: `%3D`, `%253D`.
fn percent(text: &str) -> Option<(Read, usize)> {
    let mut digits = text.strip_prefix('%')?;
    while let Some(rest) = digits.strip_prefix("25") {
        digits = rest;
    }
    let byte = u8::from_str_radix(digits.get(..2)?, 16).ok().filter(u8::is_ascii_graphic)?;
    Some((Read::Sign(char::from(byte)), text.len() - digits.len() + 2))
}

/// A character reference of HTML: `&amp;`, `&#61;`, `&#x3d;`; and possible line breaks within a word.
fn entity(text: &str) -> Option<(Read, usize)> {
    if let Some(mark) = ["<wbr>", "<wbr/>", "<wbr />"].into_iter().find(|mark| text.starts_with(mark)) {
        return Some((Read::Nothing, mark.len()));
    }
    let name = text.strip_prefix('&')?;
    let end = name.bytes().take(ENTITY).position(|byte| byte == b';')?;
    let name = name.get(..end)?;
    let read = match name {
        "amp" => Read::Sign('&'),
        "commat" => Read::Sign('@'),
        "equals" => Read::Sign('='),
        "period" => Read::Sign('.'),
        "quest" => Read::Sign('?'),
        "sol" => Read::Sign('/'),
        "lowbar" => Read::Sign('_'),
        "hyphen" | "dash" => Read::Sign('-'),
        "shy" => Read::Nothing,
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16),
                None => number.parse(),
            };
            let read = char::from_u32(code.ok()?)?;
            if is_unseen(read) { Read::Nothing } else { Read::Sign(folded(read)) }
        }
    };
    Some((read, end + 2))
}

/// The length of the tag of HTML, or of the comment, at the beginning of a text, if it contains no link.
fn tag(text: &str) -> Option<usize> {
    let inside = text.strip_prefix('<')?;
    let end = inside.bytes().take(TAG).position(|byte| matches!(byte, b'<' | b'>'))?;
    let inside = inside.get(..end)?;
    let is_tag = text.as_bytes().get(end + 1) == Some(&b'>') && (inside.starts_with(['!', '?']) || is_named(inside));
    (is_tag && !may_hold_link(inside)).then_some(end + 2)
}

/// Whether the text between angle brackets is a tag of HTML: `span class="x"`, `/p`, `o:p`.
fn is_named(inside: &str) -> bool {
    let inside = inside.strip_prefix('/').unwrap_or(inside);
    let name = inside.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b':').count();
    let rest = inside.get(name..).unwrap_or_default();
    let is_name = name <= TAG_NAME && inside.starts_with(|first: char| first.is_ascii_alphabetic());
    is_name && (rest.is_empty() || rest == "/" || rest.starts_with(|next: char| next.is_ascii_whitespace()))
}

/// Whether a tag may contain a link, or a secret by itself.
fn may_hold_link(inside: &str) -> bool {
    let lower = inside.to_ascii_lowercase();
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    LINKS.iter().any(|mark| lower.contains(mark))
        || inside.split(|c: char| !is_part(c)).any(|row| row.len() >= super::SECRET)
}

/// Whether a character is invisible, or combines with the one before it.
fn is_unseen(c: char) -> bool {
    is_unprintable(c) || matches!(c, '\u{200c}' | '\u{200d}') || is_combining_mark(c)
}

/// A letter of another width or style as its equivalent in ASCII (NFKC); any other unchanged.
fn folded(c: char) -> char {
    if c.is_ascii() {
        return c;
    }
    let mut folded = std::iter::once(c).nfkc();
    match (folded.next(), folded.next()) {
        (Some(one), None) => one,
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A text as it is read, with a bar at each line end.
    fn read(text: &str) -> String {
        let sign = |sign: Sign| if sign.joined { format!("|{}", sign.read) } else { sign.read.to_string() };
        signs(text).into_iter().map(sign).collect::<Vec<_>>().concat()
    }

    #[test]
    fn tags_are_read_as_nothing_and_what_is_none_as_it_stands() {
        for (text, reads) in [
            ("a<span>b</span>c", "a|b|c"),
            ("a<br/><p class=\"x\">b", "a|b"),
            ("a<!-- -->b<?xml version=\"1\"?>c<o:p></o:p>d", "a|b|c|d"),
            ("a<b>\nc", "a|c"),
            ("a\n\nb", "a\nb"),
        ] {
            assert_eq!(read(text), reads, "{text}");
        }
        for text in [
            "<awa@x.example>",
            "<https://x.example/a>",
            "<a href='https://x.example/a'>",
            "<abcdefghijklmnop>",
            "<img src=cid:token=a>",
            "a <b",
            "1 < 2 and 3",
            "a | b",
        ] {
            assert_eq!(read(text), text);
        }
    }

    #[test]
    fn letters_of_other_widths_are_letters_and_marks_above_them_are_not_seen() {
        assert_eq!(read("\u{ff41}\u{ff22}\u{ff11}\u{1d41a}"), "aB1a");
        assert_eq!(read("a\u{301}b\u{200d}c\u{fe0f}d\u{200b}e"), "abcde");
        assert_eq!(read("é ﬁ"), "é ﬁ", "what is more than one letter stays");
    }

    #[test]
    fn a_mark_of_quotation_between_blanks_ends_a_line() {
        for (text, reads) in [
            ("a > b", "a|b"),
            ("a > > b", "a|b"),
            ("a >b", "a >b"),
            ("a> b", "a> b"),
            ("a > >b", "a|>b"),
            ("a > \n> b", "a|b"),
            ("a >", "a >"),
        ] {
            assert_eq!(read(text), reads, "{text:?}");
        }
    }
}
