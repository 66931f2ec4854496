//! Decisions of the Secretariat that a coordinator undoes by another way, appointments that a hand-over leaves without
//! a holder (number 8), the Secretariat's name (14), and a user's own labels in the portal's mails and on its pages
//! (15).

use std::time::Duration;

use portal::demo::client::Answer;
use serde_json::{Value, json};

use crate::support::{Application, Expect as _, Person, TestApp, story};

const DAY: Duration = Duration::from_hours(24);
const ADMIN: &str = "secretariat@portal.example";

fn coordinator(t: &TestApp, member: &str, name: &str) -> Person {
    t.member(&Application { role: "coordinator", ..Application::new(member, name) })
}

/// The path of the one appointment of a person who has just been approved.
fn own(person: &Person) -> String {
    format!("/appointments/{}", person.get("/me").expect(200)["appointments"][0]["id"].as_str().unwrap())
}

fn id(path: &str) -> &str {
    path.rsplit('/').next().unwrap()
}

fn user(person: &Person) -> String {
    person.get("/me").expect(200)["id"].as_str().unwrap().to_owned()
}

/// Sets the end of a mandate, whatever it was.
fn set_end(officer: &Person, path: &str, end: &Value) -> Answer {
    officer.with_header("if-match", "*").patch(path, &json!({"valid_to": end}))
}

fn in_days(t: &TestApp, days: u32) -> Value {
    json!(t.clock.now().plus(DAY * days).to_string())
}

fn keep_house(t: &TestApp) {
    t.run(t.portal.run_maintenance_once()).unwrap();
    t.deliver();
}

fn hears(t: &TestApp, email: &str, subject: &str) -> usize {
    t.inbox(email).iter().filter(|mail| mail.subject.starts_with(subject)).count()
}

fn may(officer: &Person, path: &str, deed: &str) -> bool {
    officer.get(path).expect(200)["possible"].as_array().unwrap().contains(&json!(deed))
}

/// The code of the one fault of an answer, at this field.
fn fault(answer: &Answer, pointer: &str) -> String {
    let told = answer.json();
    assert_eq!((answer.status, &told["errors"][0]["pointer"]), (422, &json!(pointer)), "{}", answer.text);
    told["errors"][0]["code"].as_str().unwrap().to_owned()
}

#[story]
fn a08_no_coordinator_ends_what_the_secretariat_suspended(t: TestApp) {
    let (home, awa) = (coordinator(&t, "SN", "Moussa Fall"), t.ncp("SN"));
    let path = own(&awa);
    let reason = json!({"reason": "An incident."});
    t.admin().post(&format!("{path}/suspend"), &reason).expect(200);
    for end in [json!(t.clock.now().plus(Duration::from_secs(3)).to_string()), in_days(&t, 90), json!(null)] {
        assert_eq!(set_end(&home, &path, &end).refused(403), "secretariat_only", "{end}");
    }
    keep_house(&t);
    assert_eq!(t.admin().get(&path).expect(200)["status"], "suspended");
    set_end(&t.admin(), &path, &in_days(&t, 90)).expect(200);
    assert_eq!(set_end(&home, &path, &json!(null)).refused(403), "secretariat_only");
    // Of one's own suspension one sets the end.
    let fatou = own(&t.member(&Application::new("SN", "Fatou Sow")));
    home.post(&format!("{fatou}/suspend"), &reason).expect(200);
    set_end(&home, &fatou, &in_days(&t, 90)).expect(200);
}

#[story]
fn a08_an_end_that_the_secretariat_set_stays(t: TestApp) {
    let (home, awa) = (coordinator(&t, "SN", "Moussa Fall"), t.ncp("SN"));
    let path = own(&awa);
    let end_of = |path: &str| t.admin().get(path).expect(200)["valid_to"].clone();
    // A coordinator sets ends, and takes them away again.
    set_end(&home, &path, &in_days(&t, 90)).expect(200);
    set_end(&home, &path, &json!(null)).expect(200);
    let end = in_days(&t, 60);
    set_end(&t.admin(), &path, &end).expect(200);
    for other in [json!(null), in_days(&t, 90), in_days(&t, 30)] {
        assert_eq!(set_end(&home, &path, &other).refused(403), "secretariat_only", "{other}");
    }
    assert_eq!(end_of(&path), end);
    // One that the Secretariat appoints or invites until a day stays until then, too.
    let form = json!({"user_id": user(&awa), "organisation": "SN", "role": "contributor", "valid_to": end});
    let appointed = t.admin().post("/appointments", &form).expect(201);
    let form = json!({"email": "fatou@douanes.example", "name": "Fatou Sow", "organisation": "SN", "role": "ncp",
        "valid_to": end});
    let invited = t.admin().post("/invitations", &form).expect(201);
    for made in [appointed, invited] {
        let path = format!("/appointments/{}", made["id"].as_str().unwrap());
        assert_eq!(set_end(&home, &path, &json!(null)).refused(403), "secretariat_only", "{made}");
    }
    // What the Secretariat returns belongs to the coordinator again.
    set_end(&t.admin(), &path, &json!(null)).expect(200);
    set_end(&home, &path, &in_days(&t, 90)).expect(200);
}

#[story]
fn a08_no_coordinator_undoes_a_hand_over_of_the_secretariat(t: TestApp) {
    let (home, awa) = (coordinator(&t, "SN", "Moussa Fall"), t.ncp("SN"));
    let path = own(&awa);
    let [fatou, binta] = ["Fatou Sow", "Binta Sarr"].map(|name| own(&t.member(&Application::new("SN", name))));
    let wish = |successor: &str| json!({"successor": id(successor), "overlap_days": 30});
    let begun = t.admin().post(&format!("{path}/replace"), &wish(&fatou)).expect(200);
    assert_eq!(set_end(&home, &path, &json!(null)).refused(403), "secretariat_only");
    assert_eq!(home.post(&format!("{path}/replace"), &wish(&binta)).refused(403), "secretariat_only");
    assert_eq!(home.post(&format!("{path}/cancel-hand-over"), &json!({})).refused(403), "secretariat_only");
    let form = json!({"email": "coumba@douanes.example", "name": "Coumba Ndoye", "organisation": "SN", "role": "ncp",
        "replaces": id(&path)});
    assert_eq!(home.post("/invitations", &form).refused(403), "secretariat_only");
    for deed in ["replace", "cancel-hand-over"] {
        assert_eq!((may(&home, &path, deed), may(&t.admin(), &path, deed)), (false, true), "{deed}");
    }
    let row = t.admin().get(&path).expect(200);
    assert_eq!((&row["replaced_by"], &row["valid_to"]), (&json!(id(&fatou)), &begun["valid_to"]));
    t.pass(DAY * 31);
    keep_house(&t);
    assert_eq!(t.admin().get(&path).expect(200)["status"], "replaced", "it took its course");
}

#[story]
fn a08_a_hand_over_that_is_cancelled_is_as_if_it_had_not_begun(t: TestApp) {
    let (home, other) = (coordinator(&t, "SN", "Moussa Fall"), coordinator(&t, "SN", "Ibrahima Ba"));
    let (awa, fatou) = (t.ncp("SN"), t.member(&Application::new("SN", "Fatou Sow")));
    let path = own(&awa);
    let (end, cancel) = (in_days(&t, 90), format!("{path}/cancel-hand-over"));
    set_end(&home, &path, &end).expect(200);
    assert_eq!(home.post(&cancel, &json!({})).refused(409), "no_hand_over");
    assert!(!may(&home, &path, "cancel-hand-over"));
    let wish = json!({"successor": id(&own(&fatou)), "overlap_days": 10});
    home.post(&format!("{path}/replace"), &wish).expect(200);
    // Its end is that of the hand-over, which is cancelled as such.
    for officer in [&home, &other, &t.admin()] {
        assert_eq!(set_end(officer, &path, &json!(null)).refused(409), "hand_over_under_way");
    }
    assert_eq!(awa.post(&cancel, &json!({})).refused(403), "coordinators_only");
    let cancelled = other.post(&cancel, &json!({})).expect(200);
    assert_eq!((&cancelled["replaced_by"], &cancelled["valid_to"]), (&json!(null), &end));
    for person in [&awa, &fatou, &home] {
        let mail = t.mail_about(&person.email, "Hand-over cancelled: Awa Diop (Senegal)");
        assert!(mail.text.contains("Ibrahima Ba has cancelled the hand-over"), "{}", mail.text);
    }
    assert_eq!(hears(&t, &other.email, "Hand-over cancelled"), 0, "who did it knows");
    let log = t.admin().all(&format!("/audit?subject={}&action=appointment_changed", user(&awa)));
    let entry = log.iter().find(|entry| entry["detail"]["event"] == "hand_over_cancelled").expect("an entry");
    assert_eq!((&entry["actor_id"], &entry["detail"]["cause"]), (&json!(user(&other)), &json!("officer")));
    t.pass(DAY * 11);
    keep_house(&t);
    assert_eq!(t.admin().get(&path).expect(200)["status"], "active");
}

#[story]
fn a08_a_hand_over_to_somebody_who_is_gone_replaces_nobody(t: TestApp) {
    let stands = |path: &str| {
        let row = t.admin().get(path).expect(200);
        (row["status"].clone(), row["replaced_by"].clone())
    };
    let still = (json!("active"), json!(null));
    // The successor resigns: the day is not awaited.
    let [first, second] = ["Nadia Haddad", "Omar Nasser"].map(|name| coordinator(&t, "JO", name));
    let (path, successor) = (own(&first), own(&second));
    let wish = json!({"successor": id(&successor), "overlap_days": 10});
    t.admin().post(&format!("{path}/replace"), &wish).expect(200);
    second.post(&format!("{successor}/resign"), &json!({})).expect(200);
    assert_eq!(stands(&path), still);
    for (email, why, ends, foot) in [
        (first.email.as_str(), "of Omar Nasser is not in force", "Your appointment goes on", "your account"),
        (
            second.email.as_str(),
            "Your appointment or your account is not in force",
            "of Nadia Haddad goes on",
            "your account",
        ),
        (ADMIN, "of Omar Nasser is not in force", "of Nadia Haddad goes on and has no end date", "your duties"),
    ] {
        let mail = t.mail_about(email, "Hand-over cancelled: Nadia Haddad (Jordan)");
        for words in [why, ends, &format!("it concerns {foot}")] {
            assert!(mail.text.contains(words), "{words}: {}", mail.text);
        }
    }
    // The successor's account is suspended when the days are over, and was not when the place was given.
    let (awa, fatou) = (t.ncp("SN"), t.member(&Application::new("SN", "Fatou Sow")));
    let (path, successor) = (own(&awa), own(&fatou));
    let begin = |days: u32| {
        let wish = json!({"successor": id(&successor), "overlap_days": days});
        t.admin().post(&format!("{path}/replace"), &wish)
    };
    begin(10).expect(200);
    let account = format!("/users/{}", user(&fatou));
    t.admin().post(&format!("{account}/suspend"), &json!({"reason": "An incident."})).expect(200);
    assert_eq!(stands(&path), (json!("active"), json!(id(&successor))), "it may be open again by then");
    t.pass(DAY * 11);
    keep_house(&t);
    assert_eq!(stands(&path), still);
    assert_eq!(hears(&t, &awa.email, "Hand-over cancelled"), 1);
    // Nor is a place given to a closed account.
    for days in [0, 10] {
        assert_eq!(fault(&begin(days), "/successor"), "successor_not_active", "{days}");
    }
    assert_eq!(stands(&path), still);
    t.admin().post(&format!("{account}/reinstate"), &json!({})).expect(200);
    begin(10).expect(200);
    t.pass(DAY * 11);
    keep_house(&t);
    assert_eq!(stands(&path).0, "replaced");
}

/// An appointment of this role at Kenya.
fn appoint(t: &TestApp, user: &str, role: &str) -> String {
    let form = json!({"user_id": user, "organisation": "KE", "role": role});
    let made = t.admin().post("/appointments", &form).expect(201);
    format!("/appointments/{}", made["id"].as_str().unwrap())
}

#[story]
fn a14_whoever_leaves_the_secretariat_leaves_its_name(t: TestApp) {
    type Way = fn(&TestApp, &str);
    let ways: [(&str, Way); 4] = [
        ("Wanjiru Kamau", |t, path| {
            t.admin().post(&format!("{path}/resign"), &json!({})).expect(200);
        }),
        ("Njeri Kariuki", |t, path| {
            t.admin().post(&format!("{path}/suspend"), &json!({"reason": "An incident."})).expect(200);
        }),
        ("Atieno Otieno", |t, path| {
            set_end(&t.admin(), path, &in_days(t, 2)).expect(200);
            t.pass(DAY * 3);
            keep_house(t);
        }),
        ("Achieng Odhiambo", |t, path| {
            let other = t.member(&Application::new("KE", "Muthoni Njoroge"));
            let successor = appoint(t, &user(&other), "secretariat");
            t.admin().post(&format!("{path}/replace"), &json!({"successor": id(&successor)})).expect(200);
        }),
    ];
    for (name, leave) in ways {
        let person = t.with_app(&t.member(&Application::new("KE", name)));
        let (email, user) = (person.email.clone(), user(&person));
        let renamed = person.patch("/me", &json!({"name": "Secretariat Helpdesk"}));
        assert_eq!(fault(&renamed, "/name"), "name_reserved");
        let path = appoint(&t, &user, "secretariat");
        t.pass(Duration::from_mins(1));
        let person = t.login(&email);
        person.patch("/me", &json!({"name": "Secretariat Helpdesk"})).expect(200);
        assert_eq!(t.admin().get("/contacts?q=helpdesk").expect(200)["data"][0]["name"], "Secretariat Helpdesk");
        // A month later the name before is shown nowhere any more, and still known.
        t.pass(DAY * 31);
        keep_house(&t);
        leave(&t, &path);
        t.pass(Duration::from_mins(1));
        assert_eq!(t.login(&email).get("/me").expect(200)["name"], name);
        assert_eq!(t.admin().get("/contacts?q=helpdesk").expect(200)["data"], json!([]), "{name}");
        let family = name.split_once(' ').unwrap().1.to_lowercase();
        assert_eq!(t.admin().all(&format!("/contacts?q={family}")).len(), 1, "{name}");
        let of_officer = format!("{name} (Kenya) no longer belongs");
        for (reader, words, foot) in [
            (email.as_str(), "You no longer belong to the Secretariat (Kenya)", "it concerns your account"),
            (ADMIN, of_officer.as_str(), "it concerns your duties"),
        ] {
            let subject = format!("Name restored: {name}");
            assert_eq!(hears(&t, reader, &subject), 1, "{reader}");
            let mail = t.mail_about(reader, &subject);
            assert!(mail.text.contains(words) && mail.text.contains(foot), "{words}: {}", mail.text);
        }
        let log = t.admin().all(&format!("/audit?subject={user}&action=name_changed"));
        assert!(log.iter().any(|entry| entry["detail"]["cause"] == "left_secretariat"), "{name}: {log:?}");
    }
}

#[story]
fn a14_a_name_of_the_secretariat_without_another_is_flagged(t: TestApp) {
    let email = "second@portal.example";
    t.set_up(email, "Secretariat Team");
    let second = t.with_app(&t.login(email));
    let (user, place) = (user(&second), own(&second));
    appoint(&t, &user, "ncp");
    let found = |words: &str| t.admin().all(&format!("/contacts?q={words}")).len();
    assert_eq!(found("team"), 1);
    let leave = |t: &TestApp| {
        t.admin().post(&format!("{place}/suspend"), &json!({"reason": "An incident."})).expect(200);
        t.pass(Duration::from_mins(1));
        t.login(email)
    };
    let second = leave(&t);
    let flagged = second.get("/me").expect(200);
    assert!(flagged["name_flagged_at"].is_string(), "{flagged}");
    assert!(t.admin().get(&format!("/users/{user}")).expect(200)["name_flagged_at"].is_string());
    assert_eq!(found("team"), 0, "the directory does not show it");
    for reader in [email, ADMIN] {
        assert_eq!(hears(&t, reader, "Name reserved for the Secretariat: Secretariat Team"), 1, "{reader}");
    }
    assert_eq!(t.admin().all(&format!("/audit?subject={user}&action=name_flagged")).len(), 1);
    // Neither an account that is reinstated nor a contact that is confirmed shows it.
    for deed in ["suspend", "reinstate"] {
        t.admin().post(&format!("/users/{user}/{deed}"), &json!({"reason": "An incident."})).expect(200);
    }
    assert_eq!(found("team"), 0);
    // In the Secretariat again, the name is its own.
    t.admin().post(&format!("{place}/reinstate"), &json!({})).expect(200);
    assert_eq!(found("team"), 1);
    let second = leave(&t);
    assert_eq!(found("team"), 0);
    let renamed = second.patch("/me", &json!({"name": "The Secretariat"}));
    assert_eq!(fault(&renamed, "/name"), "name_reserved");
    let renamed = second.patch("/me", &json!({"name": "Wanjiru Kamau"})).expect(200);
    assert_eq!((&renamed["name"], &renamed["name_flagged_at"]), (&json!("Wanjiru Kamau"), &json!(null)));
    assert_eq!((found("team"), found("kamau")), (0, 1));
}

#[story]
fn a15_the_label_of_ones_own_thing_leads_nowhere(t: TestApp) {
    let awa = t.ncp("SN");
    let sessions = awa.get("/me/sessions").expect(200);
    let session = format!("/me/sessions/{}", sessions["data"][0]["id"].as_str().unwrap());
    for name in ["blocked? unlock at https://evil.example/unlock now", "www.evil.example", "evil.com", "a@evil.example"]
    {
        let form = json!({"name": name, "scopes": ["community:read"], "expires_in_days": 3});
        assert_eq!(fault(&awa.post("/me/tokens", &form), "/name"), "link_in_name", "{name}");
        assert_eq!(fault(&awa.patch(&session, &json!({"name": name})), "/name"), "link_in_name", "{name}");
    }
    assert_eq!(hears(&t, &awa.email, "An API token"), 0);
    assert_eq!(awa.patch(&session, &json!({"name": "Phone (v2.1)"})).status, 204);
}

#[story]
fn a15_what_strangers_say_of_themselves_leads_nowhere(t: TestApp) {
    let admin = t.admin();
    for said in ["Unlock at https://evil.example/now", "see www.evil.example", "evil.com/unlock"] {
        for field in ["job_title", "nominating_official", "nomination_reference"] {
            let mut form = Application::new("SN", "Awa Diop").form();
            form[field] = json!(said);
            let pointer = format!("/{field}");
            assert_eq!(
                fault(&t.anonymous().post("/registrations", &form).unwrap(), &pointer),
                "link_in_text",
                "{said}"
            );
            let mut form =
                json!({"email": "x@douanes.example", "name": "Mor Fall", "organisation": "SN", "role": "ncp"});
            form[field] = json!(said);
            assert_eq!(fault(&admin.post("/invitations", &form), &pointer), "link_in_text", "{said}");
        }
        assert_eq!(fault(&admin.patch("/me", &json!({"job_title": said})), "/job_title"), "link_in_text", "{said}");
    }
    // References as administrations write them.
    let mut form = Application::new("SN", "Awa Diop").form();
    form["nomination_reference"] = json!("No.12/2026-DG.3/B");
    t.anonymous().post("/registrations", &form).unwrap().expect(202);
}
