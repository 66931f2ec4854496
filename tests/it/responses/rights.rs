//! Who sees and does what with the response of an organisation.

use serde_json::json;

use super::{begin, complete, coordinator, given, round, step, submit, write};
use crate::authorisation::cast;
use crate::support::{Expect as _, TestApp, story};

#[story]
fn a_response_is_seen_by_the_people_of_its_organisation_alone(t: TestApp) {
    let people = cast(&t);
    let round = round(&t);
    let moussa = coordinator(&t, "SN", "Moussa Ba");
    let response = begin(&moussa, &round);
    complete(&moussa, &response);
    for (role, person) in &people {
        let status = match *role {
            "ncp" => 200,
            "coordinator" | "contributor" | "partner" => 404,
            _ => 403,
        };
        for path in [response.clone(), format!("{response}/check"), format!("{response}/history")] {
            assert_eq!(person.get(&path).status, status, "{role} {path}");
        }
        let written = write(person, &response, &json!([given("plans", json!(role), 0)]));
        assert_eq!(written.status, status, "{role}");
    }
    assert_eq!(t.anonymous().get(&response).unwrap().status, 401);
}

#[story]
fn an_organisation_has_one_response_in_a_round(t: TestApp) {
    let (awa, moussa) = (t.ncp("SN"), coordinator(&t, "SN", "Moussa Ba"));
    let round = round(&t);
    let own = awa.get(&format!("/rounds/{round}/response")).expect(200);
    assert_eq!((&own["id"], &own["state"], &own["organisation"]), (&json!(null), &json!("not_started"), &json!("SN")));
    let begun: Vec<_> = [awa.clone(), moussa.clone(), awa.clone(), moussa.clone()]
        .into_iter()
        .map(|person| {
            let round = round.clone();
            std::thread::spawn(move || begin(&person, &round))
        })
        .collect();
    let mut paths: Vec<String> = begun.into_iter().map(|one| one.join().unwrap()).collect();
    paths.dedup();
    assert_eq!(paths.len(), 1, "{paths:?}");
    let log = t.admin().get("/audit?action=response_begun").expect(200);
    assert_eq!(log["data"].as_array().unwrap().len(), 1);
    let progress = t.admin().get(&format!("/rounds/{round}/progress")).expect(200);
    assert!(progress.to_string().contains("draft"), "{progress}");
}

#[story]
fn a_response_waits_for_its_round(t: TestApp) {
    let moussa = coordinator(&t, "SN", "Moussa Ba");
    let round = round(&t);
    let response = begin(&moussa, &round);
    complete(&moussa, &response);
    t.admin().post(&format!("/rounds/{round}/close"), &json!({})).expect(200);
    let refused = write(&moussa, &response, &json!([given("plans", json!("x"), 0)]));
    assert_eq!(refused.refused(409), "round_not_open");
    assert_eq!(step(&moussa, &response, "request-review").refused(409), "round_not_open");
    moussa.get(&response).expect(200);
}

#[story]
fn programs_are_told_of_a_submission_without_its_answers(t: TestApp) {
    let moussa = coordinator(&t, "SN", "Moussa Ba");
    let response = begin(&moussa, &round(&t));
    complete(&moussa, &response);
    submit(&moussa, &response);
    let log = t.admin().get("/audit?action=response_submitted").expect(200);
    let detail = log["data"][0]["detail"].to_string();
    assert!(detail.contains("sha256") && !detail.contains("it_strategy"), "{detail}");
}
