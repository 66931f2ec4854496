//! Surveys under load: a release of 200, 100,000 and 1,000,000 responses, its readers, and 500 people who fill in at
//! the same time, on SQLite and on PostgreSQL.
//!
//! ```text
//! cargo bench --bench survey                                         all of it, about 10 minutes
//! cargo bench --bench survey -- --quick                              200 and 20,000 responses, about 2 minutes
//! cargo bench --bench survey -- --responses 100000 --database sqlite some of it
//! ```
//!
//! The portal is the release binary in a process of its own, with default settings except a longer time for a request:
//! a release is one. A round has 60 questions (`content`), and its responses are written by SQL (`seeding`). The schema
//! has one response of an organisation, so that a million of them need as many organisations; these are made up, too.
//!
//! - `release` makes the release and reads it. Its time is compared with that of reading the same rows alone, in pages
//!   of the same size. The time of a million answers to a question is that of a million responses by 60. Memory is what
//!   the portal holds beside files, before and at most meanwhile.
//! - `editors` save one answer at a time: 32 as fast as they are answered, whose commits are compared with those of the
//!   same statements by diesel alone (`limit`), in turn. Then 500 editors save, each with a pause of some seconds
//!   between two saves. The disk limits both: a save is answered once it is on the disk.
//! - the progress of a round that asks all members
//!
//! PostgreSQL is started with the settings it comes with; where it is not installed, its half is skipped. Nothing is
//! asserted about figures: the table says `ok` or `short`. Left out: rendering pages (`load` has that for others), and
//! the release without a database (`crates/survey_results/benches`).

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

mod survey {
    pub mod content;
    pub mod editors;
    pub mod limit;
    pub mod people;
    pub mod release;
    pub mod seeding;
}

use std::path::Path;
use std::time::{Duration, Instant};

use clap::{Parser, ValueEnum};
use portal::config::processors;
use portal::db::{Access, Conn, Target, open};

use flood::watch::busy;
use load::plain;
use load::postgres::{Server, tidy};
use portal::bench::Outcome;
use portal::bench::program;
use portal::bench::site::{Portal, Site};
use portal::bench::table::{head, say, whole};

/// People who write at the same time.
const EDITORS: usize = 500;
/// Contacts that `portal seed` makes; the editors are some of them.
const CONTACTS: usize = 900;
/// What the short version measures instead.
const QUICK: [u32; 2] = [200, 20_000];

/// Measures surveys.
#[derive(Parser)]
struct Options {
    /// Numbers of responses
    #[arg(long, value_delimiter = ',', default_values_t = [200, 100_000, 1_000_000],
        value_parser = clap::value_parser!(u32).range(100..=2_000_000))]
    responses: Vec<u32>,
    /// Which databases
    #[arg(long, value_delimiter = ',', default_values_t = [Database::Sqlite, Database::Postgres])]
    database: Vec<Database>,
    /// Seconds of each measurement of readers and editors
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..=60))]
    seconds: u64,
    /// Less of everything
    #[arg(long)]
    quick: bool,
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
    let Some(mut options) = program::options::<Options>("survey") else { return Ok(()) };
    if options.quick {
        options.responses = QUICK.to_vec();
        options.seconds = options.seconds.min(3);
    }
    program::run(bench(&options))
}

async fn bench(options: &Options) -> Outcome<()> {
    let began = Instant::now();
    let busy = 100.0 * busy().await?;
    say(&format!("{} processors, of which {busy:.0} % are busy with other things now", processors()));
    for database in &options.database {
        match database {
            Database::Sqlite => measure(options, "SQLite", None).await?,
            Database::Postgres => match Server::start().await? {
                Some(server) => measure(options, "PostgreSQL", Some(&server.url())).await?,
                None => say("\nPostgreSQL is not installed: its half is skipped."),
            },
        }
    }
    say(&format!("\n{:.0} s in all", began.elapsed().as_secs_f64()));
    Ok(())
}

/// A portal that runs, and its database behind its back.
pub struct Stand {
    /// The name of the database.
    pub name: &'static str,
    /// The portal.
    pub portal: Portal,
    /// An API token of the Secretariat.
    pub token: String,
    /// Whom the token belongs to.
    pub officer: portal::db::Id,
    /// Its database.
    pub target: Target,
    /// A connection of the bench's own.
    pub connection: Conn,
    /// How long readers and editors are measured.
    pub time: Duration,
}

/// The tables of one database.
async fn measure(options: &Options, name: &'static str, database: Option<&str>) -> Outcome<()> {
    let settings = [
        ("PORTAL__IDENTITY__HASH_THREADS", "1".to_owned()),
        // A release of a million responses is one request.
        ("PORTAL__SERVER__REQUEST_TIMEOUT_SECONDS", "900".to_owned()),
        // Editors who save as fast as they are answered.
        ("PORTAL__THROTTLE__ANSWER_WRITES_AT_ONCE", "1000000".to_owned()),
    ];
    let site = Site::new(Path::new(env!("CARGO_BIN_EXE_portal")), database, &settings)?;
    site.fill(CONTACTS).await?;
    let file = || format!("sqlite:{}", site.folder().join("var/portal.sqlite3").display());
    let target = Target::parse(&database.map_or_else(file, str::to_owned))?;
    let mut connection = open(&target, Access::Write)?;
    let (officer, token) = survey::people::officer(&mut connection)?;
    let (portal, time) = (site.start().await?, Duration::from_secs(options.seconds));
    let mut stand = Stand { name, portal, token, officer, target, connection, time };
    survey::release::publish_survey(&stand).await?;
    survey::editors::measure(&mut stand, EDITORS).await?;
    for (number, responses) in (1..).zip(&options.responses) {
        say(&format!("\n{name}: making {} responses …", whole((*responses).into())));
        let round = survey::release::closed_round(&stand).await?;
        let seeded = survey::seeding::seed(&mut stand, &round, (number, *responses))?;
        database.map_or(Ok(()), tidy)?;
        head(&format!("{name}, {} responses", whole((*responses).into())));
        survey::release::measure(&mut stand, &round, *responses, seeded).await?;
    }
    Ok(())
}
