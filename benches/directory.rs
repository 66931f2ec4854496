//! The speed of the directory when it is large: 1,000, 100,000 and 1,000,000 contacts, on SQLite and on PostgreSQL.
//!
//! ```text
//! cargo bench --bench directory                                                   all of it, about 25 minutes
//! cargo bench --bench directory -- --contacts 1000,100000 --database sqlite       some of it
//! cargo bench --bench directory -- --seconds 5                                    longer at each question
//! ```
//!
//! The portal is the release binary in a process of its own, with default settings, filled by `portal seed`; a person
//! of the Secretariat asks over loopback, once with one connection and once with four, each of which sends the next
//! request when the answer has come (`questions`). Every question has several wordings, asked in turn. The table also
//! has its rate as a share of the rate of a bare actix server (`load/plain`) with answers of the same size. Clients,
//! portal, database and yardstick share the machine's processors, so each table begins with how busy the machine was;
//! other programs spoil the 99th percentiles.
//!
//! - goal: pages and reads are answered within 5 ms (the 99th percentile), everything within 100 ms at a million;
//! - goal: pages and reads cost the same whatever the size: the last table has medians, and the largest by the
//!   smallest;
//! - goal: every contact as a file needs less than 100 MB of memory (`export`).
//!
//! PostgreSQL is started for each size with the settings it comes with; where it is not installed, its half is skipped.
//! Left out: writes, many clients (`load`), floods (`flood`), a cold cache. Nothing is asserted about figures: the table says
//! `ok` or `short`. An answer of another status than the question's ends the bench.

#[path = "load"]
mod load {
    pub mod plain;
    pub mod postgres;

    pub use portal::bench::{Outcome, process};
}

#[path = "flood"]
mod flood {
    #[expect(dead_code, reason = "the flood bench looks at more")]
    pub mod watch;
}

mod directory {
    pub mod export;
    pub mod questions;
}

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};

use clap::{Parser, ValueEnum};
use portal::config::processors;

use directory::export::export;
use directory::questions::{self, Kind, Question};
use flood::watch::busy;
use load::plain::{self, Plain};
use load::postgres::{Server, tidy};
use portal::bench::Outcome;
use portal::bench::client::{Connection, Load, Sample, request};
use portal::bench::program;
use portal::bench::site::{Portal, Site};
use portal::bench::table::{Goal, head, row, say, whole};

/// Connections: one person alone, and several at once.
const CONNECTIONS: [usize; 2] = [1, 4];
/// Contacts that `portal seed` is to make a second: a million within five minutes.
const MADE: f64 = 3_500.0;
/// How long a question is asked before it counts.
const WARMING: Duration = Duration::from_millis(300);

/// Measures the directory.
#[derive(Parser)]
struct Options {
    /// Sizes of the directory
    #[arg(long, value_delimiter = ',', default_values_t = [1_000, 100_000, 1_000_000],
        value_parser = clap::value_parser!(u32).range(1_000..=2_000_000))]
    contacts: Vec<u32>,
    /// Which databases
    #[arg(long, value_delimiter = ',', default_values_t = [Database::Sqlite, Database::Postgres])]
    database: Vec<Database>,
    /// Seconds that each question is asked, by each number of connections
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u64).range(1..=60))]
    seconds: u64,
}

#[derive(Clone, Copy, ValueEnum)]
enum Database {
    Sqlite,
    Postgres,
}

impl std::fmt::Display for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        })
    }
}

fn main() -> Outcome<()> {
    if let Some(sizes) = program::called_as(plain::FLAG) {
        return plain::serve(&sizes);
    }
    let Some(options) = program::options::<Options>("directory") else { return Ok(()) };
    program::run(bench(&options))
}

async fn bench(options: &Options) -> Outcome<()> {
    let began = Instant::now();
    say(&format!(
        "{} processors. A value is p50 / p99 in ms: of {} connection · of {}; “of plain” compares the rates of the latter.",
        processors(),
        CONNECTIONS[0],
        CONNECTIONS[1],
    ));
    for database in &options.database {
        let name = match database {
            Database::Sqlite => "SQLite",
            Database::Postgres => "PostgreSQL",
        };
        let mut medians = Vec::new();
        for &contacts in &options.contacts {
            match database {
                Database::Sqlite => medians.push(measure(options, name, None, contacts).await?),
                Database::Postgres => match Server::start().await? {
                    Some(server) => medians.push(measure(options, name, Some(&server.url()), contacts).await?),
                    None => say("\nPostgreSQL is not installed: its half is skipped."),
                },
            }
        }
        flatness(name, &options.contacts, &medians);
    }
    say(&format!("\n{:.0} s in all", began.elapsed().as_secs_f64()));
    Ok(())
}

/// The medians of every question, with one connection, in milliseconds.
type Medians = BTreeMap<&'static str, (Kind, f64)>;

/// The table of one database at one size.
async fn measure(options: &Options, name: &str, database: Option<&str>, contacts: u32) -> Outcome<Medians> {
    // No mail is sent.
    let settings = [("PORTAL__IDENTITY__HASH_THREADS", "1".to_owned())];
    let site = Site::new(Path::new(env!("CARGO_BIN_EXE_portal")), database, &settings)?;
    say(&format!("\n{name}: making {} contacts …", whole(contacts.into())));
    let began = Instant::now();
    site.fill(usize::try_from(contacts)?).await?;
    let seconds = began.elapsed().as_secs_f64();
    database.map_or(Ok(()), tidy)?;
    let portal = site.start().await?;
    let token = site.token(&portal).await?;
    let questions = questions::all(&portal, &token, contacts).await?;
    say(&format!("{:.0} % of the processors are busy with other things now", 100.0 * busy().await?));
    head(&format!("{name}, {} contacts", whole(contacts.into())));
    let rate = f64::from(contacts) / seconds;
    row(
        "made by portal seed",
        &format!("{}/s", whole(rate)),
        &format!("in {seconds:.1} s"),
        rate,
        &Goal::AtLeast(MADE, "/s"),
    );
    let mut medians = Medians::new();
    for question in &questions {
        medians.insert(question.name, (question.kind, ask(options, &portal, question).await?));
    }
    exported(&portal, &token, contacts).await?;
    Ok(medians)
}

/// The row of a question; returns the median with one connection.
async fn ask(options: &Options, portal: &Portal, question: &Question) -> Outcome<f64> {
    let mut connection = Connection::open(portal.address).await?;
    let first = question.requests.first().ok_or("nothing to ask")?;
    let status = connection.exchange(first).await?;
    if status != question.status {
        return Err(format!("{}: {status} {}", question.name, String::from_utf8_lossy(connection.body())).into());
    }
    let size = connection.body().len();
    let plain = Plain::start(size, size)?;
    let time = Duration::from_secs(options.seconds);
    let (mut samples, mut rates) = (Vec::new(), Vec::new());
    for connections in CONNECTIONS {
        let sample = load(portal.address, connections, time, question.requests.clone()).await?;
        let wrong = if question.status < 300 { sample.failures } else { sample.answers - sample.failures };
        if wrong > 0 {
            return Err(format!("{}: {wrong} answers other than {}", question.name, question.status).into());
        }
        let get = request("GET", "/page", None, None);
        rates.push(load(plain.address, connections, time / 4, vec![get]).await?.rate);
        samples.push(sample);
    }
    let [alone, together] = samples.as_slice() else { return Err("two samples".into()) };
    let ratio = together.rate / rates.last().copied().unwrap_or(f64::NAN);
    let value = format!("{:.2} / {:.2} · {:.2} / {:.2}", alone.p50, alone.p99, together.p50, together.p99);
    let compared = format!("{}/s = {ratio:.3} of plain", whole(together.rate));
    let goal = match question.kind {
        Kind::Plain => 5.0,
        Kind::Search => 100.0,
    };
    row(question.name, &value, &compared, alone.p99.max(together.p99), &Goal::AtMost(goal, " ms"));
    Ok(alone.p50)
}

async fn load(address: SocketAddr, connections: usize, time: Duration, requests: Vec<Vec<u8>>) -> Outcome<Sample> {
    let load = Load { address, connections, time, requests: requests.into() };
    Load { time: WARMING, ..load.clone() }.run().await?;
    load.run().await
}

async fn exported(portal: &Portal, token: &str, contacts: u32) -> Outcome<()> {
    let came = export(portal, token).await?;
    if came.rows < contacts {
        return Err(format!("a file of {} contacts", came.rows).into());
    }
    let rate = f64::from(came.rows) / came.seconds;
    let size = format!("{} rows, {} MB", whole(came.rows.into()), came.bytes / 1_000_000);
    row("all of them as CSV", &format!("{} rows/s", whole(rate)), &size, rate, &Goal::None);
    let [before, most] = came.memory.map(|memory| memory.anonymous * 1.048_576);
    let more = most - before;
    let compared = format!("{before:.0} MB before");
    row("· memory for it, not of files", &format!("{more:.1} MB more"), &compared, more, &Goal::AtMost(100.0, " MB"));
    Ok(())
}

/// What each question costs as the directory grows.
fn flatness(name: &str, sizes: &[u32], medians: &[Medians]) {
    let (Some(first), Some(last)) = (medians.first(), medians.last()) else { return };
    if medians.len() < 2 {
        return;
    }
    head(&format!("{name}, as it grows"));
    let sizes = sizes.iter().map(|size| whole((*size).into())).collect::<Vec<_>>().join(" → ");
    for (question, (kind, small)) in first {
        let steps = medians.iter().filter_map(|size| Some(format!("{:.2}", size.get(question)?.1)));
        let value = format!("{} ms", steps.collect::<Vec<_>>().join(" → "));
        let ratio = last.get(question).map_or(f64::NAN, |(_, large)| large / small);
        let goal = if *kind == Kind::Plain { Goal::AtMost(1.5, " ×") } else { Goal::None };
        row(question, &value, &format!("{ratio:.2} × ({sizes})"), ratio, &goal);
    }
}
