//! `/users/{id}/…`, `/me/email`, `/auth/email/*`.

use std::sync::Arc;

use actix_web::{HttpResponse, web};
use secrecy::ExposeSecret as _;

use super::types::{Account, AccountList, AccountQuery, AddressLink, ChangeAddress, Reason};
use super::{Desk, account, find_account, reason};
use crate::app::Portal;
use crate::audit::Trace;
use crate::db::Id;
use crate::error::{Error, Fault};
use crate::http::problem::Problem;
use crate::http::{Caller, Json, Query, evenly};
use crate::identity::guards::{AccountOfficer, AccountReader, FreshUser};
use crate::identity::{Accepted, Done, Purpose};
use crate::mail::EmailAddress;
use crate::policy;

/// The routes of this feature below `/api/v1`.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .service(web::resource("/users").route(web::get().to(find)))
        .service(web::resource("/users/{id}").route(web::get().to(one)))
        .service(web::resource("/users/{id}/suspend").route(web::post().to(suspend)))
        .service(web::resource("/users/{id}/reinstate").route(web::post().to(reinstate)))
        .service(web::resource("/users/{id}/sessions").route(web::delete().to(end_sessions)))
        .service(web::resource("/users/{id}/mfa/reset").route(web::post().to(reset_factors)))
        .service(web::resource("/me/email").route(web::post().to(ask_address)))
        .service(web::resource("/auth/email/confirm").route(web::post().to(confirm_address)))
        .service(web::resource("/auth/email/undo").route(web::post().to(undo_address)));
}

fn desk(portal: &Portal, caller: &Caller) -> Desk {
    Desk {
        audit: portal.audit.clone(),
        throttle: Arc::clone(&portal.throttle),
        outbox: portal.outbox.clone(),
        random: portal.random.clone(),
        trace: Trace::from(caller),
        now: portal.clock.now(),
        confirm_life: portal.lives.verify_link,
        undo_life: portal.lives.undo_link,
        reset_life: portal.lives.reset_link,
    }
}

/// The account with an address, where there is one.
#[utoipa::path(get, path = "/api/v1/users", tag = "accounts", params(AccountQuery),
    security(("bearer" = []), ("cookie" = [])),
    responses((status = 200, body = AccountList), (status = "default", body = Problem)))]
pub async fn find(
    _: AccountReader,
    portal: web::Data<Portal>,
    query: Query<AccountQuery>,
) -> Result<web::Json<AccountList>, Error> {
    let Ok(address) = EmailAddress::parse(&query.0.email) else {
        return Err(Error::bad_query(vec![Fault::new("email", "bad_email")]));
    };
    portal.db.read(move |conn| find_account(conn, &address)).await.map(|data| web::Json(AccountList { data }))
}

/// An account.
#[utoipa::path(get, path = "/api/v1/users/{id}", tag = "accounts", params(("id" = String, Path)),
    security(("bearer" = []), ("cookie" = [])),
    responses((status = 200, body = Account), (status = "default", body = Problem)))]
pub async fn one(_: AccountOfficer, portal: web::Data<Portal>, id: web::Path<Id>) -> Result<web::Json<Account>, Error> {
    portal.db.read(move |conn| account(conn, id.into_inner())).await.map(web::Json)
}

/// Suspends an account: its sessions and API tokens end, the directory no longer shows the person, and what is open of the
/// person's invitations, hand-overs and planned announcements is withdrawn.
#[utoipa::path(post, path = "/api/v1/users/{id}/suspend", tag = "accounts", params(("id" = String, Path)),
    request_body = Reason, security(("bearer" = []), ("cookie" = [])),
    responses((status = 200, body = Account), (status = "default", body = Problem)))]
pub async fn suspend(
    officer: AccountOfficer,
    portal: web::Data<Portal>,
    caller: Caller,
    id: web::Path<Id>,
    body: Json<Reason>,
) -> Result<web::Json<Account>, Error> {
    policy::check_other(&officer, *id)?;
    let reason = reason(&body.0.reason)?;
    let (desk, officer) = (desk(&portal, &caller), officer.user_id);
    let account = portal.db.write(move |conn| desk.suspend(conn, officer, id.into_inner(), &reason)).await?;
    changed(&portal);
    portal.settle_grants().await;
    Ok(web::Json(account))
}

/// Reinstates an account that was suspended.
#[utoipa::path(post, path = "/api/v1/users/{id}/reinstate", tag = "accounts", params(("id" = String, Path)),
    security(("bearer" = []), ("cookie" = [])),
    responses((status = 200, body = Account), (status = "default", body = Problem)))]
pub async fn reinstate(
    officer: AccountOfficer,
    portal: web::Data<Portal>,
    caller: Caller,
    id: web::Path<Id>,
) -> Result<web::Json<Account>, Error> {
    policy::check_other(&officer, *id)?;
    let (desk, officer) = (desk(&portal, &caller), officer.user_id);
    let account = portal.db.write(move |conn| desk.reinstate(conn, officer, id.into_inner())).await?;
    changed(&portal);
    Ok(web::Json(account))
}

/// Ends every session and every API token of a person, who is told by mail.
#[utoipa::path(delete, path = "/api/v1/users/{id}/sessions", tag = "accounts", params(("id" = String, Path)),
    security(("bearer" = []), ("cookie" = [])), responses((status = 204), (status = "default", body = Problem)))]
pub async fn end_sessions(
    officer: AccountOfficer,
    portal: web::Data<Portal>,
    caller: Caller,
    id: web::Path<Id>,
) -> Result<HttpResponse, Error> {
    let (desk, officer) = (desk(&portal, &caller), officer.user_id);
    portal.db.write(move |conn| desk.end_sessions(conn, officer, id.into_inner())).await?;
    changed(&portal);
    Ok(HttpResponse::NoContent().finish())
}

/// Takes away the second factors of somebody who lost them. The person gets a link to choose a new password, and adds
/// factors anew; nobody else learns or chooses a password.
#[utoipa::path(post, path = "/api/v1/users/{id}/mfa/reset", tag = "accounts", params(("id" = String, Path)),
    request_body = Reason, security(("bearer" = []), ("cookie" = [])),
    responses((status = 204), (status = "default", body = Problem)))]
pub async fn reset_factors(
    officer: AccountOfficer,
    portal: web::Data<Portal>,
    caller: Caller,
    id: web::Path<Id>,
    body: Json<Reason>,
) -> Result<HttpResponse, Error> {
    policy::check_other(&officer, *id)?;
    let reason = reason(&body.0.reason)?;
    let (desk, officer) = (desk(&portal, &caller), officer.user_id);
    portal.db.write(move |conn| desk.reset_factors(conn, officer, id.into_inner(), &reason)).await?;
    changed(&portal);
    Ok(HttpResponse::NoContent().finish())
}

/// Asks to change one's address: a link goes to the new one, word and a way back to the old one. Wants a fresh login.
#[utoipa::path(post, path = "/api/v1/me/email", tag = "me", request_body = ChangeAddress,
    security(("bearer" = []), ("cookie" = [])),
    responses((status = 202, body = Accepted), (status = "default", body = Problem)))]
pub async fn ask_address(
    user: FreshUser,
    portal: web::Data<Portal>,
    caller: Caller,
    body: Json<ChangeAddress>,
) -> Result<HttpResponse, Error> {
    let fault = |fault: Fault| Error::invalid(vec![Fault { pointer: "/email".to_owned(), ..fault }]);
    let address = EmailAddress::parse(&body.0.email).map_err(fault)?;
    if EmailAddress::parse(&user.email).is_ok_and(|own| own.key() == address.key()) {
        return Err(fault(Fault::new("", "same_address")));
    }
    let (desk, owner) = (desk(&portal, &caller), user.0);
    evenly(&portal.random, portal.db.write(move |conn| desk.ask_address(conn, &owner, &address))).await?;
    portal.outbox.ring();
    let detail = portal.catalogue.text(caller.language, "answer-address", &[]);
    Ok(HttpResponse::Accepted().json(Accepted { status: "accepted", detail }))
}

/// Confirms a new address with the link that was mailed to it.
#[utoipa::path(post, path = "/api/v1/auth/email/confirm", tag = "identity", request_body = AddressLink,
    responses((status = 200, body = Done), (status = "default", body = Problem)))]
pub async fn confirm_address(
    portal: web::Data<Portal>,
    caller: Caller,
    body: Json<AddressLink>,
) -> Result<web::Json<Done>, Error> {
    confirm(&portal, &caller, body.0).await?;
    Ok(web::Json(Done { status: "address_changed" }))
}

/// The same for the page behind the link.
pub(crate) async fn confirm(portal: &Portal, caller: &Caller, link: AddressLink) -> Result<(), Error> {
    portal.identity.admit_link(Purpose::ConfirmAddress, &link.token).await?;
    let desk = desk(portal, caller);
    portal.db.write(move |conn| desk.confirm_address(conn, link.token.expose_secret())).await?;
    changed(portal);
    Ok(())
}

/// Takes a change of address back with the link that was mailed to the old one, and ends every session.
#[utoipa::path(post, path = "/api/v1/auth/email/undo", tag = "identity", request_body = AddressLink,
    responses((status = 200, body = Done), (status = "default", body = Problem)))]
pub async fn undo_address(
    portal: web::Data<Portal>,
    caller: Caller,
    body: Json<AddressLink>,
) -> Result<web::Json<Done>, Error> {
    undo(&portal, &caller, body.0).await?;
    Ok(web::Json(Done { status: "address_restored" }))
}

/// The same for the page behind the link.
pub(crate) async fn undo(portal: &Portal, caller: &Caller, link: AddressLink) -> Result<(), Error> {
    portal.identity.admit_link(Purpose::UndoAddress, &link.token).await?;
    let desk = desk(portal, caller);
    portal.db.write(move |conn| desk.undo_address(conn, link.token.expose_secret())).await?;
    changed(portal);
    Ok(())
}

fn changed(portal: &Portal) {
    portal.identity.forget_seen();
    portal.outbox.ring();
}
