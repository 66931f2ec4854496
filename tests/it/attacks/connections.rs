//! Connections: how many one address may hold, and how much each may send before it is answered (number 6).

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};

use super::heavy_work::{PATIENCE, until};
use crate::bounce_sources::{Listening, Talk};
use crate::support::{Expect as _, TestApp, story};

/// A connection from this address, which the portal takes for that of a client.
fn connect_from(t: &TestApp, address: &str) -> TcpStream {
    connect(t, address, t.address())
}

fn connect(t: &TestApp, from: &str, to: SocketAddr) -> TcpStream {
    let stream = t.run(async {
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.bind(format!("{from}:0").parse().unwrap()).unwrap();
        socket.connect(to).await.unwrap().into_std().unwrap()
    });
    stream.set_nonblocking(false).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

/// Asks for something over a connection that stays open; the head of the answer.
fn ask(stream: &mut TcpStream) -> String {
    stream.write_all(b"GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    while !answer.ends_with(b"}") {
        let mut byte = [0];
        assert_eq!(stream.read(&mut byte).unwrap(), 1, "{}", String::from_utf8_lossy(&answer));
        answer.push(byte[0]);
    }
    String::from_utf8(answer).unwrap().to_lowercase()
}

/// The answer to an idle connection, until it is closed.
fn told(mut stream: TcpStream) -> String {
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.to_lowercase()
}

#[story("server.connections_per_address=50")]
fn a06_silent_connections_of_one_address_are_bounded(t: TestApp) {
    let mut streams: Vec<TcpStream> = (0..220).map(|_| connect_from(&t, "127.0.0.2")).collect();
    for beyond in streams.split_off(50) {
        let told = told(beyond);
        assert!(told.starts_with("http/1.1 429 ") && told.contains("connection: close"), "{told}");
        assert!(told.contains("retry-after: "), "{told}");
    }
    // Who came in time is served and kept alive, and others are not concerned.
    for stream in streams.iter_mut().take(25) {
        let head = ask(stream);
        assert!(head.starts_with("http/1.1 200 ") && !head.contains("connection: close"), "{head}");
    }
    for other in ["127.0.0.3", "127.0.0.1"] {
        assert!(ask(&mut connect_from(&t, other)).starts_with("http/1.1 200 "), "{other}");
    }
    let proxy: Vec<TcpStream> = (0..100).map(|_| connect_from(&t, "127.0.0.1")).collect();
    for mut one in proxy {
        assert!(ask(&mut one).starts_with("http/1.1 200 "), "a proxy speaks for many");
    }
    t.anonymous().send("GET", "/health/ready", None).unwrap().expect(200);
    drop(streams);
    until(|| {
        let mut again = connect_from(&t, "127.0.0.2");
        let _ = again.write_all(b"GET /health/live HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
        let mut answer = String::new();
        let _ = again.read_to_string(&mut answer);
        answer.starts_with("HTTP/1.1 200 ")
    });
}

#[story("server.connections_per_address=30", "server.max_connections=50")]
fn a06_a_crowded_portal_keeps_no_connection_alive(t: TestApp) {
    assert!(!ask(&mut connect_from(&t, "127.0.0.3")).contains("connection: close"));
    let silent: Vec<TcpStream> = (0..20).map(|_| connect_from(&t, "127.0.0.2")).collect();
    let mut proxy: Vec<TcpStream> = (0..15).map(|_| connect_from(&t, "127.0.0.1")).collect();
    let crowded = ask(proxy.last_mut().unwrap());
    assert!(crowded.starts_with("http/1.1 200 ") && crowded.contains("connection: close"), "{crowded}");
    let mut others: Vec<TcpStream> = (0..8).map(|_| connect_from(&t, "127.0.0.3")).collect();
    let last = told(others.pop().unwrap());
    assert!(last.starts_with("http/1.1 429 "), "a quarter of a share each: {last}");
    assert!(ask(&mut others[0]).contains("connection: close"));
    drop((silent, proxy, others));
    until(|| !ask(&mut connect_from(&t, "127.0.0.1")).contains("connection: close"));
}

/// The first line of a conversation from this address.
fn heard(t: &TestApp, from: &str, port: SocketAddr) -> String {
    let mut line = String::new();
    BufReader::new(connect(t, from, port)).read_line(&mut line).unwrap();
    line
}

#[story("mail.bounce_domain=bounces.portal.example")]
fn a06_whoever_reaches_the_port_for_reports_keeps_nobody_out(t: TestApp) {
    let listening = Listening::start(&t);
    let mut held: Vec<Talk> = (0..4).map(|_| Talk::to(listening.port)).collect();
    let beyond = heard(&t, "127.0.0.1", listening.port);
    assert!(beyond.starts_with("421 "), "{beyond}");
    let other = heard(&t, "127.0.0.2", listening.port);
    assert!(other.starts_with("220 "), "others are not concerned: {other}");
    // A client that sends commands and no message is disconnected.
    let answers: Vec<String> = (0..101).map(|_| held[0].say("NOOP")).collect();
    let ended = answers.iter().position(|answer| answer.starts_with("421 "));
    assert_eq!(ended, Some(100));
    drop(held);
    until(|| heard(&t, "127.0.0.1", listening.port).starts_with("220 "));
    listening.stop();
}

#[story]
fn a06_header_lines_have_a_bound_together(t: TestApp) {
    let awa = t.ncp("SN");
    let long = "a".repeat(17_000);
    let anonymous = t.anonymous().with_header("accept-language", &long);
    assert_eq!(anonymous.get("/me").unwrap().refused(431), "headers_too_large");
    assert_eq!(awa.with_header("accept", &long).get("/me").refused(431), "headers_too_large");
    awa.with_header("x-much", &"b".repeat(9_000)).get("/me").expect(200);
}
