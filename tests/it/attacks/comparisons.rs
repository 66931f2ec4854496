//! Files that visitors compare with receipts (number 6): silent senders of one address take the places of nobody else.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use super::heavy_work::until;
use crate::responses::{begin, complete, coordinator, round, submit};
use crate::support::{Expect as _, TestApp, story};

const FILE: &[u8] =
    b"--b0\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.json\"\r\n\r\n{}\r\n--b0--\r\n";

/// Begins to send a file from an address, without a byte of it.
fn silent(t: &TestApp, address: &str, sha256: &str) -> TcpStream {
    let head = format!(
        "POST /receipts/{sha256} HTTP/1.1\r\nhost: x\r\nx-forwarded-for: {address}\r\nsec-fetch-site: same-origin\r\n\
         accept: text/html\r\ncontent-type: multipart/form-data; boundary=b0\r\ncontent-length: {}\r\n\
         connection: close\r\n\r\n",
        FILE.len()
    );
    let mut stream = TcpStream::connect(t.address()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream.write_all(head.as_bytes()).unwrap();
    stream
}

/// Compares a file from an address; returns the status.
fn compared(t: &TestApp, address: &str, sha256: &str) -> String {
    let mut stream = silent(t, address, sha256);
    // A refusal comes before the file, and the connection may be closed by then.
    let _ = stream.write_all(FILE);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    let answer = String::from_utf8_lossy(&answer).into_owned();
    answer.split(' ').nth(1).unwrap_or_default().to_owned()
}

#[story]
fn a06_silent_senders_leave_room_for_others(t: TestApp) {
    let moussa = coordinator(&t, "SN", "Moussa Ba");
    let response = begin(&moussa, &round(&t));
    complete(&moussa, &response);
    let receipt = submit(&moussa, &response);
    let sha256 = receipt["sha256"].as_str().unwrap().to_owned();
    let held: Vec<TcpStream> = (0..70).map(|_| silent(&t, "203.0.113.7", &sha256)).collect();
    until(|| compared(&t, "203.0.113.7", &sha256) == "503");
    for others in ["203.0.113.8", "198.51.100.7", "2001:db8::7"] {
        assert_eq!(compared(&t, others, &sha256), "200", "{others}");
    }
    drop(held);
    until(|| compared(&t, "203.0.113.7", &sha256) == "200");
    moussa.get(&format!("{response}/receipt")).expect(200);
}
