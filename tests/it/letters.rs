//! Mails about appointments have correct statements for each reader.

use std::time::Duration;

use serde_json::json;

use crate::bounces;
use crate::support::{self, Application, Expect as _, Person, TestApp, has_form, story};

/// The administrator of every story.
const ADMIN: &str = "secretariat@portal.example";

fn user(person: &Person) -> String {
    person.get("/me").expect(200)["id"].as_str().unwrap().to_owned()
}

/// Appoints a person with an account; returns the path of the appointment.
fn appoint(t: &TestApp, person: &Person, member: &str, role: &str) -> String {
    let form = json!({"user_id": user(person), "organisation": member, "role": role});
    let made = t.admin().post("/appointments", &form).expect(201);
    format!("/appointments/{}", made["id"].as_str().unwrap())
}

#[story]
fn a_mail_about_an_appointment_names_the_role(t: TestApp) {
    for (member, role, subject, listed, factor) in [
        ("SN", "coordinator", "Your new appointment: Coordinator (Senegal)", true, true),
        ("KE", "contributor", "Your new appointment: Contributor (Kenya)", true, false),
        ("JP", "auditor", "Your new appointment: Auditor (Japan)", false, true),
        ("DE", "secretariat", "Your new appointment: Secretariat (Germany)", false, true),
    ] {
        let awa = t.ncp(member);
        appoint(&t, &awa, member, role);
        let mail = t.mail_about(&awa.email, subject);
        assert_eq!(mail.text.contains("listed in the directory"), listed, "{role}: {}", mail.text);
        assert_eq!(mail.text.contains("requires a second factor"), factor, "{role}: {}", mail.text);
    }
    let awa = t.member(&Application::new("CI", "Awa Koffi").reading("fr"));
    appoint(&t, &awa, "CI", "coordinator");
    let mail = t.mail_about(&awa.email, "Votre nouveau mandat\u{a0}: Coordination (");
    assert!(mail.text.contains("Votre fonction\u{a0}: Coordination. Vous figurez dans l’annuaire."), "{}", mail.text);
}

#[story]
fn whoever_leaves_the_portal_is_not_told_that_the_account_stays(t: TestApp) {
    let (awa, fatou) = (t.ncp("SN"), t.member(&Application::new("SN", "Fatou Sow")));
    let told =
        |email: &str, subject: &str| t.inbox(email).iter().filter(|mail| mail.subject.starts_with(subject)).count();
    let ended = "Your appointment has ended";
    t.login(&awa.email).delete("/me").expect(202);
    assert_eq!(told(&awa.email, "Your account is going to be erased"), 1);
    assert_eq!(told(&awa.email, ended), 0);
    // The officers get a mail about the end; a person who only resigns gets one, too.
    assert_eq!(told(ADMIN, "End of appointment: Awa Diop (Senegal)"), 1);
    let own = fatou.get("/me").expect(200)["appointments"][0]["id"].as_str().unwrap().to_owned();
    fatou.post(&format!("/appointments/{own}/resign"), &json!({})).expect(200);
    assert_eq!(told(&fatou.email, ended), 1);
}

#[story("mail.bounce_domain=bounces.portal.example", "bounces.token=a token of sixteen")]
fn officers_hear_why_an_entry_is_not_confirmed(t: TestApp) {
    let home = t.member(&Application { role: "coordinator", ..Application::new("SN", "Moussa Fall") });
    let awa = t.ncp("SN");
    let come_back = |announcement: &str, address: &str| {
        let sent = bounces::mail(&t, announcement, address);
        assert_eq!(bounces::outcome(&t, &bounces::failed(sent, address, "5.1.1")), "counted");
    };
    let announcement = bounces::announce(&t, None);
    come_back(&announcement, &awa.email);
    let mail = t.mail_about(&home.email, "Not confirmed: Awa Diop (Senegal, National Contact Point)");
    for words in ["to the address of Awa Diop (Senegal) could not be delivered", "Please check the address first"] {
        assert!(mail.text.contains(words), "{words}: {}", mail.text);
    }
    // The mail about an appointment that continues does not say that it ended.
    come_back(&announcement, &home.email);
    let mail = t.mail_about(ADMIN, "Senegal no longer has a coordinator");
    assert!(mail.text.contains("an e-mail to the address could not be delivered"), "{}", mail.text);
    assert!(!mail.text.contains("end of the appointment"), "{}", mail.text);
}

#[story("mail.bounce_domain=bounces.portal.example", "bounces.token=a token of sixteen")]
fn each_role_has_a_mail_and_a_page_that_name_it(t: TestApp) {
    let awa = t.ncp("SN");
    appoint(&t, &awa, "SN", "contributor");
    let announcement = bounces::announce(&t, None);
    let sent = bounces::mail(&t, &announcement, &awa.email);
    assert_eq!(bounces::outcome(&t, &bounces::failed(sent, &awa.email, "5.1.1")), "counted");
    for role in ["National Contact Point", "Contributor"] {
        let place = format!("(Senegal, {role})");
        let mail = t.mail_about(&awa.email, &format!("Your entry is marked as not confirmed {place}"));
        let token = mail.token("confirm-contact").expect("a link");
        let page = t.anonymous().send("GET", &format!("/confirm-contact?token={token}"), None).unwrap();
        assert!(page.status == 200 && page.text.contains(&place), "{}", page.text);
        let page = support::press(&t.anonymous(), "/confirm-contact", &format!("token={token}"));
        assert!(page.status == 200 && page.text.contains(&place), "{}", page.text);
    }
    let rows = awa.get("/me").expect(200)["appointments"].clone();
    assert!(rows.as_array().unwrap().iter().all(|row| row["status"] == "active"), "{rows}");
    let forged = t.anonymous().send("GET", "/confirm-contact?token=forged", None).unwrap();
    assert!(forged.status == 410 && !has_form(&forged.text), "{}", forged.text);
}

#[story]
fn a_mail_about_an_account_leads_to_the_portal(t: TestApp) {
    let (awa, yao) = (t.ncp("SN"), t.member(&Application::new("CI", "Yao Kouassi").reading("fr")));
    for (person, subject, foot) in [
        (&awa, "An API token was made for your account", "Portal: https://portal.example"),
        (&yao, "jeton d’API", "Portail\u{a0}: https://portal.example"),
    ] {
        let form = json!({"name": "Feed", "scopes": ["community:read"], "expires_in_days": 3});
        person.post("/me/tokens", &form).expect(201);
        let mail = t.mail_about(&person.email, subject);
        assert!(mail.text.contains(foot), "{}", mail.text);
        assert!(mail.html.contains("<a href=\"https://portal.example\""), "{}", mail.html);
    }
}

#[story]
fn nothing_of_the_directory_is_said_to_the_secretariat(t: TestApp) {
    let awa = t.ncp("SN");
    let own = format!("/appointments/{}", awa.get("/me").expect(200)["appointments"][0]["id"].as_str().unwrap());
    let office = appoint(&t, &awa, "KE", "secretariat");
    let reason = json!({"reason": "An incident."});
    for (deed, subject) in [
        ("suspend", "Your appointment is suspended"),
        ("reinstate", "Your appointment is in force again"),
        ("resign", "Your appointment has ended"),
    ] {
        t.admin().post(&format!("{office}/{deed}"), &reason).expect(200);
        let mail = t.mail_about(&awa.email, subject);
        assert!(mail.text.contains("(Kenya)"), "{}", mail.text);
        for words in ["directory", "your administration"] {
            assert!(!mail.text.contains(words), "{deed}, {words}: {}", mail.text);
        }
    }
    t.admin().post(&format!("{own}/suspend"), &reason).expect(200);
    let mail = t.mail_about(&awa.email, "Your appointment is suspended");
    assert!(mail.text.contains("you are not listed in the directory for the time being"), "{}", mail.text);
}

#[story]
fn the_page_of_an_invitation_says_what_is_accepted(t: TestApp) {
    let email = "fatou.sow@douanes.example";
    let form = json!({"email": email, "name": "Fatou Sow", "organisation": "SN", "role": "coordinator"});
    t.admin().post("/invitations", &form).expect(201);
    let token = t.mailed_token(email, "invitation");
    let mut browser = t.anonymous();
    for (language, words) in [
        ("en", "for Fatou Sow, with this role: Coordinator (Senegal)."),
        ("fr", "à Fatou Sow, pour la fonction suivante\u{a0}: Coordination (Sénégal)."),
    ] {
        browser.language = language;
        let page = browser.send("GET", &format!("/invitation?token={token}"), None).unwrap();
        assert!(page.status == 200 && page.text.contains(words), "{}", page.text);
        assert!(page.text.contains("UTC"), "until when it is valid: {}", page.text);
        // A password that is refused leaves the page as it was.
        let form = format!("token={token}&password=short");
        let body = Some(("application/x-www-form-urlencoded", form.as_bytes()));
        let page = browser.send("POST", "/invitation", body).unwrap();
        assert!(page.status == 422 && page.text.contains(words), "{}", page.text);
    }
}

#[story]
fn people_are_appointed_to_the_secretariat_at_the_secretariat(t: TestApp) {
    let awa = t.with_app(&t.ncp("SN"));
    let email = awa.email.clone();
    for role in ["coordinator", "ncp", "contributor", "partner"] {
        let form = json!({"user_id": user(&awa), "organisation": "XS", "role": role});
        let refused = t.admin().post("/appointments", &form);
        assert_eq!(refused.json()["errors"][0]["code"], "unknown_organisation", "{role}: {}", refused.text);
    }
    appoint(&t, &awa, "XS", "auditor");
    let office = appoint(&t, &awa, "XS", "secretariat");
    t.mail_about(&email, "Your new appointment: Auditor (");
    t.mail_about(&email, "Your new appointment: Secretariat (");
    t.pass(Duration::from_mins(1));
    let awa = t.login(&email);
    awa.get("/appointments?status=pending").expect(200);
    awa.get("/audit").expect(200);
    assert_eq!(t.admin().all("/contacts?q=diop").len(), 1, "a contact of Senegal alone");
    // It ends like any other.
    t.admin().post(&format!("{office}/suspend"), &json!({"reason": "An incident."})).expect(200);
    t.admin().post(&format!("{office}/reinstate"), &json!({})).expect(200);
    t.admin().post(&format!("{office}/resign"), &json!({})).expect(200);
    assert_eq!(t.admin().get(&office).expect(200)["status"], "ended");
}
