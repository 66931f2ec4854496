//! Offices that pass from one person to the next, and the last coordinator of a member, who stays.

use serde_json::json;

use crate::deadlines::days_pass;
use crate::life_cycle::{accept, coordinator, id_of, status_of};
use crate::support::{Application, Expect as _, TestApp, story};

#[story]
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
    let came = about(&successor.email, "You take over from Awa Diop (Senegal)");
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

#[story]
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
    let entries = t.admin().all("/audit?action=appointment_changed");
    let begun = entries.iter().find(|entry| entry["detail"]["event"] == "replace").expect("an entry");
    let detail = &begun["detail"];
    assert_eq!([&detail["successor"], &detail["last_day"]], [to.as_str(), "2026-02-12"], "{detail}");
    for (person, passes) in [
        (&awa.email, "Your appointment (Senegal) passes to Fatou Sow."),
        (&fatou.email, "The appointment of Awa Diop (Senegal) passes to you."),
    ] {
        let mail = t.newest_mail(person);
        assert_eq!(mail.subject, "Hand-over until 12 February 2026 (Senegal)");
        for words in ["Rotation of posts.", passes, "concerns your account"] {
            assert!(mail.text.contains(words), "{words}: {}", mail.text);
        }
    }
    awa.get("/contacts").expect(200);
    days_pass(&t, 11);
    assert_eq!(status_of(&t, &awa.email), "replaced");
    let mail = t.newest_mail(&awa.email);
    assert!(mail.subject.contains("successor has taken over") && mail.text.contains("Fatou Sow"), "{}", mail.text);
    assert!(
        t.newest_mail(&fatou.email).subject.starts_with("Hand-over until"),
        "who knows it already is not told again"
    );
}

#[story]
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

/// An application that waits is nobody's place: who accepts would end it without a decision.
#[story]
fn nobody_is_invited_to_take_over_what_is_not_in_force(t: TestApp) {
    let home = coordinator(&t, "SN", "Moussa Fall");
    let waiting = Application::new("SN", "Awa Diop");
    t.apply_and_verify(&waiting);
    let id = id_of(&t, &waiting.email);
    let form = json!({"email": "fatou.sow@douanes.example", "name": "Fatou Sow", "organisation": "SN", "role": "ncp",
        "replaces": id});
    let refused = home.post("/invitations", &form);
    assert_eq!(
        (refused.status, &refused.json()["errors"][0]["pointer"]),
        (422, &json!("/replaces")),
        "{}",
        refused.text
    );
    assert_eq!(status_of(&t, &waiting.email), "pending");
}

#[story]
fn the_last_coordinator_stays(t: TestApp) {
    let home = coordinator(&t, "SN", "Moussa Fall");
    let own = id_of(&t, &home.email);
    let path = format!("/appointments/{own}/resign");
    assert_eq!(home.post(&path, &json!({})).refused(409), "last_coordinator");
    coordinator(&t, "SN", "Ibrahima Ba");
    home.post(&path, &json!({})).expect(200);
    // The Secretariat may, and learns the consequence.
    let last = id_of(&t, "ibrahima.ba@customs-sn.example");
    t.admin().post(&format!("/appointments/{last}/resign"), &json!({"reason": "Left the service."})).expect(200);
    assert!(t.newest_mail("secretariat@portal.example").subject.starts_with("Senegal no longer has a coordinator"));
    let admin = id_of(&t, "secretariat@portal.example");
    let refused = t.admin().post(&format!("/appointments/{admin}/resign"), &json!({}));
    assert_eq!(refused.refused(409), "last_administrator");
}

#[story]
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
