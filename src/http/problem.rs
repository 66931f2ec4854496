//! The body of an error: `application/problem+json` (RFC 9457), in the reader's language.
//!
//! Title and details are for people: they name no method and no path, and replace codes by words. Programs read `code`,
//! the codes behind the words (`codes`), and a `hint` in English, if there is one.

use std::collections::BTreeMap;

use actix_web::ResponseError as _;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::{Error, FieldCode, FieldError, ProblemCode};
use crate::i18n::{Catalogue, Language};

/// Arguments of texts that are codes: of which problem or field, under which name, and the prefix of the texts with
/// their words (`status-active`).
type Words<C> = [(C, &'static str, &'static str)];

const PROBLEM_WORDS: &Words<ProblemCode> = &[
    (ProblemCode::AnnouncementNotPossibleNow, "status", "announcement-status"),
    (ProblemCode::AnnouncementNotPossibleNow, "event", "announcement-event"),
    (ProblemCode::AnnouncementNotPossibleNow, "possible", "announcement-event"),
    (ProblemCode::AppointmentOver, "status", "status"),
    (ProblemCode::AudienceWidened, "field", "changed"),
    (ProblemCode::FieldHidden, "field", "changed"),
    (ProblemCode::LanguageMissing, "languages", "language"),
    (ProblemCode::NotPending, "status", "application-status"),
    (ProblemCode::NotPossibleNow, "status", "status"),
    (ProblemCode::NotPossibleNow, "event", "event"),
    (ProblemCode::ResponseNotPossibleNow, "event", "response-event"),
    (ProblemCode::ResponseNotPossibleNow, "state", "response-state"),
    (ProblemCode::ResponseSubmitted, "state", "response-state"),
];

const FIELD_WORDS: &Words<FieldCode> = &[
    (FieldCode::NoText, "language", "language"),
    (FieldCode::NoVariant, "language", "language"),
    (FieldCode::QuestionnaireFault, "fault", "survey-fault"),
    (FieldCode::RoleNotOpen, "allowed", "role"),
    (FieldCode::ScopeNotHeld, "scope", "scope"),
];

/// What every error answer holds.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Problem {
    /// A URI that names the kind of problem.
    #[serde(rename = "type")]
    #[schema(example = "urn:portal:problem:not_found")]
    pub kind: String,
    /// The kind in a few words, in the reader's language.
    pub title: String,
    /// The HTTP status, again.
    pub status: u16,
    /// What happened and what to do next, in the reader's language.
    pub detail: String,
    /// What a program can do, in English: requests that help.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// The kind, for programs.
    pub code: ProblemCode,
    /// The codes that the detail says in words, by their names: `status`, `event`. Several have a comma and a space between.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub codes: BTreeMap<String, String>,
    /// What to quote when asking for help.
    pub request_id: String,
    /// The fields at fault.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<ProblemField>,
}

/// One field at fault.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct ProblemField {
    /// JSON pointer into the body, or the name of a query parameter.
    #[schema(example = "/email")]
    pub pointer: String,
    /// What is wrong, for programs.
    pub code: FieldCode,
    /// The codes that the detail says in words, by their names.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub codes: BTreeMap<String, String>,
    /// What is wrong, in the reader's language.
    pub detail: String,
    /// What a program can do, in English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

impl Problem {
    /// The problem in `language`.
    #[must_use]
    pub fn new(error: &Error, catalogue: &Catalogue, language: Language, request_id: &str) -> Self {
        let (args, faults): (&[_], &[_]) = match error {
            Error::Refused(refusal) => (refusal.args.as_slice(), refusal.errors.as_slice()),
            Error::Internal(_) => (&[], &[]),
        };
        let code = error.code();
        let (mut told, codes) = in_words(PROBLEM_WORDS, code, args, catalogue, language);
        told.push(("request_id", request_id.to_owned()));
        Self {
            kind: format!("urn:portal:problem:{code}"),
            title: catalogue.text(language, &format!("problem-{code}"), &told),
            status: error.status_code().as_u16(),
            detail: catalogue.text(language, &format!("problem-{code}.detail"), &told),
            hint: catalogue.hint(code.as_str(), args),
            code,
            codes,
            request_id: request_id.to_owned(),
            errors: faults.iter().map(|fault| ProblemField::new(fault, catalogue, language)).collect(),
        }
    }

    /// Title and detail in one text, where no heading has the title.
    #[must_use]
    pub fn in_full(&self) -> String {
        format!("{}. {}", self.title, self.detail)
    }
}

impl ProblemField {
    /// The fault in `language`.
    #[must_use]
    pub fn new(fault: &FieldError, catalogue: &Catalogue, language: Language) -> Self {
        Self::told(&fault.pointer, fault.code, &fault.args, (catalogue, language))
    }

    /// The fault with this code and these arguments, which may have been stored.
    #[must_use]
    pub fn told(
        pointer: &str,
        code: FieldCode,
        args: &[(&str, String)],
        (catalogue, language): (&Catalogue, Language),
    ) -> Self {
        let (told, codes) = in_words(FIELD_WORDS, code, args, catalogue, language);
        Self {
            pointer: pointer.to_owned(),
            code,
            codes,
            detail: catalogue.text(language, &format!("fault-{code}"), &told),
            hint: catalogue.hint(&format!("fault-{code}"), args),
        }
    }
}

/// The arguments for a text, with words in place of codes; and these codes.
fn in_words<'a, C: Copy + PartialEq>(
    words: &Words<C>,
    code: C,
    args: &[(&'a str, String)],
    catalogue: &Catalogue,
    language: Language,
) -> (Vec<(&'a str, String)>, BTreeMap<String, String>) {
    let (mut told, mut codes) = (Vec::with_capacity(args.len() + 1), BTreeMap::new());
    for (name, value) in args {
        let family = words.iter().find(|(of, known, _)| *of == code && known == name).map(|(_, _, family)| *family);
        told.push((*name, family.map_or_else(|| value.clone(), |family| catalogue.words(language, family, value))));
        if family.is_some() {
            codes.insert((*name).to_owned(), value.clone());
        }
    }
    (told, codes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(error: &Error, language: Language) -> Problem {
        Problem::new(error, &Catalogue::load().unwrap(), language, "an-id")
    }

    #[test]
    fn a_person_reads_words_and_a_program_codes() {
        let error = Error::conflict(ProblemCode::NotPossibleNow).with("status", "incomplete").with("event", "approve");
        let problem = told(&error, Language::Fr);
        assert!(
            problem.detail.contains("Le mandat est incomplet") && problem.detail.contains("approuver"),
            "{problem:?}"
        );
        assert_eq!(problem.codes["status"], "incomplete");
        assert_eq!(problem.codes["event"], "approve");
        let possible = Error::conflict(ProblemCode::AnnouncementNotPossibleNow)
            .with("status", "draft")
            .with("event", "approve")
            .with("possible", "revise, submit");
        let problem = told(&possible, Language::En);
        assert!(problem.detail.contains("change, submit for approval"), "{}", problem.detail);
        assert_eq!(problem.codes["possible"], "revise, submit");
    }

    #[test]
    fn a_hint_stands_beside_the_text_and_not_in_it() {
        let problem = told(&Error::unauthenticated(ProblemCode::LoginRequired).with("token", "access"), Language::Fr);
        assert!(problem.hint.unwrap().contains("POST /api/v1/auth/login"));
        assert!(!problem.detail.contains("Authorization"), "{}", problem.detail);
        let plain = serde_json::to_value(told(&Error::not_found(), Language::En)).unwrap();
        assert!(plain.get("hint").is_none() && plain.get("codes").is_none(), "{plain}");
        let fault = FieldError::new("/topic", FieldCode::UnknownTopic).with("value", "x");
        let problem = told(&Error::invalid(vec![fault]), Language::En);
        assert_eq!(problem.errors[0].hint.as_deref(), Some("GET /api/v1/topics lists the topics."));
    }

    #[test]
    fn what_went_wrong_with_us_names_the_request() {
        assert!(told(&Error::internal("a secret"), Language::En).detail.contains("an-id"));
    }
}
