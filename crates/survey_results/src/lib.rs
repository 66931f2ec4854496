//! Results of surveys: counts the answers of a round, hides small counts, and says what a release publishes.
//!
//! A [`Plan`] says what is counted of a questionnaire. A [`Count`] counts responses one by one, in memory that does
//! not grow with their number; [`Moves`] compares two instants. [`release()`] makes the release, with what the crate
//! `disclosure` hides, and [`audit`] reads its JSON again: a release that tells what it hides is not served.
//!
//! - `artefact` what a release is made of: its JSON is what is stored, hashed and served
//! - `plan` what is counted; `choices` how many options an answer may have; `count` counting
//! - `hiding` which cells are hidden (`grid`), `bounds` what the number of options of an answer tells of them; `gate`
//!   what earlier releases permit
//! - `tables` tables, `derived` figures that follow from them, `release` all of it
//! - `why` the reasons, for whoever publishes
//! - `conditions` what an answer tells of others by being there
//! - [`writers`] releases as tables, files and charts
//!
//! Left out: storage, people, languages. Texts come from the questionnaire when a release is shown.

mod artefact;
mod bounds;
mod choices;
mod conditions;
mod count;
mod derived;
mod gate;
mod grid;
mod hiding;
mod plan;
mod release;
mod tables;
mod why;
pub mod writers;

pub use artefact::{
    ALL, AtLeast, Audience, Band, Cell, Contents, Kind, NO_ANSWER, NO_REGION, NOT_ASKED, Outcome, PairResult,
    QuestionResult, Reason, Release, Row, Size, Table,
};
pub use conditions::Conditions;
pub use count::{Count, Known, Moves, Response};
pub use plan::{ANSWERED, Bands, Plan};
pub use release::{Earlier, Facts, Unsafe, audit, lacking, release};
pub use why::{Hidden, Why, hidden};
