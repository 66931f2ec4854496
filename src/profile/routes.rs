//! `/me`.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, web};

use super::types::{ChangeMe, MailProblem, Me};
use super::{Desk, rules};
use crate::app::Portal;
use crate::appointments;
use crate::audit::Trace;
use crate::db::{Conn, Id};
use crate::directory;
use crate::error::Error;
use crate::http::problem::Problem;
use crate::http::{Caller, Json, MaybeIfMatch, etag};
use crate::identity::{
    self,
    guards::{CurrentUser, ProfileReader},
};
use crate::mail::consent::{self, SuppressionReason};
use crate::members;
use crate::privacy::routes::leave;
use crate::time::Timestamp;

/// The routes of this feature.
pub fn routes(config: &mut web::ServiceConfig) {
    config.service(
        web::resource("/me").route(web::get().to(read)).route(web::patch().to(change)).route(web::delete().to(leave)),
    );
}

/// Oneself: name, appointments, and what the directory has of one.
#[utoipa::path(get, path = "/api/v1/me", tag = "me", security(("bearer" = [])),
    responses((status = 200, body = Me), (status = "default", body = Problem)))]
pub async fn read(user: ProfileReader, portal: web::Data<Portal>, request: HttpRequest) -> Result<HttpResponse, Error> {
    let (id, now) = (user.user_id, portal.clock.now());
    etag::respond(&request, &portal.db.read(move |conn| me(conn, id, now)).await?)
}

/// Changes one's profile. What is absent stays. `If-Match` is heeded where it is sent, and not asked for: fields change one by one.
#[utoipa::path(patch, path = "/api/v1/me", tag = "me", request_body = ChangeMe, security(("bearer" = [])),
    responses((status = 200, body = Me), (status = "default", body = Problem)))]
pub async fn change(
    user: CurrentUser,
    portal: web::Data<Portal>,
    caller: Caller,
    request: HttpRequest,
    seen: MaybeIfMatch,
    body: Json<ChangeMe>,
) -> Result<HttpResponse, Error> {
    let (id, now, language) = (user.user_id, portal.clock.now(), body.0.preferred_language);
    let community = (!user.is_secretariat()).then_some(portal.community.name.as_str());
    let change = rules::parse(body.0, community)?;
    let desk = Desk {
        audit: portal.audit.clone(),
        outbox: portal.outbox.clone(),
        throttle: Arc::clone(&portal.throttle),
        trace: Trace::from(&caller),
        now,
    };
    let changed = portal
        .db
        .write(move |conn| {
            seen.check(&me(conn, id, now)?)?;
            members::check_technologies(conn, change.technologies.as_deref().unwrap_or_default(), "/technologies")?;
            if let Some(language) = language {
                identity::set_language(conn, id, language, now)?;
            }
            if let Some(name) = &change.name {
                desk.rename(conn, id, name)?;
            }
            directory::change(conn, id, &change, now)?;
            me(conn, id, now)
        })
        .await?;
    portal.outbox.ring();
    portal.identity.forget_seen();
    etag::respond(&request, &changed)
}

fn me(conn: &mut Conn, id: Id, now: Timestamp) -> Result<Me, Error> {
    let user = identity::get_user(conn, id)?;
    let problem = consent::suppression(conn, &user.email.to_lowercase(), now)?;
    let is_told = |reason| reason == SuppressionReason::Complaint || SuppressionReason::BOUNCES.contains(&reason);
    let problem = problem.filter(|held| is_told(held.reason));
    Ok(Me {
        id,
        email: user.email,
        name: user.name,
        name_changed_at: user.name_changed_at,
        preferred_language: user.preferred_language,
        appointments: appointments::of_user(conn, id)?,
        contact: directory::own(conn, id)?,
        mail_problem: problem.map(|held| MailProblem { reason: held.reason, since: held.since }),
    })
}
