//! A page that is one list: its filters, a table, the way on, and what can be begun from it.

use askama::Template;

use super::form_page::Field;
use super::{FormState, Listing, Page, PageResult, Shown, Table};

/// A page that is one list.
#[derive(Template)]
#[template(path = "list_page.html")]
pub struct ListPage<'a> {
    page: &'a Page,
    /// The way to what it belongs to; empty where it stands alone.
    above: Shown,
    title: String,
    paragraphs: Vec<String>,
    form: FormState,
    filters: Vec<Field>,
    /// The button of the filters.
    filter: String,
    listing: Listing,
    table: Table,
    buttons: Vec<Shown>,
    links: Vec<Shown>,
    /// Where it leads back to, below the list; empty where nowhere.
    back: Shown,
}

impl<'a> ListPage<'a> {
    /// A list with this title.
    #[must_use]
    pub fn new(page: &'a Page, title: String, table: Table) -> Self {
        Self {
            page,
            above: Shown::default(),
            title,
            paragraphs: Vec::new(),
            form: FormState::default(),
            filters: Vec::new(),
            filter: page.text("list-filter"),
            listing: Listing::default(),
            table,
            buttons: Vec::new(),
            links: Vec::new(),
            back: Shown::default(),
        }
    }

    /// The same with the way to what it belongs to.
    #[must_use]
    pub fn below(self, above: Shown) -> Self {
        Self { above, ..self }
    }

    /// The same with one more paragraph above the list.
    #[must_use]
    pub fn saying(mut self, paragraph: String) -> Self {
        self.paragraphs.push(paragraph);
        self
    }

    /// The same with a form of filters, whose values are those of this list; a value that was refused is told there.
    #[must_use]
    pub fn with_filters(self, form: FormState, filters: Vec<Field>) -> Self {
        Self { form, filters, ..self }
    }

    /// The same with another word on the button of its filters.
    #[must_use]
    pub fn finding(self, filter: String) -> Self {
        Self { filter, ..self }
    }

    /// The same with the way on.
    #[must_use]
    pub fn with_listing(self, listing: Listing) -> Self {
        Self { listing, ..self }
    }

    /// The same with what can be begun from it.
    #[must_use]
    pub fn with_buttons(self, buttons: Vec<Shown>) -> Self {
        Self { buttons, ..self }
    }

    /// The same with links to other pages.
    #[must_use]
    pub fn with_links(self, links: Vec<Shown>) -> Self {
        Self { links, ..self }
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
        self.page.show_form(&self.form, self)
    }
}
