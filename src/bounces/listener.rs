//! Listens for a mail server that hands over reports, and keeps it from being more than it can bear.
//!
//! So many conversations at once, few of them of one address, so many bytes a line and a message, so long for each step and
//! for all of them together: what is beyond hears 421 or 552, or is closed, and may come again. A message is taken before
//! it is answered for; where the database does not answer it is refused for now, so that none is lost.

use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncBufRead, AsyncBufReadExt as _, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use super::report::MOST_BYTES;
use super::session::{Answer, Session};
use super::{Bounces, Via};
use crate::http::caller::Networks;
use crate::http::connections::Connections;

/// Conversations at once.
const CONVERSATIONS: usize = 32;
/// Conversations of one address at once; fewer where half of all are under way ([`Connections`]).
const OF_ONE_ADDRESS: usize = 4;
/// Longest line of a command, and of a message where it is one of ours (RFC 5321, 4.5.3.1, and room to spare).
const MOST_LINE: u64 = 8_192;
/// How long a client may take for a line, or we for an answer.
const STEP: Duration = Duration::from_mins(1);
/// How long a message may take.
const MESSAGE: Duration = Duration::from_mins(5);
/// How long a conversation may take.
const CONVERSATION: Duration = Duration::from_mins(10);

/// Serves until told to stop. Conversations under way end with it: what was not answered for comes again.
pub async fn serve(bounces: Bounces, listener: TcpListener, stop: CancellationToken) {
    let room = Arc::new(Semaphore::new(CONVERSATIONS));
    let shares = Connections::new(CONVERSATIONS, OF_ONE_ADDRESS, [Networks::default(), Networks::default()]);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stop.cancelled() => return,
        };
        let Ok((mut socket, peer)) = accepted else {
            // Out of file descriptors, mostly: they come back.
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        };
        let (place, share) = (Arc::clone(&room).try_acquire_owned(), shares.admit(peer.ip()));
        let (Ok(place), Some(share)) = (place, share) else {
            let refused = socket.write_all(b"421 4.3.2 Too many conversations, come again\r\n");
            let _ = tokio::time::timeout(Duration::from_secs(1), refused).await;
            continue;
        };
        let (bounces, stop) = (bounces.clone(), stop.clone());
        tokio::spawn(async move {
            tokio::select! {
                // A client that goes in the middle of a word is its own affair, and so is one that takes too long.
                _ = in_time(CONVERSATION, converse(&bounces, socket)) => {}
                () = stop.cancelled() => {}
            }
            drop((place, share));
        });
    }
}

async fn converse(bounces: &Bounces, socket: TcpStream) -> std::io::Result<()> {
    let (from, mut to) = socket.into_split();
    let mut from = BufReader::new(from);
    let mut session = Session::default();
    write(&mut to, "220 portal takes reports").await?;
    loop {
        let Some(line) = in_time(STEP, line(&mut from)).await? else { return Ok(()) };
        let line = String::from_utf8_lossy(&line).into_owned();
        match session.command(&line, MOST_BYTES, |address| bounces.return_path(address)) {
            Answer::Line(text) => write(&mut to, &text).await?,
            Answer::End(text) => return write(&mut to, &text).await,
            Answer::Message(text) => {
                write(&mut to, &text).await?;
                let Some(message) = in_time(MESSAGE, message(&mut from)).await? else { return Ok(()) };
                let recipients = session.recipients();
                let mut replies = Vec::with_capacity(recipients.len());
                for mail in recipients {
                    replies.push(match &message {
                        Message::TooLarge => "552 5.3.4 Too large".to_owned(),
                        Message::Whole(bytes) => taken(bounces, bytes.clone(), Via::ReturnPath(mail)).await,
                    });
                }
                write(&mut to, &session.replies(&replies)).await?;
            }
        }
    }
}

async fn taken(bounces: &Bounces, message: Vec<u8>, via: Via) -> String {
    match bounces.take(message, via).await {
        Ok(taken) => {
            tracing::info!(taken = taken.as_str(), "took a report by the listener");
            format!("250 2.0.0 {}", taken.as_str())
        }
        Err(error) => {
            tracing::warn!(%error, "could not count a report");
            "451 4.3.0 Not now".to_owned()
        }
    }
}

async fn write(to: &mut (impl AsyncWrite + Unpin), text: &str) -> std::io::Result<()> {
    in_time(STEP, to.write_all(format!("{text}\r\n").as_bytes())).await
}

async fn in_time<T>(time: Duration, work: impl Future<Output = std::io::Result<T>>) -> std::io::Result<T> {
    tokio::time::timeout(time, work).await.map_err(|_elapsed| std::io::Error::from(std::io::ErrorKind::TimedOut))?
}

/// A line with its end; nothing at the end of the stream.
async fn line(from: &mut (impl AsyncBufRead + Unpin)) -> std::io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    from.take(MOST_LINE).read_until(b'\n', &mut line).await?;
    let whole = line.ends_with(b"\n");
    if !whole && !line.is_empty() {
        return Err(std::io::Error::from(std::io::ErrorKind::InvalidData));
    }
    Ok(whole.then_some(line))
}

enum Message {
    Whole(Vec<u8>),
    TooLarge,
}

/// The message up to its dot; nothing where the stream ends before. What is beyond the bound is read and forgotten.
async fn message(from: &mut (impl AsyncBufRead + Unpin)) -> std::io::Result<Option<Message>> {
    let (mut bytes, mut too_large, mut piece) = (Vec::new(), false, Vec::new());
    // A long line comes in pieces; a dot counts at the beginning of one alone.
    let mut at_start = true;
    loop {
        piece.clear();
        if (&mut *from).take(MOST_LINE).read_until(b'\n', &mut piece).await? == 0 {
            return Ok(None);
        }
        if at_start && piece == b".\r\n" {
            return Ok(Some(if too_large { Message::TooLarge } else { Message::Whole(bytes) }));
        }
        let unstuffed: &[u8] = if at_start { piece.strip_prefix(b".").unwrap_or(&piece) } else { &piece };
        at_start = piece.ends_with(b"\r\n");
        too_large = too_large || bytes.len() + unstuffed.len() > MOST_BYTES;
        if !too_large {
            bytes.extend_from_slice(unstuffed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn read(text: &[u8]) -> Option<Message> {
        message(&mut BufReader::new(text)).await.unwrap()
    }

    #[tokio::test]
    async fn a_message_ends_with_a_dot_between_proper_line_ends_alone() {
        let Some(Message::Whole(bytes)) = read(b"A: b\r\n\r\n..dot\n.\n.\r\nx\n\r\n.\r\nQUIT\r\n").await else {
            panic!("whole")
        };
        assert_eq!(bytes, b"A: b\r\n\r\n.dot\n.\n.\r\nx\n\r\n");
        assert!(read(b"A: b\r\n").await.is_none(), "broken off");
    }

    #[tokio::test]
    async fn what_is_too_large_is_read_to_its_end_and_not_kept() {
        let line = [b"x".repeat(20_000), b"\r\n".to_vec()].concat();
        let text = [line.repeat(100), b".\r\n".to_vec()].concat();
        assert!(matches!(read(&text).await, Some(Message::TooLarge)));
    }
}
