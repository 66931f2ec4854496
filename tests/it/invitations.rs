//! Contacts who are invited: one link, once and not for long, and who approves them.

use portal::demo::client::Answer;
use serde_json::{Value, json};

use crate::deadlines::days_pass;
use crate::life_cycle::{accept, coordinator, id_of, invite, status_of};
use crate::support::{Expect as _, PASSWORD, TestApp, has_form, story};

#[story]
fn an_invited_colleague_accepts_with_one_link(t: TestApp) {
    let home = coordinator(&t, "SN", "Moussa Fall");
    let email = "fatou.sow@douanes.example";
    let invited = invite(&home, email, "SN", "ncp");
    assert_eq!((&invited["status"], &invited["person"]["id"]), (&json!("invited"), &Value::Null));
    let mail = t.newest_mail(email);
    for words in [
        "The coordination of the administration (Senegal) invites you",
        "as National Contact Point (Senegal)",
        "Point de contact national (Sénégal)",
        "La coordination de l’administration (Sénégal) vous invite",
        "/privacy",
        "Sénégal",
        "Senegal",
    ] {
        assert!(mail.text.contains(words), "{words}: {}", mail.text);
    }
    assert!(mail.html.contains("lang=\"fr\""));
    let token = mail.token("invitation").unwrap();
    let look = t.anonymous().post("/invitations/look", &json!({"token": token})).unwrap().expect(200);
    assert_eq!((&look["needs_password"], &look["organisation_fr"]), (&json!(true), &json!("Sénégal")));
    let short = json!({"token": token, "password": "short"});
    assert_eq!(t.anonymous().post("/invitations/accept", &short).unwrap().refused(422), "invalid");
    let none = json!({"token": token});
    assert_eq!(t.anonymous().post("/invitations/accept", &none).unwrap().refused(422), "invalid");
    let accepted = accept(&t, email);
    assert_eq!(accepted["status"], "active", "the inviter may approve, so that is enough");
    assert!(t.newest_mail(&home.email).subject.starts_with("Fatou Sow has accepted"));
    let fatou = t.login(email);
    let found = fatou.get("/contacts?q=fatou").expect(200);
    assert_eq!(found["data"][0]["member"]["code"], "SN");
    assert_eq!(fatou.get("/me").expect(200)["preferred_language"], "fr", "as its administration");
}

#[story]
fn an_invitation_is_good_once_and_not_for_long(t: TestApp) {
    let home = coordinator(&t, "SN", "Moussa Fall");
    let email = "fatou.sow@douanes.example";
    let id = invite(&home, email, "SN", "ncp")["id"].as_str().unwrap().to_owned();
    let form = json!({"email": email, "name": "Fatou Sow", "organisation": "SN", "role": "ncp"});
    assert_eq!(home.post("/invitations", &form).refused(409), "already_invited");
    let first = t.mailed_token(email, "invitation");
    home.post(&format!("/invitations/{id}/resend"), &json!({})).expect(200);
    let spent = |token: &str| t.anonymous().post("/invitations/look", &json!({"token": token})).unwrap().refused(410);
    assert_eq!(spent(&first), "link_spent", "a newer one was mailed");
    accept(&t, email);
    let used = t.mailed_token(email, "invitation");
    let again = json!({"token": used, "password": PASSWORD});
    assert_eq!(t.anonymous().post("/invitations/accept", &again).unwrap().refused(410), "link_spent");
    // Reminded after a week, lapsed after two.
    let slow = "slow@douanes.example";
    invite(&home, slow, "SN", "ncp");
    days_pass(&t, 8);
    assert!(t.newest_mail(slow).subject.starts_with("Reminder"));
    let late = t.mailed_token(slow, "invitation");
    days_pass(&t, 8);
    assert_eq!(spent(&late), "link_spent");
    assert_eq!(status_of(&t, slow), "lapsed");
    assert_eq!(t.inbox(slow).len(), 2, "nobody is pestered");
}

#[story]
fn who_has_an_account_accepts_without_a_password(t: TestApp) {
    let awa = t.ncp("SN");
    let made = invite(&t.admin(), &awa.email, "ML", "ncp");
    assert_eq!(made["person"]["id"], Value::Null, "the answer is as for an address that nobody has");
    let token = t.mailed_token(&awa.email, "invitation");
    let look = t.anonymous().post("/invitations/look", &json!({"token": token})).unwrap().expect(200);
    assert_eq!(look["needs_password"], false);
    t.anonymous().post("/invitations/accept", &json!({"token": token})).unwrap().expect(200);
    let held = awa.get("/me").expect(200)["appointments"].clone();
    assert_eq!(held.as_array().unwrap().len(), 2, "{held}");
    let form = json!({"email": awa.email, "name": "Awa Diop", "organisation": "ML", "role": "ncp"});
    assert_eq!(t.admin().post("/invitations", &form).refused(409), "already_appointed");
}

#[story]
fn a_coordinator_invites_a_coordinator_and_the_secretariat_approves(t: TestApp) {
    let home = coordinator(&t, "SN", "Moussa Fall");
    let email = "fatou.sow@douanes.example";
    invite(&home, email, "SN", "coordinator");
    assert_eq!(accept(&t, email)["status"], "pending");
    assert!(t.newest_mail("secretariat@portal.example").subject.contains("Fatou Sow"));
    let id = id_of(&t, email);
    assert_eq!(home.post(&format!("/appointments/{id}/approve"), &json!({})).refused(403), "secretariat_only");
    t.admin().post(&format!("/appointments/{id}/approve"), &json!({})).expect(200);
    let form = json!({"email": "x@douanes.example", "name": "X Y", "organisation": "FR", "role": "ncp"});
    assert_eq!(home.post("/invitations", &form).refused(403), "other_organisation");
    assert_eq!(t.ncp("FR").post("/invitations", &form).refused(403), "coordinators_only");
}

#[story]
fn a_coordinator_takes_back_an_invitation_of_a_coordinator_but_no_other(t: TestApp) {
    let home = coordinator(&t, "SN", "Moussa Fall");
    let mine = invite(&home, "fatou.sow@douanes.example", "SN", "coordinator");
    assert!(mine["possible"].as_array().unwrap().contains(&json!("withdraw")), "{mine}");
    let id = mine["id"].as_str().unwrap();
    home.post(&format!("/invitations/{id}/resend"), &json!({})).expect(200);
    assert_eq!(home.post(&format!("/appointments/{id}/withdraw"), &json!({})).expect(200)["status"], "withdrawn");
    let theirs = invite(&t.admin(), "fatou.sow@douanes.example", "SN", "coordinator");
    let path = format!("/appointments/{}/withdraw", theirs["id"].as_str().unwrap());
    assert_eq!(home.post(&path, &json!({})).refused(403), "secretariat_only");
}

#[story]
fn nobody_invites_oneself(t: TestApp) {
    let home = coordinator(&t, "SN", "Moussa Fall");
    let form = |email: &str| json!({"email": email, "name": "Moussa Fall", "organisation": "SN", "role": "ncp"});
    assert_eq!(home.post("/invitations", &form(&home.email.to_uppercase())).refused(403), "own_case");
    // Nor by an address that becomes the own one before the link is followed.
    let other = "m.fall@douanes.example";
    home.post("/invitations", &form(other)).expect(201);
    let link = t.mailed_token(other, "invitation");
    home.post("/me/email", &json!({"email": other})).expect(202);
    let change = t.mailed_token(other, "confirm-address");
    t.anonymous().post("/auth/email/confirm", &json!({"token": change})).unwrap().expect(200);
    let accepted = t.anonymous().post("/invitations/accept", &json!({"token": link})).unwrap().expect(200);
    assert_eq!(accepted["status"], "pending", "somebody else approves");
}

#[story]
fn the_page_after_an_invitation_says_what_is_true_of_whom(t: TestApp) {
    let home = coordinator(&t, "SN", "Moussa Fall");
    // A form that was accepted leads on.
    let follow = |answer: Answer| match answer.header("location") {
        Some(address) if answer.status == 303 => t.anonymous().send("GET", address, None).unwrap(),
        _ => answer,
    };
    let accept = |email: &str, password: &str| {
        let token = t.mailed_token(email, "invitation");
        let form = format!("token={token}{password}");
        let body = Some(("application/x-www-form-urlencoded", form.as_bytes()));
        follow(t.anonymous().send("POST", "/invitation", body).unwrap())
    };
    let password = format!("&password={}", PASSWORD.replace(' ', "+"));
    invite(&home, "fatou.sow@douanes.example", "SN", "ncp");
    let page = accept("fatou.sow@douanes.example", &password).text;
    assert!(page.contains("password you have just chosen") && !page.contains("approval"), "{page}");
    assert!(!page.contains("authenticator app"), "a contact point needs no second factor: {page}");
    // The same person once more, who has a password, and as a coordinator, whom another coordinator can't approve.
    invite(&home, "fatou.sow@douanes.example", "SN", "coordinator");
    let page = accept("fatou.sow@douanes.example", "").text;
    assert!(page.contains("awaits approval") && page.contains("log in as before"), "{page}");
    invite(&t.admin(), "ada@douanes.example", "SN", "coordinator");
    let page = accept("ada@douanes.example", &password).text;
    assert!(page.contains("authenticator app") && !page.contains("awaits"), "{page}");
    let again = accept("ada@douanes.example", &password);
    assert!(again.status == 200 && again.text.contains("already accepted this invitation"), "{}", again.text);
    assert!(!has_form(&again.text), "{}", again.text);
}
