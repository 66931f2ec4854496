//! A long line: answers of the receiver arrive later, however many are in transit.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use portal::bench::Outcome;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::Instant;

/// A line to a receiver. Dropping it ends it.
pub struct Line {
    /// Its near end.
    pub address: SocketAddr,
    task: JoinHandle<()>,
}

impl Line {
    /// Lays a line whose answers are late by `delay`.
    pub async fn start(receiver: SocketAddr, delay: Duration) -> Outcome<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let task = tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                tokio::spawn(carry(near, receiver, delay));
            }
        });
        Ok(Self { address, task })
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn carry(near: TcpStream, receiver: SocketAddr, delay: Duration) {
    let Ok(far) = TcpStream::connect(receiver).await else { return };
    // A connection that breaks is its ends' affair.
    let _ = (near.set_nodelay(true), far.set_nodelay(true));
    let ((mut near_in, near_out), (far_in, mut far_out)) = (near.into_split(), far.into_split());
    tokio::spawn(late(far_in, near_out, delay));
    let _ = tokio::io::copy(&mut near_in, &mut far_out).await;
}

async fn late(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, delay: Duration) {
    let (send, mut receive) = mpsc::channel::<(Instant, Vec<u8>)>(1_024);
    tokio::spawn(async move {
        while let Some((at, bytes)) = receive.recv().await {
            tokio::time::sleep_until(at).await;
            if to.write_all(&bytes).await.is_err() {
                return;
            }
        }
    });
    let mut buffer = vec![0; 4_096];
    while let Ok(read @ 1..) = from.read(&mut buffer).await {
        let bytes = buffer.get(..read).unwrap_or_default().to_vec();
        if send.send((Instant::now() + delay, bytes)).await.is_err() {
            return;
        }
    }
}
