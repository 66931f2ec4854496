//! Officers whose reasons pose as the portal (number 15): in mails that the portal signs, and as what the portal found
//! of an announcement.

use std::time::Duration;

use portal::demo::receiver::Verdict;
use serde_json::{Value, json};

use super::budgets::{coordinator, user};
use crate::support::browser::Browser;
use crate::support::{Application, Expect as _, Person, TestApp, story};

/// A reason of several paragraphs, which reads like the portal.
const POSING: &str =
    "Incomplete.\n\nSecurity notice of the portal:\n\nYour session was used elsewhere. Call us at once.";

/// The path of the first appointment of somebody.
fn own(person: &Person) -> String {
    format!("/appointments/{}", person.get("/me").expect(200)["appointments"][0]["id"].as_str().unwrap())
}

/// Expects that the newest mail sets the reason apart, behind the sentence that says whose it is.
fn is_quoted(t: &TestApp, person: &Person, whose: &str) {
    let mail = t.newest_mail(&person.email);
    assert!(mail.text.contains(&format!("{whose}\n\n> Incomplete.\n")), "{}", mail.text);
    for line in POSING.lines().filter(|line| !line.is_empty()) {
        let written: Vec<&str> = mail.text.lines().filter(|written| written.contains(line)).collect();
        assert_eq!(written, [format!("> {line}")], "{}", mail.text);
    }
    let (_, quoted) = mail.html.split_once("<blockquote").expect("a quotation");
    let (quoted, after) = quoted.split_once("</blockquote>").unwrap();
    assert!(quoted.contains("Security notice of the portal:"), "{}", mail.html);
    assert!(mail.html.matches("Security notice").count() == 1 && !after.contains("<blockquote"), "{}", mail.html);
}

#[story]
fn a15_the_reason_of_an_officer_is_no_notice_of_the_portal(t: TestApp) {
    let (cora, awa) = (coordinator(&t, "SN"), t.ncp("SN"));
    let grace = t.member(&Application::new("KE", "Grace Hopper").reading("fr"));
    let reason = json!({"reason": POSING});
    cora.post(&format!("{}/suspend", own(&awa)), &reason).expect(200);
    is_quoted(&t, &awa, "Reason given by a coordinator of the administration:");
    t.admin().post(&format!("{}/suspend", own(&grace)), &reason).expect(200);
    is_quoted(&t, &grace, "Motif donné par le Secrétariat\u{a0}:");
    t.admin().post(&format!("/users/{}/suspend", user(&cora)), &reason).expect(200);
    is_quoted(&t, &cora, "Reason given by the Secretariat:");
}

#[story]
fn a15_a_reason_leads_nowhere(t: TestApp) {
    let awa = t.ncp("SN");
    let waits = t.apply_and_verify(&Application::new("KE", "Grace Hopper"));
    for said in [
        "See https://smart-customs-portal.example/login.",
        "Write to help@portal.example.",
        "evil.com/now",
        "Log in at secure-customs.io",
        "Call smartcustoms.africa",
        "See login.portal-secure.de.",
        "At 192.0.2.1/login",
    ] {
        let reason = json!({"reason": said});
        for path in [
            format!("/registrations/{waits}/reject"),
            format!("{}/suspend", own(&awa)),
            format!("/users/{}/suspend", user(&awa)),
            format!("/users/{}/mfa/reset", user(&awa)),
        ] {
            let fault = t.admin().post(&path, &reason).expect(422)["errors"][0].clone();
            assert_eq!((&fault["pointer"], &fault["code"]), (&json!("/reason"), &json!("link_in_text")), "{path}");
        }
    }
}

#[story]
fn a15_a_reason_of_a_person_counts_as_no_finding_of_the_portal(t: TestApp) {
    t.seed(60);
    let admin = t.admin();
    let news = json!({"en": {"subject": "News", "body_markdown": "News."}});
    let made = admin.post("/announcements", &json!({"default_language": "en", "variants": news})).expect(201);
    let path = format!("/announcements/{}", made["id"].as_str().unwrap());
    let act = |deed: &str, form: &Value| t.admin().post(&format!("{path}/{deed}"), form);
    act("send", &json!({})).expect(202);
    t.dispatch();
    for code in ["many_failures", "many_turned_back", "overruled"] {
        let paused = act("pause", &json!({"reason": code})).expect(200);
        assert_eq!((&paused["reason"], &paused["cause"]), (&json!(code), &Value::Null));
        let page = Browser::of(&t, &t.admin()).open(&format!("{path}/progress"));
        assert!(page.has(&format!("Reason given by a person “{code}”")), "{}", page.text());
        assert!(!page.has("many deliveries failed") && !page.has("Found by the portal"), "{}", page.text());
        let resumed = act("resume", &json!({})).expect(200);
        assert_eq!((&resumed["reason"], &resumed["cause"]), (&Value::Null, &Value::Null));
    }
    for row in admin.all(&format!("{path}/deliveries")) {
        t.mail_server_answers(row["to_address"].as_str().unwrap(), [Verdict::Refuse("550 5.7.1 no")]);
    }
    // One that is tried again, so that there is something to halt.
    let rows = admin.all(&format!("{path}/deliveries"));
    t.mail_server_answers(rows[0]["to_address"].as_str().unwrap(), [Verdict::Refuse("451 4.3.0 later")]);
    t.deliver();
    let halted = t.admin().get(&path).expect(200);
    assert_eq!((&halted["status"], &halted["cause"]), (&json!("paused"), &json!("many_failures")), "{halted}");
    assert_eq!(halted["reason"], Value::Null);
    let page = Browser::of(&t, &t.admin()).open(&format!("{path}/progress"));
    assert!(page.has("Found by the portal many deliveries failed"), "{}", page.text());
    let resumed = act("resume", &json!({})).expect(200);
    assert_eq!(resumed["cause"], "overruled");
    t.pass(Duration::from_hours(1));
    t.deliver();
    assert_ne!(t.admin().get(&path).expect(200)["status"], "paused", "it is not halted twice");
}
