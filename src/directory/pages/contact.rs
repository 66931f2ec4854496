//! The page of a contact: all that its viewer may see, and the ways to write, to call and to keep it.
//!
//! The content is kept for the next reader with the same rights, language and time zone (`kept`); whether it offers the
//! change of the contact is judged for each reader.

use std::sync::Arc;

use actix_web::{HttpRequest, web};
use askama::Template;

use super::super::kept::{Asked, Found, Rendered};
use super::super::types::{Confirmation, Contact};
use super::super::{ContactView, Directory, language_names};
use super::links;
use crate::adoption::{Adoptions, TechnologyEntry};
use crate::db::Id;
use crate::error::{Error, OrInternal as _};
use crate::http::{Prepared, follows_own_write};
use crate::identity::guards::ActiveContact;
use crate::web::{Choice, Page, PageResult};

/// Where the page is, as far as all contacts share it.
const PATH: &str = "/contacts/";

/// The content of the page.
#[derive(Template)]
#[template(path = "directory/contact.html", block = "content")]
struct ContactPage<'a> {
    page: &'a Page,
    contact: &'a Contact,
    member: &'a str,
    role: String,
    region: String,
    mail: String,
    telephone: String,
    /// The names of the languages, with commas between.
    languages: String,
    /// Code and name of the technologies.
    technologies: Vec<Choice>,
    confirmation: String,
    is_confirmed: bool,
    /// The appointment, for who may change the contact.
    appointment: Id,
    may_change: bool,
}

/// Shows a contact.
pub(super) async fn show(
    viewer: ActiveContact,
    page: Page,
    directory: web::Data<Directory>,
    adoptions: web::Data<Adoptions>,
    request: HttpRequest,
    id: web::Path<Id>,
) -> PageResult {
    let asked = |may_change| Asked::OnePage(*id, page.language(), page.zone().to_owned(), may_change);
    let (questions, is_open) = ([asked(false), asked(true)], !follows_own_write(&request));
    let found = match directory.look_up(&viewer, &questions, is_open, 1, |_| true).await? {
        Found::Kept(known) => known,
        Found::Missing(place) => {
            let view = directory.get(&viewer, *id).await?;
            place.keep(asked(view.may_change), render(&viewer, &page, &adoptions, &view).await?)
        }
    };
    page.show_content(PATH, &found.title, found.answer.bytes())
}

/// Renders the content of the page.
async fn render(
    viewer: &ActiveContact,
    page: &Page,
    adoptions: &Adoptions,
    view: &ContactView,
) -> Result<Rendered, Error> {
    let contact = &view.contact;
    let known_codes = codes(contact.technologies.get())?;
    let technologies = if known_codes.is_empty() {
        Vec::new()
    } else {
        let known = named_technologies(page, viewer, adoptions).await?;
        known.into_iter().filter(|technology| known_codes.contains(&technology.value)).collect()
    };
    let languages = language_names(&codes(contact.languages.get())?, page.language())?;
    let content = ContactPage {
        page,
        contact,
        member: contact.member.name_in(page.language()),
        role: page.words("role", contact.role.as_str()),
        region: contact.member.region.map(|region| page.words("region", region.as_str())).unwrap_or_default(),
        mail: links::mail(contact.email.as_deref().unwrap_or_default()),
        telephone: links::telephone(contact.phone.as_deref().unwrap_or_default()),
        languages: languages.join(", "),
        technologies,
        confirmation: page.words("confirmation", contact.confirmation.as_str()),
        is_confirmed: contact.confirmation == Confirmation::Confirmed,
        appointment: view.appointment,
        may_change: view.may_change,
    };
    let content = Prepared::content(content.render().or_internal()?);
    Ok(Rendered::of(content, Page::title(&contact.name)?, std::iter::once(contact)))
}

/// The codes of a stored list.
pub(super) fn codes(list: &str) -> Result<Vec<String>, Error> {
    serde_json::from_str(list).or_internal()
}

/// All technologies with their names in the language of the page.
pub(super) async fn named_technologies(
    page: &Page,
    viewer: &ActiveContact,
    adoptions: &Adoptions,
) -> Result<Vec<Choice>, Error> {
    let known = adoptions.technologies(Arc::clone(&viewer.0), false).await?.data.into_iter();
    let choice = |entry: TechnologyEntry| {
        let name = entry.technology.name_in(page.language()).to_owned();
        Choice::new(entry.technology.code, name)
    };
    Ok(known.map(choice).collect())
}
