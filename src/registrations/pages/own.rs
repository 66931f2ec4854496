//! The page on which somebody applies, and the one that follows. Both are the same whether or not the address is
//! known. And the page on which the reader of a mailbox corrects what was sent with its address, by the link of the mail:
//! the application of a stranger becomes the own one.
//!
//! Left out: the letter of nomination, which is handed in with the appointment; the page behind the mailed link
//! (`crate::pages`).

use actix_web::web;
use askama::Template;
use secrecy::SecretString;
use serde::Deserialize;

use super::super::Registrations;
use super::super::types::Register;
use crate::appointments::Role;
use crate::error::{Error, FieldCode, FieldError};
use crate::http::{Query, RequestContext};
use crate::i18n::Language;
use crate::identity::guards::Visitor;
use crate::members::{MemberFilter, Members, Organisation};
use crate::text;
use crate::web::{Choice, FormState, MISSING, Page, PageResult, Posted, answered};

#[derive(Template)]
#[template(path = "account/apply.html")]
struct ApplyPage<'a> {
    page: &'a Page,
    form: &'a FormState,
    members: Vec<Choice>,
    roles: Vec<Choice>,
    languages: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "account/correct.html")]
struct CorrectionPage<'a> {
    page: &'a Page,
    form: &'a FormState,
    members: Vec<Choice>,
    roles: Vec<Choice>,
    languages: Vec<Choice>,
    /// The page behind the link.
    link: String,
}

/// The token of a mailed link.
#[derive(Deserialize)]
pub(super) struct OfLink {
    #[serde(default)]
    token: String,
}

/// What a visitor reads after an application.
#[derive(Template)]
#[template(path = "account/applied.html")]
struct DonePage<'a> {
    page: &'a Page,
}

/// The form as it is sent. Empty fields are absent.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct ApplyForm {
    organisation: String,
    role: String,
    name: String,
    email: String,
    preferred_language: String,
    job_title: String,
    phone: String,
    nominating_official: String,
    nomination_reference: String,
    /// What the link holds whose application is corrected.
    token: String,
}

impl ApplyForm {
    fn into_request(self) -> Result<Register, Error> {
        let given = |text: String| Some(text).filter(|text| !text.trim().is_empty());
        let role = Role::parse(&self.role);
        let missing = || Error::invalid(vec![FieldError::new("/role", FieldCode::Missing)]);
        Ok(Register {
            role: role.ok_or_else(missing)?,
            email: self.email,
            name: self.name,
            organisation: self.organisation,
            job_title: given(self.job_title),
            phone: given(self.phone),
            languages: None,
            preferred_language: Language::parse(&self.preferred_language),
            nominating_official: given(self.nominating_official),
            nomination_reference: given(self.nomination_reference),
        })
    }
}

/// What the form offers, around the values of `form`.
async fn content<'a>(page: &'a Page, form: &'a FormState, members: &Members) -> Result<ApplyPage<'a>, Error> {
    let known = members.list(MemberFilter::default(), None, i64::MAX).await?.into_iter();
    let member = |organisation: Organisation| {
        let label = organisation.name_in(page.language()).to_owned();
        Choice { value: organisation.code, label }
    };
    let mut members: Vec<Choice> = known.map(|(organisation, _)| member(organisation)).collect();
    members.sort_by_cached_key(|choice| text::sort_key(&choice.label));
    members.insert(0, Choice { value: String::new(), label: page.text("apply-choose-member") });
    let choice = |family: &str, code: &str| Choice { value: code.to_owned(), label: page.words(family, code) };
    let roles = Role::APPLIED_FOR.iter().map(|role| choice("role", role.as_str())).collect();
    let languages =
        Language::ALL.iter().map(|one| Choice::new(one.as_str(), page.language_choice(one.as_str()))).collect();
    Ok(ApplyPage { page, form, members, roles, languages })
}

/// The form after a refusal: where no Member was chosen, it says what to do.
fn told(page: &Page, mut form: FormState) -> FormState {
    let missing = page.text(MISSING);
    for error in form.errors.iter_mut().filter(|error| error.field == "organisation" && error.text == missing) {
        error.text = page.text("apply-member-missing");
    }
    form
}

pub(super) async fn ask(_: Visitor, page: Page, members: web::Data<Members>) -> PageResult {
    let form = FormState::default().with("role", Role::Ncp).with("preferred_language", page.language());
    page.show(&content(&page, &form, &members).await?)
}

pub(super) async fn apply(
    _: Visitor,
    page: Page,
    registrations: web::Data<Registrations>,
    members: web::Data<Members>,
    caller: RequestContext,
    posted: Posted<ApplyForm>,
) -> PageResult {
    let Posted { input, form } = posted;
    let applied = async { registrations.apply(&caller, &input?.into_request()?).await };
    let applied = Box::pin(applied).await;
    let done = |()| Ok(page.lead_to("/apply/done").finish());
    let again = async |form: FormState| {
        let form = told(&page, form);
        page.show_form(&form, &content(&page, &form, &members).await?)
    };
    answered(&page, form, applied, done, again).await
}

pub(super) async fn done(_: Visitor, page: Page) -> PageResult {
    page.show(&DonePage { page: &page })
}

/// The address of the page behind a link.
fn link_address(token: &str) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("token", token).finish();
    format!("/verify?{query}")
}

/// What the form of a correction offers, around the values of `form`.
async fn correction<'a>(page: &'a Page, form: &'a FormState, members: &Members) -> Result<CorrectionPage<'a>, Error> {
    let ApplyPage { page, form, members, roles, languages } = content(page, form, members).await?;
    Ok(CorrectionPage { page, form, members, roles, languages, link: link_address(form.value("token")) })
}

pub(super) async fn ask_correction(
    _: Visitor,
    page: Page,
    registrations: web::Data<Registrations>,
    members: web::Data<Members>,
    query: Query<OfLink>,
) -> PageResult {
    let token = query.0.token;
    let sent = registrations.sent(SecretString::from(token.clone())).await?;
    let or_empty = Option::<String>::unwrap_or_default;
    let form = FormState::default()
        .with("token", token)
        .with("organisation", sent.organisation)
        .with("role", sent.role)
        .with("name", sent.name)
        .with("preferred_language", sent.preferred_language.unwrap_or(page.language()))
        .with("job_title", or_empty(sent.job_title))
        .with("phone", or_empty(sent.phone))
        .with("nominating_official", or_empty(sent.nominating_official))
        .with("nomination_reference", or_empty(sent.nomination_reference));
    page.show(&correction(&page, &form, &members).await?)
}

pub(super) async fn correct(
    _: Visitor,
    page: Page,
    registrations: web::Data<Registrations>,
    members: web::Data<Members>,
    caller: RequestContext,
    posted: Posted<ApplyForm>,
) -> PageResult {
    let Posted { input, form } = posted;
    let link = link_address(form.value("token"));
    let corrected = async {
        let mut input = input?;
        let token = SecretString::from(std::mem::take(&mut input.token));
        registrations.correct(&caller, token, input.into_request()?).await
    };
    let corrected = Box::pin(corrected).await;
    let done = |()| Ok(page.lead_to(&link).finish());
    let again = async |form: FormState| {
        let form = told(&page, form);
        page.show_form(&form, &correction(&page, &form, &members).await?)
    };
    answered(&page, form, corrected, done, again).await
}
