//! Strangers who use up the mails to an address, so that its owner gets none (number 16).

use std::time::Duration;

use serde_json::json;

use crate::support::browser::Browser;
use crate::support::{Application, Expect as _, PASSWORD, TestApp, story};

const VICTIM: &str = "victim@douanes.example";

/// An application with the address of the victim.
fn apply(t: &TestApp, member: &str, name: &str) {
    let application = Application { email: VICTIM.to_owned(), ..Application::new(member, name) };
    t.anonymous().post("/registrations", &application.form()).unwrap().expect(202);
}

/// How many mails the victim got.
fn mails(t: &TestApp) -> usize {
    t.deliver();
    t.inbox(VICTIM).len()
}

/// What the link in the newest mail to the victim holds.
fn newest_token(t: &TestApp) -> String {
    t.deliver();
    t.inbox(VICTIM).iter().rev().find_map(|mail| mail.token("verify")).expect("a link")
}

#[story]
fn a16_the_owner_of_an_address_applies_by_the_link_of_a_stranger(t: TestApp) {
    for _ in 0..3 {
        apply(&t, "KE", "Mallory Byrne");
    }
    assert_eq!(mails(&t), 3);
    // The answer is the same, and no mail follows: the mailbox is not to be flooded.
    apply(&t, "SN", "Awa Diop");
    assert_eq!(mails(&t), 3);
    let token = newest_token(&t);
    let mut awa = Browser::anonymous(&t);
    let page = awa.open(&format!("/verify?token={token}"));
    assert!(page.has("Mallory Byrne") && page.has("Kenya"), "{}", page.text());
    let form = awa.click(&page, "Correct this application, or replace it by yours");
    assert_eq!(form.value("name"), "Mallory Byrne");
    let back = awa.submit(&form, "Keep this application", &[("organisation", "SN"), ("name", "https://evil.example")]);
    assert_eq!(back.status, 422);
    assert!(!back.error("name").is_empty(), "{}", back.text());
    let own = [
        ("organisation", "SN"),
        ("role", "coordinator"),
        ("name", "Awa Diop"),
        ("phone", "+221 33 800 00 01"),
        ("nomination_reference", "DG/2026/18"),
    ];
    let page = awa.submit(&back, "Keep this application", &own);
    assert!(page.has("Awa Diop") && page.has("Senegal") && page.has("DG/2026/18"), "{}", page.text());
    assert!(!page.has("Mallory") && !page.has("Kenya"), "{}", page.text());
    awa.submit(&page, "Confirm my address", &[("password", PASSWORD)]);
    let waiting = t.admin().get("/registrations").expect(200)["data"].clone();
    assert_eq!(waiting.as_array().unwrap().len(), 1, "{waiting}");
    let application = &waiting[0];
    assert_eq!(
        [&application["name"], &application["organisation"], &application["role"], &application["email"]],
        [&json!("Awa Diop"), &json!("SN"), &json!("coordinator"), &json!(VICTIM)],
        "{application}"
    );
    assert_eq!(t.login(VICTIM).get("/me").expect(200)["name"], "Awa Diop");
    // What the link was for is done, also for whoever has the page open still.
    let late = awa.open(&format!("/apply/correct?token={token}"));
    assert_eq!(late.status, 410, "{}", late.text());
}

#[story]
fn a16_the_reminder_of_a_link_has_a_budget_of_its_own(t: TestApp) {
    for _ in 0..4 {
        apply(&t, "KE", "Mallory Byrne");
    }
    assert_eq!(mails(&t), 3);
    let forgot = || t.anonymous().post("/auth/password/forgot", &json!({"email": VICTIM})).unwrap().expect(202);
    forgot();
    assert_eq!(mails(&t), 4, "no application uses it up");
    let token = newest_token(&t);
    let page = Browser::anonymous(&t).open(&format!("/apply/correct?token={token}"));
    assert_eq!(page.status, 200, "{}", page.text());
    for _ in 0..3 {
        forgot();
        apply(&t, "KE", "Mallory Byrne");
    }
    assert_eq!(mails(&t), 4, "and it floods nobody");
}

#[story]
fn a16_only_the_reader_of_the_mailbox_corrects_an_application(t: TestApp) {
    apply(&t, "SN", "Awa Diop");
    let mut stranger = Browser::anonymous(&t);
    let invented = "A".repeat(43);
    assert_eq!(stranger.open(&format!("/apply/correct?token={invented}")).status, 410);
    let form = [("token", invented.as_str()), ("organisation", "KE"), ("role", "ncp"), ("name", "Mallory Byrne")];
    assert_eq!(stranger.post("/apply/correct", &form).status, 410);
    // The address is not a part of what is corrected.
    let token = newest_token(&t);
    let form = [
        ("token", token.as_str()),
        ("organisation", "SN"),
        ("role", "ncp"),
        ("name", "Awa Ndiaye"),
        ("email", "mallory@elsewhere.example"),
    ];
    let page = stranger.post("/apply/correct", &form);
    assert!(page.has("Awa Ndiaye"), "{}", page.text());
    t.verify(&token).expect(200);
    let waiting = t.admin().get("/registrations").expect(200)["data"][0].clone();
    assert_eq!((&waiting["email"], &waiting["name"]), (&json!(VICTIM), &json!("Awa Ndiaye")), "{waiting}");
}

#[story]
fn a16_sub_addresses_of_a_mailbox_share_its_budget(t: TestApp) {
    let mut mails = 0;
    for number in 0..6 {
        let email = format!("victim+{number}@douanes.example");
        let application = Application { email: email.clone(), ..Application::new("KE", "Mallory Byrne") };
        t.anonymous().post("/registrations", &application.form()).unwrap().expect(202);
        t.anonymous().post("/auth/password/forgot", &json!({"email": email})).unwrap().expect(202);
        t.deliver();
        mails += t.inbox(&email).len();
    }
    apply(&t, "KE", "Mallory Byrne");
    t.deliver();
    assert_eq!(mails + t.inbox(VICTIM).len(), 4, "three links, and one of them again");
    // Another mailbox has budgets of its own.
    let other = t.apply(&Application::new("SN", "Awa Diop"));
    assert!(!other.is_empty());
}

#[story]
fn a16_many_applicants_flood_no_mailbox_by_changes_of_address(t: TestApp) {
    let asks = |email: &str| t.login(email).post("/me/email", &json!({"email": VICTIM})).expect(202);
    let answers: Vec<_> = (0..5)
        .map(|number| {
            let email = format!("mallory{number}@elsewhere.example");
            t.apply_and_verify(&Application { email: email.clone(), ..Application::new("KE", "Mallory Byrne") });
            asks(&email)
        })
        .collect();
    assert_eq!(mails(&t), 3);
    assert!(answers.iter().all(|answer| answer == &answers[0]), "{answers:?}");
    // Whoever has an appointment in force has a share that these have not used up.
    asks(&t.ncp("SN").email);
    assert_eq!(mails(&t), 4);
}

/// The links for a new password that were mailed to an address.
fn resets(t: &TestApp, email: &str) -> Vec<String> {
    t.deliver();
    t.inbox(email).iter().filter_map(|mail| mail.token("reset")).collect()
}

#[story]
fn a16_strangers_leave_no_owner_without_a_link_for_a_new_password(t: TestApp) {
    let awa = t.ncp("SN");
    let mut home = Browser::anonymous(&t);
    home.log_in(&t, &awa.email);
    let form = json!({"email": awa.email});
    let ask = || {
        t.from("203.0.113.66").post("/auth/password/forgot", &form).unwrap().expect(202);
        resets(&t, &awa.email).len()
    };
    assert_eq!([ask(), ask(), ask(), ask(), ask()], [1, 2, 3, 3, 3]);
    // From a device that is not known there is another one when the last has ended, however often strangers ask.
    for number in 4..7 {
        t.pass(Duration::from_mins(30));
        let newest = resets(&t, &awa.email).pop().unwrap();
        let look = t.anonymous().post("/auth/password/reset", &json!({"token": newest, "password": "short"})).unwrap();
        assert_eq!(look.refused(410), "link_spent");
        assert_eq!([ask(), ask()], [number, number]);
    }
    // The known device has its own share at any time.
    assert_eq!(home.post("/forgot", &[("email", &awa.email)]).status, 200);
    let links = resets(&t, &awa.email);
    assert_eq!(links.len(), 7);
    let form = json!({"token": links[6], "password": "velvet walnut drizzle"});
    t.anonymous().post("/auth/password/reset", &form).unwrap().expect(200);
}
