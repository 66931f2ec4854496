//! People who read the directory during a flood: two kinds of request at a slow pace, so that the measurement is how
//! long one of them waits and not the maximum rate.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval, timeout};

use super::client::{Answer, apart, send, stranger};
use super::figures::sorted;
use portal::bench::Outcome;
use portal::bench::client::{Connection, request};

const PAGE: &str = "/api/v1/contacts?limit=25";
/// Connections of each kind.
const EACH: usize = 2;
/// From one request of a connection to its next.
const PACE: Duration = Duration::from_millis(20);
/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// Who reads.
#[derive(Clone)]
pub struct Readers {
    /// The address of the portal.
    pub address: SocketAddr,
    /// The token of the reader.
    pub token: String,
    /// The ids of contacts.
    pub ids: Arc<[String]>,
    /// For how long.
    pub time: Duration,
}

/// How long they waited, in microseconds, in order.
pub struct Waits {
    /// For a page of 25.
    pub page: Vec<u32>,
    /// For one contact.
    pub contact: Vec<u32>,
    /// Answers other than 200.
    pub failures: u32,
}

impl Readers {
    /// Reads.
    pub async fn run(&self) -> Outcome<Waits> {
        let readers = self.clone();
        apart("readers", || readers.read()).await
    }

    async fn read(self) -> Outcome<Waits> {
        let (mut pages, mut contacts) = (JoinSet::new(), JoinSet::new());
        let page: Arc<[String]> = Arc::new([PAGE.to_owned()]);
        let single: Arc<[String]> = self.ids.iter().map(|id| format!("/api/v1/contacts/{id}")).collect();
        for number in 0..EACH {
            pages.spawn(self.clone().reader(Arc::clone(&page), 0));
            contacts.spawn(self.clone().reader(Arc::clone(&single), number * single.len() / EACH));
        }
        let (mut failures, mut waits) = (0, [Vec::new(), Vec::new()]);
        for (readers, waits) in [pages, contacts].iter_mut().zip(&mut waits) {
            while let Some(reader) = readers.join_next().await {
                for answer in reader?? {
                    failures += u32::from(answer.status != 200);
                    waits.push(answer.micros);
                }
            }
        }
        let [page, contact] = waits.map(sorted);
        Ok(Waits { page, contact, failures })
    }

    /// One connection, from the path at `first` on.
    async fn reader(self, paths: Arc<[String]>, first: usize) -> Outcome<Vec<Answer>> {
        let mut connection = Connection::open(self.address).await?;
        let (mut answers, started, mut pace) = (Vec::new(), Instant::now(), interval(PACE));
        pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
        for path in paths.iter().cycle().skip(first) {
            pace.tick().await;
            if started.elapsed() >= self.time {
                break;
            }
            let request = request("GET", path, Some(&self.token), None);
            answers.push(timeout(PATIENCE, send(&mut connection, stranger(), &request)).await??);
        }
        Ok(answers)
    }
}
