//! What readers say of announcements, and what the Secretariat sees of that.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, web};

use super::types::{
    AcknowledgementCounts, AcknowledgementQuery, AcknowledgementState, Acknowledgements, Acknowledger, Reading, Unread,
};
use super::{Shown, store};
use crate::announcements::personal::{self, Looker};
use crate::announcements::{outcome, rules};
use crate::app::Portal;
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::http::problem::Problem;
use crate::http::{Asked, Caller, Cursor, Download, Query, csv, page};
use crate::i18n::Language;
use crate::identity::guards::{Announcer, Member, Reader};
use crate::policy::Principal;

/// The routes of this file.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .service(web::resource("/me/unread").route(web::get().to(unread)))
        .service(
            web::resource("/announcements/{id}/read")
                .route(web::put().to(mark_read))
                .route(web::delete().to(mark_unread)),
        )
        .service(web::resource("/announcements/{id}/acknowledge").route(web::post().to(acknowledge)))
        .service(web::resource("/announcements/{id}/acknowledgements").route(web::get().to(acknowledgements)))
        .service(web::resource("/announcements/{id}/acknowledgements.csv").route(web::get().to(acknowledgements_csv)));
}

/// How much of what was addressed to oneself is unread.
#[utoipa::path(get, path = "/api/v1/me/unread", tag = "announcements", security(("bearer" = [])),
    responses((status = 200, body = Unread), (status = "default", body = Problem)))]
pub async fn unread(reader: Member, portal: web::Data<Portal>) -> Result<web::Json<Unread>, Error> {
    let reader = reader.user_id;
    portal.db.read(move |conn| super::unread(conn, reader)).await.map(web::Json)
}

/// Marks an announcement as read. Nothing else does: to fetch one changes nothing.
#[utoipa::path(put, path = "/api/v1/announcements/{id}/read", tag = "announcements", params(("id" = String, Path)),
    security(("bearer" = [])), responses((status = 200, body = Reading), (status = "default", body = Problem)))]
pub async fn mark_read(
    reader: Reader,
    portal: web::Data<Portal>,
    caller: Caller,
    id: web::Path<Id>,
) -> Result<web::Json<Reading>, Error> {
    set_read(&portal, &caller, id.into_inner(), reader.user_id, true).await
}

/// Marks it as unread again. What was acknowledged stays so.
#[utoipa::path(delete, path = "/api/v1/announcements/{id}/read", tag = "announcements",
    params(("id" = String, Path)), security(("bearer" = [])),
    responses((status = 200, body = Reading), (status = "default", body = Problem)))]
pub async fn mark_unread(
    reader: Reader,
    portal: web::Data<Portal>,
    caller: Caller,
    id: web::Path<Id>,
) -> Result<web::Json<Reading>, Error> {
    set_read(&portal, &caller, id.into_inner(), reader.user_id, false).await
}

async fn set_read(
    portal: &Portal,
    caller: &Caller,
    id: Id,
    reader: Id,
    read: bool,
) -> Result<web::Json<Reading>, Error> {
    let desk = portal.announcements_desk(caller);
    portal.db.write(move |conn| desk.set_read(conn, id, reader, read)).await.map(web::Json)
}

/// Says for good that one has read an announcement that asks for it. To say it again changes nothing.
#[utoipa::path(post, path = "/api/v1/announcements/{id}/acknowledge", tag = "announcements",
    params(("id" = String, Path)), security(("bearer" = [])),
    responses((status = 200, body = Reading), (status = "default", body = Problem)))]
pub async fn acknowledge(
    reader: Reader,
    portal: web::Data<Portal>,
    caller: Caller,
    id: web::Path<Id>,
) -> Result<web::Json<Reading>, Error> {
    say_read(&portal, &caller, id.into_inner(), reader.user_id).await.map(web::Json)
}

async fn say_read(portal: &Portal, caller: &Caller, id: Id, reader: Id) -> Result<Reading, Error> {
    let desk = portal.announcements_desk(caller);
    portal.db.write(move |conn| desk.acknowledge(conn, id, reader)).await
}

/// The same for the page behind the link in its mail, which speaks for the reader where nobody is logged in.
pub(crate) async fn say_read_on_page(
    portal: &Portal,
    caller: &Caller,
    id: Id,
    reader: Option<Id>,
    mail: Option<String>,
) -> Result<Reading, Error> {
    if reader.is_none() {
        portal.mail_tokens.check(mail.as_deref().unwrap_or_default())?;
    }
    let desk = portal.announcements_desk(caller);
    let acknowledge = move |conn: &mut Conn| {
        let reader = match (reader, mail) {
            (Some(reader), _) => Some(reader),
            (None, Some(token)) => personal::by_link(conn, &desk.mail_tokens, &token, id)?.map(|looker| looker.user_id),
            (None, None) => None,
        };
        desk.acknowledge(conn, id, reader.ok_or_else(Error::not_found)?)
    };
    portal.db.write(acknowledge).await
}

/// An announcement for that page.
pub(crate) async fn look_at(
    portal: &Portal,
    caller: &Caller,
    id: Id,
    viewer: Option<Arc<Principal>>,
    mail: Option<String>,
    asked: Language,
) -> Result<Shown, Error> {
    let desk = portal.announcements_desk(caller);
    let show = move |conn: &mut Conn| {
        let looker = match (viewer, mail) {
            (Some(viewer), _) => Some(Looker::from(&*viewer)),
            (None, Some(token)) => personal::by_link(conn, &desk.mail_tokens, &token, id)?,
            (None, None) => None,
        };
        desk.show(conn, id, looker.as_ref(), asked)
    };
    portal.db.read(show).await?.rendered(&portal.known.texts, &portal.metrics).await
}

/// Who has acknowledged an announcement that asks for it, and who has not.
#[utoipa::path(get, path = "/api/v1/announcements/{id}/acknowledgements", tag = "announcements",
    params(("id" = String, Path), AcknowledgementQuery), security(("bearer" = [])),
    responses((status = 200, body = Acknowledgements), (status = "default", body = Problem)))]
pub async fn acknowledgements(
    officer: Announcer,
    portal: web::Data<Portal>,
    request: HttpRequest,
    id: web::Path<Id>,
    query: Query<AcknowledgementQuery>,
) -> Result<HttpResponse, Error> {
    let Query(query) = query;
    let asked = Asked::of(&request, query.limit, query.cursor.as_deref())?;
    let (id, after, fetch, language) = (id.into_inner(), asked.after_id()?, asked.rows(), officer.language);
    let (rows, counts) = portal
        .db
        .read_snapshot(move |conn| {
            let counts = counts(conn, id)?;
            Ok((people(conn, id, query.state, after, fetch, language)?, counts))
        })
        .await?;
    let list = asked.cut(rows, |row| Cursor::after(&[&row.user_id.to_string()]))?;
    let body = Acknowledgements { data: list.data, page: list.page, counts };
    Ok(page::respond(&request, &body.page, &body))
}

/// The same as comma-separated values, all of them. Written down in the audit log.
#[utoipa::path(get, path = "/api/v1/announcements/{id}/acknowledgements.csv", tag = "announcements",
    params(("id" = String, Path), AcknowledgementQuery), security(("bearer" = [])),
    responses((status = 200, body = String, content_type = "text/csv"), (status = "default", body = Problem)))]
pub async fn acknowledgements_csv(
    officer: Announcer,
    portal: web::Data<Portal>,
    caller: Caller,
    id: web::Path<Id>,
    query: Query<AcknowledgementQuery>,
) -> Result<HttpResponse, Error> {
    let Query(query) = query;
    csv::refuse_pages(query.limit, query.cursor.as_deref())?;
    let (id, by, language, desk) =
        (id.into_inner(), officer.user_id, officer.language, portal.announcements_desk(&caller));
    let under_way = portal.heavy_work.stream(by)?;
    portal
        .db
        .write(move |conn| {
            counts(conn, id)?;
            desk.note_export(conn, id, by, "acknowledgements")
        })
        .await?;
    let heads = ["name", "member", "member_name", "acknowledged_at", "id"];
    let heads = heads.map(|head| portal.catalogue.text(language, &format!("column-{head}"), &[]));
    let next = move |download: Download, after: Option<Id>| async move {
        let people = download.read(move |conn| people(conn, id, query.state, after, csv::PAGE, language)).await?;
        let Some(last) = people.last().map(|person| person.user_id) else { return Ok(None) };
        Ok(Some((people.into_iter().map(cells).collect(), Some(last))))
    };
    let download = Download::begin(portal.db.clone())?;
    csv::respond(&format!("acknowledgements-{id}.csv"), &heads, under_way, download, None, next)
}

fn cells(person: Acknowledger) -> Vec<String> {
    let at = person.acknowledged_at.map(|at| at.to_string());
    let id = person.user_id.to_string();
    vec![
        person.name,
        person.organisation.unwrap_or_default(),
        person.organisation_name.unwrap_or_default(),
        at.unwrap_or_default(),
        id,
    ]
}

/// How many have acknowledged, where that was asked for.
fn counts(conn: &mut Conn, id: Id) -> Result<AcknowledgementCounts, Error> {
    let row = outcome::find(conn, id)?;
    rules::check_asked(row.acknowledge)?;
    store::counts(conn, id)
}

fn people(
    conn: &mut Conn,
    id: Id,
    state: Option<AcknowledgementState>,
    after: Option<Id>,
    limit: i64,
    language: Language,
) -> Result<Vec<Acknowledger>, Error> {
    let mut people = store::people(conn, id, state, after, limit)?;
    let ids: Vec<Id> = people.iter().map(|person| person.user_id).collect();
    let mut organisations = store::organisations(conn, &ids, language)?;
    for person in &mut people {
        (person.organisation, person.organisation_name) = organisations.remove(&person.user_id).unzip();
    }
    Ok(people)
}
