//! `/mail/pace`.

use actix_web::{HttpRequest, HttpResponse, web};

use super::types::PaceSettings;
use super::{replace, store};
use crate::app::Portal;
use crate::audit::{Entry, Event, Trace};
use crate::db::Id;
use crate::error::{Error, OrInternal as _};
use crate::http::problem::Problem;
use crate::http::{Caller, IfMatch, Json, etag};
use crate::identity::guards::Announcer;

/// The routes of this feature.
pub fn routes(config: &mut web::ServiceConfig) {
    config.service(web::resource("/mail/pace").route(web::get().to(pace)).route(web::put().to(set)));
}

/// How fast announcements leave.
#[utoipa::path(get, path = "/api/v1/mail/pace", tag = "announcements", security(("bearer" = [])),
    responses((status = 200, body = PaceSettings), (status = "default", body = Problem)))]
pub async fn pace(_: Announcer, portal: web::Data<Portal>, request: HttpRequest) -> Result<HttpResponse, Error> {
    etag::respond(&request, &portal.db.read(store::settings).await?)
}

/// Sets how fast announcements leave, within two seconds, those under way too. Wants the `ETag` of what was read as `If-Match`.
#[utoipa::path(put, path = "/api/v1/mail/pace", tag = "announcements", request_body = PaceSettings,
    params(("If-Match" = String, Header)), security(("bearer" = [])),
    responses((status = 200, body = PaceSettings), (status = 412, body = Problem), (status = 428, body = Problem),
        (status = "default", body = Problem)))]
pub async fn set(
    officer: Announcer,
    portal: web::Data<Portal>,
    request: HttpRequest,
    caller: Caller,
    seen: IfMatch,
    body: Json<PaceSettings>,
) -> Result<HttpResponse, Error> {
    let (now, audit, trace) = (portal.clock.now(), portal.audit.clone(), Trace::from(&caller));
    let entry = Entry::by(Event::PaceChanged, officer.user_id, Id::nil());
    let set = portal.db.write(move |conn| {
        let set = replace(conn, body.0, &seen, now)?;
        audit.note(conn, &trace, &entry.with(serde_json::to_value(&set).or_internal()?))?;
        Ok(set)
    });
    etag::respond(&request, &set.await?)
}
