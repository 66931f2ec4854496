//! `portal bench mail`: an announcement to a number of contacts, from the database to a relay.
//!
//! The contacts are generated, with addresses that do not exist (`seed`); the relay must discard mail, such as
//! Postfix's `smtp-sink`. The announcement takes the usual way: written and sent over the API, fanned out, claimed,
//! filled, optionally signed, sent, and recorded. Meanwhile a reader loads the directory fifty times a second. The time
//! is measured from the request to send until the portal reports that the last mail has left.

use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};

use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{Ed25519KeyPair, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tokio::sync::watch;

use super::Outcome;
use super::administrator::text;
use super::client::{Connection, call, request};
use super::figures::percentile;
use super::site::{Portal, Setting, Site};
use super::table::{Goal, head, row, whole};

/// The interval between two reads of the directory.
const READ_EVERY: Duration = Duration::from_millis(20);
/// How long the directory is read before sending begins.
const IDLE: Duration = Duration::from_secs(5);
/// The interval between two checks of the progress.
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// The longest time for an answer of the relay.
const CONNECT: Duration = Duration::from_secs(5);
/// The longest time without progress.
const STUCK: Duration = Duration::from_mins(1);
/// Octets of a mail without its author's text, about: headers, layout and the footer of both parts.
const FRAME: usize = 4_700;

/// The signatures of the mails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Signing {
    /// Nothing.
    None,
    /// An Ed25519 key.
    Ed25519,
    /// An RSA key of 2048 bits.
    Rsa,
    /// Both.
    Both,
}

/// The parameters of the bench.
#[derive(Clone, Debug)]
pub struct Options {
    /// A relay that discards mail.
    pub relay: SocketAddr,
    /// The number of contacts, and of mails.
    pub mails: usize,
    /// Connections to the relay, one of which carries no announcements.
    pub connections: usize,
    /// Octets of a mail, about.
    pub size: usize,
    /// The signatures.
    pub signing: Signing,
    /// A PostgreSQL database for the bench; its contents stay.
    pub database: Option<String>,
}

/// The results.
#[derive(Clone, Copy, Debug)]
pub struct Figures {
    /// Mails a second, from the request to the last one.
    pub rate: f64,
    /// Mails a second written to the outbox.
    pub fan_out: f64,
    /// The response time of the request to send, in milliseconds.
    pub answered: f64,
    /// The time until the first mail left, in milliseconds.
    pub first: f64,
    /// Memory at rest and at its peak, in megabytes, without the mapped pages of the database's file.
    pub memory: (f64, f64),
    /// The 99th percentile of a read at rest and while sending, in milliseconds.
    pub read: (f64, f64),
    /// Mails that did not leave.
    pub failed: u64,
}

/// Sends the announcement and measures; `program` is the portal's binary.
///
/// # Errors
/// If a step fails.
pub async fn run(program: &Path, options: &Options) -> Outcome<Figures> {
    // The relay is checked first, since it takes a while to create contacts, and mails would wait for it.
    let connected = tokio::time::timeout(CONNECT, tokio::net::TcpStream::connect(options.relay)).await;
    if !matches!(connected, Ok(Ok(_))) {
        return Err(format!("nothing answers at the relay, {}", options.relay).into());
    }
    drop(connected);
    let keys = tempfile::tempdir()?;
    let settings: [Setting; 4] = [
        ("PORTAL__MAIL__TRANSPORT", "smtp".to_owned()),
        ("PORTAL__MAIL__SMTP_URL", format!("smtp://{}", options.relay)),
        ("PORTAL__MAIL__CONNECTIONS", options.connections.to_string()),
        ("PORTAL__MAIL__DKIM_KEYS", make_keys(keys.path(), options.signing)?),
    ];
    let site = Site::new(program, options.database.as_deref(), &settings)?;
    site.fill(options.mails).await?;
    let portal = site.start().await?;
    let token = site.token(&portal).await?;
    let (stop, stopped) = watch::channel(false);
    let idle = readers(&portal, &token, stopped.clone());
    tokio::time::sleep(IDLE).await;
    let memory = portal.anonymous()?;
    stop.send(true)?;
    let idle = idle.await??;
    let (stop, stopped) = watch::channel(false);
    let busy = readers(&portal, &token, stopped);
    let sent = announce(&portal, &token, options).await?;
    stop.send(true)?;
    let busy = busy.await??;
    Ok(Figures { memory: (memory, sent.peak), read: (percentile(&idle, 99), percentile(&busy, 99)), ..sent.figures })
}

struct Sent {
    figures: Figures,
    peak: f64,
}

async fn announce(portal: &Portal, token: &str, options: &Options) -> Outcome<Sent> {
    let post = async |path: &str, body| call(portal.address, "POST", path, Some(token), body).await;
    let composed = announcement(options.size);
    let draft = post("/api/v1/announcements", Some(&composed)).await?;
    let id = text(&draft, "/id")?.to_owned();
    let began = Instant::now();
    post(&format!("/api/v1/announcements/{id}/send"), None).await?;
    let answered = began.elapsed().as_secs_f64() * 1_000.0;
    let (mut first, mut filled, mut peak) = (None, None, 0.0_f64);
    let mails = u64::try_from(options.mails)?;
    let mut last = (0, 0.0);
    loop {
        let path = format!("/api/v1/announcements/{id}/summary");
        let summary = call(portal.address, "GET", &path, Some(token), None).await?;
        let elapsed = began.elapsed().as_secs_f64();
        let count = |name: &str| summary.get(name).and_then(Value::as_u64).unwrap_or_default();
        peak = peak.max(portal.anonymous()?);
        if first.is_none() && count("sent") > 0 {
            first = Some(elapsed * 1_000.0);
        }
        if filled.is_none() && count("total") >= mails {
            filled = Some(elapsed);
        }
        let ended = count("sent") + count("failed") + count("skipped") + count("cancelled");
        if ended >= mails {
            let figures = Figures {
                rate: f64::from(u32::try_from(count("sent"))?) / elapsed,
                fan_out: f64::from(u32::try_from(mails)?) / filled.unwrap_or(elapsed),
                answered,
                first: first.unwrap_or(f64::NAN),
                memory: (0.0, 0.0),
                read: (0.0, 0.0),
                failed: mails - count("sent"),
            };
            return Ok(Sent { figures, peak });
        }
        if elapsed > last.1 + STUCK.as_secs_f64() {
            return Err(format!("nothing has left for {} s: {summary}", STUCK.as_secs()).into());
        }
        if ended > last.0 {
            last = (ended, elapsed);
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// Reads a page of the directory at a steady pace until stopped: the response times in microseconds, sorted.
fn readers(portal: &Portal, token: &str, stop: watch::Receiver<bool>) -> tokio::task::JoinHandle<Outcome<Vec<u32>>> {
    let (address, page) = (portal.address, request("GET", "/api/v1/contacts?limit=25", Some(token), None));
    tokio::spawn(async move {
        let mut connection = Connection::open(address).await?;
        let mut micros = Vec::new();
        while !*stop.borrow() {
            let asked = Instant::now();
            if connection.exchange(&page).await? != 200 {
                return Err("the directory can't be read".into());
            }
            micros.push(u32::try_from(asked.elapsed().as_micros()).unwrap_or(u32::MAX));
            tokio::time::sleep(READ_EVERY).await;
        }
        micros.sort_unstable();
        Ok(micros)
    })
}

/// An announcement to all contacts with mails of about this many octets: a plain text, which is in both parts.
fn announcement(size: usize) -> Value {
    let line = "The report on smart customs is out, and tells what members tried.\n\n";
    let body = line.repeat(size.saturating_sub(FRAME).div_ceil(2 * line.len()).max(1));
    let variant = |greeting: &str| json!({ "subject": "The report is out", "body_markdown": format!("{greeting} {{{{ name }}}},\n\n{body}") });
    json!({
        "audience": {},
        "default_language": "en",
        "topic": "news",
        "variants": { "en": variant("Dear"), "fr": variant("Cher / chère") },
    })
}

/// Creates keys in a folder; returns the value of `mail.dkim_keys`.
fn make_keys(folder: &Path, signing: Signing) -> Outcome<String> {
    let mut keys = Vec::new();
    if matches!(signing, Signing::Rsa | Signing::Both) {
        let pair = RsaKeyPair::generate(KeySize::Rsa2048)?;
        keys.push(write_key(folder, "rsa", pair.as_der()?.as_ref())?);
    }
    if matches!(signing, Signing::Ed25519 | Signing::Both) {
        let pair = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new())?;
        keys.push(write_key(folder, "ed25519", pair.as_ref())?);
    }
    Ok(keys.join(","))
}

fn write_key(folder: &Path, name: &str, der: &[u8]) -> Outcome<String> {
    let path = folder.join(format!("{name}.pem"));
    std::fs::write(
        &path,
        format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", STANDARD.encode(der)),
    )?;
    Ok(format!("{name}={}", path.display()))
}

/// Prints the results.
pub fn show(options: &Options, figures: &Figures) {
    head(&format!("{} mails of {} octets", whole(count(options.mails)), whole(count(options.size))));
    let signed = format!("signed by {:?}", options.signing).to_lowercase();
    let through = format!("{} connections, {signed}", options.connections);
    let rate = &Goal::AtLeast(2_000.0, "/s");
    row("goal 1: mails a second, end to end", &whole(figures.rate), &through, figures.rate, rate);
    let filled = format!("{}/s", whole(figures.fan_out));
    row("goal 6: written into the outbox", &filled, "", figures.fan_out, &Goal::None);
    let answered = format!("{:.0} ms", figures.answered);
    row("goal 6: the request was answered after", &answered, "", figures.answered, &Goal::AtMost(300.0, " ms"));
    row(
        "goal 7: the first mail left after",
        &format!("{:.0} ms", figures.first),
        "",
        figures.first,
        &Goal::AtMost(2_000.0, " ms"),
    );
    let (rest, peak) = figures.memory;
    row(
        "goal 4: memory above that at rest",
        &format!("{:.0} MB", peak - rest),
        &format!("{rest:.0} MB at rest"),
        peak - rest,
        &Goal::AtMost(150.0, " MB"),
    );
    let (idle, busy) = figures.read;
    let times = format!("p99 {busy:.1} ms");
    row(
        "goal 5: a page of the directory",
        &times,
        &format!("p99 {idle:.1} ms at rest"),
        busy / idle,
        &Goal::AtMost(2.0, " ×"),
    );
    let failed = figures.failed;
    row(
        "mails that did not leave",
        &failed.to_string(),
        "",
        f64::from(u32::try_from(failed).unwrap_or(u32::MAX)),
        &Goal::AtMost(0.0, ""),
    );
}

fn count(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}
