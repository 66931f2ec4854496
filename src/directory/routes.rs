//! `/contacts`.

use actix_web::{HttpRequest, HttpResponse, web};
use utoipa::Path as _;

use super::Directory;
use super::formats::{refuse_version, routes as formats};
use super::kept::{Asked, Found, Rendered, may_keep};
use super::search::Position;
use super::types::{ChangeContact, Contact, ContactQuery};
use crate::audit::Trace;
use crate::db::Id;
use crate::error::Error;
use crate::http::operations::operations;
use crate::http::pagination::bad_cursor;
use crate::http::{
    Cursor, IfMatch, List, Operations, PageRequest, Prepared, Query, RequestContext, Unread, etag, follows_own_write,
};
use crate::identity::guards::ActiveContact;

/// The prefix of the id in the cursor of a contact that has only variants of the words searched for.
const RESPELLED: char = '~';

/// The operations of this feature.
pub fn operations() -> Operations {
    operations![list, one, change]
        .negotiated(&__path_list::path(), formats::wants_another_list, formats::list_as)
        .negotiated(&__path_one::path(), formats::wants_another_one, formats::one_as)
        .and(formats::operations())
}

/// Contacts: searched, filtered, sorted; with the counts of facets and the total where they are asked for.
#[utoipa::path(get, path = "/api/v1/contacts", tag = "directory", params(ContactQuery),
    responses((status = 200, body = List<Contact>)))]
pub async fn list(
    viewer: ActiveContact,
    directory: web::Data<Directory>,
    request: HttpRequest,
    query: Query<ContactQuery>,
) -> Result<HttpResponse, Error> {
    let page = PageRequest::of(&request, query.0.limit, query.0.cursor.as_deref())?;
    refuse_version(&query.0)?;
    let asked = Asked::List(address(&request), viewer.language);
    let is_open = may_keep(&query.0) && !follows_own_write(&request);
    let questions = std::slice::from_ref(&asked);
    let place = match directory.look_up(&viewer, questions, is_open, page.rows(), |_| true).await? {
        Found::Kept(known) => return Ok(known.answer.respond(&request)),
        Found::Missing(place) => place,
    };
    let found = directory.list(&viewer, query.0, position(&page)?, page.rows()).await?;
    let mut list = page.into_page(found.rows, |(_, position)| cursor(position))?.map(|(contact, _)| contact);
    (list.total, list.facets) = (found.total, found.facets);
    let rendered = Rendered::of(Prepared::list(&request, &list)?, String::new(), list.data.iter());
    Ok(place.keep(asked, rendered).answer.respond(&request))
}

/// Path and query of a request, as they were sent.
pub(super) fn address(request: &HttpRequest) -> String {
    request.uri().path_and_query().map_or_else(String::new, ToString::to_string)
}

/// The position after which a page begins.
pub(super) fn position(page: &PageRequest) -> Result<Option<Position>, Error> {
    let Some([member, key, id]) = page.after::<3>()? else { return Ok(None) };
    let (id, respelled) = id.strip_prefix(RESPELLED).map_or((id.as_str(), false), |id| (id, true));
    let id = id.parse().map_err(|_other_version| bad_cursor())?;
    Ok(Some(Position { member, key, id, respelled }))
}

/// The cursor of this position.
pub(super) fn cursor(position: &Position) -> Cursor {
    let id = if position.respelled { format!("{RESPELLED}{}", position.id) } else { position.id.to_string() };
    Cursor::after(&[&position.member, &position.key, &id])
}

/// One contact.
#[utoipa::path(get, path = "/api/v1/contacts/{id}", tag = "directory", params(("id" = String, Path)),
    responses((status = 200, body = Contact)))]
pub async fn one(
    viewer: ActiveContact,
    directory: web::Data<Directory>,
    request: HttpRequest,
    id: web::Path<Id>,
) -> Result<HttpResponse, Error> {
    let asked = Asked::One(*id);
    let (questions, is_open) = (std::slice::from_ref(&asked), !follows_own_write(&request));
    let fits = |known: &Rendered| !known.answer.is_doubted_by(&request);
    let place = match directory.look_up(&viewer, questions, is_open, 1, fits).await? {
        Found::Kept(known) => return Ok(known.answer.respond(&request)),
        Found::Missing(place) => place,
    };
    let contact = directory.get(&viewer, *id).await?.contact;
    let rendered = Rendered::of(Prepared::tagged(&contact)?, String::new(), std::iter::once(&contact));
    Ok(place.keep(asked, rendered).answer.respond(&request))
}

/// Changes a contact: its owner, a coordinator of its organisation, or the Secretariat. Officers change fields that they see
/// themselves, and only narrow who else does; the owner hears what they changed.
#[utoipa::path(patch, path = "/api/v1/contacts/{id}", tag = "directory", request_body = ChangeContact,
    params(("id" = String, Path), ("If-Match" = String, Header)), responses((status = 200, body = Contact)))]
pub async fn change(
    editor: ActiveContact,
    directory: web::Data<Directory>,
    caller: RequestContext,
    request: HttpRequest,
    id: web::Path<Id>,
    seen: IfMatch,
    body: Unread<ChangeContact>,
) -> Result<HttpResponse, Error> {
    directory.check_editor(editor.0.clone(), *id).await?;
    let form = body.read().await?;
    let contact = directory.change(editor.0, Trace::from(&caller), *id, &form, seen).await?;
    etag::respond(&request, &contact)
}
