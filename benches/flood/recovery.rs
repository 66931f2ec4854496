//! People with the right password, during and after a flood.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::time::{sleep, timeout};

use super::client::{Answer, apart, login_of, send, stranger};
use portal::bench::Outcome;
use portal::bench::administrator::PASSWORD;
use portal::bench::client::Connection;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long after a flood the end of its effects is awaited.
pub const AFTER: Duration = Duration::from_secs(15);
/// Logins in a row that go well, before the flood is called overcome.
const RUN: usize = 5;
/// How much longer than usual such a login may take.
const SLOWER: f64 = 4.0;
/// From one try of the member who does not give up to the next: during the flood, and after.
const RETRY: [Duration; 2] = [Duration::from_secs(1), Duration::from_millis(250)];

/// A member who tried to log in all the time.
pub struct Persistent {
    /// Tries while the flood went on.
    pub tries: u32,
    /// Those that went well.
    pub successes: u32,
    /// Those that were answered 429: the throttle took the tries for failures.
    pub throttled: u32,
    /// Seconds from the end of the flood to the first login that went well; none where it took too long.
    pub back_after: Option<f64>,
}

/// Logs in from one place again and again, until it succeeds after `end`.
pub async fn persist(address: SocketAddr, email: String, end: Instant) -> Outcome<Persistent> {
    apart("persistent", move || async move {
        let (mut met, request, from) = (
            Persistent { tries: 0, successes: 0, throttled: 0, back_after: None },
            login_of(&email, PASSWORD),
            stranger(),
        );
        let mut connection = Connection::open(address).await?;
        while Instant::now() < end + AFTER {
            let began = Instant::now();
            let answer = timeout(PATIENCE, send(&mut connection, from, &request)).await??;
            if began < end {
                met.tries += 1;
                met.successes += u32::from(answer.status == 200);
                met.throttled += u32::from(answer.status == 429);
            } else if answer.status == 200 {
                met.back_after = Some(end.elapsed().as_secs_f64());
                break;
            }
            let [during, after] = RETRY;
            sleep(if began < end { during } else { after }).await;
        }
        Ok(met)
    })
    .await
}

/// Logs others in, each once and from another place, until a run of them is as fast as usual; returns the seconds from
/// now to the beginning of that run, or none if it takes too long.
pub async fn recover(address: SocketAddr, members: Vec<String>, usual_millis: f64) -> Outcome<Option<f64>> {
    apart("recovery", move || async move {
        let (started, mut good, mut since) = (Instant::now(), 0, None);
        let mut connection = Connection::open(address).await?;
        let goes_well =
            |answer: Answer| answer.status == 200 && f64::from(answer.micros) / 1_000.0 <= SLOWER * usual_millis;
        for email in members.iter().cycle() {
            let began = started.elapsed();
            if began > AFTER {
                break;
            }
            let request = login_of(email, PASSWORD);
            if goes_well(timeout(PATIENCE, send(&mut connection, stranger(), &request)).await??) {
                good += 1;
                since = since.or(Some(began.as_secs_f64()));
            } else {
                (good, since) = (0, None);
            }
            if good == RUN {
                return Ok(since);
            }
        }
        Ok(None)
    })
    .await
}
