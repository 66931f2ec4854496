//! `/appointments` and what can be done to them.

use actix_web::{HttpRequest, HttpResponse, web};

use super::rules;
use super::types::{Act, Appoint, AppointmentChange, AppointmentQuery, AppointmentView, ConfirmLink, Deed, Replace};
use super::{HandOver, LifeCycle};
use crate::appointments::Event;
use crate::audit::Trace;
use crate::db::Id;
use crate::error::Error;
use crate::http::operations::operations;
use crate::http::{
    Anyone, Cursor, IdempotencyKey, IfMatch, Json, List, MaybeIfMatch, Operations, PageRequest, Query, RequestContext,
    Unread, etag,
};
use crate::identity::guards::{Authenticated, CanManageAppointments};
use crate::policy;

/// The operations of this feature.
pub fn operations() -> Operations {
    operations![list, one, appoint, change, act, replace, cancel_hand_over, confirm_by_link]
}

/// Appointments, the oldest first: every one for the Secretariat, a coordinator's own organisation, and everybody's own.
#[utoipa::path(get, path = "/api/v1/appointments", tag = "appointments", params(AppointmentQuery),
    responses((status = 200, body = List<AppointmentView>)))]
pub async fn list(
    reader: Authenticated,
    life_cycle: web::Data<LifeCycle>,
    request: HttpRequest,
    query: Query<AppointmentQuery>,
) -> Result<HttpResponse, Error> {
    policy::may_read_appointments(&reader)?;
    let Query(query) = query;
    rules::check_codes(&query.member)?;
    let page = PageRequest::of(&request, query.limit, query.cursor.as_deref())?;
    let rows = life_cycle.list(reader.0, query, page.after_id()?, page.rows()).await?;
    Ok(page.into_page(rows, |row| Cursor::after(&[&row.id.to_string()]))?.respond(&request))
}

/// One appointment.
#[utoipa::path(get, path = "/api/v1/appointments/{id}", tag = "appointments", params(("id" = String, Path)),
    responses((status = 200, body = AppointmentView)))]
pub async fn one(
    reader: Authenticated,
    life_cycle: web::Data<LifeCycle>,
    request: HttpRequest,
    id: web::Path<Id>,
) -> Result<HttpResponse, Error> {
    etag::respond(&request, &life_cycle.get(reader.0, *id).await?)
}

/// Appoints somebody who has an account, or applies for oneself once more. Without `user_id` it waits for approval.
#[utoipa::path(post, path = "/api/v1/appointments", tag = "appointments", request_body = Appoint,
    params(("Idempotency-Key" = Option<String>, Header)), responses((status = 201, body = AppointmentView)))]
pub async fn appoint(
    person: Authenticated,
    life_cycle: web::Data<LifeCycle>,
    caller: RequestContext,
    key: IdempotencyKey,
    body: Unread<Appoint>,
) -> Result<HttpResponse, Error> {
    policy::may_begin_appointments(&person)?;
    let form = body.read().await?;
    // The ticket is of the body, too, which is there now.
    let ticket = key.ticket(person.user_id);
    life_cycle.appoint(person.0, Trace::from(&caller), ticket, form).await.map(HttpResponse::from)
}

/// Sets or takes away the end of a mandate. One that the Secretariat set no coordinator changes; while a hand-over is
/// under way nobody does, since cancelling it brings the end of before back.
#[utoipa::path(patch, path = "/api/v1/appointments/{id}", tag = "appointments", request_body = AppointmentChange,
    params(("id" = String, Path), ("If-Match" = String, Header)), responses((status = 200, body = AppointmentView)))]
pub async fn change(
    officer: CanManageAppointments,
    life_cycle: web::Data<LifeCycle>,
    caller: RequestContext,
    request: HttpRequest,
    id: web::Path<Id>,
    seen: IfMatch,
    body: Unread<AppointmentChange>,
) -> Result<HttpResponse, Error> {
    life_cycle.check_change(officer.0.clone(), *id).await?;
    let change = body.read().await?;
    etag::respond(&request, &life_cycle.change(officer.0, Trace::from(&caller), *id, change, seen).await?)
}

/// Does something to an appointment. Who may, and in which state, stands in `docs/life-cycle.md`; what is possible for the
/// reader at the moment in `possible` of the appointment.
#[utoipa::path(post, path = "/api/v1/appointments/{id}/{deed}", tag = "appointments", request_body = Act,
    params(("id" = String, Path), ("deed" = Deed, Path), ("If-Match" = Option<String>, Header)),
    responses((status = 200, body = AppointmentView)))]
pub async fn act(
    person: Authenticated,
    life_cycle: web::Data<LifeCycle>,
    caller: RequestContext,
    place: web::Path<(Id, String)>,
    seen: MaybeIfMatch,
    body: Unread<Act>,
) -> Result<web::Json<AppointmentView>, Error> {
    let (id, deed) = place.into_inner();
    let event = Deed::parse(&deed).ok_or_else(Error::not_found)?.event();
    life_cycle.check_act(person.0.clone(), id, event).await?;
    let reason = rules::reason(event, &body.read_or_default().await?)?;
    life_cycle.act(person.0, Trace::from(&caller), id, event, reason, seen.0).await.map(web::Json)
}

/// Hands over to a successor: the successor is in force, the predecessor's appointment ends, in one unit of work.
#[utoipa::path(post, path = "/api/v1/appointments/{id}/replace", tag = "appointments", request_body = Replace,
    params(("id" = String, Path), ("If-Match" = Option<String>, Header)), responses((status = 200, body = AppointmentView)))]
pub async fn replace(
    person: Authenticated,
    life_cycle: web::Data<LifeCycle>,
    caller: RequestContext,
    id: web::Path<Id>,
    seen: MaybeIfMatch,
    body: Unread<Replace>,
) -> Result<web::Json<AppointmentView>, Error> {
    let predecessor = id.into_inner();
    life_cycle.check_act(person.0.clone(), predecessor, Event::Replace).await?;
    let Replace { successor, overlap_days, reason } = body.read().await?;
    let hand_over = HandOver {
        predecessor,
        successor,
        overlap: rules::overlap(overlap_days)?,
        reason: rules::reason(Event::Replace, &Act { reason })?,
        seen: seen.0,
        successor_seen: None,
    };
    life_cycle.replace(person.0, Trace::from(&caller), hand_over).await.map(web::Json)
}

/// Cancels a hand-over whose days are not over: both appointments stay in force, the mandate has its end of before, and
/// both people hear of it. What the Secretariat began, no coordinator cancels.
#[utoipa::path(post, path = "/api/v1/appointments/{id}/cancel-hand-over", tag = "appointments",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header)), responses((status = 200, body = AppointmentView)))]
pub async fn cancel_hand_over(
    officer: CanManageAppointments,
    life_cycle: web::Data<LifeCycle>,
    caller: RequestContext,
    id: web::Path<Id>,
    seen: MaybeIfMatch,
) -> Result<web::Json<AppointmentView>, Error> {
    life_cycle.cancel_hand_over(officer.0, Trace::from(&caller), *id, seen.0).await.map(web::Json)
}

/// Confirms a contact by the link of a reminder, without logging in.
#[utoipa::path(post, path = "/api/v1/appointments/confirm", tag = "appointments", request_body = ConfirmLink,
    responses((status = 200, body = AppointmentView)))]
pub async fn confirm_by_link(
    _: Anyone,
    life_cycle: web::Data<LifeCycle>,
    caller: RequestContext,
    body: Json<ConfirmLink>,
) -> Result<web::Json<AppointmentView>, Error> {
    life_cycle.confirm_contact(&caller, body.0.token).await.map(|(_, view)| web::Json(view))
}
