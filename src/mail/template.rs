//! Placeholders of a text, filled for each reader: `{{ name }}`, `{{ administration }}`, `{{ unsubscribe }}`.
//!
//! A text is parsed once and filled for each reader. Values are escaped for their context: literal in plain text,
//! escaped in HTML. No value of a reader is filled into a URL, since the URL's host would learn it (`standing`): a link
//! to unsubscribe is the whole target of a link, or refused. A text with a placeholder in a URL is refused when it is
//! written ([`is_misused`]), and in stored texts of earlier versions such a placeholder stays as it is.
//!
//! There is no further syntax: authors write variants instead. Two braces that begin no placeholder are refused when
//! the text is written ([`misplaced`]), so that no reader sees a typing error; literal braces are written `\{\{`, as in
//! Markdown.

mod standing;

use std::borrow::Cow;

use standing::Standing;

/// The value of a placeholder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot {
    /// The reader's name.
    Name,
    /// The reader's organisation, in the language of the text.
    Administration,
    /// The link by which the reader unsubscribes.
    Unsubscribe,
    /// The token of the mail in links of the portal (`signed_mail_id`): it acts for the reader, so no author may use
    /// it.
    Mail,
}

/// The values for one reader.
#[derive(Clone, Copy, Debug, Default)]
pub struct Values<'a> {
    /// The reader's name.
    pub name: &'a str,
    /// The reader's organisation, in the language of the text.
    pub administration: &'a str,
    /// The link by which the reader unsubscribes.
    pub unsubscribe: &'a str,
    /// The token of the mail.
    pub mail: &'a str,
}

/// How a value is escaped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Plain,
    Html,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    Place(Slot, Form),
}

/// A parsed text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template(Vec<Piece>);

impl Slot {
    const ALL: [Self; 4] = [Self::Name, Self::Administration, Self::Unsubscribe, Self::Mail];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Administration => "administration",
            Self::Unsubscribe => "unsubscribe",
            Self::Mail => "mail",
        }
    }

    /// Whether it is filled in this context.
    const fn is_filled(self, standing: Standing) -> bool {
        match standing {
            Standing::Text => !matches!(self, Self::Mail),
            Standing::WholeLink => matches!(self, Self::Unsubscribe),
            Standing::OwnUrl => matches!(self, Self::Mail),
            Standing::Elsewhere => false,
        }
    }
}

impl Template {
    /// A text without placeholders, whatever it contains.
    #[must_use]
    pub fn literal(text: &str) -> Self {
        Self(vec![Piece::Text(text.to_owned())])
    }

    /// Plain text. `home` is the beginning of the portal's own links; if it is empty, there are none.
    #[must_use]
    pub fn plain(text: &str, home: &str) -> Self {
        let places: Vec<Placeholder> = places(text).collect();
        let standings = standing::in_plain(text, &places, home);
        Self::of(text, &places, &standings, Form::Plain)
    }

    /// HTML of the portal.
    #[must_use]
    pub fn html(text: &str, home: &str) -> Self {
        let places: Vec<Placeholder> = places(text).collect();
        let standings = standing::in_html(text, &places, home);
        Self::of(text, &places, &standings, Form::Html)
    }

    /// Markdown whose placeholders are known to be valid (`markdown::may_be_filled`).
    #[must_use]
    pub fn markdown(text: &str) -> Self {
        let places: Vec<Placeholder> = places(text).collect();
        let standings = vec![Standing::Text; places.len()];
        Self::of(text, &places, &standings, Form::Plain)
    }

    /// A placeholder that is not filled stays as it is.
    fn of(text: &str, places: &[Placeholder], standings: &[Standing], form: Form) -> Self {
        let (mut pieces, mut kept) = (Vec::new(), 0);
        for (place, standing) in places.iter().zip(standings) {
            if place.slot.is_filled(*standing) {
                pieces.push(Piece::Text(text.get(kept..place.start).unwrap_or_default().to_owned()));
                pieces.push(Piece::Place(place.slot, form));
                kept = place.end;
            }
        }
        pieces.push(Piece::Text(text.get(kept..).unwrap_or_default().to_owned()));
        Self(pieces)
    }

    /// The text for one reader.
    #[must_use]
    pub fn fill(&self, values: &Values<'_>) -> String {
        let mut filled = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Text(text) => filled.push_str(text),
                Piece::Place(slot, form) => values.write(*slot, *form, &mut filled),
            }
        }
        filled
    }
}

impl Values<'_> {
    fn write(&self, slot: Slot, form: Form, out: &mut String) {
        let value = match slot {
            Slot::Name => self.name,
            Slot::Administration => self.administration,
            Slot::Unsubscribe => self.unsubscribe,
            Slot::Mail => self.mail,
        };
        match form {
            Form::Plain => out.push_str(value),
            Form::Html => {
                for character in value.chars() {
                    match character {
                        '&' => out.push_str("&amp;"),
                        '<' => out.push_str("&lt;"),
                        '>' => out.push_str("&gt;"),
                        '"' => out.push_str("&quot;"),
                        '\'' => out.push_str("&#39;"),
                        other => out.push(other),
                    }
                }
            }
        }
    }
}

/// Whether an author's plain text has an invalid placeholder: in a URL, or one that is not for authors.
#[must_use]
pub fn is_misused(text: &str) -> bool {
    let places: Vec<Placeholder> = places(text).collect();
    has_misuse(&places, &standing::in_plain(text, &places, ""))
}

/// The same for HTML, in whose URLs a placeholder may be percent-encoded.
#[must_use]
pub fn is_misused_in_html(html: &str) -> bool {
    let has_one = |html: &str| {
        let places: Vec<Placeholder> = places(html).collect();
        has_misuse(&places, &standing::in_html(html, &places, ""))
    };
    has_one(html) || has_one(&decoded(html))
}

fn has_misuse(places: &[Placeholder], standings: &[Standing]) -> bool {
    places.iter().zip(standings).any(|(place, standing)| !place.slot.is_filled(*standing))
}

/// Whether the rendered text has a placeholder that the text itself does not have: it was written in disguise.
#[must_use]
pub fn is_disguised(made: &str, text: &str) -> bool {
    Slot::ALL.iter().any(|&slot| holds(made, slot) && !holds(text, slot))
}

/// The first two braces of a Markdown text that begin no placeholder, and what follows them.
#[must_use]
pub fn misplaced(text: &str) -> Option<&str> {
    let mut from = 0;
    for place in places(text) {
        // After a backslash Markdown treats one of its braces as text; a third brace is a habit from another template
        // language.
        let is_spoilt = text.get(..place.start).is_some_and(|before| before.ends_with(['\\', '{']));
        let end = if is_spoilt || place.slot == Slot::Mail { place.end } else { place.start };
        if let Some(found) = first_braces(text.get(from..end)?) {
            return Some(found);
        }
        from = place.end;
    }
    first_braces(text.get(from..)?)
}

fn first_braces(text: &str) -> Option<&str> {
    let found = text.get(text.find("{{")?..)?;
    let end = found.find("}}").map_or(found.len(), |end| end + 2);
    found.get(..end)?.lines().next()
}

/// Whether a text has placeholders.
#[must_use]
pub fn is_personal(text: &str) -> bool {
    places(text).next().is_some()
}

/// The number of placeholders.
#[must_use]
pub fn count(text: &str) -> usize {
    places(text).count()
}

/// Whether a text has this placeholder.
#[must_use]
pub fn holds(text: &str, slot: Slot) -> bool {
    places(text).any(|place| place.slot == slot)
}

/// The text with its placeholders without spaces: no line is broken in one, and Markdown accepts one as the target of a
/// link.
#[must_use]
pub fn compact(text: &str) -> String {
    let (mut compact, mut kept) = (String::with_capacity(text.len()), 0);
    for place in places(text) {
        compact.push_str(text.get(kept..place.start).unwrap_or_default());
        compact.extend(["{{", place.slot.as_str(), "}}"]);
        kept = place.end;
    }
    compact + text.get(kept..).unwrap_or_default()
}

/// HTML with its percent-encoded placeholders decoded.
#[must_use]
pub fn decoded(html: &str) -> Cow<'_, str> {
    if !html.contains("%7") {
        return Cow::Borrowed(html);
    }
    let pairs = [("%7B", "{"), ("%7b", "{"), ("%7D", "}"), ("%7d", "}")];
    Cow::Owned(pairs.into_iter().fold(html.to_owned(), |html, (encoded, written)| html.replace(encoded, written)))
}

/// HTML in which percent-encoded links to unsubscribe are placeholders again, if the placeholder is the whole link.
#[must_use]
pub fn restore_in_links(html: &str) -> String {
    html.replace("href=\"%7B%7Bunsubscribe%7D%7D\"", "href=\"{{unsubscribe}}\"")
}

/// A placeholder in a text, such as `{{ name }}`.
struct Placeholder {
    start: usize,
    end: usize,
    slot: Slot,
}

/// The placeholders, found in one pass: no name has a brace in it.
fn places(text: &str) -> impl Iterator<Item = Placeholder> {
    let mut from = 0;
    std::iter::from_fn(move || {
        loop {
            let start = from + text.get(from..)?.find("{{")?;
            let inside = text.get(start + 2..)?;
            let length = inside.find(['{', '}'])?;
            let name = inside.get(..length)?.trim();
            let ends = inside.get(length..)?.starts_with("}}");
            if let Some(&slot) = Slot::ALL.iter().find(|slot| ends && slot.as_str() == name) {
                from = start + 2 + length + 2;
                return Some(Placeholder { start, end: from, slot });
            }
            // Braces around something else are text; a placeholder may begin within them.
            from = start + 1;
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const AWA: Values<'_> = Values {
        name: "Awa <b> & \"Co\"",
        administration: "Côte d’Ivoire",
        unsubscribe: "https://x.example/unsubscribe/abc",
        mail: "abc",
    };

    const HOME: &str = "https://x.example";
    fn plain(text: &str) -> String {
        Template::plain(text, HOME).fill(&AWA)
    }

    fn html(text: &str) -> String {
        Template::html(text, HOME).fill(&AWA)
    }

    #[test]
    fn goal_38_a_value_stays_what_it_is_wherever_it_stands() {
        assert_eq!(plain("{{name}} – {{  name }}"), format!("{0} – {0}", AWA.name));
        assert_eq!(
            html("<p>{{ name }}</p><a href=\"https://x.example/\">{{ administration }}</a>"),
            "<p>Awa &lt;b&gt; &amp; &quot;Co&quot;</p><a href=\"https://x.example/\">Côte d’Ivoire</a>"
        );
        let link = "<a href=\"{{ unsubscribe }}\">x</a>";
        assert_eq!(html(link), "<a href=\"https://x.example/unsubscribe/abc\">x</a>");
        assert_eq!(Template::markdown("[x]({{ unsubscribe }})").fill(&AWA), format!("[x]({})", AWA.unsubscribe));
    }

    #[test]
    fn a10_nothing_of_a_reader_is_filled_into_a_url() {
        for text in ["https://y.example/?{{ name }}", "{{name}}.y.example", "https://x.example/{{unsubscribe}}"] {
            assert_eq!([plain(text), html(text)], [text, text]);
            assert!(is_misused(text) && is_misused_in_html(text), "{text}");
        }
        for text in [
            "<a href=\"https://y.example/?{{unsubscribe}}\">x</a>",
            "<a href=\"{{name}}\">x</a>",
            "<a href=\"https://y.example/\" title=\"{{name}}\">x</a>",
        ] {
            assert_eq!(html(text), text);
            assert!(is_misused_in_html(text), "{text}");
        }
        assert!(is_misused_in_html("<a href=\"https://y.example/%7b%7Bname%7D%7d\">"), "as an author wrote it");
        assert!(is_misused("{{mail}}"), "which is not for authors");
        // The token of the mail is filled only into the portal's own URLs.
        let own = "https://x.example/announcements/1?mail=";
        assert_eq!(plain(&format!("{own}{{{{mail}}}}")), format!("{own}abc"));
        assert_eq!(html(&format!("<a href=\"{own}{{{{ mail }}}}\">")), format!("<a href=\"{own}abc\">"));
        for text in ["https://x.example.y.example/?{{mail}}", "{{mail}}"] {
            assert_eq!([plain(text), html(text)], [text, text]);
        }
        for text in ["{{name}}", "({{unsubscribe}})", "https://y.example {{name}}"] {
            assert!(!is_misused(text) && !is_misused_in_html(text), "{text}");
        }
        assert!(is_disguised("{{name}}", "&#123;{name}}") && !is_disguised("{{name}}", "{{ name }}"));
    }

    #[test]
    fn what_is_no_place_is_text() {
        for text in ["{{", "{{ }}", "{ {name} }", "{{ a b }} }}", "{{Name}}", "{{ name", "{{ nmae }}"] {
            assert_eq!(plain(text), text);
            assert!(!is_personal(text), "{text}");
        }
        assert_eq!(Template::plain("{{{{ name }}", "").fill(&Values { name: "A", ..AWA }), "{{A");
        assert_eq!(Template::literal("{{ name }}").fill(&AWA), "{{ name }}");
    }

    #[test]
    fn braces_that_begin_no_place_are_found() {
        for (text, found) in [
            ("Dear {{ nmae }}, x", "{{ nmae }}"),
            ("{{ name }} {{ Name }}", "{{ Name }}"),
            ("{{ user.name }}", "{{ user.name }}"),
            ("x {{ name | upper }}", "{{ name | upper }}"),
            ("Dear {{ name", "{{ name"),
            ("Dear {{ name }\nof {{ administration }}", "{{ name }"),
            ("{{{ name }}}", "{{{ name }}"),
            ("\\{{ name }}", "{{ name }}"),
            ("{{}}", "{{}}"),
            ("https://evil.example/?{{ mail }}", "{{ mail }}"),
        ] {
            assert_eq!(misplaced(text), Some(found), "{text}");
        }
        for text in ["", "{{name}}{{ administration }} {{\nunsubscribe }}", "{ {x} } }}", "\\{\\{ nmae }}"] {
            assert_eq!(misplaced(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn goal_38_no_value_becomes_markup(name in "\\PC{0,40}") {
            let filled = Template::html("<p>{{ name }}</p>", "").fill(&Values { name: &name, ..AWA });
            let inside = filled.strip_prefix("<p>").and_then(|rest| rest.strip_suffix("</p>")).unwrap();
            prop_assert!(!inside.contains(['<', '>', '"', '\'']));
        }

        #[test]
        fn a_text_without_places_comes_back(text in "[^{]{0,80}") {
            prop_assert_eq!(Template::plain(&text, "").fill(&AWA), text);
        }
    }
}
