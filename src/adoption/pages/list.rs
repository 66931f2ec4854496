//! All technologies with the number of members at each stage, and one technology with its members.

use std::sync::Arc;

use actix_web::web;
use askama::Template;

use super::super::{Adopter, Adoptions, TechnologyEntry};
use crate::error::Error;
use crate::identity::guards::ActiveContact;
use crate::text;
use crate::web::{Page, PageResult};

/// The page of all technologies.
#[derive(Template)]
#[template(path = "technologies/list.html")]
struct ListPage<'a> {
    page: &'a Page,
    rows: Vec<TechnologyRow>,
}

/// A technology with its counts.
struct TechnologyRow {
    code: String,
    name: String,
    /// Whether the community's project concentrates on it.
    is_focus: bool,
    in_use: usize,
    under_development: usize,
    planned: usize,
    considering: usize,
    willing: usize,
}

/// The page of one technology.
#[derive(Template)]
#[template(path = "technologies/one.html")]
struct OnePage<'a> {
    page: &'a Page,
    code: &'a str,
    name: &'a str,
    willing: usize,
    rows: Vec<AdopterRow>,
}

/// A member that says something of the technology.
struct AdopterRow {
    code: String,
    name: String,
    region: String,
    status: String,
    since: String,
    is_willing: bool,
}

/// Shows all technologies.
pub(super) async fn all(viewer: ActiveContact, page: Page, adoptions: web::Data<Adoptions>) -> PageResult {
    let technologies = adoptions.technologies(viewer.0, true).await?.data;
    let row = |entry: TechnologyEntry| {
        let counts = entry.adoption.unwrap_or_default();
        TechnologyRow {
            name: entry.technology.name_in(page.language()).to_owned(),
            code: entry.technology.code,
            is_focus: entry.technology.focus,
            in_use: counts.in_use,
            under_development: counts.under_development,
            planned: counts.planned,
            considering: counts.considering,
            willing: counts.willing_to_share.len(),
        }
    };
    let rows = technologies.into_iter().map(row).collect();
    page.show(&ListPage { page: &page, rows })
}

/// Shows one technology: who will talk about it first, then by name.
pub(super) async fn one(
    viewer: ActiveContact,
    page: Page,
    adoptions: web::Data<Adoptions>,
    code: web::Path<String>,
) -> PageResult {
    let code = code.to_lowercase();
    let known = adoptions.technologies(Arc::clone(&viewer.0), false).await?.data;
    let technology = known.into_iter().find(|entry| entry.technology.code == code).ok_or_else(Error::not_found)?;
    let adopters = adoptions.adopters(viewer.0, code.clone()).await?.data;
    let row = |adopter: Adopter| AdopterRow {
        name: adopter.member.name_in(page.language()).to_owned(),
        code: adopter.member.code,
        region: adopter.member.region.map(|region| page.words("region", region.as_str())).unwrap_or_default(),
        status: page.words("technology-status", adopter.status.as_str()),
        since: adopter.since.unwrap_or_default(),
        is_willing: adopter.willing_to_share,
    };
    let mut rows: Vec<AdopterRow> = adopters.into_iter().map(row).collect();
    rows.sort_by_cached_key(|row| (!row.is_willing, text::sort_key(&row.name)));
    let willing = rows.iter().filter(|row| row.is_willing).count();
    let name = technology.technology.name_in(page.language());
    page.show(&OnePage { page: &page, code: &code, name, willing, rows })
}
