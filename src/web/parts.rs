//! Parts of pages that many features show: values, facts and tables, written by `templates/parts.html`.
//!
//! A handler fills them with texts in the language of the page, so that the template has no decisions to make.

use std::borrow::Borrow;
use std::fmt::Display;
use std::time::Duration;

use super::Page;
use crate::time::Timestamp;

/// A day.
const DAY: Duration = Duration::from_hours(24);

/// How a value is marked up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Markup {
    /// A text in the language of the page.
    #[default]
    Text,
    /// A name, whose direction is its own.
    Name,
    /// A code, an address or a number, from left to right.
    Code,
    /// A number that stands at the end of its column.
    Number,
}

/// A value as a page shows it.
#[derive(Clone, Debug, Default)]
pub struct Shown {
    /// Its text.
    pub text: String,
    /// The instant, for `datetime`; empty for other values.
    pub datetime: String,
    /// Where it links to; empty where it does not.
    pub href: String,
    /// How its text goes on for those who hear it; empty where all of it is seen.
    pub unseen: String,
    /// What is below it, each in a line of its own.
    pub further: Vec<Self>,
    markup: Markup,
}

impl Shown {
    /// A text in the language of the page.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// The name of a person.
    #[must_use]
    pub fn name(text: impl Into<String>) -> Self {
        Self { markup: Markup::Name, ..Self::text(text) }
    }

    /// A code, an address or a number.
    #[must_use]
    pub fn code(text: impl Display) -> Self {
        Self { markup: Markup::Code, ..Self::text(text.to_string()) }
    }

    /// A number in a column of numbers.
    #[must_use]
    pub fn number(number: impl Display) -> Self {
        Self { markup: Markup::Number, ..Self::text(number.to_string()) }
    }

    /// The name of a deed that ends with its object, which is heard and not seen: its row shows it.
    fn deed(whole: &str, object: &str) -> Self {
        let at_end = whole.rsplit_once(object).filter(|(_, end)| !object.is_empty() && !end.contains(' '));
        match at_end.and_then(|(begin, end)| Some((begin.rsplit_once(' ')?, end))) {
            Some(((deed, open), end)) => Self { unseen: format!(" {open}{object}{end}"), ..Self::text(deed) },
            None => Self::text(whole),
        }
    }

    /// A text that says an instant.
    #[must_use]
    pub fn at(at: Timestamp, text: String) -> Self {
        Self { datetime: at.minute(), ..Self::text(text) }
    }

    /// An instant, to the minute.
    #[must_use]
    pub fn moment(page: &Page, at: Timestamp) -> Self {
        Self::at(at, page.say("shown-moment", "at", at))
    }

    /// An instant, of which the day matters.
    #[must_use]
    pub fn day(page: &Page, at: Timestamp) -> Self {
        Self::at(at, page.say("shown-day", "at", at))
    }

    /// How long something waits, in whole days.
    #[must_use]
    pub fn age(page: &Page, since: Timestamp) -> Self {
        let days = page.site().clock.now().since(since).as_secs() / DAY.as_secs();
        Self::at(since, page.say("shown-age", "days", days))
    }

    /// The same as a link.
    #[must_use]
    pub fn leading_to(self, href: impl Into<String>) -> Self {
        Self { href: href.into(), ..self }
    }

    /// The same with these values below it.
    #[must_use]
    pub fn above(self, further: Vec<Self>) -> Self {
        Self { further, ..self }
    }

    /// Whether it is a number in a column of numbers.
    #[must_use]
    pub fn is_number(&self) -> bool {
        self.markup == Markup::Number
    }

    /// Whether it is a name.
    #[must_use]
    pub fn is_name(&self) -> bool {
        self.markup == Markup::Name
    }

    /// Whether it is a code.
    #[must_use]
    pub fn is_code(&self) -> bool {
        self.markup == Markup::Code
    }
}

impl Page {
    /// The name of a deed, a text whose value `name` is its object ([`Shown::deed`]).
    #[must_use]
    pub fn deed(&self, key: &str, name: &str, object: impl Display) -> Shown {
        let object = object.to_string();
        Shown::deed(&self.text_with(key, &[(name, object.clone())]), &object)
    }
}

/// A value and what it is.
#[derive(Clone, Debug)]
pub struct Fact {
    /// What it is.
    pub label: String,
    /// The value.
    pub value: Shown,
}

/// What is known of one thing, in order. What is empty is left out.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// Values, none of them empty.
    pub entries: Vec<Fact>,
}

impl Facts {
    /// The same with a value, where it is not empty.
    #[must_use]
    pub fn with(mut self, label: String, value: Shown) -> Self {
        if !value.text.is_empty() {
            self.entries.push(Fact { label, value });
        }
        self
    }

    /// The same with a value that may be absent.
    #[must_use]
    pub fn with_some(self, label: String, value: Option<Shown>) -> Self {
        match value {
            Some(value) => self.with(label, value),
            None => self,
        }
    }
}

/// One of several views of the same page or thing.
#[derive(Clone, Debug)]
pub struct Tab {
    /// What it shows.
    pub label: String,
    /// Its address.
    pub address: String,
    /// Whether it is shown now.
    pub is_current: bool,
}

impl Tab {
    /// The view at this address.
    #[must_use]
    pub fn new(label: String, address: impl Into<String>, is_current: bool) -> Self {
        Self { label, address: address.into(), is_current }
    }
}

/// A row of a table.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its anchor; empty where it has none.
    pub anchor: String,
    /// Its cells, each with the head of its column. The first one is the head of the row.
    pub cells: Vec<Fact>,
}

/// A table.
#[derive(Clone, Debug)]
pub struct Table {
    /// Its name.
    pub caption: String,
    /// What is said where it has no rows.
    pub none: String,
    /// The heads of the columns.
    pub heads: Vec<String>,
    /// The rows.
    pub rows: Vec<Row>,
}

impl Table {
    /// A table without rows. The texts are `<key>.caption` and `<key>.none`, and `th-<name>` for each column.
    #[must_use]
    pub fn new(page: &Page, key: &str, columns: &[&str]) -> Self {
        Self {
            caption: page.text(&format!("{key}.caption")),
            none: page.text(&format!("{key}.none")),
            heads: columns.iter().map(|name| page.text(&format!("th-{name}"))).collect(),
            rows: Vec::new(),
        }
    }

    /// Whether a column has numbers.
    #[must_use]
    pub fn is_number(&self, column: impl Borrow<usize>) -> bool {
        let cell = self.rows.first().and_then(|row| row.cells.get(*column.borrow()));
        cell.is_some_and(|cell| cell.value.is_number())
    }

    /// The same without the columns among these, by their places, in which all rows are empty.
    #[must_use]
    pub fn without_empty(mut self, columns: &[usize]) -> Self {
        let is_empty = |place: &usize| {
            let mut cells = self.rows.iter().filter_map(|row| row.cells.get(*place)).peekable();
            cells.peek().is_some() && cells.all(|cell| cell.value.text.is_empty())
        };
        let mut empty: Vec<usize> = columns.iter().copied().filter(is_empty).collect();
        // From the last one, so that the places of the others stay.
        empty.sort_unstable();
        for place in empty.into_iter().rev() {
            self.heads.remove(place);
            for row in self.rows.iter_mut().filter(|row| place < row.cells.len()) {
                row.cells.remove(place);
            }
        }
        self
    }

    /// Adds a row.
    pub fn push(&mut self, cells: Vec<Shown>) {
        self.push_at(String::new(), cells);
    }

    /// Adds a row with an anchor.
    pub fn push_at(&mut self, anchor: String, cells: Vec<Shown>) {
        let labelled = self.heads.iter().cloned().zip(cells);
        let cells = labelled.map(|(label, value)| Fact { label, value }).collect();
        self.rows.push(Row { anchor, cells });
    }
}

#[cfg(test)]
mod tests {
    use super::Shown;

    #[test]
    fn of_a_deed_only_the_object_is_not_shown() {
        let deed = |whole: &str, object: &str| {
            let shown = Shown::deed(whole, object);
            assert_eq!(format!("{}{}", shown.text, shown.unseen), whole, "all of it is heard");
            shown.text
        };
        assert_eq!(deed("Grant (Senegal)", "Senegal"), "Grant");
        assert_eq!(deed("Modifier «\u{a0}Études de cas\u{a0}»", "Études de cas"), "Modifier");
        assert_eq!(deed("End all", "all"), "End");
        for whole in ["Send it again", "Retirer", ""] {
            assert_eq!([deed(whole, "it"), deed(whole, "")], [whole, whole]);
        }
    }
}
