//! The page of a contact: all that its viewer may see, and the ways to write, to call and to keep it.

use std::sync::Arc;

use actix_web::web;
use askama::Template;

use super::super::types::{Confirmation, Contact};
use super::super::{Directory, language_names};
use super::links;
use crate::adoption::{Adoptions, TechnologyEntry};
use crate::db::Id;
use crate::error::{Error, OrInternal as _};
use crate::identity::guards::ActiveContact;
use crate::web::{Choice, Page, PageResult};

/// The page.
#[derive(Template)]
#[template(path = "directory/contact.html")]
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
    may_change: bool,
}

/// Shows a contact.
pub(super) async fn show(
    viewer: ActiveContact,
    page: Page,
    directory: web::Data<Directory>,
    adoptions: web::Data<Adoptions>,
    id: web::Path<Id>,
) -> PageResult {
    let view = directory.get(&viewer, *id).await?;
    let contact = &view.contact;
    let known_codes = codes(contact.technologies.get())?;
    let technologies = if known_codes.is_empty() {
        Vec::new()
    } else {
        let known = named_technologies(&page, &viewer, &adoptions).await?;
        known.into_iter().filter(|technology| known_codes.contains(&technology.value)).collect()
    };
    let languages = language_names(&codes(contact.languages.get())?, page.language())?;
    page.show(&ContactPage {
        page: &page,
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
        may_change: view.may_change,
    })
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
