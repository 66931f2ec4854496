//! Floods of logins on one database, and what the time of an answer reveals.

use std::sync::Arc;
use std::time::{Duration, Instant};

use portal::bench::Outcome;
use portal::bench::administrator::PASSWORD;
use portal::bench::client::request;
use portal::bench::figures::median;
use portal::bench::table::{Goal, head, row, say, whole};
use portal::config::processors;
use serde_json::json;

use super::client::{Answer, login_of};
use super::figures::{Separation, number};
use super::oracle::ask;
use super::readers::{Readers, Waits};
use super::recovery::{persist, recover};
use super::refreshes::refresh;
use super::site::{Portal, Site, application};
use super::storm::{Aftermath, Storm, Supply, Target};
use super::table::{after, reading, separation, shown, surplus};
use super::watch::{busy, memory, processor_seconds, watched};
use crate::load::bare::bare_argon2;
use crate::load::postgres::tidy;

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
/// How much longer readers may wait during logins than without them.
const SLOWER: f64 = 2.0;
/// How often one account is tried: the throttle lets five failures pass.
const TRIES: usize = 4;
const WRONG: &str = "not the password of anybody";

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
    /// Accounts of the contacts that were not tried yet.
    accounts: Vec<String>,
}

/// One database's table. The paced flood lasts so many seconds; of each kind, the times of so many logins are compared.
pub async fn measure(seconds: u64, probes: usize, name: &str, database: Option<&str>) -> Outcome<()> {
    let threads = processors().saturating_sub(1).max(1);
    let site = Site::new(database, threads, CONTACTS).await?;
    database.map_or(Ok(()), tidy)?;
    let mut stage = prepare(&site, seconds, probes, threads).await?;
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
        time: Duration::from_secs(seconds) / part,
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

async fn prepare(site: &Site, seconds: u64, probes: usize, threads: usize) -> Outcome<Stage> {
    let portal = site.start().await?;
    let administrator = site.administrator(&portal).await?;
    let mut members = site.members(&portal, &administrator, MEMBERS).await?;
    let mut next = || members.pop().ok_or("too few members");
    let (reader, persistent) = (next()?, [next()?, next()?]);
    let token = portal.session(&reader).await?.access;
    let (ids, accounts): (Vec<_>, Vec<_>) = portal.contacts(&administrator).await?.into_iter().unzip();
    let time = Duration::from_secs(seconds) / 2;
    let readers = Readers { address: portal.address, token, ids: ids.into(), time };
    Ok(Stage { portal, threads, members, persistent, readers, probes, accounts })
}

/// Each account, and an address of the same shape without an account.
fn pairs(accounts: impl IntoIterator<Item = String>) -> Vec<Target> {
    let pair = |email: String| {
        let nobody = email.replacen("contact", "kontakt", 1);
        [Target { email, known: true }, Target { email: nobody, known: false }]
    };
    accounts.into_iter().flat_map(pair).collect()
}

/// Logins at the maximum rate, compared with bare argon2id; returns how many wrong ones are hashed per second.
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

/// What times reveal without other load.
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

/// The measurements before the floods.
struct Before {
    quiet: Waits,
    /// Logins a second that can be hashed.
    capacity: f64,
    /// Milliseconds of a login.
    usual: f64,
}

/// A flood, with readers and one persistent member, and the time after it.
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
