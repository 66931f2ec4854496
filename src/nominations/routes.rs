//! `/appointments/{id}/nomination`.

use actix_web::http::StatusCode;
use actix_web::http::header::{
    CONTENT_SECURITY_POLICY, Charset, ContentDisposition, DispositionParam, DispositionType, ETAG, ExtendedValue,
};
use actix_web::{HttpRequest, HttpResponse, web};

use super::types::{LetterQuery, LetterType, NewLetter, Nomination, Statement};
use super::{Desk, Written, check_seen, check_writer, read as read_as, rules};
use crate::app::Portal;
use crate::audit::Trace;
use crate::db::Id;
use crate::error::{Error, OrInternal as _};
use crate::http::problem::Problem;
use crate::http::{Caller, File, IfMatch, Query, Unread, Upload, etag};
use crate::identity::guards::{AnyCredential, AppointmentOfficer};
use crate::secrets::fingerprint_of;
use crate::storage;
use crate::throttle::Load;

/// A letter is no page of ours, should a browser show it after all: no scripts, no origin, no frame.
const SANDBOX: &str = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; sandbox";

/// The routes of this feature.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .service(web::resource("/appointments/{id}/nomination").route(web::get().to(read)).route(web::put().to(change)))
        .service(
            web::resource("/appointments/{id}/nomination/letter")
                .route(web::put().to(upload))
                .route(web::get().to(download))
                .route(web::delete().to(remove)),
        );
}

fn desk(portal: &Portal, caller: &Caller) -> Desk {
    Desk { audit: portal.audit.clone(), trace: Trace::from(caller), now: portal.clock.now() }
}

/// The nomination behind an appointment; an empty one where nothing is known. For officers, and until the case is decided
/// for whoever is nominated.
#[utoipa::path(get, path = "/api/v1/appointments/{id}/nomination", tag = "nominations", params(("id" = String, Path)),
    security(("bearer" = []), ("cookie" = [])),
    responses((status = 200, body = Nomination), (status = 304), (status = "default", body = Problem)))]
pub async fn read(
    viewer: AnyCredential,
    portal: web::Data<Portal>,
    request: HttpRequest,
    id: web::Path<Id>,
) -> Result<HttpResponse, Error> {
    let found = portal.db.read(move |conn| read_as(conn, &viewer, id.into_inner())).await?;
    etag::respond(&request, &found)
}

/// Writes down who nominated the person, in which letter of which day.
#[utoipa::path(put, path = "/api/v1/appointments/{id}/nomination", tag = "nominations",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "The ETag of the nomination, also of an empty one")),
    request_body = Statement, security(("bearer" = []), ("cookie" = [])),
    responses((status = 200, body = Nomination), (status = "default", body = Problem)))]
pub async fn change(
    writer: AnyCredential,
    portal: web::Data<Portal>,
    caller: Caller,
    wanted: IfMatch,
    id: web::Path<Id>,
    body: Unread<Statement>,
) -> Result<HttpResponse, Error> {
    let (desk, id, principal) = (desk(&portal, &caller), id.into_inner(), writer.0.clone());
    portal.db.read(move |conn| check_writer(conn, &principal, id)).await?;
    let statement = rules::statement(&body.read().await?, desk.now)?;
    let changed = portal.db.write(move |conn| desk.change(conn, &writer, id, &wanted, &statement)).await?;
    tagged(&changed)
}

/// Hands in the letter, as the body itself: PDF, PNG or JPEG. It takes the place of one that is there.
#[utoipa::path(put, path = "/api/v1/appointments/{id}/nomination/letter", tag = "nominations",
    params(("id" = String, Path), LetterQuery,
        ("If-Match" = String, Header, description = "The ETag of the nomination, also of an empty one")),
    request_body(content((File = "application/pdf"), (File = "image/png"), (File = "image/jpeg"))),
    security(("bearer" = []), ("cookie" = [])),
    responses((status = 200, body = Nomination), (status = "default", body = Problem)))]
pub async fn upload(
    writer: AnyCredential,
    portal: web::Data<Portal>,
    caller: Caller,
    wanted: IfMatch,
    id: web::Path<Id>,
    query: Query<LetterQuery>,
    body: Upload,
) -> Result<HttpResponse, Error> {
    let (desk, id, principal) = (desk(&portal, &caller), id.into_inner(), writer.0.clone());
    let seen = wanted.clone();
    portal.db.read(move |conn| check_seen(conn, &principal, id, &seen)).await?;
    let said = media_type(&body)?;
    // One at a time: nobody holds every slot by sending slowly.
    let _one_at_a_time = portal.heavy_work.upload(writer.user_id)?;
    let load = Load { person: writer.user_id, caller, charged: body.expected(portal.storage.largest()) };
    portal.throttle.admit_upload(&portal.db, &load).await?;
    // Only now is anything received, and only as many at once as there are slots.
    let slot = portal.storage.slot().await?;
    let content = body.read(portal.storage.largest()).await?;
    portal.throttle.settle_upload(&portal.db, load, content.len()).await?;
    // To look through megabytes takes a while; the slot bounds how many do.
    let checked = tokio::task::spawn_blocking(move || {
        let kind = rules::letter_type(&content, &said).map_err(|fault| Error::invalid(vec![fault]))?;
        Ok::<_, Error>((kind, fingerprint_of(&content), content))
    });
    let (kind, sha256, content) = checked.await.or_internal()??;
    let name = rules::file_name(query.0.name.as_deref(), kind);
    let size = i32::try_from(content.len()).or_internal()?;
    let object = portal.storage.put(slot, content).await?;
    let (letter, now) = (NewLetter { object, name, kind, size, sha256 }, desk.now);
    let attached = portal.db.write(move |conn| desk.attach(conn, &writer, id, &wanted, &letter)).await;
    if attached.is_err() && portal.db.write(move |conn| storage::release(conn, object, now)).await.is_ok() {
        portal.storage.discard(vec![object]).await;
    }
    finished(&portal, attached?).await
}

/// The letter as a download. Each is written down.
#[utoipa::path(get, path = "/api/v1/appointments/{id}/nomination/letter", tag = "nominations",
    params(("id" = String, Path)), security(("bearer" = []), ("cookie" = [])),
    responses((status = 200, content((File = "application/pdf"), (File = "image/png"), (File = "image/jpeg"))),
        (status = "default", body = Problem)))]
pub async fn download(
    officer: AppointmentOfficer,
    portal: web::Data<Portal>,
    caller: Caller,
    id: web::Path<Id>,
) -> Result<HttpResponse, Error> {
    let desk = desk(&portal, &caller);
    let letter = portal.db.write(move |conn| desk.open(conn, &officer, id.into_inner())).await?;
    let content = portal.storage.get(letter.object).await?;
    Ok(HttpResponse::Ok()
        .content_type(letter.kind.as_str())
        .insert_header((CONTENT_SECURITY_POLICY, SANDBOX))
        .insert_header(attachment(&letter.name))
        .body(content))
}

/// Takes the letter away. It is deleted at once.
#[utoipa::path(delete, path = "/api/v1/appointments/{id}/nomination/letter", tag = "nominations",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "The ETag of the nomination")),
    security(("bearer" = []), ("cookie" = [])),
    responses((status = 200, body = Nomination), (status = "default", body = Problem)))]
pub async fn remove(
    writer: AnyCredential,
    portal: web::Data<Portal>,
    caller: Caller,
    wanted: IfMatch,
    id: web::Path<Id>,
) -> Result<HttpResponse, Error> {
    let desk = desk(&portal, &caller);
    let left = portal.db.write(move |conn| desk.detach(conn, &writer, id.into_inner(), &wanted)).await?;
    finished(&portal, left).await
}

/// Deletes what is not named any more, and answers what is left.
async fn finished(portal: &Portal, written: Written) -> Result<HttpResponse, Error> {
    portal.storage.discard(written.released).await;
    tagged(&written.nomination)
}

/// What a write left, with the tag for the next one.
fn tagged(nomination: &Nomination) -> Result<HttpResponse, Error> {
    Ok(HttpResponse::Ok().insert_header((ETAG, etag::of(nomination)?)).json(nomination))
}

/// What the client says that the body is; 415 for what no letter is.
fn media_type(body: &Upload) -> Result<String, Error> {
    let said = body.media_type();
    if said == "application/octet-stream" || LetterType::parse(said).is_some() {
        return Ok(said.to_owned());
    }
    let wanted = LetterType::ALL.iter().map(|kind| kind.as_str()).collect::<Vec<_>>().join(", ");
    Err(Error::refused(StatusCode::UNSUPPORTED_MEDIA_TYPE, "media_type").with("wanted", wanted))
}

/// Never shown in the page (RFC 6266); the name in ASCII, and as it is for whoever reads RFC 8187.
fn attachment(name: &str) -> ContentDisposition {
    let plain: String = deunicode::deunicode(name).chars().filter(|c| c.is_ascii_graphic() || *c == ' ').collect();
    let whole = ExtendedValue { charset: Charset::Ext("UTF-8".to_owned()), language_tag: None, value: name.into() };
    ContentDisposition {
        disposition: DispositionType::Attachment,
        parameters: vec![DispositionParam::Filename(plain), DispositionParam::FilenameExt(whole)],
    }
}
