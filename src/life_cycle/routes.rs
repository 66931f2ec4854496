//! `/appointments` and what can be done to them.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, web};
use secrecy::{ExposeSecret as _, SecretString};

use super::hand_over::HandOver;
use super::types::{Act, Appoint, AppointmentChange, AppointmentQuery, AppointmentView, ConfirmLink, Deed, Replace};
use super::{Desk, invitations, rules, store};
use crate::app::Portal;
use crate::appointments::{self, AppointmentStatus, Event, ListFilter, Role};
use crate::audit::Trace;
use crate::db::{Conn, Id};
use crate::error::{Error, Fault};
use crate::http::problem::Problem;
use crate::http::{Asked, Caller, Cursor, IdempotencyKey, IfMatch, Json, List, Query, Unread, etag};
use crate::idempotency::Answer;
use crate::identity::guards::{AnyCredential, AppointmentOfficer};
use crate::members;
use crate::policy::{self, Principal};
use crate::text;

/// The routes of this feature.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .service(web::resource("/appointments").route(web::get().to(list)).route(web::post().to(appoint)))
        .service(web::resource("/appointments/confirm").route(web::post().to(confirm_by_link)))
        .service(web::resource("/appointments/{id}").route(web::get().to(one)).route(web::patch().to(change)))
        .service(web::resource("/appointments/{id}/replace").route(web::post().to(replace)))
        .configure(invitations::routes::routes);
}

/// The deeds, after every other route below an appointment.
pub fn deeds(config: &mut web::ServiceConfig) {
    config.service(web::resource("/appointments/{id}/{deed}").route(web::post().to(act)));
}

/// What the units of work need.
pub(crate) fn desk(portal: &Portal, caller: &Caller) -> Desk {
    Desk { trace: Trace::from(caller), ..portal.life_cycle_desk() }
}

/// Rights may be others now, and mail may wait.
pub(crate) fn changed(portal: &Portal) {
    portal.identity.forget_seen();
    portal.outbox.ring();
    portal.events.ring();
}

/// The same where somebody may grant less from now on: what is open of it is withdrawn before the answer.
async fn settled(portal: &Portal, view: &AppointmentView) {
    if matches!(view.role, Role::Secretariat | Role::Coordinator) && view.status != AppointmentStatus::Active {
        portal.settle_grants().await;
    }
}

/// Appointments, the oldest first: every one for the Secretariat, a coordinator's own organisation, and everybody's own.
#[utoipa::path(get, path = "/api/v1/appointments", tag = "appointments", params(AppointmentQuery),
    security(("bearer" = []), ("cookie" = [])),
    responses((status = 200, body = List<AppointmentView>), (status = "default", body = Problem)))]
pub async fn list(
    reader: AnyCredential,
    portal: web::Data<Portal>,
    request: HttpRequest,
    query: Query<AppointmentQuery>,
) -> Result<HttpResponse, Error> {
    policy::may_read_appointments(&reader)?;
    let Query(query) = query;
    if let Some(code) = query.member.iter().find(|code| !text::is_code(code)) {
        return Err(Error::bad_query(vec![Fault::new("member", "bad_code").with("value", text::shown(code))]));
    }
    let page = Asked::of(&request, query.limit, query.cursor.as_deref())?;
    let (after, fetch) = (page.after_id()?, page.rows());
    let rows = portal
        .db
        .read(move |conn| {
            let mut filter = visible_to(&reader);
            (filter.statuses, filter.roles) = (query.status, query.role);
            if !query.member.is_empty() {
                let codes: Vec<String> = query.member.iter().map(|code| code.to_ascii_uppercase()).collect();
                filter.within = Some(members::ids(conn, &codes)?);
            }
            let rows = appointments::list(conn, &filter, after, fetch)?;
            store::views(conn, &reader, rows)
        })
        .await?;
    Ok(page.cut(rows, |row| Cursor::after(&[&row.id.to_string()]))?.respond(&request))
}

/// Whose appointments somebody sees: the filter of [`policy::may_see_appointment`].
fn visible_to(reader: &Principal) -> ListFilter {
    let officer = policy::check(reader, policy::Action::ManageAppointments).is_ok();
    if officer && reader.is_secretariat() {
        return ListFilter::default();
    }
    let coordinated = reader.active().filter(|held| officer && held.role == Role::Coordinator);
    let organisations = coordinated.map(|held| held.organisation_id).collect();
    let own = policy::check(reader, policy::Action::ReadProfile).is_ok();
    let holder = own.then_some(reader.user_id);
    ListFilter { organisations: Some(organisations), holder, ..ListFilter::default() }
}

/// One appointment.
#[utoipa::path(get, path = "/api/v1/appointments/{id}", tag = "appointments", params(("id" = String, Path)),
    security(("bearer" = []), ("cookie" = [])),
    responses((status = 200, body = AppointmentView), (status = "default", body = Problem)))]
pub async fn one(
    reader: AnyCredential,
    portal: web::Data<Portal>,
    request: HttpRequest,
    id: web::Path<Id>,
) -> Result<HttpResponse, Error> {
    policy::may_read_appointments(&reader)?;
    let view = portal
        .db
        .read(move |conn| {
            let row = appointments::find(conn, id.into_inner())?.ok_or_else(Error::not_found)?;
            if !policy::may_see_appointment(&reader, &row) {
                return Err(Error::not_found());
            }
            store::views(conn, &reader, vec![row])?.pop().ok_or_else(Error::not_found)
        })
        .await?;
    etag::respond(&request, &view)
}

/// Appoints somebody who has an account, or applies for oneself once more. Without `user_id` it waits for approval.
#[utoipa::path(post, path = "/api/v1/appointments", tag = "appointments", request_body = Appoint,
    security(("bearer" = []), ("cookie" = [])),
    params(("Idempotency-Key" = Option<String>, Header)),
    responses((status = 201, body = AppointmentView), (status = "default", body = Problem)))]
pub async fn appoint(
    person: AnyCredential,
    portal: web::Data<Portal>,
    caller: Caller,
    key: IdempotencyKey,
    body: Unread<Appoint>,
) -> Result<HttpResponse, Error> {
    policy::may_begin_appointments(&person)?;
    let form = body.read().await?;
    // The ticket is of the body, too, which is there now.
    let (desk, ticket) = (desk(&portal, &caller), key.ticket(person.user_id));
    let made = portal.once(ticket, move |conn| Answer::json(201, &desk.appoint(conn, &person, &form)?)).await?;
    changed(&portal);
    Ok(made.into())
}

/// Sets or takes away the end of a mandate.
#[utoipa::path(patch, path = "/api/v1/appointments/{id}", tag = "appointments", request_body = AppointmentChange,
    params(("id" = String, Path), ("If-Match" = String, Header)), security(("bearer" = []), ("cookie" = [])),
    responses((status = 200, body = AppointmentView), (status = "default", body = Problem)))]
pub async fn change(
    officer: AppointmentOfficer,
    portal: web::Data<Portal>,
    caller: Caller,
    request: HttpRequest,
    id: web::Path<Id>,
    seen: IfMatch,
    body: Unread<AppointmentChange>,
) -> Result<HttpResponse, Error> {
    let (desk, officer, id) = (desk(&portal, &caller), officer.0, id.into_inner());
    let (asking, asked) = (desk.clone(), Arc::clone(&officer));
    portal.db.read(move |conn| check_ender(conn, &asking, &asked, id)).await?;
    let change = body.read().await?;
    let view = portal.db.write(move |conn| desk.change(conn, &officer, id, &change, &seen)).await?;
    changed(&portal);
    etag::respond(&request, &view)
}

/// Does something to an appointment. Who may, and in which state, stands in `docs/life-cycle.md`; what is possible for the
/// reader at the moment in `possible` of the appointment.
#[utoipa::path(post, path = "/api/v1/appointments/{id}/{deed}", tag = "appointments", request_body = Act,
    params(("id" = String, Path), ("deed" = Deed, Path)), security(("bearer" = []), ("cookie" = [])),
    responses((status = 200, body = AppointmentView), (status = "default", body = Problem)))]
pub async fn act(
    person: AnyCredential,
    portal: web::Data<Portal>,
    caller: Caller,
    place: web::Path<(Id, String)>,
    body: Unread<Act>,
) -> Result<web::Json<AppointmentView>, Error> {
    let (id, deed) = place.into_inner();
    let event = Deed::parse(&deed).ok_or_else(Error::not_found)?.event();
    let desk = desk(&portal, &caller);
    let (asking, asked) = (desk.clone(), Arc::clone(&person.0));
    portal.db.read(move |conn| check_actor(conn, &asking, &asked, id, event)).await?;
    let reason = rules::reason(event, &body.read_or_default().await?)?;
    let view = portal.db.write(move |conn| desk.act(conn, &person, id, event, reason.as_deref())).await?;
    changed(&portal);
    settled(&portal, &view).await;
    Ok(web::Json(view))
}

/// Hands over to a successor: the successor is in force, the predecessor's appointment ends, in one unit of work.
#[utoipa::path(post, path = "/api/v1/appointments/{id}/replace", tag = "appointments", request_body = Replace,
    params(("id" = String, Path)), security(("bearer" = []), ("cookie" = [])),
    responses((status = 200, body = AppointmentView), (status = "default", body = Problem)))]
pub async fn replace(
    person: AnyCredential,
    portal: web::Data<Portal>,
    caller: Caller,
    id: web::Path<Id>,
    body: Unread<Replace>,
) -> Result<web::Json<AppointmentView>, Error> {
    let (desk, predecessor) = (desk(&portal, &caller), id.into_inner());
    let (asking, asked) = (desk.clone(), Arc::clone(&person.0));
    portal.db.read(move |conn| check_actor(conn, &asking, &asked, predecessor, Event::Replace)).await?;
    let Replace { successor, overlap_days, reason } = body.read().await?;
    let what = HandOver {
        predecessor,
        successor,
        overlap: rules::overlap(overlap_days)?,
        reason: rules::reason(Event::Replace, &Act { reason })?,
    };
    let view = portal.db.write(move |conn| desk.replace(conn, &person, &what)).await?;
    changed(&portal);
    settled(&portal, &view).await;
    Ok(web::Json(view))
}

/// Whether somebody may do this to an appointment: asked before anything is received that is said about it. Asked again by the
/// unit of work that does it.
fn check_actor(conn: &mut Conn, desk: &Desk, person: &Principal, id: Id, event: Event) -> Result<(), Error> {
    let row = appointments::find(conn, id)?.ok_or_else(Error::not_found)?;
    desk.admit(person, event, &row).map(|_actor| ())
}

/// The same of somebody who sets the end of a mandate.
fn check_ender(conn: &mut Conn, desk: &Desk, officer: &Principal, id: Id) -> Result<(), Error> {
    check_actor(conn, desk, officer, id, Event::Suspend).or_else(|_refusal| {
        check_actor(conn, desk, officer, id, Event::Resign)?;
        Err(Error::forbidden("own_case"))
    })
}

/// Confirms a contact by the link of a reminder, without logging in.
#[utoipa::path(post, path = "/api/v1/appointments/confirm", tag = "appointments", request_body = ConfirmLink,
    responses((status = 200, body = AppointmentView), (status = "default", body = Problem)))]
pub async fn confirm_by_link(
    portal: web::Data<Portal>,
    caller: Caller,
    body: Json<ConfirmLink>,
) -> Result<web::Json<AppointmentView>, Error> {
    confirm_contact(&portal, &caller, body.0.token).await.map(web::Json)
}

/// The same for the page behind the link.
pub(crate) async fn confirm_contact(
    portal: &Portal,
    caller: &Caller,
    token: SecretString,
) -> Result<AppointmentView, Error> {
    let desk = desk(portal, caller);
    // A read first: whoever makes links up takes nobody's turn to write.
    let (looking, link) = (desk.clone(), token.clone());
    portal.db.read(move |conn| looking.look_at_confirmation(conn, link.expose_secret())).await?;
    let view = portal.db.write(move |conn| desk.confirm_by_link(conn, token.expose_secret())).await?;
    changed(portal);
    Ok(view)
}
