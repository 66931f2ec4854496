//! The few commands of IMAP (RFC 9051, and RFC 3501 before it) that it takes to read a folder: LOGIN, SELECT, UID
//! SEARCH, UID FETCH, UID STORE, LOGOUT.
//!
//! A response is lines; a line that ends with `{n}` goes on with n bytes and another line. What a server sends without
//! being asked is passed over. Lines and literals have bounds, since the server may be anybody's.

use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;

/// How long each step may take.
const STEP: Duration = Duration::from_secs(30);
/// Longest line: a search finds many numbers.
const MOST_LINE: u64 = 1_048_576;
/// Largest literal.
const MOST_LITERAL: usize = 2_097_152;
/// Most bytes of all responses to one command, and what each response counts for beside its own.
const MOST_BYTES: usize = 2 * MOST_LITERAL;
const RESPONSE: usize = 64;

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// A conversation with a server.
pub(super) struct Client {
    stream: BufReader<Box<dyn Stream>>,
    tag: u32,
}

/// One response: its text, in which a literal stands as `{n}`, and the last literal.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Response {
    text: String,
    literal: Option<Vec<u8>>,
}

impl Response {
    /// What it takes to keep it, in bytes.
    fn size(&self) -> usize {
        RESPONSE + self.text.len() + self.literal.as_ref().map_or(0, Vec::len)
    }
}

impl Client {
    /// Opens a conversation, with TLS where there is a connector for it.
    ///
    /// # Errors
    /// A sentence on what went wrong.
    pub(super) async fn connect(host: &str, port: u16, tls: Option<&TlsConnector>) -> Result<Self, String> {
        let socket = in_time("connect", TcpStream::connect((host, port))).await?;
        let stream: Box<dyn Stream> = match tls {
            Some(connector) => {
                let name = ServerName::try_from(host.to_owned()).map_err(|e| e.to_string())?;
                Box::new(in_time("TLS", connector.connect(name, socket)).await?)
            }
            None => Box::new(socket),
        };
        let mut client = Self { stream: BufReader::new(stream), tag: 0 };
        let greeting = client.response().await?;
        if greeting.text.starts_with("* OK") { Ok(client) } else { Err(format!("greeting: {}", greeting.text)) }
    }

    pub(super) async fn log_in(&mut self, user: &str, password: &str) -> Result<(), String> {
        // What a server answers may repeat what it was told.
        let command = format!("LOGIN {} {}", quoted(user), quoted(password));
        self.command(&command).await.map(|_| ()).map_err(|_refused| "the server refuses the login".to_owned())
    }

    /// Opens a folder; returns what says whether its numbers are those of before.
    pub(super) async fn select(&mut self, folder: &str) -> Result<u32, String> {
        let responses = self.command(&format!("SELECT {}", quoted(folder))).await?;
        let number = responses.iter().find_map(|response| {
            let (_, rest) = response.text.split_once("[UIDVALIDITY ")?;
            rest.split(']').next()?.trim().parse().ok()
        });
        number.ok_or_else(|| "the folder has no UIDVALIDITY".to_owned())
    }

    /// The numbers of unread messages from `next` on, in order.
    pub(super) async fn unread(&mut self, next: u32) -> Result<Vec<u32>, String> {
        let responses = self.command(&format!("UID SEARCH UNSEEN UID {next}:*")).await?;
        let mut found: Vec<u32> = responses
            .iter()
            .filter_map(|response| response.text.strip_prefix("* SEARCH"))
            .flat_map(|numbers| numbers.split_whitespace().filter_map(|number| number.parse().ok()))
            // `n:*` means the last message too where all are before n.
            .filter(|&uid| uid >= next)
            .collect();
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }

    /// The first bytes of a message, which stays unread; nothing where it is gone.
    pub(super) async fn fetch(&mut self, uid: u32, most: usize) -> Result<Option<Vec<u8>>, String> {
        let responses = self.command(&format!("UID FETCH {uid} (UID BODY.PEEK[]<0.{most}>)")).await?;
        let named = format!("UID {uid}");
        let of_it = responses.into_iter().find(|response| {
            let words = response.text.to_ascii_uppercase();
            let words: Vec<&str> = words.split(['(', ')', ' ']).collect();
            response.literal.is_some() && words.windows(2).any(|pair| pair.join(" ") == named)
        });
        Ok(of_it.and_then(|response| response.literal))
    }

    pub(super) async fn mark_read(&mut self, uid: u32) -> Result<(), String> {
        self.command(&format!("UID STORE {uid} +FLAGS.SILENT (\\Seen)")).await.map(|_| ())
    }

    /// Says good-bye, without waiting long for an answer.
    pub(super) async fn log_out(mut self) {
        let _ = tokio::time::timeout(Duration::from_secs(1), self.command("LOGOUT")).await;
    }

    /// Sends a command; returns the responses that came before its result.
    async fn command(&mut self, command: &str) -> Result<Vec<Response>, String> {
        self.tag += 1;
        let tag = format!("p{}", self.tag);
        let verb = command.split(' ').next().unwrap_or_default().to_owned();
        let line = format!("{tag} {command}\r\n");
        let sent = async {
            self.stream.write_all(line.as_bytes()).await?;
            self.stream.flush().await
        };
        in_time(&verb, sent).await?;
        let (mut responses, mut size) = (Vec::new(), 0);
        while size < MOST_BYTES {
            let response = self.response().await?;
            size += response.size();
            if let Some(result) = response.text.strip_prefix(tag.as_str()) {
                let result = result.trim();
                let is_ok = result.get(..2).is_some_and(|word| word.eq_ignore_ascii_case("OK"));
                return if is_ok { Ok(responses) } else { Err(format!("{verb}: {result}")) };
            }
            if response.text.starts_with("* BYE") && verb != "LOGOUT" {
                return Err(format!("{verb}: {}", response.text));
            }
            responses.push(response);
        }
        Err(format!("{verb}: the server does not come to an end"))
    }

    async fn response(&mut self) -> Result<Response, String> {
        in_time("response", read(&mut self.stream)).await
    }
}

/// Reads one response.
///
/// # Errors
/// Where the stream breaks off, or the response has no end within its bounds.
pub async fn read(stream: &mut (impl tokio::io::AsyncBufRead + Unpin)) -> std::io::Result<Response> {
    let broken = || std::io::Error::from(std::io::ErrorKind::InvalidData);
    let mut response = Response::default();
    loop {
        let mut line = Vec::new();
        (&mut *stream).take(MOST_LINE).read_until(b'\n', &mut line).await?;
        let Some(line) = line.strip_suffix(b"\n") else {
            return Err(if line.is_empty() { std::io::ErrorKind::UnexpectedEof.into() } else { broken() });
        };
        let line = String::from_utf8_lossy(line.strip_suffix(b"\r").unwrap_or(line)).into_owned();
        response.text.push_str(&line);
        if response.text.len() > MOST_LITERAL {
            return Err(broken());
        }
        let Some(length) = literal(&line) else { return Ok(response) };
        if length > MOST_LITERAL {
            return Err(broken());
        }
        let mut bytes = vec![0; length];
        stream.read_exact(&mut bytes).await?;
        response.literal = Some(bytes);
    }
}

/// How many bytes come after a line that ends with `{n}`.
fn literal(line: &str) -> Option<usize> {
    let (_, number) = line.strip_suffix('}')?.rsplit_once('{')?;
    number.trim_end_matches('+').parse().ok()
}

/// A text between quotation marks. It has no control characters: see `Place`.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

async fn in_time<T>(step: &str, work: impl Future<Output = std::io::Result<T>>) -> Result<T, String> {
    match tokio::time::timeout(STEP, work).await {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(format!("{step}: {error}")),
        Err(_elapsed) => Err(format!("{step}: no answer in time")),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[tokio::test]
    async fn a_response_goes_on_after_its_literal() {
        let text: &[u8] = b"* 1 FETCH (UID 7 BODY[]<0> {6}\r\nA\r\nB\r\n)\r\n* 2 EXISTS\r\n";
        let mut stream = BufReader::new(text);
        let first = read(&mut stream).await.unwrap();
        assert_eq!(first.text, "* 1 FETCH (UID 7 BODY[]<0> {6})");
        assert_eq!(first.literal.as_deref(), Some(&b"A\r\nB\r\n"[..]));
        assert_eq!(read(&mut stream).await.unwrap().text, "* 2 EXISTS");
        assert!(read(&mut stream).await.is_err(), "nothing more");
        let too_much: &[u8] = b"* 1 FETCH (BODY[] {99999999}\r\n";
        assert!(read(&mut BufReader::new(too_much)).await.is_err());
    }

    #[tokio::test]
    async fn a_server_that_never_comes_to_an_end_is_left() {
        let (ours, mut theirs) = tokio::io::duplex(65_536);
        tokio::spawn(async move { while theirs.write_all(&b"* 1 EXISTS\r\n".repeat(1_000)).await.is_ok() {} });
        let stream: Box<dyn Stream> = Box::new(ours);
        let mut client = Client { stream: BufReader::new(stream), tag: 0 };
        assert!(client.command("NOOP").await.is_err());
    }

    #[test]
    fn what_is_quoted_ends_where_it_should() {
        assert_eq!(quoted(r#"p"a\ss"#), r#""p\"a\\ss""#);
    }

    proptest! {
        #[test]
        fn no_bytes_make_a_response_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            let _ = runtime.block_on(read(&mut BufReader::new(bytes.as_slice())));
        }
    }
}
