//! The pages of the own API tokens: the list, a new one whose secret is shown once, and revocation.

use actix_web::web;
use askama::Template;
use serde::{Deserialize, Serialize};

use super::super::Identity;
use super::super::guards::{CanEndTokens, CanOpenOwnForm, CurrentUser, RecentlyAuthenticated};
use super::super::tokens::{ApiToken, MadeToken, MakeToken};
use super::{Own, deed};
use crate::db::Id;
use crate::error::Error;
use crate::http::Query;
use crate::policy::{self, ApiScope, Principal};
use crate::web::{Choice, FormState, Notice, Page, PageResult, Posted};

/// Where they are listed.
const ADDRESS: &str = "/account/tokens";
/// What a secret is sealed for.
const PURPOSE: &str = "api token";
/// The life that the form begins with, in days.
const DAYS: u32 = 90;

/// The list.
#[derive(Template)]
#[template(path = "identity/tokens.html")]
struct TokensPage<'a> {
    page: &'a Page,
    rows: Vec<Row>,
}

/// A token, as the page shows it.
struct Row {
    token: ApiToken,
    /// Its scopes in words.
    scopes: Vec<String>,
}

/// The page of a new token.
#[derive(Template)]
#[template(path = "identity/token_new.html")]
struct NewTokenPage<'a> {
    page: &'a Page,
    form: &'a FormState,
    /// The scopes that the person may give.
    scopes: Vec<Choice>,
}

/// The page that shows the secret of a new token.
#[derive(Template)]
#[template(path = "identity/token_made.html")]
struct MadeTokenPage<'a> {
    page: &'a Page,
    made: Made,
}

/// What is shown once.
#[derive(Serialize, Deserialize)]
struct Made {
    name: String,
    secret: String,
}

#[derive(Deserialize)]
pub(super) struct Shown {
    #[serde(default)]
    shown: String,
}

#[derive(Deserialize)]
pub(super) struct TokenForm {
    #[serde(default)]
    name: String,
    #[serde(default)]
    scopes: Vec<ApiScope>,
    #[serde(default)]
    expires_in_days: String,
}

impl TokenForm {
    /// What is no number is out of range.
    fn into_request(self) -> MakeToken {
        let expires_in_days = self.expires_in_days.trim().parse().unwrap_or(0);
        MakeToken { name: self.name, scopes: self.scopes, expires_in_days }
    }
}

/// Lists the own tokens.
pub(super) async fn list(user: CurrentUser, page: Page, identity: web::Data<Identity>) -> PageResult {
    let row = |token: ApiToken| {
        let scopes = token.scopes.iter().map(|scope| page.words("scope", scope.as_str())).collect();
        Row { token, scopes }
    };
    let rows = identity.list_tokens(&user).await?.data.into_iter().map(row).collect();
    page.show(&TokensPage { page: &page, rows })
}

/// Asks for the name, the scopes and the life of a new token.
pub(super) async fn ask(user: CanOpenOwnForm, page: Page) -> PageResult {
    show_new(&page, &user, &FormState::default().with("expires_in_days", DAYS))
}

fn show_new(page: &Page, user: &Principal, form: &FormState) -> PageResult {
    let lent = ApiScope::ALL.iter().filter(|scope| policy::may_lend(user, **scope));
    let scopes = lent.map(|scope| Choice::new(scope.as_str(), page.words("scope", scope.as_str()))).collect();
    page.show_form(form, &NewTokenPage { page, form, scopes })
}

/// Makes a token, and leads to its secret.
pub(super) async fn make(desk: Own<RecentlyAuthenticated>, posted: Posted<TokenForm>) -> PageResult {
    let Posted { input, form } = posted;
    let made = desk.service.make_token(&desk.person, input?.into_request(), &desk.caller).await;
    let done = |made: MadeToken| -> PageResult {
        let shown = desk.page.seal(PURPOSE, &Made { name: made.details.name, secret: made.token })?;
        Ok(desk.page.lead_to(&format!("{ADDRESS}/made?shown={shown}")).finish())
    };
    desk.answer(form, made, done, async |desk, form| show_new(&desk.page, &desk.person, &form)).await
}

/// Shows the secret of a token that was just made. Later there is nothing to show.
pub(super) async fn show(_: CurrentUser, page: Page, query: Query<Shown>) -> PageResult {
    match page.open(PURPOSE, &query.0.shown) {
        Some(made) => page.show(&MadeTokenPage { page: &page, made }),
        None => Ok(page.lead_to(ADDRESS).finish()),
    }
}

/// One of the own tokens.
async fn own(identity: &Identity, user: &Principal, id: Id) -> Result<ApiToken, Error> {
    let mine = identity.list_tokens(user).await?.data;
    mine.into_iter().find(|token| token.id == id).ok_or_else(Error::not_found)
}

/// Asks whether a token is to be revoked.
pub(super) async fn ask_revocation(desk: Own<CurrentUser, Id>) -> PageResult {
    let token = own(&desk.service, &desk.person, desk.place).await?;
    deed(&desk.page, &FormState::default(), "page-token-revoke", &token.name, ADDRESS).dangerous().show()
}

/// Revokes a token.
pub(super) async fn revoke(desk: Own<CanEndTokens, Id>) -> PageResult {
    desk.service.revoke_token(&desk.person, Some(desk.place), &desk.caller).await?;
    desk.page.lead_on(ADDRESS, Notice::new("token-revoked"))
}
