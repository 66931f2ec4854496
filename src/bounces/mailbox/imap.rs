//! An IMAP client (RFC 9051, and RFC 3501 before it) with the few commands that read a folder: CAPABILITY, LOGIN or
//! AUTHENTICATE, SELECT, UID SEARCH, UID FETCH, UID STORE, LOGOUT.
//!
//! A response consists of lines; a line that ends with `{n}` continues with n bytes and another line. Unsolicited
//! responses are skipped. Lines and literals are bounded, since the server may be anybody's.
//!
//! It is hand-written although there is a maintained crate (`async-imap` 0.11). That one accepts responses of up to 512
//! MiB, and any number of them, before its caller can refuse; here no command may return more than 4 MiB. It parses the
//! whole protocol and fails on anything else; here what is not understood is skipped. And it adds a grammar of the
//! whole protocol (`imap-proto`) and a handful of other packages, for eight commands.

use std::collections::VecDeque;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;

use super::token::words_of;

/// Time limit of each step.
const STEP: Duration = Duration::from_secs(30);
/// Maximum length of a line: a search returns many numbers.
const MOST_LINE: u64 = 1_048_576;
/// Maximum size of a literal.
const MOST_LITERAL: usize = 2_097_152;
/// Maximum bytes of all responses to one command, each with a fixed overhead.
const MOST_BYTES: usize = 2 * MOST_LITERAL;
const RESPONSE: usize = 64;

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// The credentials.
pub(super) enum Login<'a> {
    Password(&'a str),
    /// An access token (XOAUTH2).
    Token(&'a str),
}

/// A connection to a server.
pub(super) struct Client {
    stream: BufReader<Box<dyn Stream>>,
    tag: u32,
}

/// One response: its text, in which a literal is written `{n}`, and the last literal.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Response {
    text: String,
    literal: Option<Vec<u8>>,
}

impl Response {
    /// The bytes of memory that it takes.
    fn size(&self) -> usize {
        RESPONSE + self.text.len() + self.literal.as_ref().map_or(0, Vec::len)
    }
}

impl Client {
    /// Connects, with TLS if there is a connector.
    ///
    /// # Errors
    /// A message.
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

    /// Logs in: with a token by XOAUTH2, with a password by LOGIN, or by PLAIN (RFC 4616) if the server disables LOGIN.
    ///
    /// # Errors
    /// The server's words, without the secret.
    pub(super) async fn log_in(&mut self, user: &str, login: &Login<'_>) -> Result<(), String> {
        let can = self.capabilities().await?;
        let has = |word: &str| can.iter().any(|each| each == word);
        let (mechanism, secret, answer) = match *login {
            Login::Password(password) if !has("LOGINDISABLED") => {
                let command = format!("LOGIN {} {}", quoted(user), quoted(password));
                let refused = |said: String| without(&said, &[&quoted(password), password]);
                return self.command(&command).await.map(drop).map_err(refused);
            }
            Login::Password(password) => ("PLAIN", password, format!("\0{user}\0{password}")),
            Login::Token(token) => ("XOAUTH2", token, format!("user={user}\u{1}auth=Bearer {token}\u{1}\u{1}")),
        };
        if !can.is_empty() && !has(&format!("AUTH={mechanism}")) {
            let offered: Vec<&str> = can.iter().filter_map(|word| word.strip_prefix("AUTH=")).collect();
            let offered = offered.join(" ");
            return Err(format!("the server does not take {mechanism} over this connection; it offers: {offered}"));
        }
        let answer = STANDARD.encode(answer);
        let (command, answers) = if has("SASL-IR") {
            (format!("AUTHENTICATE {mechanism} {answer}"), VecDeque::new())
        } else {
            (format!("AUTHENTICATE {mechanism}"), VecDeque::from([answer.clone()]))
        };
        self.converse(&command, answers).await.map(drop).map_err(|said| without(&said, &[&answer, secret]))
    }

    /// The capabilities of the server, in capitals.
    async fn capabilities(&mut self) -> Result<Vec<String>, String> {
        let responses = self.command("CAPABILITY").await?;
        let lists = responses.iter().filter_map(|response| response.text.strip_prefix("* CAPABILITY "));
        Ok(lists.flat_map(str::split_whitespace).map(str::to_ascii_uppercase).collect())
    }

    /// Opens a folder; returns its UIDVALIDITY, which tells whether earlier message numbers are still valid.
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
            // `n:*` includes the last message even if all numbers are below n.
            .filter(|&uid| uid >= next)
            .collect();
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }

    /// The first bytes of a message, which stays unread; none if it was deleted.
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

    /// Logs out, without waiting long for an answer.
    pub(super) async fn log_out(mut self) {
        let _ = tokio::time::timeout(Duration::from_secs(1), self.command("LOGOUT")).await;
    }

    /// Sends a command; returns the responses before its result.
    async fn command(&mut self, command: &str) -> Result<Vec<Response>, String> {
        self.converse(command, VecDeque::new()).await
    }

    /// Sends a command, and the given answers to the server's continuation requests. A further request explains a
    /// refusal (as in XOAUTH2), and gets an empty line.
    async fn converse(&mut self, command: &str, mut answers: VecDeque<String>) -> Result<Vec<Response>, String> {
        self.tag += 1;
        let tag = format!("p{}", self.tag);
        let verb = command.split(' ').next().unwrap_or_default().to_owned();
        self.write(&verb, &format!("{tag} {command}")).await?;
        let (mut responses, mut size, mut challenge) = (Vec::new(), 0, String::new());
        while size < MOST_BYTES {
            let response = self.response().await?;
            size += response.size();
            if let Some(asked) = response.text.strip_prefix('+') {
                let answer = answers.pop_front();
                if answer.is_none() {
                    challenge = decoded(asked.trim());
                }
                self.write(&verb, &answer.unwrap_or_default()).await?;
                continue;
            }
            if let Some(result) = response.text.strip_prefix(tag.as_str()) {
                let result = result.trim();
                let is_ok = result.get(..2).is_some_and(|word| word.eq_ignore_ascii_case("OK"));
                return if is_ok { Ok(responses) } else { Err(format!("{verb}: {result} {challenge}")) };
            }
            if response.text.starts_with("* BYE") && verb != "LOGOUT" {
                return Err(format!("{verb}: {}", response.text));
            }
            responses.push(response);
        }
        Err(format!("{verb}: the server does not come to an end"))
    }

    async fn write(&mut self, verb: &str, line: &str) -> Result<(), String> {
        let line = format!("{line}\r\n");
        let sent = async {
            self.stream.write_all(line.as_bytes()).await?;
            self.stream.flush().await
        };
        in_time(verb, sent).await
    }

    async fn response(&mut self) -> Result<Response, String> {
        in_time("response", read(&mut self.stream)).await
    }
}

/// Reads one response.
///
/// # Errors
/// If the stream ends, or the response exceeds its limits.
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

/// The number of bytes after a line that ends with `{n}`.
fn literal(line: &str) -> Option<usize> {
    let (_, number) = line.strip_suffix('}')?.rsplit_once('{')?;
    number.trim_end_matches('+').parse().ok()
}

/// A text between quotation marks. It has no control characters: see `ImapUrl`.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// A server's words, without secrets that it repeats.
fn without(said: &str, secrets: &[&str]) -> String {
    let secrets = secrets.iter().filter(|secret| !secret.is_empty());
    words_of(&secrets.fold(said.to_owned(), |said, secret| said.replace(*secret, "***")))
}

/// A challenge as text; empty if it is none.
fn decoded(challenge: &str) -> String {
    STANDARD.decode(challenge).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
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

    /// A client, and a server that expects each of these lines in turn and sends the answer next to it.
    fn talk(script: &'static [(&'static str, &'static str)]) -> (Client, tokio::task::JoinHandle<()>) {
        let (ours, theirs) = tokio::io::duplex(65_536);
        let server = tokio::spawn(async move {
            let mut theirs = BufReader::new(theirs);
            for (wanted, said) in script {
                let mut line = String::new();
                theirs.read_line(&mut line).await.unwrap();
                assert_eq!(line.trim_end(), *wanted);
                theirs.get_mut().write_all(said.as_bytes()).await.unwrap();
            }
        });
        let stream: Box<dyn Stream> = Box::new(ours);
        (Client { stream: BufReader::new(stream), tag: 0 }, server)
    }

    #[tokio::test]
    async fn b07_a_token_is_brought_as_the_server_wants_it_and_its_words_are_passed_on() {
        // user=a^Aauth=Bearer t0k^A^A
        const ANSWER: &str = "p2 AUTHENTICATE XOAUTH2 dXNlcj1hAWF1dGg9QmVhcmVyIHQwawEB";
        let (mut client, server) = talk(&[
            ("p1 CAPABILITY", "* CAPABILITY IMAP4rev1 AUTH=PLAIN AUTH=XOAUTH2 SASL-IR\r\np1 OK done\r\n"),
            (ANSWER, "p2 OK welcome\r\n"),
        ]);
        assert_eq!(client.log_in("a", &Login::Token("t0k")).await, Ok(()));
        server.await.unwrap();
        let (mut client, server) = talk(&[
            ("p1 CAPABILITY", "* CAPABILITY IMAP4rev1 AUTH=XOAUTH2\r\np1 OK done\r\n"),
            ("p2 AUTHENTICATE XOAUTH2", "+ \r\n"),
            ("dXNlcj1hAWF1dGg9QmVhcmVyIHQwawEB", "+ eyJzdGF0dXMiOiI0MDAifQ==\r\n"),
            ("", "p2 NO t0k: AUTHENTICATE failed.\r\n"),
        ]);
        let refused = client.log_in("a", &Login::Token("t0k")).await.unwrap_err();
        assert_eq!(refused, r#"AUTHENTICATE: NO ***: AUTHENTICATE failed. {"status":"400"}"#);
        server.await.unwrap();
    }

    #[tokio::test]
    async fn b07_a_password_that_the_server_does_not_take_is_refused_in_its_own_words() {
        let (mut client, server) = talk(&[
            ("p1 CAPABILITY", "* CAPABILITY IMAP4rev1\r\np1 OK done\r\n"),
            ("p2 LOGIN \"a\" \"p\"", "p2 NO [ALERT] basic authentication is disabled\r\n"),
        ]);
        let refused = client.log_in("a", &Login::Password("p")).await.unwrap_err();
        assert!(refused.contains("[ALERT]") && refused.contains("disabled"), "{refused}");
        server.await.unwrap();
        let (mut client, server) =
            talk(&[("p1 CAPABILITY", "* CAPABILITY IMAP4rev1 LOGINDISABLED AUTH=XOAUTH2\r\np1 OK done\r\n")]);
        let refused = client.log_in("a", &Login::Password("p")).await.unwrap_err();
        assert!(refused.contains("PLAIN") && refused.ends_with("XOAUTH2"), "{refused}");
        server.await.unwrap();
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
