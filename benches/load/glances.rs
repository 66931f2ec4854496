//! People who open a page now and then, so that the measurement is how long they wait and not how much the portal
//! carries: a few connections, each with a pause after every answer, on a thread of their own.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use portal::bench::Outcome;
use portal::bench::client::Connection;
use portal::bench::figures::percentile;
use tokio::runtime;
use tokio::task::JoinSet;
use tokio::time::timeout;

/// Connections at once.
const READERS: usize = 4;
/// The pause after an answer.
const PAUSE: Duration = Duration::from_millis(10);
/// The longest time until an answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// Readers who send requests until [`Glances::end`].
pub struct Glances {
    is_over: Arc<AtomicBool>,
    thread: JoinHandle<Outcome<Waits>>,
}

/// How long they waited.
pub struct Waits {
    /// The median, in milliseconds.
    pub p50: f64,
    /// The 99th percentile.
    pub p99: f64,
    /// The number of answers.
    pub answers: u32,
    /// Those among them that were no success.
    pub failures: u32,
}

impl Glances {
    /// Begins to send this request.
    pub fn begin(address: SocketAddr, request: Vec<u8>) -> Outcome<Self> {
        let is_over = Arc::new(AtomicBool::new(false));
        let (over, request) = (Arc::clone(&is_over), Arc::<[u8]>::from(request));
        let thread = std::thread::Builder::new().name("glances".to_owned()).spawn(move || {
            runtime::Builder::new_current_thread().enable_all().build()?.block_on(read(address, &request, &over))
        })?;
        Ok(Self { is_over, thread })
    }

    /// Ends; fails if a request had no answer.
    pub fn end(self) -> Outcome<Waits> {
        self.is_over.store(true, Ordering::SeqCst);
        self.thread.join().map_err(|_panic| "a reader panicked")?
    }
}

async fn read(address: SocketAddr, request: &Arc<[u8]>, is_over: &Arc<AtomicBool>) -> Outcome<Waits> {
    let mut readers = JoinSet::new();
    for _ in 0..READERS {
        readers.spawn(reader(address, Arc::clone(request), Arc::clone(is_over)));
    }
    let (mut micros, mut failures) = (Vec::new(), 0);
    while let Some(reader) = readers.join_next().await {
        let (times, failed) = reader??;
        micros.extend(times);
        failures += failed;
    }
    micros.sort_unstable();
    let answers = u32::try_from(micros.len())?;
    Ok(Waits { p50: percentile(&micros, 50), p99: percentile(&micros, 99), answers, failures })
}

/// One connection: the response times in microseconds, and the number of failures.
async fn reader(address: SocketAddr, request: Arc<[u8]>, is_over: Arc<AtomicBool>) -> Outcome<(Vec<u32>, u32)> {
    let mut connection = Connection::open(address).await?;
    let (mut micros, mut failures) = (Vec::new(), 0);
    while !is_over.load(Ordering::SeqCst) {
        let sent = Instant::now();
        let status = timeout(PATIENCE, connection.exchange(&request)).await??;
        micros.push(u32::try_from(sent.elapsed().as_micros())?);
        failures += u32::from(!(200..300).contains(&status));
        tokio::time::sleep(PAUSE).await;
    }
    Ok((micros, failures))
}
