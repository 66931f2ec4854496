//! The suite: stories about people who use the portal, each told on SQLite and on PostgreSQL.
//!
//! `cargo test` runs all of it. A story gets a portal of its own ([`support::TestApp`]): a database copied from a migrated
//! template, real HTTP on a free port, a real SMTP server that keeps what it gets, and a clock that the story moves. PostgreSQL
//! is the one of `TEST_DATABASE_URL` (a URL whose user may create databases), or one that the suite starts for itself
//! in a temporary folder from the `postgres` and `initdb` of Debian's package `postgresql`. Where there is none, that half
//! is skipped and said so, but with `CI=true` it is a failure.
//!
//! The runner is libtest-mimic, since the built-in one can neither run a test twice nor end a server after the last.
//! A story that is in no list is dead code, which the lints refuse. Arguments are the usual ones: a part of a name filters.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a story that goes wrong ends there"
)]
#![expect(clippy::print_stderr, clippy::disallowed_methods, reason = "the suite has a terminal and an environment")]
#![expect(clippy::needless_pass_by_value, reason = "a story owns its portal, which ends with it")]

mod adoption;
mod announcements;
mod architecture;
mod attacks;
mod audit;
mod authorisation;
mod bad_input;
mod bounces;
mod campaigns;
mod carddav;
mod changes;
mod database;
mod digests;
mod directory;
mod documents;
mod formats;
mod hardening;
mod idempotency;
mod identity;
mod imports;
mod instances;
mod life_cycle;
mod mail;
mod members;
mod nominations;
mod operations;
mod outcomes;
mod passwords;
mod privacy;
mod profile;
mod reading;
mod recovery;
mod registration;
mod schema;
mod second_factor;
mod sessions;
mod statistics;
mod support;
mod throttling;
mod tokens;
mod webhooks;

use std::process::ExitCode;
use std::sync::Arc;

use libtest_mimic::{Arguments, Trial};
use support::backend::Backend;
use support::{Story, TestApp};

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let listing = arguments.list;
    let sqlite = Some(Backend::sqlite());
    let postgres = if listing { None } else { support::backend::postgres() };
    if postgres.is_none() && !listing {
        let hint =
            "no PostgreSQL: its half of the suite is skipped. Set TEST_DATABASE_URL, or: apt-get install postgresql";
        eprintln!("{hint}");
        if std::env::var("CI").is_ok_and(|value| value == "true") {
            return ExitCode::FAILURE;
        }
    }
    let mut trials: Vec<Trial> = plain_tests();
    for backend in [sqlite, postgres].into_iter().flatten() {
        let backend = Arc::new(backend);
        for (feature, story) in stories() {
            let backend = Arc::clone(&backend);
            let name = format!("{}::{feature}::{}", backend.name(), story.name);
            trials.push(Trial::test(name, move || {
                (story.run)(TestApp::new(&backend, story.settings));
                Ok(())
            }));
        }
        for (kind, test) in backend_tests(&backend) {
            let backend = Arc::clone(&backend);
            let name = format!("{}::{kind}::{}", backend.name(), test.name);
            trials.push(Trial::test(name, move || {
                (test.run)(&backend);
                Ok(())
            }));
        }
    }
    let conclusion = libtest_mimic::run(&arguments, trials);
    // Everything that a backend had started ends with it, before the process does.
    if conclusion.has_failed() { ExitCode::from(101) } else { ExitCode::SUCCESS }
}

fn stories() -> Vec<(&'static str, Story)> {
    let features = [
        ("registration", registration::stories()),
        ("identity", identity::stories()),
        ("passwords", passwords::stories()),
        ("throttling", throttling::stories()),
        ("recovery", recovery::stories()),
        ("second_factor", second_factor::stories()),
        ("tokens", tokens::stories()),
        ("sessions", sessions::stories()),
        ("authorisation", authorisation::stories()),
        ("audit", audit::stories()),
        ("hardening", hardening::stories()),
        ("attacks", attacks::stories()),
        ("profile", profile::stories()),
        ("life_cycle", life_cycle::stories()),
        ("imports", imports::stories()),
        ("members", members::stories()),
        ("adoption", adoption::stories()),
        ("directory", directory::stories()),
        ("formats", formats::stories()),
        ("changes", changes::stories()),
        ("carddav", carddav::stories()),
        ("nominations", nominations::stories()),
        ("announcements", announcements::stories()),
        ("campaigns", campaigns::stories()),
        ("reading", reading::stories()),
        ("digests", digests::stories()),
        ("outcomes", outcomes::stories()),
        ("bounces", bounces::stories()),
        ("mail", mail::stories()),
        ("webhooks", webhooks::stories()),
        ("idempotency", idempotency::stories()),
        ("bad_input", bad_input::stories()),
        ("operations", operations::stories()),
        ("privacy", privacy::stories()),
        ("statistics", statistics::stories()),
        ("database", database::stories()),
    ];
    features.into_iter().flat_map(|(feature, stories)| stories.into_iter().map(move |story| (feature, story))).collect()
}

/// Tests of a database itself, and of processes that share one.
fn backend_tests(backend: &Backend) -> impl Iterator<Item = (&'static str, schema::SchemaTest)> {
    let instances = instances::tests(backend).into_iter().map(|test| ("instances", test));
    schema::tests().into_iter().map(|test| ("schema", test)).chain(instances)
}

/// Tests that need no portal.
fn plain_tests() -> Vec<Trial> {
    let tests = architecture::tests().into_iter().chain(documents::tests());
    tests
        .map(|(name, test)| {
            Trial::test(name, move || {
                test();
                Ok(())
            })
        })
        .collect()
}
