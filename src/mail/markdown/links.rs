//! Autolinks: turns bare URLs and addresses in a text into links.
//!
//! `CommonMark` requires brackets around a link: `<https://x.example>`. This adds them around what looks like a URL or
//! an address (`linkify`) before the text is parsed, except in code, HTML and existing links. No other syntax can then
//! apply within a URL: its `_` is no emphasis, its `--` no dash.

use std::ops::Range;

use linkify::{LinkFinder, LinkKind};
use pulldown_cmark::{Event, Options, Parser, Tag};

use super::escape;

/// The placeholder of the link to unsubscribe.
const LEAVE: &str = "{{unsubscribe}}";

/// The Markdown with brackets around every link.
pub(super) fn bracketed(markdown: &str, options: Options) -> String {
    let taken = taken(markdown, options);
    // The ranges do not overlap, so only the first that ends behind `from` can intersect.
    let is_free = |from: usize, to: usize| {
        let first = taken.partition_point(|range| range.end <= from);
        taken.get(first).is_none_or(|range| to <= range.start)
    };
    let mut written = String::with_capacity(markdown.len());
    for span in LinkFinder::new().spans(markdown) {
        let text = span.as_str();
        match link(text, span.kind()) {
            Some((link, rest)) if is_free(span.start(), span.end()) => {
                // No URL has a backslash: an editor escaped characters that have a meaning in Markdown.
                written.extend(["<", &link.replace('\\', ""), ">", rest]);
            }
            Some(_) => written.push_str(text),
            None => {
                let mut kept = 0;
                for (at, leave) in text.match_indices(LEAVE) {
                    let (from, end) = (span.start() + at, at + leave.len());
                    if is_free(from, from + leave.len()) {
                        let before = text.get(kept..at).unwrap_or_default();
                        written.extend([before, "[", leave, "](", leave, ")"]);
                        kept = end;
                    }
                }
                written.push_str(text.get(kept..).unwrap_or_default());
            }
        }
    }
    written
}

/// A sentence of the portal in HTML. Only URLs of `ours` become links, since users contribute to such sentences by
/// their names and reasons.
#[must_use]
pub fn linked(sentence: &str, ours: &[&str]) -> String {
    let is_ours = |link: &str| {
        let mut beyond = ours.iter().filter_map(|ours| link.strip_prefix(ours));
        beyond.any(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#']))
    };
    let spans = LinkFinder::new().spans(sentence);
    let written = spans.map(|span| match link(span.as_str(), span.kind()) {
        Some((link, rest)) if is_ours(link) => {
            let scheme = if span.kind() == Some(&LinkKind::Email) { "mailto:" } else { "" };
            let (link, rest) = (escape(link), escape(rest));
            format!("<a href=\"{scheme}{link}\">{link}</a>{rest}")
        }
        _ => escape(span.as_str()),
    });
    written.collect()
}

/// The part of a match that is a permitted link, and the rest: a sentence may end or continue without a space, or with
/// a no-break space, as before a French colon.
fn link<'a>(found: &'a str, kind: Option<&LinkKind>) -> Option<(&'a str, &'a str)> {
    match kind? {
        // Addresses beyond ASCII are no links in Markdown.
        LinkKind::Email => found.is_ascii().then_some((found, "")),
        _ if found.split_once("://").is_some_and(|(scheme, _)| is_web(scheme)) => {
            let end = found.find(|c: char| !c.is_ascii() && !c.is_alphanumeric()).unwrap_or(found.len());
            let url = found.get(..end)?.trim_end_matches(|c: char| "?!.,:;*_~'\"".contains(c));
            Some((url, found.get(url.len()..)?))
        }
        _ => None,
    }
}

fn is_web(scheme: &str) -> bool {
    scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http")
}

/// The ranges of code, HTML and existing links; in order, without overlaps.
fn taken(markdown: &str, options: Options) -> Vec<Range<usize>> {
    let events = Parser::new_ext(markdown, options).into_offset_iter();
    let mut taken: Vec<Range<usize>> =
        events.reference_definitions().iter().map(|(_, definition)| definition.span.clone()).collect();
    taken.extend(events.filter_map(|(event, range)| match event {
        Event::Code(_)
        | Event::InlineHtml(_)
        | Event::Start(Tag::CodeBlock(_) | Tag::HtmlBlock | Tag::Link { .. } | Tag::Image { .. }) => Some(range),
        _ => None,
    }));
    taken.sort_unstable_by_key(|range| range.start);
    taken.dedup_by(|next, before| {
        let overlaps = next.start < before.end;
        if overlaps {
            before.end = before.end.max(next.end);
        }
        overlaps
    });
    taken
}

#[cfg(test)]
mod tests {
    use super::super::to_html;
    use super::*;

    /// The targets of the links of a text.
    fn targets(markdown: &str) -> Vec<String> {
        let html = to_html(markdown);
        html.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap().replace("&amp;", "&")).collect()
    }

    #[test]
    fn a_link_needs_no_brackets() {
        for (markdown, target) in [
            ("Join: https://teams.example/l/meetup?a=1&b=2.", "https://teams.example/l/meetup?a=1&b=2"),
            ("**https://x.example**", "https://x.example"),
            ("(see https://x.example/a_b_c--d)", "https://x.example/a_b_c--d"),
            ("https://x.example/_a_/*b*/c", "https://x.example/_a_/*b*/c"),
            ("« https://x.example/p\u{a0}»\u{a0}: voir", "https://x.example/p"),
            ("https://x.example/a\\_b", "https://x.example/a_b"),
            ("Write to info@x.example, please.", "mailto:info@x.example"),
            ("- HTTP://localhost:8080/x", "HTTP://localhost:8080/x"),
            ("| a |\n|---|\n|https://x.example/t|", "https://x.example/t"),
            ("<https://x.example/b>", "https://x.example/b"),
            ("[https://y.example](https://x.example/c)", "https://x.example/c"),
            ("[here][1]\n\n[1]: https://x.example/d", "https://x.example/d"),
        ] {
            assert_eq!(targets(markdown), [target], "{markdown}: {}", to_html(markdown));
        }
    }

    #[test]
    fn code_stays_code() {
        for markdown in ["`https://x.example`", "```\nhttps://x.example\n```", "    a@x.example", "x.example is a name"]
        {
            assert!(targets(markdown).is_empty(), "{markdown}: {}", to_html(markdown));
        }
    }

    #[test]
    fn in_a_sentence_of_ours_what_leads_to_us_is_a_link() {
        let linked = |sentence| linked(sentence, &["https://x.example", "a@x.example", ""]);
        assert_eq!(
            linked("<Portail>\u{a0}: https://x.example/?a&b, a@x.example"),
            "&lt;Portail&gt;\u{a0}: <a href=\"https://x.example/?a&amp;b\">https://x.example/?a&amp;b</a>, \
             <a href=\"mailto:a@x.example\">a@x.example</a>"
        );
        for other in
            ["https://x.example.evil.example/", "https://x.example@evil.example", "https://evil.example", "b@x.example"]
        {
            assert_eq!(linked(other), other);
        }
    }
}
