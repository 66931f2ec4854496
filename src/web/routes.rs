//! Addresses of the layer: the files that pages load, and the choice of a language.

use actix_web::cookie::time::Duration as CookieDuration;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;

use super::{Page, PageResult, Pages, Posted, Site};
use crate::error::Error;
use crate::http::{Anyone, LANGUAGE_COOKIE, ROBOTS, own_path};
use crate::i18n::Language;

/// How long the choice of a language is kept.
const YEAR: CookieDuration = CookieDuration::days(365);

/// The routes of this file.
#[must_use]
pub fn routes() -> Pages {
    Pages::new().page("/assets/{name}", asset).page("/robots.txt", robots).button("/language", choose_language)
}

async fn asset(
    _: Anyone,
    site: web::Data<Site>,
    request: HttpRequest,
    name: web::Path<String>,
) -> Result<HttpResponse, Error> {
    site.assets.respond(&request, &name)
}

/// Crawlers may read what is public.
async fn robots(_: Anyone) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .insert_header((ROBOTS, "all"))
        .body("User-agent: *\nAllow: /$\nAllow: /assets/\nAllow: /announcements/\nAllow: /releases/\nAllow: /results$\nAllow: /help/survey-method\nAllow: /privacy\nDisallow: /\n")
}

#[derive(Deserialize)]
struct Choice {
    language: Language,
    /// The page on which it was made.
    #[serde(default)]
    back: String,
}

/// Shows pages in another language from now on.
async fn choose_language(_: Anyone, page: Page, posted: Posted<Choice>) -> PageResult {
    let choice = posted.input?;
    let back = own_path(&choice.back).unwrap_or("/");
    let mut answer = page.lead_to(back);
    answer.cookie(language_cookie(choice.language));
    Ok(answer.finish())
}

/// The cookie that keeps the language of pages.
pub(crate) fn language_cookie(language: Language) -> Cookie<'static> {
    let cookie = Cookie::build(LANGUAGE_COOKIE, language.catalogue().as_str()).path("/").secure(true).http_only(true);
    cookie.same_site(SameSite::Lax).max_age(YEAR).finish()
}
