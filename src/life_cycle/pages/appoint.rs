//! A further appointment of a person who has an account, by an officer. It is in force at once, so its page names the
//! person. The form carries a key: sent twice, it is one appointment.
//!
//! Left out: people without an account, who are invited, and applications for oneself (`own`).

use std::sync::Arc;

use actix_web::web;
use serde::Deserialize;

use super::super::types::Appoint;
use super::super::{AppointmentView, LifeCycle};
use super::invite::{Invited, organisation_field};
use super::{address, end_of, facts, filled};
use crate::appointments::Role;
use crate::audit::Trace;
use crate::db::Id;
use crate::error::{Error, FieldCode, FieldError, OrInternal as _};
use crate::http::RequestContext;
use crate::identity::guards::CanManageAppointments;
use crate::policy::{self, Principal};
use crate::web::{Choice, Field, FormPage, FormState, Notice, Page, PageResult, Posted, returned};

/// The fields of the form.
const FIELDS: [&str; 3] = ["organisation", "role", "valid_to"];

/// What the page sends.
#[derive(Deserialize)]
pub(super) struct AppointForm {
    #[serde(default)]
    organisation: String,
    #[serde(default)]
    role: String,
    #[serde(default)]
    valid_to: String,
}

impl AppointForm {
    /// The request of the service, for this person; for oneself where there is none.
    ///
    /// # Errors
    /// 422 for a role that is none, or an end that is no day.
    pub(super) fn into_request(self, user_id: Option<Id>) -> Result<Appoint, Error> {
        let fault = |pointer: &str, code| Error::invalid(vec![FieldError::new(pointer, code)]);
        let role = Role::parse(&self.role).ok_or_else(|| fault("/role", FieldCode::Missing))?;
        let valid_to = match filled(self.valid_to) {
            Some(day) => Some(end_of(&day).ok_or_else(|| fault("/valid_to", FieldCode::BadDate))?),
            None => None,
        };
        Ok(Appoint { organisation: self.organisation.trim().to_owned(), role, user_id, valid_to })
    }
}

/// Whether an officer is offered to appoint the holder of this appointment once more. A coordinator appoints people who
/// had one in force, and invites others.
pub(super) fn is_offered(officer: &Principal, view: &AppointmentView) -> bool {
    let is_other = view.person.id.is_some_and(|person| person != officer.user_id);
    is_other && (officer.is_secretariat() || view.valid_from.is_some())
}

/// The page of a further appointment; the appointment where none is possible.
pub(super) async fn ask(
    officer: CanManageAppointments,
    page: Page,
    life_cycle: web::Data<LifeCycle>,
    id: web::Path<Id>,
) -> PageResult {
    let view = life_cycle.get(Arc::clone(&officer.0), *id).await?;
    if !is_offered(&officer, &view) {
        return Ok(page.lead_to(&address(*id)).finish());
    }
    let form = FormState::default().with("key", page.new_key()).with("organisation", &view.organisation);
    show(&page, &officer, &view, &form)
}

/// Appoints, and leads to the new appointment.
pub(super) async fn appoint(
    officer: CanManageAppointments,
    page: Page,
    life_cycle: web::Data<LifeCycle>,
    caller: RequestContext,
    id: web::Path<Id>,
    posted: Posted<AppointForm>,
) -> PageResult {
    let Posted { input, form } = posted;
    let view = life_cycle.get(Arc::clone(&officer.0), *id).await?;
    let person = view.person.id.filter(|person| *person != officer.user_id).ok_or_else(Error::not_found)?;
    let ticket = form.ticket(&page, officer.user_id);
    let appointed = async {
        let request = input?.into_request(Some(person))?;
        life_cycle.appoint(Arc::clone(&officer.0), Trace::from(&caller), ticket, request).await
    };
    match Box::pin(appointed).await {
        Ok(answer) => {
            let Invited { id } = serde_json::from_str(&answer.body).or_internal()?;
            Ok(page.lead_to_with(&address(id), Notice::new("appointed").with("name", &view.person.name))?.finish())
        }
        Err(error) => show(&page, &officer, &view, &returned(&page, form, error)?.with_errors_among(&FIELDS)),
    }
}

fn show(page: &Page, officer: &Principal, view: &AppointmentView, form: &FormState) -> PageResult {
    let choice = |role: &Role| Choice::new(role.as_str(), page.words("role", role.as_str()));
    // The appointment is in force at once, so no role is chosen before its reader chooses one.
    let none = Choice::new("", page.text("apply-choose-role"));
    FormPage::new(page, form, "appoint", &view.person.name)
        .about(facts(page, view))
        .with_fields(vec![
            organisation_field(page, officer, page.organisation_choices()),
            Field::select("role", std::iter::once(none).chain(roles(officer).map(choice)).collect()),
            Field::line("valid_to", "date").hinted(page.text("appointment-mandate.hint")),
        ])
        .back_to(address(view.id), page.text("link-back-to-appointment"))
        .show()
}

/// The roles to which an officer may appoint at an organisation of the own, those with rights in the whole portal last.
fn roles(officer: &Principal) -> impl Iterator<Item = &'static Role> {
    let own: Vec<Id> = officer.active().map(|held| held.organisation_id).collect();
    let may = move |role: &&Role| own.iter().any(|place| policy::may_appoint(officer, **role, *place).is_ok());
    let others = Role::ALL.iter().filter(|role| !Role::INVITED_TO.contains(role));
    Role::INVITED_TO.iter().chain(others).filter(may)
}
