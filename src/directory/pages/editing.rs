//! The form that changes a contact: for its owner, the coordinators of its organisation, and the Secretariat.
//!
//! Only fields that differ from what is stored are sent to the service, so that a field which the editor does not see
//! stays as it is. The stored audience is not shown to officers, who may only narrow it: the form offers to leave it.

use std::sync::Arc;

use actix_web::web;
use askama::Template;
use serde::Deserialize;

use super::super::types::{ChangeContact, Contact};
use super::super::{ContactView, Directory, language_codes, language_names};
use super::contact::{codes, named_technologies};
use crate::adoption::Adoptions;
use crate::error::Error;
use crate::http::{IfMatch, etag};
use crate::i18n::Language;
use crate::identity::guards::ActiveContact;
use crate::policy::FieldAudience;
use crate::web::{Choice, Desk, Difference, FormState, Notice, Page, PageResult, Posted};

/// The fields with an audience.
const FIELDS: [&str; 5] = ["job_title", "phone", "email", "languages", "technologies"];

/// The page.
#[derive(Template)]
#[template(path = "directory/edit.html")]
struct EditPage<'a> {
    page: &'a Page,
    form: &'a FormState,
    contact: &'a Contact,
    /// The version that the form is based on.
    version: String,
    conflict: Vec<Difference>,
    technologies: Vec<Choice>,
    /// The names of the fields of audiences.
    audiences: Vec<String>,
    audience_options: Vec<Choice>,
}

/// What the form sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ContactForm {
    version: String,
    job_title: String,
    phone: String,
    /// Names or codes, with commas between.
    languages: String,
    technologies: Vec<String>,
    job_title_audience: String,
    phone_audience: String,
    email_audience: String,
    languages_audience: String,
    technologies_audience: String,
}

impl ContactForm {
    /// The change from what is stored.
    fn into_request(self, stored: &Contact) -> Result<ChangeContact, Error> {
        let languages = language_codes(self.languages.split([',', ';', '،']))?;
        Ok(ChangeContact {
            job_title: changed_text(&self.job_title, stored.job_title.as_deref()),
            phone: changed_text(&self.phone, stored.phone.as_deref()),
            languages: changed_list(languages, codes(stored.languages.get())?),
            technologies: changed_list(self.technologies, codes(stored.technologies.get())?),
            job_title_audience: FieldAudience::parse(&self.job_title_audience),
            phone_audience: FieldAudience::parse(&self.phone_audience),
            email_audience: FieldAudience::parse(&self.email_audience),
            languages_audience: FieldAudience::parse(&self.languages_audience),
            technologies_audience: FieldAudience::parse(&self.technologies_audience),
        })
    }
}

#[expect(clippy::option_option, reason = "absent keeps, null takes away")]
fn changed_text(typed: &str, stored: Option<&str>) -> Option<Option<String>> {
    let typed = typed.trim();
    (typed != stored.unwrap_or_default()).then(|| Some(typed.to_owned()).filter(|typed| !typed.is_empty()))
}

/// The list, where it has other codes than the stored one; the order of a form says nothing.
fn changed_list(typed: Vec<String>, mut stored: Vec<String>) -> Option<Vec<String>> {
    let mut sorted = typed.clone();
    sorted.sort_unstable();
    stored.sort_unstable();
    (sorted != stored).then_some(typed)
}

/// The form of a contact.
pub(super) async fn ask(desk: Desk<ActiveContact, Directory>, adoptions: web::Data<Adoptions>) -> PageResult {
    desk.service.check_editor(Arc::clone(&desk.person.0), desk.place).await?;
    let ContactView { contact, .. } = desk.service.get(&desk.person, desk.place).await?;
    let form = form_of(&contact, desk.page.language())?.with("version", etag::of(&contact)?).carrying();
    show(&desk, &adoptions, &contact, form).await
}

/// Changes a contact.
pub(super) async fn save(
    desk: Desk<ActiveContact, Directory>,
    adoptions: web::Data<Adoptions>,
    posted: Posted<ContactForm>,
) -> PageResult {
    desk.service.check_editor(Arc::clone(&desk.person.0), desk.place).await?;
    let Posted { input, form } = posted;
    let (input, id) = (input?, desk.place);
    let ContactView { contact, .. } = desk.service.get(&desk.person, id).await?;
    let seen = IfMatch::of_version(&input.version);
    let change = input.into_request(&contact)?;
    let changed = desk.service.change(Arc::clone(&desk.person.0), desk.trace(), id, &change, seen).await;
    let way = |_| (format!("/contacts/{id}"), Notice::new("contact-changed").with("name", &contact.name));
    desk.lead_on(form, changed, way, async |desk, form| show(desk, &adoptions, &contact, form).await).await
}

/// The form of a contact. After another change it takes over what is new, and the version of now.
async fn show(
    desk: &Desk<ActiveContact, Directory>,
    adoptions: &Adoptions,
    contact: &Contact,
    form: FormState,
) -> PageResult {
    let form = at_fields(form);
    let technologies = named_technologies(&desk.page, &desk.person, adoptions).await?;
    let late = form.is_late();
    let version = if late { etag::of(contact)?.to_string() } else { form.value("version").to_owned() };
    let form =
        if late { form.taking_over(&form_of(contact, desk.page.language())?.with("version", &version)) } else { form };
    let mut content = edit_page(&desk.page, &form, contact, version, technologies);
    if late {
        content.conflict = conflict(&desk.page, contact, &form, &content.technologies)?;
    }
    desk.page.show_form(&form, &content)
}

/// The form with the stored values.
fn form_of(contact: &Contact, language: Language) -> Result<FormState, Error> {
    let languages = language_names(&codes(contact.languages.get())?, language)?;
    let form = FormState::default()
        .with("job_title", contact.job_title.as_deref().unwrap_or_default())
        .with("phone", contact.phone.as_deref().unwrap_or_default())
        .with("languages", languages.join(", "));
    let technologies = codes(contact.technologies.get())?;
    Ok(technologies.into_iter().fold(form, |form, code| form.with("technologies", code)))
}

/// Errors of the entries of a list belong to its one field.
fn at_fields(mut form: FormState) -> FormState {
    for error in &mut form.errors {
        let list = ["languages", "technologies"].into_iter().find(|list| error.field.starts_with(&format!("{list}-")));
        if let Some(list) = list {
            list.clone_into(&mut error.field);
        }
    }
    form
}

fn edit_page<'a>(
    page: &'a Page,
    form: &'a FormState,
    contact: &'a Contact,
    version: String,
    technologies: Vec<Choice>,
) -> EditPage<'a> {
    let narrower =
        [FieldAudience::Members, FieldAudience::Region, FieldAudience::Organisation, FieldAudience::Secretariat];
    let option = |to: FieldAudience| Choice::new(to.as_str(), page.text(&format!("directory-audience-{to}")));
    let unchanged = Choice::new("", page.text("directory-audience-unchanged"));
    EditPage {
        page,
        form,
        contact,
        version,
        conflict: Vec::new(),
        technologies,
        audiences: FIELDS.iter().map(|field| format!("{field}_audience")).collect(),
        audience_options: std::iter::once(unchanged).chain(narrower.into_iter().map(option)).collect(),
    }
}

/// What is stored now beside what was typed.
fn conflict(page: &Page, now: &Contact, form: &FormState, known: &[Choice]) -> Result<Vec<Difference>, Error> {
    let stored = form_of(now, page.language())?;
    let names = |form: &FormState| {
        let chosen = known.iter().filter(|technology| form.has("technologies", &technology.value));
        chosen.map(|technology| technology.label.as_str()).collect::<Vec<_>>().join(", ")
    };
    let text = |field: &str| (page.label(field), stored.value(field).to_owned(), form.value(field).to_owned());
    let technologies = (page.label("technologies"), names(&stored), names(form));
    Ok(Difference::among(vec![text("job_title"), text("phone"), text("languages"), technologies]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_is_changed() {
        let typed = |text: &str| changed_text(text, Some("Inspector"));
        assert_eq!(typed(" Inspector "), None);
        assert_eq!(typed("Director"), Some(Some("Director".to_owned())));
        assert_eq!(typed(""), Some(None));
        assert_eq!(changed_text("", None), None);
        let list = |codes: &[&str]| codes.iter().map(|&code| code.to_owned()).collect::<Vec<_>>();
        assert_eq!(changed_list(list(&["fr", "en"]), list(&["en", "fr"])), None);
        assert_eq!(changed_list(list(&["fr"]), list(&["en", "fr"])), Some(list(&["fr"])));
    }
}
