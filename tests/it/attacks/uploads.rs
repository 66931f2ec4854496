//! Budgets of bytes that are handed in (number 17): letters of nomination and sheets, by person and by network.

use portal::db::Id;
use portal::demo::client::Answer;

use super::budgets::{HOUR, waits};
use crate::support::browser::Browser;
use crate::support::{Application, Expect as _, Person, TestApp, story};

/// A letter of so many kilobytes.
pub(super) fn letter(kilobytes: usize) -> Vec<u8> {
    let mut letter = b"%PDF-1.7\n% The Director General nominates\n".to_vec();
    letter.resize(1_024 * kilobytes - 6, b' ');
    letter.extend_from_slice(b"%%EOF\n");
    letter
}

/// A person who applied, verified the address, and waits; logged in.
pub(super) fn applicant(t: &TestApp, name: &str) -> Person {
    let application = Application::new("SN", name);
    t.apply_and_verify(&application);
    t.login(&application.email)
}

pub(super) fn hand_in(person: &Person, content: &[u8]) -> Answer {
    let appointment = person.get("/me").expect(200)["appointments"][0]["id"].as_str().unwrap().to_owned();
    let place = format!("/appointments/{appointment}/nomination");
    let tag = person.get(&place).header("etag").unwrap().to_owned();
    let path = format!("/api/v1{place}/letter");
    person.with_header("if-match", &tag).send("PUT", &path, Some(("application/pdf", content))).unwrap()
}

pub(super) fn files(t: &TestApp) -> usize {
    std::fs::read_dir(t.files()).unwrap().filter(|file| file.as_ref().unwrap().path().is_file()).count()
}

#[story("storage.file_limit=65536", "throttle.upload_kib_per_hour=200")]
fn a17_letters_have_a_budget_and_none_is_left(t: TestApp) {
    let (awa, grace) = (applicant(&t, "Awa Diop"), applicant(&t, "Grace Hopper"));
    let content = letter(60);
    let before = files(&t);
    for _ in 0..3 {
        hand_in(&awa, &content).expect(200);
        assert_eq!(files(&t) - before, 1, "what is replaced goes in the same step");
    }
    waits(hand_in(&awa, &content));
    hand_in(&grace, &content).expect(200);
    // A refused upload costs as much, and nothing of it is stored.
    let none = b"x".repeat(60 * 1_024);
    hand_in(&grace, &none).refused(422);
    hand_in(&grace, &none).refused(422);
    waits(hand_in(&grace, &content));
    assert_eq!(files(&t) - before, 2);
    t.pass(HOUR);
    hand_in(&t.login(&awa.email), &content).expect(200);
}

/// A slow client occupies one slot of the storage and not all of them.
#[story]
fn a17_a_person_hands_in_one_letter_at_a_time(t: TestApp) {
    let (awa, grace) = (applicant(&t, "Awa Diop"), applicant(&t, "Grace Hopper"));
    let id: Id = awa.get("/me").expect(200)["id"].as_str().unwrap().parse().unwrap();
    let content = letter(10);
    let under_way = t.portal.heavy_work.upload(id).unwrap();
    let refused = hand_in(&awa, &content);
    assert!(refused.header("retry-after").is_some(), "{}", refused.text);
    assert_eq!(refused.refused(429), "work_under_way");
    hand_in(&grace, &content).expect(200);
    drop(under_way);
    for _ in 0..2 {
        hand_in(&awa, &content).expect(200);
    }
}

#[story("storage.file_limit=65536", "throttle.network_upload_kib_per_hour=100", "throttle.network_site_times=1")]
fn a17_a_network_has_a_budget_of_bytes(t: TestApp) {
    let at = |name: &str, address: &str| applicant(&t, name).with_header("x-forwarded-for", address);
    let (awa, grace) = (at("Awa Diop", "203.0.113.7"), at("Grace Hopper", "203.0.113.7"));
    hand_in(&awa, &letter(60)).expect(200);
    waits(hand_in(&grace, &letter(60)));
    waits(hand_in(&grace.with_header("x-forwarded-for", "203.0.113.8"), &letter(60)));
    hand_in(&grace.with_header("x-forwarded-for", "198.51.100.7"), &letter(60)).expect(200);
}

#[story("storage.file_limit=65536", "throttle.upload_kib_per_hour=64")]
fn a17_sheets_are_handed_in_within_the_same_budget(t: TestApp) {
    let admin = t.admin();
    let sheet = format!("email,name,member,role,note\na@x.example,Ada A,SN,ncp,{}\n", "x".repeat(40_000));
    let send = |path: &str| admin.send("POST", path, Some(("text/csv", sheet.as_bytes()))).unwrap();
    assert_ne!(send("/api/v1/invitations/import").status, 429);
    waits(send("/api/v1/invitations/import"));
    waits(send("/api/v1/suppressions/import"));
}

#[story("storage.file_limit=65536", "throttle.upload_kib_per_hour=200")]
fn a17_what_comes_beside_a_file_counts(t: TestApp) {
    let cora = t.member(&Application { role: "coordinator", ..Application::new("SN", "Moussa Ba") });
    let mut browser = Browser::of(&t, &cora);
    let form = browser.open("/people/import");
    let (sheet, padding) = (b"email,name,member,role\n".as_slice(), "x".repeat(12 * 1_024));
    let send = |browser: &mut Browser| {
        let fields = [("sheet", padding.as_str())];
        browser.submit_file(&form, "Check the file", &fields, Some(("people.csv", "text/csv", sheet))).status
    };
    let answers: Vec<u16> = (0..20).map(|_| send(&mut browser)).collect();
    assert!(answers[0] != 429 && answers[19] == 429, "{answers:?}");
    // What is received beyond the limit counts, too.
    t.pass(HOUR);
    let grace = t.member(&Application { role: "coordinator", ..Application::new("KE", "Grace Hopper") });
    let mut browser = Browser::of(&t, &grace);
    let form = browser.open("/people/import");
    let large = vec![b'x'; 1_200 * 1_024];
    let file = Some(("people.csv", "text/csv", large.as_slice()));
    assert_eq!(browser.submit_file(&form, "Check the file", &[], file).status, 429, "more than an hour's share");
}
