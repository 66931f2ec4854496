//! Files as answers: by their content, kept with their history, downloaded by those who see the section.

use portal::demo::client::Answer;
use serde_json::json;

use super::{answer, begin, contributor, coordinator, given, round, write};
use crate::support::{Expect as _, Person, TestApp, story};

const PAPER: &[u8] = b"%PDF-1.7\n% A strategy\ntrailer\n<<>>\n%%EOF\n";
const OTHER: &[u8] = b"%PDF-1.4\n% A later strategy\ntrailer\n<<>>\n%%EOF\n";

fn send(person: &Person, response: &str, revision: i64, content: &[u8]) -> Answer {
    let path = format!("/api/v1{response}/files?question=paper&name=Strat%C3%A9gie.pdf&revision={revision}");
    person.send("POST", &path, Some(("application/pdf", content))).unwrap()
}

fn kept(t: &TestApp) -> usize {
    t.run(t.portal.run_maintenance_once()).unwrap();
    std::fs::read_dir(t.files()).unwrap().filter(|entry| entry.as_ref().unwrap().path().is_file()).count()
}

#[story]
fn a_file_is_an_answer_with_a_history(t: TestApp) {
    let (moussa, cora) = (coordinator(&t, "SN", "Moussa Ba"), contributor(&t, "SN", "Cora Sy"));
    let response = begin(&moussa, &round(&t));
    let written = send(&moussa, &response, 0, PAPER).expect(200);
    let value = &written["stored"][0]["value"];
    assert_eq!((&value["name"], &value["size"]), (&json!("Stratégie.pdf"), &json!(PAPER.len())));
    send(&moussa, &response, 0, PAPER).expect(200);
    assert_eq!(kept(&t), 1, "the same file again is stored once");
    send(&moussa, &response, 1, OTHER).expect(200);
    assert_eq!(kept(&t), 2, "the history names the first one");
    let listed = moussa.get(&format!("{response}/files")).expect(200);
    let first = format!(
        "{response}/files/{}",
        listed["data"].as_array().unwrap().iter().find(|file| file["size"] == PAPER.len()).unwrap()["id"]
            .as_str()
            .unwrap()
    );
    let file = moussa.get(&first);
    assert_eq!((file.bytes.as_slice(), file.header("content-type")), (PAPER, Some("application/pdf")));
    assert!(file.header("content-disposition").unwrap().starts_with("attachment"));
    assert!(file.header("content-security-policy").unwrap().contains("sandbox"));
    assert_eq!(cora.get(&first).refused(404), "not_found");
    let read = t.admin().get("/audit?action=response_file_read").expect(200);
    assert_eq!(read["data"].as_array().unwrap().len(), 1);
}

#[story]
fn a_file_conflicts_as_any_answer_and_is_kept(t: TestApp) {
    let moussa = coordinator(&t, "SN", "Moussa Ba");
    let response = begin(&moussa, &round(&t));
    send(&moussa, &response, 0, PAPER).expect(200);
    let told = send(&moussa, &response, 0, OTHER).expect(200);
    assert_eq!(told["conflicts"][0]["revision"], 1);
    let yours = told["conflicts"][0]["yours"].clone();
    // What was handed in can be chosen.
    let written = write(&moussa, &response, &json!([given("paper", yours.clone(), 1)])).expect(200);
    assert_eq!(written["stored"][0]["value"], yours);
}

#[story]
fn what_is_no_file_of_the_question_is_refused(t: TestApp) {
    let moussa = coordinator(&t, "SN", "Moussa Ba");
    let response = begin(&moussa, &round(&t));
    assert_eq!(send(&moussa, &response, 0, b"<!DOCTYPE html>").refused(422), "invalid");
    assert_eq!(kept(&t), 0);
    let path = format!("/api/v1{response}/files?question=plans&revision=0");
    let other = moussa.send("POST", &path, Some(("application/pdf", PAPER))).unwrap();
    assert_eq!(other.refused(400), "bad_query");
    let made_up = json!({"name": "x.pdf", "size": 3, "sha256": "0".repeat(64)});
    let written = write(&moussa, &response, &json!([given("paper", made_up, 0)])).expect(200);
    assert_eq!(written["faults"][0]["code"], "unknown_file");
    assert_eq!(answer(&moussa.get(&response).expect(200), "paper"), json!(null));
}

#[story]
fn an_answer_says_of_a_file_what_is_known_of_it(t: TestApp) {
    let moussa = coordinator(&t, "SN", "Moussa Ba");
    let response = begin(&moussa, &round(&t));
    let value = send(&moussa, &response, 0, PAPER).expect(200)["stored"][0]["value"].clone();
    for name in ["Invoice 4711.exe", "Strat\u{202e}fdp.exe"] {
        let said = json!({"name": name, "size": 1, "sha256": value["sha256"]});
        let written = write(&moussa, &response, &json!([given("paper", said, 1)])).expect(200);
        assert_eq!((&written["stored"][0]["value"], &written["stored"][0]["revision"]), (&value, &json!(1)), "{name}");
    }
    assert_eq!(answer(&moussa.get(&response).expect(200), "paper")["value"], value);
}
