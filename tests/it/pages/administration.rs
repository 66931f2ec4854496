//! Pages of accounts, the audit log, key figures and webhooks.

use serde_json::json;

use crate::support::browser::Browser;
use crate::support::endpoint::{Endpoint, Reply};
use crate::support::{Application, Expect as _, Person, TestApp, story};
use crate::webhooks::{add, change, ping};

fn id(person: &Person) -> String {
    person.get("/me").expect(200)["id"].as_str().unwrap().to_owned()
}

/// An auditor, logged in with two factors.
fn auditor(t: &TestApp) -> Person {
    let person = t.ncp("JP");
    let form = json!({"organisation": "XS", "role": "auditor", "user_id": id(&person)});
    t.admin().post("/appointments", &form).expect(201);
    t.with_app(&t.login(&person.email))
}

#[story]
fn w18_an_auditor_searches_the_log_and_can_change_nothing(t: TestApp) {
    let awa = t.ncp("SN");
    let (awa_id, auditor) = (id(&awa), auditor(&t));
    t.admin().post(&format!("/users/{awa_id}/suspend"), &json!({"reason": "left"})).expect(200);
    let day = t.portal.clock.now().day().to_string();
    let mut browser = Browser::of(&t, &auditor);
    assert_eq!(browser.open("/administration").path, "/audit", "there is nothing else to administer");
    let home = browser.open("/");
    assert!(!home.shows("nav.places a[href='/administration']") && !home.has("Read the audit log"), "{}", home.text());
    let log = browser.click(&home, "Audit log");
    let search =
        [("person", awa_id.as_str()), ("action", "user_suspended"), ("from", day.as_str()), ("to", day.as_str())];
    let found = browser.submit(&log, "Show", &search);
    assert!(found.shows("tbody tr:first-child:last-child"), "one entry: {}", found.text());
    let link = found.document();
    let selector = crate::support::browser::selector("tbody th a");
    let address = link.select(&selector).next().unwrap().attr("href").unwrap().to_owned();
    let entry = browser.open(&address);
    assert!(entry.has("Account suspended") && entry.has(&awa_id));
    for page in [&log, &found, &entry] {
        assert!(!page.shows("main form[method=post]"), "{}", page.path);
    }
    assert_eq!(browser.submit(&log, "Show", &[("to", "2020-01-01")]).status, 200);
    let refused = browser.open("/audit?from=yesterday");
    assert_eq!(refused.status, 400);
    assert!(!refused.error("from").is_empty());
    for address in ["/users", "/statistics", "/webhooks"] {
        assert_eq!(browser.open(address).status, 403, "{address}");
    }
}

#[story]
fn w30_an_account_is_suspended_on_a_page_of_its_own(t: TestApp) {
    let awa = t.ncp("SN");
    let mut browser = Browser::of(&t, &t.admin());
    let users = browser.open("/users");
    let found = browser.submit(&users, "Find the account", &[("email", &awa.email)]);
    let account = browser.click(&found, "Awa Diop");
    let ask = browser.click(&account, "Suspend the account");
    assert!(ask.title().contains("Awa Diop") && ask.has("no longer shows the person"));
    awa.get("/me").expect(200);
    let refused = browser.submit(&ask, "Suspend the account", &[]);
    assert_eq!(refused.status, 422);
    let done = browser.submit(&refused, "Suspend the account", &[("reason", "Left the administration.")]);
    assert!(done.has("The account of Awa Diop is suspended.") && !done.shows("main a[href$='/suspend']"));
    let ask = browser.click(&done, "Reinstate the account");
    assert!(browser.submit(&ask, "Reinstate the account", &[]).has("The account of Awa Diop is reinstated."));
    let ask = browser.open(&format!("{}/end-sessions", account.path));
    assert!(browser.submit(&ask, "End all sessions", &[]).has("The sessions of Awa Diop have ended."));
}

#[story]
fn w38_figures_are_charts_with_a_table_beneath(t: TestApp) {
    t.ncp("SN");
    let mut browser = Browser::of(&t, &t.admin());
    let page = browser.open("/statistics");
    assert!(page.shows("[role=img][aria-label][aria-describedby] rect[width]"));
    assert!(page.has("West and Central Africa: 1"), "a bar says its figure");
    assert!(page.shows("[role=img] + .scroll table"), "the same figures as a table");
    assert!(!page.has("Not of a Member"), "{}", page.text());
    // The union is no Member, and its entries are counted all the same.
    t.member(&Application::new("EU", "Anna Berg"));
    let page = browser.open("/statistics");
    assert!(page.has("Not of a Member"), "{}", page.text());
}

#[story]
fn w30_a_webhook_shows_its_secret_once_and_is_deleted_on_a_page_of_its_own(t: TestApp) {
    let mut browser = Browser::of(&t, &t.admin());
    let list = browser.open("/webhooks");
    let form = browser.click(&list, "Add a webhook");
    assert!(form.has("All events (*)") && form.has("Appointment: approved (appointment.approve)"), "{}", form.text());
    let refused = browser.submit(&form, "Add the webhook", &[("url", "ftp://x"), ("description", "Receiver")]);
    assert_eq!((refused.status, refused.value("description").as_str()), (422, "Receiver"));
    assert!(!refused.error("url").is_empty() && !refused.error("events").is_empty());
    let fields = [("url", "https://receiver.example/hooks"), ("description", "Receiver"), ("events", "*")];
    let made = browser.submit(&form, "Add the webhook", &fields);
    assert!(made.has("whsec_"));
    assert_eq!(made.header("cache-control"), Some("no-store"));
    let one = browser.click(&made, "Back to the webhook");
    assert!(!one.has("whsec_"));
    let ask = browser.click(&one, "Send a test event");
    let sent = browser.submit(&ask, "Send a test event", &[]);
    assert!(sent.has("webhook.ping"));
    let ask = browser.click(&one, "Delete the webhook");
    let left = browser.submit(&ask, "Delete the webhook", &[]);
    assert_eq!(left.path, "/webhooks");
    assert!(left.has("There is no webhook."));
}

#[story]
fn w21_an_event_that_failed_is_sent_again_by_a_page(t: TestApp) {
    let (admin, endpoint) = (t.admin(), Endpoint::start());
    let (webhook, _) = add(&admin, &endpoint.url(), &["*"]);
    endpoint.replies([Reply::Status(503, "later".to_owned())]);
    ping(&admin, &webhook);
    t.tell();
    let mut browser = Browser::of(&t, &admin);
    let one = browser.open(&format!("/webhooks/{webhook}"));
    assert!(one.has("503, refused by the receiver"), "why it failed is told in words: {}", one.text());
    let ask = browser.click(&one, "Send “Test event” again");
    assert!(ask.has("503, refused by the receiver") && ask.has("later"), "{}", ask.text());
    assert_eq!(endpoint.received().len(), 1, "to open the page sends nothing");
    let again = browser.submit(&ask, "Send the event again", &[]);
    assert!(again.path == one.path && again.has("The event is sent again."), "{}", again.text());
    t.tell();
    assert_eq!(endpoint.received().len(), 2);
    let arrived = browser.open(&format!("{}?state=delivered", one.path));
    assert!(arrived.has("webhook.ping") && !arrived.shows("a[href$='/redeliver']"), "{}", arrived.text());
    change(&t.admin(), &webhook, &json!({"enabled": false}));
    let refused = browser.submit(&ask, "Send the event again", &[]);
    assert_eq!((refused.status, endpoint.received().len()), (409, 2));
}

#[story]
fn the_log_says_in_its_list_what_was_done_and_is_searched_by_name_and_days(t: TestApp) {
    let (awa, admin) = (t.ncp("SN"), t.admin());
    t.member(&Application::new("KE", "Wanjiru Kamau"));
    let mut browser = Browser::of(&t, &admin);
    let log = browser.open("/audit?action=appointment_changed");
    assert!(log.has("Appointment changed: approved"), "{}", log.text());
    let found = browser.open("/audit?person=diop");
    assert!(found.has("Awa Diop") && !found.has("Wanjiru Kamau"), "{}", found.text());
    assert_eq!(browser.open("/audit?person=nobody-is-called-so").status, 400);
    let day = t.portal.clock.now().day();
    let before = day.moved(-1).unwrap();
    assert!(!browser.open(&format!("/audit?to={before}")).shows("tbody tr"));
    assert!(browser.open(&format!("/audit?from={before}&to={day}")).has("Awa Diop"));
    t.try_login("192.0.2.1", &awa.email, "a wrong pass phrase");
    assert!(browser.open("/audit?action=login_failed").has("Somebody without a login"));
}

#[story]
fn the_log_says_where_a_name_means_more_people_than_it_looks_for(t: TestApp) {
    let awa = t.ncp("SN");
    t.seed(1_500);
    let mut browser = Browser::of(&t, &t.admin());
    let many = browser.open("/audit?person=awa");
    assert!(many.has("More than 25 people match this name."), "{}", many.text());
    assert!(many.has("Type more of the name, or the whole e-mail address."), "{}", many.text());
    let french = Browser::of(&t, &t.admin()).in_french().open("/audit?person=awa");
    assert!(french.has("Plus de 25 personnes correspondent à ce nom."), "{}", french.text());
    let one = browser.open(&format!("/audit?person={}", awa.email));
    assert!(one.has("Awa Diop") && !one.has("More than 25"), "{}", one.text());
}
