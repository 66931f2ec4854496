//! `/me`.

use actix_web::{HttpRequest, HttpResponse, web};

use super::Profiles;
use super::types::{ChangeMe, Me};
use crate::audit::Trace;
use crate::error::Error;
use crate::http::operations::operations;
use crate::http::{Json, MaybeIfMatch, Operations, RequestContext, etag};
use crate::identity::guards::{CanReadProfile, CurrentUser};

/// The operations of this feature.
pub fn operations() -> Operations {
    operations![read, change]
}

/// Oneself: name, appointments, and what the directory has of one.
#[utoipa::path(get, path = "/api/v1/me", tag = "me", responses((status = 200, body = Me)))]
pub async fn read(
    user: CanReadProfile,
    profiles: web::Data<Profiles>,
    request: HttpRequest,
) -> Result<HttpResponse, Error> {
    etag::respond(&request, &profiles.get(user.user_id).await?)
}

/// Changes one's profile. What is absent stays. `If-Match` is heeded where it is sent, and not asked for: fields change one by one.
#[utoipa::path(patch, path = "/api/v1/me", tag = "me", request_body = ChangeMe, responses((status = 200, body = Me)))]
pub async fn change(
    user: CurrentUser,
    profiles: web::Data<Profiles>,
    caller: RequestContext,
    request: HttpRequest,
    seen: MaybeIfMatch,
    body: Json<ChangeMe>,
) -> Result<HttpResponse, Error> {
    etag::respond(&request, &profiles.change(&user, Trace::from(&caller), body.0, seen.0).await?)
}
