//! The effect of floods of logins and of bodies on the portal, and what the time of an answer reveals, on SQLite and on
//! PostgreSQL.
//!
//! ```text
//! cargo bench --bench flood                                   less than 6 minutes
//! cargo bench --bench flood -- --probes 60 --seconds 3        a short one
//! cargo bench --bench flood -- bodies                         the bodies alone
//! ```
//!
//! The portal is the release binary in a process of its own, with default settings except that loopback is a trusted
//! proxy and that a session refreshes as often as it likes: so each request comes from another address
//! (`X-Forwarded-For`), as from a botnet, and the throttle by network does not end the flood. Nothing leaves the
//! machine. Logins are tried at accounts that `portal seed` made (no password matches theirs, but their hash costs the
//! same as any) and at addresses without an account, four times each at most, so that the throttle by account does not
//! end it either; so the flood is bounded in number and in time (`storm`).
//!
//! - logins at saturation, compared with bare argon2id on one thread, measured in turn: medians of five rounds;
//! - the paced flood: ten times as many connections as the queue and the threads hold, ten times as many logins a
//!   second as can be hashed; then the flood without pause: the same connections, as fast as answers come. During each,
//!   four readers of the directory (`readers`), and a measurement of memory 20 times a second (`watch`);
//! - after each: seconds until five logins in a row, of members who had not tried, take at most four times the usual;
//!   and until a member is logged in who tried once a second all along (`recovery`);
//! - concurrent refreshes in 16 sessions, divided by all processors of the machine, clients and database included; and
//!   by the processor time of the portal's process;
//! - how well the time of an answer distinguishes an address that has an account from one that has none (`oracle`,
//!   `figures`): the area under the curve, which is a half if it does not, and the range of that by chance alone; the
//!   medians of both; and the greatest gap between the two distributions, with the gap by chance alone. Idle, one
//!   request at a time; and for the logins that were hashed during the paced flood, and for those that were refused.
//!   The goal of 0.05 is about as wide as chance is at the default number of probes: one `short` by itself says little,
//!   several do;
//! - the flood of bodies, by strangers, to every route that takes one (`bodies`, `doors`, `strangers`).
//!
//! Left out: floods of reads, TLS, a real network, which hides more than loopback does. Clients, portal and PostgreSQL
//! share the machine's processors: what a flood takes from readers is in part what its clients take, and other programs
//! spoil ratios and the 99th percentiles; each table begins with how busy the machine was. Figures are not asserted:
//! the table says `ok` or `short`. PostgreSQL is left out if it is not installed.

#[path = "load"]
mod load {
    pub mod bare;
    pub mod postgres;

    pub use portal::bench::{Outcome, process};
}

mod flood {
    pub mod bodies;
    pub mod client;
    pub mod doors;
    pub mod figures;
    pub mod logins;
    pub mod oracle;
    pub mod readers;
    pub mod recovery;
    pub mod refreshes;
    pub mod site;
    pub mod storm;
    pub mod strangers;
    pub mod table;
    pub mod watch;
}

use std::time::Instant;

use clap::{Parser, ValueEnum};

use flood::{bodies, logins};
use load::postgres::Server;
use portal::bench::Outcome;
use portal::bench::program;
use portal::bench::table::say;

/// A part of the bench.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// Floods of logins, and what times give away
    Logins,
    /// The flood of bodies
    Bodies,
}

/// Measures what a flood does.
#[derive(Parser)]
struct Options {
    /// The part to measure; both where none is named
    part: Option<Part>,
    /// Logins of each kind whose times are compared; of other requests, two thirds of that
    #[arg(long, default_value_t = 300, value_parser = clap::value_parser!(u16).range(10..=1_000))]
    probes: u16,
    /// Seconds of the paced flood, and of that of bodies; the one without pause takes half of that
    #[arg(long, default_value_t = 12, value_parser = clap::value_parser!(u64).range(2..=60))]
    seconds: u64,
}

fn main() -> Outcome<()> {
    let Some(options) = program::options::<Options>("flood") else { return Ok(()) };
    program::run(bench(&options))
}

async fn bench(options: &Options) -> Outcome<()> {
    let began = Instant::now();
    for part in [Part::Logins, Part::Bodies].into_iter().filter(|part| options.part.is_none_or(|named| named == *part))
    {
        flood(options, part, "SQLite", None).await?;
        // Each part has a database of its own.
        match Server::start().await? {
            Some(server) => flood(options, part, "PostgreSQL", Some(&server.url())).await?,
            None => say("\nPostgreSQL is not installed: its half is skipped."),
        }
    }
    say(&format!("\n{:.0} s in all", began.elapsed().as_secs_f64()));
    Ok(())
}

async fn flood(options: &Options, part: Part, name: &str, database: Option<&str>) -> Outcome<()> {
    match part {
        Part::Logins => logins::measure(options.seconds, options.probes.into(), name, database).await,
        Part::Bodies => bodies::measure(options.seconds, name, database).await,
    }
}
