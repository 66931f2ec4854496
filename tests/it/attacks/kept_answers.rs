//! Answers that are kept for a repeated request, asked for by a person who lost the right to them (number 7).

use serde_json::{Value, json};

use crate::support::{Application, Expect as _, Person, TestApp, story};

const INVITED: &str = "fatou.sow@douanes.example";

fn coordinator(t: &TestApp, name: &str) -> Person {
    t.member(&Application { role: "coordinator", ..Application::new("SN", name) })
}

fn me(person: &Person) -> Value {
    person.get("/me").expect(200)
}

/// What is asked for with a key each: an appointment of this person, and an invitation.
fn requests(person: &Person) -> [(&'static str, Value); 2] {
    [
        ("/appointments", json!({"user_id": me(person)["id"], "organisation": "SN", "role": "contributor"})),
        ("/invitations", json!({"email": INVITED, "name": "Fatou Sow", "organisation": "SN", "role": "ncp"})),
    ]
}

fn keyed(person: &Person, path: &str) -> Person {
    person.with_header("idempotency-key", path.trim_start_matches('/'))
}

#[story]
fn a07_a_kept_answer_is_not_given_once_the_right_is_gone(t: TestApp) {
    // What remains: the office of a coordinator elsewhere, or none that decides about others.
    for (name, remains) in [("Moussa Ba", "coordinator"), ("Ibrahima Fall", "ncp")] {
        let (home, awa) = (coordinator(&t, name), t.member(&Application::new("SN", &format!("{name} Diop"))));
        let own = me(&home)["appointments"][0]["id"].as_str().unwrap().to_owned();
        let asked = requests(&awa);
        let made: Vec<Value> =
            asked.iter().map(|(path, form)| keyed(&home, path).post(path, form).expect(201)).collect();
        let form = json!({"user_id": me(&home)["id"], "organisation": "CI", "role": remains});
        t.admin().post("/appointments", &form).expect(201);
        t.admin().post(&format!("/appointments/{own}/suspend"), &json!({"reason": "An incident."})).expect(200);
        for (path, form) in &asked {
            let again = keyed(&home, path).post(path, form);
            assert!(again.header("idempotency-replayed").is_none(), "{remains} {path}");
            assert!(
                ![awa.email.as_str(), INVITED].iter().any(|address| again.text.contains(*address)),
                "{}",
                again.text
            );
            again.refused(403);
        }
        // The right is back within the day, and so is the answer.
        t.admin().post(&format!("/appointments/{own}/reinstate"), &json!({})).expect(200);
        for ((path, form), made) in asked.iter().zip(&made) {
            assert_eq!(&keyed(&home, path).post(path, form).expect(201), made, "{remains} {path}");
        }
    }
}

#[story]
fn a07_a_kept_answer_is_given_to_those_who_may_ask(t: TestApp) {
    let (home, awa) = (coordinator(&t, "Moussa Ba"), t.ncp("SN"));
    for (path, form) in requests(&awa) {
        let first = keyed(&home, path).post(path, &form).expect(201);
        let again = keyed(&home, path).post(path, &form);
        assert_eq!(again.header("idempotency-replayed"), Some("true"), "{path}");
        assert_eq!(again.expect(201), first, "{path}");
    }
    // Of an application one's own right is enough.
    let form = json!({"organisation": "CI", "role": "ncp"});
    let first = keyed(&awa, "/apply").post("/appointments", &form).expect(201);
    assert_eq!(keyed(&awa, "/apply").post("/appointments", &form).expect(201), first);
}
