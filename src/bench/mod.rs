//! Benches: the speed of this portal on this machine. `portal bench` runs two of them for an operator; `benches/` has
//! the others and uses the tools of this folder.
//!
//! - `mail` an announcement to a number of contacts, from the database to a relay; `api` pages, reads and searches
//! - `site` a portal in a process and a folder of its own; `administrator` its user; `process` child processes that end
//!   with the bench; `program` the main function of a bench
//! - `client` a lean HTTP client; `table` and `figures` the output
//!
//! The measured portal is this very binary, with default settings except those of the bench. Clients, portal and
//! database share the processors of the machine, so ratios are worth more than rates, and other load spoils the 99th
//! percentiles. Nothing is asserted: the table says `ok` or `short`.

pub mod administrator;
pub mod api;
pub mod client;
pub mod figures;
pub mod mail;
pub mod process;
pub mod program;
pub mod site;
pub mod table;

/// The result of a step, or a sentence on why it failed.
pub type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;
