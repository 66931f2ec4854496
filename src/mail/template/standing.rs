//! Finds the context of a placeholder: text, URL or attribute. Nothing of a reader is filled into a URL, since its host
//! would learn it.
//!
//! A placeholder may be in the text, and the link to unsubscribe may be the whole target of a link. A placeholder is in
//! a URL if it is a part of an attribute, or adjoins what looks like a URL: mail programs make links of bare URLs in a
//! text, up to the next space. So a word is checked as a whole, before and after the placeholder; in HTML a word
//! continues through tags that begin no line. What counts as looking like a URL is less than a URL and more than mail
//! programs recognise: a scheme, a host, an address. Characters count as what they stand for in a host name (NFKC, as in
//! IDNA): a dot is one in any width, and invisible characters are nothing.
//!
//! HTML is read as a browser reads its tags, sanitised or not. All checks take time in proportion to the text.

use std::iter::Peekable;
use std::slice::Iter;

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use super::{Placeholder, Slot};
use crate::text::is_unprintable;

/// Elements that end a word.
const BREAKS: &str = "address article aside blockquote body br caption center dd details div dl dt figcaption figure \
                      footer h1 h2 h3 h4 h5 h6 head header hr html li main nav ol p pre section style summary table \
                      tbody td tfoot th thead title tr ul";

/// The context of a placeholder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// In the text.
    Text,
    /// The whole target of a link.
    WholeLink,
    /// In a URL that begins with the portal's.
    OwnUrl,
    /// In another URL, or in something that is not shown.
    Elsewhere,
}

/// The context of each placeholder of a plain text. `home` is the beginning of the portal's own URLs; if it is empty,
/// there are none.
pub(super) fn in_plain(text: &str, places: &[Placeholder], home: &str) -> Vec<Standing> {
    let (mut words, mut at) = (Words::new(home), 0);
    for place in places {
        words.read(text.get(at..place.start).unwrap_or_default());
        words.place(place.slot);
        at = place.end;
    }
    words.read(text.get(at..).unwrap_or_default());
    words.finish()
}

/// The same for HTML.
pub(super) fn in_html(html: &str, places: &[Placeholder], home: &str) -> Vec<Standing> {
    let mut reader = Reader { html, at: 0, places: places.iter().peekable(), words: Words::new(home) };
    reader.text();
    while reader.at < html.len() {
        reader.markup();
        reader.text();
    }
    reader.words.finish()
}

/// The last character of a word.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Last {
    Letter,
    /// A dot after a letter.
    Dot,
    /// A colon after a letter.
    Colon,
    Sign,
}

/// Searches URLs, word by word.
struct Words<'a> {
    home: &'a str,
    found: Vec<Standing>,
    /// The placeholders of the current word.
    open: Vec<usize>,
    /// The beginning of the word, as long as necessary to compare it with `home`.
    begin: String,
    last: Last,
    is_url: bool,
    /// Whether the word has a link to unsubscribe.
    has_link: bool,
}

impl<'a> Words<'a> {
    fn new(home: &'a str) -> Self {
        let (found, open) = (Vec::new(), Vec::new());
        Self { home, found, open, begin: String::new(), last: Last::Sign, is_url: false, has_link: false }
    }

    fn read(&mut self, text: &str) {
        for character in text.chars() {
            if character.is_whitespace() {
                self.end();
            } else if !is_unseen(character) {
                self.add(character);
            }
        }
    }

    fn read_html(&mut self, text: &str) {
        let mut parts = text.split("&nbsp;");
        self.read(parts.next().unwrap_or_default());
        for part in parts {
            self.end();
            self.read(part);
        }
    }

    fn add(&mut self, character: char) {
        if self.begin.len() <= self.home.len() {
            self.begin.push(character);
        }
        match character {
            // In Chinese it ends a clause, without a space after it; programs take it for no part of a scheme.
            '\u{ff1a}' => self.last = Last::Sign,
            _ => character.nfkc().for_each(|sign| self.add_sign(sign)),
        }
    }

    fn add_sign(&mut self, character: char) {
        let is_letter = character.is_alphanumeric();
        self.is_url |= match self.last {
            Last::Dot => is_letter,
            Last::Colon => is_letter || matches!(character, '/' | '\\' | '+' | '?'),
            Last::Letter | Last::Sign => character == '@',
        };
        self.last = match character {
            _ if is_letter || is_in_host(character) => Last::Letter,
            '-' | '_' if self.last == Last::Letter => Last::Letter,
            '.' | '\u{3002}' if self.last == Last::Letter => Last::Dot,
            ':' if self.last == Last::Letter => Last::Colon,
            _ => Last::Sign,
        };
    }

    /// A placeholder, which is filled with letters. Two adjacent ones count as glued to a URL if one is the link to
    /// unsubscribe.
    fn place(&mut self, slot: Slot) {
        let is_link = slot == Slot::Unsubscribe;
        self.is_url |= !self.open.is_empty() && (is_link || self.has_link);
        self.has_link |= is_link;
        let is_own = !self.home.is_empty() && self.begin.strip_prefix(self.home) == Some("/");
        self.open.push(self.found.len());
        self.found.push(if is_own { Standing::OwnUrl } else { Standing::Text });
        if self.begin.len() <= self.home.len() {
            self.begin.push('{');
        }
        self.last = Last::Letter;
    }

    fn end(&mut self) {
        for index in self.open.drain(..) {
            if let Some(standing) = self.found.get_mut(index).filter(|it| self.is_url && **it == Standing::Text) {
                *standing = Standing::Elsewhere;
            }
        }
        self.begin.clear();
        self.last = Last::Sign;
        (self.is_url, self.has_link) = (false, false);
    }

    fn finish(mut self) -> Vec<Standing> {
        self.end();
        self.found
    }
}

/// Characters of host names beside letters and digits: combining marks, and pictures.
fn is_in_host(character: char) -> bool {
    is_combining_mark(character) || matches!(character, '\u{2190}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}')
}

/// Invisible characters: no program treats them as the end of a word, and host names are resolved without them.
fn is_unseen(character: char) -> bool {
    is_unprintable(character)
        || matches!(character, '\u{200c}' | '\u{200d}' | '\u{180b}'..='\u{180d}' | '\u{180f}')
        || matches!(character, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

/// Reads HTML.
struct Reader<'a> {
    html: &'a str,
    at: usize,
    places: Peekable<Iter<'a, Placeholder>>,
    words: Words<'a>,
}

impl<'a> Reader<'a> {
    /// Reads up to the beginning of a tag, or to the end.
    fn text(&mut self) {
        let end = self.next_tag();
        while let Some(place) = self.places.next_if(|place| place.start < end) {
            self.words.read_html(self.html.get(self.at..place.start).unwrap_or_default());
            self.words.place(place.slot);
            self.at = place.end;
        }
        self.words.read_html(self.html.get(self.at..end).unwrap_or_default());
        self.at = end;
    }

    fn next_tag(&self) -> usize {
        let mut from = self.at;
        while let Some(found) = self.html.get(from..).and_then(|rest| rest.find('<')) {
            from += found + 1;
            let next = self.html.as_bytes().get(from);
            if next.is_some_and(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'/' | b'!' | b'?')) {
                return from - 1;
            }
        }
        self.html.len()
    }

    /// Reads a tag, or anything else between angle brackets.
    fn markup(&mut self) {
        self.at += 1;
        let rest = self.rest();
        if rest.starts_with("!--") {
            // An empty comment ends with the hyphens it begins with.
            let end = rest.get(1..).and_then(|rest| rest.find("-->"));
            self.at = end.map_or(self.html.len(), |end| self.at + 1 + end + "-->".len());
        } else if rest.starts_with(['!', '?']) {
            self.skip_until(|byte| byte == b'>');
            self.at = self.html.len().min(self.at + 1);
        } else {
            self.at += usize::from(rest.starts_with('/'));
            let name = self.take_until(|byte| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>'));
            if BREAKS.split(' ').any(|other| other.eq_ignore_ascii_case(name)) {
                self.words.end();
            }
            self.attributes(name.eq_ignore_ascii_case("a"));
        }
        self.pass(self.at);
    }

    fn attributes(&mut self, is_link: bool) {
        loop {
            self.skip_until(|byte| !byte.is_ascii_whitespace() && byte != b'/');
            if self.at >= self.html.len() || self.rest().starts_with('>') {
                self.at = self.html.len().min(self.at + 1);
                return;
            }
            let from = self.at;
            // An equals sign at the beginning belongs to the name.
            self.at += self.rest().chars().next().map_or(1, char::len_utf8);
            self.skip_until(|byte| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>' | b'='));
            let name = self.html.get(from..self.at).unwrap_or_default();
            self.skip_until(|byte| !byte.is_ascii_whitespace());
            if self.rest().starts_with('=') {
                self.at += 1;
                self.value(is_link && name.eq_ignore_ascii_case("href"));
            }
        }
    }

    fn value(&mut self, is_target: bool) {
        self.skip_until(|byte| !byte.is_ascii_whitespace());
        let quote = self.html.as_bytes().get(self.at).copied().filter(|byte| matches!(byte, b'"' | b'\''));
        self.at += usize::from(quote.is_some());
        let from = self.at;
        match quote {
            Some(quote) => self.skip_until(|byte| byte == quote),
            None => self.skip_until(|byte| byte.is_ascii_whitespace() || byte == b'>'),
        }
        let (end, home) = (self.at, self.words.home);
        self.pass(from);
        let value = self.html.get(from..end).unwrap_or_default();
        let is_own = !home.is_empty() && value.strip_prefix(home).is_some_and(|rest| rest.starts_with('/'));
        while let Some(place) = self.places.next_if(|place| place.start < end) {
            let is_whole = (place.start, place.end) == (from, end);
            self.words.found.push(match place.slot {
                Slot::Unsubscribe if is_target && is_whole => Standing::WholeLink,
                _ if is_target && is_own => Standing::OwnUrl,
                _ => Standing::Elsewhere,
            });
        }
        self.at = self.html.len().min(end + usize::from(quote.is_some()));
    }

    /// Skips the placeholders before `end`: none of them is in a place where it is filled.
    fn pass(&mut self, end: usize) {
        while self.places.next_if(|place| place.start < end).is_some() {
            self.words.found.push(Standing::Elsewhere);
        }
    }

    fn rest(&self) -> &'a str {
        self.html.get(self.at..).unwrap_or_default()
    }

    fn skip_until(&mut self, is_end: impl Fn(u8) -> bool) {
        self.take_until(is_end);
    }

    fn take_until(&mut self, is_end: impl Fn(u8) -> bool) -> &'a str {
        let rest = self.rest();
        let end = rest.bytes().position(is_end).unwrap_or(rest.len());
        self.at += end;
        rest.get(..end).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests;
