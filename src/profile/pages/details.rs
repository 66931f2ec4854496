//! The form of the profile: name, language, and the fields of the entry with their audiences.
//!
//! What a person left as it was is not sent to the service, since a person with several entries may have different
//! values in them. A change that another one overtook comes back with the values of now beside the person's own.

use actix_web::web;
use askama::Template;
use serde::Deserialize;

use super::super::Profiles;
use super::super::types::{ChangeMe, Me};
use crate::adoption::Adoptions;
use crate::directory::{language_codes, language_names};
use crate::error::{Error, FieldError};
use crate::http::{IfMatch, etag};
use crate::i18n::Language;
use crate::identity::guards::CurrentUser;
use crate::policy::{self, FieldAudience};
use crate::text;
use crate::web::{Choice, Desk, Difference, FormState, Notice, Page, PageResult, Posted};

/// The audiences that a person may choose, the widest first. `public` is reserved.
const AUDIENCES: [FieldAudience; 4] =
    [FieldAudience::Members, FieldAudience::Region, FieldAudience::Organisation, FieldAudience::Secretariat];
/// Fields that are compared after a conflict; those of the technologies are several.
const COMPARED: [&str; 10] = [
    "name",
    "preferred_language",
    "job_title",
    "job_title_audience",
    "phone",
    "phone_audience",
    "email_audience",
    "languages",
    "languages_audience",
    "technologies_audience",
];

#[derive(Template)]
#[template(path = "account/profile.html")]
struct ProfilePage<'a> {
    page: &'a Page,
    form: &'a FormState,
    /// Whether the person has an entry in the directory.
    has_entry: bool,
    /// Whether the Secretariat alone sees it, so that no audience is chosen.
    is_of_agency: bool,
    email: &'a str,
    languages: Vec<Choice>,
    audiences: Vec<Choice>,
    technologies: Vec<Choice>,
    /// What is stored now and what the person typed, after a conflict.
    differences: Vec<Difference>,
}

/// The form as it is sent.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct ProfileForm {
    name: String,
    preferred_language: String,
    job_title: String,
    job_title_audience: String,
    phone: String,
    phone_audience: String,
    email_audience: String,
    /// Names or codes, with commas between.
    languages: String,
    languages_audience: String,
    technologies: Vec<String>,
    technologies_audience: String,
    version: String,
}

impl ProfileForm {
    /// What is to be changed of the profile that is stored.
    fn into_request(self, me: &Me) -> Result<ChangeMe, Error> {
        let name = (self.name.trim() != me.name).then_some(self.name);
        let preferred_language = chosen("preferred_language", &self.preferred_language, Language::parse)?;
        let Some(own) = &me.contact else {
            return Ok(ChangeMe { name, preferred_language, ..ChangeMe::default() });
        };
        let audience = |field, value: &str, stored| {
            let chosen = chosen(field, value, FieldAudience::parse)?;
            Ok::<_, Error>(chosen.filter(|chosen| *chosen != stored))
        };
        let languages = language_codes(self.languages.split([',', ';', '،']))?;
        let mut known = own.technologies.0.clone();
        let mut technologies = self.technologies;
        known.sort_unstable();
        technologies.sort_unstable();
        Ok(ChangeMe {
            name,
            preferred_language,
            time_zone: None,
            job_title: optional(self.job_title, own.job_title.as_deref()),
            phone: optional(self.phone, own.phone.as_deref()),
            phone_audience: audience("phone_audience", &self.phone_audience, own.phone_audience)?,
            email_audience: audience("email_audience", &self.email_audience, own.email_audience)?,
            job_title_audience: audience("job_title_audience", &self.job_title_audience, own.job_title_audience)?,
            languages_audience: audience("languages_audience", &self.languages_audience, own.languages_audience)?,
            technologies_audience: audience(
                "technologies_audience",
                &self.technologies_audience,
                own.technologies_audience,
            )?,
            languages: (languages != own.languages.0).then_some(languages),
            technologies: (technologies != known).then_some(technologies),
        })
    }
}

/// A value of a list; none where the form does not have the field.
fn chosen<T>(field: &str, value: &str, parse: impl Fn(&str) -> Option<T>) -> Result<Option<T>, Error> {
    if value.is_empty() {
        return Ok(None);
    }
    let unknown = || {
        let fault = text::unknown_value(value, []);
        Error::invalid(vec![FieldError { pointer: format!("/{field}"), ..fault }])
    };
    parse(value).map(Some).ok_or_else(unknown)
}

/// A text that may be missing: absent where it is as before, none where it was emptied.
#[expect(clippy::option_option, reason = "absent keeps, none takes away")]
fn optional(typed: String, stored: Option<&str>) -> Option<Option<String>> {
    let is_same = typed.trim() == stored.unwrap_or_default();
    (!is_same).then(|| Some(typed).filter(|typed| !typed.trim().is_empty()))
}

/// The form of a stored profile.
fn form_of(me: &Me, language: Language) -> Result<FormState, Error> {
    let form = FormState::default()
        .with("version", etag::version_of(me)?)
        .with("name", &me.name)
        .with("preferred_language", me.preferred_language);
    let Some(own) = &me.contact else { return Ok(form) };
    let form = form
        .with("job_title", own.job_title.as_deref().unwrap_or_default())
        .with("job_title_audience", own.job_title_audience)
        .with("phone", own.phone.as_deref().unwrap_or_default())
        .with("phone_audience", own.phone_audience)
        .with("email_audience", own.email_audience)
        .with("languages", language_names(&own.languages.0, language)?.join(", "))
        .with("languages_audience", own.languages_audience)
        .with("technologies_audience", own.technologies_audience);
    Ok(own.technologies.0.iter().fold(form, |form, code| form.with("technologies", code)))
}

/// What the form offers, around the values of `form`.
async fn content<'a>(
    page: &'a Page,
    form: &'a FormState,
    me: &'a Me,
    user: &CurrentUser,
    adoptions: &Adoptions,
) -> Result<ProfilePage<'a>, Error> {
    let is_french = page.language() == Language::Fr;
    let technologies = adoptions.technologies(user.0.clone(), false).await?.data.into_iter().map(|entry| {
        let technology = entry.technology;
        let label = if is_french { technology.name_fr } else { technology.name_en };
        Choice { value: technology.code, label }
    });
    let choice = |family: &'static str| {
        move |code: &'static str| Choice { value: code.to_owned(), label: page.words(family, code) }
    };
    Ok(ProfilePage {
        page,
        form,
        has_entry: me.contact.is_some(),
        is_of_agency: policy::is_partner_alone(user),
        email: &me.email,
        languages: Language::ALL
            .iter()
            .map(|one| Choice::new(one.as_str(), page.language_choice(one.as_str())))
            .collect(),
        audiences: AUDIENCES.iter().map(|audience| audience.as_str()).map(choice("account-audience")).collect(),
        technologies: technologies.collect(),
        differences: Vec::new(),
    })
}

/// Shows the form.
pub(super) async fn ask(desk: Desk<CurrentUser, Profiles, ()>, adoptions: web::Data<Adoptions>) -> PageResult {
    let me = desk.service.get(desk.person.user_id).await?;
    let form = form_of(&me, desk.page.language())?.carrying();
    desk.page.show(&content(&desk.page, &form, &me, &desk.person, &adoptions).await?)
}

/// Saves the profile.
pub(super) async fn save(
    desk: Desk<CurrentUser, Profiles, ()>,
    adoptions: web::Data<Adoptions>,
    posted: Posted<ProfileForm>,
) -> PageResult {
    let Posted { input, form } = posted;
    let me = desk.service.get(desk.person.user_id).await?;
    let saved = async {
        let input = input?;
        let seen = IfMatch::of_version(&input.version);
        // What the person did not change is known only for the version that the person saw.
        seen.check(&me)?;
        let change = input.into_request(&me)?;
        desk.service.change(&desk.person, desk.trace(), change, Some(seen)).await
    };
    let saved = saved.await;
    let next = if me.contact.is_some() { "/account/entry" } else { "/account" };
    let way = |_| (next.to_owned(), Notice::new("profile-saved"));
    desk.lead_on(form, saved, way, async |desk, form| show_again(desk, &adoptions, form).await).await
}

/// The form after a refusal. After another change it takes over what is new, and the version of now.
async fn show_again(desk: &Desk<CurrentUser, Profiles, ()>, adoptions: &Adoptions, form: FormState) -> PageResult {
    let page = &desk.page;
    let me = desk.service.get(desk.person.user_id).await?;
    let now = form_of(&me, page.language())?;
    let form = form.with_errors_at_lists();
    let late = form.is_late();
    let form = if late { form.taking_over(&now) } else { form };
    let content = content(page, &form, &me, &desk.person, adoptions).await?;
    let differences = if late { differences(&content, &now) } else { Vec::new() };
    page.show_form(&form, &ProfilePage { differences, ..content })
}

/// The fields that have another value now than the person typed.
fn differences(content: &ProfilePage<'_>, now: &FormState) -> Vec<Difference> {
    let shown = |name: &str, form: &FormState| {
        let value = form.value(name);
        let choices = content.languages.iter().filter(|_| name == "preferred_language");
        let audiences = content.audiences.iter().filter(|_| name.ends_with("_audience"));
        let choice = choices.chain(audiences).find(|choice| choice.value == value);
        choice.map_or_else(|| value.to_owned(), |choice| choice.label.clone())
    };
    let technologies = |form: &FormState| {
        let known = content.technologies.iter().filter(|choice| form.has("technologies", &choice.value));
        known.map(|choice| choice.label.as_str()).collect::<Vec<_>>().join(", ")
    };
    let difference = |name: &str, now: String, yours: String| {
        (now != yours).then(|| Difference { label: content.page.label(name), now, yours })
    };
    let asked = COMPARED.into_iter().filter(|name| !content.is_of_agency || !name.ends_with("_audience"));
    let simple = asked.map(|name| difference(name, shown(name, now), shown(name, content.form)));
    let several = difference("technologies", technologies(now), technologies(content.form));
    simple.chain([several]).flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_absent_where_it_stays_and_none_where_it_was_emptied() {
        assert_eq!(optional("Director ".to_owned(), Some("Director")), None);
        assert_eq!(optional(" ".to_owned(), Some("Director")), Some(None));
        assert_eq!(optional("Deputy".to_owned(), Some("Director")), Some(Some("Deputy".to_owned())));
        assert_eq!(optional(String::new(), None), None);
    }
}
