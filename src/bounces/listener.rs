//! The listener to which a mail server hands reports (LMTP or SMTP), within bounds.
//!
//! The number of conversations in total and per address, the bytes of a line and of a message, and the time of each
//! step and of the whole are bounded: beyond them the answer is 421 or 552, or the connection is closed, and the client
//! may try again. A message is processed before it is acknowledged; if the database is unreachable the answer is 451,
//! so that no report is lost.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncBufRead, AsyncBufReadExt as _, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use super::report::MOST_BYTES;
use super::session::{Answer, Session};
use super::{Bounces, Provenance};
use crate::config::Networks;
use crate::db::Id;
use crate::http::connections::Connections;
use crate::incidents::{Part, Troubles};

/// Conversations at once.
const CONVERSATIONS: usize = 32;
/// Conversations of one address at once; fewer while half of all are under way ([`Connections`]).
const OF_ONE_ADDRESS: usize = 4;
/// Maximum length of a line of a command or a message (RFC 5321, 4.5.3.1, with a margin).
const MOST_LINE: u64 = 8_192;
/// Time limit of a line in either direction.
const STEP: Duration = Duration::from_mins(1);
/// Time limit of a message.
const MESSAGE: Duration = Duration::from_mins(5);
/// Time limit of a conversation.
const CONVERSATION: Duration = Duration::from_mins(10);

/// Serves until `stop`. Conversations in progress end with it: the client sends again what was not acknowledged.
pub async fn serve(bounces: Bounces, listener: TcpListener, troubles: &Troubles, stop: CancellationToken) {
    let room = Arc::new(Semaphore::new(CONVERSATIONS));
    let shares = Connections::new(CONVERSATIONS, OF_ONE_ADDRESS, [Networks::default(), Networks::default()]);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stop.cancelled() => return,
        };
        let (mut socket, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Usually file descriptors are exhausted, for a while.
                troubles.begin(Part::Listener, bounces.0.foundation.clock.now(), &error.to_string());
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        troubles.end(Part::Listener);
        let (place, share) = (Arc::clone(&room).try_acquire_owned(), shares.admit(peer.ip()));
        let (Ok(place), Some(share)) = (place, share) else {
            let refused = socket.write_all(b"421 4.3.2 Too many conversations, come again\r\n");
            let _ = tokio::time::timeout(Duration::from_secs(1), refused).await;
            continue;
        };
        let (bounces, stop) = (bounces.clone(), stop.clone());
        tokio::spawn(async move {
            tokio::select! {
                // A client that disconnects early, or takes too long, needs no log entry.
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
                // A recipient that was named twice gets two replies for one message.
                let mut replies_by_mail: HashMap<Id, String> = HashMap::new();
                for mail in &recipients {
                    let Entry::Vacant(first) = replies_by_mail.entry(*mail) else { continue };
                    first.insert(match &message {
                        Message::TooLarge => "552 5.3.4 Too large".to_owned(),
                        Message::Whole(bytes) => process(bounces, bytes.clone(), Provenance::ReturnPath(*mail)).await,
                    });
                }
                let replies: Vec<String> =
                    recipients.iter().filter_map(|mail| replies_by_mail.get(mail).cloned()).collect();
                write(&mut to, &session.replies(&replies)).await?;
            }
        }
    }
}

async fn process(bounces: &Bounces, message: Vec<u8>, via: Provenance) -> String {
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

/// A line with its end; none at the end of the stream.
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

/// The message up to its dot; none if the stream ends before. Bytes beyond the limit are read and discarded.
async fn message(from: &mut (impl AsyncBufRead + Unpin)) -> std::io::Result<Option<Message>> {
    let (mut bytes, mut too_large, mut piece) = (Vec::new(), false, Vec::new());
    // A long line comes in pieces; a dot counts only at its beginning.
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
