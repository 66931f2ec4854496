//! A small SMTP server on loopback that keeps what it receives: the mail server of the demo and of the tests.
//!
//! It speaks enough of RFC 5321 for any client (EHLO, MAIL, RCPT, DATA, RSET, NOOP, QUIT), and can fail for an address
//! as real servers do: refuse for now or for good, hang, disconnect. It is not meant for mail from elsewhere.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

/// The extensions that it announces by default.
const EXTENSIONS: [&str; 4] = ["PIPELINING", "8BITMIME", "ENHANCEDSTATUSCODES", "SMTPUTF8"];
/// Longest line of a command or of a message.
const MAX_LINE: u64 = 8_192;
/// Largest message.
const MAX_MESSAGE: usize = 16 * 1024 * 1024;

/// A received message.
#[derive(Clone, Debug)]
pub struct Received {
    /// The return path.
    pub from: String,
    /// The recipient of the envelope.
    pub to: String,
    /// Headers and body as received.
    pub bytes: Vec<u8>,
}

/// How the server treats a recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Accepts the message.
    Accept,
    /// Answers RCPT with this line.
    Refuse(&'static str),
    /// Answers the message itself with this line.
    RefuseMessage(&'static str),
    /// Stops answering.
    Hang,
    /// Closes the connection at RCPT.
    HangUp,
    /// Accepts the message, and closes the connection instead of the answer.
    HangUpAfterMessage,
}

/// Decides on each recipient.
pub type Verdicts = Arc<dyn Fn(&str) -> Verdict + Send + Sync>;

/// The running server. Dropping it stops it.
pub struct Receiver {
    /// Where it listens.
    pub address: SocketAddr,
    shared: Arc<Shared>,
    stop: CancellationToken,
}

struct Shared {
    inbox: Mutex<Vec<Received>>,
    verdicts: Verdicts,
    /// Whether messages are kept, or only counted, as for a load bench.
    keep: bool,
    /// Its answer to EHLO.
    hello: String,
    count: AtomicUsize,
    connections: AtomicUsize,
    open: AtomicUsize,
    peak: AtomicUsize,
    shut: AtomicBool,
    /// Most mails of a connection; 0 for any number.
    most: AtomicUsize,
    /// The answer to MAIL after so many mails of a connection.
    full: Mutex<Option<(usize, &'static str)>>,
}

impl Receiver {
    /// Listens on a free port of loopback and accepts all mails.
    ///
    /// # Errors
    /// If there is no free port.
    pub async fn start() -> std::io::Result<Self> {
        Self::start_with(Arc::new(|_| Verdict::Accept), true).await
    }

    /// Listens on a free port of loopback and treats recipients as `verdicts` says.
    ///
    /// # Errors
    /// If there is no free port.
    pub async fn start_with(verdicts: Verdicts, keep: bool) -> std::io::Result<Self> {
        Self::start_as(verdicts, keep, &EXTENSIONS).await
    }

    /// The same, with these extensions only.
    ///
    /// # Errors
    /// If there is no free port.
    pub async fn start_as(verdicts: Verdicts, keep: bool, extensions: &[&str]) -> std::io::Result<Self> {
        let lines: Vec<&str> = std::iter::once("receiver.example").chain(extensions.iter().copied()).collect();
        let (last, others) = lines.split_last().unwrap_or((&"receiver.example", &[]));
        let hello =
            others.iter().map(|line| ["250-", line, "\r\n"].concat()).collect::<String>() + &format!("250 {last}\r\n");
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            inbox: Mutex::default(),
            verdicts,
            keep,
            hello,
            count: AtomicUsize::new(0),
            connections: AtomicUsize::new(0),
            open: AtomicUsize::new(0),
            peak: AtomicUsize::new(0),
            shut: AtomicBool::new(false),
            most: AtomicUsize::new(0),
            full: Mutex::default(),
        });
        let stop = CancellationToken::new();
        let (state, token) = (Arc::clone(&shared), stop.clone());
        tokio::spawn(async move {
            loop {
                let socket = tokio::select! {
                    accepted = listener.accept() => accepted,
                    () = token.cancelled() => return,
                };
                if let Ok((socket, _)) = socket
                    && !state.shut.load(Ordering::SeqCst)
                {
                    let (state, token) = (Arc::clone(&state), token.clone());
                    tokio::spawn(async move {
                        state.enter();
                        tokio::select! {
                            // A client that disconnects in the middle of a command is no failure of the server.
                            _ = converse(socket, &state) => {}
                            () = token.cancelled() => {}
                        }
                        state.leave();
                    });
                }
            }
        });
        Ok(Self { address, shared, stop })
    }

    /// Every message so far.
    #[must_use]
    pub fn inbox(&self) -> Vec<Received> {
        self.shared.lock().clone()
    }

    /// The number of messages so far.
    #[must_use]
    pub fn count(&self) -> usize {
        self.shared.count.load(Ordering::SeqCst)
    }

    /// Closes each new connection at once, or stops doing so.
    pub fn shut(&self, shut: bool) {
        self.shared.shut.store(shut, Ordering::SeqCst);
    }

    /// The number of connections so far.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::SeqCst)
    }

    /// Closes each connection after so many mails, as some relays do; 0 for never.
    pub fn close_after(&self, mails: usize) {
        self.shared.most.store(mails, Ordering::SeqCst);
    }

    /// Answers MAIL with this line, including its line end, after so many mails on a connection, as some relays do;
    /// none for never.
    pub fn refuse_after(&self, full: Option<(usize, &'static str)>) {
        *self.shared.full.lock().unwrap_or_else(PoisonError::into_inner) = full;
    }

    /// The most connections open at once.
    #[must_use]
    pub fn peak_connections(&self) -> usize {
        self.shared.peak.load(Ordering::SeqCst)
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

impl Shared {
    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Received>> {
        self.inbox.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The answer to MAIL on a connection with so many mails, if it is refused.
    fn full_after(&self, taken: usize) -> Option<&'static str> {
        let full = *self.full.lock().unwrap_or_else(PoisonError::into_inner);
        full.filter(|(most, _)| taken >= *most).map(|(_, line)| line)
    }

    fn enter(&self) {
        self.connections.fetch_add(1, Ordering::SeqCst);
        let open = self.open.fetch_add(1, Ordering::SeqCst) + 1;
        self.peak.fetch_max(open, Ordering::SeqCst);
    }

    fn leave(&self) {
        self.open.fetch_sub(1, Ordering::SeqCst);
    }

    fn take(&self, from: &str, to: &str, bytes: Vec<u8>) {
        if self.keep {
            self.lock().push(Received { from: from.to_owned(), to: to.to_owned(), bytes });
        }
        self.count.fetch_add(1, Ordering::SeqCst);
    }
}

async fn converse(socket: TcpStream, shared: &Shared) -> std::io::Result<()> {
    socket.set_nodelay(true)?;
    let mut stream = BufReader::new(socket);
    let (mut from, mut recipients): (String, Vec<(String, Verdict)>) = (String::new(), Vec::new());
    let mut taken = 0;
    stream.write_all(b"220 receiver.example ready\r\n").await?;
    loop {
        let Some(line) = read_line(&mut stream).await? else { return Ok(()) };
        let text = String::from_utf8_lossy(&line).trim_end().to_owned();
        let verb = text.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        let answer: &[u8] = match verb.as_str() {
            "EHLO" => shared.hello.as_bytes(),
            "HELO" | "NOOP" => b"250 ok\r\n",
            "RSET" => {
                recipients.clear();
                b"250 ok\r\n"
            }
            "MAIL" | "RCPT" if shared.full_after(taken).is_some() => {
                shared.full_after(taken).unwrap_or_default().as_bytes()
            }
            "MAIL" => {
                from = path(&text);
                recipients.clear();
                b"250 ok\r\n"
            }
            "RCPT" => {
                let to = path(&text);
                match (shared.verdicts)(&to) {
                    Verdict::Refuse(line) => {
                        stream.write_all(format!("{line}\r\n").as_bytes()).await?;
                        continue;
                    }
                    Verdict::Hang => return hang().await,
                    Verdict::HangUp => return Ok(()),
                    verdict => recipients.push((to, verdict)),
                }
                b"250 ok\r\n"
            }
            "DATA" if recipients.is_empty() => b"503 no recipients\r\n",
            "DATA" => {
                stream.write_all(b"354 go ahead\r\n").await?;
                let Some(bytes) = read_message(&mut stream).await? else { return Ok(()) };
                if let Some(line) = refusal_of(&recipients) {
                    stream.write_all(format!("{line}\r\n").as_bytes()).await?;
                    continue;
                }
                let hang_up = recipients.iter().any(|(_, verdict)| *verdict == Verdict::HangUpAfterMessage);
                for (to, _) in recipients.drain(..) {
                    shared.take(&from, &to, bytes.clone());
                }
                if hang_up {
                    return Ok(());
                }
                taken += 1;
                if taken == shared.most.load(Ordering::SeqCst) {
                    return stream.write_all(b"250 taken\r\n").await;
                }
                b"250 taken\r\n"
            }
            "QUIT" => {
                stream.write_all(b"221 bye\r\n").await?;
                return Ok(());
            }
            _ => b"502 not known here\r\n",
        };
        stream.write_all(answer).await?;
    }
}

/// The answer to the text of a mail that one of its recipients refuses.
fn refusal_of(recipients: &[(String, Verdict)]) -> Option<&'static str> {
    recipients.iter().find_map(|(_, verdict)| match verdict {
        Verdict::RefuseMessage(line) => Some(*line),
        _ => None,
    })
}

async fn hang() -> std::io::Result<()> {
    tokio::time::sleep(Duration::from_hours(1)).await;
    Ok(())
}

async fn read_line(stream: &mut BufReader<TcpStream>) -> std::io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    let read = stream.take(MAX_LINE).read_until(b'\n', &mut line).await?;
    Ok((read > 0).then_some(line))
}

/// The message up to the line with the dot, without dot-stuffing (RFC 5321, 4.5.2).
async fn read_message(stream: &mut BufReader<TcpStream>) -> std::io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    loop {
        let Some(line) = read_line(stream).await? else { return Ok(None) };
        if line == b".\r\n" {
            return Ok(Some(bytes));
        }
        bytes.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
        if bytes.len() > MAX_MESSAGE {
            return Ok(None);
        }
    }
}

/// The address between the angle brackets.
fn path(command: &str) -> String {
    let inside = command.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
    inside.map(|(address, _)| address.to_owned()).unwrap_or_default()
}
