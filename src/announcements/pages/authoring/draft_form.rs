//! The fields of a draft: what it says in each language, and whom it is for.
//!
//! The texts are fields of each language (`variants-fr-subject`), by the pointers of their errors. Members are chosen
//! by region, languages are one field with their names. Conditions that a program has set and the form has no field for
//! (`any`, `all`, `none`) stay as they are.

use serde::Deserialize;

use crate::adoption::AdoptionStatus;
use crate::announcements::types::{Announcement, Campaign, Compose, Draft, Revise, Variant, Variants};
use crate::announcements::{AdoptedBy, Audience, MAX_BODY};
use crate::appointments::Role;
use crate::directory::{language_codes, language_names};
use crate::error::{Error, FieldCode, FieldError};
use crate::i18n::Language;
use crate::members::Region;
use crate::text;
use crate::web::{Difference, FormState, Page};

/// The fields of a draft beside its texts.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct DraftForm {
    topic: String,
    default_language: String,
    #[serde(rename = "audience-regions")]
    regions: Vec<Region>,
    #[serde(rename = "audience-roles")]
    roles: Vec<Role>,
    #[serde(rename = "audience-members")]
    members: Vec<String>,
    #[serde(rename = "audience-technologies")]
    technologies: Vec<String>,
    /// Names or codes, with commas between.
    #[serde(rename = "audience-languages")]
    languages: String,
    /// What the member says of a technology.
    #[serde(rename = "audience-adoption-technologies")]
    adopted: Vec<String>,
    #[serde(rename = "audience-adoption-states")]
    adoption_states: Vec<AdoptionStatus>,
    #[serde(rename = "audience-adoption-willing_to_share")]
    willing_to_share: bool,
    required_languages: Vec<Language>,
    acknowledge: bool,
    public: bool,
    /// The hash of what the change was made from.
    pub(super) version: String,
}

impl DraftForm {
    /// The draft that the form describes: `form` has its texts, `kept` the conditions that it has no fields for.
    ///
    /// # Errors
    /// 422 where the default language is none.
    pub(super) fn into_request(self, form: &FormState, kept: Audience) -> Result<Compose, Error> {
        let default_language = Language::parse(&self.default_language).ok_or_else(|| {
            let fault = FieldError::new("/default_language", FieldCode::UnknownLanguage);
            Error::invalid(vec![fault.with("value", text::shown(&self.default_language))])
        })?;
        // A program can ask for those who are not willing; the page leaves that as it is.
        let unwilling = kept.adoption.as_ref().and_then(|adopted| adopted.willing_to_share).filter(|is| !is);
        let adoption = AdoptedBy {
            technologies: self.adopted,
            states: self.adoption_states,
            willing_to_share: self.willing_to_share.then_some(true).or(unwilling),
        };
        let audience = Audience {
            regions: self.regions,
            roles: self.roles,
            members: self.members,
            technologies: self.technologies,
            languages: language_codes(self.languages.split([',', ';', '،']))?,
            adoption: (adoption != AdoptedBy::default()).then_some(adoption),
            ..kept
        };
        let topic = self.topic.trim();
        Ok(Compose {
            audience,
            default_language,
            variants: variants(form),
            topic: (!topic.is_empty()).then(|| topic.to_owned()),
            required_languages: self.required_languages,
            acknowledge: self.acknowledge,
            public: self.public,
        })
    }
}

/// The change to all that a form has.
pub(super) fn revision(draft: Compose) -> Revise {
    Revise {
        audience: Some(draft.audience),
        default_language: Some(draft.default_language),
        variants: Some(draft.variants),
        topic: Some(draft.topic),
        required_languages: Some(draft.required_languages),
        acknowledge: Some(draft.acknowledge),
        public: Some(draft.public),
    }
}

/// The languages in which something is written, with the texts. A form sends CR LF for each line end, which would count twice.
fn variants(form: &FormState) -> Variants {
    let mut variants = Variants::new();
    for &language in Language::ALL {
        let subject = form.value(&subject_field(language)).to_owned();
        let body_markdown = form.value(&body_field(language)).replace("\r\n", "\n");
        if !subject.trim().is_empty() || !body_markdown.trim().is_empty() {
            variants.insert(language, Variant { subject, body_markdown });
        }
    }
    variants
}

fn subject_field(language: Language) -> String {
    format!("variants-{language}-subject")
}

fn body_field(language: Language) -> String {
    format!("variants-{language}-body_markdown")
}

/// What was changed since the approval of this draft.
pub(super) fn changes(page: &Page, approved: Draft, announcement: &Announcement) -> Vec<Difference> {
    let campaign = announcement
        .campaign
        .clone()
        .map(|campaign| Campaign { required_languages: approved.required_languages, ..campaign });
    let before = Announcement {
        audience: Some(approved.audience),
        default_language: approved.default_language,
        variants: approved.variants,
        topic: approved.topic,
        acknowledge: approved.acknowledge,
        public: approved.public,
        campaign,
        ..announcement.clone()
    };
    differences(page, &stored(page, &before), &stored(page, announcement))
}

/// The form of a stored announcement.
pub(super) fn stored(page: &Page, announcement: &Announcement) -> FormState {
    let mut form = FormState::default()
        .with("topic", announcement.topic.clone().unwrap_or_default())
        .with("default_language", announcement.default_language);
    for (&language, variant) in &announcement.variants {
        form = form.with(&subject_field(language), &variant.subject);
        form = form.with(&body_field(language), &variant.body_markdown);
    }
    let audience = announcement.audience.clone().unwrap_or_default();
    form = audience.regions.iter().fold(form, |form, region| form.with("audience-regions", region));
    form = audience.roles.iter().fold(form, |form, role| form.with("audience-roles", role));
    form = audience.members.iter().fold(form, |form, code| form.with("audience-members", code));
    form = audience.technologies.iter().fold(form, |form, code| form.with("audience-technologies", code));
    // Without their names the codes are good, too.
    let languages = language_names(&audience.languages, page.language()).unwrap_or(audience.languages);
    form = form.with("audience-languages", languages.join(", "));
    let adopted = audience.adoption.unwrap_or_default();
    form = adopted.technologies.iter().fold(form, |form, code| form.with("audience-adoption-technologies", code));
    form = adopted.states.iter().fold(form, |form, state| form.with("audience-adoption-states", state));
    let required = announcement.campaign.iter().flat_map(|campaign| &campaign.required_languages);
    form = required.fold(form, |form, language| form.with("required_languages", language));
    let is_willing = adopted.willing_to_share == Some(true);
    for (name, chosen) in [
        ("acknowledge", announcement.acknowledge),
        ("public", announcement.public),
        ("audience-adoption-willing_to_share", is_willing),
    ] {
        if chosen {
            form = form.with(name, true);
        }
    }
    form.with("version", super::heading::version(announcement))
}

/// The lists of an audience that the form has.
const AUDIENCE: [&str; 7] =
    ["regions", "roles", "members", "technologies", "languages", "adoption-technologies", "adoption-states"];

/// Puts errors of one entry of a list at the field of the list, and that of no text at all at the first one.
pub(super) fn at_fields(page: &Page, mut form: FormState) -> FormState {
    for error in &mut form.errors {
        if error.field == "variants" {
            error.field = subject_field(Language::En);
            error.text = page.text("authoring-no-text");
        } else if let Some(part) = error.field.strip_prefix("audience-") {
            let field = AUDIENCE.iter().find(|name| part.starts_with(**name));
            error.field = field.map(|name| format!("audience-{name}")).unwrap_or_default();
        } else if error.field.starts_with("required_languages") {
            "required_languages".clone_into(&mut error.field);
        }
    }
    form
}

/// The names of the fields of one language.
pub(super) struct TextFields {
    pub(super) language: Language,
    /// The language in words.
    pub(super) name: String,
    pub(super) subject: String,
    pub(super) body: String,
    /// What opens the fields of a language that is rarely written in.
    pub(super) opener: String,
}

impl TextFields {
    /// Whether they are seen from the first: in the languages of the portal, and wherever something stands or is wrong.
    pub(super) fn is_open(&self, form: &FormState) -> bool {
        let is_used = |field: &str| !form.value(field).is_empty() || !form.error(field).is_empty();
        self.language.has_catalogue() || is_used(&self.subject) || is_used(&self.body)
    }
}

/// The fields of all languages.
pub(super) fn text_fields(page: &Page) -> Vec<TextFields> {
    let fields = |&language: &Language| TextFields {
        language,
        name: page.words("language", language.as_str()),
        subject: subject_field(language),
        body: body_field(language),
        opener: page.say("authoring-write-in", "language", language),
    };
    Language::ALL.iter().map(fields).collect()
}

/// The form with the labels of its texts, each of which names its language, and of all texts together.
pub(super) fn labelled(page: &Page, form: FormState) -> FormState {
    let form = form.labelled("variants", page.text("authoring-texts"));
    text_fields(page).into_iter().fold(form, |form, TextFields { name, subject, body, .. }| {
        let (most, language) = (("max", MAX_BODY.to_string()), ("language", name));
        let form = form.labelled(body, page.text_with("authoring-body", &[language.clone(), most]));
        form.labelled(subject, page.text_with("authoring-subject", &[language]))
    })
}

/// The codes of which a field has any, and the family of their words; none for a field with one text.
fn choices(name: &str) -> Option<(&'static str, Vec<&'static str>)> {
    match name {
        "audience-regions" => Some(("region", Region::ALL.iter().map(|region| region.as_str()).collect())),
        "audience-roles" => Some(("role", Role::ALL.iter().map(|role| role.as_str()).collect())),
        "audience-adoption-states" => {
            Some(("technology-status", AdoptionStatus::ALL.iter().map(|status| status.as_str()).collect()))
        }
        "required_languages" => Some(("language", Language::ALL.iter().map(|language| language.as_str()).collect())),
        _ => None,
    }
}

/// Names, in an order that does not depend on that of the codes.
fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let mut names: Vec<&str> = names.collect();
    names.sort_unstable();
    names.join(", ")
}

/// Where a form differs from what is stored now.
pub(super) fn differences(page: &Page, now: &FormState, yours: &FormState) -> Vec<Difference> {
    let labels = labelled(page, FormState::default());
    let texts = text_fields(page).into_iter().flat_map(|fields| [fields.subject, fields.body]);
    let others = [
        "topic",
        "default_language",
        "audience-regions",
        "audience-roles",
        "audience-members",
        "audience-technologies",
        "audience-languages",
        "audience-adoption-technologies",
        "audience-adoption-states",
        "audience-adoption-willing_to_share",
        "required_languages",
        "acknowledge",
        "public",
    ];
    let plain = |form: &FormState, name: &str| match choices(name) {
        None if ["acknowledge", "public", "audience-adoption-willing_to_share"].contains(&name) => {
            page.text(if form.has(name, "true") { "authoring-chosen" } else { "authoring-not-chosen" })
        }
        Some((family, codes)) => {
            let chosen: Vec<String> =
                codes.into_iter().filter(|code| form.has(name, code)).map(|code| page.words(family, code)).collect();
            chosen.join(", ")
        }
        None if name == "audience-members" => listed(form.all(name).into_iter().map(|code| page.organisation(code))),
        None if name.ends_with("-technologies") => listed(form.all(name).into_iter().map(|code| page.technology(code))),
        None => form.value(name).replace("\r\n", "\n"),
    };
    let field = |name: String| (labels.label(page, &name), plain(now, &name), plain(yours, &name));
    Difference::among(texts.chain(others.map(str::to_owned)).map(field).collect())
}
