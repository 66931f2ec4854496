//! `/me`: what a person sees and changes of oneself.

pub mod routes;
mod rules;
mod types;

pub use types::{ChangeMe, MailProblem, Me};
