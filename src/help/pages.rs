//! Pages of help: a title, what it is about, and a heading with a paragraph for each question.

use askama::Template;

use crate::identity::guards::Visitor;
use crate::web::{Page, PageResult, Pages, Shown};

/// The routes of these pages.
#[must_use]
pub fn routes() -> Pages {
    Pages::new()
        .page("/help", entry)
        .page("/help/second-factor", second_factor)
        .page("/help/keyboard", keyboard)
        .page("/help/roles", roles)
        .page("/help/survey-method", survey_method)
        .page("/accessibility", accessibility)
}

/// The pages that the entry leads to: the key of the title, the key of what it is about, and the address.
const ENTRIES: [(&str, &str, &str); 8] = [
    ("page-help-roles", "help-entry-roles", "/help/roles"),
    ("page-help-second-factor", "help-entry-second-factor", "/help/second-factor"),
    ("page-help-keyboard", "help-entry-keyboard", "/help/keyboard"),
    ("page-help-survey-method", "help-entry-survey-method", "/help/survey-method"),
    ("page-address-book", "help-entry-address-book", "/help/address-book"),
    ("page-authoring-markdown", "help-entry-markdown", "/help/markdown"),
    ("layout-privacy", "help-entry-privacy", "/privacy"),
    ("page-accessibility", "help-entry-accessibility", "/accessibility"),
];

/// The questions of each page.
const SECOND_FACTOR: [&str; 6] = ["why", "app", "passkey", "codes", "lost", "new-phone"];
const KEYBOARD: [&str; 5] = ["skip", "move", "forms", "lists", "zoom"];
const ROLES: [&str; 6] = ["ncp", "contributor", "coordinator", "secretariat", "auditor", "partner"];
const SURVEY_METHOD: [&str; 10] =
    ["counted", "shares", "hidden", "word", "regions", "later", "several", "known", "remains", "audit"];
const ACCESSIBILITY: [&str; 5] = ["aim", "works", "limits", "tested", "tell"];

/// The entry to all help.
#[derive(Template)]
#[template(path = "help/entry.html")]
struct EntryPage<'a> {
    page: &'a Page,
    entries: Vec<Entry>,
}

/// A page of help.
struct Entry {
    address: &'static str,
    title: String,
    about: String,
}

/// A page of questions and answers.
#[derive(Template)]
#[template(path = "help/page.html")]
struct HelpPage<'a> {
    page: &'a Page,
    title: String,
    about: String,
    sections: Vec<Section>,
    links: Vec<Shown>,
}

/// A heading, and what it heads.
struct Section {
    heading: String,
    body: String,
}

impl<'a> HelpPage<'a> {
    /// The page with this title, and the texts `help-<name>` and `help-<name>-<question>`.
    fn new(page: &'a Page, title: &str, name: &str, questions: &[&str]) -> Self {
        let section = |question: &&str| {
            let key = format!("help-{name}-{question}");
            Section { heading: page.text(&key), body: page.text(&format!("{key}.body")) }
        };
        Self {
            page,
            title: page.text(title),
            about: page.text(&format!("help-{name}")),
            sections: questions.iter().map(section).collect(),
            links: vec![Shown::text(page.text("help-to-entry")).leading_to("/help")],
        }
    }

    fn leading_to(mut self, key: &str, address: &str) -> Self {
        self.links.insert(0, Shown::text(self.page.text(key)).leading_to(address));
        self
    }
}

async fn entry(_: Visitor, page: Page) -> PageResult {
    let entry = |(title, about, address): (&str, &str, &'static str)| Entry {
        address,
        title: page.text(title),
        about: page.text(about),
    };
    page.show(&EntryPage { page: &page, entries: ENTRIES.into_iter().map(entry).collect() })
}

async fn second_factor(_: Visitor, page: Page) -> PageResult {
    let help = HelpPage::new(&page, "page-help-second-factor", "second-factor", &SECOND_FACTOR);
    page.show(&help.leading_to("help-to-security", "/account/security"))
}

async fn keyboard(_: Visitor, page: Page) -> PageResult {
    page.show(&HelpPage::new(&page, "page-help-keyboard", "keyboard", &KEYBOARD))
}

async fn roles(_: Visitor, page: Page) -> PageResult {
    page.show(&HelpPage::new(&page, "page-help-roles", "roles", &ROLES))
}

async fn survey_method(_: Visitor, page: Page) -> PageResult {
    let help = HelpPage::new(&page, "page-help-survey-method", "survey-method", &SURVEY_METHOD);
    page.show(&help.leading_to("link-results", "/results"))
}

async fn accessibility(_: Visitor, page: Page) -> PageResult {
    page.show(&HelpPage::new(&page, "page-accessibility", "accessibility", &ACCESSIBILITY))
}
