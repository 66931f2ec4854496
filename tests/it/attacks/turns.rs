//! Turns of the database: strangers take none, and nobody waits long for those of others (numbers 6 and 19).

use portal::db::{Access, Conn, Id, Target};
use portal::demo::client::Answer;
use serde_json::json;

use super::heavy_work::id_of;
use crate::reading::announce;
use crate::support::{Application, Expect as _, TestApp, story};

const FORM: &str = "application/x-www-form-urlencoded";

#[story]
fn a06_whoever_makes_up_a_secret_takes_no_turn_to_write(t: TestApp) {
    t.ncp("SN");
    let announcement = announce(&t.admin(), "To be read", &json!({"acknowledge": true}));
    let (begun, begins) = std::sync::mpsc::channel();
    let (end, ended) = std::sync::mpsc::channel::<()>();
    std::thread::scope(|scope| {
        let t = &t;
        scope.spawn(move || {
            // SQLite's one writer, until the other side disconnects.
            let held = t.portal.db.write(move |_| {
                begun.send(()).unwrap();
                let _ = ended.recv();
                Ok(())
            });
            t.run(held).unwrap();
        });
        begins.recv().unwrap();
        let post = |path: &str, body: &serde_json::Value| t.anonymous().post(path, body).unwrap();
        let made_up = json!({"token": "a-secret-that-nobody-was-mailed"});
        assert_eq!(
            post("/auth/refresh", &json!({"refresh_token": "x".repeat(43)})).refused(401),
            "refresh_token_invalid"
        );
        for path in ["email/confirm", "email/undo", "keep-account"] {
            assert_eq!(post(&format!("/auth/{path}"), &made_up).refused(410), "link_spent", "{path}");
        }
        assert_eq!(post("/appointments/confirm", &made_up).refused(410), "link_spent");
        let credential = json!({"id": "AAAA", "rawId": "AAAA", "type": "public-key", "extensions": {},
            "response": {"authenticatorData": "AAAA", "clientDataJSON": "AAAA", "signature": "AAAA", "userHandle": null}});
        let finish = json!({"state": "made-up", "credential": credential});
        assert_eq!(post("/auth/passkey/finish", &finish).refused(401), "challenge_invalid");
        for (path, body, status) in [
            ("/unsubscribe/forged".to_owned(), "", 404),
            ("/subscriptions/forged".to_owned(), "digest=daily", 404),
            (format!("/announcements/{announcement}?mail=forged"), "", 404),
            (format!("/announcements/{announcement}"), "", 404),
            ("/confirm-address".to_owned(), "token=forged", 410),
            ("/undo-address".to_owned(), "token=forged", 410),
            ("/keep-account".to_owned(), "token=forged", 410),
            ("/confirm-contact".to_owned(), "token=forged", 410),
        ] {
            let answer = t.anonymous().send("POST", &path, Some((FORM, body.as_bytes()))).unwrap();
            assert_eq!(answer.status, status, "{path}: {}", answer.text);
        }
        drop(end);
    });
}

#[story("database.wait_milliseconds=1000", "server.request_timeout_seconds=60")]
fn a06_whoever_waits_for_the_database_is_answered_in_time_and_changes_nothing_later(t: TestApp) {
    let awa = t.ncp("SN");
    let title = || awa.get("/me").expect(200)["contact"]["job_title"].clone();
    let before = title();
    // The one writer of SQLite, and both connections to PostgreSQL.
    let threads = if matches!(t.portal.db.target(), Target::Postgres(_)) { 2 } else { 1 };
    let (begun, begins) = std::sync::mpsc::channel();
    std::thread::scope(|scope| {
        let (mut ends, mut holders) = (Vec::new(), Vec::new());
        for _ in 0..threads {
            let (begun, t) = (begun.clone(), &t);
            let (end, ended) = std::sync::mpsc::channel::<()>();
            holders.push(scope.spawn(move || {
                let held = t.portal.db.write(move |_| {
                    begun.send(()).unwrap();
                    let _ = ended.recv();
                    Ok(())
                });
                t.run(held)
            }));
            ends.push(end);
        }
        for _ in 0..threads {
            begins.recv().unwrap();
        }
        let answer = awa.patch("/me", &json!({"job_title": "Director"}));
        assert!(answer.header("retry-after").is_some(), "{}", answer.text);
        assert_eq!(answer.refused(503), "busy", "while the others are still at work");
        ends.clear();
        for holder in holders {
            holder.join().unwrap().expect("what has begun is done, however long it takes");
        }
    });
    t.run(t.portal.db.write(|_| Ok(()))).unwrap();
    assert_eq!(title(), before, "what was answered so is not done afterwards");
    awa.patch("/me", &json!({"job_title": "Director"})).expect(200);
    assert_eq!(title(), "Director");
}

/// Units of work of one session that have a turn or wait for it: half of those of its person.
const LINE: usize = 32;

#[story("database.wait_milliseconds=8000")]
fn a19_many_writes_of_one_person_keep_nobody_waiting(t: TestApp) {
    use diesel::prelude::*;
    use portal::db::schema::users;
    let (awa, wanjiru) = (t.ncp("SN"), t.member(&Application::new("KE", "Wanjiru Kamau")));
    let (person, change) = (id_of(&awa), json!({"job_title": "Director"}));
    let (begun, begins) = std::sync::mpsc::channel();
    let (end, ended) = std::sync::mpsc::channel::<()>();
    let (told, answers) = std::sync::mpsc::channel::<Answer>();
    std::thread::scope(|scope| {
        let (t, awa, change) = (&t, &awa, &change);
        scope.spawn(move || {
            // What her writes wait for: her own row on PostgreSQL, the file on SQLite.
            let mut connection = portal::db::open(t.portal.db.target(), Access::Write).unwrap();
            let held = connection.transaction_for_write(|connection| {
                if let Conn::Postgres(c) = connection {
                    users::table.find(person).select(users::id).for_no_key_update().first::<Id>(c)?;
                }
                begun.send(()).unwrap();
                let _ = ended.recv();
                Ok(())
            });
            held.unwrap();
        });
        begins.recv().unwrap();
        for _ in 0..250 {
            let told = told.clone();
            scope.spawn(move || {
                let _ = told.send(awa.patch("/me", change));
            });
        }
        for answer in answers.iter().take(250 - LINE) {
            assert!(answer.header("retry-after").is_some(), "{}", answer.text);
            assert_eq!(answer.refused(429), "too_many_attempts", "beyond the line, at once");
        }
        for path in ["/me", "/contacts"] {
            wanjiru.get(path).expect(200);
        }
        if matches!(t.portal.db.target(), Target::Postgres(_)) {
            wanjiru.patch("/me", change).expect(200);
        }
        assert!(answers.try_recv().is_err(), "whoever has a place in the line still waits");
        drop(end);
        let rest: Vec<u16> = answers.iter().take(LINE).map(|answer| answer.status).collect();
        assert!(rest.contains(&200) && rest.iter().all(|status| [200, 503].contains(status)), "{rest:?}");
    });
    awa.patch("/me", &change).expect(200);
}
