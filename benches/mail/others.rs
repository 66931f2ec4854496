//! Postfix's receiver, and the other programs that send to it.

use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use lettre::message::MultiPart;
use lettre::transport::smtp::PoolConfig;
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};
use portal::bench::Outcome;
use portal::bench::process::{Process, free_address};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::Options;

/// How long the receiver may take to listen.
const PATIENCE: Duration = Duration::from_secs(10);

/// `smtp-sink`, which throws mail away.
pub struct Sink {
    /// Where.
    pub address: SocketAddr,
    _process: Process,
}

impl Sink {
    /// Starts it.
    pub async fn start(folder: &Path) -> Outcome<Self> {
        let address = free_address()?;
        let mut command = Command::new(folder.join("smtp-sink"));
        command.args(["-u", "nobody", &address.to_string(), "1000"]).stdin(Stdio::null()).stdout(Stdio::null());
        let mut process = Process::start("smtp-sink (of Debian's package postfix)", &mut command)?;
        let began = Instant::now();
        while TcpStream::connect(address).await.is_err() {
            process.check()?;
            if began.elapsed() > PATIENCE {
                return Err("smtp-sink does not listen".into());
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        Ok(Self { address, _process: process })
    }
}

/// Mails a second that `smtp-source -d` sends: the same text over and over, on connections that stay open.
pub async fn smtp_source(folder: &Path, receiver: SocketAddr, options: &Options) -> Outcome<f64> {
    let mut command = Command::new(folder.join("smtp-source"));
    command.args(["-d", "-s", &options.connections.to_string(), "-m", &options.mails.to_string()]);
    command.args(["-l", &options.size.to_string(), "-f", "a@x.example", "-t", "b@y.example", &receiver.to_string()]);
    let began = Instant::now();
    Process::run("smtp-source", &mut command, "").await?;
    Ok(f64::from(options.mails) / began.elapsed().as_secs_f64())
}

/// Mails per second that lettre sends by a pool of so many connections, with as many tasks.
pub async fn lettre_pool(receiver: SocketAddr, options: &Options) -> Outcome<f64> {
    let connections = u32::try_from(options.connections)?;
    let pool = PoolConfig::new().max_size(connections).min_idle(connections);
    let transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(receiver.ip().to_string())
        .port(receiver.port())
        .pool_config(pool)
        .build();
    // Without pipelining and with Nagle's algorithm it is slow: fewer mails suffice.
    let mails = options.mails / 4;
    let left = Arc::new(AtomicU32::new(mails));
    let size = options.size;
    let mut tasks = JoinSet::new();
    let began = Instant::now();
    for _ in 0..options.connections {
        let (transport, left) = (transport.clone(), Arc::clone(&left));
        tasks.spawn(async move {
            while left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok() {
                transport.send(message(size)?).await?;
            }
            Outcome::Ok(())
        });
    }
    while let Some(task) = tasks.join_next().await {
        task??;
    }
    Ok(f64::from(mails) / began.elapsed().as_secs_f64())
}

fn message(size: usize) -> Outcome<Message> {
    let text = "The report on smart customs is out, and tells what members tried.\r\n".repeat(size / 2 / 67);
    Ok(Message::builder()
        .from("a@x.example".parse()?)
        .to("b@y.example".parse()?)
        .subject("The report is out")
        .multipart(MultiPart::alternative_plain_html(text.clone(), text))?)
}
