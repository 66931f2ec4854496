//! What the form of a member sends, and the form of a stored member.
//!
//! Lists are text: languages by their names with commas between, domains with commas or spaces, further names one a
//! line, each with its language after a bar where that is known (`Ivory Coast | en`).

use serde::Deserialize;

use super::super::ChangeMember;
use crate::directory::{language_codes, language_names};
use crate::error::Error;
use crate::i18n::Language;
use crate::members::{GivenAlias, MemberStatus, Particulars, Region};
use crate::web::{FormState, Page};

/// The fields of the form, in their order.
pub(super) const FIELDS: [&str; 10] = [
    "name_en",
    "name_fr",
    "aliases",
    "region",
    "languages",
    "default_language",
    "mail_domains",
    "member_since",
    "left_on",
    "status",
];

/// The form.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct MemberForm {
    pub(super) version: String,
    name_en: String,
    name_fr: String,
    aliases: String,
    region: String,
    languages: String,
    default_language: String,
    mail_domains: String,
    member_since: String,
    left_on: String,
    status: String,
}

impl MemberForm {
    /// The change. What the form always has is always sent: the service sees what differs.
    pub(super) fn into_request(self) -> Result<ChangeMember, Error> {
        Ok(ChangeMember {
            region: Region::parse(&self.region),
            default_language: Language::parse(&self.default_language),
            languages: Some(language_codes(self.languages.split([',', ';', '،']))?),
            mail_domains: Some(entries(&self.mail_domains)),
            member_since: Some(day(&self.member_since)),
            left_on: Some(day(&self.left_on)),
            status: MemberStatus::parse(&self.status),
            aliases: Some(self.aliases.lines().filter(|line| !line.trim().is_empty()).map(alias).collect()),
            name_en: Some(self.name_en),
            name_fr: Some(self.name_fr),
        })
    }
}

/// The entries of a list with commas, semicolons or spaces between.
pub(super) fn entries(text: &str) -> Vec<String> {
    let parts = text.split(|c: char| c == ',' || c == ';' || c.is_whitespace());
    parts.filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

/// What a field of a day holds; none where it was left empty.
pub(super) fn day(text: &str) -> Option<String> {
    Some(text.trim().to_owned()).filter(|day| !day.is_empty())
}

fn alias(line: &str) -> GivenAlias {
    match line.rsplit_once('|') {
        Some((name, language)) => GivenAlias { name: name.trim().to_owned(), language: day(language) },
        None => GivenAlias { name: line.trim().to_owned(), language: None },
    }
}

/// The form with the values of a member, in the language of the page.
pub(super) fn values(member: &Particulars, language: Language) -> Result<FormState, Error> {
    let alias = |alias: &GivenAlias| match &alias.language {
        Some(language) => format!("{} | {language}", alias.name),
        None => alias.name.clone(),
    };
    let languages = language_names(&member.languages, language)?;
    Ok(FormState::default()
        .with("name_en", &member.name_en)
        .with("name_fr", &member.name_fr)
        .with("aliases", member.aliases.iter().map(alias).collect::<Vec<_>>().join("\n"))
        .with("region", member.region.map_or("", Region::as_str))
        .with("languages", languages.join(", "))
        .with("default_language", member.default_language.as_str())
        .with("mail_domains", member.mail_domains.join(", "))
        .with("member_since", member.member_since.as_deref().unwrap_or_default())
        .with("left_on", member.left_on.as_deref().unwrap_or_default())
        .with("status", member.status.as_str()))
}

/// The form with the labels of a member, which say other things than those of a person (`languages`, `status`).
pub(super) fn labelled(page: &Page, form: FormState) -> FormState {
    FIELDS.iter().fold(form, |form, &field| form.labelled(field, label(page, field)))
}

/// The label of a field of a member.
pub(super) fn label(page: &Page, field: &str) -> String {
    page.text(&format!("members-field-{}", field.replace('_', "-")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_says_what_it_shows() {
        let member = Particulars {
            name_en: "Senegal".to_owned(),
            name_fr: "Sénégal".to_owned(),
            region: Some(Region::Wca),
            default_language: Language::Fr,
            languages: vec!["fr".to_owned(), "wo".to_owned()],
            mail_domains: vec!["douane.sn".to_owned(), "douanes.sn".to_owned()],
            member_since: None,
            left_on: None,
            status: MemberStatus::Active,
            aliases: vec![
                GivenAlias { name: "Sunugaal".to_owned(), language: None },
                GivenAlias { name: "Republic of Senegal".to_owned(), language: Some("en".to_owned()) },
            ],
        };
        let shown = values(&member, Language::Fr).unwrap();
        let value = |name: &str| shown.value(name).to_owned();
        let form = MemberForm {
            aliases: value("aliases"),
            mail_domains: value("mail_domains"),
            languages: value("languages"),
            member_since: value("member_since"),
            ..MemberForm::default()
        };
        let change = form.into_request().unwrap();
        assert_eq!(change.aliases, Some(member.aliases));
        assert_eq!((change.mail_domains, change.languages), (Some(member.mail_domains), Some(member.languages)));
        assert_eq!(change.member_since, Some(None));
    }
}
