//! Registration: a person applies, verifies the address, and the Secretariat decides.

use std::time::Duration;

use serde_json::json;

use crate::support::{self, Application, Expect as _, PASSWORD, TestApp, story};

/// Many clients name a media type in every request.
#[story]
fn a_decision_without_a_body_may_name_a_media_type(t: TestApp) {
    let (admin, awa) = (t.admin(), Application::new("SN", "Awa Diop"));
    t.anonymous().post("/registrations", &awa.form()).unwrap().expect(202);
    t.verify(&t.newest_mail(&awa.email).token("verify").unwrap()).expect(200);
    let waiting = admin.get("/registrations?status=pending").expect(200);
    let approve = format!("/api/v1/registrations/{}/approve", waiting["data"][0]["id"].as_str().unwrap());
    let send = |body: Option<(&str, &[u8])>| admin.send("POST", &approve, body).unwrap();
    assert_eq!(send(Some(("application/json", b"{"))).refused(400), "malformed_json");
    assert_eq!(send(Some(("text/plain", b"{}"))).refused(415), "media_type");
    assert_eq!(send(Some(("application/json", b""))).expect(200)["status"], "approved");
}

#[story]
fn an_applicant_verifies_is_approved_and_hears_of_it_in_french(t: TestApp) {
    let awa = Application::new("SN", "Awa Diop").reading("fr");
    t.anonymous().post("/registrations", &awa.form()).unwrap().expect(202);

    let mail = t.newest_mail(&awa.email);
    assert_eq!(
        (mail.subject.as_str(), mail.language.as_str()),
        ("Veuillez confirmer votre adresse électronique", "fr")
    );
    assert!(mail.html.contains("https://portal.example/verify?token="), "{}", mail.html);
    assert!(mail.text.contains("Confirmer mon adresse\u{a0}:"), "{}", mail.text);

    let admin = t.admin();
    let verified = t.verify(&mail.token("verify").unwrap());
    assert_eq!(verified.expect(200), json!({"status": "pending", "new_account": true}));
    let told = t.inbox(&admin.email);
    assert!(told.iter().any(|mail| mail.subject.contains("Awa Diop")), "the Secretariat is told");

    let waiting = admin.get("/registrations?status=pending").expect(200);
    let row = &waiting["data"][0];
    assert_eq!((&row["organisation"], &row["nomination_reference"]), (&json!("SN"), &json!("DG/2026/17")));
    // Before the decision: a login, one's own profile, and nothing else.
    let early = t.login(&awa.email);
    assert_eq!(early.get("/me").expect(200)["appointments"][0]["status"], "pending");
    assert_eq!(early.get("/contacts").refused(403), "awaiting_approval");

    let id = row["id"].as_str().unwrap();
    assert_eq!(admin.post(&format!("/registrations/{id}/approve"), &json!({})).expect(200)["status"], "approved");
    assert!(t.newest_mail(&awa.email).subject.starts_with("Bienvenue"));
    let contacts = t.login(&awa.email).get("/contacts").expect(200);
    assert_eq!(contacts["data"][0]["name"], "Awa Diop");
}

#[story]
fn a_rejected_applicant_learns_why_and_may_apply_again(t: TestApp) {
    let awa = Application::new("SN", "Awa Diop");
    let id = t.apply_and_verify(&awa);
    let admin = t.admin();
    let reject = format!("/registrations/{id}/reject");
    assert_eq!(admin.post(&reject, &json!({"reason": "  "})).refused(422), "invalid");
    admin.post(&reject, &json!({"reason": "The letter names another officer.\nPlease check."})).expect(200);
    assert!(t.newest_mail(&awa.email).text.contains("The letter names another officer."));
    assert_eq!(t.login(&awa.email).get("/contacts").refused(403), "no_active_appointment");

    let again = t.apply_and_verify(&awa);
    assert_ne!(again, id);
    admin.post(&format!("/registrations/{again}/approve"), &json!({})).expect(200);
    t.login(&awa.email).get("/contacts").expect(200);
}

#[story]
fn the_answer_is_the_same_whether_or_not_the_address_is_known(t: TestApp) {
    let known = t.ncp("SN");
    let mut form = Application::new("SN", "Awa Diop").form();
    let first = t.anonymous().post("/registrations", &form).unwrap();
    form["email"] = json!("somebody.new@customs-sn.example");
    let second = t.anonymous().post("/registrations", &form).unwrap();
    assert_eq!((first.status, &first.text), (202, &second.text));
    let names =
        |answer: &portal::demo::client::Answer| answer.headers.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&first), names(&second));
    assert_eq!(t.newest_mail(&known.email).subject, "You already have an account");
    assert_eq!(t.newest_mail("somebody.new@customs-sn.example").subject, "Please confirm your e-mail address");
}

#[story]
fn a_link_is_good_once_and_for_a_day(t: TestApp) {
    let awa = Application::new("SN", "Awa Diop");
    let token = t.apply(&awa);
    let follow = |token: &str| t.verify(token);
    let (head, tail) = token.split_at(10);
    let other = if tail.starts_with('A') { "B" } else { "A" };
    assert_eq!(follow(&format!("{head}{other}{}", &tail[1..])).refused(410), "link_spent");
    follow(&token).expect(200);
    assert_eq!(follow(&token).refused(410), "link_spent");

    let late = Application::new("KE", "Wanjiru Kamau");
    let token = t.apply(&late);
    t.pass(Duration::from_hours(24));
    assert_eq!(follow(&token).refused(410), "link_spent");
}

#[story]
fn of_fifty_who_follow_one_link_at_once_one_gets_through(t: TestApp) {
    let awa = Application::new("SN", "Awa Diop");
    t.anonymous().post("/registrations", &awa.form()).unwrap().expect(202);
    let body = json!({"token": t.newest_mail(&awa.email).token("verify"), "password": PASSWORD});
    let client = t.anonymous();
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let follow = || client.post("/registrations/verify", &body).unwrap().status;
        let tries: Vec<_> = (0..50).map(|_| scope.spawn(follow)).collect();
        tries.into_iter().map(|attempt| attempt.join().unwrap()).collect()
    });
    assert_eq!(statuses.iter().filter(|&&status| status == 200).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| [200, 410, 429, 503].contains(status)), "{statuses:?}");
}

#[story]
fn two_applications_for_one_address_become_one_account(t: TestApp) {
    // An attacker applies with Awa's address first, under another name.
    let awa = Application::new("SN", "Awa Diop");
    let mut forged = Application::new("SN", "Mallory Byrne").form();
    forged["email"] = json!(awa.email.to_uppercase());
    t.anonymous().post("/registrations", &forged).unwrap().expect(202);
    let own = t.apply(&awa);
    t.verify(&own).expect(200);
    let typed = portal::mail::EmailAddress::parse(&awa.email.to_uppercase()).unwrap();
    let other = t.inbox(typed.as_str()).pop().unwrap().token("verify").unwrap();
    let chosen = json!({"token": other, "password": "chosen by somebody else"});
    assert_eq!(t.anonymous().post("/registrations/verify", &chosen).unwrap().refused(410), "link_spent");
    assert_eq!(t.login(&awa.email).get("/me").expect(200)["name"], "Awa Diop");
    let forged = json!({"email": awa.email, "password": "chosen by somebody else"});
    assert_eq!(t.anonymous().post("/auth/login", &forged).unwrap().refused(401), "wrong_credentials");
}

#[story]
fn nobody_else_than_the_secretariat_decides(t: TestApp) {
    let ncp = t.ncp("SN");
    let id = t.apply_and_verify(&Application::new("KE", "Wanjiru Kamau"));
    let approve = format!("/registrations/{id}/approve");
    assert_eq!(ncp.get("/registrations").refused(403), "secretariat_only");
    assert_eq!(ncp.post(&approve, &json!({})).refused(403), "secretariat_only");
    assert_eq!(t.anonymous().post(&approve, &json!({})).unwrap().refused(401), "login_required");
}

#[story]
fn a_coordinator_is_told_where_the_own_applications_are(t: TestApp) {
    let home = t.member(&Application { role: "coordinator", ..Application::new("SN", "Moussa Fall") });
    let welcome = t.inbox(&home.email).into_iter().find(|mail| mail.subject.starts_with("Welcome")).unwrap();
    assert!(welcome.text.contains("authenticator app"), "{}", welcome.text);
    let refused = home.get("/registrations");
    let problem = refused.json();
    assert!(problem["hint"].as_str().unwrap().contains("GET /api/v1/appointments"), "for programs: {problem}");
    assert!(!problem["detail"].as_str().unwrap().contains("/api/"), "not for people: {problem}");
    assert_eq!(refused.refused(403), "decided_at_appointments");
    t.apply_and_verify(&Application::new("SN", "Awa Diop"));
    let mail = t.newest_mail(&home.email).text;
    for words in [
        "approve it, reject it or ask for what is missing",
        "Decide on the application:\nhttps://portal.example/appointments/",
    ] {
        assert!(mail.replace("\r\n", "\n").contains(words), "{words}: {mail}");
    }
    assert!(!mail.contains("/api/"), "{mail}");
}

#[story]
fn a_decision_is_made_once(t: TestApp) {
    let id = t.apply_and_verify(&Application::new("KE", "Wanjiru Kamau"));
    let admin = t.admin();
    admin.post(&format!("/registrations/{id}/approve"), &json!({})).expect(200);
    assert_eq!(admin.post(&format!("/registrations/{id}/approve"), &json!({})).refused(409), "not_pending");
    let reject = admin.post(&format!("/registrations/{id}/reject"), &json!({"reason": "too late"}));
    assert_eq!(reject.refused(409), "not_pending");
    let unknown = "01890a5d-ac96-774b-bcce-b302099a8057";
    assert_eq!(admin.post(&format!("/registrations/{unknown}/approve"), &json!({})).refused(404), "not_found");
}

#[story]
fn opening_the_link_changes_nothing_and_the_button_does(t: TestApp) {
    let awa = Application::new("SN", "Awa Diop").reading("fr");
    let token = t.apply(&awa);
    let mut browser = t.anonymous();
    browser.language = "fr-SN,fr;q=0.9";
    for _ in 0..2 {
        let page = browser.send("GET", &format!("/verify?token={token}"), None).unwrap();
        assert!(page.status == 200 && page.text.contains("Confirmer mon adresse"), "{}", page.text);
    }
    let form = format!("token={token}&password={}", PASSWORD.replace(' ', "+"));
    let press = || support::press(&browser, "/verify", &form);
    let done = press();
    assert!(done.status == 200 && done.text.contains("votre adresse est confirmée"), "{}", done.text);
    let again = press();
    assert!(again.status == 200 && again.text.contains("Votre adresse est déjà confirmée"), "{}", again.text);
}

#[story]
fn applications_that_nobody_verifies_are_deleted(t: TestApp) {
    let awa = Application::new("SN", "Awa Diop");
    t.anonymous().post("/registrations", &awa.form()).unwrap().expect(202);
    let admin = t.admin();
    assert_eq!(admin.get("/registrations?status=unverified").expect(200)["data"].as_array().unwrap().len(), 1);
    t.pass(Duration::from_hours(24 * 15));
    let stop = tokio_util::sync::CancellationToken::new();
    stop.cancel();
    t.run(t.portal.run_maintenance(&stop));
    let admin = t.admin();
    assert_eq!(admin.get("/registrations?status=unverified").expect(200)["data"], json!([]));
}

#[story]
fn a_suspended_applicant_is_not_approved(t: TestApp) {
    let application = Application::new("SN", "Awa Diop");
    let id = t.apply_and_verify(&application);
    let admin = t.admin();
    let waiting = admin.get("/registrations").expect(200);
    let user = waiting["data"][0]["user_id"].as_str().unwrap();
    admin.post(&format!("/users/{user}/suspend"), &json!({"reason": "not who she says"})).expect(200);
    let approve = || admin.post(&format!("/registrations/{id}/approve"), &json!({}));
    assert_eq!(approve().refused(409), "account_suspended");
    admin.post(&format!("/users/{user}/reinstate"), &json!({})).expect(200);
    approve().expect(200);
}
