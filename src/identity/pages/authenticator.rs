//! The pages of the authenticator app: its key as a picture and as text with the field for the first code, and its
//! removal.
//!
//! The key travels sealed in the address and in the form, so that a wrong code keeps it. It is shown in no other way:
//! who takes over another session of the person does not see the key that waits to be confirmed.

use actix_web::web;
use askama::Template;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use super::super::Identity;
use super::super::guards::{CanOpenOwnForm, CurrentUser, RecentlyAuthenticated};
use super::super::mfa::Confirm;
use super::super::sessions::routes::set_cookies;
use super::qr::Qr;
use super::recovery_codes;
use super::{Own, SECURITY, deed, with_next};
use crate::error::{Error, ProblemCode};
use crate::http::{Query, RequestContext};
use crate::policy::Principal;
use crate::web::{FormState, Notice, Page, PageResult, Posted};

/// Where the app is set up.
const ADDRESS: &str = "/account/security/authenticator";
/// What the key is sealed for.
const PURPOSE: &str = "authenticator";
/// Characters of a group of the key.
const GROUP: usize = 4;

/// A key that waits for its first code.
#[derive(Serialize, Deserialize)]
struct Key {
    secret: String,
    uri: String,
}

/// The page on which an app is set up.
#[derive(Template)]
#[template(path = "identity/authenticator.html")]
struct AuthenticatorPage<'a> {
    page: &'a Page,
    form: &'a FormState,
    /// The key, none before it is made.
    shown: Option<ShownKey>,
}

/// A key in groups, as a link that opens an app on this device, and as a picture.
struct ShownKey {
    key: String,
    uri: String,
    qr: Qr,
}

#[derive(Deserialize)]
pub(super) struct Shown {
    #[serde(default)]
    app: String,
    #[serde(default)]
    next: String,
}

#[derive(Deserialize)]
pub(super) struct AppForm {
    /// The sealed key; absent to begin.
    #[serde(default)]
    app: String,
    #[serde(default)]
    code: SecretString,
    #[serde(default)]
    next: String,
}

/// Shows how an app is set up, and the key once it is made.
pub(super) async fn ask(
    user: CanOpenOwnForm,
    page: Page,
    identity: web::Data<Identity>,
    query: Query<Shown>,
) -> PageResult {
    if identity.factor_standing(&user).await?.totp {
        return Ok(page.lead_to(SECURITY).finish());
    }
    show(&page, &FormState::default().with("app", &query.0.app).with("next", &query.0.next))
}

fn show(page: &Page, form: &FormState) -> PageResult {
    let key: Option<Key> = page.open(PURPOSE, form.value("app"));
    let shown = |key: Key| {
        let qr = Qr::of(&key.uri)?;
        Ok::<_, Error>(ShownKey { key: in_groups(&key.secret), uri: key.uri, qr })
    };
    let shown = key.map(shown).transpose()?;
    page.show_form(form, &AuthenticatorPage { page, form, shown })
}

/// Makes a key, or confirms it by the first code.
pub(super) async fn answer(
    user: RecentlyAuthenticated,
    page: Page,
    identity: web::Data<Identity>,
    caller: RequestContext,
    posted: Posted<AppForm>,
) -> PageResult {
    let Posted { input, form } = posted;
    let input = input?;
    let outcome = if input.app.is_empty() {
        make(&page, &identity, &user, &input.next).await
    } else {
        confirm(&page, &identity, &user, input, &caller).await
    };
    outcome.or_else(|error| {
        // The key that is shown waits no longer: only another one helps.
        let is_over = error.is_any_of(&[ProblemCode::NothingToConfirm]);
        let form = if is_over { FormState::default().with("next", form.value("next")) } else { form };
        show(&page, &form.refused(&page, &error))
    })
}

async fn make(page: &Page, identity: &Identity, user: &Principal, next: &str) -> PageResult {
    let made = identity.enrol_totp(user).await?;
    let app = page.seal(PURPOSE, &Key { secret: made.secret, uri: made.otpauth_uri })?;
    Ok(page.lead_to(&with_next(&format!("{ADDRESS}?app={app}"), next)).finish())
}

async fn confirm(
    page: &Page,
    identity: &Identity,
    user: &Principal,
    input: AppForm,
    caller: &RequestContext,
) -> PageResult {
    let (codes, opened) = identity.confirm_totp(user, Confirm { code: input.code }, caller).await?;
    // The codes are shown in the session that the factor has opened.
    let address = match &opened.cookie {
        Some(cookie) => {
            recovery_codes::address(page, identity.cookie(cookie, false).await?.as_ref(), &codes, &input.next)?
        }
        None => recovery_codes::address(page, user, &codes, &input.next)?,
    };
    let mut answer = page.lead_to(&address);
    set_cookies(&mut answer, &opened);
    Ok(answer.finish())
}

/// Asks whether the app is to be removed.
pub(super) async fn ask_removal(_: CurrentUser, page: Page) -> PageResult {
    show_removal(&page, &FormState::default())
}

fn show_removal(page: &Page, form: &FormState) -> PageResult {
    deed(page, form, "page-authenticator-remove", "", SECURITY)
        .saying(page.text("security-last-factor"))
        .dangerous()
        .show()
}

/// Removes the app.
pub(super) async fn remove(desk: Own<RecentlyAuthenticated>) -> PageResult {
    let removed = desk.service.remove_totp(&desk.person, &desk.caller).await;
    let way = |()| (SECURITY.to_owned(), Notice::new("authenticator-removed"));
    desk.lead_on(FormState::default(), removed, way, async |desk, form| show_removal(&desk.page, &form)).await
}

/// A key in groups, as it is typed from a screen.
fn in_groups(key: &str) -> String {
    let letters: Vec<char> = key.chars().collect();
    letters.chunks(GROUP).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_in_groups_of_four() {
        assert_eq!(in_groups("JBSWY3DPEHPK3PXPX"), "JBSW Y3DP EHPK 3PXP X");
        assert_eq!(in_groups(""), "");
    }
}
