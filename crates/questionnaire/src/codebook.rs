//! Codebooks: what each column of a table with one row for each respondent holds.
//!
//! A question is one column. A multiple choice is one column for each of its options (`areas/security`), which holds 1
//! or 0; a matrix is one column, or one for each option, for each of its rows, whose codes are unique in the
//! questionnaire. Codes have no `/`, so that no two columns share a name. An answer that is not there has a reason
//! ([`Reason`]) in place of a value.
//!
//! Left out: counts, and the formats of files.

use serde::Serialize;

use crate::codes::coded;
use crate::decimal::Decimal;
use crate::expression::Expression;
use crate::model::{AnswerType, Choice, Group, Item, MatrixRow, Question, Questionnaire, Section, Sensitivity, Texts};

/// Most columns of a codebook.
pub const MOST_VARIABLES: usize = 5_000;

/// The value of an option that was chosen.
pub const CHOSEN: &str = "1";
/// The value of an option that was not chosen.
pub const NOT_CHOSEN: &str = "0";

coded! {
    /// Why a cell has no value.
    Reason {
        /// The question was asked, and has no answer.
        NoAnswer = ".n",
        /// The question was not asked.
        NotAsked = ".s",
        /// The respondent does not agree that the answer is shown.
        Declined = ".d",
    }
}

coded! {
    /// How values can be compared.
    Measure {
        /// They are equal or not.
        Nominal = "nominal",
        /// They have an order.
        Ordinal = "ordinal",
        /// They have distances, and no zero.
        Interval = "interval",
        /// They have distances and a zero.
        Ratio = "ratio",
    }
}

coded! {
    /// How values are written.
    Form {
        /// The code of an option.
        Code = "code",
        /// 1 or 0.
        Flag = "flag",
        /// A whole number.
        Integer = "integer",
        /// A number with a fraction, `.` before it.
        Decimal = "decimal",
        /// A text.
        Text = "text",
        /// A day, as `2024-05-15`.
        Date = "date",
        /// The name of a file.
        File = "file",
    }
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Variable<'q> {
    /// `V0001` and so on, in the order of the questionnaire.
    pub id: String,
    /// The head of the column.
    pub name: String,
    /// The code of the section.
    pub section: &'q str,
    /// The code of the question.
    pub question: &'q str,
    /// The code of the row of a matrix.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<&'q str>,
    /// The code of the option of a multiple choice.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub option: Option<&'q str>,
    /// What is asked.
    pub question_label: &'q Texts,
    /// The row in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row_label: Option<&'q Texts>,
    /// The option in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub option_label: Option<&'q Texts>,
    /// When it is asked; always without a rule.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asked_if: Option<Expression>,
    /// What it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub concept: Option<&'q str>,
    /// Who may see its answers.
    pub sensitivity: Sensitivity,
    /// Whether an answer is due where it is asked.
    pub is_required: bool,
    /// How values are written.
    pub form: Form,
    /// How they can be compared.
    pub measure: Measure,
    /// The codes that values can be; whoever writes a codebook adds those of flags and the reasons for no value.
    #[serde(skip)]
    pub values: &'q [Choice],
    /// The least number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub least: Option<String>,
    /// The most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub most: Option<String>,
    /// From one number to the next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step: Option<&'q Decimal>,
    /// What a number counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<&'q Texts>,
    /// The most characters of a text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub most_characters: Option<u32>,
}

coded! {
    /// Why columns belong together.
    SetKind {
        /// They are the options of one multiple choice.
        Multiple = "multiple",
        /// They are the rows of one matrix.
        Matrix = "matrix",
    }
}

/// Columns that belong to one question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct VariableSet<'q> {
    /// `G0001` and so on.
    pub id: String,
    /// Why they belong together.
    pub kind: SetKind,
    /// The code of the question.
    pub question: &'q str,
    /// The code of the row of a matrix of multiple choices.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<&'q str>,
    /// What is asked, or the row in words.
    pub label: &'q Texts,
    /// The ids of the columns.
    pub variables: Vec<String>,
}

/// All columns of a questionnaire.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Codebook<'q> {
    /// The columns that belong together.
    pub sets: Vec<VariableSet<'q>>,
    /// The columns, in the order of the questionnaire.
    pub variables: Vec<Variable<'q>>,
}

/// A questionnaire has more columns than a codebook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooManyVariables;

impl<'q> Codebook<'q> {
    /// The codebook of a questionnaire.
    ///
    /// # Errors
    /// [`TooManyVariables`]
    pub fn of(questionnaire: &'q Questionnaire) -> Result<Self, TooManyVariables> {
        let columns: usize = questionnaire.questions().map(|(_, question)| columns(&question.answer)).sum();
        if columns > MOST_VARIABLES {
            return Err(TooManyVariables);
        }
        let mut book = Self { sets: Vec::new(), variables: Vec::new() };
        for section in &questionnaire.sections {
            book.items(section, None, &section.items);
        }
        Ok(book)
    }

    fn items(&mut self, section: &'q Section, group: Option<&'q Group>, items: &'q [Item]) {
        for item in items {
            match item {
                Item::Note(_) => {}
                Item::Group(group) => self.items(section, Some(group), &group.items),
                Item::Question(question) => {
                    let rules = [section.show_if.as_ref(), group.and_then(|group| group.show_if.as_ref())];
                    self.question(section, question, joined(rules.into_iter().chain([question.show_if.as_ref()])));
                }
            }
        }
    }

    fn question(&mut self, section: &'q Section, question: &'q Question, asked_if: Option<Expression>) {
        let column = Column { section, question, asked_if, row: None };
        let AnswerType::Matrix { rows, cell } = &question.answer else {
            self.answer(&column, &question.answer);
            return;
        };
        let first = self.variables.len();
        for row in rows {
            self.answer(&Column { row: Some(row), asked_if: column.asked_if.clone(), ..column }, cell);
        }
        self.set(SetKind::Matrix, &column, first);
    }

    fn answer(&mut self, column: &Column<'q>, answer: &'q AnswerType) {
        let AnswerType::Multiple { options } = answer else {
            let variable = column.variable(self.variables.len(), answer, None);
            self.variables.push(variable);
            return;
        };
        let first = self.variables.len();
        for option in options {
            let variable = column.variable(self.variables.len(), answer, Some(option));
            self.variables.push(variable);
        }
        self.set(SetKind::Multiple, column, first);
    }

    /// The columns from the `first` on belong together.
    fn set(&mut self, kind: SetKind, column: &Column<'q>, first: usize) {
        self.sets.push(VariableSet {
            id: format!("G{:04}", self.sets.len() + 1),
            kind,
            question: &column.question.code,
            row: column.row.map(|row| row.code.as_str()),
            label: column.row.map_or(&column.question.label, |row| &row.label),
            variables: self.variables.iter().skip(first).map(|variable| variable.id.clone()).collect(),
        });
    }
}

/// What the columns of a question or of a row have in common.
struct Column<'q> {
    section: &'q Section,
    question: &'q Question,
    asked_if: Option<Expression>,
    row: Option<&'q MatrixRow>,
}

impl<'q> Column<'q> {
    fn variable(&self, before: usize, answer: &'q AnswerType, option: Option<&'q Choice>) -> Variable<'q> {
        let question = self.question;
        let base = self.row.map_or(&question.code, |row| &row.code);
        let (form, measure) = kind(answer);
        let (least, most, step, unit) = bounds(answer);
        let most_characters =
            if let AnswerType::Text { most_characters, .. } = answer { *most_characters } else { None };
        Variable {
            id: format!("V{:04}", before + 1),
            name: option.map_or_else(|| base.clone(), |option| format!("{base}/{}", option.code)),
            section: &self.section.code,
            question: &question.code,
            row: self.row.map(|row| row.code.as_str()),
            option: option.map(|option| option.code.as_str()),
            question_label: &question.label,
            row_label: self.row.map(|row| &row.label),
            option_label: option.map(|option| &option.label),
            asked_if: self.asked_if.clone(),
            concept: question.concept.as_deref(),
            sensitivity: question.sensitivity,
            is_required: question.required,
            form,
            measure,
            values: if option.is_some() { &[] } else { answer.options().unwrap_or_default() },
            least,
            most,
            step,
            unit: unit.filter(|unit| !unit.is_empty()),
            most_characters,
        }
    }
}

/// How many columns an answer has.
fn columns(answer: &AnswerType) -> usize {
    match answer {
        AnswerType::Matrix { rows, cell } => rows.len().saturating_mul(columns(cell)),
        AnswerType::Multiple { options } => options.len(),
        _ => 1,
    }
}

fn kind(answer: &AnswerType) -> (Form, Measure) {
    match answer {
        AnswerType::Single { .. } | AnswerType::Matrix { .. } => (Form::Code, Measure::Nominal),
        AnswerType::Scale { .. } => (Form::Code, Measure::Ordinal),
        AnswerType::Multiple { .. } | AnswerType::Acknowledgement {} => (Form::Flag, Measure::Nominal),
        AnswerType::Integer { .. } => (Form::Integer, Measure::Ratio),
        AnswerType::Decimal { .. } | AnswerType::Range { .. } => (Form::Decimal, Measure::Ratio),
        AnswerType::Text { .. } => (Form::Text, Measure::Nominal),
        AnswerType::Date {} => (Form::Date, Measure::Interval),
        AnswerType::File {} => (Form::File, Measure::Nominal),
    }
}

type Bounds<'q> = (Option<String>, Option<String>, Option<&'q Decimal>, Option<&'q Texts>);

fn bounds(answer: &AnswerType) -> Bounds<'_> {
    let text = |number: &Option<Decimal>| number.as_ref().map(Decimal::to_string);
    match answer {
        AnswerType::Integer { least, most, unit } => {
            (least.map(|least| least.to_string()), most.map(|most| most.to_string()), None, Some(unit))
        }
        AnswerType::Decimal { least, most, unit } => (text(least), text(most), None, Some(unit)),
        AnswerType::Range { start, end, step } => (Some(start.to_string()), Some(end.to_string()), Some(step), None),
        _ => (None, None, None, None),
    }
}

/// All of these rules as one.
fn joined<'q>(rules: impl Iterator<Item = Option<&'q Expression>>) -> Option<Expression> {
    let mut parts = Vec::new();
    for rule in rules.flatten() {
        match rule {
            Expression::All(rules) => parts.extend(rules.iter().cloned()),
            rule => parts.push(rule.clone()),
        }
    }
    if parts.len() > 1 { Some(Expression::All(parts)) } else { parts.pop() }
}
