//! Measures how deep the tags of some HTML nest, without building a tree.
//!
//! The tags are read as a browser reads them (HTML, 13.2.5), with a stack of open elements. This is stricter than the
//! standard's repair of unclosed elements: an end tag closes an element only if it is the innermost one, so the real
//! tree is never deeper than the count. Within elements that have rules of their own (`svg`, `select`, scripts …) no
//! end tag counts.

use super::bounds::Excess;

/// Maximum attributes of one tag; a parser compares each with all others.
const MAX_ATTRIBUTES: usize = 64;

/// Elements without content.
const VOID: [&str; 14] =
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"];
/// Formatting elements, which are reopened after a paragraph in which they were left open.
const FORMATTING: [&str; 14] =
    ["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"];
/// Elements that end with their container, or where the next of their kind begins.
const IMPLIED: [&str; 5] = ["p", "li", "dd", "dt", "option"];
/// Elements that are containers wherever they begin.
const CONTAINERS: [&str; 25] = [
    "address",
    "article",
    "aside",
    "blockquote",
    "center",
    "dd",
    "details",
    "dialog",
    "dir",
    "div",
    "dl",
    "dt",
    "figcaption",
    "figure",
    "footer",
    "header",
    "hgroup",
    "li",
    "main",
    "menu",
    "nav",
    "ol",
    "section",
    "summary",
    "ul",
];
/// Inline elements, which do not end a paragraph by their beginning.
const PHRASING: [&str; 24] = [
    "abbr", "acronym", "bdi", "bdo", "br", "cite", "data", "del", "dfn", "img", "input", "ins", "kbd", "label", "mark",
    "q", "ruby", "samp", "span", "sub", "sup", "time", "var", "wbr",
];
/// The parts of a table, which are ignored elsewhere.
const TABLE: [&str; 10] = ["table", "caption", "colgroup", "col", "thead", "tbody", "tfoot", "tr", "td", "th"];
/// Elements that contain only text.
const RAW: [&str; 7] = ["iframe", "noembed", "noframes", "style", "textarea", "title", "xmp"];
/// Elements within which other rules apply.
const OTHER_RULES: [&str; 8] = ["frameset", "math", "noscript", "plaintext", "script", "select", "svg", "template"];

/// Refuses HTML with an element deeper than `most`, or with formatting elements that are left open.
///
/// # Errors
/// The limit that is exceeded.
pub(super) fn check(html: &str, most: usize) -> Result<(), Excess> {
    let mut scan = Scan { rest: html, open: Vec::new(), most, other_rules: false };
    while let Some(at) = scan.rest.find('<') {
        scan.skip(at + 1);
        scan.markup()?;
    }
    Ok(())
}

/// The state of reading the tags.
struct Scan<'a> {
    rest: &'a str,
    /// The open elements, the outermost first; at most `most`.
    open: Vec<String>,
    most: usize,
    /// Whether an element with other rules was begun.
    other_rules: bool,
}

impl<'a> Scan<'a> {
    fn skip(&mut self, bytes: usize) {
        self.rest = self.rest.get(bytes..).unwrap_or_default();
    }

    /// Takes the text before one of these bytes, or all that is left.
    fn take_until(&mut self, is_end: impl Fn(u8) -> bool) -> &'a str {
        let end = self.rest.bytes().position(is_end).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at_checked(end).unwrap_or((self.rest, ""));
        self.rest = rest;
        taken
    }

    fn next(&self) -> Option<u8> {
        self.rest.bytes().next()
    }

    /// Reads what follows a `<`.
    fn markup(&mut self) -> Result<(), Excess> {
        let mut bytes = self.rest.bytes();
        match (bytes.next(), bytes.next()) {
            (Some(b'!'), _) if self.rest.starts_with("!--") => self.comment(),
            (Some(b'/'), Some(letter)) if letter.is_ascii_alphabetic() => {
                self.skip(1);
                let name = self.name();
                self.attributes()?;
                return self.end(&name);
            }
            (Some(b'!' | b'?'), _) | (Some(b'/'), Some(_)) => {
                self.take_until(|byte| byte == b'>');
            }
            (Some(letter), _) if letter.is_ascii_alphabetic() => {
                let name = self.name();
                self.attributes()?;
                return self.start(name);
            }
            _ => {}
        }
        Ok(())
    }

    /// A comment ends with `-->`, with `--!>`, or at once.
    fn comment(&mut self) {
        self.skip("!--".len());
        if self.rest.starts_with('>') || self.rest.starts_with("->") {
            return;
        }
        while let Some(at) = self.rest.find("--") {
            // The second hyphen may be the first of the end.
            self.skip(at + 1);
            if self.rest.starts_with("->") || self.rest.starts_with("-!>") {
                return;
            }
        }
        self.rest = "";
    }

    fn name(&mut self) -> String {
        self.take_until(|byte| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>')).to_ascii_lowercase()
    }

    /// Reads the attributes of a tag, and its end.
    fn attributes(&mut self) -> Result<(), Excess> {
        let is_space = |byte: u8| byte.is_ascii_whitespace();
        let mut count = 0;
        loop {
            self.take_until(|byte| !is_space(byte) && byte != b'/');
            match self.next() {
                None | Some(b'>') => return Ok(()),
                Some(_) => count += 1,
            }
            if count > MAX_ATTRIBUTES {
                return Err(Excess::Long);
            }
            // An equals sign at the beginning belongs to the name.
            let first = self.rest.chars().next().map_or(1, char::len_utf8);
            self.skip(first);
            self.take_until(|byte| is_space(byte) || matches!(byte, b'/' | b'>' | b'='));
            self.take_until(|byte| !is_space(byte));
            if self.next() != Some(b'=') {
                continue;
            }
            self.skip(1);
            self.take_until(|byte| !is_space(byte));
            match self.next() {
                Some(quote @ (b'"' | b'\'')) => {
                    self.skip(1);
                    self.take_until(|byte| byte == quote);
                    self.skip(1);
                }
                _ => {
                    self.take_until(|byte| is_space(byte) || byte == b'>');
                }
            }
        }
    }

    fn start(&mut self, name: String) -> Result<(), Excess> {
        let name_is = |names: &[&str]| names.contains(&name.as_str());
        if !name_is(&FORMATTING) && !name_is(&PHRASING) && self.strands(&name) {
            return Err(Excess::Unclosed);
        }
        if name_is(&VOID) {
            return Ok(());
        }
        self.other_rules |= name_is(&OTHER_RULES);
        if name_is(&RAW) && !self.other_rules {
            self.raw(&name);
            return Ok(());
        }
        let follows_its_kind = self.open.last() == Some(&name) && name != "table";
        if follows_its_kind && (name_is(&IMPLIED) || name_is(&TABLE)) {
            return Ok(());
        }
        self.open.push(name);
        if self.open.len() > self.most { Err(Excess::Deep) } else { Ok(()) }
    }

    /// Whether the beginning of this element ends another in which a formatting element is open.
    fn strands(&self, name: &str) -> bool {
        let ends = |open: &String| {
            open == "p"
                || matches!(open.as_str(), "li" | "dd" | "dt" | "button" | "option")
                    && matches!(name, "li" | "dd" | "dt" | "button" | "option")
                || TABLE.contains(&open.as_str()) && TABLE.contains(&name)
        };
        let first = self.open.iter().position(ends);
        first.is_some_and(|first| self.open.iter().skip(first).any(|open| FORMATTING.contains(&open.as_str())))
    }

    fn end(&mut self, name: &str) -> Result<(), Excess> {
        if self.other_rules {
            return Ok(());
        }
        let Some(at) = self.open.iter().rposition(|open| open == name) else { return Ok(()) };
        let within = || self.open.iter().skip(at + 1);
        let formats = |open: &String| FORMATTING.contains(&open.as_str());
        if within().any(formats) || (FORMATTING.contains(&name) && within().next().is_some()) {
            return Err(Excess::Unclosed);
        }
        let is_implied = |open: &String| {
            let open = open.as_str();
            CONTAINERS.contains(&name) && IMPLIED.contains(&open)
                || TABLE.contains(&name) && TABLE.contains(&open) && open != "table"
        };
        if within().all(is_implied) {
            self.open.truncate(at);
        }
        Ok(())
    }

    /// Skips text in which only its own end tag is recognised.
    fn raw(&mut self, name: &str) {
        while let Some(at) = self.rest.find("</") {
            self.skip(at + 2);
            let is_own = self.rest.get(..name.len()).is_some_and(|it| it.eq_ignore_ascii_case(name));
            let ends = self
                .rest
                .as_bytes()
                .get(name.len())
                .is_none_or(|b| b.is_ascii_whitespace() || matches!(b, b'/' | b'>'));
            if is_own && ends {
                self.skip(name.len());
                return;
            }
        }
        self.rest = "";
    }
}

#[cfg(test)]
mod tests {
    use super::super::bounds::MAX_DEPTH;
    use super::*;

    #[test]
    fn tags_are_counted_as_deep_as_a_browser_may_nest_them() {
        let deep = |unit: &str| check(&unit.repeat(40), MAX_DEPTH);
        for unit in [
            "<div>",
            "<DIV\n>",
            "<div/>",
            "<b>",
            "<div title='>'>",
            "<div title=\"</div>\">",
            "<div title='</div>' >",
            "<div><!-- </div> -->",
            "<div><!-- --!><div><!-- -->",
            "<div><style></div></style>",
            "<section></aside>",
            "<li><div></li>",
            // Outside of a table its parts are ignored, and end nothing.
            "<tr><li></tr><tr><dd></tr>",
            "<body><li></body><body><dd></body>",
            "<td><table></td>",
        ] {
            assert_eq!(deep(unit), Err(Excess::Deep), "{unit}");
        }
        for unit in [
            "<div></div>",
            "<p>a",
            "<p>a<br><img></p>",
            "<ul><li>a<li><p>b</ul>",
            "<dl><dt>a<dd>b</dl>",
            "<table><tr><td>a<td>b<tr><td>c</table>",
            "<a title='</a>' href=x>y</a>",
            "<style>a > b { x: '<div>' }</style>",
            "<textarea><div></textarea>",
            "<!-- <div> -->",
            "<!--><!--->",
            "<!doctype html><?x <div><div></div >",
            "<div><!></div\n></x>",
            "a < b <3 </ 5",
            "</div></b>",
        ] {
            assert_eq!(deep(unit), Ok(()), "{unit}");
        }
        // Within these no end tag counts.
        assert_eq!(deep("<svg></svg>"), Err(Excess::Deep));
        assert_eq!(check(&format!("<div {}>", "a ".repeat(65)), MAX_DEPTH), Err(Excess::Long));
    }

    #[test]
    fn what_formats_text_is_closed_where_it_was_opened() {
        for html in [
            "<p><b>a</p>",
            "<p><b>a<p>",
            "<p><b>a<div>",
            "<div><b>a</div>",
            "<li><i>a<li>",
            "<b><i></b></i>",
            "<b><div></b>",
            "<span><b></span>",
            "<table><b><tr>",
        ] {
            assert_eq!(check(html, MAX_DEPTH), Err(Excess::Unclosed), "{html}");
        }
        for html in ["<b><p>a</p></b>", "<p><b>a<span>b</span></b></p>", "<b>a", "<p>a</b></p>", "<b><div></div></b>"] {
            assert_eq!(check(html, MAX_DEPTH), Ok(()), "{html}");
        }
    }
}
