//! Lists of appointments, a page at a time: in the order in which they were made, and by the names of their people.
//!
//! A person's name is sorted and found by what is stored beside it (`text::NameKeys`), so the database reads a page by an
//! index, and nothing else of the community comes into memory. Holders and recipients of open invitations are in two
//! tables, so a page by names is put together of one of each.
//!
//! Left out: an index of words. A search compares the folded words of the names in their order, until the page is full.

mod store;

pub use store::{bearers, by_name, count_some, list};
