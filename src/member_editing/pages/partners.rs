//! The list of partner agencies, each with the member that it belongs to, and one of them: what it is, its people, and
//! the rounds of surveys that ask it.
//!
//! Everybody of the community sees the agencies, and finds their people in the directory. The list of people with their
//! appointments, and the rounds, are for the Secretariat: an agency answers the surveys of agencies, and nobody else
//! reads these.

use std::sync::Arc;

use actix_web::web;
use askama::Template;
use serde::Deserialize;

use super::super::{AskedRound, Membership, Partner, PartnerView};
use super::partner_address;
use crate::appointments::AppointmentStatus;
use crate::error::Error;
use crate::http::Query;
use crate::i18n::Language;
use crate::identity::guards::ActiveContact;
use crate::life_cycle::{AppointmentQuery, LifeCycle};
use crate::members::{MemberStatus, Organisation};
use crate::policy::{self, Action, Principal};
use crate::surveys;
use crate::text;
use crate::web::{Facts, ListPage, Listing, Page, PageResult, Shown, Table, page_of};

/// Agencies of a page.
const SHOWN: usize = 25;
/// Most people of an agency on its page. The list of people has all of them.
const MOST_PEOPLE: i64 = 25;
/// The states of the appointments that are not over.
const OPEN: [AppointmentStatus; 6] = [
    AppointmentStatus::Invited,
    AppointmentStatus::Incomplete,
    AppointmentStatus::Pending,
    AppointmentStatus::Active,
    AppointmentStatus::Unconfirmed,
    AppointmentStatus::Suspended,
];

/// Which agencies are listed.
#[derive(Deserialize)]
pub(super) struct PartnersQuery {
    /// The code of the member that they belong to; empty for all.
    #[serde(default)]
    member: String,
    /// How many come before.
    #[serde(default)]
    cursor: String,
}

/// The page of an agency.
#[derive(Template)]
#[template(path = "members/partner.html")]
struct PartnerPage<'a> {
    page: &'a Page,
    name: &'a str,
    /// That it is not as usual; empty where it is.
    mark: String,
    facts: Facts,
    buttons: Vec<Shown>,
    /// Its people and the rounds that ask it, for whoever may know.
    tables: Vec<Table>,
    links: Vec<Shown>,
}

/// The agencies, by their names.
pub(super) async fn list(
    viewer: ActiveContact,
    page: Page,
    membership: web::Data<Membership>,
    query: Query<PartnersQuery>,
) -> PageResult {
    let Query(PartnersQuery { member, cursor }) = query;
    let mut found = membership.partners(viewer.is_secretariat()).await?;
    found.retain(|one| member.is_empty() || one.member.as_deref() == Some(member.as_str()));
    found.sort_by_cached_key(|one| text::sort_key(one.organisation.name_in(page.language())));
    let (shown, info) = page_of(&found, &cursor, SHOWN);
    let mut table = Table::new(&page, "page-partners", &["organisation", "belongs-to", "state"]);
    for one in shown {
        table.push(row(&page, one));
    }
    let mut listing = Listing::of(&page, &info);
    if !member.is_empty() {
        listing = listing.filtered(&page, "member", &member, page.organisation(&member).to_owned());
    }
    let mut content = ListPage::new(&page, page.text("page-partners"), table)
        .saying(page.text("page-partners.body"))
        .with_listing(listing)
        .with_links(vec![Shown::text(page.text("page-members")).leading_to("/members")]);
    if policy::check(&viewer, Action::EditMembers).is_ok() {
        content = content.with_buttons(vec![Shown::text(page.text("partner-new")).leading_to("/partners/new")]);
    }
    content.show()
}

fn row(page: &Page, one: &Partner) -> Vec<Shown> {
    let agency = &one.organisation;
    vec![
        Shown::text(agency.name_in(page.language())).leading_to(partner_address(&agency.code)),
        one.member.as_deref().map(|code| member(page, code)).unwrap_or_default(),
        Shown::text(mark(page, agency)),
    ]
}

/// A member with its page.
fn member(page: &Page, code: &str) -> Shown {
    page.shown_organisation(code).leading_to(format!("/members/{code}"))
}

/// That an agency has ended, or is suspended or hidden; empty where it is as usual.
fn mark(page: &Page, agency: &Organisation) -> String {
    if has_ended(page, agency) {
        return page.text("partner-ended");
    }
    let is_usual = agency.status == MemberStatus::Active;
    if is_usual { String::new() } else { page.words("member-status", agency.status.as_str()) }
}

/// Whether no round that opens now asks it.
fn has_ended(page: &Page, agency: &Organisation) -> bool {
    // ISO dates: texts sort as days do.
    let today = page.site().clock.now().day().to_string();
    agency.left_on.as_ref().is_some_and(|day| *day <= today)
}

/// An agency.
pub(super) async fn show(
    viewer: ActiveContact,
    page: Page,
    membership: web::Data<Membership>,
    life_cycle: web::Data<LifeCycle>,
    code: web::Path<String>,
) -> PageResult {
    let found = membership.partner(Arc::clone(&viewer.0), code.into_inner()).await?;
    let agency = &found.view.organisation;
    let may = |action| policy::check(&viewer, action).is_ok();
    let mut tables = Vec::new();
    if viewer.is_secretariat() && may(Action::ManageAppointments) {
        tables.push(people(&page, &life_cycle, Arc::clone(&viewer.0), &agency.code).await?);
    }
    if may(Action::ManageSurveys) {
        tables.push(rounds(&page, &membership.asked(vec![agency.id]).await?));
    }
    let is_editor = may(Action::EditMembers);
    page.show(&PartnerPage {
        page: &page,
        name: agency.name_in(page.language()),
        mark: mark(&page, agency),
        facts: facts(&page, &found),
        buttons: if is_editor { buttons(&page, agency) } else { Vec::new() },
        tables,
        links: links(&page, &agency.code, is_editor),
    })
}

/// What is known of an agency.
pub(super) fn facts(page: &Page, found: &PartnerView) -> Facts {
    let agency = &found.view.organisation;
    let other = if page.language() == Language::Fr { &agency.name_en } else { &agency.name_fr };
    let day = |day: &String| Shown::text(page.say("shown-day", "at", day));
    let domains = found.view.mail_domains.as_deref().unwrap_or_default().join(", ");
    Facts::default()
        .with(page.text("members-code"), Shown::code(&agency.code))
        .with_some(page.text("th-belongs-to"), found.member.as_deref().map(|code| member(page, code)))
        .with(page.text("members-also-called"), Shown::name(other))
        .with(page.text("members-domains"), Shown::code(domains))
        .with_some(page.text("partner-since"), agency.member_since.as_ref().map(day))
        .with_some(page.text("partner-until"), agency.left_on.as_ref().map(day))
}

/// What the Secretariat can do.
fn buttons(page: &Page, agency: &Organisation) -> Vec<Shown> {
    let address = partner_address(&agency.code);
    let invite =
        Shown::text(page.text("link-invite")).leading_to(format!("/people/invite?organisation={}", agency.code));
    let edit = Shown::text(page.text("partner-edit.button")).leading_to(format!("{address}/edit"));
    let end = Shown::text(page.text("partner-end.button")).leading_to(format!("{address}/end"));
    if agency.left_on.is_some() { vec![edit, invite] } else { vec![invite, edit, end] }
}

fn links(page: &Page, code: &str, is_editor: bool) -> Vec<Shown> {
    let list = Shown::text(page.text("link-partners")).leading_to("/partners");
    if !is_editor {
        return vec![list];
    }
    let people = Shown::text(page.text("partner-all-people")).leading_to(format!("/people?member={code}"));
    let history = Shown::text(page.text("partner-to-history")).leading_to(format!("/members/{code}/history"));
    vec![people, history, list]
}

/// The people of an agency whose appointments are not over, open invitations among them.
pub(super) async fn people(
    page: &Page,
    life_cycle: &LifeCycle,
    officer: Arc<Principal>,
    code: &str,
) -> Result<Table, Error> {
    let query = AppointmentQuery {
        status: OPEN.to_vec(),
        member: vec![code.to_owned()],
        role: Vec::new(),
        limit: None,
        cursor: None,
    };
    let mut table = Table::new(page, "partner-people", &["name", "role", "state", "since"]);
    for one in life_cycle.list(officer, query, None, MOST_PEOPLE).await? {
        table.push(vec![
            Shown::name(&one.person.name).leading_to(format!("/appointments/{}", one.id)),
            Shown::text(page.words("role", one.role.as_str())),
            Shown::text(page.words("status", one.status.as_str())),
            Shown::day(page, one.status_since),
        ]);
    }
    Ok(table)
}

/// The rounds that ask an agency.
fn rounds(page: &Page, asked: &[AskedRound]) -> Table {
    let mut table = Table::new(page, "partner-rounds", &["round", "state", "response-state"]);
    for round in asked {
        let title = surveys::title_in(&round.titles, page.language()).unwrap_or_default();
        let name = page.round_name(title, round.opens_at, &round.zone);
        table.push(vec![
            Shown::name(name).leading_to(format!("/rounds/{}", round.round)),
            Shown::text(page.words("round-state", &round.state)),
            Shown::text(page.words("response-stands", round.response.as_deref().unwrap_or("not_started"))),
        ]);
    }
    table
}
