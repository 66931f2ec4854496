//! The pages of the own passkeys: the list, a new one, removal, and acceptance after a suspicion.
//!
//! The page of a new one begins nothing: a link on another site may lead there. Its button begins a ceremony, which lasts
//! five minutes; after a refusal the page begins another.

use actix_web::web;
use askama::Template;
use secrecy::SecretString;
use serde::Deserialize;

use super::super::Identity;
use super::super::guards::{CanOpenOwnForm, CurrentUser, RecentlyAuthenticated};
use super::super::mfa::{PasskeyFinish, PasskeyView};
use super::super::sessions::routes::set_cookies;
use super::views::{Ceremony, Next};
use super::{Own, SECURITY, deed, with_next};
use crate::db::Id;
use crate::error::{Error, FieldCode, FieldError};
use crate::http::{Query, RequestContext};
use crate::policy::Principal;
use crate::web::{FormState, Notice, Page, PageResult, Posted};

/// Where they are listed.
const ADDRESS: &str = "/account/security/passkeys";

/// The list.
#[derive(Template)]
#[template(path = "identity/passkeys.html")]
struct PasskeysPage<'a> {
    page: &'a Page,
    rows: Vec<Row>,
}

/// A passkey, as the page shows it.
struct Row {
    passkey: PasskeyView,
    /// Why it logs nobody in, and what to do; empty if it does.
    suspicion: String,
}

/// The page of a new passkey: with a button that begins, or with the ceremony that has begun.
#[derive(Template)]
#[template(path = "identity/passkey_new.html")]
struct NewPasskeyPage<'a> {
    page: &'a Page,
    form: &'a FormState,
    passkey: Option<Ceremony>,
}

#[derive(Deserialize)]
pub(super) struct PasskeyForm {
    #[serde(default)]
    state: SecretString,
    #[serde(default)]
    name: String,
    /// What the browser made, as JSON.
    #[serde(default)]
    credential: String,
    #[serde(default)]
    next: String,
}

impl PasskeyForm {
    /// Whether it asks to begin.
    fn begins(&self) -> bool {
        self.credential.is_empty()
    }

    fn into_request(self) -> Result<PasskeyFinish, Error> {
        let refused = |_malformed| Error::invalid(vec![FieldError::new("/credential", FieldCode::PasskeyRefused)]);
        let credential = serde_json::from_str(&self.credential).map_err(refused)?;
        Ok(PasskeyFinish { state: self.state, name: self.name, credential })
    }
}

/// Lists the own passkeys.
pub(super) async fn list(user: CurrentUser, page: Page, identity: web::Data<Identity>) -> PageResult {
    let row = |passkey: PasskeyView| {
        let reason = passkey.suspended_reason;
        let suspicion = reason.map(|reason| page.text(&format!("problem-{}.detail", reason.refusal())));
        Row { passkey, suspicion: suspicion.unwrap_or_default() }
    };
    let rows = identity.list_passkeys(&user).await?.data.into_iter().map(row).collect();
    page.show(&PasskeysPage { page: &page, rows })
}

/// The page on which one begins to add a passkey.
pub(super) async fn ask(_: CanOpenOwnForm, page: Page, query: Query<Next>) -> PageResult {
    let form = FormState::default().with("next", query.0.address());
    page.show(&NewPasskeyPage { page: &page, form: &form, passkey: None })
}

/// The page with a new ceremony, or with the reason why there is none.
async fn show_new(page: Page, identity: &Identity, user: &Principal, form: FormState) -> PageResult {
    let (form, passkey) = match identity.start_passkey(user).await {
        Ok(begun) => (form, Some(Ceremony::from(begun))),
        Err(error) => (form.refused(&page, &error), None),
    };
    let form = form.labelled("name", page.text("passkeys-name"));
    let page = if passkey.is_some() { page.with_scripts() } else { page };
    page.show_form(&form, &NewPasskeyPage { page: &page, form: &form, passkey })
}

/// Begins, or adds the passkey that the browser made.
pub(super) async fn add(
    user: RecentlyAuthenticated,
    page: Page,
    identity: web::Data<Identity>,
    caller: RequestContext,
    posted: Posted<PasskeyForm>,
) -> PageResult {
    let Posted { input, form } = posted;
    let input = input?;
    if input.begins() {
        return show_new(page, &identity, &user, form).await;
    }
    let next = input.next.clone();
    let added = match input.into_request() {
        Ok(request) => identity.finish_passkey(&user, request, &caller).await,
        Err(error) => Err(error),
    };
    let (passkey, opened) = match added {
        Ok(added) => added,
        Err(error) => {
            let form = form.refused(&page, &error);
            return show_new(page, &identity, &user, form).await;
        }
    };
    let notice = Notice::new("passkey-added").with("name", passkey.name);
    let mut answer = page.lead_to_with(&with_next(SECURITY, &next), notice)?;
    if let Some(opened) = &opened {
        set_cookies(&mut answer, opened);
    }
    Ok(answer.finish())
}

/// One of the own passkeys.
async fn own(identity: &Identity, user: &Principal, id: Id) -> Result<PasskeyView, Error> {
    let mine = identity.list_passkeys(user).await?.data;
    mine.into_iter().find(|passkey| passkey.id == id).ok_or_else(Error::not_found)
}

/// Asks whether a passkey is to be removed.
pub(super) async fn ask_removal(desk: Own<CurrentUser, Id>) -> PageResult {
    let passkey = own(&desk.service, &desk.person, desk.place).await?;
    show_removal(&desk.page, &FormState::default(), &passkey.name)
}

fn show_removal(page: &Page, form: &FormState, name: &str) -> PageResult {
    deed(page, form, "page-passkey-remove", name, ADDRESS).saying(page.text("security-last-factor")).dangerous().show()
}

/// Removes a passkey.
pub(super) async fn remove(desk: Own<RecentlyAuthenticated, Id>) -> PageResult {
    let PasskeyView { name, .. } = own(&desk.service, &desk.person, desk.place).await?;
    let removed = desk.service.remove_passkey(&desk.person, desk.place, &desk.caller).await;
    let way = |()| (ADDRESS.to_owned(), Notice::new("passkey-removed").with("name", &name));
    desk.lead_on(FormState::default(), removed, way, async |desk, form| show_removal(&desk.page, &form, &name)).await
}

/// Asks whether a suspended passkey is to be accepted.
pub(super) async fn ask_acceptance(desk: Own<CurrentUser, Id>) -> PageResult {
    let passkey = own(&desk.service, &desk.person, desk.place).await?;
    if passkey.suspended_at.is_none() {
        return Ok(desk.page.lead_to(ADDRESS).finish());
    }
    deed(&desk.page, &FormState::default(), "page-passkey-accept", &passkey.name, ADDRESS).dangerous().show()
}

/// Accepts a suspended passkey.
pub(super) async fn accept(desk: Own<RecentlyAuthenticated, Id>) -> PageResult {
    let passkey = own(&desk.service, &desk.person, desk.place).await?;
    desk.service.accept_passkey(&desk.person, desk.place, &desk.caller).await?;
    desk.page.lead_on(ADDRESS, Notice::new("passkey-accepted").with("name", passkey.name))
}
