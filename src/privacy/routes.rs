//! `/me/export`, `DELETE /me`, `/auth/keep-account`.

use actix_web::http::header::{ACCEPT, CACHE_CONTROL, CONTENT_DISPOSITION};
use actix_web::{HttpRequest, HttpResponse, web};
use async_channel::Sender;
use secrecy::ExposeSecret as _;

use super::export::{self, Export};
use super::types::{ExportQuery, KeepLink, Leaving};
use super::{Desk, rules};
use crate::app::Portal;
use crate::audit::{Entry, Event, Trace};
use crate::error::{Error, Fault, OrInternal as _};
use crate::http::held::Held;
use crate::http::negotiate::{Offer, choose};
use crate::http::problem::Problem;
use crate::http::{Caller, File, Json, Query};
use crate::identity::guards::FreshUser;
use crate::identity::{Done, Purpose};
use crate::nominations::{self, Letter};
use crate::text;

/// The routes of this feature below `/api/v1`, but for `DELETE /me`, whose resource is the profile's.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .service(web::resource("/me/export").route(web::get().to(everything)))
        .service(web::resource("/auth/keep-account").route(web::post().to(keep_account)));
}

/// Most letters that go into an archive, the newest first.
const LETTERS: usize = 20;
/// Most bytes of letters that go into an archive, which is in memory until it is sent.
const LETTER_BYTES: usize = 67_108_864;

const FORMS: &[Offer<bool>] = &[
    Offer { media_type: "application/json", parameters: &[], value: false },
    Offer { media_type: "application/zip", parameters: &[], value: true },
];

fn desk(portal: &Portal, caller: &Caller) -> Desk {
    let mut desk = portal.privacy_desk();
    desk.life_cycle.trace = Trace::from(caller);
    desk
}

/// Everything that is held about oneself, as JSON, or as a ZIP with those letters of nomination that the reader may read as
/// an officer. Wants a fresh login; is written down.
#[utoipa::path(get, path = "/api/v1/me/export", tag = "me", params(ExportQuery),
    security(("bearer" = []), ("cookie" = [])),
    responses((status = 200, content((Export = "application/json"), (File = "application/zip"))),
        (status = "default", body = Problem)))]
pub async fn everything(
    user: FreshUser,
    portal: web::Data<Portal>,
    request: HttpRequest,
    caller: Caller,
    query: Query<ExportQuery>,
) -> Result<HttpResponse, Error> {
    let zip = match query.0.format.as_deref() {
        Some("json") => false,
        Some("zip") => true,
        Some(other) => {
            let fault = text::unknown_value(other, ["json", "zip"]);
            return Err(Error::bad_query(vec![Fault { pointer: "format".to_owned(), ..fault }]));
        }
        None => {
            let accept = request.headers().get(ACCEPT).and_then(|value| value.to_str().ok());
            choose(accept, FORMS).copied().unwrap_or(false)
        }
    };
    let (desk, id) = (desk(&portal, &caller), user.user_id);
    let turn = portal.heavy_work.place(id)?.turn().await?;
    let under_way = turn.under_way();
    let (audit, trace, now) = (desk.life_cycle.audit, desk.life_cycle.trace, desk.life_cycle.now);
    let (reader, of_letters) = (user.0.clone(), (audit.clone(), trace.clone()));
    let entry = Entry::own(Event::DataExported, id).with(serde_json::json!({"zip": zip}));
    portal.db.write(move |conn| audit.note(conn, &trace, &entry)).await?;
    let export = portal.db.read_snapshot(move |conn| export::collect(conn, id, now)).await?;
    let mut answer = HttpResponse::Ok();
    answer.insert_header((CACHE_CONTROL, "no-store"));
    if !zip {
        let json = turn.run(move |_| serde_json::to_vec_pretty(&export).or_internal()).await?;
        return Ok(answer.content_type("application/json").body(Held::new(json, under_way)));
    }
    let args = [("community", portal.community.name.clone()), ("day", now.day().to_string())];
    let readme = portal.catalogue.text(user.language, "export-readme", &args);
    let (audit, trace) = of_letters;
    let letters = portal.db.write(move |conn| nominations::open_own(conn, &audit, &trace, &reader)).await?;
    let (send, fetched) = async_channel::bounded(1);
    let writing = turn.run(move |_| {
        let json = serde_json::to_vec_pretty(&export).or_internal()?;
        let own = [("README.txt".to_owned(), readme.into_bytes()), ("data.json".to_owned(), json)];
        rules::archive(own.into_iter().chain(std::iter::from_fn(move || fetched.recv_blocking().ok())))
    });
    let (archive, fetched) = tokio::join!(writing, fetch(&portal, letters, send));
    fetched?;
    answer.insert_header((CONTENT_DISPOSITION, "attachment; filename=\"personal-data.zip\""));
    Ok(answer.content_type("application/zip").body(Held::new(archive?, under_way)))
}

/// Hands letters on, one at a time.
async fn fetch(portal: &Portal, letters: Vec<Letter>, to: Sender<(String, Vec<u8>)>) -> Result<(), Error> {
    let mut left = LETTER_BYTES;
    for letter in letters.into_iter().rev().take(LETTERS) {
        let content = portal.storage.get(letter.object).await?;
        let Some(rest) = left.checked_sub(content.len()) else { break };
        left = rest;
        let file = (format!("letters/{}{}", letter.appointment, letter.kind.ending()), content);
        // Where the other side has given up, it says why.
        if to.send(file).await.is_err() {
            break;
        }
    }
    Ok(())
}

/// Asks to be erased. Every appointment ends at once and the account is closed; after the days of grace everything
/// personal is erased. The mailed link keeps the account until then. Wants a fresh login.
#[utoipa::path(delete, path = "/api/v1/me", tag = "me", security(("bearer" = []), ("cookie" = [])),
    responses((status = 202, body = Leaving), (status = "default", body = Problem)))]
pub async fn leave(user: FreshUser, portal: web::Data<Portal>, caller: Caller) -> Result<HttpResponse, Error> {
    let desk = desk(&portal, &caller);
    let leaving = portal.db.write(move |conn| desk.leave(conn, &user)).await?;
    changed(&portal);
    portal.settle_grants().await;
    Ok(HttpResponse::Accepted().json(leaving))
}

/// Keeps an account that is about to be erased, with the link that was mailed.
#[utoipa::path(post, path = "/api/v1/auth/keep-account", tag = "identity", request_body = KeepLink,
    responses((status = 200, body = Done), (status = "default", body = Problem)))]
pub async fn keep_account(
    portal: web::Data<Portal>,
    caller: Caller,
    body: Json<KeepLink>,
) -> Result<web::Json<Done>, Error> {
    keep(&portal, &caller, body.0).await?;
    Ok(web::Json(Done { status: "account_kept" }))
}

/// The same for the page behind the link.
pub(crate) async fn keep(portal: &Portal, caller: &Caller, link: KeepLink) -> Result<(), Error> {
    portal.identity.admit_link(Purpose::KeepAccount, &link.token).await?;
    let desk = desk(portal, caller);
    portal.db.write(move |conn| desk.stay(conn, link.token.expose_secret())).await?;
    changed(portal);
    Ok(())
}

fn changed(portal: &Portal) {
    portal.identity.forget_seen();
    portal.outbox.ring();
}
