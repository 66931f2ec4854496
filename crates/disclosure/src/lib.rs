//! Disclosure control for tables of counts: a release hides cells, so that readers cannot compute small counts.
//!
//! A [`Table`] counts the answers of each group (a region) to each option, and of all groups. [`protect`] hides cells until every
//! small count could be any of at least `k` values as far as the shown figures tell; what it answers is [`Published`], the only thing
//! that a release serves. [`Published::intervals`] computes, from the published figures alone, between which values each hidden cell
//! must lie, and [`lacks`] compares that with what the rule demands: a release whose audit finds a lack is not served.
//! [`is_safe_after`] decides whether a later release of the same counts may follow an earlier one.
//!
//! The counts of a table flow from groups over options into one sink, so that the possible values of a hidden cell are a question of
//! maximum flow ([`flow`]): integer, exact and without a solver. How many belong to each group is public and never hidden.
//!
//! - `table` counts, the rule, and what is published
//! - `network` the table as a network, and the interval of each hidden cell
//! - `flow` maximum flow and cheapest paths
//! - `protection` the choice of the cells that are hidden
//! - `audit` what the published figures tell about hidden cells
//! - `releases` the gate between two releases
//!
//! Left out: sums and means, tables of more than two dimensions, rounding and noise.

mod audit;
mod flow;
mod network;
mod protection;
mod releases;
mod table;

pub use audit::{Interval, Lack, lacks};
pub use protection::protect;
pub use releases::{Difference, is_safe_after};
pub use table::{Cell, Cost, Published, Rule, Table, TableFault};
