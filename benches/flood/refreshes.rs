//! Concurrent sessions that are refreshed as fast as possible; within a session one refresh follows the other, since
//! each needs the token that the last one answered.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::client::{apart, send, stranger};
use super::site::Session;
use portal::bench::Outcome;
use portal::bench::administrator::text;
use portal::bench::client::{Connection, request};

/// Refreshes all of these; returns how many refreshes a second that were.
pub async fn refresh(address: SocketAddr, sessions: Vec<Session>, time: Duration) -> Outcome<f64> {
    apart("refreshes", move || async move {
        let (mut chains, started, mut count) = (JoinSet::new(), Instant::now(), 0);
        for session in sessions {
            chains.spawn(chain(address, session.refresh, started + time));
        }
        while let Some(chain) = chains.join_next().await {
            count += chain??;
        }
        Ok(f64::from(count) / started.elapsed().as_secs_f64())
    })
    .await
}

async fn chain(address: SocketAddr, mut token: String, end: Instant) -> Outcome<u32> {
    let (mut connection, mut count) = (Connection::open(address).await?, 0);
    while Instant::now() < end {
        let request = request("POST", "/api/v1/auth/refresh", None, Some(&json!({ "refresh_token": token })));
        send(&mut connection, stranger(), &request).await?;
        let tokens: Value = serde_json::from_slice(connection.body())?;
        text(&tokens, "/refresh_token")?.clone_into(&mut token);
        count += 1;
    }
    Ok(count)
}
