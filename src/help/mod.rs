//! Help: what every reader may look up, without a login.
//!
//! - `pages` the entry to all help, the second factor, the keyboard, the roles, how results of surveys are
//!   counted and protected, and the accessibility statement
//!
//! Left out: help that belongs to one feature, as for Markdown and for the address book, which is in the pages of that
//! feature; the entry leads there too.

pub mod pages;
