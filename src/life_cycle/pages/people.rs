//! The people of an administration by name: searched, and restricted by state, role and organisation.

use std::collections::HashMap;

use actix_web::{HttpRequest, web};
use serde::Deserialize;

use super::super::types::AppointmentQuery;
use super::super::{AppointmentView, LifeCycle, MOST_COUNTED, rules};
use super::{address, confirm_by};
use crate::appointments::{AppointmentStatus, Role};
use crate::db::Id;
use crate::http::{Cursor, PageRequest, Query};
use crate::identity::guards::CanManageAppointments;
use crate::web::{Choice, Field, FormState, ListPage, Listing, Page, PageResult, Shown, Table};

/// Which appointments are listed. What is empty restricts nothing.
#[derive(Deserialize)]
pub(super) struct PeopleQuery {
    /// A part of the name or, for the Secretariat, of the address.
    #[serde(default)]
    q: String,
    #[serde(default)]
    status: String,
    #[serde(default)]
    role: String,
    #[serde(default)]
    member: String,
    cursor: Option<String>,
}

impl PeopleQuery {
    /// The query of the service.
    fn to_query(&self) -> AppointmentQuery {
        AppointmentQuery {
            status: AppointmentStatus::parse(&self.status).into_iter().collect(),
            role: Role::parse(&self.role).into_iter().collect(),
            member: Some(self.member.trim().to_owned()).filter(|code| !code.is_empty()).into_iter().collect(),
            limit: None,
            cursor: None,
        }
    }
}

/// Appointments, by the names of their people.
pub(super) async fn list(
    reader: CanManageAppointments,
    page: Page,
    life_cycle: web::Data<LifeCycle>,
    request: HttpRequest,
    query: Query<PeopleQuery>,
) -> PageResult {
    let query = query.0;
    let asked = PageRequest::of(&request, None, query.cursor.as_deref())?;
    let after = asked.after::<2>()?.and_then(|[key, id]| Some((key, id.parse().ok()?)));
    let named = query.to_query();
    rules::check_codes(&named.member)?;
    let is_secretariat = reader.is_secretariat();
    let found = life_cycle.people(reader.0.clone(), named, &query.q, (after, asked.rows())).await?;
    let list = asked.into_page(found.rows, |(key, row)| Cursor::after(&[key, &row.id.to_string()]))?;
    let is_whole = query.cursor.is_none() && list.page.next_cursor.is_none();
    let total = if is_whole { Some(list.data.len()) } else { found.total };
    let handed_over = list.data.iter().filter_map(|(_, row)| row.replaced_by).collect();
    let successors = life_cycle.holders(reader.0, handed_over).await?;
    let mut table = Table::new(&page, "page-people", &["name", "role", "organisation", "state", "since", "confirm-by"]);
    for (_, row) in &list.data {
        table.push(vec![
            Shown::name(&row.person.name).leading_to(address(row.id)),
            Shown::text(page.words("role", row.role.as_str())),
            page.shown_organisation(&row.organisation),
            Shown::text(state(&page, row, &successors)),
            Shown::day(&page, row.status_since),
            confirm_by(row).map(|at| Shown::day(&page, at)).unwrap_or_default(),
        ]);
    }
    let mut listing = Listing::of(&page, &list.page);
    if !query.q.is_empty() {
        listing = listing.filtered(&page, "q", &query.q, query.q.clone());
    }
    for (name, family, value) in [("status", "status", &query.status), ("role", "role", &query.role)] {
        if !value.is_empty() {
            listing = listing.filtered(&page, name, value, page.words(family, value));
        }
    }
    if !query.member.is_empty() {
        listing = listing.filtered(&page, "member", &query.member, page.organisation(&query.member).to_owned());
    }
    let form = FormState::default().with("q", &query.q).with("status", &query.status).with("role", &query.role);
    ListPage::new(&page, page.text("page-people"), table)
        .with_filters(
            form.labelled("q", page.text("people-search")).with("member", &query.member),
            filters(&page, is_secretariat),
        )
        .saying(counted(&page, total))
        .with_listing(listing)
        .with_buttons(vec![
            Shown::text(page.text("link-invite")).leading_to("/people/invite"),
            Shown::text(page.text("link-import")).leading_to("/people/import"),
        ])
        .with_links(vec![Shown::text(page.text("link-invitations")).leading_to("/people?status=invited")])
        .show()
}

/// How many appointments there are, as far as they were counted.
fn counted(page: &Page, total: Option<usize>) -> String {
    match total {
        Some(total) if total > MOST_COUNTED => page.say("people-count-more", "count", MOST_COUNTED),
        Some(total) => page.say("people-count", "count", total),
        None => page.text("people-by-name"),
    }
}

/// The state of an appointment, and who takes it over.
fn state(page: &Page, row: &AppointmentView, successors: &HashMap<Id, String>) -> String {
    let state = page.words("status", row.status.as_str());
    match row.replaced_by.and_then(|successor| successors.get(&successor)) {
        Some(name) => page.text_with("people-handed-over", &[("state", state), ("name", name.clone())]),
        None => state,
    }
}

fn filters(page: &Page, of_every_organisation: bool) -> Vec<Field> {
    let any = || Choice { value: String::new(), label: page.text("list-any") };
    let state = |status: &AppointmentStatus| Choice {
        value: status.as_str().to_owned(),
        label: page.words("status", status.as_str()),
    };
    let role = |role: &Role| Choice { value: role.as_str().to_owned(), label: page.words("role", role.as_str()) };
    let states = std::iter::once(any()).chain(AppointmentStatus::ALL.iter().map(state)).collect();
    let roles = std::iter::once(any()).chain(Role::ALL.iter().map(role)).collect();
    let hint = page.text(if of_every_organisation { "people-search.secretariat" } else { "people-search.hint" });
    let search = Field::line("q", "search").hinted(hint);
    let mut filters = vec![search, Field::select("status", states), Field::select("role", roles)];
    if of_every_organisation {
        let organisations = page.organisation_choices().into_iter().chain(page.agency_choices());
        filters.push(Field::select("member", std::iter::once(any()).chain(organisations).collect()));
    }
    filters
}
