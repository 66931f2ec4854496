//! `/invitations`.

use actix_web::{HttpResponse, web};

use super::types::{Accept, AcceptLink, InvitationView, Invite};
use crate::audit::Trace;
use crate::db::Id;
use crate::error::Error;
use crate::http::operations::operations;
use crate::http::{Anyone, IdempotencyKey, Json, Operations, RequestContext};
use crate::identity::guards::CanManageAppointments;
use crate::life_cycle::{AppointmentView, LifeCycle};

/// The operations of this feature.
pub fn operations() -> Operations {
    operations![invite, resend, look, accept]
}

/// Invites somebody by a mailed link: a coordinator to the own organisation, the Secretariat to every one. The answer is
/// the same whether or not the address has an account.
#[utoipa::path(post, path = "/api/v1/invitations", tag = "appointments", request_body = Invite,
    params(("Idempotency-Key" = Option<String>, Header)), responses((status = 201, body = AppointmentView)))]
pub async fn invite(
    officer: CanManageAppointments,
    life_cycle: web::Data<LifeCycle>,
    caller: RequestContext,
    key: IdempotencyKey,
    body: Json<Invite>,
) -> Result<HttpResponse, Error> {
    let ticket = key.ticket(officer.user_id);
    life_cycle.invite(officer.0, Trace::from(&caller), ticket, body.0).await.map(HttpResponse::from)
}

/// Mails a new link for an open invitation; the one before is worthless from then on.
#[utoipa::path(post, path = "/api/v1/invitations/{id}/resend", tag = "appointments", params(("id" = String, Path)),
    responses((status = 200, body = AppointmentView)))]
pub async fn resend(
    officer: CanManageAppointments,
    life_cycle: web::Data<LifeCycle>,
    caller: RequestContext,
    id: web::Path<Id>,
) -> Result<web::Json<AppointmentView>, Error> {
    life_cycle.invite_again(officer.0, Trace::from(&caller), *id).await.map(web::Json)
}

/// What the link of an invitation is to.
#[utoipa::path(post, path = "/api/v1/invitations/look", tag = "appointments", request_body = AcceptLink,
    responses((status = 200, body = InvitationView)))]
pub async fn look(
    _: Anyone,
    life_cycle: web::Data<LifeCycle>,
    body: Json<AcceptLink>,
) -> Result<web::Json<InvitationView>, Error> {
    life_cycle.look_at_invitation(body.0.token).await.map(web::Json)
}

/// Accepts an invitation.
#[utoipa::path(post, path = "/api/v1/invitations/accept", tag = "appointments", request_body = Accept,
    responses((status = 200, body = AppointmentView)))]
pub async fn accept(
    _: Anyone,
    life_cycle: web::Data<LifeCycle>,
    caller: RequestContext,
    body: Json<Accept>,
) -> Result<web::Json<AppointmentView>, Error> {
    life_cycle.accept_invitation(&caller, body.0).await.map(web::Json)
}
