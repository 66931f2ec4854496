//! An attacker who wants to know which addresses have an account, and measures times: one request at a time over one
//! connection, for addresses with and without an account in random order.

use std::net::SocketAddr;
use std::time::Duration;

use rand::SeedableRng as _;
use rand::rngs::StdRng;
use rand::seq::SliceRandom as _;
use tokio::time::timeout;

use super::client::{Answer, apart, send, stranger};
use super::storm::Target;
use portal::bench::Outcome;
use portal::bench::client::Connection;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// Asks about each of these; `request` makes the bytes. Each request comes from another address.
pub async fn ask(
    address: SocketAddr,
    mut targets: Vec<Target>,
    request: impl Fn(&str) -> Vec<u8> + Send + 'static,
) -> Outcome<Vec<(bool, Answer)>> {
    // The same order at each run.
    targets.shuffle(&mut StdRng::seed_from_u64(2_024));
    apart("oracle", move || async move {
        let (mut connection, mut answers) = (Connection::open(address).await?, Vec::with_capacity(targets.len()));
        for target in &targets {
            let request = request(&target.email);
            let answer = timeout(PATIENCE, send(&mut connection, stranger(), &request)).await??;
            answers.push((target.known, answer));
        }
        Ok(answers)
    })
    .await
}
