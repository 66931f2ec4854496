//! The day that a text states for the end of something is its last day (number 17).

use std::time::Duration;

use serde_json::{Value, json};

use crate::reading::keep_house;
use crate::support::{Application, Expect as _, Person, TestApp, story};

const DAY: Duration = Duration::from_hours(24);

fn end_at(t: &TestApp, person: &Person, end: &str) -> Value {
    let me = person.get("/me").expect(200);
    let path = format!("/appointments/{}", me["appointments"][0]["id"].as_str().unwrap());
    t.admin().with_header("if-match", "*").patch(&path, &json!({"valid_to": end})).expect(200)
}

#[story]
fn b17_a_mandate_is_said_to_end_on_its_last_day(t: TestApp) {
    let awa = t.ncp("SN");
    let fatou = t.member(&Application::new("SN", "Fatou Sow").reading("fr"));
    for (person, said) in [(&awa, "has been set to 30 June 2026"), (&fatou, "au 30 juin 2026")] {
        let changed = end_at(&t, person, "2026-07-01T00:00:00Z");
        assert_eq!(
            (&changed["valid_to"], &changed["last_day"]),
            (&json!("2026-07-01T00:00:00Z"), &json!("2026-06-30"))
        );
        let told = t.newest_mail(&person.email).text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(told.contains(said), "{told}");
    }
    // Something that ends within a day is still valid on that day for a while.
    let noon = t.member(&Application::new("SN", "Moussa Fall"));
    assert_eq!(end_at(&t, &noon, "2026-07-01T12:00:00Z")["last_day"], "2026-07-01");
    assert_eq!(t.ncp("KE").get("/me").expect(200)["appointments"][0]["last_day"], Value::Null, "without an end");
    // Four weeks before.
    t.pass(121 * DAY);
    keep_house(&t);
    for (person, subject) in [
        (&awa, "An appointment ends on 30 June 2026: Awa Diop"),
        (&fatou, "Fin de mandat le 30 juin 2026\u{a0}: Fatou Sow"),
    ] {
        let subjects: Vec<String> = t.inbox(&person.email).into_iter().map(|mail| mail.subject).collect();
        assert!(subjects.iter().any(|known| known == subject), "{subjects:?}");
    }
}
