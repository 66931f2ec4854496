//! The page of a member: its particulars, its contacts, and what it does with technologies.

use std::sync::Arc;

use actix_web::web;
use askama::Template;

use super::super::{MemberView, Membership};
use super::partner_address;
use crate::adoption::{AdoptionEntry, Adoptions};
use crate::directory::{self, Contact, ContactQuery, Directory};
use crate::error::Error;
use crate::identity::guards::ActiveContact;
use crate::members::{MemberStatus, Organisation, OrganisationKind};
use crate::policy::{self, Action, Principal};
use crate::web::{Page, PageResult};

/// Most contacts on the page. The search has all of them.
const SHOWN: usize = 25;

/// The page.
#[derive(Template)]
#[template(path = "members/member.html")]
struct MemberPage<'a> {
    page: &'a Page,
    member: &'a Organisation,
    name: &'a str,
    region: String,
    languages: String,
    /// Further names.
    also_called: Vec<String>,
    mail_domains: String,
    /// Its status; empty where it is as usual.
    status: String,
    /// How many contacts it has.
    total: u64,
    contacts: Vec<ContactRow>,
    has_adoption: bool,
    adoption: Vec<AdoptionRow>,
    may_edit_adoption: bool,
    may_edit: bool,
}

/// A contact of the member.
struct ContactRow {
    address: String,
    name: String,
    job_title: String,
    role: String,
}

/// What the member does with a technology.
struct AdoptionRow {
    code: String,
    name: String,
    status: String,
    since: String,
    is_willing: bool,
}

/// Shows a member.
pub(super) async fn show(
    viewer: ActiveContact,
    page: Page,
    membership: web::Data<Membership>,
    (directory, adoptions): (web::Data<Directory>, web::Data<Adoptions>),
    code: web::Path<String>,
) -> PageResult {
    let view = membership.get(Arc::clone(&viewer.0), code.into_inner()).await?;
    let member = &view.organisation;
    if member.is_agency() {
        return Ok(page.lead_to(&partner_address(&member.code)).finish());
    }
    let has_adoption = matches!(member.kind, OrganisationKind::Member | OrganisationKind::EconomicUnion);
    let adoption = if has_adoption { adoption(&page, &viewer, &adoptions, &member.code).await? } else { Vec::new() };
    let (contacts, total) = if member.is_secretariat() {
        (Vec::new(), 0)
    } else {
        contacts(&page, &viewer, &directory, &member.code).await?
    };
    let languages = directory::language_names(&member.languages.0, page.language())?;
    let is_active = member.status == MemberStatus::Active;
    let may = |action| policy::check(&viewer, action).is_ok();
    page.show(&MemberPage {
        page: &page,
        member,
        name: member.name_in(page.language()),
        region: member.region.map(|region| page.words("region", region.as_str())).unwrap_or_default(),
        languages: languages.join(", "),
        also_called: also_called(&view, member.name_in(page.language())),
        mail_domains: view.mail_domains.as_deref().unwrap_or_default().join(", "),
        status: if is_active { String::new() } else { page.words("member-status", member.status.as_str()) },
        total,
        contacts,
        has_adoption,
        adoption,
        may_edit_adoption: has_adoption && may(Action::EditAdoption) && policy::check_at(&viewer, member.id).is_ok(),
        may_edit: may(Action::EditMembers),
    })
}

/// The names of a member other than the title of the page, each once.
fn also_called(view: &MemberView, title: &str) -> Vec<String> {
    let member = &view.organisation;
    let aliases = view.aliases.iter().map(|alias| alias.name.as_str());
    let mut told = vec![title];
    for name in [member.name_en.as_str(), member.name_fr.as_str()].into_iter().chain(aliases) {
        if !told.contains(&name) {
            told.push(name);
        }
    }
    told.into_iter().skip(1).map(str::to_owned).collect()
}

/// The first contacts of the member by name, and how many there are.
async fn contacts(
    page: &Page,
    viewer: &Principal,
    directory: &Directory,
    code: &str,
) -> Result<(Vec<ContactRow>, u64), Error> {
    let query = ContactQuery { member: vec![code.to_owned()], total: Some(true), ..ContactQuery::default() };
    let rows = i64::try_from(SHOWN).unwrap_or(i64::MAX).saturating_add(1);
    let found = directory.list(viewer, query, None, rows).await?;
    let row = |contact: Contact| ContactRow {
        address: format!("/contacts/{}", contact.id),
        role: page.words("role", contact.role.as_str()),
        job_title: contact.job_title.unwrap_or_default(),
        name: contact.name,
    };
    let rows = found.rows.into_iter().take(SHOWN).map(|(contact, _)| row(contact)).collect();
    Ok((rows, found.total.unwrap_or_default()))
}

/// What the member does with technologies.
async fn adoption(
    page: &Page,
    viewer: &ActiveContact,
    adoptions: &Adoptions,
    code: &str,
) -> Result<Vec<AdoptionRow>, Error> {
    let said = adoptions.get(Arc::clone(&viewer.0), code.to_owned()).await?.data;
    if said.is_empty() {
        return Ok(Vec::new());
    }
    let known = adoptions.technologies(Arc::clone(&viewer.0), false).await?.data;
    let name = |code: &str| {
        let known = known.iter().find(|entry| entry.technology.code == code);
        known.map_or_else(|| code.to_owned(), |entry| entry.technology.name_in(page.language()).to_owned())
    };
    let row = |entry: AdoptionEntry| AdoptionRow {
        name: name(&entry.technology),
        code: entry.technology,
        status: page.words("technology-status", entry.status.as_str()),
        since: entry.since.unwrap_or_default(),
        is_willing: entry.willing_to_share,
    };
    Ok(said.into_iter().map(row).collect())
}
