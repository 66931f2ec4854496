//! The end of a mandate: set, changed or taken away. A change names the version that was shown.

use serde::Deserialize;

use super::super::types::AppointmentChange;
use super::super::{AppointmentView, LifeCycle};
use super::{address, end_of, facts};
use crate::error::{Error, FieldCode, FieldError};
use crate::http::{IfMatch, etag};
use crate::identity::guards::CanManageAppointments;
use crate::web::{Desk, Difference, Field, FormPage, FormState, Notice, Page, PageResult, Posted};

/// What the page sends.
#[derive(Deserialize)]
pub(super) struct MandateForm {
    /// The last day; empty where the mandate has no end.
    #[serde(default)]
    valid_to: String,
    #[serde(default)]
    version: String,
}

impl MandateForm {
    /// The change, and the version that it is made from.
    ///
    /// # Errors
    /// 422 for what is no day.
    fn into_change(self) -> Result<(AppointmentChange, IfMatch), Error> {
        let bad = || Error::invalid(vec![FieldError::new("/valid_to", FieldCode::BadDate)]);
        let end = if self.valid_to.is_empty() { None } else { Some(end_of(&self.valid_to).ok_or_else(bad)?) };
        Ok((AppointmentChange { valid_to: Some(end) }, IfMatch::of_version(&self.version)))
    }
}

/// The page of the end of a mandate.
pub(super) async fn ask(desk: Desk<CanManageAppointments, LifeCycle>) -> PageResult {
    desk.service.check_change(desk.person.0.clone(), desk.place).await?;
    let view = desk.service.get(desk.person.0.clone(), desk.place).await?;
    let form = FormState::default().with("valid_to", view.last_day.as_deref().unwrap_or_default());
    show(&desk.page, &view, form, Vec::new())
}

/// Sets it.
pub(super) async fn change(desk: Desk<CanManageAppointments, LifeCycle>, posted: Posted<MandateForm>) -> PageResult {
    let Posted { input, form } = posted;
    let changed = async {
        desk.service.check_change(desk.person.0.clone(), desk.place).await?;
        let (change, seen) = input?.into_change()?;
        desk.service.change(desk.person.0.clone(), desk.trace(), desk.place, change, seen).await
    };
    let changed = Box::pin(changed).await;
    let way = |view: AppointmentView| (address(view.id), Notice::new("mandate").with("name", view.person.name));
    desk.lead_on(form, changed, way, show_again).await
}

async fn show_again(desk: &Desk<CanManageAppointments, LifeCycle>, form: FormState) -> PageResult {
    let view = desk.service.get(desk.person.0.clone(), desk.place).await?;
    let (now, sent) = (view.last_day.clone().unwrap_or_default(), form.value("valid_to").to_owned());
    let is_old = etag::version_of(&view)? != form.value("version");
    let differences = is_old.then(|| Difference { label: desk.page.label("valid_to"), now, yours: sent });
    show(&desk.page, &view, form, differences.into_iter().collect())
}

fn show(page: &Page, view: &AppointmentView, form: FormState, differences: Vec<Difference>) -> PageResult {
    let form = form.set("version", etag::version_of(view)?);
    FormPage::new(page, &form, "appointment-mandate", &view.person.name)
        .about(facts(page, view))
        .changed(differences)
        .with_fields(vec![Field::line("valid_to", "date").hinted(page.text("appointment-mandate.hint"))])
        .back_to(address(view.id), page.text("link-back-to-appointment"))
        .show()
}
