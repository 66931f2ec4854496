//! The suite: stories about people who use the portal, each told on SQLite and on PostgreSQL.
//!
//! A story is a function that takes a portal, `fn name(t: TestApp)`, with the attribute `#[story]` (`crates/story`).
//! That makes it two tests, `name::sqlite` and `name::postgres`, each of which `cargo test`, `cargo nextest` and an
//! editor run by its name. Arguments are the usual ones: a part of a name filters, and `::sqlite` those of one
//! database. A story gets a portal of its own ([`support::TestApp`]): a database copied from a migrated template, real
//! HTTP on a free port, a real SMTP server that keeps what it gets, and a clock that the story moves. PostgreSQL is the
//! one of `TEST_DATABASE_URL` (a URL whose user may create databases; version 15 or later), or one that the suite
//! starts for itself from the `postgres` and `initdb` of Debian's package `postgresql`. Where there is none, that half
//! is skipped and said so, but with `CI=true` it is a failure.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a story that goes wrong ends there"
)]
#![expect(clippy::disallowed_methods, reason = "the suite has an environment")]
#![expect(clippy::needless_pass_by_value, reason = "a story owns its portal, which ends with it")]

mod adoption;
mod announcements;
mod api_tokens;
mod architecture;
mod attacks;
mod audit;
mod audit_copies;
mod authorisation;
mod background;
mod backups;
mod bad_input;
mod bounce_sources;
mod bounces;
mod campaigns;
mod carddav;
mod changes;
mod commands;
mod complaints;
mod cookies;
mod database;
mod database_move;
mod deadlines;
mod deployment;
mod digests;
mod directory;
mod documents;
mod formats;
mod growth;
mod hand_overs;
mod hardening;
mod idempotency;
mod identity;
mod imports;
mod instances;
mod invitations;
mod kept;
mod key_change;
mod letters;
mod life_cycle;
mod mail;
mod maintenance_mode;
mod members;
mod monitoring;
mod nominations;
mod operations;
mod outcomes;
mod pages;
mod passwords;
mod privacy;
mod profile;
mod reading;
mod recovery;
mod registration;
mod releases;
mod responses;
mod rounds;
mod schema;
mod second_factor;
mod sessions;
mod statistics;
mod support;
mod suppressions;
mod surveys;
mod throttling;
mod tokens;
mod wakeups;
mod webhook_delivery;
mod webhooks;
