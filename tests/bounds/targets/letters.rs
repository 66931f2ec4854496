//! Markdown of authors: to HTML, to text, and to the body of a mail; its placeholders.

use std::hint::black_box;
use std::sync::{Arc, LazyLock};

use portal::config::Community;
use portal::i18n::{Catalogue, Language};
use portal::mail::template::{self, Template, Values};
use portal::mail::{EmailRenderer, Notice, body_of, markdown};

use super::{Shape, Target, between, nested, numbered, run_of, text};

/// Characters of the longest text that an author may write.
const MOST: usize = 20_000;

/// What links of the portal begin with.
const HOME: &str = "https://x.example";
/// A reader whose name is long, and longer in HTML.
const VALUES: Values<'static> = Values {
    name: "&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&",
    administration: "Douanes",
    unsubscribe: "https://portal.example/unsubscribe/abc",
    mail: "abc",
};

static LETTERS: LazyLock<EmailRenderer> = LazyLock::new(|| {
    let (name, contact_email) = ("Community".to_owned(), "a@x.example".to_owned());
    let community = Community { name, name_fr: String::new(), logo_url: String::new(), contact_email };
    EmailRenderer::new(Arc::new(Catalogue::load().unwrap()), community, HOME.to_owned())
});

pub fn targets() -> Vec<Target> {
    let target = |name, run, shapes| Target { name, most: MOST, run, shapes, pieces: PIECES };
    vec![
        target("markdown", to_html_and_text, shapes()),
        target("letters", to_mail, laid_out()),
        target("template", fill, places()),
    ]
}

fn to_html_and_text(bytes: &[u8]) {
    let text = &text(bytes);
    black_box(markdown::check(text).is_ok());
    let html = markdown::to_html(text);
    drop(black_box(markdown::to_text(&html)));
}

fn to_mail(bytes: &[u8]) {
    let body_markdown = &text(bytes);
    let notice = Notice { subject: "Subject", body_markdown, may_be_left: true, acknowledge: None };
    if let Ok(content) = LETTERS.announcement(Language::En, &notice) {
        black_box(body_of(&content, &VALUES, HOME));
    }
}

fn fill(bytes: &[u8]) {
    let text = &text(bytes);
    black_box((template::misplaced(text), template::is_personal(text)));
    black_box((template::is_misused(text), template::is_misused_in_html(text)));
    black_box(template::restore_in_links(&template::compact(text)));
    black_box(Template::plain(text, HOME).fill(&VALUES));
    black_box(Template::html(text, HOME).fill(&VALUES));
}

const PIECES: &[&str] = &[
    "- ",
    "* ",
    "1. ",
    "> ",
    "# ",
    "    ",
    "\t",
    "\n",
    "\n\n",
    "`",
    "```\n",
    "~~~",
    "*",
    "**",
    "_",
    "~~",
    "[",
    "]",
    "(",
    ")",
    "![",
    "](",
    "](x)",
    "[a]: b\n",
    "[^1]",
    "[^1]: x\n",
    "<a>",
    "</a>",
    "<b>",
    "<table><tr><td>",
    "<!--",
    "-->",
    "<div>\n",
    "<svg>",
    "<a href=\"x\">",
    "&amp;",
    "&#65;",
    "\\",
    "|",
    "|-",
    "|-|\n",
    "https://x.example/",
    "a@x.example ",
    "{{ name }}",
    "{{",
    "}}",
    "{",
    "a",
    " ",
    "\"",
    "'",
    "--",
    "\u{301}",
    "\u{200d}",
    "\u{5d0}",
    "$",
    "<",
];

fn shapes() -> Vec<Shape> {
    let mut shapes = blocks();
    shapes.extend(inlines());
    shapes.extend(html());
    shapes
}

/// Shapes that are known to make a large or a deep page: every text is rendered above.
fn laid_out() -> Vec<Shape> {
    vec![
        run_of("items_nested", "- "),
        run_of("quotes_nested", ">"),
        run_of("paragraphs", "a\n\n"),
        between("table_rows", "|a|b|\n|-|-|\n", "|a|b|\n", ""),
        between("table_columns", "a|b\n-|-\n", "a|", "\n"),
        run_of("emphasis_open", "*a "),
        run_of("links", "[a](b)"),
        run_of("urls", "https://x.example/ "),
        run_of("names", "{{name}}"),
        run_of("leaves", "{{unsubscribe}} "),
        run_of("wide", "\u{6c49}"),
        run_of("html_open", "<a>"),
        run_of("html_bold", "<b>"),
        run_of("html_blocks", "<div>"),
        run_of("html_tables", "<table><tr><td>"),
        run_of("html_misnested", "<b><p></b>"),
        run_of("html_breaks", "<br>"),
        run_of("html_styles", "<td style='text-align:left;text-align:left'>"),
    ]
}

fn blocks() -> Vec<Shape> {
    vec![
        run_of("items_nested", "- "),
        run_of("items_of_numbers_nested", "1. "),
        run_of("items_and_quotes_nested", "- > "),
        run_of("quotes_nested", ">"),
        run_of("quotes_spaced", "> "),
        run_of("quotes_of_lines", ">\n"),
        run_of("quote_lazy", "> a\nb\n"),
        run_of("items", "- a\n"),
        run_of("items_apart", "- a\n\n"),
        run_of("paragraphs", "a\n\n"),
        run_of("lines", "a\n"),
        run_of("empty_lines", "\n"),
        run_of("spaces", " "),
        run_of("tabs", "\t"),
        run_of("code_indented", "    a\n"),
        run_of("fences", "```\n"),
        run_of("fence_signs", "`"),
        run_of("headings", "# a\n"),
        run_of("heading_signs", "#"),
        run_of("underlines", "a\n=\n"),
        run_of("rules", "---\n"),
        run_of("rule_signs", "- - "),
        numbered("items_deeper", "", |number| format!("{}- a\n", " ".repeat(number)), ""),
        numbered("quotes_deeper", "", |number| format!("{}a\n", ">".repeat(number % 200)), ""),
        between("table_columns", "a|b\n-|-\n", "a|", "\n"),
        run_of("table_heads", "|-"),
        between("table_rows", "|a|b|\n|-|-|\n", "|a|b|\n", ""),
        between("table_short_rows", "a|b|c|d|e|f|g|h|i|j|k|l|m|n|o|p\n-|-|-|-|-|-|-|-|-|-|-|-|-|-|-|-\n", "a|\n", ""),
        run_of("tables", "a|b\n-|-\n"),
        numbered("definitions", "", |number| format!("[a{number}]: b\n"), ""),
        between("definitions_used", "[a]: b\n\n", "[a] ", ""),
        run_of("definitions_same", "[a]: b\n"),
        between(
            "definition_long_used",
            "[a]: http://x.example/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n\n",
            "[a]",
            "",
        ),
        numbered("footnotes", "", |number| format!("[^{number}]: b\n\n[^{number}]\n\n"), ""),
        run_of("footnotes_nested", "[^1]: "),
        run_of("footnotes_same", "[^1]"),
    ]
}

fn inlines() -> Vec<Shape> {
    vec![
        run_of("brackets", "["),
        nested("brackets_closed", "[", "]"),
        nested("links_nested", "[", "](x)"),
        run_of("link_ends", "]("),
        run_of("links", "[a](b)"),
        between("link_target_open", "[a](", "(", ""),
        between("link_title_open", "[a](b \"", "c", ""),
        run_of("pictures_nested", "!["),
        run_of("emphasis_open", "*a "),
        run_of("emphasis_strong", "**a"),
        run_of("emphasis_both", "*a_"),
        run_of("emphasis_closed", "a* "),
        nested("emphasis_nested", "*a", "*"),
        run_of("stars", "*"),
        run_of("underscores", "_a"),
        run_of("struck", "~~a"),
        numbered("backticks", "", |number| format!("{}a", "`".repeat(number + 1)), ""),
        run_of("backticks_apart", "` "),
        run_of("code", "`a`"),
        run_of("backslashes", "\\"),
        run_of("entities", "&amp;"),
        run_of("entities_open", "&"),
        run_of("quotation_marks", "\"a "),
        run_of("apostrophes", "'"),
        run_of("dashes", "--"),
        run_of("dots", "..."),
        run_of("urls", "https://x.example/ "),
        run_of("urls_together", "https://x.example/"),
        run_of("urls_in_code", "`https://x.example` "),
        run_of("urls_beside_code", "`a` https://x.example "),
        run_of("addresses", "a@x.example "),
        run_of("at_signs", "@"),
        run_of("dotted", "a."),
        run_of("slashes", "://"),
        run_of("autolinks", "<https://x.example>"),
        run_of("line_breaks", "a\\\n"),
        run_of("names", "{{name}}"),
        run_of("leaves", "{{unsubscribe}} "),
        run_of("long_word", "a"),
        run_of("combining_marks", "a\u{301}\u{301}\u{301}\u{301}"),
        run_of("joiners", "\u{1f468}\u{200d}"),
        run_of("right_to_left", "\u{202e}\u{5d0}"),
        run_of("wide", "\u{6c49}"),
    ]
}

fn html() -> Vec<Shape> {
    vec![
        run_of("html_open", "<a>"),
        run_of("html_bold", "<b>"),
        run_of("html_blocks", "<div>"),
        run_of("html_block_lines", "<div>\n"),
        nested("html_nested", "<div>", "</div>"),
        run_of("html_quotes", "<blockquote>"),
        run_of("html_lists", "<ul><li>"),
        run_of("html_tables", "<table><tr><td>"),
        run_of("html_tables_bare", "<table>"),
        run_of("html_formatting", "<b><i><u>"),
        run_of("html_misnested", "<b><p></b>"),
        run_of("html_links_misnested", "<a href=x><p></a>"),
        run_of("html_font", "<font color=a>"),
        numbered("html_fonts", "", |number| format!("<font size={number}><p>"), ""),
        run_of("html_closed", "</a>"),
        run_of("html_breaks", "<br>"),
        run_of("html_ends", "</p>"),
        run_of("html_comments", "<!---->"),
        run_of("html_comment_open", "<!--"),
        run_of("html_brackets", "<"),
        run_of("html_unclosed_tag", "<a "),
        numbered("html_attributes", "<a", |number| format!(" a{number}=b"), ">"),
        between("html_attribute_long", "<a href=\"", "x", "\">a</a>"),
        run_of("html_styles", "<td style='text-align:left;text-align:left'>"),
        between("html_style_long", "<table><tr><td style='", "text-align:left;", "'>a</table>"),
        run_of("html_svg", "<svg>"),
        run_of("html_math", "<math><mi>"),
        run_of("html_scripts", "<script>"),
        run_of("html_select", "<select><option>"),
        run_of("html_templates", "<template>"),
        run_of("html_instructions", "<?"),
        run_of("html_declarations", "<!A"),
        run_of("html_sections", "<![CDATA["),
        run_of("html_pre", "<pre>\n"),
        run_of("html_details", "<details><summary>"),
        run_of("html_ruby", "<ruby><rt>"),
    ]
}

fn places() -> Vec<Shape> {
    vec![
        run_of("braces", "{"),
        between("braces_closed", "", "{", "}}"),
        nested("braces_nested", "{{", "}}"),
        run_of("braces_pairs", "{{}}"),
        run_of("names", "{{name}}"),
        run_of("names_spaced", "{{ name }}"),
        between("names_in_url", "https://x.example/", "{{name}}", ""),
        between("names_in_link", "<a href=\"", "{{name}}", "\">"),
        run_of("links", "<a href=\"{{name}}\">"),
        run_of("link_open", "href=\"{{name}}"),
        run_of("encoded", "href=\"%7B%7Bname%7D%7D"),
        run_of("leave_links", "<a href=\"{{unsubscribe}}\">"),
        run_of("urls_and_names", "https://x.example/{{name}} "),
        between("names_and_url", "", "{{name}}", "https://x.example/"),
        between("tag_open", "<a ", "{{name}}=\"", ""),
        run_of("comments", "<!--{{mail}}"),
        between("padded", "{{", " ", "name }}"),
        run_of("open_and_text", "{{ a "),
        run_of("words", "a "),
    ]
}
