//! Converts the portal's HTML to plain text, in the form in which a person would write it.
//!
//! Headings are underlined, emphasis has no signs, a link is followed by its target. Prose is wrapped (`textwrap`) only
//! between words, so that a URL stays whole whatever its length; code is left as it is. Sanitised HTML is balanced and
//! escaped, so an XML parser can read it.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::escape::{resolve_xml_entity, unescape_with};
use quick_xml::events::{BytesStart, Event};
use textwrap::core::display_width;
use textwrap::{Options, WordSeparator, WordSplitter, WrapAlgorithm};
use url::Url;

use super::table::Table;
use crate::error::{Error, OrInternal as _};

/// Columns of the text part: the width that mail programs have always shown.
const WIDTH: usize = 72;
/// A thematic break. Two hyphens and a space would begin a signature.
const RULE: &str = "* * *";

/// The plain text of a piece of the portal's HTML.
///
/// # Errors
/// If the HTML was not made by the portal.
pub fn to_text(html: &str) -> Result<String, Error> {
    let mut reader = Reader::from_str(html);
    // A <br> has no end tag.
    reader.config_mut().check_end_names = false;
    let mut writer = Writer::default();
    loop {
        match reader.read_event().or_internal()? {
            Event::Start(tag) => writer.begin(&tag),
            Event::End(tag) => writer.end(tag.name().as_ref()),
            Event::Text(text) => writer.say(&text.html_content()),
            Event::GeneralRef(entity) => writer.say(resolve(&entity).unwrap_or_default()),
            Event::Eof => return Ok(writer.finish()),
            _ => {}
        }
    }
}

/// The value of an entity: the four of XML with which HTML is escaped, and the no-break space.
fn resolve(entity: &str) -> Option<&'static str> {
    if entity == "nbsp" { Some("\u{a0}") } else { resolve_xml_entity(entity) }
}

#[derive(Default)]
struct Writer {
    lines: Vec<String>,
    /// The text of the current paragraph.
    said: String,
    /// Whether an empty line precedes the next paragraph.
    apart: bool,
    /// The margins of the quotes and items around it, the outermost first.
    margins: Vec<Margin>,
    /// The number of the next item of each list around it; none for unordered lists.
    lists: Vec<Option<u64>>,
    /// The target of each open link, and where its text begins in the paragraph.
    links: Vec<(String, usize)>,
    table: Option<Table>,
    is_code: bool,
}

/// The beginning of the lines of a quote or an item.
struct Margin {
    first: String,
    others: String,
    begun: bool,
}

impl Writer {
    fn begin(&mut self, tag: &BytesStart<'_>) {
        let attribute = |name| {
            let value = tag.try_get_attribute(name).ok().flatten()?.value;
            Some(unescape_with(&value, resolve).map_or_else(|_| value.to_string(), Cow::into_owned))
        };
        match tag.name().as_ref() {
            "br" => self.said.push('\n'),
            "a" => self.links.push((attribute("href").unwrap_or_default(), self.said.len())),
            // Deleted text needs a sign: without one it would read as valid.
            "del" | "s" | "strike" => self.said.push_str("~~"),
            "ul" => self.begin_list(None),
            "ol" => self.begin_list(Some(attribute("start").and_then(|start| start.parse().ok()).unwrap_or(1))),
            "li" => self.begin_item(),
            "blockquote" => {
                self.part();
                self.indent("> ", "> ");
            }
            "pre" => {
                self.part();
                self.is_code = true;
            }
            "table" => {
                self.part();
                self.table = Some(Table::default());
            }
            "tr" => self.table.iter_mut().for_each(|table| table.rows.push(Vec::new())),
            "td" => self.said.clear(),
            "th" => {
                self.said.clear();
                self.table.iter_mut().for_each(|table| table.has_head = true);
            }
            "hr" => {
                self.part();
                self.said.push_str(RULE);
                self.part();
            }
            name if parts(name) => self.part(),
            _ => {}
        }
    }

    fn end(&mut self, name: &str) {
        match name {
            "a" => self.end_link(),
            "del" | "s" | "strike" => self.said.push_str("~~"),
            "ul" | "ol" => {
                self.flush();
                self.lists.pop();
                self.apart |= self.lists.is_empty();
            }
            "li" => {
                self.flush();
                self.margins.pop();
            }
            "blockquote" => {
                self.part();
                self.margins.pop();
            }
            "h1" => self.end_heading("="),
            "h2" => self.end_heading("-"),
            "pre" => self.end_code(),
            "td" | "th" => self.end_cell(),
            "table" => self.end_table(),
            name if parts(name) => self.part(),
            _ => {}
        }
    }

    /// Adds text: spaces and line ends become one space, as in HTML, except in code.
    fn say(&mut self, text: &str) {
        if self.is_code {
            self.said.push_str(text);
            return;
        }
        for character in text.chars() {
            if !character.is_ascii_whitespace() {
                self.said.push(character);
            } else if !self.said.is_empty() && !self.said.ends_with([' ', '\n']) {
                self.said.push(' ');
            }
        }
    }

    fn begin_list(&mut self, number: Option<u64>) {
        self.flush();
        // A nested list directly follows its item.
        self.apart |= self.lists.is_empty();
        self.lists.push(number);
    }

    fn begin_item(&mut self) {
        self.flush();
        let sign = match self.lists.last_mut() {
            Some(Some(number)) => {
                *number = number.saturating_add(1);
                format!("{}. ", number.saturating_sub(1))
            }
            _ => "- ".to_owned(),
        };
        self.indent(&sign, &" ".repeat(sign.len()));
    }

    fn indent(&mut self, first: &str, others: &str) {
        self.margins.push(Margin { first: first.to_owned(), others: others.to_owned(), begun: false });
    }

    /// Adds the target of a link, unless the text has it already.
    fn end_link(&mut self) {
        let Some((href, from)) = self.links.pop() else { return };
        let shown = self.said.get(from..).unwrap_or_default().trim();
        let target = match href.strip_prefix("mailto:") {
            Some(address) => address.split('?').next().unwrap_or_default(),
            None => &href,
        };
        // The same URL may be written in two ways, one of them percent-encoded.
        let is_same = |url: Url| Url::parse(shown).is_ok_and(|shown| shown == url);
        if !shown.is_empty() && !target.is_empty() && shown != target && !Url::parse(target).is_ok_and(is_same) {
            self.say(&format!(" ({target})"));
        }
    }

    fn end_heading(&mut self, line: &str) {
        let width = self.said.lines().map(display_width).max().unwrap_or_default();
        if width > 0 {
            self.said.push('\n');
            self.said.push_str(&line.repeat(width.min(WIDTH)));
        }
        self.part();
    }

    fn end_code(&mut self) {
        self.is_code = false;
        let code = std::mem::take(&mut self.said);
        self.put(code.trim_end().lines());
    }

    fn end_cell(&mut self) {
        let cell = std::mem::take(&mut self.said).replace('\n', " ").trim().to_owned();
        self.table.iter_mut().filter_map(|table| table.rows.last_mut()).for_each(|row| row.push(cell.clone()));
    }

    fn end_table(&mut self) {
        let Some(table) = self.table.take() else { return };
        let room = WIDTH.saturating_sub(self.margins.iter().map(|margin| display_width(&margin.others)).sum());
        if let Some(lines) = table.as_columns(room) {
            self.put(lines.iter().map(String::as_str));
        } else {
            for row in table.as_lists() {
                self.said = row;
                self.part();
            }
        }
    }

    /// Adds lines as they are.
    fn put<'a>(&mut self, lines: impl Iterator<Item = &'a str>) {
        let (first, others) = self.margin();
        let margins = std::iter::once(first).chain(std::iter::repeat(others));
        self.lines.extend(margins.zip(lines).map(|(margin, line)| format!("{margin}{line}").trim_end().to_owned()));
        self.apart = true;
    }

    /// Ends a paragraph; an empty line precedes the next one.
    fn part(&mut self) {
        self.flush();
        self.apart = true;
    }

    /// Wraps and adds the current paragraph.
    fn flush(&mut self) {
        if self.table.is_some() {
            // A paragraph in a cell.
            self.say(" ");
            return;
        }
        let said = std::mem::take(&mut self.said);
        let said = said.trim_matches([' ', '\n']);
        if said.is_empty() {
            return;
        }
        let (first, others) = self.margin();
        let options = Options::new(WIDTH)
            .initial_indent(&first)
            .subsequent_indent(&others)
            .break_words(false)
            .word_separator(WordSeparator::AsciiSpace)
            .word_splitter(WordSplitter::NoHyphenation)
            .wrap_algorithm(WrapAlgorithm::FirstFit);
        self.lines.extend(textwrap::wrap(said, options).iter().map(|line| line.trim_end_matches(' ').to_owned()));
    }

    /// The margin of the first line of the next paragraph, and of its other lines.
    fn margin(&mut self) -> (String, String) {
        if std::mem::take(&mut self.apart) && !self.lines.is_empty() {
            let begun = self.margins.iter().filter(|margin| margin.begun);
            let before: String = begun.map(|margin| margin.others.as_str()).collect();
            self.lines.push(before.trim_end().to_owned());
        }
        let (mut first, mut others) = (String::new(), String::new());
        for margin in &mut self.margins {
            first.push_str(if margin.begun { &margin.others } else { &margin.first });
            others.push_str(&margin.others);
            margin.begun = true;
        }
        (first, others)
    }

    fn finish(mut self) -> String {
        self.flush();
        self.lines.join("\n")
    }
}

/// Whether this element is a paragraph of its own.
fn parts(name: &str) -> bool {
    matches!(name, "p" | "div" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "dl" | "dt" | "dd" | "center")
        || matches!(name, "details" | "summary" | "figure" | "figcaption" | "article" | "aside" | "header" | "footer")
}

#[cfg(test)]
mod tests {
    use super::super::to_html;
    use super::*;
    use proptest::prelude::*;

    fn text(markdown: &str) -> String {
        to_text(&to_html(markdown)).unwrap()
    }

    #[test]
    fn it_reads_as_a_person_would_write_it() {
        let markdown = "## Agenda\n\nThe **Secretariat** invites *all* to `x`: [programme](https://x.example/p), \
            <https://x.example/é>, [write](mailto:a@x.example?subject=x) & ~~no~~ more.\nOn the same line\\\nnot on this\n\n\
            - one\n- two\n  1. a\n  2. b\n- three\n\n> quoted\n>\n> - in it\n>\n> end\n\n```\nlet `x` =  1;\n```\n\n---\n\n### Last\n\nBye";
        let written = "Agenda\n------\n\n\
            The Secretariat invites all to x: programme (https://x.example/p),\n\
            https://x.example/é, write (a@x.example) & ~~no~~ more. On the same line\n\
            not on this\n\n\
            - one\n- two\n  1. a\n  2. b\n- three\n\n\
            > quoted\n>\n> - in it\n>\n> end\n\n\
            let `x` =  1;\n\n* * *\n\nLast\n\nBye";
        assert_eq!(text(markdown), written);
    }

    #[test]
    fn items_with_paragraphs_are_set_apart_and_long_lines_hang() {
        let long = "word ".repeat(16);
        let markdown = format!("3. {long}\n\n   more\n\n4. b\n   > q");
        let (line, rest) = ("word ".repeat(14), "word ".repeat(2));
        let written = format!("3. {}\n   {}\n\n   more\n\n4. b\n\n   > q", line.trim_end(), rest.trim_end());
        assert_eq!(text(&markdown), written);
    }

    #[test]
    fn no_link_and_no_code_is_broken() {
        let url = format!("https://teams.example/l/meetup-join/{}?a=1&b=--c", "19%3ameeting_-/".repeat(20));
        let code = "a ".repeat(60);
        let markdown = format!("Join: {url} or [here]({url})\n\n> {url}\n\n- {url}\n\n```\n{code}\n```");
        let written = text(&markdown);
        assert_eq!(written.matches(&url).count(), 4, "{written}");
        assert!(written.contains(&format!("here\n({url})")) && written.contains(code.trim_end()), "{written}");
    }

    #[test]
    fn a_table_stands_in_columns_and_where_it_is_too_wide_in_lines() {
        let narrow = "| Port | TEU |\n|---|---|\n| Dakar | 12 |\n| Ōsaka | 3 |";
        assert_eq!(text(narrow), "Port   TEU\n-----  ---\nDakar  12\nŌsaka  3");
        let long = format!("https://x.example/{}", "a".repeat(80));
        let wide = format!("| Port | Link |\n|---|---|\n| Dakar | {long} |\n| Douala | |");
        assert_eq!(text(&wide), format!("Port: Dakar\nLink:\n{long}\n\nPort: Douala"));
    }

    proptest! {
        #[test]
        fn whatever_an_author_writes_has_a_text(markdown in "(\\PC|[\n#>*_`|<>&;/a-c~-]){0,120}") {
            prop_assert!(to_text(&to_html(&markdown)).is_ok());
        }

        #[test]
        fn words_stay_and_stay_in_order(words in prop::collection::vec("[a-zé]{1,12}", 1..60)) {
            let written = text(&words.join(" "));
            prop_assert_eq!(written.split_whitespace().collect::<Vec<_>>(), words);
            prop_assert!(written.lines().all(|line| display_width(line) <= WIDTH));
        }
    }
}
