//! What was found in the file of an import: what is wrong or not supported, and what was passed over.
//!
//! Findings are kept with the plan of the file, so that its page can be read again, in another language too: without
//! their sentences, which `faults` adds.

use std::borrow::Cow;

use questionnaire::xlsform::{SheetFault, SheetFaultCode, SheetNote};
use questionnaire::{Fault, FaultCode};
use serde::{Deserialize, Serialize};
use utoipa::openapi::RefOr;
use utoipa::openapi::extensions::ExtensionsBuilder;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

/// The code of a fault of a questionnaire or of its sheets, as the description of the API tells of it.
pub enum QuestionnaireFaultCode {}

impl PartialSchema for QuestionnaireFaultCode {
    fn schema() -> RefOr<Schema> {
        let of_questionnaires = FaultCode::ALL.iter().map(|code| code.as_str());
        let known: Vec<&str> = of_questionnaires.chain(SheetFaultCode::ALL.iter().map(|code| code.as_str())).collect();
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some(
                "What is wrong, for programs. Codes are added over time: a client that does not know one shows the \
                 detail.",
            ))
            .extensions(Some(ExtensionsBuilder::new().add("x-extensible-enum", known).build()))
            .into()
    }
}

impl ToSchema for QuestionnaireFaultCode {
    fn name() -> Cow<'static, str> {
        "QuestionnaireFaultCode".into()
    }
}

/// What was found in a file.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Findings {
    pub(super) faults: Vec<SurveyImportFault>,
    pub(super) notes: Vec<SurveyImportNote>,
}

/// Something in a file that is wrong or not supported.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct SurveyImportFault {
    /// The sheet, of a workbook.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "survey")]
    pub sheet: Option<String>,
    /// The row, the first being 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<usize>,
    /// The header of the column; empty where the whole row is meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "relevant")]
    pub column: Option<String>,
    /// A JSON pointer (RFC 6901) into the questionnaire, of JSON.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// What is wrong, for programs.
    #[schema(value_type = QuestionnaireFaultCode, example = "rule_on_later_question")]
    pub code: String,
    /// What is wrong, in the reader's language.
    pub detail: String,
    /// The word that it is about: a code, a language, a bound. Empty where there is none.
    pub value: String,
    /// What was perhaps meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nearest: Option<String>,
}

/// Something in a workbook that was passed over and changes no answer.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct SurveyImportNote {
    /// The sheet.
    pub sheet: String,
    /// The row, the first being 1.
    pub row: usize,
    /// The header of the column; empty where the whole row is meant.
    pub column: String,
    /// What was passed over, for programs. Codes are added over time.
    #[schema(example = "ignored_column")]
    pub code: String,
    /// What was passed over, in the reader's language.
    pub detail: String,
    /// The word that it is about.
    pub value: String,
}

impl Findings {
    /// Those of a workbook.
    pub(super) fn of_sheets(faults: Vec<SheetFault>, notes: Vec<SheetNote>) -> Self {
        let fault = |fault: SheetFault| SurveyImportFault {
            sheet: Some(fault.sheet),
            row: Some(fault.row),
            column: Some(fault.column),
            place: None,
            code: fault.code.as_str().to_owned(),
            detail: String::new(),
            value: fault.detail,
            nearest: fault.nearest,
        };
        let note = |note: SheetNote| SurveyImportNote {
            sheet: note.sheet,
            row: note.row,
            column: note.column,
            code: note.code.as_str().to_owned(),
            detail: String::new(),
            value: note.detail,
        };
        Self { faults: faults.into_iter().map(fault).collect(), notes: notes.into_iter().map(note).collect() }
    }

    /// Those of a questionnaire that came as JSON.
    pub(super) fn of_json(faults: Vec<Fault>) -> Self {
        let fault = |fault: Fault| SurveyImportFault {
            sheet: None,
            row: None,
            column: None,
            place: Some(fault.place),
            code: fault.code.as_str().to_owned(),
            detail: String::new(),
            value: fault.detail,
            nearest: fault.nearest,
        };
        Self { faults: faults.into_iter().map(fault).collect(), notes: Vec::new() }
    }

    /// How many faults there are.
    pub(super) fn count(&self) -> i32 {
        i32::try_from(self.faults.len()).unwrap_or(i32::MAX)
    }
}
