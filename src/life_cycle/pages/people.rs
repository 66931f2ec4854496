//! The people of an administration, by state, role and organisation.

use actix_web::{HttpRequest, web};
use serde::Deserialize;

use super::super::types::AppointmentQuery;
use super::super::{LifeCycle, rules};
use super::address;
use crate::appointments::{AppointmentStatus, Role};
use crate::http::{Cursor, PageRequest, Query};
use crate::identity::guards::CanManageAppointments;
use crate::web::{Choice, Field, FormState, ListPage, Listing, Page, PageResult, Shown, Table};

/// Which appointments are listed. What is empty restricts nothing.
#[derive(Deserialize)]
pub(super) struct PeopleQuery {
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

/// Appointments, the oldest first.
pub(super) async fn list(
    reader: CanManageAppointments,
    page: Page,
    life_cycle: web::Data<LifeCycle>,
    request: HttpRequest,
    query: Query<PeopleQuery>,
) -> PageResult {
    let query = query.0;
    let asked = PageRequest::of(&request, None, query.cursor.as_deref())?;
    let named = query.to_query();
    rules::check_codes(&named.member)?;
    let is_secretariat = reader.is_secretariat();
    let rows = life_cycle.list(reader.0, named, asked.after_id()?, asked.rows()).await?;
    let list = asked.into_page(rows, |row| Cursor::after(&[&row.id.to_string()]))?;
    let mut table = Table::new(&page, "page-people", &["name", "role", "organisation", "state", "since", "confirm-by"]);
    for row in &list.data {
        table.push(vec![
            Shown::name(&row.person.name).leading_to(address(row.id)),
            Shown::text(page.words("role", row.role.as_str())),
            page.shown_organisation(&row.organisation),
            Shown::text(page.words("status", row.status.as_str())),
            Shown::day(&page, row.status_since),
            row.confirm_by.map(|at| Shown::day(&page, at)).unwrap_or_default(),
        ]);
    }
    let mut listing = Listing::of(&page, &list.page);
    for (name, family, value) in [("status", "status", &query.status), ("role", "role", &query.role)] {
        if !value.is_empty() {
            listing = listing.filtered(&page, name, value, page.words(family, value));
        }
    }
    if !query.member.is_empty() {
        listing = listing.filtered(&page, "member", &query.member, page.organisation(&query.member).to_owned());
    }
    let form = FormState::default().with("status", &query.status).with("role", &query.role);
    ListPage::new(&page, page.text("page-people"), table)
        .with_filters(form.with("member", &query.member), filters(&page, is_secretariat))
        .with_listing(listing)
        .with_buttons(vec![
            Shown::text(page.text("link-invite")).leading_to("/people/invite"),
            Shown::text(page.text("link-import")).leading_to("/people/import"),
        ])
        .with_links(vec![Shown::text(page.text("link-invitations")).leading_to("/people?status=invited")])
        .show()
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
    let mut filters = vec![Field::select("status", states), Field::select("role", roles)];
    if of_every_organisation {
        let organisations = page.organisation_choices().into_iter().chain(page.agency_choices());
        filters.push(Field::select("member", std::iter::once(any()).chain(organisations).collect()));
    }
    filters
}
