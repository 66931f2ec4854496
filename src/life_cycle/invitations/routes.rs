//! `/invitations`.

use actix_web::{HttpResponse, web};
use secrecy::{ExposeSecret as _, SecretString};

use super::types::{Accept, AcceptLink, InvitationView, Invite};
use super::{check_inviter, rules};
use crate::app::Portal;
use crate::db::{Conn, Id};
use crate::error::{Error, Fault};
use crate::http::problem::Problem;
use crate::http::{Caller, IdempotencyKey, Json};
use crate::idempotency::Answer;
use crate::identity::guards::AppointmentOfficer;
use crate::life_cycle::AppointmentView;
use crate::life_cycle::routes::{changed, desk};

/// The routes of invitations.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .service(web::resource("/invitations").route(web::post().to(invite)))
        .service(web::resource("/invitations/look").route(web::post().to(look)))
        .service(web::resource("/invitations/accept").route(web::post().to(accept)))
        .service(web::resource("/invitations/{id}/resend").route(web::post().to(resend)));
}

/// Invites somebody by a mailed link: a coordinator to the own organisation, the Secretariat to every one. The answer is
/// the same whether or not the address has an account.
#[utoipa::path(post, path = "/api/v1/invitations", tag = "appointments", request_body = Invite,
    security(("bearer" = []), ("cookie" = [])),
    params(("Idempotency-Key" = Option<String>, Header)),
    responses((status = 201, body = AppointmentView), (status = "default", body = Problem)))]
pub async fn invite(
    officer: AppointmentOfficer,
    portal: web::Data<Portal>,
    caller: Caller,
    key: IdempotencyKey,
    body: Json<Invite>,
) -> Result<HttpResponse, Error> {
    let (desk, officer, ticket) = (desk(&portal, &caller), officer.0.clone(), key.ticket(officer.user_id));
    let community = portal.community.name.clone();
    let write = move |conn: &mut Conn| {
        check_inviter(conn, &officer, &body.0)?;
        let invitee = rules::parse(&body.0, &community, desk.now)?;
        Answer::json(201, &desk.invite(conn, &officer, &invitee)?)
    };
    let made = portal.once(ticket, write).await?;
    changed(&portal);
    Ok(made.into())
}

/// Mails a new link for an open invitation; the one before is worthless from then on.
#[utoipa::path(post, path = "/api/v1/invitations/{id}/resend", tag = "appointments", params(("id" = String, Path)),
    security(("bearer" = []), ("cookie" = [])),
    responses((status = 200, body = AppointmentView), (status = "default", body = Problem)))]
pub async fn resend(
    officer: AppointmentOfficer,
    portal: web::Data<Portal>,
    caller: Caller,
    id: web::Path<Id>,
) -> Result<web::Json<AppointmentView>, Error> {
    let (desk, officer) = (desk(&portal, &caller), officer.0);
    let sent = portal.db.write(move |conn| desk.invite_again(conn, &officer, id.into_inner())).await?;
    changed(&portal);
    Ok(web::Json(sent))
}

/// What the link of an invitation is to.
#[utoipa::path(post, path = "/api/v1/invitations/look", tag = "appointments", request_body = AcceptLink,
    responses((status = 200, body = InvitationView), (status = "default", body = Problem)))]
pub async fn look(
    portal: web::Data<Portal>,
    caller: Caller,
    body: Json<AcceptLink>,
) -> Result<web::Json<InvitationView>, Error> {
    look_at(&portal, &caller, &body.0.token).await.map(web::Json)
}

/// The same for the page behind the link.
pub(crate) async fn look_at(portal: &Portal, caller: &Caller, token: &SecretString) -> Result<InvitationView, Error> {
    let (desk, token) = (desk(portal, caller), token.clone());
    portal.db.read(move |conn| desk.look_at_invitation(conn, token.expose_secret())).await
}

/// Accepts an invitation.
#[utoipa::path(post, path = "/api/v1/invitations/accept", tag = "appointments", request_body = Accept,
    responses((status = 200, body = AppointmentView), (status = "default", body = Problem)))]
pub async fn accept(
    portal: web::Data<Portal>,
    caller: Caller,
    body: Json<Accept>,
) -> Result<web::Json<AppointmentView>, Error> {
    take(&portal, &caller, body.0).await.map(web::Json)
}

/// The same for the page behind the link.
pub(crate) async fn take(portal: &Portal, caller: &Caller, form: Accept) -> Result<AppointmentView, Error> {
    // First the link: without a good one nothing is said of the rest.
    let found = look_at(portal, caller, &form.token).await?;
    let mut acceptance = rules::parse_acceptance(&form, &portal.community.name)?;
    if found.needs_password {
        let password =
            form.password.as_ref().ok_or_else(|| Error::invalid(vec![Fault::new("/password", "missing")]))?;
        let known = [found.email.as_str(), found.name.as_str(), found.organisation_en.as_str()];
        let hash = portal.identity.hash_behind_link(password, &known, false, caller).await?;
        acceptance.password_hash = Some(hash);
    }
    let desk = desk(portal, caller);
    let accepted = portal.db.write(move |conn| desk.accept(conn, form.token.expose_secret(), &acceptance)).await?;
    changed(portal);
    Ok(accepted)
}
