//! The rate of sent mails, compared with other programs on the same machine with the same receiver.
//!
//! ```text
//! cargo bench --bench mail                                  20,000 mails a run, both databases, about 10 minutes
//! cargo bench --bench mail -- --mails 100000                longer runs
//! cargo bench --bench mail -- --postfix DIR                 where smtp-source and smtp-sink are, if not in /usr/sbin
//! ```
//!
//! - `smtp-source -d` of Postfix: sends one text over and over, and stores no results; the most that a connection
//!   carries;
//! - lettre with its own pool: the next best solution for a Rust program;
//! - the portal end to end, from an announcement in the database (`portal::bench::mail`), without and with signatures.
//!
//! All of them send mails of the same size to `smtp-sink` over the same number of connections, in turn, and medians of
//! the rounds are shown. In the second part everything goes through a `line` that delays the receiver's answers by 5
//! ms, like a relay in another building: it shows which program waits for each answer. All programs share the machine's
//! processors. Nothing is asserted: the table says `ok` or `short`.

#[path = "load"]
mod load {
    #[expect(dead_code, reason = "an outbox that fills and empties is tidied by nobody")]
    pub mod postgres;

    pub use portal::bench::{Outcome, process};
}

mod mail {
    pub mod line;
    pub mod others;
}

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Parser;
use portal::bench::Outcome;
use portal::bench::figures::median;
use portal::bench::mail::{Figures, Options as Campaign, Signing, run, show};
use portal::bench::program;
use portal::bench::table::{Goal, head, row, say, whole};
use portal::config::processors;
use tokio::runtime;

use load::postgres::Server;
use mail::line::Line;
use mail::others::{Sink, lettre_pool, smtp_source};

/// The portal that is measured.
const PORTAL: &str = env!("CARGO_BIN_EXE_portal");
/// How late the receiver's answers are in the second part.
const DELAY: Duration = Duration::from_millis(5);

/// The measured runs: signing, and whether on PostgreSQL.
const RUNS: [(&str, Signing, bool); 4] = [
    ("the portal, PostgreSQL", Signing::None, true),
    ("the portal, SQLite", Signing::None, false),
    ("the portal, SQLite, Ed25519", Signing::Ed25519, false),
    ("the portal, SQLite, RSA 2048", Signing::Rsa, false),
];

/// Measures how fast mail leaves.
#[derive(Clone, Parser)]
struct Options {
    /// Mails of one run
    #[arg(long, default_value_t = 20_000, value_parser = clap::value_parser!(u32).range(1_000..=1_000_000))]
    mails: u32,
    /// Connections that carry them
    #[arg(long, default_value_t = 10)]
    connections: usize,
    /// Octets of one mail
    #[arg(long, default_value_t = 10_240)]
    size: usize,
    /// How often each is measured
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// The folder of smtp-source and smtp-sink
    #[arg(long, value_name = "FOLDER", default_value = "/usr/sbin")]
    postfix: PathBuf,
}

fn main() -> Outcome<()> {
    let Some(options) = program::options::<Options>("mail") else { return Ok(()) };
    runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?.block_on(bench(&options))
}

async fn bench(options: &Options) -> Outcome<()> {
    say(&format!(
        "{} processors; {} mails of {} octets over {} connections; medians of {}",
        processors(),
        whole(options.mails.into()),
        options.size,
        options.connections,
        options.rounds,
    ));
    for late in [false, true] {
        // Who waits for each answer takes a while for each mail.
        let options = &Options { mails: if late { options.mails / 4 } else { options.mails }, ..options.clone() };
        let sink = Sink::start(&options.postfix).await?;
        let line = if late { Some(Line::start(sink.address, DELAY).await?) } else { None };
        let receiver = line.as_ref().map_or(sink.address, |line| line.address);
        head(if late { "answers 5 ms late" } else { "answers at once" });
        let raw =
            rounds(options, "smtp-source -d", async || smtp_source(&options.postfix, receiver, options).await).await?;
        row("smtp-source -d", &rate(raw), "", raw, &Goal::None);
        let lettre = rounds(options, "lettre", async || lettre_pool(receiver, options).await).await?;
        row("lettre and its pool", &rate(lettre), &share(lettre, raw), lettre, &Goal::None);
        let mut plain = f64::NAN;
        for (name, signing, on_postgres) in RUNS {
            let mut all = Vec::new();
            for _ in 0..options.rounds {
                // A server for each run: the portal's keys differ, too.
                let server = if on_postgres { Server::start().await? } else { None };
                if on_postgres && server.is_none() {
                    break;
                }
                let url = server.as_ref().map(Server::url);
                all.push(campaign(options, receiver, signing, url.as_deref()).await?);
            }
            if all.is_empty() {
                say("PostgreSQL is not installed: its row is left out.");
                continue;
            }
            let portal = median(all.iter().map(|figures| figures.rate));
            let goal = if late { Goal::AtLeast(3.0, " ×") } else { Goal::AtLeast(0.5, " ×") };
            row(name, &rate(portal), &share(portal, raw), portal / raw, &goal);
            if signing == Signing::None {
                plain = portal;
            } else {
                let cost = 100.0 * (1.0 - portal / plain);
                row(
                    "· goal 34: a signature costs",
                    &format!("{cost:.0} %"),
                    "of the rate without",
                    cost,
                    &Goal::AtMost(30.0, " %"),
                );
            }
        }
    }
    Ok(())
}

async fn rounds(options: &Options, name: &str, mut once: impl AsyncFnMut() -> Outcome<f64>) -> Outcome<f64> {
    let mut rates = Vec::new();
    for _ in 0..options.rounds {
        rates.push(once().await.map_err(|error| format!("{name}: {error}"))?);
    }
    Ok(median(rates))
}

async fn campaign(options: &Options, relay: SocketAddr, signing: Signing, database: Option<&str>) -> Outcome<Figures> {
    let campaign = Campaign {
        relay,
        mails: usize::try_from(options.mails)?,
        // One of them carries no announcements.
        connections: options.connections + 1,
        size: options.size,
        signing,
        database: database.map(str::to_owned),
    };
    let figures = run(Path::new(PORTAL), &campaign).await?;
    show(&campaign, &figures);
    Ok(figures)
}

fn rate(rate: f64) -> String {
    format!("{}/s", whole(rate))
}

fn share(rate: f64, raw: f64) -> String {
    format!("{:.2} of smtp-source", rate / raw)
}
