//! One session of a person against the others: places in the queue of writes, and budgets that are used up (number 19).

use std::sync::mpsc::{Receiver, Sender, channel};

use diesel::prelude::*;
use portal::db::schema::users;
use portal::db::{Access, Conn, Id};
use portal::demo::client::Answer;
use serde_json::json;

use crate::support::{Expect as _, PASSWORD, Person, TestApp, story};

/// Places of one session in the line of its person: half of all.
const HALF: usize = 32;
/// Places of one session in the line of what ends access.
const EACH: usize = 8;

pub fn id(person: &Person) -> Id {
    person.get("/me").expect(200)["id"].as_str().unwrap().parse().unwrap()
}

fn title(person: &Person, number: usize) -> Answer {
    person.patch("/me", &json!({"job_title": format!("Title {number}")}))
}

/// Locks what this person's writes wait for, her own row on PostgreSQL and the file on SQLite, while `meanwhile` runs.
pub fn held<T>(t: &TestApp, person: Id, meanwhile: impl FnOnce(Sender<()>) -> T) -> T {
    let (begun, begins) = channel();
    let (release, released): (Sender<()>, Receiver<()>) = channel();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            let mut connection = portal::db::open(t.portal.db.target(), Access::Write).unwrap();
            let held = connection.transaction_for_write(|connection| {
                if let Conn::Postgres(c) = connection {
                    users::table.find(person).select(users::id).for_no_key_update().first::<Id>(c)?;
                }
                begun.send(()).unwrap();
                // Until it is told to, or the sender is dropped.
                let _ = released.recv();
                Ok(())
            });
            held.unwrap();
        });
        begins.recv().unwrap();
        meanwhile(release)
    })
}

/// Sends so many requests at once; returns their answers, as they come.
fn at_once<'s>(
    scope: &'s std::thread::Scope<'s, '_>,
    count: usize,
    ask: impl Fn() -> Answer + Copy + Send + 's,
) -> Receiver<Answer> {
    let (told, answers) = channel();
    for _ in 0..count {
        let told = told.clone();
        scope.spawn(move || {
            let _ = told.send(ask());
        });
    }
    answers
}

/// Takes answers of those who found no place in the line.
fn found_no_place(answers: &Receiver<Answer>, count: usize) {
    for answer in answers.iter().take(count) {
        assert!(answer.header("retry-after").is_some(), "{}", answer.text);
        assert_eq!(answer.refused(429), "too_many_attempts");
    }
}

/// The statuses of the answers that are left, each one of these.
fn statuses(answers: &Receiver<Answer>, possible: &[u16]) -> Vec<u16> {
    let told = |answer: Answer| {
        assert!(possible.contains(&answer.status), "{}: {}", answer.status, answer.text);
        answer.status
    };
    answers.iter().map(told).collect()
}

#[story("database.wait_milliseconds=8000")]
fn a19_whoever_fills_the_line_keeps_nobody_from_ending_the_session(t: TestApp) {
    let owner = t.ncp("SN");
    let thief = t.login(&owner.email);
    held(&t, id(&owner), |release| {
        std::thread::scope(|scope| {
            let (owner, thief) = (&owner, &thief);
            let stolen = at_once(scope, HALF + 10, move || title(thief, 1));
            found_no_place(&stolen, 10);
            // The thief has as many places as are left, and of these the owner half.
            let own = at_once(scope, HALF / 2 + 3, move || title(owner, 2));
            found_no_place(&own, 3);
            // A thief who tries to fill the other line has some of its places, too.
            let unknown = "/me/sessions/01890a5d-ac96-774b-bcce-b302099a8057";
            let ending = at_once(scope, EACH + 1, move || thief.delete(unknown));
            found_no_place(&ending, 1);
            // One more than there are places: once it is refused, the others are known to wait.
            let ends = at_once(scope, EACH + 1, move || owner.delete("/me/sessions"));
            found_no_place(&ends, 1);
            drop(release);
            // On a busy machine a request that waited too long is refused.
            let ended = statuses(&ends, &[204, 503]);
            assert!(ended.len() == EACH && ended.contains(&204), "{ended:?}");
            let rest = statuses(&stolen, &[200, 401, 503]);
            assert!(rest.len() == HALF && rest.contains(&401), "ended before the line of the thief was: {rest:?}");
            let worked = statuses(&own, &[200, 503]);
            assert!(worked.len() == HALF / 2 && worked.contains(&200), "{worked:?}");
        });
    });
    assert_eq!(thief.get("/me").refused(401), "session_ended");
}

/// The first request of each session of the thief comes before the owner's, and none of the others.
#[story("database.wait_milliseconds=8000")]
fn a19_whoever_has_many_sessions_comes_no_sooner_than_one(t: TestApp) {
    const SESSIONS: usize = 6;
    let owner = t.ncp("SN");
    let stolen: Vec<Person> = (0..SESSIONS).map(|_| t.login(&owner.email)).collect();
    let unknown = "/me/sessions/01890a5d-ac96-774b-bcce-b302099a8057";
    held(&t, id(&owner), |release| {
        std::thread::scope(|scope| {
            let floods: Vec<_> =
                stolen.iter().map(|thief| at_once(scope, EACH + 1, move || thief.delete(unknown))).collect();
            for flood in &floods {
                found_no_place(flood, 1);
            }
            let owner = &owner;
            let ends = at_once(scope, EACH + 1, move || owner.delete("/me/sessions"));
            found_no_place(&ends, 1);
            drop(release);
            assert!(statuses(&ends, &[204, 503]).contains(&204));
            let answers: Vec<u16> = floods.iter().flat_map(|flood| statuses(flood, &[401, 404, 503])).collect();
            let done = answers.iter().filter(|status| **status == 404).count();
            assert!(done <= 2 * SESSIONS, "before the sessions were ended: {done} of {}", answers.len());
        });
    });
}

#[story("database.wait_milliseconds=8000")]
fn a19_no_program_keeps_its_token_from_being_revoked(t: TestApp) {
    let admin = t.admin();
    let form = json!({"name": "mailer", "scopes": ["announcements:manage"], "expires_in_days": 30});
    let made = admin.post("/me/tokens", &form).expect(201);
    let program = t.anonymous().with_token(made["token"].as_str().unwrap());
    let draft = json!({"default_language": "en", "variants": {"en": {"subject": "a", "body_markdown": "b"}}});
    let written = program.post("/announcements", &draft).unwrap().expect(201);
    let announcement = format!("/announcements/{}", written["id"].as_str().unwrap());
    let path = format!("/me/tokens/{}", made["id"].as_str().unwrap());
    held(&t, id(&admin), |release| {
        std::thread::scope(|scope| {
            let (admin, program, draft, path) = (&admin, &program, &draft, &path);
            let announcement = &announcement;
            let flood = at_once(scope, HALF + 10, move || program.json("PATCH", announcement, draft).unwrap());
            found_no_place(&flood, 10);
            let revoked = at_once(scope, EACH + 1, move || admin.delete(path));
            found_no_place(&revoked, 1);
            drop(release);
            let revoked = statuses(&revoked, &[204, 404, 503]);
            assert!(revoked.len() == EACH && revoked.contains(&204), "{revoked:?}");
            let rest = statuses(&flood, &[200, 401, 503]);
            assert!(rest.len() == HALF && rest.contains(&401), "revoked before the flood was over: {rest:?}");
        });
    });
    assert_eq!(program.post("/announcements", &draft).unwrap().refused(401), "token_invalid");
}

#[story("database.wait_milliseconds=8000", "throttle.writes_at_once=5", "throttle.writes_per_day=24")]
fn a19_whoever_has_changed_enough_waits_for_no_turn(t: TestApp) {
    let owner = t.ncp("SN");
    for number in 0..5 {
        title(&owner, number).expect(200);
    }
    assert_eq!(title(&owner, 5).refused(429), "too_many_changes");
    held(&t, id(&owner), |_release| {
        // A turn would not come before the wait for it is over, and then the answer would be another.
        for number in 0..HALF {
            let refused = title(&owner, number);
            assert!(refused.header("retry-after").is_some(), "{}", refused.text);
            assert_eq!(refused.refused(429), "too_many_changes");
        }
    });
}

#[story("throttle.writes_at_once=5", "throttle.writes_per_day=24")]
fn a19_a_used_up_budget_keeps_nobody_from_a_new_password(t: TestApp) {
    let owner = t.ncp("SN");
    let thief = t.login(&owner.email);
    for number in 0..5 {
        title(&thief, number).expect(200);
    }
    assert_eq!(title(&owner, 5).refused(429), "too_many_changes");
    let proven = owner.post("/me/reauthenticate", &json!({"password": PASSWORD})).expect(200);
    let owner = t.person(&owner.email, &proven);
    let change = json!({"current_password": PASSWORD, "new_password": "a window over the harbour"});
    assert_eq!(owner.post("/me/password", &change).status, 204);
    assert_eq!(thief.get("/me").refused(401), "session_ended");
    assert_eq!(title(&owner, 6).refused(429), "too_many_changes", "the budget is what it was");
}

#[story]
fn a19_whoever_proves_oneself_again_and_again_is_told_to_wait(t: TestApp) {
    let mut thief = t.ncp("SN");
    let owner = t.login(&thief.email);
    let mut proofs = 0;
    let refused = loop {
        let answer = thief.post("/me/reauthenticate", &json!({"password": PASSWORD}));
        if answer.status != 200 {
            break answer;
        }
        thief = t.person(&thief.email, &answer.json());
        proofs += 1;
    };
    assert!(refused.header("retry-after").is_some(), "{}", refused.text);
    assert_eq!((refused.refused(429).as_str(), proofs), ("too_many_attempts", 30));
    // A thief with the password has used that up for the own login alone.
    let proven = owner.post("/me/reauthenticate", &json!({"password": PASSWORD})).expect(200);
    let owner = t.person(&owner.email, &proven);
    let change = json!({"current_password": PASSWORD, "new_password": "a window over the harbour"});
    assert_eq!(thief.post("/me/password", &change).refused(429), "too_many_attempts");
    assert_eq!(owner.post("/me/password", &change).status, 204);
    assert_eq!(thief.get("/me").refused(401), "session_ended");
    owner.get("/me").expect(200);
}
