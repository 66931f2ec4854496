//! The content of a page behind a mailed link: facts, paragraphs, lists, links, and at most one form, in the layout of
//! all pages (`crate::web`).
//!
//! The texts are `page-<key>`, with the paragraphs in `.body` and the button in `.button`; paragraphs that begin with a
//! dash are the items of a list. A form that was accepted leads to the page of its outcome ([`Page::lead`]), which has
//! no token and can be loaded again: what it says travels sealed in its address, and for an hour.

use std::fmt::Display;
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde::{Deserialize, Serialize};

use crate::app::Portal;
use crate::error::{Error, OrInternal as _};
use crate::http::problem::Problem;
use crate::i18n::{Args, Language};
use crate::time::Timestamp;
use crate::web::{self, Facts, Field, FormState, Shown};

/// The answer of a page, before the middleware renders errors.
pub(super) type Answer = Result<HttpResponse, Error>;

/// The token of a link.
#[derive(Deserialize)]
pub(super) struct Token {
    #[serde(default)]
    pub(super) token: String,
}

/// The page of an outcome.
pub(super) const DONE: &str = "/done";
/// For how long it can be opened.
const LIFE: Duration = Duration::from_hours(1);
/// What its seal is bound to.
const PURPOSE: &str = "outcome of a form";
/// The values of the texts of outcomes.
const VALUES: [&str; 6] = ["password", "organisation", "role", "topic", "address", "minutes"];

/// What a page of an outcome says.
#[derive(Serialize, Deserialize)]
struct Outcome {
    until: Timestamp,
    key: String,
    args: Vec<(String, String)>,
    language: Option<Language>,
    ways: Vec<(String, String)>,
}

/// A paragraph, or the items of a list.
struct Block {
    text: String,
    items: Vec<String>,
}

/// The paragraphs and lists of a text.
fn blocks(body: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    for text in body.split("\n\n").filter(|text| !text.is_empty()) {
        let Some(item) = text.strip_prefix("– ").map(str::to_owned) else {
            blocks.push(Block { text: text.to_owned(), items: Vec::new() });
            continue;
        };
        match blocks.last_mut().filter(|last| !last.items.is_empty()) {
            Some(list) => list.items.push(item),
            None => blocks.push(Block { text: String::new(), items: vec![item] }),
        }
    }
    blocks
}

/// A page before it is put into words.
pub(super) struct Page<'a> {
    portal: &'a Portal,
    request: HttpRequest,
    language: Language,
    key: String,
    args: Args,
    /// The heading, if it is not the page's own title.
    heading: Option<String>,
    /// What is wrong, and the seconds after which a new try makes sense.
    fault: Option<(Problem, Option<u32>)>,
    facts: Facts,
    links: Vec<Shown>,
    /// The same as addresses and keys, in the page of an outcome.
    ways: Vec<(String, String)>,
    /// The language of the link, where that is known.
    of_link: Option<Language>,
    form: Option<Form>,
    values: FormState,
    status: StatusCode,
    /// Whether it tells of a failure, with what to quote when asking for help.
    is_failure: bool,
    /// Whether it asks for a password, which a script can show.
    has_password: bool,
}

/// A form, whose values are those of the page.
struct Form {
    action: String,
    hidden: Vec<&'static str>,
    fields: Vec<Field>,
    button: String,
}

#[derive(Template)]
#[template(path = "message.html")]
struct Message<'a> {
    page: &'a web::Page,
    title: String,
    facts: Facts,
    parts_of_body: Vec<Block>,
    links: Vec<Shown>,
    /// Values and errors; without a form, the errors alone.
    form: &'a FormState,
    asked: Option<Form>,
    is_failure: bool,
}

impl<'a> Page<'a> {
    /// The page whose texts have the keys `page-<key>`.
    pub(super) fn new(portal: &'a Portal, request: &HttpRequest, key: &str) -> Self {
        let mut page = Self {
            portal,
            request: request.clone(),
            language: Language::En,
            key: key.to_owned(),
            args: Vec::new(),
            heading: None,
            fault: None,
            facts: Facts::default(),
            links: Vec::new(),
            ways: Vec::new(),
            of_link: None,
            form: None,
            values: FormState::default(),
            status: StatusCode::OK,
            is_failure: false,
            has_password: false,
        };
        page.speak(web::Page::language_of(request));
        page
    }

    /// The page of a failure: its title is the reason, and its text what to do next (`page-failed`).
    pub(super) fn failed(portal: &'a Portal, request: &HttpRequest, error: &Error) -> Self {
        let mut page = Self::new(portal, request, "failed");
        page.heading = Some(page.problem(error).title);
        page.is_failure = true;
        page.fault(error).link("/", "home")
    }

    fn speak(&mut self, language: Language) {
        self.language = language.catalogue();
        self.args.retain(|(name, _)| *name != "community");
        self.args.push(("community", self.portal.community.name_in(self.language).to_owned()));
    }

    /// The text for a key, in the language of the page.
    pub(super) fn text(&self, key: &str) -> String {
        self.portal.catalogue.text(self.language, key, &self.args)
    }

    /// Sets the language to the reader's, if known.
    pub(super) fn in_language(mut self, language: Language) -> Self {
        self.speak(language);
        self.of_link = Some(language);
        self
    }

    /// A value for the placeholders of its texts.
    pub(super) fn with(mut self, name: &'static str, value: &str) -> Self {
        self.args.push((name, value.to_owned()));
        self
    }

    /// What is known, above its paragraphs.
    pub(super) fn about(self, facts: Facts) -> Self {
        Self { facts, ..self }
    }

    /// A form that posts to `action`; its button reads `page-<key>.button`.
    pub(super) fn form(mut self, action: &str) -> Self {
        let button = self.text(&format!("page-{}.button", self.key));
        self.form = Some(Form { action: action.to_owned(), hidden: Vec::new(), fields: Vec::new(), button });
        self
    }

    /// A hidden field.
    pub(super) fn hidden(mut self, name: &'static str, value: &str) -> Self {
        if let Some(form) = &mut self.form {
            form.hidden.push(name);
        }
        self.value(name, value)
    }

    /// A value that a field begins with.
    pub(super) fn value(self, name: &str, value: impl Display) -> Self {
        Self { values: self.values.with(name, value), ..self }
    }

    /// A label of a field in place of the usual one.
    pub(super) fn labelled(self, name: &str, label: String) -> Self {
        Self { values: self.values.labelled(name, label), ..self }
    }

    /// The field of a password that is chosen here, of at least `min` characters.
    pub(super) fn new_password(mut self, min: usize) -> Self {
        self.has_password = true;
        self.with("min", &min.to_string()).input("password", "password", "new-password", "")
    }

    /// A field labelled `field-<name>`, with the hint `field-<name>.hint` unless that is a dash.
    pub(super) fn input(self, name: &'static str, kind: &'static str, autocomplete: &'static str, value: &str) -> Self {
        let hint = self.text(&format!("field-{name}.hint"));
        let hint = if hint == "-" { String::new() } else { hint };
        self.field(Field::line(name, kind).hinted(hint).completed(autocomplete)).value(name, value)
    }

    /// A field.
    pub(super) fn field(mut self, field: Field) -> Self {
        if let Some(form) = &mut self.form {
            form.fields.push(field);
        }
        self
    }

    /// A link labelled `link-<key>`.
    pub(super) fn link(mut self, href: &str, key: &str) -> Self {
        let label = self.text(&format!("link-{key}"));
        self.links.push(Shown::text(label).leading_to(href));
        self.ways.push((href.to_owned(), key.to_owned()));
        self
    }

    /// A link to the description of the API, where it is served.
    pub(super) fn link_docs(self) -> Self {
        if self.portal.has_docs { self.link("/docs/", "docs") } else { self }
    }

    /// Shows an error above the content of the page.
    pub(super) fn fault(mut self, error: &Error) -> Self {
        let retry_after = if let Error::Refused(refusal) = error { refusal.retry_after } else { None };
        self.fault = Some((self.problem(error), retry_after));
        self
    }

    fn problem(&self, error: &Error) -> Problem {
        Problem::new(error, &self.portal.catalogue, self.language, "")
    }

    /// There is nothing here, which the page says in its own words.
    pub(super) fn missing(mut self) -> Self {
        self.status = StatusCode::NOT_FOUND;
        self
    }

    /// Leads to this page as the page of an outcome, after a form was accepted.
    pub(super) fn lead(self) -> Answer {
        let page = web::Page::of(&self.request)?;
        let site = page.site();
        let outcome = Outcome {
            until: site.clock.now().plus(LIFE),
            key: self.key,
            args: self.args.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
            language: self.of_link,
            ways: self.ways,
        };
        let sealed = site.seal(PURPOSE, &serde_json::to_vec(&outcome).or_internal()?)?;
        Ok(page.lead_to(&format!("{DONE}?outcome={sealed}")).finish())
    }

    /// The page of an outcome; none where it is over, or was not sealed here.
    pub(super) fn told(portal: &'a Portal, request: &HttpRequest, sealed: &str) -> Option<Self> {
        let payload = portal.site.open(PURPOSE, sealed)?;
        let outcome: Outcome = serde_json::from_slice(&payload).ok()?;
        if portal.site.clock.now() > outcome.until {
            return None;
        }
        let mut page = Self::new(portal, request, &outcome.key);
        if let Some(language) = outcome.language {
            page = page.in_language(language);
        }
        for name in VALUES {
            if let Some((_, value)) = outcome.args.iter().find(|(known, _)| known == name) {
                page = page.with(name, value);
            }
        }
        Some(outcome.ways.iter().fold(page, |page, (href, key)| page.link(href, key)))
    }

    /// The answer.
    pub(super) fn respond(self) -> Result<HttpResponse, Error> {
        let title = self.text(&format!("page-{}", self.key));
        let body = self.text(&format!("page-{}.body", self.key));
        let page = web::Page::of(&self.request)?.in_language(self.language);
        let page = if self.has_password { page.with_scripts() } else { page };
        let missing = self.text(web::MISSING);
        let mut form = self.values.clone();
        if let Some((problem, retry_after)) = self.fault {
            let detail = problem.detail.clone();
            form = form.with_problem(problem, retry_after, &missing);
            // The heading is the title already.
            for error in form.errors.iter_mut().filter(|error| self.is_failure && error.field.is_empty()) {
                error.text.clone_from(&detail);
            }
        }
        let content = Message {
            page: &page,
            title: self.heading.unwrap_or(title),
            facts: self.facts,
            parts_of_body: blocks(&body),
            links: self.links,
            form: &form,
            asked: self.form,
            is_failure: self.is_failure,
        };
        if self.status == StatusCode::OK {
            page.show_form(&form, &content)
        } else {
            page.answer(self.status, None, &content)
        }
    }
}
