//! Rights over accounts that were lost or never held (number 8): who makes administrators, and who undoes a suspension.

use std::time::Duration;

use serde_json::json;

use super::sessions::{id, make_token};
use crate::support::{Application, Expect as _, TestApp, story};

#[story]
fn a08_no_token_and_no_old_session_makes_administrators(t: TestApp) {
    let (awa, other) = (t.ncp("SN"), "second@portal.example");
    t.set_up(other, "Second Person");
    let admin = t.admin();
    let made = make_token(&t, &admin, &["appointments:manage"]);
    let program = t.anonymous().with_token(made["token"].as_str().unwrap());
    let form = |role: &str| json!({"organisation": "SN", "role": role, "user_id": id(&awa)});
    let seat = |email: &str| {
        let rows = t.admin().all("/appointments");
        let row = rows.into_iter().rev().find(|row| row["person"]["email"] == email);
        row.expect("an appointment")["id"].as_str().unwrap().to_owned()
    };
    let theirs = seat(other);
    for role in ["secretariat", "auditor"] {
        assert_eq!(program.post("/appointments", &form(role)).unwrap().refused(401), "reauth_required");
    }
    let reason = json!({"reason": "An incident."});
    for deed in ["suspend", "resign"] {
        let path = format!("/appointments/{theirs}/{deed}");
        assert_eq!(program.post(&path, &reason).unwrap().refused(401), "reauth_required");
    }
    let seen = program.get(&format!("/appointments/{theirs}")).unwrap().expect(200);
    assert_eq!(seen["possible"], json!([]), "{seen}");
    // A session whose last proof of identity is minutes old can no more.
    t.pass(Duration::from_mins(6));
    let refused = admin.post("/appointments", &form("secretariat"));
    assert_eq!(refused.refused(401), "reauth_required");
    let path = format!("/appointments/{theirs}/suspend");
    assert_eq!(admin.post(&path, &reason).refused(401), "reauth_required");
    // Everything else still works.
    program.post("/appointments", &form("contributor")).unwrap().expect(201);
    // With a fresh proof it is done, and the others get a mail.
    t.admin().post("/appointments", &form("auditor")).expect(201);
    let told = t.newest_mail(other);
    assert!(told.subject.contains("Awa Diop") && told.text.contains("Auditor"), "{}", told.text);
    t.admin().post(&path, &reason).expect(200);
}

#[story]
fn a08_the_last_administrator_whose_account_is_open_stays(t: TestApp) {
    let admin = t.admin();
    t.set_up("second@portal.example", "Second Person");
    let second = id(&t.login("second@portal.example"));
    admin.post(&format!("/users/{second}/suspend"), &json!({"reason": "An incident."})).expect(200);
    let own = admin.get("/me").expect(200)["appointments"][0]["id"].as_str().unwrap().to_owned();
    let path = format!("/appointments/{own}/resign");
    assert_eq!(admin.post(&path, &json!({})).refused(409), "last_administrator");
    admin.post(&format!("/users/{second}/reinstate"), &json!({})).expect(200);
    admin.post(&path, &json!({})).expect(200);
}

#[story]
fn a08_whoever_may_not_appoint_learns_nothing_of_the_body(t: TestApp) {
    let (awa, admin) = (t.ncp("SN"), t.admin());
    let made = make_token(&t, &admin, &["community:read"]);
    let program = t.anonymous().with_token(made["token"].as_str().unwrap());
    assert_eq!(program.post("/appointments", &json!({"unknown": 1})).unwrap().refused(403), "scope_missing");
    let of_another = json!({"organisation": "XX", "role": "ncp", "user_id": id(&admin)});
    assert_eq!(awa.post("/appointments", &of_another).refused(403), "coordinators_only");
}

#[story]
fn a08_a_token_for_applications_decides_on_them_alone(t: TestApp) {
    let admin = t.admin();
    let [first, second] = ["Awa Diop", "Fatou Sow"].map(|name| t.apply_and_verify(&Application::new("SN", name)));
    let made = make_token(&t, &admin, &["registrations:decide"]);
    let program = t.anonymous().with_token(made["token"].as_str().unwrap());
    let rows = admin.all("/appointments?status=pending");
    let path = format!("/appointments/{}/approve", rows[0]["id"].as_str().unwrap());
    assert_eq!(program.post(&path, &json!({})).unwrap().refused(404), "not_found");
    let approved = program.post(&format!("/registrations/{first}/approve"), &json!({})).unwrap().expect(200);
    assert_eq!(approved["status"], "approved", "{approved}");
    let reason = json!({"reason": "Not nominated."});
    let rejected = program.post(&format!("/registrations/{second}/reject"), &reason).unwrap().expect(200);
    assert_eq!(rejected["status"], "rejected", "{rejected}");
}

#[story]
fn a08_whose_account_is_suspended_is_approved_nowhere(t: TestApp) {
    let admin = t.admin();
    t.apply_and_verify(&Application::new("SN", "Awa Diop"));
    let row = admin.all("/appointments?status=pending").remove(0);
    let (own, user) = (row["id"].as_str().unwrap(), row["person"]["id"].as_str().unwrap());
    admin.post(&format!("/users/{user}/suspend"), &json!({"reason": "An incident."})).expect(200);
    let path = format!("/appointments/{own}/approve");
    assert_eq!(admin.post(&path, &json!({})).refused(409), "account_suspended");
    admin.post(&format!("/users/{user}/reinstate"), &json!({})).expect(200);
    admin.post(&path, &json!({})).expect(200);
}

#[story]
fn a08_no_coordinator_undoes_a_suspension_of_the_secretariat(t: TestApp) {
    let home = t.member(&Application { role: "coordinator", ..Application::new("SN", "Moussa Ba") });
    let awa = t.ncp("SN");
    let user = id(&awa);
    let own = awa.get("/me").expect(200)["appointments"][0]["id"].as_str().unwrap().to_owned();
    let path = |deed: &str| format!("/appointments/{own}/{deed}");
    let again = |role: &str| json!({"organisation": "SN", "role": role, "user_id": user});
    t.pass(Duration::from_mins(1));
    t.admin().post(&path("suspend"), &json!({"reason": "An incident."})).expect(200);
    for deed in ["reinstate", "resign"] {
        assert_eq!(home.post(&path(deed), &json!({})).refused(403), "secretariat_only", "{deed}");
    }
    assert_eq!(home.post("/appointments", &again("contributor")).refused(403), "secretariat_only");
    let form = json!({"email": awa.email, "name": "Awa Diop", "organisation": "SN", "role": "contributor"});
    home.post("/invitations", &form).expect(201);
    let token = t.mailed_token(&awa.email, "invitation");
    let accepted = t.anonymous().post("/invitations/accept", &json!({"token": token})).unwrap().expect(200);
    assert_eq!(accepted["status"], "pending", "{accepted}");
    assert!(t.newest_mail("secretariat@portal.example").subject.contains("Awa Diop"));
    let waits = format!("/appointments/{}/approve", accepted["id"].as_str().unwrap());
    assert_eq!(home.post(&waits, &json!({})).refused(403), "secretariat_only");
    // Nor does it help that the suspended person resigns.
    t.pass(Duration::from_mins(1));
    t.login(&awa.email).post(&path("resign"), &json!({})).expect(200);
    assert_eq!(home.post("/appointments", &again("ncp")).refused(403), "secretariat_only");
    t.admin().post("/appointments", &again("ncp")).expect(201);
}
