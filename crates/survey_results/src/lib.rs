//! Results of surveys: counts the answers of a round, hides small counts, and says what a release publishes.
//!
//! - `artefact` what a release is made of: its JSON is what is stored, hashed and served
//!
//! Left out: storage, people, languages. Texts come from the questionnaire when a release is shown.

mod artefact;

pub use artefact::{
    ALL, AtLeast, Audience, Band, Cell, Contents, Kind, NO_ANSWER, NO_REGION, NOT_ASKED, Outcome, PairResult,
    QuestionResult, Reason, Release, Row, Size, Table,
};
