//! Texts with places for what they say of one reader alone: `{{ name }}`, `{{ administration }}`, `{{ unsubscribe }}`.
//!
//! A text is taken apart once and filled for each reader. What fills a place is written so that it stays what it is: literal
//! in plain text, escaped in HTML, percent-encoded in the middle of a link. There is no more to the language: what authors
//! want beyond that they write as variants. Two braces that begin none of these are refused when the text is written
//! ([`misplaced`]), so that no reader gets a slip of the pen; who means them writes `\{\{`, as Markdown has it.

/// What a place stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot {
    /// The reader's name.
    Name,
    /// The reader's organisation, in the language of the text.
    Administration,
    /// The link by which the reader leaves the topic.
    Unsubscribe,
    /// What stands for the mail in links of ours (`token`): who has it speaks for the reader, so no author gets it.
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
    const ALL: [Self; 4] = [Self::Name, Self::Administration, Self::Unsubscribe, Self::Mail];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Administration => "administration",
            Self::Unsubscribe => "unsubscribe",
            Self::Mail => "mail",
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
        Self::read(text, ends_in_url, Form::Plain)
    }

    /// HTML of ours.
    #[must_use]
    pub fn html(text: &str) -> Self {
        Self::read(text, ends_in_link, Form::Html)
    }

    /// `ends_in_link` says whether a link has begun and not ended, from whether one had at the place before and what stands since.
    fn read(text: &str, ends_in_link: impl Fn(bool, &str) -> bool, form: Form) -> Self {
        let mut pieces = Vec::new();
        let (mut kept, mut seen, mut in_link) = (0, 0, false);
        for place in places(text) {
            let before = text.get(kept..place.start).unwrap_or_default();
            in_link = ends_in_link(in_link, text.get(seen..place.start).unwrap_or_default());
            pieces.push(Piece::Text(before.to_owned()));
            pieces.push(Piece::Place(place.slot, if in_link { Form::Link } else { form }));
            (kept, seen) = (place.end, place.start);
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

/// The first two braces of a Markdown text that begin none of its places, and what follows them.
#[must_use]
pub fn misplaced(text: &str) -> Option<&str> {
    let mut from = 0;
    for place in places(text) {
        // Behind a backslash Markdown takes one of its braces for text; a third is a slip from another language.
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

/// Whether a text says something of its reader alone.
#[must_use]
pub fn is_personal(text: &str) -> bool {
    places(text).next().is_some()
}

/// How many places a text has.
#[must_use]
pub fn count(text: &str) -> usize {
    places(text).count()
}

/// Whether a text has a place for this.
#[must_use]
pub fn holds(text: &str, slot: Slot) -> bool {
    places(text).any(|place| place.slot == slot)
}

/// The text, its places without spaces: no line is broken in one, and Markdown takes one for where a link leads.
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

/// HTML whose links have their places again, which were percent-encoded when it was made. Where a link leads is not for a name to
/// say: what begins with one stays as it is.
#[must_use]
pub fn restore_in_links(html: &str) -> String {
    Slot::ALL.iter().fold(html.to_owned(), |html, slot| {
        let (place, encoded) = (format!("{{{{{}}}}}", slot.as_str()), format!("%7B%7B{}%7D%7D", slot.as_str()));
        let html = html.replace(&encoded, &place);
        if *slot == Slot::Unsubscribe {
            return html;
        }
        html.replace(&format!("href=\"{place}"), &format!("href=\"{encoded}"))
    })
}

/// A place in a text, such as `{{ name }}`.
struct Place {
    start: usize,
    end: usize,
    slot: Slot,
}

/// The places, found in one walk: no name has a brace in it.
fn places(text: &str) -> impl Iterator<Item = Place> {
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
                return Some(Place { start, end: from, slot });
            }
            // Braces around something else are text; a place may begin within them.
            from = start + 1;
        }
    })
}

/// Whether a URL has begun and not ended.
fn ends_in_url(had_begun: bool, since: &str) -> bool {
    match since.rsplit_once(|c: char| c.is_whitespace() || "()<>[]\"".contains(c)) {
        Some((_, word)) => word.contains("://"),
        None => had_begun || since.contains("://"),
    }
}

/// Whether an `href` has begun and not ended.
fn ends_in_link(had_begun: bool, since: &str) -> bool {
    match since.rsplit_once("href=\"") {
        Some((_, since)) => !since.contains('"'),
        None => had_begun && !since.contains('"'),
    }
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
    fn what_is_no_place_is_text() {
        for text in ["{{", "{{ }}", "{ {name} }", "{{ a b }} }}", "{{Name}}", "{{ name", "{{ nmae }}"] {
            assert_eq!(Template::plain(text).fill(&AWA), text);
            assert!(!is_personal(text), "{text}");
        }
        assert_eq!(Template::plain("{{{{ name }}").fill(&Values { name: "A", ..AWA }), "{{A");
        assert_eq!(Template::literal("{{ name }}").fill(&AWA), "{{ name }}");
        let link = Template::plain("(https://x.example/?m={{name}}) {{name}}");
        assert_eq!(link.fill(&Values { name: "A B", ..AWA }), "(https://x.example/?m=A+B) A B");
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
