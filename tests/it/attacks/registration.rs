//! Accounts and sentences of strangers (numbers 11 and 15): nobody applies for somebody, and no mail speaks with the
//! words of a stranger.

use portal::demo::client::Answer;
use serde_json::{Value, json};

use crate::support::{self, Application, Expect as _, PASSWORD, Person, TestApp, has_form, story};

const OTHER: &str = "velvet walnut drizzle";

fn verify(t: &TestApp, form: &Value) -> Answer {
    t.anonymous().post("/registrations/verify", form).unwrap()
}

fn log_in(t: &TestApp, email: &str, password: &str) -> Answer {
    t.anonymous().post("/auth/login", &json!({"email": email, "password": password})).unwrap()
}

/// A person whose appointments are over, with an earlier session.
fn former(t: &TestApp) -> Person {
    let awa = t.ncp("SN");
    let id = awa.get("/me").expect(200)["appointments"][0]["id"].as_str().unwrap().to_owned();
    awa.post(&format!("/appointments/{id}/resign"), &json!({})).expect(200);
    t.deliver();
    t.login(&awa.email)
}

#[story]
fn a11_nobody_chooses_the_password_of_anothers_address(t: TestApp) {
    let awa = Application::new("SN", "Awa Diop");
    let mut form = awa.form();
    form["password"] = json!(OTHER);
    let with_password = t.anonymous().post("/registrations", &form).unwrap();
    assert_eq!(with_password.json()["errors"][0]["pointer"], "/password");
    assert_eq!(with_password.refused(422), "invalid");

    let token = t.apply(&awa);
    let without = verify(&t, &json!({"token": token}));
    assert_eq!((&without.json()["errors"][0]["code"], without.status), (&json!("missing"), 422), "{}", without.text);
    // A refused password does not use up the link.
    assert_eq!(verify(&t, &json!({"token": token, "password": "too short"})).refused(422), "invalid");
    assert_eq!(log_in(&t, &awa.email, PASSWORD).refused(401), "wrong_credentials");
    t.verify(&token).expect(200);
    assert_eq!(log_in(&t, &awa.email, OTHER).refused(401), "wrong_credentials");
    t.login(&awa.email);
    assert_eq!(verify(&t, &json!({"token": token, "password": OTHER})).refused(410), "link_spent");
    t.login(&awa.email);
}

#[story]
fn a11_an_application_changes_nothing_of_an_account(t: TestApp) {
    let awa = former(&t);
    let before = awa.get("/me").expect(200);
    let scopes = json!({"name": "phone", "scopes": ["profile:read"], "expires_in_days": 30});
    let made = awa.post("/me/tokens", &scopes).expect(201);
    t.deliver();
    let program = t.anonymous().with_token(made["token"].as_str().unwrap());
    // A stranger applies with her address, under another name and in another language.
    let mut forged = Application::new("SN", "Mallory Byrne").reading("fr");
    forged.email.clone_from(&awa.email);
    t.anonymous().post("/registrations", &forged.form()).unwrap().expect(202);
    let mail = t.newest_mail(&awa.email);
    assert_eq!((mail.subject.as_str(), mail.language.as_str()), ("Please confirm your new application", "en"));
    assert!(mail.text.contains("Dear Awa Diop,") && !mail.text.contains("Mallory"), "{}", mail.text);
    awa.get("/me").expect(200);
    // She follows the link, and an attacker even sends a password along.
    let token = mail.token("verify").unwrap();
    let verified = verify(&t, &json!({"token": token, "password": OTHER})).expect(200);
    assert_eq!(verified, json!({"status": "pending", "new_account": false}));
    let after = awa.get("/me").expect(200);
    for field in ["id", "email", "name", "preferred_language"] {
        assert_eq!(after[field], before[field], "{field}");
    }
    program.get("/me").unwrap().expect(200);
    assert_eq!(log_in(&t, &awa.email, OTHER).refused(401), "wrong_credentials");
    t.login(&awa.email);
    assert!(t.inbox(&awa.email).iter().all(|mail| mail.subject != "Your password was changed"));
    // Who decides sees the name of the account, and puts it in force.
    let admin = t.admin();
    let waiting = admin.get("/registrations").expect(200)["data"][0].clone();
    assert_eq!((&waiting["name"], &waiting["user_id"]), (&json!("Awa Diop"), &before["id"]));
    admin.post(&format!("/registrations/{}/approve", waiting["id"].as_str().unwrap()), &json!({})).expect(200);
    let contacts = t.login(&awa.email).get("/contacts").expect(200);
    assert_eq!(contacts["data"][0]["name"], "Awa Diop");
}

#[story]
fn a11_an_account_is_given_away_by_no_answer(t: TestApp) {
    let active = t.member(&Application::new("KE", "Wanjiru Kamau"));
    let former = former(&t);
    let apply = |email: &str| {
        let mut form = Application::new("FR", "Marie Curie").form();
        form["email"] = json!(email);
        t.anonymous().post("/registrations", &form).unwrap()
    };
    let stranger = apply("marie.curie@douane.example");
    let names = |answer: &Answer| {
        let own = ["x-request-id", "date"];
        let kept = answer.headers.iter().filter(|(name, _)| !own.contains(&name.as_str()));
        kept.cloned().collect::<std::collections::BTreeSet<_>>()
    };
    for email in [&active.email, &former.email] {
        let answer = apply(email);
        assert_eq!((answer.status, &answer.text), (202, &stranger.text), "{email}");
        assert_eq!(names(&answer), names(&stranger), "{email}");
    }
    // Its owner gets instructions.
    assert_eq!(t.newest_mail(&active.email).subject, "You already have an account");
    assert_eq!(t.newest_mail(&former.email).subject, "Please confirm your new application");
}

#[story]
fn a11_of_two_applications_the_confirmed_one_counts(t: TestApp) {
    let awa = Application::new("SN", "Awa Diop");
    let mut forged = Application::new("KE", "Mallory Byrne");
    forged.email.clone_from(&awa.email);
    let (theirs, own) = (t.apply(&forged), t.apply(&awa));
    // Each link shows its own application.
    let page = |token: &str| t.anonymous().send("GET", &format!("/verify?token={token}"), None).unwrap().text;
    let names = |token: &str, name: &str, member: &str| [name, member].iter().all(|part| page(token).contains(part));
    assert!(names(&theirs, "Mallory Byrne", "Kenya") && names(&own, "Awa Diop", "Senegal"));
    t.verify(&own).expect(200);
    assert_eq!(verify(&t, &json!({"token": theirs, "password": OTHER})).refused(410), "link_spent");
    assert!(!page(&theirs).contains("Mallory"), "{}", page(&theirs));
    let me = t.login(&awa.email).get("/me").expect(200);
    assert_eq!((&me["name"], &me["appointments"][0]["organisation"]), (&json!("Awa Diop"), &json!("SN")));
    assert_eq!(me["appointments"].as_array().unwrap().len(), 1);
}

#[story]
fn a11_an_application_keeps_an_account_that_was_to_be_erased(t: TestApp) {
    let awa = t.ncp("SN");
    awa.delete("/me").expect(202);
    t.deliver();
    assert_eq!(log_in(&t, &awa.email, PASSWORD).status / 100, 4);
    let token = t.apply(&Application::new("SN", "Awa Diop"));
    assert!(log_in(&t, &awa.email, PASSWORD).status >= 400, "a stranger may have applied");
    assert_eq!(verify(&t, &json!({"token": token})).expect(200)["new_account"], false);
    log_in(&t, &awa.email, PASSWORD).expect(200);
}

#[story]
fn a11_the_page_behind_the_link_asks_for_the_password(t: TestApp) {
    let awa = Application::new("SN", "Awa Diop");
    let token = t.apply(&awa);
    let mut browser = t.anonymous();
    browser.language = "fr-SN,fr;q=0.9";
    let page = browser.send("GET", &format!("/verify?token={token}"), None).unwrap();
    for said in
        ["name=\"password\"", "new-password", "Au moins 15 caractères", "Awa Diop", "Sénégal", "method=\"post\""]
    {
        assert!(page.text.contains(said), "{said}: {}", page.text);
    }
    assert!(!page.text.contains("<script>"), "no script in the page itself: {}", page.text);
    let press = |form: String| support::press(&browser, "/verify", &form);
    // An error is shown above the form, and the link stays valid.
    for form in [format!("token={token}"), format!("token={token}&password=short")] {
        let page = press(form);
        assert!(page.status == 422 && page.text.contains("role=\"alert\""), "{}", page.text);
        assert!(page.text.contains("new-password") && page.text.contains(&token), "{}", page.text);
    }
    let done = press(format!("token={token}&password={}", PASSWORD.replace(' ', "+")));
    assert!(done.status == 200 && done.text.contains("que vous venez de choisir"), "{}", done.text);
    let again = press(format!("token={token}&password={}", PASSWORD.replace(' ', "+")));
    assert!(again.status == 200 && again.text.contains("déjà confirmée"), "{}", again.text);
    assert!(!has_form(&again.text), "{}", again.text);
    t.login(&awa.email);
    // Who has an account is asked for none.
    let id = t.login(&awa.email).get("/me").expect(200)["appointments"][0]["id"].as_str().unwrap().to_owned();
    t.login(&awa.email).post(&format!("/appointments/{id}/withdraw"), &json!({})).expect(200);
    let token = t.apply(&awa);
    let page = t.anonymous().send("GET", &format!("/verify?token={token}"), None).unwrap();
    assert!(has_form(&page.text) && !page.text.contains("name=\"password\""), "{}", page.text);
    let form = format!("token={token}");
    let done = support::press(&t.anonymous(), "/verify", &form);
    assert!(done.text.contains("You log in as before"), "{}", done.text);
}

#[story]
fn a11_the_page_shows_everything_that_will_be_written(t: TestApp) {
    let forged = |email: &str| {
        let mut form = Application::new("SN", "Awa Diop").form();
        form["email"] = json!(email);
        form["job_title"] = json!("Head of <b>Fraud</b>");
        form["phone"] = json!("+1 555 0199");
        form["languages"] = json!(["de"]);
        form["nominating_official"] = json!("Mallory & Sons");
        form["nomination_reference"] = json!("REF-URGENT");
        t.anonymous().post("/registrations", &form).unwrap().expect(202);
        t.mailed_token(email, "verify")
    };
    let mut browser = t.anonymous();
    let token = forged("victim@douanes.example");
    for (language, labels) in [
        ("en", ["Head of ", "+1 555 0199", "Job title", "German", "REF-URGENT"]),
        ("fr", ["Head of ", "+1 555 0199", "Fonction", "allemand", "REF-URGENT"]),
    ] {
        browser.language = language;
        let page = browser.send("GET", &format!("/verify?token={token}"), None).unwrap().text;
        for said in labels.iter().chain(&["Fraud", " Sons"]) {
            assert!(page.contains(said), "{said}: {page}");
        }
        assert!(!page.contains("<b>"), "{page}");
    }
    // For an existing account only the nomination is used, and its own contact is copied.
    let awa = former(&t);
    let token = forged(&awa.email);
    let page = t.anonymous().send("GET", &format!("/verify?token={token}"), None).unwrap().text;
    assert!(page.contains("REF-URGENT") && !page.contains("+1 555") && !page.contains("Fraud"), "{page}");
    verify(&t, &json!({"token": token})).expect(200);
    let admin = t.admin();
    let waiting = admin.get("/registrations").expect(200)["data"][0]["id"].as_str().unwrap().to_owned();
    admin.post(&format!("/registrations/{waiting}/approve"), &json!({})).expect(200);
    let contact = t.login(&awa.email).get("/me").expect(200)["contact"].clone();
    assert_eq!(contact["phone"], "+221 33 800 00 00", "{contact}");
    assert!(!contact["job_title"].to_string().contains("Fraud"), "{contact}");
    assert_eq!(contact["languages"], json!(["en"]));
}

/// The related cases: a password is chosen by a link to the address, or with the old password.
#[story]
fn a11_every_new_password_is_chosen_behind_a_link(t: TestApp) {
    let form = json!({"email": "fatou.sow@douanes.example", "name": "Fatou Sow", "organisation": "SN", "role": "ncp"});
    let mut with_password = form.clone();
    with_password["password"] = json!(OTHER);
    let admin = t.admin();
    assert_eq!(admin.post("/invitations", &with_password).json()["errors"][0]["pointer"], "/password");
    admin.post("/invitations", &form).expect(201);
    let token = t.mailed_token("fatou.sow@douanes.example", "invitation");
    let accept = |form: &Value| t.anonymous().post("/invitations/accept", form).unwrap();
    assert_eq!(accept(&json!({"token": token})).json()["errors"][0]["pointer"], "/password");
    accept(&json!({"token": token, "password": PASSWORD})).expect(200);
    // An invitation to an account that is there keeps its password, whatever is sent.
    let awa = former(&t);
    admin
        .post("/invitations", &json!({"email": awa.email, "name": "Eve Byrne", "organisation": "ML", "role": "ncp"}))
        .expect(201);
    let token = t.mailed_token(&awa.email, "invitation");
    accept(&json!({"token": token, "password": OTHER, "name": "Eve Byrne"})).expect(200);
    assert_eq!(log_in(&t, &awa.email, OTHER).refused(401), "wrong_credentials");
    assert_eq!(t.login(&awa.email).get("/me").expect(200)["name"], "Awa Diop");
}

const STRANGE: [&str; 6] = ["Mallory", "Byrne", "Unlock", "Ministry of Truth", "REF-URGENT", "555 0199"];

#[story]
fn a15_what_strangers_type_is_in_no_mail_to_a_new_address(t: TestApp) {
    for language in ["en", "fr"] {
        let mut form = Application::new("SN", "Mallory Byrne").reading(language).form();
        let email = format!("victim.{language}@douanes.example");
        form["email"] = json!(email);
        form["job_title"] = json!("Unlock your account");
        form["phone"] = json!("+1 555 0199");
        form["nominating_official"] = json!("Ministry of Truth");
        form["nomination_reference"] = json!("REF-URGENT");
        t.anonymous().post("/registrations", &form).unwrap().expect(202);
        let mail = t.newest_mail(&email);
        let headers = format!("{:?}", mail.headers);
        for said in STRANGE {
            for text in [&mail.subject, &mail.text, &mail.html, &headers] {
                assert!(!text.contains(said), "{said}: {text}");
            }
        }
        let greeting = if language == "fr" { "Bonjour," } else { "Hello," };
        assert!(mail.text.starts_with(greeting), "{}", mail.text);
    }
}

#[story]
fn a15_an_invitation_names_an_office_and_nobody(t: TestApp) {
    let mut moussa = Application::new("SN", "Moussa Unlock Fall");
    moussa.role = "coordinator";
    let home = t.member(&moussa);
    let invite = |by: &Person, email: &str| {
        let form = json!({"email": email, "name": "Mallory Byrne", "organisation": "SN", "role": "ncp",
            "job_title": "Unlock your account", "nominating_official": "Ministry of Truth",
            "nomination_reference": "REF-URGENT"});
        by.post("/invitations", &form).expect(201)["id"].as_str().unwrap().to_owned()
    };
    let id = invite(&home, "one@douanes.example");
    t.deliver();
    home.post(&format!("/invitations/{id}/resend"), &json!({})).expect(200);
    invite(&t.admin(), "two@douanes.example");
    for (email, office) in [
        ("one@douanes.example", "The coordination of the administration (Senegal) invites you"),
        ("two@douanes.example", "The Secretariat invites you"),
    ] {
        for mail in t.inbox(email) {
            assert!(mail.text.contains(office) && mail.text.contains("Hello,"), "{}", mail.text);
            for said in STRANGE.iter().chain(["Moussa", "Fall"].iter()) {
                assert!(!mail.text.contains(said) && !mail.html.contains(said), "{said}: {}", mail.text);
            }
        }
    }
    // Behind the link it is said who invites.
    let token = t.mailed_token("one@douanes.example", "invitation");
    let look = t.anonymous().post("/invitations/look", &json!({"token": token})).unwrap().expect(200);
    assert_eq!(look["invited_by"], "Moussa Unlock Fall");
}

#[story]
fn a15_a_new_address_of_an_account_hears_no_name(t: TestApp) {
    let mallory = t.member(&Application::new("SN", "Mallory Byrne"));
    mallory.post("/me/email", &json!({"email": "victim@douanes.example"})).expect(202);
    let mail = t.newest_mail("victim@douanes.example");
    assert!(mail.text.starts_with("Hello,") && !mail.text.contains("Mallory"), "{}", mail.text);
    assert!(!mail.html.contains("Mallory"), "{}", mail.html);
}

#[story]
fn a15_a_reason_is_text_and_no_link(t: TestApp) {
    let awa = Application::new("SN", "Awa Diop");
    let id = t.apply_and_verify(&awa);
    let reject = |reason: &str| t.admin().post(&format!("/registrations/{id}/reject"), &json!({"reason": reason}));
    let refused = reject("See https://elsewhere.example/letter.").expect(422);
    assert_eq!(refused["errors"][0]["code"], "link_in_text", "{refused}");
    let reason = "The letter is <a href=\"//elsewhere\">missing</a>.";
    reject(reason).expect(200);
    let mail = t.newest_mail(&awa.email);
    assert!(mail.text.contains(&format!("> {reason}\n")), "the owner of a verified address reads it: {}", mail.text);
    assert!(!mail.html.contains("<a href=\"//elsewhere"), "{}", mail.html);
}
