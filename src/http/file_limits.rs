//! How large the files are that people and programs send, in bytes, by what they are.
//!
//! What is kept as it came, letters of nomination and files of responses, has a limit that operators set
//! (`storage.file_limit`). All of it counts against the budget of uploads (`throttle::uploads`). Bodies that are no files
//! have limits of their own ([`super::BodyLimit`], [`super::LARGEST_FORM`]).

/// A sheet of people to be invited.
pub const PEOPLE: usize = 1_048_576;
/// A questionnaire as JSON.
pub const QUESTIONNAIRE: usize = 1_048_576;
/// A questionnaire as a workbook, which is compressed.
pub const WORKBOOK: usize = 2_097_152;
/// A file of a submission that is compared with its receipt, and not kept.
pub const SUBMISSION: usize = 2_097_152;
