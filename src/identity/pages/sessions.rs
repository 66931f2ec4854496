//! The pages of the own sessions: which program from which network, with a button that ends each, and one that ends all
//! others; and the name of a session.

use actix_web::web;
use askama::Template;
use serde::Deserialize;

use super::super::guards::{CanEndSessions, CurrentUser};
use super::super::sessions::Session;
use super::super::sessions::routes::set_cookies;
use super::super::{Identity, program};
use super::Own;
use crate::db::Id;
use crate::error::Error;
use crate::policy::{Level, Principal};
use crate::web::{FormState, Notice, Page, PageResult, Posted};

/// Where they are listed.
const ADDRESS: &str = "/account/sessions";

/// The page.
#[derive(Template)]
#[template(path = "identity/sessions.html")]
struct SessionsPage<'a> {
    page: &'a Page,
    form: &'a FormState,
    rows: Vec<Row>,
    has_tokens: bool,
}

/// The page of the name of a session.
#[derive(Template)]
#[template(path = "identity/session_name.html")]
struct NamePage<'a> {
    page: &'a Page,
    form: &'a FormState,
    /// The program and its system.
    program: String,
}

/// A session, as the page shows it.
struct Row {
    /// The name that its owner gave it, or the program and its system.
    name: String,
    session: Session,
}

impl Row {
    fn of(page: &Page, session: Session) -> Self {
        let name = session.name.clone().unwrap_or_else(|| program_in_words(page, session.user_agent.as_deref()));
        Self { name, session }
    }

    /// Whether it was opened with two factors.
    fn has_two_factors(&self) -> bool {
        self.session.level == Level::TwoFactor
    }

    /// The network, where it is known.
    fn network(&self) -> &str {
        self.session.network.as_deref().unwrap_or_default()
    }
}

#[derive(Deserialize)]
pub(super) struct OthersForm {
    /// "yes" if API tokens are kept.
    #[serde(default)]
    keep_api_tokens: String,
}

#[derive(Deserialize)]
pub(super) struct NameForm {
    #[serde(default)]
    name: String,
}

/// The program of a `User-Agent` as people name it: "Firefox on Windows".
fn program_in_words(page: &Page, user_agent: Option<&str>) -> String {
    match program::brand(user_agent) {
        Some((program, Some(system))) => {
            page.text_with("program-on", &[("program", program.to_owned()), ("system", system.to_owned())])
        }
        Some((program, None)) => program.to_owned(),
        None => page.text("program-unknown"),
    }
}

/// Lists the own sessions.
pub(super) async fn list(user: CurrentUser, page: Page, identity: web::Data<Identity>) -> PageResult {
    let sessions = identity.list_sessions(user.user_id, user.session()).await?.data;
    let has_tokens = !identity.list_tokens(&user).await?.data.is_empty();
    let mut rows: Vec<Row> = sessions.into_iter().map(|session| Row::of(&page, session)).collect();
    rows.sort_by_key(|row| !row.session.current);
    page.show(&SessionsPage { page: &page, form: &FormState::default(), rows, has_tokens })
}

/// One of the own sessions.
async fn own(identity: &Identity, user: &Principal, id: Id) -> Result<Session, Error> {
    let mine = identity.list_sessions(user.user_id, user.session()).await?.data;
    mine.into_iter().find(|session| session.id == id).ok_or_else(Error::not_found)
}

/// Asks for the name of a session.
pub(super) async fn ask_name(desk: Own<CurrentUser, Id>) -> PageResult {
    let session = own(&desk.service, &desk.person, desk.place).await?;
    let form = FormState::default().with("name", session.name.as_deref().unwrap_or_default());
    show_name(&desk.page, &form, &session)
}

fn show_name(page: &Page, form: &FormState, session: &Session) -> PageResult {
    let program = program_in_words(page, session.user_agent.as_deref());
    page.show_form(form, &NamePage { page, form, program })
}

/// Names a session. An empty name takes the name away.
pub(super) async fn name(desk: Own<CurrentUser, Id>, posted: Posted<NameForm>) -> PageResult {
    let Posted { input, form } = posted;
    let (session, chosen) = (own(&desk.service, &desk.person, desk.place).await?, input?.name);
    let chosen = Some(chosen.trim()).filter(|name| !name.is_empty());
    let named = desk.service.name_session(desk.person.user_id, desk.place, chosen).await;
    let way = |()| (ADDRESS.to_owned(), Notice::new("session-named"));
    desk.lead_on(form, named, way, async |desk, form| show_name(&desk.page, &form, &session)).await
}

/// Ends one session.
pub(super) async fn end(desk: Own<CanEndSessions, Id>) -> PageResult {
    let (user, id) = (&desk.person, desk.place);
    desk.service.end_own_session(user.user_id, id, user.session(), &desk.caller).await?;
    desk.page.lead_on(ADDRESS, Notice::new("session-ended"))
}

/// Ends all sessions but this one.
pub(super) async fn end_others(desk: Own<CanEndSessions>, posted: Posted<OthersForm>) -> PageResult {
    let keeps_tokens = posted.input?.keep_api_tokens == "yes";
    let opened = desk.service.end_other_sessions(&desk.person, keeps_tokens, &desk.caller).await?;
    let mut answer = desk.page.lead_to_with(ADDRESS, Notice::new("sessions-ended"))?;
    set_cookies(&mut answer, &opened);
    Ok(answer.finish())
}
