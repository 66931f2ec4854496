//! Requests for more time: asked by coordinators, granted or declined with a word (S11, S13).

use serde_json::{Value, json};

use super::{DAY, coordinator, days_pass, faults, id_of, opened, standing, survey, ten_days};
use crate::support::{Expect as _, Person, TestApp, story};

fn ask(asker: &Person, round: &str, until: &str) -> portal::demo::client::Answer {
    let body = json!({"until": until, "reason": "Two ministries have to agree."});
    asker.post(&format!("/rounds/{round}/extension-requests"), &body)
}

fn decide(admin: &Person, request: &str, verb: &str, body: &Value) -> portal::demo::client::Answer {
    admin.post(&format!("/extension-requests/{request}/{verb}"), body)
}

#[story]
fn s11_more_time_is_asked_for_after_the_deadline_and_granted(t: TestApp) {
    let admin = t.admin();
    survey(&admin, "scs", "member");
    let (moussa, wanjiru) = (coordinator(&t, "SN", "Moussa Fall", "fr"), coordinator(&t, "KE", "Wanjiru Kamau", "en"));
    let id = opened(&admin, &ten_days(&t, "scs"));
    days_pass(&t, 11);
    let (admin, moussa, wanjiru) = (t.admin(), t.login(&moussa.email), t.login(&wanjiru.email));
    assert_eq!(moussa.get(&format!("/rounds/{id}")).expect(200)["state"], "closed");
    let until = t.clock.now().plus(5 * DAY);
    let request = ask(&moussa, &id, &until.to_string()).expect(201);
    assert_eq!((&request["organisation"], &request["state"]), (&json!("SN"), &json!("open")));
    assert_eq!(ask(&moussa, &id, &until.to_string()).refused(409), "extension_asked");
    let mail = t.mail_about(&admin.email, "More time requested");
    assert!(mail.subject.contains("Senegal") && mail.text.contains("Two ministries have to agree."), "{}", mail.text);

    let list = |reader: &Person| {
        let list = reader.get(&format!("/rounds/{id}/extension-requests")).expect(200);
        list["data"].as_array().unwrap().len()
    };
    assert_eq!([&admin, &moussa, &wanjiru].map(list), [1, 1, 0], "no other member's");
    let granted = decide(&admin, &id_of(&request), "grant", &json!({"reason": "Gladly."})).expect(200);
    assert_eq!((&granted["state"], &granted["granted_until"]["at"]), (&json!("granted"), &json!(until)));
    let mail = t.mail_about(&moussa.email, "Prorogation accordée");
    assert!(mail.text.contains("Gladly.") && mail.text.contains("(Sénégal)"), "{}", mail.text);
    let stands = [&moussa, &wanjiru].map(|person| standing(person, &id)["is_open"].clone());
    assert_eq!(stands, [json!(true), json!(false)]);
    // The entry of the ledger names the request, and is the grant under which a late response is accepted.
    let ledger = moussa.get(&format!("/rounds/{id}/deadlines")).expect(200);
    assert_eq!(ledger["data"][1]["request"], request["id"]);
    assert_eq!(wanjiru.get(&format!("/rounds/{id}/deadlines")).expect(200)["data"].as_array().unwrap().len(), 1);
    let (round, organisation) = (id.parse().unwrap(), "SN".to_owned());
    let found = t.portal.db.read(move |conn| {
        let organisation = portal::members::get(conn, &organisation)?.id;
        portal::rounds::standing(conn, round, organisation)
    });
    let found = t.run(found).unwrap().expect("it is asked");
    assert_eq!(found.grant.map(|grant| json!(grant)), Some(ledger["data"][1]["id"].clone()));
    assert!(found.accepts(t.clock.now()) && !found.accepts(until));
    assert_eq!(found.late_under(t.clock.now()), found.grant);
}

#[story]
fn s13_what_is_declined_or_not_asked_changes_nothing(t: TestApp) {
    let admin = t.admin();
    survey(&admin, "scs", "member");
    let moussa = coordinator(&t, "SN", "Moussa Fall", "fr");
    let id = opened(&admin, &ten_days(&t, "scs"));
    let (sooner, later) = (t.clock.now().plus(9 * DAY).to_string(), t.clock.now().plus(15 * DAY).to_string());
    assert_eq!(faults(&ask(&moussa, &id, &sooner)), [("/until".to_owned(), "earlier_than_granted".to_owned())]);
    let keyed = moussa.with_header("idempotency-key", "time");
    let request = ask(&keyed, &id, &later).expect(201);
    assert_eq!(ask(&keyed, &id, &later).expect(201), request, "once");
    let request = id_of(&request);
    let silent = decide(&admin, &request, "decline", &json!({}));
    assert_eq!(faults(&silent), [("/reason".to_owned(), "missing".to_owned())]);
    let early = decide(&admin, &request, "grant", &json!({"until": sooner}));
    assert_eq!(faults(&early), [("/until".to_owned(), "earlier_than_granted".to_owned())]);
    let declined = decide(&admin, &request, "decline", &json!({"reason": "The results are due."})).expect(200);
    assert_eq!((&declined["state"], &declined["answer"]), (&json!("declined"), &json!("The results are due.")));
    assert_eq!(decide(&admin, &request, "grant", &json!({})).refused(409), "extension_decided");
    assert!(t.mail_about(&moussa.email, "Prorogation refusée").text.contains("The results are due."));
    assert_eq!(standing(&moussa, &id)["is_extended"], false);
    // Another request is possible, and may be granted until another instant.
    let request = id_of(&ask(&moussa, &id, &later).expect(201));
    let between = t.clock.now().plus(12 * DAY);
    decide(&admin, &request, "grant", &json!({"until": between})).expect(200);
    assert_eq!(standing(&moussa, &id)["deadline"]["at"], json!(between));
    let events = ["extension_asked", "extension_granted", "extension_declined"];
    let count = |event: &str| {
        let log = admin.get(&format!("/audit?action={event}")).expect(200);
        log["data"].as_array().unwrap().len()
    };
    assert_eq!(events.map(count), [2, 1, 1]);
}
