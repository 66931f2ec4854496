//! Grants of people who lost their rights (number 8): invitations, hand-overs, plans and drafts are worth what their
//! authors may do now.

use std::time::Duration;

use diesel::prelude::*;
use portal::appointments::AppointmentStatus;
use portal::db::Id;
use portal::db::schema::{appointment, users};
use portal::demo::client::Answer;
use serde_json::{Value, json};

use crate::support::{Application, Expect as _, PASSWORD, Person, TestApp, story};

pub(super) const DAY: Duration = Duration::from_hours(24);

pub(super) fn coordinator(t: &TestApp, member: &str, name: &str) -> Person {
    t.member(&Application { role: "coordinator", ..Application::new(member, name) })
}

/// A second administrator, logged in with two factors.
fn colleague(t: &TestApp) -> Person {
    t.set_up("colleague@portal.example", "Colleague");
    t.with_app(&t.login("colleague@portal.example"))
}

/// The newest appointment of a person.
pub(super) fn appointment_of(t: &TestApp, email: &str) -> Value {
    let rows = t.admin().all("/appointments");
    rows.into_iter().rev().find(|row| row["person"]["email"] == email).expect("an appointment")
}

pub(super) fn id_of(t: &TestApp, email: &str) -> String {
    appointment_of(t, email)["id"].as_str().unwrap().to_owned()
}

/// The appointment of a person at this organisation.
pub(super) fn id_at(t: &TestApp, email: &str, member: &str) -> String {
    let rows = t.admin().all(&format!("/appointments?member={member}"));
    let row = rows.iter().find(|row| row["person"]["email"] == email).expect("an appointment");
    row["id"].as_str().unwrap().to_owned()
}

pub(super) fn user_of(t: &TestApp, email: &str) -> Id {
    let found = t.admin().get(&format!("/users?email={email}")).expect(200);
    found["data"][0]["id"].as_str().unwrap().parse().unwrap()
}

fn suspend(t: &TestApp, email: &str) -> Answer {
    t.admin().post(&format!("/users/{}/suspend", user_of(t, email)), &json!({"reason": "An incident."}))
}

/// Suspends an account in the database alone, as a restored backup would: nothing else happens.
fn suspend_silently(t: &TestApp, email: &str) {
    let (user, now) = (user_of(t, email), t.clock.now());
    let work = t.portal.db.write(move |conn| {
        diesel::update(users::table.find(user)).set(users::suspended_at.eq(now)).execute(conn)?;
        Ok(())
    });
    t.run(work).unwrap();
}

pub(super) fn invite(officer: &Person, email: &str, more: &Value) -> Value {
    let mut form = json!({"email": email, "name": "Fatou Sow", "organisation": "SN", "role": "ncp"});
    for (key, value) in more.as_object().unwrap() {
        form[key] = value.clone();
    }
    officer.post("/invitations", &form).expect(201)
}

pub(super) fn link(t: &TestApp, email: &str) -> String {
    t.mailed_token(email, "invitation")
}

pub(super) fn accept(t: &TestApp, token: &str) -> Answer {
    t.anonymous().post("/invitations/accept", &json!({"token": token, "password": PASSWORD})).unwrap()
}

fn keep_house(t: &TestApp) {
    t.run(t.portal.run_maintenance_once()).unwrap();
    t.deliver();
}

pub(super) fn hears(t: &TestApp, email: &str, subject: &str) -> usize {
    t.inbox(email).iter().filter(|mail| mail.subject.starts_with(subject)).count()
}

#[story]
fn a08_an_invitation_of_somebody_who_lost_the_right_puts_nobody_in_force(t: TestApp) {
    type Way = fn(&TestApp, &Person);
    let by_officer = |t: &TestApp, person: &Person, deed: &str| {
        let path = format!("/appointments/{}/{deed}", id_of(t, &person.email));
        t.admin().post(&path, &json!({"reason": "An incident."})).expect(200);
    };
    let ways: [(&str, &str, Way); 4] = [
        ("account", "Moussa Fall", |t, person| drop(suspend(t, &person.email).expect(200))),
        ("suspended", "Ibrahima Ba", |t, person| {
            let path = format!("/appointments/{}/suspend", id_of(t, &person.email));
            t.admin().post(&path, &json!({"reason": "An incident."})).expect(200);
        }),
        ("resigned", "Cheikh Gueye", |t, person| {
            let path = format!("/appointments/{}/resign", id_of(t, &person.email));
            t.admin().post(&path, &json!({"reason": "Left the service."})).expect(200);
        }),
        ("left", "Ousmane Sarr", |_, person| drop(person.delete("/me").expect(202))),
    ];
    let witness = coordinator(&t, "SN", "Mariama Ba");
    for (way, name, lose) in ways {
        let inviter = coordinator(&t, "SN", name);
        let address = format!("{way}@douanes.example");
        invite(&inviter, &address, &json!({}));
        let token = link(&t, &address);
        lose(&t, &inviter);
        assert_eq!(appointment_of(&t, &address)["status"], "withdrawn", "{way}");
        let looked = t.anonymous().post("/invitations/look", &json!({"token": token})).unwrap();
        assert_eq!(looked.refused(410), "link_spent", "{way}");
        assert_eq!(accept(&t, &token).refused(410), "link_spent", "{way}");
        let found = t.admin().get(&format!("/users?email={address}")).expect(200);
        assert_eq!(found["data"], json!([]), "{way}: no account came of it");
    }
    assert_eq!(hears(&t, &witness.email, "Invitations withdrawn (Senegal)"), 4);
    // Withdrawn invitations stay so when the rights come back.
    let inviter = coordinator(&t, "SN", "Astou Ndiaye");
    invite(&inviter, "back@douanes.example", &json!({}));
    let token = link(&t, "back@douanes.example");
    by_officer(&t, &inviter, "suspend");
    by_officer(&t, &inviter, "reinstate");
    assert_eq!(accept(&t, &token).refused(410), "link_spent");
}

#[story]
fn a08_an_invitation_is_worth_what_its_inviter_may_do_when_it_is_accepted(t: TestApp) {
    let (lost, waiting) = (coordinator(&t, "SN", "Moussa Fall"), coordinator(&t, "SN", "Ibrahima Ba"));
    invite(&lost, "lost@douanes.example", &json!({}));
    invite(&waiting, "waiting@douanes.example", &json!({}));
    let tokens = ["lost@douanes.example", "waiting@douanes.example"].map(|email| link(&t, email));
    // Nothing withdraws it: it is judged when it is used.
    suspend_silently(&t, &lost.email);
    assert_eq!(accept(&t, &tokens[0]).refused(410), "link_spent");
    let resent = t.admin().post(&format!("/invitations/{}/resend", id_of(&t, "lost@douanes.example")), &json!({}));
    assert_eq!(resent.refused(409), "not_possible_now", "nobody renews a grant of others");
    let id: Id = id_of(&t, &waiting.email).parse().unwrap();
    let work = t.portal.db.write(move |conn| {
        let unconfirmed = appointment::status.eq(AppointmentStatus::Unconfirmed);
        diesel::update(appointment::table.find(id)).set(unconfirmed).execute(conn)?;
        Ok(())
    });
    t.run(work).unwrap();
    keep_house(&t);
    assert_eq!(appointment_of(&t, "lost@douanes.example")["status"], "withdrawn", "and then it is");
    assert_eq!(appointment_of(&t, "waiting@douanes.example")["status"], "invited");
    // An inviter whose own contact must be confirmed first has only proposed the person, and another officer approves.
    assert_eq!(accept(&t, &tokens[1]).expect(200)["status"], "pending");
    let fatou = t.login("waiting@douanes.example");
    assert_eq!(fatou.get("/contacts").refused(403), "awaiting_approval");
}

#[story]
fn a08_whoever_accepts_while_the_inviter_is_suspended_is_in_or_is_not(t: TestApp) {
    let inviter = coordinator(&t, "SN", "Moussa Fall");
    let addresses = ["a@douanes.example", "b@douanes.example", "c@douanes.example"];
    for address in addresses {
        invite(&inviter, address, &json!({}));
    }
    let tokens = addresses.map(|address| link(&t, address));
    let (admin, user) = (t.admin(), user_of(&t, &inviter.email));
    let (client, reason) = (t.anonymous(), json!({"reason": "An incident."}));
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let suspended = scope.spawn(|| admin.post(&format!("/users/{user}/suspend"), &reason).status);
        let accepted: Vec<_> = tokens
            .iter()
            .map(|token| {
                let (client, form) = (client.clone(), json!({"token": token, "password": PASSWORD}));
                scope.spawn(move || client.post("/invitations/accept", &form).unwrap().status)
            })
            .collect();
        assert_eq!(suspended.join().unwrap(), 200);
        accepted.into_iter().map(|one| one.join().unwrap()).collect()
    });
    keep_house(&t);
    for (address, status) in addresses.iter().zip(statuses) {
        let stands = appointment_of(&t, address)["status"].clone();
        match status {
            200 => assert_eq!(stands, "active", "{address}"),
            410 => assert_eq!(stands, "withdrawn", "{address}"),
            other => panic!("{address}: {other}"),
        }
    }
    for token in &tokens {
        assert_eq!(accept(&t, token).refused(410), "link_spent");
    }
}

#[story]
fn a08_a_hand_over_of_somebody_who_lost_the_right_replaces_nobody(t: TestApp) {
    let (first, second) = (coordinator(&t, "SN", "Moussa Fall"), coordinator(&t, "SN", "Ibrahima Ba"));
    let awa = t.ncp("SN");
    let fatou = t.member(&Application::new("SN", "Fatou Sow"));
    let (from, to) = (id_of(&t, &awa.email), id_of(&t, &fatou.email));
    let (path, wish) = (format!("/appointments/{from}"), json!({"successor": to, "overlap_days": 10}));
    let begin = |officer: &Person| officer.post(&format!("{path}/replace"), &wish).expect(200);
    assert_eq!(begin(&first)["replaced_by"], to.as_str());
    suspend(&t, &first.email).expect(200);
    let row = t.admin().get(&path).expect(200);
    assert_eq!((&row["replaced_by"], &row["valid_to"]), (&json!(null), &json!(null)), "as if it had not begun");
    for person in [&awa.email, &fatou.email, &second.email] {
        assert_eq!(hears(&t, person, "Hand-over cancelled: Awa Diop (Senegal)"), 1, "{person}");
    }
    let user = user_of(&t, &awa.email);
    let log = t.admin().all(&format!("/audit?subject={user}&action=appointment_changed"));
    assert!(log.iter().any(|entry| entry["detail"]["event"] == "hand_over_cancelled"), "{log:?}");
    // On its day it is judged too, whatever was done before.
    begin(&second);
    suspend_silently(&t, &second.email);
    t.pass(DAY * 11);
    keep_house(&t);
    let row = t.admin().get(&path).expect(200);
    assert_eq!((&row["status"], &row["replaced_by"]), (&json!("active"), &json!(null)));
    // And where nothing is wrong it takes its course.
    assert_eq!(begin(&t.admin())["status"], "active");
    t.pass(DAY * 11);
    keep_house(&t);
    assert_eq!(t.admin().get(&path).expect(200)["status"], "replaced");
}

#[story("announcements.approval_above=1")]
fn a08_what_was_planned_or_approved_by_somebody_who_left_is_held(t: TestApp) {
    let (awa, _) = (t.ncp("SN"), t.member(&Application::new("KE", "Wanjiru Kamau")));
    let (admin, other) = (t.admin(), colleague(&t));
    let compose = |author: &Person, audience: &Value| {
        let text = json!({"en": {"subject": "News", "body_markdown": "News."}});
        let draft = json!({"default_language": "en", "variants": text, "audience": audience});
        author.post("/announcements", &draft).expect(201)["id"].as_str().unwrap().to_owned()
    };
    let act = |person: &Person, id: &str, deed: &str| person.post(&format!("/announcements/{id}/{deed}"), &json!({}));
    let stands = |id: &str| {
        let row = t.admin().get(&format!("/announcements/{id}")).expect(200);
        (row["status"].clone(), row["cause"].clone())
    };
    let soon = json!({"send_at": t.clock.now().plus(Duration::from_hours(1))});
    let planned = compose(&other, &json!({"members": ["SN"]}));
    other.post(&format!("/announcements/{planned}/schedule"), &soon).expect(200);
    let [approved, scheduled] = [(); 2].map(|()| {
        let id = compose(&admin, &json!({}));
        act(&admin, &id, "submit").expect(200);
        act(&other, &id, "approve").expect(200);
        id
    });
    admin.post(&format!("/announcements/{scheduled}/schedule"), &soon).expect(200);
    // A plan and an approval of a person with all rights are not affected.
    t.dispatch();
    assert_eq!([&planned, &approved].map(|id| stands(id).0), ["scheduled", "approved"]);
    suspend(&t, &other.email).expect(200);
    t.dispatch();
    assert_eq!(stands(&planned), (json!("held"), json!("planner_left")));
    for id in [&approved, &scheduled] {
        assert_eq!(stands(id), (json!("held"), json!("approver_left")));
    }
    assert_eq!(hears(&t, &admin.email, "Not sent: News"), 3);
    t.pass(Duration::from_mins(61));
    t.dispatch();
    assert_eq!(hears(&t, &awa.email, "News"), 0, "nothing of it was sent");
    let admin = t.admin();
    assert_eq!(act(&admin, &approved, "send").refused(409), "approval_needed", "the approval is gone");
    act(&admin, &planned, "send").expect(202);
    assert_eq!(hears(&t, &awa.email, "News"), 1, "somebody else decided");
}

#[story]
fn a08_a_draft_that_was_handed_over_is_not_approved_by_its_writer(t: TestApp) {
    let (admin, other) = (t.admin(), colleague(&t));
    let text = json!({"en": {"subject": "News", "body_markdown": "News."}});
    let draft = json!({"default_language": "en", "variants": text});
    let id = other.post("/announcements", &draft).expect(201)["id"].as_str().unwrap().to_owned();
    let writer = user_of(&t, &other.email).to_string();
    // Both are in force for a while.
    let wish = json!({"successor": id_of(&t, &admin.email), "overlap_days": 10});
    admin.post(&format!("/appointments/{}/replace", id_of(&t, &other.email)), &wish).expect(200);
    let path = format!("/announcements/{id}");
    assert_eq!(admin.get(&path).expect(200)["author_id"], writer.as_str());
    admin.post(&format!("{path}/submit"), &json!({})).expect(200);
    for person in [&admin, &other] {
        assert_eq!(person.post(&format!("{path}/approve"), &json!({})).refused(403), "second_person_needed");
    }
    // A contact point who is replaced hands over nothing either.
    let (awa, fatou) = (t.ncp("SN"), t.member(&Application::new("SN", "Fatou Sow")));
    let wish = json!({"successor": id_of(&t, &fatou.email)});
    admin.post(&format!("/appointments/{}/replace", id_of(&t, &awa.email)), &wish).expect(200);
    assert_eq!(admin.get(&path).expect(200)["author_id"], writer.as_str());
}

#[story]
fn a08_a_plan_of_invitations_is_carried_out_by_rights_of_now(t: TestApp) {
    let home = coordinator(&t, "SN", "Moussa Fall");
    let mandate = id_of(&t, &home.email);
    let second = json!({"user_id": user_of(&t, &home.email).to_string(), "organisation": "SN", "role": "ncp"});
    t.admin().post("/appointments", &second).expect(201);
    let sheet = ("text/csv", "email,name,member,role\na@x.example,Ada Sow,SN,ncp\n".as_bytes());
    let plan = home.send("POST", "/api/v1/invitations/import", Some(sheet)).unwrap().expect(201);
    let reason = json!({"reason": "An incident."});
    t.admin().post(&format!("/appointments/{mandate}/suspend"), &reason).expect(200);
    // Still a contact point, and so still logged in.
    home.get("/contacts").expect(200);
    let committed = home.post(&format!("/imports/{}/commit", plan["plan"].as_str().unwrap()), &json!({}));
    assert_eq!(committed.refused(403), "coordinators_only");
    assert!(t.inbox("a@x.example").is_empty());
}

#[story]
fn a08_a_suspended_officer_hears_nothing_more(t: TestApp) {
    let (home, other) = (coordinator(&t, "SN", "Moussa Fall"), coordinator(&t, "SN", "Ibrahima Ba"));
    suspend(&t, &home.email).expect(200);
    t.apply_and_verify(&Application::new("SN", "Awa Diop"));
    t.deliver();
    let told = |person: &Person| t.inbox(&person.email).iter().any(|mail| mail.subject.contains("Awa Diop"));
    assert_eq!((told(&home), told(&other)), (false, true));
}
