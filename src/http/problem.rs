//! The body of an error: `application/problem+json` (RFC 9457), in the reader's language.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::{Error, Fault, Refusal};
use crate::i18n::{Catalogue, Language};

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
    /// The kind, for programs.
    #[schema(example = "not_found")]
    pub code: String,
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
    #[schema(example = "bad_email")]
    pub code: String,
    /// What is wrong, in the reader's language.
    pub detail: String,
}

impl Problem {
    /// The problem as `language` puts it.
    #[must_use]
    pub fn new(error: &Error, catalogue: &Catalogue, language: Language, request_id: &str) -> Self {
        match error {
            Error::Refused(refusal) => Self::refused(refusal, catalogue, language, request_id),
            Error::Internal(_) => Self::of(500, "internal", &[], catalogue, language, request_id),
        }
    }

    fn refused(refusal: &Refusal, catalogue: &Catalogue, language: Language, request_id: &str) -> Self {
        let status = refusal.status.as_u16();
        let mut problem = Self::of(status, refusal.code, &refusal.args, catalogue, language, request_id);
        problem.errors = refusal.errors.iter().map(|fault| ProblemField::new(fault, catalogue, language)).collect();
        problem
    }

    fn of(
        status: u16,
        code: &str,
        args: &[(&str, String)],
        catalogue: &Catalogue,
        language: Language,
        request_id: &str,
    ) -> Self {
        Self {
            kind: format!("urn:portal:problem:{code}"),
            title: catalogue.text(language, &format!("problem-{code}"), args),
            status,
            detail: catalogue.text(language, &format!("problem-{code}.detail"), args),
            code: code.to_owned(),
            request_id: request_id.to_owned(),
            errors: Vec::new(),
        }
    }
}

impl ProblemField {
    /// The fault as `language` puts it.
    #[must_use]
    pub fn new(fault: &Fault, catalogue: &Catalogue, language: Language) -> Self {
        Self {
            pointer: fault.pointer.clone(),
            code: fault.code.to_owned(),
            detail: catalogue.text(language, &format!("fault-{}", fault.code), &fault.args),
        }
    }
}
