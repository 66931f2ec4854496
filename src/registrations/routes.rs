//! `/registrations`.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, web};
use secrecy::{ExposeSecret as _, SecretString};

use super::types::{LinkView, Register, Registration, RegistrationQuery, RegistrationStatus, Reject, Standing, Verify};
use super::{Desk, check_decider, reason, rules, store, view};
use crate::app::Portal;
use crate::audit::Trace;
use crate::db::Id;
use crate::error::{Error, Fault};
use crate::http::problem::Problem;
use crate::http::{Asked, Caller, Cursor, Json, List, Query, Unread, evenly};
use crate::identity::Accepted;
use crate::identity::guards::RegistrationOfficer;
use crate::life_cycle::routes as life_cycle;
use crate::policy::Principal;

/// The routes of this feature.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .service(web::resource("/registrations").route(web::post().to(apply)).route(web::get().to(list)))
        .service(web::resource("/registrations/verify").route(web::post().to(verify)))
        .service(web::resource("/registrations/{id}/approve").route(web::post().to(approve)))
        .service(web::resource("/registrations/{id}/reject").route(web::post().to(reject)));
}

fn desk(portal: &Portal, caller: &Caller) -> Desk {
    Desk {
        life_cycle: life_cycle::desk(portal, caller),
        audit: portal.audit.clone(),
        throttle: Arc::clone(&portal.throttle),
        trace: Trace::from(caller),
        outbox: portal.outbox.clone(),
        random: portal.random.clone(),
        now: portal.clock.now(),
        verify_link: portal.lives.verify_link,
    }
}

/// Applies as contact point or coordinator of a member. The answer is the same whether or not the address is known. The
/// password is chosen behind the link that is mailed to the address.
#[utoipa::path(post, path = "/api/v1/registrations", tag = "registration", request_body = Register,
    responses((status = 202, body = Accepted), (status = "default", body = Problem)))]
pub async fn apply(portal: web::Data<Portal>, caller: Caller, body: Json<Register>) -> Result<HttpResponse, Error> {
    // Counted before it is looked at: a list of mistakes costs as much as an application.
    portal.identity.admit_application(&caller).await?;
    let application = rules::parse(&body.0, &portal.community.name)?;
    let desk = desk(&portal, &caller);
    evenly(&portal.random, portal.db.write(move |conn| desk.apply(conn, &application))).await?;
    portal.outbox.ring();
    let detail = portal.catalogue.text(caller.language, "answer-registered", &[]);
    Ok(HttpResponse::Accepted().json(Accepted { status: "accepted", detail }))
}

/// Verifies the address of an application with the mailed link, and chooses the password of the account that comes of it. An
/// account that the address has already keeps its own: then no password is asked for.
#[utoipa::path(post, path = "/api/v1/registrations/verify", tag = "registration", request_body = Verify,
    responses((status = 200, body = Standing), (status = "default", body = Problem)))]
pub async fn verify(
    portal: web::Data<Portal>,
    caller: Caller,
    body: Json<Verify>,
) -> Result<web::Json<Standing>, Error> {
    verify_address(&portal, &caller, body.0).await.map(web::Json)
}

/// The same for the page behind the link.
pub(crate) async fn verify_address(portal: &Portal, caller: &Caller, verify: Verify) -> Result<Standing, Error> {
    let found = look_at(portal, caller, &verify.token).await?;
    let password_hash = if found.needs_password {
        let missing = || Error::invalid(vec![Fault::new("/password", "missing")]);
        let password = verify.password.as_ref().ok_or_else(missing)?;
        let known = [found.email.as_str(), found.name.as_str(), found.organisation_en.as_str()];
        Some(portal.identity.hash_behind_link(password, &known, false, caller).await?)
    } else {
        None
    };
    let desk = desk(portal, caller);
    let verified = portal.db.write(move |conn| desk.verify(conn, verify.token.expose_secret(), password_hash)).await?;
    life_cycle::changed(portal);
    Ok(verified)
}

/// What a link leads to, for the page behind it.
pub(crate) async fn look_at(portal: &Portal, caller: &Caller, token: &SecretString) -> Result<LinkView, Error> {
    let (desk, token) = (desk(portal, caller), token.clone());
    portal.db.read(move |conn| desk.look(conn, token.expose_secret())).await
}

/// Applications, the oldest first.
#[utoipa::path(get, path = "/api/v1/registrations", tag = "registration", params(RegistrationQuery),
    security(("bearer" = [])),
    responses((status = 200, body = List<Registration>), (status = "default", body = Problem)))]
pub async fn list(
    _: RegistrationOfficer,
    portal: web::Data<Portal>,
    request: HttpRequest,
    query: Query<RegistrationQuery>,
) -> Result<HttpResponse, Error> {
    let Query(query) = query;
    let page = Asked::of(&request, query.limit, query.cursor.as_deref())?;
    let (after, fetch) = (page.after_id()?, page.rows());
    let statuses = if query.status.is_empty() { vec![RegistrationStatus::Pending] } else { query.status };
    let rows = portal.db.read(move |conn| store::list(conn, &statuses, after, fetch)).await?;
    let page = page.cut(rows, |found| Cursor::after(&[&found.row.id.to_string()]))?;
    Ok(page.map(view).respond(&request))
}

/// Approves an application: the contact is listed and the applicant hears by mail.
#[utoipa::path(post, path = "/api/v1/registrations/{id}/approve", tag = "registration", security(("bearer" = [])),
    params(("id" = String, Path)),
    responses((status = 200, body = Registration), (status = "default", body = Problem)))]
pub async fn approve(
    officer: RegistrationOfficer,
    portal: web::Data<Portal>,
    caller: Caller,
    id: web::Path<Id>,
) -> Result<web::Json<Registration>, Error> {
    decide(&portal, &caller, &officer.0, id.into_inner(), None).await
}

/// Rejects an application with a reason, which the applicant reads.
#[utoipa::path(post, path = "/api/v1/registrations/{id}/reject", tag = "registration", security(("bearer" = [])),
    params(("id" = String, Path)), request_body = Reject,
    responses((status = 200, body = Registration), (status = "default", body = Problem)))]
pub async fn reject(
    officer: RegistrationOfficer,
    portal: web::Data<Portal>,
    caller: Caller,
    id: web::Path<Id>,
    body: Unread<Reject>,
) -> Result<web::Json<Registration>, Error> {
    let (id, decider) = (id.into_inner(), officer.0.user_id);
    portal.db.read(move |conn| check_decider(conn, id, decider)).await?;
    let reason = reason(&body.read().await?.reason)?;
    decide(&portal, &caller, &officer.0, id, Some(reason)).await
}

async fn decide(
    portal: &Portal,
    caller: &Caller,
    officer: &Arc<Principal>,
    id: Id,
    reason: Option<String>,
) -> Result<web::Json<Registration>, Error> {
    let (desk, officer) = (desk(portal, caller), Arc::clone(officer));
    let decided = portal.db.write(move |conn| desk.decide(conn, id, &officer, reason.as_deref())).await?;
    life_cycle::changed(portal);
    Ok(web::Json(decided))
}
