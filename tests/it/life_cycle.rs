//! The life of contacts as people live it: invited, approved, confirmed, forgotten, suspended, handed over, gone.

use std::time::Duration;

use portal::appointments::{AppointmentStatus, Event, machine};
use serde_json::{Value, json};

use crate::support::{Application, Expect as _, PASSWORD, Person, Story, TestApp, stories};

pub fn stories() -> Vec<Story> {
    stories![
        every_pair_of_state_and_deed_is_allowed_or_refused_over_http,
        a_coordinator_approves_at_home_and_nowhere_else,
        nobody_acts_in_the_own_case,
        something_is_missing_from_a_nomination,
        an_invited_colleague_accepts_with_one_link,
        an_invitation_is_good_once_and_not_for_long,
        who_has_an_account_accepts_without_a_password,
        a_coordinator_invites_a_coordinator_and_the_secretariat_approves,
        a_coordinator_takes_back_an_invitation_of_a_coordinator_but_no_other,
        nobody_invites_oneself,
        a_contact_is_confirmed_by_one_click_in_a_mail,
        a_contact_that_nobody_confirms_fades_and_comes_back,
        an_application_that_nobody_decides_is_escalated_and_lapses,
        a_suspension_ends_sessions_at_once_and_can_be_taken_back,
        a_successor_takes_over_in_one_step,
        a_hand_over_with_an_overlap_ends_by_itself,
        an_invited_successor_takes_over_by_accepting,
        the_page_after_an_invitation_says_what_is_true_of_whom,
        the_last_coordinator_stays,
        two_coordinators_who_resign_at_once_leave_one,
        a_mandate_ends_on_its_day,
        the_clock_does_everything_once_however_often_it_is_asked,
        every_change_is_in_the_log,
        a_suspended_account_stays_hidden_whatever_the_clock_does,
    ]
}

const DAY: Duration = Duration::from_hours(24);

fn coordinator(t: &TestApp, member: &str, name: &str) -> Person {
    let mut application = Application::new(member, name);
    application.role = "coordinator";
    t.member(&application)
}

/// The newest appointment of somebody.
fn appointment_of(t: &TestApp, email: &str) -> Value {
    let rows = t.admin().all("/appointments");
    rows.into_iter().rev().find(|row| row["person"]["email"] == email).expect("an appointment")
}

fn id_of(t: &TestApp, email: &str) -> String {
    appointment_of(t, email)["id"].as_str().unwrap().to_owned()
}

fn status_of(t: &TestApp, email: &str) -> String {
    appointment_of(t, email)["status"].as_str().unwrap().to_owned()
}

fn invite(officer: &Person, email: &str, member: &str, role: &str) -> Value {
    let form = json!({"email": email, "name": "Fatou Sow", "organisation": member, "role": role});
    officer.post("/invitations", &form).expect(201)
}

fn accept(t: &TestApp, email: &str) -> Value {
    let token = t.newest_mail(email).token("invitation").expect("a link");
    t.anonymous().post("/invitations/accept", &json!({"token": token, "password": PASSWORD})).unwrap().expect(200)
}

/// A day goes by, and the portal does what the day brings.
fn days_pass(t: &TestApp, days: u32) {
    for _ in 0..days {
        t.pass(DAY);
        t.run(t.portal.keep_house_once()).unwrap();
        t.deliver();
    }
}

fn every_pair_of_state_and_deed_is_allowed_or_refused_over_http(t: TestApp) {
    use diesel::prelude::*;
    use portal::db::schema::appointment;
    let admin = t.admin();
    let subject = t.ncp("SN");
    let id = id_of(&t, &subject.email);
    let key: portal::db::Id = id.parse().unwrap();
    let deeds = [
        ("approve", Event::Approve),
        ("reject", Event::Reject),
        ("request-info", Event::RequestInfo),
        ("submit", Event::Submit),
        ("withdraw", Event::Withdraw),
        ("confirm", Event::Confirm),
        ("suspend", Event::Suspend),
        ("reinstate", Event::Reinstate),
        ("resign", Event::Resign),
    ];
    for &status in AppointmentStatus::ALL {
        for (deed, event) in deeds {
            t.run(t.portal.db.write(move |conn| {
                let row = appointment::table.find(key);
                diesel::update(row).set(appointment::status.eq(status)).execute(conn)?;
                Ok(())
            }))
            .unwrap();
            let possible = admin.get(&format!("/appointments/{id}")).expect(200)["possible"].clone();
            let answer = admin.post(&format!("/appointments/{id}/{deed}"), &json!({"reason": "a reason"}));
            let rule = machine::rule_for(Some(status), event)
                .filter(|rule| rule.by.contains(&portal::appointments::Actor::Secretariat));
            let listed = possible.as_array().unwrap().contains(&json!(deed));
            assert_eq!(listed, rule.is_some(), "{status} {deed}");
            match rule {
                Some(rule) => assert_eq!(answer.expect(200)["status"], rule.to.as_str(), "{status} {deed}"),
                None => assert_eq!(answer.refused(409), "not_possible_now", "{status} {deed}"),
            }
        }
    }
}

fn a_coordinator_approves_at_home_and_nowhere_else(t: TestApp) {
    let (home, abroad) = (coordinator(&t, "SN", "Moussa Fall"), coordinator(&t, "FR", "Marie Curie"));
    let application = Application::new("SN", "Awa Diop");
    t.apply_and_verify(&application);
    let mail = t.newest_mail(&home.email);
    assert!(mail.subject.contains("Awa Diop"), "the coordinator hears: {}", mail.subject);
    let id = id_of(&t, &application.email);
    assert_eq!(abroad.get(&format!("/appointments/{id}")).refused(404), "not_found");
    assert_eq!(abroad.post(&format!("/appointments/{id}/approve"), &json!({})).refused(404), "not_found");
    assert!(abroad.all("/appointments").iter().all(|row| row["organisation"] == "FR"));
    assert!(home.all("/appointments?status=pending").iter().any(|row| row["id"] == id.as_str()));
    let approved = home.post(&format!("/appointments/{id}/approve"), &json!({})).expect(200);
    assert_eq!(approved["status"], "active");
    assert_eq!(t.newest_mail(&application.email).subject, "Welcome to Smart Customs Community");
    t.login(&application.email).get("/contacts").expect(200);
    // A coordinator is for the Secretariat to approve.
    let mut second = Application::new("SN", "Ibrahima Ba");
    second.role = "coordinator";
    t.apply_and_verify(&second);
    let id = id_of(&t, &second.email);
    assert_eq!(home.post(&format!("/appointments/{id}/approve"), &json!({})).refused(403), "secretariat_only");
    t.admin().post(&format!("/appointments/{id}/approve"), &json!({})).expect(200);
}

fn nobody_acts_in_the_own_case(t: TestApp) {
    let home = coordinator(&t, "SN", "Moussa Fall");
    let own = id_of(&t, &home.email);
    assert_eq!(home.post(&format!("/appointments/{own}/suspend"), &json!({"reason": "x y"})).refused(403), "own_case");
    let form = json!({"organisation": "SN", "role": "ncp"});
    let pending = home.post("/appointments", &form).expect(201);
    assert_eq!(pending["status"], "pending", "to apply is no appointment");
    let id = pending["id"].as_str().unwrap();
    assert_eq!(home.post(&format!("/appointments/{id}/approve"), &json!({})).refused(403), "own_case");
    assert_eq!(pending["possible"], json!(["withdraw"]));
    home.post(&format!("/appointments/{id}/withdraw"), &json!({})).expect(200);
}

fn something_is_missing_from_a_nomination(t: TestApp) {
    let home = coordinator(&t, "SN", "Moussa Fall");
    let application = Application::new("SN", "Awa Diop").reading("fr");
    t.apply_and_verify(&application);
    let id = id_of(&t, &application.email);
    let path = |deed: &str| format!("/appointments/{id}/{deed}");
    assert_eq!(home.post(&path("request-info"), &json!({})).json()["errors"][0]["pointer"], "/reason");
    home.post(&path("request-info"), &json!({"reason": "La lettre du directeur manque."})).expect(200);
    let mail = t.newest_mail(&application.email);
    assert!(mail.text.contains("La lettre du directeur manque."), "{}", mail.text);
    let applicant = t.login(&application.email);
    assert_eq!(applicant.get("/contacts").refused(403), "no_active_appointment");
    assert_eq!(applicant.post(&path("submit"), &json!({})).expect(200)["status"], "pending");
    assert!(t.newest_mail(&home.email).subject.contains("Awa Diop"));
    home.post(&path("reject"), &json!({"reason": "Not nominated after all."})).expect(200);
    assert_eq!(home.post(&path("approve"), &json!({})).refused(409), "not_possible_now");
    // What is over is never reopened: a new application is a new appointment.
    assert_eq!(
        applicant.post("/appointments", &json!({"organisation": "SN", "role": "ncp"})).expect(201)["status"],
        "pending"
    );
}

fn an_invited_colleague_accepts_with_one_link(t: TestApp) {
    let home = coordinator(&t, "SN", "Moussa Fall");
    let email = "fatou.sow@douanes.example";
    let invited = invite(&home, email, "SN", "ncp");
    assert_eq!((&invited["status"], &invited["person"]["id"]), (&json!("invited"), &Value::Null));
    let mail = t.newest_mail(email);
    for words in [
        "A coordinator of Senegal invites you",
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

fn an_invitation_is_good_once_and_not_for_long(t: TestApp) {
    let home = coordinator(&t, "SN", "Moussa Fall");
    let email = "fatou.sow@douanes.example";
    let id = invite(&home, email, "SN", "ncp")["id"].as_str().unwrap().to_owned();
    let form = json!({"email": email, "name": "Fatou Sow", "organisation": "SN", "role": "ncp"});
    assert_eq!(home.post("/invitations", &form).refused(409), "already_invited");
    let first = t.newest_mail(email).token("invitation").unwrap();
    home.post(&format!("/invitations/{id}/resend"), &json!({})).expect(200);
    let spent = |token: &str| t.anonymous().post("/invitations/look", &json!({"token": token})).unwrap().refused(410);
    assert_eq!(spent(&first), "link_spent", "a newer one was mailed");
    accept(&t, email);
    let used = t.newest_mail(email).token("invitation").unwrap();
    let again = json!({"token": used, "password": PASSWORD});
    assert_eq!(t.anonymous().post("/invitations/accept", &again).unwrap().refused(410), "link_spent");
    // Reminded after a week, lapsed after two.
    let slow = "slow@douanes.example";
    invite(&home, slow, "SN", "ncp");
    days_pass(&t, 8);
    assert!(t.newest_mail(slow).subject.starts_with("Reminder"));
    let late = t.newest_mail(slow).token("invitation").unwrap();
    days_pass(&t, 8);
    assert_eq!(spent(&late), "link_spent");
    assert_eq!(status_of(&t, slow), "lapsed");
    assert_eq!(t.inbox(slow).len(), 2, "nobody is pestered");
}

fn who_has_an_account_accepts_without_a_password(t: TestApp) {
    let awa = t.ncp("SN");
    let made = invite(&t.admin(), &awa.email, "ML", "ncp");
    assert_eq!(made["person"]["id"], Value::Null, "the answer is as for an address that nobody has");
    let token = t.newest_mail(&awa.email).token("invitation").unwrap();
    let look = t.anonymous().post("/invitations/look", &json!({"token": token})).unwrap().expect(200);
    assert_eq!(look["needs_password"], false);
    t.anonymous().post("/invitations/accept", &json!({"token": token})).unwrap().expect(200);
    let held = awa.get("/me").expect(200)["appointments"].clone();
    assert_eq!(held.as_array().unwrap().len(), 2, "{held}");
    let form = json!({"email": awa.email, "name": "Awa Diop", "organisation": "ML", "role": "ncp"});
    assert_eq!(t.admin().post("/invitations", &form).refused(409), "already_appointed");
}

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

fn nobody_invites_oneself(t: TestApp) {
    let home = coordinator(&t, "SN", "Moussa Fall");
    let form = |email: &str| json!({"email": email, "name": "Moussa Fall", "organisation": "SN", "role": "ncp"});
    assert_eq!(home.post("/invitations", &form(&home.email.to_uppercase())).refused(403), "own_case");
    // Nor by an address that becomes the own one before the link is followed.
    let other = "m.fall@douanes.example";
    home.post("/invitations", &form(other)).expect(201);
    let link = t.newest_mail(other).token("invitation").expect("a link");
    home.post("/me/email", &json!({"email": other})).expect(202);
    let change = t.newest_mail(other).token("confirm-address").expect("a link");
    t.anonymous().post("/auth/email/confirm", &json!({"token": change})).unwrap().expect(200);
    let accepted = t.anonymous().post("/invitations/accept", &json!({"token": link})).unwrap().expect(200);
    assert_eq!(accepted["status"], "pending", "somebody else approves");
}

fn a_contact_is_confirmed_by_one_click_in_a_mail(t: TestApp) {
    let awa = t.ncp("SN");
    days_pass(&t, 336);
    let mail = t.newest_mail(&awa.email);
    assert!(mail.subject.starts_with("Are you still the contact for Senegal"), "{}", mail.subject);
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

fn a_contact_that_nobody_confirms_fades_and_comes_back(t: TestApp) {
    let (awa, home) = (t.ncp("SN"), coordinator(&t, "SN", "Moussa Fall"));
    let id = id_of(&t, &home.email);
    t.pass(DAY * 300);
    t.admin().post(&format!("/appointments/{id}/confirm"), &json!({})).expect(200);
    days_pass(&t, 66);
    let find = |person: &Person| person.get("/contacts?q=awa").expect(200)["data"].clone();
    let seen = find(&t.admin());
    assert_eq!(seen[0]["confirmation"], "due", "{seen}");
    days_pass(&t, 90);
    assert_eq!(find(&t.admin())[0]["confirmation"], "unconfirmed", "still listed, and marked");
    assert_eq!(status_of(&t, &awa.email), "unconfirmed");
    let awa = t.login(&awa.email);
    assert_eq!(awa.get("/contacts").refused(403), "confirmation_needed");
    awa.get("/me").expect(200);
    assert!(t.inbox(&home.email).iter().any(|mail| mail.subject.starts_with("Not confirmed: Awa Diop")));
    let own = id_of(&t, &awa.email);
    awa.post(&format!("/appointments/{own}/confirm"), &json!({})).expect(200);
    awa.get("/contacts").expect(200);
    // And once more, with nobody who cares.
    days_pass(&t, 365 + 90 + 181);
    assert_eq!(status_of(&t, &awa.email), "expired");
    assert_eq!(find(&t.admin()), json!([]));
    let token = t.newest_mail(&awa.email).token("confirm-contact");
    assert!(token.is_none(), "the last mail offers nothing that is no longer possible");
}

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
        mails.iter().filter(|mail| mail.subject.starts_with("Nobody decides")).count()
    };
    assert_eq!(escalated(&t), 1);
    assert_eq!(status_of(&t, &application.email), "lapsed");
    assert!(t.newest_mail(&application.email).subject.contains("lapsed"));
}

fn a_suspension_ends_sessions_at_once_and_can_be_taken_back(t: TestApp) {
    let (awa, home) = (t.ncp("SN"), coordinator(&t, "SN", "Moussa Fall"));
    let id = id_of(&t, &awa.email);
    let path = |deed: &str| format!("/appointments/{id}/{deed}");
    assert_eq!(home.post(&path("suspend"), &json!({})).refused(422), "invalid", "it takes a reason");
    home.post(&path("suspend"), &json!({"reason": "On leave until spring."})).expect(200);
    assert_eq!(awa.get("/me").refused(401), "session_ended");
    assert_eq!(t.admin().get("/contacts?q=awa").expect(200)["data"], json!([]));
    assert!(t.newest_mail(&awa.email).text.contains("On leave until spring."));
    assert_eq!(t.login(&awa.email).get("/contacts").refused(403), "no_active_appointment");
    home.post(&path("reinstate"), &json!({})).expect(200);
    t.login(&awa.email).get("/contacts").expect(200);
    // What the Secretariat suspended is not for the coordinator to reinstate.
    t.admin().post(&path("suspend"), &json!({"reason": "An incident."})).expect(200);
    assert_eq!(home.post(&path("reinstate"), &json!({})).refused(403), "secretariat_only");
    let others = id_of(&t, &coordinator(&t, "SN", "Ibrahima Ba").email);
    let refused = home.post(&format!("/appointments/{others}/suspend"), &json!({"reason": "x y"}));
    assert_eq!(refused.refused(403), "secretariat_only", "no coordinator suspends another");
}

fn a_successor_takes_over_in_one_step(t: TestApp) {
    let (awa, home) = (t.ncp("SN"), coordinator(&t, "SN", "Moussa Fall"));
    let successor = Application::new("SN", "Fatou Sow");
    t.apply_and_verify(&successor);
    let (from, to) = (id_of(&t, &awa.email), id_of(&t, &successor.email));
    let path = format!("/appointments/{from}/replace");
    let foreign = id_of(&t, &t.ncp("FR").email);
    for bad in [from.as_str(), foreign.as_str(), "01890a5d-ac96-774b-bcce-b302099a8057"] {
        let answer = home.post(&path, &json!({"successor": bad}));
        assert_eq!(answer.json()["errors"][0]["code"], "unknown_successor", "{bad}");
    }
    assert_eq!(awa.post(&path, &json!({"successor": to})).refused(403), "own_case");
    let replaced = home.post(&path, &json!({"successor": to, "reason": "Rotation of posts."})).expect(200);
    assert_eq!((&replaced["status"], &replaced["replaced_by"]), (&json!("replaced"), &json!(to)));
    assert_eq!(status_of(&t, &successor.email), "active", "approved on the way");
    let about = |email: &str, subject: &str| {
        let mail = t.inbox(email).into_iter().find(|mail| mail.subject.starts_with(subject));
        mail.expect("both read of it").text
    };
    let left = about(&awa.email, "A successor has taken over");
    let came = about(&successor.email, "You take over from Awa Diop at Senegal");
    for words in ["Rotation of posts.", "Fatou Sow"] {
        assert!(left.contains(words), "{words}: {left}");
    }
    for words in ["Rotation of posts.", "Awa Diop"] {
        assert!(came.contains(words), "{words}: {came}");
    }
    assert_eq!(awa.get("/me").refused(401), "session_ended");
    let listed = t.admin().all("/contacts?member=SN&role=ncp");
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0]["name"], "Fatou Sow");
}

fn a_hand_over_with_an_overlap_ends_by_itself(t: TestApp) {
    let (awa, home) = (t.ncp("SN"), coordinator(&t, "SN", "Moussa Fall"));
    let fatou = t.member(&Application::new("SN", "Fatou Sow"));
    let (from, to) = (id_of(&t, &awa.email), id_of(&t, &fatou.email));
    let path = format!("/appointments/{from}/replace");
    let long = home.post(&path, &json!({"successor": to, "overlap_days": 31}));
    assert_eq!(long.json()["errors"][0]["pointer"], "/overlap_days");
    let wanted = json!({"successor": to, "overlap_days": 10, "reason": "Rotation of posts."});
    let still = home.post(&path, &wanted).expect(200);
    assert_eq!(still["status"], "active");
    for person in [&awa.email, &fatou.email] {
        let mail = t.newest_mail(person);
        assert_eq!(mail.subject, "Handing over at Senegal until 12 February 2026");
        for words in ["Rotation of posts.", "Awa Diop", "passes to Fatou Sow"] {
            assert!(mail.text.contains(words), "{words}: {}", mail.text);
        }
    }
    awa.get("/contacts").expect(200);
    days_pass(&t, 11);
    assert_eq!(status_of(&t, &awa.email), "replaced");
    let mail = t.newest_mail(&awa.email);
    assert!(mail.subject.contains("successor has taken over") && mail.text.contains("Fatou Sow"), "{}", mail.text);
    assert!(t.newest_mail(&fatou.email).subject.starts_with("Handing over"), "who knows it already is not told again");
}

fn an_invited_successor_takes_over_by_accepting(t: TestApp) {
    let (awa, home) = (t.ncp("SN"), coordinator(&t, "SN", "Moussa Fall"));
    let email = "fatou.sow@douanes.example";
    let form = json!({"email": email, "name": "Fatou Sow", "organisation": "SN", "role": "ncp",
        "replaces": id_of(&t, &awa.email), "language": "fr"});
    home.post("/invitations", &form).expect(201);
    assert!(!t.newest_mail(email).text.contains("invites you"), "in French alone, since that is known");
    assert_eq!(status_of(&t, &awa.email), "active", "nothing has happened yet");
    accept(&t, email);
    assert_eq!(status_of(&t, &awa.email), "replaced");
    assert_eq!(t.admin().all("/contacts?member=SN&role=ncp").len(), 1);
}

fn the_page_after_an_invitation_says_what_is_true_of_whom(t: TestApp) {
    let home = coordinator(&t, "SN", "Moussa Fall");
    let accept = |email: &str, password: &str| {
        let token = t.newest_mail(email).token("invitation").unwrap();
        let form = format!("token={token}{password}");
        let body = Some(("application/x-www-form-urlencoded", form.as_bytes()));
        t.anonymous().send("POST", "/invitation", body).unwrap()
    };
    let password = format!("&password={}", PASSWORD.replace(' ', "+"));
    invite(&home, "fatou.sow@douanes.example", "SN", "ncp");
    let page = accept("fatou.sow@douanes.example", &password).text;
    assert!(page.contains("password you have just chosen") && !page.contains("approval"), "{page}");
    assert!(!page.contains("/me/mfa/totp"), "a contact point needs no second factor: {page}");
    // The same person once more, who has a password, and as a coordinator, whom another coordinator can't approve.
    invite(&home, "fatou.sow@douanes.example", "SN", "coordinator");
    let page = accept("fatou.sow@douanes.example", "").text;
    assert!(page.contains("waits for approval") && page.contains("log in as before"), "{page}");
    invite(&t.admin(), "ada@douanes.example", "SN", "coordinator");
    let page = accept("ada@douanes.example", &password).text;
    assert!(page.contains("/me/mfa/totp") && !page.contains("waits"), "{page}");
    let again = accept("ada@douanes.example", &password);
    assert!(again.status == 410 && !again.text.contains("<form"), "{}", again.text);
}

fn the_last_coordinator_stays(t: TestApp) {
    let home = coordinator(&t, "SN", "Moussa Fall");
    let own = id_of(&t, &home.email);
    let path = format!("/appointments/{own}/resign");
    assert_eq!(home.post(&path, &json!({})).refused(409), "last_coordinator");
    coordinator(&t, "SN", "Ibrahima Ba");
    home.post(&path, &json!({})).expect(200);
    // The Secretariat may, and hears what it means.
    let last = id_of(&t, "ibrahima.ba@customs-sn.example");
    t.admin().post(&format!("/appointments/{last}/resign"), &json!({"reason": "Left the service."})).expect(200);
    assert!(t.newest_mail("secretariat@portal.example").subject.starts_with("Senegal has no coordinator"));
    let admin = id_of(&t, "secretariat@portal.example");
    let refused = t.admin().post(&format!("/appointments/{admin}/resign"), &json!({}));
    assert_eq!(refused.refused(409), "last_administrator");
}

fn two_coordinators_who_resign_at_once_leave_one(t: TestApp) {
    let people = [coordinator(&t, "SN", "Moussa Fall"), coordinator(&t, "SN", "Ibrahima Ba")];
    let paths = people.each_ref().map(|person| format!("/appointments/{}/resign", id_of(&t, &person.email)));
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let tries: Vec<_> = people
            .iter()
            .zip(&paths)
            .map(|(person, path)| scope.spawn(move || person.post(path, &json!({})).status))
            .collect();
        tries.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert!(statuses.contains(&200) && statuses.contains(&409), "{statuses:?}");
}

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
    days_pass(&t, 12);
    assert!(t.newest_mail(&awa.email).subject.starts_with("A mandate ends on"));
    days_pass(&t, 29);
    assert_eq!(status_of(&t, &awa.email), "ended");
    assert!(t.newest_mail(&home.email).subject.contains("no longer a contact"));
}

fn the_clock_does_everything_once_however_often_it_is_asked(t: TestApp) {
    let awa = t.ncp("SN");
    t.pass(DAY * 336);
    let before = t.inbox(&awa.email).len();
    // Six at once, as six processes would.
    let portal = &t.portal;
    let desk = portal.life_cycle_desk();
    t.run(async {
        let work = (0..6).map(|_| portal::life_cycle::work_off(&portal.db, &desk));
        let done: usize = futures_util::future::join_all(work).await.into_iter().map(Result::unwrap).sum();
        assert_eq!(done, 1);
    });
    assert_eq!(t.inbox(&awa.email).len(), before + 1);
}

fn every_change_is_in_the_log(t: TestApp) {
    let (awa, home) = (t.ncp("SN"), coordinator(&t, "SN", "Moussa Fall"));
    let id = id_of(&t, &awa.email);
    home.post(&format!("/appointments/{id}/suspend"), &json!({"reason": "A secret reason."})).expect(200);
    home.post(&format!("/appointments/{id}/reinstate"), &json!({})).expect(200);
    let user = appointment_of(&t, &awa.email)["person"]["id"].as_str().unwrap().to_owned();
    let log = t.admin().all(&format!("/audit?subject={user}&action=appointment_changed"));
    let steps: Vec<(&str, &str)> = log
        .iter()
        .map(|entry| (entry["detail"]["event"].as_str().unwrap(), entry["detail"]["to"].as_str().unwrap()))
        .collect();
    for step in [("approve", "active"), ("suspend", "suspended"), ("reinstate", "active")] {
        assert!(steps.contains(&step), "{step:?} in {steps:?}");
    }
    assert!(!format!("{log:?}").contains("A secret reason"), "the person reads it, the log does not");
}

fn a_suspended_account_stays_hidden_whatever_the_clock_does(t: TestApp) {
    let awa = t.ncp("SN");
    let row = appointment_of(&t, &awa.email);
    let user = row["person"]["id"].as_str().unwrap().to_owned();
    t.admin().post(&format!("/users/{user}/suspend"), &json!({"reason": "An incident."})).expect(200);
    let found = |t: &TestApp| t.admin().get("/contacts?q=awa").expect(200)["data"].clone();
    assert_eq!(found(&t), json!([]));
    days_pass(&t, 370);
    assert_eq!(found(&t), json!([]), "the confirmation fell due, and nothing shows");
    let id = row["id"].as_str().unwrap();
    t.admin().post(&format!("/appointments/{id}/confirm"), &json!({})).expect(200);
    assert_eq!(found(&t), json!([]));
    t.admin().post(&format!("/users/{user}/reinstate"), &json!({})).expect(200);
    assert_eq!(found(&t)[0]["name"], "Awa Diop");
}
