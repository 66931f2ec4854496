//! Parameter types by which a handler says whom it is for. A handler that has none of them is public.
//!
//! A request brings a bearer token (an access token, or an API token), or a browser's cookie. What the policy refuses is
//! written down.

use std::future::Future;
use std::ops::Deref;
use std::pin::Pin;
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::http::header::AUTHORIZATION;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};

use crate::app::Portal;
use crate::error::Error;
use crate::http::Gate;
use crate::http::caller::{self, SESSION_COOKIE};
use crate::policy::{self, Action, Principal};

/// Somebody who is logged in, even by an API token that may do nothing else.
#[derive(Clone)]
pub struct AnyCredential(pub Arc<Principal>);

/// Somebody who looks at the own profile.
#[derive(Clone)]
pub struct ProfileReader(pub Arc<Principal>);

/// Somebody who manages the own account, with or without an appointment.
#[derive(Clone)]
pub struct CurrentUser(pub Arc<Principal>);

/// The same who proved it within minutes.
#[derive(Clone)]
pub struct FreshUser(pub Arc<Principal>);

/// Somebody of the community: an active appointment.
#[derive(Clone)]
pub struct Member(pub Arc<Principal>);

/// Somebody who decides on registrations.
#[derive(Clone)]
pub struct RegistrationOfficer(pub Arc<Principal>);

/// Somebody who manages announcements.
#[derive(Clone)]
pub struct Announcer(pub Arc<Principal>);

/// Somebody who looks at accounts.
#[derive(Clone)]
pub struct AccountReader(pub Arc<Principal>);

/// Somebody who manages accounts, and who proved it within minutes.
#[derive(Clone)]
pub struct AccountOfficer(pub Arc<Principal>);

/// Somebody who reads the audit log.
#[derive(Clone)]
pub struct AuditReader(pub Arc<Principal>);

/// A parameter type of this module: what it lets somebody do.
trait Guard: Sized + 'static {
    /// What the policy is asked; none for whoever is logged in.
    const ACTION: Option<Action>;
    /// Whether the last proof of oneself must be fresh.
    const FRESH: bool = false;
    fn wrap(principal: Arc<Principal>) -> Self;
}

/// Makes the guards: the same few lines for each, which a trait alone can't write, since `FromRequest` is not ours.
macro_rules! guards {
    ($($guard:ident: $action:expr, $fresh:literal);+ $(;)?) => {
        $(
            impl Guard for $guard {
                const ACTION: Option<Action> = $action;
                const FRESH: bool = $fresh;
                fn wrap(principal: Arc<Principal>) -> Self {
                    Self(principal)
                }
            }

            impl FromRequest for $guard {
                type Error = Error;
                type Future = Pin<Box<dyn Future<Output = Result<Self, Error>>>>;
                fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
                    let gate = Gate::shut(request);
                    Box::pin(admit::<Self>(request.clone(), gate))
                }
            }

            impl Deref for $guard {
                type Target = Principal;
                fn deref(&self) -> &Principal {
                    &self.0
                }
            }
        )+
    };
}

guards! {
    AnyCredential: None, false;
    ProfileReader: Some(Action::ReadProfile), false;
    CurrentUser: Some(Action::ManageOwnAccount), false;
    FreshUser: Some(Action::ManageOwnAccount), true;
    Member: Some(Action::ReadCommunity), false;
    RegistrationOfficer: Some(Action::DecideRegistrations), false;
    Announcer: Some(Action::ManageAnnouncements), false;
    AccountReader: Some(Action::ManageAccounts), false;
    AccountOfficer: Some(Action::ManageAccounts), true;
    AuditReader: Some(Action::ReadAudit), false;
}

async fn admit<G: Guard>(request: HttpRequest, gate: Gate) -> Result<G, Error> {
    let portal = request.app_data::<Data<Portal>>().ok_or_else(|| Error::internal("no portal"))?;
    let principal = principal(portal, &request).await?;
    if let Some(action) = G::ACTION
        && let Err(refusal) = policy::check(&principal, action)
    {
        portal.identity.note_refusal(&principal, action, &caller::of(&request)?).await?;
        return Err(refusal);
    }
    if G::FRESH {
        policy::check_fresh(&principal, portal.clock.now(), portal.identity.step_up())?;
        portal.identity.check_level(&principal).await?;
    }
    gate.open();
    Ok(G::wrap(principal))
}

async fn principal(portal: &Portal, request: &HttpRequest) -> Result<Arc<Principal>, Error> {
    if let Some(header) = request.headers().get(AUTHORIZATION) {
        let token = header.to_str().ok().and_then(|text| {
            let (scheme, token) = text.split_once(' ')?;
            scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
        });
        return portal.identity.bearer(token.ok_or_else(|| Error::unauthenticated("token_invalid"))?).await;
    }
    let cookie = request.cookie(SESSION_COOKIE).ok_or_else(|| Error::unauthenticated("login_required"))?;
    portal.identity.cookie(cookie.value()).await
}
