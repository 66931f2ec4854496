//! The capacity of the portal: contacts per second, logins per second, mails per second, and pages beside the calls of
//! the API behind them, on SQLite and on PostgreSQL.
//!
//! ```text
//! cargo bench --bench load                                    100,000 contacts, 4 s a measurement, about 10 minutes
//! cargo bench --bench load -- --contacts 10000 --seconds 1    a short one
//! cargo bench --bench load -- --postgres postgres://…         on a server of yours instead of a temporary one
//! ```
//!
//! The portal is the release binary in a process of its own, with default settings; 16 connections over loopback each
//! send the next request when the answer has come (`client`). Machines differ, so ratios matter: of a page to the
//! answer of a bare actix server with as many workers and the same size (`plain`), of a login to bare argon2id on as
//! many threads, of a page of the portal to its call (`pages`), of a page beside an announcement to the same page without
//! one (`glances`). Both sides of a ratio are measured in turn, three times, and medians are shown; an announcement is sent
//! once. Clients, portal and yardstick share the machine's processors.
//!
//! PostgreSQL is started for the bench with its default settings (`postgres`); if it is not installed, its half is
//! skipped. A server given by `--postgres` needs a database of its own: the data stays there. Rates are not asserted:
//! the table says `ok` or `short`. A request without an answer ends the bench.

mod load {
    pub mod bare;
    pub mod glances;
    pub mod pages;
    pub mod plain;
    pub mod postgres;

    pub use portal::bench::{Outcome, process};
}

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::Parser;
use portal::config::processors;
use portal::demo::receiver::{Receiver, Verdict};
use serde_json::{Value, json};
use tokio::runtime::{self, Handle};

use load::bare::bare_argon2;
use load::glances::{Glances, Waits};
use load::plain::{self, Plain};
use load::postgres::{Server, tidy};
use portal::bench::Outcome;
use portal::bench::administrator::text;
use portal::bench::client::{Load, Sample, call, request};
use portal::bench::figures::median;
use portal::bench::process::kibibytes;
use portal::bench::program;
use portal::bench::site::{Portal, Site};
use portal::bench::table::{Goal, head, row, say, whole};

/// The portal that is measured.
const PORTAL: &str = env!("CARGO_BIN_EXE_portal");
const PAGE: &str = "/api/v1/contacts?limit=25";
/// How often each measurement is made.
const ROUNDS: usize = 3;
/// How often the portal is started to see how long it takes.
const STARTS: usize = 5;
const CONNECTIONS: usize = 16;
/// Connections that ask for pages while others log in.
const READERS: usize = 4;
/// Different contacts that are read, at most.
const READ: usize = 10_000;
/// How long an announcement may be under way.
const SENDING: Duration = Duration::from_mins(3);

/// Measures what the portal carries.
#[derive(Parser)]
struct Options {
    /// Contacts in the directory
    #[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(u32).range(100..=1_000_000))]
    contacts: u32,
    /// Seconds that each measurement takes
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u64).range(1..=60))]
    seconds: u64,
    /// A database of its own on a PostgreSQL server, instead of a temporary server
    #[arg(long, value_name = "URL")]
    postgres: Option<String>,
}

/// The goals of a database.
struct Goals {
    page: f64,
    read: f64,
    p99: Goal,
}

const SQLITE: Goals = Goals { page: 0.40, read: 0.60, p99: Goal::None };
const POSTGRES: Goals = Goals { page: 0.40, read: 0.60, p99: Goal::AtMost(20.0, " ms") };

fn main() -> Outcome<()> {
    if let Some(sizes) = program::called_as(plain::FLAG) {
        return plain::serve(&sizes);
    }
    let Some(options) = program::options::<Options>("load") else { return Ok(()) };
    let mail = runtime::Builder::new_multi_thread().worker_threads(1).thread_name("receiver").enable_all().build()?;
    program::run(bench(&options, mail.handle()))
}

async fn bench(options: &Options, mail: &Handle) -> Outcome<()> {
    let memory = kibibytes(&std::fs::read_to_string("/proc/meminfo")?, "MemTotal:").unwrap_or(f64::NAN);
    say(&format!(
        "{} processors, {:.1} GiB of memory; {} contacts; {CONNECTIONS} connections; medians of {ROUNDS} × {} s",
        processors(),
        memory / f64::from(1 << 20),
        whole(options.contacts.into()),
        options.seconds,
    ));
    measure(options, mail, "SQLite", None, &SQLITE).await?;
    if let Some(url) = &options.postgres {
        return measure(options, mail, "PostgreSQL", Some(url), &POSTGRES).await;
    }
    let Some(server) = Server::start().await? else {
        say("\nPostgreSQL is not installed: its half is skipped.");
        return Ok(());
    };
    measure(options, mail, "PostgreSQL", Some(&server.url()), &POSTGRES).await
}

/// One database's table.
async fn measure(options: &Options, mail: &Handle, name: &str, database: Option<&str>, goals: &Goals) -> Outcome<()> {
    let time = Duration::from_secs(options.seconds);
    let hash_threads = processors().saturating_sub(1).max(1);
    let relay = mail.spawn(Receiver::start_with(Arc::new(|_| Verdict::Accept), false)).await??;
    let settings = [
        ("PORTAL__MAIL__TRANSPORT", "smtp".to_owned()),
        ("PORTAL__MAIL__SMTP_URL", format!("smtp://{}", relay.address)),
        // The default, said so that it is the yardstick's too.
        ("PORTAL__IDENTITY__HASH_THREADS", hash_threads.to_string()),
    ];
    let site = Site::new(Path::new(PORTAL), database, &settings)?;
    say(&format!("\n{name}: making the contacts …"));
    site.fill(usize::try_from(options.contacts)?).await?;
    database.map_or(Ok(()), tidy)?;

    head(name);
    let portal = starts(&site).await?;
    let mut tally = reads(&site, &portal, time, goals).await?;
    tally.add(logins(&site, &portal, time, hash_threads).await?);
    tally.add(reads_during_logins(&site, &portal, time).await?);
    let (announcement, waits) = mails(&site, &portal, &relay, time).await?;
    for Waits { answers, failures, .. } in waits {
        tally.add(Tally { answers, failures });
    }
    tally.add(load::pages::beside_calls(name, (&site, &portal), time, &announcement).await?);
    let failures = f64::from(tally.failures);
    let of = format!("of {}", whole(tally.answers.into()));
    row("answers other than 2xx", &whole(failures), &of, failures, &Goal::AtMost(0.0, ""));
    let after = portal.resident()?;
    row("resident memory after all that", &format!("{after:.0} MB"), "", after, &Goal::AtMost(200.0, " MB"));
    Ok(())
}

/// From the start of the process to ready, and its memory then. The last portal stays up.
async fn starts(site: &Site) -> Outcome<Portal> {
    let (mut times, mut memory) = (Vec::new(), Vec::new());
    let mut portal = site.start().await?;
    for _ in 0..STARTS {
        drop(portal);
        portal = site.start().await?;
        times.push(portal.ready_after.as_secs_f64() * 1_000.0);
        memory.push(portal.resident()?);
    }
    let (time, memory) = (median(times), median(memory));
    row("start to ready", &format!("{time:.0} ms"), "", time, &Goal::AtMost(150.0, " ms"));
    row("resident memory at rest", &format!("{memory:.0} MB"), "", memory, &Goal::AtMost(40.0, " MB"));
    Ok(portal)
}

/// The contacts page and single contacts, each compared with a plain answer of its size.
async fn reads(site: &Site, portal: &Portal, time: Duration, goals: &Goals) -> Outcome<Tally> {
    let token = site.token(portal).await?;
    let ids = portal.contact_ids(&token, READ).await?;
    let reads: Vec<String> = ids.iter().map(|id| format!("/api/v1/contacts/{id}")).collect();
    let first = reads.first().ok_or("no contacts")?;
    let plain = Plain::start(portal.size_of(PAGE, &token).await?, portal.size_of(first, &token).await?)?;
    let get = |path: &str| request("GET", path, Some(&token), None);
    let load =
        |address, requests: Vec<Vec<u8>>| Load { address, connections: CONNECTIONS, time, requests: requests.into() };
    let series = in_turn([
        load(portal.address, vec![get(PAGE)]),
        load(plain.address, vec![get("/page")]),
        load(portal.address, reads.iter().map(|path| get(path)).collect()),
        load(plain.address, vec![get("/read")]),
    ])
    .await?;
    let [page, plain_page, read, plain_read] = &series;
    compare("contacts page, 25 of them", page, plain_page, goals.page, &goals.p99);
    compare("one contact, ever another", read, plain_read, goals.read, &goals.p99);
    Ok(Tally::of(&series))
}

fn compare(metric: &str, portal: &Series, plain: &Series, ratio_goal: f64, p99_goal: &Goal) {
    let ratio = portal.rate() / plain.rate();
    let compared = format!("{ratio:.3} of plain {}/s", whole(plain.rate()));
    row(metric, &format!("{}/s", whole(portal.rate())), &compared, ratio, &Goal::AtLeast(ratio_goal, ""));
    let times = format!("p50 {:.1} ms, p99 {:.1} ms", portal.p50(), portal.p99());
    let compared = format!("plain: p50 {:.1} ms, p99 {:.1} ms", plain.p50(), plain.p99());
    row("· time to the answer", &times, &compared, portal.p99(), p99_goal);
}

/// Logins at the maximum rate, compared with bare argon2id.
async fn logins(site: &Site, portal: &Portal, time: Duration, threads: usize) -> Outcome<Tally> {
    let load = login_load(site, portal.address, time);
    let (mut series, mut bare) = (Series::default(), Vec::new());
    for _ in 0..ROUNDS {
        bare.push(bare_argon2(threads, time)?);
        series.0.push(load.run().await?);
    }
    let (rate, bare) = (series.rate(), median(bare));
    let compared = format!("{:.3} of argon2id {bare:.1}/s, {threads} thr.", rate / bare);
    row("logins", &format!("{rate:.1}/s"), &compared, rate / bare, &Goal::AtLeast(0.95, ""));
    Ok(Tally::of(&[series]))
}

fn login_load(site: &Site, address: SocketAddr, time: Duration) -> Load {
    let login = request("POST", "/api/v1/auth/login", None, Some(&site.login()));
    Load { address, connections: CONNECTIONS, time, requests: Arc::new([login]) }
}

/// The rate of the page during logins.
async fn reads_during_logins(site: &Site, portal: &Portal, time: Duration) -> Outcome<Tally> {
    let page = request("GET", PAGE, Some(&site.token(portal).await?), None);
    let pages = Load { address: portal.address, connections: READERS, time, requests: Arc::new([page]) };
    let login = login_load(site, portal.address, time);
    let (mut quiet, mut busy, mut beside) = (Series::default(), Series::default(), Series::default());
    for _ in 0..ROUNDS {
        quiet.0.push(pages.run().await?);
        let (page, logins) = tokio::try_join!(pages.run(), login.run())?;
        busy.0.push(page);
        beside.0.push(logins);
    }
    let value = format!("p50 {:.1} ms, p99 {:.1} ms", busy.p50(), busy.p99());
    let compared = format!("{:.1} × p99 {:.1} ms without them", busy.p99() / quiet.p99(), quiet.p99());
    row("page for 4 while 16 log in", &value, &compared, busy.p99(), &Goal::None);
    let value = format!("{}/s and {:.1} logins/s", whole(busy.rate()), beside.rate());
    row("· pages and logins together", &value, &format!("without them: {}/s", whole(quiet.rate())), 0.0, &Goal::None);
    Ok(Tally::of(&[quiet, busy, beside]))
}

/// An announcement to a fifth of the contacts, until the relay has the last mail, and the contacts page before it and
/// meanwhile; returns its id, and how long readers waited before and meanwhile.
async fn mails(site: &Site, portal: &Portal, relay: &Receiver, time: Duration) -> Outcome<(String, [Waits; 2])> {
    let token = site.token(portal).await?;
    let glances = || Glances::begin(portal.address, request("GET", PAGE, Some(&token), None));
    let before = glances()?;
    tokio::time::sleep(time).await;
    let before = before.end()?;
    let post = async |path: &str, body| call(portal.address, "POST", path, Some(&token), body).await;
    let composed = announcement();
    let draft = post("/api/v1/announcements", Some(&composed)).await?;
    let id = text(&draft, "/id")?.to_owned();
    let path = format!("/api/v1/announcements/{id}/send");
    let began = Instant::now();
    let sent = post(&path, None).await?;
    let (answered, early) = (Instant::now(), number(relay.count())?);
    let meanwhile = glances()?;
    let recipients = sent.get("recipients").and_then(Value::as_u64).ok_or("no number of recipients")?;
    let recipients = u32::try_from(recipients)?;
    while number(relay.count())? < recipients {
        if answered.elapsed() > SENDING {
            return Err(format!("{} of {recipients} mails came", relay.count()).into());
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let rate = f64::from(recipients - early) / answered.elapsed().as_secs_f64();
    let meanwhile = meanwhile.end()?;
    let compared = format!("{} mails, put out in {} ms", whole(recipients.into()), (answered - began).as_millis());
    row("mails of an announcement", &format!("{}/s", whole(rate)), &compared, rate, &Goal::AtLeast(1_000.0, "/s"));
    let peak = f64::from(number(relay.peak_connections())?);
    row("· connections to the relay", &whole(peak), "", peak, &Goal::AtMost(10.0, ""));
    let ratio = meanwhile.p99 / before.p99;
    let value = format!("p50 {:.1} ms, p99 {:.1} ms", meanwhile.p50, meanwhile.p99);
    let compared = format!("{ratio:.1} × p99 {:.1} ms without it", before.p99);
    row("· a page meanwhile, now and then", &value, &compared, ratio, &Goal::AtMost(2.0, " ×"));
    Ok((id, [before, meanwhile]))
}

fn number(count: usize) -> Outcome<u32> {
    Ok(u32::try_from(count)?)
}

fn announcement() -> Value {
    let body = "**Dear colleagues,**\n\nthe report on *smart customs* is out. It tells what members tried, and what \
                came of it:\n\n- risk management\n- electronic seals\n- one window for all\n\nRead it at \
                <https://portal.example/report>, and tell us what you think.";
    let variant = |subject: &str| json!({ "subject": subject, "body_markdown": body });
    json!({
        "audience": { "roles": ["coordinator"] },
        "default_language": "en",
        "variants": { "en": variant("The report is out"), "fr": variant("Le rapport est paru") },
    })
}

/// Runs each load once unrecorded, then all of them in turn, several times.
async fn in_turn<const N: usize>(loads: [Load; N]) -> Outcome<[Series; N]> {
    for load in &loads {
        Load { time: Duration::from_secs(1), ..load.clone() }.run().await?;
    }
    let mut series = loads.each_ref().map(|_| Series::default());
    for _ in 0..ROUNDS {
        for (load, series) in loads.iter().zip(&mut series) {
            series.0.push(load.run().await?);
        }
    }
    Ok(series)
}

/// The rounds of one load.
#[derive(Default)]
struct Series(Vec<Sample>);

impl Series {
    fn rate(&self) -> f64 {
        median(self.0.iter().map(|sample| sample.rate))
    }

    fn p50(&self) -> f64 {
        median(self.0.iter().map(|sample| sample.p50))
    }

    fn p99(&self) -> f64 {
        median(self.0.iter().map(|sample| sample.p99))
    }
}

/// Answers, and how many of them were no success.
#[derive(Clone, Copy, Default)]
struct Tally {
    answers: u32,
    failures: u32,
}

impl Tally {
    fn of(series: &[Series]) -> Self {
        let mut tally = Self::default();
        for sample in series.iter().flat_map(|series| &series.0) {
            tally.add(Self { answers: sample.answers, failures: sample.failures });
        }
        tally
    }

    fn add(&mut self, other: Self) {
        self.answers += other.answers;
        self.failures += other.failures;
    }
}
