//! The jobs that continue the work of a unit of work are woken after its commit, and by nothing else.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use portal::db::schema::users;
use portal::db::{Conn, Id, Wakeup};
use portal::error::{Error, ProblemCode};
use portal::events::Kind;
use portal::i18n::{Args, Language};
use portal::identity;
use portal::mail::{Audience, Recipient, SystemMail};
use serde_json::json;

use crate::support::{Application, Expect as _, TestApp, story};

/// A mail as a feature has it.
struct WebhookGone;

impl SystemMail for WebhookGone {
    fn kind(&self) -> &'static str {
        "webhook_gone"
    }

    fn audience(&self) -> Audience {
        Audience::Duty
    }

    fn args(&self) -> Args {
        vec![("description", "Receiver".to_owned()), ("host", "127.0.0.1".to_owned())]
    }

    fn link(&self) -> Option<String> {
        None
    }

    fn quote(&self) -> Option<&portal::mail::Quote> {
        None
    }
}

/// The wake-ups that a portal gives.
struct Woken(Arc<Mutex<Vec<Wakeup>>>);

impl Woken {
    fn of(t: &TestApp) -> Self {
        let given = Arc::new(Mutex::new(Vec::new()));
        for wakeup in
            [Wakeup::TransactionalMail, Wakeup::BulkMail, Wakeup::Event, Wakeup::Announcement, Wakeup::Principals]
        {
            let given = Arc::clone(&given);
            t.portal.db.listen(wakeup, move || given.lock().unwrap().push(wakeup));
        }
        Self(given)
    }

    /// Since the last time these were given, and no others.
    #[track_caller]
    fn expect(&self, wanted: &[Wakeup]) {
        let mut given = std::mem::take(&mut *self.0.lock().unwrap());
        given.sort_unstable();
        given.dedup();
        assert_eq!(given, wanted);
    }
}

#[story]
fn a_unit_that_is_kept_wakes_those_it_concerns_and_one_that_fails_nobody(t: TestApp) {
    let form = json!({"url": "http://127.0.0.1:9/hook", "description": "Receiver", "events": ["mail.*"]});
    let endpoint = t.admin().post("/webhooks", &form).expect(201)["id"].as_str().unwrap().to_owned();
    let endpoint: Id = endpoint.parse().unwrap();
    let db = &t.portal.db;
    let user: Id = t.run(db.read(|conn| Ok(users::table.select(users::id).first(conn)?))).unwrap();
    let table = "CREATE TABLE part (id INTEGER PRIMARY KEY, \
                 whole INTEGER REFERENCES part (id) DEFERRABLE INITIALLY DEFERRED)";
    t.run(db.write(move |conn| Ok(conn.batch_execute(table)?))).unwrap();
    let (outbox, events, now) = (t.portal.outbox.clone(), t.portal.events.clone(), t.clock.now());
    let write = move |conn: &mut Conn| -> Result<(), Error> {
        let (address, name) = ("awa@douanes.example".to_owned(), "Awa Diop".to_owned());
        outbox.post(
            conn,
            &Recipient { user_id: None, address, name, language: Language::En },
            &WebhookGone,
            Duration::from_hours(1),
        )?;
        events.tell_one(conn, endpoint, Kind::WebhookPing, json!({}))?;
        identity::set_language(conn, user, Language::Fr, now)
    };
    let all = [Wakeup::TransactionalMail, Wakeup::Event, Wakeup::Principals];
    let woken = Woken::of(&t);
    t.run(db.write(write.clone())).unwrap();
    woken.expect(&all);

    let fails = write.clone();
    let failed = t.run(db.write::<(), _>(move |conn| {
        fails(conn)?;
        Err(Error::conflict(ProblemCode::AlreadyExists))
    }));
    assert!(failed.is_err());
    let is_refused = write.clone();
    let refused = t.run(db.write(move |conn| {
        is_refused(conn)?;
        Ok(conn.batch_execute("INSERT INTO part (id, whole) VALUES (1, 2)")?)
    }));
    assert!(refused.is_err(), "its COMMIT is refused");
    let panics = write.clone();
    let panicked = t.run(db.write::<(), _>(move |conn| {
        panics(conn)?;
        panic!("on purpose");
    }));
    assert!(panicked.is_err());
    // Nor do those that come after it on the same connections.
    for _ in 0..4 {
        t.run(db.write(|_| Ok(()))).unwrap();
    }
    woken.expect(&[]);
    t.run(db.write(write)).unwrap();
    woken.expect(&all);
}

#[story]
fn a_request_wakes_those_who_go_on_with_it_and_nobody_else(t: TestApp) {
    let (admin, awa) = (t.admin(), t.ncp("SN"));
    let form = json!({"url": "http://127.0.0.1:9/hook", "description": "Receiver", "events": ["mail.*"]});
    let endpoint = admin.post("/webhooks", &form).expect(201)["id"].as_str().unwrap().to_owned();
    let woken = Woken::of(&t);
    awa.get("/me").expect(200);
    awa.patch("/me", &json!({"job_title": "Inspector"})).expect(200);
    assert_ne!(awa.patch("/me", &json!({"preferred_language": "xx"})).status, 200);
    woken.expect(&[]);
    awa.patch("/me", &json!({"preferred_language": "fr"})).expect(200);
    woken.expect(&[Wakeup::Principals]);
    assert_eq!(awa.get("/me").expect(200)["preferred_language"], "fr");
    t.anonymous().post("/registrations", &Application::new("KE", "Wanjiru Kamau").form()).unwrap().expect(202);
    woken.expect(&[Wakeup::TransactionalMail]);
    admin.post(&format!("/webhooks/{endpoint}/ping"), &json!({})).expect(202);
    woken.expect(&[Wakeup::Event]);
    assert_eq!(awa.post("/auth/logout", &json!({})).status, 204);
    woken.expect(&[Wakeup::Principals]);
    assert_eq!(awa.get("/me").status, 401, "at once, though the clock has not moved");
}

#[story]
fn an_announcement_wakes_the_scheduler_and_its_mails_the_sender(t: TestApp) {
    let (admin, _) = (t.admin(), t.ncp("SN"));
    let woken = Woken::of(&t);
    let form = json!({"default_language": "en", "variants": {"en": {"subject": "News", "body_markdown": "News."}}});
    let id = admin.post("/announcements", &form).expect(201)["id"].as_str().unwrap().to_owned();
    woken.expect(&[]);
    let act = |deed: &str, status: u16| {
        admin.post(&format!("/announcements/{id}/{deed}"), &json!({})).expect(status);
    };
    act("send", 202);
    woken.expect(&[Wakeup::Announcement]);
    t.dispatch();
    woken.expect(&[Wakeup::BulkMail]);
    act("pause", 200);
    woken.expect(&[Wakeup::Announcement]);
    act("resume", 200);
    woken.expect(&[Wakeup::BulkMail, Wakeup::Announcement]);
    t.deliver();
    woken.expect(&[Wakeup::Announcement]);
    assert_eq!(admin.get(&format!("/announcements/{id}")).expect(200)["status"], "sent");
}
