//! The overview of the security of the own account: password, address, factors, sessions, tokens, and what the role
//! requires.

use actix_web::web;
use askama::Template;

use super::super::Identity;
use super::super::guards::CurrentUser;
use super::super::mfa::FactorStanding;
use super::views::Next;
use super::with_next;
use crate::http::Query;
use crate::web::{Page, PageResult};

/// The overview.
#[derive(Template)]
#[template(path = "identity/security.html")]
struct SecurityPage<'a> {
    page: &'a Page,
    email: &'a str,
    standing: FactorStanding,
    sessions: usize,
    tokens: usize,
    /// The page that was asked for before a factor was missing; the home page if there is none.
    next: &'a str,
}

impl SecurityPage<'_> {
    fn has_factor(&self) -> bool {
        self.standing.has_any()
    }

    /// Whether the role requires a factor that is not there.
    fn lacks_factor(&self) -> bool {
        self.standing.required && !self.has_factor()
    }

    /// Whether there is a page to go on to.
    fn leads_on(&self) -> bool {
        self.has_factor() && self.next != "/"
    }

    fn authenticator(&self) -> String {
        with_next("/account/security/authenticator", self.next)
    }

    fn new_passkey(&self) -> String {
        with_next("/account/security/passkeys/new", self.next)
    }
}

/// Shows how the own account is secured.
pub(super) async fn overview(
    user: CurrentUser,
    page: Page,
    identity: web::Data<Identity>,
    query: Query<Next>,
) -> PageResult {
    let standing = identity.factor_standing(&user).await?;
    let sessions = identity.list_sessions(user.user_id, user.session()).await?.data.len();
    let tokens = identity.list_tokens(&user).await?.data.len();
    let next = query.0.address();
    page.show(&SecurityPage { page: &page, email: &user.email, standing, sessions, tokens, next })
}
