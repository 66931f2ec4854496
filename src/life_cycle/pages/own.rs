//! The appointments of the reader: which there are, and an application for a further one. A person who holds several
//! sees on the page of each that there are others.
//!
//! Left out: the first application, which a visitor sends (`registrations::pages`).

use std::sync::Arc;

use actix_web::web;

use super::super::{AppointmentView, LifeCycle};
use super::address;
use super::appoint::AppointForm;
use super::invite::Invited;
use crate::appointments::Role;
use crate::audit::Trace;
use crate::error::{Error, OrInternal as _};
use crate::http::RequestContext;
use crate::identity::guards::{Authenticated, CurrentUser};
use crate::members::{MemberFilter, Members, Organisation};
use crate::text;
use crate::web::{
    Choice, Field, FormPage, FormState, ListPage, Notice, Page, PageResult, Posted, Shown, Table, returned,
};

/// The fields of an application.
const FIELDS: [&str; 2] = ["organisation", "role"];
/// The list of the own appointments.
const LIST: &str = "/account/appointments";

/// The own appointments, the newest first.
pub(super) async fn list(person: CurrentUser, page: Page, life_cycle: web::Data<LifeCycle>) -> PageResult {
    let mut table = Table::new(&page, "page-own-appointments", &["role", "organisation", "state", "since", "reason"]);
    for view in life_cycle.own(person.0).await?.iter().rev() {
        table.push(vec![
            Shown::text(page.words("role", view.role.as_str())).leading_to(address(view.id)),
            page.shown_organisation(&view.organisation),
            Shown::text(page.words("status", view.status.as_str())),
            Shown::day(&page, view.status_since),
            view.reason.as_deref().map(Shown::name).unwrap_or_default(),
        ]);
    }
    ListPage::new(&page, page.text("page-own-appointments"), table.without_empty(&[4]))
        .saying(page.text("page-own-appointments.body"))
        .with_buttons(vec![Shown::text(page.text("link-apply-further")).leading_to("/account/appointments/new")])
        .with_links(vec![Shown::text(page.text("account-back")).leading_to("/account")])
        .show()
}

/// The other appointments of the reader that are not over, and the list of all, where `view` is an own one.
pub(super) async fn others(
    page: &Page,
    life_cycle: &LifeCycle,
    reader: &Authenticated,
    view: &AppointmentView,
) -> Result<Vec<Shown>, Error> {
    if view.person.id != Some(reader.user_id) {
        return Ok(Vec::new());
    }
    let own = life_cycle.own(Arc::clone(&reader.0)).await?;
    let others = own.iter().filter(|other| other.id != view.id && !other.status.is_final());
    let link = |other: &AppointmentView| {
        let args = [
            ("role", page.words("role", other.role.as_str())),
            ("organisation", page.organisation(&other.organisation).to_owned()),
            ("state", page.words("status", other.status.as_str())),
        ];
        Shown::text(page.text_with("appointment-other", &args)).leading_to(address(other.id))
    };
    let all = Shown::text(page.text("page-own-appointments")).leading_to(LIST);
    Ok(others.map(link).chain([all]).collect())
}

/// The form of an application for a further appointment.
pub(super) async fn ask(_: CurrentUser, page: Page, members: web::Data<Members>) -> PageResult {
    let form = FormState::default().with("key", page.new_key()).with("role", Role::Ncp);
    show(&page, &members, &form).await
}

/// Applies. The application waits for a decision.
pub(super) async fn apply(
    person: CurrentUser,
    page: Page,
    life_cycle: web::Data<LifeCycle>,
    members: web::Data<Members>,
    caller: RequestContext,
    posted: Posted<AppointForm>,
) -> PageResult {
    let Posted { input, form } = posted;
    let ticket = form.ticket(&page, person.user_id);
    let applied = async {
        let request = input?.into_request(None)?;
        life_cycle.appoint(Arc::clone(&person.0), Trace::from(&caller), ticket, request).await
    };
    match Box::pin(applied).await {
        Ok(answer) => {
            let Invited { id } = serde_json::from_str(&answer.body).or_internal()?;
            Ok(page.lead_to_with(&address(id), Notice::new("applied-further"))?.finish())
        }
        Err(error) => {
            let form = returned(&page, form, error)?.with_errors_among(&FIELDS);
            show(&page, &members, &form).await
        }
    }
}

async fn show(page: &Page, members: &Members, form: &FormState) -> PageResult {
    let known = members.list(MemberFilter::default(), None, i64::MAX).await?.into_iter();
    let member = |organisation: Organisation| {
        let label = organisation.name_in(page.language()).to_owned();
        Choice { value: organisation.code, label }
    };
    let mut choices: Vec<Choice> = known.map(|(organisation, _)| member(organisation)).collect();
    choices.sort_by_cached_key(|choice| text::sort_key(&choice.label));
    choices.insert(0, Choice::new("", page.text("apply-choose-member")));
    let role = |role: &Role| Choice::new(role.as_str(), page.words("role", role.as_str()));
    FormPage::new(page, form, "apply-further", "")
        .with_fields(vec![
            Field::select("organisation", choices),
            Field::select("role", Role::APPLIED_FOR.iter().map(role).collect()),
        ])
        .back_to(LIST, page.text("page-own-appointments"))
        .show()
}
