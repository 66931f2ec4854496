//! Codebooks of versions: what each column of the answers holds, as JSON, CSV, XLSX and DDI-Codebook 2.5.
//!
//! The crate of questionnaires has the columns ([`Codebook`]). Here they get the values that can stand in them, with
//! the reasons why a cell has none, and the conditions under which they are asked in words. A codebook has all
//! languages of the questionnaire; what the portal adds to it is in those of them that the portal has texts in. The
//! same version gives the same bytes.
//!
//! - `conditions` rules in words
//! - `tables` rows for CSV and XLSX; `ddi` XML
//!
//! Left out: counts, which are those of a release.

mod conditions;
mod ddi;
pub mod routes;
mod tables;
mod types;

use std::borrow::Cow;

use questionnaire::codebook::{
    CHOSEN, Codebook, Form, MOST_VARIABLES, NOT_CHOSEN, Reason, TooManyVariables, Variable, VariableSet,
};
use questionnaire::{Choice, Questionnaire, Texts};
use serde::Serialize;

use super::checks::check;
use super::types::{SurveyAudience, SurveyRow, VersionRow, VersionState};
use super::{rules, sheets, stored};
use crate::error::{Error, FieldCode, FieldError, OrInternal as _};
use crate::i18n::{Catalogue, Language};
use crate::time::Timestamp;
use conditions::Conditions;
pub use types::{CodebookDocument, CodebookFileQuery, CodebookFormat};

/// A codebook in a format. A draft has one once it has no faults.
///
/// # Errors
/// 422 that names each fault, or where there are too many columns.
pub(super) fn written(
    catalogue: &Catalogue,
    survey: &SurveyRow,
    row: &VersionRow,
    format: CodebookFormat,
) -> Result<Vec<u8>, Error> {
    let questionnaire = stored(&row.questionnaire)?;
    if row.is_draft() {
        rules::check_publishable(&check(&questionnaire))?;
    }
    let document = Document::new(catalogue, survey, row, &questionnaire)?;
    match format {
        CodebookFormat::Json => serde_json::to_vec(&document).or_internal(),
        CodebookFormat::Csv(separator) => tables::csv(&document, separator),
        CodebookFormat::Xlsx => sheets::write(&tables::workbook(&document)),
        CodebookFormat::Ddi => Ok(ddi::xml(&document, &Words::new(catalogue, &questionnaire)).into_bytes()),
    }
}

/// A codebook, as JSON has it.
#[derive(Debug, Serialize)]
struct Document<'q> {
    survey: &'q str,
    audience: SurveyAudience,
    version: i32,
    state: VersionState,
    #[serde(skip_serializing_if = "Option::is_none")]
    sha256: Option<&'q str>,
    /// When the version was published, or a draft was changed last.
    changed_at: Timestamp,
    languages: &'q [String],
    title: &'q Texts,
    sections: Vec<Heading<'q>>,
    sets: Vec<VariableSet<'q>>,
    variables: Vec<Described<'q>>,
}

/// The refusal of a questionnaire whose answers have more columns than a table can.
#[must_use]
pub fn too_many_columns(_: TooManyVariables) -> Error {
    let fault = FieldError::new("", FieldCode::TooManyColumns);
    Error::invalid(vec![fault.with("max", MOST_VARIABLES)])
}

/// A section.
#[derive(Debug, Serialize)]
struct Heading<'q> {
    code: &'q str,
    title: &'q Texts,
}

/// A column.
#[derive(Debug, Serialize)]
struct Described<'q> {
    #[serde(flatten)]
    variable: Variable<'q>,
    /// When it is asked, in words.
    #[serde(skip_serializing_if = "Texts::is_empty")]
    condition: Texts,
    values: Vec<Category<'q>>,
}

/// A value that can stand in a column.
#[derive(Clone, Debug, Serialize)]
struct Category<'q> {
    code: &'q str,
    label: Cow<'q, Texts>,
    /// Whether it is the reason why there is no value.
    is_missing: bool,
}

impl<'q> Document<'q> {
    /// # Errors
    /// 422 where there are too many columns.
    fn new(
        catalogue: &Catalogue,
        survey: &'q SurveyRow,
        row: &'q VersionRow,
        questionnaire: &'q Questionnaire,
    ) -> Result<Self, Error> {
        let book = Codebook::of(questionnaire).map_err(too_many_columns)?;
        let words = Words::new(catalogue, questionnaire);
        let (values, mut conditions) = (Values::new(&words), Conditions::new(&words, questionnaire));
        let described = |variable: Variable<'q>| Described {
            condition: variable.asked_if.as_ref().map(|rule| conditions.texts(rule)).unwrap_or_default(),
            values: values.of(&variable),
            variable,
        };
        let sections = questionnaire.sections.iter();
        Ok(Self {
            survey: &survey.code,
            audience: survey.audience,
            version: row.summary.number,
            state: row.summary.state,
            sha256: row.summary.sha256.as_deref(),
            changed_at: row.summary.published_at.unwrap_or(row.summary.updated_at),
            languages: &questionnaire.languages,
            title: &questionnaire.title,
            sections: sections.map(|section| Heading { code: &section.code, title: &section.title }).collect(),
            sets: book.sets,
            variables: book.variables.into_iter().map(described).collect(),
        })
    }
}

/// The values that columns of each form can have beside the options of a question.
struct Values {
    flags: [Texts; 2],
    reasons: Vec<(Reason, Texts)>,
}

impl Values {
    fn new(words: &Words) -> Self {
        let reason = |reason: &Reason| {
            let key = match reason {
                Reason::NoAnswer => "survey-codebook-no_answer",
                Reason::NotAsked => "survey-codebook-not_asked",
                Reason::Declined => "survey-codebook-declined",
            };
            (*reason, words.texts(key))
        };
        Self {
            flags: [words.texts("survey-codebook-chosen"), words.texts("survey-codebook-not_chosen")],
            reasons: Reason::ALL.iter().map(reason).collect(),
        }
    }

    fn of<'q>(&self, variable: &Variable<'q>) -> Vec<Category<'q>> {
        let option = |option: &'q Choice| Category {
            code: &option.code,
            label: Cow::Borrowed(&option.label),
            is_missing: false,
        };
        let own = |code: &'static str, label: &Texts, is_missing: bool| Category {
            code,
            label: Cow::Owned(label.clone()),
            is_missing,
        };
        let mut values: Vec<Category<'q>> = variable.values.iter().map(option).collect();
        if variable.form == Form::Flag {
            let [chosen, not_chosen] = &self.flags;
            values.extend([own(CHOSEN, chosen, false), own(NOT_CHOSEN, not_chosen, false)]);
        }
        values.extend(self.reasons.iter().map(|(reason, label)| own(reason.as_str(), label, true)));
        values
    }
}

/// Texts of the portal in the languages of a questionnaire.
struct Words<'c> {
    catalogue: &'c Catalogue,
    languages: Vec<Language>,
}

impl<'c> Words<'c> {
    fn new(catalogue: &'c Catalogue, questionnaire: &Questionnaire) -> Self {
        let known = questionnaire.languages.iter().filter_map(|language| Language::parse(language));
        let mut languages: Vec<Language> =
            known.filter(|language| Language::WITH_CATALOGUE.contains(language)).collect();
        if languages.is_empty() {
            languages.push(Language::En);
        }
        Self { catalogue, languages }
    }

    fn texts(&self, key: &str) -> Texts {
        let text = |language: &Language| (language.as_str().to_owned(), self.catalogue.text(*language, key, &[]));
        self.languages.iter().map(text).collect()
    }
}

/// The text in a language, or in the next best one.
fn best<'t>(texts: &'t Texts, language: &str) -> &'t str {
    texts.get(language).or_else(|| texts.values().next()).map_or("", String::as_str)
}
