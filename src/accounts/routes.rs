//! `/users/{id}/…`, `/me/email`, `/auth/email/*`.

use actix_web::{HttpResponse, web};

use super::types::{Account, AccountList, AccountQuery, AddressLink, ChangeAddress, Reason};
use super::{Accounts, rules};
use crate::audit::Trace;
use crate::db::Id;
use crate::error::Error;
use crate::http::middleware_settings::MiddlewareSettings;
use crate::http::operations::operations;
use crate::http::{Anyone, Json, Operations, Query, RequestContext};
use crate::identity::guards::{CanManageAccounts, CanReadAccounts, RecentlyAuthenticated};
use crate::identity::{Accepted, Done};

/// The operations of this feature.
pub fn operations() -> Operations {
    operations![find, one, suspend, reinstate, end_sessions, reset_factors, ask_address, confirm_address, undo_address]
}

/// The account with an address, where there is one.
#[utoipa::path(get, path = "/api/v1/users", tag = "accounts", params(AccountQuery),
    responses((status = 200, body = AccountList)))]
pub async fn find(
    _: CanReadAccounts,
    accounts: web::Data<Accounts>,
    query: Query<AccountQuery>,
) -> Result<web::Json<AccountList>, Error> {
    let address = rules::address_in_query(&query.0.email)?;
    accounts.find(address).await.map(|data| web::Json(AccountList { data }))
}

/// An account.
#[utoipa::path(get, path = "/api/v1/users/{id}", tag = "accounts", params(("id" = String, Path)),
    responses((status = 200, body = Account)))]
pub async fn one(
    _: CanManageAccounts,
    accounts: web::Data<Accounts>,
    id: web::Path<Id>,
) -> Result<web::Json<Account>, Error> {
    accounts.get(*id).await.map(web::Json)
}

/// Suspends an account: its sessions and API tokens end, the directory no longer shows the person, and what is open of the
/// person's invitations, hand-overs and planned announcements is withdrawn.
#[utoipa::path(post, path = "/api/v1/users/{id}/suspend", tag = "accounts", params(("id" = String, Path)),
    request_body = Reason, responses((status = 200, body = Account)))]
pub async fn suspend(
    officer: CanManageAccounts,
    accounts: web::Data<Accounts>,
    caller: RequestContext,
    id: web::Path<Id>,
    body: Json<Reason>,
) -> Result<web::Json<Account>, Error> {
    accounts.suspend(&officer, Trace::from(&caller), *id, &body.0.reason).await.map(web::Json)
}

/// Reinstates an account that was suspended.
#[utoipa::path(post, path = "/api/v1/users/{id}/reinstate", tag = "accounts", params(("id" = String, Path)),
    responses((status = 200, body = Account)))]
pub async fn reinstate(
    officer: CanManageAccounts,
    accounts: web::Data<Accounts>,
    caller: RequestContext,
    id: web::Path<Id>,
) -> Result<web::Json<Account>, Error> {
    accounts.reinstate(&officer, Trace::from(&caller), *id).await.map(web::Json)
}

/// Ends every session and every API token of a person, who is told by mail.
#[utoipa::path(delete, path = "/api/v1/users/{id}/sessions", tag = "accounts", params(("id" = String, Path)),
    responses((status = 204)))]
pub async fn end_sessions(
    officer: CanManageAccounts,
    accounts: web::Data<Accounts>,
    caller: RequestContext,
    id: web::Path<Id>,
) -> Result<HttpResponse, Error> {
    accounts.end_sessions(officer.user_id, Trace::from(&caller), *id).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Takes away the second factors of somebody who lost them. The person gets a link to choose a new password, and adds
/// factors anew; nobody else learns or chooses a password.
#[utoipa::path(post, path = "/api/v1/users/{id}/mfa/reset", tag = "accounts", params(("id" = String, Path)),
    request_body = Reason, responses((status = 204)))]
pub async fn reset_factors(
    officer: CanManageAccounts,
    accounts: web::Data<Accounts>,
    caller: RequestContext,
    id: web::Path<Id>,
    body: Json<Reason>,
) -> Result<HttpResponse, Error> {
    accounts.reset_factors(&officer, Trace::from(&caller), *id, &body.0.reason).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Asks to change one's address: a link goes to the new one, word and a way back to the old one. Wants a fresh login.
#[utoipa::path(post, path = "/api/v1/me/email", tag = "me", request_body = ChangeAddress,
    responses((status = 202, body = Accepted)))]
pub async fn ask_address(
    user: RecentlyAuthenticated,
    accounts: web::Data<Accounts>,
    context: web::Data<MiddlewareSettings>,
    caller: RequestContext,
    body: Json<ChangeAddress>,
) -> Result<HttpResponse, Error> {
    Box::pin(accounts.ask_address(user.0, Trace::from(&caller), &body.0.email)).await?;
    let detail = context.catalogue.text(caller.language, "answer-address", &[]);
    Ok(HttpResponse::Accepted().json(Accepted { status: "accepted", detail }))
}

/// Confirms a new address with the link that was mailed to it.
#[utoipa::path(post, path = "/api/v1/auth/email/confirm", tag = "identity", request_body = AddressLink,
    responses((status = 200, body = Done)))]
pub async fn confirm_address(
    _: Anyone,
    accounts: web::Data<Accounts>,
    caller: RequestContext,
    body: Json<AddressLink>,
) -> Result<web::Json<Done>, Error> {
    accounts.confirm_address(&caller, body.0.token).await?;
    Ok(web::Json(Done { status: "address_changed" }))
}

/// Takes a change of address back with the link that was mailed to the old one, and ends every session.
#[utoipa::path(post, path = "/api/v1/auth/email/undo", tag = "identity", request_body = AddressLink,
    responses((status = 200, body = Done)))]
pub async fn undo_address(
    _: Anyone,
    accounts: web::Data<Accounts>,
    caller: RequestContext,
    body: Json<AddressLink>,
) -> Result<web::Json<Done>, Error> {
    accounts.undo_address(&caller, body.0.token).await?;
    Ok(web::Json(Done { status: "address_restored" }))
}
