//! What time does to contacts: confirmations that are due, applications that lapse, mandates that end.

use serde_json::json;

use crate::life_cycle::{DAY, appointment_of, coordinator, id_of, status_of};
use crate::support::{Application, Expect as _, Person, TestApp, story};

/// Days pass, and the portal runs the tasks of each day.
pub fn days_pass(t: &TestApp, days: u32) {
    for _ in 0..days {
        t.pass(DAY);
        t.run(t.portal.run_maintenance_once()).unwrap();
        t.deliver();
    }
}

#[story]
fn a_contact_is_confirmed_by_one_click_in_a_mail(t: TestApp) {
    let awa = t.ncp("SN");
    // Nothing is due for ten months.
    t.pass(DAY * 320);
    days_pass(&t, 16);
    let mail = t.newest_mail(&awa.email);
    assert!(
        mail.subject.starts_with("Is your entry still correct (Senegal, National Contact Point)"),
        "{}",
        mail.subject
    );
    let token = mail.token("confirm-contact").unwrap();
    let page = t.anonymous().send("GET", &format!("/confirm-contact?token={token}"), None).unwrap();
    assert!(page.text.contains("<button"), "looking at the page confirms nothing: {}", page.text);
    let forged = format!("{}x", &token[..token.len() - 1]);
    for bad in [forged.as_str(), "", "rubbish", "AYkKXayWd0u8zrMCCZqAVwAAAA"] {
        let answer = t.anonymous().post("/appointments/confirm", &json!({"token": bad})).unwrap();
        assert_eq!(answer.refused(410), "link_spent", "{bad}");
    }
    let before = appointment_of(&t, &awa.email)["confirm_by"].clone();
    let confirmed = t.anonymous().post("/appointments/confirm", &json!({"token": token})).unwrap().expect(200);
    assert!(confirmed["confirm_by"].as_str().unwrap() > before.as_str().unwrap());
    let again = t.anonymous().post("/appointments/confirm", &json!({"token": token})).unwrap();
    assert_eq!(again.refused(410), "link_spent", "another day is due now");
}

/// The texts of the mails that ask a person to confirm the entry.
fn asks_of(t: &TestApp, person: &Person) -> Vec<String> {
    let mails = t.inbox(&person.email).into_iter().filter(|mail| mail.subject.starts_with("Is your entry"));
    mails.map(|mail| mail.text).collect()
}

#[story]
fn a_contact_that_nobody_confirms_fades_and_comes_back(t: TestApp) {
    let (awa, home) = (t.ncp("SN"), coordinator(&t, "SN", "Moussa Fall"));
    let id = id_of(&t, &home.email);
    t.pass(DAY * 300);
    t.admin().post(&format!("/appointments/{id}/confirm"), &json!({})).expect(200);
    days_pass(&t, 66);
    let find = |person: &Person| person.get("/contacts?q=awa").expect(200)["data"].clone();
    let seen = find(&t.admin());
    assert_eq!(seen[0]["confirmation"], "due", "{seen}");
    let asked = asks_of(&t, &awa);
    assert_eq!(asked.len(), 2, "30 days before, and on the day");
    assert!(asked[0].contains("Please confirm yours by "), "{}", asked[0]);
    assert!(asked[1].contains("was due on ") && !asked[1].contains("confirm yours by"), "{}", asked[1]);
    days_pass(&t, 90);
    assert_eq!(find(&t.admin())[0]["confirmation"], "unconfirmed", "still listed, and marked");
    assert_eq!(status_of(&t, &awa.email), "unconfirmed");
    let marked = t.newest_mail(&awa.email).text;
    assert!(marked.contains("was not confirmed in time") && marked.contains("it expires on "), "{marked}");
    let awa = t.login(&awa.email);
    assert_eq!(awa.get("/contacts").refused(403), "confirmation_needed");
    awa.get("/me").expect(200);
    assert!(t.inbox(&home.email).iter().any(|mail| mail.subject.starts_with("Not confirmed: Awa Diop")));
    let own = id_of(&t, &awa.email);
    awa.post(&format!("/appointments/{own}/confirm"), &json!({})).expect(200);
    awa.get("/contacts").expect(200);
    // And once more, without a confirmation.
    t.pass(DAY * 330);
    days_pass(&t, 35 + 90 + 181);
    assert_eq!(status_of(&t, &awa.email), "expired");
    assert_eq!(find(&t.admin()), json!([]));
    let last = t.newest_mail(&awa.email);
    assert!(last.text.contains("has been marked as not confirmed since "), "{}", last.text);
    let token = last.token("confirm-contact");
    assert!(token.is_none(), "the last mail offers nothing that is no longer possible");
}

#[story]
fn an_application_that_nobody_decides_is_escalated_and_lapses(t: TestApp) {
    let home = coordinator(&t, "SN", "Moussa Fall");
    let application = Application::new("SN", "Awa Diop");
    t.apply_and_verify(&application);
    t.deliver();
    days_pass(&t, 91);
    let to_home = t.inbox(&home.email);
    let reminders = to_home.iter().filter(|mail| mail.subject.starts_with("Still waiting")).count();
    assert_eq!(reminders, 2, "after 7 and 14 days");
    let escalated = |t: &TestApp| {
        let mails = t.inbox("secretariat@portal.example");
        mails.iter().filter(|mail| mail.subject.starts_with("No decision after 30 days")).count()
    };
    assert_eq!(escalated(&t), 1);
    assert_eq!(status_of(&t, &application.email), "lapsed");
    let lapsed = t.newest_mail(&application.email);
    assert!(lapsed.subject.contains("lapsed") && lapsed.text.contains("was not decided on in time"), "{}", lapsed.text);
}

#[story]
fn an_application_that_nobody_completes_lapses_and_the_mail_says_why(t: TestApp) {
    let home = coordinator(&t, "SN", "Moussa Fall");
    let application = Application::new("SN", "Awa Diop");
    t.apply_and_verify(&application);
    let path = format!("/appointments/{}/request-info", id_of(&t, &application.email));
    home.post(&path, &json!({"reason": "The letter is missing."})).expect(200);
    days_pass(&t, 91);
    assert_eq!(status_of(&t, &application.email), "lapsed");
    let lapsed = t.newest_mail(&application.email).text;
    assert!(lapsed.contains("we did not receive what was missing") && !lapsed.contains("apologise"), "{lapsed}");
}

#[story]
fn a_mandate_ends_on_its_day(t: TestApp) {
    let (awa, home) = (t.ncp("SN"), coordinator(&t, "SN", "Moussa Fall"));
    let path = format!("/appointments/{}", id_of(&t, &awa.email));
    let end = t.clock.now().plus(DAY * 40).to_string();
    let change = json!({"valid_to": end});
    assert_eq!(home.patch(&path, &change).refused(428), "if_match_required");
    let stale = home.with_header("if-match", "\"0000\"");
    assert_eq!(stale.patch(&path, &change).refused(412), "changed_meanwhile");
    let tag = home.get(&path).header("etag").unwrap().to_owned();
    let fresh = home.with_header("if-match", &tag);
    assert_eq!(fresh.patch(&path, &change).expect(200)["valid_to"], end.as_str());
    assert_eq!(fresh.patch(&path, &change).refused(412), "changed_meanwhile", "the tag was of before");
    let log = t.admin().all("/audit?action=appointment_changed");
    let entry = log.iter().find(|entry| entry["detail"]["event"] == "mandate_ends").expect("an entry");
    let day = home.get(&path).expect(200)["last_day"].clone();
    assert_eq!([&entry["detail"]["last_day_before"], &entry["detail"]["last_day"]], [&json!(null), &day], "{entry}");
    days_pass(&t, 12);
    assert!(t.newest_mail(&awa.email).subject.starts_with("An appointment ends on"));
    days_pass(&t, 29);
    assert_eq!(status_of(&t, &awa.email), "ended");
    assert!(t.newest_mail(&home.email).subject.contains("End of appointment: Awa Diop"));
}

#[story]
fn the_clock_does_everything_once_however_often_it_is_asked(t: TestApp) {
    let awa = t.ncp("SN");
    t.pass(DAY * 336);
    let before = t.inbox(&awa.email).len();
    // Six at once, as six processes would.
    let portal = &t.portal;
    t.run(async {
        let work = (0..6).map(|_| portal.life_cycle.run_due());
        let done: usize = futures_util::future::join_all(work).await.into_iter().map(Result::unwrap).sum();
        assert_eq!(done, 1);
    });
    assert_eq!(t.inbox(&awa.email).len(), before + 1);
}

#[story]
fn a_suspended_account_stays_hidden_whatever_the_clock_does(t: TestApp) {
    let awa = t.ncp("SN");
    let row = appointment_of(&t, &awa.email);
    let user = row["person"]["id"].as_str().unwrap().to_owned();
    t.admin().post(&format!("/users/{user}/suspend"), &json!({"reason": "An incident."})).expect(200);
    let found = |t: &TestApp| t.admin().get("/contacts?q=awa").expect(200)["data"].clone();
    assert_eq!(found(&t), json!([]));
    t.pass(DAY * 330);
    days_pass(&t, 40);
    assert_eq!(found(&t), json!([]), "the confirmation fell due, and nothing shows");
    let id = row["id"].as_str().unwrap();
    t.admin().post(&format!("/appointments/{id}/confirm"), &json!({})).expect(200);
    assert_eq!(found(&t), json!([]));
    t.admin().post(&format!("/users/{user}/reinstate"), &json!({})).expect(200);
    assert_eq!(found(&t)[0]["name"], "Awa Diop");
}
