//! Sections of a response that are assigned to somebody else while a file for them arrives (number 7): the file is not
//! kept.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::{Value, json};

use super::budgets::count;
use super::heavy_work::until;
use crate::responses::{account, begin, contributor, coordinator, round};
use crate::support::{Expect as _, Person, TestApp, story};

const PAPER: &[u8] = b"%PDF-1.7\n% A strategy\ntrailer\n<<>>\n%%EOF\n";
/// Rows of the budget of uploads of a person, which is charged once a file was admitted.
const ADMITTED: &str = "SELECT count(*) AS n FROM throttle WHERE bucket = 23";

fn assign(person: &Person, response: &str, section: &str, whom: &Person) {
    let data: Value = json!([{"section": section, "person": account(whom)}]);
    let path = format!("{response}/assignments");
    person.with_header("if-match", "*").put(&path, &json!({"data": data})).expect(200);
}

#[story]
fn a07_a_file_for_a_section_that_was_taken_away_is_not_kept(t: TestApp) {
    let (moussa, cora) = (coordinator(&t, "SN", "Moussa Ba"), contributor(&t, "SN", "Cora Sy"));
    let response = begin(&moussa, &round(&t));
    assign(&moussa, &response, "papers", &cora);
    let before = count(&t, ADMITTED);
    let token = cora.tokens["access_token"].as_str().unwrap();
    let head = format!(
        "POST /api/v1{response}/files?question=paper&revision=0 HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n\
         content-type: application/pdf\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        PAPER.len()
    );
    let mut stream = TcpStream::connect(t.address()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream.write_all(head.as_bytes()).unwrap();
    let (last, first) = PAPER.split_last().unwrap();
    stream.write_all(first).unwrap();
    until(|| count(&t, ADMITTED) > before);
    assign(&moussa, &response, "tools", &cora);
    stream.write_all(&[*last]).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let answer = String::from_utf8_lossy(&answer).into_owned();
    assert!(answer.starts_with("HTTP/1.1 404"), "{answer}");
    assert_eq!(moussa.get(&format!("{response}/files")).expect(200)["data"], json!([]));
    t.run(t.portal.run_maintenance_once()).unwrap();
    let kept = std::fs::read_dir(t.files()).unwrap().filter(|entry| entry.as_ref().unwrap().path().is_file());
    assert_eq!(kept.count(), 0);
}
