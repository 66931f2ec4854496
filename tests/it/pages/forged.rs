//! Deeds that no page offered: whoever sends one all the same is refused, and nothing has changed.

use serde_json::json;

use crate::reading::{act, draft};
use crate::support::browser::Browser;
use crate::support::{Application, Expect as _, Person, TestApp, story};

/// Whether a page leads to an address by a link or a form.
fn offers(html: &str, address: &str) -> bool {
    html.contains(&format!("\"{address}\""))
}

fn id(person: &Person) -> String {
    person.get("/me").expect(200)["id"].as_str().unwrap().to_owned()
}

/// Sends a deed that no page offered; it has to be refused.
#[track_caller]
fn forge(browser: &mut Browser, address: &str, fields: &str) {
    let answer = browser.send("POST", address, Some(fields));
    assert!(matches!(answer.status, 403 | 404 | 409 | 410 | 412 | 422), "{address}: {} {}", answer.status, answer.text);
}

#[story]
fn w52_a_deed_on_an_appointment_that_was_not_offered_is_refused(t: TestApp) {
    const DEEDS: [&str; 11] = [
        "approve",
        "reject",
        "request-info",
        "submit",
        "withdraw",
        "confirm",
        "suspend",
        "reinstate",
        "replace",
        "cancel-hand-over",
        "resign",
    ];
    let officer = |member: &str, name: &str| {
        let mut application = Application::new(member, name);
        application.role = "coordinator";
        t.member(&application)
    };
    let of = |person: &Person| person.get("/me").expect(200)["appointments"][0]["id"].as_str().unwrap().to_owned();
    let approved = |name: &str| {
        let person = t.member(&Application::new("SN", name));
        (of(&person), person)
    };
    let (moussa, wanjiru) = (officer("SN", "Moussa Fall"), officer("KE", "Wanjiru Kamau"));
    let applicant = Application::new("SN", "Fatou Ba");
    t.apply_and_verify(&applicant);
    let (active, awa) = approved("Awa Diop");
    let (suspended, omar) = approved("Omar Sy");
    let (ended, ibou) = approved("Ibou Sow");
    let admin = t.admin();
    let reason = json!({"reason": "An incident."});
    admin.post(&format!("/appointments/{suspended}/suspend"), &reason).expect(200);
    ibou.post(&format!("/appointments/{ended}/resign"), &json!({})).expect(200);
    let appointments = [
        (of(&t.login(&applicant.email)), &applicant.email),
        (active.clone(), &awa.email),
        (suspended, &omar.email),
        (ended, &ibou.email),
    ];
    let mut officers = [&admin, &moussa, &wanjiru].map(|person| Browser::of(&t, person));
    let fields = format!("reason=No&successor={active}&overlap_days=1");
    let (mut offered, mut refused) = (0, 0);
    for (appointment, email) in &appointments {
        let mut holder = Browser::of(&t, &t.login(email));
        let state = || admin.get(&format!("/appointments/{appointment}")).expect(200);
        let before = state();
        for browser in officers.iter_mut().chain([&mut holder]) {
            let page = browser.open(&format!("/appointments/{appointment}"));
            for deed in DEEDS {
                let address = format!("/appointments/{appointment}/{deed}");
                if offers(&page.html, &address) {
                    offered += 1;
                    continue;
                }
                refused += 1;
                forge(browser, &address, &fields);
                assert_eq!(state(), before, "{deed}");
            }
        }
    }
    assert!(offered > 5 && refused > 100, "{offered} offered, {refused} refused");
}

#[story]
fn w52_a_deed_on_an_account_that_was_not_offered_is_refused(t: TestApp) {
    let (admin, awa) = (t.admin(), id(&t.ncp("SN")));
    let own = id(&admin);
    let mut browser = Browser::of(&t, &admin);
    let mut refused = Vec::new();
    for (account, is_suspended) in [(&own, false), (&awa, false), (&awa, true)] {
        if is_suspended {
            admin.post(&format!("/users/{account}/suspend"), &json!({"reason": "Left."})).expect(200);
        }
        let before = admin.get(&format!("/users/{account}")).expect(200);
        let page = browser.open(&format!("/users/{account}"));
        for deed in ["suspend", "reinstate", "end-sessions", "reset-factors"] {
            let address = format!("/users/{account}/{deed}");
            if !offers(&page.html, &address) {
                refused.push(deed);
                forge(&mut browser, &address, "reason=No");
                assert_eq!(admin.get(&format!("/users/{account}")).expect(200), before, "{deed}");
            }
        }
    }
    assert_eq!(refused, ["suspend", "reinstate", "reset-factors", "reinstate", "suspend"]);
}

#[story]
fn w52_a_deed_on_an_announcement_that_was_not_offered_is_refused(t: TestApp) {
    const DEEDS: [&str; 10] =
        ["edit", "delete", "submit", "decide", "send", "schedule", "unschedule", "pause", "resume", "cancel"];
    t.ncp("SN");
    let admin = t.admin();
    let write = |subject: &str, deeds: &[&str]| {
        let made = admin.post("/announcements", &draft(subject, &json!({}))).expect(201);
        let id = made["id"].as_str().unwrap().to_owned();
        for deed in deeds {
            assert!(matches!(act(&admin, &id, deed).status, 200 | 202), "{deed}");
        }
        id
    };
    let sent = write("Sent", &["send"]);
    t.deliver();
    let announcements = [
        (sent, "sent"),
        (write("Draft", &[]), "draft"),
        (write("Submitted", &["submit"]), "submitted"),
        (write("Cancelled", &["submit", "cancel"]), "cancelled"),
        (write("Under way", &["send"]), "sending"),
    ];
    let mut browser = Browser::of(&t, &admin);
    let (mut offered, mut refused) = (0, 0);
    for (id, status) in &announcements {
        let state = || admin.get(&format!("/announcements/{id}")).expect(200)["status"].clone();
        assert_eq!(state(), *status);
        // Buttons for which there is no page of their own stand on those of progress and schedule.
        let shown =
            ["preview", "progress", "schedule"].map(|step| browser.open(&format!("/announcements/{id}/{step}")));
        for deed in DEEDS {
            let address = format!("/announcements/{id}/{deed}");
            // The first page has links to the steps; a form names its own address though it may not be sent.
            let own = format!("/{deed}");
            let mut others = shown.iter().filter(|page| !page.path.ends_with(&own));
            if others.any(|page| offers(&page.html, &address)) {
                offered += 1;
                continue;
            }
            refused += 1;
            forge(&mut browser, &address, "reason=No&verdict=approve&send_at=2099-01-01&time=09:00&zone=UTC");
            assert_eq!(state(), *status, "{deed}");
        }
    }
    assert!(offered > 5 && refused > 15, "{offered} offered, {refused} refused");
}
