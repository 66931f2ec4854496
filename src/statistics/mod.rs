//! Key figures for the Secretariat: how true the directory is, and how fast it decides.
//!
//! Contacts are counted from an index alone (`contact_figures`), waiting cases from the index of states, decisions from the audit log,
//! which alone remembers when each was taken. Four queries, whatever the size of the directory but for the first.
//!
//! Left out: contacts whose mail comes back, until bounces are read; figures of an earlier day.

pub mod routes;
mod rules;
mod store;
mod types;

pub use types::{DirectoryFigures, RegionFigures};
