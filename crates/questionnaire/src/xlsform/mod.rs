//! Questionnaires as `XLSForm`: sheets named `survey`, `choices` and `settings`, as survey offices write them.
//!
//! [`import()`] reads the part of `XLSForm` that questionnaires have, and names each cell that says more or less than
//! that: sheet, row and column. It gives a draft wherever one can be read, so that the people who brought the sheets can
//! go on with it, and with the faults beside it. [`export()`] writes sheets that other programs read; own columns hold
//! what `XLSForm` has no place for. What was exported is imported unchanged. Where sheets hold more than a
//! questionnaire can have, the reading stops there: the bound is told alone, and no draft is given.
//!
//! | in a questionnaire | in the sheets |
//! |---|---|
//! | section, group | `begin_group`, in a section again |
//! | matrix | a group with the appearance `table-list` (choices) or `matrix` (other answers), rows as its questions |
//! | scale | `select_one` with the appearance `likert` |
//! | least, most | columns `least` and `most`, and in front of the constraint |
//! | concept, sensitivity, unit, exclusive options | columns of these names; titles in other languages: `title_fr` |
//!
//! - `headers` columns, languages and rows of a sheet
//! - `import` from sheets; `survey` its groups and rows, `answers` its types of answers, `places` where a fault is
//! - `spent` how much has been read, against the bounds
//! - `export` to sheets
//!
//! Left out: spreadsheet files, and whatever collects data in the field (positions, repeats, calculations).

mod answers;
mod export;
mod headers;
mod import;
mod places;
mod spent;
mod survey;

use serde::Serialize;

pub use export::export;
pub use import::import;

use crate::check::FaultCode;
use crate::codes::coded;
use crate::model::Questionnaire;

/// The sheets of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Workbook {
    /// In order.
    pub sheets: Vec<Sheet>,
}

/// A sheet, as text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sheet {
    /// Its name.
    pub name: String,
    /// Its rows from the first, with all cells before the last that is not empty.
    pub rows: Vec<Vec<String>>,
}

/// What was read.
#[derive(Clone, Debug)]
pub struct Import {
    /// The draft, without what could not be read; none where the sheets have no readable shape.
    pub questionnaire: Option<Questionnaire>,
    /// What is wrong or not supported; without any, the draft is whole and can be published.
    pub faults: Vec<SheetFault>,
    /// What was passed over and changes no answer.
    pub notes: Vec<SheetNote>,
}

coded! {
    /// What is wrong with sheets.
    SheetFaultCode {
        /// There is no sheet of this name.
        MissingSheet = "missing_sheet",
        /// A sheet lacks a column.
        MissingColumn = "missing_column",
        /// Two columns have the same header.
        DuplicateColumn = "duplicate_column",
        /// A sheet has too many rows or columns (detail: the most).
        SheetTooLarge = "sheet_too_large",
        /// Nothing says which language texts have that have no language in their header.
        LanguageUnnamed = "language_unnamed",
        /// No language has this name, or no column has this language.
        LanguageUnknown = "language_unknown",
        /// A language is spelt in two ways (nearest: the first).
        LanguageSpeltTwice = "language_spelt_twice",
        /// A row has no type.
        MissingType = "missing_type",
        /// This type of question is not supported.
        UnsupportedType = "unsupported_type",
        /// This column is not supported where it has a value (detail).
        UnsupportedColumn = "unsupported_column",
        /// `or_other`: an option and a text question take its place (detail: the list).
        OrOther = "or_other",
        /// No list has this name.
        UnknownList = "unknown_list",
        /// A group is not closed.
        GroupNotClosed = "group_not_closed",
        /// An end without a group.
        NoOpenGroup = "no_open_group",
        /// Groups are nested too deep.
        TooDeep = "too_deep",
        /// The rows of a matrix are not alike.
        MixedMatrix = "mixed_matrix",
        /// This is neither yes nor no.
        NoYesNo = "no_yes_no",
        /// No number is expected so.
        BadNumber = "bad_number",
        /// This parameter is not understood.
        BadParameter = "bad_parameter",
        /// There is no such sensitivity.
        BadSensitivity = "bad_sensitivity",
        /// A rule is too long.
        RuleTooLong = "rule_too_long",
        /// A rule is nested too deep.
        RuleTooDeep = "rule_too_deep",
        /// A rule ends too early.
        RuleUnfinished = "rule_unfinished",
        /// This is not expected in a rule.
        RuleUnexpected = "rule_unexpected",
        /// Rules have no such function.
        UnknownFunction = "unknown_function",
        /// A function has other operands than it takes.
        WrongOperands = "wrong_operands",
    }
}

coded! {
    /// What was passed over.
    SheetNoteCode {
        /// A sheet.
        IgnoredSheet = "ignored_sheet",
        /// A column.
        IgnoredColumn = "ignored_column",
        /// A cell of a column that this row has no use for.
        IgnoredCell = "ignored_cell",
        /// A row that is disabled.
        DisabledRow = "disabled_row",
        /// A row that records circumstances (start, device).
        IgnoredType = "ignored_type",
        /// An appearance.
        IgnoredAppearance = "ignored_appearance",
        /// A list that no question has.
        UnusedList = "unused_list",
    }
}

/// A fault of the sheets, or of the questionnaire that they hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(untagged)]
pub enum Reason {
    /// Of the questionnaire.
    Questionnaire(FaultCode),
    /// Of the sheets.
    Sheet(SheetFaultCode),
}

impl Reason {
    /// Its name in files and catalogues of texts.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Questionnaire(code) => code.as_str(),
            Self::Sheet(code) => code.as_str(),
        }
    }
}

/// A cell that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SheetFault {
    /// The name of the sheet.
    pub sheet: String,
    /// The row, the first one 1.
    pub row: usize,
    /// The header of the column; empty where the whole row is meant.
    pub column: String,
    /// What is wrong.
    pub code: Reason,
    /// The word that it is about, cut where it is long.
    pub detail: String,
    /// What was perhaps meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nearest: Option<String>,
}

/// A cell that was passed over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SheetNote {
    /// The name of the sheet.
    pub sheet: String,
    /// The row, the first one 1.
    pub row: usize,
    /// The header of the column; empty where the whole row is meant.
    pub column: String,
    /// What was passed over.
    pub code: SheetNoteCode,
    /// The word that it is about, cut where it is long.
    pub detail: String,
}

/// Columns whose texts have a language.
const TEXTS: [&str; 4] = ["label", "hint", "constraint_message", "unit"];
/// Columns that change what is asked or answered, and are not supported.
const UNSUPPORTED: [&str; 10] = [
    "choice_filter",
    "calculation",
    "trigger",
    "default",
    "read_only",
    "repeat_count",
    "image",
    "big-image",
    "audio",
    "video",
];
/// The appearance of a matrix whose cells are choices.
const TABLE: &str = "table-list";
/// The appearance of another matrix.
const MATRIX: &str = "matrix";
/// The appearance of a scale.
const SCALE: &str = "likert";
/// The appearance of a text with several lines.
const LONG: &str = "multiline";

/// Names of languages in headers, the first of a tag the one that is written.
const LANGUAGES: &[(&str, &str)] = &[
    ("en", "English"),
    ("fr", "French"),
    ("fr", "Français"),
    ("es", "Spanish"),
    ("es", "Español"),
    ("ar", "Arabic"),
    ("ar", "العربية"),
    ("pt", "Portuguese"),
    ("pt", "Português"),
    ("ru", "Russian"),
    ("ru", "Русский"),
    ("zh", "Chinese"),
    ("de", "German"),
    ("de", "Deutsch"),
    ("it", "Italian"),
    ("nl", "Dutch"),
    ("tr", "Turkish"),
    ("ja", "Japanese"),
    ("ko", "Korean"),
];
