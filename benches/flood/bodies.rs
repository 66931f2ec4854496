//! The flood of bodies: strangers send the worst bodies to every route that takes one (`doors`), while people read the
//! directory.
//!
//! For each route every body is sent in turn, with made-up credentials of five kinds, each request from another network
//! and on a connection of its own: with its length, in chunks, with a wrong length, and a few slowly. [`RATE`] requests
//! a second are about a hundred kilobytes each, ten megabytes a second: more than a portal of some thousand people ever
//! gets, and little enough that on two processors the measurement is of the portal and not of the strangers, who share
//! them. The number of connections and the time are bounded, and nothing is sent anywhere but to loopback.

use std::fs;
use std::sync::Arc;
use std::time::Duration;

use portal::bench::Outcome;
use portal::bench::process::kibibytes;
use portal::bench::table::{Goal, head, row, say, whole};
use portal::config::processors;

use super::doors::{Door, doors};
use super::figures::number;
use super::readers::Readers;
use super::site::Site;
use super::strangers::{Met, Strangers};
use super::table::reading;
use super::watch::{busy, memory, processor_seconds, watched};
use crate::load::postgres::tidy;

/// Contacts in the directory.
const CONTACTS: usize = 5_000;
/// Requests a second.
const RATE: f64 = 100.0;
/// Connections at once of those who are paced, and of those who are slow.
const CONNECTIONS: [usize; 2] = [128, 64];
/// How much longer readers may wait than without other load.
const SLOWER: f64 = 3.0;
/// MiB of memory that the portal may take.
const MEMORY: f64 = 256.0;

/// One database's table.
pub async fn measure(seconds: u64, name: &str, database: Option<&str>) -> Outcome<()> {
    let threads = processors().saturating_sub(1).max(1);
    let site = Site::new(database, threads, CONTACTS).await?;
    database.map_or(Ok(()), tidy)?;
    let portal = site.start().await?;
    let token = site.administrator(&portal).await?;
    let ids = portal.contacts(&token).await?.into_iter().map(|(id, _)| id).collect();
    let doors: Arc<[Door]> = doors()?.into();
    let others = 100.0 * busy().await?;
    say(&format!("\n{name}, bodies: {} processors, {others:.0} % of them busy with other things now", processors()));
    head(&format!("{name}, {} routes", doors.len()));
    let time = Duration::from_secs(seconds);
    let readers = Readers { address: portal.address, token, ids, time };
    let quiet = readers.run().await?;
    reading("idle", &quiet, None, SLOWER);
    let (process, address) = (portal.process(), portal.address);
    let (before, took) = (memory(process)?, processor_seconds(process)?);
    let strangers = Strangers { address, doors, connections: CONNECTIONS, rate: RATE, time };
    let both = async { tokio::try_join!(strangers.run(), readers.run()) };
    let ((met, waits), most) = watched(process, both).await?;
    let took = (processor_seconds(process)? - took) / met.seconds;
    let sent = number(met.octets) / met.seconds / 1e6;
    let value = format!("{}/s, {sent:.1} MB/s", whole(met.requests() / met.seconds));
    let connections = CONNECTIONS.iter().sum::<usize>();
    let compared = format!("{connections} connections; it takes {took:.2} CPU");
    row("flood of bodies", &value, &compared, 0.0, &Goal::None);
    answers(&met);
    reading("in it", &waits, Some(&quiet), SLOWER);
    let compared = format!("{:.1} MiB not of files; before {:.0}", most.anonymous, before.resident);
    let peak = peak(process)?.max(most.resident);
    row("· resident memory, at most", &format!("{peak:.1} MiB"), &compared, peak, &Goal::AtMost(MEMORY, " MiB"));
    Ok(())
}

/// The answers: a success is a failure of the bench, and nothing may end the portal.
fn answers(met: &Met) {
    for (name, answers) in ["· answers", "· answers to slow ones"].into_iter().zip(&met.answers) {
        let mut statuses: Vec<_> = answers.iter().collect();
        statuses.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
        let of =
            |some: &[(&u16, &u32)]| some.iter().map(|(status, count)| format!("{status} {count}")).collect::<Vec<_>>();
        let (first, rest) = statuses.split_at(statuses.len().min(4));
        let failed: u32 = answers.iter().filter(|(status, _)| **status == 500).map(|(_, count)| count).sum();
        let goal = Goal::AtMost(0.0, "");
        row(name, &of(first).join(", "), &of(rest).join(", "), f64::from(failed), &goal);
    }
    row("· without an answer", &met.broken.to_string(), "", 0.0, &Goal::None);
}

/// The most memory that a process ever had resident, in MiB.
fn peak(process: u32) -> Outcome<f64> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    Ok(kibibytes(&status, "VmHWM:").ok_or("no VmHWM")? / 1_024.0)
}
