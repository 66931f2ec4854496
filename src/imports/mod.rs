//! Imports: people who are to be invited, many at once, from a sheet that somebody kept elsewhere.
//!
//! `sheet` reads what is uploaded, CSV or XLSX, into rows of known columns. It judges the form alone: that a row's address is
//! one, and that its organisation exists, is for whoever plans the invitations.

pub mod sheet;
