//! What people who use comparable systems complain about in public, and must not find here: each story is named after
//! the number of its complaint.
//!
//! Numbers 1 to 9 are mail that leaves and mail that comes back, 10 and 11 programs of others, 12 to 15 spreadsheets,
//! 16 and 17 words, days and instants.

pub mod address_books;
mod days;
mod encryption;
mod leaving;
mod links;
mod mailboxes;
mod mails;
mod openapi;
mod passkeys;
mod relays;
mod reports;
mod spreadsheets;
mod words;
