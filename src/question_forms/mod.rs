//! A section of a questionnaire as a form: what its fields show, and which answers a posted one brings.
//!
//! [`SectionForm::of`] makes a view of a section from the questionnaire, the language of the reader and the stored
//! answers; `templates/surveys/fields.html` writes it. [`PostedSection::read`] reads what such a form sends. Both are
//! pure: the preview of a questionnaire uses them as the pages of a response do.
//!
//! Nothing that was typed is lost. A number that is none stays the text that was typed, and the view tells what is
//! wrong with it. Each field carries what its page knew of the answer ([`Known`]): the revision, and a fingerprint of
//! what was shown. So a posted field that its reader left alone is told from one that was changed, and a change names
//! the revision that it is about.
//!
//! - `said` a text in the language of its reader, or in the next best one
//! - `typed` values as controls show and send them; `spoken` values in words
//! - `known` what a page knew of an answer
//! - `view` the parts of a form; `field_view` the field of a question
//! - `laying` makes them; `fields` the fields
//! - `posted` what a form sends
//!
//! Left out: files, which have forms of their own; storage; who may see what.

mod field_view;
mod fields;
mod known;
mod laying;
mod posted;
mod said;
mod spoken;
mod typed;
mod view;

pub use field_view::{AnswerFault, Conflicting, FieldView, OptionView, Told};
pub use known::{Known, field_name};
pub use laying::ShownAnswer;
pub use posted::{PostedAnswer, PostedSection, Take};
pub use said::{Said, Tongue};
pub use spoken::Spoken;
pub use typed::{read, typed};
pub use view::{Block, MatrixView, Part, SectionForm};
