//! Grants of people who lost their rights, and contacts that others make or change (numbers 8, 12 and 13).

use std::time::Duration;

use diesel::prelude::*;
use portal::appointments::AppointmentStatus;
use portal::db::Id;
use portal::db::schema::{appointment, contact, users};
use portal::demo::client::Answer;
use portal::policy::FieldAudience;
use serde_json::{Value, json};

use crate::support::{Application, Expect as _, PASSWORD, Person, Story, TestApp, stories};

pub fn stories() -> Vec<Story> {
    stories![
        a08_an_invitation_of_somebody_who_lost_the_right_puts_nobody_in_force,
        a08_an_invitation_is_worth_what_its_inviter_may_do_when_it_is_accepted,
        a08_whoever_accepts_while_the_inviter_is_suspended_is_in_or_is_not,
        a08_a_hand_over_of_somebody_who_lost_the_right_replaces_nobody,
        a08_what_was_planned_or_approved_by_somebody_who_left_is_held: ["announcements.approval_above=1"],
        a08_a_draft_that_was_handed_over_is_not_approved_by_its_writer,
        a08_a_plan_of_invitations_is_carried_out_by_rights_of_now,
        a08_a_suspended_officer_hears_nothing_more,
        a12_no_way_to_a_contact_shows_what_was_hidden,
        a12_an_audience_of_one_organisation_is_not_that_of_the_next,
        a12_what_is_hidden_while_a_contact_is_made_is_hidden_there_too,
        a12_an_address_for_one_organisation_is_for_the_secretariat_at_the_next,
        a13_officers_change_what_they_see_and_only_narrow,
        a13_officers_read_addresses_by_their_audience_alone,
        a13_what_is_over_shows_no_address,
    ]
}

const DAY: Duration = Duration::from_hours(24);
const FIELDS: [&str; 5] = ["job_title", "phone", "email", "languages", "technologies"];

fn coordinator(t: &TestApp, member: &str, name: &str) -> Person {
    t.member(&Application { role: "coordinator", ..Application::new(member, name) })
}

/// A second administrator, logged in with two factors.
fn colleague(t: &TestApp) -> Person {
    t.set_up("colleague@portal.example", "Colleague");
    t.with_app(&t.login("colleague@portal.example"))
}

/// The newest appointment of somebody.
fn appointment_of(t: &TestApp, email: &str) -> Value {
    let rows = t.admin().all("/appointments");
    rows.into_iter().rev().find(|row| row["person"]["email"] == email).expect("an appointment")
}

fn id_of(t: &TestApp, email: &str) -> String {
    appointment_of(t, email)["id"].as_str().unwrap().to_owned()
}

/// The appointment of somebody at this organisation.
fn id_at(t: &TestApp, email: &str, member: &str) -> String {
    let rows = t.admin().all(&format!("/appointments?member={member}"));
    let row = rows.iter().find(|row| row["person"]["email"] == email).expect("an appointment");
    row["id"].as_str().unwrap().to_owned()
}

fn user_of(t: &TestApp, email: &str) -> Id {
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

fn invite(officer: &Person, email: &str, more: &Value) -> Value {
    let mut form = json!({"email": email, "name": "Fatou Sow", "organisation": "SN", "role": "ncp"});
    for (key, value) in more.as_object().unwrap() {
        form[key] = value.clone();
    }
    officer.post("/invitations", &form).expect(201)
}

fn link(t: &TestApp, email: &str) -> String {
    t.newest_mail(email).token("invitation").expect("a link")
}

fn accept(t: &TestApp, token: &str) -> Answer {
    t.anonymous().post("/invitations/accept", &json!({"token": token, "password": PASSWORD})).unwrap()
}

fn keep_house(t: &TestApp) {
    t.run(t.portal.keep_house_once()).unwrap();
    t.deliver();
}

fn hears(t: &TestApp, email: &str, subject: &str) -> usize {
    t.inbox(email).iter().filter(|mail| mail.subject.starts_with(subject)).count()
}

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
    assert_eq!(hears(&t, &witness.email, "Invitations withdrawn at Senegal"), 4);
    // What was withdrawn stays so when the rights come back.
    let inviter = coordinator(&t, "SN", "Astou Ndiaye");
    invite(&inviter, "back@douanes.example", &json!({}));
    let token = link(&t, "back@douanes.example");
    by_officer(&t, &inviter, "suspend");
    by_officer(&t, &inviter, "reinstate");
    assert_eq!(accept(&t, &token).refused(410), "link_spent");
}

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
    // Whose own contact is to be confirmed first has asked somebody in, and another approves.
    assert_eq!(accept(&t, &tokens[1]).expect(200)["status"], "pending");
    let fatou = t.login("waiting@douanes.example");
    assert_eq!(fatou.get("/contacts").refused(403), "awaiting_approval");
}

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
        assert_eq!(hears(&t, person, "The hand-over of Awa Diop at Senegal is cancelled"), 1, "{person}");
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
        (row["status"].clone(), row["reason"].clone())
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
    // A plan and an approval of somebody who has every right are left alone.
    t.dispatch();
    assert_eq!([&planned, &approved].map(|id| stands(id).0), ["scheduled", "approved"]);
    suspend(&t, &other.email).expect(200);
    t.dispatch();
    assert_eq!(stands(&planned), (json!("held"), json!("planner_left")));
    for id in [&approved, &scheduled] {
        assert_eq!(stands(id), (json!("held"), json!("approver_left")));
    }
    assert_eq!(hears(&t, &admin.email, "Held back: News"), 3);
    t.pass(Duration::from_mins(61));
    t.dispatch();
    assert_eq!(hears(&t, &awa.email, "News"), 0, "nothing of it was sent");
    let admin = t.admin();
    assert_eq!(act(&admin, &approved, "send").refused(409), "approval_needed", "the approval is gone");
    act(&admin, &planned, "send").expect(202);
    assert_eq!(hears(&t, &awa.email, "News"), 1, "somebody else decided");
}

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

fn a08_a_suspended_officer_hears_nothing_more(t: TestApp) {
    let (home, other) = (coordinator(&t, "SN", "Moussa Fall"), coordinator(&t, "SN", "Ibrahima Ba"));
    suspend(&t, &home.email).expect(200);
    t.apply_and_verify(&Application::new("SN", "Awa Diop"));
    t.deliver();
    let told = |person: &Person| t.inbox(&person.email).iter().any(|mail| mail.subject.contains("Awa Diop"));
    assert_eq!((told(&home), told(&other)), (false, true));
}

/// Hides everything of oneself but what everybody sees.
fn hide(person: &Person, audience: &str) {
    let mut change = json!({"phone": "+221 33 811 11 11", "languages": ["fr", "wo"], "technologies": ["drones"]});
    for field in FIELDS {
        change[format!("{field}_audience")] = json!(audience);
    }
    person.patch("/me", &change).expect(200);
}

/// Who may see each field of each of a person's contacts.
fn audiences(t: &TestApp, email: &str) -> Vec<[FieldAudience; 5]> {
    type Row = (FieldAudience, FieldAudience, FieldAudience, FieldAudience, FieldAudience);
    let user = user_of(t, email);
    let work = t.portal.db.read(move |conn| {
        let rows: Vec<Row> = contact::table
            .filter(contact::user_id.eq(user))
            .order(contact::id)
            .select((
                contact::job_title_audience,
                contact::phone_audience,
                contact::email_audience,
                contact::languages_audience,
                contact::technologies_audience,
            ))
            .load(conn)?;
        Ok(rows)
    });
    t.run(work).unwrap().into_iter().map(|(a, b, c, d, e)| [a, b, c, d, e]).collect()
}

/// Somebody with a contact at Senegal who gets another one in some way.
struct Newcomer {
    application: Application,
    person: Person,
}

impl Newcomer {
    fn email(&self) -> &str {
        &self.application.email
    }
}

type Path = fn(&TestApp, &Newcomer);

/// Every way to a contact of somebody who has one.
const PATHS: [(&str, &str, Path); 7] = [
    ("applies", "Aida Faye", |t, who| {
        who.person.post("/appointments", &json!({"organisation": "CI", "role": "ncp"})).expect(201);
        let path = format!("/appointments/{}/approve", id_at(t, who.email(), "CI"));
        t.admin().post(&path, &json!({})).expect(200);
    }),
    ("is appointed", "Bintou Diallo", |t, who| {
        let user = user_of(t, who.email()).to_string();
        let form = json!({"user_id": user, "organisation": "CI", "role": "ncp"});
        t.admin().post("/appointments", &form).expect(201);
    }),
    ("is invited", "Coumba Ndoye", |t, who| {
        let more = json!({"organisation": "CI", "phone": "+225 27 00 00 00", "languages": ["en"]});
        invite(&t.admin(), who.email(), &more);
        assert_eq!(accept(t, &link(t, who.email())).expect(200)["status"], "active");
    }),
    ("is imported", "Dieynaba Sy", |t, who| {
        let sheet = format!("email,name,member,role,phone\n{},Dieynaba Sy,CI,ncp,+225 27 00 00 01\n", who.email());
        let body = Some(("text/csv", sheet.as_bytes()));
        let plan = t.admin().send("POST", "/api/v1/invitations/import", body).unwrap().expect(201);
        t.admin().post(&format!("/imports/{}/commit", plan["plan"].as_str().unwrap()), &json!({})).expect(200);
        accept(t, &link(t, who.email())).expect(200);
    }),
    ("is invited as a successor", "Emilie Gomis", |t, who| {
        let before = t.member(&Application::new("CI", "Aya Koffi"));
        let more = json!({"organisation": "CI", "replaces": id_of(t, &before.email)});
        invite(&t.admin(), who.email(), &more);
        accept(t, &link(t, who.email())).expect(200);
        assert_eq!(appointment_of(t, &before.email)["status"], "replaced");
    }),
    ("takes over", "Fanta Sane", |t, who| {
        let before = t.member(&Application::new("CI", "Yao Kouassi"));
        who.person.post("/appointments", &json!({"organisation": "CI", "role": "ncp"})).expect(201);
        let wish = json!({"successor": id_at(t, who.email(), "CI")});
        t.admin().post(&format!("/appointments/{}/replace", id_of(t, &before.email)), &wish).expect(200);
    }),
    ("applies again after everything ended", "Gnilane Ndour", |t, who| {
        let path = format!("/appointments/{}/resign", id_of(t, who.email()));
        t.admin().post(&path, &json!({"reason": "Left the service."})).expect(200);
        let id = t.apply_and_verify(&who.application);
        t.admin().post(&format!("/registrations/{id}/approve"), &json!({})).expect(200);
    }),
];

fn a12_no_way_to_a_contact_shows_what_was_hidden(t: TestApp) {
    let readers =
        [t.ncp("KE"), t.member(&Application::new("CI", "Kouame Konan")), coordinator(&t, "CI", "Adjoua Kone")];
    for (way, name, go) in PATHS {
        let application = Application::new("SN", name);
        let who = Newcomer { person: t.member(&application), application };
        hide(&who.person, "secretariat");
        go(&t, &who);
        let found = audiences(&t, who.email());
        assert_eq!(found.len(), 2, "{way}");
        assert!(found.iter().flatten().all(|audience| *audience == FieldAudience::Secretariat), "{way}: {found:?}");
        let search = format!("/contacts?q={}", name.to_lowercase().replace(' ', "%20"));
        assert!(!t.admin().all(&search).is_empty(), "{way}");
        for reader in &readers {
            for row in reader.all(&search) {
                for field in FIELDS {
                    let hidden = row[field].is_null() || row[field] == json!([]);
                    assert!(hidden, "{way}: {field} of {row}");
                }
            }
        }
    }
}

fn a12_an_audience_of_one_organisation_is_not_that_of_the_next(t: TestApp) {
    let (awa, reader) = (t.ncp("SN"), t.member(&Application::new("CI", "Aya Koffi")));
    hide(&awa, "organisation");
    awa.patch("/me", &json!({"languages_audience": "members"})).expect(200);
    let form = json!({"user_id": user_of(&t, &awa.email).to_string(), "organisation": "CI", "role": "ncp"});
    t.admin().post("/appointments", &form).expect(201);
    let shown = reader.all("/contacts?q=awa&member=CI");
    assert_eq!(shown.len(), 1);
    assert_eq!((&shown[0]["phone"], &shown[0]["technologies"]), (&json!(null), &json!([])), "{}", shown[0]);
    assert_eq!(shown[0]["languages"], json!(["fr", "wo"]), "what everybody saw is said again");
    let told = t.admin().all("/contacts?q=awa&member=CI");
    assert_eq!(told[0]["phone"], json!(null), "it was not even copied");
}

fn a12_an_address_for_one_organisation_is_for_the_secretariat_at_the_next(t: TestApp) {
    let (nora, home) = (t.member(&Application::new("KE", "Nora Otieno")), coordinator(&t, "SN", "Moussa Fall"));
    nora.patch("/me", &json!({"email_audience": "organisation"})).expect(200);
    let user = user_of(&t, &nora.email).to_string();
    let form = json!({"user_id": user, "organisation": "SN", "role": "contributor"});
    // A coordinator makes a contact of nobody who was not asked.
    assert_eq!(home.post("/appointments", &form).refused(403), "invite_instead");
    let nobody = json!({"user_id": "01890a5d-ac96-774b-bcce-b302099a8057", "organisation": "SN", "role": "ncp"});
    assert_eq!(home.post("/appointments", &nobody).refused(403), "invite_instead", "nor says who there is");
    // The Secretariat does, and shows the address to nobody new by that.
    t.admin().post("/appointments", &form).expect(201);
    for reader in [&home, &t.ncp("SN")] {
        for row in reader.all("/contacts?q=otieno") {
            assert_eq!(row["email"], json!(null), "{row}");
        }
        assert!(!reader.get("/appointments").expect(200).to_string().contains(&nora.email));
    }
    let colleague = t.member(&Application::new("KE", "Wanjiru Kamau"));
    let rows = colleague.all("/contacts?q=otieno&member=KE");
    assert_eq!(rows[0]["email"], nora.email.as_str(), "at home it stays as it was");
    // Whoever has an appointment there is appointed to another one without being asked again.
    let other = json!({"user_id": user, "organisation": "SN", "role": "ncp"});
    assert_eq!(home.post("/appointments", &other).expect(201)["status"], "active");
}

fn a12_what_is_hidden_while_a_contact_is_made_is_hidden_there_too(t: TestApp) {
    let awa = t.ncp("SN");
    let (admin, user) = (t.admin(), user_of(&t, &awa.email).to_string());
    let form = json!({"user_id": user, "organisation": "CI", "role": "ncp"});
    std::thread::scope(|scope| {
        let made = scope.spawn(|| admin.post("/appointments", &form).status);
        let hidden = scope.spawn(|| hide(&awa, "secretariat"));
        assert_eq!(made.join().unwrap(), 201);
        hidden.join().unwrap();
    });
    let found = audiences(&t, &awa.email);
    assert_eq!(found.len(), 2);
    assert!(found.iter().flatten().all(|audience| *audience == FieldAudience::Secretariat), "{found:?}");
}

fn a13_officers_change_what_they_see_and_only_narrow(t: TestApp) {
    let (awa, home) = (t.ncp("SN"), coordinator(&t, "SN", "Moussa Fall"));
    let own = json!({"phone_audience": "secretariat", "email_audience": "secretariat",
        "languages": ["fr", "wo"], "languages_audience": "organisation"});
    awa.patch("/me", &own).expect(200);
    let found = awa.get("/contacts?q=diop").expect(200);
    let path = format!("/contacts/{}", found["data"][0]["id"].as_str().unwrap());
    let change = |person: &Person, change: Value| {
        let answer = person.with_header("if-match", "*").patch(&path, &change);
        assert!(!answer.text.contains("+221 33") || person.email != home.email, "{change}: {}", answer.text);
        answer
    };
    for (wish, code) in [
        (json!({"phone": "+221 33 899 99 99"}), "field_hidden"),
        (json!({"phone": null}), "field_hidden"),
        (json!({"phone_audience": "members"}), "field_hidden"),
        (json!({"phone_audience": "secretariat"}), "field_hidden"),
        (json!({"email_audience": "members"}), "field_hidden"),
        (json!({"languages_audience": "region"}), "audience_widened"),
        (json!({"languages_audience": "members", "job_title": "Director"}), "audience_widened"),
        (json!({"job_title_audience": "public"}), "audience_widened"),
    ] {
        assert_eq!(change(&home, wish.clone()).refused(403), code, "{wish}");
    }
    let me = awa.get("/me").expect(200);
    assert_eq!(me["contact"]["phone"], "+221 33 800 00 00", "nothing of it happened");
    assert_eq!(me["contact"]["job_title"], "Head of Innovation");
    // What the coordinator sees may be corrected, and shown to fewer: even to nobody at home.
    let corrected = change(&home, json!({"languages": ["fr"], "job_title": "Director"})).expect(200);
    assert_eq!((&corrected["languages"], &corrected["job_title"]), (&json!(["fr"]), &json!("Director")));
    let narrowed = change(&home, json!({"languages_audience": "secretariat"})).expect(200);
    assert_eq!((&narrowed["languages"], &narrowed["phone"]), (&json!([]), &json!(null)), "the answer is a read");
    assert_eq!(change(&home, json!({"languages": ["en"]})).refused(403), "field_hidden");
    // The Secretariat sees everything, and widens nothing either.
    let admin = t.admin();
    assert_eq!(change(&admin, json!({"phone_audience": "members"})).refused(403), "audience_widened");
    change(&admin, json!({"phone": "+221 33 822 22 22"})).expect(200);
    change(&admin, json!({"phone": "+221 33 822 22 22"})).expect(200);
    // The owner hears of each change and not of its values; the log says the same.
    let mails: Vec<String> = t
        .inbox(&awa.email)
        .into_iter()
        .filter(|mail| mail.subject == "Your contact in the directory was changed")
        .map(|mail| mail.text.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    assert_eq!(mails.len(), 3, "{mails:?}");
    for words in [
        "A coordinator of Senegal has changed your contact at Senegal",
        "Changed was: the job title, the languages.",
        "Changed was: who sees the languages.",
        "The Secretariat has changed your contact at Senegal",
        "Changed was: the telephone number.",
    ] {
        assert!(mails.iter().any(|mail| mail.contains(words)), "{words}: {mails:?}");
    }
    for value in ["Director", "822"] {
        assert!(mails.iter().all(|mail| !mail.contains(value)), "{value}: {mails:?}");
    }
    let log = admin.all(&format!("/audit?subject={}&action=contact_changed", user_of(&t, &awa.email)));
    assert!(log.iter().any(|entry| entry["detail"]["fields"] == json!(["job_title", "languages"])), "{log:?}");
    // Its owner shows it to whom the owner likes, and needs no mail about that.
    let shown = change(&awa, json!({"phone_audience": "members", "languages_audience": "members"})).expect(200);
    assert_eq!(shown["phone"], "+221 33 822 22 22");
    assert_eq!(hears(&t, &awa.email, "Your contact in the directory was changed"), 3);
    // Of what else officers do to it she hears too.
    let own = format!("/appointments/{}", id_of(&t, &awa.email));
    awa.post(&format!("{own}/confirm"), &json!({})).expect(200);
    assert_eq!(hears(&t, &awa.email, "Your contact at Senegal was confirmed"), 0, "that was herself");
    home.post(&format!("{own}/confirm"), &json!({})).expect(200);
    let end = json!({"valid_to": t.clock.now().plus(DAY * 90)});
    home.with_header("if-match", "*").patch(&own, &end).expect(200);
    for subject in ["Your contact at Senegal was confirmed", "The end of your mandate at Senegal was changed"] {
        assert_eq!(hears(&t, &awa.email, subject), 1, "{subject}");
    }
}

fn a13_officers_read_addresses_by_their_audience_alone(t: TestApp) {
    let home = coordinator(&t, "SN", "Moussa Fall");
    let application = Application::new("SN", "Awa Diop");
    let registration = t.apply_and_verify(&application);
    let address = application.email.as_str();
    let id = id_of(&t, address);
    let path = format!("/appointments/{id}");
    // The administration decides on an application, and invited somebody, at these addresses.
    assert_eq!(home.get(&path).expect(200)["person"]["email"], address);
    invite(&home, "fatou@douanes.example", &json!({}));
    let rows = home.all("/appointments?status=invited");
    assert_eq!(rows[0]["person"]["email"], "fatou@douanes.example");
    home.post(&format!("/appointments/{}/withdraw", rows[0]["id"].as_str().unwrap()), &json!({})).expect(200);
    assert_eq!(home.all("/appointments?status=withdrawn")[0]["person"]["email"], json!(null), "it is over");

    t.admin().post(&format!("/registrations/{registration}/approve"), &json!({})).expect(200);
    let awa = t.login(address);
    assert_eq!(home.get(&path).expect(200)["person"]["email"], address, "she shows it to members");
    awa.patch("/me", &json!({"email_audience": "secretariat"})).expect(200);
    let tag = home.get(&path).header("etag").unwrap().to_owned();
    let end = json!({"valid_to": t.clock.now().plus(DAY * 90)});
    let answers = [
        home.get(&path),
        home.get("/appointments?limit=100"),
        home.with_header("if-match", &tag).patch(&path, &end),
        home.post(&format!("{path}/confirm"), &json!({})),
        home.post(&format!("{path}/suspend"), &json!({"reason": "On leave."})),
        home.post(&format!("{path}/reinstate"), &json!({})),
        home.get(&format!("{path}/nomination")),
        home.get("/contacts?q=diop"),
        home.with_header("accept", "text/csv").get("/contacts"),
        home.with_header("accept", "text/vcard").get("/contacts?q=diop"),
        home.get("/audit?limit=100"),
        home.get("/changes"),
        home.get("/members/SN"),
    ];
    for answer in answers {
        assert!(answer.status < 300, "{}", answer.text);
        assert!(!answer.text.contains(address), "{}", answer.text);
    }
    let mut rows = home.all("/appointments").into_iter();
    let row = rows.find(|row| row["id"] == id.as_str()).expect("it is listed");
    assert_eq!((&row["person"]["name"], &row["person"]["email"]), (&json!("Awa Diop"), &json!(null)));
    assert_eq!(t.admin().get(&path).expect(200)["person"]["email"], address, "the Secretariat manages accounts");
    assert_eq!(t.login(address).get(&path).expect(200)["person"]["email"], address, "and it is her own");
    // A hand-over answers with the predecessor's appointment.
    let fatou = t.member(&Application::new("SN", "Fatou Sow"));
    let wish = json!({"successor": id_of(&t, &fatou.email)});
    let replaced = home.post(&format!("{path}/replace"), &wish).expect(200);
    assert_eq!((&replaced["status"], &replaced["person"]["email"]), (&json!("replaced"), &json!(null)));
}

fn a13_what_is_over_shows_no_address(t: TestApp) {
    let (home, awa) = (coordinator(&t, "SN", "Moussa Fall"), t.ncp("SN"));
    let path = format!("/appointments/{}", id_of(&t, &awa.email));
    assert_eq!(home.get(&path).expect(200)["person"]["email"], awa.email.as_str(), "she shows it to members");
    let ended = home.post(&format!("{path}/resign"), &json!({"reason": "Left the service."})).expect(200);
    assert_eq!((&ended["status"], &ended["person"]["email"]), (&json!("ended"), &json!(null)));
    for answer in [home.get(&path), home.get("/appointments?limit=100")] {
        assert!(!answer.text.contains(&awa.email), "{}", answer.text);
    }
    assert_eq!(t.admin().get(&path).expect(200)["person"]["email"], awa.email.as_str());
}
