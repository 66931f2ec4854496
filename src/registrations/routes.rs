//! `/registrations`.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, web};
use secrecy::{ExposeSecret as _, SecretString};

use super::types::{
    Application, Register, Registration, RegistrationQuery, RegistrationStatus, Reject, Standing, Verify,
};
use super::{Desk, reason, rules, store, view};
use crate::app::Portal;
use crate::audit::Trace;
use crate::db::Id;
use crate::error::Error;
use crate::http::problem::Problem;
use crate::http::{Asked, Caller, Cursor, Json, List, Query, evenly};
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

/// Applies as contact point or coordinator of a member. The answer is the same whether or not the address is known.
#[utoipa::path(post, path = "/api/v1/registrations", tag = "registration", request_body = Register,
    responses((status = 202, body = Accepted), (status = "default", body = Problem)))]
pub async fn apply(portal: web::Data<Portal>, caller: Caller, body: Json<Register>) -> Result<HttpResponse, Error> {
    // Counted before it is looked at: a list of mistakes costs as much as an application.
    portal.identity.admit_application(&caller).await?;
    let application = rules::parse(&body.0)?;
    evenly(&portal.random, take(&portal, &caller, application, &body.0.password)).await?;
    let detail = portal.catalogue.text(caller.language, "answer-registered", &[]);
    Ok(HttpResponse::Accepted().json(Accepted { status: "accepted", detail }))
}

async fn take(
    portal: &Portal,
    caller: &Caller,
    application: Application,
    password: &SecretString,
) -> Result<(), Error> {
    let known = [application.email.as_str(), application.name.as_str(), application.organisation.as_str()];
    let hash = portal.identity.hash_chosen("/password", password, &known, false, &caller.block()).await?;
    let desk = desk(portal, caller);
    portal.db.write(move |conn| desk.apply(conn, &application, &hash)).await?;
    portal.outbox.ring();
    Ok(())
}

/// Verifies the address of an application with the mailed link.
#[utoipa::path(post, path = "/api/v1/registrations/verify", tag = "registration", request_body = Verify,
    responses((status = 200, body = Standing), (status = "default", body = Problem)))]
pub async fn verify(
    portal: web::Data<Portal>,
    caller: Caller,
    body: Json<Verify>,
) -> Result<web::Json<Standing>, Error> {
    verify_address(&portal, &caller, body.0).await.map(|status| web::Json(Standing { status }))
}

/// The same for the page behind the link.
pub(crate) async fn verify_address(
    portal: &Portal,
    caller: &Caller,
    verify: Verify,
) -> Result<RegistrationStatus, Error> {
    let desk = desk(portal, caller);
    let status = portal.db.write(move |conn| desk.verify(conn, verify.token.expose_secret())).await?;
    life_cycle::changed(portal);
    Ok(status)
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
    body: Json<Reject>,
) -> Result<web::Json<Registration>, Error> {
    let reason = reason(&body.0.reason)?;
    decide(&portal, &caller, &officer.0, id.into_inner(), Some(reason)).await
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
