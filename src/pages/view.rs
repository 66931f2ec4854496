//! What a page shows, and how it becomes HTML.

use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY, REFERRER_POLICY};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use crate::app::Portal;
use crate::error::{Error, OrInternal as _};
use crate::http::envelope::RequestId;
use crate::http::language;
use crate::http::problem::Problem;
use crate::i18n::{Args, Language};
use actix_web::HttpMessage as _;

/// Its own style, forms to itself, nothing else.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src https:; form-action 'self'; \
                      frame-ancestors 'none'; base-uri 'none'";

/// A page before it is put into words.
pub(super) struct Page<'a> {
    portal: &'a Portal,
    language: Language,
    request_id: String,
    key: &'static str,
    args: Args,
    faults: Vec<String>,
    links: Vec<Link>,
    form: Option<Form>,
    article: Option<Article>,
    status: StatusCode,
}

/// What somebody wrote, in the place of our own texts.
struct Article {
    language: Language,
    title: String,
    html: String,
}

struct Link {
    href: String,
    label: String,
}

struct Form {
    action: String,
    fields: Vec<Field>,
    button: String,
}

/// A field of a form.
struct Field {
    name: &'static str,
    kind: &'static str,
    label: String,
    hint: String,
    value: String,
    autocomplete: &'static str,
    /// Of a choice: whether it is made.
    checked: bool,
}

#[derive(Template)]
#[template(path = "page.html")]
struct Html<'a> {
    language: &'static str,
    direction: &'static str,
    community: &'a str,
    logo_url: &'a str,
    title: String,
    paragraphs: Vec<String>,
    article: Option<Article>,
    faults: Vec<String>,
    links: Vec<Link>,
    form: Option<Form>,
    foot: String,
}

impl<'a> Page<'a> {
    /// The page whose texts stand under `page-<key>`.
    pub(super) fn new(portal: &'a Portal, request: &HttpRequest, key: &'static str) -> Self {
        let request_id = request.extensions().get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default();
        Self {
            portal,
            language: language(request),
            request_id,
            key,
            args: vec![("community", portal.community.name.clone())],
            faults: Vec::new(),
            links: Vec::new(),
            form: None,
            article: None,
            status: StatusCode::OK,
        }
    }

    /// The text for a key, in the language of the page.
    pub(super) fn text(&self, key: &str) -> String {
        self.portal.catalogue.text(self.language, key, &self.args)
    }

    /// The same in the language of the reader, where that is known.
    pub(super) fn in_language(mut self, language: Language) -> Self {
        self.language = language.catalogue();
        self
    }

    /// A value for the placeholders of its texts.
    pub(super) fn with(mut self, name: &'static str, value: &str) -> Self {
        self.args.push((name, value.to_owned()));
        self
    }

    /// A form that posts to `action`; its button reads `page-<key>.button`.
    pub(super) fn form(mut self, action: &str) -> Self {
        let button = self.text(&format!("page-{}.button", self.key));
        self.form = Some(Form { action: action.to_owned(), fields: Vec::new(), button });
        self
    }

    /// A field that nobody sees.
    pub(super) fn hidden(self, name: &'static str, value: &str) -> Self {
        self.field(Field {
            name,
            kind: "hidden",
            label: String::new(),
            hint: String::new(),
            value: value.to_owned(),
            autocomplete: "off",
            checked: false,
        })
    }

    /// What the choices that follow are about: `choices-<key>`.
    pub(super) fn choices(self, key: &str) -> Self {
        let label = self.text(&format!("choices-{key}"));
        self.choice("", "heading", "", label, false)
    }

    /// A choice: `radio` where one of several is made, `checkbox` where any may be.
    pub(super) fn choice(
        self,
        name: &'static str,
        kind: &'static str,
        value: &str,
        label: String,
        checked: bool,
    ) -> Self {
        let (hint, value) = (String::new(), value.to_owned());
        self.field(Field { name, kind, label, hint, value, autocomplete: "off", checked })
    }

    /// The field of a password that is chosen here, of at least `min` characters.
    pub(super) fn new_password(self, min: usize) -> Self {
        self.with("min", &min.to_string()).input("password", "password", "new-password", "")
    }

    /// A field labelled `field-<name>`.
    pub(super) fn input(self, name: &'static str, kind: &'static str, autocomplete: &'static str, value: &str) -> Self {
        let (label, hint) = (self.text(&format!("field-{name}")), self.text(&format!("field-{name}.hint")));
        let hint = if hint == "-" { String::new() } else { hint };
        self.field(Field { name, kind, label, hint, value: value.to_owned(), autocomplete, checked: false })
    }

    fn field(mut self, field: Field) -> Self {
        if let Some(form) = &mut self.form {
            form.fields.push(field);
        }
        self
    }

    /// A link labelled `link-<key>`.
    pub(super) fn link(mut self, href: &str, key: &str) -> Self {
        let label = self.text(&format!("link-{key}"));
        self.links.push(Link { href: href.to_owned(), label });
        self
    }

    /// Shows what somebody wrote in the place of the page's own texts. The HTML is safe already.
    pub(super) fn article(mut self, language: Language, title: String, html: String) -> Self {
        self.article = Some(Article { language, title, html });
        self
    }

    /// Shows what went wrong, above what the page has.
    pub(super) fn fault(mut self, error: &Error) -> Self {
        let problem = Problem::new(error, &self.portal.catalogue, self.language, &self.request_id);
        self.faults = if problem.errors.is_empty() {
            vec![problem.detail]
        } else {
            problem.errors.into_iter().map(|field| field.detail).collect()
        };
        self.status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        self
    }

    /// There is nothing here, which the page says in its own words.
    pub(super) fn missing(mut self) -> Self {
        self.status = StatusCode::NOT_FOUND;
        self
    }

    /// The answer.
    pub(super) fn respond(self) -> Result<HttpResponse, Error> {
        let (title, body) = match &self.article {
            Some(article) => (article.title.clone(), String::new()),
            None => (self.text(&format!("page-{}", self.key)), self.text(&format!("page-{}.body", self.key))),
        };
        let foot = self.text("page-foot");
        let community = &self.portal.community;
        let html = Html {
            language: self.language.as_str(),
            direction: self.language.direction(),
            community: &community.name,
            logo_url: &community.logo_url,
            title,
            paragraphs: body.split("\n\n").filter(|text| !text.is_empty()).map(str::to_owned).collect(),
            article: self.article,
            faults: self.faults,
            links: self.links,
            form: self.form,
            foot,
        };
        let html = html.render().or_internal()?;
        Ok(HttpResponse::build(self.status)
            .content_type("text/html; charset=utf-8")
            .insert_header((CONTENT_SECURITY_POLICY, POLICY))
            // With `no-referrer` a form says `Origin: null`, and a browser that sends no Sec-Fetch-Site would be refused.
            .insert_header((REFERRER_POLICY, "same-origin"))
            .insert_header((CONTENT_LANGUAGE, self.language.as_str()))
            .body(html))
    }
}
