//! Requests as a proxy forwards them, and what is kept of an answer.

use std::net::Ipv4Addr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant;

use serde_json::json;
use tokio::runtime;
use tokio::sync::oneshot;

use portal::bench::Outcome;
use portal::bench::client::{Connection, request};

/// The address of the next client.
static STRANGERS: AtomicU32 = AtomicU32::new(0x0A00_0001);

/// The recorded parts of an answer.
#[derive(Clone, Copy)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Whether it says when to try again.
    pub says_when: bool,
    /// The time it took, in microseconds.
    pub micros: u32,
}

impl Answer {
    /// Whether it is a refusal for lack of capacity, independent of the password.
    pub fn is_surplus(self) -> bool {
        self.status == 429 || self.status == 503
    }
}

/// An address in a network (/24) that no client of this bench had before.
pub fn stranger() -> Ipv4Addr {
    Ipv4Addr::from_bits(STRANGERS.fetch_add(256, Ordering::Relaxed))
}

/// A login.
pub fn login_of(email: &str, password: &str) -> Vec<u8> {
    request("POST", "/api/v1/auth/login", None, Some(&json!({ "email": email, "password": password })))
}

/// Sends a request in the name of a client at `from`: a proxy's line is put in after the first.
pub async fn send(connection: &mut Connection, from: Ipv4Addr, request: &[u8]) -> Outcome<Answer> {
    let first = request.iter().position(|&byte| byte == b'\n').map_or(0, |end| end + 1);
    let (line, rest) = request.split_at(first);
    let forwarded = format!("x-forwarded-for: {from}\r\n");
    let began = Instant::now();
    let status = connection.exchange(&[line, forwarded.as_bytes(), rest].concat()).await?;
    let micros = u32::try_from(began.elapsed().as_micros()).unwrap_or(u32::MAX);
    let head = String::from_utf8_lossy(connection.head()).to_ascii_lowercase();
    Ok(Answer { status, says_when: head.contains("\r\nretry-after:"), micros })
}

/// Runs work on a thread of its own, so that its measurements do not wait for the rest of the bench.
pub async fn apart<T, F>(name: &str, work: impl FnOnce() -> F + Send + 'static) -> Outcome<T>
where
    T: Send + 'static,
    F: Future<Output = Outcome<T>>,
{
    let (reply, answer) = oneshot::channel();
    std::thread::Builder::new().name(name.to_owned()).spawn(move || {
        let runtime = runtime::Builder::new_current_thread().enable_all().build();
        // No one waits for the reply if the bench was interrupted.
        let _ = reply.send(runtime.map_err(Into::into).and_then(|runtime| runtime.block_on(work())));
    })?;
    answer.await?
}
