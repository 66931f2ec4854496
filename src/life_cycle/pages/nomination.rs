//! The page of a nomination: who nominated a person, in which letter of which day; and what other pages show of it.
//!
//! Left out: the letter itself (`letter`).

use std::sync::Arc;

use actix_web::web;
use serde::Deserialize;

use super::super::{AppointmentView, LifeCycle};
use super::letter::with_letter;
use super::{address, facts};
use crate::db::Id;
use crate::error::Error;
use crate::http::{IfMatch, etag};
use crate::identity::guards::Authenticated;
use crate::nominations::{Nomination, Nominations, Statement};
use crate::policy::Principal;
use crate::web::{Desk, Difference, Facts, Field, FormPage, FormState, Notice, Page, PageResult, Posted, Shown};

/// What the page works with.
type Place = Desk<Authenticated, LifeCycle>;

/// The fields of the form, with the type of each. The first one is required.
const FIELDS: [(&str, &str); 3] = [("official", "text"), ("reference", "text"), ("dated", "date")];

/// What the page sends.
#[derive(Deserialize)]
pub(super) struct NominationForm {
    #[serde(default)]
    official: String,
    #[serde(default)]
    reference: String,
    #[serde(default)]
    dated: String,
    #[serde(default)]
    version: String,
}

impl NominationForm {
    /// The statement, and the version of the nomination that it changes.
    fn into_request(self) -> (Statement, IfMatch) {
        let filled = |text: String| (!text.is_empty()).then_some(text);
        let statement =
            Statement { official: self.official, reference: filled(self.reference), dated: filled(self.dated) };
        (statement, IfMatch::of_version(&self.version))
    }
}

/// The page of a nomination.
pub(super) async fn ask(desk: Place, nominations: web::Data<Nominations>) -> PageResult {
    nominations.check_change(desk.person.0.clone(), desk.place).await?;
    let (view, known) = read(&desk, &nominations).await?;
    let form = FIELDS.iter().fold(FormState::default(), |form, (name, _)| form.with(name, value(&known, name)));
    show(&desk.page, &view, &known, form, Vec::new())
}

/// Writes it down.
pub(super) async fn change(
    desk: Place,
    nominations: web::Data<Nominations>,
    posted: Posted<NominationForm>,
) -> PageResult {
    let Posted { input, form } = posted;
    let changed = async {
        nominations.check_change(desk.person.0.clone(), desk.place).await?;
        let (statement, seen) = input?.into_request();
        nominations.change(desk.person.0.clone(), desk.trace(), desk.place, seen, &statement).await
    };
    let changed = Box::pin(changed).await;
    let way = |_| (address(desk.place), Notice::new("nomination"));
    desk.lead_on(form, changed, way, async |desk, form| show_again(desk, &nominations, form).await).await
}

async fn show_again(desk: &Place, nominations: &Nominations, form: FormState) -> PageResult {
    let (view, known) = read(desk, nominations).await?;
    let is_old = etag::version_of(&known)? != form.value("version");
    let differences = if is_old { differences(&desk.page, &known, &form) } else { Vec::new() };
    show(&desk.page, &view, &known, form, differences)
}

/// The appointment and its nomination, as they are now.
async fn read(desk: &Place, nominations: &Nominations) -> Result<(AppointmentView, Nomination), Error> {
    let view = desk.service.get(desk.person.0.clone(), desk.place).await?;
    Ok((view, nominations.get(desk.person.0.clone(), desk.place).await?))
}

/// The value of a field.
fn value<'a>(known: &'a Nomination, field: &str) -> &'a str {
    let value = match field {
        "official" => &known.official,
        "reference" => &known.reference,
        _ => &known.dated,
    };
    value.as_deref().unwrap_or_default()
}

/// Each field that is not now as it was sent.
fn differences(page: &Page, known: &Nomination, form: &FormState) -> Vec<Difference> {
    let difference = |(name, _): &(&str, &str)| Difference {
        label: page.label(name),
        now: value(known, name).to_owned(),
        yours: form.value(name).to_owned(),
    };
    FIELDS.iter().map(difference).filter(|difference| difference.now != difference.yours).collect()
}

fn field(page: &Page, name: &'static str, kind: &'static str) -> Field {
    let field = Field::line(name, kind);
    if name == "official" { field } else { field.hinted(page.text("account-optional")) }
}

fn show(
    page: &Page,
    view: &AppointmentView,
    known: &Nomination,
    form: FormState,
    differences: Vec<Difference>,
) -> PageResult {
    let form = form.set("version", etag::version_of(known)?);
    FormPage::new(page, &form, "nomination-change", &view.person.name)
        .about(facts(page, view))
        .changed(differences)
        .with_fields(FIELDS.iter().map(|&(name, kind)| field(page, name, kind)).collect())
        .back_to(address(view.id), page.text("link-back-to-appointment"))
        .show()
}

/// These facts with what is known of a nomination, and the letter for those who may read it.
pub(super) async fn with_nomination(
    page: &Page,
    facts: Facts,
    nominations: &Nominations,
    reader: &Arc<Principal>,
    (id, known): (Id, Option<Nomination>),
) -> Result<Facts, Error> {
    let Some(known) = known else { return Ok(facts) };
    let label = |name: &str| page.text(&format!("th-{name}"));
    let facts = facts
        .with_some(label("official"), known.official.as_deref().map(Shown::name))
        .with_some(label("reference"), known.reference.as_deref().map(Shown::name))
        .with_some(label("dated"), known.dated.as_deref().map(|day| Shown::text(page.say("shown-day", "at", day))));
    with_letter(page, facts, nominations, reader, (id, known.letter.as_ref())).await
}

/// What the reader may not see or do is left out.
pub(super) fn readable<T>(outcome: Result<T, Error>) -> Result<Option<T>, Error> {
    match outcome {
        Ok(known) => Ok(Some(known)),
        Err(Error::Refused(refusal)) if refusal.status.is_client_error() => Ok(None),
        Err(error) => Err(error),
    }
}
