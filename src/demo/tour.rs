//! Pages that the demonstration adds to those of the portal: the people as whom one logs in by a button, the mails that
//! it caught, with links that can be followed, and a look at pages from right to left.
//!
//! No other command serves them. The people are made up, the database is a temporary file, and the server listens on
//! loopback.

use std::sync::{Arc, OnceLock};

use actix_web::web;
use askama::Template;
use linkify::{LinkFinder, LinkKind};
use serde::Deserialize;

use super::actors::Actor;
use super::caught::CaughtMail;
use super::receiver::Receiver;
use crate::error::Error;
use crate::http::{Anyone, RequestContext};
use crate::i18n::Language;
use crate::identity::Identity;
use crate::identity::guards::Visitor;
use crate::identity::sessions::routes::set_cookies;
use crate::web::routes::language_cookie;
use crate::web::{Demonstration, Facts, ListPage, Page, PageResult, Pages, Posted, Shown, Table};

/// How the addresses of generated contacts begin, whose mails are not listed: there are hundreds.
const GENERATED: &str = "contact-";
/// Most mails of the list.
const LISTED: usize = 100;

/// What the pages show.
pub(super) struct Stage {
    receiver: Arc<Receiver>,
    /// Known once the story was played.
    actors: OnceLock<Vec<Actor>>,
}

impl Stage {
    pub(super) fn new(receiver: Arc<Receiver>) -> Self {
        Self { receiver, actors: OnceLock::new() }
    }

    /// Brings the people on.
    pub(super) fn enter(&self, actors: Vec<Actor>) {
        // A second cast would be a fault of the command, and the first one stays.
        let _ = self.actors.set(actors);
    }

    fn actors(&self) -> &[Actor] {
        self.actors.get().map(Vec::as_slice).unwrap_or_default()
    }
}

/// These pages.
#[must_use]
pub fn pages() -> Pages {
    Pages::new()
        .page("/demo", people)
        .button("/demo/enter", enter)
        .button("/demo/direction", mirror)
        .page("/demo/mails", mails)
        .page("/demo/mails/{number}", mail)
}

/// Their routes, and the mark by which every page says what this is.
pub(super) fn routes(config: &mut web::ServiceConfig, stage: &Arc<Stage>) {
    config.app_data(Demonstration).app_data(web::Data::from(Arc::clone(stage)));
    pages().configure(config);
}

#[derive(Template)]
#[template(path = "demo/people.html")]
struct PeoplePage<'a> {
    page: &'a Page,
    actors: Vec<Card<'a>>,
}

/// A person, and what the part is about.
struct Card<'a> {
    actor: &'a Actor,
    part: String,
    does: String,
}

impl<'a> Card<'a> {
    fn of(page: &Page, actor: &'a Actor) -> Self {
        let key = format!("demo-part-{}", actor.part);
        Self { actor, part: page.text(&key), does: page.text(&format!("{key}.body")) }
    }
}

/// The people of the demonstration.
async fn people(_: Visitor, page: Page, stage: web::Data<Stage>) -> PageResult {
    let actors = stage.actors().iter().map(|actor| Card::of(&page, actor)).collect();
    page.show(&PeoplePage { page: &page, actors })
}

#[derive(Deserialize)]
struct Entrance {
    #[serde(default)]
    part: String,
}

/// Begins a session of the person who plays this part.
async fn enter(
    _: Anyone,
    page: Page,
    stage: web::Data<Stage>,
    identity: web::Data<Identity>,
    caller: RequestContext,
    posted: Posted<Entrance>,
) -> PageResult {
    let asked = posted.input?.part;
    let actor = stage.actors().iter().find(|actor| actor.part == asked).ok_or_else(Error::not_found)?;
    let opened = identity.open_made_up(actor.id, &caller).await?;
    let mut answer = page.lead_to("/");
    set_cookies(&mut answer, &opened);
    // People of the story have languages of their own; the reader goes on in the one of this page.
    answer.cookie(language_cookie(page.language()));
    Ok(answer.finish())
}

#[derive(Deserialize)]
struct Direction {
    #[serde(default)]
    direction: String,
}

/// Mirrors pages from now on, or ends that.
async fn mirror(_: Anyone, page: Page, posted: Posted<Direction>) -> PageResult {
    let is_on = posted.input?.direction == "rtl";
    let mut answer = page.lead_to("/demo");
    answer.cookie(Demonstration::mirror(is_on));
    Ok(answer.finish())
}

/// The mails that were caught, the newest first.
async fn mails(_: Visitor, page: Page, stage: web::Data<Stage>) -> PageResult {
    let mut table = Table::new(&page, "demo-mails", &["demo-subject", "demo-to", "demo-language"]);
    let inbox = stage.receiver.inbox();
    let own = inbox.iter().enumerate().rev().filter(|(_, received)| !received.to.starts_with(GENERATED));
    for (number, received) in own.take(LISTED) {
        if let Some(mail) = CaughtMail::read(received) {
            let link = Shown::text(mail.subject).leading_to(format!("/demo/mails/{number}"));
            table.push(vec![link, Shown::code(mail.to), Shown::text(page.words("language", mail.language))]);
        }
    }
    let list = ListPage::new(&page, page.text("page-demo-mails"), table).saying(page.text("demo-mails-body"));
    list.with_links(vec![Shown::text(page.text("page-demo")).leading_to("/demo")]).show()
}

#[derive(Template)]
#[template(path = "demo/mail.html")]
struct MailPage<'a> {
    page: &'a Page,
    subject: &'a str,
    facts: Facts,
    language: Language,
    pieces: Vec<Piece<'a>>,
}

/// A piece of a text, which may be a link of the portal.
struct Piece<'a> {
    text: &'a str,
    /// The address on this portal; empty for a text.
    href: &'a str,
}

/// One mail, as text with its links.
async fn mail(_: Visitor, page: Page, stage: web::Data<Stage>, number: web::Path<usize>) -> PageResult {
    let inbox = stage.receiver.inbox();
    let mail = inbox.get(number.into_inner()).and_then(CaughtMail::read).ok_or_else(Error::not_found)?;
    let facts = Facts::default().with(page.text("th-demo-to"), Shown::code(&mail.to));
    page.show(&MailPage {
        page: &page,
        subject: &mail.subject,
        facts,
        language: Language::parse(&mail.language).unwrap_or(Language::En),
        pieces: pieces(&mail.text, &page.site().public_url),
    })
}

/// The pieces of a text: addresses of the portal are links.
fn pieces<'a>(text: &'a str, portal: &str) -> Vec<Piece<'a>> {
    let mut finder = LinkFinder::new();
    finder.kinds(&[LinkKind::Url]);
    let piece = |span: linkify::Span<'a>| {
        let text = span.as_str();
        let own = text.strip_prefix(portal).filter(|path| path.starts_with('/'));
        Piece { text, href: own.unwrap_or_default() }
    };
    finder.spans(text).map(piece).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_of_the_portal_can_be_followed_and_no_others() {
        let text =
            "Open http://127.0.0.1:80/verify?token=a-b_c now, not https://evil.example/x or http://127.0.0.1:8080/y";
        let found = pieces(text, "http://127.0.0.1:80");
        let links: Vec<&str> = found.iter().map(|piece| piece.href).filter(|href| !href.is_empty()).collect();
        assert_eq!(links, ["/verify?token=a-b_c"]);
        assert_eq!(found.iter().map(|piece| piece.text).collect::<String>(), text);
    }
}
