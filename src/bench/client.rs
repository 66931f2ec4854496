//! A lean HTTP/1.1 client: it sends prepared bytes and reads whole answers, so that the bench measures the server.

use std::net::SocketAddr;
use std::ops::Range;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::runtime;
use tokio::sync::oneshot;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::Outcome;
use super::figures::percentile;

/// The longest time of a call, or of the last answer of a load.
const PATIENCE: Duration = Duration::from_mins(1);

/// A connection that is kept open.
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
    head: Range<usize>,
    body: Range<usize>,
}

impl Connection {
    /// Connects.
    pub async fn open(address: SocketAddr) -> Outcome<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(64 * 1024), head: 0..0, body: 0..0 })
    }

    /// Sends a whole request and reads the whole answer; returns its status.
    pub async fn exchange(&mut self, request: &[u8]) -> Outcome<u16> {
        self.stream.write_all(request).await?;
        self.buffer.clear();
        let head = loop {
            self.read().await?;
            if let Some(end) = self.buffer.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
                break end + 4;
            }
        };
        self.head = 0..head;
        let (status, length) = read_head(self.head())?;
        self.body = head..head + length;
        while self.buffer.len() < self.body.end {
            self.read().await?;
        }
        Ok(status)
    }

    /// The status line and the headers of the last answer.
    pub fn head(&self) -> &[u8] {
        self.buffer.get(self.head.clone()).unwrap_or_default()
    }

    /// The body of the last answer.
    pub fn body(&self) -> &[u8] {
        self.buffer.get(self.body.clone()).unwrap_or_default()
    }

    async fn read(&mut self) -> Outcome<()> {
        match self.stream.read_buf(&mut self.buffer).await? {
            0 => Err("the server closed the connection".into()),
            _ => Ok(()),
        }
    }
}

/// The status and the length of the body.
fn read_head(head: &[u8]) -> Outcome<(u16, usize)> {
    let head = std::str::from_utf8(head)?;
    let mut lines = head.split("\r\n");
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).ok_or("no status line")?.parse()?;
    if status == 304 {
        // It has no body, whatever its headers say.
        return Ok((status, 0));
    }
    let length = lines
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .ok_or("an answer without Content-Length")?
        .1;
    Ok((status, length.trim().parse()?))
}

/// The bytes of a request.
pub fn request(method: &str, path: &str, token: Option<&str>, body: Option<&Value>) -> Vec<u8> {
    let authorization = token.map(|token| format!("authorization: Bearer {token}\r\n")).unwrap_or_default();
    let body = body.map(Value::to_string).unwrap_or_default();
    format!(
        "{method} {path} HTTP/1.1\r\nhost: localhost\r\n{authorization}content-type: application/json\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// The bytes of a browser's request to read something, with the cookie of its session.
#[must_use]
pub fn browser_request(path: &str, accept: &str, cookie: &str) -> Vec<u8> {
    format!(
        "GET {path} HTTP/1.1\r\nhost: localhost\r\naccept: {accept}\r\naccept-language: en\r\ncookie: {cookie}\r\n\r\n"
    )
    .into_bytes()
}

/// One request on a connection of its own; the answer must be a success with JSON.
pub async fn call(
    address: SocketAddr,
    method: &str,
    path: &str,
    token: Option<&str>,
    body: Option<&Value>,
) -> Outcome<Value> {
    let request = request(method, path, token, body);
    timeout(PATIENCE, async move {
        let mut connection = Connection::open(address).await?;
        match connection.exchange(&request).await? {
            200..=299 => Ok(serde_json::from_slice(connection.body())?),
            status => Err(format!("{method} {path}: {status} {}", String::from_utf8_lossy(connection.body())).into()),
        }
    })
    .await?
}

/// A load.
#[derive(Clone)]
pub struct Load {
    /// The address of the server.
    pub address: SocketAddr,
    /// Connections, each of which sends its next request after the answer to the last.
    pub connections: usize,
    /// How long requests are started.
    pub time: Duration,
    /// The requests, sent in turn; each connection begins at another one.
    pub requests: Arc<[Vec<u8>]>,
}

/// The result of a load.
pub struct Sample {
    /// Answers a second.
    pub rate: f64,
    /// The median response time, in milliseconds.
    pub p50: f64,
    /// The 99th percentile of the response time.
    pub p99: f64,
    /// The number of answers.
    pub answers: u32,
    /// The number of failures among them.
    pub failures: u32,
}

impl Load {
    /// Runs the load on a thread of its own.
    pub async fn run(&self) -> Outcome<Sample> {
        let (reply, sample) = oneshot::channel();
        let load = self.clone();
        std::thread::Builder::new().name("clients".to_owned()).spawn(move || {
            let outcome = runtime::Builder::new_current_thread().enable_all().build();
            // The receiver is gone if the bench was interrupted.
            let _ = reply.send(outcome.map_err(Into::into).and_then(|runtime| runtime.block_on(load.measure())));
        })?;
        sample.await?
    }

    async fn measure(self) -> Outcome<Sample> {
        let mut clients = JoinSet::new();
        let started = Instant::now();
        for number in 0..self.connections {
            clients.spawn(timeout(self.time + PATIENCE, self.clone().client(number, started)));
        }
        let (mut micros, mut failures) = (Vec::new(), 0);
        while let Some(client) = clients.join_next().await {
            let (times, failed) = client???;
            micros.extend(times);
            failures += failed;
        }
        let seconds = started.elapsed().as_secs_f64();
        let answers = u32::try_from(micros.len())?;
        micros.sort_unstable();
        Ok(Sample {
            rate: f64::from(answers) / seconds,
            p50: percentile(&micros, 50),
            p99: percentile(&micros, 99),
            answers,
            failures,
        })
    }

    /// One connection: the response times in microseconds, and the number of failures.
    async fn client(self, number: usize, started: Instant) -> Outcome<(Vec<u32>, u32)> {
        let mut connection = Connection::open(self.address).await?;
        let (mut micros, mut failures) = (Vec::with_capacity(100_000), 0);
        let first = number * self.requests.len() / self.connections;
        for request in self.requests.iter().cycle().skip(first) {
            let sent = Instant::now();
            if sent.duration_since(started) >= self.time {
                break;
            }
            let status = connection.exchange(request).await?;
            micros.push(u32::try_from(sent.elapsed().as_micros()).unwrap_or(u32::MAX));
            failures += u32::from(!(200..300).contains(&status));
        }
        Ok((micros, failures))
    }
}
