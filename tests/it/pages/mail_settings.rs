//! Pages of the Secretariat about mail: topics, the sending rate, suppressed addresses, and reports that were not
//! understood.

use serde_json::json;

use crate::bounces::{announce, mail, outcome, paths};
use crate::support::browser::Browser;
use crate::support::{Expect as _, TestApp, story};

#[story]
fn w21_a_topic_is_created_named_and_closed(t: TestApp) {
    let (awa, admin) = (t.ncp("SN"), t.admin());
    let mut officer = Browser::of(&t, &admin);
    let list = officer.open("/topics");
    assert!(list.has("News of the community"), "{}", list.text());
    let form = officer.click(&list, "New topic");
    let refused = officer.submit(&form, "Create topic", &[("topic", "not a code"), ("names-en", "Rules of origin")]);
    assert_eq!((refused.status, refused.value("names-en").as_str()), (422, "Rules of origin"));
    assert!(refused.error("topic").contains("is not a code"), "{}", refused.text());
    let refused = officer.submit(&refused, "Create topic", &[("topic", "news"), ("names-fr", "Origine")]);
    assert_eq!(refused.error("topic"), "Duplicate value.");
    let refused = officer.submit(&refused, "Create topic", &[("topic", "rules"), ("names-fr", "")]);
    assert!(!refused.error("names-fr").is_empty(), "{}", refused.text());
    let list = officer.submit(&refused, "Create topic", &[("names-fr", "Règles d’origine")]);
    assert_eq!(list.path, "/topics");
    assert!(list.has("The topic “Rules of origin” has been created."), "{}", list.text());

    let form = officer.click(&list, "Change “Rules of origin”");
    assert_eq!(form.value("names-fr"), "Règles d’origine");
    let list = officer.submit(&form, "Save topic", &[("names-en", "Origin"), ("retired", "true")]);
    assert!(list.has("The topic “Origin” has been saved.") && list.has("Closed"), "{}", list.text());
    let topics = admin.get("/topics").expect(200);
    let topic = topics["data"].as_array().unwrap().iter().find(|topic| topic["code"] == "rules").unwrap();
    assert_eq!(topic["names"], json!({"en": "Origin", "fr": "Règles d’origine"}));
    assert_eq!(topic["retired"], true);
    assert_eq!(officer.open("/topics/nothing/edit").status, 404);
    assert_eq!(Browser::of(&t, &awa).open("/topics").status, 403);
}

#[story]
fn w28_the_sending_rate_of_two_officers_is_shown_to_the_second(t: TestApp) {
    let mut officer = Browser::of(&t, &t.admin());
    let form = officer.open("/sending-rate");
    let refused = officer.submit(&form, "Save sending rate", &[("per_minute", "fast")]);
    assert_eq!((refused.status, refused.value("per_minute").as_str()), (422, "fast"));
    assert_eq!(refused.error("per_minute"), "A number from 1 to 10000000.");
    let slow = [("per_minute", "600"), ("domain", "slow.example"), ("per_minute_of", "0")];
    let refused = officer.submit(&refused, "Save sending rate", &slow);
    assert!(!refused.error("domains-0-per_minute").is_empty(), "{}", refused.text());
    let slow = [("per_minute", "600"), ("domain", "slow.example"), ("per_minute_of", "60")];
    let done = officer.submit(&refused, "Save sending rate", &slow);
    assert!(done.has("The sending rate has been saved.") && done.value("per_minute") == "600", "{}", done.text());
    let domains = json!([{"domain": "slow.example", "per_minute": 60, "connections": null}]);
    let stored = || t.admin().get("/mail/pace").expect(200);
    assert_eq!(stored(), json!({"per_minute": 600, "domains": domains}));

    // The form that was opened first is too old.
    let conflict = officer.submit(&form, "Save sending rate", &[("per_minute", "900")]);
    assert_eq!((conflict.status, conflict.value("per_minute").as_str()), (412, "900"));
    assert!(conflict.has("Current settings") && conflict.has("slow.example") && conflict.has("600"));
    assert_eq!(stored()["per_minute"], 600);
    officer.submit(&conflict, "Save sending rate", &[]);
    assert_eq!(stored(), json!({"per_minute": 900, "domains": []}));
}

#[story]
fn w30_an_address_is_suppressed_found_and_removed_after_a_question(t: TestApp) {
    let (awa, admin) = (t.ncp("SN"), t.admin());
    let mut officer = Browser::of(&t, &admin);
    let list = officer.open("/suppressions");
    assert!(list.has("No address is suppressed."), "{}", list.text());
    let form = officer.click(&list, "Suppress an address");
    let refused = officer.submit(&form, "Suppress this address", &[("address", "kofi")]);
    assert_eq!((refused.status, refused.value("address").as_str()), (422, "kofi"));
    assert!(refused.error("address").starts_with("This is not an e-mail address."), "{}", refused.text());
    let list = officer.submit(&refused, "Suppress this address", &[("address", "kofi@customs.example")]);
    assert!(list.has("no longer sent to kofi@customs.example") && list.has("Added by the Secretariat"));
    let none = officer.submit(&list, "Search", &[("q", "awa")]);
    assert!(none.has("No suppressed address matches these filters."), "{}", none.text());
    let list = officer.submit(&none, "Search", &[("q", "Kofi"), ("reason", "manual")]);
    let list = officer.click(&list, "Remove the filter: address begins with “Kofi”");
    assert_eq!(list.path, "/suppressions?reason=manual");

    let question = officer.click(&list, "Remove kofi@customs.example");
    assert!(question.has("kofi@customs.example") && question.has("will be sent to this address again"));
    assert_eq!(admin.all("/suppressions").len(), 1, "a question removes nothing");
    let list = officer.submit(&question, "Remove this address from the list", &[]);
    assert!(list.has("are sent to kofi@customs.example again"), "{}", list.text());
    assert!(admin.all("/suppressions").is_empty());
    let again = officer.submit(&question, "Remove this address from the list", &[]);
    assert_eq!(again.status, 404);
    assert_eq!(Browser::of(&t, &awa).open("/suppressions").status, 403);
}

#[story("mail.bounce_domain=bounces.portal.example", "bounces.token=a token of sixteen")]
fn w21_reports_that_were_not_understood_are_listed_and_read(t: TestApp) {
    let awa = t.ncp("SN");
    let sent = mail(&t, &announce(&t, None), &awa.email);
    let mut officer = Browser::of(&t, &t.admin());
    assert!(officer.open("/bounces").has("There are no such reports."));
    let to = paths().of(sent);
    let odd = format!("From: robot@mx.example\r\nTo: {to}\r\nSubject: <b>Odd</b>\r\n\r\nWhat is that?\r\n");
    assert_eq!(outcome(&t, odd.as_bytes()), "not_understood");
    let list = officer.open("/bounces");
    assert!(list.has("1 report is kept.") && list.has("robot@mx.example"), "{}", list.text());
    let report = officer.click(&list, "<b>Odd</b>");
    assert!(report.has("What is that?"), "{}", report.text());
}
