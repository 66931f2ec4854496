//! Webhooks: signed, retried until they are received, and never sent to internal addresses.

use std::collections::BTreeSet;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use diesel::prelude::*;
use portal::db::schema::{webhook, webhook_event};
use portal::demo::receiver::Verdict;
use portal::error::{Error, ProblemCode};
use portal::events::Kind;
use serde_json::{Value, json};

use crate::support::endpoint::{Endpoint, Received, Reply};
use crate::support::{Application, Expect as _, Person, TestApp, story};

/// Adds an endpoint with these events; returns its id and secret.
pub fn add(admin: &Person, url: &str, events: &[&str]) -> (String, String) {
    let form = json!({"url": url, "description": "Receiver", "events": events});
    let made = admin.post("/webhooks", &form).expect(201);
    (made["id"].as_str().unwrap().to_owned(), made["secret"].as_str().unwrap().to_owned())
}

pub fn ping(admin: &Person, id: &str) -> String {
    admin.post(&format!("/webhooks/{id}/ping"), &json!({})).expect(202)["id"].as_str().unwrap().to_owned()
}

pub fn one(admin: &Person, id: &str) -> Value {
    admin.get(&format!("/webhooks/{id}")).expect(200)
}

pub fn deliveries(admin: &Person, id: &str) -> Vec<Value> {
    admin.all(&format!("/webhooks/{id}/deliveries"))
}

/// Changes an endpoint in its current version.
pub fn change(admin: &Person, id: &str, body: &Value) -> Value {
    let path = format!("/webhooks/{id}");
    let tag = admin.get(&path).header("etag").unwrap().to_owned();
    admin.with_header("if-match", &tag).patch(&path, body).expect(200)
}

/// Whether one of its signatures is that of this secret, as the specification says.
pub fn is_signed(received: &Received, secret: &str) -> bool {
    let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
    let signed = format!("{}.{}.{}", received.id(), received.headers["webhook-timestamp"], received.body);
    let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, &key);
    let wanted = format!("v1,{}", STANDARD.encode(aws_lc_rs::hmac::sign(&key, signed.as_bytes())));
    received.headers["webhook-signature"].split(' ').any(|signature| signature == wanted)
}

/// A second person of the Secretariat.
fn colleague(t: &TestApp) -> Person {
    t.set_up("colleague@portal.example", "Second Reader");
    t.with_app(&t.login("colleague@portal.example"))
}

fn types(endpoint: &Endpoint) -> Vec<String> {
    endpoint.received().iter().map(|received| received.json()["type"].as_str().unwrap().to_owned()).collect()
}

#[story]
fn what_happens_arrives_signed_and_is_logged(t: TestApp) {
    let (admin, endpoint) = (t.admin(), Endpoint::start());
    let (id, secret) = add(&admin, &endpoint.url(), &["appointment.*"]);
    assert!(STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap().len() >= 24);
    assert!(!admin.get(&format!("/webhooks/{id}")).text.contains("whsec_"), "shown once");
    let applicant = Application::new("SN", "Awa Diop");
    t.apply_and_verify(&applicant);
    t.tell();

    let [received] = &endpoint.received()[..] else { panic!("{:?}", endpoint.received()) };
    assert_eq!(
        (received.path.as_str(), received.headers["content-type"].as_str()),
        ("/hook?key=1", "application/json")
    );
    assert!(is_signed(received, &secret));
    assert_eq!(received.headers["webhook-timestamp"], t.clock.now().as_seconds().to_string());
    let body = received.json();
    assert_eq!((&body["type"], &body["timestamp"]), (&json!("appointment.apply"), &json!(t.clock.now())));
    let names: Vec<&String> = body["data"].as_object().unwrap().keys().collect();
    assert_eq!(names, ["appointment", "from", "role", "to"], "ids and states, nothing personal");
    assert_eq!((&body["data"]["from"], &body["data"]["to"]), (&Value::Null, &json!("pending")));
    let appointment = body["data"]["appointment"].as_str().unwrap();
    assert_eq!(admin.get(&format!("/appointments/{appointment}")).expect(200)["person"]["email"], applicant.email);

    let [delivery] = &deliveries(&admin, &id)[..] else { panic!() };
    assert_eq!((&delivery["id"], &delivery["state"]), (&json!(received.id()), &json!("delivered")));
    assert_eq!((&delivery["attempts"], &delivery["last_status"]), (&json!(1), &json!(204)));
    assert_eq!(delivery["type"], "appointment.apply");
    assert!(delivery["last_millis"].is_number() && delivery["last_fault"].is_null());
    t.tell();
    assert_eq!(endpoint.received().len(), 1, "told once");
    let log = admin.get("/audit?action=webhook_added").expect(200);
    assert_eq!(log["data"][0]["subject_id"], json!(id));
    assert_eq!(t.admin().delete(&format!("/webhooks/{id}")).status, 204);
    assert_eq!(admin.get(&format!("/webhooks/{id}/deliveries")).refused(404), "not_found");
}

#[story]
fn one_hears_of_what_one_asked_for(t: TestApp) {
    let admin = t.admin();
    let tell = |kind: Kind| {
        let events = t.portal.events.clone();
        let told = t.portal.db.write(move |conn| events.tell_each(conn, kind, vec![json!({"n": 1}), json!({"n": 2})]));
        t.run(told).unwrap();
    };
    tell(Kind::MailFailed);
    let count = t.portal.db.read(|conn| Ok(webhook_event::table.count().get_result::<i64>(conn)?));
    assert_eq!(t.run(count).unwrap(), 0, "nobody listens, so nothing is kept");
    let (all, mails, one, off) = (Endpoint::start(), Endpoint::start(), Endpoint::start(), Endpoint::start());
    add(&admin, &all.url(), &["*", "mail.failed", "mail.*", "*"]);
    add(&admin, &mails.url(), &["mail.*"]);
    add(&admin, &one.url(), &["announcement.sent", "mail.failed"]);
    let (id, _) = add(&admin, &off.url(), &["*"]);
    change(&admin, &id, &json!({"enabled": false}));
    for kind in [Kind::MailFailed, Kind::MailBounced, Kind::AnnouncementSent] {
        tell(kind);
    }
    t.tell();
    let heard =
        |endpoint: &Endpoint| (endpoint.received().len(), types(endpoint).into_iter().collect::<BTreeSet<_>>().len());
    assert_eq!((heard(&all), heard(&mails), heard(&one), heard(&off)), ((6, 3), (4, 2), (4, 2), (0, 0)));
    // The same event has the same id at every endpoint.
    let ids = |endpoint: &Endpoint| endpoint.received().iter().map(|r| r.id().to_owned()).collect::<BTreeSet<_>>();
    assert!(ids(&mails).is_subset(&ids(&all)) && ids(&all).len() == 6);
}

#[story]
fn a_life_cycle_is_told_step_by_step(t: TestApp) {
    let (admin, endpoint) = (t.admin(), Endpoint::start());
    add(&admin, &endpoint.url(), &["appointment.*"]);
    let awa = t.ncp("SN");
    let appointment = awa.get("/me").expect(200)["appointments"][0]["id"].as_str().unwrap().to_owned();
    t.tell();
    // An appointment approved today need not be confirmed.
    t.pass(Duration::from_hours(24));
    for (deed, body) in [("confirm", json!({})), ("suspend", json!({"reason": "On leave"})), ("reinstate", json!({}))] {
        t.admin().post(&format!("/appointments/{appointment}/{deed}"), &body).expect(200);
    }
    t.tell();
    let mut told = types(&endpoint);
    told.sort();
    let wanted = ["apply", "approve", "confirm", "reinstate", "suspend"].map(|event| format!("appointment.{event}"));
    assert_eq!(told, wanted);
    assert!(endpoint.received().iter().all(|r| r.json()["data"]["appointment"] == appointment.as_str()));
    assert!(endpoint.received().iter().all(|r| !r.body.contains("leave") && !r.body.contains("Awa")));
}

#[story]
fn an_announcement_is_told_from_its_start_to_its_end(t: TestApp) {
    let (awa, marie) = (t.ncp("SN"), t.ncp("FR"));
    let (admin, endpoint) = (t.admin(), Endpoint::start());
    add(&admin, &endpoint.url(), &["announcement.*", "mail.*"]);
    t.mail_server_answers(&awa.email, [Verdict::Refuse("550 5.1.1 no such person")]);
    let form = json!({"default_language": "en", "variants": {"en": {"subject": "News", "body_markdown": "News."}}});
    let id = admin.post("/announcements", &form).expect(201)["id"].as_str().unwrap().to_owned();
    for deed in ["send", "pause", "resume"] {
        let answer = admin.post(&format!("/announcements/{id}/{deed}"), &json!({}));
        assert!(answer.status < 300, "{deed}: {}", answer.text);
    }
    t.deliver();
    t.tell();
    let told: BTreeSet<String> = types(&endpoint).into_iter().collect();
    let wanted = ["announcement.paused", "announcement.resumed", "announcement.sent", "announcement.started"];
    assert_eq!(told, wanted.into_iter().chain(["mail.failed"]).map(str::to_owned).collect());
    assert_eq!(endpoint.received().len(), 5);
    for received in endpoint.received() {
        let body = received.json();
        assert_eq!(body["data"]["announcement"], json!(id));
        if body["type"] == "mail.failed" {
            assert_eq!(body["data"]["code"], 550);
        }
        assert!(![&awa, &marie].iter().any(|person| received.body.contains(&person.email)), "{}", received.body);
    }
    // A cancelled announcement is reported as cancelled, and not as sent.
    let id = admin.post("/announcements", &form).expect(201)["id"].as_str().unwrap().to_owned();
    admin.post(&format!("/announcements/{id}/send"), &json!({})).expect(202);
    admin.post(&format!("/announcements/{id}/cancel"), &json!({})).expect(200);
    t.deliver();
    t.tell();
    let received = endpoint.received();
    let of_it = received.iter().map(Received::json).filter(|body| body["data"]["announcement"] == json!(id));
    let told: BTreeSet<String> = of_it.map(|body| body["type"].as_str().unwrap().to_owned()).collect();
    assert_eq!(told, BTreeSet::from(["announcement.started".to_owned(), "announcement.cancelled".to_owned()]));
}

#[story]
fn what_is_undone_is_never_told(t: TestApp) {
    let (admin, endpoint) = (t.admin(), Endpoint::start());
    add(&admin, &endpoint.url(), &["*"]);
    let events = t.portal.events.clone();
    let undone = t.portal.db.write(move |conn| {
        events.emit(conn, Kind::AnnouncementSent, json!({}))?;
        Err::<(), _>(Error::conflict(ProblemCode::AlreadySent))
    });
    assert!(t.run(undone).is_err());
    // Refused by the state: the second approval undoes its unit of work.
    let id = t.apply_and_verify(&Application::new("KE", "Wanjiru Kamau"));
    admin.post(&format!("/registrations/{id}/approve"), &json!({})).expect(200);
    admin.post(&format!("/registrations/{id}/approve"), &json!({})).refused(409);
    t.tell();
    let told: BTreeSet<String> = types(&endpoint).into_iter().collect();
    assert_eq!((endpoint.received().len(), told.len()), (2, 2), "{told:?}");
}

#[story]
fn a_new_secret_signs_beside_the_old_one_for_a_day(t: TestApp) {
    let (admin, endpoint) = (t.admin(), Endpoint::start());
    let (id, first) = add(&admin, &endpoint.url(), &["*"]);
    let rotate = |admin: &Person| {
        let made = admin.post(&format!("/webhooks/{id}/rotate"), &json!({})).expect(200);
        made["secret"].as_str().unwrap().to_owned()
    };
    let second = rotate(&admin);
    let signed = |admin: &Person| {
        ping(admin, &id);
        t.tell();
        endpoint.received().pop().unwrap()
    };
    let received = signed(&admin);
    assert!(first != second && is_signed(&received, &first) && is_signed(&received, &second));
    assert!(one(&admin, &id)["old_secret_until"].is_string());
    t.pass(Duration::from_hours(24));
    let received = signed(&t.admin());
    assert!(!is_signed(&received, &first) && is_signed(&received, &second));
    // The one before the last is worthless at once.
    let admin = t.admin();
    let (third, fourth) = (rotate(&admin), rotate(&admin));
    let received = signed(&admin);
    assert!(!is_signed(&received, &second) && is_signed(&received, &third) && is_signed(&received, &fourth));
    // The database has no secret in plain text.
    let sealed = t.portal.db.read(|conn| Ok(webhook::table.select(webhook::secret).first::<Vec<u8>>(conn)?));
    let (sealed, plain) = (t.run(sealed).unwrap(), STANDARD.decode(&fourth["whsec_".len()..]).unwrap());
    assert!(!sealed.windows(plain.len()).any(|window| window == plain));
}

#[story("webhooks.allow_networks=")]
fn nobody_leads_the_portal_inside(t: TestApp) {
    let (admin, endpoint) = (t.admin(), Endpoint::start());
    let port = endpoint.port();
    for (url, code) in [
        (endpoint.url(), "address_not_allowed"),
        (format!("http://localhost:{port}/"), "address_not_allowed"),
        (format!("http://[::ffff:127.0.0.1]:{port}/"), "address_not_allowed"),
        (format!("http://2130706433:{port}/"), "address_not_allowed"),
        ("https://169.254.169.254/latest/meta-data/".to_owned(), "address_not_allowed"),
        ("https://receiver.example:22/".to_owned(), "port_not_allowed"),
        ("https://user:password@receiver.example/".to_owned(), "bad_url"),
    ] {
        let answer = admin.post("/webhooks", &json!({"url": url, "description": "Inside", "events": ["*"]}));
        let faults = answer.json()["errors"].clone();
        assert_eq!(answer.refused(422), "invalid", "{url}");
        assert_eq!((&faults[0]["pointer"], &faults[0]["code"]), (&json!("/url"), &json!(code)), "{url}");
    }
    // A name is judged by where it leads at each try, whatever it was when it was entered.
    let (id, _) = add(&admin, "https://receiver.example/", &["*"]);
    for url in [endpoint.url(), format!("http://localhost:{port}/hook")] {
        let moved = t
            .portal
            .db
            .write(move |conn| Ok(diesel::update(webhook::table).set(webhook::url.eq(url)).execute(conn)?));
        assert_eq!(t.run(moved).unwrap(), 1);
        ping(&admin, &id);
        t.tell();
        assert_eq!(deliveries(&admin, &id)[0]["last_fault"], "address_not_allowed");
    }
    assert!(endpoint.received().is_empty(), "nobody has called");
}

#[story]
fn a_redirect_is_not_followed_and_a_long_answer_is_cut(t: TestApp) {
    let (admin, endpoint, elsewhere) = (t.admin(), Endpoint::start(), Endpoint::start());
    let (id, _) = add(&admin, &endpoint.url(), &["*"]);
    endpoint.replies([Reply::Redirect(elsewhere.url()), Reply::Status(200, "é\0".repeat(1_000_000))]);
    ping(&admin, &id);
    t.tell();
    let delivery = deliveries(&admin, &id).remove(0);
    assert_eq!((&delivery["last_status"], &delivery["last_fault"]), (&json!(302), &json!("refused")));
    t.pass(Duration::from_secs(7));
    t.tell();
    let delivery = deliveries(&admin, &id).remove(0);
    assert_eq!((&delivery["state"], &delivery["last_status"]), (&json!("delivered"), &json!(200)));
    assert!(delivery["last_answer"].as_str().unwrap().len() <= 1_024 + 2);
    assert!(elsewhere.received().is_empty());
}

#[story]
fn an_endpoint_is_changed_by_whoever_saw_how_it_stood(t: TestApp) {
    let (admin, endpoint) = (t.admin(), Endpoint::start());
    let (id, _) = add(&admin, &endpoint.url(), &["mail.*"]);
    let path = format!("/webhooks/{id}");
    assert_eq!(admin.patch(&path, &json!({})).refused(428), "if_match_required");
    let tag = admin.get(&path).header("etag").unwrap().to_owned();
    let seen = admin.with_header("if-match", &tag);
    let changed =
        seen.patch(&path, &json!({"description": "The gateway", "events": ["announcement.sent"]})).expect(200);
    assert_eq!((&changed["description"], &changed["events"]), (&json!("The gateway"), &json!(["announcement.sent"])));
    assert_eq!(changed["url"], endpoint.url());
    assert_eq!(seen.patch(&path, &json!({"enabled": false})).refused(412), "changed_meanwhile");
    let bad = change_refused(&admin, &path, &json!({"events": []}));
    assert_eq!(bad, "/events");
    // What waits for an endpoint that is switched off is given up.
    ping(&admin, &id);
    assert_eq!(change(&admin, &id, &json!({"enabled": false}))["disabled"], "asked");
    t.tell();
    assert!(endpoint.received().is_empty());
    assert_eq!(deliveries(&admin, &id)[0]["state"], "failed");
    assert_eq!(admin.get("/webhooks").expect(200)["data"].as_array().unwrap().len(), 1);
    // Only a person with a recent proof of identity decides where events are sent.
    t.pass(Duration::from_mins(6));
    assert_eq!(admin.post("/webhooks", &json!({})).refused(401), "reauth_required");
    admin.get("/webhooks").expect(200);
}

fn change_refused(admin: &Person, path: &str, body: &Value) -> String {
    let answer = admin.with_header("if-match", "*").patch(path, body);
    let pointer = answer.json()["errors"][0]["pointer"].as_str().unwrap().to_owned();
    assert_eq!(answer.refused(422), "invalid");
    pointer
}

#[story]
fn the_whole_secretariat_hears_where_events_go(t: TestApp) {
    let (admin, colleague) = (t.admin(), colleague(&t));
    let (id, _) = add(&admin, "https://receiver.example/hook?key=1", &["mail.*"]);
    let heard = |subject: &str| {
        let mails = [&admin, &colleague].map(|officer| t.mail_about(&officer.email, subject));
        for mail in &mails {
            assert!(mail.text.contains("receiver.example") && !mail.text.contains("key=1"), "{}", mail.text);
        }
        mails.map(|mail| mail.text).into_iter().next().unwrap()
    };
    let count = || t.inbox(&colleague.email).iter().filter(|mail| mail.subject.contains("webhook")).count();
    assert!(heard("New webhook: “Receiver”").contains("has added the webhook"));
    let set = |body: Value| {
        let before = count();
        change(&admin, &id, &body);
        count() - before
    };
    assert_eq!(set(json!({"description": "The gateway"})), 0, "it is the same endpoint");
    assert_eq!(set(json!({"events": ["mail.*", "announcement.sent"]})), 1);
    assert!(heard("“The gateway” has been changed").contains("more events"));
    assert_eq!(set(json!({"events": ["announcement.sent"]})), 0, "it gets less");
    assert_eq!(set(json!({"url": "https://mirror.receiver.example/"})), 1);
    // What is moved while nothing is sent to it is told when something is.
    assert_eq!(set(json!({"enabled": false})), 0);
    assert_eq!(set(json!({"url": "https://other.receiver.example/"})), 0);
    assert_eq!(set(json!({"enabled": true})), 1);
    assert!(t.newest_mail(&colleague.email).text.contains("other.receiver.example"));
    admin.post(&format!("/webhooks/{id}/rotate"), &json!({})).expect(200);
    assert!(heard("New secret for the webhook").contains("remains valid for one day"));
}

#[story("throttle.mails_to_one=2")]
fn nothing_is_sent_elsewhere_of_which_nobody_could_hear(t: TestApp) {
    let (admin, _) = (t.admin(), colleague(&t));
    for _ in 0..2 {
        add(&admin, "https://receiver.example/", &["mail.*"]);
    }
    let third = json!({"url": "https://receiver.example/", "description": "Third", "events": ["*"]});
    assert_eq!(admin.post("/webhooks", &third).refused(429), "too_many_attempts");
    assert_eq!(admin.get("/webhooks").expect(200)["data"].as_array().unwrap().len(), 2);
}

#[story]
fn there_are_twenty_endpoints_at_most(t: TestApp) {
    let admin = t.admin();
    for n in 0..20 {
        add(&admin, &format!("https://receiver-{n}.example/"), &["*"]);
    }
    let form = json!({"url": "https://receiver.example/", "description": "One more", "events": ["*"]});
    assert_eq!(admin.post("/webhooks", &form).refused(409), "too_many_webhooks");
}

#[story]
fn every_field_at_fault_is_named(t: TestApp) {
    let admin = t.admin();
    let form =
        json!({"url": "ftp://receiver.example", "description": " ", "events": ["mail.*", "mail.lost", "webhook.ping"]});
    let answer = admin.post("/webhooks", &form);
    let faults: Vec<(String, String)> = answer.json()["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|fault| (fault["pointer"].as_str().unwrap().to_owned(), fault["code"].as_str().unwrap().to_owned()))
        .collect();
    let wanted = [
        ("/url", "not_https"),
        ("/description", "empty"),
        ("/events/1", "unknown_value"),
        ("/events/2", "unknown_value"),
    ];
    assert_eq!(faults, wanted.map(|(pointer, code)| (pointer.to_owned(), code.to_owned())));
    assert_eq!(answer.refused(422), "invalid");
}

#[story]
fn events_are_kept_for_thirty_days(t: TestApp) {
    let (admin, endpoint) = (t.admin(), Endpoint::start());
    let (id, _) = add(&admin, &endpoint.url(), &["*"]);
    ping(&admin, &id);
    t.tell();
    for (days, left) in [(29, 1), (2, 0)] {
        t.pass(Duration::from_hours(24 * days));
        t.run(t.portal.run_maintenance_once()).unwrap();
        assert_eq!(deliveries(&t.admin(), &id).len(), left);
    }
}
