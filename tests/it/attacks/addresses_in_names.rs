//! Names and titles that lead somewhere, in mails and on pages of the portal (number 15).

use portal::demo::client::Answer;
use serde_json::{Value, json};

use crate::support::{Application, Expect as _, TestApp, story};

/// The code of what is wrong with the field at `pointer`.
#[track_caller]
fn fault(answer: &Answer, pointer: &str) -> String {
    assert_eq!(answer.status, 422, "{}", answer.text);
    let problem = answer.json();
    let faults: &Vec<Value> = problem["errors"].as_array().unwrap();
    let found = faults.iter().find(|fault| fault["pointer"] == pointer).unwrap_or_else(|| panic!("{problem}"));
    found["code"].as_str().unwrap().to_owned()
}

#[story]
fn a15_no_name_of_a_thing_is_an_address_or_a_number_to_call(t: TestApp) {
    let (awa, admin) = (t.ncp("SN"), t.admin());
    let sessions = awa.get("/me/sessions").expect(200);
    let session = format!("/me/sessions/{}", sessions["data"][0]["id"].as_str().unwrap());
    let token =
        |name: &str| awa.post("/me/tokens", &json!({"name": name, "scopes": ["profile:read"], "expires_in_days": 3}));
    let webhook = |name: &str| {
        admin.post("/webhooks", &json!({"url": "http://127.0.0.1:9/x", "description": name, "events": ["mail.*"]}))
    };
    for name in [
        "Not you? Block it at secure-customs.io",
        "Pas vous\u{a0}? secure-customs。com/stop",
        "secure-customs｡com",
        "Not you? Call +1 800 555 0199",
        "Not you? Call 0800 123 456",
        "See smartcustoms.africa",
        "portal-secure.de",
        "evil․support",
    ] {
        assert_eq!(fault(&token(name), "/name"), "link_in_name", "{name}");
        assert_eq!(fault(&awa.patch(&session, &json!({"name": name})), "/name"), "link_in_name", "{name}");
        assert_eq!(fault(&webhook(name), "/description"), "link_in_name", "{name}");
        let topic = admin.put("/topics/news", &json!({"names": {"en": name, "fr": "Nouvelles"}}));
        assert_eq!(fault(&topic, "/names/en"), "link_in_name", "{name}");
    }
    t.deliver();
    assert!(t.inbox(&awa.email).iter().all(|mail| !mail.subject.contains("API token")), "nothing was made");
    // What people call their things.
    for name in ["Node.js sync", "Backup 2026-11-30 14:05", "Phone (v2.1)", "Dr. Fall’s laptop"] {
        token(name).expect(201);
        assert_eq!(awa.patch(&session, &json!({"name": name})).status, 204, "{name}");
    }
}

#[story]
fn a15_no_title_official_or_reference_is_an_address(t: TestApp) {
    let (awa, admin) = (t.ncp("SN"), t.admin());
    for said in [
        "see bit.ly/abc now",
        "evil.com",
        "evil.com?x",
        "evil.com?ref=1",
        "user@evil.com",
        "Minister, evil.ru/login",
        "evil。com/x",
        "пример.рф/x",
        "evil.cfd:8080",
        "evil.xn--p1ai",
    ] {
        assert_eq!(fault(&awa.patch("/me", &json!({"job_title": said})), "/job_title"), "link_in_text", "{said}");
        for field in ["job_title", "nominating_official", "nomination_reference"] {
            let pointer = format!("/{field}");
            let mut form = Application::new("KE", "Wanjiru Kamau").form();
            form[field] = json!(said);
            let applied = t.anonymous().post("/registrations", &form).unwrap();
            assert_eq!(fault(&applied, &pointer), "link_in_text", "{said}");
            let mut form =
                json!({"email": "x@douanes.example", "name": "Mor Fall", "organisation": "SN", "role": "ncp"});
            form[field] = json!(said);
            assert_eq!(fault(&admin.post("/invitations", &form), &pointer), "link_in_text", "{said}");
        }
    }
    for title in
        ["Chef de division, Dr. M.", "IT/OT", "R&D @ HQ", "Resp.IT", "Développeur .NET", "Chef a.i.", "局长。副局长"]
    {
        awa.patch("/me", &json!({"job_title": title})).expect(200);
    }
}

#[story]
fn a15_no_name_of_a_person_is_a_host(t: TestApp) {
    let awa = t.ncp("SN");
    for name in ["Portal-secure.io", "Unlock evil.ru", "Awa bit.ly/abc"] {
        assert_eq!(fault(&awa.patch("/me", &json!({"name": name})), "/name"), "not_a_name", "{name}");
    }
    for name in ["Maria.de Souza", "Mohd.Ali", "J.Li"] {
        assert_eq!(awa.patch("/me", &json!({"name": name})).expect(200)["name"], name);
    }
}
