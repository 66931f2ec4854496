//! The form with which a coordinator or the Secretariat says what a member does with each technology.
//!
//! Each technology has fields of its own, whose names end with its code. A technology without a status is one of which
//! the member says nothing; it is not sent to the service.

use std::sync::Arc;

use actix_web::web;
use askama::Template;
use serde::Deserialize;

use super::super::{Adoption, AdoptionStatus, Adoptions, GivenAdoption, GivenSet, TechnologyEntry};
use crate::error::Error;
use crate::http::{IfMatch, etag};
use crate::identity::guards::CanEditAdoption;
use crate::member_editing::Membership;
use crate::members::Organisation;
use crate::policy::Principal;
use crate::web::{Choice, Desk, Difference, FormState, Notice, Page, PageResult, Posted};

/// What the page of a member works with.
type Office = Desk<CanEditAdoption, Adoptions, String>;

/// The page.
#[derive(Template)]
#[template(path = "technologies/edit.html")]
struct EditPage<'a> {
    page: &'a Page,
    form: &'a FormState,
    code: &'a str,
    name: &'a str,
    /// The version that the form is based on.
    version: String,
    conflict: Vec<Difference>,
    rows: Vec<Row>,
    statuses: Vec<Choice>,
}

/// The fields of a technology.
struct Row {
    name: String,
    status: String,
    since: String,
    willing: String,
}

/// What the form sends beside the fields of technologies, which are read by their names.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct AdoptionForm {
    version: String,
}

/// What the page needs to know of a member.
struct Subject {
    member: Organisation,
    technologies: Vec<TechnologyEntry>,
    stored: Adoption,
}

impl Subject {
    async fn read(
        viewer: &Arc<Principal>,
        membership: &Membership,
        adoptions: &Adoptions,
        code: &str,
    ) -> Result<Self, Error> {
        Ok(Self {
            member: membership.get(Arc::clone(viewer), code.to_owned()).await?.organisation,
            technologies: adoptions.technologies(Arc::clone(viewer), false).await?.data,
            stored: adoptions.get(Arc::clone(viewer), code.to_owned()).await?,
        })
    }

    fn version(&self) -> Result<String, Error> {
        Ok(etag::of(&self.stored)?.to_string())
    }

    /// The form with the stored values.
    fn form(&self) -> FormState {
        self.stored.data.iter().fold(FormState::default(), |form, entry| {
            let code = &entry.technology;
            let form = form.with(&status_of(code), entry.status.as_str());
            let form = form.with(&since_of(code), entry.since.as_deref().unwrap_or_default());
            if entry.willing_to_share { form.with(&willing_of(code), "true") } else { form }
        })
    }

    /// The form with a label of its own for each field of each technology.
    fn labelled(&self, page: &Page, form: FormState) -> FormState {
        self.technologies.iter().fold(form, |form, entry| {
            let (code, name) = (&entry.technology.code, entry.technology.name_in(page.language()));
            form.labelled_in(name, status_of(code), page.text("technologies-status"))
                .labelled_in(name, since_of(code), page.text("technologies-since"))
                .labelled_in(name, willing_of(code), page.text("technologies-willing-to-talk"))
        })
    }

    fn page<'a>(&'a self, page: &'a Page, form: &'a FormState, version: String) -> EditPage<'a> {
        let row = |entry: &TechnologyEntry| {
            let code = &entry.technology.code;
            let name = entry.technology.name_in(page.language()).to_owned();
            Row { name, status: status_of(code), since: since_of(code), willing: willing_of(code) }
        };
        let status =
            |status: &AdoptionStatus| Choice::new(status.as_str(), page.words("technology-status", status.as_str()));
        let nothing = Choice::new("", page.text("technologies-nothing"));
        EditPage {
            page,
            form,
            code: &self.member.code,
            name: self.member.name_in(page.language()),
            version,
            conflict: Vec::new(),
            rows: self.technologies.iter().map(row).collect(),
            statuses: std::iter::once(nothing).chain(AdoptionStatus::ALL.iter().map(status)).collect(),
        }
    }

    /// What is stored now beside what was typed.
    fn conflict(&self, page: &Page, form: &FormState) -> Vec<Difference> {
        let stored = self.form();
        let told = |form: &FormState, code: &str| {
            let status = form.value(&status_of(code));
            let willing = form.has(&willing_of(code), "true");
            let parts = [
                if status.is_empty() { String::new() } else { page.words("technology-status", status) },
                form.value(&since_of(code)).to_owned(),
                if willing { page.text("technologies-willing") } else { String::new() },
            ];
            parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
        };
        let field = |entry: &TechnologyEntry| {
            let code = &entry.technology.code;
            (entry.technology.name_in(page.language()).to_owned(), told(&stored, code), told(form, code))
        };
        Difference::among(self.technologies.iter().map(field).collect())
    }

    /// The set that a form says.
    fn given(&self, form: &FormState) -> GivenSet {
        let entry = |entry: &TechnologyEntry| {
            let code = &entry.technology.code;
            let since = form.value(&since_of(code)).trim();
            Some(GivenAdoption {
                technology: code.clone(),
                status: AdoptionStatus::parse(form.value(&status_of(code)))?,
                since: (!since.is_empty()).then(|| since.to_owned()),
                willing_to_share: form.has(&willing_of(code), "true"),
            })
        };
        GivenSet { data: self.technologies.iter().filter_map(entry).collect() }
    }
}

fn status_of(code: &str) -> String {
    format!("status-{code}")
}

fn since_of(code: &str) -> String {
    format!("since-{code}")
}

fn willing_of(code: &str) -> String {
    format!("willing-{code}")
}

/// The form of a member.
pub(super) async fn ask(desk: Office, membership: web::Data<Membership>) -> PageResult {
    desk.service.check_editor(Arc::clone(&desk.person.0), desk.place.clone()).await?;
    let subject = Subject::read(&desk.person.0, &membership, &desk.service, &desk.place).await?;
    let (form, version) = (subject.labelled(&desk.page, subject.form().carrying()), subject.version()?);
    desk.page.show(&subject.page(&desk.page, &form, version))
}

/// Replaces the adoption of technologies by a member.
pub(super) async fn save(desk: Office, membership: web::Data<Membership>, posted: Posted<AdoptionForm>) -> PageResult {
    let (officer, code) = (&desk.person, desk.place.clone());
    desk.service.check_editor(Arc::clone(&officer.0), code.clone()).await?;
    let Posted { input, form } = posted;
    let version = input?.version;
    let subject = Subject::read(&officer.0, &membership, &desk.service, &code).await?;
    let (given, seen) = (subject.given(&form), IfMatch::of_version(&version));
    let sent: Vec<String> = given.data.iter().map(|entry| entry.technology.clone()).collect();
    let replaced = desk.service.replace(Arc::clone(&officer.0), desk.trace(), code, given, seen).await;
    let way = |_| {
        let notice = Notice::new("adoption-changed").with("member", subject.member.name_in(desk.page.language()));
        (format!("/members/{}", subject.member.code), notice)
    };
    desk.lead_on(form, replaced, way, async |desk, form| show_again(desk, &subject, &sent, form)).await
}

/// The form after a refusal. After another change it takes over what is new, and the version of now.
fn show_again(desk: &Office, subject: &Subject, sent: &[String], form: FormState) -> PageResult {
    let form = subject.labelled(&desk.page, at_fields(form, sent));
    let late = form.is_late();
    let version = if late { subject.version()? } else { form.value("version").to_owned() };
    let form = if late { form.taking_over(&subject.form().with("version", &version)) } else { form };
    let mut content = subject.page(&desk.page, &form, version);
    if late {
        content.conflict = subject.conflict(&desk.page, &form);
    }
    desk.page.show_form(&form, &content)
}

/// Errors of an entry (`data-3-since`) belong to the fields of its technology.
fn at_fields(mut form: FormState, sent: &[String]) -> FormState {
    for error in &mut form.errors {
        if let Some(field) = field_of(&error.field, sent) {
            error.field = field;
        }
    }
    form
}

fn field_of(place: &str, sent: &[String]) -> Option<String> {
    let (index, member) = place.strip_prefix("data-")?.split_once('-')?;
    let code = sent.get(index.parse::<usize>().ok()?)?;
    Some(match member {
        "since" => since_of(code),
        "willing_to_share" => willing_of(code),
        _ => status_of(code),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_of_an_entry_is_at_the_fields_of_its_technology() {
        let sent = ["ai_ml".to_owned(), "drones".to_owned()];
        assert_eq!(field_of("data-1-since", &sent).as_deref(), Some("since-drones"));
        assert_eq!(field_of("data-0-willing_to_share", &sent).as_deref(), Some("willing-ai_ml"));
        assert_eq!(field_of("data-2-since", &sent), None);
        assert_eq!(field_of("version", &sent), None);
    }
}
