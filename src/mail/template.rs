//! Texts with places for what they say of one reader alone: `{{ name }}`, `{{ administration }}`, `{{ unsubscribe }}`.
//!
//! A text is taken apart once and filled for each reader. What fills a place is written so that it stays what it is: literal
//! in plain text, escaped in HTML, percent-encoded in the middle of a link. There is no more to the language: what authors
//! want beyond that they write as variants. A place that nobody knows is refused when the text is written ([`unknown`]).

/// What a place stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot {
    /// The reader's name.
    Name,
    /// The reader's organisation, in the language of the text.
    Administration,
    /// The link by which the reader leaves the topic.
    Unsubscribe,
    /// What stands for the mail in links of ours (`token`); no author needs it.
    Mail,
}

/// What fills the places for one reader.
#[derive(Clone, Copy, Debug, Default)]
pub struct Values<'a> {
    /// The reader's name.
    pub name: &'a str,
    /// The reader's organisation, in the language of the text.
    pub administration: &'a str,
    /// The link by which the reader leaves the topic.
    pub unsubscribe: &'a str,
    /// What stands for the mail in links.
    pub mail: &'a str,
}

/// How a value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Plain,
    Html,
    Link,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    Place(Slot, Form),
}

/// A text taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template(Vec<Piece>);

impl Slot {
    fn named(name: &str) -> Option<Self> {
        match name {
            "name" => Some(Self::Name),
            "administration" => Some(Self::Administration),
            "unsubscribe" => Some(Self::Unsubscribe),
            "mail" => Some(Self::Mail),
            _ => None,
        }
    }
}

impl Template {
    /// A text that is the same for everybody, whatever it says.
    #[must_use]
    pub fn literal(text: &str) -> Self {
        Self(vec![Piece::Text(text.to_owned())])
    }

    /// Plain text.
    #[must_use]
    pub fn plain(text: &str) -> Self {
        Self::read(text, |_before| Form::Plain)
    }

    /// HTML of ours.
    #[must_use]
    pub fn html(text: &str) -> Self {
        Self::read(text, |before| if ends_in_link(before) { Form::Link } else { Form::Html })
    }

    fn read(text: &str, form: impl Fn(&str) -> Form) -> Self {
        let mut pieces = Vec::new();
        let mut kept = 0;
        for place in places(text) {
            let Some(slot) = Slot::named(place.name) else { continue };
            let before = text.get(kept..place.start).unwrap_or_default();
            pieces.push(Piece::Text(before.to_owned()));
            pieces.push(Piece::Place(slot, form(text.get(..place.start).unwrap_or_default())));
            kept = place.end;
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
            // A link as a whole is no part of one.
            Form::Link if slot != Slot::Unsubscribe => {
                out.extend(url::form_urlencoded::byte_serialize(value.as_bytes()));
            }
            Form::Html | Form::Link => {
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

/// The first place in a text that stands for nothing we know.
#[must_use]
pub fn unknown(text: &str) -> Option<&str> {
    places(text).map(|place| place.name).find(|name| Slot::named(name).is_none())
}

/// Whether a text says something of its reader alone.
#[must_use]
pub fn is_personal(text: &str) -> bool {
    places(text).next().is_some()
}

/// Something like `{{ word }}` in a text.
struct Place<'a> {
    start: usize,
    end: usize,
    name: &'a str,
}

fn places(text: &str) -> impl Iterator<Item = Place<'_>> {
    let mut from = 0;
    std::iter::from_fn(move || {
        loop {
            let start = from + text.get(from..)?.find("{{")?;
            let inside = text.get(start + 2..)?;
            let length = inside.find("}}")?;
            let name = inside.get(..length)?.trim();
            if !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_') {
                from = start + 2 + length + 2;
                return Some(Place { start, end: from, name });
            }
            // Braces around something else are text; a place may begin within them.
            from = start + 1;
        }
    })
}

/// Whether an `href` has begun and not ended.
fn ends_in_link(before: &str) -> bool {
    before.rsplit_once("href=\"").is_some_and(|(_, since)| !since.contains('"'))
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

    #[test]
    fn goal_38_a_value_stays_what_it_is_wherever_it_stands() {
        assert_eq!(Template::plain("{{name}} – {{  name }}").fill(&AWA), format!("{0} – {0}", AWA.name));
        let html =
            Template::html("<p>{{ name }}</p><a href=\"https://x.example/?m={{name}}\">{{ administration }}</a>");
        assert_eq!(
            html.fill(&AWA),
            "<p>Awa &lt;b&gt; &amp; &quot;Co&quot;</p>\
             <a href=\"https://x.example/?m=Awa+%3Cb%3E+%26+%22Co%22\">Côte d’Ivoire</a>"
        );
        let link = Template::html("<a href=\"{{ unsubscribe }}\">x</a>");
        assert_eq!(link.fill(&AWA), "<a href=\"https://x.example/unsubscribe/abc\">x</a>");
    }

    #[test]
    fn what_is_no_place_is_text_and_what_nobody_knows_is_named() {
        for text in ["{{", "{{ }}", "{ {name} }", "{{ a b }} }}", "{{Name}}", "{{ name"] {
            assert_eq!(Template::plain(text).fill(&AWA), text);
            assert_eq!(unknown(text), None, "{text}");
        }
        assert_eq!(unknown("Dear {{ nmae }}"), Some("nmae"));
        assert_eq!(Template::plain("{{{{ name }}").fill(&Values { name: "A", ..AWA }), "{{A");
        assert_eq!(Template::literal("{{ name }}").fill(&AWA), "{{ name }}");
    }

    proptest! {
        #[test]
        fn goal_38_no_value_becomes_markup(name in "\\PC{0,40}") {
            let filled = Template::html("<p>{{ name }}</p>").fill(&Values { name: &name, ..AWA });
            let inside = filled.strip_prefix("<p>").and_then(|rest| rest.strip_suffix("</p>")).unwrap();
            prop_assert!(!inside.contains(['<', '>', '"', '\'']));
        }

        #[test]
        fn a_text_without_places_comes_back(text in "[^{]{0,80}") {
            prop_assert_eq!(Template::plain(&text).fill(&AWA), text);
        }
    }
}
