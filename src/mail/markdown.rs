//! From the Markdown that an author writes to the two forms a mail has.
//!
//! The HTML is sanitised after rendering (`ammonia`), since Markdown lets raw HTML through: no scripts, no forms, no styles,
//! no images (an image in a mail is a tracking pixel), links only to http, https and mailto. The text part is made from
//! that HTML, so both say the same.

use ammonia::Builder;
use pulldown_cmark::{Options, Parser, html};

use crate::error::{Error, OrInternal as _};

/// Columns of the text part: what mail readers have shown since teletypes.
const WIDTH: usize = 72;

/// The HTML of an author's Markdown, safe to stand inside any page or mail.
#[must_use]
pub fn to_html(markdown: &str) -> String {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_SMART_PUNCTUATION;
    let mut rendered = String::new();
    html::push_html(&mut rendered, Parser::new_ext(markdown, options));
    Builder::default()
        .rm_tags(["img", "map", "area"])
        .rm_clean_content_tags(["script", "style"])
        .clean_content_tags(["script", "style", "form", "iframe", "object", "svg", "math"].into())
        .url_schemes(["http", "https", "mailto"].into())
        .link_rel(Some("noopener noreferrer"))
        .clean(&rendered)
        .to_string()
}

/// Plain text as it stands in HTML.
#[must_use]
pub fn escape(text: &str) -> String {
    quick_xml::escape::escape(text).into_owned()
}

/// The text that says the same as a piece of our HTML.
///
/// # Errors
/// Where the HTML can't be laid out.
pub fn to_text(html: &str) -> Result<String, Error> {
    html2text::config::plain()
        .link_footnotes(true)
        // A link that is cut leads nowhere.
        .no_link_wrapping()
        .string_from_read(html.as_bytes(), WIDTH)
        .map(|text| text.trim().to_owned())
        .or_internal()
}

#[cfg(test)]
mod tests {
    use super::*;

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
        let long = format!("https://x.example/{}", "a".repeat(200));
        assert!(to_text(&to_html(&format!("[x]({long})"))).unwrap().contains(&long));
    }
}
