//! Converts an author's Markdown to the HTML and the text of a mail.
//!
//! Bare URLs are links too (`links`). The HTML is sanitised after rendering (`ammonia`), since Markdown lets raw HTML
//! through: no scripts, no forms, no styles except the alignment of table columns, no images (an image in a mail is a
//! tracking pixel), links only to http, https and mailto. The text part is made from that HTML (`plain`) instead of
//! from the Markdown, so both say the same, and neither has what was removed.
//!
//! Rendering takes time in proportion to the text, and a bounded depth of stack (`bounds`, `tags`). A text that needs
//! more is refused when it is written ([`check`]); a stored text of an earlier version is shown without its HTML, or as
//! plain paragraphs.

mod bounds;
mod links;
mod plain;
mod table;
mod tags;

use ammonia::Builder;
use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd, html};

use super::template;
use crate::i18n::Language;
pub use bounds::Excess;
pub use links::linked;
pub use plain::to_text;

/// The extensions of `CommonMark`.
const OPTIONS: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_STRIKETHROUGH)
    .union(Options::ENABLE_FOOTNOTES)
    .union(Options::ENABLE_SMART_PUNCTUATION);

/// Maximum depth of a mail: that of an author's text, and the layout around it.
const MAX_MAIL_DEPTH: usize = bounds::MAX_DEPTH + 16;

/// Refuses Markdown that costs too much to render, or has placeholders in URLs (`template`), which would disclose a
/// reader's data to others. Checks the rendered result, since there are many ways to write a link. Takes as long as
/// rendering; [`template::misplaced`] checks braces that begin no placeholder.
///
/// # Errors
/// The limit that is exceeded.
pub fn check(markdown: &str) -> Result<(), Excess> {
    let html = written(markdown, RawHtml::Kept)?;
    // A link that is defined once, with a placeholder in it, may be used many times.
    let places = template::count(markdown).max(template::count(&template::decoded(&html)));
    if places > bounds::MAX_PLACES {
        return Err(Excess::Places);
    }
    if template::misplaced(markdown).is_none() && is_misused(markdown, &html) {
        return Err(Excess::Misused);
    }
    Ok(())
}

/// Whether the placeholders of this Markdown may be filled in place, for a program that renders it: texts of earlier
/// versions may have some in URLs.
#[must_use]
pub fn may_be_filled(markdown: &str) -> bool {
    template::misplaced(markdown).is_none() && check(markdown).is_ok()
}

/// Whether a placeholder is in a URL: in the HTML before it is sanitised, which programs that render Markdown show with
/// its pictures; in the sanitised HTML; or in the text part.
fn is_misused(markdown: &str, written: &str) -> bool {
    let html = template::restore_in_links(&sanitised(written));
    let is_of_text = |text: &str| template::is_misused(text) || template::is_disguised(text, markdown);
    template::is_misused_in_html(written)
        || template::is_misused_in_html(&html)
        || template::is_disguised(&html, markdown)
        || to_text(&html).is_ok_and(|text| is_of_text(&text))
}

/// The HTML of an author's Markdown in English, or in a language whose quotation marks are unknown here.
#[must_use]
pub fn to_html(markdown: &str) -> String {
    to_html_in(Language::En, markdown)
}

/// The HTML of an author's Markdown in this language, safe in any page or mail.
#[must_use]
pub fn to_html_in(language: Language, markdown: &str) -> String {
    let kept = written_in(language, markdown, RawHtml::Kept);
    let written = kept.or_else(|_excess| written_in(language, markdown, RawHtml::Dropped));
    let clean = match written {
        Ok(html) => sanitised(&html),
        Err(_excess) => paragraphs(markdown),
    };
    template::restore_in_links(&clean)
}

/// Whether readers miss something of an author's Markdown: pictures, scripts, forms and whatever else of its HTML is
/// removed.
#[must_use]
pub fn is_stripped(markdown: &str) -> bool {
    let elements = |html: &str| {
        let begun = |rest: &&str| rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '!');
        html.split('<').skip(1).filter(begun).count()
    };
    written(markdown, RawHtml::Kept).is_ok_and(|html| elements(&sanitised(&html)) < elements(&html))
}

/// Whether a program that walks the tree of this mail's HTML by recursion has enough stack.
#[must_use]
pub fn is_shallow(html: &str) -> bool {
    tags::check(html, MAX_MAIL_DEPTH).is_ok()
}

/// How HTML in Markdown is handled.
#[derive(Clone, Copy, PartialEq, Eq)]
enum RawHtml {
    Kept,
    Dropped,
}

/// The HTML of Markdown in English.
fn written(markdown: &str, raw: RawHtml) -> Result<String, Excess> {
    written_in(Language::En, markdown, raw)
}

/// The HTML of Markdown, within bounds, not sanitised.
fn written_in(language: Language, markdown: &str, raw: RawHtml) -> Result<String, Excess> {
    bounds::leads(markdown)?;
    let markdown = links::bracketed(&template::compact(markdown), OPTIONS);
    let is_kept = |event: &Event<'_>| raw == RawHtml::Kept || !matches!(event, Event::Html(_) | Event::InlineHtml(_));
    let events = literal_braces(footnotes(Parser::new_ext(&markdown, OPTIONS))).filter(is_kept);
    let events = events.map(|event| quoted(language, event));
    let mut html = bounds::Bounded::default();
    html::write_html_fmt(&mut html, events).map_err(|_full| Excess::Long)?;
    tags::check(&html.0, bounds::MAX_DEPTH)?;
    Ok(html.0)
}

fn sanitised(html: &str) -> String {
    Builder::default()
        .rm_tags(["img", "map", "area"])
        .rm_clean_content_tags(["script", "style"])
        .clean_content_tags(["script", "style", "form", "iframe", "object", "svg", "math"].into())
        .url_schemes(["http", "https", "mailto"].into())
        .link_rel(Some("noopener noreferrer"))
        .add_tag_attributes("td", ["style"])
        .add_tag_attributes("th", ["style"])
        .filter_style_properties(["text-align"].into())
        // Borders of a table in mail programs that ignore style sheets.
        .set_tag_attribute_value("table", "border", "1")
        .clean(html)
        .to_string()
}

/// A text as it was typed, in paragraphs.
fn paragraphs(text: &str) -> String {
    text.split("\n\n").flat_map(|part| ["<p>".to_owned(), escape(part), "</p>\n".to_owned()]).collect()
}

/// Escapes plain text for HTML.
#[must_use]
pub fn escape(text: &str) -> String {
    quick_xml::escape::escape(text).into_owned()
}

/// Footnotes as `[1]`, where they are referenced and before their text: a mail has no links within itself.
fn footnotes<'a>(events: impl Iterator<Item = Event<'a>>) -> impl Iterator<Item = Event<'a>> {
    let label = |name: &CowStr<'a>, after| Event::Text(format!("[{name}]{after}").into());
    let mut begun: Option<CowStr<'a>> = None;
    events.flat_map(move |event| match event {
        Event::FootnoteReference(name) => vec![label(&name, "")],
        Event::Start(Tag::FootnoteDefinition(name)) => {
            begun = Some(name);
            Vec::new()
        }
        Event::End(TagEnd::FootnoteDefinition) => Vec::new(),
        Event::Start(Tag::Paragraph) => std::iter::once(event).chain(begun.take().map(|it| label(&it, " "))).collect(),
        other => vec![other],
    })
}

/// Quotation marks of the language. The parser emits a converted straight one as a text of its own.
fn quoted(language: Language, event: Event<'_>) -> Event<'_> {
    match &event {
        Event::Text(text) if language == Language::Fr && **text == *"“" => Event::Text("«\u{a0}".into()),
        Event::Text(text) if language == Language::Fr && **text == *"”" => Event::Text("\u{a0}»".into()),
        _ => event,
    }
}

/// Two braces that an author wrote as `\{\{` begin no placeholder (`template`): an invisible character separates them.
fn literal_braces<'a>(events: impl Iterator<Item = Event<'a>>) -> impl Iterator<Item = Event<'a>> {
    let mut open = false;
    events.map(move |event| {
        let Event::Text(text) = event else {
            open = false;
            return event;
        };
        let meets = open && text.starts_with('{');
        open = text.ends_with('{');
        Event::Text(if meets { format!("\u{2060}{text}").into() } else { text })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_removed_of_a_text_is_known() {
        for removed in ["![a](b.png)", "a <script>b</script>", "<img src=x>", "<!-- a -->", "<form>a</form>"] {
            assert!(is_stripped(removed), "{removed}");
        }
        for kept in [
            "1 < 2",
            "<https://a.example>",
            "<awa@a.example>",
            "[a](b)",
            "a <- b",
            "`<img>` ![",
            "<b>a</b>",
            "|a|\n|-|\n|b|",
        ] {
            assert!(!is_stripped(kept), "{kept}: {}", to_html(kept));
        }
    }

    #[test]
    fn what_could_harm_a_reader_is_gone() {
        for (markdown, gone) in [
            ("<script>alert(1)</script>", "script"),
            ("[x](javascript:alert(1))", "javascript"),
            ("<form action=x><input></form>", "form"),
            ("<a href='x' onclick='y'>z</a>", "onclick"),
            ("![pixel](https://tracker.example/p.gif)", "img"),
            ("<svg onload=x>", "svg"),
            ("<p style='position:fixed'>", "style"),
            ("<table><tr><td style='position:fixed'>", "position"),
            ("javascript://x.example/%0aalert(1)", "href"),
            ("ftp://x.example/", "href"),
            ("https://x.example/\"onclick=\"y", "\"onclick"),
        ] {
            assert!(!to_html(markdown).contains(gone), "{markdown}: {}", to_html(markdown));
        }
    }

    #[test]
    fn both_forms_say_the_same() {
        let html = to_html("# Réunion\n\nBonjour **à tous**, voir [le programme](https://x.example/p).");
        assert!(html.contains("<h1>Réunion</h1>") && html.contains("<strong>à tous</strong>"));
        let text = to_text(&html).unwrap();
        assert!(text.contains("Réunion") && text.contains("https://x.example/p"), "{text}");
        assert_eq!(to_text(&to_html("Hello <script>alert(1)</script>*you*")).unwrap(), "Hello you");
    }

    #[test]
    fn straight_quotes_become_those_of_the_language() {
        let markdown = "Le \"guide\" et l'outil.";
        assert_eq!(to_text(&to_html_in(Language::Fr, markdown)).unwrap(), "Le «\u{a0}guide\u{a0}» et l’outil.");
        assert_eq!(to_text(&to_html(markdown)).unwrap(), "Le “guide” et l’outil.");
        assert!(!to_html_in(Language::Fr, "`\"x\"`").contains('«'), "code stays as it is");
    }

    #[test]
    fn places_are_counted_where_they_are_filled() {
        for (markdown, count) in [("{{ name }} ", 50), ("[{{administration}}]({{ unsubscribe }}) ", 25)] {
            assert_eq!(check(&markdown.repeat(count)), Ok(()), "{markdown}");
            assert_eq!(check(&markdown.repeat(count + 1)), Err(Excess::Places), "{markdown}");
        }
        let definition = "\n\n[a]: {{ unsubscribe }}";
        assert_eq!(check(&("[a] ".repeat(50) + definition)), Ok(()));
        assert_eq!(check(&("[a] ".repeat(51) + definition)), Err(Excess::Places), "defined once and used often");
        assert_eq!(
            check(&format!("<!-- {} -->", "{{ name }}".repeat(51))),
            Err(Excess::Places),
            "readers get Markdown too"
        );
    }

    #[test]
    fn columns_keep_to_their_side() {
        let html = to_html("| Port | TEU |\n|---|---:|\n| Dakar | 12 |");
        assert!(html.contains("<td style=\"text-align:right\">12</td>"), "{html}");
    }

    #[test]
    fn a_footnote_stands_where_it_is_written() {
        let html = to_html("Rules[^1] hold.\n\n[^1]: https://x.example/a_b_c");
        let link = "<a href=\"https://x.example/a_b_c\" rel=\"noopener noreferrer\">https://x.example/a_b_c</a>";
        assert_eq!(html, format!("<p>Rules[1] hold.</p>\n<p>[1] {link}</p>\n"));
    }

    #[test]
    fn what_is_too_much_is_refused_and_shown_all_the_same() {
        for (markdown, excess) in [
            ("- ".repeat(9_900) + "x", Excess::Deep),
            (">".repeat(19_000), Excess::Deep),
            ("<div>\n\n".repeat(2_000), Excess::Deep),
            ("*a _b ".repeat(3_000) + &"_ * ".repeat(3_000), Excess::Deep),
            ("<p><b>a</p>\n\nb\n\n".repeat(30), Excess::Unclosed),
            (format!("{}\n{}\n{}", "|a".repeat(3_000), "|-".repeat(3_000), "|\n".repeat(3_000)), Excess::Long),
            ("[".repeat(10_000) + &"](x)".repeat(10_000), Excess::Deep),
        ] {
            let shown: String = markdown.chars().take(12).collect();
            match check(&markdown) {
                Err(found) => assert_eq!(found, excess, "{shown}"),
                // The parser itself is bounded in these cases.
                Ok(()) => assert!(to_html(&markdown).len() <= 16 * markdown.len(), "{shown}"),
            }
            let html = to_html(&markdown);
            assert!(is_shallow(&html) && to_text(&html).is_ok(), "{shown}");
        }
        assert_eq!(check("# Title\n\n- one\n  - two\n\n> <b>said</b> *so* [x](https://x.example)"), Ok(()));
        assert_eq!(to_html("<p><b>a</p>\n\nb"), "<p>b</p>\n", "it is shown without its HTML");
    }

    #[test]
    fn places_are_found_again_in_text_and_in_links_and_braces_that_are_meant_are_none() {
        let html =
            to_html("{{ name }} [leave]({{ unsubscribe }}) [form](https://x.example/?m={{ name }}) {{unsubscribe}}");
        for place in [
            "<p>{{name}} <a href=\"{{unsubscribe}}\"",
            "href=\"https://x.example/?m=%7B%7Bname%7D%7D\"",
            "<a href=\"{{unsubscribe}}\" rel=\"noopener noreferrer\">{{unsubscribe}}</a>",
        ] {
            assert!(html.contains(place), "{place} in {html}");
        }
        assert!(!to_html("[x]({{ name }}:alert)").contains("href=\"{{"), "a name says not where a link leads");
        let literal = to_html("Write \\{\\{ name }}");
        assert!(literal.contains("{\u{2060}{ name }}"), "{literal}");
    }
}
