//! What floods of logins and of bodies do to the portal, and what the time of an answer gives away, on SQLite and on
//! PostgreSQL.
//!
//! ```text
//! cargo bench --bench flood                                   less than 6 minutes
//! cargo bench --bench flood -- --probes 60 --seconds 3        a short one
//! cargo bench --bench flood -- bodies                         the bodies alone
//! ```
//!
//! The portal is the release binary in a process of its own, with default settings but that loopback is a trusted proxy:
//! so each request comes from another address (`X-Forwarded-For`), as from a botnet, and the throttle by network does not
//! end the flood. Nothing leaves the machine. Logins are tried at accounts that `portal seed` made (nobody can log in
//! there, but their hash costs what any costs) and at addresses that nobody has, four times each at most, so that the
//! throttle by account does not end it either; so the flood is bounded in number and in time (`storm`).
//!
//! - logins at saturation, beside bare argon2id on one thread, measured in turn: medians of five rounds;
//! - the paced flood: ten times as many connections as the queue and the threads hold, ten times as many logins a second
//!   as can be hashed; then the flood without pause: the same connections, as fast as answers come. Beside each, four
//!   readers of the directory (`readers`), and a look at the memory 20 times a second (`watch`);
//! - after each: seconds until five logins in a row, of members who had not tried, take at most four times the usual; and
//!   until a member is in who tried once a second all along (`recovery`);
//! - refreshes in 16 sessions side by side, divided by all processors of the machine, clients and database included; beside
//!   it, by the time of processors that the portal's process took;
//! - how well the time of an answer tells an address that has an account from one that has none (`oracle`, `figures`): the
//!   area under the curve, a half where it does not, and how far chance alone takes it from that; the medians of both;
//!   and the greatest gap between the two distributions, beside what chance alone makes of it. Idle, one request at a
//!   time; and for the logins that were hashed during the paced flood, and for those that were refused. The goal of 0.05
//!   is about as wide as chance is at the default number of probes: one `short` by itself says little, several do.
//!
//! - the flood of bodies, by strangers, to every route that takes one (`bodies`, `doors`, `strangers`).
//!
//! Left out: floods of reads, TLS, a real network, which hides more than loopback does. Clients, portal and
//! PostgreSQL share the machine's processors: what a flood takes from readers is in part what its clients take, and whatever
//! else runs spoils ratios and the 99th percentiles; before each table stands how busy the machine was. Nothing is asserted
//! about figures: the table says `ok` or `short`. PostgreSQL is left out where it is not installed.

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
    pub mod oracle;
    pub mod readers;
    pub mod recovery;
    pub mod refreshes;
    pub mod site;
    pub mod storm;
    pub mod strangers;
    pub mod watch;
}

use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::{Parser, ValueEnum};
use portal::config::processors;
use serde_json::json;
use tokio::runtime;
use tokio::signal::unix::{SignalKind, signal};

use flood::bodies;
use flood::client::{Answer, login_of};
use flood::figures::{Separation, number, sorted};
use flood::oracle::ask;
use flood::readers::{Readers, Waits};
use flood::recovery::{AFTER, persist, recover};
use flood::refreshes::refresh;
use flood::site::{Portal, Site, application};
use flood::storm::{Aftermath, Storm, Supply, Target};
use flood::watch::{Memory, busy, memory, processor_seconds, watched};
use load::bare::bare_argon2;
use load::postgres::{Server, tidy};
use portal::bench::Outcome;
use portal::bench::administrator::PASSWORD;
use portal::bench::client::request;
use portal::bench::figures::{median, percentile};
use portal::bench::table::{Goal, head, row, say, whole};

/// Contacts in the directory: the accounts whose logins are tried.
const CONTACTS: usize = 20_000;
/// People who can log in: one reads, two don't give up, the others come and go.
const MEMBERS: usize = 11;
/// Passwords that may wait (`identity.hash_queue`).
const QUEUE: usize = 64;
/// How much more than it can do is asked of the portal.
const OVERLOAD: usize = 10;
/// Connections that log in at saturation, as in the load bench.
const CONNECTIONS: usize = 16;
/// How often saturation is measured, and how long each time.
const ROUNDS: usize = 5;
const ROUND: Duration = Duration::from_millis(1_500);
/// How long refreshes are measured.
const REFRESHING: Duration = Duration::from_secs(4);
/// How long the last answers of a measurement are waited for.
const PATIENCE: Duration = Duration::from_secs(10);
/// Sessions of each member that are refreshed.
const SESSIONS: usize = 2;
/// How much longer readers may wait beside logins than when nothing else goes on.
const SLOWER: f64 = 2.0;
/// How often one account is tried: the throttle lets five failures pass.
const TRIES: usize = 4;
const WRONG: &str = "not the password of anybody";

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
    let mut arguments: Vec<String> = std::env::args().collect();
    // `cargo bench` says so; `cargo test --all-targets` does not, and should not wait for minutes.
    if !arguments.iter().any(|argument| argument == "--bench") {
        say("a flood bench: run it by cargo bench --bench flood");
        return Ok(());
    }
    arguments.retain(|argument| argument != "--bench");
    let options = Options::parse_from(arguments);
    let own = runtime::Builder::new_current_thread().enable_all().build()?;
    own.block_on(async {
        // Dropping the bench half-way ends its processes and removes its folders.
        tokio::select! {
            outcome = bench(&options) => outcome,
            outcome = interrupted() => outcome,
        }
    })
}

async fn interrupted() -> Outcome<()> {
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    Err("interrupted".into())
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
        Part::Logins => measure(options, name, database).await,
        Part::Bodies => bodies::measure(options.seconds, name, database).await,
    }
}

/// A portal with people in it, and whose logins are tried.
struct Stage {
    portal: Portal,
    threads: usize,
    /// Addresses of those who come and go.
    members: Vec<String>,
    /// Addresses of those who don't give up, one a flood.
    persistent: [String; 2],
    readers: Readers,
    probes: usize,
    /// Accounts of the contacts that nobody has tried yet.
    accounts: Vec<String>,
}

/// One database's table.
async fn measure(options: &Options, name: &str, database: Option<&str>) -> Outcome<()> {
    let threads = processors().saturating_sub(1).max(1);
    let site = Site::new(database, threads, CONTACTS).await?;
    database.map_or(Ok(()), tidy)?;
    let mut stage = prepare(&site, options, threads).await?;
    let others = 100.0 * busy().await?;
    say(&format!("\n{name}: {} processors, {others:.0} % of them busy with other things now", processors()));
    head(name);
    let rest = memory(stage.portal.process())?;
    let (value, part) = shown(rest);
    row("resident memory before the floods", &value, &part, rest.resident, &Goal::None);
    let capacity = saturation(&stage).await?;
    let usual = usual(&stage).await?;
    idle_times(&mut stage).await?;
    let supply = Supply::new(pairs(stage.accounts.drain(..)), TRIES);
    let quiet = stage.readers.run().await?;
    reading("idle", &quiet, None, SLOWER);
    let flood = |every, part: u32| Storm {
        address: stage.portal.address,
        connections: OVERLOAD * (QUEUE + threads),
        every,
        time: Duration::from_secs(options.seconds) / part,
        patience: Duration::ZERO,
        supply: Arc::clone(&supply),
        password: WRONG,
    };
    let connections = number(OVERLOAD * (QUEUE + threads));
    let paced = flood(Duration::from_secs_f64(connections / (number(OVERLOAD) * capacity)), 1);
    let before = Before { quiet, capacity, usual };
    let [patient, stubborn] = stage.persistent.clone();
    let came = flooded(&stage, &paced, "paced flood", patient, &before).await?;
    separation("AUC of logins, hashed in the flood", &Separation::of(&came.answers, |answer| answer.status == 401));
    separation("AUC of logins, refused in the flood", &Separation::of(&came.answers, Answer::is_surplus));
    flooded(&stage, &flood(Duration::ZERO, 2), "flood without pause", stubborn, &before).await?;
    refreshes(&stage).await
}

async fn prepare(site: &Site, options: &Options, threads: usize) -> Outcome<Stage> {
    let portal = site.start().await?;
    let administrator = site.administrator(&portal).await?;
    let mut members = site.members(&portal, &administrator, MEMBERS).await?;
    let mut next = || members.pop().ok_or("too few members");
    let (reader, persistent) = (next()?, [next()?, next()?]);
    let token = portal.session(&reader).await?.access;
    let (ids, accounts): (Vec<_>, Vec<_>) = portal.contacts(&administrator).await?.into_iter().unzip();
    let time = Duration::from_secs(options.seconds) / 2;
    let readers = Readers { address: portal.address, token, ids: ids.into(), time };
    Ok(Stage { portal, threads, members, persistent, readers, probes: options.probes.into(), accounts })
}

/// Each account, and an address of the same shape that nobody has.
fn pairs(accounts: impl IntoIterator<Item = String>) -> Vec<Target> {
    let pair = |email: String| {
        let nobody = email.replacen("contact", "kontakt", 1);
        [Target { email, known: true }, Target { email: nobody, known: false }]
    };
    accounts.into_iter().flat_map(pair).collect()
}

/// Logins as fast as they go, beside bare argon2id; returns how many wrong ones a second are hashed.
async fn saturation(stage: &Stage) -> Outcome<f64> {
    let storm = |targets, tries, password| Storm {
        address: stage.portal.address,
        connections: CONNECTIONS,
        every: Duration::ZERO,
        time: ROUND,
        patience: PATIENCE,
        supply: Supply::new(targets, tries),
        password,
    };
    let member = |email: &String| Target { email: email.clone(), known: true };
    let nobody = |number| Target { email: format!("nobody-{number}@portal.example"), known: false };
    let right = storm(stage.members.iter().map(member).collect(), 10_000, PASSWORD);
    let wrong = storm((0..10_000).map(nobody).collect(), TRIES, WRONG);
    let (mut bare, mut opened, mut hashed) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let alone = bare_argon2(1, ROUND)?;
        for (storm, status, rates) in [(&right, 200, &mut opened), (&wrong, 401, &mut hashed)] {
            let came = storm.run().await?;
            let rate = came.count(status) / came.seconds / number(stage.threads);
            rates.push((rate, rate / alone));
        }
        bare.push(alone);
    }
    let bare = median(bare);
    let of = |rates: &[(f64, f64)]| (median(rates.iter().map(|r| r.0)), median(rates.iter().map(|r| r.1)));
    for (metric, rates) in [("logins, a hash thread", &opened), ("· with wrong passwords", &hashed)] {
        let (rate, ratio) = of(rates);
        let compared = format!("{ratio:.3} of argon2id {bare:.1}/s, 1 thr.");
        row(metric, &format!("{rate:.1}/s"), &compared, ratio, &Goal::AtLeast(0.95, ""));
    }
    Ok(of(&hashed).0 * number(stage.threads))
}

/// How many milliseconds a login usually takes.
async fn usual(stage: &Stage) -> Outcome<f64> {
    let members = stage.members.iter().cycle().take(3 * stage.members.len());
    let targets = members.map(|email| Target { email: email.clone(), known: true }).collect();
    let answers = ask(stage.portal.address, targets, |email| login_of(email, PASSWORD)).await?;
    Ok(median(answers.iter().map(|(_, answer)| f64::from(answer.micros) / 1_000.0)))
}

/// What times give away when nothing else goes on.
async fn idle_times(stage: &mut Stage) -> Outcome<()> {
    let (address, probes, others) = (stage.portal.address, stage.probes, stage.probes * 2 / 3);
    let logins = ask(address, pairs(stage.accounts.drain(..probes)), |email| login_of(email, WRONG)).await?;
    separation("AUC of logins, idle", &Separation::of(&logins, |answer| answer.status == 401));
    let apply = |email: &str| request("POST", "/api/v1/registrations", None, Some(&application(email)));
    let applied = ask(address, pairs(stage.accounts.drain(..others)), apply).await?;
    separation("AUC of applications, taken or new", &Separation::of(&applied, |answer| answer.status == 202));
    let ask_link =
        |email: &str| request("POST", "/api/v1/auth/password/forgot", None, Some(&json!({ "email": email })));
    let forgot = ask(address, pairs(stage.accounts.drain(..others)), ask_link).await?;
    separation("AUC of forgotten passwords", &Separation::of(&forgot, |answer| answer.status == 202));
    Ok(())
}

fn separation(metric: &str, times: &Separation) {
    let area = times.area();
    let (known, unknown) = (percentile(&times.known, 50), percentile(&times.unknown, 50));
    let off = (area - 0.5).abs();
    let value = format!("{area:.3} ± {:.3} of {} + {}", times.chance(), times.known.len(), times.unknown.len());
    let (gap, by_chance) = times.gap();
    let compared = format!("{known:.2}, {unknown:.2} ms; gap {gap:.2} ({by_chance:.2})");
    row(metric, &value, &compared, off, &Goal::AtMost(0.05, ""));
}

/// What it was like before the floods.
struct Before {
    quiet: Waits,
    /// Logins a second that can be hashed.
    capacity: f64,
    /// Milliseconds of a login.
    usual: f64,
}

/// A flood with readers beside it and one who does not give up, and what comes after it.
async fn flooded(
    stage: &Stage,
    storm: &Storm,
    name: &str,
    persistent: String,
    before_it: &Before,
) -> Outcome<Aftermath> {
    let (process, capacity) = (stage.portal.process(), before_it.capacity);
    let (before, took) = (memory(process)?, processor_seconds(process)?);
    let readers = Readers { time: storm.time, ..stage.readers.clone() };
    let persisting = tokio::spawn(persist(storm.address, persistent, Instant::now() + storm.time));
    let both = async { tokio::try_join!(storm.run(), readers.run()) };
    let ((came, waits), most) = watched(process, both).await?;
    let took = (processor_seconds(process)? - took) / came.seconds;
    let value = format!("{}/s to {} connections", whole(came.offered()), storm.connections);
    let compared = format!("{:.1} × capacity; it takes {took:.2} CPU", came.offered() / capacity);
    row(name, &value, &compared, 0.0, &Goal::None);
    surplus(&came);
    let goal = 64.0 + 19.0 * number(stage.threads);
    let (value, part) = shown(most);
    let compared = format!("{part}; before {:.0}", before.resident);
    row("· resident memory, at most", &value, &compared, most.resident, &Goal::AtMost(goal, " MiB"));
    reading("in it", &waits, Some(&before_it.quiet), SLOWER);
    let seconds = recover(storm.address, stage.members.clone(), before_it.usual).await?;
    after("· logins as usual after it", seconds, &format!("usually {:.1} ms", before_it.usual));
    let met = persisting.await??;
    let tries = format!("{} tries meanwhile: {} in, {} × 429", met.tries, met.successes, met.throttled);
    after("· one who tried once a second, in", met.back_after, &tries);
    Ok(came)
}

fn surplus(came: &Aftermath) {
    let hashed = came.count(401);
    let value = format!("{:.1}/s hashed; 503 {}, 429 {}", hashed / came.seconds, came.count(503), came.count(429));
    let others = came.answers.iter().filter(|(_, answer)| !answer.is_surplus() && answer.status != 401).count();
    let compared = format!("401 {hashed}, others {others}, broken {}, dropped {}", came.broken, came.dropped);
    row("· answers", &value, &compared, 0.0, &Goal::None);
    let surplus: Vec<Answer> =
        came.answers.iter().map(|(_, answer)| *answer).filter(|answer| answer.status != 401).collect();
    let told = surplus.iter().filter(|answer| answer.is_surplus() && answer.says_when).count();
    let (told, all) = (number(told), number(surplus.len()) + f64::from(came.broken));
    let micros = sorted(surplus.iter().map(|answer| answer.micros));
    let compared = format!("refused after p50 {:.1}, p99 {:.0} ms", percentile(&micros, 50), percentile(&micros, 99));
    let value = format!("{} of {}", whole(told), whole(all));
    row("· refused with Retry-After", &value, &compared, told / all, &Goal::AtLeast(1.0, ""));
}

/// What readers wait, beside what they wait when nothing else goes on.
fn reading(when: &str, waits: &Waits, quiet: Option<&Waits>, slower: f64) {
    let kinds = [
        ("page of 25", &waits.page, quiet.map(|quiet| &quiet.page)),
        ("one contact", &waits.contact, quiet.map(|quiet| &quiet.contact)),
    ];
    for (kind, waited, quiet) in kinds {
        let (p50, p99) = (percentile(waited, 50), percentile(waited, 99));
        let value = format!("p50 {p50:.2} ms, p99 {p99:.2} ms");
        let ratio = quiet.map(|quiet| p99 / percentile(quiet, 99));
        let goal = if ratio.is_some() { Goal::AtMost(slower, " ×") } else { Goal::None };
        let compared = ratio.map(|ratio| format!("{ratio:.1} × the p99 when idle; {} not 200", waits.failures));
        let compared = compared.unwrap_or_else(|| format!("of {}", whole(number(waited.len()))));
        row(&format!("· {kind}, {when}"), &value, &compared, ratio.unwrap_or(0.0), &goal);
    }
}

fn after(metric: &str, seconds: Option<f64>, compared: &str) {
    let value = seconds.map_or_else(|| format!("not within {} s", AFTER.as_secs()), |s| format!("after {s:.2} s"));
    row(metric, &value, compared, seconds.unwrap_or(f64::INFINITY), &Goal::AtMost(5.0, " s"));
}

async fn refreshes(stage: &Stage) -> Outcome<()> {
    let mut sessions = Vec::new();
    for member in &stage.members {
        for _ in 0..SESSIONS {
            sessions.push(stage.portal.session(member).await?);
        }
    }
    let (process, count) = (stage.portal.process(), sessions.len());
    let (took, began) = (processor_seconds(process)?, Instant::now());
    let rate = refresh(stage.portal.address, sessions, REFRESHING).await?;
    let took = (processor_seconds(process)? - took) / began.elapsed().as_secs_f64();
    let each = rate / number(processors());
    let value = format!("{}/s, {} a processor", whole(rate), whole(each));
    let compared = format!("{count} sessions; by its {took:.2} CPU: {}", whole(rate / took));
    row("refreshes", &value, &compared, each, &Goal::AtLeast(500.0, "/s"));
    Ok(())
}

fn shown(memory: Memory) -> (String, String) {
    (format!("{:.1} MiB", memory.resident), format!("{:.1} MiB not of files", memory.anonymous))
}
