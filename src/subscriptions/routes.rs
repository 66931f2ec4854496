//! `/topics`, `/me/subscriptions`.

use actix_web::web;

use super::types::{GivenSubscriptions, GivenTopic, Subscriptions, Topic, Topics};
use super::{Addressed, Desk, addressed, put_topic, reader_by_link, store, subscriptions};
use crate::announcements::digest::Rhythm;
use crate::app::Portal;
use crate::audit::Trace;
use crate::db::Conn;
use crate::error::Error;
use crate::http::problem::Problem;
use crate::http::{Caller, Json};
use crate::i18n::Language;
use crate::identity::guards::{Announcer, CurrentUser, Member, ProfileReader};

/// The routes of this feature.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .service(web::resource("/topics").route(web::get().to(topics)))
        .service(web::resource("/topics/{code}").route(web::put().to(name_topic)))
        .service(web::resource("/me/subscriptions").route(web::get().to(own)).route(web::put().to(choose)));
}

/// What announcements are about.
#[utoipa::path(get, path = "/api/v1/topics", tag = "announcements", security(("bearer" = [])),
    responses((status = 200, body = Topics), (status = "default", body = Problem)))]
pub async fn topics(_: Member, portal: web::Data<Portal>) -> Result<web::Json<Topics>, Error> {
    let data = portal.db.read(store::topics).await?;
    Ok(web::Json(Topics { data }))
}

/// Names a topic, new or known, or retires it.
#[utoipa::path(put, path = "/api/v1/topics/{code}", tag = "announcements", params(("code" = String, Path)),
    request_body = GivenTopic, security(("bearer" = [])),
    responses((status = 200, body = Topic), (status = "default", body = Problem)))]
pub async fn name_topic(
    _: Announcer,
    portal: web::Data<Portal>,
    code: web::Path<String>,
    body: Json<GivenTopic>,
) -> Result<web::Json<Topic>, Error> {
    let now = portal.clock.now();
    portal.db.write(move |conn| put_topic(conn, &code, &body.0, now)).await.map(web::Json)
}

/// Which topics one gets, and how often.
#[utoipa::path(get, path = "/api/v1/me/subscriptions", tag = "me", security(("bearer" = [])),
    responses((status = 200, body = Subscriptions), (status = "default", body = Problem)))]
pub async fn own(reader: ProfileReader, portal: web::Data<Portal>) -> Result<web::Json<Subscriptions>, Error> {
    let user = reader.user_id;
    portal.db.read(move |conn| subscriptions(conn, user)).await.map(web::Json)
}

/// Says which topics one wants, and how often announcements about them are mailed; what is not named stays as it is.
#[utoipa::path(put, path = "/api/v1/me/subscriptions", tag = "me", request_body = GivenSubscriptions,
    security(("bearer" = [])),
    responses((status = 200, body = Subscriptions), (status = "default", body = Problem)))]
pub async fn choose(
    reader: CurrentUser,
    portal: web::Data<Portal>,
    caller: Caller,
    body: Json<GivenSubscriptions>,
) -> Result<web::Json<Subscriptions>, Error> {
    let (user, desk) = (reader.user_id, desk(&portal, &caller));
    let chosen = portal.db.write(move |conn| desk.choose(conn, user, &body.0)).await?;
    portal.outbox.ring();
    Ok(web::Json(chosen))
}

fn desk(portal: &Portal, caller: &Caller) -> Desk {
    let announcements = portal.announcements_desk(caller);
    Desk { audit: portal.audit.clone(), trace: Trace::from(caller), now: announcements.now, announcements }
}

/// What the link in a mail stands for, for the page that asks.
///
/// # Errors
/// 404 where it is none of ours.
pub async fn look_at(portal: &Portal, token: String) -> Result<Addressed, Error> {
    let tokens = portal.mail_tokens.clone();
    portal.db.read(move |conn| addressed(conn, &tokens, &token)).await
}

/// Leaves what the link in a mail stands for. To leave twice is to leave.
///
/// # Errors
/// 404 where it is none of ours.
pub async fn leave(portal: &Portal, caller: &Caller, token: String, all: bool) -> Result<Addressed, Error> {
    portal.mail_tokens.check(&token)?;
    let (tokens, desk) = (portal.mail_tokens.clone(), desk(portal, caller));
    portal
        .db
        .write(move |conn| {
            let addressed = addressed(conn, &tokens, &token)?;
            desk.leave(conn, &addressed, all)?;
            Ok(addressed)
        })
        .await
}

/// Which topics the reader of a mail gets, and how often, for the page that its link leads to; and the reader's language.
///
/// # Errors
/// 404 where the link is none of ours.
pub async fn own_by_link(portal: &Portal, token: String) -> Result<(Language, Subscriptions), Error> {
    let tokens = portal.mail_tokens.clone();
    let read = move |conn: &mut Conn| {
        let (user, language) = reader_by_link(conn, &tokens, &token)?;
        Ok((language, subscriptions(conn, user)?))
    };
    portal.db.read(read).await
}

/// Says by that link which topics the reader wants, and no others, and how often; the reader's language.
///
/// # Errors
/// 404 where the link is none of ours.
pub async fn choose_by_link(
    portal: &Portal,
    caller: &Caller,
    token: String,
    wanted: Vec<String>,
    digest: Rhythm,
) -> Result<Language, Error> {
    portal.mail_tokens.check(&token)?;
    let (tokens, desk) = (portal.mail_tokens.clone(), desk(portal, caller));
    let write = move |conn: &mut Conn| desk.choose_by_link(conn, &tokens, &token, &wanted, digest);
    let language = portal.db.write(write).await?;
    portal.outbox.ring();
    Ok(language)
}
