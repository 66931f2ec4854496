//! Maintenance mode (O48): reading and requests that end access are permitted, other changes are refused.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use portal::audit::{self, ChainVerdict};
use portal::db::{self, Access};
use serde_json::{Value, json};

use crate::instances::{PATIENCE, Site, within};
use crate::support::backend::Backend;
use crate::support::browser::Browser;
use crate::support::endpoint::{Endpoint, Reply};
use crate::support::{Expect as _, Person, TestApp, story};
use crate::webhooks;

const HOUR: Duration = Duration::from_hours(1);

/// The administrator with the version of the maintenance that was read.
pub fn seen(admin: &Person) -> Person {
    admin.with_header("If-Match", admin.get("/maintenance").header("etag").unwrap())
}

pub fn begin_maintenance(t: &TestApp) {
    let begin = json!({"until": t.clock.now().plus(2 * HOUR), "text": "The portal moves."});
    seen(&t.admin()).put("/maintenance", &begin).expect(200);
}

#[story]
fn o48_during_a_maintenance_people_read_and_nothing_changes(t: TestApp) {
    let (awa, admin) = (t.ncp("SN"), t.admin());
    awa.get("/maintenance").expect(403);
    let title = json!({"job_title": "Cheffe"});
    let before = t.inbox(&awa.email).len();
    let forgot = || t.anonymous().post("/auth/password/forgot", &json!({"email": awa.email})).unwrap();
    forgot().expect(202);
    let over = json!({"until": t.clock.now(), "text": "The portal moves."});
    assert_eq!(seen(&admin).put("/maintenance", &over).refused(422), "invalid");
    let begin = json!({"until": t.clock.now().plus(HOUR), "text": "The portal moves."});
    let stale = seen(&admin);
    assert_eq!(stale.put("/maintenance", &begin).expect(200)["on"], true);
    assert_eq!(stale.put("/maintenance", &begin).refused(412), "changed_meanwhile");
    // Reading, and the way in, go on; a change says why not, and until when.
    awa.get("/contacts").expect(200);
    let again = t.login(&awa.email);
    let refused = again.patch("/me", &title);
    let wait: u64 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((3600..3610).contains(&wait), "until the end, each a little later than another: {wait}");
    assert!(refused.json()["detail"].as_str().unwrap().contains("The portal moves."));
    assert_eq!(refused.refused(503), "maintenance");
    // Links of mails are no way in: what they change would be lost with a database that is left behind.
    assert_eq!(forgot().refused(503), "maintenance");
    let form = json!({"token": "any", "password": "another long pass phrase"});
    assert_eq!(t.anonymous().post("/auth/password/reset", &form).unwrap().refused(503), "maintenance");
    // A mail that is due waits.
    t.run(t.portal.run_maintenance_once()).unwrap();
    assert_eq!(t.inbox(&awa.email).len(), before);
    let ended = seen(&admin).delete("/maintenance").expect(200);
    assert_eq!((&ended["on"], &ended["text"]), (&json!(false), &Value::Null));
    awa.patch("/me", &title).expect(200);
    assert!(t.inbox(&awa.email).len() > before);
    let entries = admin.all("/audit");
    let of = |action: &str| entries.iter().filter(|entry| entry["action"] == action).count();
    assert_eq!((of("maintenance_begun"), of("maintenance_ended")), (1, 1));
}

#[story]
fn o48_during_a_maintenance_a_thief_is_put_out(t: TestApp) {
    let (awa, admin) = (t.ncp("SN"), t.admin());
    let (thief, token) =
        (t.login(&awa.email), json!({"name": "A program", "scopes": ["profile:read"], "expires_in_days": 30}));
    let token = awa.post("/me/tokens", &token).expect(201)["id"].as_str().unwrap().to_owned();
    begin_maintenance(&t);
    thief.get("/contacts").expect(200);
    awa.delete(&format!("/me/tokens/{token}")).expect(204);
    awa.delete("/me/sessions").expect(204);
    assert_eq!(thief.get("/contacts").status, 401);
    let user = awa.get("/me").expect(200)["id"].as_str().unwrap().to_owned();
    let reason = json!({"reason": "An incident."});
    admin.post(&format!("/users/{user}/suspend"), &reason).expect(200);
    assert_eq!(admin.post(&format!("/users/{user}/reinstate"), &json!({})).refused(503), "maintenance");
    // Whoever begins it again and again uses up the budget for that, and not the one for its end.
    let begin = json!({"until": t.clock.now().plus(HOUR), "text": "Never again."});
    let refused = (0..200).map(|_| seen(&admin).put("/maintenance", &begin)).find(|answer| answer.status != 200);
    assert_eq!(refused.expect("a budget").refused(429), "too_many_attempts");
    assert_eq!(seen(&admin).delete("/maintenance").expect(200)["on"], false);
}

/// Every call of the API and every page whose guard ends access.
#[story]
fn o48_during_a_maintenance_everything_that_ends_access_goes_on(t: TestApp) {
    const NOBODY: &str = "01890a5d-ac96-774b-bcce-b302099a8057";
    let awa = t.ncp("SN");
    let mut browser = Browser::of(&t, &awa);
    begin_maintenance(&t);
    let ends = |guard: &str| guard.starts_with("EndOf");
    let mut sent = 0;
    for (method, path, _) in portal::app::operations().rows().filter(|(.., access)| ends(access.guard)) {
        let answer = t.login(&awa.email).send(method.as_str(), &path.replace("{id}", NOBODY), None).unwrap();
        assert!(answer.status < 500, "{method} {path}: {}", answer.text);
        sent += 1;
    }
    for (method, path, _) in portal::app::pages().rows().into_iter().filter(|(.., access)| ends(access.guard)) {
        let answer = browser.send(method.as_str(), &path.replace("{id}", NOBODY), Some(""));
        assert!(answer.status < 500, "{method} {path}: {}", answer.text);
        sent += 1;
    }
    assert!(sent >= 6, "{sent}");
}

#[story]
fn o48_what_arrives_slowly_is_refused_once_a_maintenance_has_begun(t: TestApp) {
    const SHEET: &str = "email,name,member,role\nmor@x.example,Mor Fall,KE,ncp\n";
    let (admin, lane) = (t.admin(), &t.portal.heavy_work);
    let free = lane.free();
    let token = admin.tokens["access_token"].as_str().unwrap();
    let head = format!(
        "POST /api/v1/invitations/import HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n\
         content-type: text/csv\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        SHEET.len()
    );
    let mut stream = TcpStream::connect(t.address()).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let (first, last) = SHEET.split_at(SHEET.len() - 1);
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(first.as_bytes()).unwrap();
    within(PATIENCE, || lane.free() < free);
    begin_maintenance(&t);
    stream.write_all(last.as_bytes()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let answer = String::from_utf8_lossy(&answer);
    assert!(answer.starts_with("HTTP/1.1 503") && answer.contains("The portal moves."), "{answer}");
}

#[story("announcements.approval=false")]
fn o48_during_a_maintenance_no_announcement_begins_and_the_audit_log_is_sealed(t: TestApp) {
    let (awa, admin) = (t.ncp("SN"), t.admin());
    let draft = json!({"default_language": "en", "variants": {"en": {"subject": "News", "body_markdown": "News."}}});
    let id = admin.post("/announcements", &draft).expect(201)["id"].as_str().unwrap().to_owned();
    let plan = json!({"send_at": t.clock.now().plus(Duration::from_mins(30)), "zone": "Africa/Dakar"});
    admin.post(&format!("/announcements/{id}/schedule"), &plan).expect(200);
    begin_maintenance(&t);
    // A login is an entry of the audit log.
    t.login(&awa.email);
    t.pass(Duration::from_mins(61));
    t.run(t.portal.run_maintenance_once()).unwrap();
    let verdict = audit::verify(
        &mut db::open(t.portal.db.target(), Access::Write).unwrap(),
        &crate::audit::key(&t),
        t.clock.now(),
    )
    .unwrap();
    assert!(matches!(verdict, ChainVerdict::Whole { .. }), "{verdict:?}");
    t.deliver();
    let status = || t.admin().get(&format!("/announcements/{id}")).expect(200)["status"].clone();
    assert_eq!(status(), "scheduled");
    seen(&t.admin()).delete("/maintenance").expect(200);
    t.mail_about(&awa.email, "News");
    assert_eq!(status(), "sent");
}

#[story]
fn o48_a_maintenance_stops_events_also_where_their_endpoint_is_being_served(t: TestApp) {
    let (admin, endpoint) = (t.admin(), Endpoint::start());
    let (webhook, _) = webhooks::add(&admin, &endpoint.url(), &["appointment.*"]);
    // The first four are tried at once.
    endpoint.replies(vec![Reply::Hang; 4]);
    for _ in 0..6 {
        webhooks::ping(&admin, &webhook);
    }
    std::thread::scope(|scope| {
        let served = scope.spawn(|| t.tell());
        within(PATIENCE, || endpoint.received().len() == 4);
        begin_maintenance(&t);
        endpoint.let_go();
        served.join().unwrap();
    });
    t.tell();
    assert_eq!(endpoint.received().len(), 4, "no other has left");
    seen(&t.admin()).delete("/maintenance").expect(200);
    t.tell();
    assert_eq!(endpoint.received().len(), 6, "those that were not tried yet");
}

#[story]
fn o48_an_operator_switches_a_running_portal(backend: &'static Backend) {
    let site = Site::new(backend);
    site.administrator();
    let process = site.start();
    let answer = || process.client.post("/registrations", &json!({})).unwrap();
    assert_ne!(answer().status, 503);
    let (well, said) = site.run(&["maintenance", "status"], None);
    assert!(well && said.contains("no maintenance"), "{said}");
    for wrong in [["--until", "2020-01-01T00:00Z", "--text", "A move."], ["--until", "2099-01-01T00:00Z", "--text", ""]]
    {
        let (well, said) = site.run(&[&["maintenance", "on"][..], &wrong[..]].concat(), None);
        assert!(!well && said.contains("--until"), "{said}");
    }
    let on = ["maintenance", "on", "--until", "2099-01-01T00:00Z", "--text", "The portal moves."];
    let (well, said) = site.run(&on, None);
    assert!(well && said.contains("The portal moves."), "{said}");
    within(PATIENCE, || answer().status == 503);
    within(PATIENCE, || process.has_logged("under maintenance"));
    let (_, said) = site.run(&["--set", "server.public_url=http://localhost:1", "doctor"], None);
    assert!(said.lines().any(|line| line.starts_with("warning  maintenance")), "{said}");
    let (well, said) = site.run(&["maintenance", "off"], None);
    assert!(well && said.contains("no maintenance"), "{said}");
    within(PATIENCE, || answer().status != 503);
    within(PATIENCE, || process.has_logged("the maintenance has ended"));
    // A start under it says so too.
    let (well, said) = site.run(&on, None);
    assert!(well, "{said}");
    drop(process);
    let process = site.start();
    within(PATIENCE, || process.has_logged("under maintenance"));
}
