//! Strangers who send bodies: made-up credentials, each request from another network, in every way in which HTTP lets one
//! send. Some are paced, each on a connection of its own; some are slow, and send an octet now and then.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::task::JoinSet;
use tokio::time::{interval, sleep_until, timeout};

use super::client::{apart, stranger};
use super::doors::Door;
use super::figures::number;
use portal::bench::Outcome;

/// How often a slow client makes a request, at most.
const SLOW_EVERY: Duration = Duration::from_secs(1);
/// How long an answer is waited for: longer than a body may take to come.
const PATIENCE: Duration = Duration::from_secs(20);
/// From one octet of a slow one to the next.
const DRIP: Duration = Duration::from_millis(500);
/// A piece of a body from a slow stranger.
const DROPS: &[u8] = &[b' '; 4_096];
/// Octets of a chunk.
const CHUNK: usize = 16_384;

/// A flood of bodies.
#[derive(Clone)]
pub struct Strangers {
    /// Address of the portal.
    pub address: SocketAddr,
    /// Where they knock.
    pub doors: Arc<[Door]>,
    /// Connections at once, of those who are paced and of those who are slow.
    pub connections: [usize; 2],
    /// Requests a second, of all who are paced.
    pub rate: f64,
    /// For how long.
    pub time: Duration,
}

/// The results.
#[derive(Default)]
pub struct Met {
    /// How often each status was answered to those who were paced, and to those who were slow.
    pub answers: [BTreeMap<u16, u32>; 2],
    /// Connections that ended without an answer.
    pub broken: u32,
    /// Octets that were sent or could have been.
    pub octets: usize,
    /// How long it was.
    pub seconds: f64,
}

/// How a body is sent.
#[derive(Clone, Copy)]
enum Transfer {
    /// Its length first.
    Whole,
    /// In chunks.
    Chunked,
    /// More is declared than comes.
    Short,
    /// Less is declared than comes.
    Long,
}

impl Strangers {
    /// Floods.
    pub async fn run(&self) -> Outcome<Met> {
        let strangers = self.clone();
        apart("strangers", || strangers.knock()).await
    }

    async fn knock(self) -> Outcome<Met> {
        let (mut clients, next, started) = (JoinSet::new(), Arc::new(AtomicUsize::new(0)), Instant::now());
        let [paced, slow] = self.connections;
        let every = Duration::from_secs_f64(number(paced) / self.rate);
        for client in 0..paced {
            let begin = started + every * u32::try_from(client)? / u32::try_from(paced)?;
            clients.spawn(self.clone().paced(Arc::clone(&next), begin, every, started + self.time));
        }
        for client in 0..slow {
            clients.spawn(self.clone().slow(client, started + self.time));
        }
        let mut met = Met::default();
        while let Some(client) = clients.join_next().await {
            met.add(client?);
        }
        met.seconds = started.elapsed().as_secs_f64();
        Ok(met)
    }

    async fn paced(self, next: Arc<AtomicUsize>, mut due: Instant, every: Duration, end: Instant) -> Met {
        let mut met = Met::default();
        while due < end {
            sleep_until(due.into()).await;
            due = (due + every).max(Instant::now());
            let count = next.fetch_add(1, Ordering::Relaxed);
            let Some((door, body)) = self.request(count) else { break };
            met.octets += body.len();
            let answered =
                timeout(PATIENCE, send(self.address, door, &body, transfer(count), &credentials(count))).await;
            met.note(0, answered.unwrap_or_else(|_elapsed| Err("no answer in time".into())));
        }
        met
    }

    /// A door and a body: every door in turn, and with each turn the next of its bodies.
    fn request(&self, count: usize) -> Option<(&Door, Arc<[u8]>)> {
        let door = self.doors.get(count % self.doors.len())?;
        let body = door.bodies.get((count / self.doors.len()) % door.bodies.len())?;
        Some((door, Arc::clone(body)))
    }

    async fn slow(self, client: usize, end: Instant) -> Met {
        let mut met = Met::default();
        let mut count = client;
        while Instant::now() < end {
            let Some((door, _)) = self.request(count) else { break };
            // One that is answered before it has sent its body is not to come back at full speed.
            let next = tokio::time::Instant::now() + SLOW_EVERY;
            let credentials = credentials(count);
            let dripping = drip(self.address, door, &credentials, client.is_multiple_of(4));
            match tokio::time::timeout_at(end.into(), dripping).await {
                Ok(answered) => met.note(1, answered),
                Err(_end) => break,
            }
            count += self.connections.iter().sum::<usize>();
            sleep_until(next.min(end.into())).await;
        }
        met
    }
}

impl Met {
    fn note(&mut self, kind: usize, answered: Outcome<u16>) {
        match (answered, self.answers.get_mut(kind)) {
            (Ok(status), Some(answers)) => *answers.entry(status).or_default() += 1,
            _ => self.broken += 1,
        }
    }

    fn add(&mut self, other: Self) {
        for (mine, theirs) in self.answers.iter_mut().zip(other.answers) {
            for (status, count) in theirs {
                *mine.entry(status).or_default() += count;
            }
        }
        self.broken += other.broken;
        self.octets += other.octets;
    }

    /// Requests of those who were paced.
    pub fn requests(&self) -> f64 {
        let [paced, _] = &self.answers;
        f64::from(paced.values().sum::<u32>() + self.broken)
    }
}

fn transfer(count: usize) -> Transfer {
    // Most as bodies usually come. The numbers of ways, credentials and doors share no factor, so that all meet all.
    match count % 7 {
        0 => Transfer::Chunked,
        1 => Transfer::Short,
        2 => Transfer::Long,
        _ => Transfer::Whole,
    }
}

/// Forged credentials, one kind after the other.
fn credentials(count: usize) -> String {
    match count % 5 {
        0 => String::new(),
        1 => "authorization: Bearer eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJhIn0.AAAA\r\n".to_owned(),
        2 => format!("authorization: Bearer portal_pat_{}\r\n", "a".repeat(43)),
        3 => format!(
            "authorization: Basic {}\r\n",
            STANDARD.encode(format!("a{count}@x.example:portal_pat_{}", "a".repeat(43)))
        ),
        _ => format!("cookie: __Host-session={}\r\n", "a".repeat(43)),
    }
}

fn head(door: &Door, credentials: &str, length: &str) -> Vec<u8> {
    format!(
        "{} HTTP/1.1\r\nhost: localhost\r\nx-forwarded-for: {}\r\ncontent-type: {}\r\n{credentials}{length}\r\n\r\n",
        door.line,
        stranger(),
        door.media_type
    )
    .into_bytes()
}

/// Sends a request on a new connection; returns the status of the answer, which may come before the body is sent.
async fn send(address: SocketAddr, door: &Door, body: &[u8], transfer: Transfer, credentials: &str) -> Outcome<u16> {
    let length = match transfer {
        Transfer::Whole => format!("content-length: {}", body.len()),
        Transfer::Chunked => "transfer-encoding: chunked".to_owned(),
        Transfer::Short => format!("content-length: {}", 2 * body.len()),
        Transfer::Long => format!("content-length: {}", body.len() / 2),
    };
    let head = head(door, credentials, &length);
    let (mut from, mut to) = TcpStream::connect(address).await?.into_split();
    let mut said = Vec::new();
    let writing = write(&mut to, &head, body, transfer);
    tokio::pin!(writing);
    // An answer during the transfer ends it; so does a closed connection.
    tokio::select! {
        answered = status(&mut from, &mut said) => return answered,
        _sent = &mut writing => {}
    }
    status(&mut from, &mut said).await
}

async fn write(to: &mut OwnedWriteHalf, head: &[u8], body: &[u8], transfer: Transfer) -> std::io::Result<()> {
    to.write_all(head).await?;
    for chunk in body.chunks(CHUNK) {
        if let Transfer::Chunked = transfer {
            to.write_all(format!("{:x}\r\n", chunk.len()).as_bytes()).await?;
            to.write_all(chunk).await?;
            to.write_all(b"\r\n").await?;
        } else {
            to.write_all(chunk).await?;
        }
    }
    match transfer {
        Transfer::Chunked => to.write_all(b"0\r\n\r\n").await,
        Transfer::Short => to.shutdown().await,
        Transfer::Whole | Transfer::Long => Ok(()),
    }
}

/// Sends an octet now and then, of the head or of the body, until it is answered.
async fn drip(address: SocketAddr, door: &Door, credentials: &str, in_head: bool) -> Outcome<u16> {
    let head = head(door, credentials, "content-length: 60000");
    let (mut from, mut to) = TcpStream::connect(address).await?.into_split();
    let (whole, drops) = if in_head { head.split_at(16) } else { (head.as_slice(), DROPS) };
    let dripping = async {
        to.write_all(whole).await?;
        let mut drip = interval(DRIP);
        for octet in drops {
            drip.tick().await;
            to.write_all(&[*octet]).await?;
        }
        std::io::Result::Ok(())
    };
    tokio::pin!(dripping);
    let mut said = Vec::new();
    tokio::select! {
        answered = status(&mut from, &mut said) => return answered,
        _sent = &mut dripping => {}
    }
    status(&mut from, &mut said).await
}

/// The status of the answer; `said` keeps the received bytes.
async fn status(from: &mut OwnedReadHalf, said: &mut Vec<u8>) -> Outcome<u16> {
    loop {
        if let Some(end) = said.iter().position(|&octet| octet == b'\r') {
            let line = String::from_utf8_lossy(said.get(..end).unwrap_or_default()).into_owned();
            return Ok(line.split(' ').nth(1).ok_or("no status")?.parse()?);
        }
        if from.read_buf(said).await? == 0 {
            return Err("the connection was closed".into());
        }
    }
}
