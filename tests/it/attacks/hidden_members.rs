//! Who is told of a hidden member beside the lists of members and contacts (number 22): rounds of surveys, receipts,
//! answers by name, and the names of the audit log, which are also no token's that reads no contacts.

use std::time::Duration;

use serde_json::{Value, json};

use crate::releases::open;
use crate::responses::{begin, complete, coordinator, round, submit};
use crate::rounds::{given, opened, survey};
use crate::support::browser::Browser;
use crate::support::{Application, Expect as _, Person, TestApp, story};

fn hide(t: &TestApp, member: &str) {
    let (admin, path) = (t.admin(), format!("/members/{member}"));
    let tag = admin.get(&path).header("etag").unwrap().to_owned();
    admin.with_header("if-match", &tag).patch(&path, &json!({"status": "hidden"})).expect(200);
}

/// Lets a round that is open say in public who takes part; its path.
fn public(t: &TestApp, round: &str) -> String {
    let (admin, path) = (t.admin(), format!("/rounds/{round}"));
    let tag = admin.get(&path).header("etag").unwrap().to_owned();
    admin.with_header("if-match", &tag).patch(&path, &json!({"is_participation_public": true})).expect(200);
    path
}

fn codes(list: &Value) -> Vec<&str> {
    list["data"].as_array().unwrap().iter().map(|row| row["organisation"].as_str().unwrap()).collect()
}

fn account(person: &Person) -> String {
    person.get("/me").expect(200)["id"].as_str().unwrap().to_owned()
}

#[story]
fn a22_a_round_counts_a_hidden_member_and_names_it_to_nobody_else(t: TestApp) {
    let (admin, now) = (t.admin(), t.clock.now());
    survey(&admin, "scs", "member");
    let closes = now.plus(Duration::from_hours(10 * 24)).to_string();
    let path = public(&t, &opened(&admin, &given("scs", &now.to_string(), &closes, "UTC")));
    let (reader, own) = (t.ncp("KE"), t.ncp("SN"));
    let lists = |person: &Person| ["frame", "progress"].map(|of| person.get(&format!("{path}/{of}")).expect(200));
    let page = |person: &Person| Browser::of(&t, person).open(&format!("{path}/frame?region=WCA"));
    let before = lists(&reader);
    assert!(before.iter().all(|list| codes(list).contains(&"SN")) && page(&reader).has("Senegal"));
    hide(&t, "SN");
    assert_eq!(reader.get("/members/SN").refused(404), "not_found");
    let after = lists(&reader);
    for (list, earlier) in after.iter().zip(&before) {
        assert_eq!(codes(list).len() + 1, codes(earlier).len());
        assert!(!codes(list).contains(&"SN"), "{list}");
    }
    assert_eq!(after[0]["total"], before[0]["total"], "counts are of all that are asked");
    for count in ["frame", "submitted", "regions"] {
        assert_eq!(after[1][count], before[1][count], "{count}");
    }
    let shown = page(&reader);
    assert!(shown.status == 200 && !shown.has("Senegal"), "{}", shown.text());
    for person in [&own, &admin] {
        assert!(lists(person).iter().all(|list| codes(list).contains(&"SN")), "its own people, and the Secretariat");
    }
}

#[story]
fn a22_a_receipt_names_no_hidden_member(t: TestApp) {
    let round = round(&t);
    public(&t, &round);
    let moussa = coordinator(&t, "SN", "Moussa Ba");
    let response = begin(&moussa, &round);
    complete(&moussa, &response);
    let receipt = submit(&moussa, &response);
    let path = format!("/receipts/{}", receipt["sha256"].as_str().unwrap());
    let read = || t.anonymous().get(&path).unwrap().expect(200);
    assert_eq!(read()["organisation"], "SN");
    hide(&t, "SN");
    assert_eq!((&read()["organisation"], &read()["state"]), (&Value::Null, &receipt["state"]));
    assert_eq!(moussa.get(&format!("{response}/receipt")).expect(200)["organisation"], "SN", "its own people");
}

#[story]
fn a22_answers_by_name_are_of_no_hidden_member(t: TestApp) {
    let round = open(&t, "scs");
    let answers = round.answers();
    round.submit(&t, &answers[..100], false);
    round.submit(&t, &answers[100..], true);
    round.close(&t);
    t.pass(Duration::from_mins(1));
    round.published(&t, &json!({"audience": "members"}));
    let (awa, path) = (t.ncp("SN"), format!("/rounds/{}/answers?question=willing", round.id));
    let before = awa.get(&path).expect(200);
    let other = codes(&before).into_iter().find(|code| *code != "SN").unwrap();
    hide(&t, other);
    let after = awa.get(&path).expect(200);
    assert!(!codes(&after).contains(&other) && codes(&after).len() + 1 == codes(&before).len(), "{after}");
    assert!(codes(&t.admin().get(&path).expect(200)).contains(&other), "the Secretariat");
}

#[story]
fn a22_the_audit_log_names_nobody_of_a_hidden_member(t: TestApp) {
    let moussa = coordinator(&t, "SN", "Moussa Ba");
    let jun = account(&t.member(&Application::new("JP", "Jun Tanaka")));
    let shown = |person: &Person| {
        let page = Browser::of(&t, person).open(&format!("/audit?person={jun}"));
        assert_eq!(page.status, 200, "{}", page.text());
        page.has("Jun Tanaka")
    };
    assert!(shown(&moussa), "as in the directory");
    hide(&t, "JP");
    assert!(!shown(&moussa) && shown(&t.admin()));
}

#[story]
fn a22_a_token_that_reads_no_contacts_learns_no_names_of_the_audit_log(t: TestApp) {
    let (moussa, awa) = (coordinator(&t, "SN", "Moussa Ba"), account(&t.ncp("SN")));
    let shown = |officer: &Person, scopes: &[&str]| {
        let form = json!({"name": scopes.join(" "), "scopes": scopes, "expires_in_days": 1});
        let made = officer.post("/me/tokens", &form).expect(201);
        let program = t.anonymous().with_token(made["token"].as_str().unwrap());
        ["", &format!("?person={awa}")].map(|query| {
            let page = program.send("GET", &format!("/audit{query}"), None).unwrap();
            assert_eq!(page.status, 200, "{}", page.text);
            page.text.contains("Awa Diop")
        })
    };
    for officer in [&moussa, &t.admin()] {
        assert_eq!(shown(officer, &["audit:read"]), [false, false]);
        assert_eq!(shown(officer, &["audit:read", "profile:read"]), [false, false]);
        assert!(shown(officer, &["audit:read", "community:read"])[1], "who reads contacts");
        assert!(shown(officer, &["audit:read", "appointments:manage"])[1], "who looks after them");
    }
}
