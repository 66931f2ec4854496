//! A page that is one form: what it is about, what it brings about, its fields, one button, and the way back.
//!
//! Each deed that has a page of its own is such a page: it names the object and the consequence, and only its button
//! acts. The form posts to the address of the page. Where somebody else has changed the thing meanwhile, a table
//! shows each field with its value of now and the one that was sent.

use actix_web::http::StatusCode;
use askama::Template;

use super::edits::{Choice, Difference};
use super::parts::{Facts, Table};
use super::{FILE, FormState, LOADED, Page, PageResult, Shown};
use crate::error::Error;

/// What a field looks like: the `type` of an input, or an element of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Input(&'static str),
    Area,
    Select,
    Radios,
    Checkboxes,
    File,
    Hidden,
}

/// A field of a form, as a handler describes it. Its label is that of the form ([`FormState::label`]).
#[derive(Clone, Debug)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// What helps to fill it in; may be empty.
    pub hint: String,
    /// The values to choose from.
    pub choices: Vec<Choice>,
    /// What a browser may fill in; empty for nothing.
    pub autocomplete: &'static str,
    /// The endings and media types of files that the browser offers first; empty where it is no file.
    pub accept: &'static str,
    /// The summary behind which it is folded, if few people fill it in; empty if it is always shown.
    pub fold: String,
    kind: Kind,
}

impl Field {
    const fn new(name: &'static str, kind: Kind) -> Self {
        Self { name, hint: String::new(), choices: Vec::new(), autocomplete: "", accept: "", fold: String::new(), kind }
    }

    /// One line: `kind` is the `type` of the input.
    #[must_use]
    pub const fn line(name: &'static str, kind: &'static str) -> Self {
        Self::new(name, Kind::Input(kind))
    }

    /// Several lines.
    #[must_use]
    pub const fn area(name: &'static str) -> Self {
        Self::new(name, Kind::Area)
    }

    /// One of these values.
    #[must_use]
    pub fn select(name: &'static str, choices: Vec<Choice>) -> Self {
        Self { choices, ..Self::new(name, Kind::Select) }
    }

    /// One of these values, all of them in sight.
    #[must_use]
    pub fn radios(name: &'static str, choices: Vec<Choice>) -> Self {
        Self { choices, ..Self::new(name, Kind::Radios) }
    }

    /// Any of these values.
    #[must_use]
    pub fn checkboxes(name: &'static str, choices: Vec<Choice>) -> Self {
        Self { choices, ..Self::new(name, Kind::Checkboxes) }
    }

    /// A file (`web::FILE`), which makes the form one of several parts. It comes after the other fields.
    #[must_use]
    pub fn file(accept: &'static str) -> Self {
        Self { accept, ..Self::new(FILE, Kind::File) }
    }

    /// A value that is sent and not shown.
    #[must_use]
    pub const fn hidden(name: &'static str) -> Self {
        Self::new(name, Kind::Hidden)
    }

    /// The same with a hint.
    #[must_use]
    pub fn hinted(self, hint: String) -> Self {
        Self { hint, ..self }
    }

    /// The same behind this summary. It is in sight where it is filled in or wrong.
    #[must_use]
    pub fn folded(self, fold: String) -> Self {
        Self { fold, ..self }
    }

    /// The same for what the browser knows of its reader, as in `email`.
    #[must_use]
    pub fn completed(self, autocomplete: &'static str) -> Self {
        Self { autocomplete, ..self }
    }

    /// Whether it is a text of several lines.
    #[must_use]
    pub fn is_area(&self) -> bool {
        self.kind == Kind::Area
    }

    /// Whether it is a list of which one value is chosen.
    #[must_use]
    pub fn is_select(&self) -> bool {
        self.kind == Kind::Select
    }

    /// Whether it is a group of which one value is chosen.
    #[must_use]
    pub fn is_radios(&self) -> bool {
        self.kind == Kind::Radios
    }

    /// Whether it is a group of which any values are chosen.
    #[must_use]
    pub fn is_checkboxes(&self) -> bool {
        self.kind == Kind::Checkboxes
    }

    /// Whether it is a file.
    #[must_use]
    pub fn is_file(&self) -> bool {
        self.kind == Kind::File
    }

    /// Whether it is not shown.
    #[must_use]
    pub fn is_hidden(&self) -> bool {
        self.kind == Kind::Hidden
    }

    /// The `type` of its input.
    #[must_use]
    pub fn input(&self) -> &'static str {
        match self.kind {
            Kind::Input(kind) => kind,
            Kind::File => "file",
            Kind::Hidden => "hidden",
            Kind::Area | Kind::Select | Kind::Radios | Kind::Checkboxes => "text",
        }
    }
}

/// A page that is one form.
#[derive(Template)]
#[template(path = "form_page.html")]
pub struct FormPage<'a> {
    page: &'a Page,
    form: &'a FormState,
    title: String,
    facts: Facts,
    paragraphs: Vec<String>,
    /// Where it leads for help.
    links: Vec<Shown>,
    differences: Vec<Difference>,
    hidden: Vec<&'static str>,
    fields: Vec<Field>,
    has_file: bool,
    table: Option<Table>,
    button: String,
    /// What the label of the button does not say; may be empty.
    hint: String,
    /// Where the page leads in place of its form; empty where it has one.
    instead: Shown,
    is_danger: bool,
    back: Shown,
}

impl<'a> FormPage<'a> {
    /// A form about the thing or person `name`, with the texts `<key>` for the title, `<key>.body` for the
    /// consequence and `<key>.button`.
    #[must_use]
    pub fn new(page: &'a Page, form: &'a FormState, key: &str, name: &str) -> Self {
        let text = |key: &str| page.say(key, "name", name);
        Self {
            page,
            form,
            title: text(key),
            facts: Facts::default(),
            paragraphs: vec![text(&format!("{key}.body"))],
            links: Vec::new(),
            differences: Vec::new(),
            hidden: vec!["version", "key", LOADED],
            fields: Vec::new(),
            has_file: false,
            table: None,
            button: text(&format!("{key}.button")),
            hint: String::new(),
            instead: Shown::default(),
            is_danger: false,
            back: Shown::default(),
        }
    }

    /// The same about a thing of which this is known.
    #[must_use]
    pub fn about(self, facts: Facts) -> Self {
        Self { facts, ..self }
    }

    /// The same with one more paragraph.
    #[must_use]
    pub fn saying(mut self, paragraph: String) -> Self {
        self.paragraphs.push(paragraph);
        self
    }

    /// The same with a link to what helps to fill it in.
    #[must_use]
    pub fn with_link(mut self, href: &str, label: String) -> Self {
        self.links.push(Shown::text(label).leading_to(href));
        self
    }

    /// The same with these fields.
    #[must_use]
    pub fn with_fields(self, fields: Vec<Field>) -> Self {
        Self { has_file: fields.iter().any(Field::is_file), fields, ..self }
    }

    /// The same without its form, where that could not be filled in: it says why, and leads to what comes first. An
    /// empty way leads nowhere.
    #[must_use]
    pub fn leading_instead(self, reason: String, way: Shown) -> Self {
        Self { paragraphs: vec![reason], instead: way, button: String::new(), ..self }
    }

    /// The same with a hint at its button.
    #[must_use]
    pub fn hinted(self, hint: String) -> Self {
        Self { hint, ..self }
    }

    /// The same with a hidden field, beside `version` and `key`.
    #[must_use]
    pub fn with_hidden(mut self, name: &'static str) -> Self {
        self.hidden.push(name);
        self
    }

    /// The same with a table below the form that helps to fill it in.
    #[must_use]
    pub fn with_table(self, table: Table) -> Self {
        Self { table: Some(table), ..self }
    }

    /// The same with what somebody else has changed meanwhile.
    #[must_use]
    pub fn changed(self, differences: Vec<Difference>) -> Self {
        Self { differences, ..self }
    }

    /// The same for a deed that takes something away or sends something.
    #[must_use]
    pub fn dangerous(self) -> Self {
        Self { is_danger: true, ..self }
    }

    /// The same with the way back.
    #[must_use]
    pub fn back_to(self, href: impl Into<String>, label: String) -> Self {
        Self { back: Shown::text(label).leading_to(href), ..self }
    }

    /// The answer.
    ///
    /// # Errors
    /// Where the template fails.
    pub fn show(&self) -> PageResult {
        self.page.show_form(self.form, self)
    }
}

/// The form after a refusal; the error itself where another page tells it: a login or a proof of identity that is
/// missing, a right that is missing, a thing that is not there.
///
/// # Errors
/// That error.
pub fn returned(page: &Page, form: FormState, error: Error) -> Result<FormState, Error> {
    const OF_FORM: [StatusCode; 6] = [
        StatusCode::BAD_REQUEST,
        StatusCode::CONFLICT,
        StatusCode::PRECONDITION_FAILED,
        StatusCode::UNPROCESSABLE_ENTITY,
        StatusCode::TOO_MANY_REQUESTS,
        StatusCode::SERVICE_UNAVAILABLE,
    ];
    match &error {
        Error::Refused(refusal) if OF_FORM.contains(&refusal.status) => Ok(form.refused(page, &error)),
        _ => Err(error),
    }
}
