//! Parameter types by which a handler says whom it is for. A handler that has none of them is public.

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
use crate::policy::{self, Action, Principal};

/// Somebody who is logged in, with or without an appointment.
#[derive(Clone)]
pub struct CurrentUser(pub Arc<Principal>);

/// Somebody of the community: an active appointment.
#[derive(Clone)]
pub struct Member(pub Arc<Principal>);

/// Somebody who decides on registrations.
#[derive(Clone)]
pub struct RegistrationOfficer(pub Arc<Principal>);

/// Somebody who manages announcements.
#[derive(Clone)]
pub struct Announcer(pub Arc<Principal>);

type Guarded<T> = Pin<Box<dyn Future<Output = Result<T, Error>>>>;

impl FromRequest for CurrentUser {
    type Error = Error;
    type Future = Guarded<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { principal(&request).await.map(Self) })
    }
}

impl FromRequest for Member {
    type Error = Error;
    type Future = Guarded<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        guarded(request, Action::ReadCommunity, Self)
    }
}

impl FromRequest for RegistrationOfficer {
    type Error = Error;
    type Future = Guarded<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        guarded(request, Action::DecideRegistrations, Self)
    }
}

impl FromRequest for Announcer {
    type Error = Error;
    type Future = Guarded<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        guarded(request, Action::ManageAnnouncements, Self)
    }
}

fn guarded<T: 'static>(request: &HttpRequest, action: Action, wrap: fn(Arc<Principal>) -> T) -> Guarded<T> {
    let request = request.clone();
    Box::pin(async move {
        let principal = principal(&request).await?;
        policy::check(&principal, action)?;
        Ok(wrap(principal))
    })
}

async fn principal(request: &HttpRequest) -> Result<Arc<Principal>, Error> {
    let portal = request.app_data::<Data<Portal>>().ok_or_else(|| Error::internal("no portal"))?;
    let header = request.headers().get(AUTHORIZATION).ok_or_else(|| Error::unauthenticated("login_required"))?;
    let token = header.to_str().ok().and_then(|text| {
        let (scheme, token) = text.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    });
    portal.identity.authenticate(token.ok_or_else(|| Error::unauthenticated("token_invalid"))?).await
}

impl Deref for CurrentUser {
    type Target = Principal;
    fn deref(&self) -> &Principal {
        &self.0
    }
}

impl Deref for Member {
    type Target = Principal;
    fn deref(&self) -> &Principal {
        &self.0
    }
}
