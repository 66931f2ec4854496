//! Questionnaires of surveys: what they ask, when a question is asked, which answers are right, and their exchange as
//! `XLSForm`.
//!
//! A [`Questionnaire`] has sections with questions, notes and groups in several languages. Rules over earlier answers
//! ([`Expression`]) decide which questions are asked. [`check()`] names each place where a draft contradicts itself; a
//! questionnaire without faults can be published. [`Question::judge`] tells whether an answer is right, and [`Answers`]
//! which questions are asked and what is missing. [`xlsform`] reads and writes the sheets in which survey offices write
//! questionnaires.
//!
//! - `model` the shape of a questionnaire, as JSON has it
//! - `expression` the language of rules: tree, text, value
//! - `check` faults of a draft
//! - `codes` enumerations whose variants are data
//! - `bounds` how much there can be, and how much is told
//! - `answers` right and missing answers
//! - [`codebook`] the columns of a table of answers
//! - [`xlsform`] sheets with `survey`, `choices` and `settings`
//!
//! Left out: storage, people, deadlines, and spreadsheet files themselves: sheets come and go as rows of text.

mod answers;
mod bounds;
mod check;
pub mod codebook;
mod codes;
mod decimal;
mod expression;
mod model;
pub mod xlsform;

pub use answers::{Answers, Asked, Missing, ValueFault, ValueFaultCode};
pub use bounds::MOST_FAULTS;
pub use check::{Fault, FaultCode, check, check_size};
pub use decimal::Decimal;
pub use expression::{Expression, ExpressionFault, Held, Known, Operator};
pub use model::{
    AnswerType, Choice, Code, Constraint, Group, Item, MatrixRow, Note, Question, Questionnaire, Section, Sensitivity,
    Texts,
};
