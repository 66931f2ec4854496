//! The flood itself: connections that log in again and again, each time from another address and to another account.
//!
//! Every other login is to an existing account; all have the wrong password. It ends when its time or its addresses are
//! used up: then the connections are dropped, answered or not, as an attacker would. If it measures throughput, the
//! last answers are waited for.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::task::JoinSet;
use tokio::time::{sleep_until, timeout_at};

use super::client::{Answer, apart, login_of, send, stranger};
use super::figures::number;
use portal::bench::Outcome;
use portal::bench::client::Connection;

/// A login to be tried.
#[derive(Clone)]
pub struct Target {
    /// The address.
    pub email: String,
    /// Whether there is such an account.
    pub known: bool,
}

/// Targets that are used up one after the other, shared by all clones.
pub struct Supply {
    targets: Vec<Target>,
    tries: usize,
    next: AtomicUsize,
}

impl Supply {
    /// A supply of these targets, each repeated so many times.
    pub fn new(targets: Vec<Target>, tries: usize) -> Arc<Self> {
        Arc::new(Self { targets, tries, next: AtomicUsize::new(0) })
    }

    fn take(&self) -> Option<&Target> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        self.targets.get(number % self.targets.len()).filter(|_| number < self.tries * self.targets.len())
    }
}

/// A flood.
#[derive(Clone)]
pub struct Storm {
    /// The address of the portal.
    pub address: SocketAddr,
    /// Connections.
    pub connections: usize,
    /// The shortest time from one request of a connection to its next; none for as fast as answers come.
    pub every: Duration,
    /// For how long.
    pub time: Duration,
    /// How long the last answers are waited for after that.
    pub patience: Duration,
    /// Whose logins.
    pub supply: Arc<Supply>,
    /// The password that is tried.
    pub password: &'static str,
}

/// The result of a flood.
#[derive(Default)]
pub struct Aftermath {
    /// Each answer, and whether the account exists.
    pub answers: Vec<(bool, Answer)>,
    /// Connections that broke, or an answer that was none.
    pub broken: u32,
    /// Requests whose answers were not awaited.
    pub dropped: u32,
    /// How long it was.
    pub seconds: f64,
}

impl Aftermath {
    /// How many answers have this status.
    pub fn count(&self, status: u16) -> f64 {
        number(self.answers.iter().filter(|(_, answer)| answer.status == status).count())
    }

    /// Requests a second.
    pub fn offered(&self) -> f64 {
        (number(self.answers.len()) + f64::from(self.broken + self.dropped)) / self.seconds
    }
}

impl Storm {
    /// Floods.
    pub async fn run(&self) -> Outcome<Aftermath> {
        let storm = self.clone();
        apart("storm", || storm.blow()).await
    }

    async fn blow(self) -> Outcome<Aftermath> {
        let mut clients = JoinSet::new();
        let started = Instant::now();
        for number in 0..self.connections {
            // Spread over the first interval, so that they don't come in waves.
            let begin = started + self.every * u32::try_from(number)? / u32::try_from(self.connections)?;
            clients.spawn(self.clone().client(begin, started));
        }
        let mut aftermath = Aftermath::default();
        while let Some(client) = clients.join_next().await {
            let of_one = client?;
            aftermath.answers.extend(of_one.answers);
            aftermath.broken += of_one.broken;
            aftermath.dropped += of_one.dropped;
        }
        aftermath.seconds = started.elapsed().as_secs_f64();
        Ok(aftermath)
    }

    async fn client(self, begin: Instant, started: Instant) -> Aftermath {
        let (mut aftermath, mut connection, mut due) = (Aftermath::default(), None, begin);
        let (end, gone) = (started + self.time, started + self.time + self.patience);
        while due < end {
            sleep_until(due.into()).await;
            let Some(target) = self.supply.take() else { break };
            let request = login_of(&target.email, self.password);
            due = Instant::now() + self.every;
            match timeout_at(gone.into(), self.once(&mut connection, &request)).await {
                Ok(Ok(answer)) => aftermath.answers.push((target.known, answer)),
                Ok(Err(_broken)) => {
                    connection = None;
                    aftermath.broken += 1;
                }
                Err(_gone) => {
                    aftermath.dropped += 1;
                    break;
                }
            }
            due = due.max(Instant::now());
        }
        aftermath
    }

    async fn once(&self, connection: &mut Option<Connection>, request: &[u8]) -> Outcome<Answer> {
        let open = match connection.take() {
            Some(open) => open,
            None => Connection::open(self.address).await?,
        };
        send(connection.insert(open), stranger(), request).await
    }
}
