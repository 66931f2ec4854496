//! A webhook receiver: a small HTTP server that keeps the requests it gets.

use std::collections::{BTreeMap, VecDeque};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

use serde_json::Value;

/// The reaction to a request.
#[derive(Clone, Debug)]
pub enum Reply {
    /// Answers with this head and body.
    Status(u16, String),
    /// Sends elsewhere.
    Redirect(String),
    /// Says nothing until it is let go.
    Hang,
    /// Answers with this status when it is let go.
    Late(u16),
    /// Hangs up without a word.
    HangUp,
    /// Is no HTTP.
    Rubbish,
}

/// A request as it came.
#[derive(Clone, Debug)]
pub struct Received {
    pub path: String,
    pub headers: BTreeMap<String, String>,
    pub body: String,
}

impl Received {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    pub fn id(&self) -> &str {
        &self.headers["webhook-id"]
    }
}

#[derive(Default)]
struct State {
    received: Vec<Received>,
    replies: VecDeque<Reply>,
    open: usize,
    peak: usize,
    let_go: bool,
}

/// The server; it ends with the suite.
#[derive(Clone)]
pub struct Endpoint {
    port: u16,
    state: Arc<(Mutex<State>, Condvar)>,
}

impl Endpoint {
    pub fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let endpoint = Self { port: listener.local_addr().unwrap().port(), state: Arc::default() };
        let server = endpoint.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let server = server.clone();
                thread::spawn(move || server.serve(stream));
            }
        });
        endpoint
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/hook?key=1", self.port)
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// The reactions to the next requests. After that it answers 204.
    pub fn replies(&self, replies: impl IntoIterator<Item = Reply>) {
        self.state.0.lock().unwrap().replies.extend(replies);
    }

    /// Releases all waiting requests.
    pub fn let_go(&self) {
        self.state.0.lock().unwrap().let_go = true;
        self.state.1.notify_all();
    }

    pub fn received(&self) -> Vec<Received> {
        self.state.0.lock().unwrap().received.clone()
    }

    /// Most requests that were under way at once.
    pub fn peak(&self) -> usize {
        self.state.0.lock().unwrap().peak
    }

    fn serve(&self, mut stream: TcpStream) {
        let Some(received) = read(&stream) else { return };
        let reply = {
            let mut state = self.state.0.lock().unwrap();
            state.received.push(received);
            state.open += 1;
            state.peak = state.peak.max(state.open);
            state.replies.pop_front().unwrap_or(Reply::Status(204, String::new()))
        };
        let answer = match reply {
            Reply::Status(status, body) => {
                let length = body.len();
                format!("HTTP/1.1 {status} X\r\ncontent-length: {length}\r\n\r\n{body}")
            }
            Reply::Redirect(to) => format!("HTTP/1.1 302 Found\r\nlocation: {to}\r\ncontent-length: 0\r\n\r\n"),
            Reply::Rubbish => "220 mail.example ESMTP\r\n".to_owned(),
            Reply::HangUp => String::new(),
            Reply::Hang => {
                self.wait();
                String::new()
            }
            Reply::Late(status) => {
                self.wait();
                format!("HTTP/1.1 {status} X\r\ncontent-length: 0\r\n\r\n")
            }
        };
        // Counted as over before the other end can know it.
        self.state.0.lock().unwrap().open -= 1;
        let _ = stream.write_all(answer.as_bytes());
    }

    /// Waits until it is let go.
    fn wait(&self) {
        let state = self.state.0.lock().unwrap();
        let patience = Duration::from_secs(30);
        drop(self.state.1.wait_timeout_while(state, patience, |state| !state.let_go).unwrap());
    }
}

fn read(stream: &TcpStream) -> Option<Received> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let path = line.split(' ').nth(1)?.to_owned();
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.insert(name.to_lowercase(), value.trim().to_owned());
    }
    let mut body = vec![0; headers.get("content-length")?.parse().ok()?];
    reader.read_exact(&mut body).ok()?;
    Some(Received { path, headers, body: String::from_utf8(body).ok()? })
}
