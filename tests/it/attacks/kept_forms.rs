//! Forms in pieces of one byte (number 1): nothing of a stranger's is kept, and a form of somebody whose session has
//! ended comes back whole, however it was sent. The memory of a kept form is bounded in `tests/bounds`.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use crate::support::browser::Browser;
use crate::support::{TestApp, story};

/// Sends a form in chunks of one byte, with this cookie of a session; returns the whole answer.
fn send(t: &TestApp, path: &str, session: &str, form: &str) -> String {
    let mut stream = TcpStream::connect(t.address()).unwrap();
    stream.set_read_timeout(Some(Duration::from_mins(1))).unwrap();
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: x\r\naccept: text/html\r\nsec-fetch-site: same-origin\r\n\
         cookie: __Host-session={session}\r\ncontent-type: application/x-www-form-urlencoded\r\n\
         connection: close\r\ntransfer-encoding: chunked\r\n\r\n"
    );
    let pieces = form.chars().map(|piece| format!("1\r\n{piece}\r\n")).collect::<Vec<_>>().concat();
    stream.write_all(format!("{head}{pieces}0\r\n\r\n").as_bytes()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

#[story]
fn a01_a_form_of_a_stranger_is_answered_and_not_kept(t: TestApp) {
    let form = format!("email=nobody%40x.example&password=guess&resume={}", "a".repeat(100_000));
    let answer = send(&t, "/login", "invented", &form);
    assert!(answer.starts_with("HTTP/1.1 401"), "{}", answer.lines().next().unwrap_or_default());
    assert!(!answer.contains("aaaaaaaaaa"), "what is not sealed here is dropped");
    let answer = send(&t, "/account/profile", "invented", "name=Awa+Ndiaye&job_title=Chief");
    assert!(answer.starts_with("HTTP/1.1 401") && !answer.contains("name=\"resume\""), "{answer}");
}

#[story]
fn a01_a_form_in_many_pieces_outlives_the_session_of_its_sender(t: TestApp) {
    let awa = t.ncp("SN");
    let mut browser = Browser::of(&t, &awa);
    let session = browser.cookie("__Host-session").unwrap().to_owned();
    assert_eq!(browser.open("/account/profile").status, 200);
    assert_eq!(awa.delete("/me/sessions").status, 204);
    for form in ["job_title=Chief", &format!("job_title={}", "Chief+".repeat(2_000))] {
        let answer = send(&t, "/account/profile", &session, form);
        assert!(answer.starts_with("HTTP/1.1 401") && answer.contains("name=\"resume\" value=\""), "{answer}");
        assert!(!answer.contains("name=\"resume\" value=\"\""), "{answer}");
    }
}
