//! Answers of pages: a page with its headers, a form with the status of its refusal, and the way to another page.

use actix_web::http::StatusCode;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY, LOCATION, REFERRER_POLICY, RETRY_AFTER, VARY,
};
use actix_web::{HttpResponse, HttpResponseBuilder};
use askama::Template;

use super::page::Page;
use super::{Notice, frame};
use crate::db::Id;
use crate::error::{Error, OrInternal as _};
use crate::http::ROBOTS;

/// A sheet of our own, pictures of our own, forms to ourselves, and no script.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; \
                      frame-ancestors 'none'; base-uri 'none'";
/// The same with scripts of our own.
const SCRIPTS_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
                              form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
/// The same for scripts that ask the portal.
const CONNECTIONS_POLICY: &str = "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; \
                                  img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// Pages that search engines may list, and those below which an unknown visitor sees what is public alone.
const PUBLIC: [&str; 4] = ["/", "/privacy", "/results", "/help/survey-method"];
const PUBLIC_BELOW: [&str; 2] = ["/announcements/", "/releases/"];

/// The field by which a form says which version it shows.
const VERSION_FIELD: &str = "name=\"version\"";

/// What a handler of a page answers.
pub type PageResult = Result<HttpResponse, Error>;

/// How a form was refused.
#[derive(Clone, Copy, Debug)]
pub struct Refusal {
    /// The status of the answer.
    pub status: StatusCode,
    /// Seconds after which a new try makes sense.
    pub retry_after: Option<u32>,
}

/// A form that may have been refused.
pub trait Refusable {
    /// How, if it was.
    fn refusal(&self) -> Option<Refusal>;
}

impl Page {
    /// The answer with this content.
    ///
    /// # Errors
    /// Where the template fails.
    pub fn show(&self, content: &impl Template) -> PageResult {
        self.answer(StatusCode::OK, None, content)
    }

    /// The answer with a form: the status of its refusal, if it was refused.
    ///
    /// # Errors
    /// If the template fails.
    pub fn show_form(&self, form: &impl Refusable, content: &impl Template) -> PageResult {
        match form.refusal() {
            Some(refusal) => self.answer(refusal.status, refusal.retry_after, content),
            None => self.show(content),
        }
    }

    /// The answer with this status.
    ///
    /// # Errors
    /// If the template fails.
    pub fn answer(&self, status: StatusCode, retry_after: Option<u32>, content: &impl Template) -> PageResult {
        let html = content.render().or_internal()?;
        // A page that has a form with a version stays in the browser's history, so that Back brings text and version of
        // one moment. No other page is stored: after the logout, Back shows nothing of it.
        let keeps_form = self.viewer().is_some() && html.contains(VERSION_FIELD);
        Ok(self.answer_html(status, retry_after, html.into_bytes(), keeps_form))
    }

    /// The answer with content that is HTML already, and has no form. The frame around it is kept for the reader
    /// (`frame`); `path` is where the menu finds the page, and the title is as it stands in HTML ([`Page::title`]).
    ///
    /// # Errors
    /// Where the template of the frame fails.
    pub fn show_content(&self, path: &'static str, title: &str, content: &[u8]) -> PageResult {
        Ok(self.answer_html(StatusCode::OK, None, self.framed(path, title, content)?, false))
    }

    /// A title as it stands in HTML.
    ///
    /// # Errors
    /// Where its template fails.
    pub fn title(text: &str) -> Result<String, Error> {
        frame::escaped(text)
    }

    fn answer_html(
        &self,
        status: StatusCode,
        retry_after: Option<u32>,
        html: Vec<u8>,
        keeps_form: bool,
    ) -> HttpResponse {
        let mut answer = HttpResponse::build(status);
        if let Some(seconds) = retry_after {
            answer.insert_header((RETRY_AFTER, seconds));
        }
        if self.ends_notice {
            answer.cookie(Notice::shown());
        }
        let policy = match (self.has_scripts, self.connects) {
            (false, _) => POLICY,
            (true, false) => SCRIPTS_POLICY,
            (true, true) => CONNECTIONS_POLICY,
        };
        let cached = if keeps_form { "private, no-cache" } else { "no-store" };
        if status == StatusCode::OK && self.is_public() {
            answer.insert_header((ROBOTS, "all"));
        }
        answer
            .content_type("text/html; charset=utf-8")
            .insert_header((CONTENT_SECURITY_POLICY, policy))
            // With `no-referrer` a form says `Origin: null`, and a browser that sends no Sec-Fetch-Site would be refused.
            .insert_header((REFERRER_POLICY, "same-origin"))
            .insert_header((CONTENT_LANGUAGE, self.lang()))
            .insert_header((CACHE_CONTROL, cached))
            .insert_header((VARY, "accept-language, cookie"))
            .body(html)
    }

    /// Whether search engines may list it. A query may have the token of a mail.
    fn is_public(&self) -> bool {
        let is_below = PUBLIC_BELOW.iter().any(|below| self.address().starts_with(below));
        let is_named = PUBLIC.contains(&self.address()) || is_below;
        self.viewer().is_none() && is_named && !self.address().contains('?')
    }

    /// Leads to another page after a form was accepted.
    #[must_use]
    pub fn lead_to(&self, address: &str) -> HttpResponseBuilder {
        let mut answer = HttpResponse::SeeOther();
        answer.insert_header((LOCATION, address));
        answer
    }

    /// The same with a notice on that page.
    ///
    /// # Errors
    /// Where the notice can't be sealed.
    pub fn lead_to_with(&self, address: &str, notice: Notice) -> Result<HttpResponseBuilder, Error> {
        self.lead_with(address, notice, self.viewer().map(|viewer| viewer.user_id))
    }

    /// The same for a page that nobody is logged in on, after the session has ended.
    ///
    /// # Errors
    /// Where the notice can't be sealed.
    pub fn lead_out_with(&self, address: &str, notice: Notice) -> Result<HttpResponseBuilder, Error> {
        self.lead_with(address, notice, None)
    }

    fn lead_with(&self, address: &str, notice: Notice, reader: Option<Id>) -> Result<HttpResponseBuilder, Error> {
        let mut answer = self.lead_to(address);
        answer.cookie(notice.cookie(self.site(), reader)?);
        Ok(answer)
    }

    /// The answer to a form that leads on with a notice.
    ///
    /// # Errors
    /// Where the notice can't be sealed.
    pub fn lead_on(&self, address: &str, notice: Notice) -> PageResult {
        Ok(self.lead_to_with(address, notice)?.finish())
    }
}
