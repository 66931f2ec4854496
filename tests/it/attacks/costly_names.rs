//! Names whose judgement is to cost much (numbers 1 and 14): signs that stand for many letters, and words that make an
//! office in many ways.

use portal::demo::client::Answer;
use serde_json::json;

use super::budgets::count;
use crate::support::{Application, Expect as _, PASSWORD, Person, TestApp, story};

fn patch_name(person: &Person, name: &str) -> Answer {
    person.patch("/me", &json!({"name": name}))
}

/// The code of the fault of a name.
fn fault(answer: &Answer) -> String {
    assert_eq!((answer.status, &answer.json()["errors"][0]["pointer"]), (422, &json!("/name")), "{}", answer.text);
    answer.json()["errors"][0]["code"].as_str().unwrap().to_owned()
}

/// Names that are short as they are written, and their errors.
fn costly() -> [(String, &'static str); 5] {
    [
        ("\u{fdfa}".repeat(200), "too_long"),
        ("\u{fdfa}".repeat(12), "too_long"),
        ("窗".repeat(200), "too_long"),
        ("a ".repeat(100), "too_many_words"),
        ("\u{fdfa} ".repeat(7), "too_many_words"),
    ]
}

#[story]
fn a14_a_name_is_bounded_by_what_it_stands_for_wherever_it_comes_in(t: TestApp) {
    let (admin, awa) = (t.admin(), t.ncp("SN"));
    let invite = |email: &str, name: &str| {
        admin.post("/invitations", &json!({"email": email, "name": name, "organisation": "SN", "role": "ncp"}))
    };
    invite("y@douanes.example", "Fatou Sow").expect(201);
    let token = t.mailed_token("y@douanes.example", "invitation");
    for (name, code) in costly() {
        let mut form = Application::new("KE", "Wanjiru Kamau").form();
        form["name"] = json!(name);
        let answer = t.anonymous().post("/registrations", &form).unwrap();
        assert_eq!(answer.status, 422, "{name:?}");
        assert_eq!(fault(&answer), code, "{name}");
        assert_eq!(fault(&patch_name(&awa, &name)), code, "{name}");
        assert_eq!(fault(&invite("x@douanes.example", &name)), code, "{name}");
        let accept = json!({"token": token, "password": PASSWORD, "name": name});
        assert_eq!(fault(&t.anonymous().post("/invitations/accept", &accept).unwrap()), code, "{name}");
        let sheet = format!("email,name,member,role\nz@x.example,\"{name}\",SN,ncp\n");
        let plan = admin.send("POST", "/api/v1/invitations/import", Some(("text/csv", sheet.as_bytes()))).unwrap();
        let row = plan.expect(201)["rows"][0].clone();
        assert_eq!(row["action"], "error", "{row}");
    }
    // Many words in many signs are a name, up to the bound.
    let long = "Maria da Conceição ".repeat(8);
    assert_eq!(patch_name(&awa, &long).expect(200)["name"], long.trim());
    // The answer says which bound it is.
    let detail = patch_name(&awa, &"a ".repeat(100)).json()["errors"][0]["detail"].clone();
    assert!(detail.as_str().unwrap().contains("24"), "{detail}");
}

#[story("throttle.writes_at_once=4", "throttle.writes_per_day=24")]
fn a19_a_name_that_is_refused_costs_a_write(t: TestApp) {
    let (awa, ben) = (t.ncp("SN"), t.ncp("FR"));
    let before = awa.get("/me").expect(200)["name"].clone();
    for _ in 0..4 {
        assert_eq!(fault(&patch_name(&awa, "Secretariat Helpdesk")), "name_reserved");
    }
    assert_eq!(patch_name(&awa, "Secretariat Helpdesk").refused(429), "too_many_changes");
    assert_eq!(patch_name(&awa, "Awa Ndiaye").refused(429), "too_many_changes");
    assert_eq!(awa.get("/me").expect(200)["name"], before, "nothing was changed");
    patch_name(&ben, "Ben Okafor").expect(200);
}

#[story]
fn a14_from_one_reserved_name_to_another_the_last_free_one_is_remembered(t: TestApp) {
    let admin = t.admin();
    for name in ["Grace Hopper", "Secretariat Helpdesk", "Portal Support"] {
        assert_eq!(patch_name(&admin, name).expect(200)["name"], name);
    }
    let remembered = "SELECT count(*) AS n FROM \"user\" WHERE name = 'Portal Support' AND own_name = 'Grace Hopper'";
    assert_eq!(count(&t, remembered), 1);
    assert_eq!(patch_name(&admin, "Grace Hopper").expect(200)["name"], "Grace Hopper");
    assert_eq!(count(&t, "SELECT count(*) AS n FROM \"user\" WHERE own_name IS NOT NULL"), 0);
}
