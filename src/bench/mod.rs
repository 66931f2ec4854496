//! Load benches: how fast this portal is on this machine. `portal bench` runs two of them for an operator; `benches/` has
//! the others and takes its tools from here.
//!
//! - `mail` an announcement to so many contacts, from the database to a relay; `api` pages, reads and searches
//! - `site` a portal in a process and a folder of its own; `administrator` who uses it; `process` what ends with the bench
//! - `client` a lean HTTP client; `table` and `figures` what is printed
//!
//! The portal that is measured is this very binary, with default settings but for what the bench says. Clients, portal and
//! database share the machine's processors, so ratios are worth more than rates, and whatever else runs spoils the 99th
//! percentiles. Nothing is asserted: the table says `ok` or `short`.

pub mod administrator;
pub mod api;
pub mod client;
pub mod figures;
pub mod mail;
pub mod process;
pub mod site;
pub mod table;

/// What a step gives, or a sentence on why it could not be done.
pub type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;
