//! What grows with a community: changes of contacts by several processes on one PostgreSQL, the sealing of the audit log,
//! and the transactions of idle processes.
//!
//! ```text
//! cargo bench --bench growth                          all of it, about 10 minutes
//! cargo bench --bench growth -- --contacts 10000      a smaller directory
//! ```
//!
//! - goal: 500 changes of contacts a second by one process on PostgreSQL, and no fewer by four;
//! - goal: 20,000 entries sealed a second, the same after a million in the hour;
//! - goal: 2 transactions a second of an idle process.
//!
//! A change is what the directory does for it (`directory::change`): the contact, its index, the feed of changes. The
//! writers are processes of their own with six connections each, which change contacts here and there: the title, in
//! one of five the languages too. So requests, rights and budgets are not in the figures. Writers and server share the
//! processors of the machine.
//!
//! PostgreSQL has the settings it comes with; where it is not installed, its half is skipped. Nothing is asserted about
//! figures: the table says `ok` or `short`.

#[path = "load"]
mod load {
    pub mod postgres;

    pub use portal::bench::{Outcome, process};
}

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use clap::Parser;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use load::postgres::{Server, tidy};
use portal::audit::{self, Audit, Entry, Event, Trace};
use portal::bench::Outcome;
use portal::bench::program;
use portal::bench::site::Site;
use portal::bench::table::{Goal, head, row, say, whole};
use portal::config::{self, Sources, processors};
use portal::db::schema::contact;
use portal::db::{Access, Conn, Id, Target, open};
use portal::directory::{self, ContactChange};
use portal::random::Random;
use portal::secrets::{Mac, MasterKey};
use portal::time::{Clock, Timestamp};

/// The first argument of a process that writes.
const WRITER: &str = "--writer";
/// Connections of a process that writes.
const CONNECTIONS: usize = 6;
/// Processes that write at once, in one measurement after the other.
const PROCESSES: [usize; 3] = [1, 2, 4];
/// Entries that are sealed in one measurement, and those that are there before the second.
const ENTRIES: (usize, usize) = (200_000, 1_000_000);
/// How long a process is left alone before it is watched.
const SETTLED: Duration = Duration::from_secs(20);
/// How long they are watched.
const IDLE: Duration = Duration::from_mins(1);
/// Entries of one unit of work.
const TOGETHER: usize = 10_000;

/// Measures what grows.
#[derive(Parser)]
struct Options {
    /// Contacts of the directory
    #[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(u32).range(1_000..=1_000_000))]
    contacts: u32,
    /// Seconds that contacts are changed, by each number of processes
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=60))]
    seconds: u64,
}

fn main() -> Outcome<()> {
    if let Some(arguments) = program::called_as(WRITER) {
        let [url, seconds, number] = arguments.as_slice() else { return Err("wants three arguments".into()) };
        let written = write(&Target::parse(url)?, Duration::from_secs(seconds.parse()?), number.parse()?)?;
        say(&written.to_string());
        return Ok(());
    }
    let Some(options) = program::options::<Options>("growth") else { return Ok(()) };
    program::run(bench(&options))
}

async fn bench(options: &Options) -> Outcome<()> {
    say(&format!("{} processors", processors()));
    let program = Path::new(env!("CARGO_BIN_EXE_portal"));
    let settings = [("PORTAL__IDENTITY__HASH_THREADS", "1".to_owned())];
    let lite = Site::new(program, None, &settings)?;
    head("SQLite");
    sealing(&Target::parse(&format!("sqlite:{}", lite.folder().join("audit.sqlite3").display()))?)?;
    let Some(server) = Server::start().await? else {
        say("\nPostgreSQL is not installed: its half is skipped.");
        return Ok(());
    };
    let site = Site::new(program, Some(&server.url()), &settings)?;
    say(&format!("\nPostgreSQL: making {} contacts …", whole(options.contacts.into())));
    site.fill(usize::try_from(options.contacts)?).await?;
    tidy(&server.url())?;
    head(&format!("PostgreSQL, {} contacts", whole(options.contacts.into())));
    changing(options, &server.url())?;
    let target = Target::parse(&server.url())?;
    sealing(&target)?;
    idling(&site, &target).await
}

/// Measures the transactions of one idle process, and of a second one beside it.
async fn idling(site: &Site, target: &Target) -> Outcome<()> {
    let (mut running, mut before) = (Vec::new(), 0.0);
    for name in ["idle: the first process", "idle: a further process"] {
        running.push(site.start().await?);
        // What a start does once.
        tokio::time::sleep(SETTLED).await;
        let (began, first) = (Instant::now(), transactions(target)?);
        tokio::time::sleep(IDLE).await;
        let all = (transactions(target)? - first) / began.elapsed().as_secs_f64();
        let own = all - before;
        row(name, &format!("{own:.1}/s"), "transactions", own, &Goal::AtMost(2.0, "/s"));
        before = all;
    }
    Ok(())
}

/// The transactions that the database has seen so far, this one excepted.
fn transactions(target: &Target) -> Outcome<f64> {
    let Conn::Postgres(mut conn) = open(target, Access::Read)? else {
        return Err("PostgreSQL alone counts them".into());
    };
    let statement = "(SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = current_database())";
    let count: i64 = diesel::select(diesel::dsl::sql::<BigInt>(statement)).get_result(&mut conn)?;
    Ok(f64::from(u32::try_from(count)?))
}

/// Changes of contacts by one process and by several.
fn changing(options: &Options, url: &str) -> Outcome<()> {
    let mut alone = 0.0_f64;
    for processes in PROCESSES {
        let began = Instant::now();
        let writers: Vec<_> = (0..processes)
            .map(|number| {
                let mut command = Command::new(std::env::current_exe()?);
                command.args([WRITER, url, &options.seconds.to_string(), &number.to_string()]);
                command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()
            })
            .collect::<std::io::Result<_>>()?;
        let mut written = 0;
        for writer in writers {
            let output = writer.wait_with_output()?;
            written += String::from_utf8(output.stdout)?.trim().parse::<u32>()?;
        }
        let rate = f64::from(written) / began.elapsed().as_secs_f64();
        let goal = if processes == 1 { 500.0 } else { alone.round() };
        if processes == 1 {
            alone = rate;
        }
        let name = format!("changes of contacts, {processes} process(es)");
        row(
            &name,
            &format!("{}/s", whole(rate)),
            &format!("{:.2} of one", rate / alone),
            rate,
            &Goal::AtLeast(goal, "/s"),
        );
    }
    Ok(())
}

/// Changes contacts for so long on several connections; returns how many changes were committed.
fn write(target: &Target, time: Duration, number: usize) -> Outcome<u32> {
    let mut first = open(target, Access::Write)?;
    let people: Vec<Id> = contact::table.filter(contact::listed.eq(true)).select(contact::user_id).load(&mut first)?;
    let began = Instant::now();
    let work = |connection: usize| -> Outcome<u32> {
        let (mut conn, mut count) = (open(target, Access::Write)?, 0_u32);
        let start = (number * CONNECTIONS + connection) * 104_729;
        while began.elapsed() < time {
            let step = start + usize::try_from(count)? * 7_919;
            let person = *people.get(step % people.len()).ok_or("no contact")?;
            let language = ["fr", "en", "es"].get(step % 3).copied().unwrap_or_default();
            let languages = (count % 5 == 0).then(|| vec![language.to_owned()]);
            let title = format!("Unit{} Desk{}", step % 997, step % 211);
            let change = ContactChange { job_title: Some(Some(title)), languages, ..ContactChange::default() };
            let now = Clock::system().now();
            conn.transaction_for_write(|conn| directory::change(conn, person, &change, now))?;
            count += 1;
        }
        Ok(count)
    };
    std::thread::scope(|scope| {
        let running: Vec<_> = (0..CONNECTIONS).map(|connection| scope.spawn(move || work(connection))).collect();
        running.into_iter().try_fold(0, |sum, thread| -> Outcome<u32> {
            Ok(sum + thread.join().map_err(|_panic| "a thread panicked")??)
        })
    })
}

/// Sealing, with an empty log and after a million entries in the hour.
fn sealing(target: &Target) -> Outcome<()> {
    let key = key()?;
    portal::app::prepare(target, &Clock::system(), &Random::system())?;
    let mut conn = open(target, Access::Write)?;
    note(&mut conn, ENTRIES.0)?;
    sealed(&mut conn, &key, "entries sealed", ENTRIES.0)?;
    note(&mut conn, ENTRIES.1)?;
    sealed(&mut conn, &key, "a million at once", ENTRIES.1)?;
    note(&mut conn, ENTRIES.0)?;
    sealed(&mut conn, &key, "after a million in the hour", ENTRIES.0)?;
    let began = Instant::now();
    round(&mut conn, &key)?;
    let value = format!("{:.2} s", began.elapsed().as_secs_f64());
    row("a look at that hour, nothing new", &value, "each quarter of an hour", 0.0, &Goal::None);
    Ok(())
}

fn key() -> Outcome<Mac> {
    let overrides = vec![format!("identity.master_key={}", "77".repeat(32))];
    let sources = Sources { overrides, ..Sources::default() };
    let settings = config::load(&sources).map_err(|faults| faults.to_string())?;
    Ok(portal::app::audit_key(&MasterKey::existing(&settings.identity)?)?)
}

/// Writes so many entries of the last minutes.
fn note(conn: &mut Conn, entries: usize) -> Outcome<()> {
    let log = Audit::new(Clock::system(), Random::system());
    for _ in 0..entries / TOGETHER {
        conn.transaction_for_write(|conn| {
            let entry = Entry::anonymous(Event::Login, None);
            (0..TOGETHER).try_for_each(|_| log.record(conn, &Trace::default(), &entry))
        })?;
    }
    Ok(())
}

fn sealed(conn: &mut Conn, key: &Mac, name: &str, entries: usize) -> Outcome<()> {
    let began = Instant::now();
    let count = round(conn, key)?;
    if count < entries {
        return Err(format!("{count} of {entries} entries were sealed").into());
    }
    let rate = f64::from(u32::try_from(count)?) / began.elapsed().as_secs_f64();
    let sealed = whole(f64::from(u32::try_from(count)?));
    row(name, &format!("{}/s", whole(rate)), &sealed, rate, &Goal::AtLeast(20_000.0, "/s"));
    Ok(())
}

/// A whole round of sealing; returns how many entries.
fn round(conn: &mut Conn, key: &Mac) -> Outcome<usize> {
    let until: Timestamp = Clock::system().now();
    let (mut after, mut count) = (None, 0);
    loop {
        let batch = conn.transaction_for_write(|conn| audit::seal(conn, key, after, until))?;
        count += batch.entries;
        match batch.last {
            Some(last) => after = Some(last),
            None => return Ok(count),
        }
    }
}
